"""The clauses that a behaviour can decide, made of what a document promises.

A behaviour's `clauses` yields one clause for each promise, and one inapplicable clause, with the reason, where the
document promises nothing: `inapplicable_if_none` and `clauses_of_resources` see to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from contract_suite.behaviours.kit.resource_operations import ResourceOperations, resource_operations
from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.vocabulary import Promise
from contract_suite.model.clause import Clause
from contract_suite.model.json import escape
from contract_suite.model.location import Location
from contract_suite.model.source import Level, Source


def make_clause(
    behaviour: str,
    operation: Operation,
    subject: str,
    kind: str,
    text: str,
    *,
    rests_on: Promise,
    member: str = "",
    source: Source | None = None,
    inapplicable: str = "",
) -> Clause:
    """Return the clause for a promise.

    `member` is the member of the promise that says it, so that the clause stands there and not at all of the promise.
    `source` is given where one member of the promise has a source of its own, `inapplicable` where the clause can't be
    broken: why.
    """
    place = rests_on.location
    return Clause(
        operation=operation.id,
        subject=subject,
        kind=kind,
        judge=behaviour,
        text=text,
        source=rests_on.source if source is None else source,
        location=replace(place, pointer=f"{place.pointer}/{escape(member)}") if member else place,
        quote=rests_on.quote,
        inapplicable=inapplicable,
    )


def clause_at(
    behaviour: str,
    operation: Operation,
    subject: str,
    kind: str,
    text: str,
    *,
    source: Source = Source.INFERRED,
    location: Location | None = None,
) -> Clause:
    """Return a clause that stands at an operation, for want of a promise: an RFC says it, or paths and sentences do.

    `location` is given where a part of the operation says it.
    """
    return Clause(
        operation=operation.id,
        subject=subject,
        kind=kind,
        judge=behaviour,
        text=text,
        source=source,
        location=operation.location if location is None else location,
    )


def inapplicable_clause(  # noqa: PLR0917 - the parts of a clause, in their order
    behaviour: str, subject: str, kind: str, reason: str, location: Location, operation: Operation | None = None
) -> Clause:
    """Return the clause for a promise that the document does not make."""
    return Clause(
        operation=operation.id if operation else "",
        subject=subject,
        kind=kind,
        judge=behaviour,
        text=reason,
        source=Source.INFERRED,
        location=location,
        inapplicable=reason,
    )


def inapplicable_behaviour(
    contract: Contract, behaviour: str, subject: str, reason: str, *, operation: Operation | None = None
) -> Iterator[Clause]:
    """Yield the clause for a behaviour about which the document promises nothing; none if it has no operation."""
    where = operation or next(iter(contract.operations), None)
    if where is not None:
        yield inapplicable_clause(behaviour, subject, behaviour, reason, where.location, where)


def inapplicable_if_none(
    clauses: Iterable[Clause], contract: Contract, behaviour: str, subject: str, reason: str
) -> Iterator[Clause]:
    """Yield the clauses; if there are none, the one that says with `reason` that the behaviour is inapplicable."""
    found = False
    for clause in clauses:
        found = True
        yield clause
    if not found:
        yield from inapplicable_behaviour(contract, behaviour, subject, reason)


def clauses_of_resources(
    contract: Contract,
    behaviour: str,
    clauses_of: Callable[[ResourceOperations], Iterable[Clause]],
    missing: Callable[[ResourceOperations], str],
) -> Iterator[Clause]:
    """Yield the clauses of every resource.

    A resource without any yields the inapplicable one with the reason that `missing` gives (none if that is empty); so
    does a document without resources.
    """
    for ops in resource_operations(contract):
        found = list(clauses_of(ops))
        yield from found
        reason = "" if found else missing(ops)
        if reason:
            yield from inapplicable_behaviour(contract, behaviour, ops.name, reason, operation=ops.any_operation)
    if not contract.resources:
        yield from inapplicable_behaviour(
            contract, behaviour, "resources", "the document names no resources (x-contract)"
        )


def applicable_ids(clauses: Mapping[str, Clause]) -> dict[str, str]:
    """Return the ids of the applicable clauses by their short keys."""
    return {key: clause.id for key, clause in clauses.items() if not clause.inapplicable}


def weaker(*sources: Source) -> Source:
    """Return the source that weighs least: a clause weighs as much as the weakest fact that it rests on."""
    return next((each for each in sources if each.level is Level.ADVISORY), sources[0])


def default_source(parameter: Parameter) -> Source:
    """Return the source of a parameter's default."""
    place = parameter.schema.bundle.place(parameter.schema.root)
    return place.source("default") if place else parameter.source
