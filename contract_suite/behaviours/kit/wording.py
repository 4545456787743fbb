"""Values as messages show them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from contract_suite.model.json import JSON, Missing

_MAX_SHOWN = 160


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


def named(values: Mapping[str, JSON]) -> str:
    """Return names with their values: `Name "a", Size 3`."""
    return ", ".join(f"{name} {shown(value)}" for name, value in values.items())
