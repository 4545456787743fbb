"""A deletion is complete and touches nothing else: what is deleted answers as unknown, is unlisted, frees its names, and takes along what it owns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.answering import Answers, obstacle, promise, served, shown, unpromised, weaker
from contract_suite.behaviours.kit.comparing import changed
from contract_suite.behaviours.kit.resource_operations import Cast, casts, declares, property_of, representation
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import (
    another_scope,
    changing,
    delete,
    make,
    named,
    placed,
    sent,
    uniques,
)
from contract_suite.behaviours.resources.kit.observing import (
    Listed,
    Sight,
    addressed,
    find_again,
    gone_from,
    look_again,
    look_until_gone,
)
from contract_suite.behaviours.resources.kit.unknown_identities import judge_gone
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
    for cast in casts(contract):
        promised = promises(contract, cast)
        yield from promised.values()
        if not promised:
            yield from unpromised(
                contract,
                NAME,
                cast.name,
                f"the document has no operations that create and delete {cast.one}",
                operation=cast.any,
            )
    if not contract.resources:
        yield from unpromised(contract, NAME, "resources", "the document names no resources (x-contract)")


def promises(contract: Contract, cast: Cast) -> dict[str, Clause]:
    """The clauses of one resource, by short key."""
    resource, name, role, delete_it = cast.resource, cast.name, cast.resource.delete, cast.delete
    if delete_it is None or role is None or cast.create is None:
        return {}
    source = weaker(role.source, contract.errors.source_of("unknown") if contract.errors else Source.INFERRED)
    gone = "a deleted {name} answers as one that never existed"
    made = {
        "again": promise(
            NAME,
            delete_it,
            name,
            "deleted-unknown",
            f"Deleted again, {gone.format(name=name)}.",
            rests_on=role,
            source=source,
        )
    }
    if cast.read:
        made["read"] = promise(
            NAME, cast.read, name, "deleted-unknown", f"Read, {gone.format(name=name)}.", rests_on=role, source=source
        )
        made["others"] = promise(
            NAME, delete_it, name, "others-kept", f"Deleting one {name} leaves the others as they are.", rests_on=role
        )
    if cast.update and cast.mutable:
        made["update"] = promise(
            NAME,
            cast.update,
            name,
            "deleted-unknown",
            f"Updated, {gone.format(name=name)}.",
            rests_on=role,
            source=source,
        )
    for listing in cast.lists:
        text = f"A deleted {name} is not listed by {listing.id}."
        listed = weaker(role.source, resource.source_of_list(listing.id))
        made[listing.id] = promise(NAME, listing, name, "deleted-unlisted", text, rests_on=role, source=listed)
    for index, rule in enumerate(uniques(cast)):
        fields = "+".join(plain(each) for each in rule.fields)
        text = f"The {fields} of a deleted {name} can be used again."
        made[f"freed:{index}"] = promise(
            NAME, delete_it, fields, "freed", text, rests_on=rule, source=weaker(role.source, rule.source)
        )
    assigned = [each for each in resource.assigned if plain(each.field) in cast.own_identity]
    if assigned:
        # No word of the vocabulary says this; that an id means one thing for ever is what its readers rely on.
        text = f"The {plain(assigned[0].field)} of a deleted {name} is not given again."
        made["reuse"] = promise(
            NAME,
            cast.create,
            plain(assigned[0].field),
            "not-reused",
            text,
            rests_on=assigned[0],
            source=Source.INFERRED,
        )
    for below in casts(contract):
        if below.name in resource.owns and below.create and below.read:
            text = f"Deleting {cast.one} deletes its {below.name}."
            made[f"owned:{below.name}"] = promise(
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
    for cast in casts(session.contract):
        answers = Answers(session, promises(session.contract, cast))
        if not answers.any or cast.delete is None:
            continue
        if not session.allowed(cast.delete):
            yield from answers.rest(f"{cast.delete.id} may not be called in this run")
            continue
        freed = [f"freed:{index}" for index in range(len(uniques(cast)))]
        if answers.wants("again", "read", "others", "update", "reuse", *(each.id for each in cast.lists), *freed):
            yield from _delete_one(session, cast, answers, kept)
        yield from _delete_owner(session, cast, answers)
        yield from answers.rest(f"no {cast.name} could be made and deleted")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bystander:
    """One that is to stay: what it is to the one that goes, and how it was before, if that was looked at."""

    made: Made
    what: str
    before: Sight | None = None


def _delete_one(session: Session, cast: Cast, answers: Answers, kept: dict[str, Made]) -> Iterator[Verdict]:
    """Delete one amid others; `kept` gets one that stays, by the resource's name, for what it may own."""
    earlier = (
        make(session, cast, note=f"make {cast.one} to stay, just before the one to delete")
        if answers.wants("others")
        else None
    )
    goes = make(session, cast, note=f"make {cast.one} to delete")
    if goes is None:
        return
    namesake = _namesake(session, cast, goes, kept) if answers.wants("others") else None
    later = _neighbour(session, cast, goes)
    listed = {
        listing.id: find_again(session, listing, goes)
        for listing in cast.lists
        if answers.wants(listing.id) and session.allowed(listing)
    }
    sight = look_again(session, cast, later) if later and answers.wants("others") else None
    bystanders = [_Bystander(made=later, what="its neighbour", before=sight)] if later and sight and sight.there else []
    bystanders += [_Bystander(made=earlier, what="the one made before it")] if earlier else []
    bystanders += [_Bystander(made=namesake, what="its namesake elsewhere")] if namesake else []
    if bystanders:
        kept[cast.name] = bystanders[0].made
    before = look_again(session, cast, goes)
    exchange = delete(session, cast, goes)
    if exchange is None or not served(exchange):
        reason = (
            f"the delete was answered {exchange.status or 'with nothing'}"
            if exchange
            else f"{cast.one} can't be addressed to be deleted"
        )
        yield from answers.rest(reason, *([exchange] if exchange else []))
        return
    session.forget(goes)
    yield from _unread(session, cast, answers, goes, before=before, exchange=exchange)
    yield from _unlisted(session, cast, answers, goes, before=listed, exchange=exchange)
    for bystander in bystanders:
        yield from _unharmed(session, cast, answers, bystander, exchange=exchange)
    if not answers.has_failed("read"):
        yield from _writes(session, cast, answers, goes)
    for key in ("update", "again"):
        yield from answers.untested(key, "a read still shows what was deleted, which is a clause of its own")
    yield from _freed(session, cast, answers, goes, exchange)


