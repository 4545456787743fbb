"""Cases that could be made, in the order in which they tell most; each is built when its turn comes, and not before."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from contract_suite.generate.proof import Key, key_of
from contract_suite.model.case import Case, Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A case before it is built.

    `rank` orders, 0 the most telling. `intent` and `target_clause` are what it is made for: what the request itself
    proves is known when it is built.
    """

    rank: int
    intent: Intent
    target_clause: str
    make: Callable[[], Built | None]


@dataclass(frozen=True, slots=True)
class Built:
    """A case, and the rank that it has after all."""

    rank: int
    case: Case


class InTurn:
    """Builds proposals as somebody reads, no request twice.

    One case of every target clause comes before the second of any, so that a bound leaves no clause out. `told` holds
    the clauses of what was read.
    """

    def __init__(self, proposals: Iterable[Proposal], seen: set[Key]) -> None:
        """Nothing is built yet. `seen` are the requests so far, to which each one is added that is yielded."""
        self.told: set[str] = set()
        self._seen = seen
        self._proposals = sorted(enumerate(proposals), key=lambda each: each[1].rank)
        self._others: list[tuple[int, int, Proposal | Case]] = []

    def firsts(self) -> Iterator[Case]:
        """Yield a case of each clause that one can be built for."""
        for place, proposal in self._proposals:
            built = None
            if proposal.target_clause and proposal.target_clause not in self.told:
                built = proposal.make()
                if built is None:
                    continue
            if built is None:
                heapq.heappush(self._others, (proposal.rank, place, proposal))
            elif built.case.target_clause and built.case.target_clause not in self.told:
                yield from self._new(built.case)
            else:
                heapq.heappush(self._others, (built.rank, place, built.case))

    def others(self) -> Iterator[Case]:
        """Yield what `firsts`, which is read before, has left."""
        while self._others:
            rank, place, waiting = heapq.heappop(self._others)
            if isinstance(waiting, Case):
                yield from self._new(waiting)
                continue
            built = waiting.make()
            if built is not None and built.rank > rank:
                heapq.heappush(self._others, (built.rank, place, built.case))
            elif built is not None:
                yield from self._new(built.case)

    def _new(self, case: Case) -> Iterator[Case]:
        key = key_of(case.request)
        if key not in self._seen:
            self._seen.add(key)
            self.told.add(case.target_clause)
            yield case
