"""Text as others write it: the escapes of URLs, JSON, HTML, shells and JSON Pointers, undone layer by layer.

Characters that only look different (full-width ones, those of mathematics and in circles) and those that can't be seen
are undone with them.

All texts here are bytes read as Latin-1, so that one character is one byte whatever the encoding was, and every
position can be found again in the text as it was.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

LAYERS: Final = 4
"""How many layers are undone: a client encodes, a server encodes the echo, and a log encodes both."""

Span = tuple[int, int]
"""Where something begins and where it ends, the end excluded."""


def decoded(text: str) -> str:
    """Return the text with one layer of escapes undone."""
    # One look for each mark is many times quicker than a search for any of them.
    marked = any(mark in text for mark in _MARKS) or (not text.isascii() and any(mark in text for mark in _WIDE))
    return _ESCAPE.sub(lambda match: _meant(match[0]), text) if marked else text


def layers(text: str) -> Iterator[str]:
    """Yield the text, and what it becomes as one layer after the other is undone."""
    yield text
    for _ in range(LAYERS):
        inner = decoded(text)
        if inner is text or inner == text:
            return
        yield inner
        text = inner


def swallowed(text: str) -> tuple[int, ...]:
    """Return how many characters at the beginning of a text become a part of an escape that a mark right before it begins."""
    found = ((mark, _ESCAPE.match(mark + text)) for mark in _MARKS)
    sizes = {match.end() - len(mark) for mark, match in found if match is not None}
    return tuple(sorted(size for size in sizes if size > 0))


def outer(text: str, spans: Sequence[Span]) -> list[Span]:
    """Return where spans of `decoded(text)` stand in `text`; they are in order and don't overlap."""
    found: list[Span] = []
    pieces = _pieces(text)
    inside, length, outside, size = next(pieces)
    for begin, end in spans:
        while begin >= inside + length:
            inside, length, outside, size = next(pieces)
        start = outside + (begin - inside if length == size else 0)
        while end > inside + length:
            inside, length, outside, size = next(pieces)
        found.append((start, outside + (end - inside if length == size else size)))
    return found


_MARKS: Final = ("%", "\\", "&", "\0", "~", "'\"'\"'")
_WIDE: Final = (
    *("\xef\xbc", "\xef\xbd", "\xf0\x9d", "\xe2\x92", "\xe2\x93", "\xe3\x80\x80"),
    *("\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d", "\xe2\x81\xa0", "\xc2\xa0", "\xc2\xad", "\xef\xbb\xbf"),
)
_ESCAPE: Final = re.compile(
    r"%[0-9A-Fa-f]{2}"
    r"|\\u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\u\{[0-9A-Fa-f]{1,6}\}"
    r"|\\x[0-9A-Fa-f]{2}|\\[0-3][0-7]{2}|\\[\"'\\/bfnrt]"
    r"|&#0{0,20}[0-9]{1,7};?|&#[xX]0{0,20}[0-9A-Fa-f]{1,6};?|&[A-Za-z][A-Za-z0-9]{1,31};"
    r"|'\"'\"'|'\\''|\0|~[01]"
    r"|\xef\xbc[\x81-\xbf]|\xef\xbd[\x80-\x9e]|\xe3\x80\x80"  # full-width
    r"|\xf0\x9d[\x90-\x9f][\x80-\xbf]|\xe2\x92[\xb6-\xbf]|\xe2\x93[\x80-\xa9]"  # of mathematics, in circles
    r"|\xe2\x80[\x8b-\x8d]|\xe2\x81\xa0|\xc2[\xa0\xad]|\xef\xbb\xbf"  # without width
)
_SHORT: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_OTHERS: Final = {"\0": "", "~0": "~", "~1": "/", "'\"'\"'": "'", "'\\''": "'"}


def _pieces(text: str) -> Iterator[tuple[int, int, int, int]]:
    """Yield where each piece begins inside and how long it is there, and the same outside.

    A piece is an escape, or what stands between two; the last one reaches beyond every end.
    """
    inside = outside = 0
    for match in _ESCAPE.finditer(text):
        start, end = match.span()
        if start > outside:
            yield inside, start - outside, outside, start - outside
            inside += start - outside
        length = len(_meant(match[0]))
        # An escape of one character for another of the same length would be taken for plain text: it has none.
        yield inside, length, start, end - start
        inside, outside = inside + length, end
    rest = len(text) - outside
    yield inside, rest, outside, rest


@lru_cache(maxsize=8192)
def _meant(escape: str) -> str:
    """Return what one escape stands for, as the bytes of UTF-8; the escape itself if it stands for nothing."""
    if escape in _OTHERS:
        return _OTHERS[escape]
    if not escape[0].isascii():
        return _look_alike(escape)
    if escape[0] == "%":
        return chr(int(escape[1:], 16))
    if escape[0] == "&":
        return _octets(html.unescape(escape))
    kind, rest = escape[1], escape[2:]
    if kind == "x":
        return chr(int(rest, 16))
    if kind in "0123":
        return chr(int(escape[1:], 8))
    if kind != "u":
        return _SHORT.get(kind, kind)
    if rest[0] == "{":
        code = int(rest[1:-1], 16)
        return _octets(chr(code)) if code <= _LAST else escape
    units = bytes.fromhex(rest.replace("\\u", ""))
    return _octets(units.decode("utf-16-be", "surrogatepass"))


def _look_alike(octets: str) -> str:
    """Return the usual character for one that looks like it; nothing for one without width."""
    char = octets.encode("latin-1").decode("utf-8", "replace")
    return "" if char in _UNSEEN else _octets(unicodedata.normalize("NFKC", char))


_UNSEEN: Final = "\u00a0\u00ad\u200b\u200c\u200d\u2060\ufeff"
_LAST: Final = 0x10FFFF


def _octets(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("latin-1")
