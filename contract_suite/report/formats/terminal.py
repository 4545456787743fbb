"""The report for a reader at a terminal: a table for each family, a block for each finding, and the result at the end.

Text from a server, a document or a user is data here: it never reaches the terminal as markup or as control characters.
"""

from __future__ import annotations

from collections import Counter
from io import StringIO
from typing import Final, TextIO

from rich.box import SIMPLE
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from contract_suite.model.case import Stage
from contract_suite.model.exchange import NoResponse
from contract_suite.model.finding import Finding
from contract_suite.model.run import RecordedErratum, RecordedExchange
from contract_suite.model.source import Level
from contract_suite.record.reader import Run
from contract_suite.report.errata import errata_of, sentence
from contract_suite.report.format import Format
from contract_suite.report.plain import visible
from contract_suite.report.summary import STATUSES, FamilyLine, Status, Summary, summarise


def write(run: Run, stream: TextIO) -> None:
    """Write the report, as wide and as colourful as the stream allows."""
    show(run, Console(file=stream, highlight=False, markup=False, emoji=False))


def show(run: Run, console: Console, *, report: str = "") -> None:
    """Show a run on a console; `report` says in the last line where the whole report is."""
    summary = summarise(run)
    _tolerate(console)
    header = run.header
    console.print(
        Text(
            f"{visible(header.target)}  seed {header.seed}  {visible(header.tool)} {visible(header.version)}",
            style="dim",
        ),
        soft_wrap=True,
    )
    console.print()
    for family in summary.families:
        _family(family, console)
    for number, finding in enumerate(summary.findings, 1):
        if number <= _MOST_BLOCKS:
            _finding(finding, run, console)
        else:
            console.print(Text.assemble(_badge(finding), f" {finding.id} ", visible(finding.clause), style="dim"))
    _last(summary, console, report)


def block(finding: Finding, run: Run, *, width: int = 120) -> str:
    """Return the block of one finding as plain text, for other doors than the terminal's own."""
    stream = StringIO()
    _finding(
        finding,
        run,
        Console(
            file=stream, width=width, highlight=False, markup=False, emoji=False, no_color=True, force_terminal=False
        ),
    )
    return stream.getvalue()


_MOST_BLOCKS: Final = 50
"""Findings beyond this many get a line each: nobody reads more blocks, and the other reports hold them all."""
_UNBOUNDED: Final = 10_000
"""Columns in which any table has room, to find out how wide it would be."""
_NARROWEST: Final = 52
"""Columns below which there is no table but a line for each operation."""
_INDENT: Final = 12
_LONGEST_CURL: Final = 4000
_LONGEST_TEXT: Final = 1000
_LONGEST_BODY: Final = 300

_HEADINGS: Final[dict[Status, tuple[str, str, str]]] = {
    "passed": ("passed", "pass", "green"),
    "failed": ("failed", "fail", "bold red"),
    "advisory": ("advisory", "adv", "yellow"),
    "cannot_tell": ("cannot tell", "?", "magenta"),
    "inapplicable": ("inapplicable", "n/a", "dim"),
    "untested": ("untested", "unt", "cyan"),
}


