"""What an object must hold because of another of its members: objects that keep it, whichever way the condition goes.

Read are `if`/`then`/`else`, `dependentSchemas` and `dependentRequired`. Whether a condition holds for one of these
objects is left to the validator: what is yielded here is likely, and not yet proved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from contract_suite.contract.schemas.view import SchemaView
from contract_suite.generate.facts import CONDITIONAL, Facts, facts_of
from contract_suite.model.json import JSON, Missing

Make = Callable[[SchemaView], JSON | Missing]
"""Returns one simple value for a place."""

IF: Final = "if"
DEPENDENT_REQUIRED: Final = "dependentRequired"
DEPENDENT_SCHEMAS: Final = "dependentSchemas"
BRANCHES: Final[Mapping[str, frozenset[str]]] = {
    IF: frozenset({"then", "else"}),
    DEPENDENT_SCHEMAS: frozenset({DEPENDENT_SCHEMAS}),
}
"""The keywords below which the demands of a conditional keyword stand, in a path through a schema."""
_CHOICES: Final = 4
_BASES: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional:
    """An object in which a condition may hold, the keyword that asks something then, and what it asks of the members."""

    keyword: str
    value: Mapping[str, JSON]
    note: str
    demand: SchemaView


def conditionals(facts: Facts, known: Mapping[str, JSON], make: Make) -> Iterator[Conditional]:
    """Change `known` so that each condition of the place holds, and so that it doesn't."""
    place = _Place(facts, make)
    bases = [known]
    for layer in facts.conditional:
        for keyword in ("then", "else") if IF in layer else ():
            if keyword not in layer:
                continue
            for note, asked in place.asked(facts_of(facts.view.at(layer[IF])), known):
                for one in place.kept(IF, asked, layer[keyword], note):
                    bases.append(one.value)
                    yield one
    for layer in facts.conditional:
        for keyword in (DEPENDENT_REQUIRED, DEPENDENT_SCHEMAS):
            table = layer.get(keyword)
            for trigger, asks in (table if isinstance(table, dict) else {}).items():
                for base in bases[:_BASES]:  # what one condition asks may be right on one side of another only
                    yield from place.dependent(keyword, base, trigger, asks)


def against(facts: Facts, one: Conditional, make: Make) -> Iterator[dict[str, JSON]]:
    """Objects that the place allows but for what the condition asks: other members where it looks, and more of them."""
    for name in facts_of(one.demand).properties:
        own = facts_of(facts.view.member(name))
        usual = make(own.view)
        for other in (*own.choices[:_CHOICES], *(() if isinstance(usual, Missing) else (usual,))):
            yield {**one.value, name: other}


@dataclass(frozen=True, slots=True)
class _Place:
    """An object's place, and how values are made there."""

    facts: Facts
    make: Make

    def asked(self, condition: Facts, known: Mapping[str, JSON]) -> Iterator[tuple[str, dict[str, JSON]]]:
        """Objects with all members as a condition has them, with one of them otherwise, and with one left out."""
        names = list(dict.fromkeys((*condition.properties, *sorted(condition.required))))
        wanted = {
            name: value for name in names if not isinstance(value := self.make(self._both(condition, name)), Missing)
        }
        met = {**known, **wanted}
        yield f"with {', '.join(wanted) or 'nothing else'}, as a condition has it", met
        for name in names:
            own = facts_of(self.facts.view.member(name))
            usual = self.make(own.view)
            others: list[JSON] = own.choices or ([True, False] if own.types == {"boolean"} else [])
            others = others or ([] if isinstance(usual, Missing) else [usual])
            for other in islice((each for each in others if each != met.get(name)), _CHOICES):
                yield f"with {name} {other!r}, on which a condition depends", {**met, name: other}
            if name in met:
                yield f"without {name}, on which a condition depends", _without(met, name)

    def dependent(self, keyword: str, known: Mapping[str, JSON], trigger: str, asks: JSON) -> Iterator[Conditional]:
        """Objects with a member and what its presence asks for, with the latter alone, and with neither."""
        value = known[trigger] if trigger in known else self.make(self.facts.view.member(trigger))
        if isinstance(value, Missing):
            return
        asked: JSON = {"required": asks} if keyword == DEPENDENT_REQUIRED else asks
        for one in self.kept(keyword, {**known, trigger: value}, asked, f"with {trigger} and what it requires"):
            yield one
            alone = _without(one.value, trigger)
            yield replace(one, value=alone, note=f"without {trigger}, with what it would require")
            neither = _without(alone, *facts_of(one.demand).required)
            yield replace(one, value=neither, note=f"without {trigger} and what it would require")

    def kept(self, keyword: str, value: Mapping[str, JSON], asked: JSON, note: str) -> Iterator[Conditional]:
        """Change an object so that it obeys what is asked of its members: with what it lacks alone, then wholly."""
        asks = facts_of(self.facts.view.at(asked))
        members: dict[str, JSON] = {name: self._both(asks, name).raw for name in asks.properties}
        plainly = {name: each for name, each in asks.keywords.items() if name not in CONDITIONAL}
        demand = self.facts.view.at({**plainly, "properties": members, "required": [*sorted(asks.required)]})
        fitting = {
            name: each
            for name in dict.fromkeys((*asks.properties, *sorted(asks.required)))
            if (name in value or name in asks.required)
            and not isinstance(each := self.make(self._both(asks, name)), Missing)
        }
        for made in ({**fitting, **value}, {**value, **fitting}):
            yield Conditional(keyword=keyword, value=made, note=note, demand=demand)

    def _both(self, other: Facts, name: str) -> SchemaView:
        """Where a member is described by the place and by a demand on it."""
        own = self.facts.view.member(name)
        return own.at({"allOf": [other.properties[name].raw, own.raw]}) if name in other.properties else own


def _without(value: Mapping[str, JSON], *names: str) -> dict[str, JSON]:
    return {name: each for name, each in value.items() if name not in names}
