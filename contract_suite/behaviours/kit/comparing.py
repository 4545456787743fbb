"""Whether a value that came is the value that was sent.

A server may add members to an object and write a time in another zone; it may not lose, cut, change or reorder
anything. Where nobody wrote down what it stores, it may tidy up besides, as many do: see `is_tidied`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from contract_suite.contract.addressing import plain
from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.schemas.numeric import exact_number
from contract_suite.contract.trees.written_times import written_moment
from contract_suite.model.json import JSON, MISSING, Missing, at, escape

EXACT_IN_DOUBLES: Final = 2**53
"""The largest whole number up to which a double tells each from its neighbours (RFC 8259, section 6)."""
_SHORTEST_TIME = len("2024-01-01T00:00")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")
_DECIMAL = re.compile(r"-?(?P<whole>[0-9]+)(?:\.(?P<decimals>[0-9]+))?")
_CENT = Decimal("0.005")
IDS: Final = frozenset({"id", "uuid", "guid"})
"""Words of the members by which a thing, or a part of one, is known."""
_NAMING: Final = IDS | {"key", "slug", "code", "name", "title", "label", "login", "username", "handle", "email"}
"""Members by which others refer to a thing."""
_ON_A_LINE: Final = frozenset({"name", "title", "label", "subject", "headline", "caption", "city", "street", "address"})
"""Last words of members whose text has no lines of its own."""
_NUMBERED: Final = frozenset(
    {
        "phone",
        "telephone",
        "mobile",
        "tel",
        "fax",
        "cell",
        "iban",
        "bic",
        "vat",
        "isbn",
        "postcode",
        "postal",
        "zip",
        "plate",
    }
)
"""Words of members that hold a number or a code which many write with blanks and dashes."""
_PLACES: Final = frozenset({"position", "rank", "ordinal", "order", "index", "sequence"})
"""Last words of members that say where a thing stands among others."""
_BEHIND_ALL: Final = 100
"""A made-up place that is so great is none that there is."""
_IN_A_LIST: Final = re.compile(r"/[0-9]+$")
STAMPS: Final = frozenset(
    {"updated", "modified", "changed", "touched", "modification", "version", "revision", "rev", "etag"}
)
"""Words of the members by which a thing tells one state of it from the next."""
_TAGS: Final = frozenset(
    {"etag", "resourceversion", "rowversion", "lockversion", "concurrencystamp", "concurrencytoken"}
)
_FIRST_VERSION: Final = re.compile(r"[vr]?[01](\.0)*(-.+)?", re.IGNORECASE)
"""How servers write the first version of a thing: 1, `v1`, `1.0`, `1-3fa9`."""
_ENCODER = json.JSONEncoder(ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place where two values part."""

    pointer: str
    expected: JSON | Missing
    actual: JSON | Missing


def first_loss(sent: JSON, came: JSON | Missing, pointer: str = "", *, tidied: bool = False) -> Difference | None:
    """Return the first place where something sent did not come back; a `null` that was sent may be absent.

    With `tidied`, what came may have been tidied up.
    """
    if sent is None:
        return (
            None
            if came is None or isinstance(came, Missing)
            else Difference(pointer=pointer, expected=sent, actual=came)
        )
    if isinstance(sent, dict) and isinstance(came, dict):
        for key, value in _kept_members(sent, pointer, tidied=tidied):
            found = first_loss(value, came.get(key, MISSING), f"{pointer}/{escape(key)}", tidied=tidied)
            if found:
                return found
        return None
    if tidied and _is_same_set(sent, came):
        return None
    if isinstance(sent, list) and isinstance(came, list) and len(sent) == len(came):
        for index, (mine, theirs) in enumerate(zip(sent, came, strict=True)):
            found = first_loss(mine, theirs, f"{pointer}/{index}", tidied=tidied)
            if found:
                return found
        return None
    if alike(sent, came) or (tidied and (is_tidied(sent, came) or _is_written_otherwise(pointer, sent, came))):
        return None
    return Difference(pointer=pointer, expected=sent, actual=came)


def _kept_members(sent: Mapping[str, JSON], pointer: str, *, tidied: bool) -> Iterator[tuple[str, JSON]]:
    """Yield the members that must come back; a part of a thing may get an id from the server, whatever was sent."""
    is_part = tidied and len(sent) > 1 and _IN_A_LIST.search(pointer) is not None
    yield from ((key, value) for key, value in sent.items() if not (is_part and plain_name(key) in IDS))


def first_left_over(former: JSON | Missing, sent: JSON, came: JSON | Missing, pointer: str = "") -> Difference | None:
    """Return the first member of the former value that a replacement should have taken away."""
    if not (isinstance(former, dict) and isinstance(sent, dict) and isinstance(came, dict)):
        return None
    for key, value in came.items():
        place = f"{pointer}/{escape(key)}"
        if key not in sent and key in former and value is not None and alike(former[key], value):
            return Difference(pointer=place, expected=MISSING, actual=value)
        if key in sent and key in former:
            found = first_left_over(former[key], sent[key], value, place)
            if found:
                return found
    return None


