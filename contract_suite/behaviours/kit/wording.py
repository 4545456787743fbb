"""Values as messages show them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from contract_suite.model.json import JSON, Missing

_MAX_SHOWN = 160
_LONG_TEXT = 80
_BEFORE, _AFTER = 20, 40


def shown(value: object) -> str:
    """Return a value as JSON of about 160 characters; an empty text stays empty, and what is missing is `nothing`.

    A list that is too long ends with "…" in place of its last items.
    """
    if isinstance(value, Missing):
        return "nothing"
    if value == "":
        return ""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = repr(value)
    if len(text) <= _MAX_SHOWN:
        return text
    if isinstance(value, list):
        room, kept = _MAX_SHOWN, 0
        while (room := room - len(json.dumps(value[kept], ensure_ascii=False)) - 2) >= 0:
            kept += 1
        if kept:
            return json.dumps([*value[:kept], "…"], ensure_ascii=False)
    return f"{text[:_MAX_SHOWN]}…"


def apart(expected: JSON | Missing, actual: JSON | Missing) -> tuple[JSON | Missing, JSON | Missing]:
    """Return two values that differ; of two texts, if one is long, only what stands around their first difference."""
    if not isinstance(expected, str) or not isinstance(actual, str) or max(len(expected), len(actual)) <= _LONG_TEXT:
        return expected, actual
    pairs = zip(expected, actual, strict=False)
    at = next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(expected), len(actual)))
    return _around(expected, at), _around(actual, at)


def _around(text: str, place: int) -> str:
    start, end = max(0, place - _BEFORE), place + _AFTER
    return f"{'…' if start else ''}{text[start:end]}{'…' if text[end:] else ''}"


def named(values: Mapping[str, JSON]) -> str:
    """Return names with their values: `Name "a", Size 3`."""
    return ", ".join(f"{name} {shown(value)}" for name, value in values.items())
