"""A body on one line: whole where it is short, else its shape, with the place that matters and counts of the rest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from contract_suite.model.counting import counted
from contract_suite.model.json import JSON, Missing, parsed, tokens
from contract_suite.report.plain import visible

_BIGGEST: Final = 1 << 18
"""Bodies beyond this size are not parsed for a summary."""
_FEW: Final = 3
_LONGEST_TEXT: Final = 48
_DEEPEST: Final = 8


def body_summary(body: bytes, *, pointer: str = "", limit: int = 300) -> str:
    """Return a body in about `limit` printable characters; of JSON, the value at `pointer` is kept."""
    text = visible(body[: 4 * limit].decode("utf-8", "replace"), limit=limit)
    if len(body) <= limit or len(body) > _BIGGEST:
        return text
    value = parsed(body)
    if isinstance(value, Missing):
        return text
    return visible(_shape(value, tokens(pointer), 0), limit=limit)


def _shape(value: JSON, path: Sequence[str], depth: int) -> str:
    if isinstance(value, dict):
        return _object(value, path, depth)
    if isinstance(value, list):
        return _array(value, path, depth)
    text = json.dumps(value, ensure_ascii=False)
    return f'{text[:_LONGEST_TEXT]}…"' if isinstance(value, str) and len(text) > _LONGEST_TEXT else text


def _object(value: dict[str, JSON], path: Sequence[str], depth: int) -> str:
    if not value:
        return "{}"
    if depth >= _DEEPEST:
        return "{…}"
    wanted = path[0] if path and path[0] in value else None
    keys = list(value) if len(value) <= _FEW else list(value)[:1] if depth else list(value)[:_FEW]
    if wanted is not None:
        keys = [wanted, *(key for key in keys if key != wanted)][:_FEW]
    shown = [
        f"{json.dumps(key, ensure_ascii=False)}: {_shape(value[key], path[1:] if key == wanted else (), depth + 1)}"
        for key in keys
    ]
    return "{" + ", ".join(shown + ["…"] * (len(value) > len(keys))) + "}"


def _array(value: list[JSON], path: Sequence[str], depth: int) -> str:
    if not value:
        return "[]"
    if depth >= _DEEPEST:
        return f"[… {counted(len(value), 'item')}]"
    index = int(path[0]) if path and path[0].isdecimal() and int(path[0]) < len(value) else 0
    inner = _shape(value[index], path[1:] if path else (), depth + 1)
    before = f"… {index} before, " if index else ""
    return f"[{before}{inner}]" if len(value) == 1 else f"[{before}{inner}, … {counted(len(value), 'item')}]"
