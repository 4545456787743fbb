"""The states of a thing and the actions that change them, where sentences name the states.

`POST /orders/{id}/ship` is an action; "Only a paid order can be shipped" or "Ship a paid order" says where it is allowed, and `shipped` among the
states, or "it is then `shipped`", where it leads. "PAID to SHIPPED" says both, and so do arrows in the document's
description or in that of the `status`: `PAID -ship-> SHIPPED`. Taken are actions that document 409, or say themselves
that anything else is refused, and need no body but texts. What only says where an action is refused is left alone: it
may be refused elsewhere too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.naming.sentences import sentences, statements
from contract_suite.contract.naming.states import FIELDS, is_spoken, spoken, state_of
from contract_suite.contract.naming.told import own_description
from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import above_and_last, shape
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.generate.resources.inferred_resources import steps
from contract_suite.inference.kit.kinds import Kind
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.transitions import Step, says_the_rest, steps_drawn
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import JSON, Missing

NAME: Final = "states"
_METHODS: Final = frozenset({"POST", "PUT", "PATCH"})
_CONFLICT: Final = "409"
_IDS: Final = frozenset({("id",), ("ids",), ("uuid",), ("key",), ("code",), ("ref",)})
_REFUSALS: Final = frozenset({"400", "409", "412", "422"})
"""How an action is refused in other states, where a sentence says that it is."""
_SAYS_WHERE: Final = re.compile(r"\bonly\b|\bmust (be|have been)\b|\bhas to be\b|\bany other\b", re.IGNORECASE)
_SAYS_ONLY: Final = re.compile(r"\bonly (?:an? )?\w+(?: \w+)? (?:can|may) be\b", re.IGNORECASE)
_SAYS_NOT: Final = re.compile(
    r"n't\b|\bcannot\b|\bcan not\b|\bmay not\b|\bmust not\b|\bno longer\b|\balready\b|\bunless\b", re.IGNORECASE
)
_SAYS_THEN: Final = (
    r"(?:then|becomes?|is now|moves? (?:it )?to|changes? (?:it )?to|turns? (?:it )?(?:to|into)|sets? \w+ to) [`'\"]?"
)


@dataclass(frozen=True, slots=True)
class _Action:
    operation: Operation
    origins: tuple[str, ...]
    to: str
    sentence: str

    @property
    def refused(self) -> str:
        """What says that it is refused in other states."""
        conflict = any(spec.status == _CONFLICT for spec in self.operation.responses)
        return f"{self.operation.id} {'documents 409' if conflict else 'says that it is refused elsewhere'}"


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Steps that arrows show in one text, with that text; `whole` if it says something of all others too."""

    steps: tuple[Step, ...]
    text: str
    whole: bool


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield the states of each kind that has actions, and what the parameters of the actions stand for."""
    if reading.contract.resources:
        return
    for kind in reading.kinds:
        field = _field(kind)
        if field is None or kind.create is None or kind.read is None:
            continue
        name, values = field
        drawn = _drawn(reading, kind, name, values)
        actions = [
            found
            for each in _actions(kind, reading.operations)
            if (found := _by_steps(each, drawn, values) or _told(each, kind.name, values)) is not None
        ]
        initial = _initial(actions, values)
        if initial:
            limited = [found for each in (kind.update, kind.delete) if each and (found := _limited(each, kind, values))]
            yield from _facts(kind, name, initial, actions, limited)


def _facts(
    kind: Kind, field: str, initial: str, actions: Sequence[_Action], limited: Sequence[_Action]
) -> Iterator[InferredFact]:
    words_of_actions: dict[str, JSON] = {
        each.operation.id: {"from": list(each.origins), **({"to": each.to} if each.to else {})}
        for each in (*actions, *limited)
    }
    said = [
        Witness(text=f'{each.operation.id} says "{each.sentence}"', location=each.operation.location)
        for each in (*actions, *limited)
    ]
    yield InferredFact(
        rule=NAME,
        operation="",
        path=("resources", kind.name, "states"),
        words={"field": field, "initial": initial, "actions": words_of_actions},
        witnesses=(
            *said,
            *(Witness(text=each.refused, location=each.operation.location) for each in actions[:1]),
        ),
    )
    for each in actions:
        last = steps(each.operation.path)[-1].name
        if last != kind.identity[0]:
            bound: dict[str, JSON] = {last: kind.identity[0]}
            yield InferredFact(
                rule=NAME, operation=each.operation.id, path=("bind",), words=bound, witnesses=kind.witnesses
            )


def _field(kind: Kind) -> tuple[str, tuple[str, ...]] | None:
    """Return the member that holds the state, with the states, where no client sends it; `None` for none or several."""
    place = kind.representation
    found = []
    for name in place.property_names() if place is not None else ():
        listed = place.member(name).keyword("enum") if place is not None else None
        states = tuple(each for each in listed if isinstance(each, str)) if isinstance(listed, list) else ()
        sent = [kind.sent(each) for each in (kind.create, kind.update)]
        taken = any(
            body is not None and name in body.property_names() and body.member(name).keyword("readOnly") is not True
            for body in sent
        )
        if plain_name(name) in FIELDS and len(states) > 1 and not taken:
            found.append((name, states))
    return found[0] if len(found) == 1 else None


def _actions(kind: Kind, operations: Sequence[Operation]) -> Iterator[Operation]:
    """Yield what is done to one of a kind at a path below its own, or by a verb behind it, with no body but texts."""
    own = shape(kind.read.path) if kind.read is not None else ""
    for each in operations:
        above, verb = above_and_last(each.path)
        refusals = {spec.status for spec in each.responses} & _REFUSALS
        if above == own and "{" not in verb and each.method in _METHODS and refusals and _needs_texts_alone(each):
            yield each


def _needs_texts_alone(operation: Operation) -> bool:
    """Whether an action can be asked with any text as a reason: no amount, and nothing that refers to another thing."""
    if operation.body is None or not operation.body.required:
        return True
    media = operation.body.json
    place = view(media.schema) if media is not None and media.schema is not None else None
    return place is not None and all(_is_free_text(name, place.member(name)) for name in place.required_names())


def _is_free_text(name: str, member: SchemaView) -> bool:
    limited = any(member.keyword(each) is not None for each in ("enum", "format", "pattern", "const"))
    return member.types() - {"null"} == {"string"} and not limited and words(name)[-1:] not in _IDS


def _drawn(reading: Reading, kind: Kind, field: str, states: Sequence[str]) -> list[_Drawing]:
    """Return the steps that the document's description shows, and that of the state."""
    place = kind.representation
    texts: list[JSON | Missing] = [own_description(reading.contract)]
    texts.append(place.member(field).keyword("description") if place is not None else None)
    return [
        _Drawing(found, each, says_the_rest(each))
        for each in texts
        if isinstance(each, str) and (found := tuple(steps_drawn(each, states)))
    ]


