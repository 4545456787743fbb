"""Faults in the body of a refusal: its media type, its envelope, its status field and its request id."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import for_operation, in_body, on_wire, with_body, with_headers
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON, Missing

_TEXT: Final = b"the request was refused"
_PAGE: Final = b"<html><body><h1>Not Found</h1></body></html>"


def _refusing(contract: Contract) -> Iterator[Operation]:
    for operation in sites.operations(contract):
        if any(each.status.startswith("4") and each.json for each in operation.responses):
            yield operation


@at_first(_refusing)
def _field(
    contract: Contract, operation: Operation, name: str, change: JSON | Missing, *, kind: str = "error-envelope"
) -> FaultSite | None:
    """One field of a refusal has another value, or is left out."""
    place = contract.errors.fields.get(name, "") if contract.errors else ""
    if not place:
        return None
    own = f"4xx{place}::{kind}" if kind == "repeats-status" else f"4xx::{kind}"
    return site_of(
        operation,
        own,
        field=place,
        also=("4xx::error-envelope", "4xx::same-shape", "4xx/*::*", "*::refusal-code"),
        plant=in_body(operation, lambda body: sites.replace_at(body, place, change), good=False),
    )


@at_first(_refusing)
def _whole(
    _contract: Contract, operation: Operation, change: Callable[[Response], Response], kind: str
) -> FaultSite | None:
    """All refusals of an operation look otherwise."""

    def changed(_call: Call, response: Response) -> Response:
        refused = HTTPStatus.BAD_REQUEST <= response.status < HTTPStatus.INTERNAL_SERVER_ERROR
        return change(response) if refused else response

    return site_of(
        operation,
        f"4xx::{kind}",
        also=("4xx::*", "4xx/*::*", "*::refusal-code"),
        plant=on_wire(changed, operation=operation),
    )


@at_first(_refusing)
def _constant_id(contract: Contract, operation: Operation) -> FaultSite | None:
    """Each refusal has the request id of the first one."""
    place = contract.errors.fields.get("request_id", "") if contract.errors else ""
    if not place:
        return None

    def plant(pipeline: Pipeline) -> Pipeline:
        first: list[JSON] = []

        def finished(call: Call, status: int, body: JSON) -> JSON:
            body = pipeline.finished(call, status, body)
            if status < HTTPStatus.BAD_REQUEST or not isinstance(body, dict):
                return body
            first.append(body.get(place[1:]))
            return sites.replace_at(body, place, first[0])

        return replace(pipeline, finished=for_operation(operation, finished, pipeline.finished))

    return site_of(operation, f"4xx{place}::fresh", field=place, plant=plant)


def _typed(kind: str, body: bytes) -> Callable[[Response], Response]:
    return lambda response: with_body(with_headers(response, ("Content-Type", kind)), body)


REFUSALS: Final = (
    FaultKind(
        name="refusal-request-id-null", sentence="the request id of a refusal is null", site=_field("request_id", None)
    ),
    FaultKind(
        name="refusal-request-id-number",
        sentence="the request id of a refusal is a number",
        site=_field("request_id", 7),
    ),
    FaultKind(
        name="refusal-request-id-constant",
        sentence="each refusal has the request id of the first one",
        site=_constant_id(),
    ),
    FaultKind(name="refusal-code-number", sentence="the code of a refusal is a number", site=_field("code", 7)),
    FaultKind(name="refusal-code-null", sentence="the code of a refusal is null", site=_field("code", None)),
    FaultKind(name="refusal-message-null", sentence="the message of a refusal is null", site=_field("message", None)),
    FaultKind(
        name="refusal-message-object",
        sentence="the message of a refusal is an object",
        site=_field("message", {"en": "refused"}),
    ),
    FaultKind(
        name="refusal-status-field-200",
        sentence="the status inside a refusal is 200",
        site=_field("status", 200, kind="repeats-status"),
    ),
    FaultKind(
        name="refusal-status-field-500",
        sentence="the status inside a refusal is 500",
        site=_field("status", 500, kind="repeats-status"),
    ),
    FaultKind(
        name="refusal-status-field-null",
        sentence="the status inside a refusal is null",
        site=_field("status", None),
    ),
    FaultKind(
        name="refusal-plain-text",
        sentence="refusals are plain text",
        site=_whole(_typed("text/plain", _TEXT), "content-type"),
    ),
    FaultKind(
        name="refusal-page-everywhere",
        sentence="refusals are HTML pages",
        site=_whole(_typed("text/html", _PAGE), "content-type"),
    ),
    FaultKind(
        name="refusal-page-as-json",
        sentence="refusals are HTML pages that call themselves JSON",
        site=_whole(_typed("application/json", _PAGE), "json-syntax"),
    ),
    FaultKind(
        name="refusal-cut-short",
        sentence="the JSON of a refusal ends in the middle",
        site=_whole(lambda response: with_body(response, response.body[:-2]), "json-syntax"),
    ),
    FaultKind(
        name="refusal-a-list",
        sentence="a refusal is a list of errors",
        site=_whole(lambda response: with_body(response, b"[" + response.body + b"]"), "error-envelope"),
    ),
)
