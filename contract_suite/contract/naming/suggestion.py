"""What a misspelt name was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_SHOWN: Final = 12


def see(said: str, command: str) -> str:
    """Return a sentence that may end with a suggestion, followed by the command that lists what there is."""
    return f"{said} `{command}` lists them all" if said.endswith("?") else f"{said}; `{command}` lists them all"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the end of a sentence that helps: `; did you mean 'pai'?`, or the known names.

    The names are given if none is close and they are few.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - only wanted when something went wrong

    names = list(dict.fromkeys(known))
    by_lower = {each.lower(): each for each in names}
    close = get_close_matches(name.lower(), by_lower, n=3, cutoff=0.6)
    if close:
        return f"; did you mean {' or '.join(repr(by_lower[each]) for each in close)}?"
    if not names:
        return "; there are none"
    return f"; there are {', '.join(names)}" if len(names) <= _SHOWN else ""
