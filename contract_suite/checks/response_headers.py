"""The headers of an answer are as documented, and those that HTTP itself defines say something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import for_each_operation, make_clause
from contract_suite.checks.kit.judging import source_of_schema, valid
from contract_suite.checks.kit.verdicts import cannot_tell, failed, passed
from contract_suite.contract.coercion import readings
from contract_suite.contract.operation import Contract, HeaderSpec, Operation, is_json
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import ANY_TYPE, view
from contract_suite.contract.styles import Wire, from_header
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON, MISSING, parsed
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "response-headers"
_RETRY: Final = "retry-after-well-formed"
_CHALLENGE: Final = "www-authenticate"
_EXPLODED: Final = re.compile(r"(?=[^=]*=|\Z)(?:[^\s,=]+(?:=[^,]*|\s*)(?:,\s*|\Z))*\Z")
"""`a=1,b=2`, with names alone between them as in `u=1, i` (RFC 9218), but not a name alone: that is a plain text."""
_IN_PAIRS: Final = re.compile(r"(?:[^\s,=]+\s*,[^,]*(?:,\s*|\Z))*\Z")
_NUMBERS: Final = re.compile(r"[-0-9., ]+\Z")
_ZEROS: Final = re.compile(r"(?<![0-9.])0+(?=[0-9])")
_WEIGHTLESS: Final = frozenset({"content-type"})
"""Documented headers that OpenAPI says to ignore."""


def _clauses(_contract: Contract, operation: Operation) -> Iterator[Clause]:
    yield make_clause(
        NAME,
        operation,
        "response",
        _RETRY,
        "Retry-After, where given, is a number of seconds or an HTTP date (RFC 9110)",
        source=Source.STANDARD,
    )
    if _has_challenge(operation):
        spec = operation.response(401)
        yield make_clause(
            NAME,
            operation,
            "401",
            _CHALLENGE,
            "a 401 says in WWW-Authenticate how to authenticate (RFC 9110)",
            source=Source.STANDARD,
            location=spec.location if spec is not None else operation.location,
        )
    for spec in operation.responses:
        for header in spec.headers:
            if header.name.lower() not in _WEIGHTLESS:
                yield from _of_header(operation, spec.status, header)


def _has_challenge(operation: Operation) -> bool:
    """Whether a key of the operation belongs to a scheme that a challenge can name: none is registered for API keys."""
    return any(scheme.type != "apiKey" for alternative in operation.security for scheme in alternative)


def _of_header(operation: Operation, status: str, header: HeaderSpec) -> Iterator[Clause]:
    subject = f"{status}/header.{header.name}"
    if header.required:
        yield make_clause(
            NAME,
            operation,
            subject,
            "required",
            f"a {status} response has the header {header.name}",
            source=header.source,
            location=header.location,
        )
    if header.schema is not None:
        yield make_clause(
            NAME,
            operation,
            subject,
            "schema",
            f"the header {header.name} of a {status} response obeys its schema",
            source=source_of_schema(header.schema),
            location=header.schema.location,
        )


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation, response, spec = judgement.operation, judgement.response, judgement.spec
    if operation is None or operation.problem or response is None:
        return
    retry = response.header("retry-after")
    if retry is not None:
        yield _retry(f"{operation.id}::response::{_RETRY}", retry)
    if response.status == 401 and _has_challenge(operation):
        clause = f"{operation.id}::401::{_CHALLENGE}"
        challenge = (response.header("www-authenticate") or "").strip()
        yield (
            passed(clause) if challenge else failed(clause, "the 401 has no WWW-Authenticate header", problem="missing")
        )
    for header in spec.headers if spec is not None else ():
        if spec is not None and header.name.lower() not in _WEIGHTLESS:
            yield from _of_answer(f"{operation.id}::{spec.status}/header.{header.name}", header, response)


def _retry(clause: str, value: str) -> Verdict:
    if value.strip().isascii() and value.strip().isdigit():
        return passed(clause)
    try:
        parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return failed(
            clause,
            f"Retry-After is {value!r}, neither seconds nor a date",
            problem="malformed",
            expected="seconds or an HTTP date",
            actual=value,
        )
    return passed(clause)


def _of_answer(prefix: str, header: HeaderSpec, response: Response) -> Iterator[Verdict]:
    text = response.header(header.name)
    if header.required:
        yield (
            passed(f"{prefix}::required")
            if text is not None
            else failed(f"{prefix}::required", f"the header {header.name} is missing", problem="missing")
        )
    if text is None or header.schema is None:
        return
    values = _readings(text.strip(), header, header.schema)
    value = next((each for each in values if valid(header.schema, each)), values[0])
    good = valid(header.schema, value)
    if good:
        yield passed(f"{prefix}::schema")
        return
    problem = next((each for each in header.schema.problems(value) if each.certain), None) if good is not None else None
    if problem is None:
        yield cannot_tell(f"{prefix}::schema", f"the header {header.name} can't be judged: {text!r}")
    else:
        message = f"{header.name}: {problem.message}"
        yield failed(f"{prefix}::schema", message, problem=problem.keyword, expected=problem.expected, actual=text)


def _readings(text: str, header: HeaderSpec, schema: Schema) -> list[JSON]:
    """What a header's text may mean, the likeliest first, never empty."""
    place = view(schema)
    written = parsed(text) if is_json(header.media_type) or text[:1] in {"{", "["} else MISSING
    found = [] if written is MISSING else [written]  # many services write a value that is no plain one as JSON
    texts, types = [text], place.types()
    kinds = types | place.element(0).types() if "array" in types else types
    if _NUMBERS.match(text) and kinds & {"integer", "number"}:
        texts.append(_ZEROS.sub("", text))  # a header may write 7 as 007, JSON may not
    for wire in (wire for each in dict.fromkeys(texts) for wire in _wires(each, types)):
        found += readings(wire, place, lenient=False)
    return found


def _wires(text: str, types: frozenset[str]) -> Iterator[Wire]:
    """The texts of which a header's value is made, by each of the types that its schema allows."""
    if types == ANY_TYPE:
        yield text  # nothing is said of its parts
        return
    if "object" in types:  # `a=1,b=2` and `a,1,b,2`; not every server keeps to the one that is said
        yield from (
            from_header(text, explode=explode, shape="object")
            for explode, written in ((True, _EXPLODED), (False, _IN_PAIRS))
            if written.match(text)
        )
    if "array" in types:
        yield [each for each in from_header(text, explode=False, shape="array") if isinstance(each, str)]
    yield text


CHECK: Final = Check(
    name=NAME, title="The headers of a response are as documented.", clauses=for_each_operation(_clauses), judge=_judge
)
