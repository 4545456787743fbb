"""What a deletion must take away: the resource in reads and lists, the effect of writes, and the names it held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.left_out import keeps_deleted
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
)
from contract_suite.behaviours.kit.responses import obstacle, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import delete, make, named, sent_values, unique_rules
from contract_suite.behaviours.resources.kit.observing import (
    ReadResult,
    SearchResult,
    addressing_arguments,
    item_on_first_page,
    read_until_gone,
    search_until_gone,
)
from contract_suite.behaviours.resources.kit.unknown_identities import judge_deleted
from contract_suite.behaviours.resources.kit.updating import update_values, with_required
from contract_suite.contract.addressing import identity_in, plain, with_body
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import view
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Missing, at
from contract_suite.model.verdict import Verdict

_FILTERS: Final = 2
"""So many filters are tried after a delete."""


def judge_read(
    session: Session,
    ops: ResourceOperations,
    verdicts: Verdicts,
    made: Made,
    *,
    before: ReadResult | None,
    exchange: Exchange,
) -> Iterator[Verdict]:
    """Read what was deleted, if it could be read before."""
    if ops.read is None or not verdicts.is_wanted("read"):
        return
    if before is None or not before.found:
        yield from verdicts.untested("read", f"the {ops.name} could not be read before it was deleted", exchange)
        return
    after = read_until_gone(session, ops, made, note=f"read the deleted {ops.name}")
    if after is not None:
        yield from judge_deleted(
            session, verdicts, "read", ops=ops, operation=ops.read, made=made, exchange=after.exchange
        )


def judge_lists(
    session: Session,
    ops: ResourceOperations,
    verdicts: Verdicts,
    made: Made,
    *,
    before: Mapping[str, SearchResult],
    exchange: Exchange,
) -> Iterator[Verdict]:
    """Look for what was deleted in every list that showed it before."""
    for listing in ops.lists:
        former = before.get(listing.id)
        if former is None or not former.found:
            yield from verdicts.untested(
                listing.id, f"the {ops.name} was not seen in {listing.id} before it was deleted"
            )
            continue
        note, clause = f"look for the deleted {ops.name}", verdicts.clause_id(listing.id)
        listed = search_until_gone(session, listing, made, note=note, clause=clause)
        if listed.found and keeps_deleted(listing, ops.delete):
            reason = "the document says that what was deleted stays in the list"
            yield from verdicts.untested(listing.id, reason, exchange, listed.exchanges[-1])
        elif listed.found:
            message = (
                f"the {ops.name} with {named(made.identity)} was deleted and must not be listed by {listing.id}; "
                "it still is"
            )
            yield from verdicts.failed(
                listing.id, message, exchange, listed.exchanges[-1], expected="not listed", actual=listed.item
            )
        elif listed.trouble:
            yield from verdicts.untested(listing.id, listed.trouble, *listed.exchanges[-1:])
        elif (filtered := _listed_with_filter(session, listing, made, former.item)) is not None:
            asked, seen, item = filtered
            message = (
                f"the {ops.name} with {named(made.identity)} was deleted and must not be listed by {listing.id}; "
                f"with {asked} the list still shows it, without it does not"
            )
            found = (exchange, *listed.exchanges[-1:], seen)
            yield from verdicts.failed(listing.id, message, *found, expected="not listed", actual=item)
        else:
            yield from verdicts.passed(
                listing.id, f"the {ops.name} is not listed any more", exchange, *listed.exchanges[-1:]
            )


def _listed_with_filter(
    session: Session, listing: Operation, made: Made, shown: JSON | Missing
) -> tuple[str, Exchange, JSON] | None:
    """Ask a list for what has the kind or state that a deleted one had; returns the filter, the exchange and the item if it shows it."""
    base = session.locate(listing, made)
    tried = 0
    for rule in listing.promises.filters if base is not None else ():
        value, parameter = (
            at(shown, rule.field) if not isinstance(shown, Missing) else MISSING,
            listing.parameter(rule.parameter),
        )
        if rule.match != "equals" or rule.several or parameter is None or not isinstance(value, str | bool):
            continue
        choices = view(parameter.schema).keyword("enum")
        if tried >= _FILTERS or value not in (choices if isinstance(choices, list) else (True, False)):
            continue
        tried += 1
        asked = {**(base or {}), parameter.subject: value}
        found = item_on_first_page(session, listing, asked, made, note=f"look for it with {rule.parameter} {value!r}")
        if found is not None:
            return f"{rule.parameter} {value!r}", *found
    return None


def judge_writes(session: Session, ops: ResourceOperations, verdicts: Verdicts, made: Made) -> Iterator[Verdict]:
    """Update and delete what was deleted."""
    if ops.update is not None and verdicts.is_wanted("update") and session.allowed(ops.update):
        arguments, values = addressing_arguments(session, ops.update, made), update_values(ops, Flavour.OTHER, session)
        if arguments is not None and values:
            note = f"update the deleted {ops.name}"
            exchange = session.call(
                ops.update,
                with_body(arguments, with_required(ops, made, values)),
                note=note,
                aim=verdicts.clause_id("update"),
                intent=Intent.UNKNOWN,
            )
            yield from judge_deleted(
                session, verdicts, "update", ops=ops, operation=ops.update, made=made, exchange=exchange
            )
    if ops.delete is not None and verdicts.is_wanted("again"):
        again = delete(
            session,
            ops,
            made,
            note=f"delete the {ops.name} again",
            aim=verdicts.clause_id("again"),
            intent=Intent.UNKNOWN,
        )
        if again is not None:
            yield from judge_deleted(
                session, verdicts, "again", ops=ops, operation=ops.delete, made=made, exchange=again
            )


def judge_freed_names(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, made: Made, exchange: Exchange
) -> Iterator[Verdict]:
    """Send the very create of the deleted one once more."""
    rules = list(enumerate(unique_rules(ops)))
    if ops.create is None or not verdicts.is_wanted("reuse", *(f"freed:{index}" for index, _ in rules)):
        return
    again = session.call(
        ops.create,
        made.arguments,
        note=f"make {ops.with_article} with the names of the deleted one",
        intent=Intent.UNKNOWN,
    )
    control = None if served(again) else make(session, ops, note=f"make {ops.with_article} with new names")
    for index, rule in rules:
        key = f"freed:{index}"
        values = {plain(each): sent_values(ops, made).get(plain(each)) for each in rule.fields}
        if any(value is None for value in values.values()):
            yield from verdicts.untested(key, f"the deleted {ops.name} had no {' and '.join(values)}")
        elif served(again):
            yield from verdicts.passed(key, f"{named(values)} could be used again", exchange, again)
        elif control is None or obstacle(again):
            yield from verdicts.untested(key, obstacle(again) or f"no {ops.name} could be made any more", again)
        else:
            message = (
                f"{named(values)} was free once its {ops.name} had been deleted; "
                f"creating another one with it was answered {again.status}"
            )
            yield from verdicts.failed(
                key, message, exchange, control.exchange, again, expected="2xx", actual=again.status
            )
    identity = identity_in(ops.resource, session.json(again)) if served(again) else None
    if identity is None:
        yield from verdicts.untested("reuse", f"no further {ops.name} could be made", again)
    elif identity == made.identity:
        message = f"{named(identity)} belonged to a deleted {ops.name} and was given again"
        yield from verdicts.failed("reuse", message, made.exchange, exchange, again, actual=dict(identity))
    else:
        yield from verdicts.passed("reuse", f"the next {ops.name} got another identity", made.exchange, exchange, again)
