"""Endpoints that answer everything with garbage of one kind, by class: bytes, and streams of bytes that may have no end."""

from __future__ import annotations

import gzip
import itertools
import json
import socket
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from threading import Event, Thread
from typing import Final

from tests.transport.servers import request

Sent = bytes | Callable[[], Iterable[bytes]]
"""What is sent after each request: bytes, or pieces of them."""

OK: Final = b"HTTP/1.1 200 OK\r\n"
JSON: Final = OK + b"Content-Type: application/json\r\n"
GOOD: Final = b'{"items": [{"id": "a"}]}'


def whole(head: bytes, body: bytes = b"") -> bytes:
    """An answer with its length."""
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def answer(status: int, body: bytes = GOOD, *fields: bytes) -> bytes:
    """A JSON answer of any status."""
    head = b"HTTP/1.1 %d Said\r\nContent-Type: application/json\r\n" % status
    return whole(head + b"".join(field + b"\r\n" for field in fields), body)


def field(*lines: bytes) -> bytes:
    """A right body below odd header fields."""
    return whole(JSON + b"".join(line + b"\r\n" for line in lines), b"[7]")


def _nested(levels: int, opening: bytes = b"[", closing: bytes = b"]") -> bytes:
    return opening * levels + b"1" + closing * levels


def _zeros(megabytes: int, format_bits: int) -> bytes:
    """Zeros compressed, which never lie in memory whole: what a test weighs is the run, which shares its process."""
    compressor, megabyte = zlib.compressobj(9, wbits=format_bits), bytes(1_000_000)
    return b"".join([*(compressor.compress(megabyte) for _ in range(megabytes)), compressor.flush()])


@cache
def _bomb(times: int) -> bytes:
    data = _zeros(20, zlib.MAX_WBITS | 16)
    for _ in range(times - 1):
        data = gzip.compress(data, 9)
    return data


@cache
def _deflated_bomb() -> bytes:
    return _zeros(50, zlib.MAX_WBITS)


def _slowly(data: bytes) -> Iterator[bytes]:
    for octet in data:
        time.sleep(0.05)
        yield bytes([octet])


LINES: Final[Mapping[str, Sent]] = {
    "nothing": b"",
    "a letter": b"H",
    "no status line": b"{}",
    "page without head": b"<html></html>",
    "ssh": b"SSH-2.0-OpenSSH_9.0\r\n",
    "tls alert": b"\x15\x03\x03\x00\x02\x02\x46",
    "http/2": b"\x00\x00\x12\x04\x00\x00\x00\x00\x00",
    "smtp": b"220 mail.example ESMTP\r\n",
    "redis": b"-ERR unknown command\r\n",
    "zeros": bytes(5_000),
    "noise": bytes(range(256)) * 300,
    "http/0.9": b"HTTP/0.9 200 OK\r\n\r\n",
    "http/3": b"HTTP/3 200 OK\r\n\r\n",
    "small letters": b"http/1.1 200 ok\r\n\r\n",
    "no status": b"HTTP/1.1 OK\r\n\r\n",
    "status of two digits": b"HTTP/1.1 20 OK\r\n\r\n",
    "status of four digits": b"HTTP/1.1 2000 OK\r\n\r\n",
    "status below zero": b"HTTP/1.1 -20 OK\r\n\r\n",
    "status 000": b"HTTP/1.1 000 None\r\n\r\n",
    "long reason": whole(b"HTTP/1.1 200 " + b"x" * 50_000 + b"\r\n", b"{}"),
    "too long a reason": b"HTTP/1.1 200 " + b"x" * 200_000,
    "reason of zeros": b"HTTP/1.1 200 \x00\r\n\r\n",
    "no colon": OK + b"nonsense\r\n\r\n",
    "empty name": OK + b": x\r\n\r\n",
    "zero in a field": OK + b"X: a\x00b\r\n\r\n",
    "lone return": OK + b"X: a\rb\r\n\r\n",
    "a hundred thousand fields": OK + b"X: y\r\n" * 100_000 + b"\r\n",
    "a field of a megabyte": OK + b"X: " + b"y" * 1_000_000 + b"\r\n\r\n",
    "fold before any field": OK + b" x\r\n\r\n",
    "half a head": OK + b"Content-Type: appl",
}
"""Where a status line and header fields should be."""

