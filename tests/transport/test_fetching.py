"""Documents by URL."""

from __future__ import annotations

import socket

import pytest

from contract_suite.errors import DocumentError
from contract_suite.transport.fetching import fetch
from tests.transport.servers import OK, once, request, server


def test_a_document_is_fetched_without_its_fragment() -> None:
    seen: list[bytes] = []

    def answer(client: socket.socket) -> None:
        seen.append(request(client))
        client.sendall(OK)

    with server(answer) as url:
        assert fetch(f"{url}/a/b.yaml?x=1#/components") == b"ok"
    assert seen[0].startswith(b"GET /a/b.yaml?x=1 HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "the server answered 404"),
        (
            b"HTTP/1.1 302 Found\r\nLocation: https://other.example/x\r\nContent-Length: 0\r\n\r\n",
            "has moved to https://other.example/x",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10000001\r\n\r\n" + b" " * 10_000_001, "is longer than 10,000,000 bytes"),
        (b"garbage", "is no HTTP/1 response"),
    ],
)
def test_what_can_not_be_fetched_is_the_documents_trouble(data: bytes, sentence: str) -> None:
    with server(once(data)) as url, pytest.raises(DocumentError) as caught:
        fetch(f"{url}/openapi.yaml")
    assert sentence in str(caught.value)
    assert f"{url}/openapi.yaml" in str(caught.value)


@pytest.mark.parametrize("uri", ["http://", "file:///etc/passwd", "http://user:pass@example.org/x"])
def test_what_is_no_url_of_a_document_is_not_asked_for(uri: str) -> None:
    with pytest.raises(DocumentError):
        fetch(uri)


def test_a_redirect_may_name_the_same_scheme_in_capitals() -> None:
    with server(once(OK)) as target:
        moved = f"HTTP/1.1 302 Found\r\nLocation: {target.replace('http', 'HTTP')}/x\r\nContent-Length: 0\r\n\r\n"
        with server(once(moved.encode())) as url:
            assert fetch(f"{url}/openapi.yaml", redirects=1) == b"ok"
