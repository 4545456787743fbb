"""The templates of a path are the path parameters of its operations, and no two paths look alike to a server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from contract_suite.contract.document import Node
from contract_suite.contract.family import node_of
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import METHODS
from contract_suite.errors import DocumentError
from contract_suite.rules.rule import LintProblem, Rule

_TEMPLATE: Final = re.compile(r"\{([^}/]*)\}")


def _judge(contract: Contract) -> Iterator[LintProblem]:
    paths = node_of(contract).get("paths")
    shapes: dict[str, str] = {}
    for path, stub in paths.items() if paths is not None else ():
        if path.startswith("x-"):
            continue
        shape = _TEMPLATE.sub("{}", path)
        if shape in shapes:
            yield LintProblem(message=f"the path {path} can't be told from {shapes[shape]}", location=stub.location)
        shapes.setdefault(shape, path)
        templates = _TEMPLATE.findall(path)
        for twice in sorted({name for name in templates if templates.count(name) > 1}):
            yield LintProblem(message=f"the template {{{twice}}} stands twice in {path}", location=stub.location)
        try:
            yield from _item(path, templates, stub.resolve())
        except DocumentError:
            continue  # a reference that leads nowhere is another rule's problem


def _item(path: str, templates: list[str], item: Node) -> Iterator[LintProblem]:
    shared = _path_parameters(item)
    for method in METHODS:
        node = item.child(method)
        if node is None:
            continue
        own = _path_parameters(node)
        for name in dict.fromkeys(templates):
            if name not in {**shared, **own}:
                yield LintProblem(
                    message=f"{method.upper()} {path} does not declare the path parameter {name!r}",
                    location=node.location,
                    cause=f"{path} {name}",
                )
        yield from _declared(path, templates, own)
    yield from _declared(path, templates, shared)


def _declared(path: str, templates: list[str], parameters: dict[str, Node]) -> Iterator[LintProblem]:
    for name, parameter in parameters.items():
        if name not in templates:
            yield LintProblem(message=f"{path} has no {{{name}}} for this path parameter", location=parameter.location)
        elif isinstance(parameter.value, dict) and parameter.value.get("required") is not True:
            yield LintProblem(message=f"the path parameter {name!r} must be required", location=parameter.location)


def _path_parameters(owner: Node) -> dict[str, Node]:
    listed = owner.child("parameters")
    found = {}
    for stub in listed.elements() if listed is not None else ():
        try:
            node = stub.resolve()
        except DocumentError:
            continue
        value = node.value if isinstance(node.value, dict) else {}
        if value.get("in") == "path" and isinstance(name := value.get("name"), str):
            found[name] = node
    return found


RULE = Rule(name="path-parameters", title="The templates of a path are its declared path parameters.", judge=_judge)
