"""Reads a run record. Exchanges and verdicts stay in the file until somebody asks for them, however many there are."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Final

from contract_suite import limits
from contract_suite.garbage import without_collecting
from contract_suite.model.clause import Clause
from contract_suite.model.finding import Finding
from contract_suite.model.gate import GateResult
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
from contract_suite.record.errors import RecordError
from contract_suite.record.lines import Line, decode, parse

_PIECE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One recorded run.

    `truncated` says that it was cut short: it has no footer or ends within a line, and what it doesn't say proves
    nothing.

    `gate` is no part of the record: whoever has held the run against a gate puts the answer here for the reports.
    """

    path: Path
    header: RunHeader
    findings: tuple[Finding, ...] = ()
    conformance: tuple[ClauseResult, ...] = ()
    families: tuple[FamilySummary, ...] = ()
    footer: RunFooter | None = None
    truncated: bool = False
    gate: GateResult | None = None
    exchange_offsets: Mapping[int, int] = field(default_factory=dict, repr=False)
    verdict_offsets: tuple[int, ...] = field(default=(), repr=False)

    def exchange(self, number: int) -> RecordedExchange:
        """Return the exchange with this number; `KeyError` if there is none."""
        line = next(self._lines((self.exchange_offsets[number],)))
        if not isinstance(line, RecordedExchange) or line.exchange.number != number:
            raise RecordError("changed while it was read", path=self.path)
        return line

    def exchanges(self) -> Iterator[RecordedExchange]:
        """Return all exchanges, in the order of the record."""
        for line in self._lines(self.exchange_offsets.values()):
            if isinstance(line, RecordedExchange):
                yield line

    def exchanges_numbered(self, numbers: Iterable[int]) -> Iterator[RecordedExchange]:
        """Return the exchanges with these numbers, in the order of the record; unknown numbers are passed over."""
        for line in self._lines(
            sorted(self.exchange_offsets[number] for number in set(numbers) if number in self.exchange_offsets)
        ):
            if isinstance(line, RecordedExchange):
                yield line

    def verdicts(self) -> Iterator[RecordedVerdict]:
        """Return the verdicts that failed or can't tell, in the order of the record."""
        for line in self._lines(self.verdict_offsets):
            if isinstance(line, RecordedVerdict):
                yield line

    def _lines(self, offsets: Iterable[int]) -> Iterator[object]:
        try:
            with self.path.open("rb") as file:
                for offset in offsets:
                    file.seek(offset)
                    yield decode(parse(file.readline()))
        except OSError as error:
            raise RecordError(f"can't be read ({error.strerror or error})", path=self.path) from error
        except ValueError as error:
            raise RecordError("changed while it was read", path=self.path) from error


@without_collecting()
def read_run(path: Path, watch: Callable[[Line], None] = lambda _line: None) -> Run:
    """Read a record; `watch` gets each line as it is read, so that whoever looks at exchanges needs no second reading.

    A last line that is cut, or a missing footer, makes it `truncated`; anything else out of place is a `RecordError`.
    """
    reading = _Reading()
    offset = 0
    cut = False
    try:
        if path.exists() and not path.is_file():  # a pipe or a device may have no end
            raise RecordError("can't be read (no regular file)", path=path)
        with path.open("rb") as file:
            for number in itertools.count(1):
                data = _line(file)
                if data is None:
                    raise RecordError(f"the line has more than {limits.RECORD_LINE:,} bytes", path=path, line=number)
                if not data:
                    break
                try:
                    line = decode(parse(data))
                    reading.add(line, offset)
                except ValueError as error:
                    if not data.endswith(b"\n"):
                        cut = True  # the line that was being written when the run was killed
                        break
                    raise RecordError(f"the line {error}", path=path, line=number) from None
                watch(line)
                offset += len(data)
    except OSError as error:
        raise RecordError(f"can't be read ({error.strerror or error})", path=path) from error
    header = reading.complete_header()
    if header is None:
        raise RecordError("holds no header: no run was recorded here", path=path)
    return Run(
        path=path,
        header=header,
        findings=tuple(reading.findings),
        conformance=reading.results(header),
        families=tuple(reading.families),
        footer=reading.footer,
        truncated=cut or reading.footer is None,
        exchange_offsets=reading.exchanges,
        verdict_offsets=tuple(reading.verdicts),
    )


def _line(file: BinaryIO) -> bytes | None:
    """The next line of a file, with its end; nothing at the end of the file, and `None` for one that is too long."""
    line = file.readline(_PIECE)
    if len(line) < _PIECE or line.endswith(b"\n"):
        return line
    pieces = [line]
    while pieces[-1] and not pieces[-1].endswith(b"\n"):
        pieces.append(file.readline(_PIECE))
        if len(pieces) * _PIECE > limits.RECORD_LINE:
            return None
    return b"".join(pieces)


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What has been read so far."""

    header: RunHeader | None = None
    footer: RunFooter | None = None
    clauses: dict[str, list[Clause]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    conformance: list[ClauseResult] = field(default_factory=list)
    families: list[FamilySummary] = field(default_factory=list)
    exchanges: dict[int, int] = field(default_factory=dict)
    verdicts: list[int] = field(default_factory=list)

    def add(self, line: Line, offset: int) -> None:
        """Keep a line, or where it stands; `ValueError` if it can't stand there."""
        self._place(line)
        match line:
            case RunHeader():
                self.header = line
            case RecordedClauses():
                self.clauses.setdefault(line.family, []).extend(line.clauses)
            case RecordedExchange():
                self.exchanges[line.exchange.number] = offset
            case RecordedVerdict():
                self.verdicts.append(offset)
            case Finding():
                self.findings.append(line)
            case ClauseResult():
                self.conformance.append(line)
            case UnexercisedClauses():
                self.conformance += (
                    ClauseResult(family=line.family, clause=each, outcome=line.outcome, reason=line.reason)
                    for each in line.clauses
                )
            case FamilySummary():
                self.families.append(line)
            case RunFooter():
                self.footer = line

    def complete_header(self) -> RunHeader | None:
        """Return the header with the clauses that followed it; `None` where no header was read."""
        if self.header is None:
            return None
        families = tuple(
            replace(each, clauses=(*each.clauses, *self.clauses.get(each.name, ()))) for each in self.header.families
        )
        return replace(self.header, families=families)

    def results(self, header: RunHeader) -> tuple[ClauseResult, ...]:
        """Return what became of the clauses, in the order of the header."""
        clauses = ((family.name, clause.id) for family in header.families for clause in family.clauses)
        order = {key: index for index, key in enumerate(clauses)}
        return tuple(sorted(self.conformance, key=lambda each: order.get((each.family, each.clause), len(order))))

    def _place(self, line: Line) -> None:
        """Refuse a line that can't stand after those before it."""
        if isinstance(line, RunHeader) == (self.header is not None):
            raise ValueError("is out of place: a record begins with its header, and has one only")
        if self.footer is not None:
            raise ValueError("follows the footer")
        if isinstance(line, RecordedExchange) and line.exchange.number in self.exchanges:
            raise ValueError(f"repeats the exchange number {line.exchange.number}")
