"""How descriptions say what a number is made of: "quantity * unitPrice", "subtotal minus discount", "Sum of the line totals".

Only a description that says nothing else is read: what follows may be an exception ("0 for void invoices").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Final

from contract_suite.contract.naming.names import plain_name, singular, words
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.json import JSON

_NUMBERS: Final = frozenset({"integer", "number"})
_SIGNS: Final = {
    "*": "*", "\N{MULTIPLICATION SIGN}": "*", "x": "*", "times": "*", "multiplied by": "*",
    "+": "+", "plus": "+",
    "-": "-", "\N{EN DASH}": "-", "\N{MINUS SIGN}": "-", "minus": "-", "less": "-",
}  # fmt: skip
_SIGN: Final = re.compile(
    r"\s*([*\u00d7+])\s*|\s+([-\u2013\u2212x]|times|multiplied by|plus|minus|less)\s+", re.IGNORECASE
)
_SUM: Final = re.compile(r"(?:sum|total) (?:of|over) (?P<what>.+)", re.IGNORECASE)
_AROUND: Final = re.compile(
    r"^(?:=|equals|is|always|computed as|calculated as|that is)\s+|^the (?=sum|total)|,? \(?in (?:cents|minor units)\)?$|\.$",
    re.IGNORECASE,
)
_ARTICLE: Final = re.compile(r"^(?:(?:all|each|every|the|its|their|of)\s+)+", re.IGNORECASE)
_LEFT_OUT: Final = frozenset({"s", "of", "all", "each", "every", "the", "its", "their"})
_AMOUNTS: Final = frozenset({"amount"})
"""What one thing adds to a sum of things whose description names no member of them."""
_LONGEST: Final = 80
_ROUNDED: Final = 0.011
_RELATIVE: Final = 0.005
"""What a number that is no whole one may be off, a term and of the whole: parts are shown as they were rounded."""
_GREATEST: Final = 10.0**15
"""Beyond it a float holds not every whole number, so that nothing is calculated."""


@dataclass(frozen=True, slots=True)
class Formula:
    """What a member is made of: members beside it, each with the sign before it, or a sum over an array.

    `array` is the member that holds the items whose `terms` are added; empty for a calculation with members.
    """

    terms: tuple[tuple[str, str], ...]
    array: str = ""

    @property
    def words(self) -> str:
        """The formula as a reader would write it."""
        if self.array:
            return f"the sum of {self.terms[0][1]} over {self.array}"
        return " ".join(f"{sign} {name}" for sign, name in self.terms)[2:]

    def calculated(self, owner: Mapping[str, JSON], name: str) -> tuple[float, bool] | None:
        """Return what a member should be, and whether it is; `None` where its owner doesn't show all that it takes."""
        values = list(self._values(owner))
        known = [each for each in values if each is not None]
        shown = _number(owner.get(name))
        if shown is None or len(known) < len(values):
            return None
        if self.terms[-1][0] == "*":
            due = prod(map(float, known))  # whole numbers have no greatest one, and may be more than a float holds
        else:
            signs = [sign for sign, _ in self.terms] if not self.array else ["+"] * len(known)
            due = sum(-each if sign == "-" else each for sign, each in zip(signs, known, strict=True))
        if not abs(due) <= _GREATEST:
            return None
        whole = all(isinstance(each, int) for each in (shown, *known))
        slack = 0 if whole else max(_ROUNDED * (len(known) + 1), _RELATIVE * abs(due))
        return due, abs(due - shown) <= slack

    def _values(self, owner: Mapping[str, JSON]) -> Iterator[float | None]:
        items = owner.get(self.array) if self.array else [owner]
        if not isinstance(items, list):
            yield None
            return
        for item in items:
            for _, term in self.terms:
                yield _number(item.get(term)) if isinstance(item, dict) else None


def speaks_of_numbers(text: str) -> bool:
    """Whether a text may be a formula: most descriptions are none, and say so at a glance."""
    return len(text) <= _LONGEST and (_SIGN.search(text) is not None or _SUM.search(text) is not None)


def formula_of(place: SchemaView, name: str) -> Formula | None:
    """Return what a member of an object is made of, as its description says; `None` where it says nothing of the kind."""
    member = place.member(name)
    text = member.keyword("description")
    if not isinstance(text, str) or not _is_number(member) or len(text) > _LONGEST:
        return None
    said = text.strip()
    for _ in range(3):
        said = _AROUND.sub("", said).strip()
    others = [each for each in place.property_names() if each != name]
    total = _SUM.fullmatch(said)
    return _sum_over(place, others, total["what"]) if total is not None else _calculated(place, others, said)


def _calculated(place: SchemaView, others: list[str], said: str) -> Formula | None:
    parts = _SIGN.split(said)
    names = [_named(place, others, each) for each in parts[::3]]
    signs = [_SIGNS[(one or other).lower()] for one, other in zip(parts[1::3], parts[2::3], strict=True)]
    if len(names) < 2 or "" in names or len(set(names)) < len(names) or ("*" in signs and set(signs) != {"*"}):  # noqa: PLR2004
        return None
    first = "*" if "*" in signs else "+"
    return Formula(tuple(zip((first, *signs), names, strict=True)))


def _named(place: SchemaView, others: list[str], text: str) -> str:
    """Return the one number beside a member that a text names; empty for none."""
    wanted = plain_name(_ARTICLE.sub("", text.strip(" `'\"")))
    found = [each for each in others if plain_name(each) == wanted and _is_number(place.member(each))]
    return found[0] if len(found) == 1 else ""


def _sum_over(place: SchemaView, others: list[str], what: str) -> Formula | None:
    """Return a sum over the one array of objects whose name, or whose member, a text names."""
    wanted = _singulars(what)
    found = []
    for array in others:
        items = place.member(array)
        element = items.element(0)
        if items.types() - {"null"} != {"array"}:
            continue
        numbers = [each for each in element.property_names() if _is_number(element.member(each))]
        for each in numbers:
            own, one = _singulars(each), _singulars(array)
            amount = wanted == one and plain_name(each) in _AMOUNTS
            if wanted in (own, one + own, own + one) or amount:
                found.append((array, each))
    return Formula((("+", found[0][1]),), array=found[0][0]) if len(found) == 1 else None


def _singulars(text: str) -> tuple[str, ...]:
    return tuple(singular(each) for each in words(text) if each not in _LEFT_OUT)


def _is_number(place: SchemaView) -> bool:
    types = place.types() - {"null"}
    return bool(types) and types <= _NUMBERS


def _number(value: JSON) -> float | None:
    """Return a number that can be calculated with: none that is too great, nor `NaN`."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    return value if abs(value) <= _GREATEST else None
