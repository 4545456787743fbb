"""Fields that one action sets and another takes back, where names say so.

`POST /projects/{id}/archive` and `…/unarchive` beside a member `archived`, `archived_at`, or a `status` that can be
`archived`; `PUT` and `DELETE` on `/projects/{id}/star` beside `starred`; `tickets.close` and `tickets.reopen`. Taken are
actions that need nothing but to know the thing; the two names and the member's are witnesses of each other. A time of
the first event may stay when the event is taken back (`published_at`), so it counts only where it can be absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from contract_suite.contract.addressing import body_properties
from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.inference.kit.kinds import Kind
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import JSON

NAME: Final = "flags"
_OPPOSITES: Final[Mapping[str, tuple[str, ...]]] = {
    "archive": ("unarchive", "restore", "reactivate"),
    "close": ("reopen", "open"),
    "complete": ("uncomplete", "reopen", "incomplete"),
    "finish": ("reopen",),
    "resolve": ("unresolve", "reopen"),
    "activate": ("deactivate",),
    "deactivate": ("reactivate",),
    "enable": ("disable",),
    "publish": ("unpublish",),
    "pause": ("resume", "unpause"),
    "suspend": ("unsuspend", "resume", "reinstate", "reactivate"),
    "hide": ("unhide", "show"),
    "trash": ("untrash", "restore"),
    **{verb: (f"un{verb}",) for verb in (
        "lock", "star", "pin", "mute", "block", "ban", "follow", "like", "favorite", "favourite", "watch", "flag",
        "freeze", "bookmark", "feature", "verify", "approve", "subscribe",
    )},
}  # fmt: skip
"""What an action's verb is taken back by."""
_IRREGULAR: Final[Mapping[str, tuple[str, ...]]] = {
    "activate": ("active", "activated"),
    "deactivate": ("deactivated", "inactive"),
    "freeze": ("frozen",),
    "hide": ("hidden",),
    "complete": ("completed", "complete", "done"),
    "finish": ("finished", "done"),
    "favorite": ("favorite", "favorited"),
    "favourite": ("favourite", "favourited"),
    "trash": ("trashed", "deleted"),
}
"""What a thing is after a verb that forms no participle by rule, or that has more than one."""
_BACK: Final[Mapping[str, tuple[str, ...]]] = {
    "reopen": ("open", "reopened"),
    "open": ("open",),
    "unpublish": ("draft", "unpublished"),
    "deactivate": ("inactive", "deactivated"),
    "disable": ("disabled", "inactive"),
    "resume": ("running", "active"),
}
"""States to which a verb that takes back leads, the likeliest first."""
_DOUBLED: Final = frozenset({"pin", "ban", "flag", "star"})
_FIELDS: Final = frozenset({"status", "state", "phase", "stage"})
_STAYS: Final = frozenset({"publish", "activate", "enable", "verify", "approve", "subscribe"})
"""Verbs whose moment right servers keep when they are taken back."""
_SET_BY: Final = frozenset({"PUT", "POST"})
_METHODS: Final = frozenset({"PUT", "POST", "PATCH"})
_LAST: Final = re.compile(r"[./:](?=[^./:]*$)")
"""What stands before the last word of a path: `/tickets.close`, `/tickets/{id}/close`, `/tickets/{id}:close`."""


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield the flags of each kind that is made and shown, and what the parameters of their actions stand for."""
    if reading.contract.resources:
        return
    actions = _by_place(reading.operations)
    for kind in reading.kinds:
        place = kind.representation
        if kind.create is None or kind.read is None or place is None:
            continue
        known: set[str] = set()
        for verb, made, back, taken_back in _pairs(kind, actions.get(_place(kind), ())):
            field = _field(place, verb, back)
            if field is None or field[0] in known or field[0] in kind.identity:
                continue
            known.add(field[0])
            yield from _facts(kind, field, made, taken_back)


def _facts(kind: Kind, field: tuple[str, JSON], made: Operation, taken_back: Operation) -> Iterator[InferredFact]:
    name, values = field
    words_of_flag: dict[str, JSON] = {"set": made.id, "unset": taken_back.id}
    if values is not None:
        words_of_flag["values"] = values
    told = Witness(
        text=f"{taken_back.method} {taken_back.written_path} takes back what {made.method} {made.written_path} does",
        location=made.location,
    )
    named = Witness(text=f"{name} is named after it", location=kind.witnesses[0].location)
    yield InferredFact(
        rule=NAME,
        operation="",
        path=("resources", kind.name, "flags", name),
        words=words_of_flag,
        witnesses=(told, named),
    )
    for each in (made, taken_back):
        bound = _bound(kind, each)
        if bound:
            yield InferredFact(rule=NAME, operation=each.id, path=("bind",), words=bound, witnesses=kind.witnesses)


def _bound(kind: Kind, operation: Operation) -> dict[str, JSON]:
    """Return what an action's parameters stand for, where they are not called like it."""
    naming = next(iter(_namings(kind) & _given(operation)), "")
    return {naming: kind.identity[0]} if naming and naming != kind.identity[0] else {}


