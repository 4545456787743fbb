"""Applications in process: what they see, and what becomes of what they do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from contract_suite.model.exchange import NoResponse, Request, Response, Trouble
from contract_suite.transport.app_loading import AsgiApp, Message, load_app
from contract_suite.transport.asgi import AsgiTransport

_GET = Request(method="GET", target="/x")
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


def _send(
    app: AsgiApp, request: Request = _GET, *, base_path: str = "", timeout: float = 3.0, max_bytes: int = 1000
) -> Response | NoResponse:
    transport = AsgiTransport(app, base_path, timeout=timeout, max_bytes=max_bytes)
    try:
        return transport.send(request)[0]
    finally:
        transport.close()


async def _reply(send: Send, status: int, *pieces: bytes, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers or []})
    for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body"})


def _http_only(handle: Callable[[Message, Receive, Send], Awaitable[None]]) -> AsgiApp:
    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise NotImplementedError
        await handle(scope, receive, send)

    return app


def test_an_application_sees_what_a_server_would_show_it() -> None:
    seen: list[Any] = []

    async def handle(scope: Message, receive: Receive, send: Send) -> None:
        seen.append((scope, await receive()))
        await _reply(send, 201, b"he", b"llo", headers=[(b"X-Name", b"\xe9")])

    sent = Request(
        method="POST",
        target="/a%2Fb%20c?x=%31&y",
        headers=(("X-One", "é"), ("X-Two", " a b\t "), ("Accept", "text/plain")),
        body=b"{}",
    )
    answer = _send(_http_only(handle), sent, base_path="/api")
    assert answer == Response(status=201, headers=(("X-Name", "é"),), body=b"hello")
    scope, event = seen[0]
    assert (scope["method"], scope["http_version"], scope["scheme"], scope["root_path"]) == ("POST", "1.1", "http", "")
    assert (scope["path"], scope["raw_path"], scope["query_string"]) == ("/api/a/b c", b"/api/a%2Fb%20c", b"x=%31&y")
    assert scope["headers"] == [
        (b"host", b"localhost"),
        (b"user-agent", b"contract-suite"),
        (b"accept-encoding", b"identity"),
        (b"x-one", b"\xe9"),
        (b"x-two", b"a b"),
        (b"accept", b"text/plain"),
        (b"content-length", b"2"),
    ]
    assert event == {"type": "http.request", "body": b"{}", "more_body": False}


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_where_no_body_can_be_none_arrives(method: str, status: int) -> None:
    async def handle(_: Message, _receive: Receive, send: Send) -> None:
        await _reply(send, status, b"body", headers=[(b"content-length", b"4")])

    assert _send(_http_only(handle), Request(method=method, target="/")) == Response(
        status=status, headers=(("content-length", "4"),)
    )


def test_an_application_may_wait_and_has_a_task_and_a_loop() -> None:
    async def handle(_: Message, receive: Receive, send: Send) -> None:
        assert asyncio.current_task() is not None
        await receive()
        disconnected = asyncio.create_task(_disconnect(receive))  # as frameworks do while they stream
        async with asyncio.timeout(1):
            await asyncio.sleep(0.01)
        assert not disconnected.done()
        await _reply(send, 200, b"ok")
        assert (await disconnected)["type"] == "http.disconnect"

    async def _disconnect(receive: Receive) -> Message:
        return await receive()

    assert _send(_http_only(handle)) == Response(status=200, body=b"ok")


def test_a_server_error_names_what_was_raised_and_the_line_of_the_application(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frameworks answer 500 and raise once more; which line failed stood nowhere."""
    (tmp_path / "broken_notes.py").write_text(
        "import json\n\n\nasync def app(scope, receive, send):\n    try:\n        json.loads('{')\n    except ValueError:\n"
        "        await send({'type': 'http.response.start', 'status': 500})\n"
        "        await send({'type': 'http.response.body', 'body': b'oops'})\n        raise\n"
    )
    monkeypatch.chdir(tmp_path)
    answer = _send(_http_only(load_app("broken_notes:app")))
    assert isinstance(answer, Response)
    assert answer.body == b"oops"
    assert re.fullmatch(r"after JSONDecodeError: .* \(broken_notes\.py:6, in app\)", answer.reason)


def _raising(error: BaseException) -> AsgiApp:
    async def handle(_: Message, _receive: Receive, _send: Send) -> None:
        raise error

    return _http_only(handle)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ZeroDivisionError("no\nmore"), "The application raised ZeroDivisionError: no"),
        (KeyError(), "The application raised KeyError."),
        (SystemExit(3), "The application raised RuntimeError: SystemExit: 3"),
        (asyncio.CancelledError(), "The application raised RuntimeError: it cancelled its own request"),
    ],
)
def test_what_an_application_raises_is_a_crash(error: BaseException, message: str) -> None:
    assert _send(_raising(error)) == NoResponse(trouble=Trouble.CRASHED, message=message)


def test_what_it_raises_after_its_answer_is_not() -> None:
    async def handle(_: Message, _receive: Receive, send: Send) -> None:
        await _reply(send, 200, b"ok")
        raise ZeroDivisionError

    assert _send(_http_only(handle)) == Response(status=200, body=b"ok")


