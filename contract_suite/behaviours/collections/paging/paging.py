"""Paging: a page holds what was asked for, page after page is the whole list, and behind its end there is nothing.

The rule that must not be broken: pages are compared with one long page of the same list, and if that moved meanwhile,
nobody is accused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.collections.kit.lost_items import find_lost
from contract_suite.behaviours.collections.kit.page_observation import ALL, CAP, OFFSET, SIZE, SUBJECT, observe_pages
from contract_suite.behaviours.collections.paging.clauses import NAME, TEXTS
from contract_suite.behaviours.collections.paging.defaults import (
    default_clause,
    judge_defaults,
    parameters_with_defaults,
)
from contract_suite.behaviours.collections.paging.lists import open_long_list
from contract_suite.behaviours.kit.clauses import inapplicable_behaviour
from contract_suite.behaviours.kit.listing import collection_of, collections
from contract_suite.behaviours.kit.retrying import retry_until_stable
from contract_suite.behaviours.kit.verdicts import Unusable, all_untested
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.clause import Clause
from contract_suite.model.verdict import Outcome, Verdict


def clauses(contract: Contract) -> Iterator[Clause]:
    """What the pages of each collection promise."""
    found = False
    for operation in collections(contract):
        found = True
        page = collection_of(operation).page
        for kind, text in TEXTS.items():
            member = "offset" if kind == OFFSET else "size" if kind in {SIZE, CAP} else "number"
            reason = "the collection has no pages" if page is None else ""
            if page is not None and kind == OFFSET and not page.offset:
                reason = "the pages are counted by number, not by offset"
            promise = page or collection_of(operation)
            yield Clause(
                operation=operation.id,
                subject=SUBJECT,
                kind=kind,
                judge=NAME,
                text=text,
                source=promise.source_of(member),
                location=promise.location,
                quote=promise.quote,
                inapplicable=reason,
            )
        for parameter in parameters_with_defaults(operation):
            yield default_clause(operation, parameter)
    if not found:
        yield from inapplicable_behaviour(contract, NAME, SUBJECT, "no operation promises a collection")


def drive(session: Session) -> Iterator[Verdict]:
    """Walk every collection in pages of several sizes."""
    for operation in collections(session.contract):
        yield from _pages(session, operation)
        yield from judge_defaults(session, operation)


BEHAVIOUR: Final = Behaviour(
    name=NAME, title="Pages are the list, cut where the request says", clauses=clauses, drive=drive
)


def _pages(session: Session, operation: Operation) -> Iterator[Verdict]:
    page = collection_of(operation).page
    if page is None:
        return
    ids = {kind: f"{operation.id}::{SUBJECT}::{kind}" for kind in TEXTS if kind != OFFSET or page.offset}
    wanted = [clause for clause in ids.values() if session.wanted(clause)]
    if not wanted:
        return
    try:
        listing = open_long_list(session, operation)
        verdicts = retry_until_stable(lambda: observe_pages(listing, ids))
        if verdicts.get(ids[ALL]) is None or verdicts[ids[ALL]].outcome is not Outcome.FAILED:
            found = find_lost(listing, ids[ALL])
            verdicts |= {ids[ALL]: found} if found is not None else {}
    except Unusable as reason:
        verdicts = all_untested(wanted, reason.reason, reason.exchanges)
    yield from (verdict for clause, verdict in verdicts.items() if clause in wanted)
