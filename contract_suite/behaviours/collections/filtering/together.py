"""Two filters at once: what comes matches both, and what matches both comes."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, compress
from typing import Final

from contract_suite.behaviours.collections.filtering.filter_probe import FilterProbe
from contract_suite.behaviours.collections.kit.filter_values import selective_values, sent_value
from contract_suite.behaviours.kit.verdicts import failed, passed, untested
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.filters import Scalar, is_near, passes, text_of
from contract_suite.contract.operation import Parameter
from contract_suite.contract.vocabulary import Filter
from contract_suite.model.verdict import Verdict

_MOST_PAIRS: Final = 6
_MOST_TRIED: Final = 40
_SAMPLE: Final = 200


def together(probe: FilterProbe, clause: str) -> Verdict:
    """Pairs of filters with an item that matches both and others that match one alone."""
    filters = [
        (each, parameter)
        for each in probe.operation.promises.filters
        if (parameter := probe.operation.parameter(each.parameter))
    ]
    usable = [
        (promise, parameter)
        for promise, parameter in filters
        if not parameter.required and promise.parameter in probe.usable
    ]
    numbers: list[int] = []
    for (one, first), (two, second) in combinations(usable, 2):
        pair = _pair(probe, one, first, two, second) if len(numbers) < _MOST_PAIRS else None
        if pair is None:
            continue
        left, right = pair
        extra = {first.subject: sent_value(one, left), second.subject: sent_value(two, right)}
        answer = probe.ask(extra, note=f"{first.name} and {second.name}", aim=clause)
        numbers.append(answer.number)
        words = f"{first.name}={shown(left)} and {second.name}={shown(right)}"
        for index, item in enumerate(answer.items):
            if any(
                passes(promise, item, value) is False and not is_near(promise, item, value)
                for promise, value in ((one, left), (two, right))
            ):
                message = f"{words} returned the item {answer.keys[index]}, which does not match both"
                return failed(
                    clause, message, numbers, problem="unsound", pointer=f"{probe.listing.collection.items}/{index}"
                )
        searches = "mentions" in {one.match, two.match}  # which need not find all that has the text
        both = ((replace(one, case="exact"), left), (replace(two, case="exact"), right))
        missing = None if searches else probe.missing(answer, both)
        if missing is not None:
            message = f"{words} left out the item {missing}, which matches both"
            return failed(
                clause, message, [probe.seen.numbers.get(missing, numbers[0]), *numbers], problem="incomplete"
            )
        if not answer.items:
            numbers.pop()  # what matched both is gone, so this showed nothing
    return (
        passed(clause, numbers)
        if numbers
        else untested(clause, "it takes an item that matches two filters, and one that matches one alone")
    )


def _pair(
    probe: FilterProbe, one: Filter, first: Parameter, two: Filter, second: Parameter
) -> tuple[Scalar, Scalar] | None:
    everything = probe.items()
    mine = [
        item
        for item in everything
        if passes(one, item, probe.usable[one.parameter]) or passes(two, item, probe.usable[two.parameter])
    ]
    items = [*mine[:_SAMPLE], *everything[:: max(1, len(everything) // _SAMPLE)]]
    by_second: dict[str, list[bool]] = {}
    """Which items pass the second filter, by its value as a query writes it: the first one's values share them."""
    for left in [probe.usable[one.parameter], *selective_values(one, first, items, words=True)][:_MOST_TRIED]:
        by_first = [bool(passes(one, item, left)) for item in items]
        hits = list(compress(items, by_first))
        for right in [probe.usable[two.parameter], *selective_values(two, second, hits, words=True)][:_MOST_PAIRS]:
            text = text_of(right)
            if text not in by_second:
                by_second[text] = [bool(passes(two, item, right)) for item in items]
            both = sum(compress(by_second[text], by_first))
            alone = sum(by_second[text]) - both
            if both and len(hits) > both and (alone or len(items) > len(hits)):
                return left, right
    return None
