"""Base URLs: what is taken apart, what is refused, and what counts as this machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.errors import UsageError
from contract_suite.transport.base_url import BaseUrl, parse
from contract_suite.transport.pacing import is_loopback


@pytest.mark.parametrize(
    ("url", "parts", "written"),
    [
        ("http://127.0.0.1:8080/api/", ("http", "127.0.0.1", 8080, "/api"), "http://127.0.0.1:8080/api"),
        ("HTTPS://API.Example.org", ("https", "api.example.org", 443, ""), "https://api.example.org"),
        (
            "https://a.example:443/v4/openapi",
            ("https", "a.example", 443, "/v4/openapi"),
            "https://a.example/v4/openapi",
        ),
        ("http://[::1]:9/", ("http", "::1", 9, ""), "http://[::1]:9"),
        ("http://bücher.example", ("http", "xn--bcher-kva.example", 80, ""), "http://xn--bcher-kva.example"),
        ("http://my_host:1", ("http", "my_host", 1, ""), "http://my_host:1"),
    ],
)
def test_a_base_url_is_taken_apart_and_normalised(url: str, parts: tuple[str, str, int, str], written: str) -> None:
    scheme, host, port, path = parts
    assert parse(url) == BaseUrl(scheme=scheme, host=host, port=port, path=path)
    assert str(parse(url)) == written
    assert parse(written) == parse(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "//example.org",
        "ftp://example.org",
        "http://",
        "http:///path",
        "http://:80",
        "http://user:pass@example.org",
        "http://example.org?x=1",
        "http://example.org/?",
        "http://example.org/#top",
        "http://example.org:0",
        "http://example.org:99999",
        "http://example.org:",
        "http://example.org:http",
        "http://exa mple.org",
        "http://example.org/a b",
        "http://example.org\\@other.org",
        "http://example.org/\r\nX: y",
        "http://[::1",
        "http://::1",
        "http://a..b",
        "http://example.org/é",
        "http://{endpoint}",
    ],
)
def test_what_is_no_base_url_is_the_users_trouble(url: str) -> None:
    with pytest.raises(UsageError):
        parse(url)
    assert not is_loopback(url)


@given(st.text(max_size=40).map(lambda rest: f"http://{rest}"))
def test_any_text_is_a_base_url_or_the_users_trouble(url: str) -> None:
    try:
        parsed = parse(url)
    except UsageError:
        return
    assert parse(str(parsed)) == parsed
    assert str(parsed).isascii()


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://localhost", True),
        ("http://LOCALHOST.:8080/x", True),
        ("http://api.localhost", True),
        ("http://127.0.0.1", True),
        ("http://127.9.9.9:1", True),
        ("http://[::1]:1", True),
        ("http://[::ffff:127.0.0.1]", True),
        ("http://0.0.0.0", False),
        ("http://localhost.example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("http://127.0.0.1@example.org", False),
        ("https://api.aliyun.com/api", False),
        ("http://192.168.0.1", False),
    ],
)
def test_only_this_machine_is_loopback(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback
