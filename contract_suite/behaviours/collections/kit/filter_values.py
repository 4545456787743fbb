"""Which values of a filter are worth asking for, and how a value is written.

What a filter means for an item, `contract.filters` knows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from contract_suite.contract.filters import Scalar, folded, meets, text_of, values_in
from contract_suite.contract.operation import Parameter
from contract_suite.contract.schemas.view import view
from contract_suite.contract.vocabulary import Filter
from contract_suite.model.json import JSON

_LONGEST: Final = 200
_SAMPLE: Final = 150
_WORD: Final = re.compile(r"[A-Za-z]{3,}")
_SURE_WORD: Final = re.compile(r"\b[A-Za-z]{4,}\b")


def selective_values(
    promise: Filter, parameter: Parameter, items: Sequence[JSON], *, words: bool = False
) -> list[Scalar]:
    """Return values that some items have and others don't, those first that several items have.

    With `words`, a filter for parts of a value is also given the words of values, which several items may share.
    """
    step = max(1, len(items) // _SAMPLE)
    items = items[::step]
    by_item = [{text_of(value): value for value in values_in(promise, item)} for item in items]
    counted = Counter(text for each in by_item for text in each)
    by_text = {text: value for each in by_item for text, value in each.items()}
    if promise.match == "mentions":  # a search may know nothing but words
        by_text = {word: word for text in list(by_text) for word in _SURE_WORD.findall(text)}
    elif words and promise.match == "contains":
        by_text |= {word: word for text in list(by_text) for word in _WORD.findall(text)}
    exact = promise.match == "equals" and promise.case == "exact"
    comparable: Counter[str] = Counter()
    for text, times in counted.items():
        comparable[folded(promise, text)] += times
    usable = []
    for text, value in list(by_text.items())[:_SAMPLE]:
        kept = counted[text] if exact else _holding(promise, comparable, folded(promise, text))
        if 0 < kept < len(items) and text and len(text) <= _LONGEST and accepts(promise, parameter, value):
            usable.append((kept == 1, abs(kept - 3), text != text.strip(), value))
    usable.sort(key=lambda each: (each[0], each[2], each[1], -counted[text_of(each[3])], text_of(each[3])))
    return [each[3] for each in usable]


def _holding(promise: Filter, counted: Mapping[str, int], wanted: str) -> int:
    """How many of the counted texts pass a filter that is not plain equality; all are folded."""
    return sum(times for text, times in counted.items() if meets(promise, text, wanted))


def sent_value(promise: Filter, value: Scalar, *, bare: bool = False) -> JSON:
    """The argument that asks for a value."""
    sent = value if bare or not promise.prefix else f"{promise.prefix}{text_of(value)}"
    return [sent] if promise.several and not promise.separator else sent


def sent_values(promise: Filter, values: Sequence[Scalar]) -> JSON:
    """The argument that asks for several values: a list, or a text with what stands between them."""
    return promise.separator.join(map(text_of, values)) if promise.separator else list(values)


def accepts(promise: Filter, parameter: Parameter, value: Scalar) -> bool:
    """Whether the parameter takes the value; one that looks like the prefix itself is no use."""
    if promise.prefix and (not isinstance(value, str) or promise.prefix.strip(": ") in value):
        return False
    if promise.separator and promise.separator in text_of(value):
        return False
    return parameter.schema.is_valid(sent_value(promise, value))


def listed_choices(parameter: Parameter) -> list[Scalar]:
    """The values that a parameter's schema lists, of an array those of its elements; `true` and `false` where it takes both."""
    place = view(parameter.schema)
    if place.types() - {"null"} == {"array"}:
        place = place.element(0)
    if place.types() - {"null"} == {"boolean"}:
        return [True, False]
    listed = [raw["enum"] for raw in place.possible() if isinstance(raw, dict) and "enum" in raw]
    every = [each for choices in listed if isinstance(choices, list) for each in choices]
    return [each for each in every if isinstance(each, (str, int, float, bool))]


def part_of(texts: Iterable[str], text: str) -> bool:
    """Whether a text is a real part of one of the others."""
    return any(text != each and text in each for each in texts)
