"""The keys of a run: which identity has which, and the requests that carry them.

What stands in a key's place wherever it could be seen is said here too. A key never leaves this room but on a request
that is about to be sent: no `repr`, message or exception shows it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from contract_suite.contract.operation import Operation, SecurityScheme
from contract_suite.errors import UsageError
from contract_suite.known_secrets import KNOWN
from contract_suite.model.exchange import Identity, Request, Response
from contract_suite.transport.authentication.cookie_session import CookieSession
from contract_suite.transport.authentication.key_sources import Secret
from contract_suite.transport.authentication.places import AUTHORIZATION, Place, cookie_names, place_of, with_cookie
from contract_suite.transport.authentication.renewing import Renewing
from contract_suite.transport.authentication.user_headers import UserHeaders

OTHER_SCHEME: Final = "Token"
"""A scheme that no document of ours declares, for a good key in the wrong place."""


class Credentials:
    """Which identity has which key, and where the security schemes put it."""

    def __init__(
        self,
        schemes: Iterable[SecurityScheme],
        secrets: Mapping[Identity, Secret],
        user_headers: UserHeaders | None = None,
        *,
        of_schemes: Mapping[str, Secret] | None = None,
        renewing: Renewing | None = None,
        session: CookieSession | None = None,
    ) -> None:
        """Keep what is needed; `UsageError` for a key that no header can hold. `NOBODY` never has one.

        `of_schemes` are keys of single schemes, by their names in the document, which go before the one for all; both
        are the user's own. `renewing` fetches keys, `session` holds the cookies of a login.
        """
        self._schemes = tuple(map(_bearer, schemes))
        self._places = tuple(_apart(self._schemes))
        self.user_headers = user_headers or UserHeaders()
        self._secrets: dict[Identity, Secret] = {
            identity: secret for identity, secret in secrets.items() if secret.value and identity is not Identity.NOBODY
        }
        self._of_schemes = dict(of_schemes or {})
        self._session = session
        self.renewing = renewing or Renewing()
        self._learned()

    def __repr__(self) -> str:
        """Name the variables, never a value."""
        named = [*self._secrets.items(), *self._of_schemes.items()]
        return f"Credentials({', '.join(f'{owner}=${secret.name}' for owner, secret in named)})"

    def has(self, identity: Identity) -> bool:
        """Whether there is a key for it."""
        if identity is Identity.OTHER_SCHEME:
            return Identity.DEFAULT in self._secrets and any(_is_bearer(scheme) for scheme in self._schemes)
        if identity is Identity.DEFAULT and (self._of_schemes or self._session is not None):
            return True
        return identity in self._secrets

    def fetch(self) -> None:
        """Fetch the keys that come from elsewhere, at the start or anew; `EndpointError` if one can't be had."""
        for scheme, secret in self.renewing.fetch():
            if scheme:
                self._of_schemes[scheme] = secret
            else:
                self._secrets[Identity.DEFAULT] = secret
        self._learned()

    def apply(self, request: Request, operation: Operation | None = None) -> Request:
        """Return the request as it goes out: with the user's headers, then with the key of its identity.

        One that carries a credential of its own, right or wrong, gets no other. No key takes the place of a header that
        the user gave.
        """
        own = any(place.taken(request) for _, place in self._places)
        carried = self.user_headers.add(request, trusted=not own)
        if request.identity is Identity.OTHER_SCHEME:
            return self._under_another_scheme(carried)
        if not own:
            for scheme, place, secret in self._keys(request.identity, operation):
                if not place.taken(carried):
                    carried = place.put(carried, _text(scheme, secret.value))
        return self._in_session(carried, trusted=not own and request.identity is Identity.DEFAULT)

    def learn(self, request: Request, answer: Response) -> None:
        """Keep what an answer changes of the session that its request was sent in."""
        if self._session is None or request.identity is not Identity.DEFAULT:
            return
        before = self._session.secrets
        self._session.take(answer, known_only=self.renewing.logs_in)
        if self._session.secrets != before:
            self.renewing.changed()

    def missing(self, operation: Operation) -> tuple[SecurityScheme, ...]:
        """Return the schemes that keep an operation from being served, because nobody gave a key for them."""
        if not operation.needs_key or self._session is not None:
            return ()
        lacking = [tuple(filter(self._is_missing, alternative)) for alternative in operation.security]
        return min(lacking, key=len)

    @property
    def in_session(self) -> bool:
        """Whether requests carry cookies of a session."""
        return self._session is not None and self._session.open

    def repeated(self, request: Request) -> str:
        """Return the name of the header that repeats a cookie in a request; empty if none does."""
        field = self._session.header(request) if self._session is not None else None
        return field[0] if field is not None else ""

    def used(self, identity: Identity, operation: Operation | None) -> tuple[tuple[SecurityScheme, Secret], ...]:
        """Return the keys that a request of an identity carries, each under its scheme."""
        return tuple((scheme, secret) for scheme, _, secret in self._keys(identity, operation))

    @property
    def secrets(self) -> dict[str, str]:
        """Every form in which a key could be seen, with what to write instead, the longest first.

        A key that the run made up is no secret: whoever reads a report needs it to send a request again.
        """
        found: dict[str, str] = dict(self.user_headers.secrets)
        for secret in (*self._secrets.values(), *self._of_schemes.values()):
            if secret.made_up:
                continue
            forms = {secret.value, quote(secret.value, safe="", errors="replace")}
            if any(scheme.type == "http" and scheme.scheme.lower() == "basic" for scheme in self._schemes):
                user, colon, password = secret.value.partition(":")
                forms |= {_basic(secret.value), password if colon else user}
            found |= {form: f"${secret.name}" for form in forms if form}
        if self._session is not None:
            found |= self._session.secrets
        return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))

    def _learned(self) -> None:
        KNOWN.add(self.secrets)
        for secret in (*self._secrets.values(), *self._of_schemes.values()):
            if not (secret.value.isascii() and secret.value.isprintable()) or secret.value != secret.value.strip():
                raise UsageError(
                    f"${secret.name} holds a line break, a space at an end or a character that no header can carry."
                )

    def _keys(self, identity: Identity, operation: Operation | None) -> Iterator[tuple[SecurityScheme, Place, Secret]]:
        """What an identity puts where.

        Keys of single schemes go where the operation asks for them, a key for all into every place; of two schemes for
        one place the operation's own goes first.
        """
        alternatives = operation.security if operation is not None else ()
        single = identity is Identity.DEFAULT and bool(self._of_schemes)
        wanted = next(
            (each for each in alternatives if each and all(self._held(scheme, identity) for scheme in each)), ()
        )
        others = () if single and wanted else self._schemes
        held = (each for each in (*map(_bearer, wanted), *others) if self._key_of(each, identity) is not None)
        for scheme, place in _apart(held):
            secret = self._key_of(scheme, identity)
            if secret is not None:
                yield scheme, place, secret

    def _held(self, scheme: SecurityScheme, identity: Identity) -> bool:
        return place_of(scheme) is None or self._key_of(scheme, identity) is not None

    def _key_of(self, scheme: SecurityScheme, identity: Identity = Identity.DEFAULT) -> Secret | None:
        own = self._of_schemes.get(scheme.id) if identity is Identity.DEFAULT else None
        return own or self._secrets.get(identity)

    def _is_missing(self, scheme: SecurityScheme) -> bool:
        place, secret = place_of(scheme), self._key_of(scheme)
        if place is None or (secret is not None and not secret.made_up):
            return False
        return not place.taken(self.user_headers.add(Request(method="GET", target="/"), trusted=True))

    def _in_session(self, request: Request, *, trusted: bool) -> Request:
        if self._session is None:
            return request
        headers, known = request.headers, cookie_names(request.headers)
        for name, value in self._session.cookies(trusted=trusted).items():
            if name not in known:
                headers = with_cookie(headers, f"{name}={value}")
        repeated = self._session.header(request)
        if repeated is not None and not any(name.lower() == repeated[0].lower() for name, _ in headers):
            headers = (*headers, repeated)
        return request if headers is request.headers else replace(request, headers=headers)

    def _under_another_scheme(self, request: Request) -> Request:
        if not self.has(Identity.OTHER_SCHEME):
            return request
        field = (AUTHORIZATION, f"{OTHER_SCHEME} {self._secrets[Identity.DEFAULT].value}")
        return replace(request, headers=(*request.headers, field))


