"""What does not exist is answered as unknown: a resource, its owner, its container."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.clauses import inapplicable_if_none
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    resource_operations,
)
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.making import make
from contract_suite.behaviours.resources.unknown_resource.clauses import NAME, clauses_of
from contract_suite.behaviours.resources.unknown_resource.containers import judge_containers
from contract_suite.behaviours.resources.unknown_resource.extremes import judge_encoded, judge_extremes
from contract_suite.behaviours.resources.unknown_resource.itself import judge_itself
from contract_suite.behaviours.resources.unknown_resource.owner import judge_owner
from contract_suite.contract.addressing import identity_in, named_values, scope_in
from contract_suite.contract.operation import Contract
from contract_suite.model.clause import Clause
from contract_suite.model.verdict import Verdict


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every operation that addresses something and says how it answers what doesn't exist."""
    found = (clause for ops in resource_operations(contract) for clause in clauses_of(contract, ops).values())
    yield from inapplicable_if_none(
        found,
        contract,
        NAME,
        "errors",
        "the document doesn't say how what does not exist is answered (x-contract, errors.status.unknown)",
    )


def drive(session: Session) -> Iterator[Verdict]:
    """Ask for what doesn't exist, in the shape of what does."""
    for ops in resource_operations(session.contract):
        verdicts = Verdicts(session, clauses_of(session.contract, ops))
        if not verdicts.any_wanted:
            continue
        live = _live(session, ops)
        if live is not None:
            gone = yield from judge_itself(session, ops, verdicts, live)
            live = _live(session, ops) if gone else live
        if live is not None and ops.read is not None and not verdicts.has_failed(f"itself:{ops.read.id}"):
            yield from judge_extremes(session, ops, verdicts, live, key=f"extreme:{ops.read.id}")
            yield from judge_encoded(session, ops.read, verdicts, live, key=f"encoded:{ops.read.id}")
        if live is not None:
            yield from judge_owner(session, ops, verdicts, live)
        yield from judge_containers(session, ops, verdicts)
        yield from verdicts.leave_untested(f"there is no {ops.name} whose id could be changed into an unknown one")


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


BEHAVIOUR = Behaviour(
    name=NAME,
    title="A resource that does not exist is answered as unknown, and so are its owner and its container.",
    clauses=clauses,
    drive=drive,
)
