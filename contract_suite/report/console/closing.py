"""What stands after the findings: the verdict, the operations with what is wrong, coverage, where the report is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rich.text import Text

from contract_suite.model.counting import counted, listed
from contract_suite.report.broken_operations import BrokenOperation
from contract_suite.report.console.lines import Lines
from contract_suite.report.console.reasons import apart
from contract_suite.report.plain import visible
from contract_suite.report.summary import Summary

_MOST_OPERATIONS: Final = 12
_MOST_WORDS: Final = 4
_MOST_REASONS: Final = 8
_LONGEST_TEXT: Final = 300
_PAGE: Final = "report.html"


def closing(summary: Summary, lines: Lines, report: str, *, replaces: bool = False) -> None:
    """Add the end of the report; `report` is the folder in which the others are, empty for none.

    `replaces` says that those of an earlier run were there.
    """
    if summary.findings:
        lines.add(Text(f"{summary.broken}:", style="bold"), indent=2)
        _operations(summary, lines)
    others = [] if summary.run.gate is not None else apart(visible(summary.sentence))[1]
    for number, each in enumerate(others[:_MOST_REASONS]):
        lines.row("" if number else "Incomplete", each)
    if len(others) > _MOST_REASONS:
        lines.row("", f"and {counted(len(others) - _MOST_REASONS, 'more reason')}; report.html has them all")
    tested, clauses = (
        map(sum, zip(*(each.tested for each in summary.families), strict=True)) if summary.families else (0, 0)
    )
    if clauses:
        lines.row("Coverage", f"{tested:,} of {counted(clauses, 'clause')} tested ({tested / clauses:.0%})")
    if report:
        page = Path(report) / _PAGE
        lines.whole(
            Text.assemble(("  Report     ", "dim"), visible(page.absolute().as_uri() if page.is_file() else report))
        )
        if replaces:
            lines.row("", "It replaces the report of an earlier run; --report DIR writes into another folder.", "dim")
    _verdict(summary, lines)


def _operations(summary: Summary, lines: Lines) -> None:
    broken = summary.broken_operations
    shown = broken[:_MOST_OPERATIONS]
    column = 2 + max(len(visible(each.operation or "The API")) for each in shown) + 2
    for each in shown:
        head = Text.assemble(
            f"  {visible(each.operation or 'The API'):<{column}}", (f"{len(each.findings):>3}  ", "bold")
        )
        room = None if lines.width is None else lines.width - len(head)
        lines.add(head.append(_some(each, room)), indent=4)
    if len(broken) > len(shown):
        others = [visible(each.operation or "the API") for each in broken[len(shown) :]]
        lines.add(f"  and at {listed(others, 5)}", "dim", indent=4)


def _some(broken: BrokenOperation, room: int | None) -> str:
    """What is wrong at an operation, as much as has room on a line and one at least, and how many findings are left."""
    texts = [visible(words, limit=_LONGEST_TEXT) for words in broken.wrong]
    shown = ""
    for count in range(1, min(len(texts), _MOST_WORDS) + 1):
        left = broken.beyond(count)
        text = " · ".join(texts[:count]) + (f" · {left} more" if left else "")
        if shown and room is not None and len(text) > room:
            break
        shown = text
    return shown


def _verdict(summary: Summary, lines: Lines) -> None:
    gate = summary.run.gate
    if gate is not None:
        lines.add(visible(gate.sentence), "bold green" if gate.passed else "bold red", indent=2)
        lines.add(f"Without the gate: {visible(summary.sentence)}", "dim", indent=2)
        return
    style = "bold green" if summary.conformant else "bold red" if summary.failures else "bold yellow"
    first, others = apart(visible(summary.sentence))
    above = f"; {counted(len(others), 'more reason')} above" if others else ""
    lines.add(f"{first}{above}.", style, indent=2)
    if summary.conformant and summary.findings:
        lines.add("Advisories fail a run only with --strict or --fail-on advisory.", "dim", indent=2)
