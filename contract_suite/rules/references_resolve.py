"""Every `$ref` leads somewhere, and every link names an operation and parameters that exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.contract.document import Node
from contract_suite.contract.family import node_of
from contract_suite.contract.naming.suggestion import did_you_mean
from contract_suite.contract.operation import Contract
from contract_suite.errors import DocumentError
from contract_suite.rules.rule import LintProblem, Rule

_DATA: Final = frozenset({"example", "examples", "default", "enum", "const", "value"})
"""Members that hold the user's data, where a `$ref` is no reference; `examples` also holds references."""


def _judge(contract: Contract) -> Iterator[LintProblem]:
    seen: set[int] = set()
    stack = [node_of(contract)]
    while stack:
        node = stack.pop()
        if not isinstance(node.value, (dict, list)) or id(node.value) in seen:
            continue
        seen.add(id(node.value))
        reference = node.value.get("$ref") if isinstance(node.value, dict) else None
        if isinstance(reference, str):
            try:
                stack.append(node.resolve())
            except DocumentError as error:
                yield LintProblem(message=error.message, location=node.location_of("$ref"))
        stack.extend(_below(node))
    for operation in contract.operations:
        for response in _responses(operation.node):
            yield from _links(contract, response)


def _below(node: Node) -> Iterator[Node]:
    yield from (each for each in node.elements() if isinstance(each.value, (dict, list)))
    names = isinstance(node.value, dict) and node.pointer.endswith(
        ("/properties", "/schemas", "/patternProperties", "/$defs", "/headers", "/parameters")
    )
    for key, child in node.items():
        if not isinstance(child.value, (dict, list)):
            continue
        if key in _DATA and not names:
            if key == "examples" and isinstance(child.value, dict):
                yield from (
                    each
                    for _, each in child.items()
                    if isinstance(each.value, dict) and set(each.value) <= {"$ref", "summary", "description"}
                )
            continue
        yield child


def _responses(operation: Node | None) -> Iterator[Node]:
    responses = operation.child("responses") if operation is not None else None
    for _, stub in responses.items() if responses is not None else ():
        try:
            yield stub.resolve()
        except DocumentError:
            continue  # said above


def _links(contract: Contract, response: Node) -> Iterator[LintProblem]:
    links = response.child("links")
    for name, stub in links.items() if links is not None else ():
        try:
            link = stub.resolve()
        except DocumentError:
            continue
        value = link.value if isinstance(link.value, dict) else {}
        target = value.get("operationId")
        if not isinstance(target, str):
            continue
        operation = next((each for each in contract.operations if each.id == target), None)
        if operation is None:
            hint = did_you_mean(target, (each.id for each in contract.operations))
            yield LintProblem(
                message=f"the link {name!r} leads to the operation {target!r}, which does not exist{hint}",
                location=link.location_of("operationId"),
            )
            continue
        parameters = link.child("parameters")
        for parameter, node in parameters.items() if parameters is not None else ():
            if not operation.problem and operation.parameter(parameter) is None:
                hint = did_you_mean(parameter, (each.name for each in operation.parameters))
                yield LintProblem(
                    message=f"the link {name!r} sets {parameter!r}, which {target} does not take{hint}",
                    location=node.location,
                )


RULE = Rule(name="references-resolve", title="Every $ref and every link leads to something that exists.", judge=_judge)
