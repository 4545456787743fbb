"""Nodes of a document against one of the JSON Schemas that the package publishes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from contract_suite.contract.document import Library, Node
from contract_suite.contract.schemas.schema import Schema
from contract_suite.rules.rule import LintProblem


def problems_of(
    node: Node, package: str, name: str, pointer: str = "", *, about: str = "", allowed: frozenset[str] = frozenset()
) -> Iterator[LintProblem]:
    """Yield a problem for each way in which `node` breaks a definition of a schema file.

    The file `name` is one of `package`, and `pointer` leads to the definition in it. Keywords in `allowed` may be broken.
    """
    for problem in published(package, name, pointer).problems(node.value):
        if problem.keyword in allowed:
            continue
        where = node
        for token in problem.path.split("/")[1:]:
            below = where.find(f"/{token}")
            if below is None:
                break
            where = below
        inside = f"{about}{problem.path}".strip("/") or "the document"
        yield LintProblem(message=f"{inside}: {problem.message}", location=where.location, cause=problem.message)


@cache
def published(package: str, name: str, pointer: str = "") -> Schema:
    """Load one definition of a schema file of the package."""
    root = Library().read(files(package).joinpath(name).read_bytes(), name)
    node = root.find(pointer)
    if node is None:
        raise LookupError(pointer)
    return Schema(node)
