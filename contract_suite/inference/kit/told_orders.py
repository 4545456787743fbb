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
from contract_suite.inference.kit.names import CREATED
from contract_suite.model.json import tokens

_BY_TIME: Final = re.compile(
    r"\b(newest|latest|most recent(?:ly created)?|oldest|earliest)(?: \w+)?(?: comes?| appear\w*| are| is)?(?: listed| returned)? first\b",
    re.IGNORECASE,
)
_BY_FIELD: Final = re.compile(r"\b(?:sorted|ordered) by (?:the |its |their )?[`'\"]?([A-Za-z_]+)[`'\"]?", re.IGNORECASE)
_FALLING: Final = re.compile(r"descending|\breverse|newest|latest|highest|most|largest|\bdesc\b", re.IGNORECASE)
_SOMETIMES: Final = re.compile(r"\b(if|when|unless|with|then|by default|either|or)\b", re.IGNORECASE)
_CREATED: Final = CREATED | {"created"}


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
    wanted = _CREATED if named is None else {plain_name(named[1])}
    own = [name for name, _ in fields if not name.startswith("/") and plain_name(tokens(name)[-1]) in wanted]
    if len(own) != 1:
        return None
    falling = _FALLING.search(sentence if time is None else time[1]) is not None
    return ToldOrder(own[0], "desc" if falling else "asc", sentence)
