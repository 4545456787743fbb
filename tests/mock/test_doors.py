"""The doors: ASGI, a port, httpx."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from contract_suite.contract.operation import Contract
from contract_suite.errors import UsageError
from contract_suite.mock.asgi import MockApp
from contract_suite.mock.embedded import bind, running
from contract_suite.mock.server import MockServer
from tests.contracts import load

KEY = {"Authorization": "Bearer sk-abcdef-_123"}
MODEL = "/v4/openapi/app-groups/my_app/models/363"


@pytest.fixture(scope="module")
def app() -> MockApp:
    return MockApp(*(MockServer(load(name)) for name in ("pai", "modelarts", "opensearch")))


@pytest.fixture(scope="module")
def url(app: MockApp) -> Iterator[str]:
    with running(app) as address:
        yield address


def call(app: MockApp, scope: dict[str, Any], messages: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """Run the app by hand, without an event loop: it waits for nothing but us."""
    sent: list[dict[str, Any]] = []
    waiting = list(messages or [{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    coroutine = app(
        {
            "type": "http",
            "method": "GET",
            "query_string": b"",
            "headers": [(b"authorization", KEY["Authorization"].encode())],
            **scope,
        },
        receive,
        send,
    )
    with pytest.raises(StopIteration):
        coroutine.send(None)
    return sent


def test_each_family_is_served_below_its_own_path(url: str) -> None:
    with httpx.Client(base_url=url, headers=KEY) as client:
        bodies = [
            client.get(path).json()
            for path in ("/api/PaiStudio/2022-01-12/ListAlgorithms", "/v2/someone/algorithms", MODEL)
        ]
        assert ["Algorithms" in bodies[0], "items" in bodies[1], bodies[2]["modelId"]] == [True, True, 363]
        assert [client.get(path).status_code for path in ("/api/nothing", "/apia", "/v4/openapi", "/v4", "/")] == [
            404
        ] * 5
        assert client.get("/api/nothing").json()["Code"] == "NotFound"


def test_a_path_of_no_server_is_not_found() -> None:
    app = MockApp(MockServer(load("opensearch")))
    start, body = call(app, {"path": "/elsewhere", "raw_path": b"/elsewhere"})
    assert (start["status"], json.loads(body["body"])["code"]) == (404, "NotFound")


def test_the_app_waits_for_nothing_and_reads_chunks(app: MockApp) -> None:
    scope = {
        "method": "POST",
        "path": "/api/PaiStudio/2022-01-12/CreateAlgorithm",
        "headers": [(b"authorization", b"Bearer sk-abcdefgh"), (b"content-type", b"application/json")],
    }
    chunks = [{"type": "http.request", "body": piece, "more_body": True} for piece in (b"{", b"", b"}")]
    start, body = call(app, scope, [*chunks, {"type": "http.request"}])
    assert (start["status"], "AlgorithmId" in json.loads(body["body"])) == (200, True)


def test_a_client_that_goes_away_is_no_trouble(app: MockApp) -> None:
    assert call(app, {"path": "/", "raw_path": b"/"}, [{"type": "http.disconnect"}]) == []


def test_a_body_without_end_is_cut_off(app: MockApp) -> None:
    flood = [{"type": "http.request", "body": b"x" * 2**20, "more_body": True}] * 40
    assert call(app, {"method": "POST", "path": "/api/x"}, flood)[0]["status"] == 413


def test_the_target_is_taken_as_it_was_sent(app: MockApp) -> None:
    for path in (b"http://some.where:80" + MODEL.encode(), MODEL.replace("363", "%33%36%33").encode(), MODEL.encode()):
        assert call(app, {"path": "ignored", "raw_path": path})[0]["status"] == 200
    assert call(app, {"path": "/v4/openapi/app-groups/my app/models/363"})[0]["status"] == 404


def test_lifespan_and_websockets_are_answered(app: MockApp) -> None:
    sent = call(app, {"type": "lifespan"}, [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert call(app, {"type": "websocket"}, [{"type": "websocket.connect"}])[0]["type"] == "websocket.close"


def test_latency_holds_each_answer_back() -> None:
    app = MockApp(MockServer(load("opensearch")), latency=0.05)

    async def one() -> float:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://mock", headers=KEY
        ) as client:
            begun = time.perf_counter()
            assert (await client.get(MODEL)).status_code == 200
            return time.perf_counter() - begun

    assert asyncio.run(one()) >= 0.05


def test_two_documents_cannot_share_a_path(library: Contract) -> None:
    with pytest.raises(UsageError, match="same path"):
        MockApp(MockServer(library), MockServer(library))


def raw(url: str, request: bytes) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), 5) as connection:
        connection.sendall(request)
        response = http.client.HTTPResponse(connection, method=request.split(b" ")[0].decode())
        response.begin()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()


REST = b"Host: x\r\nAuthorization: bearer   sk-abcdef-_123\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    ("request_line", "more", "status"),
    [
        (b"GET " + MODEL.encode() + b" HTTP/1.0", b"\r\n", 200),
        (b"GET http://x" + MODEL.encode() + b" HTTP/1.1", b"\r\n", 200),
        (b"GET " + MODEL.encode() + b"? HTTP/1.1", b"\r\n", 200),
        (b"GET " + MODEL.encode() + b" HTTP/1.1", b"Content-Length: 3\r\n\r\nabc", 200),
        (
            b"POST /api/PaiStudio/2022-01-12/CreateAlgorithm HTTP/1.1",
            b"content-TYPE: application/JSON\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            200,
        ),
        (b"POST /api/PaiStudio/2022-01-12/CreateAlgorithm HTTP/1.1", b"Content-Length: 0\r\n\r\n", 400),
        (b"HEAD " + MODEL.encode() + b" HTTP/1.1", b"\r\n", 405),
        (b"BREW " + MODEL.encode() + b" HTTP/1.1", b"\r\n", 405),
    ],
)
def test_odd_and_legal_http_is_understood(url: str, request_line: bytes, more: bytes, status: int) -> None:
    found, headers, body = raw(url, request_line + b"\r\n" + REST + more)
    assert found == status
    assert headers["content-type"] == "application/json"
    if request_line.startswith(b"HEAD"):
        assert body == b""
    else:
        assert int(headers["content-length"]) == len(body)
    if status == 405:
        assert headers["allow"] == "GET"


def test_a_kept_connection_answers_at_once(url: str) -> None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    seconds = []
    for _ in range(20):
        begun = time.perf_counter()
        connection.request("GET", MODEL, headers=KEY)
        assert connection.getresponse().read()
        seconds.append(time.perf_counter() - begun)
    connection.close()
    # Not a speed test: with Nagle's delay on, every answer but the first takes 40 ms, and on a busy machine some do anyhow.
    assert sorted(seconds)[2] < 0.03


def test_a_port_that_is_taken_is_the_users_trouble() -> None:
    with bind() as listener, pytest.raises(UsageError, match="can't listen"):
        bind(port=listener.getsockname()[1])
    with pytest.raises(UsageError):
        bind(port=70_000)
