"""Text of unknown origin made safe to show: nothing in it can move a cursor, hide a word or break an XML file."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final


def visible(text: str, *, limit: int = 0) -> str:
    """Return `text` on one line with every character that doesn't print spelt out.

    It is cut after `limit` characters if there is a limit.
    """
    cut = f"{text[:limit]}…" if limit and len(text) > limit else text
    return cut if cut.isprintable() else "".join(char if char.isprintable() else _spelt(char) for char in cut)


def xml(text: str) -> str:
    """Return `text` with what XML 1.0 can't hold spelt out."""
    return _NO_XML.sub(lambda match: _spelt(match[0]), text)


def well_formed(text: str) -> str:
    """Return `text` with halves of surrogate pairs, which no file can hold, replaced."""
    return text.encode("utf-8", "replace").decode() if _SURROGATE.search(text) else text


_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NO_XML: Final = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SHORT: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_BYTE: Final = 0x100
_PLANE: Final = 0x10000


def _spelt(char: str) -> str:
    code = ord(char)
    return _SHORT.get(char) or (
        f"\\x{code:02x}" if code < _BYTE else f"\\u{code:04x}" if code < _PLANE else f"\\U{code:08x}"
    )


def moment(text: str) -> str:
    """Return a time of ISO 8601 as people write it, "30 November 2026, 17:16:45 UTC"; any other text as it is."""
    try:
        return datetime.fromisoformat(text).strftime("%-d %B %Y, %H:%M:%S %Z").strip()
    except ValueError:
        return text
