"""What doesn't exist is answered as unknown, by every operation that addresses it: a resource, its owner, its container."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.clauses import inapplicable_behaviour, make_clause
from contract_suite.behaviours.kit.comparing import alike, field_in, same_identity
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    property_of,
    request_body,
    resource_operations,
    with_article,
)
from contract_suite.behaviours.kit.responses import obstacle, refused, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import make, named, update_values
from contract_suite.behaviours.resources.kit.observing import addressing_arguments, with_identity
from contract_suite.behaviours.resources.kit.unknown_identities import (
    NearMiss,
    altered_value,
    equivalent_spellings,
    near_misses,
    send_to_unknown,
    similar_identity,
    unknown_identity,
    unknown_status,
)
from contract_suite.contract.addressing import field_of, identity_in, named_values, plain, scope_in, with_body
from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.schemas.view import view
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
    for ops in resource_operations(contract):
        promised = clauses_of(contract, ops)
        found = found or bool(promised)
        yield from promised.values()
    if not found:
        yield from inapplicable_behaviour(
            contract,
            NAME,
            "errors",
            "the document doesn't say how what does not exist is answered (x-contract, errors.status.unknown)",
        )


def clauses_of(contract: Contract, ops: ResourceOperations) -> dict[str, Clause]:
    """The clauses of one resource, by short key: what is unknown, and the operation."""
    errors = contract.errors
    if errors is None:
        return {}
    made: dict[str, Clause] = {}
    source = errors.source_of("unknown")
    for each in _addressing(ops):
        operation, status = each.operation, unknown_status(contract, each.operation)
        if not status:
            continue
        text = f"{each.what[0].upper()}{each.what[1:]} is answered {status}."
        made[f"{each.key}:{operation.id}"] = make_clause(
            NAME, operation, each.subject, "unknown-refused", text, rests_on=errors, source=source
        )
        if any(_takes_text(operation, field) for field in each.fields):
            # Hardly a document says that its ids mind case and blanks; that another text is another id is what an id is
            # for.
            text = f"{each.what[0].upper()}{each.what[1:]}, though one that differs only by case or blanks does, is answered {status}."
            similar = make_clause(
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


def _addressing(ops: ResourceOperations) -> Iterator[_Address]:
    """Every operation that addresses something, for each part of the address."""
    own, shared = (
        ops.own_identity,
        tuple(plain(field) for field in ops.resource.identity if plain(field) not in ops.own_identity),
    )
    direct = [each for each in (ops.read, ops.update, ops.delete) if each]
    near = [each for each in direct if each is ops.read or (ops.create and ops.read)]
    for operation in direct:
        what = f"{ops.with_article} that does not exist"
        yield _Address(
            key="itself", operation=operation, subject=ops.name, what=what, fields=own if operation in near else ()
        )
    if ops.owner is not None and ops.owner.read is not None:
        for operation in (*([ops.create] if ops.create else ()), *direct, *_refusing(ops)):
            what = f"{with_article(ops.owner)} that does not exist, as the owner of {ops.with_article}"
            yield _Address(
                key="owner",
                operation=operation,
                subject=ops.owner.name,
                what=what,
                fields=shared if operation in near else (),
            )
    for name in ops.resource.scope:
        for operation in (*([ops.read] if ops.read else ()), *ops.lists):
            yield _Address(
                key=f"scope.{name}",
                operation=operation,
                subject=name,
                what=f"A {name} that does not exist",
                fields=(name,),
            )


def drive(session: Session) -> Iterator[Verdict]:
    """Ask for what doesn't exist, in the shape of what does."""
    for ops in resource_operations(session.contract):
        verdicts = Verdicts(session, clauses_of(session.contract, ops))
        if not verdicts.any_wanted:
            continue
        live = _live(session, ops)
        if live is not None:
            gone = yield from _itself(session, ops, verdicts, live)
            live = _live(session, ops) if gone else live
        if live is not None:
            yield from _owner(session, ops, verdicts, live)
        yield from _scope(session, ops, verdicts)
        yield from verdicts.leave_untested(
            f"there is no live {ops.name} whose identity could be changed into one that nothing has"
        )


def _takes_text(operation: Operation, field: str) -> bool:
    """Whether the parameter or body property that stands for a field, or the parameter of a container's name, can be a text."""
    parameter = next(
        (each for each in operation.parameters if field in {each.name, field_of(operation, each.name)}), None
    )
    if parameter is not None:
        return "string" in view(parameter.schema).types()
    place, name = request_body(operation), property_of(operation, field)
    return place is not None and name is not None and "string" in place.member(name).types()


