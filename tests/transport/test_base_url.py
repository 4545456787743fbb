"""Base URLs: what is taken apart, what is refused, and what counts as this machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.cli.entry import execute
from contract_suite.errors import UsageError
from contract_suite.known_secrets import KNOWN
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


MISSPELT = (
    "http://me:{}@host",
    "https://me:{}@host:99999",
    "http:/me:{}@host",
    "http//me:{}@host",
    "me:{}@host",
    "htp://me:{}@host/x",
    "http://me:{}@host?x=1",
    "http://me:{}@host#top",
    "http://me:{}@ho st",
    "http://me:{} @host",
    "http://me:{}@[host",
    "http://me:{}@a..b",
    "http://me:{}@host/é",
    "http://me:{}%40host",
    "HTTP://me:{}@",
    "ftp://:{}@host",
    "http://host/?api_key={}",
    "http://host/#token={}",
    "http://host?a=1&secret={}",
)


@pytest.mark.parametrize("secret", ["pass-word-9", "p@ss:w/rd?1", "100%25#x"])
@pytest.mark.parametrize("url", MISSPELT)
def test_no_error_repeats_a_password(url: str, secret: str) -> None:
    """A password in a misspelt --url stood in the sentence about it."""
    with pytest.raises(UsageError) as caught:
        parse(url.replace("{}", secret))
    trail = f"{caught.value} {caught.value.__cause__ or ''} {caught.value.__context__ if not caught.value.__suppress_context__ else ''}"
    assert secret not in trail


@pytest.mark.parametrize("url", MISSPELT[:16])
def test_no_command_repeats_a_password(
    url: str, capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("contract_suite.transport.connecting.socket.getaddrinfo", _nobody)
    for secret in ("pass-word-9", "p@ss:w/rd"):
        given = url.replace("{}", secret)
        for command in (("run", given), ("lint", given), ("run", "--url", given), ("run", f"--url={given}")):
            code = execute(command)
            out, err = capfd.readouterr()
            assert code in {2, 3}
            assert secret not in out + err
            assert err


def _nobody(*_arguments: object, **_named: object) -> None:
    raise OSError("nobody is asked")


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("https://a.example/api;key=S3cr3tQ9x", "S3cr3tQ9x"),
        ("https://a.example/t;jsessionid=ab12cd34/v2", "ab12cd34"),
        ("https://a.example/api;version=2024-01-01", ""),
        ("https://a.example/api;v=v1.2/x;p=7", ""),
    ],
)
def test_a_parameter_in_the_path_of_an_address_is_a_secret(url: str, secret: str) -> None:
    """It stood in every report."""
    KNOWN.forget()
    assert parse(url).path.startswith(("/api;", "/t;"))
    assert set(KNOWN.names) == {secret} - {""}
