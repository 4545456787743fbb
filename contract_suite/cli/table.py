"""Lists for people and for programs: a table on a terminal, tab-separated lines in a pipe, or JSON."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

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
    from rich.console import Console

    for line in table_lines(heads, rows, Console().width):
        click.echo(line)


def table_lines(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Return a table for a terminal of this width: names stay whole, and only texts with blanks wrap, between words.

    Where the names alone leave no room, each row takes lines of its own instead.
    """
    titles = [head.replace("_", " ") for head in heads]
    columns = list(zip(titles, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    prose = [any(" " in cell for cell in column[1:]) for column in columns]
    flexible = [index for index, wraps in enumerate(prose) if wraps]
    fixed = sum(size for size, wraps in zip(widths, prose, strict=True) if not wraps) + _GAP * (len(widths) - 1)
    room = width - fixed
    if room < sum(min(widths[index], _NARROWEST) for index in flexible):
        yield from _stacked(titles, rows, width)
        return
    _share(widths, flexible, room)
    yield click.style(
        (" " * _GAP).join(f"{head:<{size}}" for head, size in zip(titles, widths, strict=True)).rstrip(), dim=True
    )
    for row in rows:
        cells = [_wrapped(cell, size) for cell, size in zip(row, widths, strict=True)]
        for number in range(max(map(len, cells))):
            parts = (cell[number] if number < len(cell) else "" for cell in cells)
            yield (" " * _GAP).join(f"{part:<{size}}" for part, size in zip(parts, widths, strict=True)).rstrip()


_GAP: Final = 2
_NARROWEST: Final = 20


def _share(widths: list[int], flexible: Sequence[int], room: int) -> None:
    """Make the columns that may wrap narrower, the widest first, until all have room."""
    while flexible and sum(widths[index] for index in flexible) > room:
        widest = max(flexible, key=lambda index: widths[index])
        widths[widest] -= 1


def _stacked(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    label = max(map(len, heads)) + _GAP
    for row in rows:
        for head, cell in zip(heads, row, strict=True):
            for number, line in enumerate(_wrapped(cell, max(width - label, _NARROWEST))):
                yield f"{'' if number else head:<{label}}{line}".rstrip()
        yield ""


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def _text(value: JSON) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_text(each) for each in value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(text.split())
