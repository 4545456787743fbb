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

    Lines show where the figures are going.

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
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("date", no_wrap=True)
    for head in ("fail", "adv", "known", "coverage", "p50 ms", "p95 ms", "exchanges"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for each in runs:
        table.add_row(
            each.started[:16].replace("T", " "),
            str(each.failures),
            str(each.advisories),
            str(each.known),
            f"{each.coverage:.1%}",
            _milliseconds(each.p50),
            _milliseconds(each.p95),
            str(each.exchanges),
            Text(each.verdict, style=_STYLES.get(each.verdict, "bold yellow")),
        )
    console.print(Text(_plain(title), style="bold"), soft_wrap=True)
    console.print(table)
    if len(runs) > 1:
        for name, values, text in _trends(runs):
            console.print(Text(f"  {name:<11}{sparkline(values)}  {text}"), soft_wrap=True)
        console.print()


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
