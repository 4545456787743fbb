"""Verdicts of one behaviour about one subject: worded the same way everywhere, and only about clauses that are wanted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.comparing import Difference
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Promise
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange, NoResponse, is_server_error
from contract_suite.model.json import JSON, Missing
from contract_suite.model.location import Location
from contract_suite.model.source import Level, Source
from contract_suite.model.verdict import Outcome, Verdict

_MAX_SHOWN = 160


class Answers:
    """Answers about the clauses of one subject, addressed by short keys."""

    def __init__(self, session: Session, clauses: Mapping[str, Clause]) -> None:
        """Keep the clauses that the run wants."""
        self._clauses = {
            key: clause for key, clause in clauses.items() if not clause.inapplicable and session.wanted(clause.id)
        }
        self._failed: set[str] = set()
        self._given: set[str] = set()

    def wants(self, *keys: str) -> bool:
        """Whether any of these clauses is wanted and has not failed yet."""
        return any(key in self._clauses and key not in self._failed for key in keys)

    def has_failed(self, key: str) -> bool:
        """Whether this clause has failed."""
        return key in self._failed

    @property
    def any(self) -> bool:
        """Whether any clause is wanted at all."""
        return bool(self._clauses)

    def aim(self, key: str) -> str:
        """The id of a clause, for the exchanges that are about it; empty if it isn't wanted."""
        clause = self._clauses.get(key)
        return clause.id if clause else ""

    def passed(self, key: str, message: str, *exchanges: Exchange) -> Iterator[Verdict]:
        """It held where it could have failed."""
        yield from self._answer(key, Verdict(clause="", outcome=Outcome.PASSED, message=message), exchanges)

    def failed(
        self,
        key: str,
        message: str,
        *exchanges: Exchange,
        pointer: str = "",
        problem: str = "",
        expected: object = "",
        actual: object = "",
    ) -> Iterator[Verdict]:
        """It was broken; `exchanges` are what shows it, the decisive one last."""
        if key in self._failed:
            return
        if key in self._clauses:
            self._failed.add(key)
        detail = Verdict(
            clause="",
            outcome=Outcome.FAILED,
            message=message,
            pointer=pointer,
            problem=problem,
            expected=_text(expected),
            actual=_text(actual),
        )
        yield from self._answer(key, detail, exchanges)

    def lost(self, key: str, found: Difference, subject: str, *exchanges: Exchange, more: int = 0) -> Iterator[Verdict]:
        """It was broken, since `subject` shows something else at one place."""
        problem = (
            "lost"
            if isinstance(found.actual, Missing)
            else "left-over"
            if isinstance(found.expected, Missing)
            else "changed"
        )
        others = f" (and {more} more)" if more else ""
        message = (
            f"{subject} must show {found.pointer} as {shown(found.expected)}; it shows {shown(found.actual)}{others}"
        )
        yield from self.failed(
            key,
            message,
            *exchanges,
            pointer=found.pointer,
            problem=problem,
            expected=found.expected,
            actual=found.actual,
        )

    def untested(self, key: str, reason: str, *exchanges: Exchange) -> Iterator[Verdict]:
        """Nothing can be concluded; once an answer stands, this says nothing more."""
        if key not in self._given:
            yield from self._answer(key, Verdict(clause="", outcome=Outcome.UNTESTED, message=reason), exchanges)

    def rest(self, reason: str, *exchanges: Exchange) -> Iterator[Verdict]:
        """Say of everything wanted and not answered why it stays open."""
        for key in self._clauses:
            yield from self.untested(key, reason, *exchanges)

    def _answer(self, key: str, detail: Verdict, exchanges: tuple[Exchange, ...]) -> Iterator[Verdict]:
        clause = self._clauses.get(key)
        if clause is None:
            return
        self._given.add(key)
        yield replace(
            detail, clause=clause.id, exchanges=tuple(dict.fromkeys(exchange.number for exchange in exchanges))
        )


def promise(
    behaviour: str,
    operation: Operation,
    subject: str,
    kind: str,
    text: str,
    *,
    rests_on: Promise,
    source: Source | None = None,
) -> Clause:
    """Return the clause that a promise amounts to; `source` where a single member of the promise says it."""
    return Clause(
        operation=operation.id,
        subject=subject,
        kind=kind,
        judge=behaviour,
        text=text,
        source=rests_on.source if source is None else source,
        location=rests_on.location,
        quote=rests_on.quote,
    )


def nothing(  # noqa: PLR0917 - the parts of a clause, in their order
    behaviour: str, subject: str, kind: str, reason: str, location: Location, operation: Operation | None = None
) -> Clause:
    """Return the clause that stands for a promise which the document doesn't make."""
    return Clause(
        operation=operation.id if operation else "",
        subject=subject,
        kind=kind,
        judge=behaviour,
        text=reason,
        source=Source.INFERRED,
        location=location,
        inapplicable=reason,
    )


def unpromised(
    contract: Contract, behaviour: str, subject: str, reason: str, *, operation: Operation | None = None
) -> Iterator[Clause]:
    """Return the clause that stands for a whole behaviour which the document promises nothing about."""
    where = operation or next(iter(contract.operations), None)
    if where is not None:
        yield nothing(behaviour, subject, behaviour, reason, where.location, where)


def weaker(*sources: Source) -> Source:
    """Return the source that weighs least: a sentence is no better founded than its weakest part."""
    return next((each for each in sources if each.level is Level.ADVISORY), sources[0])


def served(exchange: Exchange) -> bool:
    """Whether the answer is a success."""
    return exchange.ok


def refused(exchange: Exchange) -> bool:
    """Whether the server said no: a 4xx that is about the request, not about its load."""
    return exchange.refused and exchange.status not in {408, 429}


def obstacle(exchange: Exchange) -> str:
    """Why nothing can be concluded from an answer, or an empty text: no response, too many requests, a failing server, a key that isn't taken."""
    answer = exchange.answer
    if isinstance(answer, NoResponse):
        return f"no answer came: {answer.message}"
    if answer.truncated:
        return "the answer was longer than the size limit"
    if answer.status in {401, 403, 407, 408, 429} or is_server_error(answer.status):
        return f"{exchange.request.method} {exchange.request.target} was answered {answer.status}"
    return ""


def shown(value: JSON | Missing) -> str:
    """Return a value as people read it, cut where it is long."""
    return "nothing" if isinstance(value, Missing) else _text(value)


def _text(value: object) -> str:
    if isinstance(value, Missing):
        return "nothing"
    if value == "":
        return ""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = repr(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"
