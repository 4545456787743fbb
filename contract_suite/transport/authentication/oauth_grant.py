"""Access tokens of OAuth 2 (RFC 6749): client credentials, password and refresh token, and how each is renewed."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlencode

from contract_suite.errors import EndpointError
from contract_suite.known_secrets import KNOWN
from contract_suite.model.exchange import GrantKind, Identity, NoResponse, Pairs, Request, Response
from contract_suite.transport.authentication.key_sources import FetchedKey, key_in_answer, secrets_in, text_in_answer

Ask = Callable[[str, Request], Response | NoResponse]
"""Sends a request to an address and returns what came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoParts:
    """A name with its secret, as `NAME:SECRET` in one environment variable."""

    name: str
    secret: str = field(repr=False)

    @classmethod
    def of(cls, text: str) -> TwoParts:
        """Take it apart at the first colon; without one it is a name alone."""
        name, _, secret = text.partition(":")
        return cls(name=name, secret=secret)


@dataclass(slots=True, kw_only=True)
class OAuthGrant:
    """One way to a token: `given` is what the grant needs, `client` the client's id and secret where it needs one too.

    A refresh token that comes beside an access token is used for the next one.
    """

    kind: GrantKind
    url: str
    variable: str
    given: str = field(repr=False)
    ask: Ask = field(repr=False)
    client: TwoParts | None = None
    scopes: tuple[str, ...] = ()
    _refresh: str = field(default="", repr=False)

    def fetch(self) -> FetchedKey:
        """Ask for a token: by the refresh token that the last answer brought, then anew."""
        if self._refresh:
            answer = self._asked({"grant_type": "refresh_token", "refresh_token": self._refresh})
            self._refresh = ""
            key = self._taken(answer)
            if key is not None:
                return key
        answer = self._asked(self._fields())
        key = self._taken(answer)
        if key is None:
            raise EndpointError(f"no access token could be fetched ({self.kind}): {self.url} {_said(answer)}")
        return key

    def _fields(self) -> dict[str, str]:
        if self.kind is GrantKind.REFRESH:
            return {"grant_type": "refresh_token", "refresh_token": self.given}
        if self.kind is GrantKind.PASSWORD:
            user = TwoParts.of(self.given)
            return {"grant_type": "password", "username": user.name, "password": user.secret}
        return {"grant_type": "client_credentials"}

    def _taken(self, answer: Response | NoResponse) -> FetchedKey | None:
        if not isinstance(answer, Response) or not answer.ok:
            return None
        KNOWN.add(dict.fromkeys(secrets_in(answer.body), f"${self.variable}"))
        self._refresh = text_in_answer(answer.body, "refresh_token")
        return key_in_answer(answer.body)

    def _asked(self, fields: dict[str, str]) -> Response | NoResponse:
        """Ask with the client in the header, and if that is refused in the form."""
        answer = self._with_scopes(fields)
        client = self._client
        if client is not None and isinstance(answer, Response) and answer.refused:
            both = {**fields, "client_id": client.name, "client_secret": client.secret}
            second = self._with_scopes(both, in_form=True)
            answer = second if isinstance(second, Response) and second.ok else answer
        return answer

    def _with_scopes(self, fields: dict[str, str], *, in_form: bool = False) -> Response | NoResponse:
        """Ask for the scopes that the document lists, and for none where the client may not have them."""
        if self.scopes:
            answer = self._sent({**fields, "scope": " ".join(self.scopes)}, in_form=in_form)
            if _error(answer) != "invalid_scope":
                return answer
        return self._sent(fields, in_form=in_form)

    @property
    def _client(self) -> TwoParts | None:
        return TwoParts.of(self.given) if self.kind is GrantKind.CLIENT_CREDENTIALS else self.client

    def _sent(self, fields: dict[str, str], *, in_form: bool = False) -> Response | NoResponse:
        headers: Pairs = (("Accept", "application/json"), ("Content-Type", "application/x-www-form-urlencoded"))
        client = self._client
        if client is not None and not in_form:
            # Each part is form-encoded first (RFC 6749, 2.3.1).
            both = f"{quote(client.name, safe='')}:{quote(client.secret, safe='')}"
            headers = (*headers, ("Authorization", f"Basic {base64.b64encode(both.encode()).decode()}"))
        body = urlencode(fields).encode()
        request = Request(method="POST", target="", headers=headers, body=body, identity=Identity.NOBODY)
        return self.ask(self.url, request)


def _error(answer: Response | NoResponse) -> str:
    return text_in_answer(answer.body, "error") if isinstance(answer, Response) else ""


def _said(answer: Response | NoResponse) -> str:
    if isinstance(answer, NoResponse):
        return f"gave no answer ({answer.message})"
    if answer.ok:
        return f"answered {answer.status} without an access_token"
    error = _error(answer)
    known = f", {error!r}" if error in _ERRORS else ""
    return f"answered {answer.status}{known}"


_ERRORS: Final = frozenset(
    {"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type"}
    | {"invalid_scope"}
)
"""What RFC 6749, 5.2 lets a server say; any other text is not shown, as it may repeat a secret."""
