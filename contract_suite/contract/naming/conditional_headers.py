"""Whether a document says that a response has one of its headers only under a condition: "with return=headers-only, Location names it"."""

from __future__ import annotations

import re
from typing import Final

from contract_suite.contract.naming.sentences import statements
from contract_suite.contract.operation import HeaderSpec, Operation

_BEHIND: Final = (
    r"\b(?:only|if|when|unless|optional(?:ly)?|in case|provided that|(?:may|might|can) be (?:absent|missing|omitted|left out|empty)|"
    r"(?:with|for|on|by) (?:`?prefer|`?return=|single|one)|where (?:asked|requested|wanted|there))\b"
)
"""Words of a condition that stands behind what it is for, or of what is not always there."""
_BEFORE: Final = r"\b(?:if|when|where|with|for|unless|in case)\b[^.;]{1,120},"
"""A condition that stands before it: the comma tells "with return=minimal, Location …" from "with a Location"."""
_CONDITION: Final = re.compile(_BEHIND, re.IGNORECASE)


def is_conditional(operation: Operation, status: str, name: str) -> bool:
    """Whether a response need not have a header, by its own description, or a sentence about the response or the operation that names it.

    What the document requires is owed, whatever its sentences say.
    """
    specs = [each for each in operation.responses if each.status == status]
    headers = [each for spec in specs for each in spec.headers if each.name.lower() == name.lower()]
    if any(each.required for each in headers):
        return False
    texts = (operation.description, *(spec.description for spec in specs))
    return any(map(_says_when, headers)) or any(
        _names_with_condition(name).search(sentence) for text in texts for sentence in statements(text)
    )


def _says_when(header: HeaderSpec) -> bool:
    return _CONDITION.search(header.description) is not None


def _names_with_condition(name: str) -> re.Pattern[str]:
    """As it is written, since a `location` is often a place."""
    called = rf"(?:(?<![\w-]){re.escape(name)}(?![\w-])|`{re.escape(name.lower())}`)"
    before, behind = f"(?i:{_BEFORE})", f"(?i:{_BEHIND})"
    return re.compile(rf"{before}[^.;]*{called}|{called}[^.;]*{behind}|{behind}[^.;,]*{called}")
