"""What an update may not change stays, and what the server assigns no client chooses."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.clauses import clauses_of_resources
from contract_suite.behaviours.kit.resource_operations import resource_operations
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.immutability.clauses import NAME, assignments, clauses_of
from contract_suite.behaviours.resources.immutability.creating import judge_creates
from contract_suite.behaviours.resources.immutability.updating import judge_updates
from contract_suite.contract.operation import Contract
from contract_suite.model.clause import Clause
from contract_suite.model.verdict import Verdict


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every field that an update may not change, and every field that the server sets."""
    yield from clauses_of_resources(
        contract,
        NAME,
        lambda ops: (*clauses_of(ops).values(), *assignments(ops).values()),
        lambda ops: f"the document has no operation that updates {ops.with_article}",
    )


def drive(session: Session) -> Iterator[Verdict]:
    """Update each resource with bodies that name what may not change; create one with what the server sets."""
    for ops in resource_operations(session.contract):
        verdicts = Verdicts(session, clauses_of(ops))
        if verdicts.any_wanted and ops.update is not None:
            if not session.allowed(ops.update):
                yield from verdicts.leave_untested(f"{ops.update.id} may not be called in this run")
            else:
                yield from judge_updates(session, ops, verdicts)
                yield from verdicts.leave_untested(f"no {ops.name} could be made, read and updated")
        verdicts = Verdicts(session, assignments(ops))
        if verdicts.any_wanted and ops.create is not None:
            yield from judge_creates(session, ops, verdicts)
            yield from verdicts.leave_untested(
                f"a create of {ops.with_article} that sets what is the server's was refused"
            )


BEHAVIOUR = Behaviour(
    name=NAME,
    title=(
        "What an update may not change stays as it was, in reads and lists, and what the server sets no client chooses."
    ),
    clauses=clauses,
    drive=drive,
)
