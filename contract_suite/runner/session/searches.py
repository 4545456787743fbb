"""What was tried of each operation to find a request that its server accepts, so that nothing refused is asked again.

A search goes on in the next stage where the last one left off. It begins anew only when other live values are known for
the operation, or where something of a kind that its body may name was met for the first time, and a few times at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from contract_suite.contract.operation import Operation
from contract_suite.generate.changes.difference import text_key
from contract_suite.model.json import Arguments
from contract_suite.runner.session.ledger.ledger import Ledger

_FIRST: Final = 2
_MOST: Final = 99
_SEARCHES: Final = 4
_OTHERS: Final = 5
"""So many other things are asked below, where one is forbidden."""
_FORBIDDEN: Final = 403


@dataclass(slots=True, kw_only=True)
class Search:
    """One search: how many candidates were asked, how many may be, and whether there is nothing left to try."""

    asked: int = 0
    most: int = _MOST
    is_over: bool = False


class Searches:
    """The searches of one session, by operation and by the live values that it had.

    `last_status` is that of the last answer to a search, by operation.
    """

    def __init__(self, ledger: Ledger) -> None:
        """Nothing was tried yet."""
        self.last_status: dict[str, int] = {}
        self._ledger = ledger
        self._most = _MOST
        self._known: dict[str, dict[str, Search]] = {}

    @contextmanager
    def briefly(self) -> Iterator[None]:
        """Let searches try the first candidates only, so that every operation has its turn before any is exhausted."""
        self._most = _FIRST
        try:
            yield
        finally:
            self._most = _MOST

    def of(self, operation: Operation, located: Arguments | None) -> Search:
        """Return the search that fits what is known now."""
        live = located if located is not None else self._ledger.live(operation) or {}
        known = self._known.setdefault(operation.id, {})
        named = [each for each in self._ledger.addresses.referred_to(operation) if self._ledger.known(each)]
        key = text_key([dict(sorted(live.items())), *sorted(named)])
        if key not in known and len(known) >= _SEARCHES:
            return Search(is_over=True)
        search = known.setdefault(key, Search())
        search.most = self._most
        return search

    def elsewhere(self, operation: Operation, refused: Callable[[], Arguments | None]) -> Iterator[None]:
        """Let other live values be preferred, one after the other, as long as those of an operation's path are forbidden.

        A list shows things, too, that one may read and not write to. `refused` gives what was refused last.
        """
        asked = [self._ledger.live(operation)]
        while self.last_status.get(operation.id) == _FORBIDDEN and len(asked) <= _OTHERS:
            self._ledger.pass_over(operation, refused() or {})
            live = self._ledger.live(operation)
            if live in asked:
                return
            asked.append(live)
            yield
