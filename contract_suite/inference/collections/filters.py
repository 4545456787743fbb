"""Parameters that keep only the items with an equal field.

A parameter named like a scalar field of the items filters by equality in 65 % of a sample read by hand; where the name
ends in id, status, state, type, code, kind, enabled or active, or the value is boolean, in 92 %. Any other name needs a
sentence of the document that speaks of filtering, and a probe in any case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.generate.facts import Facts
from contract_suite.inference.kit.bodies import is_scalar
from contract_suite.inference.kit.names import (
    SAYS_FILTER,
    SAYS_MORE,
    filtered_name,
    hardly_filters,
    surely_filters,
)
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import JSON, tokens

NAME: Final = "filters"
_NUMBERS: Final = frozenset({"integer", "number"})


_RANKED: Final = frozenset({"level", "severity", "rating", "grade", "quality", "resolution", "size", "stability"})
"""Words for what is often asked for as the least that is wanted: `level=warning` lists errors too."""


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield the filters of each list."""
    for operation, items in reading.lists():
        known = {each.parameter for each in operation.promises.filters}
        by_plain_name: dict[str, list[tuple[str, SchemaView]]] = {}
        for name, field in items.fields:
            by_plain_name.setdefault(plain_name(tokens(name)[-1]), []).append((name, field))
        for parameter in operation.all_parameters:
            named = by_plain_name.get(plain_name(filtered_name(parameter.own_name)), ())
            if named and parameter.where == "query" and parameter.name not in known:
                yield from _of(operation, parameter, named)


def _of(operation: Operation, parameter: Parameter, named: Sequence[tuple[str, SchemaView]]) -> Iterator[InferredFact]:
    own = [each for each in named if not each[0].startswith("/")] or named
    if len(own) != 1 or hardly_filters(parameter.own_name) or SAYS_MORE.search(parameter.description):
        return
    place = view(parameter.schema)
    if not is_scalar(place) or not _alike(place, own[0][1]):
        return
    name = own[0][0]
    asked = filtered_name(parameter.own_name)
    same = _takes_the_same(place, own[0][1]) and _RANKED.isdisjoint(words(asked)[-1:])
    sure = same or surely_filters(asked) or place.types() - {"null"} == {"boolean"}
    says = SAYS_FILTER.search(parameter.description) is not None
    if not sure and not says:
        return
    said = [Witness(text=f"{parameter.name} is named like {name} of the items", location=parameter.location)]
    if same:
        said.append(Witness(text=f"it takes the values that {name} has", location=parameter.location))
    if sure and says:
        said.append(Witness(text="its description speaks of filtering", location=parameter.location))
    fact: dict[str, JSON] = {"field": name, "match": "equals", "unknown": "either"}
    if parameter.default is None:
        yield InferredFact(
            rule=NAME, operation=operation.id, path=("filters", parameter.name), words=fact, witnesses=tuple(said)
        )


def _takes_the_same(place: SchemaView, field: SchemaView) -> bool:
    """Whether both list their values, and a field may have each one that a parameter takes."""
    taken, had = Facts(place).choices, Facts(field).choices
    return len(taken) > 1 and all(each in had for each in taken)


def _alike(place: SchemaView, field: SchemaView) -> bool:
    """Whether values of one can be values of the other."""
    one, other = place.types() - {"null"}, field.types() - {"null"}
    return bool(one & other) or bool(one & _NUMBERS and other & _NUMBERS)


RULE: Final = InferenceRule(name=NAME, title="Parameters named like a field keep what equals it.", infer=infer)