def _neighbour(session: Session, cast: Cast, goes: Made) -> Made | None:
    """Make one right behind it; where the client names them, its name goes on where the other one's ends."""
    if cast.create is None:
        return None
    longer: dict[str, JSON] = {}
    for field in dict.fromkeys(plain(each) for rule in uniques(cast) for each in rule.fields):
        value, name = sent(cast, goes).get(field), property_of(cast.create, field)
        if isinstance(value, str) and name:
            longer[name] = f"{value}0"
    shared = {name: value for name in _owner_properties(cast) if (value := _body(goes).get(name)) is not None}
    return make(session, cast, values={**shared, **longer}, note=f"make its neighbour, {cast.one} to stay") or make(
        session, cast, values=shared
    )


def _namesake(session: Session, cast: Cast, goes: Made, kept: Mapping[str, Made]) -> Made | None:
    """Make one of the same name where that is another one: with another owner, in another place."""
    rule = next((each for each in uniques(cast) if each.within), None)
    if cast.create is None or rule is None or any(sent(cast, goes).get(plain(each)) is None for each in rule.fields):
        return None
    elsewhere = another_scope(session, cast, rule, goes, owner=kept.get(cast.owner.name) if cast.owner else None)
    if not elsewhere:
        return None
    # Whether the name is free elsewhere is another behaviour's question, so the create is not one that must be served.
    arguments = placed(cast.create, goes.arguments, elsewhere)
    made = _made(
        session, cast, cast.create, arguments, note=f"make its namesake with another {' and '.join(elsewhere)}"
    )
    return made if made and made.identity != goes.identity else None


