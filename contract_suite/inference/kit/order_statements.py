"""The statements of a document that may speak of how a list is sorted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.contract.naming.sentences import statements
from contract_suite.contract.naming.told import own_description
from contract_suite.contract.operation import Contract, Operation, Parameter

_OF_ORDER: Final = re.compile(
    r"\b(?:sort(?:s|ed|ing)?|ordered|ordering|in order|orders? by|collat\w*|alphabetic\w*)\b", re.IGNORECASE
)
_OF_SOMETHING_ELSE: Final = re.compile(
    r"\b(?:filter\w*|search\w*|match\w*|contain\w*|unique\w*|duplicate\w*|quer(?:y|ies)|headers?|look(?:ed|s)? up|lookups?|finds?|found|taken)\b",
    re.IGNORECASE,
)
_MARKS: Final = re.compile(r"[`\"']([-+]?[A-Za-z][\w.]*)[`\"']")
_WHERE_SORTED: Final = re.compile(
    r"\b(?:if|when|where|wherever|whenever)\b(?=(?: \w+){0,4}? (?:sort|order)\w*\b)", re.IGNORECASE
)
_CONDITION: Final = re.compile(r"\b(?:if|when|where|while|unless|until|for (?:admins?|users?))\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OrderStatement:
    """One statement: as it is written, without the signs that mark names, and the names that it marks.

    `of_order` says that it speaks of how things are sorted: by its words, or because it describes a parameter that sorts.
    """

    text: str
    plain: str
    marked: tuple[str, ...]
    of_order: bool


def order_statements(
    contract: Contract, operation: Operation, parameters: tuple[Parameter | None, ...]
) -> Iterator[OrderStatement]:
    """Yield those of the parameters that sort, of the operation, and of the whole document.

    Those that speak of filters or of what is unique, and those that hold under a condition other than that the list is
    sorted, are left out.
    """
    for parameter in parameters:
        yield from _read(parameter.description if parameter is not None else "", of_order=True, of_all=False)
    yield from _read(f"{operation.summary}.\n{operation.description}", of_order=False, of_all=False)
    yield from _read(own_description(contract), of_order=False, of_all=True)


def _read(text: str, *, of_order: bool, of_all: bool) -> Iterator[OrderStatement]:
    for statement in statements(text):
        plain = re.sub(r"[`\"]", "", statement)
        speaks = _OF_ORDER.search(plain) is not None
        if _OF_SOMETHING_ELSE.search(plain) or _CONDITION.search(_WHERE_SORTED.sub(" ", plain)):
            continue
        if speaks or not of_all:
            marked = tuple(each[1] for each in _MARKS.finditer(statement))
            yield OrderStatement(statement, plain, marked, of_order or speaks)
