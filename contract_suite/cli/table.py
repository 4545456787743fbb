"""Lists for people and for programs: a table on a terminal, tab-separated lines in a pipe, or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence

import click

from contract_suite.model.json import JSON


def show(rows: Sequence[Mapping[str, JSON]], *, as_json: bool, empty: str) -> None:
    """Print rows that all have the same keys; `empty` is said where there are none."""
    if as_json:
        click.echo(json.dumps(list(rows), ensure_ascii=False, indent=2))
        return
    if not rows:
        click.echo(empty, err=True)
        return
    shown = [[_text(value) for value in row.values()] for row in rows]
    if not sys.stdout.isatty():
        for line in shown:
            click.echo("\t".join(line))
        return
    _table([str(key) for key in rows[0]], shown)


def _table(heads: list[str], rows: list[list[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for index, head in enumerate(heads):
        table.add_column(head.replace("_", " "), overflow="fold", no_wrap=index == 0)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def _text(value: JSON) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_text(each) for each in value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(text.split())
