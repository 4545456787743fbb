"""Sentences by which an action is refused: in which states, in which alone it is served, and how often at most."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from contract_suite.contract.naming.sentences import statements
from contract_suite.contract.naming.states import is_spoken, spoken

_MOST_TIMES: Final = 5
_NUMBERS: Final = {"once": 1, "one": 1, "twice": 2, "two": 2, "thrice": 3, "three": 3, "four": 4, "five": 5}
_SAYS_TIMES: Final = re.compile(
    r"\b(?:can|may|allowed|cannot|can't)\b.*\b(?:at most|(?:no|not) more than|up to|a maximum of)"
    r" (once|twice|thrice|(?:one|two|three|four|five|\d+)(?= times?\b))",
    re.IGNORECASE,
)
_NOT: Final = (
    r"(?:\bnot\b|n't\b|\bcannot\b|\bnever\b|\bno longer\b|\brefused\b|\brejected\b|\bfails?\b|\bforbidden\b"
    r"|\b409\b|\b422\b|\bconflict\b|\b(?:takes?|accepts?|allows?) no\b|\bread[- ]only\b)"
)
_SAYS_NOT: Final = re.compile(_NOT, re.IGNORECASE)
_SAYS_ONLY: Final = re.compile(r"\b(?<!read[- ])only\b|\bmust (?:still |already )?be\b", re.IGNORECASE)
_SAYS_MAY: Final = re.compile(
    r"\b(?:can|may|must|possible|allowed|permitted|accepted|refused|rejected|otherwise|conflict|4(?:00|09|12|22))\b",
    re.IGNORECASE,
)
"""What makes a sentence one of what may be asked, and not of what else is done: "mails are sent for open ones only"."""
_SAYS_MORE: Final = re.compile(r"\bnot\b|n't\b|\bno longer\b|\bunless\b|\bexcept\b", re.IGNORECASE)
_OTHERWISE: Final = re.compile(r"\b(?<!read[- ])(only|unless|except|until|before)\b", re.IGNORECASE)
_IS: Final = r"(?:(?:is|are|was|were|ha(?:s|ve) (?:already )?been|been|already|in|the|its?|an?|state|status|no longer)\b\s*|[`'\"]\s*)*"


def said_times(text: str) -> int:
    """Return how often something can be done at most, as a text says; 0 where it says nothing, or more than a few times."""
    for sentence in statements(text):
        found = _SAYS_TIMES.search(sentence)
        if found is not None:
            word = found[1].lower()
            number = _NUMBERS.get(word) or (int(word) if word.isdigit() else 0)
            return number if number <= _MOST_TIMES else 0
    return 0


def served_in(text: str, noun: str, states: Sequence[str]) -> tuple[str, ...]:
    """Return the states in which alone a sentence says that an action is served; none where it says more, or names them all.

    What a thing becomes by it is none of them: "Only drafts can be published".
    """
    several, things = _several(states), rf"{re.escape(noun)}s?"
    but_not = re.compile(
        rf"(?:{_NOT}.*?\b(?:when|if|while) (?:it|the {things}) (?:is|are)(?: not|n't)|{_NOT}.*?\bunless (?:it|the {things}) (?:is|are))"
        rf" {_IS}(?P<states>{several})[`'\"]?\s*(?:$|[.,;:(]|\bor (?:has|have)\b)",
        re.IGNORECASE,
    )
    found = [match for each in statements(text) if (match := but_not.search(each))]
    if len(found) == 1:
        return tuple(each for each in states if is_spoken(each, found[0]["states"]))
    only = [each for each in statements(text) if _SAYS_ONLY.search(each)]
    telling = [each for each in only if any(is_spoken(state, each) for state in states)]
    if len(telling) != 1 or _SAYS_MORE.search(telling[0]):
        return ()
    ways: tuple[str, ...] = (
        rf"\bonly (?:an? |the )?[`'\"]?(?P<states>{several})[`'\"]? {things}\b",
        rf"\bonly (?:an? |the )?{things} (?:that|which) {_IS}(?P<states>{several})",
        rf"\bonly (?:possible |allowed )?(?:when|while|if) (?:it |(?:the|an?) {things} )?{_IS}(?P<states>{several})",
        rf"\b(?:the|an?) {things} must (?:still |already )?be {_IS}(?P<states>{several})",
    )
    if _SAYS_MAY.search(telling[0]):
        ways = (
            *ways,
            rf"\b(?:for|to|of|on|in|from) (?:an? |the )?[`'\"]?(?P<states>{several})[`'\"]? {things} only\b",
            rf"\bonly (?:be \w+ |possible |allowed )?(?:for|to|from|on|in|of) (?:an? |the )?[`'\"]?(?P<states>{several})[`'\"]? {things}\b",
            rf"\bonly (?:possible |allowed )?(?:in|from|while in) (?:the )?(?:status|state|stage|phase)s? [`'\"]?(?P<states>{several})",
        )
    match = next(filter(None, (re.search(each, telling[0], re.IGNORECASE) for each in ways)), None)
    named = tuple(each for each in states if match is not None and is_spoken(each, match["states"]))
    return named if len(named) < len(states) else ()


def _several(states: Sequence[str]) -> str:
    """Return a pattern of one state or several, as a sentence names them."""
    one = "|".join(map(spoken, sorted(states, key=len, reverse=True)))
    return rf"(?:{one})(?:[`'\"]?(?:\s*,\s*|\s+)(?:or\s+|and\s+)?(?:(?:is|been|already|an?)\s+)?[`'\"]?(?:{one}))*"


def refused_in(text: str, noun: str, states: Sequence[str]) -> list[str]:
    """Return the states in which a sentence says that something is refused, and of which it says nothing else."""
    telling = [
        each
        for each in statements(text)
        if _SAYS_NOT.search(each) and not _OTHERWISE.search(each) and any(is_spoken(state, each) for state in states)
    ]
    if not telling:
        return []  # most say nothing of the kind, and the patterns below take a while to compile
    one = "|".join(map(spoken, sorted(states, key=len, reverse=True)))
    several = _several(states)
    thing = rf"(?:it|they|this|(?:the|an?) (?:\w+ )?{re.escape(noun)}|{re.escape(noun)}s?)"
    states_last = re.compile(
        rf"{_NOT}.*?\b(?:when|if|once|while|where|after)\s+(?:{thing}\s+)?{_IS}(?P<states>{several})", re.IGNORECASE
    )
    states_first = re.compile(
        rf"(?:^\W*(?:an?|the|any|all)?|\b(?:on|to|for|in|of) (?:an?|the|any))\s*[`'\"]?(?P<states>{several})[`'\"]?\s+"
        rf"{re.escape(noun)}s?\b.*?{_NOT}",
        re.IGNORECASE,
    )
    states_behind = re.compile(
        rf"^\W*(?:an?|the|any|all)?\s*{re.escape(noun)}s? (?:that|which) {_IS}(?P<states>{several})\b.*?{_NOT}",
        re.IGNORECASE,
    )
    found: list[str] = []
    for sentence in telling:
        found_in = (each.search(sentence) for each in (states_last, states_first, states_behind))
        match = next(filter(None, found_in), None)
        if match is not None and not re.search(rf"{_NOT}\s+(?:yet\s+)?(?:{one})", sentence, re.IGNORECASE):
            found += [each for each in states if is_spoken(each, match["states"])]
    return list(dict.fromkeys(found))
