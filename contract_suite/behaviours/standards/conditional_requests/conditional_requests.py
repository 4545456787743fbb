"""Conditions are minded: 304 for what the client has, 412 for what it doesn't know (RFC 9110, section 13)."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import inapplicable_if_none
from contract_suite.behaviours.kit.own_things import items_above, make_own, own_thing, readable_arguments
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.standards.conditional_requests.clauses import NAME, clauses_of
from contract_suite.behaviours.standards.conditional_requests.reading import judge_reading
from contract_suite.behaviours.standards.conditional_requests.writing import drive_action, drive_write
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.clause import Clause
from contract_suite.model.verdict import Verdict


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every operation of which the document says that it knows entity tags or conditions."""
    found = (clause for each in contract.operations for clause in clauses_of(contract, each).values())
    yield from inapplicable_if_none(
        found, contract, NAME, "conditions", "the document speaks of no entity tags and no conditions"
    )


def drive(session: Session) -> Iterator[Verdict]:
    """Ask reads with tags; try writes, the deletes last, on things of the run's own."""
    for operation in sorted(session.contract.operations, key=lambda each: each.method == "DELETE"):
        keyed = clauses_of(session.contract, operation)
        verdicts = Verdicts(session, keyed)
        if not verdicts.any_wanted:
            continue
        if operation.safe:
            yield from _read(session, operation, verdicts, keyed)
        elif session.allowed(operation):
            paths = items_above(session.contract, operation)
            action = operation.method == "POST"
            thing = (make_own if action else own_thing)(session, paths) if paths else None
            if thing is not None:
                yield from while_sent((drive_action if action else drive_write)(session, operation, thing, verdicts))
        yield from verdicts.leave_untested("no resource that the run created has an entity tag and can be written")


def _read(session: Session, operation: Operation, verdicts: Verdicts, keyed: dict[str, Clause]) -> Iterator[Verdict]:
    arguments = readable_arguments(session, operation)
    if arguments is not None:
        ids = {key: clause.id for key, clause in keyed.items() if verdicts.is_wanted(key)}
        yield from verdicts.report(judge_reading(session, operation, arguments, ids).values())


BEHAVIOUR = Behaviour(
    name=NAME,
    title="Conditional requests are answered by the entity tag: 304 for the current one, 412 for an old one.",
    clauses=clauses,
    drive=drive,
)