def first_change(
    before: JSON | Missing, after: JSON | Missing, fields: Iterable[str], *, but: frozenset[str] = frozenset()
) -> Difference | None:
    """Return the first of these fields that two representations show differently.

    Members inside of a field may differ whose names have one of the words of `but`, such as `STAMPS`.
    """
    for field in fields:
        first, second = (_without(field_in(each, field), but) for each in (before, after))
        if not (isinstance(first, Missing) and isinstance(second, Missing)) and not alike(first, second):
            return Difference(pointer=pointer_of(field), expected=first, actual=second)
    return None


def is_own_stamp(name: str, came: JSON | Missing, before: JSON | Missing = MISSING) -> bool:
    """Whether a server gave a member its value itself, whatever a request said: an `etag`, the first `version` or the next one.

    `before` is what it had before an update; of a new thing it is missing.
    """
    last = {*words(name)[-1:]}
    if plain_name(name) in _TAGS or last & _TAGS:
        return isinstance(came, (int, str)) and came != ""
    if not last & {"version", "revision", "rev"} or isinstance(came, bool):
        return False
    if isinstance(before, Missing):
        return isinstance(came, (int, str)) and _FIRST_VERSION.fullmatch(str(came)) is not None
    moves = isinstance(came, int) and isinstance(before, int) and before <= came <= before + 1
    return moves or (isinstance(came, str) and came not in ("", before))


def _without(value: JSON | Missing, names: frozenset[str]) -> JSON | Missing:
    return value if isinstance(value, Missing) or not names else _pruned(value, names)


