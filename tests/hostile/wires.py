"""Ways in which right answers may travel, all of them allowed by RFC 9110 and 9112.

A wire takes the number of a request, counted from 1, and its whole answer; it sends that over a connection in its own
way, and says whether the connection stays.
"""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(slots=True)
class Answer:
    """An answer before it is written down; `bodiless` has none on the wire whatever it says of one (HEAD, 204)."""

    status: int
    fields: list[str]
    body: bytes
    bodiless: bool
    version: str = "1.1"
    reason: str = "Said"
    before: bytes = b""
    written: bytes | None = None
    """The body as it is framed, where that is not the body itself."""

    def head(self) -> bytes:
        status = f"HTTP/{self.version} {self.status} {self.reason}"
        return self.before + "\r\n".join((status, *self.fields, "", "")).encode("latin-1")

    def framed(self) -> bytes:
        if self.bodiless:
            return b""
        return self.body if self.written is None else self.written


Send = Callable[[bytes], None]
Wire = Callable[[int, Answer, Send], bool]


def _plain(answer: Answer, send: Send) -> None:
    _with_length(answer)
    send(answer.head() + answer.framed())


def _with_length(answer: Answer) -> None:
    if answer.status != 204:
        answer.fields.append(f"Content-Length: {len(answer.body)}")


def _chunked(answer: Answer, *, size: int = 7, extension: str = "", trailer: str = "") -> None:
    if answer.status == 204:
        return
    answer.fields.append("Transfer-Encoding: chunked")
    parts = [answer.body[at : at + size] for at in range(0, len(answer.body), size)]
    chunks = b"".join(b"%X%b\r\n%b\r\n" % (len(part), extension.encode(), part) for part in parts)
    answer.written = chunks + b"0" + extension.encode() + b"\r\n" + trailer.encode() + b"\r\n"


def _framing(**how: str | int) -> Wire:
    def wire(_number: int, answer: Answer, send: Send) -> bool:
        _chunked(answer, **how)  # type: ignore[arg-type]
        send(answer.head() + answer.framed())
        return True

    return wire


def _changed(change: Callable[[int, Answer], None], *, stays: bool = True) -> Wire:
    def wire(number: int, answer: Answer, send: Send) -> bool:
        change(number, answer)
        _plain(answer, send)
        return stays

    return wire


def _until_closed(version: str) -> Wire:
    def wire(_number: int, answer: Answer, send: Send) -> bool:
        answer.version = version
        send(answer.head() + answer.framed())
        return False

    return wire


def _in_pieces(size: int, pause: float = 0.0) -> Wire:
    def wire(_number: int, answer: Answer, send: Send) -> bool:
        _with_length(answer)
        data = answer.head() + answer.framed()
        for at in range(0, len(data), size):
            send(data[at : at + size])
            time.sleep(pause)
        return True

    return wire


def _closed_after(exchanges: int, *, said: bool, late: float = 0.0) -> Wire:
    def wire(number: int, answer: Answer, send: Send) -> bool:
        last = number % exchanges == 0
        answer.fields += ["Connection: close"] * (last and said)
        _plain(answer, send)
        time.sleep(late * last)
        return not last

    return wire


def _encoded(name: str, encode: Callable[[bytes], bytes]) -> Wire:
    def change(_number: int, answer: Answer) -> None:
        if answer.body:
            answer.body = encode(answer.body)
            answer.fields.append(f"Content-Encoding: {name}")

    return _changed(change)


def _said(*fields: str) -> Wire:
    return _changed(lambda _number, answer: answer.fields.extend(fields))


def _first(data: bytes) -> Wire:
    return _changed(lambda _number, answer: setattr(answer, "before", data))


def _spelled(answer: Answer) -> None:
    answer.fields = [
        f"{name.lower()}:\t {value.strip()} \t" for name, _, value in (each.partition(":") for each in answer.fields)
    ]


RIGHT: Final[Mapping[str, Wire]] = {
    "http/1.0": _until_closed("1.0"),
    "until it is closed": _until_closed("1.1"),
    "chunked": _framing(),
    "chunk of one byte": _framing(size=1),
    "chunk extensions": _framing(extension=';a=b;c="d;\\"e"'),
    "trailers": _framing(trailer="X-Checksum: 7\r\nX-More: a, b\r\n"),
    "in small pieces": _in_pieces(9),
    "in pieces": _in_pieces(60, 0.001),
    "gzip unasked": _encoded("gzip", gzip.compress),
    "x-gzip": _encoded("X-GZIP", gzip.compress),
    "deflate": _encoded("deflate", zlib.compress),
    "gzip of gzip": _encoded("gzip, gzip", lambda body: gzip.compress(gzip.compress(body))),
    "identity": _said("Content-Encoding: identity"),
    "closes and says so": _closed_after(3, said=True),
    "closes and says nothing": _closed_after(3, said=False),
    "closes late and says nothing": _closed_after(3, said=False, late=0.02),
    "closes each time late": _closed_after(1, said=False, late=0.02),
    "closes each time": _closed_after(1, said=True),
    "continues first": _first(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "hints first": _first(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n" * 3),
    "processes first": _first(b"HTTP/1.1 102 Processing\r\n\r\n" * 20),
    "small letters and tabs": _changed(lambda _number, answer: _spelled(answer)),
    "no reason": _changed(lambda _number, answer: setattr(answer, "reason", "")),
    "a reason in latin-1": _changed(lambda _number, answer: setattr(answer, "reason", "Gesagt, getan: \xfc")),
    "fields twice": _said("X-A: 1", "X-A: 2", "Vary: Accept", "Vary: Origin", "Cache-Control: no-store", "Cache-Control: private"),
    "many fields": _said(*(f"X-{at}: {'v' * 40}" for at in range(60))),
    "a long field": _said("X-Trace: " + "t" * 7_000),
    "obsolete folds": _said("X-Folded: a\r\n b\r\n\tc"),
    "length twice alike": _changed(
        lambda _number, answer: answer.fields.extend([f"Content-Length: {len(answer.body)}"] * (answer.status != 204))
    ),
}  # fmt: skip
"""Wires over which a right server is as right as over any other."""
