"""A request that is sent again with the same key is done once: it makes nothing new and answers with what it made.

Only a create is asked, whose answers name what they made; with what it is sent again is what was served before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.clauses import inapplicable_if_none, make_clause
from contract_suite.behaviours.kit.effects.moved_numbers import (
    MovedNumbers,
    moves,
    reads_about,
    same_moves,
    told_moves,
)
from contract_suite.behaviours.kit.requests import new_key
from contract_suite.behaviours.kit.resource_operations import ResourceOperations, resource_operations
from contract_suite.behaviours.kit.responses import done, is_same_refusal, obstacle, refused, served, why_not
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import create_values, make, without_references
from contract_suite.contract.addressing import identity_in, scope_in, with_body
from contract_suite.contract.naming.idempotency_keys import promises_first_answer, told_of_keys
from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.vocabulary import Idempotency
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.verdict import Verdict

NAME: Final = "idempotency-keys"
SAME: Final = "same-key-same-result"
_OTHER: Final = "key-of-other-body-refused"
_REPETITIONS: Final = 2


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every create that takes a key."""
    found = (clause for ops in resource_operations(contract) for clause in clauses_of(ops).values())
    yield from inapplicable_if_none(found, contract, NAME, "resources", "no create takes an idempotency key")


def clauses_of(ops: ResourceOperations) -> dict[str, Clause]:
    """The clauses of one resource, by their kind."""
    keyed = _keyed(ops)
    if keyed is None:
        return {}
    create, promise, parameter = keyed
    text = f"Repeated with the same {promise.key} and the same body, {create.id} creates nothing new."
    found = {SAME: make_clause(NAME, create, parameter.subject, SAME, text, rests_on=promise)}
    if promise.other == "refused":
        text = f"The same {promise.key} with another body is refused."
        source = promise.source_of("other")
        found[_OTHER] = make_clause(NAME, create, parameter.subject, _OTHER, text, rests_on=promise, source=source)
    return found


def drive(session: Session) -> Iterator[Verdict]:
    """Make one of each, send the same again, and send something else with the same key."""
    for ops in resource_operations(session.contract):
        keyed, verdicts = _keyed(ops), Verdicts(session, clauses_of(ops))
        if keyed is None or not verdicts.any_wanted:
            continue
        create, promise, parameter = keyed
        key = new_key(session, parameter)
        made = _make(session, ops, promise, parameter, key) if key else None
        if made is not None and made.arguments.get(parameter.subject):  # a key of its own, if the first was used up
            if verdicts.is_wanted(SAME):
                yield from _again(session, ops, parameter, made, verdicts)
            if verdicts.has_failed(SAME):
                yield from verdicts.untested(_OTHER, f"the {promise.key} has no effect", made.exchange)
            elif verdicts.is_wanted(_OTHER):
                yield from _otherwise(session, ops, create, made, verdicts)
        yield from verdicts.leave_untested(f"no {ops.name} could be made with a {promise.key}")


def _keyed(ops: ResourceOperations) -> tuple[Operation, Idempotency, Parameter] | None:
    """Return the create with its promise and the parameter that takes the key."""
    promise = ops.create.promises.idempotency if ops.create is not None else None
    parameter = ops.create.parameter(promise.key) if ops.create is not None and promise is not None else None
    return (ops.create, promise, parameter) if ops.create and promise and parameter else None


def _make(
    session: Session, ops: ResourceOperations, promise: Idempotency, parameter: Parameter, key: str
) -> Made | None:
    """Make one with a key, with every field filled in or as one was made before."""
    note = f"make {ops.with_article} with a key"
    made = make(session, ops, values={promise.key: key}, note=note)
    known = session.accepted(ops.create) if made is None and ops.create is not None else None
    if known is None or ops.create is None:
        return made
    arguments = {**known, parameter.subject: key}
    exchange = session.call(ops.create, arguments, note=note, intent=Intent.UNKNOWN)
    identity = identity_in(ops.resource, session.json(exchange)) if done(exchange) else None
    if identity is None:
        return None
    scope = scope_in(ops.resource, ops.create, arguments)
    return Made(resource=ops.resource, arguments=arguments, exchange=exchange, identity=identity, scope=scope)


