"""What to look for to find one secret: its text, and what encodings make of it that can't be undone in place.

All needles are bytes read as Latin-1, as `spellings` has them.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final
from urllib.parse import quote, quote_plus

from contract_suite.record.spellings import layers


class Where(Enum):
    """Where a needle counts: anywhere, as a whole word, or only as a whole value."""

    ANYWHERE = "anywhere"
    WORD = "word"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Needle:
    """One text to look for, and what stands in its place.

    `base64` says that the run of such characters around it belongs to it.
    """

    text: str
    name: str
    where: Where
    base64: bool = False


def needles(value: str, name: str, *, names: frozenset[str] = frozenset()) -> Iterator[Needle]:
    """Yield everything to look for; a short secret that is also one of `names` counts only as a whole value."""
    where = _where(value, names)
    plain = _octet_forms(value)
    own = dict.fromkeys(
        form
        for each in plain
        for form in layers(each)
        # What is left of a secret that holds escapes itself may be too short to be told from other text.
        if form == each or len(form) >= LONG
    )
    for form in own:
        yield Needle(form, name, where)
    for each in plain:
        digits = "".join(f"{ord(octet):02x}" for octet in each)
        yield from (Needle(text, name, where) for text in dict.fromkeys((digits, digits.upper())))
    if len(value) >= LONG:
        for octets in plain:
            # Fields whose case does not count are often shown in one case; languages show bytes as lists of numbers.
            folded = (octets.lower(), octets.upper())
            numbers = (sign.join(str(ord(octet)) for octet in octets) for sign in (",", ", "))
            yield from (Needle(text, name, where) for text in dict.fromkeys((*folded, *numbers)) if text != octets)
    cores = dict.fromkeys(core for text in _sources(value) for core in _cores(text.encode("latin-1")))
    nested = dict.fromkeys(deep for core in cores for deep in _cores(core.encode()))
    for core in (*cores, *nested):
        if len(core) >= LONG:
            yield Needle(core, name, Where.ANYWHERE, base64=True)
    if len(value) < LONG:
        for encoder in (base64.b64encode, base64.urlsafe_b64encode):
            yield Needle(encoder(value.encode("utf-8", "surrogatepass")).decode().rstrip("="), name, where, base64=True)


LONG: Final = 6
"""Texts below this length also stand by chance in others; a secret that short counts only as a word of its own."""
_WORD: Final = 3


def _where(value: str, names: frozenset[str]) -> Where:
    if len(value) >= LONG:
        return Where.ANYWHERE
    return Where.WORD if len(value) >= _WORD and value not in names else Where.VALUE


def _octet_forms(value: str) -> tuple[str, ...]:
    """A secret as UTF-8, as Latin-1, as UTF-8 that was read as Latin-1, and with its spaces as forms write them."""
    octets = value.encode("utf-8", "surrogatepass").decode("latin-1")
    found = [octets, octets.encode("utf-8").decode("latin-1")]
    if not value.isascii():
        # UTF-16 without its zeros, which are passed over.
        found += (
            value.encode(f"utf-16-{end}", "surrogatepass").decode("latin-1").replace("\0", "") for end in ("le", "be")
        )
        found += _latin_1(value)
    if " " in value:
        found += [quote_plus(value, errors="replace"), octets.replace(" ", "+")]
    return tuple(each for each in dict.fromkeys(found) if each)


def _sources(value: str) -> Iterable[str]:
    """What of a secret may have been put into base64: itself, and as other writers had written it before."""
    octets = value.encode("utf-8", "surrogatepass")
    found = [octets.decode("latin-1")]
    found += _latin_1(value)
    found += (value.encode(f"utf-16-{end}", "surrogatepass").decode("latin-1") for end in ("le", "be"))
    text = value.encode("utf-8", "replace").decode()
    for written in (
        quote(text, safe=""),
        json.dumps(text)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1],
        html.escape(text),
    ):
        found.append(written.encode().decode("latin-1"))
    return dict.fromkeys(found)


def _latin_1(value: str) -> tuple[str, ...]:
    """The text itself, if its characters are bytes of Latin-1."""
    return (value,) if all(ord(char) < _BYTES for char in value) else ()


_BYTES: Final = 0x100


def _cores(data: bytes) -> Iterator[str]:
    """What base64 makes of bytes wherever they stand in what is encoded: one core for each alignment and alphabet."""
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + data).rstrip(b"=").decode()
        core = encoded[(0, 2, 3)[shift] : len(encoded) - (1 if (shift + len(data)) % 3 else 0)]
        yield core
        yield core.replace("+", "-").replace("/", "_")
