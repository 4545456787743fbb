"""What a schema demands at one place, merged into one flat mapping.

References, `allOf` and the first real branch of a choice are merged in.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping
from typing import Final, TypeGuard

from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.schemas.copying import FORMAT_MARK
from contract_suite.contract.schemas.pattern_matching import matches
from contract_suite.contract.schemas.view import SchemaView, real_branches, view
from contract_suite.model.json import JSON, Missing, tokens
from contract_suite.model.memo import Memo

_HIGHEST: Final = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_LOWEST: Final = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
_OF_ITS_DAY: Final = frozenset({"date", "date-time", "time", "uuid"})
CONDITIONAL: Final = frozenset({"if", "then", "else", "dependentRequired", "dependentSchemas"})
"""Keywords of what is asked of an object because of another of its members."""
_MAX_DEPTH: Final = 12


def facts_at(operation: Operation, subject: str) -> Facts | None:
    """Return what an operation's schemas demand at a subject (`query.size`, `body/items/*/name`); `None` if nothing."""
    known = _known(operation)
    if subject not in known:
        known[subject] = _facts_at(operation, subject)
    return known[subject]


def _facts_at(operation: Operation, subject: str) -> Facts | None:
    if subject == "body" or subject.startswith("body/"):
        media = operation.body.usual if operation.body else None
        schema, rest = (media.schema if media is not None else None), subject[len("body") :]
    else:
        parameter = parameter_at(operation, subject)
        schema, rest = (parameter.schema, subject[len(parameter.subject) :]) if parameter is not None else (None, "")
    if schema is None:
        return None
    if not rest:
        return facts_of(view(schema))
    # What stands around it is merged once, for all of its members.
    around, step = facts_at(operation, subject.rpartition("/")[0]), tokens(rest)[-1]
    if around is None:
        return None
    if step in around.properties:
        return facts_of(around.member(step))
    return facts_of(around.view.element(0)) if step == "*" or step.isdecimal() else None


def parameter_at(operation: Operation, subject: str) -> Parameter | None:
    """Return the parameter that a subject is, or that it is within."""
    known = _parameters(operation)
    while subject not in known and "/" in subject:
        subject = subject.rpartition("/")[0]
    return known.get(subject)


def _by_subject(operation: Operation) -> dict[str, Parameter]:
    return {each.subject: each for each in reversed(operation.parameters)}


_parameters: Final = Memo(_by_subject)


def _nothing(_operation: Operation) -> dict[str, Facts | None]:
    return {}


_known: Final = Memo(_nothing)
"""By subject, as far as somebody asked."""


