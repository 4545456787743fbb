"""Which thing stands at which path, where nobody described the resources by hand.

`/pets/{petId}` is the address of a pet. What is put there is kept, whether or not an operation is named for it, and
whatever lies below an address needs the thing that stands there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.contract.vocabulary import Resource
from contract_suite.model.source import Source

Written = Literal["put", "update", "delete"]
"""What a method does at the address of a thing."""

_METHODS: Final[dict[str, Written]] = {"PUT": "put", "PATCH": "update", "POST": "update", "DELETE": "delete"}
_PARAMETER: Final = "{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """A thing that an operation needs: its resource, and the arguments that hold its scope and its identity."""

    resource: Resource
    scope: tuple[str, ...]
    identity: str


class Addresses:
    """The addresses of the inferred resources of a contract; there are none where the resources were written down."""

    def __init__(self, contract: Contract) -> None:
        """Find them by the operations that the resources name."""
        self._resources: dict[str, Resource] = {}
        self._shapes: dict[str, str] = {}
        by_id = {each.id: each for each in contract.operations}
        for resource in contract.resources:
            if resource.source is Source.INFERRED and len(resource.identity) == 1:
                roles = (resource.read, resource.update, resource.delete)
                paths = [by_id[role.operation].path for role in roles if role is not None and role.operation in by_id]
                self._keep(resource, paths)

    def written(self, operation: Operation) -> tuple[Written, Resource] | None:
        """Return what an operation does to the thing at its own address; `None` where there is none, or it only reads."""
        resource = self._resources.get(shape(operation.path))
        what = _METHODS.get(operation.method)
        return (what, resource) if resource is not None and what is not None else None

    def above(self, operation: Operation) -> tuple[Above, ...]:
        """Return what must be there for an operation to be served, the outermost first; its own thing is not among it."""
        return tuple(
            Above(resource=resource, scope=subjects[:-1], identity=subjects[-1])
            for resource, subjects in self._on_the_way(operation)
        )

    def scope(self, operation: Operation, resource: Resource) -> tuple[str, ...] | None:
        """Return the arguments that hold the scope of a resource, by their places in the path.

        `None` where the resource has no address, or the path of the operation begins otherwise.
        """
        home = self._shapes.get(resource.name)
        if home is None:
            return None
        places = _places(home)
        wanted = home.split("/")[: places[-2] + 1] if resource.scope else []
        if shape(operation.path).split("/")[: len(wanted)] != wanted:
            return None
        return _subjects(operation)[: len(resource.scope)]

    def reaches(self, operation: Operation, resource: Resource | None) -> bool:
        """Whether the path of an operation says all that is needed to find what it is about."""
        if resource is None or not self.reaches_by_path(resource):
            return True
        return self.scope(operation, resource) is not None

    def reaches_by_path(self, resource: Resource) -> bool:
        """Whether a resource has an address."""
        return resource.name in self._shapes

    def is_own(self, operation: Operation, resource: Resource) -> bool:
        """Whether an operation stands at the address of a resource."""
        return self._shapes.get(resource.name) == shape(operation.path)

    def own_subject(self, operation: Operation, resource: Resource) -> str:
        """Return the argument that holds the identity at the address of a resource, empty for another path."""
        return _subjects(operation)[-1] if self.is_own(operation, resource) else ""

    def link(self, resource: Resource, scope: tuple[str, ...], key: tuple[str, ...]) -> str:
        """Return the path of one thing, empty where its resource has no address."""
        home = self._shapes.get(resource.name, "")
        return f"/{home.format(*(quote(each, safe='') for each in (*scope, *key)))}" if home else ""

    def _keep(self, resource: Resource, paths: list[str]) -> None:
        for path in paths:
            own = shape(path)
            if own.rpartition("/")[2] == _PARAMETER and len(_places(own)) == len(resource.scope) + 1 == len(
                names_in(path)
            ):
                self._resources.setdefault(own, resource)
                self._shapes.setdefault(resource.name, own)

    def _on_the_way(self, operation: Operation) -> Iterator[tuple[Resource, tuple[str, ...]]]:
        own = shape(operation.path)
        segments, subjects = own.split("/"), _subjects(operation)
        if len(_places(own)) != len(subjects):
            return
        for count, place in enumerate(_places(own), 1):
            prefix = "/".join(segments[: place + 1])
            if prefix != own and prefix in self._resources:
                yield self._resources[prefix], subjects[:count]


def _places(own: str) -> list[int]:
    """The segments of a shape that are parameters, by index."""
    return [index for index, segment in enumerate(own.split("/")) if segment == _PARAMETER]


def _subjects(operation: Operation) -> tuple[str, ...]:
    return tuple(f"path.{name}" for name in names_in(operation.path))
