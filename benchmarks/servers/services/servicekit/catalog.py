"""The words in which defects and variants are written down."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Defect:
    """Something small that a service does wrong.

    `shown_by` is the weakest thing that gives it away: `schema` (single exchanges against the document), `http` (an
    RFC), `convention` (names and shapes) or `prose` (a sentence of the document). `severity` is `low`, `medium` or
    `high`.
    """

    name: str
    sentence: str
    shown_by: str
    severity: str


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to behave that is unusual and right, and the words that allow it."""

    name: str
    sentence: str
    allowed_by: str
