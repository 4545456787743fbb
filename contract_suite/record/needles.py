"""What to look for to find one secret: its text, and what encodings make of it that can't be undone in place.

All needles are bytes read as Latin-1, as `spellings` has them.
"""

from __future__ import annotations

import base64
import codecs
import html
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final
from urllib.parse import quote, quote_plus

from contract_suite.record.spellings import layers
from contract_suite.record.spread import ALWAYS_SPREAD, spread_forms


class Where(Enum):
    """Where a needle counts: anywhere, as a whole word, or only as a whole value."""

    ANYWHERE = "anywhere"
    WORD = "word"
    VALUE = "value"


class Run(Enum):
    """Which characters around a needle belong to it: none, those of base64 and base32, a few of base85."""

    NONE = "none"
    BASE64 = "base64"
    BASE85 = "base85"


@dataclass(frozen=True, slots=True)
class Needle:
    """One text to look for, and what stands in its place.

    `run` says of which characters the run around it belongs to it.
    """

    text: str
    name: str
    where: Where
    run: Run = Run.NONE

    @property
    def head(self) -> str:
        """Its beginning: all that a search for it needs."""
        return self.text[:HEAD]


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
    if len(value) >= _WORD:
        yield from (Needle(text, name, where) for text in dict.fromkeys(_turned(value)) if text not in own)
    if len(value) >= LONG:
        yield from _of_long(value, name, plain)
    cores = dict.fromkeys(core for text in _sources(value) for core in _cores(text.encode("latin-1")))
    nested = dict.fromkeys(deep for core in cores for deep in _cores(core.encode()))
    for core in (*cores, *nested, *_base32_cores(value)):
        if len(core) >= LONG:
            yield Needle(core, name, Where.ANYWHERE, run=Run.BASE64)
    if len(value) < LONG:
        for encoder in (base64.b64encode, base64.urlsafe_b64encode):
            yield Needle(
                encoder(value.encode("utf-8", "surrogatepass")).decode().rstrip("="), name, where, run=Run.BASE64
            )


def _of_long(value: str, name: str, plain: Iterable[str]) -> Iterator[Needle]:
    """What is told from other text only if it is long enough."""
    for octets in plain:
        # Fields whose case does not count are often shown in one case; languages show bytes as lists of numbers.
        folded = (octets.lower(), octets.upper())
        numbers = (sign.join(str(ord(octet)) for octet in octets) for sign in (",", ", "))
        yield from (Needle(text, name, Where.ANYWHERE) for text in dict.fromkeys((*folded, *numbers)) if text != octets)
    if len(value) < ALWAYS_SPREAD:
        for octets in (*plain, *_turned(value)):
            for size in range(1, _GROUP + 1):
                groups = [octets[at : at + size] for at in range(0, len(octets), size)]
                yield from (Needle(sign.join(groups), name, Where.WORD) for sign in _BETWEEN)
    for text in dict.fromkeys(_base85(value)):
        yield Needle(text, name, Where.ANYWHERE, run=Run.BASE85)


def spread_needles(value: str) -> Iterator[str]:
    """Yield what to look for in a text from which every sign that separates was taken."""
    plain = _octet_forms(value)
    cores = [core for text in _sources(value) for core in _cores(text.encode("latin-1"))]
    turned = tuple(_turned(value)) if len(value) >= LONG else ()
    yield from spread_forms((*plain, *turned), (*cores, *_base32_cores(value)))


HEAD: Final = 96
"""So many characters tell one secret from everything else, and a search for them costs little memory."""
LONG: Final = 6
"""Texts below this length also stand by chance in others; a secret that short counts only as a word of its own."""
_WORD: Final = 3
_GROUP: Final = 5
_BETWEEN: Final = (
    " ",
    "-",
    "_",
    ".",
    ",",
    ", ",
    ":",
    "\n",
    "\r\n",
    "\t",
    "|",
    '", "',
    '","',
    "', '",
    "','",
    "\xa0",
    "\xad",
)


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


def _turned(value: str) -> Iterator[str]:
    """A secret from its end to its beginning, and with its letters moved by thirteen."""
    for turned in (value[::-1], codecs.encode(value, "rot13")):
        yield turned.encode("utf-8", "surrogatepass").decode("latin-1")


def _base32_cores(value: str) -> Iterator[str]:
    """What base32 makes of a secret wherever it stands in what is encoded: a core for each alignment and alphabet."""
    data = value.encode("utf-8", "surrogatepass")
    for shift in range(5):
        begin, end = -(-8 * shift // 5), 8 * (shift + len(data)) // 5
        for encode in (base64.b32encode, base64.b32hexencode):
            core = encode(bytes(shift) + data).decode()[begin:end]
            yield from (core, core.lower())


def _base85(value: str) -> Iterator[str]:
    """What base85 makes of a secret: as a whole, and of the groups of four bytes that lie within it."""
    data = value.encode("utf-8", "surrogatepass")
    for encode in (base64.b85encode, base64.a85encode, _z85):
        yield encode(data).decode("latin-1")
        for shift in range(4):
            whole = data[shift : shift + (len(data) - shift) // 4 * 4]
            if len(whole) >= _GROUPS:
                yield encode(whole).decode("latin-1")


def _z85(data: bytes) -> bytes:
    return base64.b85encode(data).translate(bytes.maketrans(_B85, _Z85))


_GROUPS: Final = 8
_LETTERS: Final = b"abcdefghijklmnopqrstuvwxyz"
_B85: Final = b"0123456789" + _LETTERS.upper() + _LETTERS + b"!#$%&()*+-;<=>?@^_`{|}~"
_Z85: Final = b"0123456789" + _LETTERS + _LETTERS.upper() + b".-:+=^!/*?&<>()[]{}@%$#"
