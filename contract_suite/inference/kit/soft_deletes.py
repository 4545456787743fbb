"""Deletes that keep what they are asked for: "Archive a book", "Soft delete", "Marks it as deleted"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.naming.sentences import sentences
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.schemas.view import view
from contract_suite.inference.kit.bodies import body_of, fields_of
from contract_suite.model.json import tokens

_BEGINS: Final = re.compile(
    r"\s*(archive|deactivate|disable|suspend|retire|cancel|revoke|close|trash|hide|unpublish|deprecate)s?\b",
    re.IGNORECASE,
)
"""How the sentence of a delete begins that says what else it does, where the thing can show that it was done."""
_STEMS: Final = ("delet", "archiv", "remov", "trash", "hidden")
_STATES: Final = frozenset({"active", "isactive", "enabled", "isenabled", "disabled", "status", "state"})
_SAYS: Final = re.compile(
    r"\bsoft[- ]?delet|\b(moves?|puts?) (\w+ ){0,3}(to|into|in) (the )?(trash|bin|recycle|archive)\b|\bundelete"
    r"|\b(mark|flag)(s|ed)? (\w+ ){0,2}as (deleted|removed|inactive|archived|cancell?ed|closed|disabled)\b"
    r"|\bcan (later |still )?be (restored|recovered)\b|\bset(s|ting)? \W?\w*(deleted|archived|removed)_?(at|on)\b",
    re.IGNORECASE,
)
HIDDEN: Final = frozenset({"deleted", "archived", "hidden", "removed", "trashed", "expired", "inactive", "disabled"})
"""Words for what a list leaves out unless it is asked for."""
_ASKED_FOR: Final = re.compile(r"\b(otherwise|by default|default|unless|also|include|too|only)\b", re.IGNORECASE)


def keeps(delete: Operation, read: Operation | None) -> bool:
    """Whether a delete says that what it deletes is there afterwards, in another state."""
    texts = (delete.summary, delete.description)
    verbs = [found[1] for text in texts for each in sentences(text) if (found := _BEGINS.match(each)) is not None]
    stems = [verb.lower().removesuffix("e") for verb in verbs]
    return _can_show(read, [*stems, *(_STEMS if any(map(_SAYS.search, texts)) else ())])


def _can_show(read: Operation | None, stems: Sequence[str]) -> bool:
    """Whether a thing has a member for its state, or one that is called after what was done: `archived_at`, `cancelled`."""
    place = body_of(read) if read is not None and stems else None
    names = {plain_name(tokens(name)[-1]) for name, _ in fields_of(place)} if place is not None else set()
    return bool(names & _STATES) or any(stem in each for stem in stems for each in names)


def leaves_out_hidden(listing: Operation) -> bool:
    """Whether a list says that it shows what was archived or the like only where that is asked for."""
    return any(_asks_for_hidden(each) for each in listing.all_parameters)


def _asks_for_hidden(parameter: Parameter) -> bool:
    flag = parameter.where == "query" and view(parameter.schema).types() - {"null"} == {"boolean"}
    hidden = not HIDDEN.isdisjoint(words(parameter.own_name))
    return flag and hidden and (parameter.default is False or _ASKED_FOR.search(parameter.description) is not None)
