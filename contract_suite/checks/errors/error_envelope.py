"""The body of a refusal has the documented shape.

All refusals of an operation are one clause, so that a foreign error page is one finding.

Server errors and rate limits often come from something in front of the API: the first are a finding already, the second
prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import for_each_operation, make_clause
from contract_suite.checks.kit.judging import (
    bodyless,
    described,
    fact_of,
    is_failure,
    json_media,
    media_of,
    owed_by,
    responses_by_label,
    valid,
)
from contract_suite.checks.kit.verdicts import cannot_tell, failed, passed
from contract_suite.contract.operation import Contract, MediaType, Operation, ResponseSpec
from contract_suite.contract.schemas.constraints import Constraint, constraints
from contract_suite.contract.schemas.schema import Schema
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Response, is_refusal
from contract_suite.model.json import JSON, MISSING, Missing
from contract_suite.model.source import strongest
from contract_suite.model.verdict import Outcome, Verdict

NAME: Final = "error-envelope"
_MOST: Final = 3


def _clauses(_contract: Contract, operation: Operation) -> Iterator[Clause]:
    specs = [
        spec for name, each in responses_by_label(operation) if name == "4xx" for spec in each if any(json_media(spec))
    ]
    place = next(
        (media.schema.location for spec in specs for media in json_media(spec) if media.schema is not None),
        operation.location,
    )
    yield make_clause(
        NAME,
        operation,
        "4xx",
        NAME,
        "the body of a refusal has the documented shape",
        location=place,
        quote=specs[0].quote if specs else "",
        source=strongest(each.source for spec in specs for media in json_media(spec) for each in _demands(media)),
        inapplicable="" if specs else "the document shows no body of a refusal",
    )


def _demands(media: MediaType) -> tuple[Constraint, ...]:
    """Every demand of the envelope: the clause is about all of them, and a broken one is a fact of the verdict."""
    return constraints(media.schema) if media.schema is not None else ()


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation, spec, response = judgement.operation, described(judgement), judgement.response
    if (
        operation is None
        or operation.problem
        or spec is None
        or response is None
        or not is_refusal(response.status)
        or bodyless(judgement)
    ):
        return
    verdict = _verdict(f"{operation.id}::4xx::{NAME}", spec, response, judgement.body)
    if verdict is None:
        return
    if response.status == 429 and verdict.outcome is Outcome.FAILED:
        yield cannot_tell(verdict.clause, f"a rate limit answered, which may not be the API's own: {verdict.message}")
    else:
        yield verdict


def _verdict(clause: str, spec: ResponseSpec, response: Response, value: JSON | Missing) -> Verdict | None:
    if not response.body and not response.truncated:
        owed = owed_by(spec)
        return (
            failed(
                clause,
                f"the body of the {response.status} is empty",
                problem="empty",
                expected="the documented error",
                facts=(fact_of(owed),),
            )
            if owed is not None
            else None
        )
    media = media_of(spec, response)
    if value is MISSING or media is None or media.schema is None:
        return None
    return _shape(clause, media.schema, value, response.status)


def _shape(clause: str, schema: Schema, value: JSON, status: int) -> Verdict:
    good = valid(schema, value)
    if good is None:
        return cannot_tell(clause, "the body holds a text that is no Unicode, which the validator can't read")
    if good:
        return passed(clause)
    problems = schema.problems(value)
    certain = sorted((problem for problem in problems if problem.certain), key=lambda each: not is_failure(each.source))
    sentences = "; ".join(
        f"{problem.path or 'the body'}: {problem.message}" for problem in (certain or problems)[:_MOST]
    )
    message = f"the body of the {status} does not have the documented shape: {sentences}"
    if not certain:
        return cannot_tell(clause, f"two validators disagree on this: {message}")
    first = certain[0]
    return failed(
        clause,
        message,
        problem=first.keyword,
        pointer=first.path,
        expected=first.expected,
        actual=first.actual,
        facts=(fact_of(first),),
    )


CHECK: Final = Check(
    name=NAME,
    title="The body of a refusal has the documented shape.",
    clauses=for_each_operation(_clauses),
    judge=_judge,
)
