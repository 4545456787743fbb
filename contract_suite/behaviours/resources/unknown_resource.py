"""What doesn't exist is answered as unknown, by every operation that addresses it: a resource, its owner, its container."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.answering import Answers, obstacle, promise, refused, served, unpromised
from contract_suite.behaviours.kit.comparing import alike, field_in, same_identity
from contract_suite.behaviours.kit.resource_operations import Cast, casts, one, property_of, request_body
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import changing, make, named
from contract_suite.behaviours.resources.kit.observing import addressed, reidentified
from contract_suite.behaviours.resources.kit.unknown_identities import (
    Near,
    alike_texts,
    altered,
    ask,
    lookalike,
    neighbours,
    stranger,
    unknown_status,
)
from contract_suite.contract.addressing import field_of, identity_in, named_values, plain, scope_in, with_body
from contract_suite.contract.coercion import spot
from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments, Missing, at
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME = "unknown-resource"
_TRIES = 3


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every operation that addresses something and says how it answers what doesn't exist."""
    found = False
    for cast in casts(contract):
        promised = promises(contract, cast)
        found = found or bool(promised)
        yield from promised.values()
    if not found:
        yield from unpromised(
            contract,
            NAME,
            "errors",
            "the document doesn't say how what does not exist is answered (x-contract, errors.status.unknown)",
        )


def promises(contract: Contract, cast: Cast) -> dict[str, Clause]:
    """The clauses of one resource, by short key: what is unknown, and the operation."""
    errors = contract.errors
    if errors is None:
        return {}
    made: dict[str, Clause] = {}
    source = errors.source_of("unknown")
    for each in _addressing(cast):
        operation, status = each.operation, unknown_status(contract, each.operation)
        if not status:
            continue
        text = f"{each.what[0].upper()}{each.what[1:]} is answered {status}."
        made[f"{each.key}:{operation.id}"] = promise(
            NAME, operation, each.subject, "unknown-refused", text, rests_on=errors, source=source
        )
        if any(_takes_text(operation, field) for field in each.fields):
            # Hardly a document says that its ids mind case and blanks; that another text is another id is what an id is
            # for.
            text = f"{each.what[0].upper()}{each.what[1:]}, though one that differs only by case or blanks does, is answered {status}."
            similar = promise(
                NAME, operation, each.subject, "similar-refused", text, rests_on=errors, source=Source.INFERRED
            )
            made[f"{each.key}-alike:{operation.id}"] = similar
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Address:
    """One way to address what doesn't exist; `fields` are those of the identity in which a text may nearly be that of another."""

    key: str
    operation: Operation
    subject: str
    what: str
    fields: tuple[str, ...] = ()


def _addressing(cast: Cast) -> Iterator[_Address]:
    """Every operation that addresses something, for each part of the address."""
    own, shared = (
        cast.own_identity,
        tuple(plain(field) for field in cast.resource.identity if plain(field) not in cast.own_identity),
    )
    direct = [each for each in (cast.read, cast.update, cast.delete) if each]
    near = [each for each in direct if each is cast.read or (cast.create and cast.read)]
    for operation in direct:
        what = f"{cast.one} that does not exist"
        yield _Address(
            key="itself", operation=operation, subject=cast.name, what=what, fields=own if operation in near else ()
        )
    if cast.owner is not None and cast.owner.read is not None:
        for operation in (*([cast.create] if cast.create else ()), *direct, *_refusing(cast)):
            what = f"{one(cast.owner)} that does not exist, as the owner of {cast.one}"
            yield _Address(
                key="owner",
                operation=operation,
                subject=cast.owner.name,
                what=what,
                fields=shared if operation in near else (),
            )
    for name in cast.resource.scope:
        for operation in (*([cast.read] if cast.read else ()), *cast.lists):
            yield _Address(
                key=f"scope.{name}",
                operation=operation,
                subject=name,
                what=f"A {name} that does not exist",
                fields=(name,),
            )


def drive(session: Session) -> Iterator[Verdict]:
    """Ask for what doesn't exist, in the shape of what does."""
    for cast in casts(session.contract):
        answers = Answers(session, promises(session.contract, cast))
        if not answers.any:
            continue
        live = _live(session, cast)
        if live is not None:
            gone = yield from _itself(session, cast, answers, live)
            live = _live(session, cast) if gone else live
        if live is not None:
            yield from _owner(session, cast, answers, live)
        yield from _scope(session, cast, answers)
        yield from answers.rest(
            f"there is no live {cast.name} whose identity could be changed into one that nothing has"
        )


def _takes_text(operation: Operation, field: str) -> bool:
    """Whether the parameter or body property that stands for a field, or the parameter of a container's name, can be a text."""
    parameter = next(
        (each for each in operation.parameters if field in {each.name, field_of(operation, each.name)}), None
    )
    if parameter is not None:
        return "string" in spot(parameter.schema).types()
    place, name = request_body(operation), property_of(operation, field)
    return place is not None and name is not None and "string" in place.member(name).types()


