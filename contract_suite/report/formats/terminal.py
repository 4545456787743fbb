"""The report for a reader at a terminal: an overview of each family, a block for each finding, the verdict at the end.

Text from a server, a document or a user is data here: it never reaches the terminal as markup or as control characters.
"""

from __future__ import annotations

from io import StringIO
from itertools import product
from typing import Final, TextIO

from rich.console import Console
from rich.text import Text

from contract_suite.model.finding import Finding
from contract_suite.model.run import EMBEDDED_MOCK
from contract_suite.record.reader import Run
from contract_suite.report.console.blocks import IN_BRIEF
from contract_suite.report.console.blocks import block as add_block
from contract_suite.report.console.closing import closing
from contract_suite.report.console.lines import Lines
from contract_suite.report.console.overview import family_overview
from contract_suite.report.format import Format
from contract_suite.report.plain import visible
from contract_suite.report.summary import Summary, summarise


def write(run: Run, stream: TextIO) -> None:
    """Write the report, as wide and as colourful as the stream allows."""
    show(run, Console(file=stream, highlight=False, markup=False, emoji=False))


def show(
    run: Run,
    console: Console,
    *,
    report: str = "",
    replaces: bool = False,
    width: int | None = None,
    verbose: bool = False,
) -> None:
    """Show a run on a console; `report` says at the end where the other reports are, `replaces` that others were there.

    Lines are as wide as the terminal, or `width`; without either, as in a pipe, nothing wraps. With `verbose`, every
    finding is told in full, and so is everything else.
    """
    _tolerate(console)
    if width is None and console.is_terminal:
        width = console.width
    summary = summarise(run)
    made = Lines(width=width)
    header = run.header
    target = f"{visible(header.target)}  seed {header.seed}  {visible(header.tool)} {visible(header.version)}"
    made.whole(Text(target, style="dim"))
    if header.target == EMBEDDED_MOCK:
        made.add("No server was tested: the document's own mock answered. --url or --app names a server.", "dim")
    made.add()
    for family in summary.families:
        family_overview(family, made, verbose=verbose)
    ending = Lines(width=width)
    closing(summary, ending, report, replaces=replaces)
    _findings(summary, made, _LONGEST_REPORT - len(ending.lines), verbose=verbose)
    for line in (*made.lines, *ending.lines):
        console.print(line, soft_wrap=True)


def block(finding: Finding, run: Run, *, width: int = 120, kept: bool = True) -> str:
    """Return the block of one finding as plain text, for other doors; `kept` says that the record will stay."""
    stream, lines = StringIO(), Lines(width=width)
    add_block(finding, run, lines, tries=summarise(run).tries(finding), kept=kept)
    console = Console(file=stream, highlight=False, markup=False, emoji=False, no_color=True, force_terminal=False)
    for line in lines.lines:
        console.print(line, soft_wrap=True)
    return stream.getvalue()


_LONGEST_REPORT: Final = 148
"""Lines that anybody reads. Findings that have no room in full are told in brief; none is left out."""
_FEW: Final = 12
"""So many findings are always told in full."""
_IN_FULL: Final = 70
"""Lines for findings in full, where there are more than a few."""


def _findings(summary: Summary, made: Lines, most: int, *, verbose: bool) -> None:
    run, findings = summary.run, summary.findings
    everything = verbose or len(findings) <= _FEW
    blocks: list[list[Text]] = []
    for number, finding in enumerate(findings, 1):
        one = Lines(width=made.width)
        add_block(finding, run, one, tries=summary.tries(finding), number=f"{number}/{len(findings)}")
        if not everything and blocks and sum(map(len, blocks)) + len(one.lines) > _IN_FULL:
            break
        blocks.append(one.lines)
    numbered = list(enumerate(findings, 1))
    told, brief = len(blocks), Lines(width=made.width)
    if len(blocks) < len(findings):
        # Each by its name is worth more than a few in full and the others by their places.
        for tell, told in product(IN_BRIEF, range(len(blocks), 0, -1)):
            brief = Lines(width=made.width)
            _introduce(told + 1, len(findings), brief)
            tell(numbered[told:], run, brief)
            brief.add()
            if len(made.lines) + sum(map(len, blocks[:told])) + len(brief.lines) <= most:
                break
    made.lines += [line for each in blocks[:told] for line in each] + brief.lines


def _introduce(first: int, last: int, lines: Lines) -> None:
    which = f"Finding {first}" if first == last else f"Findings {first} to {last}"
    lines.add(f"{which} in brief; `contract-suite explain ID` or --verbose tells one in full:", "bold")


def _tolerate(console: Console) -> None:
    """Let a terminal that knows few characters show the others spelt out, where it would otherwise end the program."""
    reconfigure = getattr(console.file, "reconfigure", None)
    if reconfigure is not None and not console.encoding.startswith("utf"):
        reconfigure(errors="backslashreplace")


FORMAT: Final = Format(
    name="terminal", file_name="", title="Overview, findings and verdict for a reader at a terminal", write=write
)
