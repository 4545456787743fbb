"""What must hold for a valid request of a list to be served, beside what its parameters say of themselves.

That a page beyond the end is an empty one, that an unknown key sorts, that a value which no item can have finds nothing:
a refusal of such a request weighs as what the document says of that.
"""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.checks.check import Judgement
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.contract.vocabulary import Filter
from contract_suite.model.fact import Fact
from contract_suite.model.json import JSON, tokens
from contract_suite.model.source import Source

_UNKNOWN = 404


def promised_answers(judgement: Judgement, operation: Operation) -> tuple[Fact, ...]:
    """Return what this request rests on, as facts."""
    return (
        *_of_the_page(judgement, operation),
        *_of_the_order(judgement, operation),
        *_of_filters(judgement, operation),
    )


def _of_the_page(judgement: Judgement, operation: Operation) -> Iterator[Fact]:
    collection = operation.promises.collection
    page = collection.page if collection is not None else None
    if collection is None or not (judgement.exchange.status == _UNKNOWN or _is_later(judgement, operation)):
        return
    yield Fact(
        source=page.source_of("past_end") if page is not None else Source.INFERRED,
        location=(page or collection).location,
        what="that a list of nothing is served",
    )


def _is_later(judgement: Judgement, operation: Operation) -> bool:
    """Whether a page is asked for that may lie beyond the end: any but the first."""
    collection = operation.promises.collection
    page = collection.page if collection is not None else None
    parameter = operation.parameter(page.number or page.offset) if page is not None else None
    if page is None or parameter is None:
        return False
    asked = judgement.case.arguments.get(parameter.subject)
    first = parameter.default if isinstance(parameter.default, int) else 1 if page.number else 0
    return isinstance(asked, int) and asked > first


def _of_the_order(judgement: Judgement, operation: Operation) -> Iterator[Fact]:
    order = operation.promises.order
    parameter = operation.parameter(order.by) if order is not None and order.by else None
    asked = judgement.case.arguments.get(parameter.subject) if parameter is not None else None
    if order is not None and asked is not None and asked not in order.keys:
        source = order.source_of("unknown") if order.unknown else Source.INFERRED
        yield Fact(source=source, location=order.location, what=f"that an unknown {order.by} is served")


def _of_filters(judgement: Judgement, operation: Operation) -> Iterator[Fact]:
    for promise in operation.promises.filters:
        parameter = operation.parameter(promise.parameter)
        asked = judgement.case.arguments.get(parameter.subject) if parameter is not None else None
        shown = _shown(operation, promise) if asked is not None else None
        if asked is not None and shown is not None and not _can_be(shown, asked):
            what = f"that a {promise.parameter} which no item can have is served"
            yield Fact(source=Source.INFERRED, location=promise.location, what=what)


def _shown(operation: Operation, promise: Filter) -> SchemaView | None:
    """Where an answer describes the field that a filter compares with."""
    spec, collection = operation.response(200), operation.promises.collection
    media = spec.json if spec is not None else None
    if collection is None or media is None or media.schema is None:
        return None
    place = view(media.schema)
    for step in tokens(collection.items):
        place = place.member(step)
    place = place.element(0)
    for step in tokens(promise.field) if promise.field.startswith("/") else (promise.field,):
        place = place.member(step)
    return place


def _can_be(place: SchemaView, value: JSON) -> bool:
    """Whether the bounds and the listed values of a place leave room for a value."""
    for raw in place.applied():
        choices, least, most = raw.get("enum"), raw.get("minimum"), raw.get("maximum")
        if isinstance(choices, list) and value not in choices:
            return False
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if isinstance(least, (int, float)) and value < least:
                return False
            if isinstance(most, (int, float)) and value > most:
                return False
    return True
