"""What is refused has no effect.

Refused means: no key, no permission, a body that breaks its schema, or a name that is taken.
"""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.clauses import inapplicable_if_none
from contract_suite.behaviours.kit.resource_operations import (
    resource_operations,
)
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.refused_effect.changes import RefusedChanges
from contract_suite.behaviours.resources.refused_effect.clauses import NAME, clauses_of, each_write
from contract_suite.behaviours.resources.refused_effect.creates import RefusedCreates
from contract_suite.contract.operation import Contract
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Identity
from contract_suite.model.verdict import Verdict


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every write that can be refused, for each way to refuse it."""
    found = (
        clause
        for ops in resource_operations(contract)
        for variant, operation in each_write(ops)
        for clause in clauses_of(variant, operation).values()
    )
    yield from inapplicable_if_none(
        found, contract, NAME, "resources", "the document has no write whose effect could be looked for"
    )


def drive(session: Session) -> Iterator[Verdict]:
    """Send writes that are to be refused, and look for what they would have done."""
    for each in resource_operations(session.contract):
        for ops, operation in each_write(each):
            verdicts = Verdicts(session, clauses_of(ops, operation))
            if not verdicts.any_wanted:
                continue
            if not session.allowed(operation):
                yield from verdicts.leave_untested(f"{operation.id} may not be called in this run")
                continue
            if not session.has(Identity.READONLY):
                yield from verdicts.untested("permission", "there is no key that lacks the permission to write")
            if operation is ops.create:
                yield from RefusedCreates(session=session, ops=ops, create=operation, verdicts=verdicts).drive()
            else:
                yield from RefusedChanges(session=session, ops=ops, operation=operation, verdicts=verdicts).drive()
            yield from verdicts.leave_untested(f"no {ops.name} could be made to try it on")


BEHAVIOUR = Behaviour(
    name=NAME,
    title=(
        "What is refused has no effect: without a key, without the permission, with a bad body, "
        "or with a name that is taken."
    ),
    clauses=clauses,
    drive=drive,
)
