"""Values of one request that belong together, which no schema can say: one that is varied alone may well be refused.

`offVariation` names one of the `variations` beside it, the weights of a rollout make 100 %, a total is the sum of its
lines. What agrees in a request that was accepted, or in an example of the document, and is named like it, is meant.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from contract_suite.contract.naming.names import singulars, words
from contract_suite.contract.operation import Operation
from contract_suite.generate.facts import facts_at
from contract_suite.model.json import JSON, escape, objects_in, tokens

_SHARES: Final = frozenset(
    {"weight", "percent", "percentage", "pct", "share", "ratio", "split", "allocation", "proportion", "portion"}
    | {"probability", "fraction"}
)
"""Words for a part of a whole, of which all parts make 1 or 100."""
_WHOLES: Final = (1, 100)
_NEAR: Final = 1e-6
_LARGEST: Final = 2**53
"""Nobody counts parts of larger numbers, and not all of them can be added to others."""
_KEYS: Final = frozenset({"id", "key", "code", "name", "slug", "ref", "handle", "uuid"})
"""Words that say which member of a thing others name it by."""
_SORTS: Final = frozenset({"type", "kind", "category", "mode", "method", "sort"})
"""Words of a member that says what sort of thing an object is, so that only some of its other members go with it."""
_INDEX: Final = re.compile(r"/\d+(?=/|$)")
_MOST: Final = 400
"""So many values of a body are looked at, at most."""


class _Shown(NamedTuple):
    """A text or number in a body: its place, with `*` for the items of lists, its index in each list around it, its value."""

    place: str
    lists: tuple[int, ...]
    value: str | float


class LinkedValues:
    """Which values of an accepted body belong together."""

    def __init__(self, body: JSON, operation: Operation | None = None, *, refers: bool = False) -> None:
        """Look for them by values and names; `body` is any JSON. An operation says where a member lists sorts of things.

        What a body `refers` to may limit its numbers and choices: so many guests sleep in the room, and a wallet holds one currency.
        """
        self._refers = refers
        shown = _shown(body)
        self._operation = operation
        self._sorted = frozenset(_sorted(operation, body))
        self._places = frozenset(each.place for each in shown)
        self.places = frozenset((*_named_beside(shown, agree=True), *_parts_of_a_whole(shown)))
        """Places (`/fallthrough/*/weight`) of the values that belong together."""
        self._leaves = frozenset(each.rpartition("/")[2] for each in self.places) - {"*"}
        self._alone = _named_beside(shown, agree=False)

    def broken_by(self, body: JSON, place: str) -> bool:
        """Whether a body that is special at a place, and otherwise as the accepted one, may have lost what belongs together."""
        if place and any(_related(place, each) for each in self.places):
            return True
        shown = _shown(body)
        if self._refers and any(each.place == place and self._may_be_limited(each) for each in shown):
            return True
        if not self._sorted.issuperset(_sorted(self._operation, body)):
            return True
        added = {each.place for each in shown} - self._places
        return any(each.rpartition("/")[2] in self._leaves for each in added) or not (
            _named_beside(shown, agree=False) <= self._alone
        )

    def _may_be_limited(self, shown: _Shown) -> bool:
        facts = facts_at(self._operation, f"body{shown.place}") if self._operation is not None else None
        return not isinstance(shown.value, str) or (facts is not None and bool(facts.choices))

    def made_up_in(self, body: JSON) -> bool:
        """Whether a body that was made without the accepted one holds values that have to belong together."""
        shown = _shown(body)
        return (
            not self._sorted.issuperset(_sorted(self._operation, body))
            or any(each.place in self.places or each.place.rpartition("/")[2] in self._leaves for each in shown)
            or bool(_named_beside(shown, agree=False))
        )


def _sorted(operation: Operation | None, body: JSON) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield each object that says of what sort it is: its place, its sort, and which members it has."""
    for pointer, each in objects_in(body, most=_MOST) if operation is not None else ():
        place = _INDEX.sub("/*", pointer)
        for name, member in each.items():
            if operation is not None and isinstance(member, str) and words(name)[-1:] and words(name)[-1] in _SORTS:
                facts = facts_at(operation, f"body{place}/{escape(name)}")
                if facts is not None and len(facts.choices) > 1:
                    yield place, member, frozenset(each)


def _related(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def _shown(body: JSON) -> list[_Shown]:
    return list(islice(_scalars(body, "", ()), _MOST))


def _scalars(value: JSON, place: str, lists: tuple[int, ...]) -> Iterator[_Shown]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _scalars(member, f"{place}/{escape(name)}", lists)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _scalars(item, f"{place}/*", (*lists, index))
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool) and value != "":
        yield _Shown(place, lists, value)


def _named_beside(shown: list[_Shown], *, agree: bool) -> frozenset[str]:
    """Places of texts that are called like the things of a list, and whether the list has them.

    `/offVariation` is called like `/variations/*/key`. Where they `agree`, the list's own place is among them.
    """
    lists: defaultdict[str, dict[str, set[str]]] = defaultdict(dict)
    for place, _, value in shown:
        for thing in _things(place) if isinstance(value, str) else ():
            lists[thing].setdefault(place, set()).add(str(value))
    found: set[str] = set()
    for place, _, value in shown if lists else ():
        for thing in _names_of(place) & lists.keys() if isinstance(value, str) else ():
            for listed, texts in lists[thing].items():
                if not place.startswith(listed.rpartition("*")[0]) and (value in texts) is agree:
                    found |= {place, listed} if agree else {place}
    return frozenset(found)


@lru_cache(maxsize=4096)
def _things(place: str) -> frozenset[str]:
    """What the items of a list are called, where a place holds what they are named by: `/variations/*/key`, `/roles/*`."""
    steps = tokens(place)
    if "*" not in steps[1:]:
        return frozenset()
    at = len(steps) - 1 - steps[::-1].index("*")
    below = steps[at + 1 :]
    if len(below) > 1 or (below and words(below[0])[-1:] and words(below[0])[-1] not in _KEYS):
        return frozenset()
    return frozenset(each for word in words(steps[at - 1])[-1:] for each in singulars(word))


@lru_cache(maxsize=4096)
def _names_of(place: str) -> frozenset[str]:
    """The words of the name of a place, and of the list that it is an item of."""
    name = next((each for each in reversed(tokens(place)) if each != "*"), "")
    return frozenset(each for word in words(name) for each in singulars(word))


def _parts_of_a_whole(shown: list[_Shown]) -> Iterator[str]:
    """Places of numbers that make 1 or 100 over the items of a list, or what another number of the body says."""
    items: defaultdict[tuple[str, tuple[int, ...]], list[float]] = defaultdict(list)
    alone: defaultdict[float, list[str]] = defaultdict(list)
    for place, lists, value in shown:
        if isinstance(value, str) or not abs(value) <= _LARGEST:  # nor what is no number at all
            continue
        if lists:
            items[place, lists[:-1]].append(value)
        else:
            alone[value].append(place)
    for (place, _), values in items.items():
        total = sum(values)
        whole = any(abs(total - each) < _NEAR for each in _WHOLES)
        if whole and (not _names_of(place).isdisjoint(_SHARES) or len(values) > 1):
            yield place
        if len(values) > 1 and total in alone:
            yield from (place, *alone[total])
