"""The slow validator that words problems: `jsonschema`, corrected where it reads a pattern otherwise than ECMA-262."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from contract_suite.model.json import JSON

_ITEMS_WORDED: Final = 5
"""Elements of one array whose problems are worded: the tenth broken one tells nothing that the first five didn't."""


def validator(schema: dict[str, JSON]) -> Validator:
    """Return a validator that lists the problems of a value, formats included.

    Of an array, it lists those of the first few broken elements.
    """
    quick = _Quick(schema.get("$defs"))

    def items(slow: Any, subschema: JSON, instance: JSON, around: dict[str, JSON]) -> Iterator[ValidationError]:  # noqa: ANN401 - as above
        if not isinstance(instance, list) or isinstance(subschema, bool):
            return
        before = around.get("prefixItems")
        worded = 0
        for index in range(len(before) if isinstance(before, list) else 0, len(instance)):
            if quick.is_valid(subschema, instance[index]):
                continue
            found = list(slow.descend(instance[index], subschema, path=index))
            yield from found
            worded += bool(found)
            if worded >= _ITEMS_WORDED:
                return

    kind = extend(_VALIDATOR, {"items": items})  # type: ignore[no-untyped-call]  # as jsonschema ships it
    made: Validator = kind(schema, format_checker=FormatChecker())
    return made


class _Quick:
    """Asks `jsonschema-rs` whether a part of a schema holds, so that only what is broken is worded."""

    def __init__(self, definitions: JSON) -> None:
        self._definitions = definitions
        self._compiled: dict[int, tuple[JSON, Any]] = {}

    def is_valid(self, subschema: JSON, value: JSON) -> bool:
        kept = self._compiled.get(id(subschema))
        if kept is None:
            whole: Any = {**subschema, "$defs": self._definitions or {}} if isinstance(subschema, dict) else subschema
            kept = self._compiled[id(subschema)] = (
                subschema,
                jsonschema_rs.Draft202012Validator(whole, validate_formats=True),
            )
        return bool(kept[1].is_valid(value))


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
