"""Texts by which a server may act outside: e-mail addresses, URLs, hosts, telephone numbers, numbers of banks and cards.

None that is made up may be sent, unless it is reserved for nobody: names of RFC 2606 and RFC 6761, addresses of
RFC 5737 and RFC 3849, numbers 555-0100 to 555-0199.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from ipaddress import ip_address
from itertools import pairwise
from typing import Final

from contract_suite.contract.naming.names import words
from contract_suite.contract.schemas.pattern_matching import matches
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.json import JSON, Missing, unescape

NOWHERE: Final = "nowhere.invalid"
"""A host that nobody has."""
_MAILBOX: Final = "example.com"
_RESERVED: Final = re.compile(
    r"(.*\.)?(example|test|invalid|localhost|example\.(com|net|org))\.?|[^.]*", re.IGNORECASE | re.DOTALL
)
"""Hosts that nobody else has; one without a dot is of this network."""
_MAILBOX_IN: Final = re.compile(r"(?<=[^\s@/])@(?P<host>[^\s@/?#]+)")
"""Begins at the @, so that a long text without one is looked through once."""
_AT: Final = re.compile(r"[^\s@/]+@(?P<host>[^\s@/?#]+)")
_URL: Final = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?:[^/\s?#@]*@)?(?P<host>\[[^\]]*\]|[^/\s?#:]*)", re.IGNORECASE
)
_HOST: Final = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+)\.?", re.IGNORECASE)
_CALLED: Final = re.compile(r"(?:tel:)?\+[\d\s().-]{6,}")
_DIGITS: Final = re.compile(r"[\d\s().-]+")
_MARKS: Final = ("0", "1", "2", "3")
_FEW_DIGITS: Final = 6
_SHORT: Final = 200
_NOBODYS_NUMBER: Final = re.compile(r"1?[2-9]\d\d55501\d\d|55501\d\d|0*")
_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_HOSTS: Final = frozenset({"host", "hostname", "domain", "fqdn", "server", "smtp", "website", "site", "nameserver"})
_NUMBERS: Final = frozenset(
    {"phone", "phones", "telephone", "tel", "mobile", "cell", "cellphone", "fax", "sms", "msisdn", "whatsapp"}
    | {"iban", "bic", "swift", "pan", "routing"}
)
_PAIRS: Final = frozenset({("bank", "account"), ("account", "number"), ("card", "number"), ("sort", "code")})


def acts_outside(text: JSON | Missing, name: str = "") -> bool:
    """Whether a server could reach somebody by a value of a member with this name, who is not known to be nobody.

    Of an object or a list, whether it could by any part.
    """
    if isinstance(text, dict):
        return any(acts_outside(value, member) for member, value in text.items())
    if isinstance(text, list):
        return any(acts_outside(each, name) for each in text)
    if isinstance(text, bool) or not isinstance(text, (str, int)):
        return False
    return _is_of_somebody(str(text).strip(), name)


def acts_outside_at(value: JSON, subject: str) -> bool:
    """Whether a server could reach somebody by a value at a subject (`/contact/phones/*`), by the member that it is in."""
    names = (each for each in reversed(subject.split("/")) if each != "*" and not each.isdecimal())
    return acts_outside(value, unescape(next(names, "")))


def without_somebodys(value: JSON, mark: str, name: str = "") -> JSON:
    """Return a value with addresses and numbers of nobody in the place of all that are drawn; null where none is known."""
    if isinstance(value, dict):
        return {member: without_somebodys(each, mark, member) for member, each in value.items()}
    if isinstance(value, list):
        return [without_somebodys(each, mark, name) for each in value]
    if not acts_outside(value, name):
        return value
    return next(reserved_like(value, mark, name), None) if isinstance(value, str) else None


def of_nobody(
    texts: Sequence[str], patterns: Sequence[str], least: int = 0, most: int | None = None, name: str = ""
) -> list[str]:
    """Return those of some made-up texts that reach nobody; telephone numbers of the patterns in the place of others."""
    kept = [each for each in texts if not acts_outside(each, name)]
    numbers = (
        dict.fromkeys(each for mark in _MARKS for each in reserved_numbers(mark)) if len(kept) < len(texts) else ()
    )
    fitting = (each for each in numbers if least <= len(each) <= (len(each) if most is None else most))
    return [*(each for each in fitting if all(matches(pattern, each) for pattern in patterns)), *kept]


def unreserved(value: JSON | Missing, place: SchemaView, name: str) -> bool:
    """Whether a value that was made up for a place acts outside, and the document does not show it there itself."""
    return acts_outside(value, name) and value not in tuple(told(place))


def told(place: SchemaView) -> Iterator[JSON]:
    """Yield what a document shows as values of a place."""
    for raw in place.applied():
        for keyword in ("examples", "enum"):
            listed = raw.get(keyword)
            yield from listed if isinstance(listed, list) else ()
        yield from (raw[keyword] for keyword in ("default", "const", "example") if keyword in raw)


def reserved_like(text: str, mark: str, name: str = "") -> Iterator[str]:
    """Yield addresses or numbers of nobody in the place of one, with letters and digits that tell them from others.

    Nothing where a text is none of these, or where nothing is reserved for its kind.
    """
    text = text.strip()
    url = _URL.match(text)
    if url is not None:
        yield f"{url['scheme']}://{url['host'] if not _is_host_of_somebody(url['host']) else NOWHERE}/{mark}"
        return
    mailbox = _AT.fullmatch(text)
    if mailbox is not None:
        yield f"{mark}@{mailbox['host'] if not _is_host_of_somebody(mailbox['host']) else _MAILBOX}"
    elif _CALLED.fullmatch(text) or (_is_number(name) and _DIGITS.fullmatch(text)):
        yield from sorted(reserved_numbers(mark), key=lambda each: _shape(each) != _shape(text))
    elif _HOST.fullmatch(text) and not _HOSTS.isdisjoint(words(name)):
        yield f"{mark.lower()}.{NOWHERE}"


def reserved_numbers(mark: str = "") -> Iterator[str]:
    """Yield telephone numbers of nobody as they are usually written, drawn from a text."""
    drawn = int.from_bytes(mark.encode()[-6:], "big")
    area, last = 201 + drawn // 100 % 700, drawn % 100
    yield from (f"+1{area}55501{last:02d}", f"+1-{area}-555-01{last:02d}", f"+1 {area}-555-01{last:02d}")
    yield from (f"+1 {area} 555 01{last:02d}", f"+1 ({area}) 555-01{last:02d}", f"({area}) 555-01{last:02d}")
    yield from (f"{area}-555-01{last:02d}", f"{area}.555.01{last:02d}", f"{area}55501{last:02d}")
    yield from (f"1{area}55501{last:02d}", f"555-01{last:02d}", f"55501{last:02d}")


def _is_of_somebody(text: str, name: str) -> bool:
    return _reaches_cached(text, name) if len(text) <= _SHORT else _reaches(text, name)


def _reaches(text: str, name: str) -> bool:
    url = _URL.match(text)
    if url is not None:
        return _is_host_of_somebody(url["host"])
    if any(_is_host_of_somebody(each["host"]) for each in _MAILBOX_IN.finditer(text)):
        return True
    digits = "".join(char for char in text if char.isdecimal())
    if len(digits) > _FEW_DIGITS and (_CALLED.fullmatch(text) or (_is_number(name) and _DIGITS.fullmatch(text))):
        return _NOBODYS_NUMBER.fullmatch(digits) is None
    if _IBAN.fullmatch(text.replace(" ", "")) and (_is_number(name) or _is_checked(text.replace(" ", ""))):
        return True
    return not _HOSTS.isdisjoint(words(name)) and _HOST.fullmatch(text) is not None and _is_host_of_somebody(text)


_reaches_cached: Final = lru_cache(maxsize=4096)(_reaches)
"""Short texts are asked about again and again: ids, names and words of an enum that go into one request after the other."""


def _is_host_of_somebody(host: str) -> bool:
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return _RESERVED.fullmatch(host.partition(":")[0]) is None
    return address.is_global


def _is_number(name: str) -> bool:
    """Whether a member is called after a telephone, a bank account or a card."""
    said = words(name)
    return not _NUMBERS.isdisjoint(said) or not _PAIRS.isdisjoint(pairwise(said))


def _is_checked(iban: str) -> bool:
    """Whether the check digits of an IBAN are right (ISO 13616)."""
    return int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97 == 1


def _shape(text: str) -> str:
    return "".join("0" if char.isdecimal() else char for char in text)
