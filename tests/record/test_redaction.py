"""Taking secrets out of text."""

from __future__ import annotations

import base64
import json
import time
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contract_suite.record.redaction import REDACTED, Redactor

secrets = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40) | st.text(
    min_size=8, max_size=20
).filter(str.strip)


@pytest.mark.longer
@settings(max_examples=80, deadline=None)
@given(secret=secrets, before=st.text(max_size=20), after=st.text(max_size=20))
@example(secret='a"b\\c/d&e', before="", after="")
@example(secret="100%25+sure", before="", after="")
@example(secret="0000000:", before="%", after="")
@example(secret="0000000:", before="\\", after="")
@example(secret="x41-0000000:", before="\\", after="")
@example(secret="u0041-0000000:", before="\\", after="")
def test_a_known_secret_is_gone_in_every_form(secret: str, before: str, after: str) -> None:
    redactor = Redactor({secret: "$KEY"})
    forms = {
        "plain": secret,
        "percent": quote(secret, safe="", errors="replace"),
        "percent-lower": "".join(f"%{octet:02x}" for octet in secret.encode("utf-8", "replace")),
        "twice": quote(quote(secret, safe="", errors="replace"), safe=""),
        "plus": quote_plus(secret, errors="replace"),
        "json": json.dumps(secret)[1:-1],
        "json-utf8": json.dumps(secret, ensure_ascii=False)[1:-1],
        "json-all": "".join(f"\\u{ord(char):04X}" for char in secret if ord(char) < 0x10000)
        if max(map(ord, secret)) < 0x10000
        else secret,
        "slashes": json.dumps(secret)[1:-1].replace("/", "\\/"),
    }
    for name, form in forms.items():
        for text in (form, f"{before}{form}{after}"):
            cleaned = redactor.text(text)
            assert form not in cleaned or form in f"{before}$KEY{REDACTED}{after}", name
            assert "$KEY" in cleaned or REDACTED in cleaned, name


@pytest.mark.longer
@settings(max_examples=80, deadline=None)
@given(
    secret=secrets, user=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=8), urlsafe=st.booleans()
)
def test_a_known_secret_is_gone_in_base64(secret: str, user: str, *, urlsafe: bool) -> None:
    encoder = base64.urlsafe_b64encode if urlsafe else base64.b64encode
    encoded = encoder(f"{user}:{secret}".encode()).decode()
    cleaned = Redactor({secret: "$KEY"}).text(f"echo {encoded}.")
    assert cleaned == "echo $KEY."


@pytest.mark.longer
@settings(max_examples=80, deadline=None)
@given(secret=secrets, before=st.binary(max_size=10), after=st.binary(max_size=10))
def test_a_known_secret_is_gone_from_bytes(secret: str, before: bytes, after: bytes) -> None:
    data = secret.encode()
    cleaned = Redactor({secret: "$KEY"}).data(before + b"\xff" + data + b"\xff" + after)
    assert data not in cleaned
    assert cleaned.startswith(before + b"\xff")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("key sk-abcdef0123456789 here", f"key {REDACTED} here"),
        ("task-123456789 risk-management", "task-123456789 risk-management"),
        ("eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl!", f"{REDACTED}!"),
        ("Bearer xyz", f"Bearer {REDACTED}"),
        ("Authorization: Bearer xyz", f"Authorization: Bearer {REDACTED}"),
        ("Authorization: Bearer $DASHSCOPE_API_KEY", "Authorization: Bearer $DASHSCOPE_API_KEY"),
        ('-H "Authorization: Bearer $DASHSCOPE_API_KEY"', '-H "Authorization: Bearer $DASHSCOPE_API_KEY"'),
        ("-H 'X-Api-Key: abc' x", f"-H 'X-Api-Key: {REDACTED}' x"),
        ("A Bearer token is needed.", "A Bearer token is needed."),
        ('Bearer realm="api"', 'Bearer realm="api"'),
        ('{"password": "hunter2", "n": 1}', f'{{"password": "{REDACTED}", "n": 1}}'),
        ('{"access_key":"a\\"b","x":2}', f'{{"access_key":"{REDACTED}","x":2}}'),
        ('{"secret": 1234, "token": ["a", "b"]}', f'{{"secret": "{REDACTED}", "token": "{REDACTED}"}}'),
        ('{"token": ""}', '{"token": ""}'),
        (
            '{"NextToken": "abc", "tokens": "abc", "secretary": "x"}',
            '{"NextToken": "abc", "tokens": "abc", "secretary": "x"}',
        ),
        ('"{\\"password\\":\\"x\\"}"', f'"{{\\"password\\":\\"{REDACTED}\\"}}"'),
        ("/a?access_token=abc&b=1", f"/a?access_token={REDACTED}&b=1"),
        ("token=abc&b=1", f"token={REDACTED}&b=1"),
        ("https://me:pw@host/a", f"https://me:{REDACTED}@host/a"),
        ("https://host/a:b@c", "https://host/a:b@c"),
        ("nothing to see", "nothing to see"),
    ],
)
def test_what_looks_like_a_key_is_replaced(text: str, cleaned: str) -> None:
    assert Redactor().text(text) == cleaned
    assert Redactor().data(text.encode()) == cleaned.encode()
    assert Redactor().text(cleaned) == cleaned


