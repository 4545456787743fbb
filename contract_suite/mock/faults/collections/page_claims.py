"""Faults in what a page says of the others: whether more follow, and how many there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from contract_suite.contract.operation import Contract
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import replaces
from contract_suite.mock.fields import Body
from contract_suite.mock.pipeline import Call, Pipeline

Follows = Callable[[int, int, int], bool]
"""Whether more is said to follow: by how many items there are, where the page begins, and its size."""


@at_first(sites.paged)
def _more(_contract: Contract, place: sites.Paged, says: Follows) -> FaultSite | None:
    _, operation, _page = place
    collection = operation.promises.collection
    if collection is None or not (collection.more or collection.last):
        return None

    @replaces(operation)
    def more(_pipeline: Pipeline, _call: Call, items: list[Body], start: int, size: int | None) -> bool:
        return says(len(items), start, size or len(items))

    return site_of(operation, "collection::more-told", plant=more)


@at_first(sites.paged)
def _rounded_down(_contract: Contract, place: sites.Paged) -> FaultSite | None:
    _, operation, _page = place
    collection = operation.promises.collection
    if collection is None or not collection.pages:
        return None

    @replaces(operation)
    def page_count(_pipeline: Pipeline, _call: Call, items: list[Body], size: int | None) -> int:
        return len(items) // size if size else 1

    return site_of(operation, "collection::pages-told", plant=page_count)


PAGE_CLAIMS: Final = (
    FaultKind(
        name="more-always-told",
        sentence="each page says that more follows",
        site=_more(lambda _count, _start, _size: True),
    ),
    FaultKind(
        name="more-never-told",
        sentence="no page says that more follows",
        site=_more(lambda _count, _start, _size: False),
    ),
    FaultKind(
        name="more-told-of-a-full-page",
        sentence="a full page says that more follows, although it is the last",
        site=_more(lambda count, start, size: start + size <= count),
    ),
    FaultKind(
        name="last-page-uncounted",
        sentence="the last page is not counted unless it is full",
        site=_rounded_down(),
    ),
)