def _refusing(ops: ResourceOperations) -> Iterator[Operation]:
    """Lists that are asked for by an owner and refuse one that doesn't exist."""
    owned = {plain(field) for field in ops.owner.identity} if ops.owner else set()
    for listing in ops.lists:
        if any(rule.unknown == "refused" and plain(rule.field) in owned for rule in listing.promises.filters):
            yield listing


def _live(session: Session, ops: ResourceOperations) -> Made | None:
    """Something that is there: made by the run, or found and read."""
    if ops.create is not None and session.allowed(ops.create):
        made = make(session, ops, note=f"make {ops.with_article} to change the identity of")
        if made is not None:
            return made
    arguments = session.accepted(ops.read) if ops.read else None
    if ops.read is None or arguments is None:
        return None
    exchange = session.call(ops.read, arguments, note=f"read {ops.with_article} that is there")
    identity = identity_in(ops.resource, named_values(ops.read, arguments)) if served(exchange) else None
    if identity is None:
        return None
    scope = scope_in(ops.resource, ops.read, arguments)
    return Made(resource=ops.resource, arguments=arguments, exchange=exchange, identity=identity, scope=scope)


def _itself(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, live: Made
) -> Generator[Verdict, None, bool]:
    """Address one that doesn't exist; returns whether the live one may be gone now."""
    candidate = None
    if ops.read is not None and session.allowed(ops.read):
        candidate = yield from _read(session, ops, verdicts, ops.read, live)
    keys = [f"itself:{operation.id}" for operation in (ops.update, ops.delete) if operation]
    if verdicts.is_wanted(*keys):
        found = candidate or _refused_one(session, ops, live)
        for operation in (ops.update, ops.delete):
            if operation is None or not session.allowed(operation):
                continue
            key = f"itself:{operation.id}"
            if found is None:
                yield from verdicts.untested(
                    key, f"no identity was found that a read of {ops.with_article} refuses, and writes go to no other"
                )
                continue
            exchange = _send(
                session,
                ops,
                operation,
                found,
                note=f"{ops.with_article} that does not exist",
                aim=verdicts.clause_id(key),
            )
            if exchange is not None:
                yield from _judge(
                    session,
                    verdicts,
                    key,
                    operation=operation,
                    what=f"{ops.with_article} with {named(found.identity)}",
                    exchange=exchange,
                )
    return (yield from _near(session, ops, verdicts, live, reversed(ops.own_identity), role="itself"))


def _refused_one(session: Session, ops: ResourceOperations, live: Made) -> Made | None:
    found = unknown_identity(session, ops, live)
    return found[0] if found else None


def _send(
    session: Session, ops: ResourceOperations, operation: Operation, made: Made, *, note: str, aim: str
) -> Exchange | None:
    """Send one of the operations that address one of a resource to an identity that nothing has."""
    arguments = addressing_arguments(session, operation, made)
    if arguments is None:
        return None
    values = update_values(ops, Flavour.OTHER) if operation is ops.update else {}
    return session.call(
        operation, with_body(arguments, values) if values else arguments, note=note, aim=aim, intent=Intent.UNKNOWN
    )


def _read(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, read: Operation, live: Made
) -> Generator[Verdict, None, Made | None]:
    """Read what doesn't exist; returns the identity if it was refused."""
    key = f"itself:{read.id}"
    if not verdicts.is_wanted(key):
        return None
    candidate = similar_identity(session.random, ops, live)
    exchange = (
        send_to_unknown(
            session, read, candidate, note=f"{ops.with_article} that does not exist", aim=verdicts.clause_id(key)
        )
        if candidate
        else None
    )
    for _ in range(_TRIES):
        if candidate is None or exchange is None:
            return None
        if not (served(exchange) and same_identity(session.json(exchange), candidate.identity)):
            break  # otherwise somebody may have it, strange as that is
        candidate = similar_identity(session.random, ops, live)
        exchange = (
            send_to_unknown(
                session, read, candidate, note=f"{ops.with_article} that does not exist", aim=verdicts.clause_id(key)
            )
            if candidate
            else None
        )
    if candidate is None or exchange is None:
        return None
    yield from _judge(
        session,
        verdicts,
        key,
        operation=read,
        what=f"{ops.with_article} with {named(candidate.identity)}",
        exchange=exchange,
    )
    return candidate if refused(exchange) and not obstacle(exchange) else None


