"""Writes a run record, line by line, as the run goes on.

Each line is handed to the system whole and at once, so that whatever kills the process leaves every line written so
far. Every line is redacted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from contract_suite.errors import NoRoomError
from contract_suite.model.case import Case
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange, NoResponse
from contract_suite.model.finding import Finding
from contract_suite.model.json import JSON, compact
from contract_suite.model.run import (
    ClauseResult,
    FamilySummary,
    RecordedClauses,
    RecordedExchange,
    RecordedVerdict,
    RunFooter,
    RunHeader,
    UnexercisedClauses,
)
from contract_suite.model.unseen import inert
from contract_suite.model.verdict import Outcome, Verdict
from contract_suite.record.errors import RecordError
from contract_suite.record.lines import encode, encode_clauses, encode_exchange
from contract_suite.record.redaction import Redactor

_UNEXERCISED_A_LINE: Final = 1000
_CLAUSES_A_LINE: Final = 50_000
"""A reader holds a line whole, and each line has tables of its own."""


class RecordWriter:
    """Writes one run to a new file.

    A context manager; leaving it without a footer leaves a record that says so by lacking one. Once a line can't be
    written, `trouble` says why, and nothing more is written: the record ends with its last whole line. Leaving the
    context raises it, unless something else is raised.
    """

    def __init__(self, path: Path, *, redactor: Redactor | None = None) -> None:
        """Create the file; `RecordError` if it exists, so that two runs never write into one."""
        self.path = path
        self.trouble: NoRoomError | None = None
        self._redactor = redactor or Redactor()
        self._whole = 0
        """The bytes of all whole lines."""
        self._within_a_line = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("xb", buffering=0)
        except FileExistsError:
            raise RecordError("there is a record already; each run needs a file of its own", path=path) from None
        except OSError as error:
            raise RecordError(f"can't be written ({error.strerror or error})", path=path) from error

    def learn(self, secrets: Mapping[str, str]) -> None:
        """Keep secrets out of the lines to come that were not known before."""
        self._redactor.learn(secrets)

    def header(self, header: RunHeader) -> None:
        """Write the first line, and what clauses of its contracts are known by now."""
        self._encoded(encode(header))
        for family in header.families:
            self.clauses(family.name, family.clauses)

    def clauses(self, family: str, clauses: Iterable[Clause]) -> None:
        """Write the clauses of one contract of the header, in their order."""
        rest = iter(clauses)
        while part := tuple(islice(rest, _CLAUSES_A_LINE)):
            self._encoded(encode_clauses(RecordedClauses(family=family, clauses=part)))

    def exchange(self, family: str, case: Case, exchange: Exchange) -> None:
        """Write one exchange with what it was meant to show."""
        line = RecordedExchange(
            family=family,
            operation=case.operation,
            stage=case.stage,
            intent=case.intent,
            target_clause=case.target_clause,
            note=case.note,
            exchange=exchange,
        )
        # One look at all of its text decides whether the costly replacing is needed at all.
        if self._redactor.touches(_contents(line)):
            line = self._redacted(line)
        self._write(encode_exchange(line))

    def verdict(self, family: str, verdict: Verdict, *, exchange: int = 0) -> None:
        """Write a verdict that failed or can't tell, and pass over any other.

        `exchange` is the one judged, where the verdict names none.
        """
        if verdict.outcome not in {Outcome.FAILED, Outcome.CANNOT_TELL}:
            return
        self._encoded(
            encode(
                RecordedVerdict(
                    family=family,
                    clause=verdict.clause,
                    outcome=verdict.outcome,
                    message=verdict.message,
                    pointer=verdict.pointer,
                    problem=verdict.problem,
                    expected=verdict.expected,
                    actual=verdict.actual,
                    exchanges=verdict.exchanges or ((exchange,) if exchange else ()),
                    facts=verdict.facts,
                )
            )
        )

    def finding(self, finding: Finding) -> None:
        """Write a finding."""
        self._encoded(encode(finding))

    def conformance(self, result: ClauseResult) -> None:
        """Write what became of one clause."""
        self._encoded(encode(result))

    def results(self, results: Iterable[ClauseResult]) -> None:
        """Write what became of clauses: a line for each that verdicts speak of, one for all others of one reason."""
        others: dict[tuple[str, Outcome, str], list[str]] = {}
        for each in results:
            if each.passed or each.failed or each.exchange:
                self.conformance(each)
            else:
                others.setdefault((each.family, each.outcome, each.reason), []).append(each.clause)
        for (family, outcome, reason), clauses in others.items():
            for part in range(0, len(clauses), _UNEXERCISED_A_LINE):
                named = tuple(clauses[part : part + _UNEXERCISED_A_LINE])
                self._encoded(encode(UnexercisedClauses(family=family, outcome=outcome, reason=reason, clauses=named)))

    def family(self, summary: FamilySummary) -> None:
        """Write what was done with one family."""
        self._encoded(encode(summary))

    def footer(self, footer: RunFooter) -> None:
        """Write the last line."""
        self._encoded(encode(footer))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the file; raises what kept a line from being written."""
        self.close()
        if self.trouble is not None and error is None:
            raise self.trouble

    def _redacted(self, line: RecordedExchange) -> RecordedExchange:
        exchange = line.exchange
        request = self._redactor.request(exchange.request)
        answer = self._redactor.answer(exchange.answer)
        note = self._redactor.text(line.note)
        return replace(line, note=note, exchange=replace(exchange, request=request, answer=answer))

    def _encoded(self, line: dict[str, JSON]) -> None:
        self._write(self._redactor.line(line))

    def _write(self, line: dict[str, JSON] | str) -> None:
        if self.trouble is not None:
            return
        # No name holds the text: of a flood, each copy that lives on costs megabytes.
        rest = memoryview(inert(compact(line) if isinstance(line, dict) else line).encode() + b"\n")
        length = len(rest)
        try:
            if self._within_a_line:  # a signal came between two parts of the line before
                self._cut()
            self._within_a_line = True
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self.trouble = NoRoomError(f"{self.path}: can't be written ({error.strerror or error})")
            self._cut()
            return
        self._whole += length
        self._within_a_line = False

    def _cut(self) -> None:
        """Take away what was written of a line, which needs no room on the disk."""
        with suppress(OSError):
            self._file.seek(self._whole)
            self._file.truncate()


def _contents(line: RecordedExchange) -> bytes:
    """All of an exchange that somebody else may have filled, each piece on a line of its own."""
    request, answer = line.exchange.request, line.exchange.answer
    pieces = [line.note, request.method, request.target]
    for pair in request.headers:
        pieces += pair
    if isinstance(answer, NoResponse):
        pieces.append(answer.message)
        body = answer.received
    else:
        pieces.append(answer.reason)
        for pair in answer.headers:
            pieces += pair
        body = answer.body
    return b"%b\n%b\n%b" % ("\n".join(pieces).encode("utf-8", "surrogatepass"), request.body, body)
