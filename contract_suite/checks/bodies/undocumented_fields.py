"""Fields of an answer that the document doesn't show: no breach, but somebody should know.

A schema that says something of further properties (`additionalProperties`, `patternProperties`) is open on purpose, and
so is an object of which no property is described.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import for_each_operation, make_clause
from contract_suite.checks.kit.judging import (
    bodyless,
    described,
    json_media,
    media_of,
    responses_by_label,
    status_label,
)
from contract_suite.checks.kit.verdicts import failed, passed
from contract_suite.contract.operation import Contract, Operation, essence
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.model.case import UNEXPECTED
from contract_suite.model.clause import Clause
from contract_suite.model.json import JSON, MISSING, escape
from contract_suite.model.memo import Memo
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "undocumented-fields"
KIND: Final = "no-undocumented-fields"
_MOST: Final = 20
_MOST_PLACES: Final = 300
_SAMPLE: Final = 6
_OF_A_STANDARD: Final = {
    "application/vnd.api+json": frozenset({"/jsonapi", "/links", "/meta", "/included"}),
    "application/hal+json": frozenset({"/_links", "/_embedded"}),
}
"""Members of the whole answer that a media type documents itself: JSON:API 1.1 and HAL."""
_OPEN: Final = (
    "additionalProperties",
    "patternProperties",
    "unevaluatedProperties",
    "propertyNames",
    "dependentSchemas",
)


@dataclass(slots=True)
class _Shape:
    """A place in a schema: the names of its object (`None`: open), what they hold, and the items of its array."""

    names: frozenset[str] | None = None
    members: dict[str, _Shape] = field(default_factory=dict)
    items: _Shape | None = None
    closed: bool = False
    described: bool = False


def _clauses(_contract: Contract, operation: Operation) -> Iterator[Clause]:
    for name, specs in responses_by_label(operation):
        media = next((each for spec in specs for each in json_media(spec)), None) if name.startswith("2") else None
        if media is not None and media.schema is not None:
            yield make_clause(
                NAME,
                operation,
                name,
                KIND,
                f"every field of a {name} response is documented",
                source=Source.INFERRED,
                location=media.schema.location,
                inapplicable=""
                if _has_closed(media.schema)
                else "the schema describes no object that could have further fields",
            )


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation, spec, response, value = judgement.operation, described(judgement), judgement.response, judgement.body
    if (
        operation is None
        or operation.problem
        or spec is None
        or response is None
        or value is MISSING
        or bodyless(judgement)
    ):
        return
    media = media_of(spec, response)
    if not response.ok or not spec.status.startswith("2") or media is None or media.schema is None:
        return
    shape = _SHAPES(media.schema)
    if not shape.closed:
        return
    clause = f"{operation.id}::{status_label(spec, response.status)}::{KIND}"
    found: dict[str, str] = {}
    _look(shape, value, ("", ""), found, judgement.exchange.number)
    found = {
        pattern: each for pattern, each in found.items() if each not in _OF_A_STANDARD.get(essence(media.name), ())
    }
    if not found:
        yield passed(clause)
    for pointer in list(found.values())[:_MOST]:
        yield failed(
            clause,
            f"undocumented field: {pointer}",
            problem="undocumented-field",
            pointer=pointer,
        )


def _look(shape: _Shape, value: JSON, place: tuple[str, str], found: dict[str, str], sample_offset: int) -> None:
    """Note each undocumented field once per place; `place` is the pointer, and the same with `*` for indices."""
    pointer, pattern = place
    if isinstance(value, dict):
        if shape.names is not None and not value.keys() <= shape.names:
            # What a run sent to see what becomes of it may be kept, and come back ever after.
            further = (name for name in value if name not in shape.names and name != UNEXPECTED)
            for name in islice(further, max(0, _MOST - len(found))):
                found.setdefault(f"{pattern}/{escape(name)}", f"{pointer}/{escape(name)}")
        for name, member in shape.members.items():
            if member.closed and name in value:
                _look(
                    member,
                    value[name],
                    (f"{pointer}/{escape(name)}", f"{pattern}/{escape(name)}"),
                    found,
                    sample_offset,
                )
    elif isinstance(value, list) and shape.items is not None and shape.items.closed:
        names = shape.items.names
        count = len(value)
        picked = (
            set(range(count))
            if count <= _SAMPLE
            else {0, count - 1, sample_offset % count, (sample_offset * 7 + count // 2) % count}
        )
        for index, item in enumerate(value):
            if index in picked or (names is not None and isinstance(item, dict) and not item.keys() <= names):
                _look(shape.items, item, (f"{pointer}/{index}", f"{pattern}/*"), found, sample_offset)


def _has_closed(schema: Schema) -> bool:
    """Whether there is an object that could have further fields, as soon as that is known."""
    return any(shape.closed for shape in _filled(schema, {}))


def _filled(schema: Schema, known: dict[frozenset[int], _Shape]) -> Iterator[_Shape]:
    """Fill the shape of every place, the outermost first: schemas that refer to each other have places without number."""
    waiting: deque[tuple[_Shape, list[dict[str, JSON]]]] = deque()
    place = view(schema)
    _at(place, [schema.bundle.root], known, waiting)
    while waiting:
        shape, applying = waiting.popleft()
        _fill(shape, applying, lambda nodes: _at(place, nodes, known, waiting))
        yield shape


def _shape(schema: Schema) -> _Shape:
    known: dict[frozenset[int], _Shape] = {}
    shape, *_ = _filled(schema, known)
    for _ in known:  # a recursion may learn of closed places below only after it was passed by
        before = sum(each.closed for each in known.values())
        for each in known.values():
            below = (*each.members.values(), *([each.items] if each.items else []))
            each.closed = each.names is not None or any(inner.closed for inner in below)
        if before == sum(each.closed for each in known.values()):
            break
    return shape


_SHAPES: Final[Memo[Schema, _Shape]] = Memo(_shape)


def _at(
    place: SchemaView,
    nodes: Iterable[JSON],
    known: dict[frozenset[int], _Shape],
    waiting: deque[tuple[_Shape, list[dict[str, JSON]]]],
) -> _Shape:
    """The shape of one place, which is filled later; one that says nothing where there are too many places."""
    possible = [each for node in nodes for each in place.at(node).possible(conditional=True)]
    applying = {id(each): each for each in possible if isinstance(each, dict)}
    key = frozenset(applying)
    if key not in known and len(known) >= _MOST_PLACES:
        return _Shape()
    if key not in known:
        known[key] = _Shape(described=all(isinstance(each, dict) for each in possible))
        waiting.append((known[key], list(applying.values())))
    return known[key]


def _fill(shape: _Shape, applying: list[dict[str, JSON]], at: Callable[[list[JSON]], _Shape]) -> None:
    """Everything that may apply at one place, branches included, as one shape."""
    properties: dict[str, list[JSON]] = {}
    items: list[JSON] = []
    for node in applying:
        table = node.get("properties")
        for name, each in (table if isinstance(table, dict) else {}).items():
            properties.setdefault(name, []).append(each)
        items.extend([node["items"]] if "items" in node else [])
        prefix = node.get("prefixItems")
        items.extend(prefix if isinstance(prefix, list) else [])
    if shape.described and properties and not any(keyword in node for node in applying for keyword in _OPEN):
        demanded = (each.get("required") for each in applying)
        shape.names = frozenset(
            (*properties, *(str(name) for each in demanded if isinstance(each, list) for name in each))
        )
    shape.members = {name: at(each) for name, each in properties.items()}
    shape.items = at(items) if items else None
    shape.closed = shape.names is not None


CHECK: Final = Check(
    name=NAME,
    title="Every field of a response is documented.",
    clauses=for_each_operation(_clauses),
    judge=_judge,
)
