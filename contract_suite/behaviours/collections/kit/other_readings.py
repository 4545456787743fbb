"""Whether a bound may go by a value that no item shows: the price with tax, in another currency, or of today's offer.

Whatever the value is, each item has one. A lower and an upper bound together show where it lies, and where no number
lies there, or only the one that is shown, the bound is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from contract_suite.behaviours.collections.kit.bound_values import differing_values, taken_values
from contract_suite.behaviours.collections.kit.bounded_answers import Asked, ends, opened
from contract_suite.behaviours.collections.kit.whole_lists import whole_list
from contract_suite.behaviours.kit.listing import Listing, ListPage
from contract_suite.behaviours.kit.verdicts import Unusable
from contract_suite.contract.bounds import lies_within, measure
from contract_suite.contract.filters import Scalar
from contract_suite.model.case import Intent
from contract_suite.model.json import JSON, Missing, at
from contract_suite.model.source import Level

_FAR: Final = 1000
"""No reading makes a number so many times greater or smaller: cents, grams and percent are hundreds and thousands."""
_NEAR: Final = (0.01, 1.0)
"""A value that lies so near to the one that is shown is that one, where a bound takes parts of numbers, and where it takes none."""
_MOST: Final = 5
_INFINITE: Final = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What came within a bound; what `may_lack` items shows nothing by those that did not come.

    `whole` says that every page of it is there.
    """

    asked: Asked
    value: JSON
    page: ListPage
    may_lack: bool = False
    whole: bool = False

    def lacks(self, unbounded: ListPage) -> bool:
        """Whether more may lie within the bound than came."""
        return self.may_lack or not (self.whole or ends(unbounded, self.page))


@dataclass(slots=True)
class _Interval:
    """Where the value that counts lies, as far as answers tell."""

    least: float = -_INFINITE
    most: float = _INFINITE


@dataclass(slots=True, kw_only=True)
class OtherReadings:
    """The bounds of one field, as a list without bounds shows it, and everything that came within them."""

    listing: Listing
    whole: ListPage
    asked: Sequence[Asked]
    seen: list[Seen] = field(default_factory=list)

    def may_explain(self) -> bool:
        """Whether a value that is not shown explains all that came: asked where only names or sentences speak for the field.

        Asks some more, so it is to be called only where something seems wrong.
        """
        bound = self.asked[0].bound
        if bound.source.level is not Level.ADVISORY or not self._numbers():
            return False
        self.seen = [self._completed(each) for each in self.seen]
        wrong = {key for each in self.seen for key in self._wrong(each)}
        intervals: dict[str, _Interval] = {}
        for each in (*self.seen, *self._more(wrong)):
            self._note(each, intervals)
        if any(one.least > one.most for one in intervals.values()):
            return False
        items = dict(zip(self.whole.keys, self.whole.items, strict=True))
        known = [(intervals[key], at(items[key], bound.field)) for key in wrong if key in items and key in intervals]
        return not any(self._is_just(one, value) for one, value in known)

    def _is_just(self, one: _Interval, value: JSON | Missing) -> bool:
        """Whether answers leave no other value than the one that is shown, or none that a reading could make of it."""
        shown = _number(value)
        if shown is None:
            return False
        least, most = _NEAR
        near = least if any(_taken(each, shown + least) is not None for each in self.asked) else most
        is_shown = shown - near <= one.least and one.most <= shown + near
        is_far = shown > 0 and (one.least >= _FAR * shown or 0 <= one.most <= shown / _FAR)
        return is_shown or is_far

    def _numbers(self) -> list[Scalar]:
        """The numbers that the items show; none where the field is a time, of which each moment is shown as it is."""
        found = differing_values(self.whole.items, self.asked[0].bound.field)
        return found if all(isinstance(measure(each), (int, float)) for each in found) else []

    def _wrong(self, seen: Seen) -> Iterator[str]:
        """The items that came, or did not, against what is shown of them."""
        bound = seen.asked.bound if seen.asked.bound.edge != "either" else opened(seen.asked.bound)
        items = {**dict(zip(self.whole.keys, self.whole.items, strict=True))}
        items |= dict(zip(seen.page.keys, seen.page.items, strict=True))
        lacks = seen.lacks(self.whole)
        for key, item in items.items():
            lies = lies_within(bound, item, seen.value)
            came = key in seen.page.keys
            if lies is not None and lies is not came and (came or not lacks):
                yield key

    def _more(self, wrong: Iterable[str]) -> Iterator[Seen]:
        """Ask each bound for values that are shown, for those next to what is wrong, and for some that lie far beyond all."""
        numbers = [float(value) for each in self._numbers() if (value := _number(each)) is not None]
        items = dict(zip(self.whole.keys, self.whole.items, strict=True))
        shown = [_number(at(items[key], self.asked[0].bound.field)) for key in wrong if key in items]
        near = [number for number in shown if number is not None][:2]
        some = sorted({*numbers[:: max(1, len(numbers) // _MOST)], numbers[-1]})
        beside = [value for number in near for step in (0, *_NEAR) for value in (number - step, number + step)]
        far = [_FAR * max(numbers), min(numbers) / _FAR] if min(numbers) > 0 else []
        for asked in self.asked:
            for value in dict.fromkeys((*some, *beside, *far)):
                sent = _taken(asked, value)
                if sent is None:
                    continue
                with suppress(Unusable):
                    note = f"does {asked.parameter.name} go by another value than is shown?"
                    page = self.listing.page(
                        0, self.listing.biggest, asked.argument(sent), note=note, intent=Intent.UNKNOWN
                    )
                    yield self._completed(Seen(asked=asked, value=sent, page=page))

    def _completed(self, seen: Seen) -> Seen:
        """Return what came with all of its pages, where it was cut and they can be had."""
        if seen.may_lack or not seen.lacks(self.whole):
            return seen
        found = whole_list(self.listing, seen.asked.argument(seen.value), note="the other pages of what came")
        if found is None:
            return seen
        page = replace(seen.page, items=found[0], keys=tuple(map(self.listing.key, found[0])))
        return replace(seen, page=page, whole=True)

    def _note(self, seen: Seen, intervals: dict[str, _Interval]) -> None:
        """Narrow down where the value of each item lies: beyond a bound where it did not come, within where it did."""
        value = _number(seen.value)
        if value is None:
            return
        lacks = seen.lacks(self.whole)
        for key in dict.fromkeys((*self.whole.keys, *seen.page.keys)):
            came = key in seen.page.keys
            if not came and lacks:
                continue
            one = intervals.setdefault(key, _Interval())
            if came is bool(seen.asked.bound.lower):
                one.least = max(one.least, value)
            else:
                one.most = min(one.most, value)


def _taken(asked: Asked, value: float) -> JSON:
    """Return a number as a parameter takes it; `None` if it takes none of that kind or size."""
    exact = round(value, 4)
    return next(iter(taken_values(asked.parameter, [int(exact) if exact.is_integer() else exact])), None)


def _number(value: JSON | Missing) -> float | None:
    found = measure(value)
    return float(found) if isinstance(found, (int, float)) else None
