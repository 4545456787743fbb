"""A sentence with many reasons, as an incomplete run has, cut into what makes a line and what is left."""

from __future__ import annotations

import re
from typing import Final

_LONGEST: Final = 160
_SEMICOLON: Final = re.compile("; ")


def apart(sentence: str) -> tuple[str, list[str]]:
    """Return as many of a sentence's reasons as make a line, at least one, and the other reasons.

    Semicolons separate them, except those in round brackets.
    """
    sentence = sentence.rstrip(".")
    ends = [each.start() for each in _SEMICOLON.finditer(sentence) if _outside(sentence[: each.start()])]
    starts = [0, *(end + 2 for end in ends)]
    first, *others = (sentence[start:end] for start, end in zip(starts, [*ends, len(sentence)], strict=True))
    while others and len(first) + len(others[0]) < _LONGEST:
        first = f"{first}; {others.pop(0)}"
    return first, others


def _outside(text: str) -> bool:
    """Whether what follows this text is in no brackets."""
    return text.count("(") <= text.count(")")
