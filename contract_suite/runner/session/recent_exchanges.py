"""The exchanges of a run that are not long ago, with what they were meant to show: what may be looked back on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite import limits
from contract_suite.checks.check import Judgement
from contract_suite.model.case import Stage
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing

MOST: Final = 4096


class RecentExchanges:
    """As many of the latest exchanges as there is room for; iterates over their judgements, the latest last.

    There is room for 4096, and for `limits.REMEMBERED` bytes of bodies; the last one is kept whatever its size.
    """

    def __init__(self) -> None:
        """Nothing was sent yet."""
        self._judgements: dict[int, Judgement] = {}
        self._bytes = 0

    def __iter__(self) -> Iterator[Judgement]:
        """Go through the judgements that are kept now, the latest last; meanwhile more may be sent."""
        return iter(list(self._judgements.values()))

    def add(self, judgement: Judgement) -> None:
        """Keep an exchange, and forget the oldest ones that there is no room for."""
        self._judgements[judgement.exchange.number] = judgement
        self._bytes += _weight(judgement)
        while len(self._judgements) > 1 and (len(self._judgements) > MOST or self._bytes > limits.REMEMBERED):
            self._bytes -= _weight(self._judgements.pop(next(iter(self._judgements))))

    def judgement(self, number: int) -> Judgement | None:
        """Return what an exchange was meant to show, by its number; `None` if it is not kept."""
        return self._judgements.get(number)

    def exchange(self, number: int) -> Exchange | None:
        """Return an exchange by its number; `None` if it is not kept."""
        judgement = self._judgements.get(number)
        return judgement.exchange if judgement else None

    def stage(self, number: int) -> Stage | None:
        """Return which stage sent an exchange; `None` if it is not kept."""
        judgement = self._judgements.get(number)
        return judgement.case.stage if judgement else None

    def successes(self) -> dict[str, list[tuple[Exchange, JSON | Missing]]]:
        """Return the successes by operation, each with its parsed body."""
        found: dict[str, list[tuple[Exchange, JSON | Missing]]] = {}
        for judgement in self:
            if judgement.exchange.ok and judgement.operation is not None:
                found.setdefault(judgement.operation.id, []).append((judgement.exchange, judgement.body))
        return found


def _weight(judgement: Judgement) -> int:
    """The bytes of the body that came."""
    response = judgement.response
    return len(response.body) if response is not None else 0
