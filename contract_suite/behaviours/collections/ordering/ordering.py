"""Ordering: a list is sorted by the key and in the direction asked for, and by the documented default otherwise.

Only values that came are compared, and ties may stand in any order. Texts may follow any usual collation and nulls stand
anywhere, where the document doesn't say otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.collections.kit.filled_lists import open_listing
from contract_suite.behaviours.collections.ordering.clauses import ACROSS, CUT, DEFAULT, NAME, SUBJECT, TIES, clauses_of
from contract_suite.behaviours.collections.ordering.refinements import judge_refinements
from contract_suite.behaviours.collections.ordering.sorter import Sorter
from contract_suite.behaviours.collections.ordering.ties import judge_ties
from contract_suite.behaviours.kit.clauses import inapplicable_clause, inapplicable_if_none
from contract_suite.behaviours.kit.listing import collections
from contract_suite.behaviours.kit.verdicts import Unusable, Verdicts
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.clause import Clause
from contract_suite.model.verdict import Verdict

_ENOUGH: Final = 4


def clauses(contract: Contract) -> Iterator[Clause]:
    """What each sorted collection promises: its default order, each key in both directions, and both together."""
    found = (clause for operation in collections(contract) for clause in _clauses(operation))
    yield from inapplicable_if_none(found, contract, NAME, SUBJECT, "no operation promises a collection")


def drive(session: Session) -> Iterator[Verdict]:
    """Sort every collection by every key."""
    for operation in collections(session.contract):
        order = operation.promises.order
        verdicts = Verdicts(session, clauses_of(operation, order) if order else {})
        if order is None or not verdicts.any_wanted:
            continue
        try:
            listing = open_listing(session, operation, at_least=_ENOUGH)
            sorter = Sorter(session, listing, order)
            yield from verdicts.report(sorter.verdicts(frozenset(verdicts.wanted)))
            if verdicts.has_failed(CUT) or verdicts.has_failed(ACROSS):
                yield from verdicts.untested(TIES, "the list is not cut into pages as it is sorted")
            elif verdicts.is_wanted(TIES):
                yield from verdicts.report([judge_ties(listing, order, verdicts.clause_id(TIES))])
            yield from verdicts.report(judge_refinements(sorter, frozenset(verdicts.wanted)))
        except Unusable as reason:
            yield from verdicts.leave_unusable(reason)


BEHAVIOUR: Final = Behaviour(name=NAME, title="Lists are sorted as requested.", clauses=clauses, drive=drive)


def _clauses(operation: Operation) -> Iterator[Clause]:
    order = operation.promises.order
    if order is None:
        reason = "the collection promises no order"
        yield inapplicable_clause(NAME, SUBJECT, DEFAULT, reason, operation.location, operation)
    else:
        yield from clauses_of(operation, order).values()
