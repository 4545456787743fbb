"""Operations that were given up while nothing was known of what they name, and that are served once something is.

An order may be made for the first time by a behaviour. What acts on orders is then asked as in the stages before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from contract_suite.contract.operation import Operation
from contract_suite.model.case import Stage
from contract_suite.runner.session.session import LiveSession
from contract_suite.runner.stages.case_loop import CaseLoop, Queue
from contract_suite.runner.stages.stage_cases import StageCases, deletes

_STAGES: Final = (Stage.PROBES, Stage.BOUNDARIES)


class ServedLate:
    """The operations of one session that lacked something to name, each with what it lacked."""

    def __init__(self, session: LiveSession, cases: CaseLoop, stage_cases: StageCases) -> None:
        """Nothing is lacking before `note`."""
        self._session = session
        self._cases = cases
        self._stage_cases = stage_cases
        self._lacking: dict[str, tuple[Operation, frozenset[str]]] = {}

    def note(self, operations: Iterable[Operation]) -> None:
        """Remember which operations were not served while none was known of something that their address names."""
        for each in operations:
            lacking = frozenset(name for name in self._named(each) if not self._is_there(each, name))
            if lacking and each.id not in self._session.sender.watch.served and not deletes(self._session, each):
                self._lacking[each.id] = each, lacking

    def look(self) -> list[Operation]:
        """Try those for which everything is known now, once each; returns those that are served, also by what others sent."""
        found: list[Operation] = []
        for operation, lacking in list(self._lacking.values()):
            if all(self._is_there(operation, name) for name in lacking):
                del self._lacking[operation.id]
                self._session.accepted(operation)
                found += [operation] if operation.id in self._session.sender.watch.served else []
        return found

    def ask(self, operations: list[Operation]) -> Iterator[tuple[Stage, list[Queue]]]:
        """Ask of operations what the earlier stages ask; yields for each stage what the budget left of it."""
        for operation in operations:
            if self._session.accepted(operation) is not None:
                for case in self._stage_cases.shown(operation):
                    self._cases.send(operation, case)
        for stage in _STAGES:
            queues = []
            for operation in operations:
                template = self._session.accepted(operation)
                cases = self._stage_cases.cases(stage, operation, template) if template is not None else None
                if cases is not None:
                    queues.append(Queue(operation=operation, cases=cases, template=template, current=template or {}))
            yield stage, self._cases.round_robin(queues, stage=stage)

    def _is_there(self, operation: Operation, name: str) -> bool:
        """Whether one of a resource is known that an operation may be about: a write, what the run made."""
        if operation.safe:
            return self._session.ledger.known(name) > 0
        return any(each.resource.name == name for each in self._session.ledger.made)

    def _named(self, operation: Operation) -> set[str]:
        """The resources that the address of an operation names."""
        needs = self._session.ledger.addresses.needs(operation)
        return {each.resource for each in needs}
