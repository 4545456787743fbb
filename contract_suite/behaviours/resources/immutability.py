"""What an update may not change stays, whatever its body holds and whatever its answer is; what the server assigns, no client chooses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.answering import Answers, obstacle, promise, shown, unpromised
from contract_suite.behaviours.kit.comparing import alike, changed, field_in
from contract_suite.behaviours.kit.resource_operations import (
    Cast,
    casts,
    declares,
    listed_representation,
    property_of,
    representation,
)
from contract_suite.behaviours.resources.kit.field_values import Flavour, value_for
from contract_suite.behaviours.resources.kit.making import changing, make, named, update
from contract_suite.behaviours.resources.kit.observing import Listed, Sight, find_again, look, look_again
from contract_suite.behaviours.resources.kit.unknown_identities import altered
from contract_suite.contract.addressing import body_properties, field_of, plain
from contract_suite.contract.operation import Contract
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing
from contract_suite.model.verdict import Verdict

NAME = "immutability"


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every field that an update may not change, and every field that the server sets."""
    for cast in casts(contract):
        promised = [*promises(cast).values(), *assignments(cast).values()]
        yield from promised
        if not promised:
            yield from unpromised(
                contract, NAME, cast.name, f"the document has no operation that updates {cast.one}", operation=cast.any
            )
    if not contract.resources:
        yield from unpromised(contract, NAME, "resources", "the document names no resources (x-contract)")


def promises(cast: Cast) -> dict[str, Clause]:
    """A clause for each field that an update may not change, by field."""
    role = cast.resource.update
    if cast.update is None or role is None or cast.read is None or cast.create is None:
        return {}
    text = "The {field} of {one} never changes, whatever an update holds."
    return {
        field: promise(
            NAME,
            cast.update,
            field,
            "immutable",
            text.format(field=field, one=cast.one),
            rests_on=role,
            source=role.source_of("mutable"),
        )
        for field in fixed(cast)
    }


def assignments(cast: Cast) -> dict[str, Clause]:
    """A clause for each field that the server sets, by field."""
    if cast.create is None or cast.read is None:
        return {}
    return {
        plain(each.field): promise(
            NAME,
            cast.create,
            plain(each.field),
            "server-assigned",
            f"The {plain(each.field)} of {cast.one} is the server's to set.",
            rests_on=each,
        )
        for each in cast.resource.assigned
        if declares(representation(cast.read), each.field)
        and "/" not in plain(each.field)
        and plain(each.field) not in body_properties(cast.create)
    }


def fixed(cast: Cast) -> list[str]:
    """The fields that a read shows, that an update may not change, and that an update could try to."""
    if cast.create is None or cast.update is None:
        return []
    known = [*cast.resource.identity, *(field_of(cast.create, name) for name in body_properties(cast.create))]
    known += [*(each.field for each in cast.resource.assigned), *cast.resource.inherits]
    addressing = {field_of(cast.update, name) for name in body_properties(cast.update)} & {
        plain(each) for each in cast.resource.identity
    }
    place = representation(cast.read)
    left = {
        *cast.mutable,
        *cast.modified,
        *addressing,
        *(plain(each) for each in (cast.resource.update.mutable if cast.resource.update else ())),
    }
    fields = dict.fromkeys(plain(each) for each in known)
    return [field for field in fields if field not in left and "/" not in field and declares(place, field)]


def drive(session: Session) -> Iterator[Verdict]:
    """Update one of each resource with bodies that name what may not change, and create one with what the server sets."""
    for cast in casts(session.contract):
        answers = Answers(session, promises(cast))
        if answers.any and cast.update is not None:
            if not session.allowed(cast.update):
                yield from answers.rest(f"{cast.update.id} may not be called in this run")
            else:
                yield from _updated(session, cast, answers)
                yield from answers.rest(f"no {cast.name} could be made, read and updated")
        answers = Answers(session, assignments(cast))
        if answers.any and cast.create is not None:
            yield from _assigned(session, cast, answers)
            yield from answers.rest(f"a create of {cast.one} that sets what is the server's was refused")


def _updated(session: Session, cast: Cast, answers: Answers) -> Iterator[Verdict]:
    made = make(session, cast, note=f"make {cast.one} to update")
    before = look_again(session, cast, made) if made else None
    if made is None or before is None or not before.there:
        return
    wanted = [field for field in fixed(cast) if answers.wants(field)]
    lists = {listing.id: find_again(session, listing, made) for listing in cast.lists if session.allowed(listing)}
    exchange = None
    for fields in _rounds(cast, wanted):
        values = {field: value for field in fields if (value := _other(session, cast, field, before)) is not None}
        if not values:
            continue
        body = (
            {
                **changing(cast, Flavour.OTHER),
                **{property_of(cast.update, field) or field: value for field, value in values.items()},
            }
            if cast.update
            else {}
        )
        note = f"an update that names {', '.join(values)}"
        exchange = update(session, cast, made, body, note=note, aim=answers.aim(fields[0]), intent=Intent.UNKNOWN)
        if exchange is None or obstacle(exchange):
            continue
        yield from _unchanged(session, cast, answers, made, before=before, exchange=exchange, values=values)
    if exchange is not None:
        yield from _unchanged_in_lists(session, cast, answers, made, lists=lists, exchange=exchange)


