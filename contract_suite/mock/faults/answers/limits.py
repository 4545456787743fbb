"""Faults in limits: how large an answer may be, and how many requests may come."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.violations import Violation
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, Plant, at_first, site_of
from contract_suite.mock.faults.planting import for_operation, on_wire, replaces, together, with_headers
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.refused import Refused
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON

_MANY: Final = 200


Limited = tuple[Operation, int, tuple[Operation, ...]]
"""A read whose answer is limited, to how many bytes, and the writes of what it shows."""


def _limited(contract: Contract) -> Iterator[Limited]:
    for _, operations in sites.written(contract):
        read = operations.get("read")
        promise = read.promises.response_bytes if read else None
        if read is not None and promise is not None:
            yield read, promise.limit, tuple(operations[name] for name in ("create", "update") if name in operations)


@at_first(_limited)
def _too_long(_contract: Contract, place: Limited, too_large: Callable[[Call, int, int], bool]) -> FaultSite:
    """A write is accepted that makes an answer too long."""
    read, _, _ = place
    return site_of(read, "200::response-bytes-respected", plant=partial(replace, too_large=too_large))


@at_first(_limited)
def _halved(_contract: Contract, place: Limited) -> FaultSite:
    read, _, writes = place
    return FaultSite(
        where=read.id,
        clauses=tuple(f"{write.id}::body::largest-accepted" for write in writes),
        plant=partial(replace, too_large=lambda _call, size, limit: size > limit // 2),
    )


@at_first(_limited)
def _taken_and_unreadable(_contract: Contract, place: Limited) -> FaultSite:
    """A write that is too large is stored, and what it made can't be shown any more."""
    read, limit, writes = place

    @replaces(read)
    def finished(pipeline: Pipeline, call: Call, status: int, body: JSON) -> JSON:
        body = pipeline.finished(call, status, body)
        sent = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        if status == HTTPStatus.OK and len(sent) > limit:
            raise Refused("too_large", "It is too large to be shown.")
        return body

    return FaultSite(
        where=read.id,
        clauses=tuple(f"{write.id}::body::too-large-refused" for write in writes),
        also=(f"{read.id}::request::accepted",),
        plant=together(partial(replace, too_large=lambda _call, _size, _limit: False), finished),
    )


def _in_characters(call: Call, size: int, limit: int) -> bool:
    """Count characters of the request instead of bytes of the answer: a text of another script counts a third."""
    text = call.request.body.decode("utf-8", "replace")
    if "\\u" in text:
        text = text.encode().decode("unicode_escape", "replace")
    wide = sum(len(each.encode("utf-8", "replace")) - 1 for each in text)
    return size - wide > limit


def _rated(contract: Contract) -> list[Operation]:
    """Operations with a rate limit, the lowest first."""
    found = [each for each in sites.operations(contract) if each.promises.rate is not None]
    return sorted(found, key=lambda each: each.promises.rate.requests if each.promises.rate else 0)


@at_first(_rated)
def _rate(
    _contract: Contract, operation: Operation, plant_for: Callable[[Operation], Plant], kind: str, *, header: str = ""
) -> FaultSite:
    """A limit of a rate is kept otherwise, or announced otherwise in a header, which may have a schema of its own."""
    spec = operation.response(HTTPStatus.TOO_MANY_REQUESTS)
    declared = header and spec is not None and any(each.name == header for each in spec.headers)
    claimed = [kind, f"{HTTPStatus.TOO_MANY_REQUESTS}/header.{header}::schema"] if declared else [kind]
    return site_of(operation, *claimed, plant=plant_for(operation), limits=True, include=(operation.id,))


def _unlimited(_operation: Operation) -> Plant:
    @replaces()
    def handle(pipeline: Pipeline, call: Call, go: Callable[[Call], Response]) -> Response:
        call.now = call.now + 60.0 * call.number
        return pipeline.handle(call, go)

    return handle


def _waits_in_words(_operation: Operation) -> Plant:
    def change(_call: Call, response: Response) -> Response:
        refused = response.status == HTTPStatus.TOO_MANY_REQUESTS
        return with_headers(response, ("Retry-After", "1 second")) if refused else response

    return on_wire(change)


def _for_ever(operation: Operation) -> Plant:
    def plant(pipeline: Pipeline) -> Pipeline:
        shut: list[int] = []
        refused = [0]

        def permit(one: Operation, credential: str) -> None:
            if one.id == operation.id and shut:
                raise Refused("too_many", "Too many requests.", headers=(("Retry-After", "1"),))
            pipeline.permit(one, credential)

        def sent(call: Call, response: Response) -> Response:
            if response.status == HTTPStatus.TOO_MANY_REQUESTS:
                refused[0] += 1
                if refused[0] > 2:  # noqa: PLR2004 - a client that goes on is shut out
                    shut.append(call.number)
            return pipeline.sent(call, response)

        return replace(pipeline, permit=permit, sent=sent)

    return plant


def _a_tenth(operation: Operation) -> Plant:
    rate = operation.promises.rate
    most, seconds = (max(1, rate.requests // 10), rate.seconds) if rate is not None else (0, 0.0)

    def plant(pipeline: Pipeline) -> Pipeline:
        served: deque[float] = deque()

        def find_violations(call: Call) -> tuple[Violation, ...]:
            while served and served[0] <= call.now - seconds:
                served.popleft()
            if len(served) >= most:
                raise Refused("too_many", "Too many requests.", headers=(("Retry-After", "1"),))
            served.append(call.now)
            return pipeline.find_violations(call)

        return replace(pipeline, find_violations=for_operation(operation, find_violations, pipeline.find_violations))

    return plant


LIMITS: Final = (
    FaultKind(
        name="response-size-unlimited",
        sentence="a write is accepted that makes an answer longer than the limit",
        site=_too_long(lambda _call, _size, _limit: False),
    ),
    FaultKind(
        name="response-size-in-characters",
        sentence="the limit of an answer counts characters and not bytes",
        site=_too_long(_in_characters),
    ),
    FaultKind(
        name="response-size-a-little-over",
        sentence="an answer may be a little longer than its limit",
        site=_too_long(lambda _call, size, limit: size > limit + _MANY),
    ),
    FaultKind(
        name="response-size-refused-too-late",
        sentence="a write is accepted that makes an answer too long, which is then refused",
        site=_taken_and_unreadable(),
    ),
    FaultKind(name="response-size-halved", sentence="a write is refused at half of the limit", site=_halved()),
    FaultKind(
        name="rate-unlimited", sentence="no request is too many", site=_rate(_unlimited, "rate::past-limit-refused")
    ),
    FaultKind(
        name="rate-far-lower",
        sentence="requests are too many at a tenth of the documented rate",
        site=_rate(_a_tenth, "rate::documented-rate-served"),
    ),
    FaultKind(
        name="retry-after-in-words",
        sentence="Retry-After is neither a number nor a date",
        site=_rate(_waits_in_words, "*::retry-after-well-formed", header="Retry-After"),
    ),
    FaultKind(
        name="rate-limit-never-ends",
        sentence="who was too fast is refused for ever",
        site=_rate(_for_ever, "rate::served-again"),
    ),
)