def _near(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, live: Made, fields: Iterable[str], *, role: str
) -> Generator[Verdict, None, bool]:
    """Address what is nearly there: read it, and write to it if the read was refused and what it is near to is the run's own.

    Ends, and returns true, with a delete that was served: the live one may be gone, and nothing is near to it any more.
    """
    if ops.read is None or not session.allowed(ops.read):
        return False
    writes = [each for each in (ops.update, ops.delete) if each and session.allowed(each)] if ops.create else []
    for near in near_misses(ops, live, fields):
        keys = {
            operation.id: _key(role, near, operation)
            for operation in (ops.read, *writes)
            if not verdicts.has_failed(f"{role}:{operation.id}")
        }
        if not verdicts.is_wanted(*keys.values()):
            continue
        note = f"nearly the same identity: {near.how}"
        key = keys.get(ops.read.id, "")
        exchange = send_to_unknown(session, ops.read, near.made, note=note, aim=verdicts.clause_id(key))
        if exchange is None or (served(exchange) and _somebody_s(session, near, exchange)):
            continue
        yield from _judge_near(session, verdicts, key, operation=ops.read, live=live, near=near, exchange=exchange)
        for operation in writes if refused(exchange) and not obstacle(exchange) else ():
            key = keys.get(operation.id, "")
            if verdicts.is_wanted(key) and near.worth_a_write:
                sent = _send(session, ops, operation, near.made, note=note, aim=verdicts.clause_id(key))
                if sent is not None:
                    yield from _judge_near(
                        session, verdicts, key, operation=operation, live=live, near=near, exchange=sent
                    )
                    if operation is ops.delete and served(sent):
                        return True
    return False


def _somebody_s(session: Session, near: NearMiss, exchange: Exchange) -> bool:
    """Whether an answer may show one that really has the identity: it shows it, or, where another one could have it, no identity at all."""
    body = session.json(exchange)
    silent = all(isinstance(field_in(body, field), Missing) for field in near.made.identity)
    return same_identity(body, near.made.identity) or (silent and not near.equal_but_for_spelling)


def _key(role: str, near: NearMiss, operation: Operation) -> str:
    return f"{role}{'-alike' if near.equal_but_for_spelling else ''}:{operation.id}"


def _judge_near(
    session: Session,
    verdicts: Verdicts,
    key: str,
    *,
    operation: Operation,
    live: Made,
    near: NearMiss,
    exchange: Exchange,
) -> Iterator[Verdict]:
    expected = unknown_status(session.contract, operation)
    values = {field: value for field, value in near.made.identity.items() if value != live.identity.get(field)}
    if exchange.status == expected:
        yield from verdicts.passed(
            key, f"{named(values)} does not exist, and {operation.id} answered {expected}", exchange
        )
    elif obstacle(exchange):
        yield from verdicts.untested(key, obstacle(exchange), exchange)
    else:
        own = {field: live.identity[field] for field in values}
        done = (
            "serves it all the same" if served(exchange) else f"must answer {expected} and answered {exchange.status}"
        )
        message = f"there is {named(own)}, which is not {named(values)} ({near.how}); {operation.id} {done}"
        problem = "similar" if served(exchange) else "similar-status"
        yield from verdicts.failed(
            key, message, live.exchange, exchange, problem=problem, expected=expected, actual=exchange.status
        )


def _owner(session: Session, ops: ResourceOperations, verdicts: Verdicts, live: Made) -> Iterator[Verdict]:
    """Address something owned through an owner that doesn't exist."""
    operations = [each for each in (ops.create, ops.read, ops.update, ops.delete, *_refusing(ops)) if each]
    if ops.owner is None or not verdicts.is_wanted(*(f"owner:{operation.id}" for operation in operations)):
        return
    above = next((each for each in resource_operations(session.contract) if each.resource is ops.owner), None)
    identity = {
        plain(field): live.identity[plain(field)] for field in ops.owner.identity if plain(field) in live.identity
    }
    owner = Made(resource=ops.owner, arguments={}, exchange=live.exchange, identity=identity, scope=live.scope)
    found = unknown_identity(session, above, owner) if above and identity else None
    if found is None:
        for operation in operations:
            yield from verdicts.untested(
                f"owner:{operation.id}", f"no identity was found that a read of {with_article(ops.owner)} refuses"
            )
        return
    orphan = with_identity(live, found[0].identity)
    for operation in operations:
        key = f"owner:{operation.id}"
        if not verdicts.is_wanted(key) or not session.allowed(operation):
            continue
        arguments = _orphaned(session, ops, operation, orphan)
        if arguments is not None:
            note = f"the {ops.owner.name} does not exist"
            exchange = session.call(operation, arguments, note=note, aim=verdicts.clause_id(key), intent=Intent.UNKNOWN)
            yield from _judge(
                session,
                verdicts,
                key,
                operation=operation,
                what=f"{with_article(ops.owner)} with {named(found[0].identity)}",
                exchange=exchange,
            )
    yield from _near(
        session, ops, verdicts, live, [field for field in live.identity if field not in ops.own_identity], role="owner"
    )


