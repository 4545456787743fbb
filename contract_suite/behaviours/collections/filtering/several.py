"""Several values of one filter: what comes matches any or all of them, as the contract says."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

from contract_suite.behaviours.collections.filtering.one_filter import OneFilter
from contract_suite.behaviours.collections.kit.filter_values import (
    accepts,
    listed_choices,
    selective_values,
    sent_values,
)
from contract_suite.behaviours.kit.verdicts import failed, passed, untested
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.filters import Scalar, passes, text_of, values_in
from contract_suite.model.json import JSON
from contract_suite.model.verdict import Verdict

_TRIED: Final = 12


def several(one: OneFilter, clause: str) -> Verdict:
    """Ask for two values of which each alone keeps something else, so that neither of them can be left unheard."""
    probe, parameter = one.probe, one.parameter
    pair = _pair(one)
    if parameter.required or pair is None:
        return untested(clause, "it takes two values that keep different items")
    sent = sent_values(one.promise, pair)
    words = f"{parameter.name}={shown(sent)}"
    answer = probe.ask({parameter.subject: sent}, note="two values at once", aim=clause)
    for index, item in enumerate(answer.items):
        if _matches(one, item, pair) is False and not _is_near(one, item, pair):
            message = f"{words} returned an item with {shown(list(values_in(one.promise, item)))}"
            pointer = f"{one.listing.collection.items}/{index}"
            return failed(clause, message, [answer.number], problem="unsound", pointer=pointer, expected=shown(sent))
    missing = _missing(one, answer.keys, pair) if not probe.is_full(answer) else None
    if missing is not None:
        numbers = [probe.seen.numbers.get(missing, answer.number), answer.number]
        return failed(clause, f"{words} left out the item {missing}, which matches", numbers, problem="incomplete")
    return passed(clause, [answer.number]) if answer.items else untested(clause, "nothing matched", [answer.number])


def _pair(one: OneFilter) -> tuple[Scalar, Scalar] | None:
    items = one.probe.items()
    values = [*selective_values(one.promise, one.parameter, items), *listed_choices(one.parameter)]
    usable = [each for each in dict.fromkeys(values) if accepts(one.promise, one.parameter, each)][:_TRIED]
    kept = {each: {index for index, item in enumerate(items) if passes(one.promise, item, each)} for each in usable}
    for left, right in combinations(usable, 2):
        both = kept[left] & kept[right] if _needs_all(one) else kept[left] | kept[right]
        if both and both not in (kept[left], kept[right]):
            return left, right
    return None


def _matches(one: OneFilter, item: JSON, values: Sequence[Scalar]) -> bool | None:
    """Whether an item matches any or all of the values; `None` where nothing is said of it."""
    each = [passes(one.promise, item, value) for value in values]
    if None in each:
        return None
    return all(each) if _needs_all(one) else any(each)


def _needs_all(one: OneFilter) -> bool:
    """Whether an item has to match each of the values: what differs from one of two may still equal the other."""
    return one.promise.several == "all" or one.promise.match == "differs"


def _is_near(one: OneFilter, item: JSON, values: Sequence[Scalar]) -> bool:
    """Whether only a careless comparison lets an item pass, which is another clause's."""
    if one.promise.match == "differs":
        return False
    texts = [text_of(each).casefold() for each in values_in(one.promise, item)]
    near = [any(text_of(value).casefold() in text for text in texts) for value in values]
    return all(near) if _needs_all(one) else any(near)


def _missing(one: OneFilter, came: Sequence[str], values: Sequence[Scalar]) -> str | None:
    """An item that matches, did not come, and is still there."""
    probe, shown_keys = one.probe, set(came)
    for key, item in list(probe.seen.items.items()):
        wanted = key not in shown_keys and _matches(one, item, values)
        if wanted and probe.still(key, ()) and _matches(one, probe.seen.items[key], values):
            return key
    return None
