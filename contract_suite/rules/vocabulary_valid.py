"""`x-contract` and `x-source` say only what the vocabulary knows, where it may be said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from contract_suite.contract.document import Node
from contract_suite.contract.family import node_of
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import METHODS
from contract_suite.rules.kit.against_schema import problems_of
from contract_suite.rules.kit.everywhere import objects_with
from contract_suite.rules.rule import LintProblem, Rule

_OPERATION: Final = re.compile(rf"(/paths|/webhooks|/components/pathItems)/[^/]+/({'|'.join(METHODS)})\Z")
_PARAMETER: Final = re.compile(r"(/paths/.*|/components)/parameters/[^/]+\Z|/parameters/[0-9]+\Z")
_DATA: Final = frozenset({"example", "examples", "default", "enum", "const", "x-contract"})


def _judge(contract: Contract) -> Iterator[LintProblem]:
    for node in objects_with(node_of(contract), "x-contract", "x-source", data=_DATA):
        yield from _block(node)
        source = node.child("x-source")
        if source is not None:
            yield from _against(source, "source", "x-source")


def _block(node: Node) -> Iterator[LintProblem]:
    block = node.child("x-contract")
    if block is None:
        return
    if node.pointer == "":
        yield from _against(block, "root", "x-contract")
    elif _OPERATION.match(node.pointer):
        yield from _against(block, "operation", "x-contract")
    elif _PARAMETER.search(node.pointer):
        yield from _against(block, "parameter", "x-contract")
    else:
        yield LintProblem(
            message="x-contract means nothing here; it stands at the root, on operations and on parameters",
            location=block.location,
        )


def _against(node: Node, definition: str, about: str) -> Iterator[LintProblem]:
    yield from problems_of(
        node, "contract_suite.contract", "vocabulary.schema.json", f"/$defs/{definition}", about=about
    )


RULE = Rule(name="vocabulary-valid", title="x-contract and x-source say only what the vocabulary knows.", judge=_judge)
