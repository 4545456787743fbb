"""How a contract says that a bad request is refused: with which status and which code, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contract_suite.checks.kit.judging import fact_of
from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.provenance import provenance
from contract_suite.contract.schemas.constraints import constraints
from contract_suite.model import clause_ids
from contract_suite.model.exchange import status_class
from contract_suite.model.fact import Fact
from contract_suite.model.location import Location
from contract_suite.model.memo import Memo
from contract_suite.model.source import Source, weakest

_APART: Final = frozenset({"401", "403", "429"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentedDetail:
    """One documented detail of a refusal: the clause about it, its value, its place and source."""

    clause: str
    subject: str
    value: str | int
    source: Source
    location: Location
    quote: str = ""


def parameter_of(operation: Operation, subject: str) -> Parameter | None:
    """Return the parameter that a subject is of (`query.Filter/Name` is of `query.Filter`)."""
    return next(
        (each for each in operation.parameters if subject == each.subject or subject.startswith(f"{each.subject}/")),
        None,
    )


def kind_source(contract: Contract, kind: str) -> Source:
    """Who says the status of one kind of refusal (`invalid`, `forbidden`)."""
    errors = contract.errors
    if errors is None:
        return Source.INFERRED
    if kind in errors.sources:
        return errors.sources[kind]
    source = errors.source_of("status")
    node = contract.root
    for key in ("x-contract", "errors", "status"):
        node = node.get(key) if node is not None else None
    return provenance(node).of(kind, source) if node is not None else source


def declares(operation: Operation, status: int) -> bool:
    """Whether an operation declares a status, exactly or by its range."""
    return any(spec.status in {str(status), status_class(status)} for spec in operation.responses)


def general_status(contract: Contract, operation: Operation) -> DocumentedDetail | None:
    """Return what the contract says of the status of any bad request, where the operation declares it."""
    errors = contract.errors
    status = errors.status.get("invalid") if errors is not None else None
    if errors is None or not isinstance(status, int) or not declares(operation, status):
        return None
    return DocumentedDetail(
        clause=clause_ids.refusal_status(operation.id),
        subject=clause_ids.REQUEST,
        value=status,
        source=kind_source(contract, "invalid"),
        location=errors.of_kind("invalid").location,
        quote=errors.quote,
    )


def own_status(operation: Operation, parameter: Parameter) -> DocumentedDetail | None:
    """Return what a parameter says of the status that refuses its bad values."""
    refusal = parameter.refusal
    if refusal is None or not refusal.status:
        return None
    return DocumentedDetail(
        clause=clause_ids.refusal_status(operation.id, parameter.subject),
        subject=parameter.subject,
        value=refusal.status,
        source=refusal.source_of("status"),
        location=refusal.location,
        quote=refusal.quote,
    )


def own_code(contract: Contract, operation: Operation, parameter: Parameter) -> DocumentedDetail | None:
    """Return what a parameter says of the error code of a refusal; `None` also where refusals show no code."""
    refusal = parameter.refusal
    if refusal is None or not refusal.code or contract.errors is None or not contract.errors.fields.get("code"):
        return None
    return DocumentedDetail(
        clause=clause_ids.refusal_code(operation.id, parameter.subject),
        subject=parameter.subject,
        value=refusal.code,
        source=refusal.source_of("code"),
        location=refusal.location,
        quote=refusal.quote,
    )


def status_for(contract: Contract, operation: Operation, subject: str) -> DocumentedDetail | None:
    """Return what is said of the status that refuses a bad `subject`, the parameter's own word first."""
    parameter = parameter_of(operation, subject)
    return (own_status(operation, parameter) if parameter else None) or general_status(contract, operation)


def broken_demand(operation: Operation, clause: str) -> tuple[Fact, ...]:
    """Return the demand of a request whose breach a clause is about: what is said of the refusal weighs no more."""
    fact = _DEMANDED(operation).get(clause)
    return () if fact is None else (fact,)


def _demanded(operation: Operation) -> dict[str, Fact]:
    """The demand behind each clause that a bad request is refused; of two behind one clause, the weaker."""
    schemas = [(each.subject, each.schema) for each in operation.parameters]
    for media in operation.body.media_types if operation.body is not None else ():
        schemas += [(clause_ids.BODY, media.schema)] if media.schema is not None else []
    found: dict[str, Fact] = {}
    for prefix, schema in schemas:
        for each in constraints(schema):
            fact = fact_of(each, prefix)
            clause = clause_ids.enforced(operation.id, f"{prefix}{each.subject}", each.keyword)
            known = found.get(clause)
            if known is None or weakest((known.source, fact.source)) is not known.source:
                found[clause] = fact
    for parameter in operation.parameters:
        clause = clause_ids.enforced(operation.id, parameter.subject, "required")
        found[clause] = Fact(
            source=parameter.required_source,
            location=parameter.location,
            what=f"the requirement of {parameter.subject}",
        )
    return found


_DEMANDED: Final[Memo[Operation, dict[str, Fact]]] = Memo(_demanded)


def refusal_source(contract: Contract, operation: Operation) -> Source:
    """Who says which refusals there are; nobody does where no 4xx is documented but those about keys and rates."""
    said = general_status(contract, operation)
    if said is not None:
        return said.source
    sources = [spec.source for spec in operation.responses if spec.status.startswith("4") and spec.status not in _APART]
    return weakest(sources) if sources else Source.INFERRED
