"""Parameters whose value the response repeats under the same name.

Of 28 pairs that AGORA's labels judge, 27 are equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.contract.naming.names import CURSORS, plain_name
from contract_suite.contract.schemas.view import view
from contract_suite.inference.kit.bodies import body_of, is_scalar
from contract_suite.inference.kit.names import is_named
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import escape

NAME: Final = "echo"
_OF_THE_PAGE: Final = frozenset({"count"})
"""Members that as often say how many items came: the same number as was asked for, but on the last page."""


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield the parameters that each list sends back beside its items."""
    for operation, items in reading.lists():
        place = body_of(operation)
        known = {each.parameter for each in operation.promises.echo}
        if place is None or not items.pointer:
            continue
        by_plain_name: dict[str, list[str]] = {}
        for name in place.property_names():
            by_plain_name.setdefault(plain_name(name), []).append(name)
        for parameter in operation.parameters:
            names = by_plain_name.get(plain_name(parameter.name), ())
            if parameter.where != "query" or parameter.name in known or len(names) != 1:
                continue
            if is_named(parameter.name, CURSORS):
                continue  # what comes back leads to the next page
            field, sent = place.member(names[0]), view(parameter.schema)
            if plain_name(names[0]) in _OF_THE_PAGE:
                continue
            if is_scalar(field) and is_scalar(sent) and field.types() & sent.types():
                said = Witness(
                    text=f"{parameter.name} and {names[0]} of the body have one name", location=parameter.location
                )
                yield InferredFact(
                    rule=NAME,
                    operation=operation.id,
                    path=("echo", parameter.name),
                    words=f"/{escape(names[0])}",
                    witnesses=(said,),
                )


RULE: Final = InferenceRule(name=NAME, title="A response repeats parameters under their own names.", infer=infer)
