"""A place in a document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a fact stands: `file` as the user named it, `line` from 1, 0 for the file as a whole; `pointer` as RFC 6901."""

    file: str
    line: int
    pointer: str

    @property
    def place(self) -> str:
        """`file:line`, as compilers write it; `file#pointer` in the first line, which may be the whole document."""
        if not self.line:
            return self.file
        return f"{self.file}#{self.pointer}" if self.line == 1 and self.pointer else f"{self.file}:{self.line}"
