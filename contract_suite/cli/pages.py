"""The pages under `docs/` as the commands quote them, and the documents that a place points into."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from contract_suite.model.json import tokens
from contract_suite.model.location import Location

if TYPE_CHECKING:
    from contract_suite.contract.document import Node

_PAGES: Final = ("checks.md", "behaviours.md")
_HEADING: Final = re.compile(r"^## +(?P<name>\S.*?)\s*$", re.MULTILINE)
_POINT: Final = re.compile(r"^- \*\*(?P<label>[^*]+)\*\*:?\s*(?P<text>.*?)(?=^- |^\s*$|\Z)", re.MULTILINE | re.DOTALL)
_CLAUSES: Final = re.compile(r"\s+Clauses?: ")
"""Begins the list of clauses that closes a first paragraph."""
_LINK: Final = re.compile(r"\[(?P<text>[^\]]+)\]\([^)]*\)")
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
    try:
        lines = _file(location.file).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return []
    if location.line > len(lines):
        return []
    first = max(1, location.line - _BEFORE)
    return [(number, _short(lines[number - 1])) for number in range(first, min(len(lines), location.line + _AFTER) + 1)]


def note_at(location: Location) -> str:
    """Return the note of the `x-source` that speaks for a place: of the object that holds it, or of the nearest around that.

    Empty if that has none, or if the document isn't there.
    """
    from contract_suite.contract.provenance import provenance
    from contract_suite.errors import DocumentError

    node, note = _document(location.file), ""
    try:
        for step in tokens(location.pointer):
            if node is None:
                break
            if isinstance(node.value, dict) and "x-source" in node.value:
                note = provenance(node).note
            node = node.child(int(step) if isinstance(node.value, list) and step.isdecimal() else step)
        if node is not None and isinstance(node.value, dict) and "x-source" in node.value:
            note = provenance(node).note
    except DocumentError:
        return ""
    return " ".join(note.split())


@cache
def _document(file: str) -> Node | None:
    from contract_suite.contract.document import Library
    from contract_suite.errors import DocumentError

    path = _file(file)
    try:
        return Library().open(path) if path.is_file() else None
    except (DocumentError, OSError):
        return None


def _file(name: str) -> Path:
    """Find a document by the name that places have: as it stands, or among the families that come with the package."""
    from contract_suite.contract.family import specs_root

    path = Path(name)
    if not path.is_file() and name.startswith("specs/"):
        return specs_root() / name.removeprefix("specs/")
    return path


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
    return " ".join(_LINK.sub(r"\g<text>", text.replace("`", "")).split())


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] + "…"
