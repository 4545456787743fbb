"""What a session's run leaves out where clauses were deselected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from contract_suite.behaviours.behaviour import Behaviour
from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.operation import Contract
from contract_suite.model.clause import Clause
from contract_suite.runner.options.run_options import RunOptions


def narrowed(
    clauses: Sequence[Clause], contracts: Sequence[Contract], options: RunOptions
) -> tuple[RunOptions, Sequence[Behaviour] | None]:
    """Leave out of a run what can't bear on the clauses that are left, and nothing that could change a verdict.

    Behaviours send requests that checks judge too, so they go only where no check's clause is left. Operations go with
    everything that shares their resource, because that is where live ids come from.
    """
    judges = {each.judge for each in clauses}
    behaviours = None
    if judges <= {each.name for each in BEHAVIOURS}:
        behaviours = tuple(each for each in BEHAVIOURS if each.name in judges)
        options = replace(options, fuzz_time=0.0)
    if options.include or options.exclude or not all(contract.annotated for contract in contracts):
        return options, behaviours
    wanted = {each.operation for each in clauses}
    if "" not in wanted:
        related = {name for contract in contracts for name in _related(contract, wanted)}
        options = replace(options, include=tuple(sorted(related)))
    return options, behaviours


def _related(contract: Contract, wanted: set[str]) -> set[str]:
    groups = []
    for resource in contract.resources:
        names = set(resource.lists)
        for each in (resource, *(other for other in contract.resources if other.name in resource.owns)):
            names |= {role.operation for role in (each.create, each.read, each.update, each.delete) if role} | set(
                each.lists
            )
        groups.append(names)
    found = wanted & {operation.id for operation in contract.operations}
    for _ in groups:
        found |= {name for group in groups if group & found for name in group}
    return found
