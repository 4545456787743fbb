"""Every pointer of an erratum finds something in the document, and no two errata share an id."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.contract.family import node_of
from contract_suite.contract.operation import Contract
from contract_suite.model.location import Location
from contract_suite.rules.rule import LintProblem, Rule


def _judge(contract: Contract) -> Iterator[LintProblem]:
    root = node_of(contract)
    here = Location(
        file=contract.file.rpartition("/")[0] + "/errata.yaml" if "/" in contract.file else "errata.yaml",
        line=1,
        pointer="",
    )
    seen: set[str] = set()
    for erratum in contract.errata:
        if erratum.id in seen:
            yield LintProblem(message=f"the erratum {erratum.id} stands twice", location=here)
        seen.add(erratum.id)
        for pointer in erratum.pointers:
            if root.find(pointer) is None or not pointer.startswith("#/"):
                yield LintProblem(
                    message=f"the erratum {erratum.id} points at {pointer}, where nothing stands", location=here
                )
        if not erratum.decided:
            yield LintProblem(message=f"the erratum {erratum.id} does not say what was decided", location=here)


RULE = Rule(
    name="errata-point-somewhere", title="Every pointer of an erratum finds something in the document.", judge=_judge
)
