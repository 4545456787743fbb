"""Secrets that were spread out: a sign between any two characters or groups, lines that were wrapped, bytes in a dump.

All texts are bytes read as Latin-1, as `spellings` has them. What is looked for here is the secret without such signs,
in a text without them.
"""

from __future__ import annotations

import quopri
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from contract_suite.record.spellings import Span

_SIGNS: Final = b" \t\r\n\x0b\x0c-_.,:;|=\"'\xa0\xad"
_LEAST: Final = 8
ALWAYS_SPREAD: Final = 12
"""So many characters at least where all are letters or all are digits: those stand in a row by chance."""


def squeezed(text: str) -> str:
    """Return a text without the signs that separate."""
    return text.encode("latin-1").translate(None, _SIGNS).decode("latin-1")


def spread_forms(plain: Iterable[str], cores: Iterable[str]) -> Iterator[str]:
    """Yield what is left of a secret, however it was written, once it is spread out and squeezed again.

    `plain` are its bytes, `cores` what base64 and base32 make of them.
    """
    every = tuple(plain)
    cases = (turned for each in every for turned in (each, each.lower(), each.upper()))
    forms = [*(each for each in cases if max(each) <= "\xff"), *cores]
    for each in every:
        octets = each.encode("latin-1")
        forms += (octets.hex(), octets.hex().upper(), octets.hex("x").replace("x", "0x"))
        forms += ("".join(map(str, octets)), quopri.encodestring(octets, quotetabs=True).decode("latin-1"))
    for form in dict.fromkeys(map(squeezed, forms)):
        least = ALWAYS_SPREAD if form.isalpha() or form.isdigit() else _LEAST
        if len(form) >= least:
            yield form


def spread_out(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Yield where spans of `squeezed(text)` stand in `text`; they are in order and don't overlap."""
    waiting = iter(spans)
    span = next(waiting, None)
    inside = begin = 0
    for outside, char in enumerate(text):
        if span is None:
            return
        if char in _CHARS:
            continue
        if inside == span[0]:
            begin = outside
        inside += 1
        if inside == span[1]:
            yield begin, outside + 1
            span = next(waiting, None)


_CHARS: Final = frozenset(_SIGNS.decode("latin-1"))
