"""The pages under `docs/` as the commands quote them, and the documents that a place points into."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from contract_suite.model.location import Location

_PAGES: Final = ("checks.md", "behaviours.md")
_HEADING: Final = re.compile(r"^## +(?P<name>\S.*?)\s*$", re.MULTILINE)
_POINT: Final = re.compile(r"^- \*\*(?P<label>[^*]+)\*\*:?\s*(?P<text>.*?)(?=^- |^\s*$|\Z)", re.MULTILINE | re.DOTALL)
_CLAUSES: Final = re.compile(r"\s+Clauses?: ")
"""Begins the list of clauses that closes a first paragraph."""
_BEFORE: Final = 2
_AFTER: Final = 4
_LONGEST_LINE: Final = 160


def said_of(judge: str) -> Mapping[str, str]:
    """Return what the pages say of a check or behaviour.

    The first paragraph stands under `""`, the text of each `**Label**` under its name.
    """
    return _sections().get(judge, {})


def quoted(location: Location) -> list[tuple[int, str]]:
    """Return the lines around a place, each with its number; none if the document isn't there or is shorter now."""
    from contract_suite.contract.family import specs_root

    path = Path(location.file)
    if not path.is_file() and location.file.startswith("specs/"):
        path = specs_root() / location.file.removeprefix("specs/")
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return []
    if location.line > len(lines):
        return []
    first = max(1, location.line - _BEFORE)
    return [(number, _short(lines[number - 1])) for number in range(first, min(len(lines), location.line + _AFTER) + 1)]


@cache
def _sections() -> Mapping[str, Mapping[str, str]]:
    package = Path(__file__).resolve().parent.parent
    folder = next((each for each in (package / "docs", package.parent / "docs") if each.is_dir()), None)
    sections: dict[str, Mapping[str, str]] = {}
    for page in _PAGES if folder else ():
        path = (folder or package) / page
        if path.is_file():
            pieces = _HEADING.split(path.read_text("utf-8"))
            sections |= {name: _section(text) for name, text in zip(pieces[1::2], pieces[2::2], strict=True)}
    return sections


def _section(text: str) -> Mapping[str, str]:
    first = next((part for part in re.split(r"\n\s*\n", text.strip()) if not part.startswith("- ")), "")
    return {
        "": _CLAUSES.split(_line(first))[0],
        **{match["label"].strip(): _line(match["text"]) for match in _POINT.finditer(text)},
    }


def _line(text: str) -> str:
    return " ".join(text.replace("`", "").split())


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] + "…"
