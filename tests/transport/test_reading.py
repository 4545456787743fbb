"""The reader of responses: the same answer however the bytes arrive, and a sentence for each way of being no HTTP."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_suite.model.exchange import Response
from contract_suite.transport.reading import HEAD_LIMIT, CutError, GarbageError, Reader


def _source(*pieces: bytes) -> Callable[[], bytes]:
    rest = [piece for piece in pieces if piece]
    return lambda: rest.pop(0) if rest else b""


def _read(data: bytes, *, method: str = "GET", limit: int = 1000) -> tuple[Response, bool]:
    reader = Reader(_source(data), body_limit=limit)
    return reader.read(method), reader.reusable


def _split(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[a:b] for a, b in pairwise(edges)]


_TOKENS = st.text("abcXYZ-_!~09", min_size=1, max_size=8).map(lambda name: f"x{name}")
_VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f\x85\xa0"), max_size=20)
_CUTS = st.lists(st.integers(0, 10_000), max_size=12)


@pytest.mark.longer
@given(
    status=st.integers(200, 599).filter(lambda each: each not in {204, 304}),
    headers=st.lists(st.tuples(_TOKENS, _VALUES), max_size=5),
    body=st.binary(max_size=300),
    framing=st.sampled_from(["length", "chunked", "close"]),
    sizes=st.lists(st.integers(1, 50), min_size=1, max_size=5),
    newline=st.sampled_from(["\r\n", "\n"]),
    interim=st.booleans(),
    cuts=_CUTS,
)
@settings(max_examples=200, deadline=None)
def test_a_response_is_the_same_however_its_bytes_arrive(
    *,
    status: int,
    headers: list[tuple[str, str]],
    body: bytes,
    framing: str,
    sizes: list[int],
    newline: str,
    interim: bool,
    cuts: list[int],
) -> None:
    sent = list(headers)
    wire = body
    if framing == "length":
        sent.append(("content-LENGTH", str(len(body))))
    elif framing == "chunked":
        sent.append(("Transfer-Encoding", "chunked"))
        wire, rest, turn = b"", body, 0
        while rest:
            piece, rest = rest[: sizes[turn % len(sizes)]], rest[sizes[turn % len(sizes)] :]
            wire += b"%X;ext=1\r\n%b\r\n" % (len(piece), piece)
            turn += 1
        wire += b"0\r\nTrailer: x\r\n\r\n"
    lines = [f"HTTP/1.1 {status} Some Reason", *(f"{name}: {value}" for name, value in sent), "", ""]
    data = newline.join(lines).encode("latin-1") + wire
    if interim:
        data = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + data
    reader = Reader(_source(*_split(data, cuts)), body_limit=1000)
    assert reader.read("GET") == Response(status=status, reason="Some Reason", headers=tuple(sent), body=body)
    assert reader.reusable is (framing != "close")
    assert reader.received == data


@pytest.mark.longer
@given(
    data=st.one_of(st.binary(max_size=200), st.binary(max_size=200).map(lambda rest: b"HTTP/1.1 200 OK\r\n" + rest)),
    cuts=_CUTS,
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_at_all_are_a_response_or_refused_however_they_arrive(data: bytes, cuts: list[int]) -> None:
    def outcome(*pieces: bytes) -> tuple[object, ...]:
        try:
            return (Reader(_source(*pieces), body_limit=100).read("GET"),)
        except CutError as error:
            return ("cut", str(error))
        except GarbageError:
            return ("garbage",)

    assert outcome(data) == outcome(*_split(data, cuts))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"SSH-2.0-OpenSSH_9.6\r\n", "It speaks SSH"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "It speaks TLS"),
        (b"<html>hello</html>", "without a status line"),
        (b"\x00\x00\x12\x04\x00\x00", "HTTP/2"),
        (b"HTTP/2 200\r\n\r\n", "another version"),
        (b"220 mail.example ESMTP\r\n", "SMTP"),
        (b"-ERR unknown command\r\n", "Redis"),
        (b"hello", "is no HTTP/1 response"),
        (b"HTTP/1.1 abc OK\r\n\r\n", "status line is malformed"),
        (b"HTTP/1.1 2000 OK\r\n\r\n", "status line is malformed"),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "header line is malformed"),
        (b"HTTP/1.1 200 OK\r\n: empty\r\n\r\n", "header line is malformed"),
        (b"HTTP/1.1 200 OK\r\nA: b\rC: d\r\n\r\n", "header line is malformed"),
        (b"HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n", "header line is malformed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", "different values: 5, 6"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello", "no number"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello", "no number"),
        (b"HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nhello", "no number"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            "Both Content-Length",
        ),
        (b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.0"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "'gzip, chunked'"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "size of a chunk"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", "size of a chunk"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n", "longer than its size"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 5000, "longer than 4,096"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", "longer than 65,536"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 5000, "longer than 65,536"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nhello", "said to be gzip"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"hello", mtime=0)[:-9],
            "said to be gzip",
        ),
    ],
)
def test_what_is_no_http_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(GarbageError) as caught:
        _read(data)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "without an answer"),
        (b"HTTP/1.1 200 OK\r\nConte", "within the status line or the headers"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", "after 5 of 10 bytes"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "within a chunk of 5 bytes"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "within the chunked body"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", "within the chunked body"),
    ],
)
def test_an_early_end_says_how_far_it_came(data: bytes, sentence: str) -> None:
    with pytest.raises(CutError) as caught:
        _read(data)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("method", "head"),
    [
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"),
        ("GET", b"HTTP/1.1 204 No Content\r\nContent-Length: 10\r\n\r\n"),
        ("GET", b"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"),
    ],
)
def test_where_no_body_can_be_none_is_read(method: str, head: bytes) -> None:
    response, reusable = _read(head, method=method)
    assert (response.body, reusable) == (b"", True)
    assert _read(head + b"junk", method=method) == (response, False)


def test_bytes_after_the_end_are_no_part_of_the_response_and_end_the_connection() -> None:
    response, reusable = _read(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 500 Oops\r\n\r\n")
    assert (response.body, reusable) == (b"hello", False)


@pytest.mark.parametrize(
    ("head", "reusable"),
    [
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n", False),
        (b"HTTP/1.1 200 OK\r\nConnection: Foo, Close\r\n", False),
        (b"HTTP/1.0 200 OK\r\n", False),
        (b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n", True),
        (b"HTTP/1.1 200\r\n", True),
        (b"HTTP/1.1 101 Switching Protocols\r\n", False),
    ],
)
def test_whether_the_connection_lasts(head: bytes, reusable: bool) -> None:
    assert _read(head + b"Content-Length: 0\r\n\r\n")[1] is reusable


def test_folded_lines_blanks_and_equal_lengths_are_tolerated() -> None:
    response, _ = _read(b"HTTP/1.1 200 OK\r\nX-A : b\r\n  c\r\n\td\r\nContent-Length: 2, 2\r\n\r\nok")
    assert response.headers == (("X-A", "b c d"), ("Content-Length", "2, 2"))
    assert response.body == b"ok"


@pytest.mark.parametrize(
    "framing", [b"Content-Length: 50\r\n\r\n", b"\r\n", b"Transfer-Encoding: chunked\r\n\r\n32\r\n"]
)
@given(limit=st.integers(0, 60))
@settings(max_examples=61, deadline=None)
def test_a_body_is_cut_at_its_limit_and_not_before(framing: bytes, limit: int) -> None:
    end = b"\r\n0\r\n\r\n" if b"chunked" in framing else b""
    response, reusable = _read(b"HTTP/1.1 200 OK\r\n" + framing + b"x" * 50 + end, limit=limit)
    assert response.body == b"x" * min(limit, 50)
    assert response.truncated is (limit < 50)
    assert not (response.truncated and reusable)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        (b"gzip", gzip.compress(b"hello", mtime=0)),
        (b"x-gzip", gzip.compress(b"he", mtime=0) + gzip.compress(b"llo", mtime=0)),
        (b"gzip", gzip.compress(b"hello", mtime=0) + b"\0\0"),
        (b"deflate", zlib.compress(b"hello")),
        (b"deflate", zlib.compress(b"hello")[2:-4]),
        (b"deflate, gzip", gzip.compress(zlib.compress(b"hello"), mtime=0)),
        (b"br", b"hello"),
    ],
)
def test_codings_are_undone_where_they_are_known(coding: bytes, body: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: %b\r\nContent-Length: %d\r\n\r\n" % (coding, len(body))
    response, reusable = _read(head + body)
    assert (response.body, response.truncated, reusable) == (b"hello", False, True)


def test_a_compression_bomb_is_cut() -> None:
    body = gzip.compress(b"\0" * 5_000_000)
    response, _ = _read(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + body, limit=100_000)
    assert len(response.body) == 100_000
    assert response.truncated


@pytest.mark.parametrize("more", [0, 1])
def test_a_head_is_read_up_to_its_limit_and_refused_beyond(more: int) -> None:
    start, end = b"HTTP/1.1 200 OK\r\nX: ", b"\r\nContent-Length: 0\r\n\r\n"
    data = start + b"a" * (HEAD_LIMIT - len(start) - len(end) + more) + end
    assert len(data) == HEAD_LIMIT + more
    if more:
        with pytest.raises(GarbageError, match="The headers are longer"):
            _read(data)
    else:
        assert _read(data)[0].status == 200
