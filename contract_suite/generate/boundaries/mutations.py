"""Invalid values of a schema: a valid value with one mutation at one place, which breaks one keyword.

The rule that must not be broken: the schema itself says which keyword breaks; a value that breaks two places never
leaves here, and one that breaks two keywords of one place only where that keyword can't be broken alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Final

from contract_suite.contract.naming.outside import acts_outside_at
from contract_suite.contract.schemas.formats import FORMATS
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import ANY_TYPE, SchemaView, view
from contract_suite.generate.boundaries.mutation import Mutation, confirmed
from contract_suite.generate.boundaries.off_pattern import off_pattern
from contract_suite.generate.changes.by_rank import Below, ByRank
from contract_suite.generate.changes.difference import difference, same, text_key
from contract_suite.generate.conditions import DEPENDENT_REQUIRED, against, conditionals
from contract_suite.generate.facts import Facts, facts_of, limits
from contract_suite.generate.values import CONDITIONS_DEPTH, MAX_DEPTH, plain, texts
from contract_suite.limits import MEMBERS
from contract_suite.model.case import UNEXPECTED
from contract_suite.model.counting import counted
from contract_suite.model.json import JSON, MISSING, Missing, escape

_WRONG: Final[dict[str, tuple[JSON, ...]]] = {
    "string": (5, True, [], {}),
    "integer": ("abc", 1.5, True, [], {}),
    "number": ("abc", True, [], {}),
    "boolean": ("abc", 5, [], {}),
    "array": ("x", 5, {}),
    "object": ("x", 5, []),
    "null": ("x", 5),
}
_SIGNS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_LONGEST_ARRAY: Final = 200
_LONGEST_TEXT: Final = 20_000


def invalid(schema: Schema, base: JSON) -> Iterator[Mutation]:
    """Break a valid value at one place after the other, each time one keyword only; the plainest mutations first."""
    seen: set[Hashable] = set()
    alone: set[tuple[str, str]] = set()
    mixed: dict[tuple[str, str], Mutation] = {}
    known = schema.subjects
    for mutation in ByRank(_break(view(schema), base, "", 0)):
        key = difference(base, mutation.value)
        if key in seen:
            continue
        seen.add(key)
        single = confirmed(schema, mutation)
        if single is None:
            continue
        if mutation.subject not in known:  # a deeper level of a recursion, which clauses name by its first
            mutation = replace(mutation, subject=schema.problems(mutation.value)[0].subject)  # noqa: PLW2901 - the same mutation by its proper name
        if single or mutation.keyword == "type":
            alone.add((mutation.subject, mutation.keyword))
            yield mutation
        else:
            mixed.setdefault((mutation.subject, mutation.keyword), mutation)
    yield from (mutation for place, mutation in mixed.items() if place not in alone)


_Broken = Iterator[Mutation | Below[Mutation]]
"""Mutations of a place, and those of the places inside it."""


def _break(place: SchemaView, base: JSON, subject: str, depth: int) -> _Broken:
    facts = facts_of(place)
    if depth > MAX_DEPTH:
        return
    yield from _types(facts, subject)
    if facts.choices:
        yield from _choices(facts, subject)
    else:
        if facts.types & {"integer", "number"}:
            yield from (each for each in _numbers(facts, subject) if not acts_outside_at(each.value, subject))
        if "string" in facts.types:
            yield from _texts(facts, subject)
    if "array" in facts.types:
        yield from _arrays(facts, base if isinstance(base, list) else [], subject, depth)
    if "object" in facts.types:
        yield from _objects(facts, base, subject, depth)


def _types(facts: Facts, subject: str) -> Iterator[Mutation]:
    if facts.types == ANY_TYPE:  # none is wrong
        return
    tried: list[JSON] = []
    for kind in sorted(facts.types - {"null"}) or ["null"]:
        for value in _WRONG[kind]:
            if _kind(value) not in facts.types and not any(same(value, each) for each in tried):
                rank = 0 if not tried else 2
                tried.append(value)
                yield Mutation(
                    value=value,
                    subject=subject,
                    keyword="type",
                    note=f"{json.dumps(value)} instead of {_type_names(facts)}",
                    rank=rank,
                )
    if "null" not in facts.types:
        yield Mutation(value=None, subject=subject, keyword="type", note="null, which is not allowed", rank=1)


def _type_names(facts: Facts) -> str:
    # Every integer is a number, so that a reader needs to be told of one only.
    return " or ".join(sorted(facts.types - {"integer"} if "number" in facts.types else facts.types))


def _choices(facts: Facts, subject: str) -> Iterator[Mutation]:
    keyword = "const" if "const" in facts.keywords else "enum"
    strings = [choice for choice in facts.choices if isinstance(choice, str)]
    whole = [choice for choice in facts.choices if isinstance(choice, int) and not isinstance(choice, bool)]
    near: list[tuple[JSON, str, int]] = []
    for choice in strings[:2]:
        near += [
            ("no_such_value", "a value that is not enumerated", 0),
            (choice.swapcase(), f"{choice!r} in another case", 1),
            (choice + "x", f"{choice!r} with a letter behind it", 2),
            (choice[:-1], f"{choice!r} without its last letter", 3),
            ("", "empty", 2),
            (choice + " ", f"{choice!r} with a space behind it", 3),
            (" ", "a space", 3),
        ]
        if len(strings) > 1:
            near.append((",".join(strings[:2]), "two values at once", 3))
    near += [(max(whole) + 1, "a number that is not enumerated", 0)] if whole else []
    for value, note, rank in near:
        yield Mutation(value=value, subject=subject, keyword=keyword, note=note, rank=rank)


def _numbers(facts: Facts, subject: str) -> Iterator[Mutation]:
    whole = "number" not in facts.types
    low, high = limits(facts, whole=whole)
    step = facts.number("multipleOf") or (1 if whole else 2**-10)
    lower = (
        "exclusiveMinimum" if facts.number("minimum") is None and "exclusiveMinimum" in facts.keywords else "minimum"
    )
    upper = (
        "exclusiveMaximum" if facts.number("maximum") is None and "exclusiveMaximum" in facts.keywords else "maximum"
    )
    if low is not None:
        far = min(low - 1000 * step, -1000 * step)
        yield Mutation(
            value=low - step,
            subject=subject,
            keyword=lower,
            note=f"{low - step}, below the least allowed {low}",
            rank=0,
        )
        yield Mutation(
            value=far, subject=subject, keyword=lower, note=f"{far}, far below the least allowed {low}", rank=2
        )
        if low > 0:
            yield Mutation(value=-low, subject=subject, keyword=lower, note=f"{-low}, negative", rank=2)
    if high is not None:
        far = max(high + 1000 * step, high * 1000)
        yield Mutation(
            value=high + step,
            subject=subject,
            keyword=upper,
            note=f"{high + step}, above the most allowed {high}",
            rank=0,
        )
        yield Mutation(
            value=far, subject=subject, keyword=upper, note=f"{far}, far above the most allowed {high}", rank=2
        )
    if facts.ranged is not None:
        bottom, top = facts.ranged
        if high is None or high >= top:
            yield Mutation(
                value=top + 1, subject=subject, keyword="format", note=f"{top + 1}, above {facts.format}", rank=0
            )
            yield Mutation(
                value=10**30, subject=subject, keyword="format", note=f"10^30, far above {facts.format}", rank=2
            )
        if low is None or low <= bottom:
            yield Mutation(
                value=bottom - 1, subject=subject, keyword="format", note=f"{bottom - 1}, below {facts.format}", rank=1
            )
    if facts.number("multipleOf") is not None:
        start = low if low is not None else 0
        value = start + step / 2 if not whole or step % 2 else start + 1
        yield Mutation(
            value=int(value) if whole else value,
            subject=subject,
            keyword="multipleOf",
            note=f"no multiple of {step}",
            rank=1,
        )


def _texts(facts: Facts, subject: str) -> Iterator[Mutation]:
    yield from (each for each in _wrong_texts(facts, subject) if not acts_outside_at(each.value, subject))


def _wrong_texts(facts: Facts, subject: str) -> Iterator[Mutation]:
    least, most = facts.size("minLength") or 0, facts.size("maxLength")
    good = [text for text, _, _ in texts(facts) if text]
    sample = good[0] if good else "a"
    if least:
        short = good[0][: least - 1] if good else "a" * (least - 1)
        yield Mutation(
            value=short,
            subject=subject,
            keyword="minLength",
            note=f"{least - 1} characters, fewer than {least}",
            rank=0,
        )
    if most is not None and most <= _LONGEST_TEXT:
        unit = sample[-1]
        longest = max(good, key=len, default="")
        yield Mutation(
            value=longest + unit * (most + 1 - len(longest)),
            subject=subject,
            keyword="maxLength",
            note=f"{most + 1} characters, more than {most}",
            rank=0,
        )
        yield Mutation(
            value="😀" * (most + 1),
            subject=subject,
            keyword="maxLength",
            note=f"{most + 1} characters of four bytes",
            rank=2,
        )
        far = sample + unit * (most * 2 + 10)
        yield Mutation(
            value=far,
            subject=subject,
            keyword="maxLength",
            note=f"{counted(len(far), 'character')}, far more than {most}",
            rank=3,
        )
    if facts.patterns:
        for text, note, rank in off_pattern(facts.patterns, good, sample):
            yield Mutation(value=text, subject=subject, keyword="pattern", note=note, rank=rank)
    for text in FORMATS[facts.format].invalid if facts.format in FORMATS else ():
        yield Mutation(value=text, subject=subject, keyword="format", note=f"{text!r} is no {facts.format}", rank=1)


def _arrays(facts: Facts, base: list[JSON], subject: str, depth: int) -> _Broken:
    least, most = facts.size("minItems") or 0, facts.size("maxItems")
    element = facts.view.element(0)
    first = base[0] if base else plain(element, depth=depth + 1)
    if isinstance(first, Missing):
        return
    unique = facts.keywords.get("uniqueItems") is True
    if least:
        yield Mutation(
            value=base[: least - 1],
            subject=subject,
            keyword="minItems",
            note=f"{least - 1} items, fewer than {least}",
            rank=0,
        )
    items = _too_many(facts, base or [first], most) if most is not None and most < _LONGEST_ARRAY else []
    if items:
        yield Mutation(
            value=items,
            subject=subject,
            keyword="maxItems",
            note=f"{counted(len(items), 'item')}, more than {most}",
            rank=0,
        )
    if unique:
        yield Mutation(
            value=[first] * max(2, least), subject=subject, keyword="uniqueItems", note="the same item twice", rank=1
        )
    yield Below(_break(element, first, f"{subject}/*", depth + 1), _as_item((), base[1:]), later=1)
    if base:
        inside = _break(element, base[-1], f"{subject}/*", depth + 1)
        yield Below(inside, _as_item(base, (), ", in the last item"), later=3, plainest=True)


def _as_item(before: Sequence[JSON], behind: Sequence[JSON], where: str = "") -> Callable[[Mutation, int], Mutation]:
    def change(mutation: Mutation, rank: int) -> Mutation:
        note = f"{mutation.note}{where}"
        return replace(mutation, value=[*before, mutation.value, *behind], note=note, rank=rank)

    return change


def _too_many(facts: Facts, base: list[JSON], most: int) -> list[JSON]:
    """Return one item more than allowed, all different where they must be; nothing if there are not so many of them."""
    if facts.keywords.get("uniqueItems") is not True:
        return [base[min(index, len(base) - 1)] for index in range(most + 1)]
    element = facts_of(facts.view.element(0))
    items, known = list[JSON](), set[str]()
    numbered = (each for index in range(most + 1) for each in _numbered(element, base[0], index))
    for item in chain(base, element.choices, numbered):
        key = text_key(item)
        if key not in known and len(items) <= most:
            known.add(key)
            items.append(item)
    return items if len(items) > most else []


def _numbered(element: Facts, like: JSON, index: int) -> Iterator[JSON]:
    """Values of an element that differ from number to number: whole numbers, and texts with their last sign changed."""
    if element.choices:
        return
    if isinstance(like, int) and not isinstance(like, bool):
        yield like + index
    elif isinstance(like, str) and like:
        yield f"{like[:-1]}{_SIGNS[index % len(_SIGNS)]}" if index < len(_SIGNS) else f"{like}{index}"


def _objects(facts: Facts, base: JSON, subject: str, depth: int) -> _Broken:
    start = base if isinstance(base, dict) else plain(facts.view, depth=depth)
    known: dict[str, JSON] = start if isinstance(start, dict) else {}
    for name in sorted(facts.required):
        if name in known:
            value = {key: member for key, member in known.items() if key != name}
            yield Mutation(
                value=value,
                subject=f"{subject}/{escape(name)}",
                keyword="required",
                note="left out, though required",
                rank=0,
            )
    if facts.keywords.get("additionalProperties") is False:
        yield Mutation(
            value={**known, UNEXPECTED: "x"},
            subject=subject,
            keyword="additionalProperties",
            note="a property that is not described",
            rank=1,
        )
    most = facts.size("maxProperties")
    if most is not None and most < _LONGEST_ARRAY:
        value = {**known, **{f"extra{index}": "x" for index in range(most + 1 - len(known))}}
        yield Mutation(
            value=value,
            subject=subject,
            keyword="maxProperties",
            note=f"{most + 1} properties, more than {most}",
            rank=1,
        )
    if facts.size("minProperties"):
        yield Mutation(value={}, subject=subject, keyword="minProperties", note="no properties", rank=1)
    yield from _conditional(facts, known, subject, depth)
    for name in islice(facts.properties, MEMBERS):
        place = facts.member(name)
        child = known.get(name, MISSING)
        if isinstance(child, Missing):
            child = plain(place, depth=depth + 1)
        if isinstance(child, Missing):
            continue
        inside = _break(place, child, f"{subject}/{escape(name)}", depth + 1)
        yield Below(inside, _as_member(known, name), later=int(depth > 0))


def _as_member(known: Mapping[str, JSON], name: str) -> Callable[[Mutation, int], Mutation]:
    return lambda mutation, rank: replace(mutation, value={**known, name: mutation.value}, rank=rank)


def _conditional(facts: Facts, known: dict[str, JSON], subject: str, depth: int) -> _Broken:
    """Break what is asked because of another member: by the demand's own edges, and by what is usual otherwise."""
    for one in conditionals(facts, known, plain) if depth <= CONDITIONS_DEPTH else ():
        note = f"{one.note}, breaking what is required then"
        yield Below(
            _break(one.demand, dict(one.value), subject, depth + CONDITIONS_DEPTH + 1),
            _as_asked(one.keyword, subject, note),
        )
        for value in against(facts, one, plain):
            yield Mutation(value=value, subject=subject, keyword=one.keyword, note=note, rank=1)


def _as_asked(keyword: str, subject: str, note: str) -> Callable[[Mutation, int], Mutation]:
    def change(broken: Mutation, rank: int) -> Mutation:
        # What must not be missing is a constraint of its own; any other demand is the condition's.
        place = broken.subject if keyword == DEPENDENT_REQUIRED else subject
        return replace(broken, keyword=keyword, subject=place, note=note, rank=rank)

    return change


def _kind(value: JSON) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "integer" if isinstance(value, int) else "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"
