"""The slow validator that words problems: `jsonschema`, with patterns read as ECMA-262 has them and tried within bounds."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from typing import Any, Final

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from contract_suite.contract.schemas.copying import Resolve, in_place
from contract_suite.contract.schemas.pattern_matching import is_quick, matches
from contract_suite.model.json import JSON

_FEW: Final = 20
"""Of more members or parts than that, those that are broken are asked for first."""
_SMALL: Final = 200
"""So are they of a value that holds more values than that, however few its own members are."""
_ITEMS_WORDED: Final = 5
"""Elements of one array whose problems are worded: the tenth broken one tells nothing that the first five didn't."""


def validator(schema: dict[str, JSON], resolve: Resolve) -> Validator:
    """Return a validator that lists the problems of a value, formats included.

    Of an array, it lists those of the first few broken elements. `resolve` finds what a reference leads to.
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

    def unevaluated_properties(
        slow: Any,  # noqa: ANN401 - as above
        subschema: JSON,
        instance: JSON,
        around: dict[str, JSON],
    ) -> Iterator[ValidationError]:
        """Word what is left over, where the patterns that names are held to can be tried by Python's own engine."""
        longest = max(map(len, instance), default=0) if isinstance(instance, dict) else 0
        if all(is_quick(pattern, longest) for pattern in _name_patterns(around, resolve)):
            yield from Draft202012Validator.VALIDATORS["unevaluatedProperties"](slow, subschema, instance, around)

    kind = extend(
        _VALIDATOR,
        {
            "items": items,
            "properties": quick.properties,
            "allOf": quick.all_of,
            "unevaluatedProperties": unevaluated_properties,
        },
    )  # type: ignore[no-untyped-call]  # as jsonschema ships it
    made: Validator = kind(schema, format_checker=_FORMATS)
    return made


class _Quick:
    """Asks `jsonschema-rs` whether a part of a schema holds, so that only what is broken is worded."""

    def __init__(self, definitions: JSON) -> None:
        self._definitions = definitions
        self._compiled: dict[int, tuple[object, Any]] = {}

    def is_valid(self, subschema: JSON, value: JSON) -> bool:
        return bool(self._validator(subschema, subschema).is_valid(value))

    def properties(
        self,
        slow: Any,  # noqa: ANN401 - as above
        members: Mapping[str, JSON],
        instance: JSON,
        _around: object,
    ) -> Iterator[ValidationError]:
        """Word what is wrong with the members of an object."""
        if isinstance(instance, dict):
            broken = self._broken_in("properties", members, instance, of=members)
            for name, subschema in members.items():
                if name in instance and name in broken:
                    yield from slow.descend(instance[name], subschema, path=name, schema_path=name)

    def all_of(
        self,
        slow: Any,  # noqa: ANN401 - as above
        parts: Sequence[JSON],
        instance: JSON,
        _around: object,
    ) -> Iterator[ValidationError]:
        """Word what is wrong by each of several schemas."""
        broken = self._broken_in("allOf", parts, instance, of=range(len(parts)))
        for index, subschema in enumerate(parts):
            if index in broken:
                yield from slow.descend(instance, subschema, schema_path=index)

    def _broken_in(self, keyword: str, parts: object, value: JSON, *, of: Collection[object]) -> Container[object]:
        """Which of the parts under a keyword, by name or index, a value breaks: of few ones all, as nobody has to know."""
        if len(of) <= _FEW and _is_small(value):
            return of
        errors = self._validator(parts, {keyword: parts}).iter_errors(value)
        return {path[1] for each in errors if len(path := list(each.evaluation_path)) > 1}

    def _validator(self, key: object, subschema: Any) -> Any:  # noqa: ANN401 - JSON of any kind, and a validator without types
        kept = self._compiled.get(id(key))
        if kept is None:
            whole = {**subschema, "$defs": self._definitions or {}} if isinstance(subschema, dict) else subschema
            validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
            kept = self._compiled[id(key)] = key, validator
        return kept[1]


def _is_small(value: JSON) -> bool:
    pending, seen = [value], 0
    while pending and seen <= _SMALL:
        each = pending.pop()
        seen += 1
        if isinstance(each, (dict, list)):
            seen += len(each)
            pending += each.values() if isinstance(each, dict) else each
    return seen <= _SMALL


def _pattern(_validator: object, pattern: str, instance: JSON, _schema: object) -> Iterator[ValidationError]:
    if isinstance(instance, str) and matches(pattern, instance) is False:
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(
    slow: Any,  # noqa: ANN401 - a validator of `jsonschema`
    patterns: Mapping[str, JSON],
    instance: JSON,
    _schema: object,
) -> Iterator[ValidationError]:
    for pattern, subschema in patterns.items():
        for name, value in instance.items() if isinstance(instance, dict) else ():
            if matches(pattern, name):
                yield from slow.descend(value, subschema, path=name, schema_path=pattern)


def _additional_properties(
    slow: Any,  # noqa: ANN401 - as above
    subschema: JSON,
    instance: JSON,
    around: Mapping[str, Any],
) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    known, patterns = around.get("properties", {}), around.get("patternProperties", {})
    further = sorted(
        name for name in instance if name not in known and all(matches(each, name) is False for each in patterns)
    )
    if isinstance(subschema, dict):
        for name in further:
            yield from slow.descend(instance[name], subschema, path=name)
    elif subschema is False and further:
        shown = ", ".join(map(repr, further))
        are = "was" if len(further) == 1 else "were"
        yield ValidationError(f"Additional properties are not allowed ({shown} {are} unexpected)")


def _name_patterns(schema: JSON, resolve: Resolve) -> Iterator[str]:
    """The patterns that a schema holds the names of one object to, itself or by what applies in its place."""
    pending, seen = [schema], set[int]()
    while pending:
        each = pending.pop()
        if isinstance(each, dict) and id(each) not in seen:
            seen.add(id(each))
            patterns = each.get("patternProperties")
            yield from patterns if isinstance(patterns, dict) else ()
            pending += in_place(each, resolve)


_FORMATS: Final = FormatChecker(tuple(name for name in FormatChecker.checkers if name != "regex"))
"""Those that Python can check; it reads regular expressions otherwise than the standard, and by recursion."""
_VALIDATOR = extend(  # type: ignore[no-untyped-call]  # as jsonschema ships it
    Draft202012Validator,
    {
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
    },
)
