"""Where a description is parted, so that what one sentence says is not read together with another."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Final, Literal

from contract_suite import limits
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
_NOTHING: Final = r"(?:matter|count|be regarded)\b"
_IS_NOT: Final = r"(?:is not|isn't|are not|aren't|not)(?: being)?"
_REGARDED: Final = r"(?:significant|regarded|considered|relevant|distinguished|respected|taken into account)\b(?! (?:as|by|to|closed|open))"
_OF_LETTERS: Final = r"(?:(?:the|its|their|letter|upper and lower) )*(?:case|capitali[sz]ation)\b"
SAYS_CASE_IGNORED: Final = re.compile(
    r"(?<!not )(?<!non-)\bcase[- ]?insensitiv\w*|\b(no|not|non)[- ]case[- ]?sensitiv\w*|"
    rf"\b(?:ignor|disregard)\w+ {_OF_LETTERS}|\b(?:case|capitali[sz]ation) is (?:ignored|disregarded)\b|"
    rf"\b(regardless|irrespective|independent(?:ly)?) of {_OF_LETTERS}|\bwhatever {_OF_LETTERS}|\bcase makes no difference\b|"
    rf"\b(?:case|capitali[sz]ation) (?:(?:does(?:n't| not)) {_NOTHING}|{_IS_NOT} {_REGARDED})|"
    rf"\b(?:without regard (?:to|for)|without (?:regarding|considering)) {_OF_LETTERS}|"
    r"\bcompar\w+ in (?:upper|lower)[- ]?case\b|"
    rf"\b(not|without) {_TELLS}{_CASES}|{_TOLD}{_CASES}(?!( letters?)? {_COUNT})|\bin (any|either) case\b(?! of)",
    re.IGNORECASE,
)
"""What says that the case of letters makes no difference."""
SAYS_CASE_COUNTS: Final = re.compile(
    rf"(?<!no )(?<!not )(?<!non )(?<!non-)\bcase[- ]?sensitiv\w*|\bnot case[- ]?insensitiv\w*|{_CASES}(?: letters?)? {_COUNT}|"
    r"(?<!lower )(?<!upper )\b(?:case (?:matters|counts|is significant|is regarded(?! as))|with regard to case)\b|"
    rf"(?<!not )(?<!without )\b{_TELLS}{_CASES}|"
    rf"\brespect\w* (?:{_CASES}|(?:the )?(?:letter )?case\b)",
    re.IGNORECASE,
)
"""What says that the case of letters makes a difference."""
_QUOTED: Final = re.compile(r"[`'\"\u2018\u201c]([\w@.+-]{2,})[`'\"\u2019\u201d]")
_BESIDE: Final = re.compile(r"([\w@.+-]{2,}) (?:and|or|is the same as|counts as|equals) ([\w@.+-]*[\w@+-])")
_BY_CASE: Final = r"(?:in|by)(?: (?:letter|its|their|the|upper and lower))? case\b"
_IN_CASE_ALONE: Final = re.compile(
    rf"\bdiffer\w*\b[^.;]{{0,30}}?\b(?:(?:only|just|merely) {_BY_CASE}|{_BY_CASE} (?:only|alone)\b)", re.IGNORECASE
)
_ALIKE: Final = r"(?:the same|equal|identical|equivalent|duplicates?|collide|clash|conflict|refused|rejected)\b"
_SAME: Final = re.compile(rf"\b{_ALIKE}", re.IGNORECASE)
_NOT_SAME: Final = re.compile(
    rf"\b(?:not|never)(?: \w+)?(?: as)? {_ALIKE}|n't(?: \w+)?(?: as)? {_ALIKE}", re.IGNORECASE
)
_OTHER: Final = re.compile(r"\b(?:different|distinct|separate|allowed|accepted)\b", re.IGNORECASE)
_STATEMENT: Final = re.compile(rf"(?<=[.!;])\s+|{_LINES}")


def sentences(text: JSON | Missing) -> list[str]:
    """Return the sentences and lines of a description; none of what is no text, and none that nobody would read to its end."""
    return _parted(_SENTENCE, text)


def statements(text: JSON | Missing) -> list[str]:
    """Return sentences that are parted at semicolons too, where each part says something by itself."""
    return _parted(_STATEMENT, text)


def case_said(sentence: str) -> Literal["ignored", "exact", ""]:
    """What a sentence says of the case of letters, also by an example: "`kb-1` and `KB-1` count as the same"; empty for nothing."""
    ignored, exact = SAYS_CASE_IGNORED.search(sentence) is not None, SAYS_CASE_COUNTS.search(sentence) is not None
    if not (ignored or exact) and (_shows_cases(sentence) or _IN_CASE_ALONE.search(sentence)):
        denied = _NOT_SAME.sub("", sentence)
        exact = denied != sentence or _OTHER.search(sentence) is not None
        ignored = _SAME.search(denied) is not None
    return "" if ignored == exact else "ignored" if ignored else "exact"


def _shows_cases(sentence: str) -> bool:
    """Whether a sentence names two values that differ in their case alone."""
    quoted = _QUOTED.findall(sentence)
    pairs = [*combinations(quoted, 2), *_BESIDE.findall(sentence)]
    return any(one != other and one.casefold() == other.casefold() for one, other in pairs)


def _parted(ends: re.Pattern[str], text: JSON | Missing) -> list[str]:
    parts = ends.split(text) if isinstance(text, str) else []
    return [part for each in parts if len(each) <= limits.SENTENCE and (part := " ".join(each.split()))]
