"""How `curl` lines write what each identity sends beside a request: the user's headers, and its keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contract_suite.contract.operation import Contract, Operation, SecurityScheme
from contract_suite.model.exchange import Identity, Request
from contract_suite.record.curl import Credential
from contract_suite.transport.authentication.cookie_session import COOKIES, CSRF_TOKEN
from contract_suite.transport.authentication.credentials import OTHER_SCHEME, Credentials
from contract_suite.transport.authentication.key_sources import Secret
from contract_suite.transport.authentication.user_headers import variable_of

_PLACES: Final = frozenset({"header", "query", "cookie"})


def shown_keys(
    contract: Contract, credentials: Credentials, operation: Operation | None
) -> Mapping[Identity, tuple[Credential, ...]]:
    """Return what stands in a `curl` line for an operation, by identity."""
    return {identity: tuple(_shown(contract, credentials, identity, operation)) for identity in Identity}


def _shown(
    contract: Contract, credentials: Credentials, identity: Identity, operation: Operation | None
) -> Iterator[Credential]:
    user_headers = credentials.user_headers
    own = {name.lower() for name in user_headers.credentials}
    for name, value in user_headers.fields:
        if identity is Identity.DEFAULT or name.lower() not in own:
            yield _shown_header(name, value, shown=user_headers.shows(name))
    if identity is Identity.OTHER_SCHEME:
        for _, secret in credentials.used(Identity.DEFAULT, operation)[:1] if contract.security_schemes else ():
            yield Credential(variable=secret.name, prefix=f"{OTHER_SCHEME} ", made_up=_made_up(secret))
        return
    for scheme, secret in credentials.used(identity, operation):
        key = _of_scheme(scheme, secret)
        if not (identity is Identity.DEFAULT and key.where == "header" and key.name.lower() in own):
            yield key
    if credentials.in_session and identity is Identity.DEFAULT:
        yield Credential(variable=COOKIES, name="Cookie", prefix="")
    repeated = credentials.repeated(Request(method="POST", target="/", identity=identity))
    if repeated:
        yield Credential(variable=CSRF_TOKEN, name=repeated, prefix="")


def _shown_header(name: str, value: str, *, shown: bool) -> Credential:
    """How a `curl` line writes a header of the user's: as it is only where it is known to be no secret."""
    return Credential(
        name=name,
        prefix=value if shown else "",
        variable="" if shown else variable_of(name),
    )


def _of_scheme(scheme: SecurityScheme, secret: Secret) -> Credential:
    variable, made_up = secret.name, _made_up(secret)
    if scheme.type == "apiKey":
        where = scheme.where if scheme.where in _PLACES else "header"
        return Credential(variable=variable, name=scheme.name, prefix="", where=where, made_up=made_up)  # type: ignore[arg-type]  # looked at just now
    if scheme.type == "http" and scheme.scheme.lower() == "basic":
        # Without a colon curl would ask for a password.
        return Credential(variable=variable, where="user", made_up=f"{made_up}:" if made_up else "")
    return Credential(variable=variable, made_up=made_up)


def _made_up(secret: Secret) -> str:
    return secret.value if secret.made_up else ""
