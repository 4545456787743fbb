"""What a number is made of: members beside it, sums and counts over the items of an array, and how it is calculated.

A text may have several readings. A number is wrong only where it is what none of them says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from math import prod
from typing import Final

from contract_suite.contract.naming.names import singular, words
from contract_suite.contract.schemas import numeric
from contract_suite.model.json import JSON

_ROUNDED: Final = 0.011
_RELATIVE: Final = 0.005
"""What a number that is no whole one may be off, a term and of the whole: parts are shown as they were rounded."""
_GREATEST: Final = 10.0**15
"""Beyond it a float holds not every whole number, so that nothing is calculated."""
_CURRENCY: Final = "currency"
_GATES: Final = frozenset(
    {
        *("cancelled", "canceled", "cancellation", "void", "voided", "hidden", "visible", "deleted", "removed", "active"),
        *("inactive", "enabled", "disabled", "status", "state", "optional", "excluded", "included", "selected"),
        *("refunded", "returned", "waived", "free", "billable", "approved", "accepted", "rejected", "complimentary"),
        *("archived", "published", "kind", "type", "direction", "sign"),
    }
)  # fmt: skip
"""Words of members by which an item may be left out of a sum, or counted against it."""
_PAGES: Final = frozenset({10, 20, 25, 30, 50, 100, 200, 250, 500, 1000})
"""So many items may be the first of more."""
_UNITS: Final = frozenset(
    {
        *("cent", "cents", "minor", "kg", "kilogram", "kilograms", "g", "gram", "grams", "lb", "lbs", "oz", "t", "tons", "ms"),
        *("millisecond", "milliseconds", "millis", "s", "sec", "secs", "second", "seconds", "min", "mins", "minute", "minutes"),
        *("h", "hour", "hours", "day", "days", "week", "weeks", "km", "m", "meter", "meters", "metres", "cm", "mm", "mi", "miles"),
        *("b", "byte", "bytes", "kb", "mb", "gb", "ml", "l", "liters", "litres", "pct", "percent", "percentage"),
    }
)  # fmt: skip
_SCALES: Final = tuple(
    each**sign for each in (100, 1000, 10, 60, 3600, 24, 1440, 86400, 1024, 10**6, 60000) for sign in (1, -1)
)
"""What lies between numbers whose names have other units: cents and euros, grams and kilograms, seconds and hours."""
_GROWING: Final = frozenset({"number", "sum"})
"""What more items make greater."""
_NONE: Final[Mapping[str, int]] = {}
_COUNTING: Final = frozenset({"count", "number", "num"})
_VOID: Final = frozenset(
    {"cancelled", "canceled", "void", "voided", "refunded", "deleted", "rejected", "expired", "free"}
)


@dataclass(frozen=True, slots=True)
class Member:
    """The number that a member holds, of the object that is looked at."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that the text says itself: a percentage, as what it multiplies by."""

    value: float


@dataclass(frozen=True, slots=True)
class Item:
    """An item that is a number itself."""


@dataclass(frozen=True, slots=True)
class Calculation:
    """Terms, each with the sign before it: `+` and `-`, or `*` and `/`."""

    terms: tuple[tuple[str, Node], ...]

    @property
    def multiplies(self) -> bool:
        """Whether it is a product or quotient."""
        return self.terms[-1][0] in "*/"


@dataclass(frozen=True, slots=True)
class Over:
    """The `sum`, `number`, `average`, `lowest` or `highest` over the items of the array that a member holds."""

    how: str
    array: str
    each: Node


Node = Member | Constant | Item | Calculation | Over


