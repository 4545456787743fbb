"""A login: one request whose answer brings the cookies of a session, a token, or both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from contract_suite.errors import EndpointError
from contract_suite.known_secrets import KNOWN
from contract_suite.model.exchange import NoResponse, Request, Response, is_success
from contract_suite.transport.authentication.cookie_session import CookieSession
from contract_suite.transport.authentication.key_sources import FetchedKey, key_in_answer, secrets_in
from contract_suite.transport.authentication.places import with_cookie

_REDIRECTS = range(300, 400)
_FOR_A_COOKIE = frozenset({403, 419})
"""What frameworks answer where a cookie against CSRF is missing; 419 is Laravel's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What is sent to log in, and the session that the answer opens.

    `pages` are reads that may bring a cookie against CSRF: they are asked where the login is refused without one, or
    before it with `pages_first`.
    """

    request: Request = field(repr=False)
    session: CookieSession
    send: Callable[[Request], Response | NoResponse] = field(repr=False)
    variable: str
    pages: tuple[Request, ...] = ()
    pages_first: bool = False

    def fetch(self) -> FetchedKey:
        """Log in, in a new session."""
        self.session.clear()
        if self.pages_first:
            self._read_pages()
        answer = self.send(self._with_cookies())
        if self._may_want_a_cookie(answer) and self._read_pages():
            answer = self.send(self._with_cookies())
        what = f"{self.request.method} {self.request.target.partition('?')[0]}"
        if isinstance(answer, NoResponse):
            raise EndpointError(f"the login {what} got no answer: {answer.message}")
        if not is_success(answer.status) and answer.status not in _REDIRECTS:
            raise EndpointError(f"the login {what} was answered {answer.status}")
        self.session.take(answer)
        KNOWN.add(dict.fromkeys(secrets_in(answer.body), f"${self.variable}"))
        key = key_in_answer(answer.body)
        if key is None and not self.session.open:
            raise EndpointError(f"the login {what} was answered {answer.status}, with neither a cookie nor a token")
        return key or FetchedKey(value="")

    def _may_want_a_cookie(self, answer: Response | NoResponse) -> bool:
        """Whether a login was refused that had no cookie against CSRF; what the refusal itself sets is kept."""
        if not isinstance(answer, Response) or answer.status not in _FOR_A_COOKIE or self._against_csrf:
            return False
        self.session.take(answer)
        return True

    def _read_pages(self) -> bool:
        """Read pages until one brings a cookie against CSRF; returns whether there is one."""
        for page in self.pages:
            if self._against_csrf:
                break
            answer = self.send(page)
            if isinstance(answer, Response):
                self.session.take(answer)
        return self._against_csrf

    @property
    def _against_csrf(self) -> bool:
        return self.session.header(self.request) is not None

    def _with_cookies(self) -> Request:
        request = self.request
        headers = request.headers
        for name, value in self.session.cookies(trusted=True).items():
            headers = with_cookie(headers, f"{name}={value}")
        repeated = self.session.header(request)
        return replace(request, headers=(*headers, repeated) if repeated else headers)
