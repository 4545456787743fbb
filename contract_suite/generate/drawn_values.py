"""Values that a strategy drew, made such that only what the document says of them can be at fault."""

from __future__ import annotations

import re
from typing import Final

from contract_suite.model.json import JSON

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_EXACT: Final = 2**53


def whole(value: JSON) -> JSON:
    """Return a value with 1000.0 as 1000: whether the former is an integer, not all versions of JSON Schema agree."""
    if isinstance(value, float) and abs(value) < _EXACT and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [whole(each) for each in value]
    return {name: whole(member) for name, member in value.items()} if isinstance(value, dict) else value


def holds_control(value: JSON) -> bool:
    """Whether a text, or a name, in a value has a control character: many a database and framework takes none."""
    if isinstance(value, str):
        return _CONTROL.search(value) is not None
    if isinstance(value, list):
        return any(map(holds_control, value))
    return isinstance(value, dict) and any(map(holds_control, (*value, *value.values())))
