"""Faults in the states of things, and in the actions that change them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Action, Resource, States
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import replace_handler, replaces
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.state import Record, State
from contract_suite.model.exchange import Response

_Place = tuple[Resource, Operation, States, Action, Operation]
"""A resource with states: its create, the states, one action and the operation that it is."""


def _acted(contract: Contract) -> Iterator[_Place]:
    for resource, roles in sites.written(contract):
        for action in (each for each in resource.states.actions if each.to) if resource.states is not None else ():
            operation = sites.by_id(contract, action.operation)
            if operation is not None and resource.states is not None and "read" in roles:
                yield resource, roles["create"], resource.states, action, operation


@at_first(_acted)
def _allowed_anywhere(_contract: Contract, place: _Place) -> FaultSite | None:
    resource, _, _, action, operation = place

    @replaces(operation)
    def acted(_pipeline: Pipeline, _call: Call, _state: str, _action: Action) -> str:
        return action.to

    return site_of(operation, f"{resource.name}::action-refused", plant=acted)


@at_first(_acted)
def _stays(_contract: Contract, place: _Place) -> FaultSite | None:
    resource, _, _, _, operation = place

    @replaces(operation)
    def acted(pipeline: Pipeline, call: Call, state: str, action: Action) -> str:
        pipeline.acted(call, state, action)
        return state

    return site_of(operation, f"{resource.name}::action-leads-to-state", plant=acted)


@at_first(_acted)
def _answered_alone(contract: Contract, place: _Place) -> FaultSite | None:
    """The answer shows the new state, and nothing is stored."""
    resource, _, states, action, operation = place
    if states.initial not in action.origins or action.to.endswith("ing"):
        return None  # refused of what is new, or a state that may have passed by the time of the read

    def plant(pipeline: Pipeline) -> Pipeline:
        calls: list[Call] = []

        def serve(call: Call, go: Callable[[Call], Response]) -> Response:
            calls.append(call)
            response = go(call)
            calls.clear()
            return response

        def put(state: State, record: Record) -> None:
            if not calls:
                pipeline.put(state, record)

        return replace_handler(contract, operation, serve)(replace(pipeline, put=put))

    also = (f"{resource.name}::action-leads-to-state",)
    return site_of(operation, "answer::action-answer-read", also=also, plant=plant)


@at_first(_acted)
def _begins_elsewhere(_contract: Contract, place: _Place) -> FaultSite | None:
    resource, create, states, _, _ = place
    other = next((each.to for each in states.actions if each.to and each.to != states.initial), "")
    if not other:
        return None

    @replaces(create)
    def begun(_pipeline: Pipeline, _call: Call, _states: States) -> str:
        return other

    return site_of(create, f"{resource.name}::begins-in-state", plant=begun)


STATES: Final = (
    FaultKind(name="action-allowed-anywhere", sentence="an action is served in every state", site=_allowed_anywhere()),
    FaultKind(
        name="action-changes-nothing", sentence="an action is served, but the state stays the same", site=_stays()
    ),
    FaultKind(
        name="action-answered-not-stored",
        sentence="an action answers with the new state, and does not store it",
        site=_answered_alone(),
    ),
    FaultKind(
        name="create-begins-elsewhere",
        sentence="a create starts in another state than documented",
        site=_begins_elsewhere(),
    ),
)
