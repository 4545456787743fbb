"""Valid values of a schema: one plain example, and variations of it, each special at one place only.

The rule that must not be broken: every value that leaves here has been validated, and the same schema gives the same
values in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from contract_suite.contract.naming.outside import acts_outside_at, of_nobody
from contract_suite.contract.naming.states import is_of_an_end
from contract_suite.contract.schemas.formats import FORMATS
from contract_suite.contract.schemas.numeric import decimal_texts, is_decimal_text
from contract_suite.contract.schemas.patterns import matching, usual
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import ANY_TYPE, SchemaView, view
from contract_suite.generate.changes.by_rank import Below, ByRank
from contract_suite.generate.changes.difference import difference, same
from contract_suite.generate.conditions import conditionals
from contract_suite.generate.facts import Facts, facts_of, limits
from contract_suite.limits import CHOICES, MEMBERS
from contract_suite.model.counting import counted
from contract_suite.model.json import JSON, MISSING, Missing, escape

MAX_DEPTH: Final = 6
CONDITIONS_DEPTH: Final = 2
"""So deep conditions are tried both ways: as many as the ways are, they multiply from level to level."""
LONG: Final = 1500
_FULL: Final = 30_000
"""So many values may one have that is made with its optional members."""
_LONGEST_ARRAY: Final = 60
_LONGEST_TEXT: Final = 10_000
_INT32: Final = (-(2**31), 2**31 - 1)
_HUGE: Final = 10_000
_USUAL: Final = 100
_PLAIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ]*[A-Za-z0-9])?")

_KINDS: Final = ("string", "integer", "number", "boolean", "object", "array")
"""The types of a plain value, the likeliest first."""
_ABOUT: Final = {
    "object": frozenset({"properties", "required", "minProperties", "additionalProperties", "patternProperties"}),
    "array": frozenset({"items", "prefixItems", "minItems", "uniqueItems"}),
}
"""Keywords that say nothing of any other type (JSON Schema 2020-12, validation 6.4 and 6.5; core 10.3)."""
_NAMES: Final = (
    "Müller 名前",
    "Ω≈ç√∫",
    "e\u0301 combining",
    "\u202eright to left",
    " padded ",
    "two  spaces",
    "quote\"s 'n' \\slashes/",
    "100% &?#=+;,([",
    "null",
    "0",
)
_SHOWN: Final = "a value that the document shows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A whole value that is special at `subject` (as in constraints).

    `rank` orders: 0 is told first; `note` says in a few words what is special; `unsaid` whether that is something which
    the schema merely doesn't forbid, such as an empty text without `minLength`.
    """

    value: JSON
    subject: str
    note: str
    rank: int = 1
    unsaid: bool = False


def example(schema: Schema, *, full: bool = False) -> JSON | Missing:
    """Return one plain valid value: with the required properties only, or with all; `MISSING` if none was found."""
    try:
        made = plain(view(schema), full=full)
    except RecursionError:  # each of its choices leads to another one that leads back
        return MISSING
    if not isinstance(made, Missing) and schema.is_valid(made):
        return made
    return next((each.value for each in valid(schema, None if isinstance(made, Missing) else made)), MISSING)


def valid(
    schema: Schema, base: JSON, *, wanted: Callable[[str], bool] = lambda _: True, most: int | None = None
) -> Iterator[Variant]:
    """Vary a valid value at one place after the other, every result valid, the plainest first.

    What is not `wanted` at its subject is never validated. No more than `most` are looked at, the outermost ones first.
    """
    seen: set[Hashable] = set()
    for variant in islice(ByRank(_vary(view(schema), base, "", 0)), most):
        key = difference(base, variant.value)
        is_new = key not in seen
        seen.add(key)
        if is_new and wanted(variant.subject) and schema.is_valid(variant.value):
            yield variant


def plain(place: SchemaView, *, full: bool = False, depth: int = 0, room: int = _FULL) -> JSON | Missing:
    """Return one simple value for a place, probably valid; a `full` one has optional members as long as `room` for them lasts."""
    facts = facts_of(place)
    way = (full, depth, room if full else 0)
    if way not in facts.plain:  # a definition that many members refer to gets one value for all of them
        facts.plain[way] = _plain(facts, full=full, depth=depth, room=room)
    return facts.plain[way]


