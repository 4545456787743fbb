"""Positives are proved on the serialised request: one that breaks its own schema need not be served."""

from __future__ import annotations

from dataclasses import replace

from contract_suite.contract.operation import Operation
from contract_suite.contract.violations import breaks
from contract_suite.model.case import Case, Intent


def proved(case: Case, operation: Operation | None) -> Case:
    """Return the case, with intent unknown where it is positive and its request breaks the operation's schema.

    To be called wherever something was put into a request after it was proved: fresh names, live ids, a behaviour's
    values.
    """
    if case.intent is not Intent.POSITIVE or operation is None:
        return case
    if not operation.provable or breaks(operation, case.request):
        return replace(case, intent=Intent.UNKNOWN)
    return case
