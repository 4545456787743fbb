"""Faults in what a request may hold: bad values served, good ones refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from contract_suite.contract.constraints import constraints
from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.requests import Violation, violations
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, again, for_operation, replace_handler
from contract_suite.mock.faults.immutability import sent
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON, Missing

_DEEP: Final = 2


def _kebab(keyword: str) -> str:
    return "".join(f"-{each.lower()}" if each.isupper() else each for each in keyword)


def _unchecked(operation: Operation, subject: str, keyword: str) -> Callable[[Pipeline], Pipeline]:
    """Plant that one violation goes unseen."""

    def plant(pipeline: Pipeline) -> Pipeline:
        def find_violations(call: Call) -> tuple[Violation, ...]:
            return tuple(
                each for each in pipeline.find_violations(call) if (each.subject, each.keyword) != (subject, keyword)
            )

        return replace(pipeline, find_violations=for_operation(operation, find_violations, pipeline.find_violations))

    return plant


def _parameter(
    keyword: str, want: Callable[[Parameter], bool] = lambda _each: True
) -> Callable[[Contract], Iterator[FaultSite]]:
    def found(contract: Contract) -> Iterator[FaultSite]:
        for operation in contract.operations:
            for parameter in operation.parameters if not operation.problem else ():
                root = parameter.schema.root
                textual = isinstance(root, dict) and root.get("type", "string") == "string"
                if (
                    not want(parameter)
                    or (keyword == "type" and textual)
                    or not any(each.keyword == keyword and not each.subject for each in constraints(parameter.schema))
                ):
                    continue
                yield FaultSite(
                    where=f"{operation.id}, {parameter.name}",
                    clauses=(f"{operation.id}::{parameter.subject}::{_kebab(keyword)}-enforced",),
                    plant=_unchecked(operation, parameter.subject, keyword),
                    also=tuple(
                        f"{operation.id}::200{echo.pointer}::*"
                        for echo in operation.promises.echo
                        if echo.parameter == parameter.name
                    ),
                )
                return

    return found


def _mended(contract: Contract) -> Iterator[FaultSite]:
    """A value in the address that breaks its pattern is taken for the one that was served last."""
    for operation in contract.operations:
        for parameter in operation.parameters if not operation.problem else ():
            root = parameter.schema.root
            if parameter.where != "path" or not isinstance(root, dict) or "pattern" not in root:
                continue
            segment = (
                operation.path.split("/").index(f"{{{parameter.name}}}")
                if f"/{{{parameter.name}}}" in operation.path
                else -1
            )
            if segment < 0:
                continue

            def plant(
                pipeline: Pipeline,
                operation: Operation = operation,
                parameter: Parameter = parameter,
                segment: int = segment,
            ) -> Pipeline:
                good: list[str] = []

                def serve(call: Call, go: Callable[[Call], Response]) -> Response:
                    path, mark, query = call.request.target.partition("?")
                    found = violations(operation, call.request)
                    if good and found and all(each.subject == parameter.subject for each in found):
                        parts = path.split("/")
                        return go(
                            again(
                                call, target="/".join([*parts[:segment], good[0], *parts[segment + 1 :]]) + mark + query
                            )
                        )
                    response = go(call)
                    if response.status == HTTPStatus.OK:
                        good[:] = [path.split("/")[segment]]
                    return response

                return replace_handler(contract, operation, serve)(pipeline)

            yield FaultSite(
                where=f"{operation.id}, {parameter.name}",
                clauses=(f"{operation.id}::{parameter.subject}::pattern-enforced",),
                plant=plant,
            )
            return


def _required(contract: Contract) -> Iterator[FaultSite]:
    for operation in contract.operations:
        for parameter in operation.parameters if not operation.problem else ():
            if (
                parameter.required
                and parameter.where == "query"
                and any(each.parameter == parameter.name for each in operation.promises.filters)
            ):
                yield FaultSite(
                    where=f"{operation.id}, {parameter.name}",
                    clauses=(f"{operation.id}::{parameter.subject}::required-enforced",),
                    plant=_unchecked(operation, parameter.subject, "required"),
                )
                return


def _body(keyword: str, pick: Callable[[str], bool]) -> Callable[[Contract], Iterator[FaultSite]]:
    def found(contract: Contract) -> Iterator[FaultSite]:
        for operation in contract.operations:
            media = operation.body.json if operation.body and not operation.problem else None
            identity = {name for resource in contract.resources for name in resource.identity}
            above = {
                name for owner, _ in sites.owned(contract) for name in owner.identity
            }  # what no owner has is unknown at any rate
            for each in constraints(media.schema) if media and media.schema else ():
                if (
                    each.keyword != keyword
                    or not pick(each.subject)
                    or each.subject[1:] in (identity if keyword == "type" else above)
                ):
                    continue
                subject = f"body{each.subject}"
                yield FaultSite(
                    where=f"{operation.id}, {subject}",
                    clauses=(f"{operation.id}::{subject}::{_kebab(keyword)}-enforced",),
                    plant=_ignoring(operation, each.subject, keyword),
                    also=(f"{operation.id}::200*::*", f"*::200*{each.subject}*::*"),
                )
                return

    return found


def _ignoring(operation: Operation, subject: str, keyword: str) -> Callable[[Pipeline], Pipeline]:
    """Plant that what is wrong at a place of the body goes unseen."""

    def plant(pipeline: Pipeline) -> Pipeline:
        def find_violations(call: Call) -> tuple[Violation, ...]:
            wanted = f"body{subject}"
            return tuple(
                each
                for each in pipeline.find_violations(call)
                if each.keyword != keyword or _shape(each.subject) != wanted
            )

        return replace(pipeline, find_violations=for_operation(operation, find_violations, pipeline.find_violations))

    return plant


def _shape(subject: str) -> str:
    return "/".join("*" if each.isdecimal() else each for each in subject.split("/"))


def _syntax(keyword: str) -> Callable[[Contract], Iterator[FaultSite]]:
    """A body that is no JSON, or is called something else, is taken for an empty object."""

    def found(contract: Contract) -> Iterator[FaultSite]:
        for operation in contract.operations:
            media = operation.body.json if operation.body and not operation.problem else None
            if media is None or media.schema is None or not media.schema.is_valid({}):
                continue

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

            yield FaultSite(
                where=operation.id,
                clauses=(f"{operation.id}::body::{keyword}-enforced",),
                plant=replace_handler(contract, operation, serve),
                also=(f"{operation.id}::body::type-enforced",),
            )
            return

    return found


def _is_json(body: bytes) -> bool:
    import json  # noqa: PLC0415 - only here

    try:
        json.loads(body)
    except ValueError:
        return False
    except RecursionError:
        return True  # it is, however deep
    return True


def _refused(
    pick: Callable[[Operation, Parameter], Callable[[JSON], bool] | None], also: tuple[str, ...] = ()
) -> Callable[[Contract], Iterator[FaultSite]]:
    """Sites for a parameter of which some good values are refused."""

    def found(contract: Contract) -> Iterator[FaultSite]:
        for _, operation in sites.lists(contract):
            for parameter in operation.parameters:
                bad = pick(operation, parameter)
                if bad is None:
                    continue

                def plant(
                    pipeline: Pipeline,
                    operation: Operation = operation,
                    parameter: Parameter = parameter,
                    bad: Callable[[JSON], bool] = bad,
                ) -> Pipeline:
                    def find_violations(call: Call) -> tuple[Violation, ...]:
                        from contract_suite.contract.requests import read  # noqa: PLC0415 - only where it is planted

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

                    return replace(
                        pipeline, find_violations=for_operation(operation, find_violations, pipeline.find_violations)
                    )

                yield FaultSite(
                    where=f"{operation.id}, {parameter.name}",
                    clauses=(f"{operation.id}::{parameter.subject}::accepted", f"{operation.id}::request::accepted"),
                    plant=plant,
                    also=tuple(f"{operation.id}::{each}" for each in also),
                )
                return

    return found


def _edge(keyword: str) -> Callable[[Operation, Parameter], Callable[[JSON], bool] | None]:
    def pick(_operation: Operation, parameter: Parameter) -> Callable[[JSON], bool] | None:
        root = parameter.schema.root
        edge = root.get(keyword) if isinstance(root, dict) else None
        return None if not isinstance(edge, int) else lambda value: value == edge

    return pick


def _enum(_operation: Operation, parameter: Parameter) -> Callable[[JSON], bool] | None:
    root = parameter.schema.root
    values = root.get("enum") if isinstance(root, dict) else None
    return None if not isinstance(values, list) or len(values) < 2 else lambda value: value == values[-1]  # noqa: PLR2004 - one must be left


def _empty(_operation: Operation, parameter: Parameter) -> Callable[[JSON], bool] | None:
    return (
        (lambda value: value == "")
        if sites.free(parameter)
        and not parameter.required
        and parameter.where == "query"
        and parameter.schema.is_valid("")
        else None
    )


def _unicode(_operation: Operation, parameter: Parameter) -> Callable[[JSON], bool] | None:
    free = sites.free(parameter) and parameter.where == "query"
    return (lambda value: isinstance(value, str) and not value.isascii()) if free else None


VALIDATION: Final = (
    FaultKind(name="minimum-unchecked", sentence="a number below its minimum is served", sites=_parameter("minimum")),
    FaultKind(name="maximum-unchecked", sentence="a number above its maximum is served", sites=_parameter("maximum")),
    FaultKind(name="type-unchecked", sentence="a text where a number is asked for is served", sites=_parameter("type")),
    FaultKind(
        name="enum-unchecked",
        sentence="a value that is none of the documented ones is served",
        sites=_parameter("enum"),
    ),
    FaultKind(name="format-unchecked", sentence="a number with too many bits is served", sites=_parameter("format")),
    FaultKind(
        name="pattern-unchecked", sentence="a text against its pattern is taken for the one before", sites=_mended
    ),
    FaultKind(
        name="empty-text-unchecked",
        sentence="an empty text where none may be is served",
        sites=_body("minLength", lambda subject: subject.count("/") == 1 and bool(subject)),
    ),
    FaultKind(
        name="missing-parameter-unchecked", sentence="a request without a required parameter is served", sites=_required
    ),
    FaultKind(
        name="body-type-unchecked",
        sentence="a member of the body of the wrong type is served",
        sites=_body("type", lambda subject: subject.count("/") == 1),
    ),
    FaultKind(
        name="nested-body-type-unchecked",
        sentence="a wrong type deep inside the body is served",
        sites=_body("type", lambda subject: subject.count("/") > _DEEP),
    ),
    FaultKind(
        name="body-required-unchecked",
        sentence="a body without a required member deep inside it is served",
        sites=_body("required", lambda subject: subject.count("/") > 1),
    ),
    FaultKind(
        name="broken-json-accepted",
        sentence="a body that is no JSON is taken for an empty one",
        sites=_syntax("syntax"),
    ),
    FaultKind(
        name="any-media-type-accepted",
        sentence="a body of another media type is taken for JSON",
        sites=_syntax("media-type"),
    ),
    FaultKind(
        name="minimum-refused",
        sentence="the smallest number that is allowed is refused",
        sites=_refused(_edge("minimum"), also=("*::*",)),
    ),
    FaultKind(
        name="maximum-refused",
        sentence="the largest number that is allowed is refused",
        sites=_refused(_edge("maximum"), also=("*::*",)),
    ),
    FaultKind(
        name="documented-value-refused",
        sentence="one of the documented values is refused",
        sites=_refused(_enum, also=("*::*",)),
    ),
    FaultKind(name="empty-text-refused", sentence="an empty text is refused", sites=_refused(_empty)),
    FaultKind(
        name="other-scripts-refused",
        sentence="a text beyond ASCII is refused",
        sites=_refused(_unicode, also=("query.*::filter-complete",)),
    ),
)