def _by_steps(operation: Operation, drawn: Sequence[_Drawing], states: Sequence[str]) -> _Action | None:
    """Return an action whose steps its own sentences name ("PENDING to SHIPPED"), or else a drawing of all steps."""
    verb, text = above_and_last(operation.path)[1], f"{operation.summary}\n{operation.description}"
    conflict = any(spec.status == _CONFLICT for spec in operation.responses)
    own = tuple(
        step
        for each in sentences(text)
        if not _SAYS_NOT.search(each)
        for step in steps_drawn(each, states, in_words=True)
    )
    if own and (conflict or says_the_rest(text)):
        return _action(
            operation, own, next(each for each in sentences(text) if tuple(steps_drawn(each, states, in_words=True)))
        )
    for each in drawn:
        called = tuple(step for step in each.steps if plain_name(step.verb) == plain_name(verb))
        unnamed = tuple(step for step in each.steps if not step.verb and step.to == _leads_to(verb, "", states))
        if (conflict or each.whole) and (called or (unnamed and each.whole)):
            return _action(operation, called or unnamed, "its steps as arrows")
    return None


def _limited(operation: Operation, kind: Kind, states: Sequence[str]) -> _Action | None:
    """Return an update or a delete where a sentence says in which states alone it is allowed.

    "Only a draft can be deleted", or "Replaces a draft. 409 in any other status".
    """
    text = f"{operation.summary}\n{operation.description}"
    refusals = {spec.status for spec in operation.responses} & _REFUSALS
    one = "|".join(map(spoken, states))
    of_one = rf"\b(?:an?|that (?:is|are)) [`'\"]?(?:{one})[`'\"]?(?:,? or [`'\"]?(?:{one})[`'\"]?)*(?: {spoken(kind.name)})?(?=[.;,]|$)"
    for sentence in statements(text) if refusals else ():
        where = _SAYS_ONLY.search(sentence) or (says_the_rest(text) and re.search(of_one, sentence, re.IGNORECASE))
        origins = tuple(each for each in states if is_spoken(each, sentence))
        if where and origins and len(origins) < len(states) and not _SAYS_NOT.search(sentence):
            return _Action(operation, origins, "", sentence)
    return None


def _action(operation: Operation, found: Sequence[Step], sentence: str) -> _Action | None:
    """Return the action that takes these steps; `None` if they lead to several states, or nowhere."""
    origins = tuple(dict.fromkeys(state for step in found for state in step.origins))
    ends = {step.to for step in found}
    return _Action(operation, origins, found[0].to, sentence) if len(ends) == 1 and not ends & set(origins) else None


def _told(operation: Operation, noun: str, states: Sequence[str]) -> _Action | None:
    """Return an action where its sentences say in which states it is allowed, and to which one it leads."""
    conflicts = [spec.description for spec in operation.responses if spec.status == _CONFLICT]
    text = "\n".join((operation.summary, operation.description, *conflicts))
    to = _leads_to(above_and_last(operation.path)[1], text, states)
    for sentence in sentences(text) if to else ():
        one = "|".join(map(spoken, states))
        of_one = rf"\b(?:a|an) (?:{one})(?:(?:, or|,| or) (?:an? )?(?:{one}))* {spoken(noun)}"
        where = _SAYS_WHERE.search(sentence) or re.search(of_one, sentence, re.IGNORECASE)
        if not where or _SAYS_NOT.search(sentence) or not (conflicts or _SAYS_WHERE.search(sentence)):
            continue
        origins = tuple(each for each in states if each != to and is_spoken(each, sentence))
        if origins:
            return _Action(operation, origins, to, sentence)
    return None


def _leads_to(verb: str, text: str, states: Sequence[str]) -> str:
    """Return the state that an action leads to: the one that a sentence says, else that of its verb; empty for none."""
    said = [each for each in states if re.search(_SAYS_THEN + spoken(each), text, re.IGNORECASE)]
    if said:
        return said[0] if len(said) == 1 else ""
    return state_of(verb, states)


def _initial(actions: Sequence[_Action], states: Sequence[str]) -> str:
    """Return the state that something begins in: the one that no action leads to, else the first that one is allowed in."""
    reached = {each.to for each in actions}
    origins = [state for state in states if any(state in each.origins for each in actions)]
    begins = [each for each in origins if each not in reached] or origins[:1]
    return begins[0] if len(begins) == 1 else ""


RULE: Final = InferenceRule(name=NAME, title="Sentences say which actions are allowed in which states.", infer=infer)
