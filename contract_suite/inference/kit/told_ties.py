"""By what items are sorted that the key of an order leaves equal, where sentences of a document say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from contract_suite.contract.naming.names import plain_name, singular, speaks_of, words
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.inference.kit.names import CREATED
from contract_suite.inference.kit.order_statements import OrderStatement
from contract_suite.inference.kit.told_nulls import BOTH_WAYS, Way
from contract_suite.model.json import tokens

_END: Final = r"(?=\s+(?:are|is|come|comes|go|goes|stand|stands|sort|sorts|sorted|ordered|appear|appears)\b|,|$)"
_EQUAL: Final = re.compile(
    rf"\b(?:equal|same|identical)\s+(?P<what>[\w ]+?){_END}|"
    rf"\b(?:are|is) (?:equal|the same|identical) (?:under|by|in) (?:the |their )?(?P<under>[\w ]+?){_END}",
    re.IGNORECASE,
)
_KEYS: Final = re.compile(r"(?:sort(?:ing)? )?(?:keys?|values?)", re.IGNORECASE)
_BY_TIME: Final = re.compile(
    r"\b(?:(?P<old>oldest|earliest)|(?P<new>newest|latest|most recent))(?: \w+)?(?: comes?| are| is)?(?: listed)? first\b",
    re.IGNORECASE,
)
_BY_FIELD: Final = re.compile(
    r"\b(?:sorted|ordered|broken|come|go) (?:by|in (?P<way>ascending|descending) order of) (?:the |their |its )?"
    r"(?:(?P<before>ascending|descending) )?(?P<name>\w+(?: \w+)??)(?:,? \(?(?P<behind>ascending|descending)\)?| in (?:either|both)\b|[,.]|$)",
    re.IGNORECASE,
)
_OPEN: Final = re.compile(
    r"\b(?:not|never|may|might|could|can|should|depend\w*|usually|optional\w*|except|but|by default|either by|or by|random\w*|stable)\b|n't\b",
    re.IGNORECASE,
)
_FURTHER: Final = re.compile(r"\b(?:then|followed|afterwards|secondly)\b", re.IGNORECASE)
"""What says that something else decides first: "sorted by last name, then first name"."""
_UNITS: Final = frozenset(
    {"cents", "grams", "seconds", "minutes", "hours", "days", "bytes", "percent", "count", "amount"}
)


def told_ties(
    statements: Iterable[OrderStatement],
    keys: Mapping[str, str],
    fields: Mapping[str, SchemaView],
    ways: Mapping[str, Iterable[Way]],
    alone: Mapping[str, Way | None],
) -> tuple[dict[str, dict[Way, str]], list[str]]:
    """Return by which field what is equal by a key is sorted, a minus before it for descending, by key and direction; and who says so.

    Times and fractions are left out as keys: what is shown as equal may differ by less than is shown.
    """
    found: dict[str, list[dict[Way, str]]] = {}
    said: list[str] = []
    known = [*statements]
    further = [each.plain for each in known if _FURTHER.search(each.plain)]
    exact = {
        key: field
        for key, field in keys.items()
        if field in fields and _is_exact(fields[field]) and not any(speaks_of(each, key) for each in further)
    }
    for statement in known:
        equal, by = _EQUAL.search(statement.plain), _sorted_by(statement.plain, fields)
        if equal is None or not by or _OPEN.search(statement.plain):
            continue
        what = str(equal["what"] or equal["under"])
        for key in exact if _KEYS.fullmatch(what) else [key for key in exact if _is_called(key, what)]:
            meant = alone.get(key)
            both = [*ways.get(key, ())]
            named = both if BOTH_WAYS.search(statement.plain) or len(both) == 1 else [meant] if meant else []
            if named and exact[key] != by.lstrip("-"):
                found.setdefault(key, []).append(dict.fromkeys(named, by))
                said.append(statement.text)
    return {key: each[0] for key, each in found.items() if all(one == each[0] for one in each)}, said


def _sorted_by(text: str, fields: Mapping[str, SchemaView]) -> str:
    """The one field that a statement sorts by, with a minus where it falls; empty where there is none."""
    time, named = _BY_TIME.search(text), _BY_FIELD.search(text)
    if (time is None) == (named is None):
        return ""
    wanted = CREATED if named is None else {plain_name(named["name"])}
    found = [name for name in fields if plain_name(tokens(name)[-1]) in wanted]
    own = [name for name in found if not name.startswith("/")] or found
    falls = time["new"] if time is not None else "descending" in str(named and named[0]).lower()
    return f"{'-' if falls else ''}{own[0]}" if len(own) == 1 else ""


def _is_called(key: str, what: str) -> bool:
    own, said = words(key), words(what)
    own = own[:-1] if len(own) > 1 and own[-1] in _UNITS else own
    return len(own) == len(said) and (own[:-1], singular(own[-1])) == (said[:-1], singular(said[-1])) if said else False


def _is_exact(place: SchemaView) -> bool:
    return place.types() - {"null"} <= {"integer", "string", "boolean"} and place.keyword("format") not in {
        "date-time",
        "time",
    }
