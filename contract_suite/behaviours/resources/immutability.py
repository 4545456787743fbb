"""What an update may not change stays, and what the server assigns no client chooses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.clauses import clauses_of_resources, make_clause
from contract_suite.behaviours.kit.comparing import alike, field_in, first_change
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    declares,
    listed_representation,
    property_of,
    representation,
    request_body,
    resource_operations,
)
from contract_suite.behaviours.kit.responses import obstacle, refused
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.field_values import Flavour, value_for
from contract_suite.behaviours.resources.kit.making import body_is_valid, make, named, update, update_values
from contract_suite.behaviours.resources.kit.observing import (
    ReadResult,
    SearchResult,
    read_one,
    read_until_found,
    search_until_found,
)
from contract_suite.behaviours.resources.kit.unknown_identities import altered_value
from contract_suite.contract.addressing import (
    body_properties,
    field_of,
    identity_in,
    named_values,
    plain,
    scope_in,
    with_body,
)
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing
from contract_suite.model.verdict import Verdict

NAME = "immutability"


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every field that an update may not change, and every field that the server sets."""
    yield from clauses_of_resources(
        contract,
        NAME,
        lambda ops: (*clauses_of(ops).values(), *assignments(ops).values()),
        lambda ops: f"the document has no operation that updates {ops.with_article}",
    )


def clauses_of(ops: ResourceOperations) -> dict[str, Clause]:
    """A clause for each field that an update may not change, by field."""
    role = ops.resource.update
    if ops.update is None or role is None or ops.read is None or ops.create is None:
        return {}
    free = derived(ops)
    return {
        field: make_clause(
            NAME,
            ops.update,
            field,
            "immutable",
            f"No update sets the {field} of {ops.with_article}."
            if field in free
            else f"No update changes the {field} of {ops.with_article}.",
            rests_on=role,
            source=role.source_of("mutable"),
        )
        for field in fixed(ops)
    }


def assignments(ops: ResourceOperations) -> dict[str, Clause]:
    """A clause for each field that the server sets, by field."""
    if ops.create is None or ops.read is None:
        return {}
    return {
        plain(each.field): make_clause(
            NAME,
            ops.create,
            plain(each.field),
            "server-assigned",
            f"The {plain(each.field)} of {ops.with_article} is the server's to set.",
            rests_on=each,
        )
        for each in ops.resource.assigned
        if declares(representation(ops.read), each.field)
        and "/" not in plain(each.field)
        and (plain(each.field) not in body_properties(ops.create) or _only_shown(ops.create, plain(each.field)))
    }


def derived(ops: ResourceOperations) -> frozenset[str]:
    """The fields that the server sets and may set anew at any time, such as a count or a sum."""
    return frozenset(
        plain(each.field)
        for each in ops.resource.assigned
        if not (each.time or each.format or each.value is not None) and plain(each.field) not in ops.own_identity
    )


def _only_shown(create: Operation, field: str) -> bool:
    """Whether the schema of a create has a field that only answers show (`readOnly`), as schemas do that serve both."""
    place = request_body(create)
    return place is not None and place.member(property_of(create, field) or field).keyword("readOnly") is True


def fixed(ops: ResourceOperations) -> list[str]:
    """The fields that a read shows, that an update may not change, and that an update could try to."""
    if ops.create is None or ops.update is None:
        return []
    known = [*ops.resource.identity, *(field_of(ops.create, name) for name in body_properties(ops.create))]
    known += [*(each.field for each in ops.resource.assigned), *ops.resource.inherits]
    addressing = {field_of(ops.update, name) for name in body_properties(ops.update)} & {
        plain(each) for each in ops.resource.identity
    }
    place = representation(ops.read)
    left = {
        *ops.mutable,
        *ops.modified,
        *addressing,
        *(plain(each) for each in (ops.resource.update.mutable if ops.resource.update else ())),
    }
    fields = dict.fromkeys(plain(each) for each in known)
    unsure = {field for field in derived(ops) if place is not None and _has_few_values(place.member(field))}
    return [field for field in fields if field not in left | unsure and "/" not in field and declares(place, field)]


def _has_few_values(place: SchemaView) -> bool:
    """Whether a field that the server sets anew may have a value by chance that an update named."""
    return "boolean" in place.types() or any(
        isinstance(each, dict) and ("enum" in each or "const" in each) for each in place.possible()
    )


