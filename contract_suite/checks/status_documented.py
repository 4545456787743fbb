"""The status of an answer is one that the operation documents.

Other checks speak first where they can say more: a served negative, a refused positive, a wrong key, a server error, a
rate limit. Refusals are seldom listed in full: where the contract says nothing about refusals in general, one that the
operation doesn't list is an advisory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import for_each_operation, make_clause
from contract_suite.checks.kit.judging import OF_STATE, OVERSIZE, is_elsewhere
from contract_suite.checks.kit.refusals import refusal_source, status_for
from contract_suite.checks.kit.verdicts import cannot_tell, failed, passed
from contract_suite.contract.operation import Body, Contract, Operation, is_json
from contract_suite.contract.violations import violations
from contract_suite.model import clause_ids
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import is_refusal, is_server_error
from contract_suite.model.fact import Fact
from contract_suite.model.json import MISSING, parsed
from contract_suite.model.source import Level, Source, weakest
from contract_suite.model.verdict import Verdict

NAME: Final = "status-documented"


def _clauses(contract: Contract, operation: Operation) -> Iterator[Clause]:
    listed = ", ".join(spec.status for spec in operation.responses)
    place = operation.node.location_of("responses") if operation.node is not None else operation.location
    missing = "" if operation.responses else "the operation documents no response"
    yield make_clause(
        NAME,
        operation,
        "status",
        "documented",
        f"a served request is answered with a documented status ({listed or 'none'})",
        location=place,
        inapplicable=missing,
        source=weakest(spec.source for spec in operation.responses if spec.status.startswith("2"))
        if any(spec.status[0] in "123d" for spec in operation.responses)
        else Source.INFERRED,
    )
    yield make_clause(
        NAME,
        operation,
        "refusal",
        "status-documented",
        f"a refused request is answered with a documented status ({listed or 'none'})",
        location=place,
        inapplicable=missing,
        source=Source.INFERRED if not contract.sourced else refusal_source(contract, operation),
    )
    if operation.source is not Source.DOCUMENTED:
        yield make_clause(
            NAME,
            operation,
            clause_ids.ADDRESS,
            "served",
            f"the operation is found at {operation.method} {operation.written_path}",
            source=operation.source,
        )


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation, status = judgement.operation, judgement.exchange.status
    if (
        operation is None
        or operation.problem
        or status < 200
        or status == 304
        or is_server_error(status)
        or not operation.responses
    ):
        return
    if operation.source is not Source.DOCUMENTED:
        if status < 400:
            yield passed(clause_ids.served(operation.id))
        elif unserved(judgement):
            yield cannot_tell(
                clause_ids.served(operation.id),
                f"{operation.method} {operation.written_path} answered {status} to a request that should be served",
            )
    clause = (
        f"{operation.id}::refusal::status-documented" if is_refusal(status) else f"{operation.id}::status::documented"
    )
    if judgement.spec is not None:
        yield passed(clause)
        return
    if _spoken_for(judgement, operation, status):
        return
    if status in OVERSIZE or status in {408, 415, 425, 429}:
        yield cannot_tell(clause, f"the status {status} is not documented, and any server may give it")
        return
    if status == 400 and operation.body is not None and _is_no_json(operation.body, judgement.exchange.request.body):
        yield cannot_tell(clause, "the status 400 is not documented, and any server may give it to what is no JSON")
        return
    if is_elsewhere(judgement):
        yield cannot_tell(clause, "an address with an empty segment is another address")
        return
    listed = ", ".join(spec.status for spec in operation.responses)
    yield failed(
        clause,
        f"the status {status} is not documented for {operation.id} (documented: {listed or 'none'})",
        problem=f"status-{status}",
        expected=listed,
        actual=str(status),
        facts=_facts(judgement, operation) if is_refusal(status) else (),
    )


def _is_no_json(body: Body, sent: bytes) -> bool:
    """Whether JSON alone is due and something else was sent."""
    return bool(sent) and all(is_json(media.name) for media in body.media_types) and parsed(sent) is MISSING


def _facts(judgement: Judgement, operation: Operation) -> tuple[Fact, ...]:
    """Return what a refusal rests on: what the request broke, or else that the listed statuses are all there are."""
    broken = violations(operation, judgement.exchange.request, lenient=True)
    first = min(broken, key=lambda each: each.source.level is not Level.FAILURE, default=None)
    if first is not None:
        return (Fact(source=first.source, location=first.location, what=f"{first.keyword} of {first.subject}"),)
    place = operation.node.location_of("responses") if operation.node is not None else operation.location
    return (Fact(source=Source.INFERRED, location=place, what="that no other status refuses a request"),)


def unserved(judgement: Judgement) -> bool:
    """Whether an answer shows that an operation is not at its address, which the document doesn't vouch for."""
    operation = judgement.operation
    return (
        operation is not None
        and operation.source is not Source.DOCUMENTED
        and judgement.exchange.status in {404, 405}
        and judgement.case.intent is Intent.POSITIVE
    )


def _spoken_for(judgement: Judgement, operation: Operation, status: int) -> bool:
    """Whether another check says more about this status."""
    _, subject, kind = clause_ids.parts(judgement.case.target_clause)
    if subject == clause_ids.AUTH and kind in clause_ids.AUTH_KINDS:
        return True
    intent = judgement.case.intent
    if not is_refusal(status):
        return intent is Intent.NEGATIVE
    if status in {401, 403}:
        return bool(operation.security)
    if intent is Intent.POSITIVE:
        return status not in {408, 425, 429} | OVERSIZE and (status not in OF_STATE or operation.safe)
    return intent is Intent.NEGATIVE and status_for(judgement.contract, operation, subject) is not None


CHECK: Final = Check(
    name=NAME, title="The status of a response is documented.", clauses=for_each_operation(_clauses), judge=_judge
)
