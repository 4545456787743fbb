"""HTTP/1.1 over a plain socket or TLS: one connection kept alive, nothing followed, nothing ever sent twice.

A request goes out exactly as it is: odd methods, targets and headers included, but no line break can slip into its
head. Decisions:

- **Stale connections.** A server may close an idle connection at any time, and a request can cross that on the way. So
  a connection that has carried an exchange before and ends before the first byte of the answer is no defect of the
  server yet: it is a trouble of its own (`stale`), and whoever sends may ask again if that is harmless (RFC 9112,
  9.3.1). After the first such loss every request has a connection of its own, on which the same is a defect. Before
  each request a kept connection is looked at. One that was idle for longer than a moment carries no request that may
  have an effect; nor does any before a harmless one has shown that the server serves a second request over a
  connection, or after one was found closed without a word: that server closes, and the next time it may be late.
- **Left-over bytes.** A response is what its framing says. Bytes after its end are no answer to anything: the
  connection is dropped with them, and they are not reported, since whether they had arrived by then is chance. Where
  they come of a wrong length, the body shows it.
- **Time.** One deadline holds for the whole exchange, so a server that drips a byte a second meets it; the resolver has
  it too.
- **Answers before the end of the request.** If sending fails, what the server had said by then is still read: a refusal
  of a large body is an answer.
"""

from __future__ import annotations

from functools import cache, partial
from time import perf_counter
from typing import TYPE_CHECKING, Final

from contract_suite.limits import IDLE, LATE, STREAM
from contract_suite.model.exchange import NoResponse, Request, Response, Trouble
from contract_suite.transport.base_url import BaseUrl, parse
from contract_suite.transport.connecting import Connection, Connector, UnconnectedError, worded
from contract_suite.transport.reading import CutError, GarbageError, Reader
from contract_suite.transport.transport import SAFE, Answered

if TYPE_CHECKING:
    import ssl

BODY_LIMIT: Final = 10_000_000
"""How many bytes of a response body are kept, unless told otherwise."""


