"""Which operations address something, by which part of the address it may be unknown, as clauses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contract_suite.behaviours.kit.clauses import make_clause
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    property_of,
    request_body,
)
from contract_suite.behaviours.resources.kit.unknown_identities import (
    unknown_status,
)
from contract_suite.contract.addressing import field_of, names_by_text, plain
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.schemas.view import view
from contract_suite.contract.vocabulary import Errors
from contract_suite.model.clause import Clause
from contract_suite.model.counting import with_article
from contract_suite.model.source import Source

NAME = "unknown-resource"


def clauses_of(contract: Contract, ops: ResourceOperations) -> dict[str, Clause]:
    """The clauses of one resource, by short key: what is unknown, and the operation."""
    if contract.errors is None:
        return {}
    errors = contract.errors.of_kind("unknown")
    made: dict[str, Clause] = {}
    source = errors.source_of("unknown")
    for each in addresses_of(ops):
        operation, status = each.operation, unknown_status(contract, each.operation)
        if not status:
            continue
        text = f"{each.what[0].upper()}{each.what[1:]} is answered {status}."
        made[f"{each.key}:{operation.id}"] = make_clause(
            NAME, operation, each.subject, "unknown-refused", text, rests_on=errors, source=source
        )
        if any(_takes_text(operation, field) for field in each.fields):
            # Hardly a document says that its ids mind case and blanks; that another text is another id is what an id is
            # for.
            text = (
                f"{each.what[0].upper()}{each.what[1:]}, though one that differs only by case or blanks does, "
                f"is answered {status}."
            )
            similar = make_clause(
                NAME, operation, each.subject, "similar-refused", text, rests_on=errors, source=Source.INFERRED
            )
            made[f"{each.key}-alike:{operation.id}"] = similar
    if ops.read is not None and unknown_status(contract, ops.read):
        made |= _of_extremes(ops, ops.read, errors, source)
    return made


def _of_extremes(ops: ResourceOperations, read: Operation, errors: Errors, source: Source) -> dict[str, Clause]:
    """The clauses about identities at their extremes, and about a live one that is spelled otherwise."""
    text = f"An identity like no other, extremely long, negative or foreign, is not answered with another {ops.name}."
    found = {
        f"extreme:{read.id}": make_clause(NAME, read, ops.name, "extreme-refused", text, rests_on=errors, source=source)
    }
    if names_by_text(read):
        text = f"The address of {ops.with_article} with a letter percent-encoded is the same address."
        found[f"encoded:{read.id}"] = make_clause(
            NAME, read, ops.name, "encoded-served", text, rests_on=errors, source=Source.STANDARD
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One way to address what doesn't exist; `fields` may hold a text that is nearly that of another."""

    key: str
    operation: Operation
    subject: str
    what: str
    fields: tuple[str, ...] = ()


def addresses_of(ops: ResourceOperations) -> Iterator[Address]:
    """Every operation that addresses something, for each part of the address."""
    own, shared = (
        ops.own_identity,
        tuple(plain(field) for field in ops.resource.identity if plain(field) not in ops.own_identity),
    )
    direct = [each for each in (ops.read, ops.update, ops.delete) if each]
    near = [each for each in direct if each is ops.read or (ops.create and ops.read)]
    for operation in direct:
        what = f"{ops.with_article} that does not exist"
        yield Address(
            key="itself", operation=operation, subject=ops.name, what=what, fields=own if operation in near else ()
        )
    if ops.owner is not None and ops.owner.read is not None:
        for operation in (*([ops.create] if ops.create else ()), *direct, *lists_refusing_owners(ops)):
            what = f"{with_article(ops.owner.name)} that does not exist, as the owner of {ops.with_article}"
            yield Address(
                key="owner",
                operation=operation,
                subject=ops.owner.name,
                what=what,
                fields=shared if operation in near else (),
            )
    for operation in (*([ops.read] if ops.read else ()), *ops.lists):
        for name in containers_of(ops, operation):
            yield Address(
                key=f"scope.{name}",
                operation=operation,
                subject=name,
                what=f"An unknown {name}",
                fields=(name,),
            )


def containers_of(ops: ResourceOperations, operation: Operation) -> tuple[str, ...]:
    """Return the parameters that say where a read or a list looks: the scope, and what a list is below by its path."""
    scope = tuple(ops.resource.scope)
    if operation.id not in ops.resource.lists or ops.owner is not None:
        return scope
    known = {*scope, *(plain(field) for field in ops.resource.identity)}
    above = (each.name for each in operation.parameters if each.where == "path")
    return (*scope, *(name for name in above if field_of(operation, name) not in known))


def _takes_text(operation: Operation, field: str) -> bool:
    """Whether a field's parameter or body property, or the parameter of a container, can be a text."""
    parameter = next(
        (each for each in operation.parameters if field in {each.name, field_of(operation, each.name)}), None
    )
    if parameter is not None:
        return "string" in view(parameter.schema).types()
    place, name = request_body(operation), property_of(operation, field)
    return place is not None and name is not None and "string" in place.member(name).types()


def lists_refusing_owners(ops: ResourceOperations) -> Iterator[Operation]:
    """Lists that are asked for by an owner and refuse one that doesn't exist."""
    owned = {plain(field) for field in ops.owner.identity} if ops.owner else set()
    for listing in ops.lists:
        if any(rule.unknown == "refused" and plain(rule.field) in owned for rule in listing.promises.filters):
            yield listing
