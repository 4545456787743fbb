"""What must be unique is refused a second time within its scope, also of two at the same time, and is free elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.clauses import clauses_of_resources
from contract_suite.behaviours.kit.resource_operations import (
    resource_operations,
)
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.making import (
    refusing_rules,
)
from contract_suite.behaviours.resources.uniqueness.clauses import NAME, clauses_of
from contract_suite.behaviours.resources.uniqueness.duplicates import Duplicates
from contract_suite.contract.addressing import plain
from contract_suite.contract.operation import Contract
from contract_suite.model.clause import Clause
from contract_suite.model.verdict import Verdict


def clauses(contract: Contract) -> Iterator[Clause]:
    """What each promise of uniqueness comes to."""
    yield from clauses_of_resources(
        contract,
        NAME,
        lambda ops: [
            clause
            for rule in (refusing_rules(ops) if ops.create else ())
            for clause in clauses_of(contract, ops, rule).values()
        ],
        lambda ops: f"the document doesn't say what of a created {ops.name} is unique",
    )


def drive(session: Session) -> Iterator[Verdict]:
    """Create one of each resource, then others that share what they may and what they may not."""
    for ops in resource_operations(session.contract):
        for rule in refusing_rules(ops) if ops.create else ():
            verdicts = Verdicts(session, clauses_of(session.contract, ops, rule))
            if not verdicts.any_wanted or ops.create is None:
                continue
            if not session.allowed(ops.create):
                yield from verdicts.leave_untested(f"{ops.create.id} may not be called in this run")
                continue
            yield from Duplicates(session=session, ops=ops, rule=rule, create=ops.create, verdicts=verdicts).drive()
            yield from verdicts.leave_untested(
                f"no {ops.name} could be made whose {' and '.join(map(plain, rule.fields))} the run chooses"
            )


BEHAVIOUR = Behaviour(
    name=NAME,
    title="What must be unique is unique: within its scope, when two requests are sent at the same time, and no further.",
    clauses=clauses,
    drive=drive,
)