class HttpTransport:
    """A way to a live endpoint."""

    overlaps = True

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float = 10.0,
        connect_timeout: float = 5.0,
        max_bytes: int = BODY_LIMIT,
        tls: ssl.SSLContext | None = None,
        public_only: bool = False,
    ) -> None:
        """Connect nowhere yet.

        `UsageError` for a bad URL. `max_bytes` of a body are kept; `tls` replaces the system's trust. `public_only`
        connects to no address of this machine or of a private network.
        """
        self._url = parse(base_url)
        self.base_url = str(self._url)
        self.loopback = self._url.loopback
        self.timeout = timeout
        self.max_bytes = max_bytes
        self.connector = Connector(self._url, timeout=timeout, connect_timeout=connect_timeout, tls=tls)
        self.connector.public_only = public_only
        self.reuse = Reuse()
        self._defaults = _defaults(self._url)
        self._connection: Connection | None = None
        self._kept_since = 0.0

    def send(self, request: Request) -> Answered:
        """Send and return the answer with the seconds to its last byte.

        `ValueError` if the request's head holds a line break.
        """
        return self.begin(request).finish()

    def begin(self, request: Request, *, within: float | None = None) -> _InFlight:
        """Put a request on its way; its deadline runs from now on. `ValueError` as with `send`."""
        start = perf_counter()
        data = self._serialise(request)
        connection = self._connection
        self._connection = None
        if connection is not None and not self._trusts(connection, request, start):
            connection.close()
            connection = None
        seconds = self.timeout if within is None else min(self.timeout, within)
        begun = _InFlight(self, request, data, start, seconds, reused=connection is not None)
        begun.put(connection)
        return begun

    def keep(self, connection: Connection) -> None:
        """Keep a connection for the next request."""
        self._connection = connection
        self._kept_since = perf_counter()

    def clone(self) -> HttpTransport:
        """Return another transport to the same endpoint, with a connection of its own."""
        other = HttpTransport(
            self.base_url,
            timeout=self.timeout,
            connect_timeout=self.connector.connect_timeout,
            max_bytes=self.max_bytes,
            tls=self.connector.tls,
        )
        other.connector.addresses = list(self.connector.addresses)
        other.reuse = self.reuse
        return other

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _trusts(self, connection: Connection, request: Request, now: float) -> bool:
        """Whether a kept connection may carry a request."""
        if not self.reuse.trusted:
            return False
        if not connection.quiet():
            self.reuse.silent_close = True
            return False
        if request.method in SAFE:
            return True
        return self.reuse.shown and not self.reuse.silent_close and now - self._kept_since <= IDLE

    def _serialise(self, request: Request) -> bytes:
        headers = [*request.headers]
        present = {name.lower() for name, _ in headers}
        front = [pair for pair in self._defaults if pair[0].lower() not in present]
        if (request.body or request.method in _WITH_BODY) and not present & _FRAMING:
            headers.append(("Content-Length", str(len(request.body))))
        lines = [f"{request.method} {self._url.path}{request.target} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in front]
        lines += [f"{name}: {value}" for name, value in headers]
        head = "\r\n".join((*lines, "", ""))
        if head.count("\n") != len(lines) + 1 or head.count("\r") != len(lines) + 1:
            raise ValueError("The method, the target or a header of the request holds a line break.")
        return _bytes(head) + request.body


class Reuse:
    """What is known of kept connections to one endpoint: a transport and its clones share it.

    `trusted` is false once one was lost under a request, `shown` true once one has served a second request,
    `silent_close` true once one was found closed though no answer had said so.
    """

    __slots__ = ("shown", "silent_close", "trusted")

    def __init__(self) -> None:
        """Trust, and know nothing else yet."""
        self.trusted = True
        self.shown = False
        self.silent_close = False


class _InFlight:
    """A request on its way over one connection."""

    __slots__ = (
        "_connection",
        "_data",
        "_failed",
        "_reader",
        "_request",
        "_reused",
        "_seconds",
        "_start",
        "_transport",
        "deadline",
    )

    def __init__(
        self, transport: HttpTransport, request: Request, data: bytes, start: float, seconds: float, *, reused: bool
    ) -> None:
        self.deadline = start + seconds
        self._seconds = seconds
        self._transport = transport
        self._request = request
        self._data = data
        self._start = start
        self._reused = reused
        self._connection: Connection | None = None
        self._reader: Reader | None = None
        self._failed: NoResponse | OSError | None = None

    def put(self, connection: Connection | None) -> None:
        """Send over the connection, or over a new one."""
        self._failed = None
        try:
            self._connection = connection or self._transport.connector.connect(self.deadline)
        except UnconnectedError as error:
            self._failed = error.answer
            return
        self._connection.deadline = self.deadline
        self._reader = Reader(self._connection.receive, body_limit=self._transport.max_bytes)
        try:
            self._connection.send(self._data)
        except OSError as error:
            self._failed = error

    def ready(self) -> bool:
        """Whether something has come, or nothing will."""
        if self._failed is not None or self._connection is None or perf_counter() > self.deadline:
            return True
        return not self._connection.quiet()

    def descriptor(self) -> int | None:
        """Return the file descriptor of its connection."""
        return self._connection.descriptor if self._connection is not None else None

    def finish(self) -> Answered:
        """Wait for the answer; what came in time is read, however late it is asked for."""
        if self._connection is not None and perf_counter() > self.deadline and not self._connection.quiet():
            self._connection.deadline = perf_counter() + LATE
        answer = self._answer()
        if self._reused and isinstance(answer, NoResponse) and answer.trouble in _LOST and not answer.received:
            self._transport.reuse.trusted = False
            message = f"{answer.message[:-1]}, on a connection that had served before."
            answer = NoResponse(trouble=Trouble.STALE, message=message)
        elif self._reused and isinstance(answer, Response):
            self._transport.reuse.shown = True
        return answer, perf_counter() - self._start

    def drop(self) -> None:
        """Close the connection, answered or not."""
        if self._connection is not None:
            self._connection.close()

    def _hurry(self, connection: Connection) -> None:
        connection.deadline = min(self.deadline, perf_counter() + STREAM)

    def _answer(self) -> Response | NoResponse:
        """Read, and keep the connection if it may carry another exchange."""
        if isinstance(self._failed, NoResponse):
            return self._failed
        connection, reader = self._connection, self._reader
        assert connection is not None  # noqa: S101 - only `_failed` is the other way
        if reader is None:
            return NoResponse(
                trouble=Trouble.RESET, message="The run was interrupted while the response was being received."
            )
        reader.on_stream = partial(self._hurry, connection)
        try:
            answer = self._read(reader)
        except KeyboardInterrupt:
            # Whoever stops a run may still wait for what is on its way: the response names what was made.
            self._reader = reader.again()
            if self._reader is None:
                connection.close()
            raise
        except Exception:
            connection.close()
            raise
        if isinstance(answer, Response) and self._failed is None and reader.reusable and not _closes(self._request):
            self._transport.keep(connection)
        else:
            connection.close()
        return answer

    def _read(self, reader: Reader) -> Response | NoResponse:
        try:
            if isinstance(self._failed, OSError) and not isinstance(self._failed, ConnectionError):
                raise self._failed
            return reader.read(self._request.method)
        except TimeoutError:
            late = f"{_progress(reader)} within {self._seconds:.3g} s."
            return reader.unended() or _lost(Trouble.TIMEOUT, late, reader)
        except CutError as error:
            return _lost(Trouble.CLOSED, str(error), reader)
        except GarbageError as error:
            return _lost(Trouble.GARBAGE, str(error), reader)
        except ConnectionError:
            return _lost(
                Trouble.RESET,
                f"The server reset the connection {'within' if reader.received else 'before'} its answer.",
                reader,
            )
        except OSError as error:
            return _lost(Trouble.RESET, f"The connection broke: {worded(error)}.", reader)


_WITH_BODY = {"POST", "PUT", "PATCH"}
_FRAMING = {"content-length", "transfer-encoding"}
_LOST = {Trouble.CLOSED, Trouble.RESET}


def _defaults(url: BaseUrl) -> tuple[tuple[str, str], ...]:
    agent = f"contract-suite/{_version()}"
    return (
        ("Host", url.authority),
        ("User-Agent", agent),
        ("Accept", "application/json, */*"),
        ("Accept-Encoding", "identity"),
    )


@cache
def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - costs 10 ms, and only a live run needs it

    try:
        return version("contract-suite")
    except PackageNotFoundError:
        return "0"


def _bytes(head: str) -> bytes:
    # Up to U+00FF a character is a byte, as responses are read; a head with others is UTF-8.
    try:
        return head.encode("latin-1")
    except UnicodeEncodeError:
        return head.encode("utf-8", "surrogateescape")


def _closes(request: Request) -> bool:
    return any(name.lower() == "connection" and "close" in value.lower() for name, value in request.headers)


def _lost(trouble: Trouble, message: str, reader: Reader) -> NoResponse:
    return NoResponse(trouble=trouble, message=message, received=reader.received)


def _progress(reader: Reader) -> str:
    return "The answer did not end" if reader.received else "No response"
