"""A resource addressed through an owner that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    property_of,
    resource_operations,
)
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import named
from contract_suite.behaviours.resources.kit.observing import addressing_arguments, with_identity
from contract_suite.behaviours.resources.kit.unknown_identities import (
    unknown_identity,
)
from contract_suite.behaviours.resources.kit.updating import update_values, with_required
from contract_suite.behaviours.resources.unknown_resource.clauses import lists_refusing_owners
from contract_suite.behaviours.resources.unknown_resource.judging import judge_unknown
from contract_suite.behaviours.resources.unknown_resource.near import judge_near_misses
from contract_suite.contract.addressing import plain, with_body
from contract_suite.contract.operation import Operation
from contract_suite.model.case import Intent
from contract_suite.model.counting import with_article
from contract_suite.model.json import JSON
from contract_suite.model.verdict import Verdict


def judge_owner(session: Session, ops: ResourceOperations, verdicts: Verdicts, live: Made) -> Iterator[Verdict]:
    """Address something owned through an owner that doesn't exist."""
    operations = [each for each in (ops.create, ops.read, ops.update, ops.delete, *lists_refusing_owners(ops)) if each]
    if ops.owner is None or not verdicts.is_wanted(*(f"owner:{operation.id}" for operation in operations)):
        return
    above = next((each for each in resource_operations(session.contract) if each.resource is ops.owner), None)
    identity = {
        plain(field): live.identity[plain(field)] for field in ops.owner.identity if plain(field) in live.identity
    }
    owner = Made(resource=ops.owner, arguments={}, exchange=live.exchange, identity=identity, scope=live.scope)
    found = unknown_identity(session, above, owner) if above and identity else None
    if found is None:
        for operation in operations:
            yield from verdicts.untested(
                f"owner:{operation.id}", f"no identity was found that a read of {with_article(ops.owner.name)} refuses"
            )
        return
    orphan = with_identity(live, found[0].identity)
    for operation in operations:
        key = f"owner:{operation.id}"
        if not verdicts.is_wanted(key) or not session.allowed(operation):
            continue
        arguments = _orphaned(session, ops, operation, orphan)
        if arguments is not None:
            note = f"the {ops.owner.name} does not exist"
            exchange = session.call(operation, arguments, note=note, aim=verdicts.clause_id(key), intent=Intent.UNKNOWN)
            yield from judge_unknown(
                session,
                verdicts,
                key,
                operation=operation,
                what=f"{with_article(ops.owner.name)} with {named(found[0].identity)}",
                exchange=exchange,
            )
    yield from judge_near_misses(
        session, ops, verdicts, live, [field for field in live.identity if field not in ops.own_identity], role="owner"
    )


def _orphaned(session: Session, ops: ResourceOperations, operation: Operation, orphan: Made) -> dict[str, JSON] | None:
    """Arguments of an operation on something whose owner doesn't exist."""
    if operation is ops.create:
        values = {name: value for field, value in orphan.identity.items() if (name := property_of(operation, field))}
        known = {"body", *(parameter.subject for parameter in operation.parameters)}
        # What was found and not made came by the arguments of a read.
        created = orphan.arguments if orphan.arguments.keys() <= known else session.accepted(operation)
        if created is None:
            return None
        given = dict(created)
        for parameter in operation.parameters:
            field = plain(operation.promises.bind.get(parameter.name, parameter.name))
            if field in orphan.identity and parameter.subject in given:
                given[parameter.subject] = orphan.identity[field]
        return with_body(given, values) if "body" in given else given
    if operation in ops.lists:
        return dict(found) if (found := session.locate(operation, orphan)) else None
    arguments = addressing_arguments(session, operation, orphan)
    values = with_required(ops, orphan, update_values(ops, Flavour.OTHER, session)) if operation is ops.update else {}
    return with_body(arguments, values) if arguments is not None and values else arguments
