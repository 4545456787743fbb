"""Whether a description says that the server sets a value: "Populated by the system.", "Output only", "server-generated"."""

from __future__ import annotations

import re
from typing import Final

_BY: Final = r"by (the |our |this )?(system|server|service|api|backend|platform)"
_SETS: Final = re.compile(
    r"\bread[- ]?only\b|\boutput[- ]only\b"
    r"|\b(populated|set|assigned|generated|filled|managed|maintained|computed|calculated|determined|updated) "
    rf"((automatically|only|internally) )?{_BY}\b"
    r"|\b(server|system|auto|automatically)[- ](generated|assigned|set|populated|managed|computed)\b"
    r"|\bignored (on|in|for|when) (input|create|creat\w+|requests?|writes?|writing|updates?)\b",
    re.IGNORECASE,
)
_LEAVES_IT: Final = re.compile(
    r"\b(if|unless|otherwise|when (not|omitted|absent|missing)|by default|defaults?|optional(ly)?|may be (set|given)|can be (set|given))\b",
    re.IGNORECASE,
)
"""The server sets it only where the client doesn't."""


def says_server_sets(description: str) -> bool:
    """Whether a description says so, and leaves the client no choice."""
    return _SETS.search(description) is not None and _LEAVES_IT.search(description) is None
