"""One send: budget, pacing, credential, transport, record, judgement. Everything that leaves a run goes through here.

The rule that must not be broken: what was sent is recorded before it is judged, so that nothing judged can be missing
from the record.
"""

from __future__ import annotations

import itertools
import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from contract_suite import limits
from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.left_behind import LeftBehind
from contract_suite.checks.kit.list_lengths import ListLengths
from contract_suite.contract.operation import Contract, Operation, is_stream
from contract_suite.errors import EndpointError
from contract_suite.model.case import Case
from contract_suite.model.events import Emit, ExchangeDone, FindingOpened, ignore
from contract_suite.model.exchange import Exchange, NoResponse, Response, Trouble
from contract_suite.model.finding import Finding
from contract_suite.model.verdict import Outcome, Verdict
from contract_suite.record.writer import RecordWriter
from contract_suite.runner.sending.budget import Budget
from contract_suite.runner.sending.endpoint import Endpoint
from contract_suite.runner.sending.endpoint_watch import EndpointWatch
from contract_suite.runner.sending.keys.renewal import KeyRenewal
from contract_suite.runner.sending.keys.watch import has_own_key
from contract_suite.runner.sending.verdict_counter import VerdictCounter
from contract_suite.runner.sending.waiting import Waiting
from contract_suite.transport.pacing import Allowance, Pace
from contract_suite.transport.transport import SAFE, CachedResponse, Transport

_UNUSABLE_IN_A_ROW: Final = 12
_AT_LEAST: Final = 0.01
_RECENT: Final = 20
_RENEWALS: Final = 3
"""How often one request is sent again because its key was refused: other requests may use up a new one meanwhile."""
_LOOK_AGAIN: Final = 0.01
_NOT_WAITED_FOR: Final = NoResponse(
    trouble=Trouble.TIMEOUT, message="The run was interrupted before the response arrived."
)


Observer = Callable[[Case, Exchange, Judgement], None]


