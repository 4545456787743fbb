"""Paging: a page holds what was asked for, page after page is the whole list, and behind its end there is nothing.

Short pages are compared with one long page of the same list. If the list changed meanwhile, nothing is reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.collections.kit.lost_items import find_lost
from contract_suite.behaviours.collections.kit.observed_pages import observe
from contract_suite.behaviours.collections.kit.page_observation import ALL, SUBJECT
from contract_suite.behaviours.collections.paging.clauses import NAME, clauses_of, clauses_of_pages
from contract_suite.behaviours.collections.paging.defaults import judge_defaults
from contract_suite.behaviours.collections.paging.lists import open_long_list
from contract_suite.behaviours.collections.paging.usual_sizes import observe_usual_sizes
from contract_suite.behaviours.kit.clauses import applicable_ids, inapplicable_if_none
from contract_suite.behaviours.kit.listing import collections
from contract_suite.behaviours.kit.retrying import retry_until_stable
from contract_suite.behaviours.kit.verdicts import Unusable, Verdicts
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.clause import Clause
from contract_suite.model.verdict import Outcome, Verdict


def clauses(contract: Contract) -> Iterator[Clause]:
    """What the pages of each collection promise."""
    found = (clause for operation in collections(contract) for clause in clauses_of(operation))
    yield from inapplicable_if_none(found, contract, NAME, SUBJECT, "no operation promises a collection")


def drive(session: Session) -> Iterator[Verdict]:
    """Walk every collection in pages of several sizes."""
    for operation in collections(session.contract):
        yield from _judge_pages(session, operation)
        yield from judge_defaults(session, operation)


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="Pages have the requested size, and together show each item of the list once.",
    clauses=clauses,
    drive=drive,
)


def _judge_pages(session: Session, operation: Operation) -> Iterator[Verdict]:
    promised = clauses_of_pages(operation)
    verdicts = Verdicts(session, promised)
    if not verdicts.any_wanted:
        return
    ids = applicable_ids(promised)
    try:
        listing = open_long_list(session, operation)
        observed = retry_until_stable(lambda: observe(listing, ids))
        if ids[ALL] not in observed or observed[ids[ALL]].outcome is not Outcome.FAILED:
            found = find_lost(listing, ids[ALL])
            observed |= {ids[ALL]: found} if found is not None else {}
        if not listing.follows and not any(verdict.outcome is Outcome.FAILED for verdict in observed.values()):
            observed |= {
                clause: verdict
                for clause, verdict in retry_until_stable(lambda: observe_usual_sizes(listing, ids)).items()
                if verdict.outcome is Outcome.FAILED
            }
        yield from verdicts.report(observed.values())
    except Unusable as reason:
        yield from verdicts.leave_unusable(reason)
