"""Bounds: what comes lies on the right side of a value, and what lies there comes, at the edge as the document says.

An item is judged by what the list itself shows of it, and only an item that the list shows before and after can be missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.collections.kit.bound_values import (
    DISTINCT,
    differing_listing,
    differing_values,
    dividing_value,
    elsewhere,
    spread,
    taken_values,
)
from contract_suite.behaviours.collections.kit.bounded_answers import Answered, Asked, opened
from contract_suite.behaviours.collections.kit.filled_lists import open_listing
from contract_suite.behaviours.collections.kit.filter_values import selective_values, sent_value
from contract_suite.behaviours.collections.kit.other_readings import OtherReadings, Seen
from contract_suite.behaviours.kit.clauses import applicable_ids, inapplicable_if_none, make_clause
from contract_suite.behaviours.kit.listing import Listing, ListPage, collection_of, collections
from contract_suite.behaviours.kit.retrying import retry_until_stable, untested_if_unusable
from contract_suite.behaviours.kit.verdicts import (
    Unusable,
    VerdictMap,
    Verdicts,
    all_untested,
    failed,
    passed,
    untested,
)
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.bounds import lies_within
from contract_suite.contract.filters import Scalar, passes
from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.schemas.numeric import as_sent, number_in
from contract_suite.contract.schemas.view import view
from contract_suite.contract.vocabulary import Bound, Filter
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.counting import counted
from contract_suite.model.json import JSON, at
from contract_suite.model.verdict import Outcome, Verdict

NAME: Final = "bounds"
SOUND: Final = "bound-sound"
COMPLETE: Final = "bound-complete"
EDGE: Final = "bound-edge"
FIRST: Final = "bounded-before-paging"
BETWEEN: Final = "bounds-combined"
_ENOUGH: Final = 4
_NOT_SHOWN: Final = "the bound may be about a value that is not shown, such as a price with tax or in another currency"
_SAYS_NONE: Final = re.compile(r"\b0\b|\bzero\b|unlimited|no limit", re.IGNORECASE)
"""Words of a description that give 0 a meaning of its own."""


def clauses(contract: Contract) -> Iterator[Clause]:
    """What each bound promises, and what the two of a field do together."""
    found = (
        clause
        for operation in collections(contract)
        for group in (*_by_parameter(operation).values(), _between(operation))
        for clause in group.values()
    )
    yield from inapplicable_if_none(found, contract, NAME, "bounds", "no list promises bounds")


def drive(session: Session) -> Iterator[Verdict]:
    """Ask for what lies above, below and between values that items have."""
    for operation in collections(session.contract):
        groups = _by_parameter(operation)
        promised = [clause for group in (*groups.values(), _between(operation)) for clause in group.values()]
        verdicts = Verdicts(session, {clause.id: clause for clause in promised if not clause.inapplicable})
        if not verdicts.any_wanted:
            continue
        try:
            listing = open_listing(session, operation, at_least=_ENOUGH)
        except Unusable as reason:
            yield from verdicts.leave_unusable(reason)
            continue
        asked = [
            Asked(bound, parameter, applicable_ids(groups[bound.parameter]))
            for bound, parameter in _declared(operation)
        ]
        lists = {each.bound.field: listing for each in asked}
        for field in lists:
            with suppress(Unusable):
                lists[field] = differing_listing(spread(listing, field), field)
        broken: set[str] = set()
        unclear: set[str] = set()
        for one in asked:
            bounds = [one, *(each for each in asked if each.bound.field == one.bound.field and each is not one)]
            observe = partial(_one, lists[one.bound.field], bounds)
            found = retry_until_stable(untested_if_unusable(one.ids.values(), observe))
            broken |= {each.clause for each in found.values() if each.outcome is Outcome.FAILED}
            unclear |= {each.clause for each in found.values() if each.message == _NOT_SHOWN}
            yield from verdicts.report(found.values())
        for clause, pair in zip(applicable_ids(_between(operation)).values(), _pairs(asked), strict=True):
            alone = [each for one in pair for each in one.ids.values()]
            if not unclear.isdisjoint(alone):
                yield from verdicts.untested(clause, _NOT_SHOWN)
                continue
            observe = partial(_both, lists[pair[0].bound.field], pair, clause, edges=broken.isdisjoint(alone))
            yield from verdicts.report(retry_until_stable(untested_if_unusable((clause,), observe)).values())


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="A list with a lower or upper bound has every item within it, and no other.",
    clauses=clauses,
    drive=drive,
)


def _declared(operation: Operation) -> Iterator[tuple[Bound, Parameter]]:
    for bound in operation.promises.bounds:
        parameter = operation.parameter(bound.parameter)
        if parameter is not None and not parameter.required:
            yield bound, parameter


def _by_parameter(operation: Operation) -> dict[str, dict[str, Clause]]:
    page = collection_of(operation).page
    unpaged = "the collection has no pages" if page is None else "pages may hold fewer items" if page.next else ""
    found: dict[str, dict[str, Clause]] = {}
    for bound, parameter in _declared(operation):
        beyond = "below" if bound.lower else "above"
        texts = {
            SOUND: (f"No item returned with {parameter.name} has a {bound.field} {beyond} it.", ""),
            COMPLETE: (f"Every item that lies within {parameter.name} is returned.", ""),
            EDGE: (
                f"An item whose {bound.field} equals {parameter.name} is {bound.edge}.",
                "the contract leaves open whether an item that equals the bound is returned"
                if bound.edge == "either"
                else "",
            ),
            FIRST: (f"{parameter.name} applies before the list is cut into pages.", unpaged),
        }
        found[parameter.name] = {
            kind: make_clause(NAME, operation, parameter.subject, kind, text, rests_on=bound, inapplicable=reason)
            for kind, (text, reason) in texts.items()
        }
    return found


def _between(operation: Operation) -> dict[str, Clause]:
    """What the two bounds of a field promise together, by the names of their parameters."""
    found: dict[str, Clause] = {}
    for lower, upper in _pairs([Asked(bound, parameter, {}) for bound, parameter in _declared(operation)]):
        subject = f"bounds/{lower.parameter.name}/{upper.parameter.name}"
        text = f"With {lower.parameter.name} and {upper.parameter.name}, exactly the items between them are returned."
        found[subject] = make_clause(NAME, operation, subject, BETWEEN, text, rests_on=lower.bound)
    return found


def _pairs(asked: Sequence[Asked]) -> list[tuple[Asked, Asked]]:
    """The first lower and the first upper bound of each field."""
    found = []
    for field in dict.fromkeys(each.bound.field for each in asked):
        lower = [each for each in asked if each.bound.field == field and each.bound.lower]
        upper = [each for each in asked if each.bound.field == field and each.bound.upper]
        if lower and upper:
            found.append((lower[0], upper[0]))
    return found


def _one(listing: Listing, bounds: Sequence[Asked]) -> VerdictMap:
    """Ask for what lies on one side of a value of the upper or the lower third, so that little comes.

    `bounds` are the one that is judged, then the others of its field.
    """
    one = bounds[0]
    whole = listing.all(note="the list without a bound")
    values = taken_values(one.parameter, differing_values(whole.items, one.bound.field))
    if len(values) < DISTINCT:
        reason = f"it takes three items that differ in {one.bound.field}"
        return all_untested(one.ids.values(), reason, [whole.number])
    value = dividing_value(one.bound, values)
    answer = listing.all(one.argument(value), note=f"bounded by {one.parameter.name}", aim=one.ids[SOUND])
    answered = Answered(listing, [(one, value)], whole, answer)
    found = {
        one.ids[SOUND]: answered.sound(one.ids[SOUND]),
        one.ids[COMPLETE]: answered.complete(one.ids[COMPLETE]),
    }
    if EDGE in one.ids:
        found[one.ids[EDGE]] = answered.edge(one.ids[EDGE])
    if FIRST in one.ids:
        found[one.ids[FIRST]] = _before_paging(listing, one, value, answer)
    readings = OtherReadings(listing=listing, whole=whole, asked=bounds)
    readings.seen.append(Seen(asked=one, value=value, page=answer))
    for further in (_in_another_zone, _at_zero, _beside_a_filter):
        if all(verdict.outcome is not Outcome.FAILED for verdict in found.values()):
            with suppress(Unusable):  # a server may refuse other zones
                found |= further(listing, one, value, readings)
    unclear = [
        clause
        for clause, verdict in found.items()
        if clause != one.ids.get(FIRST) and verdict.outcome is Outcome.FAILED
    ]
    if unclear and readings.may_explain():
        found |= all_untested(unclear, _NOT_SHOWN, [whole.number, answer.number])
    return found


def _in_another_zone(listing: Listing, one: Asked, value: JSON, readings: OtherReadings) -> VerdictMap:
    """Ask for the same moment as another time zone writes it (RFC 3339); what breaks the bound then is returned."""
    written = elsewhere(one.parameter, value)
    if written is None:
        return {}
    note = "the same moment in another time zone"
    answer = listing.page(0, listing.biggest, one.argument(written), note=note, intent=Intent.UNKNOWN)
    answered = Answered(listing, [(one, written)], readings.whole, answer)
    judged = (answered.sound(one.ids[SOUND]), answered.complete(one.ids[COMPLETE]))
    return {verdict.clause: verdict for verdict in judged if verdict.outcome is Outcome.FAILED}


def _at_zero(listing: Listing, one: Asked, _value: JSON, readings: OtherReadings) -> VerdictMap:
    """Ask for 0 where that is a value like any other, and something lies beyond it: it is not the same as no bound at all."""
    whole, least = readings.whole, view(one.parameter.schema).keyword("minimum")
    meant = (isinstance(least, (int, float)) and least <= 0) or any(
        number_in(at(each, one.bound.field)) == 0 for each in whole.items
    )
    beyond = any(lies_within(opened(one.bound), each, 0) is False for each in whole.items)
    zero = as_sent(view(one.parameter.schema), 0)
    if (
        not meant
        or not beyond
        or not one.parameter.schema.is_valid(zero)
        or _SAYS_NONE.search(one.parameter.description)
    ):
        return {}
    extra = one.argument(zero)
    answer = listing.page(0, listing.biggest, extra, note=f"bounded by {one.parameter.name}=0", intent=Intent.UNKNOWN)
    readings.seen.append(Seen(asked=one, value=0, page=answer))
    judged = Answered(listing, [(one, 0)], whole, answer).sound(one.ids[SOUND])
    return {judged.clause: judged} if judged.outcome is Outcome.FAILED else {}


def _beside_a_filter(listing: Listing, one: Asked, _value: JSON, readings: OtherReadings) -> VerdictMap:
    """Ask for what one filter keeps, bounded within it: a filter beside it must not make the bound be forgotten."""
    for promise in listing.operation.promises.filters:
        parameter = listing.operation.parameter(promise.parameter)
        kept = _divided(promise, parameter, one, readings.whole.items) if parameter is not None else None
        if parameter is None or kept is None or parameter.required:
            continue
        wanted, limit = kept
        extra = {parameter.subject: sent_value(promise, wanted), **one.argument(limit)}
        note = f"{parameter.name} and {one.parameter.name}"
        answer = listing.page(0, listing.biggest, extra, note=note, intent=Intent.UNKNOWN)
        readings.seen.append(Seen(asked=one, value=limit, page=answer, may_lack=True))
        judged = Answered(listing, [(one, limit)], readings.whole, answer).sound(one.ids[SOUND])
        if judged.outcome is Outcome.FAILED:
            message = f"{parameter.name}={shown(wanted)} and {judged.message}"
            return {judged.clause: replace(judged, message=message)}
    return {}


def _divided(promise: Filter, parameter: Parameter, one: Asked, items: Sequence[JSON]) -> tuple[Scalar, Scalar] | None:
    """Return a value of a filter, and one of a bound that has some of what the filter keeps on either side."""
    for wanted in selective_values(promise, parameter, items)[:_ENOUGH]:
        kept = [each for each in items if passes(promise, each, wanted)]
        values = taken_values(one.parameter, differing_values(kept, one.bound.field))
        if len(values) > 1:
            return wanted, values[-1] if one.bound.lower else values[0]
    return None


def _both(listing: Listing, pair: tuple[Asked, Asked], clause: str, *, edges: bool) -> VerdictMap:
    """Ask for what lies between two values with one at least between them; with `edges`, look at what equals one too."""
    lower, upper = pair
    whole = listing.all(note="the list without bounds")
    values = taken_values(
        upper.parameter, taken_values(lower.parameter, differing_values(whole.items, lower.bound.field))
    )
    if len(values) <= DISTINCT:
        return {clause: untested(clause, f"it takes four items that differ in {lower.bound.field}", [whole.number])}
    third = max(1, len(values) // 3)
    given = [(lower, values[third - 1]), (upper, values[-third])]
    extra = {subject: value for one, limit in given for subject, value in one.argument(limit).items()}
    answer = listing.all(extra, note=f"{lower.parameter.name} and {upper.parameter.name}", aim=clause)
    answered = Answered(listing, given, whole, answer)
    sound, complete = answered.sound(clause), answered.complete(clause)
    decisive = sound if sound.outcome is Outcome.FAILED or complete.outcome is Outcome.PASSED else complete
    if decisive.outcome is Outcome.FAILED or not edges:
        return {clause: decisive}
    equal = [answered.edge(one.ids[EDGE], which) for which, (one, _) in enumerate(given) if EDGE in one.ids]
    return {clause: decisive} | {each.clause: each for each in equal if each.outcome is Outcome.FAILED}


def _before_paging(listing: Listing, one: Asked, value: JSON, answer: ListPage) -> Verdict:
    """A page of one holds an item if anything lies within, whatever the list begins with."""
    clause = one.ids[FIRST]
    if not answer.items:
        return untested(clause, "no item was returned that could be cut into pages", [answer.number])
    first = listing.page(0, 1, one.argument(value), note="a first page of one item", aim=clause)
    if first.items:
        return passed(clause, [first.number])
    message = f"{one.parameter.name}={shown(value)} returns {counted(len(answer.items), 'item')}, but a first page of 1 holds none"
    return failed(clause, message, [answer.number, first.number], expected=1, actual=0)
