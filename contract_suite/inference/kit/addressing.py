"""What the parameters of paths stand for: the containers of a thing, and the members in which it shows its owner."""

from __future__ import annotations

from collections.abc import Sequence

from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.generate.likeness import like
from contract_suite.generate.resources.inferred_resources import PathStep, names_the_made, steps


def addressing(
    step: PathStep, identity: str, used: Sequence[Operation], shown: SchemaView | None
) -> tuple[tuple[str, ...], dict[str, dict[str, str]]]:
    """Return the containers of a path, and which parameters are spelled otherwise than what they stand for.

    `step` is the parameter that names the thing, `used` are the operations on it, `shown` its representation. An owner
    below which it is only made or listed is no container: it stands for the member that shows it.
    """
    binds: dict[str, dict[str, str]] = {}
    scope: dict[str, str] = {}  # by the place in the path, however operations spell it
    inner = [each for operation in used for each in steps(operation.path) if _contains(each, step)]
    for each in inner:
        if each.name != identity:
            scope.setdefault(each.field, each.name)
    for operation in used:
        bound = owner_fields(operation, step, shown)
        for each in steps(operation.path):
            if each.field == step.field:
                if each.name != identity:
                    bound[each.name] = identity
            elif each.name not in bound and (_contains(each, step) or each.name == identity):
                name = f"{each.noun or 'owner'}_{plain_name(each.name)}"
                bound[each.name] = scope.setdefault(each.field, name) if _contains(each, step) else name
        if operation.method == "POST":
            bound |= {each.name: identity for each in operation.parameters if names_the_made(each, step)}
        bound = {name: field for name, field in bound.items() if name != field}
        if bound:
            binds[operation.id] = bound
    return tuple(dict.fromkeys(scope.values())), binds


def owner_fields(operation: Operation, step: PathStep, shown: SchemaView | None) -> dict[str, str]:
    """Return the path parameters of an owner below which something is only made or listed, with the members that show it."""
    names = list(shown.property_names()) if shown is not None else []
    found: dict[str, str] = {}
    for each in steps(operation.path):
        if each.field == step.field or _contains(each, step) or not each.noun:
            continue
        name = (
            each.name
            if each.name in names and each.name != "id"
            else like(names, f"{each.noun}_id", each.noun, sure=True)
        )
        if name is not None and plain_name(name) != "id":
            found[each.name] = name
    return found


def _contains(each: PathStep, step: PathStep) -> bool:
    return step.field.startswith(f"{each.field}/")
