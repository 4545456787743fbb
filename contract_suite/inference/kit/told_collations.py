"""How the texts of sort keys are compared, where sentences of a document say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

from contract_suite.contract.naming.names import plain_name, singular, speaks_of, words
from contract_suite.contract.naming.sentences import SAYS_CASE_IGNORED
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.inference.kit.order_statements import OrderStatement
from contract_suite.model.json import tokens

Collation = Literal["case-insensitive", "binary"]

_IGNORED: Final = re.compile(
    rf"{SAYS_CASE_IGNORED.pattern}|\b(?:does|do|is|are) not (?:regard|consider|heed|respect|depend on)\w* (?:the |letter )*case\b|"
    r"\bdisregard\w* (?:the |letter )*case\b|\bcase is (?:disregarded|not considered|irrelevant)\b|"
    r"\bcase[- ](?:blind|agnostic|fold)\w*|\bnocase\b|\blower-?cased\b",
    re.IGNORECASE,
)
_ENCODED: Final = re.compile(
    r"\bbyte(?:[- ]?wise| by byte|[- ](?:order|values?))\b|\bASCIIbetical\w*|\b(?:in|by) (?:their )?(?:bytes|code ?points?)\b|"
    r"\b(?:ASCII|code[- ]?points?|UTF-8|binary)(?: byte)? (?:order(?:ing)?|collation|comparison|values?)\b|\bC (?:collation|locale)\b",
    re.IGNORECASE,
)
_OPEN: Final = re.compile(
    r"\b(?:not|never|no longer|cannot|may|might|could|should|depend\w*|usually|typically|optional\w*|locale|language|"
    r"different\w*|distinct\w*|separate\w*|apart|before|after|precedes?|except|unless|otherwise|but)\b|n't\b",
    re.IGNORECASE,
)
"""What leaves open how texts are compared, or says it of some of them."""
_OF_THE_VALUE: Final = re.compile(
    r"(?<!text )(?<!string )(?<!textual )(?<!equal )(?<!equal sort )"
    r"\b(?:keys?|fields?|columns?|properties|attributes?|parameter|directions?|enum|asc|desc|"
    r"values?|options?|one of|allowed|accepted|supported|possible)\b",
    re.IGNORECASE,
)
"""What may speak of how a key is written in a request: "Sort key (case-insensitive)", "one of name, age (case-insensitive)"."""
_COMPARES: Final = re.compile(
    r"\b(?:sorting|sorted|sorts|ordering|ordered|compar\w*|collat\w*|ignor\w*|disregard\w*|regard\w*|irrespective|insensitively|lower-?cased)\b|"
    r"\b(?:being|treated) (?:the same|alike)\b",
    re.IGNORECASE,
)
"""What says that something is done with texts: "sort by name or age (case-insensitive)" may be about the words `name` and `age`."""
_ALL_TEXTS: Final = re.compile(
    r"\b(?:texts?|strings?|textual|alphabetic\w*)\b|^\W*(?:the |all |every )?(?:sort(?:ing|ed|s)|ordering|ordered)\b(?!.*\bby\b)",
    re.IGNORECASE,
)
_BEFORE_A_NAME: Final = frozenset(
    {"the", "a", "an", "by", "on", "and", "or", "of", "with", "to", "all", "their", "its", "both", "sorts"}
)


def told_collations(
    statements: Iterable[OrderStatement],
    keys: Mapping[str, str],
    fields: Mapping[str, SchemaView],
    nouns: Iterable[str],
) -> tuple[dict[str, Collation], list[str]]:
    """Return what is said of each key whose field is a plain text, and the sentences that say it.

    `nouns` are words that may stand before a name without making it another's: "station names" of stations.
    """
    texts = {key: field for key, field in keys.items() if field in fields and _is_text(fields[field])}
    before = _BEFORE_A_NAME | {form for each in nouns for form in (plain_name(each), singular(each))}
    found: dict[str, set[Collation]] = {}
    said: list[str] = []
    for statement in statements:
        collation = _collation(statement)
        named = [*_named(statement, keys, texts, before)] if collation is not None else []
        for key in named:
            if collation is not None:
                found.setdefault(key, set()).add(collation)
        said += [statement.text] if named else []
    return {key: next(iter(each)) for key, each in found.items() if len(each) == 1}, said


def _collation(statement: OrderStatement) -> Collation | None:
    text = statement.plain
    ignored, encoded = _IGNORED.search(text), _ENCODED.search(text)
    if bool(ignored) == bool(encoded) or not statement.of_order or _OF_THE_VALUE.search(text):
        return None
    rest = _ENCODED.sub(" ", _IGNORED.sub(" ", text))
    if _OPEN.search(rest) or (ignored and not _COMPARES.search(text)):
        return None
    return "case-insensitive" if ignored else "binary"


def _named(
    statement: OrderStatement, keys: Mapping[str, str], texts: Mapping[str, str], before: frozenset[str]
) -> Iterator[str]:
    """The keys of texts that a statement speaks of: those that it marks, else those that it names, else all if it speaks of all."""
    marked = {each.lstrip("-+") for each in statement.marked}
    if marked:
        yield from (key for key, field in texts.items() if marked & {key, tokens(field)[-1]})
        return
    named = [key for key in texts if _speaks_of(statement.plain, key, before)]
    if named:
        yield from named
    elif _ALL_TEXTS.search(statement.plain) and not any(speaks_of(statement.plain, key) for key in keys):
        yield from texts


def _speaks_of(text: str, key: str, before: frozenset[str]) -> bool:
    """Whether a statement names a key, and not another's name: "owner names" for `name`."""
    if len(words(key)) > 1:
        return speaks_of(text, key)
    said = re.findall(r"[^\W_]+|[,;:.()]", text.lower())
    return any(
        singular(each) == plain_name(key) and (not index or not said[index - 1].isalnum() or said[index - 1] in before)
        for index, each in enumerate(said)
    )


def _is_text(place: SchemaView) -> bool:
    return place.types() - {"null"} == {"string"} and place.keyword("format") is None and place.keyword("enum") is None
