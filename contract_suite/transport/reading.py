"""Reads one HTTP/1.1 response out of a stream of bytes, with the rules of RFC 9112 and nothing of the network.

The reader is ours because h11 takes about 135 µs of CPU for an exchange and words its refusals for programmers; this
one takes about 20 µs.

Its rules:

- status line (4): `HTTP/1.x`, a blank, three digits, a reason or none. Anything else is no HTTP/1, which shows in the
  first bytes;
- lines end in CR LF or, in the head, in a lone LF (2.2). A lone CR or a NUL in a field is refused (RFC 9110, 5.5);
- a field is `name: value`; blanks before the colon are dropped (5.1), folded lines joined by a blank (5.2);
- 1xx responses are skipped (RFC 9110, 15.2), but for 101, after which the connection speaks no HTTP;
- no body (6.3): after HEAD, 1xx, 204, 304 and a successful CONNECT, whatever the fields say;
- `Transfer-Encoding` (6.1, 6.3): `chunked` alone; refused in HTTP/1.0 and next to `Content-Length`, where a reader
  can't know which one lies;
- `Content-Length` (6.3): digits; the same number several times is that number, different ones are refused;
- neither: the body ends with the connection. Otherwise a connection that ends early has cut the response (8);
- chunked (7.1): strict, since a lenient reader of chunk sizes is how responses are smuggled; extensions and trailers
  are skipped;
- every part has a cap: head and trailers 64 KB together, a chunk's size line 4 KB, the body the caller's.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from contract_suite.contract.operation import is_stream
from contract_suite.model.counting import counted
from contract_suite.model.exchange import Pairs, Response, is_success
from contract_suite.model.json import are_records

HEAD_LIMIT: Final = 65_536
"""How many bytes of status lines, fields and trailers are read for one response."""


class GarbageError(Exception):
    """What came is no HTTP/1 response; the text is a sentence for the reader of a report."""


class CutError(Exception):
    """The connection ended within a response; the text is a sentence for the reader of a report."""


class Reader:
    """Reads one response.

    `receive` brings the next bytes, `b""` once the connection has ended; what it raises passes through.

    `reusable` says afterwards whether the connection may carry another exchange, `received` what came, up to 64 KB of
    it.
    """

    __slots__ = (
        *("_at", "_body", "_buffer", "_head_bytes", "_limit", "_receive", "_received", "_received_bytes"),
        *("_open", "on_stream", "reusable"),
    )

    def __init__(self, receive: Callable[[], bytes], *, body_limit: int) -> None:
        """Begin with nothing received."""
        self.reusable = False
        self.on_stream: Callable[[], None] = lambda: None
        """Called once it is known that the body may have no end."""
        self._open: Response | None = None
        self._body = bytearray()
        self._receive = receive
        self._limit = body_limit
        self._buffer = b""
        self._at = 0
        self._head_bytes = 0
        self._received: list[bytes] = []
        self._received_bytes = 0

    @property
    def received(self) -> bytes:
        """What came, up to 64 KB of it."""
        return b"".join(self._received)[:HEAD_LIMIT]

    def again(self) -> Reader | None:
        """Return a reader that begins anew with what came so far; `None` if not all of it was kept."""
        data = b"".join(self._received)
        if len(data) < self._received_bytes:
            return None
        other = Reader(self._receive, body_limit=self._limit)
        other._buffer, other._received, other._received_bytes = data, [data], len(data)
        return other

    def read(self, method: str) -> Response:
        """Return the response to a request with this method.

        Bytes after its end make the connection unusable and are no part of it.
        """
        version, status, reason, headers = self._head()
        while 100 <= status < 200 and status != _SWITCHING:  # noqa: PLR2004 - the 1xx range
            version, status, reason, headers = self._head()
        bodyless = method == "HEAD" or status in _BODYLESS or (method == "CONNECT" and is_success(status))
        options = _options(headers)
        length, chunked = (0, False) if bodyless else _framing(options, version)
        if not bodyless and length is None:
            self._open = Response(status=status, reason=reason, headers=headers, truncated=True)
            if _streams(headers):
                self.on_stream()
        body, truncated, delimited = b"", False, True
        if chunked:
            body, truncated = self._chunks()
        elif length is not None:
            body, truncated = self._bytes(length)
        else:
            body, truncated = self._rest()
            delimited = False
        connection, encoding = options["connection"], options["content-encoding"]
        persistent = "close" not in connection if version else "keep-alive" in connection
        tunnel = status == _SWITCHING or (method == "CONNECT" and bodyless)
        self.reusable = persistent and delimited and not truncated and not tunnel and self._at == len(self._buffer)
        self._body = bytearray()  # whoever keeps the reader shall not keep the body twice
        if body and encoding:
            body, truncated = _decoded(body, encoding, self._limit, truncated=truncated)
        return Response(status=status, reason=reason, headers=headers, body=body, truncated=truncated)

    def unended(self) -> Response | None:
        """Return a response that may have no end, with what came of it; `None` for one that should have ended."""
        body = bytes(self._body[: self._limit])
        if self._open is None or not (_streams(self._open.headers) or are_records(body)):
            return None
        return replace(self._open, body=body)

    def _more(self) -> bool:
        data = self._receive()
        if not data:
            return False
        if self._received_bytes < HEAD_LIMIT:
            self._received.append(data)
        self._received_bytes += len(data)
        self._buffer = self._buffer[self._at :] + data if self._at < len(self._buffer) else data
        self._at = 0
        return True

    def _head(self) -> tuple[bool, int, str, Pairs]:
        searched = self._at
        while True:
            _recognise(self._buffer[self._at : self._at + 64])
            end = _HEAD_END.search(self._buffer, searched)
            if end or len(self._buffer) - self._at > HEAD_LIMIT - self._head_bytes:
                break
            left = len(self._buffer) - self._at
            if not self._more():
                if not left and not self._head_bytes:
                    raise CutError("The server closed the connection without an answer.")
                raise CutError("The server closed the connection within the status line or the headers.")
            searched = max(0, left - 3)
        if end is None or self._head_bytes + end.end() - self._at > HEAD_LIMIT:
            raise GarbageError(f"The headers are longer than {HEAD_LIMIT:,} bytes.")
        lines = self._buffer[self._at : end.start()].decode("latin-1").split("\n")
        self._head_bytes += end.end() - self._at
        self._at = end.end()
        match = _STATUS_LINE.fullmatch(lines[0])
        if match is None:
            raise GarbageError(f"The status line is malformed: {lines[0][:80].rstrip()!r}.")
        version, status, reason = match.groups()
        return version != "0", int(status), (reason or "").strip(), _fields(lines)

    def _line(self) -> bytes:
        """Return a chunk's size line or a trailer field, which end in CR LF."""
        while (end := self._buffer.find(b"\r\n", self._at)) < 0:
            if len(self._buffer) - self._at > _LINE_LIMIT:
                raise GarbageError(f"A line of the chunked body is longer than {_LINE_LIMIT:,} bytes.")
            if not self._more():
                raise CutError("The server closed the connection within the chunked body.")
        line = self._buffer[self._at : end]
        self._at = end + 2
        return line

    def _chunks(self) -> tuple[bytes, bool]:
        body = self._body
        while True:
            line = self._line()
            size = line.partition(b";")[0].rstrip(b" \t")
            if not _CHUNK_SIZE.fullmatch(size):
                raise GarbageError(f"The chunked body holds {line[:40]!r} where the size of a chunk belongs.")
            count = int(size, 16)
            if not count:
                break
            if not self._append(body, min(count, self._limit + 1 - len(body))):
                raise CutError(f"The server closed the connection within a chunk of {counted(count, 'byte')}.")
            if len(body) > self._limit:
                del body[self._limit :]
                return bytes(body), True
            self._end_chunk()
        self._trailers()
        return bytes(body), False

    def _end_chunk(self) -> None:
        while len(self._buffer) - self._at < len(_CRLF):
            if not self._more():
                raise CutError("The server closed the connection within the chunked body.")
        if not self._buffer.startswith(_CRLF, self._at):
            raise GarbageError("A chunk is longer than its size says.")
        self._at += len(_CRLF)

    def _trailers(self) -> None:
        while line := self._line():
            self._head_bytes += len(line) + len(_CRLF)
            if self._head_bytes > HEAD_LIMIT:
                raise GarbageError(f"The headers and trailers are longer than {HEAD_LIMIT:,} bytes.")

    def _bytes(self, length: int) -> tuple[bytes, bool]:
        wanted = min(length, self._limit)
        if len(self._buffer) - self._at >= wanted:  # nearly always: the body came with the head
            self._at += wanted
            return self._buffer[self._at - wanted : self._at], wanted < length
        body = bytearray()
        if not self._append(body, wanted):
            raise CutError(
                f"The server closed the connection after {len(body):,} of {counted(length, 'byte')} of the body."
            )
        return bytes(body), wanted < length

    def _rest(self) -> tuple[bytes, bool]:
        body = self._body
        whole = self._append(body, self._limit + 1)
        del body[self._limit :]  # a slice would be one more copy
        return bytes(body), whole

    def _append(self, body: bytearray, count: int) -> bool:
        """Move `count` bytes of the stream to `body`; `False` if it ends before."""
        while count > 0:
            if self._at == len(self._buffer) and not self._more():
                return False
            piece = self._buffer[self._at : self._at + count]
            body += piece
            self._at += len(piece)
            count -= len(piece)
        return True


