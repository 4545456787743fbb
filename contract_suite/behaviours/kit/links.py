"""The Link header field (RFC 8288): its targets by relation."""

from __future__ import annotations

import re
from typing import Final

from contract_suite.model.exchange import Exchange

_LINK: Final = re.compile(
    r'\s*,?\s*<([^<>]*)>((?:\s*;\s*[^\s=;,"<>]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"<>]*))?)*)\s*'
)
_REL: Final = re.compile(r';\s*rel\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]+))', re.IGNORECASE)


def links_of(exchange: Exchange) -> dict[str, str]:
    """Return the targets of an answer's links by relation, the first of each; empty if the field can't be read."""
    response = exchange.response
    values = [value for name, value in response.headers if name.lower() == "link"] if response else []
    text, place = ", ".join(values), 0
    found: dict[str, str] = {}
    while place < len(text):
        match = _LINK.match(text, place)
        if match is None or match.end() == place:
            return {}
        relations = _REL.search(match[2])
        if relations is not None and not re.search(r";\s*anchor\s*=", match[2], re.IGNORECASE):
            for name in (relations[1] or relations[2] or "").lower().split():
                found.setdefault(name, match[1])
        place = match.end()
    return found
