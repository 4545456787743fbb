"""How much of a description is read for what it says: patterns that look for words take time by the square of a text."""

from __future__ import annotations

import re
from typing import Final

from contract_suite import limits

_PIECE: Final = re.compile(r"(?<=[.!?;\n])(?=\s)")
"""Where a line or a sentence ends; what follows is not taken."""
_LEFT_OUT: Final = "…"


def readable(text: str) -> str:
    """Return what is read of a description: its beginning, without the lines and sentences that nobody would read to their end.

    A text of usual length stays as it is, and none becomes empty.
    """
    if len(text) <= limits.SENTENCE:
        return text
    pieces = _PIECE.split(text[: limits.PROSE])
    if len(text) > limits.PROSE:
        pieces[-1] = _LEFT_OUT  # the bound may stand within a sentence, which then says something else
    return "".join(each if len(each) <= limits.SENTENCE else _LEFT_OUT for each in pieces)