def _plain(facts: Facts, *, full: bool, depth: int, room: int) -> JSON | Missing:
    if facts.choices:
        return next((each for each in facts.choices if each is not None), facts.choices[0])
    for shown in (*facts.shown(), *facts.usual()):
        if not full or not isinstance(shown, (dict, list)):
            return shown
    kinds = [each for each in _KINDS if each in facts.types]
    meant = _meant(facts)
    kind = meant if meant in kinds else next(iter(kinds), "")
    if kind:
        return _plain_of(kind, facts, full=full, depth=depth, room=room)
    return None if "null" in facts.types else MISSING


def _is_made_up(facts: Facts) -> bool:
    """Whether the document shows no value for a place."""
    return not facts.choices and not any(True for _ in (*facts.shown(), *facts.usual()))


def _meant(facts: Facts) -> str:
    """The type that a place's keywords are about, where several are allowed: who lists properties means an object."""
    found = next((kind for kind, keywords in _ABOUT.items() if not keywords.isdisjoint(facts.keywords)), "")
    return found or ("number" if is_decimal_text(facts.view) else "")


def texts(facts: Facts) -> Iterator[tuple[str, str, int]]:
    """Valid texts for a place, each with what is special about it, and its rank.

    Formats and patterns are obeyed; lengths count code points.
    """
    least, most = facts.size("minLength") or 0, facts.size("maxLength")
    decimals = decimal_texts(facts.view)
    if decimals or facts.patterns:
        yield from ((each, f"{each}, a decimal as text", 1) for each in decimals)
        yield from _patterned(facts, least, most) if not decimals else ()
        return
    if facts.format in FORMATS:
        for text in FORMATS[facts.format].valid:
            yield text, f"a {facts.format}", 1
        return
    if least:
        yield _filled("a", least), f"{least} characters, the least allowed", 0
        yield _filled("a", least + 1), f"{least + 1} characters, one more than the least", 2
    else:
        yield "", "empty", 0
        yield "a", "one character", 2
    if most is not None and most <= _LONGEST_TEXT:
        yield _filled("a", most), f"{most} characters, the most allowed", 0
        yield _filled("a", most - 1), f"{most - 1} characters, one less than the most", 2
        yield _filled("é", most), f"{most} characters of two bytes", 1
        yield _filled("😀", most), f"{most} characters of four bytes", 1
    elif most is None:
        yield _filled("a", LONG), f"{LONG} characters where no limit is documented", 2
        yield _filled("中", LONG // 3), f"{LONG // 3} characters of three bytes", 3
        yield "😀", "a character beyond the basic plane", 2
    for name in _NAMES:
        if least <= len(name) <= (most if most is not None else len(name)):
            yield name, f"the text {name!r}", 3


def _patterned(facts: Facts, least: int, most: int | None) -> Iterator[tuple[str, str, int]]:
    meant = usual(facts.patterns, facts.format, least, most)
    written = () if meant else matching(facts.patterns[0], least, most)
    yield from ((text, "matches the pattern, and is of a usual form", 1) for text in meant)
    for rank, text in enumerate(of_nobody(written, facts.patterns, least, most), 1):
        yield text, f"matches the pattern with {counted(len(text), 'character')}", min(rank, 2)


def numbers(facts: Facts, *, whole: bool) -> Iterator[tuple[int | float, str, int]]:
    """Valid numbers for a place, edges first."""
    low, high = limits(facts, whole=whole)
    step = facts.number("multipleOf") or (1 if whole else 0.5)
    if low is not None:
        yield low, f"{low}, the least allowed", 0
        yield low + step, f"{low + step}, just inside", 2
    if high is not None:
        yield high, f"{high}, the most allowed", 0
        yield high - step, f"{high - step}, just inside", 2
    if low is not None and high is not None:
        middle = (low + high) / 2
        yield (int(middle) if whole else middle), "in the middle", 3
    bottom, top = facts.ranged or (_INT32 if whole else (-(10**9), 10**9))
    if low is None:
        yield bottom, f"{bottom}, the least of its format" if facts.ranged else f"{bottom}", 1 if facts.ranged else 3
    if high is None:
        yield top, f"{top}, the most of its format" if facts.ranged else f"{top}", 1 if facts.ranged else 3
    for value in (0, 1, -1, 7) if whole else (0, 1, -1, 0.5, -2.25):
        yield (value if not facts.number("multipleOf") else value * step), f"{value}", 3


def _plain_of(kind: str, facts: Facts, *, full: bool, depth: int, room: int) -> JSON | Missing:
    if kind == "object":
        full = full and depth < MAX_DEPTH and len(facts.properties) <= room
        described = facts.properties if full or facts.required else ()
        names = [name for name in described if full or name in facts.required]
        made: dict[str, JSON] = {}
        for name in (*names, *sorted(facts.required - set(names))):
            value = plain(
                facts.member(name) if name in facts.properties else facts.view.member(name),
                full=full and depth < 2,  # noqa: PLR2004 - deeper, full values explode
                depth=depth + 1,
                room=room // max(1, len(names)),
            )
            if value is True and is_of_an_end(name) and _is_made_up(facts_of(facts.member(name))):
                value = False
            if not isinstance(value, Missing):
                made[name] = value
        return made
    if kind == "array":
        count = max(
            facts.size("minItems") or 0, 1 if full and depth < MAX_DEPTH and (facts.size("maxItems") or 1) else 0
        )
        items = [
            plain(facts.view.element(index), full=full, depth=depth + 1, room=room // max(1, count))
            for index in range(min(count, _LONGEST_ARRAY))
            if depth <= MAX_DEPTH
        ]
        found = [item for item in items if not isinstance(item, Missing)]
        return _distinct(facts, found) if facts.keywords.get("uniqueItems") is True else found
    if kind == "string":
        if not facts.patterns and facts.format not in FORMATS and not is_decimal_text(facts.view):
            least, most = facts.size("minLength") or 0, facts.size("maxLength")
            return _filled("sample", max(least, 6 if most is None else min(6, most)))
        options = sorted(texts(facts), key=lambda each: each[2])
        return next((text for text, _, _ in options if text), options[0][0] if options else MISSING)
    if kind in {"integer", "number"}:
        low, high = limits(facts, whole=kind == "integer")
        if low is not None and low > 0:
            return low
        return high if high is not None and high < 1 else facts.number("multipleOf") or 1
    return True


_Varied = Iterator[Variant | Below[Variant]]
"""Variants of a place, and those of the places inside it."""


def _vary(place: SchemaView, base: JSON, subject: str, depth: int) -> _Varied:
    """Valid values for a place, a bit of each kind; where nothing says a type, that nothing forbids any of them is all there is."""
    facts = facts_of(place)
    if depth > MAX_DEPTH:
        return
    if facts.types == ANY_TYPE and not facts.choices:
        yield Below(_variants(facts, base, subject, depth), _as_untold)
    else:
        yield from _variants(facts, base, subject, depth)


def _as_untold(variant: Variant, rank: int) -> Variant:
    return replace(variant, rank=rank, unsaid=variant.unsaid or variant.note != _SHOWN)


def _variants(facts: Facts, base: JSON, subject: str, depth: int) -> _Varied:
    if facts.choices:
        for choice in _spread(facts.choices):
            yield Variant(value=choice, subject=subject, note=f"{choice!r}, one of the enumerated values", rank=0)
        return
    for shown in facts.shown():
        yield Variant(value=shown, subject=subject, note=_SHOWN, rank=1)
    if "null" in facts.types and facts.types != ANY_TYPE:  # with all of them, nothing is said
        yield Variant(value=None, subject=subject, note="null, which is allowed", rank=0)
    yield from (each for each in _scalars(facts, subject) if not acts_outside_at(each.value, subject))
    if "array" in facts.types and (isinstance(base, list) or "string" not in facts.types):
        yield from _arrays(facts, base if isinstance(base, list) else [], subject, depth)
    if "object" in facts.types and (isinstance(base, dict) or "string" not in facts.types):
        yield from _objects(facts, base, subject, depth)
    for branch in facts.branches if not is_decimal_text(facts.view) else ():
        value = plain(facts.view.at(branch))
        if not isinstance(value, Missing):
            yield Variant(value=value, subject=subject, note="another of the alternatives", rank=1)


def _spread(choices: list[JSON]) -> list[JSON]:
    """Return the values of an enum, of a huge one so many as a run tries: the first, the last, and some between them."""
    last = len(choices) - 1
    if last < CHOICES:
        return choices
    return [choices[last * index // (CHOICES - 1)] for index in range(CHOICES)]


def _scalars(facts: Facts, subject: str) -> Iterator[Variant]:
    if "boolean" in facts.types:
        for flag in (True, False):
            yield Variant(value=flag, subject=subject, note=str(flag).lower(), rank=0)
    if "integer" in facts.types or "number" in facts.types:
        for number, note, rank in numbers(facts, whole="number" not in facts.types):
            yield Variant(value=number, subject=subject, note=note, rank=rank, unsaid=is_unsaid(facts, number))
    if "string" in facts.types:
        for text, note, rank in texts(facts):
            yield Variant(value=text, subject=subject, note=note, rank=rank, unsaid=is_unsaid(facts, text))


def _arrays(facts: Facts, base: list[JSON], subject: str, depth: int) -> _Varied:
    least, most = facts.size("minItems") or 0, facts.size("maxItems")
    element = facts.view.element(0)
    first = base[0] if base else plain(element, depth=depth + 1)
    if isinstance(first, Missing):
        return
    sizes = [
        (least, f"{least} items, the least allowed" if least else "an empty array", 0),
        (least + 1, f"{least + 1} items", 2),
        (2, "two items", 3),
    ]
    if most is not None and most <= _LONGEST_ARRAY:
        sizes.append((most, f"{counted(most, 'item')}, the most allowed", 0))
    for size, note, rank in sizes:
        items = [base[index] if index < len(base) else first for index in range(size)]
        unsaid = (not size and "minItems" not in facts.keywords) or (size > 1 and most is None)
        yield Variant(value=_distinct(facts, items), subject=subject, note=note, rank=rank, unsaid=unsaid)
    yield Below(_vary(element, first, f"{subject}/*", depth + 1), _as_first(base[1:]), later=1)


def _as_first(behind: Sequence[JSON]) -> Callable[[Variant, int], Variant]:
    return lambda variant, rank: replace(variant, value=[variant.value, *behind], rank=rank)


def _objects(facts: Facts, base: JSON, subject: str, depth: int) -> _Varied:
    start = base if isinstance(base, dict) else plain(facts.view, depth=depth)
    known: dict[str, JSON] = start if isinstance(start, dict) else {}
    least = {name: value for name, value in known.items() if name in facts.required}
    silent = not facts.required and "minProperties" not in facts.keywords
    yield Variant(value=least, subject=subject, note="the required properties only", rank=0, unsaid=silent)
    for one in conditionals(facts, known, plain) if depth <= CONDITIONS_DEPTH else ():
        yield Variant(value=dict(one.value), subject=subject, note=one.note, rank=0, unsaid=not facts.required)
    for name in islice(facts.properties, MEMBERS):
        place = facts.member(name)
        below = f"{subject}/{escape(name)}"
        if name in known and name not in facts.required:
            yield Variant(
                value={key: value for key, value in known.items() if key != name},
                subject=below,
                note="left out, which is allowed",
                rank=1,
                unsaid=not facts.required,
            )
        child = known[name] if name in known else plain(place, depth=depth + 1)
        if isinstance(child, Missing):
            continue
        if name not in known:
            untold, more = facts_of(place).types == ANY_TYPE, {**known, name: child}
            yield Variant(value=more, subject=below, note="present, which is optional", rank=1, unsaid=untold)
        yield Below(_vary(place, child, below, depth + 1), _as_member(known, name), later=int(depth > 0))


def _as_member(known: Mapping[str, JSON], name: str) -> Callable[[Variant, int], Variant]:
    return lambda variant, rank: replace(variant, value={**known, name: variant.value}, rank=rank)


def is_unsaid(facts: Facts, value: JSON) -> bool:
    """Whether a schema merely doesn't forbid what is special about a scalar: that it is empty, huge, negative, long, odd.

    No schema can say which dates are allowed.
    """
    if isinstance(value, (int, float)):
        low, high = limits(facts, whole="number" not in facts.types)
        return (value <= 0 and low is None) or (value >= _HUGE and high is None)
    if not isinstance(value, str) or facts.patterns:
        return False
    if facts.format in FORMATS:
        return facts.format in {"date", "date-time", "time"}
    if not {"minLength", "maxLength"} & facts.keywords.keys():
        return True
    if not value:
        return not facts.size("minLength")
    return (len(value) > _USUAL and facts.size("maxLength") is None) or not _PLAIN.fullmatch(value)


def _distinct(facts: Facts, items: list[JSON]) -> list[JSON]:
    """Make the items of an array differ where they must."""
    if facts.keywords.get("uniqueItems") is not True:
        return items
    variants = ByRank(_vary(facts.view.element(0), None, "", MAX_DEPTH)).as_they_come()
    pool: Iterable[JSON] = (*items, *(variant.value for variant in variants))
    chosen: list[JSON] = []
    for item in pool:
        if len(chosen) < len(items) and not any(same(item, each) for each in chosen):
            chosen.append(item)
    return chosen


def _filled(unit: str, count: int) -> str:
    return (unit * (count // len(unit) + 1))[: max(count, 0)]
