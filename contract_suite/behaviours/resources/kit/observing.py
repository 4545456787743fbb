"""Reading one resource and searching for it in lists, without changing it.

What seems wrong is observed again, since other clients write too and a list may lag.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import same_identity
from contract_suite.behaviours.kit.listing import MOST_PAGES, Listing, ListPage, Walk
from contract_suite.behaviours.kit.resource_operations import ResourceOperations
from contract_suite.behaviours.kit.responses import obstacle, served
from contract_suite.behaviours.kit.retrying import LOOKS, late_looks
from contract_suite.contract.addressing import address, any_state, missing_parameters, plain
from contract_suite.contract.operation import Operation
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Arguments, Missing

_BOTH_ENDS: Final = 3
"""How many pages of a long list are looked at where new items stand: its first, its last, its second."""


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


def read_one(
    session: Session, ops: ResourceOperations, made: Made, *, note: str = "", aim: str = ""
) -> ReadResult | None:
    """Read one of a resource, or find it in a list where nothing reads one by itself; `None` if the contract has no way to."""
    if ops.read is None and ops.shown_by is not None and session.allowed(ops.shown_by):
        found = search_list(session, ops.shown_by, made, note=note, aim=aim)
        if not found.exchanges:
            return None
        return ReadResult(exchange=found.exchanges[-1], value=found.item, trouble="" if found.found else found.trouble)
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
    """Return the arguments that address `made`, in whatever state, and say nothing else.

    `None` if a required parameter has no value.
    """
    arguments = {**any_state(operation), **address(operation, made.identity, made.scope)}
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
    session: Session,
    listing: Operation,
    made: Made,
    *,
    note: str = "",
    aim: str = "",
    everywhere: bool = True,
    short_ends: bool = True,
) -> SearchResult:
    """Look for one of a resource in a list: by a filter on its identity if there is one, then page by page.

    Without `everywhere`, a long list is only looked at where it begins and ends; without `short_ends`, no page that is
    shorter than asked for is taken for the last one.
    """
    base = session.locate(listing, made)
    collection = listing.promises.collection
    if base is None or collection is None:
        return SearchResult(trouble=f"{listing.id} needs an argument that is not known of the new {made.resource.name}")
    note = note or f"look for the {made.resource.name}"
    walk = Walk()
    most = MOST_PAGES if everywhere else _BOTH_ENDS
    filtered = (Listing(session, listing, arguments) for arguments in _filtered(listing, base, made))
    for pages in (
        *(each.pages(walk, note=note, aim=aim, most=1) for each in filtered),
        Listing(session, listing, base).pages(
            walk, note=note, aim=aim, most=most, last_early=True, short_ends=short_ends
        ),
    ):
        walk.trouble = ""
        for page in pages:
            item = _pick(page.items, made)
            if not isinstance(item, Missing):
                return SearchResult(item=item, exchanges=tuple(walk.exchanges))
    return SearchResult(exchanges=tuple(walk.exchanges), trouble=walk.trouble if everywhere else "")


def search_until_found(
    session: Session, listing: Operation, made: Made, *, note: str = "", aim: str = "", clause: str = ""
) -> SearchResult:
    """Look until it is found, at most three times: behind a page that is shorter than asked for, too, from the second on.

    With the id of a `clause` that is broken if it isn't found, for some seconds more, since a list may lag.
    """
    found = search_list(session, listing, made, note=note, aim=aim)
    for _ in range(LOOKS - 1):
        if found.found or found.trouble:
            return found
        found = search_list(session, listing, made, note=note, aim=aim, short_ends=False)
    for _ in late_looks(session, "" if found.found or found.trouble else clause):
        found = search_list(session, listing, made, note=note, aim=aim, short_ends=False)
        if found.found or found.trouble:
            break
    return found


def search_until_gone(
    session: Session, listing: Operation, made: Made, *, note: str = "", aim: str = "", clause: str = ""
) -> SearchResult:
    """Look until it is not found any more, at most three times; in a long list, where new things stand.

    With the id of a `clause` that is broken if it is found, for some seconds more, since a list may lag.
    """
    found = search_list(session, listing, made, note=note, aim=aim, everywhere=False)
    for _ in range(LOOKS - 1):
        if not found.found:
            return found
        found = search_list(session, listing, made, note=note, aim=aim, everywhere=False)
    for _ in late_looks(session, clause if found.found else ""):
        found = search_list(session, listing, made, note=note, aim=aim, everywhere=False)
        if not found.found:
            break
    return found


def first_page(session: Session, listing: Operation, arguments: Arguments, *, note: str) -> ListPage | None:
    """Return the first page of a list, as long as can be; `None` if what comes is no list."""
    if listing.promises.collection is None:
        return None
    return Listing(session, listing, arguments).first_page(note=note)


def item_on_first_page(
    session: Session, listing: Operation, arguments: Arguments, made: Made, *, note: str
) -> tuple[Exchange, JSON] | None:
    """Return how the first page of a list shows one of a resource; `None` if it doesn't."""
    page = first_page(session, listing, arguments, note=note)
    item = _pick(page.items, made) if page else MISSING
    return None if page is None or isinstance(item, Missing) else (page.exchange, item)


def _filtered(listing: Operation, base: Arguments, made: Made) -> Iterator[dict[str, JSON]]:
    """Arguments that keep only what has the identity, if the list has such filters."""
    chosen: dict[str, JSON] = {}
    for rule in listing.promises.filters:
        parameter = listing.parameter(rule.parameter)
        value = made.identity.get(plain(rule.field))
        if rule.match == "equals" and parameter is not None and value is not None and parameter.subject not in base:
            chosen[parameter.subject] = [value] if rule.several and not rule.separator else value
    if chosen:
        yield {**base, **chosen}


def _pick(items: Sequence[JSON], made: Made) -> JSON | Missing:
    return next((item for item in items if same_identity(item, made.identity)), MISSING)
