"""Expected and actual in words: "at most 1 item" and "2 items" where a verdict holds the bare values 1 and 2.

Numbers get their unit from the kind of clause; statuses say what they mean. What needs no words stays as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from contract_suite.model.clause_ids import parts
from contract_suite.model.counting import counted, with_article
from contract_suite.model.json import JSON, MISSING, parsed


def expected_in_words(clause: str, text: str, *, problem: str = "") -> str:
    """Return what a verdict on this clause expected, as a reader says it.

    `problem` is the kind of problem, or the keyword of JSON Schema that is broken where the clause is about a whole schema.
    """
    kind, value = _kind(clause, problem), _value(text)
    if kind in _SIZES and _is_number(value):
        bound, unit = _SIZES[kind]
        return f"{bound} {counted(value, unit)}".strip()
    if kind == "type" and isinstance(value, str | list):
        names = value.split(" or ") if isinstance(value, str) else map(str, value)
        return " or ".join(_article(each) for each in names)
    if kind in {"enum", "enum-enforced"} and isinstance(value, list):
        return f"one of {', '.join(map(_json, value))}"
    if kind == "status-documented" and isinstance(value, str):
        return f"a documented status: {value}"
    return _shown(value, text, prose=problem not in _OF_VALUES)


def actual_in_words(clause: str, text: str, *, problem: str = "") -> str:
    """Return what came instead, as a reader says it."""
    kind, value = _kind(clause, problem), _value(text)
    if kind in _SIZES:
        unit = _SIZES[kind][1]
        if _is_number(value):
            return counted(value, unit)
        if unit == "character" and isinstance(value, str):
            return f"{counted(len(value), unit)}: {_shown(value, text)}"
        if unit == "item" and isinstance(value, list) and not _identities(value):
            return counted(len(value), unit)
    return _shown(value, text)


def identity_in_words(key: str) -> str:
    """Return the key of an item as a reader knows it: `["a-1"]` is a-1, and several values stand with slashes between."""
    values = parsed(key)
    if not isinstance(values, list) or any(isinstance(each, list | dict) for each in values):
        return key
    return "/".join(each if isinstance(each, str) else _json(each) for each in values)


_SIZES: Final[Mapping[str, tuple[str, str]]] = {
    "page-size-respected": ("at most", "item"),
    "page-size-not-capped": ("", "item"),
    "pages-complete": ("", "item"),
    "past-end-empty": ("", "item"),
    "max-items": ("at most", "item"),
    "min-items": ("at least", "item"),
    "max-length": ("at most", "character"),
    "min-length": ("at least", "character"),
    "max-properties": ("at most", "member"),
    "min-properties": ("at least", "member"),
    "response-bytes-respected": ("at most", "byte"),
    "total-exact": ("a total of", "item"),
}
"""The bound and the unit in which a kind of clause counts."""
_OF_VALUES: Final = frozenset({"changed", "left-over", "lost"})
"""Problems of which what was expected is a value that somebody sent, and never a description."""
_WHOLE_SCHEMAS: Final = frozenset({"error-envelope", "schema"})
_CAPITAL: Final = re.compile("[A-Z]")
_STATUS: Final = re.compile(r"[1-5](?:[0-9]{2}|xx|XX)")
_MEANINGS: Final[Mapping[str, str]] = {
    "2xx": "success (2xx)",
    "a 2xx": "success (2xx)",
    "4xx": "a refusal (4xx)",
    "a 4xx": "a refusal (4xx)",
}


def _is_number(value: JSON) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _kind(clause: str, problem: str) -> str:
    """The kind of the clause, or the broken keyword where the clause is about all of a schema."""
    kind = parts(clause)[2]
    return _CAPITAL.sub(lambda found: f"-{found[0].lower()}", problem) if kind in _WHOLE_SCHEMAS and problem else kind


def _identities(value: list[JSON]) -> str:
    """Keys of items in words, one after the other; empty where a list holds something else."""
    if not value or not all(isinstance(each, str) and (each.startswith("[") or each == "…") for each in value):
        return ""
    words = [identity_in_words(str(each)) for each in value]
    return ", ".join(words) if words != value else ""


def _json(value: JSON) -> str:
    return json.dumps(value, ensure_ascii=False)


def _value(text: str) -> JSON:
    value = parsed(text)
    return text if value is MISSING else value


def _shown(value: JSON, text: str, *, prose: bool = False) -> str:
    if isinstance(value, str) and text.startswith('"'):
        plain = _MEANINGS.get(value) or (value if _STATUS.fullmatch(value) or (prose and " " in value) else "")
        return plain or text
    if isinstance(value, list) and (words := _identities(value)):
        return words
    return _MEANINGS.get(text, text)


def _article(name: str) -> str:
    return with_article(name) if name.isalpha() and name != "null" else name
