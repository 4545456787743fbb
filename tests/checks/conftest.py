"""The toy contract, and a way to ask one check about one exchange of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_suite.checks.check import Check, Judgement
from contract_suite.contract.operation import Contract
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Exchange, Identity, NoResponse, Pairs, Request, Response
from contract_suite.model.json import Arguments
from tests.checks.toys import TOY, Ask, Asked, read


@pytest.fixture(scope="session")
def toy() -> Contract:
    return read(TOY)


@pytest.fixture(scope="session")
def ask(toy: Contract) -> Ask:
    """Ask a check about one exchange. `body` is bytes, or any JSON value."""

    def asked(
        check: Check,
        operation: str | None = "ListToys",
        *,
        contract: Contract = toy,
        status: int = 200,
        body: Any = b"",
        content_type: str | None = "application/json",
        headers: Pairs = (),
        intent: Intent = Intent.UNKNOWN,
        target_clause: str = "",
        method: str = "",
        target: str = "/toys",
        content: bytes = b"",
        sent: Pairs = (),
        answer: NoResponse | None = None,
        seconds: float = 0.0,
        truncated: bool = False,
        identity: Identity = Identity.DEFAULT,
        number: int = 1,
        arguments: Arguments | None = None,
        unsaid: bool = False,
    ) -> Asked:
        found = contract.operation(operation) if operation else None
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        shown = (("Content-Type", content_type), *headers) if content_type is not None else headers
        request = Request(
            method=method or (found.method if found else "GET"),
            target=target,
            headers=sent,
            body=content,
            identity=identity,
        )
        exchange = Exchange(
            number=number,
            request=request,
            answer=answer or Response(status=status, headers=shown, body=raw, truncated=truncated),
            seconds=seconds,
        )
        case = Case(
            operation=operation or "",
            request=request,
            intent=intent,
            stage=Stage.PROBES,
            target_clause=target_clause,
            arguments=arguments or {},
            unsaid=unsaid,
        )
        listed = {clause.id for clause in check.clauses(contract)}
        verdicts = tuple(check.judge(Judgement(contract=contract, operation=found, case=case, exchange=exchange)))
        assert {each.clause for each in verdicts} <= listed, "a check must list every clause that it decides"
        by_clause = {each.clause: each for each in verdicts}
        return Asked(verdicts=verdicts, by_clause=by_clause)

    return asked
