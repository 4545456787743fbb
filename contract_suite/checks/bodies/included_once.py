"""A JSON:API document has each resource once, in its primary data or in `included` (JSON:API 1.0, compound documents)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import for_each_operation, make_clause
from contract_suite.checks.kit.verdicts import failed, passed
from contract_suite.contract.operation import Contract, Operation, ResponseSpec, essence
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import is_success
from contract_suite.model.json import JSON
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "included-once"
_MEDIA: Final = "application/vnd.api+json"
_INCLUDED: Final = "included"


def _clauses(_contract: Contract, operation: Operation) -> Iterator[Clause]:
    found = _promising(operation)
    if found:
        text = "a response has each resource once, in its data or in included (JSON:API)"
        where = found[0].location
        yield make_clause(NAME, operation, "response", NAME, text, source=Source.STANDARD, location=where)


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation, response, body = judgement.operation, judgement.response, judgement.body
    if operation is None or operation.problem or response is None or not isinstance(body, dict):
        return
    included = body.get(_INCLUDED)
    is_of_it = essence(response.header("content-type") or "") == _MEDIA
    if not _promising(operation) or not is_of_it or not is_success(response.status) or not isinstance(included, list):
        return
    clause = f"{operation.id}::response::{NAME}"
    data = body.get("data")
    seen = {named for each in (data if isinstance(data, list) else [data]) if (named := _named(each)) is not None}
    for index, each in enumerate(included):
        named = _named(each)
        if named is not None and named in seen:
            message = f"{named[0]} {named[1]} is repeated in {_INCLUDED}"
            yield failed(clause, message, pointer=f"/{_INCLUDED}/{index}", expected="each once", actual="twice")
            return
        seen |= {named} if named is not None else set()
    if included:
        yield passed(clause)


def _promising(operation: Operation) -> list[ResponseSpec]:
    """Return the successes of an operation that are JSON:API documents."""
    successes = (spec for spec in operation.responses if spec.status.startswith("2"))
    return [spec for spec in successes if any(essence(media.name) == _MEDIA for media in spec.media_types)]


def _named(value: JSON) -> tuple[str, str] | None:
    """Return the type and the id of a resource; `None` for what is none."""
    kind, identity = (value.get("type"), value.get("id")) if isinstance(value, dict) else (None, None)
    return (kind, identity) if isinstance(kind, str) and isinstance(identity, str) else None


CHECK: Final = Check(
    name=NAME,
    title="A JSON:API document has each resource once.",
    clauses=for_each_operation(_clauses),
    judge=_judge,
)
