"""Nobody is served without the key that an operation needs, and who needs none is served without.

Only cases that aim at such a clause are judged. Whether a refused request changed something is a behaviour's matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import for_each_operation, make_clause
from contract_suite.checks.kit.refusals import declares, kind_source
from contract_suite.checks.kit.verdicts import cannot_tell, failed, passed
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model import clause_ids
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import is_refusal, is_server_error
from contract_suite.model.location import Location
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "auth-enforced"
_WAYS: Final = {
    clause_ids.MISSING: "without a key",
    clause_ids.EMPTY: "with an empty key",
    clause_ids.WRONG_SCHEME: "with a key under another scheme",
    clause_ids.GARBAGE: "with a made-up key",
    clause_ids.REVOKED: "with a revoked key",
}
_UNAUTHENTICATED: Final = "unauthenticated-status"
_FORBIDDEN: Final = "forbidden-status"
_STANDARD: Final = {"unauthenticated": 401, "forbidden": 403}


def _clauses(contract: Contract, operation: Operation) -> Iterator[Clause]:
    if any(operation.security):
        yield from _of_permission(contract, operation)
    if operation.needs_key:
        yield from _of_locked(contract, operation)
    elif any(operation.security):
        yield _clause(
            operation, clause_ids.OPTIONAL, "the operation is served without a key", operation.security_source
        )
    else:
        reason = "the document asks for no key"
        yield _clause(
            operation,
            clause_ids.MISSING,
            "a request without a key is refused",
            operation.security_source,
            inapplicable=reason,
        )


def _of_locked(contract: Contract, operation: Operation) -> Iterator[Clause]:
    scheme = any(each.type == "http" for alternative in operation.security for each in alternative)
    for kind, way in _WAYS.items():
        reason = "" if scheme or kind != clause_ids.WRONG_SCHEME else "the key is a plain value, without a scheme"
        yield _clause(operation, kind, f"a request {way} is refused", operation.security_source, inapplicable=reason)
    status, source, place = _expected(contract, operation, "unauthenticated")
    yield _clause(
        operation, _UNAUTHENTICATED, f"a request without a good key is refused with {status}", source, location=place
    )


def _of_permission(contract: Contract, operation: Operation) -> Iterator[Clause]:
    permission = operation.promises.permission
    if permission is not None:
        text = f"a key without the permission {permission.name!r} is refused"
        yield _clause(
            operation,
            clause_ids.READONLY,
            text,
            permission.source,
            location=permission.location,
            quote=permission.quote,
        )
        status, source, place = _expected(contract, operation, "forbidden")
        yield _clause(
            operation, _FORBIDDEN, f"a key without the permission is refused with {status}", source, location=place
        )


def _clause(
    operation: Operation,
    kind: str,
    text: str,
    source: Source,
    *,
    location: Location | None = None,
    quote: str = "",
    inapplicable: str = "",
) -> Clause:
    if location is None:
        location = operation.node.location_of("security") if operation.node is not None else operation.location
    return make_clause(
        NAME,
        operation,
        clause_ids.AUTH,
        kind,
        text,
        source=source,
        location=location,
        quote=quote,
        inapplicable=inapplicable,
    )


def _expected(contract: Contract, operation: Operation, kind: str) -> tuple[int, Source, Location]:
    """Return the status of a refusal about keys, who says it and where.

    The contract's word comes first, then the operation's responses, then HTTP itself.
    """
    errors = contract.errors
    status = errors.status.get(kind) if errors is not None else None
    if errors is not None and isinstance(status, int) and declares(operation, status):
        return status, kind_source(contract, kind), errors.of_kind(kind).location
    standard = _STANDARD[kind]
    spec = operation.response(standard)
    if spec is not None and spec.status != "default":
        return standard, spec.source, spec.location
    return standard, Source.STANDARD, operation.location


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation, status = judgement.operation, judgement.exchange.status
    _, subject, kind = clause_ids.parts(judgement.case.target_clause)
    if (
        operation is None
        or operation.problem
        or subject != clause_ids.AUTH
        or kind not in clause_ids.AUTH_KINDS
        or status < 200
        or is_server_error(status)
    ):
        return
    clause = judgement.case.target_clause
    if kind == clause_ids.OPTIONAL:
        if status in {401, 403}:
            yield failed(
                clause,
                f"a request without a key was refused with {status}",
                problem="refused",
                expected="a 2xx",
                actual=str(status),
            )
        elif status < 300:
            yield passed(clause)
        return
    if status < 300:
        way = _WAYS.get(kind, "with a key that lacks the permission")
        yield failed(
            clause,
            f"a request {way} was served with {status}",
            problem="served",
            expected="a refusal",
            actual=str(status),
        )
        return
    if status in {408, 425, 429} or status == 304:
        yield cannot_tell(clause, f"the status {status} is not about the key")
        return
    yield from _refused(judgement, operation, kind, status)


def _refused(judgement: Judgement, operation: Operation, kind: str, status: int) -> Iterator[Verdict]:
    clause = judgement.case.target_clause
    role, beside = ("forbidden", _FORBIDDEN) if kind == clause_ids.READONLY else ("unauthenticated", _UNAUTHENTICATED)
    expected = _expected(judgement.contract, operation, role)[0]
    if judgement.doubt and status != expected:
        yield cannot_tell(clause, judgement.doubt)
        return
    if is_refusal(status):
        yield passed(clause)
    if kind != clause_ids.READONLY and not operation.needs_key:
        return
    clause = f"{operation.id}::{clause_ids.AUTH}::{beside}"
    if status == expected:
        yield passed(clause)
    else:
        way = _WAYS.get(kind, "with a key that lacks the permission")
        message = f"a request {way} was answered {status}; expected is {expected}"
        yield failed(clause, message, problem=f"status-{status}", expected=str(expected), actual=str(status))


CHECK: Final = Check(
    name=NAME,
    title="A request without the key that an operation needs is refused.",
    clauses=for_each_operation(_clauses),
    judge=_judge,
)
