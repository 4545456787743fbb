"""A finding once more: its recorded bytes are sent again, and the same check or behaviour says whether it still fails.

The rule that must not be broken: an answer that doesn't exercise the clause proves nothing. What addressed something
that is gone by now is sent once more with a live id in its place, and if that can't be had, the replay says so instead
of calling the finding fixed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from contract_suite.behaviours.behaviour import Behaviour, BudgetSpent, NotSent
from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.checks.catalogue import CHECKS
from contract_suite.checks.check import Check
from contract_suite.contract.naming.suggestion import did_you_mean
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.request_reading import read
from contract_suite.errors import EndpointError, UsageError
from contract_suite.model import clause_ids
from contract_suite.model.case import Case
from contract_suite.model.counting import counted
from contract_suite.model.exchange import Exchange, NoResponse, Request, Trouble
from contract_suite.model.finding import Finding, fingerprint
from contract_suite.model.json import JSON, Arguments
from contract_suite.model.run import RecordedExchange
from contract_suite.model.verdict import Outcome, Verdict
from contract_suite.record.reader import Run
from contract_suite.record.redaction import REDACTED, Redactor
from contract_suite.record.writer import RecordWriter
from contract_suite.runner.family import FamilyRun
from contract_suite.runner.leftovers.cleaning_up import clean_up_all
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.plan import make_plan
from contract_suite.runner.sending.budget import Budget
from contract_suite.runner.sending.endpoint import Endpoint, open_endpoint
from contract_suite.runner.sending.keys.opening import MADE_UP
from contract_suite.runner.session.session import LiveSession


class Answer(StrEnum):
    """What a replay comes to."""

    STILL_FAILS = "still fails"
    FAILS_NO_LONGER = "fails no longer"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request that was sent: the recorded exchange, if it was sent again, and the new one.

    `note` says what was changed about it, or why it was sent.
    """

    recorded: RecordedExchange | None
    exchange: Exchange
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What came of a replay: the answer, why in one sentence, and what was sent."""

    finding: Finding
    answer: Answer
    reason: str
    sent: tuple[Sent, ...]


def find(run: Run, prefix: str) -> Finding:
    """Return the finding whose id begins like this; `UsageError` if none or several do."""
    found = [each for each in run.findings if each.id.startswith(prefix.lower())]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"{counted(len(found), 'finding')} begin with {prefix!r}: {', '.join(each.id for each in found[:5])}"
        )
    if not run.findings:  # a newcomer runs again after a fix, and asks for the finding of the run before
        raise UsageError(
            f"the run in {run.path} found nothing, so there is no finding {prefix!r} in it; a run replaces the record of the one before, "
            "and --report DIR keeps both"
        )
    hint = did_you_mean(prefix, (each.id for each in run.findings))
    raise UsageError(f"the run in {run.path} has no finding {prefix!r}{hint}")


def replay(
    run: Run,
    finding: Finding,
    contract: Contract,
    options: RunOptions,
    *,
    environ: Mapping[str, str],
    checks: Sequence[Check] = CHECKS,
    behaviours: Sequence[Behaviour] = BEHAVIOURS,
) -> Replay:
    """Send a finding's exchanges again, in order, and judge. What that makes on the endpoint is deleted in the end."""
    recorded = [run.exchange(number) for number in finding.exchanges if number in run.exchange_offsets]
    if not recorded:
        raise UsageError(f"the record holds none of the requests of finding {finding.id}")
    plan = make_plan(contract, options, checks=checks, behaviours=behaviours)
    if finding.clause not in {each.id for each in plan.clauses}:
        raise UsageError(f"the contract no longer has the clause {finding.clause}")
    endpoint = open_endpoint(contract, options, environ)
    try:
        if not endpoint.writable and any(each.exchange.request.method not in _SAFE for each in recorded):
            raise UsageError(
                "the finding's requests write, and writes to an endpoint that is not on this machine need --allow-writes"
            )
        with TemporaryDirectory(prefix="contract-suite-") as folder:
            redactor = Redactor(endpoint.credentials.secrets, made_up=MADE_UP.values(), own_requests=True)
            with RecordWriter(Path(folder) / "replay.ndjson", redactor=redactor) as writer:
                budget = Budget(max_time=options.max_time)
                family = FamilyRun(plan, endpoint, budget=budget, writer=writer, options=options)
                try:
                    answered = _Replay(finding, family, endpoint).go(recorded)
                    return replace(answered, reason=redactor.text(answered.reason))
                except NotSent as spared:
                    return Replay(finding=finding, answer=Answer.CANNOT_TELL, reason=str(spared), sent=())
                except BudgetSpent:
                    return Replay(finding=finding, answer=Answer.CANNOT_TELL, reason="the time is up", sent=())
                finally:
                    clean_up_all(family.session, guessing=family.stages.inferred.session)
    finally:
        endpoint.transport.close()


