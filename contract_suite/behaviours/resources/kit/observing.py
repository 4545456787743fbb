"""Looking at one resource without changing it: read it, find it in a list, tell whether it is gone.

Nobody is accused on one look: what seems wrong is looked at again, since other clients write too and a list may lag.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import same_identity
from contract_suite.behaviours.kit.resource_operations import ResourceOperations
from contract_suite.behaviours.kit.responses import obstacle, served
from contract_suite.behaviours.kit.retrying import LOOKS
from contract_suite.contract.addressing import address, missing_parameters, plain
from contract_suite.contract.operation import Operation
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, at

MOST_PAGES: Final = 30
_BIG_PAGE: Final = 1000
_SMALL_PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """What came of looking at one resource.

    `value` is its representation; `trouble` says why nothing can be concluded.
    """

    exchange: Exchange
    value: JSON | Missing = MISSING
    trouble: str = ""

    @property
    def found(self) -> bool:
        """Whether it was shown."""
        return not isinstance(self.value, Missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """What came of looking for one resource in a list.

    `trouble` says why nothing can be concluded from not finding it.
    """

    item: JSON | Missing = MISSING
    exchanges: tuple[Exchange, ...] = ()
    trouble: str = ""

    @property
    def found(self) -> bool:
        """Whether it was found."""
        return not isinstance(self.item, Missing)


@dataclass(slots=True)
class Walk:
    """What a walk over pages has come to so far: `trouble` says why it ended early."""

    exchanges: list[Exchange] = field(default_factory=list)
    trouble: str = ""


def read_one(
    session: Session, ops: ResourceOperations, made: Made, *, note: str = "", aim: str = ""
) -> ReadResult | None:
    """Read one of a resource; `None` if the contract has no way to."""
    if ops.read is None or not session.allowed(ops.read):
        return None
    arguments = addressing_arguments(session, ops.read, made)
    if arguments is None:
        return None
    # What a look shows is the caller's to judge: a 404 is one finding of a behaviour, not another one of its address.
    exchange = session.call(ops.read, arguments, note=note or f"read the {ops.name}", aim=aim, intent=Intent.UNKNOWN)
    return read_result(session, exchange)


def read_until_found(session: Session, ops: ResourceOperations, made: Made, *, note: str = "") -> ReadResult | None:
    """Read until it is shown, at most three times."""
    result = read_one(session, ops, made, note=note)
    for _ in range(LOOKS - 1):
        if result is None or result.found or result.trouble:
            return result
        result = read_one(session, ops, made, note=note)
    return result


def read_until_gone(session: Session, ops: ResourceOperations, made: Made, *, note: str = "") -> ReadResult | None:
    """Read until it is not shown any more, at most three times."""
    result = read_one(session, ops, made, note=note)
    for _ in range(LOOKS - 1):
        if result is None or not result.found:
            return result
        result = read_one(session, ops, made, note=note)
    return result


def read_result(session: Session, exchange: Exchange) -> ReadResult:
    """Return what a read's answer shows."""
    if not served(exchange):
        return ReadResult(exchange=exchange, trouble=obstacle(exchange))
    value = session.json(exchange)
    if not isinstance(value, dict):
        return ReadResult(exchange=exchange, trouble="the answer is no JSON object")
    return ReadResult(exchange=exchange, value=value)


def addressing_arguments(session: Session, operation: Operation, made: Made) -> dict[str, JSON] | None:
    """Return the arguments that address `made` and say nothing else; `None` if a required parameter has no value."""
    arguments = address(operation, made.identity, made.scope)
    missing = missing_parameters(operation, arguments)
    if missing:
        others = session.locate(operation, made)
        if others is None:
            return None
        arguments |= {subject: others[subject] for subject in missing if subject in others}
    return None if missing_parameters(operation, arguments) else arguments


def with_identity(made: Made, identity: Mapping[str, JSON]) -> Made:
    """Return the same with other values in its identity: what it would be if it had them."""
    return Made(
        resource=made.resource,
        arguments=made.arguments,
        exchange=made.exchange,
        identity={**made.identity, **identity},
        scope=made.scope,
    )


def search_list(
    session: Session, listing: Operation, made: Made, *, note: str = "", aim: str = "", everywhere: bool = True
) -> SearchResult:
    """Look for one of a resource in a list: by a filter on its identity if there is one, then page by page, the last one early. Found once is found.

    Without `everywhere`, a long list is only looked at where it begins and ends.
    """
    base = session.locate(listing, made)
    collection = listing.promises.collection
    if base is None or collection is None:
        return SearchResult(trouble=f"{listing.id} can't be asked for what the {made.resource.name} is in")
    note = note or f"look for the {made.resource.name}"
    walk = Walk()
    several = (
        *(
            pages(session, listing, arguments, walk=walk, note=note, aim=aim, most=1)
            for arguments in _filtered(listing, base, made)
        ),
        pages(
            session, listing, base, walk=walk, note=note, aim=aim, last_early=True, most=MOST_PAGES if everywhere else 3
        ),
    )
    for each in several:
        walk.trouble = ""
        for items in each:
            item = _pick(items, made)
            if not isinstance(item, Missing):
                return SearchResult(item=item, exchanges=tuple(walk.exchanges))
    return SearchResult(exchanges=tuple(walk.exchanges), trouble=walk.trouble if everywhere else "")


