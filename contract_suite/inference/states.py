"""The states of a thing and the actions that change them, where sentences name the states.

`POST /orders/{id}/ship` is an action; "Only a paid order can be shipped" or "Ship a paid order" says where it is allowed, and `shipped` among the
states, or "it is then `shipped`", where it leads. Taken are actions that document 409, need no body, and whose sentence
names states of the thing's own `status`. What only says where an action is refused is left alone: it may be refused
elsewhere too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.operation import Operation
from contract_suite.contract.routing import shape
from contract_suite.generate.resources.inferred_resources import steps
from contract_suite.inference.kit.kinds import Kind
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.sentences import sentences
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import JSON

NAME: Final = "states"
_FIELDS: Final = frozenset({"status", "state", "phase", "stage"})
_METHODS: Final = frozenset({"POST", "PUT", "PATCH"})
_CONFLICT: Final = "409"
_SAYS_WHERE: Final = re.compile(r"\bonly\b|\bmust (be|have been)\b|\bhas to be\b|\bany other\b", re.IGNORECASE)
_SAYS_NOT: Final = re.compile(
    r"n't\b|\bcannot\b|\bcan not\b|\bmay not\b|\bmust not\b|\bno longer\b|\balready\b|\bunless\b", re.IGNORECASE
)
_SAYS_THEN: Final = (
    r"(?:then|becomes?|is now|moves? (?:it )?to|changes? (?:it )?to|turns? (?:it )?(?:to|into)|sets? \w+ to) [`'\"]?"
)
_IRREGULAR: Final = {
    "pay": "paid",
    "send": "sent",
    "withdraw": "withdrawn",
    "start": "started",
    "reopen": "open",
    "open": "open",
}
_STEM: Final = 4
"""So many letters at least has a verb in common with the state that it leads to: `cancel`, `cancelled`."""


@dataclass(frozen=True, slots=True)
class _Action:
    operation: Operation
    origins: tuple[str, ...]
    to: str
    sentence: str


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield the states of each kind that has actions, and what the parameters of the actions stand for."""
    if reading.contract.resources:
        return
    for kind in reading.kinds:
        field = _field(kind)
        if field is None or kind.create is None or kind.read is None:
            continue
        name, values = field
        actions = [
            found
            for each in _actions(kind, reading.operations)
            if (found := _told(each, kind.name, values)) is not None
        ]
        initial = _initial(actions, values)
        if initial:
            yield from _facts(kind, name, initial, actions)


def _facts(kind: Kind, field: str, initial: str, actions: Sequence[_Action]) -> Iterator[InferredFact]:
    words_of_actions: dict[str, JSON] = {
        each.operation.id: {"from": list(each.origins), "to": each.to} for each in actions
    }
    said = [
        Witness(text=f'{each.operation.id} says "{each.sentence}"', location=each.operation.location)
        for each in actions
    ]
    yield InferredFact(
        rule=NAME,
        operation="",
        path=("resources", kind.name, "states"),
        words={"field": field, "initial": initial, "actions": words_of_actions},
        witnesses=(
            *said,
            Witness(text=f"{actions[0].operation.id} documents 409", location=actions[0].operation.location),
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
        if plain_name(name) in _FIELDS and len(states) > 1 and not taken:
            found.append((name, states))
    return found[0] if len(found) == 1 else None


def _actions(kind: Kind, operations: Sequence[Operation]) -> Iterator[Operation]:
    """Yield what is done to one of a kind at a path below its own, without a body."""
    own = shape(kind.read.path) if kind.read is not None else ""
    for each in operations:
        above, _, verb = shape(each.path).rpartition("/")
        conflict = any(spec.status == _CONFLICT for spec in each.responses)
        if above == own and "{" not in verb and each.method in _METHODS and conflict and _needs_no_body(each):
            yield each


def _needs_no_body(operation: Operation) -> bool:
    return operation.body is None or not operation.body.required


def _told(operation: Operation, noun: str, states: Sequence[str]) -> _Action | None:
    """Return an action where its sentences say in which states it is allowed, and to which one it leads."""
    conflicts = [spec.description for spec in operation.responses if spec.status == _CONFLICT]
    text = "\n".join((operation.summary, operation.description, *conflicts))
    to = _leads_to(operation.path.rstrip("/").rpartition("/")[2], text, states)
    for sentence in sentences(text) if to else ():
        one = "|".join(map(_spoken, states))
        of_one = rf"\b(?:a|an) (?:{one})(?:(?:, or|,| or) (?:an? )?(?:{one}))* {_spoken(noun)}"
        where = _SAYS_WHERE.search(sentence) or re.search(of_one, sentence, re.IGNORECASE)
        if not where or _SAYS_NOT.search(sentence):
            continue
        origins = tuple(each for each in states if each != to and _is_spoken(each, sentence))
        if origins:
            return _Action(operation, origins, to, sentence)
    return None


def _leads_to(verb: str, text: str, states: Sequence[str]) -> str:
    """Return the state that an action leads to: the one that a sentence says, else that of its verb; empty for none."""
    said = [each for each in states if re.search(_SAYS_THEN + _spoken(each), text, re.IGNORECASE)]
    if said:
        return said[0] if len(said) == 1 else ""
    plain = words(verb)[0] if words(verb) else ""
    known = _IRREGULAR.get(plain)
    alike = [each for each in states if each == known or _has_stem(plain, plain_name(each))]
    return alike[0] if len(alike) == 1 else ""


def _has_stem(verb: str, state: str) -> bool:
    """Whether a state is a verb's participle by its beginning: `ship` and `shipped`, `archive` and `archived`."""
    stem = verb.rstrip("e")
    stem = f"{stem[:-1]}i" if stem.endswith("y") else stem
    return len(stem) >= min(_STEM, len(verb)) > 2 and state.startswith(stem)  # noqa: PLR2004 - "do" and "go" begin anything


def _initial(actions: Sequence[_Action], states: Sequence[str]) -> str:
    """Return the state that something begins in: the one that no action leads to, else the first that one is allowed in."""
    reached = {each.to for each in actions}
    origins = [state for state in states if any(state in each.origins for each in actions)]
    begins = [each for each in origins if each not in reached] or origins[:1]
    return begins[0] if len(begins) == 1 else ""


def _is_spoken(state: str, sentence: str) -> bool:
    return re.search(_spoken(state), sentence, re.IGNORECASE) is not None


def _spoken(state: str) -> str:
    """How a sentence writes a state: `in_review` is "in review" too."""
    return rf"\b{'[ _-]?'.join(map(re.escape, words(state)))}\b" if words(state) else re.escape(state)


RULE: Final = InferenceRule(name=NAME, title="Sentences say which actions are allowed in which states.", infer=infer)
