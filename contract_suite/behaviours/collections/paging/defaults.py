"""A call without a parameter answers as one that names the default."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.collections.paging.clauses import clauses_of_defaults
from contract_suite.behaviours.collections.paging.lists import open_long_list
from contract_suite.behaviours.kit.comparing import canonical
from contract_suite.behaviours.kit.listing import Listing, ListPage
from contract_suite.behaviours.kit.retrying import discard_unstable, retry_until_stable
from contract_suite.behaviours.kit.verdicts import Unusable, VerdictMap, Verdicts, failed, passed, untested
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.model.counting import counted
from contract_suite.model.expectations import identity_in_words
from contract_suite.model.json import JSON
from contract_suite.model.verdict import Verdict


def judge_defaults(session: Session, operation: Operation) -> Iterator[Verdict]:
    """Judge the default of every parameter that has one."""
    promised = clauses_of_defaults(operation)
    verdicts = Verdicts(session, promised)
    if not verdicts.any_wanted:
        return
    try:
        listing = open_long_list(session, operation)
        for name, clause in promised.items():
            parameter = operation.parameter(name)
            if parameter is not None and verdicts.is_wanted(name):
                observe = _DefaultObservation(listing=listing, parameter=parameter, clause=clause.id)
                yield from verdicts.report(retry_until_stable(observe).values())
    except Unusable as reason:
        yield from verdicts.leave_unusable(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class _DefaultObservation:
    """Compares a call without a parameter with one that names its default."""

    listing: Listing
    parameter: Parameter
    clause: str

    def __call__(self) -> VerdictMap:
        listing, parameter, clause = self.listing, self.parameter, self.clause
        is_size = listing.size_parameter is not None and parameter.name == listing.size_parameter.name
        few: dict[str, JSON] = (
            {}
            if is_size or listing.size_parameter is None
            else {listing.size_parameter.subject: min(3, listing.maximum)}
        )
        named = listing.ask({**few, parameter.subject: parameter.default}, note=f"{parameter.name} is its default")
        without = listing.ask(few, note=f"without {parameter.name}", aim=clause)
        numbers = [named.number, without.number]
        if canonical(list(named.items)) != canonical(list(without.items)):
            explicit = f"{parameter.name}={parameter.default}"
            expected, actual = _told_apart(named, without)
            message = f"without {parameter.name}, the list differs from that with {explicit}, the documented default"
            verdicts: VerdictMap = {
                clause: failed(clause, message, numbers, expected=f"{expected}, as with {explicit}", actual=actual)
            }
            again = listing.ask({**few, parameter.subject: parameter.default}, note="has the list moved?")
            return (
                verdicts if canonical(list(again.items)) == canonical(list(named.items)) else discard_unstable(verdicts)
            )
        if not named.items:
            return {clause: untested(clause, "it takes at least one item", numbers)}
        if is_size and len(named.items) < listing.default_size:
            return {
                clause: untested(
                    clause, f"it takes more than {listing.default_size} items; the list has {len(named.items)}", numbers
                )
            }
        if is_size and not self._more(numbers):
            return {clause: untested(clause, f"it takes more than {listing.default_size} items", numbers)}
        return {clause: passed(clause, numbers)}

    def _more(self, numbers: list[int]) -> bool:
        """Whether the list is longer than a page of the default size, so that another default would have shown."""
        listing = self.listing
        if listing.size_parameter is not None and listing.default_size < listing.biggest:
            longer = listing.page(0, listing.default_size + 1, note="is there more than one page?")
        else:
            longer = listing.page(1, listing.default_size, note="is there a second page?")
        numbers.insert(0, longer.number)
        return len(longer.items) > (listing.default_size if longer.start == 0 else 0)


def _told_apart(expected: ListPage, actual: ListPage) -> tuple[str, str]:
    """Two pages in words that show how they differ: by their length, else by the first items that differ."""
    if len(expected.items) != len(actual.items):
        return counted(len(expected.items), "item"), counted(len(actual.items), "item")
    for place, (one, other) in enumerate(zip(expected.keys, actual.keys, strict=False), 1):
        if one != other:
            return f"{identity_in_words(one)} as item {place}", f"{identity_in_words(other)} as item {place}"
    return "the same items", "items with other values"