def _orphaned(session: Session, ops: ResourceOperations, operation: Operation, orphan: Made) -> dict[str, JSON] | None:
    """Arguments of an operation on something whose owner doesn't exist."""
    if operation is ops.create:
        values = {name: value for field, value in orphan.identity.items() if (name := property_of(operation, field))}
        given = dict(orphan.arguments)
        for parameter in operation.parameters:
            field = plain(operation.promises.bind.get(parameter.name, parameter.name))
            if field in orphan.identity and parameter.subject in given:
                given[parameter.subject] = orphan.identity[field]
        return with_body(given, values) if "body" in given else given
    if operation in ops.lists:
        return dict(found) if (found := session.locate(operation, orphan)) else None
    arguments = addressing_arguments(session, operation, orphan)
    values = update_values(ops, Flavour.OTHER) if operation is ops.update else {}
    return with_body(arguments, values) if arguments is not None and values else arguments


def _scope(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> Iterator[Verdict]:
    """Ask in a container that doesn't exist."""
    for operation in (ops.read, *ops.lists):
        keys = {name: f"scope.{name}:{operation.id}" for name in ops.resource.scope} if operation else {}
        if operation is None or not verdicts.is_wanted(*keys.values()):
            continue
        arguments = session.accepted(operation)
        control = (
            session.call(operation, arguments, note="in a container that is there") if arguments is not None else None
        )
        if arguments is None or control is None or not served(control):
            for key in keys.values():
                yield from verdicts.untested(key, f"no request of {operation.id} is known that is served")
            continue
        for name, key in keys.items():
            parameter = operation.parameter(name)
            if parameter is None or parameter.subject not in arguments:
                continue
            other = altered_value(session.random, arguments[parameter.subject])
            if other is None or not parameter.schema.is_valid(other):
                continue
            note = f"a {name} that does not exist"
            exchange = session.call(
                operation,
                {**arguments, parameter.subject: other},
                note=note,
                aim=verdicts.clause_id(key),
                intent=Intent.UNKNOWN,
            )
            yield from _judge(
                session, verdicts, key, operation=operation, what=f"the {name} {other!r}", exchange=exchange
            )
            if not verdicts.has_failed(key):
                yield from _scope_alike(
                    session,
                    verdicts,
                    name,
                    operation=operation,
                    parameter=parameter,
                    arguments=arguments,
                    control=control,
                )


def _scope_alike(
    session: Session,
    verdicts: Verdicts,
    name: str,
    *,
    operation: Operation,
    parameter: Parameter,
    arguments: Arguments,
    control: Exchange,
) -> Iterator[Verdict]:
    """Ask in a container whose name is nearly that of one that is there; it must not show the same, unless there is nothing to be shown."""
    key, value = f"scope.{name}-alike:{operation.id}", arguments[parameter.subject]
    for how, text in equivalent_spellings(value) if isinstance(value, str) and verdicts.is_wanted(key) else ():
        if not parameter.schema.is_valid(text):
            continue
        note = f"nearly the same {name}: {how}"
        exchange = session.call(
            operation,
            {**arguments, parameter.subject: text},
            note=note,
            aim=verdicts.clause_id(key),
            intent=Intent.UNKNOWN,
        )
        if served(exchange):
            before, after = _content(session, operation, control), _content(session, operation, exchange)
            if not before or not alike(before, after):
                yield from verdicts.untested(key, f"there may be a {name} {text!r} too", exchange)
                continue
            message = (
                f"there is a {name} {value!r}, which is not {text!r} ({how}); {operation.id} shows the same for both"
            )
            yield from verdicts.failed(
                key, message, control, exchange, problem="similar", expected="4xx", actual=exchange.status
            )
        else:
            yield from _judge(
                session, verdicts, key, operation=operation, what=f"the {name} {text!r}", exchange=exchange
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
    session: Session, verdicts: Verdicts, key: str, *, operation: Operation, what: str, exchange: Exchange
) -> Iterator[Verdict]:
    expected = unknown_status(session.contract, operation)
    if exchange.status == expected:
        yield from verdicts.passed(key, f"{what} does not exist, and {operation.id} answered {expected}", exchange)
    elif obstacle(exchange):
        yield from verdicts.untested(key, obstacle(exchange), exchange)
    else:
        message = f"{what} does not exist; {operation.id} must answer {expected} and answered {exchange.status}"
        problem = "served" if served(exchange) else "status" if refused(exchange) else "other"
        yield from verdicts.failed(key, message, exchange, problem=problem, expected=expected, actual=exchange.status)


BEHAVIOUR = Behaviour(
    name=NAME,
    title="What doesn't exist is answered as unknown: a resource, its owner, its container.",
    clauses=clauses,
    drive=drive,
)
