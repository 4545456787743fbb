"""Faults in what surrounds an answer: its request id, the status that it repeats, the shape of a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import (
    FaultKind,
    FaultSite,
    for_operation,
    in_body,
    on_wire,
    with_body,
    with_headers,
)
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON, MISSING

_OFTEN: Final = 40
_PAGE: Final = b"<html><head><title>400 Bad Request</title></head><body><h1>Bad Request</h1></body></html>"


def _fresh(contract: Contract) -> Iterator[Operation]:
    yield from (each for each in contract.operations if each.promises.fresh and not each.problem)


def _constant(contract: Contract) -> Iterator[FaultSite]:
    for operation in _fresh(contract):

        def plant(pipeline: Pipeline, operation: Operation = operation) -> Pipeline:
            first: list[JSON] = []

            def fresh(call: Call, value: JSON) -> JSON:
                first.append(pipeline.fresh(call, value))
                return first[0]

            return replace(pipeline, fresh=for_operation(operation, fresh, pipeline.fresh))

        yield FaultSite(where=operation.id, clauses=(f"{operation.id}::*::fresh",), plant=plant)
        return


def _now_and_then(contract: Contract) -> Iterator[FaultSite]:
    for operation in _fresh(contract):

        def plant(pipeline: Pipeline, operation: Operation = operation) -> Pipeline:
            given: list[JSON] = []

            def fresh(call: Call, value: JSON) -> JSON:
                given.append(pipeline.fresh(call, value))
                return given[-2] if len(given) % _OFTEN == 0 else given[-1]

            return replace(pipeline, fresh=for_operation(operation, fresh, pipeline.fresh))

        yield FaultSite(where=operation.id, clauses=(f"{operation.id}::*::fresh",), plant=plant, flaky=True)
        return


def _status(contract: Contract) -> Iterator[FaultSite]:
    for operation in contract.operations:
        promise = operation.promises.repeats_status
        if promise is not None:
            yield FaultSite(
                where=operation.id,
                clauses=(f"{operation.id}::200{promise.pointer}::repeats-status",),
                plant=in_body(operation, lambda body, place=promise.pointer: sites.replace_at(body, place, 201)),  # type: ignore[misc]
            )
            return


def _refusal_status(contract: Contract) -> Iterator[FaultSite]:
    place = contract.errors.fields.get("status") if contract.errors else None
    for operation in contract.operations if place else ():
        yield FaultSite(
            where=operation.id,
            clauses=(f"{operation.id}::4xx{place}::repeats-status",),
            plant=in_body(operation, lambda body: sites.replace_at(body, str(place), 499), good=False),
        )
        return


def _code_on_success(contract: Contract) -> Iterator[FaultSite]:
    for operation in contract.operations:
        promise = operation.promises.success
        if promise is not None and promise.empty:
            yield FaultSite(
                where=operation.id,
                clauses=(f"{operation.id}::200{promise.field}::success-without-error",),
                plant=in_body(operation, lambda body, place=promise.empty[0]: sites.replace_at(body, place, "Success")),  # type: ignore[misc]
            )
            return


def _refusals(contract: Contract) -> Iterator[Operation]:
    for operation in contract.operations:
        if not operation.problem and any(each.status.startswith("4") and each.json for each in operation.responses):
            yield operation


def _without(role: str) -> Callable[[Contract], Iterator[FaultSite]]:
    def found(contract: Contract) -> Iterator[FaultSite]:
        place = contract.errors.fields.get(role) if contract.errors else None
        for operation in _refusals(contract) if place else ():
            yield FaultSite(
                where=operation.id,
                clauses=(f"{operation.id}::4xx::error-envelope", f"{operation.id}::4xx::same-shape"),
                plant=in_body(operation, lambda body: sites.replace_at(body, str(place), MISSING), good=False),
                also=(f"{operation.id}::*::refusal-code",),
            )
            return

    return found


def _other_type(contract: Contract) -> Iterator[FaultSite]:
    place = contract.errors.fields.get("message") if contract.errors else None
    for operation in _refusals(contract) if place else ():
        yield FaultSite(
            where=operation.id,
            clauses=(f"{operation.id}::4xx::error-envelope",),
            also=(f"{operation.id}::4xx::same-shape",),
            plant=in_body(operation, lambda body: sites.replace_at(body, str(place), ["bad request"]), good=False),
        )
        return


def _page(contract: Contract) -> Iterator[FaultSite]:
    for operation in _refusals(contract):

        def change(_call: Call, response: Response) -> Response:
            return (
                with_body(with_headers(response, ("Content-Type", "text/html")), _PAGE)
                if response.status == HTTPStatus.BAD_REQUEST
                else response
            )

        yield FaultSite(
            where=operation.id,
            clauses=(f"{operation.id}::4xx::content-type",),
            plant=on_wire(change, operation=operation),
        )
        return


ENVELOPES: Final = (
    FaultKind(
        name="request-id-constant", sentence="every answer of an operation has the same request id", sites=_constant
    ),
    FaultKind(
        name="request-id-repeated-now-and-then",
        sentence=f"one answer in {_OFTEN} has the request id of the one before",
        sites=_now_and_then,
    ),
    FaultKind(name="status-field-wrong", sentence="the status inside a success is 201", sites=_status),
    FaultKind(name="refusal-status-field-wrong", sentence="the status inside a refusal is 499", sites=_refusal_status),
    FaultKind(name="code-on-success", sentence="a success carries an error code", sites=_code_on_success),
    FaultKind(name="refusal-without-message", sentence="a refusal lacks its message", sites=_without("message")),
    FaultKind(name="refusal-without-code", sentence="a refusal lacks its code", sites=_without("code")),
    FaultKind(name="refusal-message-a-list", sentence="the message of a refusal is a list", sites=_other_type),
    FaultKind(name="refusal-is-a-page", sentence="a bad request is answered with an HTML page", sites=_page),
)
