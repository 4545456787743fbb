"""A deletion is complete and touches nothing else: what is deleted answers as unknown, is unlisted, frees its names, and takes along what it owns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.clauses import inapplicable_behaviour, make_clause, weaker
from contract_suite.behaviours.kit.comparing import first_change
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    declares,
    property_of,
    representation,
    resource_operations,
)
from contract_suite.behaviours.kit.responses import obstacle, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import (
    delete,
    make,
    named,
    other_scope,
    sent_values,
    unique_rules,
    update_values,
    with_values,
)
from contract_suite.behaviours.resources.kit.observing import (
    ReadResult,
    SearchResult,
    addressing_arguments,
    read_until_found,
    read_until_gone,
    search_until_found,
    search_until_gone,
)
from contract_suite.behaviours.resources.kit.unknown_identities import judge_deleted
from contract_suite.contract.addressing import identity_in, named_values, plain, scope_in, with_body
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME = "deletion"


def clauses(contract: Contract) -> Iterator[Clause]:
    """What a delete promises, for every resource that has one."""
    for ops in resource_operations(contract):
        promised = clauses_of(contract, ops)
        yield from promised.values()
        if not promised:
            yield from inapplicable_behaviour(
                contract,
                NAME,
                ops.name,
                f"the document has no operations that create and delete {ops.with_article}",
                operation=ops.any_operation,
            )
    if not contract.resources:
        yield from inapplicable_behaviour(contract, NAME, "resources", "the document names no resources (x-contract)")


def clauses_of(contract: Contract, ops: ResourceOperations) -> dict[str, Clause]:
    """The clauses of one resource, by short key."""
    resource, name, role, delete_it = ops.resource, ops.name, ops.resource.delete, ops.delete
    if delete_it is None or role is None or ops.create is None:
        return {}
    source = weaker(role.source, contract.errors.source_of("unknown") if contract.errors else Source.INFERRED)
    gone = "a deleted {name} answers as one that never existed"
    made = {
        "again": make_clause(
            NAME,
            delete_it,
            name,
            "deleted-unknown",
            f"Deleted again, {gone.format(name=name)}.",
            rests_on=role,
            source=source,
        )
    }
    if ops.read:
        made["read"] = make_clause(
            NAME, ops.read, name, "deleted-unknown", f"Read, {gone.format(name=name)}.", rests_on=role, source=source
        )
        made["others"] = make_clause(
            NAME, delete_it, name, "others-kept", f"Deleting one {name} leaves the others as they are.", rests_on=role
        )
    if ops.update and ops.mutable:
        made["update"] = make_clause(
            NAME,
            ops.update,
            name,
            "deleted-unknown",
            f"Updated, {gone.format(name=name)}.",
            rests_on=role,
            source=source,
        )
    for listing in ops.lists:
        text = f"A deleted {name} is not listed by {listing.id}."
        listed = weaker(role.source, resource.source_of_list(listing.id))
        made[listing.id] = make_clause(NAME, listing, name, "deleted-unlisted", text, rests_on=role, source=listed)
    for index, rule in enumerate(unique_rules(ops)):
        fields = "+".join(plain(each) for each in rule.fields)
        text = f"The {fields} of a deleted {name} can be used again."
        made[f"freed:{index}"] = make_clause(
            NAME, delete_it, fields, "freed", text, rests_on=rule, source=weaker(role.source, rule.source)
        )
    assigned = [each for each in resource.assigned if plain(each.field) in ops.own_identity]
    if assigned:
        # No word of the vocabulary says this; that an id means one thing for ever is what its readers rely on.
        text = f"The {plain(assigned[0].field)} of a deleted {name} is not given again."
        made["reuse"] = make_clause(
            NAME,
            ops.create,
            plain(assigned[0].field),
            "not-reused",
            text,
            rests_on=assigned[0],
            source=Source.INFERRED,
        )
    for below in resource_operations(contract):
        if below.name in resource.owns and below.create and below.read:
            text = f"Deleting {ops.with_article} deletes its {below.name}."
            made[f"owned:{below.name}"] = make_clause(
                NAME,
                delete_it,
                below.name,
                "owned-deleted",
                text,
                rests_on=resource,
                source=weaker(resource.source_of("owns"), source),
            )
    return made


def drive(session: Session) -> Iterator[Verdict]:
    """Make several of each resource, delete one, look at all of them; then delete an owner."""
    kept: dict[str, Made] = {}
    for ops in resource_operations(session.contract):
        verdicts = Verdicts(session, clauses_of(session.contract, ops))
        if not verdicts.any_wanted or ops.delete is None:
            continue
        if not session.allowed(ops.delete):
            yield from verdicts.leave_untested(f"{ops.delete.id} may not be called in this run")
            continue
        freed = [f"freed:{index}" for index in range(len(unique_rules(ops)))]
        if verdicts.is_wanted("again", "read", "others", "update", "reuse", *(each.id for each in ops.lists), *freed):
            yield from _delete_one(session, ops, verdicts, kept)
        yield from _delete_owner(session, ops, verdicts)
        yield from verdicts.leave_untested(f"no {ops.name} could be made and deleted")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bystander:
    """One that is to stay: what it is to the one that goes, and how it was before, if that was looked at."""

    made: Made
    what: str
    before: ReadResult | None = None


def _delete_one(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, kept: dict[str, Made]
) -> Iterator[Verdict]:
    """Delete one amid others; `kept` gets one that stays, by the resource's name, for what it may own."""
    earlier = (
        make(session, ops, note=f"make {ops.with_article} to stay, just before the one to delete")
        if verdicts.is_wanted("others")
        else None
    )
    goes = make(session, ops, note=f"make {ops.with_article} to delete")
    if goes is None:
        return
    namesake = _namesake(session, ops, goes, kept) if verdicts.is_wanted("others") else None
    later = _neighbour(session, ops, goes)
    listed = {
        listing.id: search_until_found(session, listing, goes)
        for listing in ops.lists
        if verdicts.is_wanted(listing.id) and session.allowed(listing)
    }
    result = read_until_found(session, ops, later) if later and verdicts.is_wanted("others") else None
    bystanders = (
        [_Bystander(made=later, what="its neighbour", before=result)] if later and result and result.found else []
    )
    bystanders += [_Bystander(made=earlier, what="the one made before it")] if earlier else []
    bystanders += [_Bystander(made=namesake, what="its namesake elsewhere")] if namesake else []
    if bystanders:
        kept[ops.name] = bystanders[0].made
    before = read_until_found(session, ops, goes)
    exchange = delete(session, ops, goes)
    if exchange is None or not served(exchange):
        reason = (
            f"the delete was answered {exchange.status or 'with nothing'}"
            if exchange
            else f"{ops.with_article} can't be addressed to be deleted"
        )
        yield from verdicts.leave_untested(reason, *([exchange] if exchange else []))
        return
    session.forget(goes)
    yield from _unread(session, ops, verdicts, goes, before=before, exchange=exchange)
    yield from _unlisted(session, ops, verdicts, goes, before=listed, exchange=exchange)
    for bystander in bystanders:
        yield from _unharmed(session, ops, verdicts, bystander, exchange=exchange)
    if not verdicts.has_failed("read"):
        yield from _writes(session, ops, verdicts, goes)
    for key in ("update", "again"):
        yield from verdicts.untested(key, "a read still shows what was deleted, which is a clause of its own")
    yield from _freed(session, ops, verdicts, goes, exchange)


