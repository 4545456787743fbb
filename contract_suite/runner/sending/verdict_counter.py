"""What the verdicts add up to: a result per clause, and findings by cause.

The rule that must not be broken: a clause that nothing exercised is untested, never passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from contract_suite.model import clause_ids
from contract_suite.model.clause import Clause
from contract_suite.model.fact import Fact, level_of
from contract_suite.model.finding import Finding, fingerprint
from contract_suite.model.run import ClauseResult
from contract_suite.model.source import Level
from contract_suite.model.verdict import Outcome, Verdict


@dataclass(slots=True)
class _Count:
    passed: int = 0
    failed: int = 0
    cannot_tell: str = ""
    untested: str = ""
    exchange: int = 0


class VerdictCounter:
    """Counts verdicts per clause of one contract and groups failed ones into findings."""

    def __init__(self, family: str, clauses: Iterable[Clause]) -> None:
        """`clauses` are all that the run may decide, not gone through before it is asked; a verdict about any other is dropped."""
        self.family = family
        self._stated = clauses
        self._when_stated: list[Callable[[dict[str, Clause]], None]] = []
        self.findings: dict[str, Finding] = {}
        self.explain: Callable[[Clause, Verdict], Verdict] = lambda _clause, verdict: verdict
        """Adds to a failure what its clause rests on, where that is not the document alone."""
        self._counts: dict[str, _Count] = {}

    @cached_property
    def clauses(self) -> dict[str, Clause]:
        """All that the run may decide, by id."""
        clauses = {clause.id: clause for clause in self._stated}
        for change in self._when_stated:
            change(clauses)
        return clauses

    def state(self) -> None:
        """Work the clauses out, if nobody has asked for one yet."""
        _ = self.clauses

    def when_stated(self, change: Callable[[dict[str, Clause]], None]) -> None:
        """Let `change` see the clauses, by id, before anything is counted; it may put others in their place."""
        self._when_stated.append(change)

    def add(self, verdict: Verdict, exchange: int = 0) -> Finding | None:
        """Count one verdict; returns the finding that it opens, if it is the first of its cause.

        `exchange` is the one judged.
        """
        clause = self.clauses.get(verdict.clause)
        if clause is None or clause.inapplicable:
            return None
        count = self._counts.get(verdict.clause)
        if count is None:
            count = self._counts[verdict.clause] = _Count()
        if verdict.outcome is Outcome.PASSED:
            count.passed += 1
        elif verdict.outcome is Outcome.FAILED:
            count.failed += 1
            shown = replace(verdict, exchanges=verdict.exchanges or (exchange,))
            return self._failed(clause, self.explain(clause, shown), exchange, count)
        elif verdict.outcome is Outcome.CANNOT_TELL:
            count.cannot_tell = count.cannot_tell or verdict.message
        else:
            count.untested = count.untested or verdict.message
        if not count.exchange:
            count.exchange = verdict.exchanges[-1] if verdict.exchanges else exchange
        return None

    def _failed(self, clause: Clause, verdict: Verdict, exchange: int, count: _Count) -> Finding | None:
        exchanges = verdict.exchanges or (exchange,)
        if count.failed == 1:
            count.exchange = exchanges[-1]
        identity = fingerprint(self.family, clause.id, verdict.pointer, verdict.problem)
        known = self.findings.get(identity)
        level = level_of(clause.source, verdict.facts)
        if known is not None and (known.level is Level.FAILURE or level is Level.ADVISORY):
            self.findings[identity] = replace(known, count=known.count + 1)
            return None
        finding = Finding(
            id=identity,
            family=self.family,
            clause=clause.id,
            operation=clause.operation,
            check=clause.judge,
            level=level,
            source=clause.source,
            message=verdict.message,
            text=clause.text,
            document=clause.location,
            quote=clause.quote,
            pointer=verdict.pointer,
            problem=verdict.problem,
            expected=verdict.expected,
            actual=verdict.actual,
            exchanges=exchanges,
            count=known.count + 1 if known is not None else 1,
            facts=verdict.facts,
        )
        self.findings[identity] = finding
        return finding if known is None else None

    def doubt_addresses(self) -> None:
        """Weigh what was found at an address that the document doesn't vouch for, and that never served, as that.

        Whether nothing is there but the server's word for "no such address" is known at the end of a run alone.
        """
        for finding in list(self.findings.values()):
            address = self.clauses.get(clause_ids.served(finding.operation))
            count = self._counts.get(address.id) if address is not None else None
            if address is None or finding.clause == address.id or (count is not None and count.passed):
                continue
            fact = Fact(source=address.source, location=address.location, what=f"that {address.text}")
            facts = (*finding.facts, fact)
            self.findings[finding.id] = replace(finding, facts=facts, level=level_of(finding.source, facts))

    def exercised(self, clause: str) -> bool:
        """Whether a verdict has passed or failed on the clause."""
        count = self._counts.get(clause)
        return count is not None and bool(count.passed or count.failed)

    def retract(self, finding: Finding) -> None:
        """Take a finding back that turned out to be none."""
        self.findings.pop(finding.id, None)
        count = self._counts[finding.clause]
        count.failed = max(0, count.failed - finding.count)

    def results(self, reasons: Mapping[str, str], *, stopped: str = "") -> Iterator[ClauseResult]:
        """The roll-up, clause by clause; `reasons` says why a clause was not exercised, by clause id.

        `stopped` is what ended the run early: a reason that gives way to what a judge says of its own clause.
        """
        for clause in self.clauses.values():
            count = self._counts.get(clause.id) or _Count()
            if clause.inapplicable:
                outcome, reason = Outcome.INAPPLICABLE, clause.inapplicable
            elif count.failed:
                outcome, reason = Outcome.FAILED, ""
            elif count.passed:
                outcome, reason = Outcome.PASSED, ""
            elif count.cannot_tell:
                outcome, reason = Outcome.CANNOT_TELL, count.cannot_tell
            else:
                known = reasons.get(clause.id, "")
                said = (count.untested, known) if known == stopped else (known, count.untested)
                outcome, reason = (
                    Outcome.UNTESTED,
                    next(filter(None, (*said, stopped)), "not covered by any request of this run"),
                )
            yield ClauseResult(
                family=self.family,
                clause=clause.id,
                outcome=outcome,
                passed=count.passed,
                failed=count.failed,
                reason=reason,
                exchange=count.exchange,
            )
