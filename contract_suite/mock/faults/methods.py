"""Faults in how a path takes methods that it doesn't have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, on_wire, with_headers
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.model.exchange import Response


def _paths(contract: Contract) -> Iterator[tuple[Operation, set[str], Operation]]:
    """Paths as the first operation on each, the methods there, and an operation to take others for."""
    for operation in contract.operations:
        same = [each for each in contract.operations if each.path == operation.path and not each.problem]
        if same and same[0] is operation and all(each.count("{") == 0 for each in [operation.path]):
            yield operation, {each.method for each in same}, same[0]


def _taken(method: str, of_method: str) -> Callable[[Contract], Iterator[FaultSite]]:
    def found(contract: Contract) -> Iterator[FaultSite]:
        for first, methods, _ in sorted(_paths(contract), key=lambda each: each[0].method != of_method):
            target = next(
                (
                    each
                    for each in contract.operations
                    if each.path == first.path and each.method == of_method and not each.problem
                ),
                None,
            )
            if target is None or method in methods:
                continue

            def plant(pipeline: Pipeline, target: Operation = target) -> Pipeline:
                def routed(call: Call, operation: Operation | None, allowed: tuple[str, ...]) -> Operation | None:
                    known = pipeline.routed(call, operation, allowed)
                    path = call.request.target.partition("?")[0]
                    return target if known is None and call.request.method == method and path == target.path else known

                return replace(pipeline, routed=routed)

            yield FaultSite(where=first.id, clauses=(f"{first.id}::method::{method}-refused",), plant=plant)
            return

    return found


def _refused(
    change: Callable[[Response], Response], *kinds: str, also: tuple[str, ...] = ()
) -> Callable[[Contract], Iterator[FaultSite]]:
    def found(contract: Contract) -> Iterator[FaultSite]:
        for first, _, _ in _paths(contract):

            def changed(call: Call, response: Response, path: str = first.path) -> Response:
                here = call.request.target.partition("?")[0] == path
                return change(response) if response.status == HTTPStatus.METHOD_NOT_ALLOWED and here else response

            yield FaultSite(
                where=first.id,
                clauses=tuple(f"{first.id}::method::{kind}" for kind in kinds),
                plant=on_wire(changed),
                also=also,
            )
            return

    return found


def _any_path(contract: Contract) -> Iterator[FaultSite]:
    """Contracts whose paths all have templates: the change is made for every path."""
    if not any(True for _ in _paths(contract)):
        first = contract.operations[0] if contract.operations else None
        if first is not None and sites.by_id(contract, first.id):
            yield FaultSite(
                where=first.id,
                clauses=("*::method::allow-header",),
                plant=on_wire(
                    lambda _call, response: (
                        with_headers(response, ("Allow", ""))
                        if response.status == HTTPStatus.METHOD_NOT_ALLOWED
                        else response
                    )
                ),
            )


def _named_wrong(response: Response) -> Response:
    return with_headers(response, ("Allow", "HEAD, OPTIONS"))


METHODS: Final = (
    FaultKind(name="patch-taken-for-put", sentence="PATCH is taken for PUT", sites=_taken("PATCH", "PUT")),
    FaultKind(name="post-taken-for-get", sentence="POST is taken for GET", sites=_taken("POST", "GET")),
    FaultKind(
        name="wrong-method-answered-404",
        sentence="another method is answered 404",
        sites=_refused(lambda response: replace(response, status=404, reason="Not Found"), "*-refused"),
    ),
    FaultKind(
        name="wrong-method-answered-200",
        sentence="another method is answered 200 with nothing done",
        sites=_refused(
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
        sites=_refused(lambda response: with_headers(response, ("Allow", "")), "allow-header"),
    ),
    FaultKind(
        name="allow-wrong",
        sentence="the Allow of a 405 doesn't name the methods of its path",
        sites=_refused(_named_wrong, "allow-header"),
    ),
    FaultKind(name="no-allow-anywhere", sentence="no 405 has Allow", sites=_any_path),
)