_SPELLING: Final = {"bearer": "Bearer"}


def _text(scheme: SecurityScheme, key: str) -> str:
    """What stands in the place of a scheme: the key, with what the scheme puts before it."""
    if scheme.type == "apiKey":
        return key
    kind = scheme.scheme.lower()
    return f"Basic {_basic(key)}" if kind == "basic" else f"{_SPELLING.get(kind, scheme.scheme)} {key}"


def _is_bearer(scheme: SecurityScheme) -> bool:
    return scheme.type == "http" and scheme.scheme.lower() == "bearer"


def _apart(schemes: Iterable[SecurityScheme]) -> Iterator[tuple[SecurityScheme, Place]]:
    """One scheme for each place: two of them in one header would contradict each other, so the first one stands."""
    taken: set[tuple[str, str]] = set()
    for scheme in schemes:
        place = place_of(scheme)
        if place is not None and place.key not in taken:
            taken.add(place.key)
            yield scheme, place


def _bearer(scheme: SecurityScheme) -> SecurityScheme:
    # RFC 6750: what OAuth 2 and OpenID Connect hand out travels as a bearer token.
    return replace(scheme, type="http", scheme="bearer") if scheme.type in {"oauth2", "openIdConnect"} else scheme


def _basic(value: str) -> str:
    return base64.b64encode(value.encode()).decode()
