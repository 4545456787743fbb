"""`contract-suite history`: the trend of the runs that a history holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from rich.console import Console

    from contract_suite.history.figures import Figures

_FILE: Final = Path("contract-suite-history.sqlite")
_BARS: Final = "▁▂▃▄▅▆▇█"
_STYLES: Final = {"passed": "green", "failed": "bold red"}


@click.command(short_help="Print the trend of recorded runs.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default=_FILE)
@click.option(
    "--last", type=click.IntRange(1), default=20, show_default=True, metavar="N", help="Show at most this many runs."
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array of objects, the oldest run first.")
def history(file: Path, *, last: int, as_json: bool) -> None:
    """Print the runs of FILE (contract-suite-history.sqlite by default), the oldest first.

    Sparklines show the trend.

    `contract-suite run --history FILE` adds a run.
    """
    from contract_suite.history.store import read

    runs = read(file, last=last)
    if as_json:
        click.echo(
            json.dumps(
                [{**asdict(each), "coverage": round(each.coverage, 4)} for each in runs], ensure_ascii=False, indent=2
            )
        )
    elif not runs:
        click.echo("the history holds no run", err=True)
    else:
        _show(runs)


def sparkline(values: Sequence[float | None]) -> str:
    """Return values as a line of bars; a blank where there is none."""
    known = [each for each in values if each is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    # A value that never changes is drawn as a low line: a full one would look like a peak.
    step = (high - low) / (len(_BARS) - 1) or 1.0
    return "".join(" " if each is None else _BARS[round((each - low) / step)] for each in values)


def _show(runs: Sequence[Figures]) -> None:
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    groups: dict[tuple[str, tuple[str, ...]], list[Figures]] = {}
    for each in runs:
        groups.setdefault((each.target, each.families), []).append(each)
    # Runs of different endpoints or contracts make no trend together.
    for (target, families), group in groups.items():
        _group(f"{target}  {', '.join(families)}", group, console)


def _group(title: str, runs: Sequence[Figures], console: Console) -> None:
    from rich.text import Text

    rows = [
        (
            each.started[:16].replace("T", " "),
            str(each.failures),
            str(each.advisories),
            str(each.known),
            f"{each.coverage:.1%}",
            _milliseconds(each.p50),
            _milliseconds(each.p95),
            str(each.exchanges),
            each.verdict,
        )
        for each in runs
    ]
    console.print(Text(_plain(title), style="bold"), soft_wrap=True)
    columns = list(range(len(_HEADS)))
    widths = [max(len(head), *(len(row[index]) for row in rows)) for index, head in enumerate(_HEADS)]
    for gives_way in _GIVING_WAY:
        if not console.is_terminal or sum(widths[each] + 2 for each in columns) <= console.width:
            break
        columns.remove(gives_way)
    for number, row in enumerate((_HEADS, *rows)):
        line = Text()
        for index in columns:
            cell = f"{row[index]:>{widths[index]}}" if 0 < index < len(_HEADS) - 1 else f"{row[index]:<{widths[index]}}"
            style = (
                _STYLES.get(row[index], "bold yellow")
                if number and index == len(_HEADS) - 1
                else ""
                if number
                else "dim"
            )
            line.append(f"{'' if index == 0 else '  '}{cell}", style=style)
        line.rstrip()
        console.print(line, soft_wrap=True)
    if len(runs) > 1:
        for name, values, text in _trends(runs):
            console.print(Text(f"  {name:<11}{sparkline(values)}  {text}"), soft_wrap=True)
        console.print()


_HEADS: Final = ("date", "failures", "advisories", "known", "coverage", "p50 ms", "p95 ms", "requests", "verdict")
_GIVING_WAY: Final = (5, 7, 3, 6, 2)
"""Columns in the order in which they go where a terminal is too narrow for all; date and verdict never do."""


def _trends(runs: Sequence[Figures]) -> list[tuple[str, list[float | None], str]]:
    first, last = runs[0], runs[-1]
    return [
        ("failures", [float(each.failures) for each in runs], f"{first.failures} → {last.failures}"),
        ("advisories", [float(each.advisories) for each in runs], f"{first.advisories} → {last.advisories}"),
        ("coverage", [each.coverage for each in runs], f"{first.coverage:.1%} → {last.coverage:.1%}"),
        ("p95 ms", [each.p95 for each in runs], f"{_milliseconds(first.p95)} → {_milliseconds(last.p95)}"),
    ]


def _milliseconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds * 1000:.1f}"


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)
