"""Clauses of checks, made in one way: one operation after the other, with who says so and where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.clause import Clause
from contract_suite.model.json import JSON
from contract_suite.model.location import Location
from contract_suite.model.source import Source


def usable(contract: Contract) -> Iterator[Operation]:
    """Return the operations that could be read; what is wrong with the others is said elsewhere, once."""
    return (operation for operation in contract.operations if not operation.problem)


def for_each_operation(
    clauses_of: Callable[[Contract, Operation], Iterable[Clause]],
) -> Callable[[Contract], Iterator[Clause]]:
    """Return what a check needs as its `clauses`: those of each operation that can be used."""

    def clauses(contract: Contract) -> Iterator[Clause]:
        for operation in usable(contract):
            yield from clauses_of(contract, operation)

    return clauses


def make_clause(
    judge: str,
    operation: Operation,
    subject: str,
    kind: str,
    text: str,
    *,
    source: Source = Source.DOCUMENTED,
    location: Location | None = None,
    quote: str = "",
    inapplicable: str = "",
    limit: JSON = None,
) -> Clause:
    """Return a clause of an operation, at the operation's own place unless `location` gives another one."""
    return Clause(
        operation=operation.id,
        subject=subject,
        kind=kind,
        judge=judge,
        source=source,
        location=operation.location if location is None else location,
        quote=quote,
        text=text,
        inapplicable=inapplicable,
        limit=limit,
    )
