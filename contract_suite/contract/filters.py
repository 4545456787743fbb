"""What a filter means for one item: whether the item passes it, and whether a careless comparison would let it pass.

Values are compared as texts, since a query knows only texts: the number 363 passes the filter `363`. Of an array, one
element that passes is enough.
"""

from __future__ import annotations

from dataclasses import replace

from contract_suite.contract.trees.shown_texts import is_shown_in_part
from contract_suite.contract.vocabulary import Filter
from contract_suite.model.json import JSON, Missing, at

Scalar = str | int | float | bool


def value_in(promise: Filter, item: JSON) -> Scalar | None:
    """The value of the filter's field in an item, of several the first one; `None` if it has none that can be compared."""
    return next(iter(values_in(promise, item)), None)


def values_in(promise: Filter, item: JSON) -> list[Scalar]:
    """The values of the filter's fields in an item: one each, or each element of an array that can be compared."""
    found = (at(item, name) for name in promise.compared)
    values = [each for value in found for each in (value if isinstance(value, list) else [value])]
    return [each for each in values if isinstance(each, (str, int, float, bool))]


def text_of(value: Scalar) -> str:
    """A value as a query writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def passes(promise: Filter, item: JSON, wanted: Scalar) -> bool | None:
    """Whether an item passes the filter with this value (its prefix not counted).

    `None` if nothing is said of such a value, or if the item shows a part of it.
    """
    if promise.fields:
        each = [passes(replace(promise, field=name, fields=()), item, wanted) for name in promise.fields]
        return True if True in each else None if None in each else False
    found = at(item, promise.field)
    if is_shown_in_part(found) or (isinstance(found, list) and any(is_shown_in_part(each) for each in found)):
        return None
    if isinstance(found, list):
        passed = [passes_value(promise, each, wanted) for each in found if isinstance(each, (str, int, float, bool))]
        if len(passed) < len(found):
            return None
        return all(passed) if promise.match == "differs" else any(passed)
    if isinstance(found, dict):
        return None
    if isinstance(found, Missing) or found is None:
        if promise.match == "differs":
            return None
        return None if promise.absent and text_of(wanted) == promise.absent else False
    return passes_value(promise, found, wanted)


def passes_value(promise: Filter, found: Scalar, wanted: Scalar) -> bool:
    """Whether one value passes the filter with another."""
    return meets(promise, folded(promise, found), folded(promise, wanted))


def folded(promise: Filter, value: Scalar) -> str:
    """A value as the filter compares it: as text, without case if that is ignored."""
    text = text_of(value)
    return text.casefold() if promise.folds_case else text


def meets(promise: Filter, found: str, wanted: str) -> bool:
    """Whether one folded value passes the filter with another."""
    if promise.match == "begins":
        return found.startswith(wanted)
    if promise.match == "differs":
        return found != wanted
    return wanted in found if promise.match in {"contains", "mentions"} else found == wanted


def is_near(promise: Filter, item: JSON, wanted: Scalar) -> bool:
    """Whether a careless comparison takes an item's value for the wanted one: it holds it, or differs in case."""
    if promise.match == "differs":
        return False
    found = value_in(promise, item)
    return found is not None and text_of(wanted).casefold() in text_of(found).casefold()
