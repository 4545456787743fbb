"""Which lists a document lets be filtered by an expression, in which grammar, and which fields may be named.

The grammar follows from the name of the parameter, from what the document shows (examples, descriptions, media types), and
from standards that it names. Two such witnesses make it sure; with one, a server must first have shown that it filters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from contract_suite.behaviours.collections.filter_expressions.expressions import Expression, Field, Kind
from contract_suite.behaviours.collections.filter_expressions.grammars import (
    AIP,
    ODATA,
    OF_ONE_PARAMETER,
    PER_FIELD,
    SCIM,
    SELECTOR,
    Grammar,
)
from contract_suite.behaviours.kit.listing import collections
from contract_suite.behaviours.kit.resource_operations import listed_representation, representation
from contract_suite.contract.filters import text_of
from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.naming.sentences import SAYS_CASE_COUNTS, SAYS_CASE_IGNORED, sentences
from contract_suite.contract.operation import Contract, Operation, Parameter, essence
from contract_suite.contract.prose import readable
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.model.json import JSON
from contract_suite.model.memo import MOST_CONTRACTS, Memo

_ENOUGH: Final = 2
_MOST: Final = 40
_MOST_FIELDS: Final = 14
_TAKES_ONE: Final = frozenset(
    {
        "filter",
        "filters",
        "filterby",
        "where",
        "q",
        "query",
        "search",
        "rsql",
        "fiql",
        "expression",
        "filterexpression",
        "fieldselector",
    }
)
_MARKED: Final = re.compile(r"`([^`\n]+)`|\"([^\"\n]+)\"")
_LISTS_FIELDS: Final = re.compile(r"\b(fields?|propert(?:y|ies)|attributes?|columns?|members?)\b", re.IGNORECASE)
_LEFT_OUT: Final = re.compile(
    r"\b(cannot|can't|may not|must not|except|not supported|not allowed|unsupported)\b", re.IGNORECASE
)
_CASE_EXACT: Final = re.compile(r"(?<!not )(?<!\*not\* )(?<!\*\*not\*\* )\bcase[- ]?exact\b", re.IGNORECASE)
_CASE_NOT_EXACT: Final = re.compile(r"\bnot\W* case[- ]?exact\b", re.IGNORECASE)
_PARTS: Final = re.compile(r"\bcontains\(.*\bstartswith\(|`co`.*`sw`|`contains`.*`startswith`")
_ONLY: Final = re.compile(r"\bonly\b", re.IGNORECASE)
_EITHER: Final = "or"
_ROUGH: Final = frozenset(
    {"average", "avg", "mean", "rating", "score", "ratio", "age", "distance", "duration", "elapsed"}
)
"""Words for numbers that are often calculated, and shown less exactly than they are compared."""
_WORD: Final = re.compile(r"[A-Za-z_][\w./]*")
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>")
"""What looks like a tag or a place for a value, `name:<value>`, has no signs that compare."""
_SIGNS: Final = "=<>!:"
_QUOTED: Final = re.compile(r'"[^"]*"')
_SPACED: Final = re.compile(rf"\s[{_SIGNS}]|[{_SIGNS}]\s")
_COUNTS: Final = frozenset(
    {"count", "inlinecount", "includetotal", "includecount", "withtotal", "withcount", "totalcount"}
)
_TEXTS: Final[Mapping[str, Kind]] = {"date-time": "time", "date": "date", "uuid": "id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressionFilter:
    """A list that is filtered by expressions: the parameter that takes them (empty where each field has its own), and the fields.

    `sure` says that two things in the document speak for the grammar. `counted` are arguments that make the list show its
    total. `either` is the subject of the parameter for alternatives, where each field has its own.
    """

    operation: Operation
    grammar: Grammar
    fields: tuple[Field, ...]
    parameter: Parameter | None
    sure: bool
    told: str
    counted: Mapping[str, JSON]
    either: str = ""

    @property
    def subject(self) -> str:
        """What clauses are about: the parameter, or all filters of the list."""
        return self.parameter.subject if self.parameter is not None else "filters"

    @property
    def name(self) -> str:
        """The parameter as a reader knows it."""
        return self.parameter.name if self.parameter is not None else "the filters"

    def arguments(self, expression: Expression) -> Mapping[str, JSON] | None:
        """Return the arguments that ask for what an expression holds for; `None` if it can't be written."""
        return self.grammar.arguments(expression, self.subject, self.either)

    def shows(self, token: str) -> bool:
        """Whether the grammar surely has an operator: a standard has it, or the document shows it.

        One that is not written at all (parameters that stand beside each other) needs not be shown.
        """
        return self.grammar.strict or not token or _standing_alone(token).search(_TAG.sub(" ", self.told)) is not None


