"""A create that leaves out a member with a documented `default` stores that default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.clauses import clauses_of_resources, make_clause
from contract_suite.behaviours.kit.comparing import differences, field_in
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    declares,
    representation,
    request_body,
    resource_operations,
)
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.making import make_by
from contract_suite.behaviours.resources.kit.observing import read_until_found
from contract_suite.contract.addressing import body_properties, field_of, plain
from contract_suite.contract.operation import Contract
from contract_suite.model.clause import Clause
from contract_suite.model.json import JSON, MISSING, Arguments
from contract_suite.model.verdict import Verdict

NAME: Final = "member-defaults"
_STORED: Final = "stored"


def clauses(contract: Contract) -> Iterator[Clause]:
    """What a create promises of members that are left out, for every resource that has one."""
    yield from clauses_of_resources(
        contract,
        NAME,
        lambda ops: clauses_of(ops).values(),
        lambda ops: (
            f"no field of {ops.with_article} has a default, can be left out of the create, and is shown by a read"
        ),
    )


def clauses_of(ops: ResourceOperations) -> dict[str, Clause]:
    """The clause of one resource, if a create can leave out something that has a default."""
    create = ops.resource.create
    if ops.create is None or create is None or not _defaults(ops):
        return {}
    text = f"A {ops.name} that was created without optional fields shows their documented defaults."
    return {_STORED: make_clause(NAME, ops.create, ops.name, "defaults-stored", text, rests_on=create)}


def drive(session: Session) -> Iterator[Verdict]:
    """Make one of each resource without what has a default, and read it."""
    for ops in resource_operations(session.contract):
        verdicts = Verdicts(session, clauses_of(ops))
        if verdicts.any_wanted:
            yield from _judge(session, ops, verdicts)
            yield from verdicts.leave_untested(f"no {ops.name} could be made without its fields that have a default")


def _judge(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> Iterator[Verdict]:
    made = _made_without(session, ops)
    result = read_until_found(session, ops, made, note="what do the fields that were left out show?") if made else None
    if made is None or result is None or not result.found:
        return
    defaults = _defaults(ops)
    seen = {name: value for name, value in defaults.items() if field_in(result.value, name) is not MISSING}
    if not seen:
        yield from verdicts.untested(_STORED, f"a read shows no {' and no '.join(defaults)}", result.exchange)
        return
    other = list(differences(seen, result.value, tidied=not session.contract.annotated))
    if other:
        subject = f"the {ops.name} that was created without {plain(other[0].pointer)}"
        yield from verdicts.mismatch(_STORED, other[0], subject, made.exchange, result.exchange, more=len(other) - 1)
    else:
        yield from verdicts.passed(_STORED, f"defaults show: {', '.join(seen)}", made.exchange, result.exchange)


def _made_without(session: Session, ops: ResourceOperations) -> Made | None:
    if ops.create is None or not session.allowed(ops.create):
        return None
    accepted = session.accepted(ops.create)
    if accepted is None:
        return None
    return make_by(
        session, ops, ops.create, _without(accepted, _defaults(ops)), note="leave out the fields that have a default"
    )


def _without(arguments: Arguments, names: Mapping[str, JSON]) -> Arguments:
    body = arguments.get("body")
    if not isinstance(body, dict):
        return arguments
    return {**arguments, "body": {name: value for name, value in body.items() if name not in names}}


def _defaults(ops: ResourceOperations) -> dict[str, JSON]:
    """The optional members of a create that have a default, that a read shows, and that identify nothing."""
    place, shown = request_body(ops.create), representation(ops.read)
    if ops.create is None or place is None:
        return {}
    fixed = {plain(each) for each in (*ops.resource.identity, *ops.resource.scope)}
    fixed |= {plain(each) for rule in ops.resource.unique for each in rule.fields}
    found: dict[str, JSON] = {}
    for name, required in body_properties(ops.create).items():
        default = place.member(name).keyword("default")
        if not required and default is not None and field_of(ops.create, name) not in fixed and declares(shown, name):
            found[name] = default
    return found


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="A create stores the documented defaults of the fields that it leaves out.",
    clauses=clauses,
    drive=drive,
)
