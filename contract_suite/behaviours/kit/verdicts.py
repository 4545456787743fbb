"""Verdicts of behaviours: how to say that a clause passed, failed, or could not be tested.

`passed`, `failed` and `untested` make one verdict about the clause with an id. `Verdicts` holds the clauses of one
subject (a resource, an operation) by short keys, says which of them the run wants, and yields verdicts about those
only. Its methods of the same names take a key and the exchanges that show it, the decisive one last:

    def drive(session: Session) -> Iterator[Verdict]:
        for ops in resource_operations(session.contract):
            verdicts = Verdicts(session, clauses_of(ops))
            if not verdicts.any_wanted:
                continue  # sends nothing that nobody asked for
            made = make(session, ops)  # one that the run may change and delete; it is cleaned up
            if made is None:
                yield from verdicts.leave_untested(f"no {ops.name} could be made")
                continue
            exchange = session.call(ops.read, session.locate(ops.read, made), aim=verdicts.clause_id("readable"))
            if obstacle(exchange):
                yield from verdicts.untested("readable", obstacle(exchange), exchange)
            elif served(exchange):
                yield from verdicts.passed("readable", "what was made is read", made.exchange, exchange)
            else:
                yield from verdicts.failed("readable", "…", made.exchange, exchange, actual=exchange.status)

Where other clients could make a right server look wrong, a function that sends everything anew and returns a
`VerdictMap` goes to `retrying.retry_until_stable`, and what comes of it to `Verdicts.report`.

Where arguments come from: `session.accepted(operation)` gives some that the server has served, with live ids;
`session.locate(operation, made)` those that address one resource; `session.make` creates one. Send with
`Intent.UNKNOWN` whatever a right server may refuse (a duplicate, an unknown id, a deleted resource, a body that need
not be valid), or the checks will demand success; the default, `Intent.POSITIVE`, says that it must be served.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.comparing import Difference
from contract_suite.behaviours.kit.wording import apart, shown
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import Missing
from contract_suite.model.verdict import Outcome, Verdict

VerdictMap = dict[str, Verdict]
"""One verdict for each clause id."""


class Unusable(Exception):  # noqa: N818 - no error: what a behaviour needs can't be had
    """Something that a behaviour needs can't be had; `reason` says what, and the clauses that need it stay untested."""

    def __init__(self, reason: str, exchange: Exchange | None = None) -> None:
        """Keep the reason and the exchange that shows it."""
        super().__init__(reason)
        self.reason = reason
        self.exchanges = (exchange.number,) if exchange else ()


def passed(clause: str, exchanges: Iterable[int] = (), message: str = "") -> Verdict:
    """Return the verdict that a clause held where it could have failed; `exchanges` are numbers, the decisive last."""
    return Verdict(clause=clause, outcome=Outcome.PASSED, message=message, exchanges=_distinct(exchanges))


def failed(
    clause: str,
    message: str,
    exchanges: Iterable[int],
    *,
    problem: str = "",
    pointer: str = "",
    expected: object = "",
    actual: object = "",
) -> Verdict:
    """Return the verdict that a clause was broken.

    `problem` tells, in kebab-case, ways to break the same clause apart; `pointer` is the place in the decisive
    response, `expected` and `actual` are the values there.
    """
    return Verdict(
        clause=clause,
        outcome=Outcome.FAILED,
        message=message,
        exchanges=_distinct(exchanges),
        problem=problem,
        pointer=pointer,
        expected=shown(expected),
        actual=shown(actual),
    )


def untested(clause: str, reason: str, exchanges: Iterable[int] = ()) -> Verdict:
    """Return the verdict that nothing could be shown; `reason` says what it takes."""
    return Verdict(clause=clause, outcome=Outcome.UNTESTED, message=reason, exchanges=_distinct(exchanges))


def all_untested(clauses: Iterable[str], reason: str, exchanges: Iterable[int] = ()) -> VerdictMap:
    """Return one reason for many clauses."""
    numbers = _distinct(exchanges)
    return {clause: untested(clause, reason, numbers) for clause in clauses}