def expression_filters(contract: Contract) -> tuple[ExpressionFilter, ...]:
    """Return every list that a document lets be filtered by expressions."""
    return _FOUND(contract)


def _all(contract: Contract) -> Iterator[ExpressionFilter]:
    for operation in collections(contract):
        item = listed_representation(operation)
        if operation.method != "GET" or item is None:
            continue
        found = _of_one_parameter(contract, operation, item) or _per_field(contract, operation, item)
        if found is not None and found.fields:
            yield replace(found, fields=found.fields[:_MOST_FIELDS])


def _of_one_parameter(contract: Contract, operation: Operation, item: SchemaView) -> ExpressionFilter | None:
    """Return the filter of the one parameter that takes a whole expression."""
    known = {each.parameter for each in operation.promises.filters}
    named = (each for each in operation.parameters if each.where == "query" and each.name not in known)
    candidates = [each for each in named if plain_name(each.name) in _TAKES_ONE and _takes_text(each)]
    found: list[ExpressionFilter] = []
    for parameter in candidates:
        said = {each.name: _witnesses(contract, operation, parameter, each) for each in OF_ONE_PARAMETER}
        grammar = max(OF_ONE_PARAMETER, key=lambda each: said[each.name])
        if not said[grammar.name] or (plain_name(parameter.name) == "fieldselector") != (grammar is SELECTOR):
            continue
        told = " ".join([parameter.description, *_examples(parameter), operation.description])
        every = tuple(_fields(item, grammar))
        fields = _nameable(parameter, every, grammar)
        if not _is_shared(contract, parameter):
            own = _listed(parameter, every)
            fields = tuple(replace(each, listed=each in own) for each in fields)
        found.append(
            ExpressionFilter(
                operation=operation,
                grammar=_as_shown(grammar, parameter),
                fields=_with_case(fields, f"{_about(contract)}\n{parameter.description}", grammar),
                parameter=parameter,
                sure=said[grammar.name] >= _ENOUGH,
                told=told,
                counted=_counted(operation),
            )
        )
    return found[0] if len(found) == 1 else None


def _per_field(contract: Contract, operation: Operation, item: SchemaView) -> ExpressionFilter | None:
    """Return the filter of a list whose fields have a parameter each, which takes an operator and a value."""
    known = {each.parameter for each in operation.promises.filters}
    texts = {each.name: each for each in operation.parameters if each.where == "query" and _takes_text(each)}
    for grammar in PER_FIELD:
        every = [each for each in _fields(item, grammar) if each.written in texts and each.written not in known]
        own = [texts[each.written] for each in every]
        shown = any(grammar.shown.match(text) for each in own for text in _examples(each))
        named = grammar.named.search(_about(contract)) is not None
        if len(every) < _ENOUGH or not (shown or (named and grammar.strict)):
            continue
        either = texts.get(_EITHER)
        return ExpressionFilter(
            operation=operation,
            grammar=grammar,
            fields=tuple(
                replace(each, parameter=texts[each.written].subject, null_differs_never=grammar.like_sql)
                for each in every
            ),
            parameter=None,
            sure=shown and named,
            told=" ".join(text for each in own for text in (each.description, *_examples(each))),
            counted=_counted(operation),
            either=either.subject if either is not None else "",
        )
    return None


