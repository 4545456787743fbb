"""Faults in what surrounds an answer: its request id, the status that it repeats, the shape of a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import for_operation, in_body, on_wire, with_body, with_headers
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON, MISSING
from contract_suite.model.source import Level

_OFTEN: Final = 40
_PAGE: Final = b"<html><head><title>400 Bad Request</title></head><body><h1>Bad Request</h1></body></html>"

_TRACE: Final = (
    'Traceback (most recent call last):\n  File "/srv/api/handlers.py", line 41, in check\nValueError: bad request'
)


def _fresh(contract: Contract) -> Iterator[Operation]:
    yield from (each for each in contract.operations if each.promises.fresh and not each.problem)


@at_first(_fresh)
def _constant(_contract: Contract, operation: Operation) -> FaultSite | None:
    def plant(pipeline: Pipeline) -> Pipeline:
        first: list[JSON] = []

        def fresh(call: Call, value: JSON) -> JSON:
            first.append(pipeline.fresh(call, value))
            return first[0]

        return replace(pipeline, fresh=for_operation(operation, fresh, pipeline.fresh))

    return site_of(operation, "*::fresh", plant=plant)


@at_first(_fresh)
def _now_and_then(_contract: Contract, operation: Operation) -> FaultSite | None:
    def plant(pipeline: Pipeline) -> Pipeline:
        given: list[JSON] = []

        def fresh(call: Call, value: JSON) -> JSON:
            given.append(pipeline.fresh(call, value))
            return given[-2] if len(given) % _OFTEN == 0 else given[-1]

        return replace(pipeline, fresh=for_operation(operation, fresh, pipeline.fresh))

    return site_of(operation, "*::fresh", plant=plant, flaky=True)


@at_first(sites.operations)
def _status(_contract: Contract, operation: Operation) -> FaultSite | None:
    promise = operation.promises.repeats_status
    if promise is None:
        return None
    return site_of(
        operation,
        f"200{promise.pointer}::repeats-status",
        plant=in_body(operation, lambda body: sites.replace_at(body, promise.pointer, 201)),
    )


@at_first(sites.operations)
def _refusal_status(contract: Contract, operation: Operation) -> FaultSite | None:
    place = _error_field(contract, "status")
    if not place:
        return None
    return site_of(
        operation,
        f"4xx{place}::repeats-status",
        plant=in_body(operation, lambda body: sites.replace_at(body, place, 499), good=False),
    )


@at_first(sites.operations)
def _code_on_success(_contract: Contract, operation: Operation) -> FaultSite | None:
    promise = operation.promises.success
    if promise is None or not promise.empty:
        return None
    return site_of(
        operation,
        f"200{promise.field}::success-without-error",
        plant=in_body(operation, lambda body: sites.replace_at(body, promise.empty[0], "Success")),
    )


def _refusals(contract: Contract) -> Iterator[Operation]:
    for operation in sites.operations(contract):
        if any(each.status.startswith("4") and each.json for each in operation.responses):
            yield operation


def _error_field(contract: Contract, name: str) -> str:
    """Where a refusal shows one of its fields, empty if it doesn't."""
    return contract.errors.fields.get(name, "") if contract.errors else ""


@at_first(_refusals)
def _without(contract: Contract, operation: Operation, field: str) -> FaultSite | None:
    place = _error_field(contract, field)
    if not place:
        return None
    return site_of(
        operation,
        "4xx::error-envelope",
        "4xx::same-shape",
        also=("*::refusal-code",),
        plant=in_body(operation, lambda body: sites.replace_at(body, place, MISSING), good=False),
    )


@at_first(_refusals)
def _other_type(contract: Contract, operation: Operation) -> FaultSite | None:
    place = _error_field(contract, "message")
    if not place:
        return None
    return site_of(
        operation,
        "4xx::error-envelope",
        also=("4xx::same-shape",),
        plant=in_body(operation, lambda body: sites.replace_at(body, place, ["bad request"]), good=False),
    )


