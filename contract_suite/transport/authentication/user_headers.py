"""The header fields that the user sends with every request: they win over every key of ours.

Only a request's own field wins over them, because that is what the request is about. What could be a credential goes
out with the user's own identity alone: a request that comes without a key, or with another one, leaves it out.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from contract_suite.contract.operation import Operation, SecurityScheme
from contract_suite.known_secrets import KNOWN
from contract_suite.model.exchange import Identity, Pairs, Request
from contract_suite.transport.authentication.places import cookie_names, place_of, with_cookie


@dataclass(frozen=True, slots=True, kw_only=True)
class UserHeaders:
    """What the user gave by `-H`, and the security schemes that say which of it is a credential.

    `described` are the names, in lower case, of headers that the document describes as arguments like any other.
    """

    fields: Pairs = field(default=(), repr=False)
    schemes: tuple[SecurityScheme, ...] = ()
    described: frozenset[str] = frozenset()

    @property
    def credentials(self) -> tuple[str, ...]:
        """The names of those that could be a credential."""
        return tuple(name for name, _ in self.fields if self._is_credential(name))

    def __post_init__(self) -> None:
        """Let the process know what must not be shown."""
        KNOWN.add(self.secrets)

    def add(self, request: Request, *, trusted: bool) -> Request:
        """Return the request with them; without what could be a credential, unless it is `trusted` with one."""
        own = {name.lower() for name, _ in request.headers}
        headers = request.headers
        for name, value in self.fields:
            if self._is_credential(name) and not (trusted and request.identity is Identity.DEFAULT):
                continue
            if name.lower() == "cookie":
                for cookie in filter(None, map(str.strip, value.split(";"))):
                    if cookie.partition("=")[0].strip() not in cookie_names(headers):
                        headers = with_cookie(headers, cookie)
            elif name.lower() not in own:
                headers = (*headers, (name, value))
        return request if headers is request.headers else replace(request, headers=headers)

    @property
    def secrets(self) -> dict[str, str]:
        """What must never be seen, with what to write instead: whatever may be a secret, and the parts of it."""
        found: dict[str, str] = {}
        for name, value in self.fields:
            if not self.shows(name):
                found |= dict.fromkeys(filter(None, _parts(name, value)), f"${variable_of(name)}")
        return found

    def shows(self, name: str) -> bool:
        """Whether the value of a header is no secret: by its name, or as the document describes it and no name says otherwise."""
        return is_harmless(name) or (name.lower() in self.described and not self._is_credential(name))

    def _is_credential(self, name: str) -> bool:
        return may_be_credential(name) or name.lower() in _header_names(self.schemes)


def described_headers(operations: Iterable[Operation]) -> frozenset[str]:
    """Return the names of header parameters, in lower case; without those that any description calls a credential."""
    found: set[str] = set()
    secret: set[str] = set()
    for operation in operations:
        for parameter in operation.parameters:
            if parameter.where == "header":
                (secret if may_be_credential(parameter.description) else found).add(parameter.name.lower())
    return frozenset(found - secret)


def variable_of(name: str) -> str:
    """Return the environment variable by which a `curl` line names the value of a header: `HEADER_X_API_KEY`."""
    return "HEADER_" + re.sub(r"[^A-Za-z0-9]", "_", name).upper()


def may_be_credential(name: str) -> bool:
    """Whether a header of this name may hold a credential."""
    words = set(re.split(r"[^a-z0-9]+", name.lower()))
    return not words.isdisjoint(_CREDENTIAL_WORDS)


def is_harmless(name: str) -> bool:
    """Whether the value of a header of this name is known to be no secret, so that it may be shown."""
    return name.lower() in _HARMLESS


_CREDENTIAL: Final = """
authorization auth authentication cookie key apikey token secret password passwd pwd session jwt bearer signature
credential credentials assertion
"""
_SHOWN: Final = """
accept accept-charset accept-encoding accept-language cache-control connection content-language content-type date
expect host if-match if-modified-since if-none-match if-unmodified-since origin pragma prefer range referer
traceparent tracestate user-agent x-forwarded-for x-forwarded-proto x-request-id x-requested-with
"""
_CREDENTIAL_WORDS: Final = frozenset(_CREDENTIAL.split())
_HARMLESS: Final = frozenset(_SHOWN.split())
_SCHEMES: Final = frozenset({"apikey", "basic", "bearer", "digest", "hmac", "negotiate", "token"})


def _header_names(schemes: Iterable[SecurityScheme]) -> frozenset[str]:
    places = (place_of(scheme) for scheme in schemes)
    return frozenset(
        "cookie" if place.where == "cookie" else place.name.lower()
        for place in places
        if place is not None and place.where != "query"
    )


def _parts(name: str, value: str) -> Iterator[str]:
    """Yield a value, the credential without its scheme, the user and password of basic, the value of each cookie."""
    yield value
    if name.lower() == "cookie":
        yield from (cookie.partition("=")[2].strip() for cookie in value.split(";"))
        return
    scheme, _, rest = value.partition(" ")
    if scheme.lower() not in _SCHEMES:
        return
    yield rest.strip()
    if scheme.lower() == "basic":
        try:
            decoded = base64.b64decode(rest.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return
        yield decoded
        yield decoded.partition(":")[2]
