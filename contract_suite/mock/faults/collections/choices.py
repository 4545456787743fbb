"""Faults in which of its values a filter hears: one of those that a schema lists, several at once, or those it leaves out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from contract_suite.contract.operation import Contract
from contract_suite.contract.schemas.view import view
from contract_suite.contract.vocabulary import Filter
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.collections.comparing import planted
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import Equal, replaces
from contract_suite.mock.fields import Body
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.model.json import JSON

_SEVERAL: Final = 2


@at_first(sites.filters)
def _last_unheard(_contract: Contract, place: sites.Filtered) -> FaultSite | None:
    """The last of the values that the schema lists leaves everything in, as `false` does where it is taken for nothing."""
    operation, promise, parameter = place
    listed = view(parameter.schema).keyword("enum")
    if parameter.required or promise.unknown or promise.match != "equals" or not isinstance(listed, list):
        return None
    if len(listed) < _SEVERAL:
        return None

    def matches(right: Callable[[], bool], _call: Call, wanted: JSON, _body: Body) -> bool:
        return right() or wanted == listed[-1]

    also = ("filters::*", f"{parameter.subject}::*", "collection::total-filtered")
    plant = planted(operation, promise, matches)
    return site_of(operation, f"{parameter.subject}::filter-sound", field=promise.parameter, also=also, plant=plant)


@at_first(sites.filters)
def _second_unheard(_contract: Contract, place: sites.Filtered) -> FaultSite | None:
    if place[1].several not in {"any", "all"}:
        return None

    def matches(pipeline: Pipeline, call: Call, one: Filter, wanted: JSON, body: Body, equal: Equal) -> bool:
        first = wanted[:1] if isinstance(wanted, list) else wanted
        return pipeline.matches(call, one, first, body, equal)

    return _of_several(place, matches)


@at_first(sites.filters)
def _joined_otherwise(_contract: Contract, place: sites.Filtered) -> FaultSite | None:
    if place[1].several != "all":
        return None

    def matches(pipeline: Pipeline, call: Call, one: Filter, wanted: JSON, body: Body, equal: Equal) -> bool:
        return pipeline.matches(call, replace(one, several="any"), wanted, body, equal)

    return _of_several(place, matches)


def _of_several(place: sites.Filtered, other: Callable[[Pipeline, Call, Filter, JSON, Body, Equal], bool]) -> FaultSite:
    operation, promise, parameter = place

    @replaces(operation)
    def matches(pipeline: Pipeline, call: Call, one: Filter, wanted: JSON, body: Body, equal: Equal) -> bool:
        if one.parameter != promise.parameter:
            return pipeline.matches(call, one, wanted, body, equal)
        return other(pipeline, call, one, wanted, body, equal)

    return site_of(operation, f"{parameter.subject}::several-values", field=promise.parameter, plant=matches)


@at_first(sites.filters)
def _turned(_contract: Contract, place: sites.Filtered) -> FaultSite | None:
    """What should be left out is what is kept: the negation was forgotten."""
    operation, promise, parameter = place
    if promise.match != "differs" or parameter.required:
        return None
    plant = planted(operation, promise, lambda right, _call, _wanted, _body: not right())
    also = (f"{parameter.subject}::*", "filters::*")
    return site_of(operation, f"{parameter.subject}::filter-sound", field=promise.parameter, also=also, plant=plant)


@at_first(sites.filters)
def _search_unheard(_contract: Contract, place: sites.Filtered) -> FaultSite | None:
    operation, promise, parameter = place
    if promise.match != "mentions" or parameter.required:
        return None
    plant = planted(operation, promise, lambda _right, _call, _wanted, _body: True)
    also = (f"{parameter.subject}::*", "filters::*")
    return site_of(operation, f"{parameter.subject}::filter-sound", field=promise.parameter, also=also, plant=plant)


CHOICES: Final[tuple[FaultKind, ...]] = (
    FaultKind(
        name="last-listed-value-unheard",
        sentence="the last of the values that a filter may have leaves everything in",
        site=_last_unheard(),
    ),
    FaultKind(
        name="second-value-unheard",
        sentence="of several values of one filter, only the first one is heard",
        site=_second_unheard(),
    ),
    FaultKind(
        name="any-value-is-enough",
        sentence="of several values that an item must have, any one is enough",
        site=_joined_otherwise(),
    ),
    FaultKind(
        name="negation-forgotten",
        sentence="a filter keeps only what it should leave out",
        site=_turned(),
    ),
    FaultKind(
        name="search-unheard", sentence="a search in several fields leaves everything in", site=_search_unheard()
    ),
)