def _made(session: Session, cast: Cast, create: Operation, arguments: Arguments, *, note: str) -> Made | None:
    """Send a create that may be refused."""
    exchange = session.call(create, arguments, note=note, intent=Intent.UNKNOWN)
    identity = (
        identity_in(cast.resource, session.json(exchange), named_values(create, arguments))
        if served(exchange)
        else None
    )
    if identity is None:
        return None
    return Made(
        resource=cast.resource,
        arguments=arguments,
        exchange=exchange,
        identity=identity,
        scope=scope_in(cast.resource, create, arguments),
    )


def _unread(
    session: Session, cast: Cast, answers: Answers, made: Made, *, before: Sight | None, exchange: Exchange
) -> Iterator[Verdict]:
    if cast.read is None or not answers.wants("read"):
        return
    if before is None or not before.there:
        yield from answers.untested("read", f"the {cast.name} could not be read before it was deleted", exchange)
        return
    after = look_until_gone(session, cast, made, note=f"read the deleted {cast.name}")
    if after is not None:
        yield from judge_gone(
            session, answers, "read", cast=cast, operation=cast.read, made=made, exchange=after.exchange
        )


def _unlisted(
    session: Session, cast: Cast, answers: Answers, made: Made, *, before: Mapping[str, Listed], exchange: Exchange
) -> Iterator[Verdict]:
    for listing in cast.lists:
        former = before.get(listing.id)
        if former is None or not former.there:
            yield from answers.untested(
                listing.id, f"the {cast.name} was not seen in {listing.id} before it was deleted"
            )
            continue
        listed = gone_from(session, listing, made, note=f"look for the deleted {cast.name}")
        if listed.there:
            message = f"the {cast.name} with {named(made.identity)} was deleted and must not be listed by {listing.id}; it still is"
            yield from answers.failed(
                listing.id, message, exchange, listed.exchanges[-1], expected="not listed", actual=listed.item
            )
        elif listed.trouble:
            yield from answers.untested(listing.id, listed.trouble, *listed.exchanges[-1:])
        else:
            yield from answers.passed(
                listing.id, f"the {cast.name} is not listed any more", exchange, *listed.exchanges[-1:]
            )


