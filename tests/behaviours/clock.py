"""A clock for servers that go wrong with time: it moves with requests and pauses, never by itself."""

from __future__ import annotations

import time

_SECONDS_PER_REQUEST = 0.05


class Clock:
    """Seconds since the epoch, as far as requests and pauses have moved them on."""

    def __init__(self) -> None:
        self.now = float(int(time.time()))

    def leave_the_minute(self) -> None:
        """Move on to where no whole minute is near: what happens on one may be kept to the minute, and so tells nothing."""
        second = self.now % 60
        if not 1 <= second < 45:
            self.tick(61 - second if second >= 1 else 1)

    def tick(self, seconds: float = _SECONDS_PER_REQUEST) -> None:
        self.now += seconds


CLOCK = Clock()