def _family(line: FamilyLine, console: Console) -> None:
    family = line.family
    console.print(
        Text.assemble((visible(family.name), "bold"), "  ", visible(family.title), "  ", (visible(family.file), "dim"))
    )
    if console.width < _NARROWEST:
        for each in line.operations:
            counted = ", ".join(
                f"{each.counts[status]} {_HEADINGS[status][0]}" for status in STATUSES if each.counts[status]
            )
            console.print(Text(f"  {visible(each.operation.id or _WHOLE)}: {counted or 'no clauses'}"))
    else:
        table = _table(line, short=False)
        unbounded = console.options.update(max_width=_UNBOUNDED)
        if Measurement.get(console, unbounded, table).maximum > console.width:
            table = _table(line, short=True)
        console.print(table)
    summary = line.summary
    console.print(
        Text(f"  {summary.exchanges} {_plural(summary.exchanges, 'exchange')} in {summary.seconds:.1f} s", style="dim"),
    )
    if family.errata:
        known = f"{_errata(family.errata)} of the source document; `contract-suite list errata` shows them"
        console.print(Text(f"  {known}", style="dim"))
    if summary.stopped:
        console.print(Text(f"  stopped early: {visible(summary.stopped)}", style="yellow"))
    for stage in summary.stages:
        if stage.left:
            reason = visible(stage.reason, limit=_LONGEST_TEXT)
            left = f"{stage.left} left unfinished{f': {reason}' if reason else ''}"
            text = reason if stage.stage is Stage.CLEANUP and reason else left
            console.print(Text(f"  {stage.stage.value}: {text}", style="yellow"))
    for why, names in line.spared.items():
        shown = ", ".join(map(visible, names[:_MOST_NAMES]))
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        console.print(Text(f"  left out to be safe: {shown}{more}: {visible(why)}", style="yellow"))
    for reason, count in _reasons(line):
        console.print(
            Text(
                f"  untested: {count} {_plural(count, 'clause')}, {visible(reason, limit=_LONGEST_TEXT)}", style="cyan"
            )
        )
    console.print()


_WHOLE: Final = "(the contract as a whole)"


def _table(line: FamilyLine, *, short: bool) -> Table:
    table = Table(box=SIMPLE, pad_edge=False, padding=(0, 1), show_footer=True)
    table.add_column("operation", footer=f"{len(line.family.operations)} operations", overflow="fold")
    for status in STATUSES:
        long_heading, short_heading, style = _HEADINGS[status]
        count = line.counts[status]
        table.add_column(
            short_heading if short else long_heading,
            justify="right",
            footer=Text(str(count), style=style if count else "dim"),
            no_wrap=True,
        )
    for each in line.operations:
        name = visible(each.operation.id or _WHOLE)
        cells = [
            Text(str(each.counts[status] or "·"), style=_HEADINGS[status][2] if each.counts[status] else "dim")
            for status in STATUSES
        ]
        table.add_row(Text(name), *cells)
    return table


def _reasons(line: FamilyLine) -> list[tuple[str, int]]:
    """Why clauses were left untested, the commonest reason first."""
    counts: dict[str, int] = {}
    for each in line.clauses:
        if each.status == "untested":
            reason = each.result.reason or "nothing exercised them"
            counts[reason] = counts.get(reason, 0) + 1
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    if len(ordered) > _MOST_REASONS:
        rest = ordered[_MOST_REASONS - 1 :]
        ordered = [*ordered[: _MOST_REASONS - 1], (f"for {len(rest)} other reasons", sum(count for _, count in rest))]
    return ordered


_MOST_REASONS: Final = 6
_MOST_NAMES: Final = 12


def _finding(finding: Finding, run: Run, console: Console) -> None:
    style = "bold red" if finding.level is Level.FAILURE else "yellow"
    console.print(
        Text.assemble(
            _badge(finding),
            "  ",
            (visible(finding.clause), "bold"),
            ("  flaky" if finding.flaky else "", "bold magenta"),
        )
    )
    known = run.gate.tolerates(finding.id) if run.gate else None
    if known is not None:
        _said("known", f"since {known.first_seen}: {visible(known.why, limit=_LONGEST_TEXT)}", console, style="cyan")
    _said("contract", visible(finding.text, limit=_LONGEST_TEXT), console)
    quote = f', "{visible(finding.quote, limit=_LONGEST_TEXT)}"' if finding.quote else ""
    _said("where", f"{visible(finding.document.place)} ({finding.source.value}{quote})", console)
    if finding.weakness:
        _said("weighs", visible(f"advisory, because {finding.weakness}", limit=_LONGEST_TEXT), console)
    for erratum in errata_of(run, finding):
        _said("erratum", visible(sentence(erratum), limit=_LONGEST_TEXT), console)
    _said("came", visible(finding.message, limit=_LONGEST_TEXT), console, style=style)
    if finding.pointer:
        _said("at", visible(finding.pointer, limit=_LONGEST_TEXT), console)
    if finding.expected:
        _said("expected", visible(finding.expected, limit=_LONGEST_TEXT), console)
    if finding.actual:
        _said("actual", visible(finding.actual, limit=_LONGEST_TEXT), console)
    if finding.exchanges and finding.exchanges[-1] in run.exchange_offsets:
        for name, text in _exchanged(run.exchange(finding.exchanges[-1])):
            _said(name, text, console)
    if finding.curl:
        _curl(finding.curl, console)
    flaky = " A replay did not fail again." if finding.flaky else ""
    _said(
        "finding",
        f"{finding.id}, {finding.family}, {finding.check}; "
        f"seen {finding.count} {_plural(finding.count, 'time')}.{flaky}",
        console,
        style="dim",
    )
    console.print()


