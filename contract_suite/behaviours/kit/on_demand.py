"""Members that an answer shows only if a parameter asks for them: the `items` of an invoice, with `?include=items`.

A read without that parameter leaves them out, though they were stored.
"""

from __future__ import annotations

import re
from typing import Final

from contract_suite.contract.naming.names import words
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.schemas.view import SchemaView, view

_ASKING: Final = frozenset(
    {
        "include",
        "includes",
        "included",
        "expand",
        "expands",
        "embed",
        "embeds",
        "embedded",
        "populate",
        "relations",
    }
)
"""How the names of parameters end that ask for more of a thing: JSON:API's `include`, OData's `$expand`, `_embed`."""
_ALONE: Final = ("with",)
"""What is such a name only by itself: `name_ends_with` compares texts."""
_WORD: Final = re.compile(r"\w+")
_PARTS: Final = frozenset({"array", "object"})


def is_on_demand(operation: Operation, place: SchemaView, name: str) -> bool:
    """Whether an answer of an operation, described at a place, may lack a member that exists, as nothing asked for it.

    The parameter names it, or names no part (an object or a list) that the answer has: then any that may be left out may be meant.
    """
    if name in place.required_names():
        return False
    for parameter in operation.parameters:
        if parameter.where != "query" or not _asks(parameter.name):
            continue
        named = _named_by(parameter) & place.property_names().keys()
        parts = [each for each in named if place.member(each).types() & _PARTS]
        if name in named or (not parts and place.member(name).types() & _PARTS):
            return True
    return False


def _asks(name: str) -> bool:
    return words(name) == _ALONE or bool(_ASKING & {*words(name)[-1:]})


def _named_by(parameter: Parameter) -> set[str]:
    """The words of what a parameter says of itself: its description, its examples, its choices."""
    place = view(parameter.schema)
    listed = [each for each in (place.keyword("enum"), place.element(0).keyword("enum")) if isinstance(each, list)]
    choices = [choice for each in listed for choice in each]
    texts = [parameter.description, *(str(each.value) for each in parameter.examples), *map(str, choices)]
    return {word for text in texts for word in _WORD.findall(text)}
