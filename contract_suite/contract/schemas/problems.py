"""What is wrong with a value, as values: each broken keyword with its place, its source, and one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeGuard

from contract_suite.contract.schemas.bundling import Bundle
from contract_suite.contract.schemas.copying import FORMAT_MARK
from contract_suite.contract.schemas.walking import is_null, visit
from contract_suite.model.counting import counted
from contract_suite.model.json import JSON, escape
from contract_suite.model.location import Location
from contract_suite.model.memo import Memo
from contract_suite.model.source import Source

if TYPE_CHECKING:
    import jsonschema_rs
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One way in which a value breaks a schema.

    `path` is a JSON Pointer into the value, `subject` the same with `*` for array indices and map keys, as clauses
    write it; `location` the keyword's place in the document; `certain` is false where the two validators disagree.
    """

    keyword: str
    path: str
    subject: str
    message: str
    expected: str
    actual: str
    location: Location
    source: Source
    certain: bool = True


class ProblemFinder:
    """Finds what is wrong with values by one bundle. Slow: it is made for values that are known to be invalid."""

    def __init__(self, bundle: Bundle, *, location: Location, inherited: Source) -> None:
        """`location` and `inherited` are place and source of the schema, for a keyword that has none of its own."""
        self._bundle = bundle
        self._location = location
        self._inherited = inherited
        self._validator: Validator | None = None
        visited = list(visit(bundle))
        self.subjects = frozenset(subject for subject, _ in visited)
        self._subject_of = {id(subschema): subject for subject, subschema in reversed(visited)}

    def problems(self, value: JSON) -> list[Problem]:
        """Return what `jsonschema` finds wrong, one problem a place, keyword and sentence, shallow ones first."""
        return _sorted(self._worded(value))

    def disputed(self, value: JSON, errors: Iterable[jsonschema_rs.ValidationError]) -> list[Problem]:
        """The problems that only `jsonschema-rs` sees: uncertain ones, in its own words."""
        return _sorted(self._disputed(value, errors))

    def _worded(self, value: JSON) -> Iterator[Problem]:
        if self._validator is None:
            from contract_suite.contract.schemas.jsonschema_validator import (  # noqa: PLC0415 - only failures need it
                validator,
            )

            self._validator = validator(self._bundle.standalone(), self._bundle.deref)
        # Where the schema and the value lead deeper than Python goes, the rest is left to the quick validator's words.
        with suppress(RecursionError):
            for error in self._validator.iter_errors(value):
                yield from self._problem(error)

    def _problem(self, error: ValidationError) -> Iterator[Problem]:
        if error.validator in {"anyOf", "oneOf"} and error.context:
            branches: list[JSON] = error.validator_value  # type: ignore[assignment]  # both keywords hold a list
            real = [index for index, branch in enumerate(branches) if not is_null(self._bundle, branch)]
            if len(real) == 1 and error.instance is not None:
                for inner in error.context:
                    if inner.schema_path and inner.schema_path[0] == real[0]:
                        yield from self._problem(inner)
                return
        schema: JSON = error.schema  # type: ignore[assignment]  # an error that was found has one
        keyword = "format" if isinstance(schema, dict) and FORMAT_MARK in schema else str(error.validator)
        missing = _missing_name(error) if keyword in {"required", "dependentRequired"} else ""
        place = self._bundle.place(schema) or self._bundle.place(self._bundle.root)
        actual = _shown(error.instance)
        yield Problem(
            keyword=keyword,
            path="".join(f"/{escape(str(token))}" for token in error.absolute_path),
            subject=self._subject(error, missing),
            message=_sentence(error, keyword, missing, actual),
            expected=_shown(error.validator_value if keyword != "format" else _format(schema)),
            actual=actual,
            location=place.node.location_of(keyword) if place else self._location,
            source=place.source(keyword) if place else self._inherited,
        )

    def _disputed(self, value: JSON, errors: Iterable[jsonschema_rs.ValidationError]) -> Iterator[Problem]:
        for error in errors:
            path = "".join(f"/{token}" for token in error.instance_path)
            yield Problem(
                keyword=str(error.schema_path[-1]) if error.schema_path else "",
                path=path,
                subject=_starred(path),
                message=str(error.message),
                expected="",
                actual=_shown(value),
                location=self._location,
                source=self._inherited,
                certain=False,
            )

    def _subject(self, error: ValidationError, missing: str) -> str:
        steps = zip(error.absolute_path, instance_steps(error.absolute_schema_path), strict=False)
        subject = "".join(f"/{'*' if is_any else escape(str(token))}" for token, is_any in steps)
        if subject not in self.subjects:
            # Below a recursion: the subject that the subschema has where it stands first.
            subject = self._subject_of.get(id(error.schema), subject)
        return f"{subject}/{missing}" if missing else subject


def _sorted(found: Iterable[Problem]) -> list[Problem]:
    unique = {(each.path, each.keyword, each.message): each for each in found}
    return sorted(unique.values(), key=lambda each: (each.path.count("/"), each.path, each.keyword))


def _format(schema: object) -> object:
    return schema.get("format") or schema.get(FORMAT_MARK) if isinstance(schema, dict) else None


def instance_steps(schema_path: Iterable[str | int]) -> list[bool]:
    """For each step into the instance along a schema path: whether it is a step over any index or key (written `*`)."""
    steps: list[bool] = []
    tokens = list(schema_path)
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token == "properties":  # noqa: S105 - a keyword of JSON Schema
            steps.append(False)
            index += 2
        elif token in {"patternProperties", "prefixItems"}:
            steps.append(True)
            index += 2
        elif token in {"items", "additionalProperties", "unevaluatedItems", "unevaluatedProperties", "contains"}:
            steps.append(True)
            index += 1
        elif token in {"allOf", "anyOf", "oneOf", "dependentSchemas", "$defs"}:
            index += 2
        else:
            index += 1
    return steps


