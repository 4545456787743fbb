"""Lines for a terminal or a pipe, collected before they are printed.

The rule that must not be broken: lines wrap between words only, so that no name, id, URL or command is ever broken, and
where `width` is None (a pipe, a file) they don't wrap at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from rich.cells import cell_len
from rich.text import Text

_NARROWEST: Final = 24


@dataclass(slots=True, kw_only=True)
class Lines:
    """Lines in the order in which they will be printed."""

    width: int | None
    lines: list[Text] = field(default_factory=list)

    def add(self, text: Text | str = "", style: str = "", *, indent: int = 0) -> None:
        """Add a text, wrapped so that further lines stand `indent` columns to the right."""
        line = Text(text, style=style) if isinstance(text, str) else text
        self.lines += _wrapped(line, self.width, indent)

    def whole(self, text: Text) -> None:
        """Add a line that is never wrapped, because somebody will copy it."""
        self.lines.append(text)

    def row(self, label: str, text: str, style: str = "", *, column: int = 13, margin: int = 2, hang: int = 0) -> None:
        """Add a labelled text; further lines stand below its beginning, or `hang` columns to the right of it."""
        head = f"{'':{margin}}{label:<{column - margin}}"
        if self.width is not None and column >= self.width - _NARROWEST // 2:
            head = f"{'':{margin}}{label} " if label else f"{'':{margin}}"
        self.lines += _wrapped(Text.assemble((head, "dim"), (text, style)), self.width, len(head) + hang)


def _wrapped(line: Text, width: int | None, indent: int) -> list[Text]:
    line.rstrip()
    plain = line.plain
    if width is None or cell_len(plain) <= width:
        return [line]
    found: list[Text] = []
    start = end = 0
    for match in _WORD.finditer(plain):
        lead = indent if found else 0
        too_long = lead + cell_len(plain[start : match.end()]) > width
        # A word that has no room on a line of its own either stays beside its label.
        alone = end <= indent and indent + cell_len(match[0]) > width
        if end > start and too_long and not (alone and not found):
            found.append(Text.assemble(" " * lead, line[start:end]))
            start = match.start()
        end = match.end()
    found.append(Text.assemble(" " * (indent if found else 0), line[start:]))
    return found


_WORD: Final = re.compile(r"(?:^ +)?(?:[0-9]+\. )?(?:[A-Z]+ (?=/))?[^ ]+")
"""A word, or a method with its path and its number; blanks before the first one belong to it."""
