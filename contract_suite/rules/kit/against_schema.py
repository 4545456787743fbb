"""Nodes of a document against one of the JSON Schemas that the package publishes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from contract_suite.contract.document import Library, Node
from contract_suite.contract.schemas.schema import Schema
from contract_suite.rules.rule import Flaw


def flaws(node: Node, package: str, name: str, pointer: str = "", *, about: str = "") -> Iterator[Flaw]:
    """Yield a flaw for each way in which `node` breaks the definition at `pointer` of the schema file `name` in `package`."""
    for problem in published(package, name, pointer).problems(node.value):
        where = node
        for token in problem.path.split("/")[1:]:
            below = where.find(f"/{token}")
            if below is None:
                break
            where = below
        inside = f"{about}{problem.path}".strip("/") or "the document"
        yield Flaw(message=f"{inside}: {problem.message}", location=where.location)


@cache
def published(package: str, name: str, pointer: str = "") -> Schema:
    """Load one definition of a schema file of the package."""
    root = Library().read(files(package).joinpath(name).read_bytes(), name)
    node = root.find(pointer)
    if node is None:
        raise LookupError(pointer)
    return Schema(node)