def drive(session: Session) -> Iterator[Verdict]:
    """Update each resource with bodies that name what may not change; create one with what the server sets."""
    for ops in resource_operations(session.contract):
        verdicts = Verdicts(session, clauses_of(ops))
        if verdicts.any_wanted and ops.update is not None:
            if not session.allowed(ops.update):
                yield from verdicts.leave_untested(f"{ops.update.id} may not be called in this run")
            else:
                yield from _updated(session, ops, verdicts)
                yield from verdicts.leave_untested(f"no {ops.name} could be made, read and updated")
        verdicts = Verdicts(session, assignments(ops))
        if verdicts.any_wanted and ops.create is not None:
            yield from _assigned(session, ops, verdicts)
            yield from verdicts.leave_untested(
                f"a create of {ops.with_article} that sets what is the server's was refused"
            )


def _updated(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> Iterator[Verdict]:
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
        values = {field: value for field in fields if (value := _other(session, ops, field, before)) is not None}
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
            message = (
                f"{field} may not change; an update that named it as {shown(tried)} was answered {exchange.status}, "
                f"and {shown(found.expected)} became {shown(found.actual)}"
            )
            yield from verdicts.failed(
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
            yield from verdicts.passed(field, message, before.exchange, exchange, after.exchange)


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


def _assigned(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> Iterator[Verdict]:
    made = make(session, ops, note=f"make {ops.with_article} to see what the server sets")
    before = read_until_found(session, ops, made) if made else None
    if before is None or not before.found:
        return
    values = {
        field: value
        for field in assignments(ops)
        if verdicts.is_wanted(field) and (value := _other(session, ops, field, before)) is not None
    }
    if made is None or not values or ops.create is None:
        return
    if not any(_only_shown(ops.create, field) for field in values) and body_is_valid(
        ops.create, with_body(made.arguments, values)
    ):
        again = make(session, ops, values=values, note=f"make {ops.with_article}, naming {', '.join(values)}")
        if again is not None:
            yield from _not_decided(session, ops, verdicts, again, values)
        return
    for field, value in values.items():
        yield from _named_against_the_schema(session, ops, ops.create, verdicts, field=field, value=value)


def _named_against_the_schema(
    session: Session, ops: ResourceOperations, create: Operation, verdicts: Verdicts, *, field: str, value: JSON
) -> Iterator[Verdict]:
    """Name a field that the create's schema does not allow: it is refused, or it is served and not set."""
    accepted = session.accepted(create)
    if accepted is None:
        return
    arguments = with_body(accepted, {field: value})
    note = f"make {ops.with_article} with a {field}, which only the server sets"
    exchange = session.call(create, arguments, note=note, aim=verdicts.clause_id(field), intent=Intent.UNKNOWN)
    if obstacle(exchange):
        return
    if refused(exchange):
        yield from verdicts.passed(field, f"a create that named {field} was refused with {exchange.status}", exchange)
        return
    identity = identity_in(ops.resource, session.json(exchange), named_values(create, accepted))
    if identity is not None:
        again = Made(
            resource=ops.resource,
            arguments=arguments,
            exchange=exchange,
            identity=identity,
            scope=scope_in(ops.resource, create, arguments),
        )
        yield from _not_decided(session, ops, verdicts, again, {field: value})


def _not_decided(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, made: Made, values: Mapping[str, JSON]
) -> Iterator[Verdict]:
    """Read what was made by a create that named the server's fields, and see whose values it has."""
    after = read_until_found(session, ops, made)
    body = made.arguments.get("body")
    if after is None or not after.found or not isinstance(body, dict):
        return
    for field, value in values.items():
        if field not in body:
            continue
        if alike(field_in(after.value, field), value):
            message = f"{field} is the server's to set; a create that named it as {shown(value)} got it"
            yield from verdicts.failed(field, message, made.exchange, after.exchange, pointer=f"/{field}", actual=value)
        else:
            yield from verdicts.passed(
                field, f"a create that named {field} did not decide it", made.exchange, after.exchange
            )


def _other(session: Session, ops: ResourceOperations, field: str, before: ReadResult) -> JSON:
    """Return another value for a field than the one shown; `None` if there is none to be had."""
    current = field_in(before.value, field)
    if field in ops.own_identity and not isinstance(current, Missing):
        return altered_value(session.random, current)
    place = representation(ops.read)
    for flavour in (Flavour.OTHER, Flavour.PLAIN):
        value = value_for(place.member(field), flavour, anyway=True) if place else None
        if value is not None and not isinstance(value, Missing) and not alike(current, value):
            return value
    return None


BEHAVIOUR = Behaviour(
    name=NAME,
    title=(
        "What an update may not change stays as it was, in reads and lists, and what the server sets no client chooses."
    ),
    clauses=clauses,
    drive=drive,
)
