"""The one way in which figures of a run take a percentile."""

from __future__ import annotations

import math
from collections.abc import Iterable


def percentile(values: Iterable[float], share: float) -> float | None:
    """Return the least value that at least this share (0 to 1) of the values doesn't exceed; `None` for no values.

    This is the nearest rank: a value that was really measured. `statistics.quantiles` interpolates between two.
    """
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)] if ordered else None
