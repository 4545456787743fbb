"""A call without a parameter answers as one that names the default."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.collections.paging.clauses import NAME
from contract_suite.behaviours.collections.paging.lists import open_long_list
from contract_suite.behaviours.kit.clauses import default_source
from contract_suite.behaviours.kit.comparing import canonical
from contract_suite.behaviours.kit.listing import Listing
from contract_suite.behaviours.kit.retrying import discard_unstable, retry_until_stable
from contract_suite.behaviours.kit.verdicts import Unusable, VerdictMap, all_untested, failed, passed, untested
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.model.clause import Clause
from contract_suite.model.json import JSON
from contract_suite.model.verdict import Verdict

DEFAULT: Final = "default-applied"


def default_clause(operation: Operation, parameter: Parameter) -> Clause:
    """Return what the default of a parameter promises."""
    return Clause(
        operation=operation.id,
        subject=parameter.subject,
        kind=DEFAULT,
        judge=NAME,
        text=f"A call without {parameter.name} answers as one with {parameter.name}={parameter.default}.",
        source=default_source(parameter),
        location=parameter.location,
        quote=parameter.quote,
    )


def parameters_with_defaults(operation: Operation) -> list[Parameter]:
    """Optional query parameters with a default; those of sorting are judged where sorting is."""
    order = operation.promises.order
    sorting = {order.by, order.direction} if order else set()
    return [
        each
        for each in operation.parameters
        if each.where == "query" and not each.required and each.default is not None and each.name not in sorting
    ]


def judge_defaults(session: Session, operation: Operation) -> Iterator[Verdict]:
    """Judge the default of every parameter that has one."""
    parameters = [
        each
        for each in parameters_with_defaults(operation)
        if session.wanted(f"{operation.id}::{each.subject}::{DEFAULT}")
    ]
    if not parameters:
        return
    clauses_of = [f"{operation.id}::{each.subject}::{DEFAULT}" for each in parameters]
    try:
        listing = open_long_list(session, operation)
        for parameter, clause in zip(parameters, clauses_of, strict=True):
            yield from retry_until_stable(
                _DefaultObservation(listing=listing, parameter=parameter, clause=clause)
            ).values()
    except Unusable as reason:
        yield from all_untested(clauses_of, reason.reason, reason.exchanges).values()


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
            message = (
                f"without {parameter.name} came {len(without.items)} items, with {parameter.name}={parameter.default} {len(named.items)}, "
                "and they are not the same"
            )
            verdicts: VerdictMap = {
                clause: failed(clause, message, numbers, expected=len(named.items), actual=len(without.items))
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
