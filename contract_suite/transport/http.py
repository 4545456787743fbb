"""HttpTransport: HTTP/1.1 over a plain socket or TLS, one connection kept alive, nothing followed, nothing retried but a stale connection.

A request goes out exactly as it is: odd methods, targets and headers included, but no line break can slip into its
head. Decisions:

- **Stale connections.** A server may close an idle connection at any time, and a request can cross that on the way. So
  when a connection that has carried an exchange before ends before the first byte of the answer, the request is sent
  once more on a new one, whatever its method. RFC 9112, 9.3.1 asks for idempotence; but a tester that called this
  ordinary race a defect would be wrong more often than right. Before each request the connection is looked at, so that
  only a close within the same instant gets that far. On a new connection it is a defect.
- **Left-over bytes.** A response is what its framing says. Bytes after its end are no answer to anything: the
  connection is dropped with them, and they are not reported, since whether they had arrived by then is chance. Where
  they come of a wrong length, the body shows it.
- **Time.** One deadline holds for the whole exchange, so a server that drips a byte a second meets it; the resolver has
  it too.
- **Answers before the end of the request.** If sending fails, what the server had said by then is still read: a refusal
  of a large body is an answer.
"""

from __future__ import annotations

import select
import socket
from functools import cache
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING, Final

from contract_suite.model.exchange import NoResponse, Request, Response, Trouble
from contract_suite.transport.base_url import BaseUrl, parse
from contract_suite.transport.reading import CutError, GarbageError, Reader
from contract_suite.transport.transport import Answered

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
    ) -> None:
        """Connect nowhere yet.

        `UsageError` for a bad URL. `max_bytes` of a body are kept; `tls` replaces the system's trust.
        """
        self._url = parse(base_url)
        self.base_url = str(self._url)
        self.loopback = self._url.loopback
        self.timeout = timeout
        self._connect_timeout = connect_timeout
        self.max_bytes = max_bytes
        self._tls = tls
        self._defaults = _defaults(self._url)
        self._connection: _Connection | None = None
        self._addresses: list[_Address] = []

    def send(self, request: Request) -> Answered:
        """Send and return the answer with the seconds to its last byte.

        `ValueError` if the request's head holds a line break.
        """
        return self.begin(request).finish()

    def begin(self, request: Request) -> _Begun:
        """Put a request on its way; its deadline runs from now on. `ValueError` as with `send`."""
        start = perf_counter()
        data = self._serialise(request)
        connection = self._connection
        self._connection = None
        if connection is not None and not connection.quiet():
            connection.close()
            connection = None
        begun = _Begun(self, request, data, start, start + self.timeout, reused=connection is not None)
        begun.put(connection)
        return begun

    def keep(self, connection: _Connection) -> None:
        """Keep a connection for the next request."""
        self._connection = connection

    def clone(self) -> HttpTransport:
        """Return another transport to the same endpoint, with a connection of its own."""
        other = HttpTransport(
            self.base_url,
            timeout=self.timeout,
            connect_timeout=self._connect_timeout,
            max_bytes=self.max_bytes,
            tls=self._tls,
        )
        other._addresses = list(self._addresses)
        return other

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

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

    def connect(self, deadline: float) -> _Connection:
        """Open a connection; `_UnconnectedError` says why there is none."""
        if not self._addresses:
            self._addresses = _resolve(self._url, deadline)
        failures: list[OSError] = []
        for address in list(self._addresses):
            family, target = address
            remaining = min(self._connect_timeout, deadline - perf_counter())
            if remaining <= 0:
                failures.append(TimeoutError())
                break
            try:
                plain = _connected(family, target, remaining)
            except OSError as error:
                failures.append(error)
                continue
            # The next connection begins with the address that answered.
            self._addresses.sort(key=lambda each: each != address)
            return _Connection(self._secure(plain, deadline) if self._url.scheme == "https" else plain, deadline)
        self._addresses = []
        raise _UnconnectedError(self._explained(failures))

    def _explained(self, failures: list[OSError]) -> NoResponse:
        place = self._url.place
        if any(isinstance(each, ConnectionRefusedError) for each in failures):
            return NoResponse(
                trouble=Trouble.REFUSED, message=f"Nothing listens at {place}: the connection was refused."
            )
        if failures and all(isinstance(each, TimeoutError) for each in failures):
            return NoResponse(
                trouble=Trouble.TIMEOUT,
                message=f"{place} did not accept a connection within {self._connect_timeout:g} s.",
            )
        reason = _worded(failures[-1]) if failures else "the name has no address"
        return NoResponse(trouble=Trouble.UNREACHABLE, message=f"{place} can't be reached: {reason}.")

    def _secure(self, plain: socket.socket, deadline: float) -> ssl.SSLSocket:
        import ssl  # noqa: PLC0415 - costs 20 ms, and most runs stay on loopback

        place = self._url.place
        try:
            context = self._tls or _trust()
            plain.settimeout(max(0.001, deadline - perf_counter()))
            return context.wrap_socket(plain, server_hostname=self._url.host)
        except TimeoutError as error:
            answer = NoResponse(
                trouble=Trouble.TIMEOUT,
                message=f"{place} accepted the connection, but not TLS, within {self.timeout:g} s.",
            )
            raise _UnconnectedError(answer) from error
        except ssl.SSLCertVerificationError as error:
            answer = NoResponse(
                trouble=Trouble.UNREACHABLE,
                message=f"The TLS certificate of {place} is not trusted: {error.verify_message}.",
            )
            raise _UnconnectedError(answer) from error
        except ssl.SSLError as error:
            if error.reason in _NO_TLS:
                message = f"{place} does not speak TLS: perhaps the URL should begin with http://."
                raise _UnconnectedError(NoResponse(trouble=Trouble.GARBAGE, message=message)) from error
            reason = (error.reason or "the connection ended").replace("_", " ").lower()
            raise _UnconnectedError(
                NoResponse(trouble=Trouble.UNREACHABLE, message=f"{place} can't agree on TLS: {reason}.")
            ) from error
        except OSError as error:
            message = f"{place} broke the connection within the TLS handshake: {_worded(error)}."
            raise _UnconnectedError(NoResponse(trouble=Trouble.RESET, message=message)) from error
        finally:
            # wrap_socket takes the descriptor over; after a failure this is what closes it.
            plain.close()