def test_headers_that_carry_credentials_keep_their_scheme_alone() -> None:
    redactor = Redactor({"my-real-key": "$KEY"})
    assert redactor.headers(
        (
            ("Authorization", "Bearer my-real-key"),
            ("authorization", "Bearer garbage"),
            ("AUTHORIZATION", ""),
            ("Authorization", "Basic " + base64.b64encode(b"me:my-real-key").decode()),
            ("Authorization", "Bearer my-real-key extra"),
            ("Cookie", "a=1"),
            ("Set-Cookie", "a=1; Path=/"),
            ("X-Auth-Token", "abc"),
            ("X-Api-Key", "abc"),
            ("Api-Key", "abc"),
            ("Content-Type", "application/json"),
            ("X-Echo", "my-real-key"),
        )
    ) == (
        ("Authorization", "Bearer $KEY"),
        ("authorization", f"Bearer {REDACTED}"),
        ("AUTHORIZATION", ""),
        ("Authorization", "Basic $KEY"),
        ("Authorization", f"Bearer {REDACTED}"),
        ("Cookie", REDACTED),
        ("Set-Cookie", REDACTED),
        ("X-Auth-Token", REDACTED),
        ("X-Api-Key", REDACTED),
        ("Api-Key", REDACTED),
        ("Content-Type", "application/json"),
        ("X-Echo", "$KEY"),
    )


def test_members_of_parsed_json_are_replaced_too() -> None:
    assert Redactor({"k3y": "$K"}).value({"password": "x", "a": [{"b": "k3y", "n": 1}], "token": ""}) == {
        "password": REDACTED,
        "a": [{"b": "$K", "n": 1}],
        "token": "",
    }


def test_the_longer_of_two_secrets_is_replaced_whole() -> None:
    assert Redactor({"abcdef": "$SHORT", "abcdefghi": "$LONG"}).text("abcdefghi abcdef") == "$LONG $SHORT"


@settings(max_examples=80, deadline=None)
@given(st.text())
def test_text_that_nothing_touches_is_the_same_object(text: str) -> None:
    redactor = Redactor({"a-known-secret-value": "$KEY"})
    if not redactor.touches(text.encode()):
        assert redactor.text(text) is text


@pytest.mark.parametrize(
    "bad",
    [
        '"password":"' + "\\" * 50_000,
        '"token":[' + '"a" ' * 20_000,
        "Bearer " * 20_000,
        "A" * 200_000,
        "token=" * 30_000,
        "a-" * 50_000 + "token",
        "://" * 50_000 + "@",
    ],
)
def test_hostile_text_takes_no_long_time(bad: str) -> None:
    redactor = Redactor({"a-known-secret-value": "$KEY"})
    begun = time.process_time()
    redactor.text(bad + " bearer a@ \\u0061")
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(
    "clause",
    [
        "apps/create-installation-access-token::201/token::type",
        "rotate-api-key::response::arrives",
        "delete-session-token::method::PUT-refused",
    ],
)
def test_the_name_of_an_operation_before_a_clause_is_no_header(clause: str) -> None:
    """An id that ends like the name of a header was cut after its first colon."""
    redactor = Redactor({"hidden-key-1": "$KEY"})
    assert redactor.text(clause) == clause
    assert redactor.value({"clause": clause}) == {"clause": clause}
    assert redactor.text("access-token: abcdef") == f"access-token: {REDACTED}"
