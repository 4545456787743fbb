"""What a deletion promises, as clauses."""

from __future__ import annotations

from contract_suite.behaviours.kit.clauses import make_clause, weaker
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    resource_operations,
)
from contract_suite.behaviours.resources.kit.making import (
    unique_rules,
)
from contract_suite.contract.addressing import plain
from contract_suite.contract.operation import Contract
from contract_suite.model.clause import Clause
from contract_suite.model.source import Source

NAME = "deletion"
OWNER = "owner"
"""The key of the clause about what owns the deleted one."""


def clauses_of(contract: Contract, ops: ResourceOperations) -> dict[str, Clause]:
    """The clauses of one resource, by short key."""
    resource, name, role, delete_it = ops.resource, ops.name, ops.resource.delete, ops.delete
    if delete_it is None or role is None or ops.create is None:
        return {}
    source = weaker(role.source, contract.errors.source_of("unknown") if contract.errors else Source.INFERRED)
    gone = "a deleted {name} answers as one that never existed"
    made = {
        "again": make_clause(
            NAME,
            delete_it,
            name,
            "deleted-unknown",
            f"Deleted again, {gone.format(name=name)}.",
            rests_on=role,
            source=source,
        )
    }
    if ops.read:
        made["read"] = make_clause(
            NAME, ops.read, name, "deleted-unknown", f"Read, {gone.format(name=name)}.", rests_on=role, source=source
        )
        made["others"] = make_clause(
            NAME, delete_it, name, "others-kept", f"Deleting one {name} leaves the others as they are.", rests_on=role
        )
    if ops.update and ops.mutable:
        made["update"] = make_clause(
            NAME,
            ops.update,
            name,
            "deleted-unknown",
            f"Updated, {gone.format(name=name)}.",
            rests_on=role,
            source=source,
        )
    for listing in ops.lists:
        text = f"A deleted {name} is not listed by {listing.id}."
        listed = weaker(role.source, resource.source_of_list(listing.id))
        made[listing.id] = make_clause(NAME, listing, name, "deleted-unlisted", text, rests_on=role, source=listed)
    for index, rule in enumerate(unique_rules(ops)):
        fields = "+".join(plain(each) for each in rule.fields)
        text = f"The {fields} of a deleted {name} can be used again."
        made[f"freed:{index}"] = make_clause(
            NAME, delete_it, fields, "freed", text, rests_on=rule, source=weaker(role.source, rule.source)
        )
    assigned = [each for each in resource.assigned if plain(each.field) in ops.own_identity]
    if assigned:
        # No word of the vocabulary says this; that an id means one thing for ever is what its readers rely on.
        text = f"The {plain(assigned[0].field)} of a deleted {name} is not given again."
        made["reuse"] = make_clause(
            NAME,
            ops.create,
            plain(assigned[0].field),
            "not-reused",
            text,
            rests_on=assigned[0],
            source=Source.INFERRED,
        )
    above = next((each for each in resource_operations(contract) if ops.owner and each.name == ops.owner.name), None)
    if above is not None and above.create and above.read:
        text = f"Deleting the last {name} of {above.with_article} leaves the {above.name}."
        made[OWNER] = make_clause(NAME, delete_it, above.name, "owner-kept", text, rests_on=role)
    for below in resource_operations(contract):
        if below.name in resource.owns and below.create and below.read:
            text = f"Deleting {ops.with_article} deletes its {below.name}."
            made[f"owned:{below.name}"] = make_clause(
                NAME,
                delete_it,
                below.name,
                "owned-deleted",
                text,
                rests_on=resource,
                source=weaker(resource.source_of("owns"), source),
            )
    return made
