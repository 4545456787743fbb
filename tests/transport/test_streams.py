"""Answers without an end: they are read for a moment, and what came is the answer."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from contract_suite import limits
from contract_suite.model.exchange import NoResponse, Request, Response
from contract_suite.transport.asgi import AsgiTransport
from contract_suite.transport.http import HttpTransport
from tests.transport.servers import request, server

GET = Request(method="GET", target="/events")
EVENT = b"data: 1\n\n"


RECORD = b'{"n": 1}\n'


def endless(kind: bytes, piece: bytes = EVENT) -> Callable[[socket.socket], None]:
    def answer(client: socket.socket) -> None:
        request(client)
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            client.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            time.sleep(0.1)

    return answer


def streaming(kind: bytes, *, pieces: int, piece: bytes = EVENT) -> Any:
    async def app(scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
        for _ in range(pieces):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(0.1)
        await send({"type": "http.response.body", "body": b""})

    return app


@pytest.mark.longer
@pytest.mark.parametrize("kind", [b"text/event-stream", b"application/x-ndjson; charset=utf-8"])
def test_a_stream_over_a_socket_is_read_for_a_moment(kind: bytes) -> None:
    with server(endless(kind)) as url:
        transport = HttpTransport(url, timeout=5)
        answer, seconds = transport.send(GET)
        transport.close()
    assert isinstance(answer, Response)
    assert (answer.status, answer.truncated) == (200, True)
    assert answer.body.startswith(EVENT)
    assert seconds < limits.STREAM + 0.5


@pytest.mark.longer
def test_what_is_no_stream_has_to_end() -> None:
    with server(endless(b"application/json")) as url:
        transport = HttpTransport(url, timeout=0.8)
        answer, _ = transport.send(GET)
        transport.close()
    assert isinstance(answer, NoResponse)


@pytest.mark.longer
def test_json_texts_line_by_line_are_a_stream_whatever_it_is_called() -> None:
    with server(endless(b"application/json", RECORD)) as url:
        transport = HttpTransport(url, timeout=0.8)
        answer, _ = transport.send(GET)
        transport.close()
    called = AsgiTransport(streaming(b"application/json", pieces=1000, piece=RECORD), timeout=0.8)
    same, _ = called.send(GET)
    called.close()
    for each in (answer, same):
        assert isinstance(each, Response)
        assert (each.status, each.truncated) == (200, True)
        assert each.body.startswith(RECORD)


@pytest.mark.longer
@pytest.mark.parametrize(("pieces", "whole"), [(1000, False), (1, True)])
def test_a_stream_of_an_application_is_read_for_a_moment(pieces: int, whole: bool) -> None:
    transport = AsgiTransport(streaming(b"text/event-stream", pieces=pieces), timeout=5)
    answer, seconds = transport.send(GET)
    again, _ = transport.send(GET)
    transport.close()
    assert isinstance(answer, Response)
    assert isinstance(again, Response)
    assert (answer.status, answer.truncated) == (200, not whole)
    assert answer.body.startswith(EVENT)
    assert seconds < limits.STREAM + 0.5


@pytest.mark.longer
def test_an_application_has_to_end_what_is_no_stream() -> None:
    transport = AsgiTransport(streaming(b"application/json", pieces=1000), timeout=0.8)
    answer, _ = transport.send(GET)
    transport.close()
    assert isinstance(answer, NoResponse)
