"""The facts of a document, and the document with facts as if its author had written them.

Words that stand in the document (`x-contract`) beat its other extensions, and those beat rules: nothing inferred ever
changes what somebody wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Final

from contract_suite.contract.annotations import KEY, read_errors, read_promises, read_resources
from contract_suite.contract.document import Node
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Promises
from contract_suite.errors import DocumentError
from contract_suite.inference.catalogue import RULES
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import JSON
from contract_suite.model.source import Source

_OBJECTS: Final = frozenset({"collection", "page", "order", "errors", "create", "read", "update", "delete"})
_NO_SOURCE: Final = "bind"


def infer(contract: Contract, rules: Sequence[InferenceRule] = RULES) -> tuple[InferredFact, ...]:
    """Return what the rules say of a document, each place once: the first rule that speaks of it is heard."""
    reading, said = Reading(contract), _annotated_by_hand(contract)
    found: dict[str, InferredFact] = {}
    for rule in rules:
        for fact in rule.infer(reading):
            if not fact.operation or fact.operation not in said:
                found.setdefault(fact.id, fact)
    return _supported(found.values())


def with_facts(contract: Contract, facts: Iterable[InferredFact]) -> Contract:
    """Return the contract as if its document said these facts too, each with the source that it has.

    A fact without what it rests on (pages without items) is left out.
    """
    by_operation: dict[str, list[InferredFact]] = {}
    for fact in _supported(facts):
        by_operation.setdefault(fact.operation, []).append(fact)
    root = by_operation.pop("", [])
    operations = tuple(
        _annotated(each, by_operation[each.id]) if each.id in by_operation else each for each in contract.operations
    )
    if not root or contract.root is None:
        return replace(contract, operations=operations)
    node = replace_value(contract.root, {KEY: words_of(root)}, root[0].location.line)
    try:
        resources, errors = read_resources(node), read_errors(node)
    except DocumentError:
        return replace(contract, operations=operations)
    return replace(
        contract,
        operations=operations,
        resources=contract.resources or resources,
        errors=contract.errors or errors,
    )


def with_guesses(contract: Contract) -> Contract:
    """Return the contract with everything that its names and shapes imply, for a mock that may take it for true.

    A document with `x-contract` is taken at its word.
    """
    return contract if contract.annotated else replace(with_facts(contract, infer(contract)), guessed=True)


def words_of(facts: Iterable[InferredFact]) -> dict[str, JSON]:
    """Return the words of facts about one place as one `x-contract`, each object with its source."""
    block: dict[str, JSON] = {}
    for fact in facts:
        place = block
        for step in fact.path[:-1]:
            inner = place.setdefault(step, {})
            if not isinstance(inner, dict):
                break
            place = inner
        else:
            last, words = fact.path[-1], fact.words
            if isinstance(words, dict):
                words = words if last == _NO_SOURCE else {**words, "x-source": str(fact.source)}
                known = place.get(last)
                place[last] = {**words, **known} if isinstance(known, dict) else words
            else:
                place[last] = words
                if last in {"owns", "lists", "unique"}:
                    place["x-source"] = str(fact.source)
    for name in ("echo", "errors"):
        inner = block.get(name)
        if isinstance(inner, dict):
            inner.setdefault("x-source", str(Source.INFERRED))
    return block


def replace_value(node: Node, value: JSON, line: int) -> Node:
    """Return a node with another value at the same place of its document."""
    return Node(node.library, node.document, value, node.pointer, line)


def _annotated(operation: Operation, facts: Sequence[InferredFact]) -> Operation:
    if operation.node is None:
        return operation
    try:
        said = read_promises(replace_value(operation.node, {KEY: words_of(facts)}, facts[0].location.line))
    except DocumentError:
        return operation
    own = operation.promises
    merged = {
        each.name: getattr(own, each.name) or getattr(said, each.name)
        for each in fields(Promises)
        if each.name not in {"bind", "filters", "bounds", "echo", "collection"}
    }
    collection = own.collection
    if collection is None:
        collection = said.collection
    elif said.collection is not None:
        collection = replace(
            collection,
            total=collection.total or said.collection.total,
            more=collection.more or said.collection.more,
            last=collection.last or said.collection.last,
            pages=collection.pages or said.collection.pages,
            page=collection.page or said.collection.page,
        )
    return replace(
        operation,
        promises=Promises(
            bind={**said.bind, **own.bind},
            filters=(*own.filters, *said.filters),
            bounds=(*own.bounds, *said.bounds),
            echo=(*own.echo, *said.echo),
            collection=collection,
            **merged,
        ),
    )


def _annotated_by_hand(contract: Contract) -> frozenset[str]:
    """The operations whose author wrote `x-contract`, and so is taken at that word."""
    return frozenset(
        each.id
        for each in contract.operations
        if each.node is not None and isinstance(each.node.value, dict) and KEY in each.node.value
    )


def _supported(facts: Iterable[InferredFact]) -> tuple[InferredFact, ...]:
    """Return the facts whose foundation is there too."""
    kept = {fact.id: fact for fact in facts}
    bases = set(kept)

    def stands(fact: InferredFact) -> bool:
        if fact.path[0] == "resources":
            return f"::{'/'.join(fact.path[:2])}" in bases
        needs_items = fact.path[0] in {"order", "filters", "bounds"} or (
            fact.path[0] == "collection" and len(fact.path) > 1
        )
        return not needs_items or f"{fact.operation}::collection" in bases

    return tuple(fact for fact in kept.values() if stands(fact))
