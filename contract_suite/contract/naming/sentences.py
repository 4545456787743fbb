"""Where a description is parted, so that what one sentence says is not read together with another."""

from __future__ import annotations

import re
from typing import Final

from contract_suite.model.json import JSON, Missing

_LINES: Final = r"\n\s*\n\s*|\n(?![ \t]*[a-z(])"
"""Where a paragraph or an entry of a list ends; a line that goes on in small letters goes on with its sentence."""
_SENTENCE: Final = re.compile(rf"(?<=[.!])\s+|{_LINES}")
_CASES: Final = r"\b(?:upper|lower)(?:[- ]?case)? (?:or|and) (?:upper|lower)[- ]?case\b"
_COUNT: Final = r"(?:counts?|matters?|differs?|(?:is|are) (?:distinct|different|distinguished|significant|relevant))\b"
_TELLS: Final = r"(?:distinguish|differentiat)\w* (?:between )?"
_TOLD: Final = "".join(
    rf"(?<!{each} )" for each in ("between", "distinguish", "distinguishes", "distinguishing", "respects")
)
SAYS_CASE_IGNORED: Final = re.compile(
    r"case[- ]?insensitiv\w*|\b(no|not|non)[- ]case[- ]?sensitiv\w*|\bignor\w+ (the |letter )?case\b|\bcase is ignored\b|"
    r"\b(regardless|irrespective) of (the |letter )?case\b|\bcase (does(n't| not)|is not|isn't) (matter|significant|regarded)\b|"
    r"\bwithout regard (to|for) (the |letter |upper and lower )?case\b|"
    rf"\b(not|without) {_TELLS}{_CASES}|{_TOLD}{_CASES}(?!( letters?)? {_COUNT})|\bin (any|either) case\b(?! of)",
    re.IGNORECASE,
)
"""What says that the case of letters makes no difference."""
SAYS_CASE_COUNTS: Final = re.compile(
    rf"(?<!no )(?<!not )(?<!non )(?<!non-)\bcase[- ]?sensitiv\w*|{_CASES}(?: letters?)? {_COUNT}|"
    rf"(?<!lower )(?<!upper )\bcase (?:matters|counts)\b|(?<!not )(?<!without )\b{_TELLS}{_CASES}|"
    rf"\brespect\w* (?:{_CASES}|(?:the )?(?:letter )?case\b)",
    re.IGNORECASE,
)
"""What says that the case of letters makes a difference."""
_STATEMENT: Final = re.compile(rf"(?<=[.!;])\s+|{_LINES}")


def sentences(text: JSON | Missing) -> list[str]:
    """Return the sentences and lines of a description; none of what is no text."""
    return _parted(_SENTENCE, text)


def statements(text: JSON | Missing) -> list[str]:
    """Return sentences that are parted at semicolons too, where each part says something by itself."""
    return _parted(_STATEMENT, text)


def _parted(ends: re.Pattern[str], text: JSON | Missing) -> list[str]:
    return [part for each in ends.split(text) if (part := " ".join(each.split()))] if isinstance(text, str) else []
