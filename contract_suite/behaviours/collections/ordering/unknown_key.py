"""What becomes of a key that no list is sorted by."""

from __future__ import annotations

from contract_suite.behaviours.collections.ordering.sorted_page import SortedPage
from contract_suite.behaviours.collections.ordering.told import SortedListing
from contract_suite.behaviours.kit.responses import obstacle, served, why_not
from contract_suite.behaviours.kit.verdicts import failed, passed, untested
from contract_suite.model.case import Intent
from contract_suite.model.verdict import Verdict


def judge_unknown(sorter: SortedListing, clause: str) -> Verdict:
    """Ask for a key that nobody knows: the list comes in its default order."""
    order = sorter.order
    if sorter.by is None:
        return untested(clause, f"{order.by} is not declared")
    name = f"{sorter.listing.session.prefix}key".replace("-", "_")
    while name in order.keys:
        name += "_"
    if not sorter.by.schema.is_valid(name):
        return untested(clause, f"{order.by} takes no other keys")
    arguments = {**sorter.asked_for(name, ""), **sorter.listing.arguments(0, sorter.size)}
    exchange = sorter.listing.call(arguments, note="a key that nobody knows", aim=clause, intent=Intent.UNKNOWN)
    if not served(exchange):
        if obstacle(exchange):
            return untested(clause, why_not(exchange), [exchange.number])
        message = f"{order.by}={name} was answered {exchange.status} instead of the list in its default order"
        return failed(clause, message, [exchange.number], problem="refused", expected=200, actual=exchange.status)
    answer = sorter.listing.read(exchange)
    seen = SortedPage(answer=answer, values=sorter.values_of(answer, order.default_by))
    wrong = seen.wrong(order.default_direction)
    if wrong is not None:
        return sorter.misplaced(clause, seen, wrong, order.default_by, order.default_direction)
    return (
        passed(clause, [answer.number])
        if seen.can_tell
        else untested(clause, f"it takes items with different values of {order.default_by}", [answer.number])
    )
