"""Which writes can be refused, in which ways, as clauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contract_suite.behaviours.kit.clauses import make_clause
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
)
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import create_values, refusing_rules
from contract_suite.behaviours.resources.kit.updating import update_values
from contract_suite.behaviours.resources.refused_effect.refusals import TAKEN, marker_of, spoilt_body
from contract_suite.contract.addressing import plain
from contract_suite.contract.operation import Operation
from contract_suite.contract.vocabulary import Promise
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Identity
from contract_suite.model.source import Source

NAME = "refused-effect"
WAYS: Mapping[str, tuple[str, Identity]] = {
    "auth": ("without a key", Identity.NOBODY),
    "permission": ("with a key that lacks the permission", Identity.READONLY),
    "body": ("with a body that breaks its schema", Identity.DEFAULT),
}
WAYS_TO_CHANGE: Mapping[str, tuple[str, Identity]] = {**WAYS, "conflict": (TAKEN, Identity.DEFAULT)}
"""How an update is refused. A create that is refused for its name is looked for in another way."""


def clauses_of(ops: ResourceOperations, operation: Operation) -> dict[str, Clause]:
    """The clauses of one write, by the way in which it is refused."""
    made: dict[str, Clause] = {}
    role = next((promised for each, promised in writes_of(ops) if each is operation), None)
    if role is None or not is_visible(ops, operation):
        return made
    if operation.needs_key:
        source = operation.security_source
        made["auth"] = make_clause(
            NAME,
            operation,
            "auth",
            "refused-without-effect",
            _text(operation, "auth"),
            rests_on=role,
            source=source,
        )
    if operation.promises.permission:
        rests_on = operation.promises.permission
        made["permission"] = make_clause(
            NAME,
            operation,
            "permission",
            "refused-without-effect",
            _text(operation, "permission"),
            rests_on=rests_on,
        )
    if operation is not ops.delete and spoilt_body(ops, operation, {}) is not None:
        # That a bad request is refused is promised; that it is refused as a whole goes without saying, and was said by
        # nobody.
        text = _text(operation, "body")
        made["body"] = make_clause(
            NAME, operation, "body", "refused-without-effect", text, rests_on=role, source=Source.INFERRED
        )
    if operation is ops.update and taken_fields(ops):
        text = f"{operation.id}, refused since another {ops.name} has the name, has no effect."
        made["conflict"] = make_clause(
            NAME, operation, "conflict", "refused-without-effect", text, rests_on=role, source=Source.INFERRED
        )
    if (
        operation is ops.create
        and refusing_rules(ops)
        and ops.read is not None
        and create_values(operation, ops, Flavour.OTHER)
    ):
        text = f"{operation.id}, refused since its name is taken, has no effect."
        made["conflict"] = make_clause(
            NAME, operation, "conflict", "refused-without-effect", text, rests_on=role, source=Source.INFERRED
        )
    return made


def taken_fields(ops: ResourceOperations) -> tuple[str, ...]:
    """The fields that an update may set to what another one has; none if it can't."""
    for rule in refusing_rules(ops):
        fields = tuple(plain(each) for each in rule.fields)
        if ops.update is not None and set(fields) <= set(ops.mutable):
            return fields
    return ()


def _text(operation: Operation, way: str) -> str:
    return f"{operation.id}, refused {WAYS[way][0]}, has no effect."


def writes_of(ops: ResourceOperations) -> Iterator[tuple[Operation, Promise]]:
    """Yield the writes of a resource that can be created, each with its promise."""
    resource = ops.resource
    for operation, role in (
        (ops.create, resource.create),
        (ops.update, resource.update),
        (ops.delete, resource.delete),
    ):
        if operation is not None and role is not None and ops.create is not None:
            yield operation, role


def each_write(ops: ResourceOperations) -> Iterator[tuple[ResourceOperations, Operation]]:
    """Yield every write of a resource, with its operations: those of a PUT beside a PATCH have it for their update."""
    yield from ((ops, operation) for operation, _ in writes_of(ops))
    for variant in ops.each_update[1:] if ops.create is not None else ():
        if variant.update is not None:
            yield variant, variant.update


def is_visible(ops: ResourceOperations, operation: Operation) -> bool:
    """Whether the effect would be seen."""
    if operation is ops.update:
        return ops.read is not None and bool(update_values(ops, Flavour.OTHER))
    if operation is ops.delete:
        return ops.read is not None
    return (ops.client_chooses_identity and ops.read is not None) or marker_of(ops) is not None
