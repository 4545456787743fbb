"""The cookies of a session, kept as a browser keeps them, and the header in which a cookie is repeated against CSRF."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import unquote

from contract_suite.known_secrets import KNOWN
from contract_suite.model.exchange import Request, Response

COOKIES: Final = "SESSION_COOKIES"
"""The environment variable by which a `curl` line names them."""
CSRF_TOKEN: Final = "CSRF_TOKEN"  # noqa: S105 - a variable's name
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "QUERY"})
_USUAL: Final = (
    ("csrftoken", "X-CSRFToken"),
    ("XSRF-TOKEN", "X-XSRF-TOKEN"),
    ("_xsrf", "X-XSRFToken"),
    ("csrf_access_token", "X-CSRF-TOKEN"),
    ("csrf_token", "X-CSRF-Token"),
    ("csrf-token", "X-CSRF-Token"),
)
"""The cookies that frameworks use for it (Django, Angular, Laravel and Spring, Tornado, Flask-JWT-Extended), and their headers."""
_MOST_LEARNED: Final = 200
_MOST_KEPT: Final = 50
_LONGEST: Final = 4096
"""What a browser must keep of one domain, at least (RFC 6265, 6.1); of a server that sets more, the last ones are kept."""
_WHOLE: Final = re.compile(r"-?[0-9]+")


@dataclass(slots=True, kw_only=True)
class CookieSession:
    """What was set and not taken away again. `csrf` are pairs of cookie and header; the usual ones are known."""

    csrf: tuple[tuple[str, str], ...] = ()
    secure: bool = True
    """Whether a cookie may be sent that wants TLS."""
    _cookies: dict[str, str] = field(default_factory=dict, repr=False)
    _learned: int = 0

    @property
    def open(self) -> bool:
        """Whether there is any cookie."""
        return bool(self._cookies)

    def clear(self) -> None:
        """Forget all."""
        self._cookies.clear()

    def take(self, response: Response, *, known_only: bool = False) -> None:
        """Keep what a response sets and drop what it takes away; with `known_only` only cookies that are there already."""
        for name, value in response.headers:
            if name.lower() == "set-cookie":
                self._set(value, known_only=known_only)

    def cookies(self, *, trusted: bool) -> dict[str, str]:
        """Return the cookies for a request; for one that is not `trusted` with the session those against CSRF alone."""
        if trusted:
            return dict(self._cookies)
        names = {cookie for cookie, _ in self._pairs}
        return {name: value for name, value in self._cookies.items() if name in names}

    def header(self, request: Request) -> tuple[str, str] | None:
        """Return the header that repeats a cookie, for a request that may change something."""
        if request.method in _SAFE:
            return None
        for cookie, name in self._pairs:
            if cookie in self._cookies:
                return name, unquote(self._cookies[cookie])
        return None

    @property
    def secrets(self) -> dict[str, str]:
        """The values that must not be shown, and what is written instead."""
        against_csrf = {cookie for cookie, _ in self._pairs}
        return {
            form: f"${CSRF_TOKEN if name in against_csrf else COOKIES}"
            for name, value in self._cookies.items()
            for form in (value, unquote(value))
            if form
        }

    @property
    def _pairs(self) -> Iterable[tuple[str, str]]:
        return (*self.csrf, *_USUAL)

    def _set(self, field_value: str, *, known_only: bool) -> None:
        pair, *attributes = field_value.split(";")
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or not name or len(pair) > _LONGEST or (known_only and name not in self._cookies):
            return
        stated = {key.strip().lower(): text.strip() for key, _, text in (each.partition("=") for each in attributes)}
        if "secure" in stated and not self.secure:
            return
        if _ended(stated):
            self._cookies.pop(name, None)
            return
        self._cookies[name] = value.strip('"')
        if len(self._cookies) > _MOST_KEPT:
            del self._cookies[next(iter(self._cookies))]
        if self._learned < _MOST_LEARNED:
            self._learned += 1
            KNOWN.add(self.secrets)


def _ended(stated: dict[str, str]) -> bool:
    age = stated.get("max-age", "")
    if _WHOLE.fullmatch(age):
        return age.startswith("-") or not age.strip("0")
    try:
        return parsedate_to_datetime(stated["expires"]) <= datetime.now(UTC)
    except (KeyError, ValueError, TypeError, OverflowError, IndexError):
        return False