def _pruned(value: JSON, names: frozenset[str]) -> JSON:
    if isinstance(value, list):
        return [_pruned(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _pruned(member, names) for name, member in value.items() if names.isdisjoint(words(name))}


def alike(one: JSON | Missing, other: JSON | Missing) -> bool:
    """Whether two values are the same: numbers by value, truth values never as numbers, times as moments."""
    if isinstance(one, Missing) or isinstance(other, Missing):
        return one is other
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(alike(mine, theirs) for mine, theirs in zip(one, other, strict=True))
    if one == other:
        return True
    if isinstance(one, str) and isinstance(other, str):
        mine, theirs = moment(one), moment(other)
        return (mine is not None and mine == theirs) or _is_scaled(one, other)
    return False


def as_far_as(whole: JSON | Missing, part: JSON | Missing) -> JSON | Missing:
    """Return of a value the members that another one has too, at any depth."""
    if isinstance(whole, dict) and isinstance(part, dict):
        kept = {name: as_far_as(whole.get(name, MISSING), each) for name, each in part.items()}
        return {name: each for name, each in kept.items() if not isinstance(each, Missing)}
    if isinstance(whole, list) and isinstance(part, list) and len(whole) == len(part):
        items = (as_far_as(one, other) for one, other in zip(whole, part, strict=True))
        return [each for each in items if not isinstance(each, Missing)]
    return whole


def is_tidied(sent: JSON, came: JSON | Missing) -> bool:
    """Whether a value came back as right servers tidy values up, without a word of it in their documents.

    A text without the space around it or with its accents composed, a mail address or a UUID in small letters, an
    address of the web with its slash, an amount rounded to the cent or as text, what was referred to by its name instead of the name,
    a text that lists words between commas with each of them once, without the space around it.
    """
    if isinstance(came, dict):
        return _is_shown_whole(sent, came)
    if isinstance(sent, str) and isinstance(came, str):
        mine, theirs = (unicodedata.normalize("NFC", each.strip()) for each in (sent, came))
        folds = "@" in mine or _UUID.fullmatch(mine) is not None
        same = mine == theirs or (folds and mine.casefold() == theirs) or ("://" in mine and f"{mine}/" == theirs)
        return same or ("," in mine and _listed(mine) == _listed(theirs))
    mine_exact, theirs_exact = exact_number(sent), exact_number(came)
    if mine_exact is None or theirs_exact is None:
        return False
    rounded = theirs_exact != theirs_exact.to_integral_value() or isinstance(came, str)
    return mine_exact == theirs_exact or (rounded and abs(mine_exact - theirs_exact) <= _CENT)


def _is_written_otherwise(pointer: str, sent: JSON, came: JSON | Missing) -> bool:
    """Whether a text came back in the usual way of writing what its name says that it is.

    A name or a title fills one line: it has one blank for each run of blanks and line breaks. A telephone number, an IBAN
    or a postal code has none of the signs between its digits and letters, or others. A place behind all others is the last.
    """
    said = words(next((each for each in reversed(pointer.split("/")) if each), ""))
    last = {*said[-1:]}
    if isinstance(sent, int) and isinstance(came, int) and last & _PLACES:
        return sent >= _BEHIND_ALL and 0 <= came < sent
    if not isinstance(sent, str) or not isinstance(came, str) or not came:
        return False
    if last & _ON_A_LINE:
        return " ".join(unicodedata.normalize("NFC", sent).split()) == unicodedata.normalize("NFC", came)
    return not _NUMBERED.isdisjoint(said) and _signless(sent) == _signless(came)


def _signless(text: str) -> str:
    return "".join(each for each in text.casefold() if each.isalnum())


def _listed(text: str) -> frozenset[str]:
    return frozenset(each.strip() for each in text.split(",")) - {""}


def _is_shown_whole(sent: JSON, came: Mapping[str, JSON]) -> bool:
    """Whether an object is the thing that was referred to by its key or name: the label `{"name": "bug"}`, for `"bug"`."""
    shown = [value for name, value in came.items() if plain_name(name) in _NAMING]
    return isinstance(sent, (str, int)) and not isinstance(sent, bool) and any(str(each) == str(sent) for each in shown)


def _is_same_set(sent: JSON, came: JSON | Missing) -> bool:
    """Whether two lists of numbers are the same set: references to other things come in an order of the server's.

    So do the things themselves, in place of their names.
    """
    if not (isinstance(sent, list) and isinstance(came, list)):
        return False
    things = [each for each in came if isinstance(each, dict)]
    if things and len(things) == len(came) == len(sent):
        return all(any(_is_shown_whole(each, thing) for thing in things) for each in sent)
    counted = all(isinstance(each, int) and not isinstance(each, bool) for each in (*sent, *came))
    return counted and sorted(map(str, sent)) == sorted(map(str, came))


def _is_scaled(sent: str, came: str) -> bool:
    """Whether a decimal number in a text came back with more decimals, as from a column with a fixed scale."""
    mine, theirs = _DECIMAL.fullmatch(sent), _DECIMAL.fullmatch(came)
    if mine is None or theirs is None or mine["whole"] != theirs["whole"]:
        return False
    scale = theirs["decimals"] or ""
    return scale.startswith(mine["decimals"] or "") and Decimal(sent) == Decimal(came)


def same_identity(item: JSON | Missing, identity: Mapping[str, JSON]) -> bool:
    """Whether an item is the one with this identity; ids are compared as texts, since paths know only texts.

    What an item doesn't show can't tell.
    """
    seen = {field: value for field in identity if not isinstance(value := field_in(item, field), Missing)}
    return bool(seen) and all(str(value) == str(identity[field]) for field, value in seen.items())


def field_in(value: JSON | Missing, field: str) -> JSON | Missing:
    """Return a field of a representation; `null` counts as none."""
    found = at(value, plain(field)) if not isinstance(value, Missing) else MISSING
    return MISSING if found is None else found


def pointer_of(field: str) -> str:
    """Return a field as a JSON Pointer."""
    return field if field.startswith("/") else f"/{escape(field)}"


def differences(sent: Mapping[str, JSON], came: JSON | Missing, *, tidied: bool = False) -> Iterator[Difference]:
    """Every field whose sent value did not come back; with `tidied`, it may have been tidied up."""
    for field, value in sent.items():
        found = first_loss(
            value, field_in(came, field) if value is not None else MISSING, pointer_of(field), tidied=tidied
        )
        if found:
            yield found


def differing_places(one: JSON | Missing, other: JSON | Missing, pointer: str = "") -> Iterator[str]:
    """Yield the pointers at which two values differ, as deep as both have members; arrays differ as wholes."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in dict.fromkeys((*one, *other)):
            below = f"{pointer}/{escape(name)}"
            yield from differing_places(one.get(name, MISSING), other.get(name, MISSING), below)
    elif one != other:
        yield pointer


def canonical(value: JSON) -> str:
    """Return one text for equal JSON values; `true` is not `1`, and `1.0` is `1`."""
    if isinstance(value, list):
        return f"[{', '.join(map(canonical, value))}]"
    if isinstance(value, dict):
        members = (f"{_ENCODER.encode(key)}: {canonical(each)}" for key, each in sorted(value.items()))
        return f"{{{', '.join(members)}}}"
    return _ENCODER.encode(int(value) if isinstance(value, float) and value.is_integer() else value)


def moment(text: str) -> datetime | None:
    """Return the moment that a text writes, as RFC 3339 or RFC 5322 has it, and without a zone UTC; `None` for any other text."""
    found = written_moment(text) if len(text) >= _SHORTEST_TIME else None
    try:
        return found.astimezone(UTC) if found is not None and found.tzinfo else found and found.replace(tzinfo=UTC)
    except OverflowError:
        return None
