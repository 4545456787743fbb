"""Whoever connects to the mock's port and doesn't finish what it began is let go of, and the others are served."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from urllib.parse import urlsplit

import pytest

from contract_suite.errors import UsageError
from contract_suite.mock import connections
from contract_suite.mock.asgi import MockApp
from contract_suite.mock.embedded import bind, running
from contract_suite.mock.server import MockServer
from tests.contracts import load

PATH = "/v4/openapi/app-groups/my_app/models"


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """A mock that waits for half a second, and takes twenty connections."""
    monkeypatch.setattr(connections, "RECEIVING", 0.5)
    monkeypatch.setattr(connections, "CONNECTIONS", 20)
    with running(MockApp(MockServer(load("opensearch")))) as url:
        parts = urlsplit(url)
        yield str(parts.hostname), int(parts.port or 0)


def everything(client: socket.socket) -> bytes:
    data = b""
    client.settimeout(1.5)
    with suppress(OSError):
        while piece := client.recv(65536):
            data += piece
    return data


def is_served(address: tuple[str, int]) -> bool:
    with closing(http.client.HTTPConnection(*address, timeout=5)) as connection:
        connection.request("GET", PATH, headers={"Authorization": "Bearer sk-abcdef-_123"})
        return connection.getresponse().status == 200


UNFINISHED = {
    "nothing": b"",
    "a letter": b"G",
    "half a head": b"GET /v4/openapi/app-groups HTTP/1.1\r\nHost: a\r\n",
    "half a body": b"POST /v4/openapi/app-groups HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{",
    "half a chunk": b"POST /v4/openapi/app-groups HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n{",
}


@pytest.mark.longer
@pytest.mark.parametrize("name", UNFINISHED)
def test_a_request_that_never_ends_is_not_waited_for(name: str, address: tuple[str, int]) -> None:
    """Connections that never finish their head were kept for ever."""
    with socket.create_connection(address) as client:
        client.sendall(UNFINISHED[name])
        began = time.monotonic()
        assert everything(client).startswith(b"HTTP/1.1 408 ")
        assert time.monotonic() - began < 4
    assert is_served(address)


@pytest.mark.longer
@pytest.mark.parametrize("name", ["half a head", "half a body"])
def test_bytes_that_trickle_win_no_time(name: str, address: tuple[str, int]) -> None:
    with socket.create_connection(address) as client:
        client.sendall(UNFINISHED[name])
        began = time.monotonic()
        with suppress(OSError):
            while time.monotonic() - began < 5:
                client.sendall(b"x")
                time.sleep(0.05)
    assert time.monotonic() - began < 4


def test_too_many_connections_are_refused_and_the_mock_goes_on(address: tuple[str, int]) -> None:
    """Out of file descriptors it burned a core."""
    with ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(address)) for _ in range(40)]
        refused = [client for client in clients[20:] if everything(client).startswith(b"HTTP/1.1 503 ")]
        assert len(refused) == 20
    time.sleep(0.2)
    assert is_served(address)


@pytest.mark.longer
def test_a_kept_connection_is_kept(address: tuple[str, int]) -> None:
    with closing(http.client.HTTPConnection(*address, timeout=5)) as connection:
        for _ in range(3):
            connection.request("GET", PATH, headers={"Authorization": "Bearer sk-abcdef-_123"})
            answer = connection.getresponse()
            assert answer.status == 200
            answer.read()
            time.sleep(0.4)


def test_tls_is_told_what_the_port_speaks(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as client:
        client.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        assert b"speaks HTTP, not TLS" in everything(client)
    context = ssl.create_default_context()
    with socket.create_connection(address) as client, pytest.raises(ssl.SSLError):
        context.wrap_socket(client, server_hostname="localhost")


GARBAGE = {
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "no HTTP": b"hello\r\n\r\n",
    "zeros": b"\0" * 200,
    "a long head": b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
    "a long line": b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a negative length": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    "a broken chunk": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "another version": b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}


@pytest.mark.parametrize("name", GARBAGE)
def test_what_is_no_request_is_refused(name: str, address: tuple[str, int]) -> None:
    with socket.create_connection(address) as client:
        with suppress(OSError):
            client.sendall(GARBAGE[name])
        assert re.match(rb"HTTP/1.1 4\d\d |$", everything(client))
    assert is_served(address)


@pytest.mark.parametrize("host", ["", " "])
def test_an_empty_address_is_not_every_address(host: str) -> None:
    with pytest.raises(UsageError, match="no address"):
        bind(host)


def test_the_mock_listens_on_ipv6() -> None:
    try:
        listener = bind("::1")
    except Exception:  # noqa: BLE001 - a machine without IPv6
        pytest.skip("this machine has no IPv6")
    listener.close()
    with running(MockApp(MockServer(load("opensearch"))), host="::1") as url:
        assert url.startswith("http://[::1]:")
        assert is_served(("::1", int(urlsplit(url).port or 0)))
