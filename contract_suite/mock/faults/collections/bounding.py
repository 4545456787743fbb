"""Faults in what lies within a bound: nothing left out, something lost, the edge on the wrong side, one of two heard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from contract_suite.contract.bounds import measure
from contract_suite.contract.operation import Contract
from contract_suite.contract.vocabulary import Bound
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, Plant, at_first, site_of
from contract_suite.mock.faults.planting import for_operation, replaces
from contract_suite.mock.fields import Body, getter
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.views.arguments import argument
from contract_suite.model.json import JSON, Missing

_BETWEEN: Final = "bounds/*::bounds-combined"


def _planted(place: sites.Bounded, decide: Callable[[bool, Call, JSON, Body], bool]) -> Plant:
    """Plant another decision about one bound; it gets what would be right first."""
    operation, promise, _ = place

    def plant(pipeline: Pipeline) -> Pipeline:
        def within(call: Call, bound: Bound, wanted: JSON, body: Body) -> bool:
            right = pipeline.within(call, bound, wanted, body)
            return decide(right, call, wanted, body) if bound.parameter == promise.parameter else right

        return replace(pipeline, within=for_operation(operation, within, pipeline.within))

    return plant


@at_first(sites.bounds)
def _ignored(_contract: Contract, place: sites.Bounded) -> FaultSite | None:
    operation, bound, parameter = place
    also = (f"{parameter.subject}::bound-edge", _BETWEEN)
    plant = _planted(place, lambda _right, _call, _wanted, _body: True)
    return site_of(operation, f"{parameter.subject}::bound-sound", field=bound.parameter, also=also, plant=plant)


@at_first(sites.bounds)
def _turned(_contract: Contract, place: sites.Bounded) -> FaultSite | None:
    operation, bound, parameter = place
    plant = _planted(place, lambda right, _call, _wanted, _body: not right)
    found = (f"{parameter.subject}::bound-sound", f"{parameter.subject}::bound-complete")
    also = (f"{parameter.subject}::bound-edge", _BETWEEN)
    return site_of(operation, *found, field=bound.parameter, also=also, plant=plant)


@at_first(sites.bounds)
def _greatest_lost(_contract: Contract, place: sites.Bounded) -> FaultSite | None:
    operation, bound, parameter = place
    if not bound.lower:
        return None

    def decide(right: bool, call: Call, _wanted: JSON, body: Body) -> bool:
        resource = next((each for each in call.state.resources.values() if operation.id in each.lists), None)
        known = call.state.all(resource.name, call.scope) if resource is not None else []
        values = [value for each in known if isinstance(value := getter(bound.field)(each.body), (int, float))]
        return right and (not values or getter(bound.field)(body) != max(values))

    plant, also = _planted(place, decide), (_BETWEEN,)
    return site_of(operation, f"{parameter.subject}::bound-complete", field=bound.parameter, also=also, plant=plant)


@at_first(sites.bounds)
def _edge(_contract: Contract, place: sites.Bounded, edge: str) -> FaultSite | None:
    operation, bound, parameter = place
    if bound.edge != edge:
        return None

    def decide(right: bool, _call: Call, wanted: JSON, body: Body) -> bool:
        found = getter(bound.field)(body)
        at_edge = not isinstance(found, Missing) and measure(found) is not None and measure(found) == measure(wanted)
        return edge == "excluded" if at_edge else right

    plant = _planted(place, decide)
    return site_of(operation, f"{parameter.subject}::bound-edge", field=bound.parameter, plant=plant)


@at_first(sites.bounds)
def _after_paging(_contract: Contract, place: sites.Bounded) -> FaultSite | None:
    operation, bound, parameter = place
    page = operation.promises.collection.page if operation.promises.collection is not None else None
    if page is None or page.next:
        return None

    def plant(pipeline: Pipeline) -> Pipeline:
        @replaces(operation)
        def paginate(before: Pipeline, call: Call, items: list[Body], start: int, size: int | None) -> list[Body]:
            cut = before.paginate(call, items, start, size)
            wanted = argument(call.arguments, parameter.subject)
            if isinstance(wanted, Missing):
                return cut
            return [each for each in cut if pipeline.within(call, bound, wanted, each)]

        unheard = _planted(place, lambda _right, _call, _wanted, _body: True)
        return paginate(unheard(pipeline))

    also = (f"{parameter.subject}::bound-complete", _BETWEEN)
    found = f"{parameter.subject}::bounded-before-paging"
    return site_of(operation, found, field=bound.parameter, also=also, plant=plant)


@at_first(sites.bounds)
def _second_unheard(_contract: Contract, place: sites.Bounded) -> FaultSite | None:
    operation, bound, parameter = place
    other = next((each for each in operation.promises.bounds if each.field == bound.field and each.upper), None)
    against = operation.parameter(other.parameter) if other is not None else None
    if other is None or against is None or not bound.lower:
        return None
    subject = against.subject

    def decide(right: bool, call: Call, _wanted: JSON, _body: Body) -> bool:
        return right or not isinstance(argument(call.arguments, subject), Missing)

    found = f"bounds/{parameter.name}/{against.name}::bounds-combined"
    return site_of(operation, found, field=bound.parameter, plant=_planted(place, decide))


BOUNDING: Final[tuple[FaultKind, ...]] = (
    FaultKind(name="bound-ignored", sentence="a bound leaves everything in", site=_ignored()),
    FaultKind(name="bound-turned", sentence="a bound keeps the items on its other side", site=_turned()),
    FaultKind(
        name="bound-loses-greatest",
        sentence="a lower bound loses the item with the greatest value",
        site=_greatest_lost(),
    ),
    FaultKind(
        name="edge-left-out", sentence="a bound leaves out what equals it, against its promise", site=_edge("included")
    ),
    FaultKind(
        name="edge-let-in", sentence="a bound lets in what equals it, against its promise", site=_edge("excluded")
    ),
    FaultKind(
        name="bound-after-paging", sentence="the list is cut into pages first, and then bounded", site=_after_paging()
    ),
    FaultKind(
        name="lower-bound-unheard",
        sentence="a lower bound is ignored where an upper one is sent too",
        site=_second_unheard(),
    ),
)