@pytest.mark.parametrize(
    ("events", "trouble", "sentence"),
    [
        ([], Trouble.CLOSED, "returned without an answer"),
        ([{"type": "http.response.start", "status": 200}], Trouble.CLOSED, "before its answer was complete"),
        (
            [{"type": "http.response.body", "body": b"x"}],
            Trouble.CRASHED,
            "'http.response.body' was sent where ASGI allows none",
        ),
        ([{"type": "nonsense"}], Trouble.CRASHED, "'nonsense' was sent where ASGI allows none"),
        (
            [{"type": "http.response.start", "status": 42}, {"type": "http.response.body"}],
            Trouble.GARBAGE,
            "the status 42",
        ),
        (
            [
                {"type": "http.response.start", "status": 200, "headers": [(b"x", b"a\r\nb: c")]},
                {"type": "http.response.body"},
            ],
            Trouble.GARBAGE,
            "line break",
        ),
        (
            [
                {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]},
                {"type": "http.response.body", "body": b"abc"},
            ],
            Trouble.CLOSED,
            "declared 9 bytes and sent 3",
        ),
    ],
)
def test_what_a_server_could_not_send_is_no_response(events: list[Message], trouble: Trouble, sentence: str) -> None:
    async def handle(_: Message, _receive: Receive, send: Send) -> None:
        for event in events:
            await send(event)

    answer = _send(_http_only(handle))
    assert isinstance(answer, NoResponse)
    assert answer.trouble is trouble
    assert sentence in answer.message


async def _sleeps() -> None:
    await asyncio.sleep(30)


async def _swallows() -> None:
    while True:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            continue


async def _turns_it_into_another() -> None:
    try:
        await asyncio.sleep(30)
    except asyncio.CancelledError:
        raise ValueError from None


@pytest.mark.longer
@pytest.mark.parametrize("wait", [_sleeps, _turns_it_into_another, _swallows])
@pytest.mark.parametrize("cloned", [False, True])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_application_that_hangs_times_out(wait: Callable[[], Awaitable[None]], cloned: bool) -> None:
    async def handle(scope: Message, _receive: Receive, send: Send) -> None:
        if scope["path"] == "/x":
            await wait()
        await _reply(send, 200, b"ok")

    with closing(AsgiTransport(_http_only(handle), timeout=0.1)) as transport:
        user = transport.clone() if cloned else transport
        start = perf_counter()
        answer, _ = user.send(_GET)
        assert perf_counter() - start < 3
        assert answer == NoResponse(
            trouble=Trouble.TIMEOUT, message="The application did not finish its answer within 0.1 s."
        )
        assert user.send(Request(method="GET", target="/"))[0] == Response(status=200, body=b"ok")
        if cloned:
            user.close()


def test_an_endless_body_is_cut() -> None:
    async def handle(_: Message, _receive: Receive, send: Send) -> None:
        await _reply(send, 200, *[b"x" * 600] * 10)

    assert _send(_http_only(handle)) == Response(status=200, body=b"x" * 1000, truncated=True)


def test_a_lifespan_starts_once_shares_its_state_and_ends() -> None:
    log: list[str] = []

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            scope["state"]["greeting"] = b"hello"
            log.append((await receive())["type"])
            await asyncio.sleep(0.01)
            await send({"type": "lifespan.startup.complete"})
            log.append((await receive())["type"])
            await send({"type": "lifespan.shutdown.complete"})
        else:
            log.append("request")
            await _reply(send, 200, scope["state"]["greeting"])

    with closing(AsgiTransport(app)) as transport:
        for _ in range(2):
            assert transport.send(_GET)[0] == Response(status=200, body=b"hello")
        transport.close()  # and once more at the end, which does nothing
    assert log == ["lifespan.startup", "request", "request", "lifespan.shutdown"]


def test_an_application_that_fails_to_start_answers_nothing() -> None:
    async def app(_: Message, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    assert _send(app) == NoResponse(trouble=Trouble.CRASHED, message="The application failed to start: no database")


def test_an_application_that_never_starts_times_out() -> None:
    async def app(_: Message, _receive: Receive, _send: Send) -> None:
        await asyncio.sleep(30)

    answer = _send(app, timeout=0.1)
    assert isinstance(answer, NoResponse)
    assert answer.trouble is Trouble.TIMEOUT


def test_clones_send_at_the_same_time_into_one_application() -> None:
    wanted, inside = 1, 0
    all_inside = asyncio.Event()

    async def handle(_: Message, _receive: Receive, send: Send) -> None:
        nonlocal inside
        inside += 1
        if inside == wanted:
            all_inside.set()
        await all_inside.wait()  # nobody is answered before all have come: one after the other would time out
        await _reply(send, 200, b"ok")

    with closing(AsgiTransport(_http_only(handle))) as transport:
        transport.send(_GET)
        wanted, inside, all_inside = 4, 0, asyncio.Event()
        clones = [transport.clone() for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda each: each.send(_GET)[0], clones))
        for clone in clones:
            clone.close()
        assert answers == [Response(status=200, body=b"ok")] * 4
        assert transport.send(_GET)[0] == Response(status=200, body=b"ok")