def _witnesses(contract: Contract, operation: Operation, parameter: Parameter, grammar: Grammar) -> int:
    """How many things in the document speak for a grammar."""
    examples = _examples(parameter)
    shown = any(grammar.shown.match(each) for each in examples)
    said = f"{parameter.description}\n{operation.description}"
    marked = [text for pair in _MARKED.findall(said) for text in pair if text]
    described = any(grammar.shown.match(each) for each in marked)
    named = grammar.named.search(f"{said}\n{_about(contract)}") is not None
    own = False
    if grammar is ODATA:
        place = representation(operation)
        members = place.property_names() if place is not None else {}
        own = parameter.name == "$filter"
        named = named or any(each.startswith("@odata.") for each in members)
    elif grammar is SCIM:
        spec = operation.response(200)
        own = any(essence(each.name) == "application/scim+json" for each in (spec.media_types if spec else ()))
    elif grammar is SELECTOR:
        own = plain_name(parameter.name) == "fieldselector"
        return own + described + shown if own else 0
    elif not (shown or described or grammar.named.search(said)):
        return 0
    return shown + described + named + own


def _as_shown(grammar: Grammar, parameter: Parameter) -> Grammar:
    """Write signs without blanks around them where all examples do, also those in the description."""
    texts = [*_examples(parameter), *(text for pair in _MARKED.findall(parameter.description) for text in pair)]
    examples = [_QUOTED.sub('""', each) for each in texts if grammar.shown.match(each)]
    if grammar is not AIP or not examples or any(_SPACED.search(each.strip()) for each in examples):
        return grammar
    return replace(grammar, forms={each: form.replace(" ", "") for each, form in grammar.forms.items()})


def _standing_alone(token: str) -> re.Pattern[str]:
    """Return a pattern of an operator that is no part of a longer one: letters end where no letter goes on, signs where no sign does."""
    before = r"(?<!\w)" if token[0].isalnum() else rf"(?<![{_SIGNS}-])"
    after = r"(?!\w)" if token[-1].isalnum() else rf"(?![{_SIGNS}])"
    return re.compile(f"{before}{re.escape(token)}{after}")


def _fields(item: SchemaView, grammar: Grammar) -> Iterator[Field]:
    """Yield the fields of the items that can be compared, and those one level below."""
    for name in list(item.property_names())[:_MOST]:
        if not name or name.startswith("@") or not _WORD.fullmatch(name):
            continue
        place = item.member(name)
        kind = None if _ROUGH & set(words(name)) else _kind(place)
        if kind is not None:
            yield Field(written=name, steps=(name,), kind=kind)
            continue
        inner = place.element(0) if grammar.through_arrays and place.types() - {"null"} == {"array"} else place
        if grammar.per_field or "object" not in inner.types():
            continue
        for below in list(inner.property_names())[:_MOST]:
            kind = _kind(inner.member(below)) if _WORD.fullmatch(below) else None
            if kind is not None:
                yield Field(written=f"{name}{grammar.step}{below}", steps=(name, below), kind=kind)


def _kind(place: SchemaView) -> Kind | None:
    """The kind of a scalar member; none for a calculated number, which may be shown rounded."""
    types = place.types() - {"null"}
    if types == {"boolean"}:
        return "truth"
    if types and types <= {"integer", "number"}:
        return "number" if types == {"integer"} or place.keyword("readOnly") is not True else None
    if types != {"string"} or place.keyword("writeOnly") is True:
        return None
    if isinstance(place.keyword("enum"), list):
        return "choice"
    form = place.keyword("format")
    return _TEXTS.get(form, "text") if isinstance(form, str) else "text"


def _nameable(parameter: Parameter, every: Sequence[Field], grammar: Grammar) -> tuple[Field, ...]:
    """Return the fields that the document lists, or else those that its standard or its examples allow.

    Of a grammar that compares texts word by word, none of them.
    """
    listed = _listed(parameter, every)
    if not listed and grammar.all_fields:
        listed = [each for each in every if grammar is not SCIM or len(each.steps) == 1]
    if not listed:
        shown = " ".join([parameter.description, *_examples(parameter)])
        listed = [each for each in every if re.search(rf"(?<![\w.]){re.escape(each.written)} ?[=:!<>]", shown)]
    return tuple(each for each in listed if not (grammar.loose and each.kind == "text"))


def _is_shared(contract: Contract, parameter: Parameter) -> bool:
    """Whether several lists describe a parameter in the same words, so that these need not be about each of them."""
    return _SAID(contract)[parameter.name, parameter.description] > 1


