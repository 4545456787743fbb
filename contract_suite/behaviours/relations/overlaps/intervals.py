"""From when until when a body says that something lasts: two moments, or one and how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.json import JSON

_STARTS: Final = frozenset({"start", "starts", "starting", "from", "begin", "begins", "since", "scheduled", "arrival"})
_ENDS: Final = frozenset({"end", "ends", "ending", "to", "until", "till", "finish", "finishes", "thru", "departure"})
_STARTS_TOGETHER: Final = ("checkin", "pickup")
_ENDS_TOGETHER: Final = ("checkout", "dropoff", "returnat", "returndate")
_UNITS: Final = {
    "seconds": timedelta(seconds=1),
    "minutes": timedelta(minutes=1),
    "mins": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "nights": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}
_PARTS: Final = 4
_FORMATS: Final = {"date": "%Y-%m-%d", "date-time": "%Y-%m-%dT%H:%M:%SZ"}


@dataclass(frozen=True, slots=True)
class Interval:
    """When something begins, and how long it lasts."""

    start: datetime
    length: timedelta

    @property
    def end(self) -> datetime:
        """When it ends."""
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class IntervalMembers:
    """The members of a body that say from when until when: a start, and an end or a length in units (0 without one)."""

    start: str
    end: str
    length: str
    unit: timedelta
    usual: int
    forms: Mapping[str, str]

    def of(self, body: Mapping[str, JSON]) -> Interval | None:
        """Return the interval that a body says; `None` where it says none that lasts."""
        start = _moment(body.get(self.start))
        if start is None:
            return None
        if self.end:
            end = _moment(body.get(self.end))
            return Interval(start, end - start) if end is not None and end > start else None
        length = body.get(self.length, self.usual)
        whole = isinstance(length, int) and not isinstance(length, bool) and length > 0
        return Interval(start, self.unit * length) if whole and isinstance(length, int) else None

    def saying(self, interval: Interval) -> dict[str, JSON]:
        """Return the members that say an interval."""
        said: dict[str, JSON] = {self.start: interval.start.astimezone(UTC).strftime(_FORMATS[self.forms[self.start]])}
        if self.end:
            return {**said, self.end: interval.end.astimezone(UTC).strftime(_FORMATS[self.forms[self.end]])}
        return {**said, self.length: interval.length // self.unit}

    def longer(self, body: Mapping[str, JSON]) -> Interval | None:
        """Return an interval with the same start that is long enough to be parted; `None` without a start."""
        start, known = _moment(body.get(self.start)), self.of(body)
        length = max(known.length if known is not None else timedelta(), _PARTS * self.grain)
        return Interval(start, length) if start is not None else None

    @property
    def grain(self) -> timedelta:
        """The shortest time that they can tell apart."""
        by_day = "date" in {self.forms[each] for each in (self.start, self.end) if each}
        return timedelta(days=1) if by_day else self.unit if self.length else timedelta(minutes=1)


def interval_members(place: SchemaView | None) -> IntervalMembers | None:
    """Return the members of a body by which it says from when until when something lasts; `None` where it isn't sure."""
    names = list(place.property_names()) if place is not None else []
    if place is None:
        return None
    forms = {name: form for name in names if (form := str(place.member(name).keyword("format"))) in _FORMATS}
    starts = [name for name in forms if _is_called(name, _STARTS, _STARTS_TOGETHER)]
    ends = [name for name in forms if _is_called(name, _ENDS, _ENDS_TOGETHER)]
    lengths = [name for name in names if _unit(name) and place.member(name).types() & {"integer", "number"}]
    if len(starts) != 1 or len(ends) > 1 or (not ends and len(lengths) != 1):
        return None
    length = "" if ends else lengths[0]
    usual = place.member(length).keyword("default") if length else 0
    whole = isinstance(usual, int) and not isinstance(usual, bool)
    return IntervalMembers(
        start=starts[0],
        end=ends[0] if ends else "",
        length=length,
        unit=_unit(length) or timedelta(),
        usual=usual if whole and isinstance(usual, int) else 0,
        forms=forms,
    )


def _is_called(name: str, alone: frozenset[str], together: tuple[str, ...]) -> bool:
    return not alone.isdisjoint(words(name)[:1]) or plain_name(name).startswith(together)


def _unit(name: str) -> timedelta | None:
    """The unit that a length of time is named after: `durationMinutes`, `nights`."""
    return next((_UNITS[each] for each in words(name)[-1:] if each in _UNITS), None)


def _moment(value: JSON) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found
