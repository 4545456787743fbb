"""What doesn't exist is answered as unknown, by every operation that addresses it: a resource, its owner, its container."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.behaviours.answering import Answers, obstacle, promise, refused, served, unpromised
from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.cast import Cast, casts, one, property_of
from contract_suite.behaviours.comparing import same_identity
from contract_suite.behaviours.making import changing, make, named
from contract_suite.behaviours.observing import addressed, reidentified
from contract_suite.behaviours.probing_values import Flavour
from contract_suite.behaviours.strangers import altered, ask, lookalike, neighbours, stranger, unknown_status
from contract_suite.contract.addressing import identity_in, named_values, plain, scope_in, with_body
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON
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
            contract, NAME, "errors", "the document doesn't say how what does not exist is answered (x-contract, errors.status.unknown)"
        )


def promises(contract: Contract, cast: Cast) -> dict[str, Clause]:
    """The clauses of one resource, by short key: what is unknown, and the operation."""
    errors = contract.errors
    if errors is None:
        return {}
    made: dict[str, Clause] = {}
    source = errors.source_of("unknown")

    def add(key: str, operation: Operation | None, subject: str, text: str) -> None:
        status = unknown_status(contract, operation) if operation else 0
        if operation is not None and status:
            text = f"{text[0].upper()}{text[1:]} is answered {status}."
            made[f"{key}:{operation.id}"] = promise(NAME, operation, subject, "unknown-refused", text, rests_on=errors, source=source)

    for operation in (cast.read, cast.update, cast.delete):
        add("itself", operation, cast.name, f"{cast.one} that does not exist")
    if cast.owner is not None and cast.owner.read is not None:
        for operation in (cast.create, cast.read, cast.update, cast.delete, *_refusing(cast)):
            add("owner", operation, cast.owner.name, f"{one(cast.owner)} that does not exist, as the owner of {cast.one},")
    for name in cast.resource.scope:
        for operation in (cast.read, *cast.lists):
            add(f"scope.{name}", operation, name, f"A {name} that does not exist")
    return made


def drive(session: Session) -> Iterator[Verdict]:
    """Ask for what doesn't exist, in the shape of what does."""
    for cast in casts(session.contract):
        answers = Answers(session, promises(session.contract, cast))
        if not answers.any:
            continue
        live = _live(session, cast)
        if live is not None:
            yield from _itself(session, cast, answers, live)
            yield from _owner(session, cast, answers, live)
        yield from _scope(session, cast, answers)
        yield from answers.rest(f"there is no live {cast.name} whose identity could be changed into one that nothing has")


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


def _itself(session: Session, cast: Cast, answers: Answers, live: Made) -> Iterator[Verdict]:
    if cast.read is not None and session.allowed(cast.read):
        yield from _read(session, cast, answers, cast.read, live)
    keys = [f"itself:{operation.id}" for operation in (cast.update, cast.delete) if operation]
    if not answers.wants(*keys):
        return
    found = stranger(session, cast, live)
    for operation in (cast.update, cast.delete):
        if operation is None or not session.allowed(operation):
            continue
        key = f"itself:{operation.id}"
        if found is None:
            yield from answers.untested(key, f"no identity was found that a read of {cast.one} refuses, and writes go to no other")
            continue
        values = changing(cast, Flavour.OTHER) if operation is cast.update else {}
        arguments = addressed(session, operation, found[0])
        if arguments is not None:
            arguments = with_body(arguments, values) if values else arguments
            note = f"{cast.one} that does not exist"
            exchange = session.call(operation, arguments, note=note, aim=answers.aim(key), intent=Intent.UNKNOWN)
            yield from _judge(session, answers, key, operation=operation, what=f"{cast.one} with {named(found[0].identity)}", exchange=exchange)


def _read(session: Session, cast: Cast, answers: Answers, read: Operation, live: Made) -> Iterator[Verdict]:
    key = f"itself:{read.id}"
    if not answers.wants(key):
        return
    candidate = lookalike(session.random, cast, live)
    exchange = ask(session, read, candidate, note=f"{cast.one} that does not exist", aim=answers.aim(key)) if candidate else None
    for _ in range(_TRIES):
        if candidate is None or exchange is None:
            return
        if not (served(exchange) and same_identity(session.json(exchange), candidate.identity)):
            break  # otherwise somebody may have it, strange as that is
        candidate = lookalike(session.random, cast, live)
        exchange = ask(session, read, candidate, note=f"{cast.one} that does not exist", aim=answers.aim(key)) if candidate else None
    if candidate is None or exchange is None:
        return
    yield from _judge(session, answers, key, operation=read, what=f"{cast.one} with {named(candidate.identity)}", exchange=exchange)
    for near in neighbours(cast, live):
        exchange = ask(session, read, near, note=f"{cast.one} with nearly the same identity", aim=answers.aim(key))
        if exchange is not None and served(exchange) and not same_identity(session.json(exchange), near.identity):
            message = f"there is {cast.one} with {named(live.identity)}, which is not {named(near.identity)}; {read.id} serves it all the same"
            yield from answers.failed(key, message, live.exchange, exchange, problem="similar", expected="4xx", actual=exchange.status)


def _owner(session: Session, cast: Cast, answers: Answers, live: Made) -> Iterator[Verdict]:
    """Address something owned through an owner that doesn't exist."""
    operations = [each for each in (cast.create, cast.read, cast.update, cast.delete, *_refusing(cast)) if each]
    if cast.owner is None or not answers.wants(*(f"owner:{operation.id}" for operation in operations)):
        return
    above = next((each for each in casts(session.contract) if each.resource is cast.owner), None)
    identity = {plain(field): live.identity[plain(field)] for field in cast.owner.identity if plain(field) in live.identity}
    owner = Made(resource=cast.owner, arguments={}, exchange=live.exchange, identity=identity, scope=live.scope)
    found = stranger(session, above, owner) if above and identity else None
    if found is None:
        for operation in operations:
            yield from answers.untested(f"owner:{operation.id}", f"no identity was found that a read of {one(cast.owner)} refuses")
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
                session, answers, key, operation=operation, what=f"{one(cast.owner)} with {named(found[0].identity)}", exchange=exchange
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
        control = session.call(operation, arguments, note="in a container that is there") if arguments is not None else None
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
            exchange = session.call(operation, {**arguments, parameter.subject: other}, note=note, aim=answers.aim(key), intent=Intent.UNKNOWN)
            yield from _judge(session, answers, key, operation=operation, what=f"the {name} {other!r}", exchange=exchange)


def _judge(session: Session, answers: Answers, key: str, *, operation: Operation, what: str, exchange: Exchange) -> Iterator[Verdict]:
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
