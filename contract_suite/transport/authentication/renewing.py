"""The keys of a run that are fetched: which there are, how long they are good, and how often they were fetched."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from contract_suite.transport.authentication.key_sources import KeySource, Secret

_OF_ITS_TIME: Final = 0.9
"""A key is fetched anew when this much of its time is over, so that no request meets its end on the way."""


@dataclass(slots=True)
class Renewing:
    """The sources by the name of their scheme; that of a key for every scheme stands under an empty name."""

    sources: Sequence[tuple[str, KeySource]] = ()
    logs_in: bool = False
    """Whether one of them is a login, so that no other answer opens a session."""
    generation: int = 0
    """How often the keys changed: a request that was sent in an earlier one may be sent again."""
    _until: float = math.inf

    @property
    def possible(self) -> bool:
        """Whether any key is fetched."""
        return bool(self.sources)

    @property
    def due(self) -> bool:
        """Whether the time of a key is over."""
        return time.monotonic() >= self._until

    def fetch(self) -> Iterator[tuple[str, Secret]]:
        """Fetch every key; yields those that are no cookies. `EndpointError` if one can't be had."""
        self._until = math.inf
        for scheme, source in self.sources:
            key = source.fetch()
            if key.seconds is not None:
                self._until = min(self._until, time.monotonic() + key.seconds * _OF_ITS_TIME)
            if key.value:
                yield scheme, Secret(value=key.value, name=source.variable)
        self.generation += 1

    def changed(self) -> None:
        """Count that a cookie of the session has changed."""
        self.generation += 1