def _refusing(cast: Cast) -> Iterator[Operation]:
    """Lists that are asked for by an owner and refuse one that doesn't exist."""
    owned = {plain(field) for field in cast.owner.identity} if cast.owner else set()
    for listing in cast.lists:
        if any(rule.unknown == "refused" and plain(rule.field) in owned for rule in listing.promises.filters):
            yield listing


def _live(session: Session, cast: Cast) -> Made | None:
    """Something that is there: made by the run, or found and read."""
    if cast.create is not None and session.allowed(cast.create):
        made = make(session, cast, note=f"make {cast.one} to change the identity of")
        if made is not None:
            return made
    arguments = session.accepted(cast.read) if cast.read else None
    if cast.read is None or arguments is None:
        return None
    exchange = session.call(cast.read, arguments, note=f"read {cast.one} that is there")
    identity = identity_in(cast.resource, named_values(cast.read, arguments)) if served(exchange) else None
    if identity is None:
        return None
    scope = scope_in(cast.resource, cast.read, arguments)
    return Made(resource=cast.resource, arguments=arguments, exchange=exchange, identity=identity, scope=scope)


def _itself(session: Session, cast: Cast, answers: Answers, live: Made) -> Generator[Verdict, None, bool]:
    """Address one that doesn't exist; returns whether the live one may be gone now."""
    candidate = None
    if cast.read is not None and session.allowed(cast.read):
        candidate = yield from _read(session, cast, answers, cast.read, live)
    keys = [f"itself:{operation.id}" for operation in (cast.update, cast.delete) if operation]
    if answers.wants(*keys):
        found = candidate or _refused_one(session, cast, live)
        for operation in (cast.update, cast.delete):
            if operation is None or not session.allowed(operation):
                continue
            key = f"itself:{operation.id}"
            if found is None:
                yield from answers.untested(
                    key, f"no identity was found that a read of {cast.one} refuses, and writes go to no other"
                )
                continue
            exchange = _send(
                session, cast, operation, found, note=f"{cast.one} that does not exist", aim=answers.aim(key)
            )
            if exchange is not None:
                yield from _judge(
                    session,
                    answers,
                    key,
                    operation=operation,
                    what=f"{cast.one} with {named(found.identity)}",
                    exchange=exchange,
                )
    return (yield from _near(session, cast, answers, live, reversed(cast.own_identity), role="itself"))


def _refused_one(session: Session, cast: Cast, live: Made) -> Made | None:
    found = stranger(session, cast, live)
    return found[0] if found else None


def _send(session: Session, cast: Cast, operation: Operation, made: Made, *, note: str, aim: str) -> Exchange | None:
    """Send one of the operations that address one of a resource to an identity that nothing has."""
    arguments = addressed(session, operation, made)
    if arguments is None:
        return None
    values = changing(cast, Flavour.OTHER) if operation is cast.update else {}
    return session.call(
        operation, with_body(arguments, values) if values else arguments, note=note, aim=aim, intent=Intent.UNKNOWN
    )


def _read(
    session: Session, cast: Cast, answers: Answers, read: Operation, live: Made
) -> Generator[Verdict, None, Made | None]:
    """Read what doesn't exist; returns the identity if it was refused."""
    key = f"itself:{read.id}"
    if not answers.wants(key):
        return None
    candidate = lookalike(session.random, cast, live)
    exchange = (
        ask(session, read, candidate, note=f"{cast.one} that does not exist", aim=answers.aim(key))
        if candidate
        else None
    )
    for _ in range(_TRIES):
        if candidate is None or exchange is None:
            return None
        if not (served(exchange) and same_identity(session.json(exchange), candidate.identity)):
            break  # otherwise somebody may have it, strange as that is
        candidate = lookalike(session.random, cast, live)
        exchange = (
            ask(session, read, candidate, note=f"{cast.one} that does not exist", aim=answers.aim(key))
            if candidate
            else None
        )
    if candidate is None or exchange is None:
        return None
    yield from _judge(
        session, answers, key, operation=read, what=f"{cast.one} with {named(candidate.identity)}", exchange=exchange
    )
    return candidate if refused(exchange) and not obstacle(exchange) else None