class Verdicts:
    """The clauses of one subject by short keys, those that the run wants, and what has been said of them."""

    def __init__(self, session: Session, clauses: Mapping[str, Clause]) -> None:
        """Keep the clauses that are applicable and that the run wants."""
        self._clauses = {
            key: clause for key, clause in clauses.items() if not clause.inapplicable and session.wanted(clause.id)
        }
        self._failed: set[str] = set()
        self._given: set[str] = set()

    @property
    def any_wanted(self) -> bool:
        """Whether any clause is wanted at all."""
        return bool(self._clauses)

    @property
    def wanted(self) -> tuple[str, ...]:
        """The ids of the wanted clauses."""
        return tuple(clause.id for clause in self._clauses.values())

    def is_wanted(self, *keys: str) -> bool:
        """Whether any of these clauses is wanted and has not failed yet."""
        return any(key in self._clauses and key not in self._failed for key in keys)

    def has_failed(self, key: str) -> bool:
        """Whether this clause has failed."""
        return key in self._failed

    def clause_id(self, key: str) -> str:
        """Return the id of a clause, for the exchanges that are about it; empty if it isn't wanted."""
        clause = self._clauses.get(key)
        return clause.id if clause else ""

    def passed(self, key: str, message: str, *exchanges: Exchange) -> Iterator[Verdict]:
        """Say that a clause held where it could have failed."""
        yield from self._say(key, passed(self.clause_id(key), _numbers(exchanges), message))

    def failed(
        self,
        key: str,
        message: str,
        *exchanges: Exchange,
        problem: str = "",
        pointer: str = "",
        expected: object = "",
        actual: object = "",
    ) -> Iterator[Verdict]:
        """Say that a clause was broken, once; the parts are those of the function `failed`."""
        if key in self._failed:
            return
        if key in self._clauses:
            self._failed.add(key)
        numbers = _numbers(exchanges)
        yield from self._say(
            key,
            failed(
                self.clause_id(key),
                message,
                numbers,
                problem=problem,
                pointer=pointer,
                expected=expected,
                actual=actual,
            ),
        )

    def mismatch(
        self, key: str, found: Difference, subject: str, *exchanges: Exchange, more: int = 0
    ) -> Iterator[Verdict]:
        """Say that a clause was broken because `subject` shows another value at one place, and at `more` places."""
        problem = (
            "lost"
            if isinstance(found.actual, Missing)
            else "left-over"
            if isinstance(found.expected, Missing)
            else "changed"
        )
        others = f" (and {more} more)" if more else ""
        expected, actual = apart(found.expected, found.actual)
        message = f"{subject} must show {found.pointer} as {shown(expected)}; it shows {shown(actual)}{others}"
        yield from self.failed(
            key,
            message,
            *exchanges,
            pointer=found.pointer,
            problem=problem,
            expected=expected,
            actual=actual,
        )

    def untested(self, key: str, reason: str, *exchanges: Exchange) -> Iterator[Verdict]:
        """Say why nothing can be concluded about a clause; says nothing about one that has a verdict already."""
        if key not in self._given:
            yield from self._say(key, untested(self.clause_id(key), reason, _numbers(exchanges)))

    def leave_untested(self, reason: str, *exchanges: Exchange) -> Iterator[Verdict]:
        """Say of every wanted clause without a verdict why it stays untested."""
        for key in self._clauses:
            yield from self.untested(key, reason, *exchanges)

    def leave_unusable(self, reason: Unusable) -> Iterator[Verdict]:
        """Say of every wanted clause without a verdict what could not be had."""
        ids = [clause.id for key, clause in self._clauses.items() if key not in self._given]
        yield from self.report(all_untested(ids, reason.reason, reason.exchanges).values())

    def report(self, found: Iterable[Verdict]) -> Iterator[Verdict]:
        """Yield, of verdicts that were made elsewhere, those about wanted clauses."""
        keys = {clause.id: key for key, clause in self._clauses.items()}
        for verdict in found:
            key = keys.get(verdict.clause)
            if key is not None:
                if verdict.outcome is Outcome.FAILED:
                    self._failed.add(key)
                yield from self._say(key, verdict)

    def _say(self, key: str, verdict: Verdict) -> Iterator[Verdict]:
        if key in self._clauses:
            self._given.add(key)
            yield verdict


def _numbers(exchanges: Iterable[Exchange]) -> list[int]:
    return [exchange.number for exchange in exchanges]


def _distinct(exchanges: Iterable[int]) -> tuple[int, ...]:
    """Return each number once, at its last place."""
    found = list(exchanges)
    return tuple(number for index, number in enumerate(found) if number not in found[index + 1 :])


def driven(behaviour: Behaviour, session: Session) -> Iterator[Verdict]:
    """Drive a behaviour; where something that it needs can't be had, what it has not come to yet stays untested."""
    said: set[str] = set()
    try:
        for verdict in behaviour.drive(session):
            said.add(verdict.clause)
            yield verdict
    except Unusable as reason:
        for clause in behaviour.clauses(session.contract):
            if clause.id not in said and not clause.inapplicable and session.wanted(clause.id):
                yield untested(clause.id, reason.reason, reason.exchanges)
