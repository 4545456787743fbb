"""Dates and times in arguments, moved together: no schema can say that a start lies in the future and an end behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from contract_suite.contract.operation import Operation
from contract_suite.generate.facts import Facts, facts_at, facts_of
from contract_suite.generate.fresh_values import put_at, value_at
from contract_suite.model.json import JSON, Arguments, escape

_FORMATS: Final = {"date": "%Y-%m-%d", "date-time": "%Y-%m-%dT%H:%M:%SZ"}
_DAY: Final = timedelta(days=1)
_USUAL_TIMES: Final = tuple(
    (timedelta(days=days), timedelta(**apart))
    for days, apart in ((30, {"hours": 1}), (30, {"days": 1}), (0, {"days": 1}), (-30, {"days": 1}))
)
"""How far from now dates may have to lie, and how far from each other: an appointment may be too long, or too short."""


def is_moment(operation: Operation, subject: str) -> bool:
    """Whether the value at a subject is a date or a time: only prose can say which ones are allowed."""
    facts = facts_at(operation, subject)
    return facts is not None and facts.format in _FORMATS and not facts.choices


def at_usual_times(operation: Operation, all_of: Iterable[Arguments], now: datetime) -> Iterator[Arguments]:
    """Yield each of the arguments that has dates with these in the future, now, and in the past, as services want them."""
    arguments = tuple(all_of)
    for ahead, apart in _USUAL_TIMES:
        moved = (from_then_on(operation, each, now + ahead, apart) for each in arguments)
        yield from (each for each in moved if each is not None)


def from_then_on(
    operation: Operation, arguments: Arguments, start: datetime, apart: timedelta = _DAY
) -> Arguments | None:
    """Return arguments with every date set anew: the first to `start`, each further one as far behind as `apart` says.

    What has no time of day is a day behind at least. `None` if there is no date.
    """
    moved: Arguments | None = None
    at = start
    for number, (subject, kind) in enumerate(moments(operation, arguments)):
        at += (max(apart, _DAY) if kind == "date" else apart) if number else timedelta()
        moved = put_at(moved if moved is not None else arguments, subject, at.strftime(_FORMATS[kind]))
    return moved


def span(operation: Operation, arguments: Arguments) -> tuple[datetime, timedelta] | None:
    """Return the first date of arguments, and how far the second one lies behind it; `None` where no date can be read."""
    shown = [value_at(arguments, subject) for subject, _ in islice(moments(operation, arguments), 2)]
    read = [moment_of(each) for each in shown if isinstance(each, str)]
    found = [each for each in read if each is not None]
    if not found:
        return None
    return found[0], found[1] - found[0] if len(found) > 1 and found[1] > found[0] else _DAY


def moment_of(text: str) -> datetime | None:
    """Return the date or time that a text says; `None` if it says none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def moments(operation: Operation, arguments: Arguments) -> Iterator[tuple[str, str]]:
    """Yield the subjects of arguments that hold dates, each with its format, in order."""
    for subject, value in arguments.items():
        facts = facts_at(operation, subject)
        if facts is not None and not subject.startswith("path."):
            yield from _below(facts, value, subject)


def _below(facts: Facts, value: JSON, subject: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and facts.format in _FORMATS and not facts.choices:
        yield subject, facts.format
    elif isinstance(value, dict):
        for name in facts.properties:  # in the order of the document, in which a start comes before its end
            if name in value:
                yield from _below(facts_of(facts.member(name)), value[name], f"{subject}/{escape(name)}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _below(facts_of(facts.view.element(index)), item, f"{subject}/{index}")