def _near(
    session: Session, cast: Cast, answers: Answers, live: Made, fields: Iterable[str], *, role: str
) -> Generator[Verdict, None, bool]:
    """Address what is nearly there: read it, and write to it if the read was refused and what it is near to is the run's own.

    Ends, and returns true, with a delete that was served: the live one may be gone, and nothing is near to it any more.
    """
    if cast.read is None or not session.allowed(cast.read):
        return False
    writes = [each for each in (cast.update, cast.delete) if each and session.allowed(each)] if cast.create else []
    for near in neighbours(cast, live, fields):
        keys = {
            operation.id: _key(role, near, operation)
            for operation in (cast.read, *writes)
            if not answers.has_failed(f"{role}:{operation.id}")
        }
        if not answers.wants(*keys.values()):
            continue
        note = f"nearly the same identity: {near.how}"
        key = keys.get(cast.read.id, "")
        exchange = ask(session, cast.read, near.made, note=note, aim=answers.aim(key))
        if exchange is None or (served(exchange) and _somebody_s(session, near, exchange)):
            continue
        yield from _judge_near(session, answers, key, operation=cast.read, live=live, near=near, exchange=exchange)
        for operation in writes if refused(exchange) and not obstacle(exchange) else ():
            key = keys.get(operation.id, "")
            if answers.wants(key) and near.telling:
                sent = _send(session, cast, operation, near.made, note=note, aim=answers.aim(key))
                if sent is not None:
                    yield from _judge_near(
                        session, answers, key, operation=operation, live=live, near=near, exchange=sent
                    )
                    if operation is cast.delete and served(sent):
                        return True
    return False


def _somebody_s(session: Session, near: Near, exchange: Exchange) -> bool:
    """Whether an answer may show one that really has the identity: it shows it, or, where another one could have it, no identity at all."""
    body = session.json(exchange)
    silent = all(isinstance(field_in(body, field), Missing) for field in near.made.identity)
    return same_identity(body, near.made.identity) or (silent and not near.alike)


def _key(role: str, near: Near, operation: Operation) -> str:
    return f"{role}{'-alike' if near.alike else ''}:{operation.id}"


def _judge_near(
    session: Session, answers: Answers, key: str, *, operation: Operation, live: Made, near: Near, exchange: Exchange
) -> Iterator[Verdict]:
    expected = unknown_status(session.contract, operation)
    values = {field: value for field, value in near.made.identity.items() if value != live.identity.get(field)}
    if exchange.status == expected:
        yield from answers.passed(
            key, f"{named(values)} does not exist, and {operation.id} answered {expected}", exchange
        )
    elif obstacle(exchange):
        yield from answers.untested(key, obstacle(exchange), exchange)
    else:
        own = {field: live.identity[field] for field in values}
        done = (
            "serves it all the same" if served(exchange) else f"must answer {expected} and answered {exchange.status}"
        )
        message = f"there is {named(own)}, which is not {named(values)} ({near.how}); {operation.id} {done}"
        problem = "similar" if served(exchange) else "similar-status"
        yield from answers.failed(
            key, message, live.exchange, exchange, problem=problem, expected=expected, actual=exchange.status
        )


def _owner(session: Session, cast: Cast, answers: Answers, live: Made) -> Iterator[Verdict]:
    """Address something owned through an owner that doesn't exist."""
    operations = [each for each in (cast.create, cast.read, cast.update, cast.delete, *_refusing(cast)) if each]
    if cast.owner is None or not answers.wants(*(f"owner:{operation.id}" for operation in operations)):
        return
    above = next((each for each in casts(session.contract) if each.resource is cast.owner), None)
    identity = {
        plain(field): live.identity[plain(field)] for field in cast.owner.identity if plain(field) in live.identity
    }
    owner = Made(resource=cast.owner, arguments={}, exchange=live.exchange, identity=identity, scope=live.scope)
    found = stranger(session, above, owner) if above and identity else None
    if found is None:
        for operation in operations:
            yield from answers.untested(
                f"owner:{operation.id}", f"no identity was found that a read of {one(cast.owner)} refuses"
            )
        return
    orphan = reidentified(live, found[0].identity)
    for operation in operations:
        key = f"owner:{operation.id}"
        if not answers.wants(key) or not session.allowed(operation):
            continue
        arguments = _orphaned(session, cast, operation, orphan)
        if arguments is not None:
            note = f"the {cast.owner.name} does not exist"
            exchange = session.call(operation, arguments, note=note, aim=answers.aim(key), intent=Intent.UNKNOWN)
            yield from _judge(
                session,
                answers,
                key,
                operation=operation,
                what=f"{one(cast.owner)} with {named(found[0].identity)}",
                exchange=exchange,
            )
    yield from _near(
        session, cast, answers, live, [field for field in live.identity if field not in cast.own_identity], role="owner"
    )


