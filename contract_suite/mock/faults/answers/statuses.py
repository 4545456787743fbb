"""Faults in the status of an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import on_wire, refused_as, replace_handler, replaces
from contract_suite.mock.fields import Body
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.refused import Refused
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON, Missing
from contract_suite.model.source import Source


@at_first(sites.operations)
def _created(_contract: Contract, operation: Operation) -> FaultSite | None:
    if operation.problem or operation.response(200) is None or operation.response(201) is not None:
        return None
    change = on_wire(
        lambda _call, response: (
            replace(response, status=201, reason="Created") if response.status == HTTPStatus.OK else response
        ),
        operation=operation,
    )
    return site_of(operation, "status::documented", also=("200/*::repeats-status",), plant=change)


@at_first(sites.operations)
def _refusal(
    contract: Contract, operation: Operation, kind: str, status: int, *clauses: str, also: tuple[str, ...] = ()
) -> FaultSite | None:
    said = contract.errors.status.get(kind) if contract.errors else None
    if (
        operation.problem
        or said is None
        or said == status
        or operation.response(said) is None
        or not (operation.parameters or operation.body)
    ):
        return None

    return site_of(operation, *clauses, also=also, plant=refused_as(operation, kind, status))


@at_first(sites.operations)
def _code(contract: Contract, operation: Operation) -> FaultSite | None:
    promised = next((each for each in operation.parameters if each.refusal and each.refusal.code), None)
    place = contract.errors.fields.get("code") if contract.errors else None
    if promised is None or place is None or promised.refusal is None:
        return None

    code = promised.refusal.code

    @replaces(operation)
    def finished(pipeline: Pipeline, call: Call, status: int, body: JSON) -> JSON:
        body = pipeline.finished(call, status, body)
        return (
            sites.replace_at(body, place, "Failed") if isinstance(body, dict) and body.get(place[1:]) == code else body
        )

    return site_of(operation, f"{promised.subject}::refusal-code", field=promised.name, plant=finished)


@at_first(sites.paged)
def _server_error(contract: Contract, place: sites.Paged) -> FaultSite | None:
    """A page so far beyond the end that its beginning overflows."""
    _, operation, page = place
    name = page.number or page.offset

    def serve(call: Call, go: Callable[[Call], Response]) -> Response:
        response = go(call)
        value = sites.argument(call, operation, name)
        far = isinstance(value, int) and value > 2**30
        return (
            replace(response, status=500, reason="Internal Server Error")
            if response.status == HTTPStatus.OK and far
            else response
        )

    return site_of(
        operation,
        "*::no-server-error",
        field=name,
        also=("*::repeats-status",),
        plant=replace_handler(contract, operation, serve),
    )


@at_first(sites.operations)
def _bad_request_error(_contract: Contract, operation: Operation) -> FaultSite | None:
    """A body of the wrong type is not refused but falls through."""
    if operation.problem or operation.body is None:
        return None

    return site_of(operation, "*::no-server-error", plant=refused_as(operation, "invalid", 500))


@at_first(sites.lists)
def _elsewhere(contract: Contract, place: sites.Listed) -> FaultSite | None:
    resource, operation = place
    if operation.source is Source.DOCUMENTED or any(each.where == "path" for each in operation.parameters):
        return None  # with an id in the address, what is not there may as well be the id

    def serve(call: Call, go: Callable[[Call], Response]) -> Response:
        response = go(call)
        return (
            replace(response, status=404, reason="Not Found", body=b"", headers=(("Content-Length", "0"),))
            if response.status == HTTPStatus.OK
            else response
        )

    return site_of(
        operation,
        "address::served",
        also=("*",),
        elsewhere=(f"{resource.name}::*-listed",),
        plant=replace_handler(contract, operation, serve),
    )


@at_first(sites.filters)
def _no_match(_contract: Contract, place: sites.Filtered) -> FaultSite | None:
    """A list that a filter leaves nothing of is answered as unknown."""
    operation, promise, parameter = place
    collection = operation.promises.collection
    if (
        promise.unknown
        or parameter.required
        or collection is None
        or not collection.total
        or operation.response(404) is None
    ):
        return None

    name = promise.parameter

    @replaces(operation)
    def total(pipeline: Pipeline, call: Call, items: list[Body], page: list[Body]) -> int:
        if not items and not isinstance(sites.argument(call, operation, name), Missing):
            raise Refused("unknown", "Nothing was found.")
        return pipeline.total(call, items, page)

    return site_of(
        operation,
        f"{parameter.subject}::no-match-empty",
        field=promise.parameter,
        also=("*::accepted", "address::served", f"{parameter.subject}::*"),
        plant=total,
    )


STATUSES: Final = (
    FaultKind(
        name="success-answered-201",
        sentence="a success is answered with a status that is not documented",
        site=_created(),
    ),
    FaultKind(
        name="bad-request-answered-404",
        sentence="a request that breaks its schema is answered 404",
        site=_refusal("invalid", 404, "*::refusal-status", also=("4xx*::repeats-status", "refusal::status-documented")),
    ),
    FaultKind(
        name="bad-request-answered-418",
        sentence="a request that breaks its schema is answered with a status that is not documented",
        site=_refusal(
            "invalid", 418, "refusal::status-documented", "*::refusal-status", also=("4xx*::repeats-status",)
        ),
    ),
    FaultKind(name="refusal-code-wrong", sentence="a refusal has another code than the documented one", site=_code()),
    FaultKind(
        name="far-page-server-error", sentence="a page very far beyond the end is answered 500", site=_server_error()
    ),
    FaultKind(name="bad-body-server-error", sentence="a bad body is answered 500", site=_bad_request_error()),
    FaultKind(name="list-elsewhere", sentence="a list is not at its address", site=_elsewhere()),
    FaultKind(
        name="no-match-answered-404",
        sentence="a list of which a filter leaves nothing is answered 404",
        site=_no_match(),
    ),
)