class Facts:
    """The merged keywords of a place, which nobody changes: `facts_of` gives the same ones to all.

    `ranged` says that `format` gives the range of an integer (`int32`, `int64`); `conditional` are the subschemas that
    ask something of an object because of another of its members; `plain` are the values of `values.plain` by how they were made.
    """

    __slots__ = (
        "_properties",
        "branches",
        "conditional",
        "keywords",
        "patterns",
        "plain",
        "ranged",
        "required",
        "types",
        "view",
    )

    def __init__(self, view: SchemaView) -> None:
        """Merge what applies at `view`."""
        self.view = view.follow()
        self.types = view.types()
        self.keywords: dict[str, JSON] = {}
        self.patterns: list[str] = []
        self.required: set[str] = set()
        self.branches: list[JSON] = []
        self.conditional: list[Mapping[str, JSON]] = []
        self.ranged: tuple[int, int] | None = None
        self.plain: dict[tuple[bool, int, int], JSON | Missing] = {}
        self._merge(view, 0)
        self._properties: dict[str, SchemaView] | None = None

    def number(self, keyword: str) -> int | float | None:
        """A numeric keyword; none that no double holds, for there is nothing beyond it to try."""
        value = self.keywords.get(keyword)
        return value if _is_number(value) and abs(value) <= sys.float_info.max else None

    def size(self, keyword: str) -> int | None:
        """A keyword that counts."""
        value = self.number(keyword)
        return int(value) if value is not None else None

    @property
    def choices(self) -> list[JSON]:
        """The values of `enum` or `const`; empty if any are allowed."""
        if "const" in self.keywords:
            return [self.keywords["const"]]
        choices = self.keywords.get("enum")
        return choices if isinstance(choices, list) else []

    @property
    def properties(self) -> Mapping[str, SchemaView]:
        """Where the properties are described that a request may have: what is `readOnly` is the server's to say."""
        if self._properties is None:
            value = self.keywords.get("properties")
            places = {name: self.view.at(each) for name, each in (value if isinstance(value, dict) else {}).items()}
            self._properties = {name: each for name, each in places.items() if each.keyword("readOnly") is not True}
        return self._properties

    @property
    def format(self) -> str:
        """The format, or an empty text."""
        value = self.keywords.get("format")
        return value if isinstance(value, str) else ""

    @property
    def description(self) -> str:
        """What the document says of the place, or an empty text."""
        value = self.view.keyword("description")
        return value if isinstance(value, str) else ""

    def shown(self) -> Iterator[JSON]:
        """The values that the document itself shows: `default`, `examples`."""
        if "default" in self.keywords:
            yield self.keywords["default"]
        examples = self.keywords.get("examples")
        yield from examples if isinstance(examples, list) else ()

    def usual(self) -> Iterator[JSON]:
        """The text or number that the document gives as an example (OpenAPI's `example`), where it is a good one.

        A moment or an id that somebody wrote down long ago is none: it lies in the past, or leads nowhere.
        """
        value = self.keywords.get("example")
        if isinstance(value, bool) or self.format in _OF_ITS_DAY:
            return
        if isinstance(value, float) and not math.isfinite(value):  # YAML has such numbers, and 1e999 is one
            return
        if isinstance(value, str) and "string" in self.types:
            least, most = self.size("minLength") or 0, self.size("maxLength")
            if least <= len(value) and (most is None or len(value) <= most):
                yield from [value] if all(matches(each, value) for each in self.patterns) else []
        elif isinstance(value, int | float) and self.types & (
            {"integer", "number"} if isinstance(value, int) or value.is_integer() else {"number"}
        ):
            low, high = self.number("minimum"), self.number("maximum")
            if (low is None or low <= value) and (high is None or value <= high):
                yield value

    def member(self, name: str) -> SchemaView:
        """Where a property is described."""
        return self.properties[name]

    def _merge(self, view: SchemaView, depth: int) -> None:
        raw = view.raw
        if not isinstance(raw, dict) or depth > _MAX_DEPTH:
            return
        if FORMAT_MARK in raw:
            low, high = raw.get("minimum"), raw.get("maximum")
            if isinstance(low, int) and isinstance(high, int):
                self.ranged = (low, high)
            return
        reference = raw.get("$ref")
        target = view.target(reference) if isinstance(reference, str) else None
        if target is not None:
            self._merge(target, depth + 1)
        for keyword, value in raw.items():
            self._put(keyword, value)
        if not CONDITIONAL.isdisjoint(raw):
            self.conditional.append(raw)
        for branch in _listed(raw, "allOf"):
            self._merge(view.at(branch), depth + 1)
        for keyword in ("anyOf", "oneOf"):
            real = real_branches(view, raw, keyword)
            if real:
                # One whose plainest value would hold another of its place, and so on without end, is no choice.
                ends = (each for each in real if not view.at(each).leads_back(raw))
                taken = next(ends, real[0])
                self._merge(view.at(taken), depth + 1)
                self.branches += [each for each in real if each is not taken]

    def _put(self, keyword: str, value: JSON) -> None:
        known = self.keywords.get(keyword)
        if keyword == "pattern" and isinstance(value, str):
            self.patterns.append(value)
        elif keyword == "required" and isinstance(value, list):
            self.required |= {name for name in value if isinstance(name, str)}
        elif keyword == "properties" and isinstance(value, dict):
            # Thousands of parts may describe one property each, so all are put into one mapping, which is ours alone.
            both: dict[str, JSON] = known if isinstance(known, dict) else {}
            for name, each in value.items():
                both[name] = {"allOf": [both[name], each]} if both.get(name, each) != each else each
            self.keywords[keyword] = both
        elif isinstance(known, (int, float)) and isinstance(value, (int, float)) and keyword in _HIGHEST | _LOWEST:
            self.keywords[keyword] = max(known, value) if keyword in _HIGHEST else min(known, value)
        elif keyword == "enum" and isinstance(known, list) and isinstance(value, list):
            both_have = set(map(_key, value))
            self.keywords[keyword] = known if known is value else [each for each in known if _key(each) in both_have]
        elif keyword not in {"allOf", "anyOf", "oneOf", "$ref", "$defs", "$schema"}:
            self.keywords[keyword] = value


facts_of: Final = Memo(Facts)
"""The facts of a place: what is looked at again and again is merged once."""


def _listed(raw: Mapping[str, JSON], keyword: str) -> list[JSON]:
    value = raw.get(keyword)
    return value if isinstance(value, list) else []


def _key(value: JSON) -> str:
    return json.dumps(int(value) if isinstance(value, float) and value.is_integer() else value, sort_keys=True)


def _is_number(value: JSON) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def limits(facts: Facts, *, whole: bool) -> tuple[int | float | None, int | float | None]:
    """The least and the greatest valid number by the explicit keywords, `None` where there is no such limit."""
    step = facts.number("multipleOf") or (1 if whole else 2**-10)
    on_steps = whole or facts.number("multipleOf") is not None
    low, high = facts.number("minimum"), facts.number("maximum")
    above, below = facts.number("exclusiveMinimum"), facts.number("exclusiveMaximum")
    if above is not None and (low is None or above >= low):
        low = _stepped(above, step, up=False) + step if on_steps else above + step
    if below is not None and (high is None or below <= high):
        high = _stepped(below, step, up=True) - step if on_steps else below - step
    if facts.number("multipleOf"):
        low = _stepped(low, step, up=True) if low is not None else None
        high = _stepped(high, step, up=False) if high is not None else None
    if whole:
        return (math.ceil(low) if low is not None else None), (math.floor(high) if high is not None else None)
    return low, high


def _stepped(value: float, step: float, *, up: bool) -> int | float:
    """Return the multiple of a step next to a value; the value itself where there are more steps than a number can count."""
    try:
        found = -(-value // step) * step if up else value // step * step
    except OverflowError:
        return value
    return found if isinstance(found, int) or math.isfinite(found) else value
