"""What a run offers to behaviours: accepted arguments with live ids, calls, things made, and what was seen so far."""

from __future__ import annotations

import random
import string
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from contract_suite.behaviours.behaviour import BudgetSpent, Made, NotSent, SharedT
from contract_suite.behaviours.kit.page_sizes import PageSizes
from contract_suite.checks.check import Judgement
from contract_suite.checks.kit.judging import OF_STATE
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.requests import build, rebuilt
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.live_ids import as_addressed
from contract_suite.model import clause_ids
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Exchange, Identity, Request
from contract_suite.model.json import JSON, MISSING, Arguments, Missing
from contract_suite.model.verdict import Verdict
from contract_suite.runner.plan import Plan
from contract_suite.runner.sending.budget import Budget
from contract_suite.runner.sending.clock import seconds_now, wait
from contract_suite.runner.sending.connection_pool import ConnectionPool
from contract_suite.runner.sending.control_read import ControlRead
from contract_suite.runner.sending.racing import race
from contract_suite.runner.sending.sender import Sender
from contract_suite.runner.session.accepting import AcceptedArguments
from contract_suite.runner.session.controls import Controls
from contract_suite.runner.session.ledger.ledger import Ledger
from contract_suite.runner.session.ownership import Ownership
from contract_suite.runner.session.positives import proved
from contract_suite.runner.session.recent_exchanges import RecentExchanges
from contract_suite.runner.session.used_up import UsedUp

_NOT_FOUND: Final = 404
_ALPHABET: Final = string.ascii_lowercase + string.digits