def _unharmed(
    session: Session, cast: Cast, answers: Answers, bystander: _Bystander, *, exchange: Exchange
) -> Iterator[Verdict]:
    made, before, what = bystander.made, bystander.before, bystander.what
    after = look_again(session, cast, made, note=f"read {what} after it")
    if after is None or after.trouble:
        yield from answers.untested("others", after.trouble if after else f"{what} can't be addressed", exchange)
    elif not after.there:
        if before is None and not _readable_anew(session, cast, made):
            yield from answers.untested(
                "others", f"{what} can't be read, and neither can one made like it", made.exchange, after.exchange
            )
            return
        message = f"deleting one {cast.name} must leave the others; {what}, with {named(made.identity)}, is gone too"
        exchanges = (before.exchange if before else made.exchange, exchange, after.exchange)
        yield from answers.failed(
            "others", message, *exchanges, problem="gone", expected=200, actual=after.exchange.status
        )
    else:
        place = representation(cast.read)
        names = [name for name in (*sent(cast, made), *made.identity) if declares(place, name)]
        found = changed(before.value, after.value, names) if before else None
        if found and before:
            message = f"deleting one {cast.name} must leave the others; {found.pointer} was {shown(found.expected)} and is {shown(found.actual)}"
            yield from answers.failed(
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
            yield from answers.passed(
                "others", f"{what} is as it was", before.exchange if before else made.exchange, exchange, after.exchange
            )


def _readable_anew(session: Session, cast: Cast, gone: Made) -> bool:
    """Whether one that is made just like another can be read, so that the other must have been there."""
    if cast.create is None:
        return False
    again = _made(session, cast, cast.create, gone.arguments, note="make one just like it, to see that it can be read")
    sight = look_again(session, cast, again) if again else None
    return sight is not None and sight.there


def _writes(session: Session, cast: Cast, answers: Answers, made: Made) -> Iterator[Verdict]:
    if cast.update is not None and answers.wants("update") and session.allowed(cast.update):
        arguments, values = addressed(session, cast.update, made), changing(cast, Flavour.OTHER)
        if arguments is not None and values:
            note = f"update the deleted {cast.name}"
            exchange = session.call(
                cast.update, with_body(arguments, values), note=note, aim=answers.aim("update"), intent=Intent.UNKNOWN
            )
            yield from judge_gone(
                session, answers, "update", cast=cast, operation=cast.update, made=made, exchange=exchange
            )
    if cast.delete is not None and answers.wants("again"):
        again = delete(
            session, cast, made, note=f"delete the {cast.name} again", aim=answers.aim("again"), intent=Intent.UNKNOWN
        )
        if again is not None:
            yield from judge_gone(
                session, answers, "again", cast=cast, operation=cast.delete, made=made, exchange=again
            )


def _freed(session: Session, cast: Cast, answers: Answers, made: Made, exchange: Exchange) -> Iterator[Verdict]:
    """Send the very create of the deleted one once more."""
    rules = list(enumerate(uniques(cast)))
    if cast.create is None or not answers.wants("reuse", *(f"freed:{index}" for index, _ in rules)):
        return
    again = session.call(
        cast.create, made.arguments, note=f"make {cast.one} with the names of the deleted one", intent=Intent.UNKNOWN
    )
    control = None if served(again) else make(session, cast, note=f"make {cast.one} with new names")
    for index, rule in rules:
        key = f"freed:{index}"
        values = {plain(each): sent(cast, made).get(plain(each)) for each in rule.fields}
        if any(value is None for value in values.values()):
            yield from answers.untested(key, f"the deleted {cast.name} had no {' and '.join(values)}")
        elif served(again):
            yield from answers.passed(key, f"{named(values)} could be used again", exchange, again)
        elif control is None or obstacle(again):
            yield from answers.untested(key, obstacle(again) or f"no {cast.name} could be made any more", again)
        else:
            message = f"{named(values)} was free once its {cast.name} had been deleted; creating another one with it was answered {again.status}"
            yield from answers.failed(
                key, message, exchange, control.exchange, again, expected="2xx", actual=again.status
            )
    identity = identity_in(cast.resource, session.json(again)) if served(again) else None
    if identity is None:
        yield from answers.untested("reuse", f"no further {cast.name} could be made", again)
    elif identity == made.identity:
        message = f"{named(identity)} belonged to a deleted {cast.name} and was given again"
        yield from answers.failed("reuse", message, made.exchange, exchange, again, actual=dict(identity))
    else:
        yield from answers.passed("reuse", f"the next {cast.name} got another identity", made.exchange, exchange, again)


def _delete_owner(session: Session, cast: Cast, answers: Answers) -> Iterator[Verdict]:
    """Make an owner with something owned, delete the owner, look for what it owned."""
    for below in casts(session.contract):
        key = f"owned:{below.name}"
        if not answers.wants(key) or below.create is None or below.read is None:
            continue
        owner = make(session, cast, note=f"make {cast.one} that will own something")
        shared = (
            {
                name: value
                for field, value in owner.identity.items()
                if (name := _property_or_parameter(below.create, field))
            }
            if owner
            else {}
        )
        owned = make(session, below, values=shared, note=f"make {below.one} of it") if owner else None
        if (
            owner is None
            or owned is None
            or any(owned.identity.get(field, value) != value for field, value in owner.identity.items())
        ):
            yield from answers.untested(key, f"no {cast.name} with {below.one} could be made")
            continue
        before = look_again(session, below, owned)
        exchange = (
            delete(session, cast, owner, note=f"delete the {cast.name} that owns {below.one}")
            if before and before.there
            else None
        )
        if exchange is None or not served(exchange):
            yield from answers.untested(
                key, f"no {cast.name} with {below.one} could be read and deleted", *([exchange] if exchange else [])
            )
            continue
        after = look_until_gone(session, below, owned, note=f"read the {below.name} of the deleted {cast.name}")
        if after is not None:
            yield from judge_gone(
                session, answers, key, cast=below, operation=below.read, made=owned, exchange=after.exchange
            )


def _owner_properties(cast: Cast) -> list[str]:
    """Body properties of a create that name the owner."""
    fields = [plain(each) for each in cast.owner.identity] if cast.owner else []
    return [name for field in fields if cast.create and (name := property_of(cast.create, field))]


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
