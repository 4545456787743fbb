"""AsgiTransport: calls an ASGI 3 application in this process, without a socket.

The application must not be able to tell it from a server: scope, order of events and what the framing of a response
forbids are as with a real one.

Everything runs on an event loop that the transport keeps (`asgi_engine.py`).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any
from urllib.parse import unquote

from contract_suite.contract.operation import is_stream
from contract_suite.limits import STREAM
from contract_suite.model.exchange import NoResponse, Request, Response, Trouble, is_server_error
from contract_suite.model.json import are_records
from contract_suite.transport.app_loading import AsgiApp, Message
from contract_suite.transport.asgi_engine import ASGI, Engine, HungError
from contract_suite.transport.raised import with_its_line, worded
from contract_suite.transport.transport import Completed


class AsgiTransport:
    """A way to an application in this process.

    `base_path` stands before every target, as the path of a base URL does.
    """

    loopback = True
    overlaps = False

    def __init__(
        self,
        app: AsgiApp,
        base_path: str = "",
        *,
        base_url: str = "",
        timeout: float = 10.0,
        max_bytes: int = 10_000_000,
    ) -> None:
        """Start nothing yet: the application's lifespan begins with the first request and ends with `close`."""
        self.base_url = base_url or f"http://localhost{base_path}"
        self._base_path = base_path.rstrip("/")
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._engine = Engine(app, timeout)
        self._owner = True
        self._closed = False

    @property
    def base_path(self) -> str:
        """What stands before every target, without a slash at its end; empty for an application at the root."""
        return self._base_path

    def mount(self, base_path: str) -> None:
        """Put a path before every target from now on."""
        self._base_path = base_path.rstrip("/")
        self.base_url = f"http://localhost{self._base_path}"

    def send(self, request: Request, *, within: float | None = None) -> tuple[Response | NoResponse, float]:
        """Call the application and return its answer with the seconds it took; `within` as with `begin`."""
        start = perf_counter()
        trouble = self._engine.start()
        if trouble is not None:
            return trouble, perf_counter() - start
        seconds = self._timeout if within is None else min(self._timeout, within)
        call = _Call(request, self._max_bytes, seconds)
        scope = _scope(request, self._base_path, self._engine.state)
        try:
            self._engine.run(call.serve(self._engine, scope))
        except HungError:
            answer: Response | NoResponse = call.unended() or call.lost(
                Trouble.TIMEOUT, f"The application did not finish its answer within {seconds:.3g} s."
            )
        except Exception as error:  # noqa: BLE001 - whatever the application raises is the answer
            answer = call.lost(Trouble.CRASHED, f"The application raised {worded(error)}")
        else:
            answer = call.answer()
        return answer, perf_counter() - start

    def begin(self, request: Request, *, within: float | None = None) -> Completed:
        """Send at once, and give up after the time-out, or after `within` seconds if that is less."""
        return Completed(self.send(request, within=within))

    def clone(self) -> AsgiTransport:
        """Return another transport to the same running application, for another thread."""
        other = AsgiTransport(
            self._engine.app,
            self._base_path,
            base_url=self.base_url,
            timeout=self._timeout,
            max_bytes=self._max_bytes,
        )
        other._engine = self._engine
        other._owner = False
        self._engine.share()
        return other

    def close(self) -> None:
        """End the application's lifespan, if this is the transport that the others were cloned from."""
        if self._closed:
            return
        self._closed = True
        if self._owner:
            self._engine.stop()
        else:
            self._engine.unshare()