def search_until_found(
    session: Session, listing: Operation, made: Made, *, note: str = "", aim: str = ""
) -> SearchResult:
    """Look until it is found, at most three times."""
    found = search_list(session, listing, made, note=note, aim=aim)
    for _ in range(LOOKS - 1):
        if found.found or found.trouble:
            return found
        found = search_list(session, listing, made, note=note, aim=aim)
    return found


def search_until_gone(
    session: Session, listing: Operation, made: Made, *, note: str = "", aim: str = ""
) -> SearchResult:
    """Look until it is not found any more, at most three times; in a long list, where new things stand."""
    found = search_list(session, listing, made, note=note, aim=aim, everywhere=False)
    for _ in range(LOOKS - 1):
        if not found.found:
            return found
        found = search_list(session, listing, made, note=note, aim=aim, everywhere=False)
    return found


def pages(
    session: Session,
    listing: Operation,
    arguments: Arguments,
    *,
    walk: Walk | None = None,
    note: str = "",
    aim: str = "",
    most: int = MOST_PAGES,
    last_early: bool = False,
) -> Iterator[list[JSON]]:
    """Yield the items of a list page by page, in pages as big as can be; stops at the end, at `most` pages, or where paging leads nowhere.

    A server that gives shorter pages than asked for is followed in its own steps. `last_early` shows the page that the
    total says is the last one right after the first.
    """
    walk = walk if walk is not None else Walk()
    page = listing.promises.collection.page if listing.promises.collection else None
    size = big_page(listing)
    known: set[str] = set()
    turn, jumps = 1, last_early
    count = 0
    for _ in range(most):
        items, total = _read_page(
            session, listing, session.call(listing, _turned(listing, arguments, turn, size), note=note, aim=aim), walk
        )
        if items is None:
            return
        yield items
        texts = {repr(item) for item in items}
        count += len(items)
        if page is None or texts <= known or (len(items) < size and (total is None or count >= total)):
            return
        known |= texts
        size = min(size, len(items)) if turn == 1 and size else size
        if jumps and total is not None and total > 2 * size and most > 1:
            jumps = False
            last, _ = _read_page(
                session,
                listing,
                session.call(listing, _turned(listing, arguments, -(-total // size), size), note=note, aim=aim),
                walk,
            )
            yield last or []
        turn += 1
    if most > 1:
        walk.trouble = f"the list has more than {most} pages"


def _turned(listing: Operation, arguments: Arguments, turn: int, size: int) -> dict[str, JSON]:
    """Arguments of one page, counted from 1."""
    asked = dict(arguments)
    page = listing.promises.collection.page if listing.promises.collection else None
    if page and size:
        asked[_subject(listing, page.size)] = size
        if turn > 1:
            asked |= {_subject(listing, page.number): turn} if page.number else {}
            asked |= {_subject(listing, page.offset): (turn - 1) * size} if page.offset else {}
    return asked


def _read_page(
    session: Session, listing: Operation, exchange: Exchange, walk: Walk
) -> tuple[list[JSON] | None, int | None]:
    """Return items and total of a page; no items, and the trouble in `walk`, if the answer is no such page."""
    walk.exchanges.append(exchange)
    collection = listing.promises.collection
    body = session.json(exchange)
    items = at(body, collection.items) if collection and not isinstance(body, Missing) and served(exchange) else MISSING
    total = at(body, collection.total) if collection and collection.total and not isinstance(body, Missing) else MISSING
    if not isinstance(items, list):
        walk.trouble = obstacle(exchange) or f"{listing.id} did not answer with a list"
        return None, None
    return items, (total if isinstance(total, int) else None)


def big_page(listing: Operation) -> int:
    """Return the biggest page worth asking for: what the document allows, at most 1,000; 0 without paging."""
    collection = listing.promises.collection
    page = collection.page if collection else None
    parameter = listing.parameter(page.size) if page else None
    if parameter is None:
        return 0
    return next(
        (size for size in (_BIG_PAGE, 500, 200, 100, _SMALL_PAGE, 20, 10, 5, 2, 1) if parameter.schema.is_valid(size)),
        0,
    )


def _filtered(listing: Operation, base: Arguments, made: Made) -> Iterator[dict[str, JSON]]:
    """Arguments that keep only what has the identity, if the list has such filters."""
    chosen = {}
    for rule in listing.promises.filters:
        parameter = listing.parameter(rule.parameter)
        value = made.identity.get(plain(rule.field))
        if rule.match == "equals" and parameter is not None and value is not None and parameter.subject not in base:
            chosen[parameter.subject] = value
    if chosen:
        yield {**base, **chosen}


def _pick(items: list[JSON], made: Made) -> JSON | Missing:
    return next((item for item in items if same_identity(item, made.identity)), MISSING)


def _subject(listing: Operation, name: str) -> str:
    parameter = listing.parameter(name)
    return parameter.subject if parameter else f"query.{name}"