@dataclass(slots=True)
class _Looked:
    """What was looked at for one calculation: the numbers, and what else tells how exact they must be."""

    numbers: list[float] = field(default_factory=list)
    is_share: bool = False
    divided: bool = False
    gated: bool = False
    may_be_cut: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """What a member is made of, in each reading of what its description says."""

    readings: tuple[Node, ...]
    rounded: bool = False

    @property
    def spans(self) -> bool:
        """Whether it is made of what an array holds, so that a page of it is not enough."""
        return any(isinstance(each, Over) for reading in self.readings for each in parts(reading))

    @property
    def words(self) -> str:
        """The formula as a reader would write it."""
        return worded(self.readings[0])

    def lengths(self, owners: Iterable[Mapping[str, JSON]]) -> dict[str, int]:
        """Return the most items that objects show of each array of which it is made, by the member that holds it."""
        all_parts = (each for reading in self.readings for each in parts(reading))
        found = dict.fromkeys((each.array for each in all_parts if isinstance(each, Over)), 0)
        for owner in owners if found else ():
            for array in found:
                items = owner.get(array)
                found[array] = max(found[array], len(items) if isinstance(items, list) else 0)
        return found

    def calculated(
        self, owner: Mapping[str, JSON], name: str, longest: Mapping[str, int] = _NONE, *, listed: bool = False
    ) -> tuple[float, bool] | None:
        """Return what a member should be, and whether it is; `None` where its owner doesn't show all that it takes.

        `longest` has the most items that each array was seen with at this place: one that shows fewer was not cut there.
        An owner that is `listed` may show less of each array than one that is read alone.
        """
        shown = number_in(owner.get(name))
        if shown is None:
            return None
        judged = [self._judged(each, owner, name, shown, longest, listed=listed) for each in self.readings]
        right = next((each for each in judged if each is not None and each[1]), None)
        return right or (judged[0] if None not in judged else None)

    def _judged(
        self,
        reading: Node,
        owner: Mapping[str, JSON],
        name: str,
        shown: float,
        longest: Mapping[str, int],
        *,
        listed: bool,
    ) -> tuple[float, bool] | None:
        looked = _Looked()
        due = _value(reading, {each: value for each, value in owner.items() if each != name}, looked)
        if due is None or not abs(due) <= _GREATEST:
            return None
        if abs(due - shown) <= self._slack(shown, due, looked):
            return due, True
        differ = _units(name) != {
            unit for each in parts(reading) if isinstance(each, Member) for unit in _units(each.name)
        }
        if differ and any(abs(due * each - shown) <= max(1.0, _RELATIVE * abs(shown)) for each in _SCALES):
            return shown, True
        nothing_due = shown == 0 and (due < 0 or differ or looked.gated or looked.is_share or _is_void(owner))
        cut = looked.may_be_cut or _is_preview(reading, owner, longest, more=shown > due, listed=listed)
        return None if nothing_due or cut else (due, False)

    def _slack(self, shown: float, due: float, looked: _Looked) -> float:
        if looked.divided:
            return _step(shown)
        whole = all(isinstance(each, int) for each in (shown, *looked.numbers))
        if whole and not looked.is_share and not self.rounded:
            return 0
        least = 1.0 if whole else _ROUNDED
        return max(least * (len(looked.numbers) + 1), _RELATIVE * abs(due))


def worded(node: Node, *, inner: bool = False) -> str:
    """Return a formula as a reader would write it; what is calculated `inner` of another calculation in parentheses."""
    match node:
        case Member(name=name):
            return name
        case Item():
            return "the items"
        case Constant(value=value):
            return f"{value:.10g}"
        case Calculation(terms=terms):
            text = " ".join(f"{sign} {worded(each, inner=True)}" for sign, each in terms)[2:]
            return f"({text})" if inner else text
        case Over(how="number", array=array):
            return f"the number of {array}"
        case Over(how=how, array=array, each=Item()):
            return f"the {how} of {array}"
        case Over(how=how, array=array, each=each):
            return f"the {how} of {worded(each)} over {array}"


def number_in(value: JSON) -> float | None:
    """Return a number that can be calculated with, also where a text writes it: none that is too great, nor `NaN`."""
    found = numeric.number_in(value)
    return found if found is not None and abs(found) <= _GREATEST else None


def parts(node: Node) -> Iterator[Node]:
    """Yield a formula, and what it is calculated of."""
    yield node
    if isinstance(node, Calculation):
        for _, each in node.terms:
            yield from parts(each)
    elif isinstance(node, Over):
        yield from parts(node.each)


def _value(node: Node, owner: JSON, looked: _Looked) -> float | None:
    match node:
        case Constant(value=value):
            looked.is_share = True
            return value
        case Item():
            return _noted(number_in(owner), looked)
        case Member(name=name):
            return _noted(number_in(owner.get(name)), looked) if isinstance(owner, dict) else None
        case Over():
            return _over(node, owner, looked)
        case Calculation(terms=terms):
            values = [_value(each, owner, looked) for _, each in terms]
            known = [each for each in values if each is not None]
            return _joined([sign for sign, _ in terms], known, looked) if len(known) == len(values) else None