LENGTHS: Final[Mapping[str, Sent]] = {
    "too long": JSON + b"Content-Length: 1000\r\n\r\n" + GOOD,
    "too short": JSON + b"Content-Length: 3\r\n\r\n" + GOOD,
    "below zero": JSON + b"Content-Length: -1\r\n\r\n" + GOOD,
    "with a sign": JSON + b"Content-Length: +24\r\n\r\n" + GOOD,
    "in hex": JSON + b"Content-Length: 0x18\r\n\r\n" + GOOD,
    "thirty digits": JSON + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n" + GOOD,
    "hundred digits": JSON + b"Content-Length: " + b"9" * 100 + b"\r\n\r\n" + GOOD,
    "empty": JSON + b"Content-Length: \r\n\r\n" + GOOD,
    "two": JSON + b"Content-Length: 24\r\nContent-Length: 25\r\n\r\n" + GOOD,
    "and chunked": JSON + b"Content-Length: 24\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunk without size": JSON + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "chunk below zero": JSON + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
    "chunk of sixteen exabytes": JSON + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n" + GOOD,
    "chunk longer than it says": JSON + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n",
    "chunks without end": JSON + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "long extension": JSON + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"x" * 100_000 + b"\r\na\r\n0\r\n\r\n",
    "many trailers": JSON + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: y\r\n" * 100_000 + b"\r\n",
    "unknown transfer": JSON + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "two answers": whole(JSON, b"[]") * 2,
    "answer and noise": whole(JSON, b"[]") + b"noise",
    "body of 204": b"HTTP/1.1 204 None\r\nContent-Length: 24\r\n\r\n" + GOOD,
    "body of 304": b"HTTP/1.1 304 None\r\nContent-Length: 24\r\n\r\n" + GOOD,
}
"""Where the end of a body should show."""

CODINGS: Final[Mapping[str, Sent]] = {
    "no gzip": field(b"Content-Encoding: gzip"),
    "half a gzip": whole(JSON + b"Content-Encoding: gzip\r\n", gzip.compress(GOOD * 99)[:40]),
    "bomb": lambda: [whole(JSON + b"Content-Encoding: gzip\r\n", _bomb(1))],
    "bomb in a bomb": lambda: [whole(JSON + b"Content-Encoding: gzip, gzip\r\n", _bomb(2))],
    "bomb four times": lambda: [whole(JSON + b"Content-Encoding: gzip, gzip, gzip, gzip\r\n", _bomb(3))],
    "ten thousand members": whole(JSON + b"Content-Encoding: gzip\r\n", gzip.compress(b"") * 10_000),
    "no deflate": field(b"Content-Encoding: deflate"),
    "deflated bomb": lambda: [whole(JSON + b"Content-Encoding: deflate\r\n", _deflated_bomb())],
    "unknown": field(b"Content-Encoding: brotli-of-tomorrow"),
    "a hundred": field(b"Content-Encoding: " + b"gzip, " * 100 + b"gzip"),
}
"""Codings of a body."""

ENDLESS: Final[Mapping[str, Sent]] = {
    "body": lambda: itertools.chain([JSON + b"\r\n"], itertools.repeat(b"[" * 65_536)),
    "chunks": lambda: itertools.chain(
        [JSON + b"Transfer-Encoding: chunked\r\n\r\n"], itertools.repeat(b"8\r\n[[[[[[[[\r\n" * 1_000)
    ),
    "fields": lambda: itertools.chain([OK], itertools.repeat(b"X: y\r\n" * 1_000)),
    "line": lambda: itertools.chain([b"HTTP/1.1 200 "], itertools.repeat(b"x" * 65_536)),
    "continue": lambda: itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000),
    "early hints": lambda: itertools.repeat(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 1_000),
    "blank lines": lambda: itertools.repeat(b"\r\n" * 10_000),
    "head that trickles": lambda: _slowly(OK + b"X: y\r\n" * 1_000),
    "body that trickles": lambda: _slowly(JSON + b"Content-Length: 9999\r\n\r\n" + b" " * 9_999),
    "silence": lambda: _slowly(b""),
}
"""Answers that have no end, or none soon."""

