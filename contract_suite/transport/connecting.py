"""Connections to a host: names resolved, sockets connected, TLS agreed on, all before one deadline."""

from __future__ import annotations

import ipaddress
import select
import socket
from functools import cache
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING, Final

from contract_suite.model.exchange import NoResponse, Trouble
from contract_suite.transport.base_url import BaseUrl

if TYPE_CHECKING:
    import ssl

_Address = tuple[socket.AddressFamily, tuple[str, int] | tuple[str, int, int, int]]
_NO_TLS = {"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"}
_RECEIVE = 65_536
_QUICK_ACK: Final[int | None] = getattr(socket, "TCP_QUICKACK", None)
_UNNOTICED = 0.02


class Connector:
    """Opens connections to the host of one URL."""

    def __init__(self, url: BaseUrl, *, timeout: float, connect_timeout: float, tls: ssl.SSLContext | None) -> None:
        """`timeout` is that of a whole exchange, for messages; `tls` replaces the system's trust."""
        self._url = url
        self._timeout = timeout
        self.connect_timeout = connect_timeout
        self.tls = tls
        self.addresses: list[_Address] = []
        self.public_only = False

    def connect(self, deadline: float) -> Connection:
        """Open a connection; `UnconnectedError` says why there is none."""
        if not self.addresses:
            self.addresses = _resolve(self._url, deadline)
            if self.public_only and not all(is_public(str(target[0])) for _, target in self.addresses):
                self.addresses = []
                raise UnconnectedError(
                    NoResponse(
                        trouble=Trouble.UNREACHABLE,
                        message=f"{self._url.place} is an address of this machine or of a private network.",
                    )
                )
        failures: list[OSError] = []
        for address in list(self.addresses):
            family, target = address
            remaining = min(self.connect_timeout, deadline - perf_counter())
            if remaining <= 0:
                failures.append(TimeoutError())
                break
            try:
                plain = _connected(family, target, remaining)
            except OSError as error:
                failures.append(error)
                continue
            # The next connection begins with the address that answered.
            self.addresses.sort(key=lambda each: each != address)
            return Connection(self._secure(plain, deadline) if self._url.scheme == "https" else plain, deadline)
        self.addresses = []
        raise UnconnectedError(self._explained(failures))

    def _explained(self, failures: list[OSError]) -> NoResponse:
        place = self._url.place
        if any(isinstance(each, ConnectionRefusedError) for each in failures):
            return NoResponse(
                trouble=Trouble.REFUSED, message=f"Nothing listens at {place}: the connection was refused."
            )
        if failures and all(isinstance(each, TimeoutError) for each in failures):
            return NoResponse(
                trouble=Trouble.TIMEOUT,
                message=f"{place} did not accept a connection within {self.connect_timeout:g} s.",
            )
        reason = worded(failures[-1]) if failures else "the name has no address"
        return NoResponse(trouble=Trouble.UNREACHABLE, message=f"{place} can't be reached: {reason}.")

    def _secure(self, plain: socket.socket, deadline: float) -> ssl.SSLSocket:
        import ssl  # noqa: PLC0415 - costs 20 ms, and most runs stay on loopback

        place = self._url.place
        try:
            context = self.tls or _trust()
            plain.settimeout(max(0.001, deadline - perf_counter()))
            return context.wrap_socket(plain, server_hostname=self._url.host)
        except TimeoutError as error:
            answer = NoResponse(
                trouble=Trouble.TIMEOUT,
                message=f"{place} accepted the connection, but not TLS, within {self._timeout:g} s.",
            )
            raise UnconnectedError(answer) from error
        except ssl.SSLCertVerificationError as error:
            answer = NoResponse(
                trouble=Trouble.UNREACHABLE,
                message=f"The TLS certificate of {place} is not trusted: {error.verify_message}.",
            )
            raise UnconnectedError(answer) from error
        except ssl.SSLError as error:
            if error.reason in _NO_TLS:
                message = f"{place} does not speak TLS: perhaps the URL should begin with http://."
                raise UnconnectedError(NoResponse(trouble=Trouble.GARBAGE, message=message)) from error
            reason = (error.reason or "the connection ended").replace("_", " ").lower()
            raise UnconnectedError(
                NoResponse(trouble=Trouble.UNREACHABLE, message=f"{place} can't agree on TLS: {reason}.")
            ) from error
        except OSError as error:
            message = f"{place} broke the connection within the TLS handshake: {worded(error)}."
            raise UnconnectedError(NoResponse(trouble=Trouble.RESET, message=message)) from error
        finally:
            # wrap_socket takes the descriptor over; after a failure this is what closes it.
            plain.close()


class UnconnectedError(Exception):
    """No connection came about; `answer` says why."""

    def __init__(self, answer: NoResponse) -> None:
        """Keep what the exchange is answered with."""
        self.answer = answer
        super().__init__(answer.message)


class Connection:
    """A connected socket that sends and receives until `deadline`."""

    __slots__ = ("_allowed", "_poll", "_socket", "deadline")

    def __init__(self, connected: socket.socket, deadline: float) -> None:
        """Take the socket over; `deadline` is a reading of `perf_counter`."""
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

    @property
    def descriptor(self) -> int:
        """The file descriptor of the socket; -1 once it is closed."""
        return self._socket.fileno()

    def send(self, data: bytes) -> None:
        """Send all of it; `TimeoutError` at the deadline, `OSError` if the connection breaks."""
        self._limit()
        self._socket.sendall(data)

    def receive(self) -> bytes:
        """Return what has come, waiting for it; empty at the end. Raises as `send` does."""
        self._limit()
        data = self._socket.recv(_RECEIVE)
        # A server that sends head and body apart waits for this acknowledgement, which the system would put off for 40
        # ms.
        if _QUICK_ACK is not None:
            self._socket.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)
        return data

    def close(self) -> None:
        """Close the socket."""
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


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public network, also where it wraps another."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(known, ipaddress.IPv6Address):
        wrapped = known.ipv4_mapped or known.sixtofour or (known.teredo[1] if known.teredo else None)
        if known in _NAT64:
            wrapped = ipaddress.IPv4Address(int(known) & 0xFFFFFFFF)
        if wrapped is not None and not wrapped.is_global:
            return False
    return known.is_global and not known.is_multicast


_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


def worded(error: OSError) -> str:
    """Return what the system says of an error, without a full stop."""
    return (error.strerror or str(error) or type(error).__name__).rstrip(".").lower()


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


@cache
def _trust() -> ssl.SSLContext:
    import ssl  # noqa: PLC0415 - as in `_secure`

    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


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
        raise UnconnectedError(
            NoResponse(trouble=Trouble.TIMEOUT, message=f"The name {url.host!r} was not resolved in time.")
        )
    if failures:
        reason = worded(failures[0]) if isinstance(failures[0], OSError) else "it is no host name"
        raise UnconnectedError(
            NoResponse(trouble=Trouble.UNREACHABLE, message=f"The name {url.host!r} can't be resolved: {reason}.")
        )
    return list(dict.fromkeys(found))
