"""What a run means to do with one contract: which operations it may call, and every clause it answers for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from contract_suite.behaviours.behaviour import Behaviour
from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.checks.catalogue import CHECKS
from contract_suite.checks.check import Check
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.parts.compiling import compiled
from contract_suite.errors import UsageError
from contract_suite.generate.inferred_resources import with_fields
from contract_suite.model.clause import Clause
from contract_suite.runner.options.run_options import RunOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One contract with what decides it.

    `operations` are those that the user selected and that the document makes usable.
    """

    contract: Contract
    operations: tuple[Operation, ...]
    clauses: tuple[Clause, ...]
    checks: tuple[Check, ...]
    behaviours: tuple[Behaviour, ...]


def make_plan(
    contract: Contract,
    options: RunOptions,
    *,
    checks: Sequence[Check] | None = None,
    behaviours: Sequence[Behaviour] | None = None,
) -> Plan:
    """Plan a run of one contract; `UsageError` where the patterns leave nothing."""
    chosen_checks = tuple(CHECKS if checks is None else checks)
    chosen_behaviours = tuple(BEHAVIOURS if behaviours is None else behaviours)
    operations = tuple(each if each.problem else compiled(each) for each in contract.operations)
    contract = with_fields(replace(contract, operations=operations))
    selected = tuple(
        operation for operation in contract.operations if selects(operation, options.include, options.exclude)
    )
    if contract.operations and not selected:
        raise UsageError(
            f"{contract.name}: no operation matches; there are {', '.join(operation.id for operation in contract.operations)}"
        )
    return Plan(
        contract=contract,
        operations=tuple(operation for operation in selected if not operation.problem),
        clauses=clauses_of(contract, chosen_checks, chosen_behaviours),
        checks=chosen_checks,
        behaviours=chosen_behaviours,
    )


def clauses_of(contract: Contract, checks: Iterable[Check], behaviours: Iterable[Behaviour]) -> tuple[Clause, ...]:
    """Every clause of a contract, each once, by operation in the document's order."""
    order = {operation.id: index for index, operation in enumerate(contract.operations)}
    found: dict[str, Clause] = {}
    stated = (
        *(check.clauses(contract) for check in checks),
        *(behaviour.clauses(contract) for behaviour in behaviours),
    )
    for clauses in stated:
        for clause in clauses:
            found.setdefault(clause.id, clause)
    return tuple(sorted(found.values(), key=lambda clause: order.get(clause.operation, len(order))))


def selects(operation: Operation, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Whether the user's patterns (operationId, path or tag; `*` and `?` stand for anything) leave the operation in."""
    names = (operation.id, operation.path, f"{operation.method} {operation.path}", *operation.tags)

    def hit(patterns: Sequence[str]) -> bool:
        return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)

    return (not include or hit(include)) and not hit(exclude)
