"""Requests that are to be refused, and what makes their effect visible."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from contract_suite.behaviours.kit.form_values import is_form
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    declares,
    listed_representation,
    request_body,
)
from contract_suite.behaviours.kit.responses import obstacle
from contract_suite.behaviours.resources.kit.field_values import is_free_text, wrong_value
from contract_suite.contract.addressing import field_of, plain
from contract_suite.contract.operation import Operation
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Missing

TAKEN = "with what is taken"


def named_fields(ops: ResourceOperations) -> set[str]:
    """Return the fields of the identity and those that must be unique."""
    return {
        plain(each)
        for each in (*ops.resource.identity, *(name for rule in ops.resource.unique for name in rule.fields))
    }


def marker_of(ops: ResourceOperations) -> str | None:
    """The property of a create that takes any text and that a list shows."""
    place = request_body(ops.create)
    if ops.create is None or place is None:
        return None
    names = sorted(
        place.property_names(),
        key=lambda name: field_of(ops.create, name) not in named_fields(ops) if ops.create else False,
    )
    for name in names:
        shown_by = any(declares(listed_representation(listing), field_of(ops.create, name)) for listing in ops.lists)
        if (
            shown_by
            and is_free_text(place.member(name))
            and field_of(ops.create, name) not in {plain(each) for each in ops.resource.identity}
        ):
            return name
    return None


def spoilt_body(
    ops: ResourceOperations, operation: Operation, values: Mapping[str, JSON], *, keep: str = ""
) -> dict[str, JSON] | None:
    """Return a body with one property of a wrong type and the rest as it was; `None` if no property can be spoilt.

    What is only read isn't spoilt: right servers don't look at it in a request.
    """
    place = request_body(operation)
    media = operation.body.of_members if operation.body else None
    if place is None or media is None or media.schema is None:
        return None
    addressing = {plain(each) for each in ops.resource.identity}
    for name in reversed(
        [each for each in place.property_names() if each != keep and field_of(operation, each) not in addressing]
    ):
        member = place.member(name)
        read_only = member.keyword("readOnly") is True
        wrong = MISSING if read_only else wrong_value(member, in_form=is_form(operation))
        if not isinstance(wrong, Missing) and media.schema.breaks_member({**values, name: wrong}, name):
            return {**values, name: wrong}
    return None


def why_not_refused(exchange: Exchange | None) -> str:
    """Why nothing can be said about an answer that should have been a refusal; empty for a refusal."""
    if exchange is None:
        return "the request can't be addressed"
    if exchange.refused and exchange.status != HTTPStatus.TOO_MANY_REQUESTS:
        return ""
    return obstacle(exchange) or f"it was answered {exchange.status}, which is reported separately"
