"""Parameters that search: `q`, `search`, `keyword`. What comes has the text in one of its fields, as far as a probe saw.

A search may look at what a list does not show, and may find what is merely like the text. So it is held only where the run
saw words found, and nothing else come; or where a sentence speaks of a search, and everything came.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from contract_suite.contract.naming.names import plain_name, singulars, words
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.inference.kit.bodies import Items
from contract_suite.inference.kit.cases import case_is_ignored
from contract_suite.inference.kit.names import SAYS_PART, SAYS_SEARCH, SEARCHES, is_named
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import JSON, tokens

NAME: Final = "searches"
_SAYS_ANYWHERE: Final = re.compile(r"\banywhere (in|within)\b", re.IGNORECASE)
_OF_WORDS: Final = re.compile(r"\bwords?\b", re.IGNORECASE)
"""A search by whole words does not find every part of a text."""
_NO_TEXTS: Final = frozenset({"date", "date-time", "time", "duration", "uuid", "byte", "binary", "password"})
"""Formats of texts in which nobody looks for words."""


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield the search of each list that has one."""
    for operation, items in reading.lists():
        known = {each.parameter for each in operation.promises.filters}
        found = [each for each in operation.all_parameters if each.name not in known and _searches(each, items)]
        if len(found) == 1:
            fact = _fact(operation, found[0], items)
            if fact is not None:
                yield fact


def _searches(parameter: Parameter, items: Items) -> bool:
    """Whether a parameter is named after a search, takes any text, and is not named like a field."""
    place = view(parameter.schema) if parameter.where == "query" and is_named(parameter.own_name, SEARCHES) else None
    if place is None or place.types() - {"null"} != {"string"} or place.keyword("enum") is not None:
        return False
    named = {plain_name(tokens(name)[-1]) for name, _ in items.fields}
    return plain_name(parameter.own_name) not in named and parameter.default is None and not parameter.required


def _fact(operation: Operation, parameter: Parameter, items: Items) -> InferredFact | None:
    texts = [name for name, place in items.fields if _is_text(place)]
    told = [name for name in texts if _is_told(parameter, name)]
    fields: list[JSON] = [*(told or texts)]
    if not fields:
        return None
    whole = bool(told) and _is_of_parts(parameter.description)
    said = [Witness(text=f"{parameter.name} is named after a search", location=parameter.location)]
    if SAYS_SEARCH.search(parameter.description):
        said.append(Witness(text="its description speaks of a search", location=parameter.location))
    fact: dict[str, JSON] = {"fields": fields, "match": "contains" if whole else "mentions"}
    if whole and case_is_ignored(parameter, unsaid=True):
        fact["case"] = "ignored"
    fact["unknown"] = "either"
    return InferredFact(
        rule=NAME, operation=operation.id, path=("filters", parameter.name), words=fact, witnesses=tuple(said)
    )


def _is_of_parts(description: str) -> bool:
    """Whether a description says that a text is found wherever it stands in another."""
    anywhere = _SAYS_ANYWHERE.search(description) is not None and _OF_WORDS.search(description) is None
    return anywhere or SAYS_PART.search(description) is not None


def _is_text(place: SchemaView) -> bool:
    """Whether a field holds text of any kind, a mail address too: no time, no id of a format, none of a few values."""
    is_text = place.types() - {"null"} == {"string"} and place.keyword("format") not in _NO_TEXTS
    return is_text and place.keyword("enum") is None


def _is_told(parameter: Parameter, name: str) -> bool:
    """Whether a description names a field."""
    said: Sequence[str] = words(parameter.description)
    known = {each for word in said for each in singulars(word)} | set(said)
    return set(words(tokens(name)[-1])) <= known


RULE: Final = InferenceRule(name=NAME, title="A search returns what has the text in one of its fields.", infer=infer)
