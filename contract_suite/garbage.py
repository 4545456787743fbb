"""Where much is made of which nothing can be garbage, looking for some takes a third of the time; at the end, taking it apart a tenth."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_OF_OTHERS: Final[list[str]] = []
"""What others wrote and this process runs."""


@contextmanager
def without_collecting() -> Iterator[None]:
    """Let nothing look for unused circles of objects meanwhile."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def note_code_of_others(name: str) -> None:
    """Say that code of others runs here: what it left open is closed only when its objects are taken apart."""
    _OF_OTHERS.append(name)


def leave_in_one_piece() -> None:
    """Spare a process that ends the taking apart of its circles of objects, unless code of others may count on it.

    What is open is closed by whoever opened it, and the memory goes back whole.
    """
    if not _OF_OTHERS:
        gc.freeze()
