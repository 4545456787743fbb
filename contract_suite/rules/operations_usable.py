"""Every operation can be read, with every part: a run would have to leave out what can't."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contract_suite.contract.operation import Contract
from contract_suite.contract.schemas.schema import Schema
from contract_suite.errors import DocumentError
from contract_suite.rules.rule import LintProblem, Rule, broken


def _judge(contract: Contract) -> Iterator[LintProblem]:
    for operation in contract.operations:
        if operation.problem:
            yield LintProblem(message=f"{operation.id} can't be used: {operation.problem}", location=operation.location)
            continue
        for part in operation.broken:
            if part.subject == "auth" or part.location == operation.location:
                continue  # an undeclared scheme or path parameter, which another rule names
            yield LintProblem(
                message=f"{part.subject} is left out: {part.message}", location=part.location, cause=part.message
            )
        media_types = [
            *(operation.body.media_types if operation.body else ()),
            *(each for spec in operation.responses for each in spec.media_types),
        ]
        schemas: list[Schema | None] = [parameter.schema for parameter in operation.parameters]
        schemas += [each.schema for each in media_types] + [
            header.schema for spec in operation.responses for header in spec.headers
        ]
        for schema in schemas:
            if schema is not None:
                yield from _compiled(schema)


def _compiled(schema: Schema) -> Iterator[LintProblem]:
    try:
        schema.check()
    except DocumentError as error:
        yield replace(broken(error, schema.location), cause=error.message)


RULE = Rule(name="operations-usable", title="Every operation can be read and its schemas compile.", judge=_judge)