BODIES: Final[Mapping[str, bytes]] = {
    "101 levels": _nested(101),
    "500 levels": _nested(500),
    "900 levels": _nested(900, b'{"items":', b"}"),
    "a hundred thousand levels": _nested(100_000),
    "brackets": b"[" * 100_000,
    "levels within the schema": b'{"items": [{"id": ' + _nested(400) + b"}]}",
    "infinite": b'{"items": [{"id": 1e400}]}',
    "minus infinite": b"-1e400",
    "nan": b'{"items": NaN}',
    "a hundred thousand digits": b'{"items": ' + b"9" * 100_000 + b"}",
    "five thousand digits": b"[0." + b"9" * 5_000 + b"]",
    "huge exponent": b"[1e99999999999]",
    "twice": b'{"items": [], "items": 7}',
    "byte order mark": b"\xef\xbb\xbf" + GOOD,
    "utf-16": json.dumps([7]).encode("utf-16"),
    "latin-1": '{"items": "é"}'.encode("latin-1"),
    "half a pair": b'{"\\ud800": "\\udfff"}',
    "raw half a pair": b'{"items": "\xed\xa0\x80"}',
    "overlong": b'{"items": "\xc0\x80"}',
    "zeros": bytes(1_000),
    "blanks": b" \n" * 1_000,
    "null": b"null",
    "true": b"true",
    "seven": b"7",
    "text": b'"text"',
    "array": b"[]",
    "other members": b'{"things": []}',
    "items of other types": b'{"items": [1, null, [], {"id": {}}]}',
    "hundred thousand members": json.dumps(dict.fromkeys(map(str, range(100_000)))).encode(),
    "hundred thousand items": b'{"items": [' + b"{}," * 100_000 + b"{}]}",
    "megabyte of text": b'{"items": "' + b"x" * 1_000_000 + b'"}',
    "megabyte of name": b'{"' + b"x" * 1_000_000 + b'": 1}',
    "words that no pattern finds": json.dumps({"items": [{"id": "a" * 60 + "!"}] * 50}).encode(),
    "more behind": GOOD + b"}",
    "two values": GOOD * 2,
    "comment": b"/* */" + GOOD,
    "call": b"callback(" + GOOD + b")",
    "single quotes": b"{'items': []}",
    "cut": GOOD[:-3],
    "yaml": b"items:\n  - id: a\n",
    "xml": b"<items><id>a</id></items>",
    "page": b"<!doctype html><html><body>It works!</body></html>",
    "prototype": b'{"__proto__": {"items": []}, "constructor": {}}',
    "terminal": b'{"items": "\\u001b[2J\\u202e\\u0007"}',
    "control": b'{"items": "\x1b[2J"}',
}
"""Bodies that are said to be JSON and served with 200."""

TYPES: Final[tuple[bytes, ...]] = (
    b"", b"json", b"text/html", b"text/plain", b"image/png", b"application/xml", b"application/octet-stream", b"multipart/form-data",
    b"multipart/mixed; boundary=", b"application/json; charset=utf-16", b"application/json, text/html", b"/", b";;;", b"application/" + b"x" * 30_000,
    b"text/event-stream", b"application/x-ndjson", b'application/problem+json; charset="', b"\xff\xfe", b"application\t/json",
)  # fmt: skip
"""Content types, below a body that no schema has."""

