"""The grammars in which APIs take filters: how comparisons, joins and negations are written, and texts quoted.

OData is an OASIS standard, SCIM's filters are those of RFC 7644, AIP-160 is Google's, RSQL builds on FIQL
(draft-nottingham-atompub-fiql). PostgREST and its likes put an operator in front of the value of a field's own parameter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from contract_suite.behaviours.collections.filter_expressions.expressions import (
    Comparison,
    Expression,
    Field,
    Joined,
    Negated,
    Operator,
    is_one_of,
)
from contract_suite.contract.filters import Scalar, text_of
from contract_suite.model.json import JSON

_NAME: Final = r"[A-Za-z_][\w.]*(?:/\w+)*"
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]+")


def _doubled(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _as_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _backslashed(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """How one kind of expression is written.

    `forms` has the comparisons by operator, with `{field}` and `{value}`; `both`, `either` and `negated` have `{}` for
    each part, and are empty where the grammar has no such thing. `step` stands between the members of a nested field.
    `shown` recognises an expression in an example. With `strict`, a standard fixes all of this; otherwise only those
    operators are used that the document shows. `bare` are kinds of fields whose values are not quoted, `plain` those whose
    values are only quoted if they are more than one word. Of the `loose` ones, a text is compared word by word.
    `within` has a field that is one of several values, with `{}` for these, and is empty where there is no such thing.
    With `words_only`, nothing can be quoted, so that only plain words are asked for; with `like_sql`, null differs from
    nothing. `through_arrays` says that a field may stand in the elements of an array, `all_fields` that any field may be named.
    """

    name: str
    forms: Mapping[Operator, str]
    both: str
    shown: re.Pattern[str]
    named: re.Pattern[str]
    either: str = ""
    negated: str = ""
    within: str = ""
    step: str = "."
    quoted: Callable[[str], str] = _backslashed
    bare: frozenset[str] = frozenset({"number", "truth"})
    plain: frozenset[str] = field(default=frozenset())
    strict: bool = True
    loose: bool = False
    per_field: bool = False
    through_arrays: bool = False
    all_fields: bool = False
    words_only: bool = False
    like_sql: bool = False

    def comparison(self, asked: Comparison) -> str:
        """Write one comparison; of a field with a parameter of its own, its value alone."""
        return self.forms[asked.operator].format(field=asked.field.written, value=self._value(asked.field, asked.value))

    def arguments(self, expression: Expression, parameter: str, either: str) -> Mapping[str, JSON] | None:
        """Return the arguments that ask for an expression; `None` if the grammar cannot write it.

        `parameter` is the subject of the parameter that takes expressions; where each field has its own, `either` is that
        of the one that takes alternatives.
        """
        if self.per_field:
            return self._by_field(expression, either)
        text = self._written(expression)
        return {parameter: text} if text is not None else None

    def _written(self, expression: Expression) -> str | None:
        if isinstance(expression, Comparison):
            return self.comparison(expression)
        if isinstance(expression, Negated):
            return self.negated.format(self.comparison(expression.part)) if self.negated else None
        if is_one_of(expression) and self.within:
            return self._one_of(expression)
        form = self.both if expression.word == "and" else self.either
        return form.format(*map(self.comparison, expression.parts)) if form else None

    def _by_field(self, expression: Expression, either: str) -> Mapping[str, JSON] | None:
        if isinstance(expression, Comparison):
            return {expression.field.parameter: self.comparison(expression)}
        if isinstance(expression, Negated):
            text = self.negated.format(self.comparison(expression.part)) if self.negated else None
            return {expression.part.field.parameter: text} if text is not None else None
        if is_one_of(expression):
            return {expression.parts[0].field.parameter: self._one_of(expression)} if self.within else None
        if expression.word == "and":
            found: dict[str, JSON] = {each.field.parameter: self.comparison(each) for each in expression.parts}
            return found if len(found) == len(expression.parts) else None
        simple = all(_PLAIN.fullmatch(text_of(each.value)) for each in expression.parts)
        parts = [f"{each.field.written}.{self.comparison(each)}" for each in expression.parts]
        return {either: self.either.format(*parts)} if either and self.either and simple else None

    def _one_of(self, expression: Joined) -> str:
        values = ",".join(self._value(each.field, each.value) for each in expression.parts)
        return self.within.format(values, field=expression.parts[0].field.written)

    def _value(self, asked: Field, value: Scalar) -> str:
        text = text_of(value)
        unquoted = asked.kind in self.bare or (asked.kind in self.plain and _PLAIN.fullmatch(text))
        return text if unquoted else self.quoted(text)


def _forms(form: str, *signs: str) -> dict[Operator, str]:
    """Return one form of all comparisons by size, with the signs of `eq`, `ne`, `gt`, `ge`, `lt` and `le` in place of `{}`."""
    operators: tuple[Operator, ...] = ("eq", "ne", "gt", "ge", "lt", "le")
    return {each: form.replace("{}", sign) for each, sign in zip(operators, signs or operators, strict=True)}


_WORDS: Final = _forms("{field} {} {value}")
ODATA: Final = Grammar(
    name="odata",
    forms={
        **_WORDS,
        "contains": "contains({field},{value})",
        "begins": "startswith({field},{value})",
        "null": "{field} eq null",
    },
    both="{} and {}",
    either="{} or {}",
    negated="not ({})",
    within="{field} in ({})",
    step="/",
    quoted=_doubled,
    bare=frozenset({"number", "truth", "time", "date"}),
    all_fields=True,
    shown=re.compile(
        rf"{_NAME} (?:eq|ne|gt|ge|lt|le) (?:'|-?\d|true\b|false\b|null\b)|(?:contains|startswith)\({_NAME},"
    ),
    named=re.compile(r"\bodata\b", re.IGNORECASE),
)
SCIM: Final = Grammar(
    name="scim",
    forms={**_WORDS, "contains": "{field} co {value}", "begins": "{field} sw {value}", "present": "{field} pr"},
    both="{} and {}",
    either="{} or {}",
    negated="not ({})",
    quoted=_as_json,
    through_arrays=True,
    all_fields=True,
    shown=re.compile(rf'{_NAME} (?:(?:eq|ne|co|sw|ew|gt|ge|lt|le) (?:"|-?\d|true\b|false\b)|pr\b)'),
    named=re.compile(r"\bscim\b|\brfc ?7644\b", re.IGNORECASE),
)
RSQL: Final = Grammar(
    name="rsql",
    forms=_forms("{field}{}{value}", "==", "!=", "=gt=", "=ge=", "=lt=", "=le="),
    both="{};{}",
    either="{},{}",
    within="{field}=in=({})",
    plain=frozenset({"text", "choice", "id", "time", "date"}),
    shown=re.compile(rf"{_NAME}(?:==|=(?:gt|ge|lt|le|in|out)=)\S"),
    named=re.compile(r"\b(?:rsql|fiql)\b", re.IGNORECASE),
)
AIP: Final = Grammar(
    name="aip-160",
    forms=_forms("{field} {} {value}", "=", "!=", ">", ">=", "<", "<="),
    both="{} AND {}",
    either="{} OR {}",
    negated="NOT {}",
    plain=frozenset({"choice"}),
    strict=False,
    shown=re.compile(rf'{_NAME} ?(?:=|!=|>=|<=|>|<) ?(?:"|[A-Za-z0-9-])'),
    named=re.compile(r"\bAIP-?160\b|aip\.dev/160", re.IGNORECASE),
)
COLON: Final = Grammar(
    name="colon",
    forms={"eq": "{field}:{value}"},
    both="{} AND {}",
    either="{} OR {}",
    negated="NOT {}",
    plain=frozenset({"text", "choice", "id"}),
    strict=False,
    loose=True,
    shown=re.compile(rf"{_NAME}:(?!//|\s|$)"),
    named=re.compile(r"\blucene\b", re.IGNORECASE),
)
SELECTOR: Final = Grammar(
    name="selector",
    forms={"eq": "{field}={value}", "ne": "{field}!={value}"},
    both="{},{}",
    plain=frozenset({"text", "choice", "id"}),
    quoted=_as_it_is,
    words_only=True,
    shown=re.compile(rf"{_NAME}(?:==?|!=)[\w.-]"),
    named=re.compile(r"\bfield ?selector\b", re.IGNORECASE),
)
POSTGREST: Final = Grammar(
    name="postgrest",
    forms={
        **_forms("{}.{value}", "eq", "neq", "gt", "gte", "lt", "lte"),
        "null": "is.null",
        "contains": "like.*{value}*",
        "begins": "like.{value}*",
    },
    both="",
    either="({},{})",
    negated="not.{}",
    within="in.({})",
    like_sql=True,
    quoted=_as_it_is,
    per_field=True,
    shown=re.compile(r"(?:not\.)?(?:(?:eq|neq|gte?|lte?|i?like|in|is)\.|is\.(?:null|true|false)\b)"),
    named=re.compile(r"\bpostgrest\b", re.IGNORECASE),
)
PREFIXED: Final = Grammar(
    name="prefixed",
    forms=_forms("{}:{value}", "eq", "ne", "gt", "gte", "lt", "lte"),
    both="",
    quoted=_as_it_is,
    per_field=True,
    strict=False,
    shown=re.compile(r"(?:eq|ne|gte?|lte?):"),
    named=re.compile(r"(?!)"),
)
OF_ONE_PARAMETER: Final = (ODATA, SCIM, RSQL, AIP, COLON, SELECTOR)
PER_FIELD: Final = (POSTGREST, PREFIXED)
