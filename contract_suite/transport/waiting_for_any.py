"""Waits until something comes for one of several requests, without asking each of them again and again."""

from __future__ import annotations

import select
import time
from collections.abc import Iterable
from typing import Final

_LOOK_AGAIN: Final = 0.002
"""How long is waited where the system can't say when something comes."""


def wait_for_any(descriptors: Iterable[int | None], seconds: float) -> None:
    """Return once one of the connections has something to read, or after so many seconds at most.

    `None` stands for a request that no open connection waits for: then this returns after a moment.
    """
    numbers = list(descriptors)
    known = [each for each in numbers if each is not None and each >= 0]
    if len(known) < len(numbers) or not known:
        time.sleep(min(_LOOK_AGAIN, seconds))
    elif hasattr(select, "poll"):
        poll = select.poll()
        for each in known:
            poll.register(each, select.POLLIN)
        poll.poll(seconds * 1000)
    else:
        select.select(known, [], [], seconds)
