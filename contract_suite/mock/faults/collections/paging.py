"""Faults in how a list is cut into pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.schemas.constraints import constraints
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import Cut, again, cut_pages, for_operation, replace_handler
from contract_suite.mock.fields import Body
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.model.exchange import Response

_CAP: Final = 20
_HUNDRED: Final = 100
_THOUSAND: Final = 1000
_TWO: Final = 2
_RARE: Final = 9
_SELDOM: Final = 20


@at_first(sites.paged)
def _cut(
    _contract: Contract,
    place: sites.Paged,
    cut: Cut,
    *kinds: str,
    also: tuple[str, ...] = (),
    counted: bool = False,
    roomy: bool = False,
) -> FaultSite | None:
    """Pages are cut otherwise.

    `counted` asks for a total that binds, without which the end of a long list can't be told from a loss; `roomy` for
    pages without a maximum.
    """
    _, operation, page = place
    size = operation.parameter(page.size)
    bounded = size is not None and any(each.keyword == "maximum" for each in constraints(size.schema))
    if (counted and not _is_counted(operation)) or (roomy and bounded):
        return None
    claimed = [f"collection::{kind}" for kind in kinds if kind != "offset-exact" or page.offset]
    return site_of(operation, *claimed, also=also, plant=cut_pages(operation, cut))


def _is_counted(operation: Operation) -> bool:
    """Whether the list has a total that binds: with a count beside it, the total may be an estimate."""
    collection = operation.promises.collection
    return collection is not None and bool(collection.total) and not collection.count


@at_first(sites.paged)
def _ignored(contract: Contract, place: sites.Paged) -> FaultSite | None:
    _, operation, page = place
    name = page.size

    def serve(call: Call, go: Callable[[Call], Response]) -> Response:
        return go(again(call, target=sites.without_query(call.request.target, name)))

    return site_of(
        operation,
        "collection::page-size-*",
        field=page.size,
        also=(f"query.{page.size}::*", "filters::filtered-in-order"),
        plant=replace_handler(contract, operation, serve),
    )


@at_first(sites.paged)
def _other_default(contract: Contract, place: sites.Paged) -> FaultSite | None:
    _, operation, page = place
    parameter = operation.parameter(page.size)
    default = parameter.default if parameter else None
    if parameter is None or not isinstance(default, int) or default < 2:  # noqa: PLR2004 - half of it must be one at least
        return None

    name = page.size
    size = default // 2

    def serve(call: Call, go: Callable[[Call], Response]) -> Response:
        target = call.request.target
        named = sites.without_query(target, name) != target
        return go(call if named else again(call, target=sites.with_query(target, name, str(size))))

    clauses = (f"{operation.id}::{parameter.subject}::default-applied",)
    return FaultSite(
        where=f"{operation.id}, {page.size}",
        clauses=clauses,
        also=(f"{operation.id}::{parameter.subject}::default-echoed",),
        plant=replace_handler(contract, operation, serve),
    )


@at_first(sites.paged)
def _numbered(contract: Contract, place: sites.Paged) -> FaultSite | None:
    _, operation, page = place
    name = page.number or page.offset

    def serve(call: Call, go: Callable[[Call], Response]) -> Response:
        return go(again(call, target=sites.without_query(call.request.target, name)))

    return site_of(
        operation,
        "collection::pages-disjoint",
        *(("collection::offset-exact",) if page.offset else ()),
        field=name,
        also=(f"query.{name}::*", "*::*-listed", "collection::*"),
        plant=replace_handler(contract, operation, serve),
    )


def _deep(items: list[Body], start: int, size: int) -> list[Body]:
    """From the third page on, the last item of each page is lost."""
    return items[start : start + size - (1 if start >= size + size > _TWO else 0)]


def _just_full(items: list[Body], start: int, size: int) -> list[Body]:
    """A page that the list just fills lacks its last item: "less than" where "at most" was meant."""
    return items[start : start + size - (1 if start + size == len(items) and size > 1 else 0)]


@at_first(sites.paged)
def _shuffled(_contract: Contract, place: sites.Paged) -> FaultSite | None:
    """A list that nothing sorts comes in another order each time."""
    _, operation, _page = place
    if operation.promises.order is not None:
        return None

    def plant(pipeline: Pipeline) -> Pipeline:
        random = Random(operation.id)  # noqa: S311 - no secret

        def paginate(call: Call, items: list[Body], start: int, size: int | None) -> list[Body]:
            return pipeline.paginate(call, random.sample(items, len(items)), start, size)

        return replace(pipeline, paginate=for_operation(operation, paginate, pipeline.paginate))

    return site_of(operation, "collection::pages-disjoint", "collection::pages-complete", plant=plant)


def _before_paging(operation: Operation) -> tuple[str, ...]:
    """The clauses that compare pages with the whole list, where the list can be sorted or filtered."""
    promises = operation.promises
    return ("*::*-before-paging",) if promises.order or promises.filters or promises.bounds else ()


@at_first(sites.paged)
def _empty_at_times(_contract: Contract, place: sites.Paged) -> FaultSite | None:
    """A list that is asked while its index is built anew: nothing comes, and the total is what it was."""
    _, operation, _page = place
    if not _is_counted(operation):
        return None

    def plant(pipeline: Pipeline) -> Pipeline:
        answered = 0

        def paginate(call: Call, items: list[Body], start: int, size: int | None) -> list[Body]:
            nonlocal answered
            answered += 1
            return [] if answered % _SELDOM == 0 else pipeline.paginate(call, items, start, size)

        return replace(pipeline, paginate=for_operation(operation, paginate, pipeline.paginate))

    clauses = ("collection::total-exact", "collection::pages-complete", *_before_paging(operation))
    return site_of(operation, *clauses, plant=plant, flaky=True)


@at_first(sites.paged)
def _now_and_then(
    _contract: Contract,
    place: sites.Paged,
    cut: Callable[[list[Body]], list[Body]],
    *clauses: str,
    also: tuple[str, ...] = (),
) -> FaultSite | None:
    """One full page in so many is not as it was cut: a replica that lags, a worker that was not restarted."""
    _, operation, _page = place
    clauses = (*clauses, *_before_paging(operation))

    def plant(pipeline: Pipeline) -> Pipeline:
        answered = 0

        def paginate(call: Call, items: list[Body], start: int, size: int | None) -> list[Body]:
            nonlocal answered
            page = pipeline.paginate(call, items, start, size)
            answered += size is not None and len(page) == size
            rare = size is not None and len(page) == size and answered % _RARE == 0
            return cut(items[start : start + len(page) + 1]) if rare else page

        return replace(pipeline, paginate=for_operation(operation, paginate, pipeline.paginate))

    return site_of(operation, *clauses, also=also, plant=plant, flaky=True)


PAGING: Final = (
    FaultKind(
        name="page-size-ignored", sentence="every page has the default size, whatever was asked for", site=_ignored()
    ),
    FaultKind(
        name="page-size-capped",
        sentence=f"a page holds at most {_CAP} items without saying so",
        site=_cut(lambda items, start, size: items[start : start + min(size, _CAP)], "page-size-not-capped"),
    ),
    FaultKind(
        name="page-of-hundred-cut",
        sentence=f"a page of exactly a hundred holds {_CAP} items at most",
        site=_cut(
            lambda items, start, size: items[start : start + (_CAP if size == _HUNDRED else size)],
            "page-size-not-capped",
            roomy=True,
        ),
    ),
    FaultKind(
        name="page-of-twenty-empty",
        sentence="a page of exactly twenty is empty",
        site=_cut(
            lambda items, start, size: [] if size == _CAP else items[start : start + size],
            "pages-complete",
            also=("collection::total-exact",),
        ),
    ),
    FaultKind(
        name="page-of-twenty-endless",
        sentence="a page of exactly twenty has no end",
        site=_cut(
            lambda items, start, size: items[start:] if size == _CAP else items[start : start + size],
            "page-size-respected",
        ),
    ),
    FaultKind(
        name="large-page-empty",
        sentence="a page of more than a thousand is empty",
        site=_cut(
            lambda items, start, size: [] if size > _THOUSAND else items[start : start + size],
            "pages-complete",
            also=("collection::total-exact",),
            roomy=True,
        ),
    ),
    FaultKind(
        name="page-one-too-long",
        sentence="a page holds one item more than was asked for",
        site=_cut(lambda items, start, size: items[start : start + size + 1], "page-size-respected"),
    ),
    FaultKind(
        name="page-begins-too-early",
        sentence="from the second page on, a page begins with the last item of the one before",
        site=_cut(
            lambda items, start, size: items[max(0, start - 1) : max(0, start - 1) + size],
            "pages-disjoint",
            "offset-exact",
            also=("collection::total-exact",),
        ),
    ),
    FaultKind(
        name="page-begins-too-late",
        sentence="the item between the first and the second page is on neither",
        site=_cut(
            lambda items, start, size: items[start + 1 : start + 1 + size] if start else items[:size],
            "pages-complete",
            "offset-exact",
            also=("collection::total-exact",),
        ),
    ),
    FaultKind(
        name="third-page-loses-its-last",
        sentence="from the third page on, the last item of a page is lost",
        site=_cut(_deep, "pages-complete", "offset-exact", "page-size-not-capped"),
    ),
    FaultKind(
        name="short-page-loses-its-last",
        sentence="a last page that isn't full lacks its last item",
        site=_cut(
            lambda items, start, size: (
                items[start : start + size] if start + size <= len(items) or not start else items[start:-1]
            ),
            "pages-complete",
            "offset-exact",
            "total-exact",
            counted=True,
        ),
    ),
    FaultKind(
        name="small-pages-shuffled",
        sentence="small pages are cut from the list in another order",
        site=_cut(
            lambda items, start, size: (items if size > _CAP else items[::-1])[start : start + size],
            "pages-continue",
            "offset-exact",
            also=("order*::*", "filters::filtered-in-order", "collection::past-end-empty"),
        ),
    ),
    FaultKind(
        name="past-end-begins-again",
        sentence="a page beyond the end is the first page again",
        site=_cut(
            lambda items, start, size: items[start : start + size] or items[:size],
            "past-end-empty",
            also=("collection::total-exact",),
        ),
    ),
    FaultKind(name="page-number-ignored", sentence="every page is the first one", site=_numbered()),
    FaultKind(
        name="page-size-default-halved",
        sentence="without a page size, a page has half of the documented one",
        site=_other_default(),
    ),
    FaultKind(
        name="just-full-page-loses-its-last",
        sentence="a page that the list just fills lacks its last item",
        site=_cut(_just_full, "page-size-not-capped", also=("collection::total-exact",), counted=True),
    ),
    FaultKind(name="order-new-each-time", sentence="a list is in another order each time", site=_shuffled()),
    FaultKind(
        name="list-empty-now-and-then",
        sentence=f"one list in {_SELDOM} is empty, though its total says that there is something",
        site=_empty_at_times(),
    ),
    FaultKind(
        name="page-too-long-now-and-then",
        sentence=f"one full page in {_RARE} holds an item more than was asked for",
        site=_now_and_then(lambda items: items, "collection::page-size-respected"),
    ),
    FaultKind(
        name="page-too-short-now-and-then",
        sentence=f"one full page in {_RARE} lacks its last item",
        site=_now_and_then(
            lambda items: items[:-2],
            "collection::pages-complete",
            "collection::page-size-not-capped",
            also=("collection::total-exact",),
        ),
    ),
)
