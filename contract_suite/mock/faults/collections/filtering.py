"""Faults in what a filter keeps: nothing left out, something lost, or only one of two filters heard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Filter
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.collections.comparing import planted
from contract_suite.mock.faults.fault import FaultKind, FaultSite, Plant, at_first, site_of
from contract_suite.mock.faults.planting import Cut, Equal, cut_pages, for_operation, replaces
from contract_suite.mock.fields import Body, getter
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.model.json import JSON, Missing
from contract_suite.model.source import Level

_SEVERAL: Final = 2


def _optional(contract: Contract) -> Iterator[sites.Filtered]:
    """Filters that a request may leave out, and that say what a value means which nothing has."""
    return (place for place in sites.filters(contract) if not place[1].unknown and not place[2].required)


def _site(
    place: sites.Filtered, *kinds: str, plant: Plant, beside: tuple[str, ...] = (), also: tuple[str, ...] = ()
) -> FaultSite:
    """A site at one filter, whose clauses of some `kinds` break; those of the kinds `beside` them, and `also` others, may."""
    operation, promise, parameter = place
    own, more = ([f"{parameter.subject}::{kind}" for kind in each] for each in (kinds, beside))
    return site_of(operation, *own, field=promise.parameter, also=(*more, *also), plant=plant)


@at_first(_optional)
def _ignored(_contract: Contract, place: sites.Filtered) -> FaultSite:
    operation, promise, _ = place
    plant = planted(operation, promise, lambda _right, _call, _wanted, _body: True)
    return _site(place, "filter-sound", beside=("no-match-empty",), plant=plant)


@at_first(sites.lists)
def _last_ignored(_contract: Contract, place: sites.Listed) -> FaultSite | None:
    """The last filter of an operation instead of the first: forgotten when the parameters were copied."""
    _, operation = place
    promises = _telling(operation)
    if len(promises) < _SEVERAL:
        return None
    name = promises[-1].parameter
    return site_of(
        operation,
        f"query.{name}::filter-sound",
        field=name,
        also=(f"query.{name}::no-match-empty",),
        plant=planted(operation, promises[-1], lambda _right, _call, _wanted, _body: True),
    )


def _telling(operation: Operation) -> list[Filter]:
    """The filters of an operation that say what a value means which nothing has."""
    return [each for each in operation.promises.filters if not each.unknown]


def _free_last(contract: Contract) -> list[sites.Filtered]:
    return sorted(_optional(contract), key=lambda each: sites.free(each[2]))


@at_first(_free_last)
def _some_lost(contract: Contract, place: sites.Filtered) -> FaultSite | None:
    operation, promise, _ = place
    unique = {
        name
        for resource in contract.resources
        for name in (*resource.identity, *(each for rule in resource.unique for each in rule.fields))
    }
    if promise.field in unique or promise.match != "equals":
        return None

    def plant(pipeline: Pipeline) -> Pipeline:
        found = 0
        turn = 0

        def matches(call: Call, one: Filter, wanted: JSON, body: Body, equal: Equal) -> bool:
            nonlocal found, turn
            if call.number != turn:
                turn, found = call.number, 0
            passes = pipeline.matches(call, one, wanted, body, equal)
            if one.parameter != promise.parameter:
                return passes
            found += passes
            return passes and found != 3  # noqa: PLR2004 - the third match is the one lost

        return replace(pipeline, matches=for_operation(operation, matches, pipeline.matches))

    return _site(place, "filter-complete", also=("filters::filters-combined",), plant=plant)


@at_first(_optional)
def _absent_kept(_contract: Contract, place: sites.Filtered) -> FaultSite | None:
    operation, promise, _ = place
    required = {each.subject for each in sites.answered(operation) if each.keyword == "required"}
    items = operation.promises.collection.items if operation.promises.collection else ""
    field = promise.field
    if f"{items}/*/{field.removeprefix('/')}" in required:
        return None

    def matches(right: Callable[[], bool], _call: Call, _wanted: JSON, body: Body) -> bool:
        return right() or isinstance(getter(field)(body), Missing)

    return _site(place, "filter-sound", beside=("no-match-empty",), plant=planted(operation, promise, matches))


@at_first(_optional)
def _all_if_none(_contract: Contract, place: sites.Filtered) -> FaultSite | None:
    operation, promise, parameter = place
    root = parameter.schema.root
    listed = isinstance(root, dict) and not {"enum", "const"}.isdisjoint(root)
    if listed:  # of a few values, each may be one that something has
        return None

    def matches(right: Callable[[], bool], call: Call, wanted: JSON, _body: Body) -> bool:
        known = any(
            _alike(getter(promise.field)(each.body), wanted, promise)
            for resource in call.state.resources.values()
            if operation.id in resource.lists
            for each in call.state.all(resource.name, call.scope)
        )
        return right() if known else True

    beside = ("filter-sound", "*-as-documented")
    return _site(place, "no-match-empty", beside=beside, plant=planted(operation, promise, matches))


def _alike(value: JSON | Missing, wanted: JSON, promise: Filter) -> bool:
    if isinstance(value, Missing) or value is None:
        return False
    text = str(wanted).removeprefix(promise.prefix) if promise.prefix else str(wanted)
    return str(value) == text if promise.match == "equals" else text.casefold() in str(value).casefold()


@at_first(_optional)
def _after_paging(_contract: Contract, place: sites.Filtered) -> FaultSite | None:
    collection = place[0].promises.collection
    if collection is None or collection.page is None:
        return None

    def cut(pipeline: Pipeline, call: Call, items: list[Body], start: int, size: int | None) -> list[Body]:
        return _passing(pipeline, call, place, pipeline.paginate(call, items, start, size))

    plant = _filtered_late(place, cut)
    return _site(place, "filtered-before-paging", "filter-complete", also=("filters::*",), plant=plant)


@at_first(sites.lists)
def _combined(_contract: Contract, place: sites.Listed, *, by_or: bool) -> FaultSite | None:
    """Of two filters given together, one is enough: whichever passes, or the last one alone."""
    _, operation = place
    promises = _telling(operation)
    if len(promises) < _SEVERAL:
        return None

    @replaces(operation)
    def matches(pipeline: Pipeline, call: Call, one: Filter, wanted: JSON, body: Body, equal: Equal) -> bool:
        right = pipeline.matches(call, one, wanted, body, equal)
        given = [each for each in promises if sites.given(call, operation, each.parameter)]
        if right or len(given) < _SEVERAL:
            return right
        return any(_matches(pipeline, call, operation, each, body) for each in given) if by_or else one is given[-1]

    return site_of(operation, "filters::filters-combined", plant=matches)


def _matches(pipeline: Pipeline, call: Call, operation: Operation, promise: Filter, body: Body) -> bool:
    wanted = sites.argument(call, operation, promise.parameter)
    return not isinstance(wanted, Missing) and pipeline.matches(call, promise, wanted, body, pipeline.same)


def _last_paged(contract: Contract) -> Iterator[sites.Filtered]:
    """The last optional filter of each list in pages: the one that was added later and forgotten in one place."""
    optional = list(_optional(contract))
    for _, operation, _page in sites.paged(contract):
        own = {place[1].parameter: place for place in optional if place[0] is operation}
        yield from [own[each.parameter] for each in operation.promises.filters if each.parameter in own][-1:]


@at_first(_last_paged)
def _offset_first(_contract: Contract, place: sites.Filtered) -> FaultSite:
    """What stands before the page is left out first, then it is filtered, and then the page is cut."""

    def cut(pipeline: Pipeline, call: Call, items: list[Body], start: int, size: int | None) -> list[Body]:
        return pipeline.paginate(call, _passing(pipeline, call, place, items[start:]), 0, size)

    plant = _filtered_late(place, cut)
    return _site(place, "filtered-before-paging", also=("collection::total-exact",), plant=plant)


def _filtered_late(
    place: sites.Filtered, cut: Callable[[Pipeline, Call, list[Body], int, int | None], list[Body]]
) -> Plant:
    """Plant that one filter is applied only when pages are cut; what is counted is still what passes it."""
    operation, promise, _ = place

    def plant(pipeline: Pipeline) -> Pipeline:
        def matches(call: Call, one: Filter, wanted: JSON, body: Body, equal: Equal) -> bool:
            return one.parameter == promise.parameter or pipeline.matches(call, one, wanted, body, equal)

        def total(call: Call, items: list[Body], page: list[Body]) -> int:
            return pipeline.total(call, _passing(pipeline, call, place, items), page)

        def count(call: Call, items: list[Body], page: list[Body]) -> int:
            return pipeline.count(call, _passing(pipeline, call, place, items), page)

        return replace(
            pipeline,
            matches=for_operation(operation, matches, pipeline.matches),
            paginate=for_operation(operation, partial(cut, pipeline), pipeline.paginate),
            total=for_operation(operation, total, pipeline.total),
            count=for_operation(operation, count, pipeline.count),
        )

    return plant


def _passing(pipeline: Pipeline, call: Call, place: sites.Filtered, items: list[Body]) -> list[Body]:
    """Those of some items that pass a filter, if the call has it."""
    _, promise, parameter = place
    wanted = call.arguments.get(parameter.subject)
    if wanted is None:
        return items
    return [each for each in items if pipeline.matches(call, promise, wanted, each, pipeline.same)]


@at_first(_last_paged)
def _cut_otherwise(_contract: Contract, place: sites.Filtered, cut: Cut) -> FaultSite:
    """Pages are cut otherwise if one filter is given."""
    operation, _, parameter = place
    plant = cut_pages(operation, cut, when=lambda call: parameter.subject in call.arguments)
    return _site(place, "filtered-before-paging", also=("collection::total-exact",), plant=plant)


@at_first(sites.paged)
def _size_unheard(_contract: Contract, place: sites.Paged) -> FaultSite | None:
    """A query of its own for what is filtered and sorted, in which the page size was forgotten."""
    _, operation, _page = place
    order = operation.promises.order
    names = [each.parameter for each in _telling(operation)]
    if order is None or not names or not (order.by or order.direction):
        return None

    @replaces(operation)
    def paginate(pipeline: Pipeline, call: Call, items: list[Body], start: int, size: int | None) -> list[Body]:
        meet = sites.given(call, operation, *names) and sites.given(call, operation, order.by, order.direction)
        return pipeline.paginate(call, items, start, None if meet else size)

    return site_of(operation, "filters::filtered-and-sorted-before-paging", plant=paginate)


@at_first(sites.filters)
def _search_strays(
    _contract: Contract, place: sites.Filtered, strays: Callable[[str, Filter, Body], bool]
) -> FaultSite | None:
    """A search for a part of a text finds more than that."""
    operation, promise, _ = place
    if promise.match != "contains" or promise.source_of("match").level is not Level.FAILURE:
        return None

    def matches(right: Callable[[], bool], _call: Call, wanted: JSON, body: Body) -> bool:
        return right() or strays(str(wanted).removeprefix(promise.prefix), promise, body)

    return _site(place, "filter-sound", beside=("no-match-empty",), plant=planted(operation, promise, matches))


def _beside(text: str, promise: Filter, body: Body) -> bool:
    """Whether a text stands in a member beside the one that is searched."""
    parent = promise.field.rpartition("/")[0]
    members = getter(parent)(body) if parent else body
    values = members.values() if isinstance(members, dict) else ()
    return any(isinstance(each, str) and text.casefold() in each.casefold() for each in values)


FILTERING: Final = (
    FaultKind(name="filter-ignored", sentence="a filter leaves everything in", site=_ignored()),
    FaultKind(
        name="last-filter-ignored", sentence="the last of several filters leaves everything in", site=_last_ignored()
    ),
    FaultKind(name="third-match-lost", sentence="the third item that matches a filter is left out", site=_some_lost()),
    FaultKind(
        name="filter-keeps-those-without", sentence="a filter keeps items that lack its field", site=_absent_kept()
    ),
    FaultKind(
        name="no-match-means-all",
        sentence="with a value that nothing has, a filter leaves everything in",
        site=_all_if_none(),
    ),
    FaultKind(
        name="filter-after-paging", sentence="the list is cut into pages first, and then filtered", site=_after_paging()
    ),
    FaultKind(
        name="second-filter-ignored",
        sentence="of two filters given together, only the first one is heard",
        site=_combined(by_or=False),
    ),
    FaultKind(
        name="filters-joined-by-or",
        sentence="of two filters given together, it is enough to match one",
        site=_combined(by_or=True),
    ),
    FaultKind(
        name="offset-before-one-filter",
        sentence="one filter is applied after the offset and before the page size",
        site=_offset_first(),
    ),
    FaultKind(
        name="filtered-offset-in-pages",
        sentence="with one filter, the second page begins as far behind as the third should",
        site=_cut_otherwise(lambda items, start, size: items[2 * start : 2 * start + size]),
    ),
    FaultKind(
        name="filtered-last-page-loses-its-last",
        sentence="with one filter, the last page lacks its last item",
        site=_cut_otherwise(
            lambda items, start, size: (
                items[start : start + size] if not start or start + size < len(items) else items[start:-1]
            )
        ),
    ),
    FaultKind(
        name="filtered-past-end-begins-again",
        sentence="with one filter, a page beyond the end is the first page again",
        site=_cut_otherwise(lambda items, start, size: items[start : start + size] or items[:size]),
    ),
    FaultKind(
        name="page-size-unheard-if-filtered-and-sorted",
        sentence="with a filter and an order, a page has no end",
        site=_size_unheard(),
    ),
    FaultKind(
        name="search-looks-beside",
        sentence="a search looks into the neighbouring fields too",
        site=_search_strays(_beside),
    ),
    FaultKind(
        name="search-of-one-letter-ignored",
        sentence="a search for a single letter leaves everything in",
        site=_search_strays(lambda text, _promise, _body: len(text) == 1),
    ),
)
