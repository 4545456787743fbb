"""A method that a path doesn't declare is refused with 405, and `Allow` names those that it does.

HEAD, OPTIONS and TRACE are the server's own affair.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import make_clause, usable
from contract_suite.checks.kit.judging import UNRELATED, operation_of
from contract_suite.checks.kit.refusals import declares, kind_source
from contract_suite.checks.kit.verdicts import cannot_tell, failed, passed
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model import clause_ids
from contract_suite.model.clause import Clause
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "undeclared-method"
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_ALLOW: Final = "allow-header"


def _clauses(contract: Contract) -> Iterator[Clause]:
    said = contract.errors.of_kind("method") if contract.errors and "method" in contract.errors.status else None
    elsewhere = _segments_by_method_and_length(contract)
    paths: dict[str, list[Operation]] = {}
    for operation in usable(contract):
        paths.setdefault(operation.path, []).append(operation)
    for path, operations in paths.items():
        first, segments = operations[0], path.split("/")
        declared = {operation.method for operation in operations}
        specs = [
            spec
            for operation in operations
            if declares(operation, 405)
            for spec in [operation.response(405)]
            if spec is not None
        ]
        source = specs[0].source if specs else kind_source(contract, "method") if said else Source.STANDARD
        for method in METHODS:
            if method in declared:
                continue
            covered = _is_covered(segments, elsewhere.get((method, len(segments)), []))
            reason = "another path of the document takes the same address" if covered else ""
            yield make_clause(
                NAME,
                first,
                clause_ids.METHOD,
                f"{method}-refused",
                f"{method} {path}, which the document doesn't declare, is refused with 405",
                source=source,
                inapplicable=reason,
                location=specs[0].location if specs else said.location if said else first.location,
                quote=specs[0].quote if specs else "",
            )
        yield make_clause(
            NAME,
            first,
            clause_ids.METHOD,
            _ALLOW,
            f"a 405 on {path} names {', '.join(sorted(declared))} in Allow (RFC 9110)",
            source=Source.STANDARD,
        )


_Segments = list[str]


def _segments_by_method_and_length(contract: Contract) -> dict[tuple[str, int], list[_Segments]]:
    found: dict[tuple[str, int], list[_Segments]] = {}
    for operation in contract.operations:
        segments = operation.path.split("/")
        found.setdefault((operation.method, len(segments)), []).append(segments)
    return found


def _is_covered(own: _Segments, others: list[_Segments]) -> bool:
    """Whether one of the templates elsewhere in the document takes the same address."""
    return any(all(a == b or "{" in b for a, b in zip(own, theirs, strict=True)) for theirs in others)


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    _, subject, kind = clause_ids.parts(judgement.case.target_clause)
    response, first = judgement.response, operation_of(judgement)
    if subject != clause_ids.METHOD or not kind.endswith("-refused") or response is None or first is None:
        return
    clause, status = judgement.case.target_clause, response.status
    method = judgement.exchange.request.method
    if status in UNRELATED:
        yield cannot_tell(clause, f"the refusal ({status}) is about who asks or how often, not about the method")
    elif status in {405, 501}:
        yield passed(clause)
        if status == 405:
            yield _allow(judgement, first, method)
    elif 200 <= status < 500 and status != 304:
        problem = "served" if status < 300 else f"status-{status}"
        yield failed(
            clause,
            f"{method} {first.written_path} was answered {status} instead of 405",
            problem=problem,
            expected="405",
            actual=str(status),
        )


def _allow(judgement: Judgement, first: Operation, method: str) -> Verdict:
    clause = f"{first.id}::{clause_ids.METHOD}::{_ALLOW}"
    response = judgement.response
    values = [value for name, value in response.headers if name.lower() == "allow"] if response is not None else []
    declared = {operation.method for operation in judgement.contract.operations if operation.path == first.path}
    listed = {name.strip().upper() for name in ",".join(values).split(",")} - {""}
    expected = ", ".join(sorted(declared))
    if not values:
        return failed(
            clause, f"the 405 has no Allow header; {expected} should stand there", problem="missing", expected=expected
        )
    if declared - listed:
        lacking = ", ".join(sorted(declared - listed))
        return failed(
            clause, f"Allow lacks {lacking}", problem="incomplete", expected=expected, actual=", ".join(values)
        )
    if method in listed:
        return failed(
            clause,
            f"Allow names {method}, which was just refused",
            problem="contradicts",
            expected=expected,
            actual=", ".join(values),
        )
    return passed(clause)


CHECK: Final = Check(
    name=NAME, title="A method that the document doesn't declare for a path is refused.", clauses=_clauses, judge=_judge
)