def _starred(path: str) -> str:
    return "/".join("*" if token.isdecimal() else token for token in path.split("/"))


def _missing_name(error: ValidationError) -> str:
    """The property that a `required` error is about."""
    instance: Mapping[str, JSON] = error.instance if isinstance(error.instance, dict) else {}
    names: list[str] | dict[str, list[str]] = error.validator_value  # type: ignore[assignment]  # as both keywords have it
    if isinstance(names, list):
        told = _by_quote(names).get(error.message.removesuffix(_REQUIRED))
        if told is not None:
            return escape(told)
    wanted = names if isinstance(names, list) else [name for each in names.values() for name in each]
    quoted = [name for name in wanted if name not in instance and error.message.startswith(repr(name))]
    missing = quoted or [name for name in wanted if name not in instance]
    return escape(str(missing[0])) if missing else ""


_REQUIRED: Final = " is a required property"
_by_quote: Final[Memo[list[str], dict[str, str]]] = Memo(
    lambda names: {repr(name): name for name in names if isinstance(name, str)}, most=256
)
"""Required names as `jsonschema` quotes them, of which thousands may be missing at once."""


def _sentence(error: ValidationError, keyword: str, missing: str, shown: str) -> str:
    words = _WORDS.get(keyword)
    sentence = words(error, shown) if words is not None else ""
    if keyword == "required":
        sentence = f"the required property {missing!r} is missing"
    return sentence or _cut(str(error.message))


def _too_long(error: ValidationError, _shown: str) -> str:
    limit = error.validator_value
    length = len(error.instance) if isinstance(error.instance, str) else "?"
    return f"the text has {counted(length, 'character')}; at most {limit} {'is' if limit == 1 else 'are'} allowed"


def _of_type(error: ValidationError, shown: str) -> str:
    limit = error.validator_value
    return f"{shown} is not of type {' or '.join(map(str, limit)) if isinstance(limit, list) else limit}"


def _of_format(error: ValidationError, shown: str) -> str:
    return f"{shown} is not in the format {_format(error.schema)}" if isinstance(error.schema, dict) else ""


def _size(error: ValidationError, noun: str, bound: str) -> str:
    whole = "list" if noun == "item" else "object"
    size, limit = len(error.instance) if isinstance(error.instance, list | dict) else "?", error.validator_value
    verb = f"{'is' if limit == 1 else 'are'} {'required' if bound == 'least' else 'allowed'}"
    return f"the {whole} has {counted(size, noun)}; at {bound} {limit} {verb}"


def _closest(error: ValidationError) -> str:
    """That none of several schemas matches, and what is wrong by the one that is nearest: whose first error lies deepest."""
    branches: dict[object, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0] if inner.schema_path else "", []).append(inner)
    if not branches:
        return ""
    nearest = max(branches.values(), key=lambda errors: (min(len(each.path) for each in errors), -len(errors)))
    first = max(nearest, key=lambda each: len(each.path))
    keyword = str(first.validator)
    missing = _missing_name(first) if keyword in {"required", "dependentRequired"} else ""
    sentence = _sentence(first, keyword, missing, _shown(first.instance))
    where = "".join(f"/{escape(str(token))}" for token in first.path)
    told = f"{f'at {where}: ' if where else 'because '}{sentence}"
    if len(branches) == 1:
        return f"the only schema that is allowed does not match: it fails {told}"
    return f"none of the {counted(len(branches), 'schema')} matches; the nearest fails {told}"


_WORDS: Final[Mapping[str, Callable[[ValidationError, str], str]]] = {
    "type": _of_type,
    "anyOf": lambda error, _: _closest(error),
    "oneOf": lambda error, _: _closest(error) or "it matches more than one of the schemas, and exactly one must match",
    "not": lambda _, shown: f"the schema forbids {shown}",
    "uniqueItems": lambda *_: "the list repeats an item",
    "minItems": lambda error, _: _size(error, "item", "least"),
    "maxItems": lambda error, _: _size(error, "item", "most"),
    "minProperties": lambda error, _: _size(error, "member", "least"),
    "maxProperties": lambda error, _: _size(error, "member", "most"),
    "enum": lambda error, shown: f"{shown} is none of {_shown(error.validator_value)}",
    "const": lambda error, shown: f"{shown} is not {_shown(error.validator_value)}",
    "minimum": lambda error, shown: f"{shown} is less than the minimum {error.validator_value}",
    "maximum": lambda error, shown: f"{shown} is greater than the maximum {error.validator_value}",
    "minLength": lambda error, shown: f"{shown} is shorter than {counted(error.validator_value, 'character')}",
    "maxLength": _too_long,
    "pattern": lambda error, shown: f"{shown} does not match the pattern {error.validator_value}",
    "format": _of_format,
}
"""What is wrong, in words, by keyword; an empty text leaves it to the validator's own."""


_MAX_SHOWN: Final = 120
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, default=str)


def _shown(value: object) -> str:
    shown = ""
    try:
        for piece in _ENCODER.iterencode(value[:_MAX_SHOWN] + "…" if _is_long(value) else value):
            shown += piece
            if len(shown) > _MAX_SHOWN:
                break
    except (ValueError, RecursionError):
        shown = repr(value)
    return _cut(shown)


def _is_long(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and len(value) > _MAX_SHOWN


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"
