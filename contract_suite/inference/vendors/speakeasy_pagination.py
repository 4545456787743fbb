"""`x-speakeasy-pagination`: the author's own word for how a list is paged. It is part of the document, and no guess."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contract_suite.contract.operation import Operation
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import JSON, escape
from contract_suite.model.source import Source

NAME: Final = "x-speakeasy-pagination"


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield items and pages of each operation that is paged by offset or page and limit."""
    for operation in reading.operations:
        said = operation.node.child(NAME) if operation.node is not None else None
        if said is None or not isinstance(said.value, dict) or operation.promises.collection is not None:
            continue
        words = _words(operation, said.value)
        if words is not None:
            yield InferredFact(
                rule=NAME,
                operation=operation.id,
                path=("collection",),
                words=words,
                witnesses=(Witness(text=f"{NAME} says so", location=said.location),),
                source=Source.DOCUMENTED,
            )


def _words(operation: Operation, said: Mapping[str, JSON]) -> dict[str, JSON] | None:
    outputs = said.get("outputs")
    results = outputs.get("results") if isinstance(outputs, dict) else None
    if said.get("type") != "offsetLimit" or not isinstance(results, str) or not results.startswith("$."):
        return None
    if any(sign in results for sign in "[]*?"):
        return None
    words: dict[str, JSON] = {"items": "".join(f"/{escape(step)}" for step in results[2:].split("."))}
    inputs = said.get("inputs")
    by = {
        each["type"]: each["name"]
        for each in (inputs if isinstance(inputs, list) else ())
        if isinstance(each, dict)
        and isinstance(each.get("type"), str)
        and each.get("in") == "parameters"
        and isinstance(each.get("name"), str)
        and operation.parameter(str(each["name"])) is not None
    }
    if "limit" in by and ("page" in by) != ("offset" in by):
        words["page"] = (
            {"number": by["page"], "size": by["limit"]}
            if "page" in by
            else {"offset": by["offset"], "limit": by["limit"]}
        )
    return words


RULE: Final = InferenceRule(name=NAME, title="x-speakeasy-pagination says how a list is paged.", infer=infer)
