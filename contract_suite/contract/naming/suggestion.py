"""What a misspelt name was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_SHOWN: Final = 12


def see(said: str, command: str) -> str:
    """Return a sentence that may end with a suggestion, followed by the command that lists what there is."""
    return followed_by(said, f"`{command}` lists them all")


def followed_by(said: str, more: str) -> str:
    """Return a sentence that may end with a suggestion, which is a question, followed by what more there is to say."""
    return f"{said} {more[:1].upper()}{more[1:]}" if said.endswith("?") else f"{said}; {more}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the end of a sentence that helps: `; did you mean 'pai'?`, or the known names.

    The names are given if none is close and they are few.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - only wanted when something went wrong

    names = list(dict.fromkeys(known))
    by_lower = {each.lower(): each for each in names}
    close = get_close_matches(name.lower(), by_lower, n=3, cutoff=0.6)
    if close:
        *others, last = (repr(by_lower[each]) for each in close)
        return f"; did you mean {', '.join(others)}{' or ' if others else ''}{last}?"
    if not names:
        return "; there are none"
    return f"; there are {', '.join(names)}" if len(names) <= _SHOWN else ""
