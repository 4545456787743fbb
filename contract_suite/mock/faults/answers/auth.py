"""Faults in who is let in."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import on_wire, refused_as, replaces, with_headers
from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.refused import Refused
from contract_suite.model.exchange import Request

_WORDS: Final = 2


def _key(request: Request) -> list[str]:
    return [value for name, value in request.headers if name.lower() in {"authorization", "x-auth-token", "x-api-key"}]


def _kind(request: Request) -> str:
    """How a key was sent: not at all, empty, under another scheme, made up, revoked, or well."""
    keys = _key(request)
    if not keys:
        return "missing"
    words = keys[0].split()
    if len(words) < _WORDS:
        return "empty" if not words or words[0].lower() == "bearer" else "wrong-scheme"
    if words[0].lower() != "bearer":
        return "wrong-scheme"
    return "revoked" if words[1].startswith("sk-revoked") else "garbage" if words[1].startswith("not-a-key") else "good"


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


@at_first(locked)
def _let_in(_contract: Contract, operation: Operation, kind: str) -> FaultSite | None:
    @replaces()
    def authenticate(pipeline: Pipeline, one: Operation, request: Request) -> str:
        return (
            "sk-let-in-anyway"
            if one.id == operation.id and _kind(request) == kind
            else pipeline.authenticate(one, request)
        )

    return site_of(operation, f"auth::{kind}-refused", plant=authenticate)


def _permitted(contract: Contract) -> Iterator[Operation]:
    """Operations that need a permission."""
    yield from (each for each in sites.operations(contract) if each.promises.permission is not None)


@at_first(_permitted)
def _write_without_permission(_contract: Contract, operation: Operation) -> FaultSite:
    @replaces()
    def permit(pipeline: Pipeline, one: Operation, credential: str) -> None:
        if one.id != operation.id:
            pipeline.permit(one, credential)

    return site_of(operation, "auth::readonly-forbidden", plant=permit)


@at_first(locked)
def _no_key_answered(_contract: Contract, operation: Operation, status: int) -> FaultSite | None:
    if operation.response(status) is None:
        return None
    return site_of(operation, "auth::unauthenticated-status", plant=refused_as(operation, "unauthenticated", status))


@at_first(_permitted)
def _no_permission_answered(_contract: Contract, operation: Operation, status: int) -> FaultSite | None:
    if operation.response(status) is None:
        return None
    return site_of(
        operation,
        "auth::forbidden-status",
        also=("401::www-authenticate",),
        plant=refused_as(operation, "forbidden", status),
    )


@at_first(locked)
def _without_challenge(_contract: Contract, operation: Operation) -> FaultSite | None:
    return site_of(
        operation,
        "401::www-authenticate",
        also=("401/header.WWW-Authenticate::*",),
        plant=on_wire(
            lambda _call, response: (
                with_headers(response, ("WWW-Authenticate", ""))
                if response.status == HTTPStatus.UNAUTHORIZED
                else response
            ),
            operation=operation,
        ),
    )


@at_first(sites.operations)
def _key_for_nothing(_contract: Contract, operation: Operation) -> FaultSite | None:
    if not any(operation.security) or operation.needs_key:
        return None

    @replaces()
    def authenticate(pipeline: Pipeline, one: Operation, request: Request) -> str:
        if one.id == operation.id and not _key(request):
            raise Refused("unauthenticated", "No API key was given.", headers=(("WWW-Authenticate", "Bearer"),))
        return pipeline.authenticate(one, request)

    return site_of(operation, "auth::optional-served", also=("refusal::status-documented",), plant=authenticate)


AUTH: Final = (
    FaultKind(name="no-key-needed", sentence="a request without a key is served", site=_let_in("missing")),
    FaultKind(name="empty-key-accepted", sentence="a request with an empty key is served", site=_let_in("empty")),
    FaultKind(name="any-scheme-accepted", sentence="a key under another scheme is taken", site=_let_in("wrong-scheme")),
    FaultKind(name="any-key-accepted", sentence="a made-up key is taken", site=_let_in("garbage")),
    FaultKind(name="revoked-key-accepted", sentence="a revoked key is taken", site=_let_in("revoked")),
    FaultKind(
        name="write-without-permission", sentence="a key that may only read may write", site=_write_without_permission()
    ),
    FaultKind(
        name="no-key-answered-403", sentence="a request without a key is answered 403", site=_no_key_answered(403)
    ),
    FaultKind(
        name="no-permission-answered-401",
        sentence="a key without the permission is answered 401",
        site=_no_permission_answered(401),
    ),
    FaultKind(name="no-challenge", sentence="a 401 lacks WWW-Authenticate", site=_without_challenge()),
    FaultKind(
        name="key-needed-where-none-is",
        sentence="an operation that needs no key refuses requests without one",
        site=_key_for_nothing(),
    ),
)
