"""Steps from state to state as descriptions draw them: `DRAFT -submit-> SUBMITTED`, `draft → sent`, "PENDING to SHIPPED"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from contract_suite.contract.naming.states import is_spoken, spoken

_QUOTE: Final = r"[`'\"*]*"
_BETWEEN: Final = r"\s*(?:,\s*(?:or\s|and\s)?|/|\||\bor\b|\band\b)\s*"
_LINE: Final = r"[-\u2013\u2014\u2192=]"
_ARROW: Final = (
    rf"\s*(?:{_LINE}+\s*[\[(]?(?P<verb>[A-Za-z][A-Za-z _]*?)[\])]?\s*{_LINE}*[>\u2192]|[-=]+>|\u2192|\u2794|\u21d2)\s*"
)
_TO: Final = rf"{_ARROW}|\s+(?:in)?to\s+(?:state\s+)?"
_SAYS_REST: Final = re.compile(
    r"\b(?:any|every|all|no) other\b|\bothers? (?:is|are)\b|\bother (?:state|status|step|transition)|\botherwise\b"
    r"|\bonly (?:these|those|the following|\w+ (?:steps?|transitions?|changes?)\b)"
    r"|\b(?:invalid|illegal|forbidden) transition|\bnot allowed\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the states that it begins in, what it is called (empty where an arrow stands alone), where it ends."""

    origins: tuple[str, ...]
    verb: str
    to: str


def steps_drawn(text: str, states: Sequence[str], *, in_words: bool = False) -> Iterator[Step]:
    """Yield the steps that arrows show in a text, with `in_words` also those that "A to B" names, in their order."""
    one = rf"{_QUOTE}(?:{'|'.join(map(spoken, sorted(states, key=len, reverse=True)))}){_QUOTE}"
    several = re.compile(rf"{one}(?:{_BETWEEN}{one})*", re.IGNORECASE)
    arrow = re.compile(_TO if in_words else _ARROW, re.IGNORECASE)
    here = several.search(text)
    while here is not None:
        way = arrow.match(text, here.end())
        there = several.match(text, way.end()) if way is not None else None
        ends = _named(there[0], states) if there is not None else ()
        if way is not None and len(ends) == 1:
            yield Step(_named(here[0], states), way["verb"] or "", ends[0])
            here = there
        else:  # where several stand behind an arrow, who knows what they belong to?
            here = several.search(text, (there or here).end())


def says_the_rest(text: str) -> bool:
    """Whether a text says something of all that it doesn't allow."""
    return _SAYS_REST.search(text) is not None


def _named(text: str, states: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in states if is_spoken(each, text))