_SWITCHING = 101
_BODYLESS = {101, 204, 304}
_CRLF = b"\r\n"
_LINE_LIMIT = 4096
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_PREFIX = re.compile(rb"HTTP/1\.\d(?: |$)")
_START = b"HTTP/1."
_STATUS_LINE = re.compile(r"HTTP/1\.([0-9]) ([1-9][0-9]{2})(?: ([^\r\x00]*))?\r?")
_FIELD = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:[ \t]*([^\r\x00]*?)[ \t]*\r?")
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,16}")
_LENGTH = re.compile(r"[0-9]{1,30}")
_GZIP = b"\x1f\x8b"
_WINDOWS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
_CODINGS = 3
_MEMBERS = 100

_BANNERS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"[\x14-\x17]\x03[\x00-\x04]"), "It speaks TLS: the URL should begin with https://."),
    (re.compile(rb"SSH-"), "It speaks SSH."),
    (re.compile(rb"\x00\x00.\x04"), "It speaks HTTP/2 only."),
    (re.compile(rb"HTTP/[02-9]"), "It speaks another version of HTTP than 1."),
    (re.compile(rb"\s*[<{\[]"), "It sends a body without a status line, as HTTP/0.9 did."),
    (re.compile(rb"220[ -]"), "It speaks SMTP or FTP."),
    (re.compile(rb"[-+](?:OK|ERR)"), "It speaks Redis or POP3."),
)