FIELDS: Final[Mapping[str, bytes]] = {
    "a thousand cookies": b"\r\n".join([b"Set-Cookie: a=b"] * 1_000),
    "a cookie without name": b"Set-Cookie: =;;;=; Path",
    "a long cookie": b"Set-Cookie: a=" + b"b" * 40_000,
    "cookie of long ago": b"Set-Cookie: a=b; Expires=Thu, 99 Foo 99999 25:61:61 GMT; Max-Age=-" + b"9" * 400,
    "two thousand links": b"Link: " + b", ".join([b'</things?p=1>; rel="next"'] * 2_000),
    "broken link": b'Link: <<<>>>; rel=next; rel="next',
    "link of quotes": b"Link: <" + b'"' * 30_000,
    "no date": b"Date: soon",
    "challenge": b"WWW-Authenticate: " + b"Basic , " * 5_000,
    "allow": b"Allow: " + b"GET," * 10_000,
    "etag": b'ETag: W/"\xff',
    "long age": b"Cache-Control: max-age=" + b"9" * 5_000,
    "location of a file": b"Location: file:///etc/passwd",
    "location of itself": b"Location: /things",
    "terminal": b"X-A: \x1b[2J\x9b2J",
    "retry later": b"Retry-After: " + b"9" * 5_000,
    "ranges": b"Content-Range: bytes 99999999999999999999-0/*",
    "rate": b"RateLimit: limit=-1, remaining=nan, reset=" + b"9" * 999,
}  # fmt: skip
"""Header fields beside a body that no schema has."""

REDIRECTS: Final[Mapping[str, tuple[int, bytes]]] = {
    "to itself": (302, b"/things"),
    "to itself for good": (308, b"/things"),
    "to the next": (307, b"/things?n=1"),
    "to a file": (301, b"file:///etc/passwd"),
    "to another machine": (302, b"//elsewhere.invalid/things"),
    "with a password": (303, b"http://user:hunter2@127.0.0.1:9/"),
    "to another protocol": (302, b"gopher://127.0.0.1:9/_things"),
    "to nothing": (307, b""),
    "to thirty thousand letters": (302, b"/" + b"x" * 30_000),
    "to two places": (302, b"/things\r\nLocation: http://127.0.0.1:9/"),
}
"""Redirects, which nothing follows: statuses and places."""

STATUSES: Final = (
    *(102, 199, 201, 202, 203, 205, 206, 207, 226, 299, 300, 301, 302, 303, 305, 307, 308, 399, 400, 401, 402, 403, 404, 405, 406, 407),
    *(408, 409, 410, 411, 412, 413, 414, 415, 416, 418, 421, 422, 426, 428, 431, 451, 499, 500, 501, 502, 504, 505, 511, 520, 599, 600, 999),
)  # fmt: skip
"""Statuses with a body that is right for 200."""


def endpoints() -> dict[str, Sent]:
    """Every endpoint, by class and name."""
    there = b"Location: http://127.0.0.1:9/"
    return {
        **{f"line: {name}": each for name, each in LINES.items()},
        **{f"length: {name}": each for name, each in LENGTHS.items()},
        **{f"coding: {name}": each for name, each in CODINGS.items()},
        **{f"endless: {name}": each for name, each in ENDLESS.items()},
        **{f"body: {name}": whole(JSON, each) for name, each in BODIES.items()},
        **{f"type: {each[:20]!r}": whole(OK + b"Content-Type: " + each + b"\r\n", b"[7]") for each in TYPES},
        **{f"field: {name}": field(each) for name, each in FIELDS.items()},
        **{f"redirect: {name}": answer(status, GOOD, b"Location: " + to) for name, (status, to) in REDIRECTS.items()},
        **{f"status: {status}": answer(status, GOOD, *([there] * (300 <= status < 400))) for status in STATUSES},
    }


@contextmanager
def serving(sent: Sent) -> Iterator[str]:
    """Answer each request on a port of this machine with the same; yields the base URL."""
    done = Event()

    def talk(client: socket.socket) -> None:
        with client, suppress(OSError):
            while request(client) and not done.is_set():
                if isinstance(sent, bytes):
                    client.sendall(sent)
                    if not sent.startswith(b"HTTP/1.1") or b"Content-Length" not in sent:
                        return
                    continue
                for piece in sent():
                    client.sendall(piece)
                    if done.is_set():
                        return
                return

    def accept() -> None:
        with suppress(OSError):
            while True:
                Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        done.set()
