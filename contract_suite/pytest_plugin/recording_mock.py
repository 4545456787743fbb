"""The mock as a test sees it: it judges whom it serves, strikes with what was planted, and remembers who came."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from contract_suite.contract.operation import Contract
from contract_suite.contract.paths.routing import route
from contract_suite.mock.pipeline import Call
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Identity, Request, Response
from contract_suite.pytest_plugin.calling_line import RunningTest
from contract_suite.pytest_plugin.client_judge import ClientJudge
from contract_suite.pytest_plugin.contract_selection import Terms, to_mock
from contract_suite.pytest_plugin.faults import Faults, NoAnswer
from contract_suite.pytest_plugin.judges import JUDGES
from contract_suite.runner.sending.keys.opening import MADE_UP

API_KEY = MADE_UP[Identity.DEFAULT]
"""A made-up key that the mock takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCall:
    """One request to the mock.

    `operation` is empty for a request to none; `response` is `None` where a planted fault gave no answer.
    """

    operation: str
    request: Request
    response: Response | None


class RecordingMock(MockServer):
    """A mock that watches one test at a time."""

    def __init__(self, contract: Contract, terms: Terms, item: pytest.Item | None = None) -> None:
        """Begin with `item` watched, or nobody."""
        super().__init__(
            to_mock(contract, terms),
            seed=terms.seed,
            empty=terms.empty,
            records=terms.records,
            enforce_limits=terms.enforce_limits,
        )
        self.document = contract
        self.begin(terms, item)

    def begin(self, terms: Terms, item: pytest.Item | None = None) -> None:
        """Begin another test: state, judgement, faults and memory are as new; `item` fails where its client is wrong."""
        self.judge = ClientJudge(
            self.document,
            strict=terms.strict,
            active=terms.judge,
            test=RunningTest.of(item) if item is not None else None,
        )
        if item is not None:
            item.stash.setdefault(JUDGES, []).append(self.judge)
        self.faults = Faults(self.contract)
        self.calls: list[RecordedCall] = []
        self.reset()

    def handle(self, request: Request) -> Response:
        """Answer one request. Raises `NoAnswer` where a planted fault wants silence."""
        operation, _, _ = route(self.contract, request.method, request.target)
        self.judge.see(request)
        try:
            response = self._struck(request)
        except NoAnswer:
            self.calls.append(RecordedCall(operation=operation.id if operation else "", request=request, response=None))
            raise
        self.calls.append(RecordedCall(operation=operation.id if operation else "", request=request, response=response))
        return response

    def _struck(self, request: Request) -> Response:
        operation, _, _ = route(self.contract, request.method, request.target)
        for planted in self.faults.due(operation, refusing=True):
            planted.strike()
            view = self.catalogue.view(operation) if operation else None
            return self.refuse(Call(number=0, request=request, now=self._clock(), view=view), planted.refused())
        response = super().handle(request)
        for planted in self.faults.due(operation, refusing=False) if operation else ():
            altered = planted.altered(operation, response) if operation else None
            if altered is not None:
                planted.strike()
                response = altered
        return response
