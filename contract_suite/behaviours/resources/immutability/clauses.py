"""What never changes and what the server sets, of one resource: the clauses and the fields that they are about."""

from __future__ import annotations

from typing import Final

from contract_suite.behaviours.kit.clauses import make_clause
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    counts_changes,
    declares,
    property_of,
    request_body,
)
from contract_suite.contract.addressing import (
    body_properties,
    field_of,
    plain,
)
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.clause import Clause

NAME: Final = "immutability"


def clauses_of(ops: ResourceOperations) -> dict[str, Clause]:
    """A clause for each field that an update may not change, by field."""
    role = ops.resource.update
    if ops.update is None or role is None or ops.shown_by is None or ops.create is None:
        return {}
    free = derived(ops)
    return {
        field: make_clause(
            NAME,
            ops.update,
            field,
            "immutable",
            f"No update sets the {field} of {ops.with_article}."
            if field in free
            else f"No update changes the {field} of {ops.with_article}.",
            rests_on=role,
            source=role.source_of("mutable"),
        )
        for field in fixed(ops)
    }


def assignments(ops: ResourceOperations) -> dict[str, Clause]:
    """A clause for each field that the server sets, by field."""
    if ops.create is None or ops.shown_by is None:
        return {}
    return {
        plain(each.field): make_clause(
            NAME,
            ops.create,
            plain(each.field),
            "server-assigned",
            f"The {plain(each.field)} of {ops.with_article} is the server's to set.",
            rests_on=each,
        )
        for each in ops.resource.assigned
        if declares(ops.representation, each.field)
        and "/" not in plain(each.field)
        and (plain(each.field) not in body_properties(ops.create) or only_shown(ops.create, plain(each.field)))
    }


def derived(ops: ResourceOperations) -> frozenset[str]:
    """The fields that the server sets and may set anew at any time, such as a count or a sum."""
    return frozenset(
        plain(each.field)
        for each in ops.resource.assigned
        if not (each.time or each.format or each.value is not None) and plain(each.field) not in ops.own_identity
    )


def only_shown(create: Operation, field: str) -> bool:
    """Whether the schema of a create has a field that only answers show (`readOnly`), as schemas do that serve both."""
    place = request_body(create)
    return place is not None and place.member(property_of(create, field) or field).keyword("readOnly") is True


def fixed(ops: ResourceOperations) -> list[str]:
    """The fields that a read shows, that an update may not change, and that an update could try to."""
    if ops.create is None or ops.update is None:
        return []
    known = [*ops.resource.identity, *(field_of(ops.create, name) for name in body_properties(ops.create))]
    known += [*(each.field for each in ops.resource.assigned), *ops.resource.inherits]
    addressing = {field_of(ops.update, name) for name in body_properties(ops.update)} & {
        plain(each) for each in ops.resource.identity
    }
    place = ops.representation
    left = {
        *ops.mutable,
        *ops.modified,
        *addressing,
        *(plain(each) for each in (ops.resource.update.mutable if ops.resource.update else ())),
    }
    fields = dict.fromkeys(plain(each) for each in known)
    unsure = {field for field in derived(ops) if place is not None and _has_few_values(place.member(field))}
    unsure |= {field for field in fields if counts_changes(place, field)}
    return [field for field in fields if field not in left | unsure and "/" not in field and declares(place, field)]


def _has_few_values(place: SchemaView) -> bool:
    """Whether a field that the server sets anew may have a value by chance that an update named."""
    return "boolean" in place.types() or any(
        isinstance(each, dict) and ("enum" in each or "const" in each) for each in place.possible()
    )
