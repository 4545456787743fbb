"""Comparing what is there with what must be there: a test that fails names each piece that is missing."""

from __future__ import annotations

from collections.abc import Iterable


def assert_each(there: Iterable[str], of: Iterable[str], *, lacks: str, beyond: str) -> None:
    """Hold two collections of names to each other.

    `lacks` says what to do about a name of `of` that is not there, `beyond` about one that is there and not in `of`.
    """
    found, wanted = set(there), set(of)
    assert not wanted - found, f"{lacks}: {', '.join(sorted(wanted - found))}"
    assert not found - wanted, f"{beyond}: {', '.join(sorted(found - wanted))}"
