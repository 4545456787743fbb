"""Changes of state that a description allows, whatever sets the state: "open to pending or solved; solved to closed"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from contract_suite.contract.naming.sentences import statements
from contract_suite.contract.naming.states import is_spoken, spoken

_QUOTE: Final = r"[`'\"*]*"
_BETWEEN: Final = r"\s*(?:,\s*(?:or\s|and\s)?|/|\||\bor\b|\band\b)\s*"
_TO: Final = re.compile(r"\s*(?:[-=]+>|\u2192|\u2794|\u21d2)\s*|\s+(?:in)?to\s+(?:either\s+)?", re.IGNORECASE)
_SAYS_REST: Final = re.compile(
    r"\b(?:all|any|every|no) others?\b|\bothers? (?:is|are|get|give|answer)s?\b|\bother (?:change|move|state|status|step|transition)"
    r"|\b(?:any|every)thing else\b|\bonly (?:these|the following)\b",
    re.IGNORECASE,
)
_SAYS_SUCH: Final = re.compile(
    r"\b(?:invalid|illegal|forbidden) (?:change|move|transition)|\bnot allowed\b", re.IGNORECASE
)
"""What says it of all others too, unless it names the change that it speaks of: "Solved to open is not allowed"."""
_SAYS_REFUSED: Final = re.compile(
    r"\b4(?:00|09|22)\b|\bconflict|\brefus|\breject|\binvalid|\bnot allowed|\berror", re.IGNORECASE
)
_MOST: Final = 40
"""No text explains the changes of more states."""


def allowed_changes(text: str, states: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """Return to which states a text lets each state change; nothing where it doesn't say of all others that they are refused.

    Nor where it leaves out a state: nobody knows what becomes of that one.
    """
    if not _SAYS_REFUSED.search(text) or not 1 < len(states) <= _MOST or not all(each.strip() for each in states):
        return {}
    one = re.compile(
        rf"{_QUOTE}(?:{'|'.join(map(spoken, sorted(states, key=len, reverse=True)))}){_QUOTE}", re.IGNORECASE
    )
    if not _SAYS_REST.search(text) and not any(
        _SAYS_SUCH.search(each) and not one.search(each) for each in statements(text)
    ):
        return {}
    found: dict[str, set[str]] = {}
    several = re.compile(rf"{one.pattern}(?:{_BETWEEN}{one.pattern})*", re.IGNORECASE)
    here = several.search(text)
    while here is not None:
        way = _TO.match(text, here.end())
        there = several.match(text, way.end()) if way is not None else None
        if there is None:
            here = several.search(text, here.end())
            continue
        ends: list[re.Match[str]] = list(one.finditer(there[0]))
        following = several.search(text, there.end())
        if _TO.match(text, there.end()) is not None:  # a chain, or the last one begins the next step: "a to b, c to d"
            between = there[0][ends[-2].end() : ends[-1].start()] if len(ends) > 1 else ","
            if between.strip() != ",":
                return {}
            following = several.match(text, there.start() + ends[-1].start())
            ends = ends[:-1] or ends
        for origin in one.finditer(here[0]):
            found.setdefault(_state(origin[0], states), set()).update(_state(each[0], states) for each in ends)
        here = following
    named = set(found) | {end for ends in found.values() for end in ends}
    return {each: frozenset(found.get(each, ())) for each in states} if found and named == set(states) else {}


def _state(text: str, states: Sequence[str]) -> str:
    return max((each for each in states if is_spoken(each, text)), key=len)
