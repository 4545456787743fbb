"""Texts that are shown only in part: cut off ("A very long st…"), or with signs in place of some characters ("n***@example.org")."""

from __future__ import annotations

import re
from typing import Final

_CUT: Final = re.compile(r"\w\s?(\.\.\.|\u2026|\[(\.\.\.|\u2026)\])\s*\Z")
_HIDDEN: Final = re.compile(r"\*{2,}|[\u2022\u00b7\u25cf]{2,}|(?<![Xx])[Xx]{4,}(?=[\s-]*\d{2,}\Z)")


def is_shown_in_part(text: object) -> bool:
    """Whether a text looks like a part of what a server keeps."""
    return isinstance(text, str) and bool(_CUT.search(text) or _HIDDEN.search(text))


def may_be_part_of(shown: object, whole: object) -> bool:
    """Whether a text that is shown in part may be made of another one: both begin alike, or signs hide what is between."""
    if not is_shown_in_part(shown) or not isinstance(shown, str) or not isinstance(whole, str):
        return False
    begins = " ".join(re.split(r"\[?(?:\.\.\.|\u2026)\]?\s*\Z", shown)[0].split())
    if _HIDDEN.search(shown):
        ends = [each for each in _HIDDEN.split(shown) if each]
        return all(each in whole for each in ends)
    return " ".join(whole.split()).startswith(begins)
