"""A member that names the request, and is new in every answer, by its name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.inference.kit.bodies import body_of
from contract_suite.inference.kit.names import REQUEST_IDS, is_named
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import JSON, escape

NAME: Final = "request-ids"


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield the member of each operation's success that names the request."""
    for operation in reading.operations:
        place = body_of(operation)
        if place is None or operation.promises.fresh:
            continue
        found = [
            name
            for name in place.property_names()
            if is_named(name, REQUEST_IDS) and place.member(name).types() - {"null"} == {"string"}
        ]
        if len(found) == 1:
            pointers: list[JSON] = [f"/{escape(found[0])}"]
            said = Witness(text=f"{found[0]} is named after the request", location=operation.location)
            yield InferredFact(
                rule=NAME, operation=operation.id, path=("fresh",), words={"pointers": pointers}, witnesses=(said,)
            )


RULE: Final = InferenceRule(name=NAME, title="A member names the request and is never the same twice.", infer=infer)
