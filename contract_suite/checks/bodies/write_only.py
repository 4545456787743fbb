"""What a document calls `writeOnly`, such as a password, never comes back in an answer (OpenAPI; JSON Schema Validation, 9.4).

An answer that shows nothing in its place, or a mask of stars, keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import for_each_operation, make_clause
from contract_suite.checks.kit.judging import described, json_media, media_of, responses_by_label, status_label
from contract_suite.checks.kit.verdicts import failed, passed
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.contract.schemas.ways import EACH, Steps, objects_at, pointer_of
from contract_suite.model.clause import Clause
from contract_suite.model.json import JSON, MISSING, escape
from contract_suite.model.memo import Memo
from contract_suite.model.verdict import Verdict

NAME: Final = "write-only"
KIND: Final = "not-shown"
_DEEPEST: Final = 5
_MOST: Final = 40
_MASK: Final = re.compile(r"[*•●·xX.\s]*")

_Members = tuple[tuple[str, SchemaView | None], ...]
"""The next steps from a place, each with what is there; `None` where that is writeOnly."""


def _clauses(_contract: Contract, operation: Operation) -> Iterator[Clause]:
    listed: set[str] = set()
    for label, specs in responses_by_label(operation):
        for media in (each for spec in specs for each in json_media(spec)):
            for steps in _PLACES(media.schema) if media.schema is not None else ():
                subject = f"{label}{pointer_of(steps)}"
                if media.schema is not None and subject not in listed:
                    listed.add(subject)
                    yield make_clause(
                        NAME,
                        operation,
                        subject,
                        KIND,
                        f"a {label} response does not return {pointer_of(steps)}, which is writeOnly",
                        location=media.schema.location,
                    )


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation, spec, response, body = judgement.operation, described(judgement), judgement.response, judgement.body
    if operation is None or operation.problem or spec is None or response is None or body is MISSING:
        return
    media = media_of(spec, response)
    if media is None or media.schema is None:
        return
    for steps in _PLACES(media.schema):
        clause = f"{operation.id}::{status_label(spec, response.status)}{pointer_of(steps)}::{KIND}"
        owners = list(objects_at(body, steps[:-1]))
        shown = next((where for where, owner in owners if _is_shown(owner.get(steps[-1]))), None)
        if shown is not None:
            message = f"the response returns {pointer_of(steps)}, which the document calls writeOnly"
            yield failed(clause, message, pointer=f"{shown}/{escape(steps[-1])}", problem="shown", expected="not shown")
        elif owners:
            yield passed(clause)


def _is_shown(value: JSON) -> bool:
    return value not in (None, [], {}) and not (isinstance(value, str) and _MASK.fullmatch(value))


def _places(schema: Schema) -> tuple[Steps, ...]:
    memo, key = schema.node.library.memo, (_Known, schema.openapi_30, schema.not_owed)
    known = memo.get(key)
    if not isinstance(known, _Known):
        known = memo[key] = _Known()
    place = view(schema)
    return known.below(place, 0) if known.speaks(place) else ()


_PLACES: Final[Memo[Schema, tuple[Steps, ...]]] = Memo(_places)


class _Known:
    """What the schemas of a document say of their places, each worked out once.

    Schemas that refer to each other are reached by far more ways than there are places.
    """

    def __init__(self) -> None:
        self._members: dict[int, tuple[JSON, _Members]] = {}
        self._ways: dict[tuple[int, int], tuple[JSON, tuple[Steps, ...]]] = {}
        self._speaking: dict[int, tuple[JSON, bool]] = {}

    def speaks(self, place: SchemaView) -> bool:
        """Whether a schema or what it may refer to says `writeOnly`: most documents never do."""
        return any(self._speaks(part) for part in (place.raw, *place.definitions.values()))

    def _speaks(self, part: JSON) -> bool:
        if id(part) not in self._speaking:
            self._speaking[id(part)] = (part, _mentions(part, "writeOnly"))
        return self._speaking[id(part)][1]

    def below(self, place: SchemaView, depth: int) -> tuple[Steps, ...]:
        """Return the ways down from a place to the members that are writeOnly; the shortest, where there are too many."""
        if depth > _DEEPEST:
            return ()
        place = _referred(place)
        key = (id(place.raw), depth)
        if key not in self._ways:  # which keeps the value alive, and so its identity
            ways = tuple(self._from(place, depth))
            self._ways[key] = (place.raw, ways if len(ways) <= _MOST else tuple(sorted(ways, key=len)[:_MOST]))
        return self._ways[key][1]

    def _from(self, place: SchemaView, depth: int) -> Iterator[Steps]:
        for step, member in self._members_of(place):
            yield from ((step, *rest) for rest in (self.below(member, depth + 1) if member is not None else ((),)))

    def _members_of(self, place: SchemaView) -> _Members:
        key = id(place.raw)
        if key not in self._members:
            self._members[key] = (place.raw, tuple(_members(place)))
        return self._members[key][1]


def _mentions(value: JSON, key: str) -> bool:
    """Whether some object in a value has a key."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if key in each:
                return True
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return False


def _referred(place: SchemaView) -> SchemaView:
    """Return what a place that only refers to another one refers to."""
    for _ in range(_DEEPEST):
        raw = place.raw
        reference = raw.get("$ref") if isinstance(raw, dict) and len(raw) == 1 else None
        target = place.target(reference) if isinstance(reference, str) else None
        if target is None:
            break
        place = target
    return place


def _members(place: SchemaView) -> Iterator[tuple[str, SchemaView | None]]:
    """Yield the members of a place, those that each branch which declares them calls writeOnly with `None`."""
    if "array" in place.types():
        yield EACH, place.element(0)
    branches = [each for each in place.possible() if isinstance(each, dict)]
    for name in place.property_names():
        declared = [
            place.at(properties[name])
            for each in branches
            if isinstance(properties := each.get("properties"), dict) and name in properties
        ]
        secret = all(each.keyword("writeOnly") is True for each in declared)
        yield name, None if secret else place.member(name)


CHECK: Final = Check(
    name=NAME, title="A writeOnly field is never returned.", clauses=for_each_operation(_clauses), judge=_judge
)
