"""Things that only one may refer to at a time, as a copy that is lent or a seat that is sold: each request gets new ones.

Where a create is refused whatever texts and numbers it names, new things of the run's own are put in the places of its
references. Those that helped are used until a request with them is served, and then there are new ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import NotSent
from contract_suite.contract.operation import Contract, Operation
from contract_suite.generate.addresses import Addresses, collection_noun
from contract_suite.generate.fresh_values import put_at
from contract_suite.generate.likeness import identity_of
from contract_suite.generate.live_ids import fitted
from contract_suite.generate.resources.references import referred_noun
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, escape, parsed

_CREATED: Final = 201
_MOST: Final = 150
"""So many things are made to be referred to, and then no more: not all of them can be deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maker:
    """What makes a thing that is referred to, and the path parameter by which the thing is known."""

    create: Operation
    key: str = "id"


class ExclusiveReferences:
    """The creates whose references take what they refer to, and what they may refer to next."""

    def __init__(
        self,
        contract: Contract,
        addresses: Addresses,
        *,
        find: Callable[[Operation], Arguments | None],
        ask: Callable[[Operation, Arguments, str], Exchange],
    ) -> None:
        """Nothing is known yet; `find` finds arguments that are served, `ask` sends a call that proves nothing."""
        self._creates = creates_by_noun(contract)
        self._contract = contract
        self._addresses = addresses
        self._find = find
        self._ask = ask
        self._in_the_making: set[str] = set()
        self._places: dict[str, Mapping[str, _Maker]] = {}
        self._next: dict[str, dict[str, JSON]] = {}
        self._made = 0

    def places(self, operation: Operation) -> tuple[str, ...]:
        """The subjects of an operation's references that take what they refer to."""
        return tuple(self._places.get(operation.id, ()))

    def with_new(self, operation: Operation, arguments: Arguments) -> Iterator[tuple[tuple[str, ...], Arguments]]:
        """Yield arguments with a new thing of the run's own in a place that can have one, then in all, each with its places."""
        places = self._referring(operation, arguments)
        for chosen in (*([each] for each in places), *([[*places]] if len(places) > 1 else ())):
            filled = self._filled(operation, arguments, {each: places[each] for each in chosen})
            if filled is not None:
                yield tuple(chosen), filled

    def learn(self, operation: Operation, arguments: Arguments, places: tuple[str, ...]) -> None:
        """Remember that an operation was served with new things in these places, and not with others."""
        referring = self._referring(operation, arguments)
        self._places[operation.id] = {each: referring[each] for each in places}

    def renewed(self, operation: Operation, arguments: Arguments, *, but: str = "") -> Arguments:
        """Return arguments that refer to what nothing else refers to, but at the subject `but`."""
        places = {place: maker for place, maker in self._places.get(operation.id, {}).items() if place != but}
        return (self._filled(operation, arguments, places) if places else None) or arguments

    def note_served(self, operation: Operation) -> None:
        """Say that an operation was served, so that what it refers to is taken."""
        self._next.pop(operation.id, None)

    def _filled(self, operation: Operation, arguments: Arguments, places: Mapping[str, _Maker]) -> Arguments | None:
        following = self._next.setdefault(operation.id, {})
        for place, maker in places.items():
            if place not in following:
                made = self._new(maker)
                if isinstance(made, Missing):
                    return None
                following[place] = fitted(operation, place, made)
            arguments = put_at(arguments, place, following[place])
        return arguments if places else None

    def _new(self, maker: _Maker) -> JSON | Missing:
        """Make one more and return what names it, `MISSING` if none was made or its answer doesn't show that."""
        create = maker.create
        if self._made >= _MOST or create.id in self._in_the_making:
            return MISSING
        self._made += 1
        self._in_the_making.add(create.id)
        try:
            arguments = self._find(create)
            exchange = self._ask(create, arguments, "something to refer to") if arguments is not None else None
        except NotSent:
            return MISSING
        finally:
            self._in_the_making.discard(create.id)
        if exchange is None or exchange.response is None or not exchange.ok:
            return MISSING
        return identity_of(parsed(exchange.response.body), maker.key, collection_noun(create.path))

    def _referring(self, operation: Operation, arguments: Arguments) -> dict[str, _Maker]:
        """The subjects in a body that name things which can be made, each with what makes them."""
        found = {
            f"body{pointer}": _Maker(create=create)
            for pointer, noun in _references(arguments.get("body"))
            if (create := self._creates.get(noun)) is not None
        }
        resources = {each.name: each for each in self._addresses.resources}
        for need in self._addresses.needs(operation):
            resource = resources[need.resource]
            step = self._addresses.step(resource)
            if need.subject.startswith("body/") and resource.create is not None and step is not None:
                create = self._contract.by_id[resource.create.operation]
                found.setdefault(need.subject, _Maker(create=create, key=step.name))
        return {subject: maker for subject, maker in found.items() if maker.create.id != operation.id}


def creates_by_noun(contract: Contract) -> dict[str, Operation]:
    """Return the creates by what they make, as the last segments of their paths say: `copy` of `POST /books/{id}/copies`."""
    found: dict[str, list[Operation]] = {}
    for each in contract.operations:
        noun = collection_noun(each.path)
        if noun and each.method == "POST" and each.documents(_CREATED) and not each.problem and each.body is not None:
            found.setdefault(noun, []).append(each)
    return {noun: creates[0] for noun, creates in found.items() if len(creates) == 1}


def _references(value: JSON, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield the pointers of what is called after the id of a thing, each with the noun: `copy` of `copy_id`."""
    for name, member in value.items() if isinstance(value, dict) else ():
        place, noun = f"{pointer}/{escape(name)}", referred_noun(name)
        if noun and isinstance(member, str | int) and not isinstance(member, bool):
            yield place, noun
        yield from _references(member, place)
