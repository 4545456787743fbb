"""Faults in what a request may hold: bad values served, good ones refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Final

from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.request_reading import read
from contract_suite.contract.schemas.constraints import Constraint, constraints
from contract_suite.contract.violations import Violation, violations
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import again, replace_handler, replaces
from contract_suite.mock.faults.resources.immutability import sent
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON, Missing
from contract_suite.model.source import Source

_DEEP: Final = 2
_DEMANDS: Final = {
    "if": frozenset({"then", "else"}),
    "dependentSchemas": frozenset({"dependentSchemas"}),
    "dependentRequired": frozenset({"dependentRequired"}),
}
"""Where what a conditional keyword asks stands, in a path through a document."""


def _kebab(keyword: str) -> str:
    return "".join(f"-{each.lower()}" if each.isupper() else each for each in keyword)


def _unchecked(operation: Operation, subject: str, keyword: str) -> Callable[[Pipeline], Pipeline]:
    """Plant that one violation goes unseen."""

    @replaces(operation)
    def find_violations(pipeline: Pipeline, call: Call) -> tuple[Violation, ...]:
        return tuple(
            each for each in pipeline.find_violations(call) if (each.subject, each.keyword) != (subject, keyword)
        )

    return find_violations


@at_first(sites.parameters)
def _parameter(_contract: Contract, place: sites.Taken, keyword: str) -> FaultSite | None:
    operation, parameter = place
    root = parameter.schema.root
    textual = isinstance(root, dict) and root.get("type", "string") == "string"
    limited = any(each.keyword == keyword and not each.subject for each in constraints(parameter.schema))
    if not limited or (keyword == "type" and textual):
        return None
    return FaultSite(
        where=f"{operation.id}, {parameter.name}",
        clauses=(f"{operation.id}::{parameter.subject}::{_kebab(keyword)}-enforced",),
        also=tuple(
            f"{operation.id}::200{echo.pointer}::*"
            for echo in operation.promises.echo
            if echo.parameter == parameter.name
        ),
        plant=_unchecked(operation, parameter.subject, keyword),
    )


@at_first(sites.parameters)
def _mended(contract: Contract, place: sites.Taken) -> FaultSite | None:
    """A value in the address that breaks its pattern is taken for the one that was served last."""
    operation, parameter = place
    root = parameter.schema.root
    segments = operation.path.split("/")
    if not isinstance(root, dict) or "pattern" not in root or f"{{{parameter.name}}}" not in segments:
        return None
    segment = segments.index(f"{{{parameter.name}}}")

    def plant(pipeline: Pipeline) -> Pipeline:
        good: list[str] = []

        def serve(call: Call, go: Callable[[Call], Response]) -> Response:
            path, mark, query = call.request.target.partition("?")
            parts = path.split("/")
            found = violations(operation, call.request)
            if good and found and all(each.subject == parameter.subject for each in found):
                mended = "/".join([*parts[:segment], good[0], *parts[segment + 1 :]])
                return go(again(call, target=mended + mark + query))
            response = go(call)
            if response.status == HTTPStatus.OK:
                good[:] = [parts[segment]]
            return response

        return replace_handler(contract, operation, serve)(pipeline)

    return site_of(operation, f"{parameter.subject}::pattern-enforced", field=parameter.name, plant=plant)


@at_first(sites.parameters)
def _required(_contract: Contract, place: sites.Taken) -> FaultSite | None:
    operation, parameter = place
    filtering = any(each.parameter == parameter.name for each in operation.promises.filters)
    if not parameter.required or parameter.where != "query" or not filtering:
        return None
    return site_of(
        operation,
        f"{parameter.subject}::required-enforced",
        field=parameter.name,
        plant=_unchecked(operation, parameter.subject, "required"),
    )


def _members(contract: Contract) -> Iterator[tuple[Operation, Constraint]]:
    """What the schemas of the bodies ask for, one keyword after the other; what only an SDK says need not be refused."""
    for operation in sites.operations(contract):
        media = operation.body.json if operation.body else None
        if media is not None and media.schema is not None:
            demands = (each for each in constraints(media.schema) if each.source is not Source.SDK)
            yield from ((operation, each) for each in demands)


@at_first(_members)
def _body(
    contract: Contract, place: tuple[Operation, Constraint], keyword: str, pick: Callable[[str], bool]
) -> FaultSite | None:
    operation, one = place
    # A wrong id is unknown at any rate, and so is that of an owner that there isn't.
    resources = contract.resources if keyword == "type" else [owner for owner, _ in sites.owned(contract)]
    identity = {name for resource in resources for name in resource.identity}
    if one.keyword != keyword or not pick(one.subject) or one.subject[1:] in identity:
        return None
    return site_of(
        operation,
        f"body{one.subject}::{_kebab(keyword)}-enforced",
        field=f"body{one.subject}",
        also=("20*::*",),
        elsewhere=(f"20*{one.subject}*::*",),
        plant=_ignoring(operation, one.subject, keyword),
    )


def _ignoring(operation: Operation, subject: str, keyword: str) -> Callable[[Pipeline], Pipeline]:
    """Plant that what is wrong at a place of the body goes unseen."""

    @replaces(operation)
    def find_violations(pipeline: Pipeline, call: Call) -> tuple[Violation, ...]:
        wanted = f"body{subject}"
        return tuple(
            each for each in pipeline.find_violations(call) if each.keyword != keyword or _shape(each.subject) != wanted
        )

    return find_violations


@at_first(_members)
def _condition(_contract: Contract, place: tuple[Operation, Constraint], keyword: str) -> FaultSite | None:
    """What a member of the body asks of the others goes unseen."""
    operation, one = place
    if one.keyword != keyword:
        return None

    @replaces(operation)
    def find_violations(pipeline: Pipeline, call: Call) -> tuple[Violation, ...]:
        asked = _DEMANDS[keyword]
        return tuple(
            each for each in pipeline.find_violations(call) if asked.isdisjoint(each.location.pointer.split("/"))
        )

    return site_of(operation, f"body{one.subject}::{_kebab(keyword)}-enforced", plant=find_violations)


def _shape(subject: str) -> str:
    return "/".join("*" if each.isdecimal() else each for each in subject.split("/"))


@at_first(sites.operations)
def _syntax(contract: Contract, operation: Operation, keyword: str) -> FaultSite | None:
    """A body that is no JSON, or is called something else, is taken for an empty object."""
    media = operation.body.json if operation.body else None
    if media is None or media.schema is None or not media.schema.is_valid({}):
        return None

    def serve(call: Call, go: Callable[[Call], Response]) -> Response:
        kind = next((value for name, value in call.request.headers if name.lower() == "content-type"), "")
        other = "json" not in kind
        broken = (
            not other
            and not sent(call)
            and call.request.body.strip() not in {b"", b"null", b"true", b"false", b"{}"}
            and call.request.body[:1] in b"{["
        )
        if (keyword == "syntax" and broken and not _is_json(call.request.body)) or (
            keyword == "media-type" and other and call.request.body
        ):
            headers = (
                *(pair for pair in call.request.headers if pair[0].lower() != "content-type"),
                ("Content-Type", "application/json"),
            )
            return go(again(call, body=b"{}", headers=headers))
        return go(call)

    return site_of(
        operation,
        f"body::{keyword}-enforced",
        also=("body::type-enforced",),
        plant=replace_handler(contract, operation, serve),
    )


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    except RecursionError:
        return True  # it is, however deep
    return True


def _list_parameters(contract: Contract) -> Iterator[sites.Taken]:
    yield from ((operation, each) for _, operation in sites.lists(contract) for each in operation.parameters)


@at_first(_list_parameters)
def _refused(
    _contract: Contract,
    place: sites.Taken,
    pick: Callable[[Parameter], Callable[[JSON], bool] | None],
    also: tuple[str, ...] = (),
) -> FaultSite | None:
    """Some good values of a parameter are refused."""
    operation, parameter = place
    bad = pick(parameter)
    if bad is None:
        return None

    @replaces(operation)
    def find_violations(pipeline: Pipeline, call: Call) -> tuple[Violation, ...]:
        value = read(operation, call.request).get(parameter.subject, Missing.MISSING)
        known = pipeline.find_violations(call)
        if known or isinstance(value, Missing) or not bad(value):
            return known
        return (
            Violation(
                subject=parameter.subject,
                keyword="planted",
                message="it is refused",
                location=parameter.location,
                source=parameter.source,
            ),
        )

    return site_of(
        operation,
        f"{parameter.subject}::accepted",
        "request::accepted",
        field=parameter.name,
        also=also,
        plant=find_violations,
    )


def _edge(keyword: str) -> Callable[[Parameter], Callable[[JSON], bool] | None]:
    def pick(parameter: Parameter) -> Callable[[JSON], bool] | None:
        root = parameter.schema.root
        edge = root.get(keyword) if isinstance(root, dict) else None
        return None if not isinstance(edge, int) else lambda value: value == edge

    return pick


def _enum(parameter: Parameter) -> Callable[[JSON], bool] | None:
    root = parameter.schema.root
    values = root.get("enum") if isinstance(root, dict) else None
    return None if not isinstance(values, list) or len(values) < 2 else lambda value: value == values[-1]  # noqa: PLR2004 - one must be left


def _empty(parameter: Parameter) -> Callable[[JSON], bool] | None:
    return (
        (lambda value: value == "")
        if sites.free(parameter)
        and not parameter.required
        and parameter.where == "query"
        and parameter.schema.is_valid("")
        else None
    )


def _unicode(parameter: Parameter) -> Callable[[JSON], bool] | None:
    free = sites.free(parameter) and parameter.where == "query"
    return (lambda value: isinstance(value, str) and not value.isascii()) if free else None


VALIDATION: Final = (
    FaultKind(name="minimum-unchecked", sentence="a number below its minimum is served", site=_parameter("minimum")),
    FaultKind(name="maximum-unchecked", sentence="a number above its maximum is served", site=_parameter("maximum")),
    FaultKind(
        name="type-unchecked", sentence="a string where a number is asked for is served", site=_parameter("type")
    ),
    FaultKind(
        name="enum-unchecked", sentence="a value that is none of the documented ones is served", site=_parameter("enum")
    ),
    FaultKind(name="format-unchecked", sentence="a number with too many bits is served", site=_parameter("format")),
    FaultKind(
        name="pattern-unchecked", sentence="a string against its pattern is taken for the one before", site=_mended()
    ),
    FaultKind(
        name="empty-text-unchecked",
        sentence="an empty string where none may be is served",
        site=_body("minLength", lambda subject: subject.count("/") == 1 and bool(subject)),
    ),
    FaultKind(
        name="missing-parameter-unchecked",
        sentence="a request without a required parameter is served",
        site=_required(),
    ),
    FaultKind(
        name="body-type-unchecked",
        sentence="a member of the body of the wrong type is served",
        site=_body("type", lambda subject: subject.count("/") == 1),
    ),
    FaultKind(
        name="nested-body-type-unchecked",
        sentence="a wrong type deep inside the body is served",
        site=_body("type", lambda subject: subject.count("/") > _DEEP),
    ),
    FaultKind(
        name="body-required-unchecked",
        sentence="a body without a required member deep inside it is served",
        site=_body("required", lambda subject: subject.count("/") > 1),
    ),
    FaultKind(
        name="long-text-unchecked",
        sentence="a string in the body that is longer than allowed is served",
        site=_body("maxLength", bool),
    ),
    FaultKind(
        name="long-list-unchecked",
        sentence="a list in the body with more elements than allowed is served",
        site=_body("maxItems", bool),
    ),
    FaultKind(
        name="unknown-member-unchecked",
        sentence="a member of the body that the schema rules out is served",
        site=_body("additionalProperties", lambda _subject: True),
    ),
    FaultKind(
        name="condition-of-body-unchecked",
        sentence="a body that breaks a condition (if, then, else) is served",
        site=_condition("if"),
    ),
    FaultKind(
        name="dependent-schema-unchecked",
        sentence="a body that breaks the schema that one of its fields requires (dependentSchemas) is served",
        site=_condition("dependentSchemas"),
    ),
    FaultKind(
        name="dependent-member-unchecked",
        sentence="a body that lacks a field that another one requires (dependentRequired) is served",
        site=_condition("dependentRequired"),
    ),
    FaultKind(
        name="broken-json-accepted", sentence="a body that is no JSON is taken for an empty one", site=_syntax("syntax")
    ),
    FaultKind(
        name="any-media-type-accepted",
        sentence="a body of another media type is taken for JSON",
        site=_syntax("media-type"),
    ),
    FaultKind(
        name="minimum-refused",
        sentence="the smallest number that is allowed is refused",
        site=_refused(_edge("minimum"), also=("*::*",)),
    ),
    FaultKind(
        name="maximum-refused",
        sentence="the largest number that is allowed is refused",
        site=_refused(_edge("maximum"), also=("*::*",)),
    ),
    FaultKind(
        name="documented-value-refused",
        sentence="one of the documented values is refused",
        site=_refused(_enum, also=("*::*",)),
    ),
    FaultKind(name="empty-text-refused", sentence="an empty string is refused", site=_refused(_empty)),
    FaultKind(
        name="other-scripts-refused",
        sentence="a string beyond ASCII is refused",
        site=_refused(_unicode, also=("query.*::filter-complete",)),
    ),
)
