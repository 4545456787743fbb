"""Waiting for an endpoint that answered before and takes no connection now: it may be starting again."""

from __future__ import annotations

from typing import Final

from contract_suite import limits
from contract_suite.model.exchange import NoResponse, Response, Trouble

_AWAY: Final = frozenset({Trouble.REFUSED, Trouble.UNREACHABLE})
_FIRST: Final = 0.05
_LONGEST: Final = 1.0


class Outage:
    """Follows whether connections are taken; `seconds` is how long they were not, in all, and `times` how often."""

    def __init__(self) -> None:
        """Nothing has answered yet."""
        self.times = 0
        self.seconds = 0.0
        self._answered = False
        self._waited = 0.0
        self._next = _FIRST

    @property
    def gone(self) -> bool:
        """Whether the endpoint was waited for as long as a restart may take."""
        return self._waited >= limits.RESTART

    def note(self, answer: Response | NoResponse) -> bool:
        """Take an answer in; returns whether somebody took the connection."""
        taken = not isinstance(answer, NoResponse) or answer.trouble not in _AWAY
        if taken:
            self._answered = True
            self._waited, self._next = 0.0, _FIRST
        return taken

    def pause(self, answer: Response | NoResponse) -> float | None:
        """Return the seconds to wait before the same is sent again, or `None` if the answer stands.

        Where nobody took the connection nothing was sent, so any request may be sent again.
        """
        if self.note(answer) or not self._answered or self.gone:
            return None
        if not self._waited:
            self.times += 1
        pause = min(self._next, limits.RESTART - self._waited)
        self._waited += pause
        self.seconds += pause
        self._next = min(self._next * 2, _LONGEST)
        return pause
