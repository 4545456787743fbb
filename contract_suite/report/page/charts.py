"""Distributions as bars, ready to be drawn: times on a logarithmic scale, statuses by class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from contract_suite.model.counting import counted
from contract_suite.report.comparison import TrendPoint
from contract_suite.report.traffic import Traffic


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: where it stands and how large it is, in units of the drawing; what it says; a class for its colour."""

    x: float
    y: float
    width: float
    height: float
    label: str
    count: int
    kind: str = ""


WIDTH: Final = 600
HEIGHT: Final = 120
BAND: Final = 14

_EDGES: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_GAP: Final = 2


def times(traffic: Traffic) -> tuple[Bar, ...]:
    """Return a histogram of times, from the quickest bucket that holds any to the slowest."""
    counts = [0] * (len(_EDGES) + 1)
    for seconds in traffic.seconds:
        counts[next((index for index, edge in enumerate(_EDGES) if seconds <= edge), len(_EDGES))] += 1
    used = [index for index, count in enumerate(counts) if count]
    if not used:
        return ()
    first, last = used[0], used[-1]
    width = min(WIDTH / (last - first + 1), WIDTH / 6)
    tallest = max(counts)
    bars = []
    for place, index in enumerate(range(first, last + 1)):
        height = round(counts[index] / tallest * HEIGHT, 1)
        # What is there at all must be seen.
        height = max(height, 1.5) if counts[index] else 0.0
        label = f"up to {duration(_EDGES[index])}" if index < len(_EDGES) else f"over {duration(_EDGES[-1])}"
        bars.append(
            Bar(
                x=round(place * width, 1),
                y=round(HEIGHT - height, 1),
                width=round(width - _GAP, 1),
                height=height,
                label=label,
                count=counts[index],
            )
        )
    return tuple(bars)


def statuses(traffic: Traffic) -> tuple[Bar, ...]:
    """Return one band of all statuses, in their order; no response comes last."""
    total = sum(traffic.statuses.values())
    bars = []
    x = 0.0
    for status, count in sorted(traffic.statuses.items(), key=lambda item: item[0] or _LAST):
        width = count / total * WIDTH
        kind = f"s{status // 100}" if status else "s0"
        label = str(status) if status else "no response"
        bars.append(
            Bar(x=round(x, 2), y=0, width=round(max(width, 0.5), 2), height=BAND, label=label, count=count, kind=kind)
        )
        x += width
    return tuple(bars)


def shares(counts: Sequence[tuple[str, int]]) -> tuple[Bar, ...]:
    """Return one band of named counts, in the order given, without those that are zero."""
    total = sum(count for _, count in counts)
    bars = []
    x = 0.0
    for name, count in counts:
        if count:
            width = count / total * WIDTH
            bars.append(
                Bar(
                    x=round(x, 2), y=0, width=round(max(width, 0.5), 2), height=BAND, label=name, count=count, kind=name
                )
            )
            x += width
    return tuple(bars)


def trend(points: Sequence[TrendPoint]) -> tuple[Bar, ...]:
    """Return the findings of earlier runs as bars, the oldest first."""
    tallest = max((each.failures + each.advisories for each in points), default=0)
    width = min(WIDTH / max(len(points), 1), 24.0)
    bars = []
    for place, each in enumerate(points):
        count = each.failures + each.advisories
        height = round(max(count / tallest * 60, 1.5), 1) if tallest else 1.5
        bars.append(
            Bar(
                x=round(place * width, 1),
                y=round(60 - height, 1),
                width=round(max(width - _GAP, 1), 1),
                height=height,
                count=count,
                label=(
                    f"{each.started}: {counted(each.failures, 'failure')}, {counted(each.advisories, 'advisory')}, "
                    f"{each.coverage:.0%} decided"
                ),
                kind="failed" if each.failures else "advisory" if each.advisories else "passed",
            )
        )
    return tuple(bars)


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it."""
    if seconds < _MILLISECOND:
        return f"{seconds * 1e6:.0f} µs"
    if seconds < 1:
        return f"{seconds * 1e3:.{0 if seconds >= _TEN_MILLISECONDS else 1}f} ms".replace(".0 ", " ")
    if seconds < _MINUTES:
        return f"{seconds:.1f} s".replace(".0 ", " ")
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


_LAST: Final = 1000
_MILLISECOND: Final = 0.001
_TEN_MILLISECONDS: Final = 0.01
_MINUTES: Final = 120