def _rounds(cast: Cast, fields: list[str]) -> list[list[str]]:
    """What a client gave comes alone, since a server may refuse to hear of it; the rest comes together."""
    given = {field_of(cast.create, name) for name in body_properties(cast.create)} if cast.create else set()
    alone = [field for field in fields if field in given or field in cast.own_identity]
    others = [field for field in fields if field not in alone]
    return [*([field] for field in alone), *([others] if others else [])]


def _unchanged(
    session: Session,
    cast: Cast,
    answers: Answers,
    made: Made,
    *,
    before: Sight,
    exchange: Exchange,
    values: Mapping[str, JSON],
) -> Iterator[Verdict]:
    after = look(session, cast, made, note=f"read the {cast.name} after it")
    if after is not None and not after.there and not after.trouble:
        after = look_again(session, cast, made)
    if after is None or after.trouble:
        return
    for field, tried in values.items():
        if not after.there:
            message = f"an update named {named(values)} and was answered {exchange.status}; the {cast.name} is not found any more"
            yield from answers.failed(
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
        found = changed(before.value, after.value, [field])
        if found:
            message = (
                f"{field} may not change; an update that named it as {shown(tried)} was answered {exchange.status}, "
                f"and {shown(found.expected)} became {shown(found.actual)}"
            )
            yield from answers.failed(
                field,
                message,
                before.exchange,
                exchange,
                after.exchange,
                pointer=found.pointer,
                expected=found.expected,
                actual=found.actual,
            )
        else:
            message = f"an update that named {field} was answered {exchange.status} and did not change it"
            yield from answers.passed(field, message, before.exchange, exchange, after.exchange)


def _unchanged_in_lists(
    session: Session, cast: Cast, answers: Answers, made: Made, *, lists: dict[str, Listed], exchange: Exchange
) -> Iterator[Verdict]:
    for listing in cast.lists:
        former = lists.get(listing.id)
        if former is None or not former.there:
            continue
        listed = find_again(session, listing, made, note=f"look at the {cast.name} in the list")
        place = listed_representation(listing)
        for field in fixed(cast):
            found = changed(former.item, listed.item, [field]) if listed.there and declares(place, field) else None
            if found:
                message = (
                    f"{field} may not change; after an update that named it, {listing.id} shows "
                    f"{shown(found.actual)}, not {shown(found.expected)}"
                )
                yield from answers.failed(
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


def _assigned(session: Session, cast: Cast, answers: Answers) -> Iterator[Verdict]:
    made = make(session, cast, note=f"make {cast.one} to see what the server sets")
    before = look_again(session, cast, made) if made else None
    if before is None or not before.there:
        return
    values = {
        field: value
        for field in assignments(cast)
        if answers.wants(field) and (value := _other(session, cast, field, before)) is not None
    }
    again = make(session, cast, values=values, note=f"make {cast.one}, naming {', '.join(values)}") if values else None
    after = look_again(session, cast, again) if again else None
    if again is None or after is None or not after.there:
        return
    body = again.arguments.get("body")
    for field, value in values.items():
        if not isinstance(body, dict) or field not in body:
            continue
        if alike(field_in(after.value, field), value):
            message = f"{field} is the server's to set; a create that named it as {shown(value)} got it"
            yield from answers.failed(field, message, again.exchange, after.exchange, pointer=f"/{field}", actual=value)
        else:
            yield from answers.passed(
                field, f"a create that named {field} did not decide it", again.exchange, after.exchange
            )


def _other(session: Session, cast: Cast, field: str, before: Sight) -> JSON:
    """Return another value for a field than the one shown; `None` if there is none to be had."""
    current = field_in(before.value, field)
    if field in cast.own_identity and not isinstance(current, Missing):
        return altered(session.random, current)
    place = representation(cast.read)
    for flavour in (Flavour.OTHER, Flavour.PLAIN):
        value = value_for(place.member(field), flavour, anyway=True) if place else None
        if value is not None and not isinstance(value, Missing) and not alike(current, value):
            return value
    return None


BEHAVIOUR = Behaviour(
    name=NAME,
    title="What an update may not change stays as it was, in reads and lists, and what the server sets no client chooses.",
    clauses=clauses,
    drive=drive,
)
