"""Other values for a field than the one that it has."""

from __future__ import annotations

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.comparing import alike, field_in
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
)
from contract_suite.behaviours.resources.kit.field_values import Flavour, value_for
from contract_suite.behaviours.resources.kit.observing import ReadResult
from contract_suite.behaviours.resources.kit.unknown_identities import altered_value
from contract_suite.model.json import JSON, Missing


def other_value(session: Session, ops: ResourceOperations, field: str, before: ReadResult) -> JSON:
    """Return another value for a field than the one shown; `None` if there is none to be had."""
    current = field_in(before.value, field)
    if field in ops.own_identity and not isinstance(current, Missing):
        return altered_value(session.random, current, field)
    place = ops.representation
    for flavour in (Flavour.OTHER, Flavour.PLAIN):
        value = value_for(place.member(field), flavour, name=field, anyway=True) if place else None
        if value is not None and not isinstance(value, Missing) and not alike(current, value):
            return value
    return None