class LiveSession:
    """One contract's session with one endpoint. Implements `behaviours.behaviour.Session`."""

    def __init__(
        self,
        plan: Plan,
        sender: Sender,
        connections: ConnectionPool,
        budget: Budget,
        *,
        seed: int,
        check_rate_limits: bool = False,
        part: str = "",
        guesses: bool = False,
        parent: UsedUp | None = None,
    ) -> None:
        """`seed` and `part` decide every value that the session makes up.

        A session that goes by `guesses` never says that a request must be served. `parent` is of the one that it was made from.
        """
        self._seed = seed
        self.plan = plan
        self.contract: Contract = plan.contract
        self.sender = sender
        self.connections = connections
        self.budget = budget
        self.random = random.Random(f"{seed}:{plan.contract.name}")  # noqa: S311 - repeatable on purpose
        prefix = "cs-" + "".join(self.random.choices(_ALPHABET, k=6)) + "-"
        if part:
            self.random.seed(f"{seed}:{plan.contract.name}:{part}")
        self._may_promise = not guesses
        self._for_behaviours: LiveSession | None = None
        self.check_rate_limits = check_rate_limits
        self.stage = Stage.BEHAVIOURS
        self.ledger = Ledger(plan.contract)
        self.resources = self.ledger.resources
        self.ownership = Ownership(self.ledger, prefix=prefix, everything=sender.endpoint.destructive)
        self.arguments = AcceptedArguments(
            plan, self.ledger, self.ownership, allowed=self.allowed, call=self.call, prefix=prefix
        )
        self._only: frozenset[str] | None = None
        self._operations = {operation.id: operation for operation in plan.operations}
        self._as_read = {operation.id: operation for operation in self.ledger.contract.operations}
        self.recent = RecentExchanges()
        self._shared: dict[type, Any] = {}
        self.controls = Controls()
        self.used_up = UsedUp(self.arguments, self.ledger, parent=parent)
        told, used_up = self.arguments.told, self.used_up
        self._observers = (self._observe, self.controls.observe, told.observe, used_up.observe)
        sender.doubt = self._doubt
        sender.observers += self._observers
        self.control_read = ControlRead(sender, self._served_before)

    # What a behaviour may ask

    @property
    def base_url(self) -> str:
        """The URL below which the targets of requests lie."""
        return self.sender.endpoint.transport.base_url

    @property
    def prefix(self) -> str:
        """What names begin with by which the run recognises what it made."""
        return self.arguments.names.prefix

    def wanted(self, clause: str) -> bool:
        """Whether the clause is part of this drive."""
        known = self.sender.counter.clauses.get(clause)
        return known is not None and not known.inapplicable and (self._only is None or clause in self._only)

    def restrict(self, clauses: frozenset[str] | None) -> None:
        """Let `wanted` say yes to these clauses only; `None` lifts it."""
        self._only = clauses

    def allowed(self, operation: Operation) -> bool:
        """Whether the run may call the operation."""
        writable = operation.safe or self.sender.endpoint.writable
        return operation.id in self._operations and writable and not self.ownership.left_out(operation)

    def has(self, identity: Identity) -> bool:
        """Whether there is a key for an identity."""
        return self.sender.endpoint.credentials.has(identity)

    def accepted(self, operation: Operation) -> Arguments | None:
        """Return arguments that the server has accepted, with live ids."""
        self.used_up.renew(operation)
        return self.arguments.find(operation)

    def call(
        self,
        operation: Operation,
        arguments: Arguments,
        *,
        aim: str = "",
        note: str = "",
        intent: Intent = Intent.POSITIVE,
        identity: Identity = Identity.DEFAULT,
    ) -> Exchange:
        """Serialise, send, have it judged, return it."""
        arguments = as_addressed(operation, arguments)
        if intent is Intent.POSITIVE and not (self._may_promise and self.ledger.alive(operation, arguments)):
            intent = Intent.UNKNOWN  # what is gone, or only guessed, can't be promised to be served
        operation, arguments = self.plan.envelopes.as_sent(operation, arguments)
        arguments = self.arguments.names.with_new_keys(operation, arguments, but=clause_ids.parts(aim)[1])
        request = build(operation, arguments, identity=identity)
        case = self._case(operation, request, arguments, intent=intent, aim=aim, note=note)
        self._hold_back(operation, case)
        return self.sender.send(proved(case, operation), operation)[0]

    def send(
        self,
        request: Request,
        *,
        operation: Operation | None = None,
        aim: str = "",
        note: str = "",
        intent: Intent = Intent.UNKNOWN,
    ) -> Exchange:
        """Send a request as it is."""
        case = self._case(operation, request, {}, intent=intent, aim=aim, note=note)
        operation = self.plan.envelopes.closed(operation) if operation is not None else None
        self._hold_back(operation, case)
        return self.sender.send(proved(case, operation), operation)[0]

    @property
    def history(self) -> list[Exchange]:
        """What was sent so far, the latest last; of a very long run, its later part."""
        return [judgement.exchange for judgement in self.recent]

    def json(self, exchange: Exchange) -> JSON | Missing:
        """The parsed JSON body, or `MISSING`."""
        judgement = self.recent.judgement(exchange.number)
        if judgement is None:
            return MISSING
        shows = judgement.operation is not None and exchange.ok
        return self.plan.envelopes.shown(judgement.case.operation, judgement.body) if shows else judgement.body

    def make(
        self, resource: Resource, values: Mapping[str, JSON] | None = None, *, aim: str = "", note: str = ""
    ) -> Made | None:
        """Create one of a resource; its owner is the session's own unless `values` name another."""
        made = self.arguments.make(resource, values, aim=aim, note=note)
        if made is None and self.used_up.renew_create_of(resource):
            made = self.arguments.make(resource, values, aim=aim, note=note)
        return made

    def locate(self, operation: Operation, made: Made) -> Arguments | None:
        """Arguments by which an operation addresses something made."""
        return self.arguments.locate(operation, made)

    def forget(self, made: Made) -> None:
        """Nothing to clean up for this one any more."""
        self.ledger.made_things.forget(made)

    def together(
        self, calls: Iterable[tuple[Operation, Arguments]], *, aim: str = "", note: str = ""
    ) -> list[Exchange]:
        """Send several calls at the same time, each on its own connection; they are recorded and judged in the order given.

        To an endpoint that answers one connection at a time they go one after the other.
        """
        cases = []
        for called, given in calls:
            operation, arguments = self.plan.envelopes.as_sent(called, as_addressed(called, given))
            arguments = self.arguments.names.with_new_keys(operation, arguments, but=clause_ids.parts(aim)[1])
            case = self._case(operation, build(operation, arguments), arguments, aim=aim, note=note)
            cases.append((operation, case))
        for operation, case in cases:
            self._hold_back(operation, case)
        self.sender.drain()
        self.open_connections(probe_only=True)
        if self.connections.single_connection:
            return [self.sender.send(case, operation)[0] for operation, case in cases]
        for _ in cases:
            self.budget.spend()
        for operation, case in cases:
            self.sender.keep_pace(operation, case)
        for operation, case in cases:
            self.sender.sending(case, operation)
        after = self.sender.latest
        answers = race(self.sender.endpoint, [(case.request, operation) for operation, case in cases])
        exchanges = []
        for (operation, case), (answer, seconds) in zip(cases, answers, strict=True):
            exchange = self.sender.record(case, answer, seconds, after=after)
            self.sender.judge(case, operation, exchange)
            exchanges.append(exchange)
        return exchanges

    def shared(self, kind: type[SharedT]) -> SharedT:
        """Return the one value of this type that the behaviours of this run share."""
        if kind not in self._shared:
            self._shared[kind] = kind()
        found: SharedT = self._shared[kind]
        return found

    def now(self) -> float:
        """Return seconds since 1970, by the clock of records."""
        return seconds_now()

    def pause(self, seconds: float) -> None:
        """Wait, within the time budget."""
        wait(min(seconds, self.budget.seconds_left))
        if self.budget.spent:
            raise BudgetSpent

    def prolong(self, seconds: float) -> None:
        """Take so many seconds more for what is driven now than its share of the time, as far as the run has them."""
        self.budget.prolong(seconds)

    # What the run itself needs

    @property
    def for_behaviours(self) -> LiveSession:
        """The session that behaviours drive: one that sees no envelopes, and every resource that the document names.

        It is this one itself where that is what this one sees.
        """
        if self._for_behaviours is None:
            plan, unsure = self.plan.for_behaviours(), self.plan.by_paths
            other = unsure or plan.envelopes.found
            self._for_behaviours = self.knowing_more(plan, "envelopes", guesses=unsure) if other else self
        return self._for_behaviours

    @property
    def by_resources(self) -> LiveSession | None:
        """The session that goes by the resources that the document names, where this one goes by paths alone."""
        return self._for_behaviours if self.plan.by_paths else None

    def knowing_more(self, plan: Plan, part: str, *, guesses: bool = False) -> LiveSession:
        """Return a session of the same run with another plan of the same document, and that saw all this one saw.

        `part` sets the values that it makes up apart from those of other sessions; `guesses` says that it goes by them.
        """
        other = LiveSession(
            plan,
            self.sender,
            self.connections,
            self.budget,
            seed=self._seed,
            check_rate_limits=self.check_rate_limits,
            part=part,
            guesses=guesses,
            parent=self.used_up,
        )
        other.stage = self.stage
        other._shared[PageSizes] = self.shared(PageSizes)
        self.sender.doubt = self._doubt
        self.control_read = ControlRead(self.sender, self._served_before)
        for judgement in self.recent:
            other._observe(judgement.case, judgement.exchange, judgement)
        other.arguments.adopt(self.arguments)
        return other

    def leave(self) -> None:
        """Take in no exchange any more."""
        for each in self._observers:
            self.sender.observers.remove(each)

    def with_new_keys(self, operation: Operation, case: Case) -> Case:
        """Return a case with an idempotency key that no other request had; a positive about one that was sent proves nothing."""
        names, about = self.arguments.names, clause_ids.parts(case.target_clause)[1]
        if case.request.method != operation.method:
            return case
        if case.intent is Intent.POSITIVE and names.is_used_key(operation, about, case.arguments):
            return replace(case, intent=Intent.UNKNOWN)
        arguments = names.with_new_keys(operation, case.arguments, but=about)
        if arguments == case.arguments:
            return case
        request = rebuilt(operation, arguments, case.request)
        return proved(replace(case, arguments=arguments, request=request), operation)

    def send_again(self, case: Case, operation: Operation | None) -> tuple[Exchange, list[Verdict]]:
        """Send a case that was sent before, or one made of it, without counting the verdicts: with a new idempotency key."""
        if operation is not None:
            case = self.with_new_keys(operation, case)
        return self.sender.send_uncounted(case, operation)

    def open_connections(self, *, probe_only: bool = False) -> None:
        """Find out, by a read that the server accepted, how many connections it answers at once."""
        operation = self.arguments.any_read()
        arguments = self.accepted(operation) if operation else None
        if operation is not None and arguments is not None:
            note = "are several connections answered at the same time?"
            case = self._case(operation, build(operation, arguments), arguments, note=note)
            self.connections.open(case, probe_only=probe_only)

    def _served_before(self) -> tuple[Operation, Case] | None:
        """A read that was served and that asks for no id, so that nothing but the endpoint can change its answer.

        One that needs a key goes first, since it shows what became of the key too.
        """
        for operation in sorted(self.plan.operations, key=lambda each: not each.needs_key):
            if operation.safe and operation.id in self.sender.watch.served and not self.ledger.addressing(operation):
                arguments = self.arguments.accepted.get(operation.id)
                if arguments is not None:
                    operation = self.plan.envelopes.closed(operation)  # noqa: PLW2901 - as it is sent
                    request = build(operation, arguments)
                    return operation, self._case(operation, request, arguments, note="is it still served?")
        return None

    def _case(
        self,
        operation: Operation | None,
        request: Request,
        arguments: Arguments,
        *,
        intent: Intent = Intent.UNKNOWN,
        aim: str = "",
        note: str = "",
    ) -> Case:
        return Case(
            operation=operation.id if operation is not None else "",
            request=request,
            intent=intent,
            stage=self.stage,
            target_clause=aim,
            note=note,
            arguments=arguments,
        )

    def _hold_back(self, operation: Operation | None, case: Case) -> None:
        """Raise `NotSent` for a request of what the run may not call, and for one that would change what isn't its own."""
        if operation is not None and not self.allowed(operation):
            raise NotSent(self.ownership.left_out(operation) or f"{operation.id} may not be called in this run")
        self.ownership.hold_back(operation, case)

    def _doubt(self, case: Case, exchange: Exchange) -> str:
        """Why the refusal of an invalid request proves nothing: so is a valid one, or none was ever served."""
        last = self.arguments.searches.last_status.get(case.operation, 0)
        understood = (last in OF_STATE and exchange.status != last) or self.arguments.absent.differs(case, exchange)
        served = case.operation in self.sender.watch.served or (
            not last and not (exchange.status == _NOT_FOUND and self._unseen(case.operation))
        )
        if case.intent is Intent.NEGATIVE and exchange.refused and not served and not understood:
            return (
                f"no request of this operation was served, so its refusal ({exchange.status}) does not show the fault"
            )
        return self.controls.doubt(case, exchange)

    def _unseen(self, operation_id: str) -> bool:
        """Whether nothing was ever served at addresses of an operation's path: then the server may not know such an address."""
        by_id = self.contract.by_id
        path = by_id[operation_id].path if operation_id in by_id else ""
        return "{" in path and all(by_id[each].path != path for each in self.sender.watch.served if each in by_id)

    def _observe(self, case: Case, exchange: Exchange, judgement: Judgement) -> None:
        self.recent.add(judgement)
        if exchange.response is not None:
            self.arguments.names.avoid(exchange.response.body)
        if judgement.operation is not None:
            operation = self._as_read.get(judgement.operation.id, judgement.operation)
            arguments = self.plan.envelopes.opened(operation.id, case.arguments)
            self.ledger.observe(operation, arguments, exchange, self.json(exchange))
            if exchange.ok:
                self.arguments.unique_members.references.note_served(operation)
