"""Pieces of a secret: what a server cut off, split, or repeated without its beginning."""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections.abc import Iterator
from typing import Final

SHORTEST: Final = 12
"""So many characters in a row are a piece at least; less also stands in other text by chance."""
_LONGEST: Final = 16
"""So many are a piece, however long the secret is."""
_ANCHOR: Final = 8
_DIGIT: Final = re.compile("[0-9]")
_TURN: Final = re.compile("[a-z][A-Z]")
_TURNS: Final = 3


class Pieces:
    """The pieces of one secret: half of it in a row, but never less than 12 characters and never more than 16."""

    def __init__(self, secret: str, name: str) -> None:
        """`secret` is bytes read as Latin-1, of at least 12 characters; `name` stands in the place of its pieces."""
        self._secret = secret
        self._name = name
        self._least = min(_LONGEST, max(SHORTEST, (len(secret) + 1) // 2))
        # Whatever piece there is, one of these lies in it whole.
        step = self._least - _ANCHOR + 1
        places = range(0, len(secret) - _ANCHOR + 1, step)
        self._places = {secret[place : place + _ANCHOR]: place for place in reversed(places)}

    @property
    def anchors(self) -> tuple[str, ...]:
        """Texts of which each piece holds one."""
        return tuple(self._places)

    def found(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield where pieces stand in a text: begin, end, and the name of the secret."""
        begins: list[int] = []
        ends: dict[int, int] = {}
        for anchor, place in self._places.items():
            at = text.find(anchor)
            while at >= 0:
                # Most anchors of a piece lie in what the first of them led to.
                nearest = bisect_right(begins, at) - 1
                if nearest >= 0 and at + _ANCHOR <= ends[begins[nearest]]:
                    at = text.find(anchor, ends[begins[nearest]])
                    continue
                begin, end = self._extended(text, at, place)
                if end - begin >= self._least and _is_random(text[begin:end]):
                    yield begin, end, self._name
                    insort(begins, begin)
                    ends[begin] = end
                at = text.find(anchor, max(end, at + 1))

    def _extended(self, text: str, at: int, place: int) -> tuple[int, int]:
        """How far a text and the secret agree around an anchor."""
        secret, begin, end = self._secret, at, at + _ANCHOR
        before, after = place, place + _ANCHOR
        while begin and before and text[begin - 1] == secret[before - 1]:
            begin, before = begin - 1, before - 1
        while end < len(text) and after < len(secret) and text[end] == secret[after]:
            end, after = end + 1, after + 1
        return begin, end


def _is_random(piece: str) -> bool:
    """Whether a piece is no row of words, which stands in many a key and in many a text beside."""
    return _DIGIT.search(piece) is not None or len(_TURN.findall(piece)) >= _TURNS