def _neighbour(session: Session, ops: ResourceOperations, goes: Made) -> Made | None:
    """Make one right behind it; where the client names them, its name goes on where the other one's ends."""
    if ops.create is None:
        return None
    longer: dict[str, JSON] = {}
    for field in dict.fromkeys(plain(each) for rule in unique_rules(ops) for each in rule.fields):
        value, name = sent_values(ops, goes).get(field), property_of(ops.create, field)
        if isinstance(value, str) and name:
            longer[name] = f"{value}0"
    shared = {name: value for name in _owner_properties(ops) if (value := _body(goes).get(name)) is not None}
    return make(
        session, ops, values={**shared, **longer}, note=f"make its neighbour, {ops.with_article} to stay"
    ) or make(session, ops, values=shared)


def _namesake(session: Session, ops: ResourceOperations, goes: Made, kept: Mapping[str, Made]) -> Made | None:
    """Make one of the same name where that is another one: with another owner, in another place."""
    rule = next((each for each in unique_rules(ops) if each.within), None)
    if (
        ops.create is None
        or rule is None
        or any(sent_values(ops, goes).get(plain(each)) is None for each in rule.fields)
    ):
        return None
    elsewhere = other_scope(session, ops, rule, goes, owner=kept.get(ops.owner.name) if ops.owner else None)
    if not elsewhere:
        return None
    # Whether the name is free elsewhere is another behaviour's question, so the create is not one that must be served.
    arguments = with_values(ops.create, goes.arguments, elsewhere)
    made = _made(session, ops, ops.create, arguments, note=f"make its namesake with another {' and '.join(elsewhere)}")
    return made if made and made.identity != goes.identity else None


