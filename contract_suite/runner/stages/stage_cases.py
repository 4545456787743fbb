"""What each stage asks of one operation: what the document suggests, probes, boundaries, and both where nothing was served."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.checks.kit.soft_refusals import refuses_softly
from contract_suite.contract.addressing import roles
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in
from contract_suite.generate.boundaries.boundaries import boundaries
from contract_suite.generate.examples import examples
from contract_suite.generate.media_types import media_types
from contract_suite.generate.probes import probes
from contract_suite.generate.unproved import unproved_boundaries, unproved_probes
from contract_suite.model.case import Case, Stage
from contract_suite.model.json import Arguments
from contract_suite.runner.session.session import LiveSession

_UNKNOWN: Final = frozenset({404, 410})


class StageCases:
    """The generated cases of one session, made of requests that the server accepted."""

    def __init__(self, contract: Contract, session: LiveSession) -> None:
        """Nothing is generated yet. Cases are made of `contract`: the session may know its resources by paths alone."""
        self._contract = contract
        self._session = session

    def shown(self, operation: Operation) -> Iterator[Case]:
        """Yield what the document suggests for an operation that serves, in each form in which it may be asked."""
        arguments = self._session.arguments
        yield from arguments.widen(operation)
        for case in examples(self._contract, operation, self._session.ledger, fresh=arguments.names.fresh):
            yield arguments.dated(operation, case)
        template = self._session.accepted(operation)
        if template is not None:
            yield from media_types(self._contract, operation, template, fresh=arguments.names.fresh)

    def cases(self, stage: Stage, operation: Operation, template: Arguments | None) -> Iterator[Case] | None:
        """Return the cases of a stage on the template that was accepted, if one was; `None` where nothing can be asked."""
        if template is None:
            return self._unproved(stage, operation)
        fresh = self._session.arguments.names.fresh
        if stage is Stage.PROBES:
            return probes(self._contract, operation, template, fresh=fresh)
        addressing = self._session.ledger.addressing(operation)
        return boundaries(self._contract, operation, template, addressing=addressing, fresh=fresh)

    def _unproved(self, stage: Stage, operation: Operation) -> Iterator[Case] | None:
        """Return what can be asked of an operation that never served a request; `None` where it wasn't even asked."""
        arguments = self._session.arguments
        status = arguments.searches.last_status.get(operation.id, 0)
        template: Arguments | None = arguments.any_arguments(operation)
        absent = None
        if not status or deletes(self._session, operation):
            suggested = arguments.any_arguments(operation)
            absent = arguments.absent.ask(operation, suggested) if self._session.allowed(operation) else None
            template, status = (absent[0], absent[1].status) if absent is not None else (None, 0)
        if template is None or any(f"path.{name}" not in template for name in names_in(operation.path)):
            return None
        if stage is Stage.PROBES:
            return unproved_probes(
                self._contract, operation, template, refused_with=status, fresh=arguments.names.fresh
            )
        addressing = self._session.ledger.addressing(operation)
        return unproved_boundaries(
            self._contract,
            operation,
            template,
            addressing=addressing,
            fresh=arguments.names.fresh,
            understood=absent is not None and (status in _UNKNOWN or refuses_softly(absent[1])),
        )


def deletes(session: LiveSession, operation: Operation) -> bool:
    """Whether an operation deletes one of a resource."""
    return any(role == "delete" for _, role in roles(session.resources, operation))
