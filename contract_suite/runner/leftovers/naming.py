"""What a run left, named for a reader: how many of each kind, and the first of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from contract_suite.behaviours.behaviour import Made
from contract_suite.model.counting import listed

_FIRST: Final = 5
_FIRST_OF_EACH: Final = 3


def by_kind(left: Iterable[Made]) -> str:
    """Return how many of each kind are left, with the first ids: `2 of /albums (7, 8), 40 of /songs (1, 2, 3 and 37 more)`."""
    kinds: dict[str, list[str]] = {}
    for made in left:
        kinds.setdefault(made.resource.name, []).append(_identity(made))
    return ", ".join(f"{len(ids):,} of {kind} ({listed(ids, _FIRST_OF_EACH)})" for kind, ids in kinds.items())


def in_a_row(left: Sequence[Made]) -> str:
    """Return the first things that are left, by kind and id, and how many more there are."""
    return listed([f"{made.resource.name} {_identity(made)}" for made in left], _FIRST)


def _identity(made: Made) -> str:
    return "/".join(map(str, made.identity.values()))