@at_first(_refusals)
def _message(contract: Contract, operation: Operation, text: str) -> FaultSite | None:
    place = _error_field(contract, "message")
    if not place:
        return None
    return site_of(
        operation,
        "error::no-internals",
        plant=in_body(operation, lambda body: sites.replace_at(body, place, text), good=False),
    )


@at_first(_refusals)
def _page(_contract: Contract, operation: Operation, status: int) -> FaultSite | None:
    unknown = status == HTTPStatus.NOT_FOUND and not (operation.safe and _is_of_one(operation))
    if unknown or not operation.documents(status):
        return None

    def change(_call: Call, response: Response) -> Response:
        return (
            with_body(with_headers(response, ("Content-Type", "text/html")), _PAGE)
            if response.status == status
            else response
        )

    return site_of(operation, "4xx::content-type", plant=on_wire(change, operation=operation))


def _is_of_one(operation: Operation) -> bool:
    """Whether an operation is about something that its path names."""
    return any(each.where == "path" for each in operation.parameters)


@at_first(_refusals)
def _another_page(contract: Contract, operation: Operation) -> FaultSite | None:
    """Sites where a bad request gets a status and a page that the document doesn't know."""
    errors = contract.errors
    general = errors is not None and errors.schema and errors.source_of("schema").level is Level.FAILURE
    if not general or not operation.safe:
        return None

    def change(_call: Call, response: Response) -> Response:
        if response.status != HTTPStatus.BAD_REQUEST:
            return response
        page = with_body(with_headers(response, ("Content-Type", "text/html")), _PAGE)
        return replace(page, status=HTTPStatus.IM_A_TEAPOT)

    return site_of(
        operation,
        "4xx::content-type",
        also=("*::refusal-status", "refusal::status-documented", "*::refusal-code"),
        plant=on_wire(change, operation=operation),
    )


ENVELOPES: Final = (
    FaultKind(
        name="request-id-constant", sentence="every answer of an operation has the same request id", site=_constant()
    ),
    FaultKind(
        name="request-id-repeated-now-and-then",
        sentence=f"one answer in {_OFTEN} has the request id of the one before",
        site=_now_and_then(),
    ),
    FaultKind(name="status-field-wrong", sentence="the status inside a success is 201", site=_status()),
    FaultKind(name="refusal-status-field-wrong", sentence="the status inside a refusal is 499", site=_refusal_status()),
    FaultKind(name="code-on-success", sentence="a success carries an error code", site=_code_on_success()),
    FaultKind(name="refusal-without-message", sentence="a refusal lacks its message", site=_without("message")),
    FaultKind(name="refusal-without-code", sentence="a refusal lacks its code", site=_without("code")),
    FaultKind(name="refusal-message-a-list", sentence="the message of a refusal is a list", site=_other_type()),
    FaultKind(
        name="refusal-without-request-id", sentence="a refusal lacks its request id", site=_without("request_id")
    ),
    FaultKind(name="refusal-without-status", sentence="a refusal lacks the status inside", site=_without("status")),
    FaultKind(
        name="refusal-shows-a-stack-trace",
        sentence="the message of a refusal is a stack trace",
        site=_message(_TRACE),
    ),
    FaultKind(
        name="refusal-shows-the-database",
        sentence="the message of a refusal is that of a database",
        site=_message("SQLSTATE[42P01]: Undefined table: 7 ERROR: relation does not exist"),
    ),
    FaultKind(
        name="refusal-shows-a-file-name",
        sentence="the message of a refusal names a file of the server",
        site=_message("cannot read /srv/api/current/limits.ini"),
    ),
    FaultKind(name="refusal-is-a-page", sentence="a bad request is answered with an HTML page", site=_page(400)),
    FaultKind(
        name="unauthorized-is-a-page", sentence="a request without a key is answered with an HTML page", site=_page(401)
    ),
    FaultKind(name="unknown-is-a-page", sentence="what does not exist is answered with an HTML page", site=_page(404)),
    FaultKind(
        name="other-status-is-a-page",
        sentence="a bad request is answered with a page and a status that nobody documented",
        site=_another_page(),
    ),
)
