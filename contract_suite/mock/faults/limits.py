"""Faults in limits: how large an answer may be, and how many requests may come."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, Plant, at_first, for_operation, on_wire, with_headers
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.state import Refused
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON

_MANY: Final = 200


@at_first(sites.written)
def _sized(
    _contract: Contract, place: sites.Written, too_large: Callable[[Call, int, int], bool], kind: str
) -> FaultSite | None:
    _, operations = place
    read = operations.get("read")
    if read is None or read.promises.response_bytes is None:
        return None
    writes = [operations[name].id for name in ("create", "update") if name in operations]

    def plant(pipeline: Pipeline) -> Pipeline:
        return replace(pipeline, too_large=too_large)

    longer = kind == "response-bytes-respected"
    clauses = (f"{read.id}::200::{kind}",) if longer else tuple(f"{write}::body::{kind}" for write in writes)
    return FaultSite(where=read.id, clauses=clauses, plant=plant)


@at_first(sites.written)
def _taken_and_unreadable(_contract: Contract, place: sites.Written) -> FaultSite | None:
    """A write that is too large is stored, and what it made can't be shown any more."""
    _, operations = place
    read = operations.get("read")
    promise = read.promises.response_bytes if read else None
    if read is None or promise is None:
        return None
    writes = [operations[name].id for name in ("create", "update") if name in operations]

    limit = promise.limit

    def plant(pipeline: Pipeline) -> Pipeline:
        def finished(call: Call, status: int, body: JSON) -> JSON:
            body = pipeline.finished(call, status, body)
            if (
                status == HTTPStatus.OK
                and len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()) > limit
            ):
                raise Refused("too_large", "It is too large to be shown.")
            return body

        return replace(
            pipeline,
            too_large=lambda _call, _size, _limit: False,
            finished=for_operation(read, finished, pipeline.finished),
        )

    return FaultSite(
        where=read.id,
        clauses=tuple(f"{write}::body::too-large-refused" for write in writes),
        also=(f"{read.id}::request::accepted",),
        plant=plant,
    )


def _in_characters(call: Call, size: int, limit: int) -> bool:
    """Count characters of the request instead of bytes of the answer: a text of another script counts a third."""
    text = call.request.body.decode("utf-8", "replace")
    if "\\u" in text:
        text = text.encode().decode("unicode_escape", "replace")
    wide = sum(len(each.encode("utf-8", "replace")) - 1 for each in text)
    return size - wide > limit


def _rated(contract: Contract) -> Iterator[Operation]:
    found = [each for each in contract.operations if each.promises.rate is not None and not each.problem]
    yield from sorted(found, key=lambda each: each.promises.rate.requests if each.promises.rate else 0)


@at_first(_rated)
def _rate(
    _contract: Contract,
    operation: Operation,
    plant_for: Callable[[Operation], Plant],
    *kinds: str,
    also: tuple[str, ...] = (),
) -> FaultSite | None:
    return FaultSite(
        where=operation.id,
        clauses=tuple(f"{operation.id}::{kind}" for kind in kinds),
        plant=plant_for(operation),
        limits=True,
        include=(operation.id,),
        also=tuple(f"{operation.id}::{each}" for each in also),
    )


def _unlimited(operation: Operation) -> Plant:
    def plant(pipeline: Pipeline) -> Pipeline:
        def handle(call: Call, go: Callable[[Call], Response]) -> Response:
            call.now = call.now + 60.0 * call.number
            return pipeline.handle(call, go)

        return replace(pipeline, handle=handle)

    del operation
    return plant


def _waits_in_words(operation: Operation) -> Plant:
    def change(_call: Call, response: Response) -> Response:
        return (
            with_headers(response, ("Retry-After", "1 second"))
            if response.status == HTTPStatus.TOO_MANY_REQUESTS
            else response
        )

    del operation
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


LIMITS: Final = (
    FaultKind(
        name="response-size-unlimited",
        sentence="a write is accepted that makes an answer longer than the limit",
        site=_sized(lambda _call, _size, _limit: False, "response-bytes-respected"),
    ),
    FaultKind(
        name="response-size-in-characters",
        sentence="the limit of an answer counts characters and not bytes",
        site=_sized(_in_characters, "response-bytes-respected"),
    ),
    FaultKind(
        name="response-size-a-little-over",
        sentence="an answer may be a little longer than its limit",
        site=_sized(lambda _call, size, limit: size > limit + _MANY, "response-bytes-respected"),
    ),
    FaultKind(
        name="response-size-refused-too-late",
        sentence="a write is accepted that makes an answer too long, which is then refused",
        site=_taken_and_unreadable(),
    ),
    FaultKind(
        name="response-size-halved",
        sentence="a write is refused at half of the limit",
        site=_sized(lambda _call, size, limit: size > limit // 2, "largest-accepted"),
    ),
    FaultKind(
        name="rate-unlimited", sentence="no request is too many", site=_rate(_unlimited, "rate::past-limit-refused")
    ),
    FaultKind(
        name="retry-after-in-words",
        sentence="Retry-After is neither a number nor a date",
        site=_rate(_waits_in_words, "*::retry-after-well-formed", "429/header.Retry-After::schema"),
    ),
    FaultKind(
        name="rate-limit-never-ends",
        sentence="who was too fast is refused for ever",
        site=_rate(_for_ever, "rate::served-again"),
    ),
)
