"""A place in a document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a fact stands: `file` as the user named it, `line` from 1, `pointer` as RFC 6901."""

    file: str
    line: int
    pointer: str

    @property
    def place(self) -> str:
        """`file:line`, as compilers write it."""
        return f"{self.file}:{self.line}"
