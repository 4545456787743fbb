"""What the user sends himself: it wins over every key of ours, and goes out with his own identity alone."""

from __future__ import annotations

import base64

import pytest

from contract_suite.contract.document import Library
from contract_suite.contract.operation import Operation, Parameter, SecurityScheme
from contract_suite.contract.schemas.schema import Schema
from contract_suite.model.exchange import Identity, Pairs, Request
from contract_suite.model.location import Location
from contract_suite.transport.authentication.credentials import Credentials
from contract_suite.transport.authentication.key_sources import Secret
from contract_suite.transport.authentication.user_headers import UserHeaders, described_headers, variable_of

BEARER = SecurityScheme(id="bearer", type="http", scheme="bearer")
HEADER = SecurityScheme(id="header", type="apiKey", name="X-Custom", where="header")
PLACE = Location(file="a", line=1, pointer="")
COOKIE = SecurityScheme(id="cookie", type="apiKey", name="sid", where="cookie")


def keyed(scheme: SecurityScheme, fields: Pairs, request: Request) -> Pairs:
    key = {Identity.DEFAULT: Secret(value="ours", name="KEY"), Identity.READONLY: Secret(value="reads", name="READ")}
    return Credentials([scheme], key, UserHeaders(fields=fields, schemes=(scheme,))).apply(request).headers


@pytest.mark.parametrize(
    ("scheme", "given", "expected"),
    [
        (BEARER, (("Authorization", "Bearer mine"),), (("Authorization", "Bearer mine"),)),
        (BEARER, (("authorization", "Basic bWU6cA=="),), (("authorization", "Basic bWU6cA=="),)),
        (HEADER, (("x-custom", "mine"),), (("x-custom", "mine"),)),
        (COOKIE, (("Cookie", "sid=mine"),), (("Cookie", "sid=mine"),)),
        (COOKIE, (("Cookie", "theme=dark"),), (("Cookie", "theme=dark; sid=ours"),)),
        (BEARER, (("X-Trace", "7"),), (("X-Trace", "7"), ("Authorization", "Bearer ours"))),
    ],
)
def test_it_wins_over_a_key(scheme: SecurityScheme, given: Pairs, expected: Pairs) -> None:
    assert keyed(scheme, given, Request(method="GET", target="/")) == expected


@pytest.mark.parametrize("identity", [Identity.NOBODY, Identity.READONLY])
@pytest.mark.parametrize(
    ("scheme", "given"),
    [
        (BEARER, (("Authorization", "Bearer mine"),)),
        (HEADER, (("X-Custom", "mine"),)),
        (COOKIE, (("Cookie", "sid=mine"),)),
        (BEARER, (("X-Session-Token", "mine"), ("Cookie", "sid=mine"))),
    ],
)
def test_a_request_of_another_identity_leaves_it_out(scheme: SecurityScheme, given: Pairs, identity: Identity) -> None:
    request = Request(method="GET", target="/", identity=identity)
    sent = keyed(scheme, (*given, ("X-Trace", "7")), request)
    assert ("X-Trace", "7") in sent
    assert not any("mine" in value for _, value in sent)
    assert any("reads" in value for _, value in sent) == (identity is Identity.READONLY)


def test_a_request_that_is_about_a_wrong_credential_gets_no_right_one_beside_it() -> None:
    request = Request(method="GET", target="/", headers=(("Authorization", "Bearer garbage"),))
    given = (("Authorization", "Bearer mine"), ("Cookie", "sid=mine"))
    assert keyed(BEARER, given, request) == request.headers


def test_cookies_stand_beside_those_of_the_request() -> None:
    request = Request(method="GET", target="/", headers=(("Cookie", "page=2"),))
    assert keyed(BEARER, (("Cookie", "sid=mine; page=9"),), request)[0] == ("Cookie", "page=2; sid=mine")


def test_each_part_of_a_credential_is_a_secret_and_a_harmless_header_is_none() -> None:
    basic = base64.b64encode(b"me:hidden").decode()
    fields = (("Authorization", f"Basic {basic}"), ("Cookie", "a=one; b=two"), ("Accept", "text/plain"))
    headers = UserHeaders(fields=fields)
    assert set(headers.secrets) == {f"Basic {basic}", basic, "me:hidden", "hidden", "a=one; b=two", "one", "two"}
    assert headers.secrets["hidden"] == f"${variable_of('Authorization')}" == "$HEADER_AUTHORIZATION"
    assert "hidden" not in repr(headers)
    assert headers.credentials == ("Authorization", "Cookie")


def described(name: str, texts: dict[str, str]) -> Operation:
    """An operation with headers, each with its description."""
    schema = Schema(Library().read(b"{}", "a.json"))
    return Operation(
        id=name,
        method="GET",
        path=f"/{name}",
        location=PLACE,
        parameters=tuple(
            Parameter(
                name=header,
                where="header",
                required=False,
                schema=schema,
                location=PLACE,
                description=text,
                style="simple",
                explode=False,
            )
            for header, text in texts.items()
        ),
    )


def test_a_header_that_the_document_describes_is_shown_unless_a_word_speaks_of_a_credential() -> None:
    texts = {"X-Tenant": "whose things", "X-Secret": "whose things", "X-Client": "The client's secret.", "X-Custom": ""}
    operation = described("a", texts)
    fields = tuple((name, f"value of {name}") for name in (*texts, "X-Other"))
    headers = UserHeaders(fields=fields, schemes=(HEADER,), described=described_headers([operation]))
    assert [name for name, _ in fields if headers.shows(name)] == ["X-Tenant"]
    assert "value of X-Tenant" not in headers.secrets


def test_one_operation_that_calls_a_header_a_credential_speaks_for_all() -> None:
    operations = [described("a", {"X-Client": "who asks"}), described("b", {"x-client": "The client's secret."})]
    assert described_headers(operations) == frozenset()
    assert described_headers(reversed(operations)) == frozenset()
