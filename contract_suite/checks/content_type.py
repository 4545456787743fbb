"""The body of an answer is of a documented media type, and what calls itself JSON is JSON.

Where a body can't be parsed this check alone speaks; the schema checks are silent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import for_each_operation, make_clause
from contract_suite.checks.kit.judging import (
    bodyless,
    described,
    fact_of,
    media_of,
    owed_by,
    responses_by_label,
    source_of_bodies,
    status_label,
)
from contract_suite.checks.kit.verdicts import cannot_tell, failed, passed
from contract_suite.contract.operation import Contract, Operation, ResponseSpec, is_json
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Response, is_part, is_refusal, is_server_error
from contract_suite.model.json import MISSING, has_too_many_values
from contract_suite.model.source import Source
from contract_suite.model.verdict import Outcome, Verdict

NAME: Final = "content-type"
_INTEROPERABLE: Final = "is UTF-8 without a byte order mark and has no key twice in one object (RFC 8259)"
_BOM: Final = b"\xef\xbb\xbf"
_CHARSET: Final = re.compile(r";\s*charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)


def _clauses(_contract: Contract, operation: Operation) -> Iterator[Clause]:
    for name, specs in responses_by_label(operation):
        media = sorted({each.name for spec in specs for each in spec.media_types})
        if not media:
            continue
        source = source_of_bodies(specs)
        place, quote = specs[0].location, specs[0].quote
        answer = f"the body of a {name} response"
        yield make_clause(
            NAME,
            operation,
            name,
            "content-type",
            f"{answer} is {' or '.join(media)}",
            source=source,
            location=place,
            quote=quote,
        )
        if any(is_json(each) or "*" in each for each in media):
            yield make_clause(
                NAME,
                operation,
                name,
                "json-syntax",
                f"{answer} that calls itself JSON can be parsed as JSON",
                source=source,
                location=place,
                quote=quote,
            )
            yield make_clause(
                NAME,
                operation,
                name,
                "json-interoperable",
                f"{answer}, where JSON, {_INTEROPERABLE}",
                source=Source.STANDARD,
                location=place,
            )


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation, spec, response = judgement.operation, described(judgement), judgement.response
    if operation is None or operation.problem or spec is None or response is None or not spec.media_types:
        return
    if bodyless(judgement) or is_server_error(response.status):
        return
    subject = f"{operation.id}::{status_label(spec, response.status)}"
    for verdict in _verdicts(judgement, subject, spec, response):
        if response.status == 429 and verdict.outcome is Outcome.FAILED:
            yield cannot_tell(
                verdict.clause, f"a rate limit answered, which may not be the API's own: {verdict.message}"
            )
        else:
            yield verdict


def _verdicts(judgement: Judgement, subject: str, spec: ResponseSpec, response: Response) -> Iterator[Verdict]:
    clause = f"{subject}::content-type"
    content_type = response.header("content-type")
    documented = " or ".join(media.name for media in spec.media_types)
    if not response.body:
        owed = owed_by(spec)
        if not is_refusal(response.status) and owed is not None and not response.truncated:
            yield failed(
                f"{subject}::json-syntax",
                "the body is empty, and the document promises a JSON object",
                problem="empty",
                expected=documented,
                facts=(fact_of(owed),),
            )
        return
    if content_type is None:
        yield failed(
            clause,
            f"the response has a body but no Content-Type; {documented} is documented",
            problem="missing",
            expected=documented,
        )
        return
    if media_of(spec, response) is None:
        yield failed(
            clause,
            f"the Content-Type is {content_type!r}; documented is {documented}",
            problem="undocumented",
            expected=documented,
            actual=content_type,
        )
        return
    yield passed(clause)
    if is_json(content_type) and not response.truncated and not is_part(response):
        yield from _json(judgement, subject, response, content_type)


def _json(judgement: Judgement, subject: str, response: Response, content_type: str) -> Iterator[Verdict]:
    syntax, interoperable = f"{subject}::json-syntax", f"{subject}::json-interoperable"
    if judgement.body is MISSING:
        problem, message = _trouble(response.body)
        yield failed(syntax, message, problem=problem, expected="JSON") if problem else cannot_tell(syntax, message)
        return
    yield passed(syntax)
    charset = _CHARSET.search(content_type)
    if response.body.startswith(_BOM):
        yield failed(interoperable, "the body begins with a byte order mark", problem="byte-order-mark")
    elif judgement.doubled is not None:
        yield failed(
            interoperable,
            f"the key {judgement.doubled!r} stands twice in one object of the body",
            problem="doubled-key",
        )
    elif charset is not None and charset[1].lower() not in {"utf-8", "utf8", "us-ascii"}:
        yield failed(
            interoperable,
            f"the Content-Type says that the JSON is {charset[1]}; JSON is UTF-8",
            problem="charset",
            actual=charset[1],
        )
    else:
        yield passed(interoperable)


def _trouble(body: bytes) -> tuple[str, str]:
    """Return the kind of trouble and a sentence; no kind where the limits of this parser are to blame."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "not-utf-8", f"the body is no UTF-8 text: byte {error.start} is 0x{body[error.start]:02x}"
    if has_too_many_values(text):
        return "", _BEYOND
    try:
        json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        return "no-json", f"the body is no JSON: {error.msg} at line {error.lineno}, column {error.colno}"
    except _ConstantError as error:
        return "constant", f"the body holds {error}, which is no JSON"
    except (ValueError, RecursionError):
        return "", _BEYOND
    return "", _BEYOND


_BEYOND: Final = "the body can't be read: it is nested too deeply, has too many values or a number that is too long"


class _ConstantError(ValueError):
    """NaN or Infinity."""


def _refuse(constant: str) -> None:
    raise _ConstantError(constant)


CHECK: Final = Check(
    name=NAME,
    title="The body is of a documented media type and can be parsed.",
    clauses=for_each_operation(_clauses),
    judge=_judge,
)
