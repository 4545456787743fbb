"""The largest number that a sentence allows: "at most 100", "100 at most", "max. 100", "between 1 and 100"."""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = r"(?P<number>\d{1,3}(?:[,_]\d{3})+|\d+)(?![\d.]*\d)"
_BEFORE: Final = (
    r"(?:at most|up to|(?:no|not) (?:more|greater|larger) than|(?:can ?not|can't|must not|may not|not) (?:be )?exceed(?:ing)?"
    r"|capped (?:at|to)|limited to|(?:less|smaller|lower) than or equal to|<=|≤"
    r"|\bmax(?:imum|\.)?(?: (?:allowed|page|value|size|limit|number|is|of|at))*)"
)
_SIGNS: Final = r"[\s:=\"'(*`_]*"
_SENTENCES: Final = tuple(
    re.compile(each, re.IGNORECASE)
    for each in (
        _BEFORE + _SIGNS + _NUMBER,
        r"\b" + _NUMBER + _SIGNS + r"(?:(?:items|entries|results|records|rows|per page|is the) )*"
        r"(?:at (?:the )?most|max(?:imum)?\b|or (?:less|fewer|lower))",
        r"\b[01]" + _SIGNS + r"(?:-|\u2013|\u2014|to|and|through|\.\.+)" + _SIGNS + _NUMBER,
    )
)


def said_maximum(text: str) -> int | None:
    """Return the largest whole number above one that a text allows, the smaller of several; `None` if it says none."""
    said = (int(re.sub(r"[,_]", "", found["number"])) for each in _SENTENCES for found in each.finditer(text))
    return min((number for number in said if number > 1), default=None)
