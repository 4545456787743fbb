"""A mock, a session of the runner before it, and nothing judged but behaviours."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contract_suite.behaviours.behaviour import Behaviour
from contract_suite.contract.operation import Contract, Operation
from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Exchange, NoResponse, Request, Response
from contract_suite.model.json import Arguments
from contract_suite.model.verdict import Outcome, Verdict
from contract_suite.record.writer import RecordWriter
from contract_suite.runner.leftovers.cleaning_up import clean_up
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.plan import make_plan
from contract_suite.runner.sending.budget import Budget
from contract_suite.runner.sending.connection_pool import ConnectionPool
from contract_suite.runner.sending.endpoint import Endpoint, open_endpoint
from contract_suite.runner.sending.sender import Sender
from contract_suite.runner.sending.verdict_counter import VerdictCounter
from contract_suite.runner.session.session import LiveSession
from contract_suite.transport.transport import Completed
from tests.behaviours.clock import CLOCK


class Direct:
    """A transport that hands requests to a mock without anything between."""

    loopback = True
    overlaps = False
    base_url = "http://localhost"

    def __init__(self, server: MockServer, before: Any = None) -> None:
        self.server = server
        self.before = before

    def send(self, request: Request) -> tuple[Response | NoResponse, float]:
        CLOCK.tick()
        if self.before:
            self.before(self.server, request)
        return self.server.handle(request), 0.0

    def begin(self, request: Request, *, within: float | None = None) -> Completed:
        assert within is None or within > 0
        return Completed(self.send(request))

    def clone(self) -> Direct:
        return Direct(self.server, self.before)

    def close(self) -> None:
        pass


class Noting(LiveSession):
    """A session that remembers what its calls were for."""

    def call(self, operation: Operation, arguments: Arguments, *, note: str = "", **options: Any) -> Exchange:
        self.notes = [*getattr(self, "notes", []), note]
        return super().call(operation, arguments, note=note, **options)


class Impatient(Noting):
    """A session that waits for nothing: the mock forgets nothing and limits no rate, unless a test asks for it."""

    def now(self) -> float:
        return CLOCK.now

    def pause(self, seconds: float) -> None:
        CLOCK.tick(seconds)


@dataclass
class Driven:
    """What came of it."""

    verdicts: list[Verdict] = field(default_factory=list)
    requests: int = 0
    by_behaviour: Counter[str] = field(default_factory=Counter)
    exchanges: list[Exchange] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left: int = 0

    def of(self, kind: str) -> Verdict:
        """The one verdict about the one clause of this kind."""
        (found,) = (each for each in self.verdicts if each.clause.rpartition("::")[2] == kind)
        return found

    def shown_by(self, verdict: Verdict) -> list[Exchange]:
        """The exchanges that a verdict rests on, the decisive one last."""
        return [self.exchanges[number - 1] for number in verdict.exchanges]

    def failed(self) -> set[str]:
        return {each.clause for each in self.verdicts if each.outcome is Outcome.FAILED}

    def passed(self) -> set[str]:
        return {each.clause for each in self.verdicts if each.outcome is Outcome.PASSED}

    def untested(self) -> dict[str, str]:
        return {each.clause: each.message for each in self.verdicts if each.outcome is Outcome.UNTESTED}


def drive(
    contract: Contract,
    behaviours: Sequence[Behaviour],
    *,
    pipeline: Pipeline | None = None,
    before: Any = None,
    seed: int = 0,
    check_rate_limits: bool = False,
    served: Contract | None = None,
    only: Collection[str] | None = None,
    exclude: Sequence[str] = (),
    server: Any = None,
    begun: float | None = None,
    destructive: bool = False,
    **mock: Any,
) -> Driven:
    """Drive behaviours against a mock and return their verdicts.

    `served` is the mock's contract if it is another one; `only` are the clauses that the run wants, `exclude` the
    operations that it may not call; `server` is driven instead of a mock, where there is one. `begun` is how many seconds
    before they are driven the behaviours begin; without it they only do so when they are driven. With `destructive` they
    may change what they did not make.
    """
    CLOCK.leave_the_minute()
    options = RunOptions(seed=seed, check_rate_limits=check_rate_limits, fuzz_time=0, exclude=tuple(exclude))
    plan = make_plan(contract, options, checks=(), behaviours=behaviours)
    endpoint = open_endpoint(contract, options, {})
    kind = Noting if check_rate_limits or mock.get("enforce_limits") else Impatient
    if kind is Impatient:
        mock.setdefault("clock", lambda: CLOCK.now)  # which its pauses move
    server = server or MockServer(served or contract, seed=seed, pipeline=pipeline, **mock)
    endpoint = Endpoint(
        transport=Direct(server, before),
        credentials=endpoint.credentials,
        described="mock",
        writable=True,
        embedded=True,
        destructive=destructive,
    )
    driven = Driven()
    with tempfile.TemporaryDirectory() as folder, RecordWriter(Path(folder) / "run.ndjson") as writer:
        sender = Sender(
            contract=plan.contract,
            endpoint=endpoint,
            budget=Budget(),
            counter=VerdictCounter(contract.name, plan.clauses),
            writer=writer,
            checks=(),
        )
        session = kind(
            plan, sender, ConnectionPool(sender, most=1), sender.budget, seed=seed, check_rate_limits=check_rate_limits
        )
        sender.before_asking = lambda: (
            None
        )  # what is counted here is what behaviours ask, not the read that looks after the endpoint
        session.restrict(None if only is None else frozenset(only))
        if begun is not None:
            for behaviour in behaviours:
                behaviour.begin(session)
            CLOCK.tick(begun)
        for behaviour in behaviours:
            before_it = sender.exchanges
            driven.verdicts += list(behaviour.drive(session))
            driven.by_behaviour[behaviour.name] = sender.exchanges - before_it
        driven.requests = sender.exchanges
        driven.notes = getattr(session, "notes", [])
        driven.exchanges = list(session.history)
        driven.left = len(clean_up(session).things)
    return driven
