"""Faults in fields that one operation sets and another takes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Flag
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import replaces
from contract_suite.mock.fields import Body, with_value
from contract_suite.mock.pipeline import Call, Pipeline

_Place = tuple[Flag, Operation, Operation, tuple[str, ...]]
"""A flag with the operations that set it and take it back, and the texts that its resource's create takes."""


def _flagged(contract: Contract) -> Iterator[_Place]:
    for resource, roles in sites.written(contract):
        for flag in resource.flags if "read" in roles else ():
            made, taken_back = sites.by_id(contract, flag.set), sites.by_id(contract, flag.unset)
            if made is not None and taken_back is not None:
                yield flag, made, taken_back, tuple(sites.texts(contract, resource))


@at_first(_flagged)
def _ignored(_contract: Contract, place: _Place, which: str) -> FaultSite | None:
    flag, made, taken_back, _ = place
    operation = made if which == "flag-set" else taken_back

    @replaces(operation)
    def flagged(_pipeline: Pipeline, _call: Call, body: Body, _flags: tuple[Flag, ...]) -> Body:
        return dict(body)

    return site_of(operation, f"{flag.field}::{which}", plant=flagged)


@at_first(_flagged)
def _turned(_contract: Contract, place: _Place) -> FaultSite | None:
    flag, operation, _, _ = place
    if flag.time:
        return None

    @replaces(operation)
    def flagged(pipeline: Pipeline, call: Call, body: Body, flags: tuple[Flag, ...]) -> Body:
        changed = pipeline.flagged(call, body, flags)
        return with_value(changed, flag.field, flag.values[1]) if flag.is_set(body.get(flag.field)) else changed

    return site_of(operation, f"{flag.field}::flag-set", plant=flagged)


@at_first(_flagged)
def _clears(_contract: Contract, place: _Place) -> FaultSite | None:
    flag, operation, _, texts = place
    if not texts:
        return None

    @replaces(operation)
    def flagged(pipeline: Pipeline, call: Call, body: Body, flags: tuple[Flag, ...]) -> Body:
        return with_value(pipeline.flagged(call, body, flags), texts[-1], "")

    return site_of(operation, f"{flag.field}::flag-leaves-rest", plant=flagged)


FLAGS: Final = (
    FaultKind(name="flag-not-set", sentence="what an operation should set stays as it was", site=_ignored("flag-set")),
    FaultKind(
        name="flag-not-taken-back",
        sentence="what an operation should take back stays set",
        site=_ignored("flag-taken-back"),
    ),
    FaultKind(name="flag-turned", sentence="what is set already is taken back when it is set again", site=_turned()),
    FaultKind(name="flag-clears-text", sentence="an operation that sets a field empties a string", site=_clears()),
)