def _listed(parameter: Parameter, every: Sequence[Field]) -> list[Field]:
    """The fields that the description names as such: marked, or in a sentence about fields that names several."""
    named: set[str] = set()
    for sentence in sentences(parameter.description.replace("\n", " ")):
        if _LEFT_OUT.search(sentence):
            continue
        marked = {text.strip() for pair in _MARKED.findall(sentence) for text in pair if text}
        spoken = {each.rstrip(".") for each in _WORD.findall(sentence)} if _LISTS_FIELDS.search(sentence) else set()
        several = {each.written for each in every} & spoken
        named |= marked | (several if len(several) >= _ENOUGH else set())
    return [each for each in every if each.written in named]


def _with_case(fields: Sequence[Field], text: str, grammar: Grammar) -> tuple[Field, ...]:
    """Return the fields with what sentences that name them say of the case of letters."""
    said: dict[str, Literal["exact", "ignored"]] = {}
    rest: Literal["ignored", ""] = ""
    for sentence in sentences(re.sub(r"\n(?=\s*[a-z`])", " ", text)):
        exact = _CASE_EXACT.search(sentence) or SAYS_CASE_COUNTS.search(sentence)
        ignored = _CASE_NOT_EXACT.search(sentence) or SAYS_CASE_IGNORED.search(sentence)
        if bool(exact) == bool(ignored):
            continue
        marked = {one for pair in _MARKED.findall(sentence) for one in pair if one}
        named = [each.written for each in fields if each.written in marked]
        said |= dict.fromkeys(named, "exact" if exact else "ignored")
        if exact and named and _ONLY.match(sentence) and grammar is SCIM:
            rest = "ignored"
    parts: Literal["ignored", ""] = "ignored" if any(map(_says_of_parts, sentences(text.replace("\n", " ")))) else ""
    return tuple(
        replace(each, case=said.get(each.written, rest), case_of_parts=parts) if each.kind == "text" else each
        for each in fields
    )


def _says_of_parts(sentence: str) -> bool:
    """Whether a sentence says that parts of texts are found in any case."""
    return _PARTS.search(sentence) is not None and SAYS_CASE_IGNORED.search(sentence) is not None


def _counted(operation: Operation) -> Mapping[str, JSON]:
    """The arguments that ask for the total, where it must be asked for."""
    for each in operation.parameters:
        if each.where == "query" and plain_name(each.name) in _COUNTS and view(each.schema).types() == {"boolean"}:
            return {each.subject: True}
        listed = view(each.schema).keyword("enum") if each.where == "header" else None
        if isinstance(listed, list) and "count=exact" in listed:
            return {each.subject: "count=exact"}
    return {}


def _takes_text(parameter: Parameter) -> bool:
    place = view(parameter.schema)
    return place.types() - {"null"} == {"string"} and place.keyword("enum") is None


def _examples(parameter: Parameter) -> list[str]:
    found = [each.value for each in parameter.examples]
    schema = view(parameter.schema)
    found += [schema.keyword("example")]
    listed = schema.keyword("examples")
    found += listed if isinstance(listed, list) else []
    return [text_of(each) for each in found if isinstance(each, str)]


def _about(contract: Contract) -> str:
    """What the document says of the whole API: title, description, and what it refers to."""
    root = contract.root.value if contract.root is not None else None
    info, docs = (root.get("info"), root.get("externalDocs")) if isinstance(root, dict) else (None, None)
    texts = [
        part.get(name) for part in (info, docs) if isinstance(part, dict) for name in ("title", "description", "url")
    ]
    return "\n".join(readable(each) for each in texts if isinstance(each, str))


_FOUND: Final[Memo[Contract, tuple[ExpressionFilter, ...]]] = Memo(
    lambda contract: tuple(_all(contract)), most=MOST_CONTRACTS
)
_SAID: Final[Memo[Contract, Counter[tuple[str, str]]]] = Memo(
    lambda contract: Counter(
        (each.name, each.description) for operation in contract.operations for each in operation.parameters
    ),
    most=MOST_CONTRACTS,
)
