"""Where secrets were found in a text, as begin, end and name: led out of a layer of spellings, and put in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from contract_suite.record.needles import Run
from contract_suite.record.spellings import Span, outer

_BASE64: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")
_BASE64_RUN: Final = re.compile("[A-Za-z0-9+/_-]*+=*+")
_GROUP: Final = 5
_BASE85: Final = frozenset(map(chr, range(ord("!"), ord("~") + 1))) - frozenset("\"',\\")


def agreeing(text: str, at: int, whole: str) -> int:
    """Return how much of `whole` stands at a place of a text, of which its beginning is known to stand there."""
    if text.startswith(whole, at):
        return len(whole)
    least, most = 0, len(whole)
    while least < most:
        middle = (least + most + 1) // 2
        if text.startswith(whole[:middle], at):
            least = middle
        else:
            most = middle - 1
    return least


def around(text: str, begin: int, end: int, run: Run) -> Span:
    """Return what belongs to a piece of something encoded: the whole run of base64, a group of base85 on each side."""
    if run is Run.BASE85:
        first, last = max(0, begin - _GROUP), min(len(text), end + _GROUP)
        while begin > first and text[begin - 1] in _BASE85:
            begin -= 1
        while end < last and text[end] in _BASE85:
            end += 1
    elif run is Run.BASE64:
        while begin and text[begin - 1] in _BASE64:
            begin -= 1
        match = _BASE64_RUN.match(text, end)
        end = match.end() if match else end
    return begin, end


def outermost(around: list[str], hits: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return where hits in the innermost layer stand in the outermost one."""
    for text in reversed(around):
        spans = outer(text, [(begin, end) for begin, end, _ in hits])
        hits = [(begin, end, name) for (begin, end), (_, _, name) in zip(spans, hits, strict=True)]
    return hits


def merged(hits: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Put hits in order; those that overlap become one, under the name of the longest."""
    current: tuple[int, int, str] | None = None
    longest = 0
    for begin, end, name in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if current is None or begin >= current[1]:
            if current is not None:
                yield current
            current, longest = (begin, end, name), end - begin
            continue
        if end - begin > longest:
            current, longest = (current[0], max(current[1], end), name), end - begin
        else:
            current = (current[0], max(current[1], end), current[2])
    if current is not None:
        yield current
