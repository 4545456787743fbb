"""Updates that name what may not change, and updates that do not: it stays as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import Difference, alike, field_in, first_change
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    declares,
    listed_representation,
    property_of,
)
from contract_suite.behaviours.kit.responses import obstacle, refused, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.immutability.clauses import derived, fixed
from contract_suite.behaviours.resources.immutability.values import other_value
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import make, named
from contract_suite.behaviours.resources.kit.observing import (
    ReadResult,
    SearchResult,
    read_one,
    read_until_found,
    search_until_found,
)
from contract_suite.behaviours.resources.kit.updating import update, update_values
from contract_suite.contract.addressing import (
    body_properties,
    field_of,
)
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing
from contract_suite.model.verdict import Verdict

_GONE: Final = frozenset({404, 410})


def judge_updates(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> Iterator[Verdict]:
    """Make one, update it with bodies that name what may not change, and look at it and its lists."""
    made = make(session, ops, note=f"make {ops.with_article} to update")
    before = read_until_found(session, ops, made) if made else None
    if made is None or before is None or not before.found:
        return
    wanted = [field for field in fixed(ops) if verdicts.is_wanted(field)]
    lists = {
        listing.id: search_until_found(session, listing, made) for listing in ops.lists if session.allowed(listing)
    }
    exchange = None
    for fields in _rounds(ops, wanted):
        values = {field: value for field in fields if (value := other_value(session, ops, field, before)) is not None}
        if not values:
            continue
        body = (
            {
                **update_values(ops, Flavour.OTHER, session),
                **{property_of(ops.update, field) or field: value for field, value in values.items()},
            }
            if ops.update
            else {}
        )
        note = f"an update that names {', '.join(values)}"
        exchange = update(session, ops, made, body, note=note, aim=verdicts.clause_id(fields[0]), intent=Intent.UNKNOWN)
        if exchange is None or obstacle(exchange):
            continue
        yield from _unchanged(session, ops, verdicts, made, before=before, exchange=exchange, values=values)
        if refused(exchange):
            yield from _unchanged_unnamed(session, ops, verdicts, made, before=before, fields=values)
    if exchange is not None:
        yield from _unchanged_in_lists(session, ops, verdicts, made, lists=lists, exchange=exchange)


def _rounds(ops: ResourceOperations, fields: list[str]) -> list[list[str]]:
    """What a client gave comes alone, since a server may refuse to hear of it; the rest comes together."""
    given = {field_of(ops.create, name) for name in body_properties(ops.create)} if ops.create else set()
    alone = [field for field in fields if field in given or field in ops.own_identity]
    others = [field for field in fields if field not in alone]
    return [*([field] for field in alone), *([others] if others else [])]


def _unchanged(
    session: Session,
    ops: ResourceOperations,
    verdicts: Verdicts,
    made: Made,
    *,
    before: ReadResult,
    exchange: Exchange,
    values: Mapping[str, JSON],
) -> Iterator[Verdict]:
    after = read_one(session, ops, made, note=f"read the {ops.name} after it")
    if after is not None and not after.found and not after.trouble:
        after = read_until_found(session, ops, made)
    if after is None or after.trouble:
        return
    if not after.found and not session.contract.sourced and _is_elsewhere(session, before, exchange, made, values):
        for field in values:
            yield from verdicts.untested(field, f"the update moved the {ops.name} to another address", exchange)
        return
    for field, tried in values.items():
        if not after.found:
            message = (
                f"an update named {named(values)} and was answered {exchange.status}; "
                f"the {ops.name} is not found any more"
            )
            yield from verdicts.failed(
                field,
                message,
                before.exchange,
                exchange,
                after.exchange,
                problem="gone",
                expected=200,
                actual=after.exchange.status,
            )
            continue
        found = first_change(before.value, after.value, [field])
        if found and field in derived(ops) and not alike(found.actual, tried):
            yield from verdicts.untested(
                field, f"the server set {field} itself, and not to the value in the update", exchange
            )
        elif found:
            update_of_it = f"an update that named it as {shown(tried)}"
            yield from _changed(verdicts, field, found, update_of_it, (before.exchange, exchange, after.exchange))
        else:
            message = f"an update that named {field} was answered {exchange.status} and did not change it"
            yield from verdicts.passed(field, message, before.exchange, exchange, after.exchange)


def _is_elsewhere(
    session: Session, before: ReadResult, exchange: Exchange, made: Made, tried: Mapping[str, JSON]
) -> bool:
    """Whether an update gave a thing another address that nobody named, made of its new title, or found it there no more."""
    answer = session.json(exchange) if served(exchange) else None
    came = {field: field_in(answer, field) for field in made.identity} if isinstance(answer, dict) else {}
    moved = [
        field
        for field, value in came.items()
        if not isinstance(value, Missing)
        and not alike(value, field_in(before.value, field))
        and not (field in tried and alike(value, tried[field]))
    ]
    return bool(moved) or exchange.status in _GONE


def _unchanged_unnamed(
    session: Session,
    ops: ResourceOperations,
    verdicts: Verdicts,
    made: Made,
    *,
    before: ReadResult,
    fields: Iterable[str],
) -> Iterator[Verdict]:
    """Update without a word of what the server set once, such as the time of creation, where it may not be named."""
    given = {field_of(ops.create, name) for name in body_properties(ops.create)} if ops.create else set()
    once = [field for field in fields if field not in derived(ops) | given and verdicts.is_wanted(field)]
    values = update_values(ops, Flavour.OTHER, session) if once else {}
    if not values:
        return
    exchange = update(session, ops, made, values, note=f"an update that does not name {', '.join(once)}")
    after = read_one(session, ops, made, note=f"read the {ops.name} after it") if exchange is not None else None
    if exchange is None or after is None or not served(exchange) or not after.found:
        return
    for field in once:
        found = first_change(before.value, after.value, [field])
        if found is None or isinstance(found.expected, Missing):
            continue
        shown_by = (before.exchange, exchange, after.exchange)
        yield from _changed(verdicts, field, found, "an update that did not name it", shown_by)


def _changed(
    verdicts: Verdicts, field: str, found: Difference, update_of_it: str, shown_by: tuple[Exchange, Exchange, Exchange]
) -> Iterator[Verdict]:
    """A field has another value than before; the exchanges are the read before, the update and the read after it."""
    message = (
        f"{field} may not change; {update_of_it} was answered {shown_by[1].status}, "
        f"and {shown(found.expected)} became {shown(found.actual)}"
    )
    yield from verdicts.failed(
        field, message, *shown_by, pointer=found.pointer, expected=found.expected, actual=found.actual
    )


def _unchanged_in_lists(
    session: Session,
    ops: ResourceOperations,
    verdicts: Verdicts,
    made: Made,
    *,
    lists: dict[str, SearchResult],
    exchange: Exchange,
) -> Iterator[Verdict]:
    for listing in ops.lists:
        former = lists.get(listing.id)
        if former is None or not former.found:
            continue
        listed = search_until_found(session, listing, made, note=f"look at the {ops.name} in the list")
        place = listed_representation(listing)
        for field in (each for each in fixed(ops) if each not in derived(ops)):
            found = first_change(former.item, listed.item, [field]) if listed.found and declares(place, field) else None
            if found:
                message = (
                    f"{field} may not change; after an update that named it, {listing.id} shows "
                    f"{shown(found.actual)}, not {shown(found.expected)}"
                )
                yield from verdicts.failed(
                    field,
                    message,
                    former.exchanges[-1],
                    exchange,
                    listed.exchanges[-1],
                    pointer=found.pointer,
                    problem="listed",
                    expected=found.expected,
                    actual=found.actual,
                )
