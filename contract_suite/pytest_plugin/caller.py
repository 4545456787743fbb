"""The fixture `contract`: operations called by their ids, and exchanges judged by every check."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from contract_suite.checks.catalogue import CHECKS
from contract_suite.checks.check import Judgement
from contract_suite.contract.naming.suggestion import did_you_mean, followed_by
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.requests import build
from contract_suite.errors import ContractSuiteError
from contract_suite.generate.proof import judge
from contract_suite.mock.asgi import MockApp
from contract_suite.mock.server import MockServer
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange, Identity, Pairs, Response
from contract_suite.model.fact import level_of
from contract_suite.model.json import JSON, Missing
from contract_suite.model.source import Level
from contract_suite.model.verdict import Outcome, Verdict
from contract_suite.pytest_plugin.contract_selection import Terms, contract_and_terms, refusal, to_mock
from contract_suite.pytest_plugin.options import ENDPOINT_USED, read_options
from contract_suite.record.curl import curl
from contract_suite.runner.plan import clauses_of
from contract_suite.runner.sending.endpoint import Endpoint, open_endpoint
from contract_suite.runner.sending.keys.renewal import KeyRenewal
from contract_suite.runner.sending.keys.watch import has_own_key
from contract_suite.runner.session.ledger.ledger import Ledger
from contract_suite.transport.asgi import AsgiTransport


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedExchange:
    """A request as sent, its response, and every verdict on it.

    `broken` are the clauses that it broke, those that weigh as a failure.
    """

    operation: Operation
    exchange: Exchange
    body: JSON | Missing
    verdicts: tuple[Verdict, ...]
    broken: tuple[Verdict, ...]
    curl: str
    explained: str

    @property
    def status(self) -> int:
        """The HTTP status, or 0 if no response arrived."""
        return self.exchange.status

    @property
    def json(self) -> Any:  # noqa: ANN401 - whoever asks for a member knows what the document says of it
        """The parsed JSON body; fails the test where there is none."""
        if isinstance(self.body, Missing):
            raise refusal(f"{self.operation.id} was answered {self.status or 'with nothing'}, without a JSON body")
        return self.body

    def header(self, name: str) -> str | None:
        """The first value of a response header, or `None`."""
        return self.exchange.response.header(name) if self.exchange.response else None

    def check(self) -> None:
        """Fail the test if a clause was broken."""
        if self.broken:
            raise refusal(self.explained)


class Caller:
    """Calls the operations of one contract at one endpoint."""

    def __init__(self, contract: Contract, endpoint: Endpoint, *, strict: bool = False) -> None:
        """`strict` lets advisories count as broken."""
        self.contract = contract
        self._endpoint = endpoint
        self._strict = strict
        self._pool = Ledger(contract)
        self._number = 0
        self._renewal = KeyRenewal(endpoint.credentials)

    @property
    def base_url(self) -> str:
        """Where requests go."""
        return self._endpoint.transport.base_url

    def call(
        self,
        operation: str | Case,
        arguments: Mapping[str, JSON] | None = None,
        /,
        *,
        identity: str = Identity.DEFAULT,
        headers: Pairs = (),
        **named: JSON,
    ) -> JudgedExchange:
        """Send as `send` does, and fail the test at once if the answer breaks the contract."""
        judged = self.send(operation, arguments, identity=identity, headers=headers, **named)
        judged.check()
        return judged

    def send(
        self,
        operation: str | Case,
        arguments: Mapping[str, JSON] | None = None,
        /,
        *,
        identity: str = Identity.DEFAULT,
        headers: Pairs = (),
        **named: JSON,
    ) -> JudgedExchange:
        """Call an operation by its id, or send a generated case, and have the answer judged.

        Arguments are named as the document names parameters and members of the body (`PageSize=5`), or given under
        their full subjects (`{"query.PageSize": 5, "body": {…}}`), right or wrong. `identity` is `default`, `readonly`,
        `revoked` or `nobody`.
        """
        case = (
            operation
            if isinstance(operation, Case)
            else self._case(operation, arguments or {}, named, Identity(identity), headers)
        )
        found = self._operation(case.operation)
        if not (found.safe or self._endpoint.writable):
            raise refusal(f"{found.id} writes, and writes to {self._endpoint.described} need --contract-allow-writes")
        if case.request.identity is not Identity.NOBODY and not self._has(case.request.identity):
            raise refusal(f"there is no key for the identity {case.request.identity.value}")
        self._renewal.before_sending()
        generation = self._renewal.generation
        exchange = self._exchanged(found, case)
        if has_own_key(case) and self._renewal.helps(case, exchange, generation, served=False):
            exchange = self._exchanged(found, case)
        return self._judged(found, case, exchange)

    def _exchanged(self, operation: Operation, case: Case) -> Exchange:
        answer, seconds = self._endpoint.transport.send(self._endpoint.keyed(case.request, operation))
        self._number += 1
        exchange = Exchange(number=self._number, request=case.request, answer=answer, seconds=seconds)
        if isinstance(answer, Response) and has_own_key(case):
            self._endpoint.credentials.learn(case.request, answer)
        return exchange

    def _has(self, identity: Identity) -> bool:
        return identity is Identity.DEFAULT or self._endpoint.credentials.has(identity)

    def _operation(self, name: str) -> Operation:
        known = {each.id: each for each in self.contract.operations}
        if name not in known:
            raise refusal(f"{self.contract.name} has no operation {name!r}{did_you_mean(name, known)}")
        if known[name].problem:
            raise refusal(known[name].problem)
        return known[name]

    def _case(
        self, name: str, arguments: Mapping[str, JSON], named: Mapping[str, JSON], identity: Identity, headers: Pairs
    ) -> Case:
        operation = self._operation(name)
        given: dict[str, JSON] = dict(arguments)
        members: dict[str, JSON] = {}
        for key, value in named.items():
            parameter = operation.parameter(key)
            if parameter is not None:
                given[parameter.subject] = value
            elif key == "body":
                given["body"] = value
            elif operation.body is None:
                names = [each.name for each in operation.parameters]
                raise refusal(
                    followed_by(
                        f"{operation.id} has no parameter {key!r}{did_you_mean(key, names)}",
                        f"to send it all the same, pass {{'query.{key}': …}}",
                    )
                )
            else:
                members[key] = value
        if members:
            body = given.get("body")
            given["body"] = {**(body if isinstance(body, dict) else {}), **members}
        try:
            request = build(operation, given, identity=identity, headers=headers)
        except ValueError as error:
            raise refusal(str(error)) from None
        intent, _ = judge(self.contract, operation, request)
        # That a valid request finds what it addresses is for the test to know.
        intent = intent if intent is Intent.NEGATIVE and identity is Identity.DEFAULT else Intent.UNKNOWN
        return Case(operation=operation.id, request=request, intent=intent, stage=Stage.EXAMPLES, arguments=given)

    def _judged(self, operation: Operation, case: Case, exchange: Exchange) -> JudgedExchange:
        if case.intent is Intent.POSITIVE and self._pool.addressing(operation):
            case = replace(case, intent=Intent.UNKNOWN, target_clause="")
        own = operation if case.request.method == operation.method else None
        judgement = Judgement(contract=self.contract, operation=own, case=case, exchange=exchange)
        verdicts = tuple(verdict for check in CHECKS for verdict in check.judge(judgement))
        failed = [each for each in verdicts if each.outcome is Outcome.FAILED]
        clauses = {each.id: each for each in clauses_of(self.contract, CHECKS, ())} if failed else {}
        broken = [
            each
            for each in failed
            if each.clause in clauses
            and (self._strict or level_of(clauses[each.clause].source, each.facts) is Level.FAILURE)
        ]
        line = curl(exchange.request, self.base_url, self._endpoint.shown_as(operation))
        return JudgedExchange(
            operation=operation,
            exchange=exchange,
            body=judgement.body,
            verdicts=verdicts,
            broken=tuple(broken),
            curl=line,
            explained="\n\n".join(
                [*(_explained(each, clauses[each.clause]) for each in broken), f"  curl      {line}"]
            ),
        )


def opened(request: pytest.FixtureRequest) -> Iterator[Caller]:
    """Open an endpoint for one test, and close it."""
    contract, terms = contract_and_terms(request)
    options = read_options(request.config)
    request.config.stash[ENDPOINT_USED] = True
    try:
        endpoint = open_endpoint(contract, options.run_options(Path()), os.environ)
    except ContractSuiteError as error:
        raise refusal(str(error)) from None
    if endpoint.embedded and terms != Terms():
        endpoint = replace(endpoint, transport=_embedded(contract, terms))
    try:
        yield Caller(contract, endpoint, strict=terms.strict)
    finally:
        endpoint.transport.close()


def _embedded(contract: Contract, terms: Terms) -> AsgiTransport:
    server = MockServer(
        to_mock(contract, terms),
        seed=terms.seed,
        empty=terms.empty,
        records=terms.records,
        enforce_limits=terms.enforce_limits,
    )
    return AsgiTransport(MockApp(server), base_path=contract.base_path)


def _explained(verdict: Verdict, clause: Clause) -> str:
    lines = [
        f"{clause.id}",
        f"  says      {clause.text}",
        f"  contract  {clause.location.place} ({clause.source.value})",
        f"  problem   {verdict.message}",
        f"  at        {verdict.pointer}" if verdict.pointer else "",
    ]
    return "\n".join(line for line in lines if line)
