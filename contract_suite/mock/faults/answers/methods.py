"""Faults in how a path takes methods that it doesn't have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, FindSite, at_first, site_of
from contract_suite.mock.faults.planting import on_wire, replaces, with_headers
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.model.exchange import Response

Path = tuple[Operation, tuple[Operation, ...]]
"""A path without parameters: its first operation, and all of them."""


def _paths(contract: Contract) -> Iterator[Path]:
    usable = tuple(sites.operations(contract))
    for operation in usable:
        same = tuple(each for each in usable if each.path == operation.path)
        if same[0] is operation and "{" not in operation.path:
            yield operation, same


def _taken(method: str, of_method: str) -> FindSite:
    def paths(contract: Contract) -> list[Path]:
        return sorted(_paths(contract), key=lambda path: path[0].method != of_method)

    @at_first(paths)
    def taken(_contract: Contract, place: Path) -> FaultSite | None:
        first, same = place
        target = next((each for each in same if each.method == of_method), None)
        if target is None or any(each.method == method for each in same):
            return None

        @replaces()
        def routed(
            pipeline: Pipeline, call: Call, operation: Operation | None, allowed: tuple[str, ...]
        ) -> Operation | None:
            known = pipeline.routed(call, operation, allowed)
            path = call.request.target.partition("?")[0]
            return target if known is None and call.request.method == method and path == target.path else known

        return site_of(first, f"method::{method}-refused", plant=routed)

    return taken()


@at_first(_paths)
def _refused(
    _contract: Contract, place: Path, change: Callable[[Response], Response], *kinds: str, also: tuple[str, ...] = ()
) -> FaultSite:
    first, _ = place

    def changed(call: Call, response: Response) -> Response:
        here = call.request.target.partition("?")[0] == first.path
        return change(response) if response.status == HTTPStatus.METHOD_NOT_ALLOWED and here else response

    return FaultSite(
        where=first.id,
        clauses=tuple(f"{first.id}::method::{kind}" for kind in kinds),
        also=also,
        plant=on_wire(changed),
    )


def _only_with_parameters(contract: Contract) -> Iterator[Operation]:
    """The operations of a contract of which every path has parameters."""
    if next(_paths(contract), None) is None:
        yield from sites.operations(contract)


@at_first(_only_with_parameters)
def _any_path(_contract: Contract, operation: Operation) -> FaultSite:
    def change(_call: Call, response: Response) -> Response:
        wrong = response.status == HTTPStatus.METHOD_NOT_ALLOWED
        return with_headers(response, ("Allow", "")) if wrong else response

    return FaultSite(where=operation.id, clauses=("*::method::allow-header",), plant=on_wire(change))


def _heads(contract: Contract) -> Iterator[Operation]:
    usable = tuple(sites.operations(contract))
    with_get = {each.path for each in usable if each.method == "GET"}
    yield from (each for each in usable if each.method == "HEAD" and each.path in with_get)


@at_first(_heads)
def _head(_contract: Contract, operation: Operation, change: Callable[[Response], Response]) -> FaultSite:
    return site_of(
        operation,
        "request::agrees-with-get",
        also=("status::documented", "refusal::status-documented", "request::accepted"),
        plant=on_wire(lambda _call, response: change(response), operation=operation),
    )


def _named_wrong(response: Response) -> Response:
    return with_headers(response, ("Allow", "HEAD, OPTIONS"))


METHODS: Final = (
    FaultKind(name="patch-taken-for-put", sentence="PATCH is taken for PUT", site=_taken("PATCH", "PUT")),
    FaultKind(name="post-taken-for-get", sentence="POST is taken for GET", site=_taken("POST", "GET")),
    FaultKind(
        name="wrong-method-answered-404",
        sentence="another method is answered 404",
        site=_refused(lambda response: replace(response, status=404, reason="Not Found"), "*-refused"),
    ),
    FaultKind(
        name="wrong-method-answered-200",
        sentence="another method is answered 200 with nothing done",
        site=_refused(
            lambda response: replace(
                response,
                status=200,
                reason="OK",
                body=b"{}",
                headers=(("Content-Type", "application/json"), ("Content-Length", "2")),
            ),
            "*-refused",
        ),
    ),
    FaultKind(
        name="no-allow",
        sentence="a 405 lacks Allow",
        site=_refused(lambda response: with_headers(response, ("Allow", "")), "allow-header"),
    ),
    FaultKind(
        name="allow-wrong",
        sentence="the Allow of a 405 doesn't name the methods of its path",
        site=_refused(_named_wrong, "allow-header"),
    ),
    FaultKind(name="no-allow-anywhere", sentence="no 405 has Allow", site=_any_path()),
    FaultKind(
        name="head-not-found",
        sentence="HEAD is answered 404 where GET is served",
        site=_head(lambda response: replace(response, status=404, reason="Not Found")),
    ),
    FaultKind(
        name="head-names-other-type",
        sentence="HEAD names another media type than GET",
        site=_head(lambda response: with_headers(response, ("Content-Type", "text/html"))),
    ),
)
