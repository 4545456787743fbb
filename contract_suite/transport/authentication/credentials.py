"""The keys of a run: which identity has which, and the requests that carry them.

What stands in a key's place wherever it could be seen is said here too. A key never leaves this room but on a request
that is about to be sent: no `repr`, message or exception shows it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import quote

from contract_suite.contract.operation import SecurityScheme
from contract_suite.errors import UsageError
from contract_suite.known_secrets import KNOWN
from contract_suite.model.exchange import Identity, Request
from contract_suite.transport.authentication.places import AUTHORIZATION, place_of
from contract_suite.transport.authentication.user_headers import UserHeaders

OTHER_SCHEME: Final = "Token"
"""A scheme that no document of ours declares, for a good key in the wrong place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A key with the name of the environment variable that holds it."""

    value: str = field(repr=False)
    name: str


class Credentials:
    """Which identity has which key, and where the security schemes put it."""

    def __init__(
        self,
        schemes: Iterable[SecurityScheme],
        secrets: Mapping[Identity, Secret],
        user_headers: UserHeaders | None = None,
    ) -> None:
        """Keep what is needed; `UsageError` for a key that no header can hold. `NOBODY` never has one."""
        self._schemes = _apart(schemes)
        self._places = tuple((scheme, place) for scheme in self._schemes if (place := place_of(scheme)) is not None)
        self._user_headers = user_headers or UserHeaders()
        self._secrets: dict[Identity, Secret] = {
            identity: secret for identity, secret in secrets.items() if secret.value and identity is not Identity.NOBODY
        }
        KNOWN.add(self.secrets)
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
        """Return the request as it goes out: with the user's headers, then with the key of its identity.

        One that carries a credential of its own, right or wrong, gets no other. No key takes the place of a header that
        the user gave.
        """
        own = any(place.taken(request) for _, place in self._places)
        request = self._user_headers.add(request, trusted=not own)
        secret = self._secrets.get(request.identity)
        if request.identity is Identity.OTHER_SCHEME:
            return self._under_another_scheme(request)
        if secret is None or own:
            return request
        for scheme, place in self._places:
            if not place.taken(request):
                request = place.put(request, _text(scheme, secret.value))
        return request

    def _under_another_scheme(self, request: Request) -> Request:
        if not self.has(Identity.OTHER_SCHEME):
            return request
        field = (AUTHORIZATION, f"{OTHER_SCHEME} {self._secrets[Identity.DEFAULT].value}")
        return replace(request, headers=(*request.headers, field))

    @property
    def secrets(self) -> dict[str, str]:
        """Every form in which a key could be seen, with what to write instead, the longest first."""
        found: dict[str, str] = dict(self._user_headers.secrets)
        for secret in self._secrets.values():
            forms = {secret.value, quote(secret.value, safe="")}
            if any(scheme.type == "http" and scheme.scheme.lower() == "basic" for scheme in self._schemes):
                user, colon, password = secret.value.partition(":")
                forms |= {_basic(secret.value), password if colon else user}
            found |= {form: f"${secret.name}" for form in forms if form}
        return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


_SPELLING: Final = {"bearer": "Bearer"}


def _text(scheme: SecurityScheme, key: str) -> str:
    """What stands in the place of a scheme: the key, with what the scheme puts before it."""
    if scheme.type == "apiKey":
        return key
    kind = scheme.scheme.lower()
    return f"Basic {_basic(key)}" if kind == "basic" else f"{_SPELLING.get(kind, scheme.scheme)} {key}"


def _is_bearer(scheme: SecurityScheme) -> bool:
    return scheme.type == "http" and scheme.scheme.lower() == "bearer"


def _apart(schemes: Iterable[SecurityScheme]) -> tuple[SecurityScheme, ...]:
    """One scheme for each place: two of them in one header would contradict each other, so the first one stands."""
    places: dict[tuple[str, str], SecurityScheme] = {}
    for scheme in schemes:
        place = place_of(scheme)
        if place is not None:
            places.setdefault(place.key, scheme)
    return tuple(_bearer(scheme) for scheme in places.values())


def _bearer(scheme: SecurityScheme) -> SecurityScheme:
    # RFC 6750: what OAuth 2 and OpenID Connect hand out travels as a bearer token.
    return replace(scheme, type="http", scheme="bearer") if scheme.type in {"oauth2", "openIdConnect"} else scheme


def _basic(value: str) -> str:
    return base64.b64encode(value.encode()).decode()