_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_TELLING: Final = frozenset({"POST", "GET"})
_GONE: Final = frozenset({404, 410})
_NOBODY_THERE: Final = frozenset({Trouble.REFUSED, Trouble.UNREACHABLE})
_NOT_HELD: Final = "it rests on a guess by names and shapes that the server did not confirm this time"


class _Replay:
    def __init__(self, finding: Finding, family: FamilyRun, endpoint: Endpoint) -> None:
        self.finding = finding
        self.session: LiveSession = family.session
        self.endpoint = endpoint
        self._inferred = family.stages.inferred
        self.sent: list[Sent] = []

    def go(self, recorded: Sequence[RecordedExchange]) -> Replay:
        verdicts: list[Verdict] = []
        for each in recorded:
            verdicts = self._send(each, each.exchange.request)
        behaviour = next((each for each in self.session.plan.behaviours if each.name == self.finding.check), None)
        if behaviour is not None:
            return self._driven(behaviour)
        last = recorded[-1]
        if self._lost(last):
            renewed = self._renewed(last)
            if renewed is None:
                return self._done(
                    Answer.CANNOT_TELL, "what the request addresses is gone, and nothing else could be put in its place"
                )
            verdicts = self._send(last, renewed, note="with a live id")
            if self.sent[-1].exchange.status in _GONE:
                return self._done(
                    Answer.CANNOT_TELL, f"what the request addresses is gone: {self.sent[-1].exchange.status}"
                )
        return self._judged(verdicts)

    def _send(self, recorded: RecordedExchange, request: Request, note: str = "") -> list[Verdict]:
        operation = self._operation(recorded)
        own = operation if operation is not None and request.method == operation.method else None
        case = Case(
            operation=recorded.operation,
            request=request,
            intent=recorded.intent,
            stage=recorded.stage,
            target_clause=recorded.target_clause,
            note=recorded.note,
            arguments=read(own, request) if own is not None else {},
        )
        exchange, _, _ = self.session.sender.send(case, own, judge=False)
        if isinstance(exchange.answer, NoResponse) and exchange.answer.trouble in _NOBODY_THERE:
            raise EndpointError(exchange.answer.message)
        hidden = "part of it is redacted in the record" if _redacted(request) else ""
        gone = exchange.status in _GONE and recorded.exchange.status not in _GONE
        note = note or hidden or ("what it addresses is gone" if gone else "")
        self.sent.append(Sent(recorded=recorded, exchange=exchange, note=note))
        return self.session.sender.rejudge(case, exchange, own)

    def _operation(self, recorded: RecordedExchange) -> Operation | None:
        return self.session.contract.by_id.get(recorded.operation)

    def _judged(
        self, verdicts: Iterable[Verdict], *, how: str = "", asked: Mapping[int, Sent] = MappingProxyType({})
    ) -> Replay:
        """Say what the verdicts come to; `asked` are requests of a behaviour, of which those count that a verdict rests on."""
        mine = [each for each in verdicts if each.clause == self.finding.clause]
        failed = [each for each in mine if each.outcome is Outcome.FAILED]
        same = [
            each
            for each in failed
            if fingerprint(self.finding.family, each.clause, each.pointer, each.problem) == self.finding.id
        ]
        decisive = next(iter([*same, *failed, *mine]), None)
        if decisive is not None:
            self.sent += [asked[number] for number in decisive.exchanges if number in asked]
        if same:
            return self._done(Answer.STILL_FAILS, same[0].message)
        if failed:
            return self._done(Answer.STILL_FAILS, f"in another way: {failed[0].message}")
        if any(each.outcome is Outcome.PASSED for each in mine):
            return self._done(Answer.FAILS_NO_LONGER, f"the clause passed{how}")
        said = next((each.message for each in mine if each.message), "")
        return self._done(
            Answer.CANNOT_TELL,
            said or f"the answer {self.sent[-1].exchange.status or '(none)'} doesn't exercise the clause",
        )

    def _driven(self, behaviour: Behaviour) -> Replay:
        """A behaviour judges what it sends itself: the recorded bytes show the sequence, a drive of the one clause decides."""
        only = frozenset({self.finding.clause})
        guessed = self.finding.clause in self.session.plan.guessed
        if guessed:
            self._inferred.ask()
            if not self._inferred.holds(self.finding.clause):
                return self._done(Answer.CANNOT_TELL, _NOT_HELD)
        else:
            self.session.restrict(only)
        asked: dict[int, Sent] = {}

        def keep(case: Case, exchange: Exchange, _: object) -> None:
            asked[exchange.number] = Sent(recorded=None, exchange=exchange, note=case.note)

        self.session.sender.observers.append(keep)

        def judged() -> Replay:
            drive = self._inferred.drive(behaviour, only) if guessed else behaviour.drive(self.session.for_behaviours)
            return self._judged(drive, how=" when it was tried again", asked=asked)

        answered = judged()
        return judged() if answered.answer is Answer.CANNOT_TELL else answered

    def _done(self, answer: Answer, reason: str) -> Replay:
        return Replay(finding=self.finding, answer=answer, reason=reason, sent=tuple(self.sent))

    def _lost(self, recorded: RecordedExchange) -> bool:
        """Whether the request missed what it addresses, so that nothing follows; a clause about the address itself may be decided by a 404."""
        if self.sent[-1].exchange.status not in _GONE or recorded.exchange.status in _GONE:
            return False
        operation = self._operation(recorded)
        subject = clause_ids.parts(self.finding.clause)[1]
        return (
            operation is not None and bool(self._addressing(operation)) and subject not in self._addressing(operation)
        )

    def _addressing(self, operation: Operation) -> frozenset[str]:
        return self.session.ledger.addressing(operation)

    def _renewed(self, recorded: RecordedExchange) -> Request | None:
        """The recorded request with live ids where it had its own, every other byte as it was."""
        operation = self._operation(recorded)
        if operation is None:
            return None
        self._look_around(operation)
        template = self.session.accepted(operation)
        if template is None:
            return None
        request = recorded.exchange.request
        old = read(operation, request)
        found = False
        for subject in sorted(self._addressing(operation)):
            before, after = _at(old, subject), _at(template, subject)
            if isinstance(before, str | int) and isinstance(after, str | int):
                found = True  # also where it is the same: a new one may have got the id of the old one
                request = _swapped(request, before, after)
        return request if found else None

    def _look_around(self, operation: Operation) -> None:
        """Learn ids that are alive: make one of each kind above the address of an operation, and list what is there.

        A run comes by them on its way; a replay knows nothing yet, and a document may not say what a create makes.
        """
        above = [
            each
            for each in self.session.contract.operations
            if each.method in _TELLING and each.path != operation.path and operation.path.startswith(f"{each.path}/")
        ]
        for each in sorted(above, key=lambda one: (len(one.path), one.method != "POST")):
            if self.session.allowed(each):
                self.session.accepted(each)


def _at(arguments: Arguments, subject: str) -> JSON:
    name, slash, field = subject.partition("/")
    value = arguments.get(name)
    return value.get(field) if slash and isinstance(value, dict) else None if slash else value


def _swapped(request: Request, before: str | int, after: str | int) -> Request:
    # Between delimiters only: a short id may stand inside other words too.
    value = re.compile(rf"(?<=[/=,]){re.escape(quote(str(before), safe=''))}(?=[/&,?#]|$)")
    target = value.sub(lambda _: quote(str(after), safe=""), request.target)
    body = request.body.replace(
        json.dumps(before, ensure_ascii=False).encode(), json.dumps(after, ensure_ascii=False).encode()
    )
    return replace(request, target=target, body=body)


def _redacted(request: Request) -> bool:
    texts = [request.target, *(value for _, value in request.headers)]
    return any(REDACTED in text for text in texts) or REDACTED.encode() in request.body
