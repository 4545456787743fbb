"""What a request breaks of its operation.

The rule that must not be broken: a violation found leniently is proof. It stands only if every forgiving reading that
real servers have breaks the contract, so that a server which serves the request is wrong beyond doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.contract import bodies
from contract_suite.contract.coercion import without_blanks
from contract_suite.contract.naming.disregarded_headers import disregarded_by, is_listed_in_other_letters
from contract_suite.contract.operation import Body, MediaType, Operation, Parameter, is_json, is_xml
from contract_suite.contract.paths.routing import path_values
from contract_suite.contract.request_reading import content_type_of, media_of, own_texts, values_of
from contract_suite.contract.schemas.schema import Schema
from contract_suite.model.clause_ids import MEDIA_TYPE, SYNTAX
from contract_suite.model.exchange import Request
from contract_suite.model.json import JSON
from contract_suite.model.location import Location
from contract_suite.model.memo import Memo
from contract_suite.model.source import Source

_SHORT: Final = 200
_MOST_TEXTS: Final = 32
"""Of a parameter so many texts are remembered, none of them longer than `_SHORT`."""
_MOST_TARGETS: Final = 4
"""So many whole targets, which may be long: those of the requests that are under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One way in which a request breaks its operation; `subject` and `keyword` are as clauses name them."""

    subject: str
    keyword: str
    message: str
    location: Location
    source: Source


def violations(operation: Operation, request: Request, *, lenient: bool = False) -> tuple[Violation, ...]:
    """Return what a request breaks.

    Strict: what a strict server must refuse. Lenient: only what even the most forgiving reading breaks; empty means
    that nothing can be proved.
    """
    return tuple(
        violation for breach in _breaches(operation, request, lenient=lenient) for violation in breach.worded()
    )


def breaks(operation: Operation, request: Request, *, lenient: bool = False) -> bool:
    """Whether there are any violations. Much quicker than listing them, because nothing is put into words."""
    return next(_breaches(operation, request, lenient=lenient), None) is not None


@dataclass(frozen=True, slots=True)
class _Breach:
    """A fault of the request itself, or a value that its schema refuses."""

    subject: str
    fault: Violation | None = None
    schema: Schema | None = None
    value: JSON = None

    def worded(self) -> Iterator[Violation]:
        if self.fault is not None:
            yield self.fault
        for problem in self.schema.problems(self.value) if self.schema is not None else ():
            yield Violation(
                subject=f"{self.subject}{problem.subject}",
                keyword=problem.keyword,
                message=problem.message,
                location=problem.location,
                source=problem.source,
            )


def _breaches(operation: Operation, request: Request, *, lenient: bool) -> Iterator[_Breach]:
    if path_values(operation.written_path, request.target) is None:
        if not lenient:
            message = f"the target {request.target!r} is not of the path {operation.written_path}"
            wrong = Violation(
                subject="path",
                keyword="required",
                message=message,
                location=operation.location,
                source=operation.source,
            )
            yield _Breach("path", wrong)
        return
    for parameter in operation.parameters:
        yield from _parameter_breaches(operation, parameter, request, lenient=lenient)
    if operation.body is not None:
        yield from _body_breaches(operation.body, request, lenient=lenient)


def _parameter_breaches(
    operation: Operation, parameter: Parameter, request: Request, *, lenient: bool
) -> Iterable[_Breach]:
    """What one parameter breaks. Requests that are made of one another have most of their texts in common."""
    texts = own_texts(parameter, request)
    if texts is not None and sum(map(len, texts)) <= _SHORT:
        known, most = _known_breaches(parameter), _MOST_TEXTS
    elif parameter.where == "query":
        texts, known, most = (request.target,), _breaches_by_target(parameter), _MOST_TARGETS
    else:
        return _breaches_by(operation, parameter, request, lenient=lenient)
    key = texts, lenient
    if key not in known:
        if len(known) >= most:
            known.clear()
        known[key] = tuple(_breaches_by(operation, parameter, request, lenient=lenient))
    return known[key]


def _none_known(_parameter: Parameter) -> dict[tuple[tuple[str, ...], bool], tuple[_Breach, ...]]:
    return {}


_known_breaches: Final = Memo(_none_known)
"""By the texts of a parameter in a query, and whether they are read leniently."""
_breaches_by_target: Final = Memo(_none_known, most=64)
"""The same by the whole target: one request is asked about before it is sent, where it is served, and when it is judged."""


def _breaches_by(operation: Operation, parameter: Parameter, request: Request, *, lenient: bool) -> Iterator[_Breach]:
    values = values_of(operation, parameter, request, lenient=lenient)
    if not values:
        if parameter.required:
            message = f"the required {parameter.where} parameter {parameter.name!r} is missing"
            source = parameter.required_source
            fault = Violation(
                subject=parameter.subject,
                keyword="required",
                message=message,
                location=parameter.location,
                source=source,
            )
            yield _Breach(parameter.subject, fault)
        return
    if any(parameter.schema.is_valid(value) for value in values):
        return
    if lenient and _as_if_absent(parameter, values):
        return
    yield _Breach(parameter.subject, schema=parameter.schema, value=values[0])


def _as_if_absent(parameter: Parameter, values: list[JSON]) -> bool:
    """Whether a forgiving server could take the value for none at all, for another one, or for part of another path."""
    texts = [value for value in values if isinstance(value, str)]
    if disregarded_by(parameter) or any(is_listed_in_other_letters(parameter, text) for text in texts):
        return True
    if parameter.where == "path":
        return any(text in {"", ".", ".."} or "/" in text for text in texts)
    left = [without_blanks(value) for value in values]
    return any(
        (value is None and not parameter.required) or (value != whole and parameter.schema.is_valid(value))
        for value, whole in zip(left, values, strict=True)
    )


def _body_breaches(body: Body, request: Request, *, lenient: bool) -> Iterator[_Breach]:
    content_type = content_type_of(request)
    if not request.body:
        forgiven = not body.required or (
            lenient and any(media.schema is None or media.schema.is_valid({}) for media in body.media_types)
        )
        if not forgiven:
            yield _fault(body, "required", "the required body is missing")
        return
    media = media_of(body, content_type)
    if lenient:
        yield from _lenient_body(body, media, request.body, content_type)
        return
    if media is None:
        yield _fault(body, MEDIA_TYPE, f"the content type {content_type!r} is not declared")
        return
    if media.schema is None:
        return
    try:
        values = bodies.body_readings(request.body, content_type, media, lenient=False)
    except bodies.Unreadable as error:
        yield _fault(body, SYNTAX, str(error))
        return
    # All readings of a form must fail, but each reading of doubled JSON keys must hold: nobody knows which one a server
    # takes.
    valid = [media.schema.is_valid(value) for value in values]
    if not (all(valid) if is_json(media.name) else any(valid)):
        yield _Breach(
            "body",
            schema=media.schema,
            value=next(value for value, good in zip(values, valid, strict=True) if not good),
        )


def _lenient_body(body: Body, media: MediaType | None, content: bytes, content_type: str) -> Iterator[_Breach]:
    first: _Breach | None = None
    for each in [media] if media else body.media_types:
        if each.schema is None:
            return
        try:
            values = bodies.body_readings(content, content_type if each is media else each.name, each, lenient=True)
        except bodies.Unreadable as error:
            first = first or _fault(body, SYNTAX, str(error))
            continue
        if is_xml(content_type if each is media else each.name):
            return  # what an element is to a server is not said well enough to prove anything
        if any(each.schema.is_valid(value) for value in values):
            return
        if not body.required and all(value in (None, {}, "", []) for value in values):
            return
        first = first or _Breach("body", schema=each.schema, value=values[0])
    if first is not None:
        yield first


def _fault(body: Body, keyword: str, message: str) -> _Breach:
    fault = Violation(
        subject="body", keyword=keyword, message=message, location=body.location, source=body.required_source
    )
    return _Breach("body", fault)