@dataclass(slots=True)
class Sender:
    """Sends cases of one contract to one endpoint and has the checks judge what comes back."""

    contract: Contract
    endpoint: Endpoint
    budget: Budget
    counter: VerdictCounter
    writer: RecordWriter
    checks: Sequence[Check]
    emit: Emit = ignore
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    """Gives each exchange of the run its number; the families of a run share it."""
    observers: list[Observer] = field(default_factory=list)
    watch: EndpointWatch = field(default_factory=EndpointWatch)
    exchanges: int = 0
    cleanup_ends: float = math.inf
    """When the last delete must be answered, by `time.monotonic`."""
    recent: deque[Exchange] = field(default_factory=lambda: deque(maxlen=_RECENT))
    cases_by_exchange: dict[int, tuple[Case, Exchange]] = field(default_factory=dict)
    before_asking: Callable[[], None] = lambda: None
    """Called before a case is sent or put on its way; may raise `EndpointError`."""
    answers_still: Callable[[], bool] = lambda: False
    """Asks the endpoint for something that it served before."""
    sending: Callable[[Case, Operation | None], None] = lambda _case, _operation: None
    """Told of each case before it is sent; may raise `ContractSuiteError`, and then it isn't."""
    answered: Callable[[Case, Exchange], None] = lambda _case, _exchange: None
    """Told of each exchange as it is recorded, before anybody judges it."""
    learned: Observer = lambda _case, _exchange, _judgement: None
    """Told of each exchange after all observers, whatever they have learned of it."""
    _unusable: int = 0
    doubt: Callable[[Case, Exchange], str] = lambda _case, _exchange: ""
    """Says why the refusal of an invalid request proves nothing, as far as other exchanges show."""
    _unjudged: set[int] = field(default_factory=set)
    _left_behind: LeftBehind = field(default_factory=LeftBehind)
    _lengths: ListLengths = field(default_factory=ListLengths)
    _waiting_in_cleanup: Waiting = field(default_factory=lambda: Waiting(limits.WAITING_IN_CLEANUP))
    drain: Callable[[], None] = lambda: None
    """Waits for what is on its way beside this, so that answers are recorded in the order in which was asked."""
    renewal: KeyRenewal = field(init=False)
    _paced: bool = False
    _last: CachedResponse | None = None
    _waited_for: tuple[Case, Operation | None, CachedResponse] | None = None
    _pace: Pace = field(default_factory=Pace)

    def __post_init__(self) -> None:
        """Let new keys be known to the record before they are sent."""
        self.renewal = KeyRenewal(self.endpoint.credentials, self.writer.learn)

    def send(
        self, case: Case, operation: Operation | None, *, judge: bool = True
    ) -> tuple[Exchange, Judgement, list[Verdict]]:
        """Send one case, wait out rate limits, record and judge.

        Raises `BudgetSpent`, or `EndpointError` once the endpoint is gone.
        """
        self.before_asking()
        exchange = self.deliver(case, operation)
        judgement, verdicts = self.judge(case, operation, exchange, judge=judge)
        return exchange, judgement, verdicts

    def judge(
        self, case: Case, operation: Operation | None, exchange: Exchange, *, judge: bool = True
    ) -> tuple[Judgement, list[Verdict]]:
        """Judge what was delivered and show it to the observers. Raises `EndpointError` once the endpoint is gone."""
        judgement = Judgement(
            contract=self.contract,
            operation=operation,
            case=case,
            exchange=exchange,
            doubt=self.doubt(case, exchange),
            left_behind=self._left_behind,
            lengths=self._lengths,
        )
        self._left_behind.observe(case, operation, exchange)
        judge = judge and exchange.number not in self._unjudged
        verdicts = [verdict for check in self.checks for verdict in check.judge(judgement)] if judge else []
        if judge and not [each for each in verdicts if each.outcome is Outcome.FAILED]:
            self.watch.note_unreadable(judgement)
        for finding in self.count(verdicts, exchange.number):
            self.cases_by_exchange.setdefault(finding.exchanges[-1], (case, exchange))
        self._notify(judgement)
        self._watch_for_the_end(exchange)
        return judgement, verdicts

    def notify(self, case: Case, operation: Operation | None, exchange: Exchange) -> None:
        """Show an exchange to the observers without judging it."""
        self._notify(Judgement(contract=self.contract, operation=operation, case=case, exchange=exchange))

    def deliver(self, case: Case, operation: Operation | None, *, spend: bool = True) -> Exchange:
        """Send one case until its answer is about it and not about how often we ask; recorded, not judged.

        `spend` takes it from the budget.
        """
        self.drain()
        pending = self.begin(case, operation, self.endpoint.transport, spend=spend)
        self._waited_for = case, operation, pending
        return self.finish(case, operation, pending, spend=spend)

    def abandon(self, within: float = math.inf) -> None:
        """Record what is on its way after an interruption, and show it to the observers; wait at most so long for it."""
        waited_for, self._waited_for = self._waited_for, None
        if waited_for is not None:
            self.take_leave(*waited_for, within)
        self._last = None

    def take_leave(
        self, case: Case, operation: Operation | None, pending: CachedResponse, within: float = math.inf
    ) -> None:
        """Record what came of a case within some seconds, or that nothing did, and show it to the observers."""
        until = time.monotonic() + within
        while within < math.inf and not pending.ready() and time.monotonic() < until:
            time.sleep(_LOOK_AGAIN)
        answered = pending.finish() if within == math.inf or pending.ready() else (_NOT_WAITED_FOR, within)
        if answered[0] is _NOT_WAITED_FOR:
            pending.drop()
        self.notify(case, operation, self.record(case, *answered, after=pending.after))

    def begin(
        self, case: Case, operation: Operation | None, transport: Transport, *, spend: bool = True
    ) -> CachedResponse:
        """Put one case on its way over a transport to the endpoint; its answer may be waited for more than once.

        Raises `BudgetSpent`.
        """
        if spend:
            if self.writer.trouble is not None:
                raise self.writer.trouble  # what is not recorded is not sent, cleaning up apart
            self.budget.spend()
        self.keep_pace(operation, case)
        own = transport is self.endpoint.transport
        if own and self._last is not None:
            self._last.finish()  # its connection carries one request at a time
        within = self._patience(case, spend=spend)
        self.renewal.before_sending()
        self.sending(case, operation)
        request = self.endpoint.keyed(case.request, operation or self._of(case))
        begun = CachedResponse(
            transport.begin(request, within=within),
            within=within,
            generation=self.renewal.generation,
            after=self.latest,
        )
        if own:
            self._last = begun
        return begun

    def finish(
        self, case: Case, operation: Operation | None, pending: CachedResponse, *, spend: bool = True
    ) -> Exchange:
        """Wait for the answer, and ask again while it is about how often we ask; each is recorded, none is judged.

        So is a read that was lost on a connection which the server may have closed meanwhile, whatever is refused for
        its key although it was served before, and whatever nobody took the connection for.
        """
        doubted: Exchange | None = None
        refused: Exchange | None = None
        renewals = 0
        while True:
            answer, seconds = pending.finish()
            exchange = self.record(case, answer, seconds, after=pending.after)
            self._waited_for = None
            if pending.cut_short:
                self._unjudged.add(exchange.number)
            if doubted is not None:
                self.watch.compare(case, doubted, exchange)
            if refused is not None:
                self.renewal.compare(case, refused, exchange, pending.generation)
            pause = self._pause_after(case, exchange, spend=spend)
            if pause is None and renewals < _RENEWALS and self._renewed(case, exchange, pending):
                refused, pause, renewals = exchange, 0.0, renewals + 1
            if pause is None and doubted is None and self.watch.wants_second_opinion(case, exchange):
                doubted, pause = exchange, 0.0
            if pause is None or (spend and self.budget.spent):
                return exchange
            if pause:
                time.sleep(pause)
            pending = self.begin(case, operation, self.endpoint.transport, spend=spend)
            self._waited_for = case, operation, pending

    def _renewed(self, case: Case, exchange: Exchange, pending: CachedResponse) -> bool:
        served = case.operation in self.watch.served
        return has_own_key(case) and self.renewal.helps(case, exchange, pending.generation, served=served)

    def _of(self, case: Case) -> Operation | None:
        """The operation of a case that is sent with another method than its own: its keys are those of the operation."""
        return self.contract.by_id.get(case.operation)

    def gave_up(self, operation: Operation) -> bool:
        """Whether an operation timed out or was limited so often that no more generated cases of it are to be sent."""
        return self.watch.gave_up(operation.id) or self.budget.waiting.gave_up(operation.id)

    def rejudge(self, case: Case, exchange: Exchange, operation: Operation | None) -> list[Verdict]:
        """Judge without counting: for replays and shrinking."""
        judgement = Judgement(
            contract=self.contract,
            operation=operation,
            case=case,
            exchange=exchange,
            left_behind=self._left_behind,
            lengths=self._lengths,
        )
        return [verdict for check in self.checks for verdict in check.judge(judgement)]

    def send_uncounted(self, case: Case, operation: Operation | None) -> tuple[Exchange, list[Verdict]]:
        """Send and judge without counting the verdicts; the exchange is recorded and observed."""
        exchange, judgement, _ = self.send(case, operation, judge=False)
        return exchange, self.rejudge(case, exchange, judgement.operation)

    def count(self, verdicts: Iterable[Verdict], exchange: int = 0) -> list[Finding]:
        """Count verdicts; returns the findings that they open."""
        opened = []
        for verdict in verdicts:
            finding = self.counter.add(verdict, exchange)
            if verdict.outcome is Outcome.FAILED or verdict.outcome is Outcome.CANNOT_TELL:
                self.writer.verdict(self.contract.name, verdict, exchange=exchange)
            if finding is not None:
                opened.append(finding)
                self.emit(FindingOpened(finding=finding))
        return opened

    @property
    def latest(self) -> int:
        """The number of the last exchange that was recorded, or 0."""
        return self.recent[-1].number if self.recent else 0

    def record(self, case: Case, answer: Response | NoResponse, seconds: float, *, after: int = 0) -> Exchange:
        """Number, record and return what came of a case; `after` is the number of the last exchange before it was sent."""
        self.exchanges += 1
        exchange = Exchange(
            number=next(self.numbers), request=case.request, answer=answer, seconds=seconds, after=after
        )
        self.recent.append(exchange)
        if isinstance(answer, Response) and has_own_key(case):
            self.endpoint.credentials.learn(case.request, answer)
        self.answered(case, exchange)
        self.counter.state()  # the record has its clauses before the first exchange that is held to them
        self.writer.exchange(self.contract.name, case, exchange)
        self.emit(
            ExchangeDone(
                family=self.contract.name, operation=case.operation, number=exchange.number, status=exchange.status
            )
        )
        return exchange

    def _notify(self, judgement: Judgement) -> None:
        self.watch.note(judgement.case, judgement.operation, judgement.exchange)
        for observe in self.observers:
            observe(judgement.case, judgement.exchange, judgement)
        self.learned(judgement.case, judgement.exchange, judgement)

    def _pause_after(self, case: Case, exchange: Exchange, *, spend: bool) -> float | None:
        """Seconds to wait before the same is sent again, or `None` if the answer stands."""
        if _lost_harmlessly(exchange):
            return 0.0
        waiting = self.budget.waiting if spend else self._waiting_in_cleanup
        away = self.watch.outage.pause(exchange.answer)
        limited = waiting.pause(case.operation, exchange.answer)
        self._paced = self._paced or limited is not None
        pause = away if away is not None else limited
        left = self.budget.seconds_left if spend else self.cleanup_ends - time.monotonic()
        return None if pause is None or pause > left else pause

    def _patience(self, case: Case, *, spend: bool) -> float | None:
        """Seconds to wait for an answer, `None` for as long as the transport does: less after a time-out, and at the end."""
        patience = self.watch.patience(case.operation)
        seconds = self.budget.seconds_left_in_all if spend else self.cleanup_ends - time.monotonic()
        left = max(_AT_LEAST, seconds)
        return left if patience is None and left < math.inf else None if patience is None else min(patience, left)

    def keep_pace(self, operation: Operation | None, case: Case) -> None:
        """Wait until one more call is within the documented rate; on this machine only once that was found to matter."""
        rate = operation.promises.rate if operation else None
        if operation is None or rate is None or (self.endpoint.transport.loopback and not self._paced):
            return
        allowance = Allowance(requests=rate.requests, seconds=rate.seconds)
        wait = self._pace.reserve([((operation.id, case.request.identity), allowance)])
        if wait > 0:
            time.sleep(min(wait, self.budget.seconds_left))

    def _watch_for_the_end(self, exchange: Exchange) -> None:
        answer = exchange.answer
        self.watch.raise_if_too_slow()
        if isinstance(answer, Response):
            flood = answer.truncated and not is_stream(answer.header("content-type") or "")
            self._unusable = self._unusable + 1 if flood else 0
        else:
            self._unusable += 1
        if self.watch.outage.gone:
            raise EndpointError(f"the endpoint is gone: {answer.message if isinstance(answer, NoResponse) else ''}")
        if self._unusable >= _UNUSABLE_IN_A_ROW:
            self._unusable = 0
            if not self.answers_still():
                what = (
                    answer.message if isinstance(answer, NoResponse) else "every answer is longer than the size limit"
                )
                raise EndpointError(f"the endpoint is of no use any more: {what}")


def _lost_harmlessly(exchange: Exchange) -> bool:
    answer = exchange.answer
    return isinstance(answer, NoResponse) and answer.trouble is Trouble.STALE and exchange.request.method in SAFE
