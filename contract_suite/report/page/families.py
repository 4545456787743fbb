"""A family as the page shows it: the matrix of operations and judges, coverage, traffic, and what was left open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite.model.run import LEFT_OUT
from contract_suite.report.coverage import FamilyCoverage
from contract_suite.report.page import charts
from contract_suite.report.page.template import NAMES, SIGNS, anchor
from contract_suite.report.summary import ClauseLine, FamilyLine, Status, UntestedLine, untested
from contract_suite.report.traffic import Observed, Traffic


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """Where an operation and a judge meet: the gravest status there, and how many clauses have it."""

    status: Status | None
    sign: str
    count: int
    total: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One operation of a matrix, with its clauses for the list below it.

    `clauses` are those of which something is known, `untested` the others. Where nothing is known of any that applies,
    `untouched` counts them and there are no cells.
    """

    name: str
    method: str
    path: str
    anchor: str
    cells: tuple[_Cell, ...]
    clauses: tuple[ClauseLine, ...]
    untested: tuple[UntestedLine, ...]
    untouched: int
    counts: Mapping[Status, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpenEnd:
    """One reason for which clauses were left open: how many of them, and of which operations how many."""

    reason: str
    count: int
    operations: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyView:
    """A family with everything that is said of it."""

    line: FamilyLine
    coverage: FamilyCoverage
    band: tuple[charts.Bar, ...]
    judges: tuple[str, ...]
    rows: tuple[_Row, ...]
    open_ends: tuple[_OpenEnd, ...]
    traffic: Traffic
    times: tuple[charts.Bar, ...]
    statuses: tuple[charts.Bar, ...]
    busiest: tuple[tuple[str, Traffic], ...]


def family_view(line: FamilyLine, coverage: FamilyCoverage, observed: Observed) -> FamilyView:
    """Return a family as the page shows it."""
    judges = tuple(dict.fromkeys(each.clause.judge for each in line.clauses))
    by_operation: dict[str, list[ClauseLine]] = {}
    known = {each.operation.id for each in line.operations}
    for each in line.clauses:
        by_operation.setdefault(each.clause.operation if each.clause.operation in known else "", []).append(each)
    rows = []
    for operation in line.operations:
        own = tuple(by_operation.get(operation.operation.id, ()))
        by_judge: dict[str, list[ClauseLine]] = {}
        for each in own:
            by_judge.setdefault(each.clause.judge, []).append(each)
        known_of = sum(operation.counts[status] for status in ("passed", "failed", "advisory", "cannot_tell"))
        untouched = 0 if known_of else operation.counts["untested"]
        rows.append(
            _Row(
                name=operation.operation.id or "the contract as a whole",
                method=operation.operation.method,
                path=operation.operation.path,
                anchor=anchor("operation", line.family.name, operation.operation.id),
                clauses=tuple(each for each in own if each.status != "untested"),
                untested=untested(own),
                untouched=untouched,
                counts=operation.counts,
                cells=() if untouched else tuple(_cell(judge, by_judge.get(judge, [])) for judge in judges),
            )
        )
    traffic = observed.of_family(line.family.name)
    own_traffic = [
        (operation or "no operation", each)
        for (family, operation), each in observed.traffic.items()
        if family == line.family.name
    ]
    return FamilyView(
        line=line,
        coverage=coverage,
        judges=judges,
        rows=tuple(rows),
        open_ends=_open_ends(line),
        traffic=traffic,
        band=charts.shares(list(line.taken_counts.items())),
        times=charts.times(traffic),
        statuses=charts.statuses(traffic),
        busiest=tuple(sorted(own_traffic, key=lambda item: -item[1].exchanges)),
    )


_GRAVITY: Final[tuple[Status, ...]] = ("failed", "advisory", "cannot_tell", "untested", "passed", "inapplicable")


def _cell(judge: str, lines: list[ClauseLine]) -> _Cell:
    for status in _GRAVITY:
        count = sum(each.status == status for each in lines)
        if count:
            # Few that nothing exercised don't hide that the rest was proven: the cell says how many of how many.
            label = f"{judge}: {count} of {len(lines)} {NAMES[status]}"
            return _Cell(status=status, sign=SIGNS[status], count=count, total=len(lines), label=label)
    return _Cell(status=None, sign="", count=0, total=0, label=f"{judge}: no clause")


def _open_ends(line: FamilyLine) -> tuple[_OpenEnd, ...]:
    """What was left open, by reason, the commonest first; what the user left out needs no telling."""
    known = {each.operation.id for each in line.operations}
    groups: dict[str, Counter[str]] = {}
    for each in line.clauses:
        if each.status in {"untested", "cannot_tell"} and each.result.reason != LEFT_OUT:
            prefix = "Cannot tell: " if each.status == "cannot_tell" else ""
            reason = f"{prefix}{each.result.reason or 'not covered by any request of this run'}"
            operation = each.clause.operation if each.clause.operation in known else ""
            groups.setdefault(reason, Counter())[operation] += 1
    found = [
        _OpenEnd(reason=reason, count=counts.total(), operations=tuple(counts.items()))
        for reason, counts in groups.items()
    ]
    return tuple(sorted(found, key=lambda each: -each.count))
