"""A clock for servers that go wrong with time: it moves with requests and pauses, never by itself."""

from __future__ import annotations

import time

_SECONDS_PER_REQUEST = 0.05


class Clock:
    """Seconds since the epoch, as far as requests and pauses have moved them on."""

    def __init__(self) -> None:
        self.now = float(int(time.time()))

    def tick(self, seconds: float = _SECONDS_PER_REQUEST) -> None:
        self.now += seconds


CLOCK = Clock()
