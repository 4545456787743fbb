"""How the items of a list spread: members beside the items that count them by value, the same on every page.

`{"category": [{"value": "card", "count": 7}]}` counts what matches on all pages; the same request for another page of
the same list must say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from contract_suite.behaviours.kit.comparing import canonical
from contract_suite.behaviours.kit.listing import Listing, collection_of
from contract_suite.behaviours.kit.resource_operations import representation
from contract_suite.behaviours.kit.verdicts import failed, passed, untested
from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.json import JSON, at, escape, tokens
from contract_suite.model.verdict import Verdict

_VALUES: Final = frozenset({"value", "key", "name", "term", "id", "label"})
_COUNTS: Final = frozenset({"count", "doccount", "hits", "total", "frequency"})
_OF_A_PAGE: Final = re.compile(r"\b(this|current|returned) page\b|\bon the page\b", re.IGNORECASE)
_DEEPEST: Final = 2
_ENOUGH: Final = 2


def facets_of(operation: Operation) -> tuple[str, ...]:
    """Return where the answers of a paged list count its items by value, as JSON Pointers."""
    place, collection = representation(operation), collection_of(operation)
    if place is None or collection.page is None:
        return ()
    return tuple(each for each in _facets(place, "", _DEEPEST) if each != collection.items)


def _facets(place: SchemaView, pointer: str, deepest: int) -> Iterator[str]:
    for name in place.property_names():
        member, where = place.member(name), f"{pointer}/{escape(name)}"
        text = member.keyword("description")
        if isinstance(text, str) and _OF_A_PAGE.search(text):
            continue
        types = member.types() - {"null"}
        if types == {"array"} and _is_bucket(member.element(0)):
            yield where
        elif types == {"object"} and deepest > 1:
            yield from _facets(member, where, deepest - 1)


def _is_bucket(place: SchemaView) -> bool:
    """Whether an element is a value with how often it is there, and nothing else of its own."""
    names = {plain_name(each): place.member(each) for each in place.property_names()}
    counts = [each for each, member in names.items() if each in _COUNTS and member.types() - {"null"} == {"integer"}]
    return len(counts) == 1 and bool(_VALUES & names.keys()) and names.keys() <= _VALUES | set(counts)


def judge_facets(listing: Listing, pointer: str, clause: str) -> Verdict:
    """Ask for a long page, for one of a single item, and for the long one again: all must count alike."""
    long = listing.all(note="how do the items spread?")
    short = listing.page(0, 1, note="how do they spread, on a page of one?")
    numbers = [long.number, short.number]
    whole, part = _counted(at(long.body, pointer)), _counted(at(short.body, pointer))
    if len(long.items) < _ENOUGH or len(short.items) >= len(long.items) or not whole:
        return untested(clause, f"it takes {_ENOUGH} items that {pointer} counts", numbers)
    if whole == part:
        return passed(clause, numbers)
    again = listing.all(note="do they still spread as before?")
    if _counted(at(again.body, pointer)) != whole:
        return untested(clause, "the list changed meanwhile", [*numbers, again.number])
    name = tokens(pointer)[-1]
    message = f"{name} counts {_said(whole)} on a page of {len(long.items)}, and {_said(part)} on a page of 1 of the same list"
    return failed(
        clause,
        message,
        [long.number, again.number, short.number],
        pointer=pointer,
        expected=_said(whole),
        actual=_said(part),
    )


def _counted(found: object) -> dict[str, int]:
    """The counts by value; nothing where they can't be read."""
    counts: dict[str, int] = {}
    for each in found if isinstance(found, list) else ():
        members: Mapping[str, JSON] = each if isinstance(each, dict) else {}
        value = next((canonical(one) for name, one in members.items() if plain_name(name) in _VALUES), "")
        count = next((one for name, one in members.items() if plain_name(name) in _COUNTS), None)
        if value and isinstance(count, int):
            counts[value] = count
    return counts


def _said(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{value}: {count}" for value, count in sorted(counts.items())) or "nothing"