def _noted(value: float | None, looked: _Looked) -> float | None:
    if value is not None:
        looked.numbers.append(value)
    return value


def _joined(signs: list[str], values: list[float], looked: _Looked) -> float | None:
    if signs[-1] not in "*/":
        return sum(-each if sign == "-" else each for sign, each in zip(signs, values, strict=True))
    below = [float(each) for sign, each in zip(signs, values, strict=True) if sign == "/"]
    looked.divided = looked.divided or bool(below)
    if 0 in below:
        return None
    # Whole numbers have no greatest one, and may be more than a float holds.
    above = prod(float(each) for sign, each in zip(signs, values, strict=True) if sign != "/")
    return above / prod(below)


def _over(node: Over, owner: JSON, looked: _Looked) -> float | None:
    items = owner.get(node.array) if isinstance(owner, dict) else None
    if not isinstance(items, list) or not isinstance(owner, dict) or not _is_one_kind(owner, items, looked):
        return None
    if node.how == "number":
        return len(items)
    looked.may_be_cut = (
        looked.may_be_cut or len(items) in _PAGES or any(each > len(items) for each in _counted(owner, node.array))
    )
    values = [_value(node.each, item, looked) for item in items]
    known = [each for each in values if each is not None]
    if len(known) < len(values):
        return None
    if node.how == "sum":
        return sum(known)
    if not known:
        return None
    looked.divided = looked.divided or node.how == "average"
    return {"average": sum(known) / len(known), "lowest": min(known), "highest": max(known)}[node.how]


def _counted(owner: Mapping[str, JSON], array: str) -> Iterator[int]:
    """Yield how many items an object says that there are of its array: `reviewCount` 57 beside the five latest reviews."""
    noun = singular(words(array)[-1]) if words(array) else ""
    for name, value in owner.items():
        said = [singular(each) for each in words(name)]
        counts = bool(_COUNTING & {*said}) and (noun in said or len(said) == 1)
        if counts and isinstance(value, int) and not isinstance(value, bool):
            yield value


def _is_one_kind(owner: Mapping[str, JSON], items: list[JSON], looked: _Looked) -> bool:
    """Whether all items count alike, as far as they show: none is cancelled beside one that is not, and all have one currency."""
    objects = [each for each in items if isinstance(each, dict)]
    shown = [value for each in (owner, *objects) for name, value in each.items() if _CURRENCY in words(name)]
    if len({each for each in shown if isinstance(each, str)}) > 1:
        return False
    for name in dict.fromkeys(name for each in objects for name in each):
        if not _GATES.isdisjoint(words(name)):
            values = [each.get(name) for each in objects]
            looked.gated = True
            if any(each != values[0] for each in values) or any(map(number_in, values)):
                return False
    return True


def _units(name: str) -> set[str]:
    """Return the units that a name says: `totalCents`, `weightKg`."""
    return set(words(name)) & _UNITS


def _is_preview(
    reading: Node, owner: Mapping[str, JSON], longest: Mapping[str, int], *, more: bool, listed: bool
) -> bool:
    """Whether an array may show the first of more items, so that a count, an average or a sum is not that of what it shows.

    None that shows less than it showed once was cut. A sum of a thing that is read alone is believed to show its parts.
    """
    for each in parts(reading):
        if not isinstance(each, Over) or (each.how == "sum" and not listed):
            continue
        items = owner.get(each.array)
        size = len(items) if isinstance(items, list) else 0
        is_whole = each.how != "number" and size in _counted(owner, each.array)
        if (more or each.how not in _GROWING) and not is_whole and not 0 < size < longest.get(each.array, 0):
            return True
    return False


def _is_void(owner: Mapping[str, JSON]) -> bool:
    """Whether an object says that nothing is due for it."""
    return any(
        (value is True and not _VOID.isdisjoint(words(name)))
        or (isinstance(value, str) and not _VOID.isdisjoint(words(value)))
        for name, value in islice(owner.items(), 100)
    )


def _step(shown: float) -> float:
    """How far a quotient may be from what is shown of it: it was cut off at some decimal, or is shown in halves."""
    if float(2 * shown).is_integer():
        return 1.0 if float(shown).is_integer() else 0.5
    decimals = len(f"{shown:.10f}".rstrip("0").partition(".")[2])
    return float(10.0**-decimals) * 1.001