class _Begun:
    """A request on its way over one connection, and over another one if the first was stale."""

    __slots__ = (
        "_connection",
        "_data",
        "_failed",
        "_reader",
        "_request",
        "_reused",
        "_start",
        "_transport",
        "deadline",
    )

    def __init__(
        self, transport: HttpTransport, request: Request, data: bytes, start: float, deadline: float, *, reused: bool
    ) -> None:
        self.deadline = deadline
        self._transport = transport
        self._request = request
        self._data = data
        self._start = start
        self._reused = reused
        self._connection: _Connection | None = None
        self._reader: Reader | None = None
        self._failed: NoResponse | OSError | None = None

    def put(self, connection: _Connection | None) -> None:
        """Send over the connection, or over a new one."""
        self._failed = None
        try:
            self._connection = connection or self._transport.connect(self.deadline)
        except _UnconnectedError as error:
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
        return self._failed is not None or self._connection is None or not self._connection.quiet()

    def finish(self) -> Answered:
        """Wait for the answer."""
        answer = self._answer()
        if self._reused and isinstance(answer, NoResponse) and answer.trouble in _STALE and not answer.received:
            self._reused = False
            self.put(None)
            answer = self._answer()
        return answer, perf_counter() - self._start

    def drop(self) -> None:
        """Close the connection, answered or not."""
        if self._connection is not None:
            self._connection.close()

    def _answer(self) -> Response | NoResponse:
        """Read, and keep the connection if it may carry another exchange."""
        if isinstance(self._failed, NoResponse):
            return self._failed
        connection, reader = self._connection, self._reader
        assert connection is not None  # noqa: S101 - only `_failed` is the other way
        assert reader is not None  # noqa: S101 - as above
        kept = False
        try:
            if self._failed is not None and not isinstance(self._failed, ConnectionError):
                raise self._failed
            response = reader.read(self._request.method)
            kept = self._failed is None and reader.reusable and not _closes(self._request)
        except TimeoutError:
            return _lost(Trouble.TIMEOUT, f"{_progress(reader)} within {self._transport.timeout:g} s.", reader)
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
            return _lost(Trouble.RESET, f"The connection broke: {_worded(error)}.", reader)
        else:
            return response
        finally:
            if kept:
                self._transport.keep(connection)
            else:
                connection.close()