class _Call:
    """One request to the application: what it may receive, and what it sent."""

    def __init__(self, request: Request, body_limit: int, seconds: float) -> None:
        self._request = request
        self._limit = body_limit
        self._seconds = seconds
        self._asked = False
        self._status = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = bytearray()
        self._length = 0
        self._truncated = False
        self._complete: asyncio.Event | None = None
        self._done = False
        self._reason = ""
        self._on_stream: Callable[[], object] = lambda: None

    async def serve(self, engine: Engine, scope: Message) -> None:
        # A timer and a cancellation instead of asyncio.timeout: it costs a tenth.
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        late = False

        def interrupt() -> None:
            nonlocal late
            late = True
            if task is not None:
                task.cancel()
                engine.lose_patience()

        timers = [loop.call_later(self._seconds, interrupt)]
        self._on_stream = lambda: timers.append(loop.call_later(min(self._seconds, STREAM), interrupt))
        try:
            await engine.app(scope, self._receive, self._send)
        except asyncio.CancelledError as error:
            if late:
                raise HungError from error
            raise RuntimeError("it cancelled its own request") from error
        except SystemExit as error:
            raise RuntimeError(f"SystemExit: {error.code}") from error
        except Exception as error:
            if late:
                raise HungError from error
            if not self._done:
                raise
            self._remember(error)  # the answer is out; a server would write this to its log
        finally:
            _cancel(timers)
        if late:
            raise HungError

    async def _receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": self._request.body, "more_body": False}
        # A client that keeps the connection open says nothing more until it has its answer.
        if not self._done:
            self._complete = self._complete or asyncio.Event()
            await self._complete.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.start" and not self._status:
            self._status = message["status"]
            self._headers = [(bytes(name), bytes(value)) for name, value in message.get("headers", ())]
            if self._streams:
                self._on_stream()
        elif kind == "http.response.body" and self._status and not self._done:
            self._add(message.get("body", b""))
            if not message.get("more_body", False):
                self._done = True
                if self._complete is not None:
                    self._complete.set()
        elif not self._done:  # after the end, servers ignore what comes
            raise RuntimeError(f"{kind!r} was sent where ASGI allows none")

    def _add(self, piece: bytes) -> None:
        self._length += len(piece)
        room = self._limit - len(self._body)
        self._body += piece[:room]
        self._truncated = self._truncated or len(piece) > room

    def _remember(self, error: BaseException) -> None:
        if is_server_error(self._status):
            self._reason = f"after {with_its_line(error)}"

    def answer(self) -> Response | NoResponse:
        if not self._status:
            return self.lost(Trouble.CLOSED, "The application returned without an answer.")
        if not self._done:
            return self.lost(Trouble.CLOSED, "The application returned before its answer was complete.")
        if not 200 <= self._status <= 999:  # noqa: PLR2004 - a final status has three digits
            return self.lost(Trouble.GARBAGE, f"The application answered with the status {self._status!r}.")
        if _BREAK.search(b"".join([name + value for name, value in self._headers])):
            return self.lost(Trouble.GARBAGE, "The application sent a header that holds a line break.")
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in self._headers)
        if self._request.method == "HEAD" or self._status in _BODYLESS:
            return Response(status=self._status, headers=headers, reason=self._reason)
        declared = next((value.strip() for name, value in self._headers if name.lower() == b"content-length"), None)
        if declared is not None and declared != str(self._length).encode():
            what = f"The application declared {declared.decode('latin-1')[:40]} bytes and sent {self._length:,}."
            return self.lost(Trouble.CLOSED, what)
        return Response(
            status=self._status,
            reason=self._reason,
            headers=headers,
            body=bytes(self._body),
            truncated=self._truncated,
        )

    @property
    def _streams(self) -> bool:
        """Whether the answer may have no end."""
        fields = {name.lower(): value for name, value in self._headers}
        return b"content-length" not in fields and is_stream(fields.get(b"content-type", b"").decode("latin-1"))

    def unended(self) -> Response | None:
        """Return an answer that may have no end, with what came of it; `None` for one that should have ended."""
        bounded = any(name.lower() == b"content-length" for name, _ in self._headers)
        if not self._status or not (self._streams or (not bounded and are_records(bytes(self._body)))):
            return None
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in self._headers)
        return Response(status=self._status, headers=headers, body=bytes(self._body), truncated=True)

    def lost(self, trouble: Trouble, message: str) -> NoResponse:
        return NoResponse(trouble=trouble, message=message, received=bytes(self._body))


_BODYLESS = {204, 304}
_BREAK = re.compile(rb"[\r\n\0]")
_BLANK = b" \t"
"""What stands around a value is no part of it (RFC 9110, section 5.5), so no server hands it on."""
_FRAMING = {b"content-length", b"transfer-encoding"}
_CLIENT = ("127.0.0.1", 49_152)
_SERVER = ("127.0.0.1", 80)


def _scope(request: Request, base_path: str, state: dict[str, Any]) -> Message:
    """Return the connection scope, as a server builds it from the bytes of the request."""
    raw_path, _, query = f"{base_path}{request.target}".partition("?")
    headers = [(_octets(name.lower()), _octets(value).strip(_BLANK)) for name, value in request.headers]
    present = {name for name, _ in headers}
    front = [pair for pair in _DEFAULTS if pair[0] not in present]
    if (request.body or request.method in {"POST", "PUT", "PATCH"}) and not present & _FRAMING:
        headers.append((b"content-length", str(len(request.body)).encode()))
    return {
        "type": "http",
        "asgi": ASGI,
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(raw_path),
        "raw_path": _octets(raw_path),
        "query_string": _octets(query),
        "root_path": "",
        "headers": [*front, *headers],
        "client": _CLIENT,
        "server": _SERVER,
        "state": state.copy(),
    }


_DEFAULTS = (
    (b"host", b"localhost"),
    (b"user-agent", b"contract-suite"),
    (b"accept", b"application/json, */*"),
    (b"accept-encoding", b"identity"),
)


def _cancel(timers: Iterable[asyncio.TimerHandle]) -> None:
    for each in timers:
        each.cancel()


def _octets(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")
