"""Which numbers of which reads count or sum up the items of a list, by paths and names.

`/orders/summary` shows `order_count`, `open_orders`, `by_status` and `average_total` beside `/orders`; `/stations/{id}/occupancy`
shows `free` beside `/stations/{id}/lockers`, whose `status` can be `free`. What two lists or two members may be meant by is
left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from contract_suite.behaviours.collections.kit.shown_numbers import COUNT, GREATEST, LEAST, MEAN, SUM, made_of, worded
from contract_suite.behaviours.kit.listing import collections
from contract_suite.behaviours.kit.owners import says_all_at_once
from contract_suite.behaviours.kit.resource_operations import listed_representation, representation
from contract_suite.contract.naming.names import names_spoken, plain_name, singular, speaks_of, words
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.contract.schemas.numeric import is_number
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.json import JSON, at, escape
from contract_suite.model.memo import MOST_CONTRACTS, Memo

_WAYS: Final = {
    **dict.fromkeys(("min", "minimum", "lowest", "least", "smallest"), LEAST),
    **dict.fromkeys(("max", "maximum", "highest", "greatest", "largest"), GREATEST),
    **dict.fromkeys(("avg", "average", "mean"), MEAN),
    "sum": SUM,
}
_COUNTING: Final = frozenset({"count", "counts", "number", "num", "total", "totals", "of", "by", "per", "all"})
_ENVELOPES: Final = frozenset(
    {
        *("data", "result", "results", "stats", "statistics", "summary", "overview", "report", "metrics", "aggregates"),
        *("attributes", "breakdown", "values", "figures"),
    }
)
"""Members that hold numbers and say nothing of them."""
_NOT_SUMMED: Final = frozenset({"id", "ids", "version", "revision", "position", "index", "year", "month", "day"})
"""Words of numbers that nobody sums up."""
_MOST: Final = 24
"""So many numbers of one read are looked at."""
_DEEPEST: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number at `pointer` of what a read shows, and how it is made (`COUNT`, `MEAN`, …) of the items of its list.

    `field` is the member that is summed up, empty for a count; `where` the members that an item must have to belong to
    it, by name. `table` says that the number is an entry of an object by value, left out where it is nothing.
    `described` says that its own description speaks of those members.
    """

    pointer: str
    way: str
    field: str = ""
    where: tuple[tuple[str, JSON], ...] = ()
    table: bool = False
    described: bool = False

    def worded(self, items: str) -> str:
        """How it is made of some items, for people: "the average price of the items", "the number of the items that have status open"."""
        those = " and ".join(f"{name} {'true' if value is True else value}" for name, value in self.where)
        return f"{worded(self.way, self.field)} of {items}{f' that have {those}' if those else ''}"

    def made(self, items: Sequence[JSON]) -> float | None:
        """Return what items make of it; `None` for no items, or where one doesn't show what it takes."""
        shown = [[at(item, f"/{escape(name)}") for name, _ in self.where] for item in items]
        if not all(isinstance(value, (str, bool)) for values in shown for value in values):
            return None
        wanted = [value for _, value in self.where]
        return made_of(
            self.way, self.field, [item for item, values in zip(items, shown, strict=True) if values == wanted]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A read with the numbers in it that are made of the items of one list, and the filter by which that is the thing's own."""

    read: Operation
    listing: Operation
    parameter: str
    figures: tuple[Figure, ...]


def summaries(contract: Contract) -> tuple[Summary, ...]:
    """Every read that sums up the items of a list."""
    return _FOUND(contract)


def _all(contract: Contract) -> Iterator[Summary]:
    lists = list(collections(contract))
    nouns = {each.id: _nouns(each) for each in lists}
    for read in contract.operations:
        place = representation(read)
        usable = not read.problem and read.method == "GET" and read.promises.collection is None
        if not usable or place is None or read.path.rstrip("/").endswith("}") or "object" not in place.types():
            continue
        numbers = list(islice(_numbers(place, (), ""), _MOST))
        found: dict[str, Summary] = {}
        sources = list(_sources(read, lists)) if numbers else []
        said = names_spoken(f"{read.summary}\n{read.description}") if len(sources) > 1 else ()
        told = [listing.id for listing, _, _ in sources if plain_name(_noun(listing)) in said]
        shown = {name for names, _, _ in numbers for each in names for name in (each, singular(each))}
        for listing, parameter, beside in sources:
            named = not (beside or len(sources) == 1 or told == [listing.id])
            own = nouns[listing.id]
            item = None if named and own.isdisjoint(shown) else listed_representation(listing)
            made = [] if item is None else list(_figures(numbers, own, item, named=named))
            if made:
                found[listing.id] = Summary(read=read, listing=listing, parameter=parameter, figures=tuple(made))
        yield from _distinct(found)


def _distinct(found: dict[str, Summary]) -> Iterator[Summary]:
    """Yield each summary without the numbers that another list may be meant by too."""
    for each in found.values():
        others = {one.pointer for other in found.values() if other is not each for one in other.figures}
        own = tuple(one for one in each.figures if one.pointer not in others)
        if own:
            yield replace(each, figures=own)


def _sources(read: Operation, lists: list[Operation]) -> Iterator[tuple[Operation, str, bool]]:
    """Yield the lists that a read may be about, with the filter that keeps the thing's own, and whether its path says so."""
    above = shape(read.path).rstrip("/").rpartition("/")[0]
    beside = [each for each in lists if shape(each.path).rstrip("/") == above]
    if beside:
        yield from ((each, "", True) for each in beside)
        return
    names = names_in(read.path)
    for each in lists:
        if names and shape(each.path).rstrip("/").rpartition("/")[0] == above and names_in(each.path):
            yield each, "", False
        elif not names_in(each.path):
            own = _owner_filter(read, each) if len(names) == 1 and above.endswith("}") else ""
            if own or not names:
                yield each, own, False


def _owner_filter(read: Operation, listing: Operation) -> str:
    """Return the filter by which a list shows what belongs to the thing that a read is below; empty for none."""
    noun = singular(read.path.rstrip("/").rpartition("/")[0].rpartition("/")[0].rpartition("/")[2])
    filters = [each for each in listing.promises.filters if each.match == "equals" and not each.several]
    return next((each.parameter for each in filters if plain_name(each.parameter) in {noun, f"{noun}id"}), "")


def _numbers(
    place: SchemaView, own: tuple[str, ...], pointer: str
) -> Iterator[tuple[tuple[str, ...], str, SchemaView]]:
    """Yield the words, the pointer and the schema of each number that an object shows, and of each object of numbers."""
    for name in place.property_names():
        member, here = place.member(name), f"{pointer}/{escape(name)}"
        types, said = member.types() - {"null"}, (*own, *words(name))
        if is_number(member):
            yield said, here, member
        elif types == {"object"} and here.count("/") <= _DEEPEST:
            if not member.property_names() and _holds_numbers(member):
                yield said, here, member
            yield from _numbers(member, said, here)


def _holds_numbers(place: SchemaView) -> bool:
    rest = place.keyword("additionalProperties")
    return isinstance(rest, dict) and is_number(place.at(rest))


def _figures(
    numbers: list[tuple[tuple[str, ...], str, SchemaView]], nouns: frozenset[str], item: SchemaView, *, named: bool
) -> Iterator[Figure]:
    """Yield what numbers are made of the items of a list that are called so; with `named`, only those that name these."""
    for names, pointer, place in numbers:
        if named and nouns.isdisjoint({*names, *map(singular, names)}):
            continue
        rest = tuple(each for each in names if each not in _ENVELOPES and not nouns & {each, singular(each)})
        if place.types() - {"null"} == {"object"}:
            yield from _table(rest, pointer, item)
            continue
        found = _figure(rest, pointer, item, counts=len(rest) < len(names) or not _COUNTING.isdisjoint(names))
        said = place.keyword("description")
        description = said if isinstance(said, str) else ""
        if found is not None and says_all_at_once(_without_members(found, description)):
            yield replace(found, described=_is_described(found, description))


def _without_members(figure: Figure, description: str) -> str:
    """Return a description without what it says of the members by which an item belongs: "seats that are free" are seats."""
    for name, value in figure.where:
        named = re.escape(value if isinstance(value, str) else name).replace("_", "[ _-]")
        description = re.sub(rf"\b((that|which|who) (is|are) )?{named}\b", "", description, flags=re.IGNORECASE)
    return description


def _is_described(figure: Figure, said: str) -> bool:
    """Whether the description of a number speaks of each member by which an item belongs to it, or of its value."""
    named = [(name, value if isinstance(value, str) else name) for name, value in figure.where]
    return bool(named) and all(speaks_of(said, a) or speaks_of(said, b) for a, b in named)


def _noun(listing: Operation) -> str:
    return listing.path.rstrip("/").rpartition("/")[2]


def _nouns(listing: Operation) -> frozenset[str]:
    """What the items of a list may be called in names."""
    noun = _noun(listing)
    return frozenset({*words(noun), singular(noun), *(singular(each) for each in words(noun))})


def _table(rest: tuple[str, ...], pointer: str, item: SchemaView) -> Iterator[Figure]:
    """Yield a count for each value of the member that an object of counts is named after: `by_status`."""
    left = {each for each in rest if each not in _COUNTING}
    fields = [
        name for name in item.property_names() if left and set(words(name)) == left and _choices(item.member(name))
    ]
    for value in _choices(item.member(fields[0])) if len(fields) == 1 else ():
        yield Figure(pointer=f"{pointer}/{escape(str(value))}", way=COUNT, where=((fields[0], value),), table=True)


def _figure(rest: tuple[str, ...], pointer: str, item: SchemaView, *, counts: bool) -> Figure | None:
    ways = {_WAYS[each] for each in rest if each in _WAYS}
    left = {each for each in rest if each not in _COUNTING and each not in _WAYS}
    if len(ways) > 1:
        return None
    summed = [name for name in item.property_names() if _is_summed(name, item.member(name))]
    meant = [name for name in summed if set(words(name)) - _COUNTING == left and left]
    if ways:
        fields = meant or (summed if not left else [])
        return Figure(pointer=pointer, way=ways.pop(), field=fields[0]) if len(fields) == 1 else None
    if len(meant) == 1 and not {"total", "totals"}.isdisjoint(rest):
        return Figure(pointer=pointer, way=SUM, field=meant[0])
    if not left:
        return Figure(pointer=pointer, way=COUNT) if counts else None
    kept = set(_kept(frozenset(left), item)) if not meant else set()
    return Figure(pointer=pointer, way=COUNT, where=tuple(sorted(kept.pop()))) if len(kept) == 1 else None


def _kept(left: frozenset[str], item: SchemaView) -> Iterator[frozenset[tuple[str, JSON]]]:
    """Yield what an item must have to be meant by words: `open` a `status` of open, `active` a member that is true.

    Two members at most, each with one value: `by_size`, `small`, `free` are a `size` and a `status`.
    """
    named = dict(_named(left, item))
    for one, its in named.items():
        if its == left:
            yield frozenset({one})
        for other, others in named.items():
            if one[0] < other[0] and its | others == left and not its & others:
                yield frozenset({one, other})


def _named(left: frozenset[str], item: SchemaView) -> Iterator[tuple[tuple[str, JSON], frozenset[str]]]:
    """Yield each member with a value of it that some of the words name, and these words."""
    for name in item.property_names():
        own = frozenset(words(name))
        if own <= left and item.member(name).types() - {"null"} == {"boolean"}:
            yield (name, True), own
        for value in _choices(item.member(name)):
            said = frozenset(words(value))
            if said and said <= left:
                yield (name, value), said | (own & left)


def _choices(place: SchemaView) -> list[str]:
    listed = place.keyword("enum")
    return [each for each in listed if isinstance(each, str) and each] if isinstance(listed, list) else []


def _is_summed(name: str, place: SchemaView) -> bool:
    return is_number(place) and _NOT_SUMMED.isdisjoint(words(name))


_FOUND: Final[Memo[Contract, tuple[Summary, ...]]] = Memo(lambda contract: tuple(_all(contract)), most=MOST_CONTRACTS)
