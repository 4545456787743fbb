"""A finding at a terminal: a block that tells it in full, or a line where there are many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.text import Text

from contract_suite.model.counting import listed
from contract_suite.model.finding import Finding
from contract_suite.model.location import Location
from contract_suite.model.source import Level
from contract_suite.record.reader import Run
from contract_suite.report.console.lines import Lines
from contract_suite.report.plain import visible
from contract_suite.report.telling import address, commands, facts

_LONGEST_TEXT: Final = 1000
_BODY: Final = 300
_FEW_POINTERS: Final = 2
_SHORTEST_BODY: Final = 60
_MARGIN: Final = 14
_STYLES: Final = {"dim": "dim", "known": "cyan", "body": "dim", "bad": "bold"}


def badge(finding: Finding) -> tuple[str, str]:
    """The level as a coloured word."""
    return ("FAILURE", "bold red") if finding.level is Level.FAILURE else ("ADVISORY", "bold yellow")


def block(finding: Finding, run: Run, lines: Lines, *, tries: int, number: str = "", kept: bool = True) -> None:
    """Add the whole finding: its headline, what the contract says, what was asked and answered, what to type.

    Where the record is not `kept`, no command that reads it is named.
    """
    word, style = badge(finding)
    lines.add(
        Text.assemble(
            (f"{word} {number}".rstrip(), style),
            "  ",
            (visible(finding.headline, limit=_LONGEST_TEXT), "bold"),
            ("  (flaky)" if finding.flaky else "", "magenta"),
        ),
        indent=2,
    )
    where = address(finding, run)
    if where:
        lines.row("Operation", visible(where, limit=_LONGEST_TEXT))
    body = _BODY if lines.width is None else max(_SHORTEST_BODY, lines.width - _MARGIN)
    for each in facts(finding, run, tries, limit=body):
        lines.row(each.label, visible(each.text, limit=_LONGEST_TEXT), _STYLES.get(each.style, ""))
    told = commands(finding, run, local=True)  # never cut: half a command is a wrong one
    if kept or told.curl:
        lines.whole(_labelled("Reproduce", told.reproduce))
    if told.as_curl:
        lines.whole(_labelled("As curl", told.as_curl))
    if kept:
        lines.whole(_labelled("Explain", told.explain))
    if kept and told.curl:
        lines.whole(_labelled("Replay", told.replay))
    kept_as = f"check {finding.check}, contract {visible(finding.family)}, finding {finding.id}"
    lines.row("Clause", f"{visible(finding.clause)}  ({kept_as})", "dim")
    lines.add()


def _labelled(label: str, text: str) -> Text:
    return Text.assemble((f"  {label:<11}", "dim"), text)


def _by_family_and_operation(
    findings: Sequence[tuple[int, Finding]],
) -> dict[tuple[str, str], list[tuple[int, Finding]]]:
    groups: dict[tuple[str, str], list[tuple[int, Finding]]] = {}
    for number, each in findings:
        groups.setdefault((each.family, each.operation), []).append((number, each))
    return groups


def _one_by_one(findings: Sequence[tuple[int, Finding]], run: Run, lines: Lines) -> None:
    total = len(run.findings)
    for (_, operation), group in _by_family_and_operation(findings).items():
        where = address(group[0][1], run)
        lines.add(Text.assemble((visible(operation or "The API"), "bold"), ("  " + visible(where), "dim")), indent=2)
        for number, each in group:
            word, style = badge(each)
            more = f" (and at {listed(each.operations[1:], 3)})" if len(each.operations) > 1 else ""
            lines.add(
                Text.assemble(
                    "  ",
                    (f"{word} {number}/{max(total, number)}", style),
                    f"  {visible(each.wrong)}{visible(more)}  ",
                    (f"{visible(each.document.place)}  {each.id[:8]}", "dim"),
                ),
                indent=4,
            )


def _by_kind(findings: Sequence[tuple[int, Finding]], _run: Run, lines: Lines) -> None:
    for (_, operation), group in _by_family_and_operation(findings).items():
        lines.add(Text(visible(operation or "The API"), style="bold"))
        kinds: dict[tuple[Level, str], list[Finding]] = {}
        for _, each in group:
            kinds.setdefault((each.level, each.clause.rpartition("::")[2]), []).append(each)
        for same in kinds.values():
            word, style = badge(same[0])
            often = f" ({len(same)} findings)" if len(same) > 1 else ""
            lines.add(
                Text.assemble(
                    "  ",
                    (f"{word}{often}", style),
                    f"  {visible(same[0].wrong)}{' and the like' if often else ''}  ",
                    (_places(same), "dim"),
                ),
                indent=4,
            )


def _by_operation(findings: Sequence[tuple[int, Finding]], _run: Run, lines: Lines) -> None:
    for (_, operation), group in _by_family_and_operation(findings).items():
        count = f"{len(group)}"
        lines.add(
            Text.assemble(
                (visible(operation or "The API"), "bold"), f"  {count}: ", (_places([each for _, each in group]), "dim")
            ),
            indent=4,
        )


def _by_file(findings: Sequence[tuple[int, Finding]], _run: Run, lines: Lines) -> None:
    lines.add(Text.assemble("Broken at ", (_places([each for _, each in findings]), "dim")), indent=2)


IN_BRIEF: Final = (_one_by_one, _by_kind, _by_operation, _by_file)
"""Ways to tell numbered findings, the longest first: a line each, by what is wrong, or by place alone.

Each names every place of the contract that is broken.
"""


def _places(findings: Sequence[Finding]) -> str:
    """Every place of the documents that these findings break: "openapi.yaml:12, 34, 56", pointers where all is one line."""
    files: dict[str, list[Location]] = {}
    for each in findings:
        files.setdefault(each.document.file, []).append(each.document)
    return "; ".join(_places_in(visible(file), places) for file, places in files.items())


def _places_in(file: str, places: Sequence[Location]) -> str:
    if all(each.line <= 1 and each.pointer for each in places):
        return f"{file}#{listed([visible(each) for each in dict.fromkeys(each.pointer for each in places)], _FEW_POINTERS)}"
    return f"{file}:{', '.join(map(str, sorted({each.line for each in places})))}"
