"""Which members of a thing count, average or sum up the items of a list that is the thing's own, by names and sentences.

`/games/{gameId}` shows `rating_count` and `rating_average`, and `/games/{gameId}/reviews` lists the ratings; a customer shows
`total_spent`, the sum of the `spent` of `/orders?customer_id=…`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.collections.kit.shown_numbers import COUNT, MEAN, SUM
from contract_suite.behaviours.kit.listing import collections
from contract_suite.behaviours.kit.owners import counts_all_at_once, is_gate
from contract_suite.behaviours.kit.resource_operations import listed_representation, representation
from contract_suite.contract.naming.names import plain_name, singular, words
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.contract.schemas.numeric import is_number
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.memo import MOST_CONTRACTS, Memo

_MEANS: Final = frozenset({"average", "avg", "mean"})
_SUMS: Final = frozenset({"total", "sum"})
_SAYS_MEAN: Final = re.compile(r"\b(average|mean)\b", re.IGNORECASE)
_SAYS_SUM: Final = re.compile(r"\bsum of\b", re.IGNORECASE)
_SAYS_COUNT: Final = re.compile(r"\b((number|count) of|how many) (all |the |its )*(?P<noun>\w+)", re.IGNORECASE)
_GATES: Final = frozenset({"deleted", "archived"})
"""Members by which a right server may leave an item out of what it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """A member of what a read shows, and how it is made (`COUNT`, `MEAN`, `SUM`) of a field of the items of a list.

    `parameter` is the filter that keeps the items of one thing; empty where the list's path does. `described` says that a
    sentence speaks of it, beside the name.
    """

    read: Operation
    member: str
    made: str
    field: str
    listing: Operation
    parameter: str
    described: bool

    @property
    def key(self) -> str:
        """The name of the path parameter that tells the things apart."""
        return names_in(self.read.path)[-1]


def aggregates(contract: Contract) -> tuple[Aggregate, ...]:
    """Every member that is made of the items of one list; none of which two lists may be meant."""
    return _FOUND(contract)


def _all(contract: Contract) -> Iterator[Aggregate]:
    lists = list(collections(contract))
    for read in contract.operations:
        place = representation(read)
        if read.problem or read.method != "GET" or not read.path.rstrip("/").endswith("}") or place is None:
            continue
        own = [(each, parameter) for each in lists for parameter in _narrowed(read, each)]
        for name in place.property_names():
            member = place.member(name)
            if not is_number(member):
                continue
            found = [one for listing, parameter in own for one in _made(read, name, member, listing, parameter)]
            if len({each.listing.id for each in found}) == 1 and len({each.made for each in found}) == 1:
                yield found[0]


def _narrowed(read: Operation, listing: Operation) -> Iterator[str]:
    """Yield how a list shows what belongs to the thing of a read: by its path (nothing), or by a filter."""
    path = read.path.rstrip("/")
    if shape(listing.path).rpartition("/")[0] == shape(path) and len(names_in(listing.path)) == len(names_in(path)):
        yield ""
    if names_in(listing.path) or len(names_in(path)) != 1:
        return
    noun = singular(path.rpartition("/")[0].rpartition("/")[2])
    for each in listing.promises.filters:
        if each.match == "equals" and not each.several and plain_name(each.parameter) in {noun, f"{noun}id"}:
            yield each.parameter


def _made(read: Operation, name: str, member: SchemaView, listing: Operation, parameter: str) -> Iterator[Aggregate]:
    """Yield how a member is made of the items of a list, if its name or its description says so."""
    item = listed_representation(listing)
    if item is None or any(is_gate(item, each, _GATES) for each in item.property_names()):
        return
    if not counts_all_at_once(member):
        return
    plural = plain_name(listing.path.rstrip("/").rpartition("/")[2])
    text = member.keyword("description")
    made, field, described = _way(name, text if isinstance(text, str) else "", plural, item)
    if made:
        yield Aggregate(
            read=read, member=name, made=made, field=field, listing=listing, parameter=parameter, described=described
        )


def _way(name: str, text: str, plural: str, item: SchemaView) -> tuple[str, str, bool]:
    """Return how a member is made, of which field, and whether a sentence says so; nothing if neither does."""
    own, one = words(name), singular(plural)
    counted = _SAYS_COUNT.search(text)
    says = counted is not None and plain_name(counted["noun"]) in {plural, one}
    named = plain_name(name) in {
        *(f"{each}{end}" for each in (plural, one) for end in ("count", "total", "counter")),
        *(f"{start}{plural}" for start in ("num", "total", "numberof", "count")),
    }
    if named or (says and {"count", "number", "num", "total"} & set(own)):
        return COUNT, "", says
    if counted is not None:
        return "", "", False  # it counts something else
    fields = [each for each in item.property_names() if set(words(each)) <= set(own) and is_number(item.member(each))]
    fields = _longest(fields)
    if len(fields) != 1 or (fields[0] == name and not text):
        return "", "", False
    if _MEANS & set(own) or _SAYS_MEAN.search(text):
        return MEAN, fields[0], _SAYS_MEAN.search(text) is not None
    if _SAYS_SUM.search(text) or _SUMS & set(own):
        return SUM, fields[0], _SAYS_SUM.search(text) is not None
    return "", "", False


def _longest(names: Sequence[str]) -> list[str]:
    most = max((len(words(each)) for each in names), default=0)
    return [each for each in names if len(words(each)) == most]


_FOUND: Final[Memo[Contract, tuple[Aggregate, ...]]] = Memo(lambda contract: tuple(_all(contract)), most=MOST_CONTRACTS)