def _recognise(start: bytes) -> None:
    """Refuse what can't become a status line, as soon as that shows."""
    if _PREFIX.match(start) or _START.startswith(start):
        return
    guess = next((f" {text}" for pattern, text in _BANNERS if pattern.match(start)), "")
    raise GarbageError(f"The answer is no HTTP/1 response; it begins with {start[:32]!r}.{guess}")


def _fields(lines: list[str]) -> Pairs:
    fields: list[tuple[str, str]] = []
    for line in lines[1:]:
        match = _FIELD.fullmatch(line)
        if match:
            fields.append((match[1], match[2]))
        elif fields and line[:1] in {" ", "\t"} and "\r" not in line.removesuffix("\r") and "\x00" not in line:
            name, value = fields[-1]
            fields[-1] = (name, f"{value} {line.strip()}".strip())
        else:
            raise GarbageError(f"A header line is malformed: {line[:80].rstrip()!r}.")
    return tuple(fields)


def _streams(headers: Pairs) -> bool:
    return any(name.lower() == "content-type" and is_stream(value) for name, value in headers)


def _options(headers: Pairs) -> dict[str, list[str]]:
    """Return the members of the four fields that say how to read on, in lower case."""
    options: dict[str, list[str]] = {
        "content-length": [],
        "transfer-encoding": [],
        "connection": [],
        "content-encoding": [],
    }
    for name, value in headers:
        members = options.get(name.lower())
        if members is not None:
            members += [part.strip(" \t") for part in value.lower().split(",")]
    return options


def _framing(options: dict[str, list[str]], version: bool) -> tuple[int | None, bool]:
    """Return the length, if one is given, and whether the body is chunked."""
    for each in options["content-length"]:
        if not _LENGTH.fullmatch(each):
            raise GarbageError(f"Content-Length is no number: {each[:40]!r}.")
    lengths = {int(each) for each in options["content-length"]}
    transfer = options["transfer-encoding"]
    if len(lengths) > 1:
        raise GarbageError(f"Content-Length is given with different values: {', '.join(map(str, sorted(lengths)))}.")
    if transfer and lengths:
        raise GarbageError("Both Content-Length and Transfer-Encoding are given.")
    if transfer and not version:
        raise GarbageError("An HTTP/1.0 response has a Transfer-Encoding.")
    if transfer and transfer != ["chunked"]:
        raise GarbageError(f"The Transfer-Encoding is {', '.join(transfer)[:80]!r}; only 'chunked' was to be expected.")
    return (lengths.pop() if lengths else None), bool(transfer)


def _decoded(body: bytes, encoding: list[str], limit: int, *, truncated: bool) -> tuple[bytes, bool]:
    """Undo gzip and deflate, the last coding first, up to `limit` bytes each.

    A coding that we don't know is left on.
    """
    for coding in reversed(encoding[:_CODINGS]):
        if not body or coding not in _WINDOWS:
            break
        window = _WINDOWS[coding]
        if coding == "deflate" and (
            body[0] & 0x0F != zlib.DEFLATED or int.from_bytes(body[:2].ljust(2, b"\0"), "big") % 31
        ):
            window = (
                -zlib.MAX_WBITS
            )  # RFC 9110 means the zlib format; some servers send the bare one, without zlib's header
        try:
            body, truncated = _inflated(body, window, limit, truncated=truncated)
        except (zlib.error, EOFError) as error:
            raise GarbageError(f"The body is said to be {coding}, but can't be decoded.") from error
    return body, truncated


def _inflated(body: bytes, window: int, limit: int, *, truncated: bool) -> tuple[bytes, bool]:
    plain = bytearray()
    for _ in range(_MEMBERS):  # gzip may come in several members
        inflater = zlib.decompressobj(window)
        plain += inflater.decompress(body, limit + 1 - len(plain))
        if len(plain) > limit:
            return bytes(plain[:limit]), True
        if not inflater.eof and not truncated:
            raise EOFError
        body = inflater.unused_data
        if not body.startswith(_GZIP) or window < zlib.MAX_WBITS | 16:
            return bytes(plain), truncated
    return bytes(plain), True
