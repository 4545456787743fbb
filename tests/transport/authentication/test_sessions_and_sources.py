"""The cookies of a session, the keys in answers, and when a fetched key is fetched anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.errors import EndpointError
from contract_suite.model.exchange import Request, Response
from contract_suite.transport.authentication.cookie_session import CookieSession
from contract_suite.transport.authentication.key_sources import FetchedKey, key_in_answer
from contract_suite.transport.authentication.login import Login
from contract_suite.transport.authentication.renewing import Renewing


def setting(*fields: str) -> Response:
    return Response(status=200, headers=tuple(("Set-Cookie", each) for each in fields))


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        (("sid=1; Path=/; HttpOnly", "lang=de"), {"sid": "1", "lang": "de"}),
        (("sid=1", "sid=2; Max-Age=60"), {"sid": "2"}),
        (("sid=1", "sid=; Max-Age=0"), {}),
        (("sid=1", "sid=gone; Expires=Thu, 01 Jan 1970 00:00:00 GMT"), {}),
        (("sid=1; Expires=Thu, 01 Jan 2099 00:00:00 GMT",), {"sid": "1"}),
        (('sid="quoted"; SameSite=Lax',), {"sid": "quoted"}),
        (("=nameless", "alone", "sid=a=b"), {"sid": "a=b"}),
        (("sid=1; Expires=whenever; Max-Age=soon",), {"sid": "1"}),
    ],
)
def test_cookies_are_kept_and_dropped_as_a_browser_does(fields: tuple[str, ...], kept: dict[str, str]) -> None:
    session = CookieSession()
    session.take(setting(*fields))
    assert session.cookies(trusted=True) == kept


def test_a_cookie_for_tls_is_not_sent_without() -> None:
    session = CookieSession(secure=False)
    session.take(setting("sid=1; Secure", "lang=de"))
    assert session.cookies(trusted=True) == {"lang": "de"}


def test_as_many_cookies_are_kept_as_a_browser_must_keep() -> None:
    """Of a server that sets more than 50, the last ones are kept (RFC 6265, 6.1)."""
    session = CookieSession()
    for number in range(51):
        session.take(Response(status=200, headers=(("Set-Cookie", f"c{number}=v"),), body=b""))
    kept = session.cookies(trusted=True)
    assert len(kept) == 50
    assert "c0" not in kept
    assert "c50" in kept


def test_an_answer_to_other_requests_opens_no_session() -> None:
    session = CookieSession()
    session.take(setting("sid=1"))
    session.take(setting("sid=2", "other=3"), known_only=True)
    assert session.cookies(trusted=True) == {"sid": "2"}


@pytest.mark.parametrize(
    ("cookie", "header"),
    [("csrftoken", "X-CSRFToken"), ("XSRF-TOKEN", "X-XSRF-TOKEN"), ("_xsrf", "X-XSRFToken"), ("mine", "X-Mine")],
)
def test_a_cookie_against_csrf_is_repeated_with_what_may_change_something(cookie: str, header: str) -> None:
    session = CookieSession(csrf=(("mine", "X-Mine"),))
    session.take(setting(f"{cookie}=a%2Bb", "sid=1"))
    assert session.header(Request(method="POST", target="/")) == (header, "a+b")
    assert session.header(Request(method="GET", target="/")) is None
    assert session.cookies(trusted=False) == {cookie: "a%2Bb"}
    assert session.secrets["1"] == "$SESSION_COOKIES"
    assert session.secrets["a+b"] == "$CSRF_TOKEN"


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (b'{"access_token": "t", "expires_in": 60}', FetchedKey(value="t", seconds=60)),
        (b'{"access_token": "t", "expires_in": "60"}', FetchedKey(value="t", seconds=60)),
        (b'{"access_token": "t", "expires_in": "later"}', FetchedKey(value="t")),
        (b'{"access_token": "t", "expires_in": -1}', FetchedKey(value="t")),
        (b'{"access_token": "t", "expires_in": true}', FetchedKey(value="t")),
        (b'{"data": {"token": "t"}, "status": "ok"}', FetchedKey(value="t")),
        (b'{"token_type": "bearer", "idToken": "t"}', FetchedKey(value="t")),
        (b'{"token": 5}', None),
        (b'["token"]', None),
        (b"token", None),
    ],
)
def test_a_token_is_found_under_its_usual_names(body: bytes, key: FetchedKey | None) -> None:
    assert key_in_answer(body) == key


@given(st.binary())
def test_no_answer_is_too_strange(body: bytes) -> None:
    assert key_in_answer(body) is None or b"{" in body


@dataclass
class Source:
    seconds: float | None
    variable: str = "KEY"
    fetched: list[float] = field(default_factory=list)

    def fetch(self) -> FetchedKey:
        self.fetched.append(time.monotonic())
        return FetchedKey(value="k", seconds=self.seconds)


def test_a_key_is_due_before_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    renewing = Renewing([("", Source(100)), ("other", Source(None))])
    assert [scheme for scheme, _ in renewing.fetch()] == ["", "other"]
    due = [renewing.due]
    for seconds in (89, 2):
        now[0] += seconds
        due.append(renewing.due)
    assert due == [False, False, True]
    list(renewing.fetch())
    assert [renewing.due, renewing.generation] == [False, 2]


@pytest.mark.parametrize("brings", ["GET /login", "GET /", "POST /login"])
@pytest.mark.parametrize("refusal", [403, 419])
@pytest.mark.parametrize(("cookie", "header"), [("csrftoken", "X-CSRFToken"), ("XSRF-TOKEN", "X-XSRF-TOKEN")])
def test_a_login_that_wants_a_cookie_first_gets_it(brings: str, refusal: int, cookie: str, header: str) -> None:
    """Whichever answer sets it: the login's own page, the first page, or the refusal."""
    asked: list[str] = []

    def send(request: Request) -> Response:
        asked.append(f"{request.method} {request.target}")
        headers = dict(request.headers)
        if request.method == "POST" and headers.get(header) == "c1" and f"{cookie}=c1" in headers.get("Cookie", ""):
            return Response(status=204, headers=(("Set-Cookie", "sid=s1"),))
        given = (("Set-Cookie", f"{cookie}=c1; Path=/"),) if asked[-1] == brings else ()
        return Response(status=refusal if request.method == "POST" else 200, headers=given)

    _login(send).fetch()
    assert asked[0] == asked[-1] == "POST /login"
    assert asked[1:-1] == {"GET /login": ["GET /login"], "GET /": ["GET /login", "GET /"], "POST /login": []}[brings]


@pytest.mark.parametrize(("status", "reads"), [(401, 0), (400, 0), (403, 2)])
def test_a_login_that_no_cookie_helps_is_sent_once(status: int, reads: int) -> None:
    asked: list[str] = []

    def send(request: Request) -> Response:
        asked.append(request.method)
        return Response(status=status if request.method == "POST" else 200)

    with pytest.raises(EndpointError, match=f"was answered {status}"):
        _login(send).fetch()
    assert asked == ["POST", *["GET"] * reads]


def _login(send: Callable[[Request], Response]) -> Login:
    pages = tuple(Request(method="GET", target=each) for each in ("/login", "/"))
    request = Request(method="POST", target="/login", body=b"user=ada&password=pa55")
    return Login(request=request, session=CookieSession(), send=send, variable="LOGIN", pages=pages)
