"""What one pass over a run's exchanges tells: how many, how quick, which statuses, and which values came near an edge.

The rule that must not be broken: exchanges are looked at one by one and never kept, so that a run of any length fits.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from contract_suite.model.clause import Clause
from contract_suite.model.clause_ids import parts
from contract_suite.model.exchange import NoResponse, Response, status_class
from contract_suite.model.json import JSON, Missing, parsed, unescape
from contract_suite.model.percentile import percentile
from contract_suite.model.run import RecordedClauses, RecordedExchange, RunHeader
from contract_suite.record.lines import Line
from contract_suite.record.reader import Run, read_run


@dataclass(slots=True, kw_only=True)
class Traffic:
    """The exchanges of one operation: their number, statuses (0 for no response), troubles and times."""

    exchanges: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    seconds: array[float] = field(default_factory=lambda: array("d"))

    def add(self, other: Traffic) -> None:
        """Count the exchanges of another one too."""
        self.exchanges += other.exchanges
        self.statuses.update(other.statuses)
        self.troubles.update(other.troubles)
        self.seconds.extend(other.seconds)

    def percentile(self, share: float) -> float:
        """Return the time within which this share (0 to 1) of the exchanges was answered; 0 for none."""
        return percentile(self.seconds, share) or 0.0


@dataclass(slots=True, kw_only=True)
class Edge:
    """How near the values of a run came to the edge of one response keyword.

    `seen` counts the values; `distance` is the smallest one to the edge (`None` before any value); `members` are the
    values of an enum that came.
    """

    seen: int = 0
    distance: float | None = None
    members: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """All that the pass has found: traffic by family and operation, edges by family and clause.

    The operation is empty for requests to none.
    """

    traffic: Mapping[tuple[str, str], Traffic]
    edges: Mapping[tuple[str, str], Edge]

    def of_family(self, family: str) -> Traffic:
        """Return the traffic of a family as a whole."""
        whole = Traffic()
        for (name, _), each in self.traffic.items():
            if name == family:
                whole.add(each)
        return whole


def read_observed(path: Path) -> Run:
    """Read a record as `read_run` does, and look at its exchanges meanwhile: `observe` needs no second reading of it."""
    observer = _Observer()
    run = read_run(path, observer.see)
    _LAST[:] = [(run.exchange_offsets, observer.observed)]
    return run


def observe(run: Run) -> Observed:
    """Look at every exchange of a run once.

    Asked again for the same run, it gives the same answer without another look.
    """
    if not _LAST or _LAST[0][0] is not run.exchange_offsets:
        observer = _Observer()
        observer.see(run.header)
        for recorded in run.exchanges():
            observer.see(recorded)
        _LAST[:] = [(run.exchange_offsets, observer.observed)]
    return _LAST[0][1]


_LAST: Final[list[tuple[Mapping[int, int], Observed]]] = []
"""The exchanges that were looked at last, and what was seen: several formats are written of one run."""

_BIGGEST_BODY: Final = 1 << 20
"""Bodies beyond this size are not searched for values near an edge: they take long and seldom tell more."""
_MOST_ITEMS: Final = 50
_MEMBERS: Final = frozenset({"enum", "const"})
_CLIENT_ERROR: Final = 400


@dataclass(slots=True)
class _Place:
    """One place of a response schema: the edges there, and the places below."""

    edges: list[tuple[str, JSON, Edge]] = field(default_factory=list)
    written: dict[str, str] = field(default_factory=dict)
    """The texts that came, as JSON: an enum's few members come again and again."""
    members: dict[str, _Place] = field(default_factory=dict)


