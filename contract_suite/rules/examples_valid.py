"""Every example and default validates against its own schema, unless an erratum points at it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.contract.document import Node
from contract_suite.contract.family import node_of
from contract_suite.contract.operation import Contract, Example, is_json
from contract_suite.contract.schemas.schema import Schema
from contract_suite.errors import DocumentError
from contract_suite.model.json import JSON
from contract_suite.model.location import Location
from contract_suite.rules.rule import LintProblem, Rule

_EXAMPLES: Final = ("default", "example", "examples")


def _judge(contract: Contract) -> Iterator[LintProblem]:
    excused = {
        pointer.removeprefix("#")
        for erratum in contract.errata
        for pointer in erratum.pointers
        if "/example" in pointer
    }
    for location, name, schema, value in _examples(contract):
        pointer = location.pointer
        if not any(pointer == each or pointer.startswith(f"{each}/") for each in excused):
            yield from _invalid(location, name, schema, value)


def _examples(contract: Contract) -> Iterator[tuple[Location, str, Schema, JSON]]:
    schemas: list[Schema] = []
    for operation in contract.operations:
        for parameter in operation.parameters:
            schemas.append(parameter.schema)
            if not parameter.media_type or is_json(parameter.media_type):
                yield from _named(f"{operation.id} {parameter.subject}", parameter.schema, parameter.examples)
        bodies = [("body", media) for media in (operation.body.media_types if operation.body else ())]
        bodies += [(spec.status, media) for spec in operation.responses for media in spec.media_types]
        for what, media in bodies:
            if media.schema is not None:
                schemas.append(media.schema)
                yield from _named(f"{operation.id} {what}", media.schema, media.examples)
        schemas.extend(
            header.schema for spec in operation.responses for header in spec.headers if header.schema is not None
        )
    components = node_of(contract).get("components")
    listed = components.get("schemas") if components is not None else None
    openapi_30 = contract.openapi.startswith("3.0")
    if listed is not None:
        schemas.extend(Schema(node, openapi_30=openapi_30) for _, node in listed.items())
    yield from _of_schemas(schemas, openapi_30=openapi_30)


def _named(what: str, schema: Schema, examples: tuple[Example, ...]) -> Iterator[tuple[Location, str, Schema, JSON]]:
    for example in examples:
        yield example.location, f"the example {example.name!r} of {what}", schema, example.value


def _of_schemas(schemas: list[Schema], *, openapi_30: bool) -> Iterator[tuple[Location, str, Schema, JSON]]:
    """Yield what stands inside schemas, each place once."""
    seen: set[int] = set()
    for schema in schemas:
        try:
            bundle = schema.bundle
        except DocumentError:
            continue  # the problem of another rule
        parts = [bundle.own, *(bundle.shared[name].places for name in bundle.definitions)]
        for places in parts:
            if id(places) in seen:
                continue
            seen.add(id(places))
            for place in places.values():
                node = place.node
                if id(node.value) in seen or not isinstance(node.value, dict):
                    continue
                seen.add(id(node.value))
                if not any(key in node.value for key in _EXAMPLES):
                    continue
                own = Schema(node, openapi_30=openapi_30)
                for what, each in _values(node):
                    yield each.location, f"{what} of the schema", own, each.value


def _values(node: Node) -> Iterator[tuple[str, Node]]:
    for key in ("default", "example"):
        single = node.child(key)
        if single is not None:
            yield f"the {key}", single
    listed = node.child("examples")
    for each in listed.elements() if listed is not None else ():
        yield "an example", each


def _invalid(location: Location, name: str, schema: Schema, value: JSON) -> Iterator[LintProblem]:
    try:
        problems = schema.problems(value)
    except DocumentError:
        return  # the schema is broken: another rule's problem
    for problem in problems:
        inside = f" at {problem.path}" if problem.path else ""
        yield LintProblem(message=f"{name} breaks its schema{inside}: {problem.message}", location=location)


RULE = Rule(name="examples-valid", title="Every example and default validates against its own schema.", judge=_judge)
