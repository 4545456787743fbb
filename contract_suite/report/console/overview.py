"""What stands before the findings: each family with the results of its clauses, and why some are untested.

The rule that must not be broken: heads are words and names stay whole. A table that is too wide leaves out columns
without figures, then those that matter least; what still has no room becomes a line for each operation.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from rich.text import Text

from contract_suite.model.case import Stage
from contract_suite.model.counting import counted, listed
from contract_suite.model.run import TO_BE_SAFE
from contract_suite.model.source import Erratum
from contract_suite.report.console.lines import Lines
from contract_suite.report.plain import visible
from contract_suite.report.summary import STATUSES, FamilyLine, OperationLine, Status

_LONGEST_TEXT: Final = 1000
_MOST_NAMES: Final = 3
_MOST_REASONS: Final = 5
_MOST_ROWS: Final = 25
"""Operations beyond this many have no table unless it is asked for: the summary names those that matter."""
_SAFE: Final = "not sent, to be safe: see above"
_HEAD: Final = "operation"
_WHOLE: Final = "(the contract as a whole)"
WORDS: Final[dict[Status, tuple[str, str]]] = {
    "passed": ("passed", "green"),
    "failed": ("failed", "bold red"),
    "advisory": ("advisory", "yellow"),
    "cannot_tell": ("cannot tell", "magenta"),
    "inapplicable": ("inapplicable", "dim"),
    "untested": ("untested", "cyan"),
}
_DECIDED: Final[tuple[Status, ...]] = ("passed", "failed", "advisory", "cannot_tell")
_GIVING_WAY: Final[tuple[Status, ...]] = ("inapplicable", "cannot_tell", "advisory")
"""Columns in the order in which they go where there is no room for all; the line below the table has their totals."""


def family_overview(line: FamilyLine, lines: Lines, *, verbose: bool) -> None:
    """Add one family: its name, its table, and what kept the run from testing more."""
    family, summary = line.family, line.summary
    more = () if family.heading == family.title else ("  ", visible(family.title))
    lines.add(
        Text.assemble((visible(family.heading), "bold"), *more, "  ", (visible(family.file), "dim")),
        indent=2,
    )
    if summary.stopped and not verbose and not any(line.counts[each] for each in _DECIDED):
        lines.add("  Nothing was tested.", "yellow", indent=4)  # the last sentence says why
        lines.add()
        return
    if verbose or len(line.taken) <= _MOST_ROWS:
        _table(line, lines)
    _totals(line, lines)
    exchanged = f"{counted(summary.exchanges, 'request')} in {summary.seconds:.1f} s"
    lines.add(f"  {exchanged}", "dim", indent=4)
    if verbose and family.errata:
        lines.add(f"  {_errata(family.errata)} of the source document: `contract-suite list errata`", "dim", indent=4)
    if summary.stopped:
        lines.add(f"  Stopped early: {visible(summary.stopped)}", "yellow", indent=4)
    for stage in summary.stages:
        reason = visible(stage.reason, limit=_LONGEST_TEXT)
        if stage.left and stage.stage is Stage.CLEANUP and reason:
            lines.add(f"  Cleanup: {reason}", "yellow", indent=4)
        elif stage.left and verbose:
            left = f"{stage.left} left unfinished{f': {reason}' if reason else ''}"
            lines.add(f"  {stage.stage.value.capitalize()}: {left}", "yellow", indent=4)
    for why, names in line.spared.items():
        shown = listed([visible(each) for each in names], len(names) if verbose else _MOST_NAMES)
        lines.add(f"  Not sent, to be safe: {shown}: {visible(why)}", "yellow", indent=4)
    _unserved(line, lines, verbose=verbose)
    _untested(line, lines, most=0 if verbose else _MOST_REASONS)
    lines.add()


def _unserved(line: FamilyLine, lines: Lines, *, verbose: bool) -> None:
    """Say how many operations never served a request, and what would help: with the one that most wait for, or with each."""
    if line.unserved:
        awaited = max(line.unserved, key=lambda one: sum(each.waits_for(one.operation) for each in line.unserved))
        alike = len({each.help for each in line.unserved}) == 1
        all_of_them = "" if verbose or alike else " (--verbose lists the others)"
        ordered = (awaited, *(each for each in line.unserved if each is not awaited))
        first, *others = (f"{visible(each.operation)}: {visible(each.help)}" for each in ordered)
        lines.add(
            f"  Never served: {len(line.unserved)} of {counted(len(line.summary.operations), 'operation')}. "
            f"What would help: {first}{all_of_them}",
            "yellow",
            indent=4,
        )
        for each in others if verbose else ():
            lines.add(f"    {each}", "yellow", indent=6)


def _untested(line: FamilyLine, lines: Lines, *, most: int) -> None:
    """List why clauses are untested, each reason behind the number of its clauses."""
    reasons = reasons_untested(line, most=most)
    width = max((len(f"{count:,}") for _, count in reasons), default=0)
    for place, (reason, count) in enumerate(reasons):
        label = "" if place else "Untested"
        lines.row(label, f"{count:>{width},}  {visible(reason, limit=_LONGEST_TEXT)}", "cyan", hang=width + 2)


def reasons_untested(line: FamilyLine, *, most: int) -> list[tuple[str, int]]:
    """Why clauses were left untested, the commonest reason first; at most `most` lines unless it is 0.

    What was not sent to be safe is told before, with its operations; what the user left out needs no telling.
    """
    counts: Counter[str] = Counter()
    for reason, count in line.reasons:
        counts[_SAFE if most and reason.startswith(TO_BE_SAFE) else reason] += count
    ordered = counts.most_common()
    if most and len(ordered) > most:
        rest = ordered[most - 1 :]
        ordered = [
            *ordered[: most - 1],
            (f"other reasons; --verbose lists all {len(ordered)}", sum(count for _, count in rest)),
        ]
    return ordered


def _totals(line: FamilyLine, lines: Lines) -> None:
    text = Text("  ")
    counts = line.taken_counts
    operations, taken = len(line.family.operations), sum(bool(each.operation.id) for each in line.taken)
    some = (
        f"{taken:,} of {counted(operations, 'operation')}" if taken < operations else counted(operations, "operation")
    )
    text.append(f"{some}, {counted(sum(counts.values()), 'clause')}: ", style="dim")
    parts = [each for each in STATUSES if counts[each]]
    for number, status in enumerate(parts):
        word, style = WORDS[status]
        text.append(", " if number else "", style="dim")
        text.append(f"{counts[status]:,} {word}", style=style)
    lines.add(text, indent=4)


def _table(line: FamilyLine, lines: Lines) -> None:
    operations = line.taken
    name_width = max((len(_HEAD), *(len(_name(each)) for each in operations)))
    columns = [each for each in STATUSES if line.counts[each] or each in {"passed", "failed", "untested"}]
    for giving_way in _GIVING_WAY:
        if _width(name_width, columns) <= (lines.width or 10_000):
            break
        columns = [each for each in columns if each != giving_way or (each == "advisory" and line.counts[each])]
    if _width(name_width, columns) > (lines.width or 10_000):
        for each in operations:
            said = ", ".join(f"{each.counts[status]} {WORDS[status][0]}" for status in columns if each.counts[status])
            lines.add(f"  {_name(each)}: {said or 'no clauses'}", indent=4)
        return
    head = Text(f"  {_HEAD:<{name_width}}", style="dim")
    for status in columns:
        head.append(f"  {WORDS[status][0]:>{_column(status)}}")
    lines.whole(head)
    for each in operations:
        row = Text(f"  {_name(each):<{name_width}}")
        for status in columns:
            count = each.counts[status]
            row.append(f"  {count or '·':>{_column(status)}}", style=WORDS[status][1] if count else "dim")
        lines.whole(row)


def _width(name_width: int, columns: list[Status]) -> int:
    return 2 + name_width + sum(2 + _column(each) for each in columns)


def _column(status: Status) -> int:
    return max(len(WORDS[status][0]), 4)


def _name(line: OperationLine) -> str:
    return visible(line.operation.id or _WHOLE)


def _errata(errata: tuple[Erratum, ...]) -> str:
    """How many errata there are of each kind, the most frequent first: "33 gaps and 20 contradictions"."""
    counts = Counter(each.kind or "erratum" for each in errata)
    words = [counted(count, kind, "errata" if kind == "erratum" else "") for kind, count in counts.most_common()]
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
