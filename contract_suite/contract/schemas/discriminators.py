"""The names that a discriminator gives to the alternatives of a choice (OpenAPI 3.0.3, Discriminator Object)."""

from __future__ import annotations

from contract_suite.contract.document import Node
from contract_suite.errors import DocumentError

_MAX_DEPTH = 6


class Discriminated:
    """The alternatives under one keyword (`oneOf`, `anyOf`), each with the names that mean it."""

    def __init__(self, node: Node, keyword: str, *, implied: bool) -> None:
        """`implied` lets a component's own name stand for it where no mapping names it."""
        stated = node.child("discriminator")
        self.node = stated or node
        self.property = stated.text("propertyName") if stated is not None and isinstance(stated.value, dict) else ""
        listed = node.child(keyword)
        self._branches = list(listed.elements()) if listed is not None and isinstance(listed.value, list) else []
        mapping = stated.child("mapping") if self.property and stated is not None else None
        self._mapping = (
            {name: target for name, target in mapping.value.items() if isinstance(target, str)}
            if mapping is not None and isinstance(mapping.value, dict)
            else {}
        )
        self._implied = implied

    def of(self, index: int) -> tuple[str, ...]:
        """Return the names of an alternative; none where nobody says them, or where its own schema does."""
        branch = self._branches[index] if index < len(self._branches) else None
        reference = branch.value.get("$ref") if branch is not None and isinstance(branch.value, dict) else None
        if branch is None or not self.property or not isinstance(reference, str) or _says(branch, self.property):
            return ()
        own = reference.rpartition("/")[2]
        mapped = tuple(name for name, target in self._mapping.items() if target in {reference, own})
        return mapped or ((own,) if self._implied and "/schemas/" in reference else ())

    def tell_apart(self) -> bool:
        """Whether no value can be two alternatives by its name: each has names, or says itself which ones it has."""
        return all(
            self.of(index) or (self.property and _says(branch, self.property))
            for index, branch in enumerate(self._branches)
        )


def _says(node: Node, name: str, depth: int = 0) -> bool:
    """Whether a schema lists the values of a property itself."""
    try:
        target = node.resolve()
    except DocumentError:
        return True
    if not isinstance(target.value, dict) or depth > _MAX_DEPTH:
        return False
    properties = target.child("properties")
    member = properties.child(name) if properties is not None and isinstance(properties.value, dict) else None
    if member is not None:
        try:
            value = member.resolve().value
        except DocumentError:
            return True
        if isinstance(value, dict) and {"enum", "const"} & set(value):
            return True
    branches = target.child("allOf")
    listed = branches.elements() if branches is not None and isinstance(branches.value, list) else ()
    return any(_says(each, name, depth + 1) for each in listed)
