"""Ordering: a list is sorted by the key and in the direction asked for, and by the documented default otherwise.

The rule that must not be broken: only values that came are compared, ties may stand in any order, and texts are given
every usual collation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.collections.kit.filled_lists import open_listing
from contract_suite.behaviours.collections.ordering.clauses import DEFAULT, NAME, SUBJECT, clauses_of, ids_of
from contract_suite.behaviours.collections.ordering.sorter import Sorter
from contract_suite.behaviours.kit.clauses import inapplicable_behaviour, inapplicable_clause
from contract_suite.behaviours.kit.listing import collections
from contract_suite.behaviours.kit.verdicts import Unusable, all_untested
from contract_suite.contract.operation import Contract
from contract_suite.model.clause import Clause
from contract_suite.model.verdict import Verdict

_ENOUGH: Final = 4


def clauses(contract: Contract) -> Iterator[Clause]:
    """What each sorted collection promises: its default, each key in both directions, and what holds for all of them."""
    found = False
    for operation in collections(contract):
        order = operation.promises.order
        if order is None:
            yield inapplicable_clause(
                NAME, SUBJECT, DEFAULT, "the collection promises no order", operation.location, operation
            )
            found = True
            continue
        found = True
        yield from clauses_of(operation, order).values()
    if not found:
        yield from inapplicable_behaviour(contract, NAME, SUBJECT, "no operation promises a collection")


def drive(session: Session) -> Iterator[Verdict]:
    """Sort every collection by every key."""
    for operation in collections(session.contract):
        order = operation.promises.order
        if order is None:
            continue
        ids = [clause for clause in ids_of(operation, order).values() if session.wanted(clause)]
        if not ids:
            continue
        try:
            sorter = Sorter(session, open_listing(session, operation, at_least=_ENOUGH), order)
        except Unusable as reason:
            yield from all_untested(ids, reason.reason, reason.exchanges).values()
            continue
        yield from (verdict for verdict in sorter.verdicts(frozenset(ids)) if verdict.clause in ids)


BEHAVIOUR: Final = Behaviour(name=NAME, title="Lists are sorted as asked", clauses=clauses, drive=drive)
