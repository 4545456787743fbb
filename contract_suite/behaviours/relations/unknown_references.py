"""A create that names something that doesn't exist is refused, where the document shows a 404 for it.

On a path without parameters, only what the request refers to can be unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Final
from uuid import UUID

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.responses import done, obstacle, refused, why_not
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.naming.names import plain_name, singulars
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in
from contract_suite.contract.schemas.view import view
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.json import JSON, escape
from contract_suite.model.verdict import Verdict

NAME: Final = "unknown-references"
_UNKNOWN: Final = 404
_UNUSED_ID: Final = 2_000_000_011
"""A number that hardly anything has for its id, and that 32 bits hold."""
_NUMBER_AT_END: Final = re.compile(r"[0-9]+\Z")
_REFERENCE: Final = re.compile(r"(?P<noun>[A-Za-z_-]*?[A-Za-z])[_-]?(?:[iI]d|ID|[uU]uid|UUID)")


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every required member of a create that is named after something which the document addresses by its id."""
    found = (clause for each in contract.operations for clause in _clauses_of(contract, each).values())
    reason = "the document has no create that names something else and shows a 404"
    yield from inapplicable_if_none(found, contract, NAME, "body", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Repeat each accepted create with one reference that leads nowhere."""
    for operation in session.contract.operations:
        verdicts = Verdicts(session, _clauses_of(session.contract, operation))
        if not verdicts.any_wanted:
            continue
        if session.allowed(operation):
            yield from while_sent(_drive(session, operation, verdicts))
        yield from verdicts.leave_untested("no request was accepted whose references could be changed")


def _drive(session: Session, operation: Operation, verdicts: Verdicts) -> Iterator[Verdict]:
    for name in _references(session.contract, operation):
        if not verdicts.is_wanted(name):
            continue
        arguments = session.accepted(operation)
        body = arguments.get("body") if arguments is not None else None
        if arguments is None or not isinstance(body, dict) or name not in body:
            continue
        unknown = _unknown(session.random, body[name])
        media = operation.body.of_members if operation.body else None
        changed: dict[str, JSON] = {**body, name: unknown}
        if unknown is None or (media and media.schema and not media.schema.is_valid(changed)):
            continue
        note = f"with an unknown {name}"
        exchange = session.call(
            operation, {**arguments, "body": changed}, intent=Intent.UNKNOWN, note=note, aim=verdicts.clause_id(name)
        )
        if done(exchange):
            message = f"no resource has the {name} {shown(unknown)}, but the create that names it was answered {exchange.status}"
            yield from verdicts.failed(
                name, message, exchange, problem="served", expected=_UNKNOWN, actual=exchange.status
            )
        elif refused(exchange) and not obstacle(exchange):
            yield from verdicts.passed(name, f"a create with an unknown {name} was refused", exchange)
        else:
            yield from verdicts.untested(name, why_not(exchange), exchange)


def _clauses_of(contract: Contract, operation: Operation) -> dict[str, Clause]:
    return {
        name: clause_at(NAME, operation, f"body/{escape(name)}", "reference-known", f"An unknown {name} is refused.")
        for name in _references(contract, operation)
    }


def _references(contract: Contract, operation: Operation) -> tuple[str, ...]:
    media = operation.body.of_members if operation.body else None
    fits = operation.method == "POST" and not operation.problem and not names_in(operation.path)
    if contract.resources or not fits or media is None or media.schema is None or not operation.documents(_UNKNOWN):
        return ()
    place, nouns = view(media.schema), _addressed(contract)
    found = ((name, _REFERENCE.fullmatch(name)) for name in place.property_names() if name in place.required_names())
    return tuple(name for name, match in found if match is not None and plain_name(match["noun"]) in nouns)


def _addressed(contract: Contract) -> frozenset[str]:
    """The nouns of what is read by its id: `book` of `GET /books/{id}`."""
    found: set[str] = set()
    for operation in contract.operations:
        above, _, last = operation.path.rstrip("/").rpartition("/")
        if operation.method == "GET" and names_in(last):
            found |= singulars(above.rpartition("/")[2])
    return frozenset(found)


def _unknown(random: Random, known: JSON) -> JSON:
    """Return an id like a known one that nothing has; `None` if it has no shape to follow."""
    if isinstance(known, int) and not isinstance(known, bool):
        return _UNUSED_ID
    if not isinstance(known, str) or not known:
        return None
    try:
        UUID(known)
    except ValueError:
        numbered = _NUMBER_AT_END.sub(str(_UNUSED_ID), known)
        return numbered if numbered != known else None
    return str(UUID(int=random.getrandbits(128), version=4))


BEHAVIOUR = Behaviour(
    name=NAME,
    title="A create that names something that doesn't exist is refused.",
    clauses=clauses,
    drive=drive,
)