def _exchanged(recorded: RecordedExchange) -> list[tuple[str, str]]:
    exchange = recorded.exchange
    note = f"  ({visible(recorded.note, limit=_LONGEST_TEXT)})" if recorded.note else ""
    sent = f"{visible(exchange.request.method)} {visible(exchange.request.target, limit=_LONGEST_TEXT)}{note}"
    answer = exchange.answer
    if isinstance(answer, NoResponse):
        return [("sent", sent), ("answer", f"none: {visible(answer.message, limit=_LONGEST_TEXT)}")]
    body = visible(answer.body[: 4 * _LONGEST_BODY].decode("utf-8", "replace"), limit=_LONGEST_BODY)
    status = f"{answer.status} {visible(answer.reason)}".rstrip()
    return [("sent", sent), ("answer", f"{status}, {body}" if body else f"{status}, no body")]


def _badge(finding: Finding) -> tuple[str, str]:
    return ("FAILURE ", "bold red") if finding.level is Level.FAILURE else ("ADVISORY", "yellow")


def _said(name: str, text: str, console: Console, style: str = "") -> None:
    # Wrapped here and not by a grid, which would pad every line with spaces to the full width.
    lines = Text(text, style=style).wrap(console, max(console.width - _INDENT, _INDENT), overflow="fold")
    for number, line in enumerate(lines):
        line.rstrip()
        console.print(Text.assemble("  ", (f"{'' if number else name:<{_INDENT - 2}}", "dim"), line), soft_wrap=True)


def _curl(line: str, console: Console) -> None:
    # Never wrapped, so that it can be copied; never cut in half either, for half a command is a wrong one.
    if len(line) > _LONGEST_CURL or not line.isprintable():
        _said("curl", "too long to show here; report.json has it", console)
    else:
        console.print(Text.assemble("  ", (f"{'curl':<{_INDENT - 2}}", "dim"), line), soft_wrap=True)


def _last(summary: Summary, console: Console, report: str) -> None:
    style = "bold green" if summary.conformant else "bold yellow" if not summary.complete else "bold red"
    where = f" Report: {visible(report)}" if report else ""
    failures = len(summary.failures)
    advisories = len(summary.findings) - failures
    counted = (
        f" {failures} {_plural(failures, 'failure')}, {advisories} {_plural(advisories, 'advisory', 'advisories')}."
    )
    console.print(Text.assemble((visible(summary.sentence), style), counted, where), soft_wrap=True)
    gate = summary.run.gate
    if gate is not None:
        console.print(Text(visible(gate.sentence), style="bold green" if gate.passed else "bold red"), soft_wrap=True)


def _tolerate(console: Console) -> None:
    """Let a terminal that knows few characters show the others spelt out, where it would otherwise end the program."""
    reconfigure = getattr(console.file, "reconfigure", None)
    if reconfigure is not None and not console.encoding.startswith("utf"):
        reconfigure(errors="backslashreplace")


def _errata(errata: tuple[RecordedErratum, ...]) -> str:
    """How many errata there are of each kind, the most frequent first: "33 gaps, 20 contradictions"."""
    counts = Counter(each.kind or "erratum" for each in errata)
    words = [
        f"{count} {_plural(count, kind, 'errata' if kind == 'erratum' else '')}" for kind, count in counts.most_common()
    ]
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _plural(count: int, one: str, many: str = "") -> str:
    return one if count == 1 else many or f"{one}s"


FORMAT: Final = Format(
    name="terminal", file_name="", title="Tables and findings for a reader at a terminal", write=write
)