def _again(
    session: Session, ops: ResourceOperations, key: Parameter, made: Made, verdicts: Verdicts
) -> Iterator[Verdict]:
    create, said = ops.create, told_of_keys(session.contract)
    if create is None:
        return
    exchange = _send(session, create, made, note="the same request again", aim=verdicts.clause_id(SAME))
    if obstacle(exchange):
        yield from verdicts.untested(SAME, obstacle(exchange), exchange)
    elif not served(exchange) and not session.contract.sourced and not promises_first_answer(create, key, said):
        reason = f"the document doesn't say how a repeated {create.id} is answered: {why_not(exchange)}"
        yield from verdicts.untested(SAME, reason, made.exchange, exchange)
    elif not served(exchange):
        message = f"repeated with the same key, {create.id} is answered {exchange.status}"
        seen, problem = [made.exchange, exchange], "refused"
        control = _with_another_key(session, create, made, key) if promises_first_answer(create, key, said) else None
        if control is not None and is_same_refusal(exchange, control):
            message = f"{message}, and so it is with another key: the {key.name} has no effect"
            seen, problem = [made.exchange, control, exchange], "ignored"
        yield from verdicts.failed(SAME, message, *seen, problem=problem, actual=exchange.status)
    else:
        identity = identity_in(ops.resource, session.json(exchange))
        if identity is None:
            yield from verdicts.untested(SAME, f"the answer names no {ops.name}", exchange)
        elif dict(identity) == dict(made.identity):
            yield from _listed_once(session, create, made, verdicts, exchange)
        else:
            message = f"repeated with the same key, {create.id} created another {ops.name}: {shown(dict(identity))}"
            yield from verdicts.failed(
                SAME, message, made.exchange, exchange, expected=dict(made.identity), actual=dict(identity)
            )


def _listed_once(
    session: Session, create: Operation, made: Made, verdicts: Verdicts, again: Exchange
) -> Iterator[Verdict]:
    """Judge a repetition that names what was there already: two more must not add to what lists and totals show."""
    numbers = MovedNumbers(session, reads_about(session, create, None, made.arguments))
    before = numbers.begin() if numbers.reads else {}
    moved: list[Mapping[tuple[str, str], Decimal]] = []
    while before and len(moved) < _REPETITIONS and (not moved or moved[-1]):
        repeated = _send(session, create, made, note="the same request again", aim=verdicts.clause_id(SAME))
        after = numbers.look("after the repetition")
        moved.append(moves(before, after) if served(repeated) else {})
        before = after
    further = same_moves(moved[0], moved[-1]) if len(moved) == _REPETITIONS else {}
    if further:
        message = f"repeated with the same key, {create.id} names the first {made.resource.name}, but each time it moves {told_moves(further)}"
        yield from verdicts.failed(SAME, message, made.exchange, again, *numbers.exchanges)
    else:
        yield from verdicts.passed(SAME, "the repeated request created nothing new", made.exchange, again)


def _with_another_key(session: Session, create: Operation, made: Made, key: Parameter) -> Exchange | None:
    """Send what was made once more, with a key of its own; `None` if there is none."""
    another = new_key(session, key)
    arguments = {**made.arguments, key.subject: another}
    note = "the same request with another key"
    return session.call(create, arguments, note=note, intent=Intent.UNKNOWN) if another else None


def _otherwise(
    session: Session, ops: ResourceOperations, create: Operation, made: Made, verdicts: Verdicts
) -> Iterator[Verdict]:
    body = made.arguments.get("body")
    values = without_references(session, create, create_values(create, ops, Flavour.OTHER))
    changed = {name: value for name, value in values.items() if isinstance(body, dict) and body.get(name) != value}
    arguments = with_body(made.arguments, changed)
    media = create.body.of_members if create.body else None
    if not changed or media is None or media.schema is None or not media.schema.is_valid(arguments.get("body")):
        yield from verdicts.untested(_OTHER, "no other body is known")
        return
    exchange = session.call(
        create,
        arguments,
        note="the key with another body",
        aim=verdicts.clause_id(_OTHER),
        intent=Intent.UNKNOWN,
    )
    if refused(exchange) and not obstacle(exchange):
        yield from verdicts.passed(_OTHER, "the key with another body was refused", made.exchange, exchange)
    elif served(exchange):
        message = f"the key was already sent with another body, so the request must be refused; it is answered {exchange.status}"
        yield from verdicts.failed(_OTHER, message, made.exchange, exchange, actual=exchange.status)
    else:
        yield from verdicts.untested(_OTHER, why_not(exchange), exchange)


def _send(session: Session, create: Operation, made: Made, *, note: str, aim: str) -> Exchange:
    return session.call(create, made.arguments, note=note, aim=aim, intent=Intent.UNKNOWN)


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="A create that is repeated with the same key takes effect once.",
    clauses=clauses,
    drive=drive,
)
