"""How a list is sorted without being asked, where a sentence of its operation says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.naming.sentences import statements
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.inference.kit.names import CREATED, MODIFIED
from contract_suite.model.json import tokens

_BY_TIME: Final = re.compile(
    r"\b(newest|latest|most recent(?:ly created)?|oldest|earliest)(?: (?P<what>\w+))?(?: comes?| appear\w*| are| is)?(?: listed| returned)? first\b",
    re.IGNORECASE,
)
_BY_FIELD: Final = re.compile(
    r"(?:\b(?:sorted|ordered)|^(?:lists?|gets?|returns?|shows?)\b[^,.]*,) by (?:the |its |their )?[`'\"]?([A-Za-z_]+)[`'\"]?",
    re.IGNORECASE,
)
"""As a sentence says it, or a summary behind a comma: "List projects, by key"."""
_FALLING: Final = re.compile(r"descending|\breverse|newest|latest|highest|most|largest|\bdesc\b", re.IGNORECASE)
_SOMETIMES: Final = re.compile(r"\b(if|when|unless|with|then|by default|either|or)\b", re.IGNORECASE)
_AMONG_EQUALS: Final = re.compile(
    r"\b(equals?|equally|ties?|tied|same|identical|within|among|otherwise|first)\b", re.IGNORECASE
)
"""What is sorted by a field is only what another order leaves together: "the largest comes first, equal ones by name"."""
_CREATED: Final = CREATED | {"created"}
_OF_MAKING: Final = re.compile("newest|oldest|recent", re.IGNORECASE)
"""What is so has been made so; the earliest visit may be the one that begins first."""
_DAYS: Final = frozenset({"day", "days", "date", "dates"})
_OF_EVENTS: Final = frozenset(
    {"at", "time", "timestamp", "occurredat", "recordedat", "loggedat", "placedat", "submittedat", "postedat"}
)
"""Names for when something was that nobody makes later: of an entry in a log, or an order."""


@dataclass(frozen=True, slots=True)
class ToldOrder:
    """The field and the direction (`asc`, `desc`) of a list's own order, with the sentence that says so."""

    field: str
    direction: str
    sentence: str


def told_order(operation: Operation, fields: Sequence[tuple[str, SchemaView]]) -> ToldOrder | None:
    """Return what the operation's own sentences say, where they say one thing and the items show it."""
    found = {
        (told.field, told.direction): told
        for sentence in statements(f"{operation.summary}.\n{operation.description}")
        if (told := _told(sentence, fields)) is not None
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _told(sentence: str, fields: Sequence[tuple[str, SchemaView]]) -> ToldOrder | None:
    time, named = _BY_TIME.search(sentence), _BY_FIELD.search(sentence)
    if _SOMETIMES.search(sentence) or (time is None) == (named is None):
        return None
    if named is not None and _AMONG_EQUALS.search(sentence):
        return None
    found = _by_time(time, fields) if time is not None else []
    if named is not None:
        found = [name for name, _ in fields if plain_name(tokens(name)[-1]) == plain_name(named[1])]
    own = [name for name in found if not name.startswith("/")] or found
    if len(own) != 1:
        return None
    falling = _FALLING.search(sentence if time is None else time[1]) is not None
    return ToldOrder(own[0], "desc" if falling else "asc", sentence)


def _by_time(said: re.Match[str], fields: Sequence[tuple[str, SchemaView]]) -> list[str]:
    """Return the fields that "newest first" may be about; of "the latest day first", those that hold a day."""
    if (said["what"] or "").lower() in _DAYS:
        return [name for name, place in fields if place.keyword("format") == "date"]
    if not _OF_MAKING.search(said[1]) and _has_other_moments(fields):
        return []
    return [name for name, _ in fields if plain_name(tokens(name)[-1]) in _CREATED] or _moments(fields)


def _has_other_moments(fields: Sequence[tuple[str, SchemaView]]) -> bool:
    """Whether each item shows a day or a moment beside when it was made and changed: "the earliest" may be by that."""
    known = _CREATED | MODIFIED
    own = [(name, place) for name, place in fields if not name.startswith("/")] or fields
    moments = [
        name for name, place in own if place.keyword("format") in {"date", "date-time"} and "null" not in place.types()
    ]
    others = [name for name in moments if plain_name(tokens(name)[-1]) not in known]
    return bool(others) and any(plain_name(tokens(name)[-1]) in _CREATED for name, _ in own)


def _moments(fields: Sequence[tuple[str, SchemaView]]) -> list[str]:
    """Return the field that holds when an event was, where it is the only moment of all that an item shows."""
    own = [(name, place) for name, place in fields if not name.startswith("/")] or fields
    moments = [name for name, place in own if place.keyword("format") == "date-time"]
    return moments if len(moments) == 1 and plain_name(tokens(moments[0])[-1]) in _OF_EVENTS else []
