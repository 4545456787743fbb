"""What a bound means for one item: whether its number or its time lies on the right side of a value.

Times are compared as moments. What a text leaves open is not decided: a day beside a moment covers all that this day is
anywhere on earth, and a moment that is shown to the second may have been cut there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from contract_suite.contract.trees.written_times import written_moment
from contract_suite.contract.vocabulary import Bound
from contract_suite.model.json import JSON, at

_NUMBER: Final = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ANYWHERE: Final = timedelta(hours=14)
_SHOWN_TO: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Moment:
    at: datetime
    has_zone: bool


_Measure = int | float | date | _Moment


def lies_within(bound: Bound, item: JSON, wanted: JSON, *, exact: bool = False) -> bool | None:
    """Whether an item lies on the right side of a value; `None` where its field or the edge leaves that open.

    `exact` says that the field shows all that the server knows of a moment, as one that clients choose does.
    """
    found, limit = measure(at(item, bound.field)), measure(wanted)
    if found is None or limit is None:
        return None
    side = _compared(found, limit)
    if side is None:
        return None
    if side == 0:
        return {"included": True, "excluded": False}.get(bound.edge) if exact or _is_exact(found) else None
    return side > 0 if bound.lower else side < 0


def measure(value: object) -> _Measure | None:
    """Return a value as a number, a day or a moment; `None` for whatever else."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return None
    if _NUMBER.fullmatch(value):
        return float(value) if "." in value else int(value)
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        return None
    found = written_moment(value)
    if found is None:
        return None
    return _Moment(found if found.tzinfo is not None else found.replace(tzinfo=UTC), found.tzinfo is not None)


def order_of(value: _Measure) -> tuple[int, float]:
    """Return what values of one kind are sorted by."""
    if isinstance(value, _Moment):
        return 2, value.at.timestamp()
    return (1, value.toordinal()) if isinstance(value, date) else (0, value)


def _compared(found: _Measure, limit: _Measure) -> int | None:
    """1 where an item is more, -1 where it is less, 0 at the edge; `None` where nobody can tell."""
    if isinstance(found, (int, float)) or isinstance(limit, (int, float)):
        if not isinstance(found, (int, float)) or not isinstance(limit, (int, float)):
            return None
        return (found > limit) - (found < limit)
    if isinstance(found, date) and isinstance(limit, date):
        return (found > limit) - (found < limit)
    alike = isinstance(found, _Moment) and isinstance(limit, _Moment) and found.has_zone == limit.has_zone
    slack = _SHOWN_TO if alike else _ANYWHERE
    (first, last), (begins, ends) = _span(found), _span(limit)
    if first - ends >= slack:
        return 1
    if begins - last >= slack:
        return -1
    return 0 if alike and first == begins else None


def _span(value: date | _Moment) -> tuple[datetime, datetime]:
    """Return the first and the last moment that a text may mean."""
    if isinstance(value, _Moment):
        return value.at, value.at
    begin = datetime(value.year, value.month, value.day, tzinfo=UTC)
    return begin, begin + timedelta(days=1)


def _is_exact(value: _Measure) -> bool:
    """Whether a value is surely all that the server knows of it: a clock's time may be shown without its last digits."""
    return not isinstance(value, _Moment) or (value.at.second == 0 and value.at.microsecond == 0)
