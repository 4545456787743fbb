"""Where a description is parted, so that what one sentence says is not read together with another."""

from __future__ import annotations

import re
from typing import Final

from contract_suite.model.json import JSON, Missing

_SENTENCE: Final = re.compile(r"(?<=[.!])\s+|\n+")
SAYS_CASE_IGNORED: Final = re.compile(
    r"case[- ]?insensitiv\w*|\b(not|non)[- ]case[- ]?sensitive\b|\bignor\w+ (the |letter )?case\b|\bcase is ignored\b|"
    r"\b(regardless|irrespective) of (the |letter )?case\b|\bcase (does(n't| not)|is not|isn't) (matter|significant|regarded)\b|"
    r"\bwithout regard (to|for) (the |letter |upper and lower )?case\b|"
    r"\b(upper|lower)([- ]?case)? (or|and) (upper|lower)[- ]?case\b|\bin (any|either) case\b(?! of)",
    re.IGNORECASE,
)
"""What says that the case of letters makes no difference."""
_STATEMENT: Final = re.compile(r"(?<=[.!;])\s+|\n+")


def sentences(text: JSON | Missing) -> list[str]:
    """Return the sentences and lines of a description; none of what is no text."""
    return _parted(_SENTENCE, text)


def statements(text: JSON | Missing) -> list[str]:
    """Return sentences that are parted at semicolons too, where each part says something by itself."""
    return _parted(_STATEMENT, text)


def _parted(ends: re.Pattern[str], text: JSON | Missing) -> list[str]:
    return [part for each in ends.split(text) if (part := each.strip())] if isinstance(text, str) else []