def _pairs(kind: Kind, operations: Sequence[tuple[str, Operation]]) -> Iterator[tuple[str, Operation, str, Operation]]:
    """Yield what is done and taken back, each with its verb; `operations` come with their last words."""
    actions = [(verb, each) for last, each in operations if (verb := _verb(kind, last, each))]
    for verb, made in actions:
        if verb not in _OPPOSITES or made.method not in _METHODS:
            continue
        for other, taken_back in actions:
            same = other == verb and taken_back.method == "DELETE" and made.method in _SET_BY
            if taken_back.path == made.path and same:
                yield verb, made, f"un{verb}", taken_back
            elif other in _OPPOSITES[verb] and taken_back.method == made.method:
                yield verb, made, other, taken_back


def _by_place(operations: Sequence[Operation]) -> dict[str, list[tuple[str, Operation]]]:
    """Return what may be actions, each with its last word, by the shape of the path before that."""
    found: dict[str, list[tuple[str, Operation]]] = {}
    for each in operations:
        before, *last = _LAST.split(each.path.rstrip("/"))
        if last and "{" not in last[0]:
            found.setdefault(shape(before), []).append((last[0], each))
    return found


def _place(kind: Kind) -> str:
    """Return the shape of the path before the last word of an action on one of a kind."""
    own = kind.read.path.rstrip("/") if kind.read is not None else ""
    return shape(own if not kind.by_names else _LAST.split(own)[0])


def _verb(kind: Kind, last: str, operation: Operation) -> str:
    """Return the one verb of an action on one of a kind that needs to know no more; empty for anything else."""
    if operation.id in _roled(kind):
        return ""
    verb = words(last)
    needed = {each.name for each in operation.parameters if each.required}
    if operation.body is not None and operation.body.required:
        needed |= {name for name, required in body_properties(operation).items() if required}
    beside = needed - _namings(kind) - set(names_in(operation.path)) - set(kind.scope)
    return verb[0] if len(verb) == 1 and not beside and _namings(kind) & _given(operation) else ""


def _roled(kind: Kind) -> set[str]:
    return {each.id for each in kind.operations}


def _namings(kind: Kind) -> set[str]:
    """Return the names of what says which one of the kind is meant."""
    bound = {name for names in kind.binds.values() for name, field in names.items() if field in kind.identity}
    return {*kind.identity, *bound}


def _given(operation: Operation) -> set[str]:
    return {each.name for each in operation.parameters} | set(body_properties(operation))


def _field(place: SchemaView, verb: str, back: str) -> tuple[str, JSON] | None:
    """Return the member that shows whether something is done, with its values; `None` for none or several."""
    done = _participles(verb)
    flags = {each for name in done for each in (name, f"is{name}")}
    moments = {f"{name}{end}" for name in done for end in ("at", "on", "date", "time")}
    found: list[tuple[str, JSON]] = []
    for name in place.property_names():
        member = place.member(name)
        types = member.types()
        if plain_name(name) in flags and types - {"null"} == {"boolean"}:
            return name, None
        listed = member.keyword("enum")
        states = [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
        set_to = [each for each in states if plain_name(each) in done]
        if plain_name(name) in _FIELDS and len(set_to) == 1 and len(states) > 1:
            found.append((name, [set_to[0], _back_to(states, set_to[0], back)]))
        elif plain_name(name) in moments and verb not in _STAYS and "string" in types and _can_be_absent(place, name):
            found.append((name, "time"))
    return found[0] if len(found) == 1 else None


def _can_be_absent(place: SchemaView, name: str) -> bool:
    return "null" in place.member(name).types() or name not in place.required_names()


def _back_to(states: Sequence[str], set_to: str, back: str) -> str:
    others = [each for each in states if each != set_to]
    likely = (*_BACK.get(back, ()), *_participles(back), "active", "open")
    return next((each for name in likely for each in others if plain_name(each) == name), others[0])


def _participles(verb: str) -> tuple[str, ...]:
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb in _DOUBLED:
        return (f"{verb}{verb[-1]}ed",)
    if verb.endswith("y"):
        return (f"{verb[:-1]}ied",)
    return (f"{verb}d" if verb.endswith("e") else f"{verb}ed",)


RULE: Final = InferenceRule(
    name=NAME, title="Names say which field an action sets and another takes back.", infer=infer
)