def _orphaned(session: Session, cast: Cast, operation: Operation, orphan: Made) -> dict[str, JSON] | None:
    """Arguments of an operation on something whose owner doesn't exist."""
    if operation is cast.create:
        values = {name: value for field, value in orphan.identity.items() if (name := property_of(operation, field))}
        given = dict(orphan.arguments)
        for parameter in operation.parameters:
            field = plain(operation.promises.bind.get(parameter.name, parameter.name))
            if field in orphan.identity and parameter.subject in given:
                given[parameter.subject] = orphan.identity[field]
        return with_body(given, values) if "body" in given else given
    if operation in cast.lists:
        return dict(found) if (found := session.locate(operation, orphan)) else None
    arguments = addressed(session, operation, orphan)
    values = changing(cast, Flavour.OTHER) if operation is cast.update else {}
    return with_body(arguments, values) if arguments is not None and values else arguments


def _scope(session: Session, cast: Cast, answers: Answers) -> Iterator[Verdict]:
    """Ask in a container that doesn't exist."""
    for operation in (cast.read, *cast.lists):
        keys = {name: f"scope.{name}:{operation.id}" for name in cast.resource.scope} if operation else {}
        if operation is None or not answers.wants(*keys.values()):
            continue
        arguments = session.accepted(operation)
        control = (
            session.call(operation, arguments, note="in a container that is there") if arguments is not None else None
        )
        if arguments is None or control is None or not served(control):
            for key in keys.values():
                yield from answers.untested(key, f"no request of {operation.id} is known that is served")
            continue
        for name, key in keys.items():
            parameter = operation.parameter(name)
            if parameter is None or parameter.subject not in arguments:
                continue
            other = altered(session.random, arguments[parameter.subject])
            if other is None or not parameter.schema.is_valid(other):
                continue
            note = f"a {name} that does not exist"
            exchange = session.call(
                operation,
                {**arguments, parameter.subject: other},
                note=note,
                aim=answers.aim(key),
                intent=Intent.UNKNOWN,
            )
            yield from _judge(
                session, answers, key, operation=operation, what=f"the {name} {other!r}", exchange=exchange
            )
            if not answers.has_failed(key):
                yield from _scope_alike(
                    session,
                    answers,
                    name,
                    operation=operation,
                    parameter=parameter,
                    arguments=arguments,
                    control=control,
                )


def _scope_alike(
    session: Session,
    answers: Answers,
    name: str,
    *,
    operation: Operation,
    parameter: Parameter,
    arguments: Arguments,
    control: Exchange,
) -> Iterator[Verdict]:
    """Ask in a container whose name is nearly that of one that is there; it must not show the same, unless there is nothing to be shown."""
    key, value = f"scope.{name}-alike:{operation.id}", arguments[parameter.subject]
    for how, text in alike_texts(value) if isinstance(value, str) and answers.wants(key) else ():
        if not parameter.schema.is_valid(text):
            continue
        note = f"nearly the same {name}: {how}"
        exchange = session.call(
            operation, {**arguments, parameter.subject: text}, note=note, aim=answers.aim(key), intent=Intent.UNKNOWN
        )
        if served(exchange):
            before, after = _content(session, operation, control), _content(session, operation, exchange)
            if not before or not alike(before, after):
                yield from answers.untested(key, f"there may be a {name} {text!r} too", exchange)
                continue
            message = (
                f"there is a {name} {value!r}, which is not {text!r} ({how}); {operation.id} shows the same for both"
            )
            yield from answers.failed(
                key, message, control, exchange, problem="similar", expected="4xx", actual=exchange.status
            )
        else:
            yield from _judge(
                session, answers, key, operation=operation, what=f"the {name} {text!r}", exchange=exchange
            )


def _content(session: Session, operation: Operation, exchange: Exchange) -> JSON:
    """What an answer shows, without what surrounds it: the items of a list, else all that is not new in every answer."""
    body = session.json(exchange)
    collection = operation.promises.collection
    if isinstance(body, Missing):
        return None
    if collection is not None:
        items = at(body, collection.items)
        return None if isinstance(items, Missing) else items
    fresh = {plain(each.pointer) for each in operation.promises.fresh}
    return {name: value for name, value in body.items() if name not in fresh} if isinstance(body, dict) else None


def _judge(
    session: Session, answers: Answers, key: str, *, operation: Operation, what: str, exchange: Exchange
) -> Iterator[Verdict]:
    expected = unknown_status(session.contract, operation)
    if exchange.status == expected:
        yield from answers.passed(key, f"{what} does not exist, and {operation.id} answered {expected}", exchange)
    elif obstacle(exchange):
        yield from answers.untested(key, obstacle(exchange), exchange)
    else:
        message = f"{what} does not exist; {operation.id} must answer {expected} and answered {exchange.status}"
        problem = "served" if served(exchange) else "status" if refused(exchange) else "other"
        yield from answers.failed(key, message, exchange, problem=problem, expected=expected, actual=exchange.status)


BEHAVIOUR = Behaviour(
    name=NAME,
    title="What doesn't exist is answered as unknown: a resource, its owner, its container.",
    clauses=clauses,
    drive=drive,
)
