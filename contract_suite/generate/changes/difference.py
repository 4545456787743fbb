"""What tells a changed value from the one that it was made of, at the cost of the change and not of the value."""

from __future__ import annotations

import json
from collections.abc import Hashable
from typing import Final

from contract_suite.model.json import JSON

_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
_NONE: Final = ()
_LEFT_OUT: Final = (None,)


def text_key(value: JSON) -> str:
    """Return a text that equals another's only if both are the same JSON."""
    return _ENCODER.encode(value)


def same(left: JSON, right: JSON) -> bool:
    """Whether two values are the same JSON: `1` and `true` are not."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))
    return type(left) is type(right) and left == right


def difference(base: JSON, value: JSON) -> Hashable:
    """Return what equals another difference from the same `base` only if both values are the same JSON.

    Members that the value shares with its base, as objects in memory, are not looked into.
    """
    if value is base:
        return _NONE
    if isinstance(base, dict) and isinstance(value, dict):
        changed: list[tuple[str, Hashable]] = [(name, _LEFT_OUT) for name in base if name not in value]
        for name in [name for name, member in value.items() if base.get(name, _NONE) is not member]:
            inside = difference(base[name], value[name]) if name in base else text_key(value[name])
            if inside != _NONE:
                changed.append((name, inside))
        return tuple(sorted(changed, key=lambda each: each[0]))
    key = text_key(value)
    return _NONE if type(value) is type(base) and key == text_key(base) else key
