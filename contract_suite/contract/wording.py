"""The slow validator that words problems: `jsonschema`, corrected where it reads a pattern differently from ECMA-262."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from contract_suite.model.json import JSON


def validator(schema: dict[str, JSON]) -> Any:  # noqa: ANN401 - jsonschema builds the class at run time
    """Return a validator that lists every problem of a value, formats included."""
    return _VALIDATOR(schema, format_checker=FormatChecker())


def _pattern(_validator: object, pattern: str, instance: JSON, _schema: object) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not _compiled(pattern).search(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile with `$` as the very end: Python's also matches before a trailing newline."""
    out: list[str] = []
    escaped = in_class = False
    for character in pattern:
        if character == "$" and not escaped and not in_class:
            out.append(r"\Z")
        else:
            out.append(character)
        if not escaped:
            in_class = (in_class or character == "[") and character != "]"
        escaped = character == "\\" and not escaped
    try:
        return re.compile("".join(out), re.ASCII)
    except re.error:
        return re.compile("")


_VALIDATOR = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]  # as jsonschema ships it