def _made(
    session: Session, ops: ResourceOperations, create: Operation, arguments: Arguments, *, note: str
) -> Made | None:
    """Send a create that may be refused."""
    exchange = session.call(create, arguments, note=note, intent=Intent.UNKNOWN)
    identity = (
        identity_in(ops.resource, session.json(exchange), named_values(create, arguments)) if served(exchange) else None
    )
    if identity is None:
        return None
    return Made(
        resource=ops.resource,
        arguments=arguments,
        exchange=exchange,
        identity=identity,
        scope=scope_in(ops.resource, create, arguments),
    )


def _unread(
    session: Session,
    ops: ResourceOperations,
    verdicts: Verdicts,
    made: Made,
    *,
    before: ReadResult | None,
    exchange: Exchange,
) -> Iterator[Verdict]:
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


def _unlisted(
    session: Session,
    ops: ResourceOperations,
    verdicts: Verdicts,
    made: Made,
    *,
    before: Mapping[str, SearchResult],
    exchange: Exchange,
) -> Iterator[Verdict]:
    for listing in ops.lists:
        former = before.get(listing.id)
        if former is None or not former.found:
            yield from verdicts.untested(
                listing.id, f"the {ops.name} was not seen in {listing.id} before it was deleted"
            )
            continue
        listed = search_until_gone(session, listing, made, note=f"look for the deleted {ops.name}")
        if listed.found:
            message = f"the {ops.name} with {named(made.identity)} was deleted and must not be listed by {listing.id}; it still is"
            yield from verdicts.failed(
                listing.id, message, exchange, listed.exchanges[-1], expected="not listed", actual=listed.item
            )
        elif listed.trouble:
            yield from verdicts.untested(listing.id, listed.trouble, *listed.exchanges[-1:])
        else:
            yield from verdicts.passed(
                listing.id, f"the {ops.name} is not listed any more", exchange, *listed.exchanges[-1:]
            )


def _unharmed(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, bystander: _Bystander, *, exchange: Exchange
) -> Iterator[Verdict]:
    made, before, what = bystander.made, bystander.before, bystander.what
    after = read_until_found(session, ops, made, note=f"read {what} after it")
    if after is None or after.trouble:
        yield from verdicts.untested("others", after.trouble if after else f"{what} can't be addressed", exchange)
    elif not after.found:
        if before is None and not _readable_anew(session, ops, made):
            yield from verdicts.untested(
                "others", f"{what} can't be read, and neither can one made like it", made.exchange, after.exchange
            )
            return
        message = f"deleting one {ops.name} must leave the others; {what}, with {named(made.identity)}, is gone too"
        exchanges = (before.exchange if before else made.exchange, exchange, after.exchange)
        yield from verdicts.failed(
            "others", message, *exchanges, problem="gone", expected=200, actual=after.exchange.status
        )
    else:
        place = representation(ops.read)
        names = [name for name in (*sent_values(ops, made), *made.identity) if declares(place, name)]
        found = first_change(before.value, after.value, names) if before else None
        if found and before:
            message = f"deleting one {ops.name} must leave the others; {found.pointer} was {shown(found.expected)} and is {shown(found.actual)}"
            yield from verdicts.failed(
                "others",
                message,
                before.exchange,
                exchange,
                after.exchange,
                pointer=found.pointer,
                expected=found.expected,
                actual=found.actual,
            )
        else:
            yield from verdicts.passed(
                "others", f"{what} is as it was", before.exchange if before else made.exchange, exchange, after.exchange
            )


