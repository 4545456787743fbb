"""What a note calls decided or assumed is not called documented: nobody wrote it, so it weighs as an advisory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from contract_suite.contract.document import Node
from contract_suite.contract.family import node_of
from contract_suite.contract.operation import Contract
from contract_suite.model.source import Level, Source
from contract_suite.rules.kit.everywhere import objects_with
from contract_suite.rules.rule import LintProblem, Rule

_DECIDED: Final = re.compile(r"\b(decided?|decision|assum(e|ed|ption)|guess(ed)?|inferred|invented)\b", re.IGNORECASE)
_DATA: Final = frozenset({"example", "examples", "default", "enum", "const"})


def _judge(contract: Contract) -> Iterator[LintProblem]:
    for node in objects_with(node_of(contract), "x-source", data=_DATA):
        source = node.child("x-source")
        if source is not None:
            yield from _of_source(source)


def _of_source(source: Node) -> Iterator[LintProblem]:
    """Complain of a note about a decision, unless the whole or some member of it is marked as less than documented."""
    raw = source.value
    if not isinstance(raw, dict) or not isinstance(raw.get("note"), str):
        return
    word = _DECIDED.search(str(raw["note"]))
    weak = [each for each in Source if each.level is not Level.FAILURE]
    kind = raw.get("kind", Source.DOCUMENTED)
    if word is None or kind in weak or any(each in raw for each in weak):
        return
    yield LintProblem(
        message=f"the note says {word.group(0)!r} and the kind is {kind}; name what was decided under 'inferred'",
        location=source.location_of("note"),
    )


RULE = Rule(name="decisions-inferred", title="What a note calls decided is not called documented.", judge=_judge)
