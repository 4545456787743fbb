"""Faults in who is let in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.mock.faults.fault import FaultKind, FaultSite, on_wire, refused_as, with_headers
from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.state import Refused
from contract_suite.model.exchange import Request

_WORDS: Final = 2


def _key(request: Request) -> list[str]:
    return [value for name, value in request.headers if name.lower() in {"authorization", "x-auth-token", "x-api-key"}]


def _kind(request: Request) -> str:
    """How a key came: not at all, empty, under another scheme, made up, revoked, or well."""
    keys = _key(request)
    if not keys:
        return "missing"
    words = keys[0].split()
    if len(words) < _WORDS:
        return "empty" if not words or words[0].lower() == "bearer" else "wrong-scheme"
    if words[0].lower() != "bearer":
        return "wrong-scheme"
    return "revoked" if words[1].startswith("sk-revoked") else "garbage" if not words[1].startswith("sk-") else "good"


def locked(contract: Contract) -> Iterator[Operation]:
    """Operations that need a key under the scheme Bearer: reading ones first."""
    found = [
        each
        for each in contract.operations
        if each.needs_key
        and not each.problem
        and all(scheme.scheme.lower() == "bearer" for alternative in each.security for scheme in alternative)
    ]
    yield from sorted(found, key=lambda each: not each.safe)


def _let_in(kind: str) -> Callable[[Contract], Iterator[FaultSite]]:
    def found(contract: Contract) -> Iterator[FaultSite]:
        for operation in locked(contract):

            def plant(pipeline: Pipeline, operation: Operation = operation) -> Pipeline:
                def authenticate(one: Operation, request: Request) -> str:
                    return (
                        "sk-let-in-anyway"
                        if one.id == operation.id and _kind(request) == kind
                        else pipeline.authenticate(one, request)
                    )

                return replace(pipeline, authenticate=authenticate)

            yield FaultSite(where=operation.id, clauses=(f"{operation.id}::auth::{kind}-refused",), plant=plant)
            return

    return found


def _write_without_permission(contract: Contract) -> Iterator[FaultSite]:
    for operation in contract.operations:
        if operation.promises.permission is None or operation.problem:
            continue

        def plant(pipeline: Pipeline, operation: Operation = operation) -> Pipeline:
            def permit(one: Operation, credential: str) -> None:
                if one.id != operation.id:
                    pipeline.permit(one, credential)

            return replace(pipeline, permit=permit)

        yield FaultSite(where=operation.id, clauses=(f"{operation.id}::auth::readonly-forbidden",), plant=plant)
        return


def _other_status(kind: str, status: int, clause: str) -> Callable[[Contract], Iterator[FaultSite]]:
    def found(contract: Contract) -> Iterator[FaultSite]:
        operations = (
            [each for each in contract.operations if each.promises.permission]
            if kind == "forbidden"
            else list(locked(contract))
        )
        for operation in operations:
            if operation.response(status) is None:
                continue

            yield FaultSite(
                where=operation.id,
                clauses=(f"{operation.id}::auth::{clause}",),
                also=(f"{operation.id}::401::www-authenticate",) if status == HTTPStatus.UNAUTHORIZED else (),
                plant=refused_as(operation, kind, status),
            )
            return

    return found


def _without_challenge(contract: Contract) -> Iterator[FaultSite]:
    for operation in locked(contract):
        yield FaultSite(
            where=operation.id,
            clauses=(f"{operation.id}::401::www-authenticate",),
            plant=on_wire(
                lambda _call, response: (
                    with_headers(response, ("WWW-Authenticate", ""))
                    if response.status == HTTPStatus.UNAUTHORIZED
                    else response
                ),
                operation=operation,
            ),
            also=(f"{operation.id}::401/header.WWW-Authenticate::*",),
        )
        return


def _key_for_nothing(contract: Contract) -> Iterator[FaultSite]:
    for operation in contract.operations:
        if operation.problem or not any(operation.security) or operation.needs_key:
            continue

        def plant(pipeline: Pipeline, operation: Operation = operation) -> Pipeline:
            def authenticate(one: Operation, request: Request) -> str:
                if one.id == operation.id and not _key(request):
                    raise Refused("unauthenticated", "No API key was given.", headers=(("WWW-Authenticate", "Bearer"),))
                return pipeline.authenticate(one, request)

            return replace(pipeline, authenticate=authenticate)

        yield FaultSite(
            where=operation.id,
            clauses=(f"{operation.id}::auth::optional-served",),
            also=(f"{operation.id}::refusal::status-documented",),
            plant=plant,
        )
        return


AUTH: Final = (
    FaultKind(name="no-key-needed", sentence="a request without a key is served", sites=_let_in("missing")),
    FaultKind(name="empty-key-accepted", sentence="a request with an empty key is served", sites=_let_in("empty")),
    FaultKind(
        name="any-scheme-accepted", sentence="a key under another scheme is taken", sites=_let_in("wrong-scheme")
    ),
    FaultKind(name="any-key-accepted", sentence="a made-up key is taken", sites=_let_in("garbage")),
    FaultKind(name="revoked-key-accepted", sentence="a revoked key is taken", sites=_let_in("revoked")),
    FaultKind(
        name="write-without-permission", sentence="a key that may only read may write", sites=_write_without_permission
    ),
    FaultKind(
        name="no-key-answered-403",
        sentence="a request without a key is answered 403",
        sites=_other_status("unauthenticated", 403, "unauthenticated-status"),
    ),
    FaultKind(
        name="no-permission-answered-401",
        sentence="a key without the permission is answered 401",
        sites=_other_status("forbidden", 401, "forbidden-status"),
    ),
    FaultKind(name="no-challenge", sentence="a 401 lacks WWW-Authenticate", sites=_without_challenge),
    FaultKind(
        name="key-needed-where-none-is",
        sentence="an operation that needs no key refuses who comes without",
        sites=_key_for_nothing,
    ),
)
