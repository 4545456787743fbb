"""Proposals of one operation's cases, by what is asked of their arguments; what a request proves by itself decides in the end."""

from __future__ import annotations

from collections.abc import Callable

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import path_values
from contract_suite.contract.requests import build
from contract_suite.generate.boundaries.proposals import Built, Proposal
from contract_suite.generate.proof import judge
from contract_suite.model import clause_ids
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Request
from contract_suite.model.json import Arguments


class Proposing:
    """Makes proposals for one operation. Arguments are asked for when a case is built, and once only."""

    def __init__(self, contract: Contract, operation: Operation) -> None:
        """Keep both."""
        self._contract = contract
        self._operation = operation

    def invalid(self, arguments: Callable[[], Arguments], subject: str, keyword: str, note: str, rank: int) -> Proposal:
        """Propose arguments that break a keyword at a subject."""

        def make() -> Built | None:
            made = arguments()
            request = self._build(made)
            if request is None:
                return None
            intent, sure = judge(self._contract, self._operation, request, subject, keyword)
            if intent is Intent.POSITIVE:
                return None
            if subject.startswith("path.") and intent is Intent.UNKNOWN and not self._operation.safe:
                return None  # it would reach another operation, and change who knows what
            proves = intent is Intent.NEGATIVE and bool(sure)
            target_clause = clause_ids.enforced(self._operation.id, subject, sure) if proves else ""
            case = self._case(made, request, intent, note, target_clause)
            return Built(rank if intent is Intent.NEGATIVE else rank + 3, case)

        target_clause = clause_ids.enforced(self._operation.id, subject, keyword)
        return Proposal(rank=rank, intent=Intent.NEGATIVE, target_clause=target_clause, make=make)

    def valid(
        self,
        arguments: Callable[[], Arguments],
        *,
        target_clause: str,
        note: str,
        rank: int,
        unsaid: bool = False,
    ) -> Proposal:
        """Propose arguments that should be served."""
        return self.perhaps_valid(
            lambda: (arguments(), True), target_clause=target_clause, note=note, rank=rank, unsaid=unsaid
        )

    def perhaps_valid(
        self,
        arguments: Callable[[], tuple[Arguments, bool]],
        *,
        target_clause: str,
        note: str,
        rank: int,
        unsaid: bool,
    ) -> Proposal:
        """Propose arguments of which is known when they are made whether they should be served."""

        def make() -> Built | None:
            made, sure = arguments()
            request = self._build(made)
            if request is None:
                return None
            if not sure:
                return Built(rank, self._case(made, request, Intent.UNKNOWN, note))
            intent, _ = judge(self._contract, self._operation, request)
            good = intent is Intent.POSITIVE
            case = self._case(
                made,
                request,
                intent if good else Intent.UNKNOWN,
                note,
                target_clause if good else "",
                unsaid=unsaid and not self._contract.sourced,
            )
            return Built(rank, case)

        return Proposal(rank=rank, intent=Intent.POSITIVE, target_clause=target_clause, make=make)

    def unknown(self, arguments: Callable[[], Arguments], note: str, rank: int) -> Proposal:
        """Propose arguments of which nobody knows whether they should be served."""

        def make() -> Built | None:
            made = arguments()
            request = self._build(made)
            return None if request is None else Built(rank, self._case(made, request, Intent.UNKNOWN, note))

        return Proposal(rank=rank, intent=Intent.UNKNOWN, target_clause="", make=make)

    def _case(
        self,
        arguments: Arguments,
        request: Request,
        intent: Intent,
        note: str,
        target_clause: str = "",
        *,
        unsaid: bool = False,
    ) -> Case:
        return Case(
            operation=self._operation.id,
            request=request,
            intent=intent,
            stage=Stage.BOUNDARIES,
            target_clause=target_clause,
            note=note,
            arguments=arguments,
            unsaid=unsaid,
        )

    def _build(self, arguments: Arguments) -> Request | None:
        try:
            request = build(self._operation, arguments)
        except ValueError:
            return None
        return None if path_values(self._operation.written_path, request.target) is None else request
