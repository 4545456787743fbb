"""Rate limits: at most so many requests of one user to one operation in any stretch of the documented length."""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from typing import Final

from contract_suite.contract.vocabulary import Rate
from contract_suite.mock.refused import Refused
from contract_suite.model.counting import counted

_MAX_USERS: Final = 10_000


class Limiter:
    """Counts the served requests of each user; a refused one doesn't count."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._served: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    def take(self, operation: str, user: str, rate: Rate, now: float) -> None:
        """Count one request, or refuse it with the time to wait."""
        served = self._served.setdefault((operation, user), deque())
        self._served.move_to_end((operation, user))
        while served and served[0] <= now - rate.seconds:
            served.popleft()
        if len(served) >= rate.requests:
            wait = max(1, math.ceil(served[0] + rate.seconds - now))
            raise Refused(
                "too_many",
                f"More than {counted(rate.requests, 'request')} in {rate.seconds:g} s.",
                headers=(("Retry-After", str(wait)),),
            )
        served.append(now)
        if len(self._served) > _MAX_USERS:
            self._served.popitem(last=False)