class _Observer:
    """Looks at the lines of a record one by one, the header first."""

    def __init__(self) -> None:
        self._edges: dict[tuple[str, str], Edge] = {}
        self._places: dict[tuple[str, str, str], _Place] = {}
        self._statuses: dict[tuple[str, str], frozenset[str]] = {}
        self._traffic: dict[tuple[str, str], Traffic] = {}
        self.observed = Observed(traffic=self._traffic, edges=self._edges)

    def see(self, line: Line) -> None:
        """Take in what a line tells of traffic."""
        if isinstance(line, RecordedExchange):
            self._count(line)
        elif isinstance(line, RecordedClauses):
            _plant(line.family, line.clauses, self._places, self._edges)
        elif isinstance(line, RunHeader):
            for family in line.families:
                for operation in family.operations:
                    self._statuses[family.name, operation.id] = frozenset(operation.statuses)
                _plant(family.name, family.clauses, self._places, self._edges)

    def _count(self, recorded: RecordedExchange) -> None:
        key = (recorded.family, recorded.operation)
        counted = self._traffic.get(key)
        if counted is None:
            counted = self._traffic[key] = Traffic()
        exchange = recorded.exchange
        counted.exchanges += 1
        counted.statuses[exchange.status] += 1
        counted.seconds.append(exchange.seconds)
        answer = exchange.answer
        if isinstance(answer, NoResponse):
            counted.troubles[answer.trouble.value] += 1
        elif answer.status < _CLIENT_ERROR:
            place = self._places.get((*key, _label(answer.status, self._statuses.get(key, frozenset()))))
            if place is not None:
                _look(place, answer)


def _plant(
    family: str,
    clauses: Iterable[Clause],
    places: dict[tuple[str, str, str], _Place],
    edges: dict[tuple[str, str], Edge],
) -> None:
    for clause in clauses:
        if clause.limit is not None:
            label, tokens = _path(clause)
            place = places.setdefault((family, clause.operation, label), _Place())
            for token in tokens:
                place = place.members.setdefault(token, _Place())
            edge = edges.setdefault((family, clause.id), Edge())
            place.edges.append((clause.kind, clause.limit, edge))


def _path(clause: Clause) -> tuple[str, list[str]]:
    label, _, rest = parts(clause.id)[1].partition("/")
    return label, [unescape(token) for token in rest.split("/")] if rest else []


def _label(status: int, documented: frozenset[str]) -> str:
    exact, group = str(status), status_class(status)
    return exact if exact in documented else group if group in documented else "default"


def _look(place: _Place, response: Response) -> None:
    if len(response.body) > _BIGGEST_BODY:
        return
    value = parsed(response.body)
    if not isinstance(value, Missing):
        _walk(place, value)


def _walk(place: _Place, value: JSON) -> None:
    for keyword, limit, edge in place.edges:
        if keyword in _MEMBERS:
            _note_member(keyword, limit, edge, value, place.written)
        else:
            _note_size(keyword, limit, edge, value)
    if isinstance(value, dict):
        for name, member in place.members.items():
            if name in value:
                _walk(member, value[name])
            elif name == "*":
                _each(member, (each for key, each in value.items() if key not in place.members))
    elif isinstance(value, list) and "*" in place.members:
        _each(place.members["*"], value)


def _each(place: _Place, values: Iterable[JSON]) -> None:
    for count, value in enumerate(values):
        if count >= _MOST_ITEMS:
            return
        _walk(place, value)


def _note_member(keyword: str, limit: JSON, edge: Edge, value: JSON, written: dict[str, str]) -> None:
    edge.seen += 1
    members = limit if keyword == "enum" and isinstance(limit, list) else [limit]
    if value not in members:
        return
    if not isinstance(value, str):
        text = json.dumps(value, sort_keys=True)
    elif (text := written.get(value, "")) == "":
        text = written[value] = json.dumps(value)
    edge.members.add(text)
    edge.distance = 0


def _note_size(keyword: str, limit: JSON, edge: Edge, value: JSON) -> None:
    size = _size(keyword, value)
    if size is None or not isinstance(limit, (int, float)):
        return
    edge.seen += 1
    try:
        distance = float(abs(size - limit))
    except OverflowError:
        return
    edge.distance = distance if edge.distance is None else min(edge.distance, distance)


def _size(keyword: str, value: JSON) -> float | None:
    if keyword.endswith("-length"):
        return len(value) if isinstance(value, str) else None
    if keyword.endswith("-items"):
        return len(value) if isinstance(value, list) else None
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
