"""Where a description is parted, so that what one sentence says is not read together with another."""

from __future__ import annotations

import re
from typing import Final

from contract_suite.model.json import JSON, Missing

_SENTENCE: Final = re.compile(r"(?<=[.!])\s+|\n+")
_STATEMENT: Final = re.compile(r"(?<=[.!;])\s+|\n+")


def sentences(text: JSON | Missing) -> list[str]:
    """Return the sentences and lines of a description; none of what is no text."""
    return _parted(_SENTENCE, text)


def statements(text: JSON | Missing) -> list[str]:
    """Return sentences that are parted at semicolons too, where each part says something by itself."""
    return _parted(_STATEMENT, text)


def _parted(ends: re.Pattern[str], text: JSON | Missing) -> list[str]:
    return [part for each in ends.split(text) if (part := each.strip())] if isinstance(text, str) else []
