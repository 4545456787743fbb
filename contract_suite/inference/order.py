"""The parameters that sort a list: one that names the field, by the values that it may have, and one for the direction.

Of 1,069 parameters named like a direction, 79 % have an enum of asc and desc. Of 3,074 keys of sorts, 36 % name a field
of the items outright: only those are taken, and a key that two fields may be is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.inference.kit.names import DIRECTIONS, KEYS_OF_ORDER, SAYS_ORDER, is_named
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import JSON, tokens

NAME: Final = "order"


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield how each list can be sorted."""
    for operation, items in reading.lists():
        if operation.promises.order is not None:
            continue
        by = [(each, keys) for each in operation.parameters if (keys := _keys(each, items.fields))]
        directions = [each for each in operation.parameters if _is_direction(each)]
        if len(by) != 1 or len(directions) > 1:
            continue
        parameter, keys = by[0]
        yield _fact(operation, parameter, keys, directions[0] if directions else None)


def _fact(operation: Operation, by: Parameter, keys: dict[str, JSON], direction: Parameter | None) -> InferredFact:
    words: dict[str, JSON] = {"by": by.name, "keys": keys}
    said = [Witness(text=f"{by.name} may be {', '.join(keys)}, which the items have", location=by.location)]
    if direction is not None:
        words["direction"] = direction.name
        said.append(Witness(text=f"{direction.name} may be asc and desc", location=direction.location))
    elif all(f"-{key}" in _values(by) for key in keys):
        words["sign"] = "minus"
        said.append(Witness(text=f"{by.name} may be each of them with a minus too", location=by.location))
    elif SAYS_ORDER.search(by.description):
        said.append(Witness(text=f"the description of {by.name} speaks of order", location=by.location))
    return InferredFact(rule=NAME, operation=operation.id, path=("order",), words=words, witnesses=tuple(said))


def _keys(parameter: Parameter, fields: Sequence[tuple[str, SchemaView]]) -> dict[str, JSON]:
    """The values of a parameter that name one field each."""
    if parameter.where != "query" or not is_named(parameter.name, KEYS_OF_ORDER):
        return {}
    found: dict[str, JSON] = {}
    for value in _values(parameter):
        named = [name for name, _ in fields if plain_name(tokens(name)[-1]) == plain_name(value)]
        own = [name for name in named if not name.startswith("/")] or named
        if len(own) == 1 and not value.startswith(("-", "+")):
            found[value] = own[0]
    return found


def _is_direction(parameter: Parameter) -> bool:
    return (
        parameter.where == "query"
        and is_named(parameter.name, DIRECTIONS)
        and set(_values(parameter)) == {"asc", "desc"}
    )


def _values(parameter: Parameter) -> list[str]:
    """The values that a parameter may have: those that its schema lists, or else the one that it has by default."""
    listed = view(parameter.schema).keyword("enum")
    if not isinstance(listed, list):
        return [parameter.default] if isinstance(parameter.default, str) else []
    return [each for each in listed if isinstance(each, str)]


RULE: Final = InferenceRule(
    name=NAME, title="Parameters say by which field a list is sorted, and which way.", infer=infer
)