def _readable_anew(session: Session, ops: ResourceOperations, gone: Made) -> bool:
    """Whether one that is made just like another can be read, so that the other must have been there."""
    if ops.create is None:
        return False
    again = _made(session, ops, ops.create, gone.arguments, note="make one just like it, to see that it can be read")
    result = read_until_found(session, ops, again) if again else None
    return result is not None and result.found


def _writes(session: Session, ops: ResourceOperations, verdicts: Verdicts, made: Made) -> Iterator[Verdict]:
    if ops.update is not None and verdicts.is_wanted("update") and session.allowed(ops.update):
        arguments, values = addressing_arguments(session, ops.update, made), update_values(ops, Flavour.OTHER)
        if arguments is not None and values:
            note = f"update the deleted {ops.name}"
            exchange = session.call(
                ops.update,
                with_body(arguments, values),
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


def _freed(
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
            message = f"{named(values)} was free once its {ops.name} had been deleted; creating another one with it was answered {again.status}"
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


def _delete_owner(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> Iterator[Verdict]:
    """Make an owner with something owned, delete the owner, look for what it owned."""
    for below in resource_operations(session.contract):
        key = f"owned:{below.name}"
        if not verdicts.is_wanted(key) or below.create is None or below.read is None:
            continue
        owner = make(session, ops, note=f"make {ops.with_article} that will own something")
        shared = (
            {
                name: value
                for field, value in owner.identity.items()
                if (name := _property_or_parameter(below.create, field))
            }
            if owner
            else {}
        )
        owned = make(session, below, values=shared, note=f"make {below.with_article} of it") if owner else None
        if (
            owner is None
            or owned is None
            or any(owned.identity.get(field, value) != value for field, value in owner.identity.items())
        ):
            yield from verdicts.untested(key, f"no {ops.name} with {below.with_article} could be made")
            continue
        before = read_until_found(session, below, owned)
        exchange = (
            delete(session, ops, owner, note=f"delete the {ops.name} that owns {below.with_article}")
            if before and before.found
            else None
        )
        if exchange is None or not served(exchange):
            yield from verdicts.untested(
                key,
                f"no {ops.name} with {below.with_article} could be read and deleted",
                *([exchange] if exchange else []),
            )
            continue
        after = read_until_gone(session, below, owned, note=f"read the {below.name} of the deleted {ops.name}")
        if after is not None:
            yield from judge_deleted(
                session, verdicts, key, ops=below, operation=below.read, made=owned, exchange=after.exchange
            )


def _owner_properties(ops: ResourceOperations) -> list[str]:
    """Body properties of a create that name the owner."""
    fields = [plain(each) for each in ops.owner.identity] if ops.owner else []
    return [name for field in fields if ops.create and (name := property_of(ops.create, field))]


def _property_or_parameter(operation: Operation, field: str) -> str | None:
    named_so = next(
        (
            each.name
            for each in operation.parameters
            if plain(operation.promises.bind.get(each.name, each.name)) == field
        ),
        None,
    )
    return property_of(operation, field) or named_so


def _body(made: Made) -> dict[str, JSON]:
    body = made.arguments.get("body")
    return dict(body) if isinstance(body, dict) else {}


BEHAVIOUR = Behaviour(
    name=NAME,
    title="What is deleted answers as unknown, is unlisted, frees its names, takes along what it owns, and leaves everything else.",
    clauses=clauses,
    drive=drive,
)
