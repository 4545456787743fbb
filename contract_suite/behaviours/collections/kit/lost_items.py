"""Items that one answer left out although answers to the same request before and after it have them.

An item was surely there if an earlier and a later answer to the very same request show it, and if this run did not make
it: what the run deletes it may make again under the same name. What other clients delete does not come back. Only where
a list begins does that hold: what is made or deleted before a later page moves items to it and from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import parse_qsl, unquote

from contract_suite.behaviours.kit.comparing import canonical
from contract_suite.behaviours.kit.listing import Listing, ListPage
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.retrying import ConclusiveFailure, conclusive
from contract_suite.behaviours.kit.verdicts import Unusable, failed
from contract_suite.contract.naming.names import words
from contract_suite.contract.paths.routing import route
from contract_suite.model.counting import counted
from contract_suite.model.exchange import Exchange, Identity
from contract_suite.model.json import JSON, Missing

_FEWEST = 3
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_IDS = frozenset({"id", "uuid", "slug", "key", "name", "code"})
"""Last words of members by which a thing is known."""


@dataclass(slots=True)
class _JudgedLists:
    """By list operation, the last exchange that was judged: an item that was lost once is not reported twice."""

    last: dict[str, int] = field(default_factory=dict)


def find_lost(listing: Listing, clause: str) -> ConclusiveFailure | None:
    """Look through everything that the run has asked of a list so far."""
    session = listing.session
    judged = session.shared(_JudgedLists).last
    after = judged.get(listing.operation.id, 0)
    same: defaultdict[tuple[str, tuple[tuple[str, str], ...]], list[Exchange]] = defaultdict(list)
    for exchange in session.history:
        request = exchange.request
        if (
            exchange.number > after
            and request.method == listing.operation.method
            and request.identity is Identity.DEFAULT
            and served(exchange)
            and _begins(listing, request.target)
        ):
            same[request.target, request.headers].append(exchange)
            judged[listing.operation.id] = exchange.number
    for (target, _), exchanges in same.items():
        found = _lost(listing, exchanges, clause) if len(exchanges) >= _FEWEST and _is_of(listing, target) else None
        if found is not None:
            return found
    return None


def _is_of(listing: Listing, target: str) -> bool:
    operation, _, _ = route(listing.session.contract, listing.operation.method, target)
    return operation is not None and operation.id == listing.operation.id


def _begins(listing: Listing, target: str) -> bool:
    """Whether a request asks for the beginning of a list: it names no later page, no offset and no cursor.

    Where pages lead to each other, a link may name the next one by a parameter that no document knows.
    """
    operation = listing.operation
    firsts = {
        parameter.name: first
        for parameter, first in (
            (listing.number_parameter, str(listing.first_number)),
            (listing.offset_parameter, str(listing.first_offset)),
            (listing.cursor_parameter, ""),
        )
        if parameter is not None
    }
    known = {part.name for each in operation.parameters for part in (each, *each.members)}
    return all(
        value == firsts.get(name, value) and (name in known or not listing.follows)
        for name, value in parse_qsl(target.partition("?")[2], keep_blank_values=True)
    )


def _lost(listing: Listing, exchanges: Sequence[Exchange], clause: str) -> ConclusiveFailure | None:
    answers = [answer for each in exchanges if (answer := _read(listing, each)) is not None]
    sizes = [len(answer.items) for answer in answers]
    written = cache(lambda: _written(listing))
    for index, answer in enumerate(answers[1:-1], start=1):
        # Shorter than another answer to the same request: it ends where its list ends, or where it should not.
        if len(answer.items) >= max(sizes):
            continue
        there = set(answer.keys)
        before = {key: each for each in answers[:index] for key in each.keys}
        after = {key: each for each in reversed(answers[index + 1 :]) for key in each.keys}
        lacking = (key for key in before if key in after and key not in there)
        missing = next((key for key in lacking if not _is_own(listing, before[key], key, written)), None)
        if missing is not None:
            numbers = [before[missing].number, after[missing].number, answer.number]
            message = (
                f"the item {missing} was returned before and after, but not by the same request in between, "
                f"which returned {counted(len(answer.items), 'item')}"
            )
            return conclusive(
                failed(
                    clause,
                    message,
                    numbers,
                    problem="vanished",
                    expected=missing,
                    actual=counted(len(answer.items), "item"),
                )
            )
    return None


def _is_own(listing: Listing, answer: ListPage, key: str, written: Callable[[], frozenset[str]]) -> bool:
    """Whether the run made an item, as its texts say, or a write of the run that was served: it may be made or renamed again."""
    item = answer.items[answer.keys.index(key)]
    return listing.session.prefix in canonical(item) or any(each in written() for each in _ids(item))


def _written(listing: Listing) -> frozenset[str]:
    """The ids in the paths of the writes that were served, and those in what these answered."""
    found: set[str] = set()
    for exchange in listing.session.history:
        if exchange.request.method not in _SAFE and served(exchange):
            found.update(map(unquote, exchange.request.target.partition("?")[0].split("/")))
            found.update(_ids(listing.session.json(exchange)))
    return frozenset(found)


def _ids(shown: JSON | Missing) -> Iterator[str]:
    members = shown.items() if isinstance(shown, dict) else ()
    for name, value in members:
        if isinstance(value, (str, int)) and not _IDS.isdisjoint(words(name)[-1:]):
            yield str(value)


def _read(listing: Listing, exchange: Exchange) -> ListPage | None:
    try:
        return listing.read(exchange)
    except Unusable:
        return None
