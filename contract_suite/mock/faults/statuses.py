"""Faults in the status of an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, for_operation, on_wire, refused_as, replace_handler
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.state import Body, Refused
from contract_suite.model.exchange import Response
from contract_suite.model.json import Missing
from contract_suite.model.source import Source


def _created(contract: Contract) -> Iterator[FaultSite]:
    for operation in contract.operations:
        if operation.problem or operation.response(200) is None or operation.response(201) is not None:
            continue
        change = on_wire(
            lambda _call, response: (
                replace(response, status=201, reason="Created") if response.status == HTTPStatus.OK else response
            ),
            operation=operation,
        )
        yield FaultSite(
            where=operation.id,
            clauses=(f"{operation.id}::status::documented",),
            plant=change,
            also=(f"{operation.id}::200/*::repeats-status",),
        )
        return


def _refusal(
    kind: str, status: int, *clauses: str, also: tuple[str, ...] = ()
) -> Callable[[Contract], Iterator[FaultSite]]:
    def found(contract: Contract) -> Iterator[FaultSite]:
        for operation in contract.operations:
            said = contract.errors.status.get(kind) if contract.errors else None
            if (
                operation.problem
                or said is None
                or said == status
                or operation.response(said) is None
                or not (operation.parameters or operation.body)
            ):
                continue

            yield FaultSite(
                where=operation.id,
                clauses=tuple(f"{operation.id}::{each}" for each in clauses),
                also=tuple(f"{operation.id}::{each}" for each in also),
                plant=refused_as(operation, kind, status),
            )
            return

    return found


def _code(contract: Contract) -> Iterator[FaultSite]:
    for operation in contract.operations:
        promised = next((each for each in operation.parameters if each.refusal and each.refusal.code), None)
        place = contract.errors.fields.get("code") if contract.errors else None
        if promised is None or place is None or promised.refusal is None:
            continue

        def plant(
            pipeline: Pipeline, operation: Operation = operation, place: str = place, code: str = promised.refusal.code
        ) -> Pipeline:
            def finished(call: Call, status: int, body: object) -> object:
                body = pipeline.finished(call, status, body)  # type: ignore[arg-type]
                return (
                    sites.replace_at(body, place, "Failed")
                    if isinstance(body, dict) and body.get(place[1:]) == code
                    else body
                )

            return replace(pipeline, finished=for_operation(operation, finished, pipeline.finished))

        yield FaultSite(
            where=f"{operation.id}, {promised.name}",
            clauses=(f"{operation.id}::{promised.subject}::refusal-code",),
            plant=plant,
        )
        return


def _server_error(contract: Contract) -> Iterator[FaultSite]:
    """A page so far behind the end that its beginning overflows."""
    for _, operation, page in sites.paged(contract):
        name = page.number or page.offset

        def serve(
            call: Call, go: Callable[[Call], Response], operation: Operation = operation, name: str = name
        ) -> Response:
            response = go(call)
            value = sites.argument(call, operation, name)
            far = isinstance(value, int) and value > 2**30
            return (
                replace(response, status=500, reason="Internal Server Error")
                if response.status == HTTPStatus.OK and far
                else response
            )

        yield FaultSite(
            where=f"{operation.id}, {name}",
            clauses=(f"{operation.id}::*::no-server-error",),
            plant=replace_handler(contract, operation, serve),
            also=(f"{operation.id}::*::repeats-status",),
        )
        return


def _bad_request_error(contract: Contract) -> Iterator[FaultSite]:
    """A body of the wrong type is not refused but falls through."""
    for operation in contract.operations:
        if operation.problem or operation.body is None:
            continue

        yield FaultSite(
            where=operation.id,
            clauses=(f"{operation.id}::*::no-server-error",),
            plant=refused_as(operation, "invalid", 500),
        )
        return


def _elsewhere(contract: Contract) -> Iterator[FaultSite]:
    for resource, operation in sites.lists(contract):
        if operation.source is Source.DOCUMENTED or any(each.where == "path" for each in operation.parameters):
            continue  # with an id in the address, what is not there may as well be the id

        def serve(call: Call, go: Callable[[Call], Response]) -> Response:
            response = go(call)
            return (
                replace(response, status=404, reason="Not Found", body=b"", headers=(("Content-Length", "0"),))
                if response.status == HTTPStatus.OK
                else response
            )

        yield FaultSite(
            where=operation.id,
            clauses=(f"{operation.id}::address::served",),
            plant=replace_handler(contract, operation, serve),
            also=(f"{operation.id}::*", f"*::{resource.name}::*-listed"),
        )
        return


def _no_match(contract: Contract) -> Iterator[FaultSite]:
    """A list that a filter leaves nothing of is answered as unknown."""
    for operation, promise, parameter in sites.filters(contract):
        collection = operation.promises.collection
        if (
            promise.unknown
            or parameter.required
            or collection is None
            or not collection.total
            or operation.response(404) is None
        ):
            continue

        def plant(pipeline: Pipeline, operation: Operation = operation, name: str = promise.parameter) -> Pipeline:
            def total(call: Call, items: list[Body], page: list[Body]) -> int:
                if not items and not isinstance(sites.argument(call, operation, name), Missing):
                    raise Refused("unknown", "Nothing was found.")
                return pipeline.total(call, items, page)

            return replace(pipeline, total=for_operation(operation, total, pipeline.total))

        yield FaultSite(
            where=f"{operation.id}, {promise.parameter}",
            clauses=(f"{operation.id}::{parameter.subject}::no-match-empty",),
            plant=plant,
            also=(
                f"{operation.id}::*::accepted",
                f"{operation.id}::address::served",
                f"{operation.id}::{parameter.subject}::*",
            ),
        )
        return


STATUSES: Final = (
    FaultKind(
        name="success-answered-201",
        sentence="a success is answered with a status that is not documented",
        sites=_created,
    ),
    FaultKind(
        name="bad-request-answered-404",
        sentence="a request that breaks its schema is answered 404",
        sites=_refusal(
            "invalid", 404, "*::refusal-status", also=("4xx*::repeats-status", "refusal::status-documented")
        ),
    ),
    FaultKind(
        name="bad-request-answered-418",
        sentence="a request that breaks its schema is answered with a status that is not documented",
        sites=_refusal(
            "invalid", 418, "refusal::status-documented", "*::refusal-status", also=("4xx*::repeats-status",)
        ),
    ),
    FaultKind(name="refusal-code-wrong", sentence="a refusal has another code than the documented one", sites=_code),
    FaultKind(
        name="far-page-server-error", sentence="a page very far behind the end is answered 500", sites=_server_error
    ),
    FaultKind(name="bad-body-server-error", sentence="a bad body is answered 500", sites=_bad_request_error),
    FaultKind(name="list-elsewhere", sentence="a list is not at its address", sites=_elsewhere),
    FaultKind(
        name="no-match-answered-404",
        sentence="a list of which a filter leaves nothing is answered 404",
        sites=_no_match,
    ),
)