_Address = tuple[socket.AddressFamily, tuple[str, int] | tuple[str, int, int, int]]
_WITH_BODY = {"POST", "PUT", "PATCH"}
_FRAMING = {"content-length", "transfer-encoding"}
_STALE = {Trouble.CLOSED, Trouble.RESET}
_NO_TLS = {"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"}
_RECEIVE = 65_536
_QUICK_ACK: Final[int | None] = getattr(socket, "TCP_QUICKACK", None)
_UNNOTICED = 0.02


class _UnconnectedError(Exception):
    """No connection came about; `answer` says why."""

    def __init__(self, answer: NoResponse) -> None:
        self.answer = answer
        super().__init__(answer.message)


class _Connection:
    """A connected socket that sends and receives until `deadline`."""

    __slots__ = ("_allowed", "_poll", "_socket", "deadline")

    def __init__(self, connected: socket.socket, deadline: float) -> None:
        self.deadline = deadline
        self._socket = connected
        self._allowed = -1.0
        self._poll = select.poll() if hasattr(select, "poll") else None
        if self._poll is not None:
            self._poll.register(connected, select.POLLIN)

    def quiet(self) -> bool:
        """Whether nothing has happened since the last exchange: no close, no bytes that nobody asked for."""
        if self._poll is None:
            return not select.select([self._socket], [], [], 0)[0]
        return not self._poll.poll(0)

    def send(self, data: bytes) -> None:
        self._limit()
        self._socket.sendall(data)

    def receive(self) -> bytes:
        self._limit()
        data = self._socket.recv(_RECEIVE)
        # A server that sends head and body apart waits for this acknowledgement, which the system would put off for 40
        # ms.
        if _QUICK_ACK is not None:
            self._socket.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)
        return data

    def close(self) -> None:
        self._socket.close()

    def _limit(self) -> None:
        """Give the next call the time until the deadline.

        Each setting is a system call, so a difference that nobody notices is let be.
        """
        remaining = self.deadline - perf_counter()
        if remaining <= 0:
            raise TimeoutError
        if not 0 <= self._allowed - remaining < _UNNOTICED:
            self._socket.settimeout(remaining)
            self._allowed = remaining


def _connected(family: socket.AddressFamily, address: tuple[str | int, ...], timeout: float) -> socket.socket:
    plain = socket.socket(family, socket.SOCK_STREAM)
    try:
        plain.settimeout(timeout)
        plain.connect(address)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        plain.close()
        raise
    return plain


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


@cache
def _trust() -> ssl.SSLContext:
    import ssl  # noqa: PLC0415 - as in `_secure`

    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _bytes(head: str) -> bytes:
    # Up to U+00FF a character is a byte, as responses are read; a head with others is UTF-8.
    try:
        return head.encode("latin-1")
    except UnicodeEncodeError:
        return head.encode("utf-8", "surrogateescape")


def _closes(request: Request) -> bool:
    return any(name.lower() == "connection" and "close" in value.lower() for name, value in request.headers)


def _resolve(url: BaseUrl, deadline: float) -> list[_Address]:
    """Return the addresses of the host in the system's order.

    The look-up has no timeout of its own, so it runs aside.
    """
    found: list[_Address] = []
    failures: list[OSError | UnicodeError] = []

    def look_up() -> None:
        try:
            for family, _, _, _, address in socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM):
                if family in {socket.AF_INET, socket.AF_INET6}:
                    found.append((family, address))  # type: ignore[arg-type]  # these two families have these addresses
        except (OSError, UnicodeError) as error:
            failures.append(error)

    thread = Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(max(0.0, deadline - perf_counter()))
    if thread.is_alive():
        raise _UnconnectedError(
            NoResponse(trouble=Trouble.TIMEOUT, message=f"The name {url.host!r} was not resolved in time.")
        )
    if failures:
        reason = _worded(failures[0]) if isinstance(failures[0], OSError) else "it is no host name"
        raise _UnconnectedError(
            NoResponse(trouble=Trouble.UNREACHABLE, message=f"The name {url.host!r} can't be resolved: {reason}.")
        )
    return list(dict.fromkeys(found))


def _lost(trouble: Trouble, message: str, reader: Reader) -> NoResponse:
    return NoResponse(trouble=trouble, message=message, received=reader.received)


def _progress(reader: Reader) -> str:
    return "The answer did not end" if reader.received else "No answer came"


def _worded(error: OSError) -> str:
    return (error.strerror or str(error) or type(error).__name__).rstrip(".").lower()
