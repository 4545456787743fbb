"""Which moment a text writes: as ISO 8601 has it (RFC 3339), as mail and HTTP have it (RFC 5322, RFC 9110), and as people do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}.*", re.DOTALL)
_OF_MAIL: Final = re.compile(
    r"(?:[a-z]{3,9},? +)?[0-9]{1,2}[ -][a-z]{3}[ -](?:[0-9]{4}|[0-9]{2}) +[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
    r"(?: +(?:[a-z]{1,5}|[-+][0-9]{4}))?(?: +\([a-z]{1,5}\))?",
    re.IGNORECASE,
)
"""`Thu, 07 Mar 2024 05:00:00 +0000` (RFC 5322), also with `GMT`, and `Thursday, 07-Mar-24 05:00:00 GMT` (RFC 850)."""
_OF_C: Final = re.compile(
    r"[a-z]{3} [a-z]{3} [ 0-9]?[0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} (?:[-+][0-9]{4} )?[0-9]{4}", re.IGNORECASE
)
"""`Thu Mar  7 05:00:00 2024`, as `asctime` writes it, also with the zone before the year."""
_TICKS: Final = re.compile(r"/Date\((-?[0-9]{1,15})(?:[-+][0-9]{4})?\)/")
"""`/Date(1709787600000)/`: milliseconds since 1970, as .NET and OData 2 write a time in JSON."""
_CLOCK: Final = (
    r"(?:,? +(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?(?: ?(?P<half>[ap])\.?m\.?)?)?"
)
_WORDED: Final = tuple(
    re.compile(rf"(?:[a-z]{{3,9}},? +)?{form}{_CLOCK}", re.IGNORECASE)
    for form in (
        r"(?P<day>[0-9]{1,2})\.?[ -](?P<month>[a-z]{3,9})\.?,?[ -](?P<year>[0-9]{4})",
        r"(?P<month>[a-z]{3,9})\.? (?P<day>[0-9]{1,2}),? (?P<year>[0-9]{4})",
    )
)
"""`7 March 2024 05:00`, `Mar 7, 2024 5:00 AM`."""
_IN_DIGITS: Final = re.compile(
    rf"(?P<one>[0-9]{{1,2}})(?P<sign>[/.-])(?P<other>[0-9]{{1,2}})(?P=sign)(?P<year>[0-9]{{4}}){_CLOCK}", re.IGNORECASE
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NOON: Final = 12
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def written_moment(text: str) -> datetime | None:
    """Return the time of a day that a text writes; without a zone where it names none, `None` for any other text."""
    with suppress(ValueError, OverflowError):
        if _ISO.fullmatch(text):
            return datetime.fromisoformat(text)
        if _OF_MAIL.fullmatch(text) or _OF_C.fullmatch(text):
            return parsedate_to_datetime(text)
        if ticks := _TICKS.fullmatch(text):
            return _EPOCH + timedelta(milliseconds=int(ticks[1]))
    return None


def written_dates(text: str) -> Iterator[datetime]:
    """Yield each moment or day that a text may mean, UTC where it names no zone: `03/07/2024` is one of two days."""
    found = written_moment(text)
    if found is not None:
        yield found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        return
    with suppress(ValueError):
        found = datetime.fromisoformat(text)
        yield found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        return
    for form in _WORDED:
        worded = form.fullmatch(text)
        month = worded["month"][:3].lower() if worded is not None else ""
        if worded is not None and month in _MONTHS:
            yield from _dated(worded, _MONTHS.index(month) + 1, int(worded["day"]))
            return
    digits = _IN_DIGITS.fullmatch(text)
    if digits is not None:
        one, other = int(digits["one"]), int(digits["other"])
        yield from _dated(digits, other, one)
        yield from _dated(digits, one, other)


def _dated(found: re.Match[str], month: int, day: int) -> Iterator[datetime]:
    hour = int(found["hour"] or 0)
    if found["half"]:
        hour = hour % _NOON + (_NOON if found["half"].lower() == "p" else 0)
    with suppress(ValueError):
        whole = date(int(found["year"]), month, day)
        yield datetime(
            whole.year, whole.month, whole.day, hour, int(found["minute"] or 0), int(found["second"] or 0), tzinfo=UTC
        )
