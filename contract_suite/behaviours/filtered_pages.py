"""Pages of what a filter leaves.

The rule that must not be broken: what is wrong with the pages anyway is not the filter's fault.
"""

from __future__ import annotations

from contract_suite.behaviours.answering import shown
from contract_suite.behaviours.listing import Answer
from contract_suite.behaviours.one_filter import OneFilter
from contract_suite.behaviours.settling import failed, passed, untested
from contract_suite.behaviours.sifting import passes
from contract_suite.model.json import Arguments, at
from contract_suite.model.verdict import Verdict


def before_paging(one: OneFilter, clause: str) -> Verdict:
    """Short pages of what matches: each full, all different, together everything."""
    value = one.sieve.usable.get(one.promise.parameter)
    if value is None or one.parameter.required:
        return untested(clause, "it takes a filter that keeps some items and not others")
    extra = one.argument(value)
    whole = one.sieve.ask(extra, note="everything that matches")
    if not whole.items or len(whole.items) >= len(one.sieve.known.items):
        return untested(clause, "it takes a filter that keeps some items and not others", [whole.number])
    size = 1 if len(whole.items) < 3 else 2  # noqa: PLR2004 - so that there is a second page
    numbers = [whole.number]
    for index in range(min(3, -(-len(whole.items) // size))):
        page = one.sieve.ask(extra, index=index, size=size, note="a short page of what matches", aim=clause)
        numbers.append(page.number)
        wanted = whole.keys[index * size : (index + 1) * size]
        wrong = next(
            (item for key, item in zip(page.keys, page.items, strict=True) if key not in whole.keys and passes(one.promise, item, value) is False),
            None,
        )
        if wrong is not None:
            message = f"page {index + 1} of {size} holds an item with {shown(at(wrong, one.promise.field))}"
            return _unless_moved(one, clause, whole, extra, failed(clause, message, numbers, problem="unfiltered-page"))
        if len(page.items) < len(wanted):
            message = f"{len(whole.items)} items match, and page {index + 1} of {size} holds {len(page.items)} of them instead of {len(wanted)}"
            verdict = failed(clause, message, numbers, problem="short-page", expected=len(wanted), actual=len(page.items))
            return _unless_moved(one, clause, whole, extra, verdict)
    return passed(clause, numbers)


def _unless_moved(one: OneFilter, clause: str, whole: Answer, extra: Arguments, verdict: Verdict) -> Verdict:
    again = one.sieve.ask(extra, note="has the list moved?")
    if again.keys != whole.keys:
        return untested(clause, "other clients changed the list meanwhile", [again.number])
    # Without the filter, the same pages must be right: what is wrong with them anyway is not the filter's fault.
    plain = one.listing.all(note="the same without the filter")
    for index in range(3):
        page = one.listing.page(index, 2, note="the same without the filter")
        if page.keys != plain.keys[index * 2 : index * 2 + 2]:
            return untested(clause, "the pages are not right without the filter either", [plain.number, page.number])
    return verdict
