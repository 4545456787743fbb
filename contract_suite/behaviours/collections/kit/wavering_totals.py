"""Totals that change and change back although nothing is written: every answer of the run about one list is evidence.

Another client may add something and take it away between two answers. So only answers count that show the whole list, the
same items each time, and it takes two such changes, each of them between two answers that agree, none near a write of this run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl

from contract_suite.behaviours.kit.listing import Listing, ListPage
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.retrying import ConclusiveFailure, conclusive
from contract_suite.behaviours.kit.verdicts import Unusable, failed
from contract_suite.contract.routing import route
from contract_suite.model.exchange import Exchange, Identity

_FEWEST: Final = 3
_TWICE: Final = 2
_NEAR: Final = 8
"""A write that was asked for within so many exchanges may have been on its way at the same time."""
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def find_wavering(listing: Listing, clause: str) -> ConclusiveFailure | None:
    """Look through everything that the run has asked of a list so far, whichever page and order it asked for."""
    history = listing.session.history
    writes = [each.number for each in history if each.request.method not in _SAFE]
    wavered: list[tuple[ListPage, ListPage, ListPage]] = []
    for answers in _by_content(listing, history).values():
        wavered += [
            (before, answer, after)
            for before, answer, after in zip(answers, answers[1:], answers[2:], strict=False)
            if before.total == after.total != answer.total
            and before.items == answer.items == after.items
            and len(answer.items) == before.total
            and not any(before.number - _NEAR <= write <= after.number + _NEAR for write in writes)
        ]
    if len(wavered) < _TWICE:
        return None
    before, answer, after = wavered[-1]
    numbers = [each.number for triple in wavered for each in triple]
    message = (
        f"the total is {answer.total} in exchange {answer.number}, and {before.total} in {before.number} right before and in "
        f"{after.number} right after; so it went {len(wavered)} times"
    )
    return conclusive(
        failed(
            clause,
            message,
            [*dict.fromkeys(numbers), answer.number],
            problem="wavers",
            pointer=listing.collection.total,
            expected=before.total or 0,
            actual=answer.total or 0,
        )
    )


def _by_content(listing: Listing, history: Sequence[Exchange]) -> dict[str, list[ListPage]]:
    """The answers with a total, by what they were asked beside the page and the order, in the order of asking."""
    order, page = listing.operation.promises.order, listing.collection.page
    places = {page.size, page.number, page.offset} if page is not None else set()
    aside = places | ({order.by, order.direction} if order is not None else set())
    found: defaultdict[str, list[ListPage]] = defaultdict(list)
    for exchange in history:
        request = exchange.request
        if (
            request.method != listing.operation.method
            or request.identity is not Identity.DEFAULT
            or not served(exchange)
        ):
            continue
        operation, _, _ = route(listing.session.contract, request.method, request.target)
        if operation is None or operation.id != listing.operation.id:
            continue
        path, _, query = request.target.partition("?")
        asked = sorted(pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in aside)
        try:
            answer = listing.read(exchange)
        except Unusable:
            continue
        if answer.total is not None:
            found[f"{path}?{asked}"].append(answer)
    return {key: answers for key, answers in found.items() if len(answers) >= _FEWEST}
