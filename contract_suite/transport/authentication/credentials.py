"""The keys of a run: which identity has which, and where a security scheme puts it.

What stands in a key's place wherever it could be seen is said here too.

A key never leaves this file but on a request that is about to be sent: no `repr`, message or exception shows it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote_plus

from contract_suite.contract.operation import SecurityScheme
from contract_suite.errors import UsageError
from contract_suite.model.exchange import Identity, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A key with the name of the environment variable that holds it."""

    value: str = field(repr=False)
    name: str


class Credentials:
    """Which identity has which key, and where the security schemes put it."""

    def __init__(self, schemes: Iterable[SecurityScheme], secrets: Mapping[Identity, Secret]) -> None:
        """Keep what is needed; `UsageError` for a key that no header can hold. `NOBODY` never has one."""
        self._schemes = _apart(schemes)
        self._secrets: dict[Identity, Secret] = {
            identity: secret for identity, secret in secrets.items() if secret.value and identity is not Identity.NOBODY
        }
        for secret in self._secrets.values():
            if not (secret.value.isascii() and secret.value.isprintable()) or secret.value != secret.value.strip():
                raise UsageError(
                    f"${secret.name} holds a line break, a blank at an end or a character that no header can carry."
                )

    def __repr__(self) -> str:
        """Name the variables, never a value."""
        known = ", ".join(f"{identity}=${secret.name}" for identity, secret in self._secrets.items())
        return f"Credentials({known})"

    def has(self, identity: Identity) -> bool:
        """Whether there is a key for it."""
        if identity is Identity.OTHER_SCHEME:
            return Identity.DEFAULT in self._secrets and any(_is_bearer(scheme) for scheme in self._schemes)
        return identity in self._secrets

    def apply(self, request: Request) -> Request:
        """Return the request as it goes out.

        One that carries a credential of its own, right or wrong, is left as it is.
        """
        if request.identity is Identity.OTHER_SCHEME:
            return self._under_another_scheme(request)
        secret = self._secrets.get(request.identity)
        if secret is None or any(_carries(request, scheme) for scheme in self._schemes):
            return request
        for scheme in self._schemes:
            where, name = _place(scheme)
            if where == "header":
                kind = scheme.scheme.lower() if scheme.type == "http" else ""
                text = {"": secret.value, "basic": f"Basic {_basic(secret.value)}"}.get(
                    kind, f"{_SPELLING.get(kind, scheme.scheme)} {secret.value}"
                )
                request = replace(request, headers=(*request.headers, (name, text)))
            elif where == "query":
                pair = f"{quote(name, safe='')}={quote(secret.value, safe='')}"
                request = replace(request, target=_with_query(request.target, pair))
            else:
                request = replace(request, headers=_with_cookie(request.headers, f"{name}={secret.value}"))
        return request

    def _under_another_scheme(self, request: Request) -> Request:
        if not self.has(Identity.OTHER_SCHEME):
            return request
        field = ("Authorization", f"{OTHER_SCHEME} {self._secrets[Identity.DEFAULT].value}")
        return replace(request, headers=(*request.headers, field))

    @property
    def secrets(self) -> dict[str, str]:
        """Every form in which a key could be seen, with what to write instead, the longest first."""
        found: dict[str, str] = {}
        for secret in self._secrets.values():
            forms = {secret.value, quote(secret.value, safe="")}
            if any(scheme.type == "http" and scheme.scheme.lower() == "basic" for scheme in self._schemes):
                user, colon, password = secret.value.partition(":")
                forms |= {_basic(secret.value), password if colon else user}
            found |= {form: f"${secret.name}" for form in forms if form}
        return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


_SPELLING = {"bearer": "Bearer"}


OTHER_SCHEME = "Token"
"""A scheme that no document of ours declares, for a good key in the wrong place."""


def _is_bearer(scheme: SecurityScheme) -> bool:
    return scheme.type == "http" and scheme.scheme.lower() == "bearer"


def _apart(schemes: Iterable[SecurityScheme]) -> tuple[SecurityScheme, ...]:
    """One scheme for each place: two of them in one header would contradict each other, so the first one stands."""
    places: dict[tuple[str, str], SecurityScheme] = {}
    for scheme in schemes:
        if scheme.type in {"http", "apiKey", "oauth2", "openIdConnect"} and scheme.where in {
            "header",
            "query",
            "cookie",
        }:
            where, name = _place(scheme)
            places.setdefault((where, name.lower() if where == "header" else name), scheme)
    return tuple(_bearer(scheme) for scheme in places.values())


def _bearer(scheme: SecurityScheme) -> SecurityScheme:
    # RFC 6750: what OAuth 2 and OpenID Connect hand out travels as a bearer token.
    return replace(scheme, type="http", scheme="bearer") if scheme.type in {"oauth2", "openIdConnect"} else scheme


def _place(scheme: SecurityScheme) -> tuple[str, str]:
    return (scheme.where, scheme.name) if scheme.type == "apiKey" else ("header", "Authorization")


def _carries(request: Request, scheme: SecurityScheme) -> bool:
    where, name = _place(scheme)
    if where == "header":
        return any(key.lower() == name.lower() for key, _ in request.headers)
    if where == "query":
        pairs = request.target.partition("#")[0].partition("?")[2].split("&")
        return any(unquote_plus(pair.partition("=")[0]) == name for pair in pairs)
    cookies = (value for key, value in request.headers if key.lower() == "cookie")
    return any(cookie.partition("=")[0].strip() == name for value in cookies for cookie in value.split(";"))


def _with_query(target: str, pair: str) -> str:
    target, mark, fragment = target.partition("#")
    joint = "" if target.endswith(("?", "&")) else "&" if "?" in target else "?"
    return f"{target}{joint}{pair}{mark}{fragment}"


def _with_cookie(headers: tuple[tuple[str, str], ...], cookie: str) -> tuple[tuple[str, str], ...]:
    for index, (name, value) in enumerate(headers):
        if name.lower() == "cookie":
            return (*headers[:index], (name, f"{value}; {cookie}" if value else cookie), *headers[index + 1 :])
    return (*headers, ("Cookie", cookie))


def _basic(value: str) -> str:
    return base64.b64encode(value.encode()).decode()
