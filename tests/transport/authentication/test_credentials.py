"""Keys: where they go, where they don't, and that nothing shows them."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.contract.operation import SecurityScheme
from contract_suite.errors import UsageError
from contract_suite.model.exchange import Identity, Request
from contract_suite.transport.authentication.credentials import Credentials
from contract_suite.transport.authentication.key_sources import Secret

_BEARER = SecurityScheme(id="bearer", type="http", scheme="bearer")
_BASIC = SecurityScheme(id="basic", type="http", scheme="basic")


def _key(where: str, name: str = "X-Key") -> SecurityScheme:
    return SecurityScheme(id=name, type="apiKey", name=name, where=where)


def _apply(request: Request, *schemes: SecurityScheme, value: str = "sk-1") -> Request:
    return Credentials(schemes, {Identity.DEFAULT: Secret(value=value, name="KEY")}).apply(request)


def _get(target: str = "/", *headers: tuple[str, str]) -> Request:
    return Request(method="GET", target=target, headers=headers)


@pytest.mark.parametrize(
    ("schemes", "sent", "expected"),
    [
        ((_BEARER,), _get(), _get("/", ("Authorization", "Bearer sk-1"))),
        ((_BASIC,), _get(), _get("/", ("Authorization", "Basic " + base64.b64encode(b"sk-1").decode()))),
        ((_key("header"),), _get("/", ("A", "b")), _get("/", ("A", "b"), ("X-Key", "sk-1"))),
        ((_key("query"),), _get("/a"), _get("/a?X-Key=sk-1")),
        ((_key("query"),), _get("/a?b=c"), _get("/a?b=c&X-Key=sk-1")),
        ((_key("cookie", "sid"),), _get(), _get("/", ("Cookie", "sid=sk-1"))),
        ((_key("cookie", "sid"),), _get("/", ("cookie", "a=b")), _get("/", ("cookie", "a=b; sid=sk-1"))),
        ((_BEARER, _key("query")), _get(), _get("/?X-Key=sk-1", ("Authorization", "Bearer sk-1"))),
        ((_BEARER, _BASIC), _get(), _get("/", ("Authorization", "Bearer sk-1"))),
        ((SecurityScheme(id="o", type="oauth2"),), _get(), _get("/", ("Authorization", "Bearer sk-1"))),
        ((SecurityScheme(id="m", type="mutualTLS"),), _get(), _get()),
        ((), _get(), _get()),
    ],
)
def test_a_key_goes_where_its_scheme_puts_it(
    schemes: tuple[SecurityScheme, ...], sent: Request, expected: Request
) -> None:
    assert _apply(sent, *schemes) == expected


@pytest.mark.parametrize(
    ("schemes", "sent"),
    [
        ((_BEARER,), _get("/", ("authorization", ""))),
        ((_BEARER, _key("header")), _get("/", ("Authorization", "Basic garbage"))),
        ((_key("query"),), _get("/?X%2DKey=")),
        ((_key("cookie", "sid"),), _get("/", ("Cookie", "a=b; sid=wrong"))),
    ],
)
def test_a_request_with_a_credential_of_its_own_is_left_as_it_is(
    schemes: tuple[SecurityScheme, ...], sent: Request
) -> None:
    assert _apply(sent, *schemes) == sent


def test_nobody_and_identities_without_a_key_get_none() -> None:
    key, empty = Secret(value="sk-1", name="KEY"), Secret(value="", name="EMPTY")
    credentials = Credentials([_BEARER], {Identity.DEFAULT: key, Identity.REVOKED: empty, Identity.NOBODY: key})
    assert [identity for identity in Identity if credentials.has(identity)] == [Identity.DEFAULT, Identity.OTHER_SCHEME]
    for identity in (Identity.READONLY, Identity.REVOKED, Identity.NOBODY):
        request = Request(method="GET", target="/", identity=identity)
        assert credentials.apply(request) == request
    assert credentials.secrets == {"sk-1": "$KEY"}


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "schlüssel", "\tx", "a\0b"])
def test_a_key_that_no_header_can_hold_is_the_users_trouble_and_not_shown(value: str) -> None:
    with pytest.raises(UsageError) as caught:
        _apply(_get(), _BEARER, value=value)
    assert value not in str(caught.value)
    assert "$KEY" in str(caught.value)


def test_every_form_of_a_basic_key_is_a_secret() -> None:
    secrets = Credentials([_BASIC], {Identity.DEFAULT: Secret(value="me:p/w", name="KEY")}).secrets
    assert {"me:p/w", "p/w", "me%3Ap%2Fw", base64.b64encode(b"me:p/w").decode()} == set(secrets)
    assert set(secrets.values()) == {"$KEY"}


@pytest.mark.parametrize("show", [repr, str])
@given(value=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8))
def test_nothing_shows_a_key(show: Callable[[object], str], value: str) -> None:
    secret = Secret(value=value, name="KEY")
    assert value not in show(Credentials([_BEARER], {Identity.DEFAULT: secret}))
    assert value not in show(secret)
