from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

from contract_suite.checks.catalogue import CHECKS
from contract_suite.checks.check import Check
from contract_suite.contract.family import families
from contract_suite.contract.operation import Contract
from contract_suite.mock.faults.catalogue import faults
from tests.contracts import load
from tests.parity import assert_each

ROOT = Path(__file__).resolve().parents[2]
# What a schema asks for in a keyword without a clause of its own; the families use no such keyword.
WITHOUT_A_FAULT = {("response-schema", "schema")}
BESIDE_CHECKS = {"__init__", "catalogue", "check"}  # what checks share is in `kit/`


def test_every_check_has_its_file_its_heading_and_its_test() -> None:
    names = [check.name for check in CHECKS]
    room = ROOT / "contract_suite" / "checks"
    files = {path.stem for path in room.rglob("*.py") if path.parent.name != "kit"} - BESIDE_CHECKS
    headings = re.findall(r"^## (.+)$", (ROOT / "docs" / "checks.md").read_text("utf-8"), re.MULTILINE)
    tests = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")} - {
        "parity",
        "catalogue",
    }
    assert len(set(names)) == len(names)
    modules = {name.replace("-", "_") for name in names}
    assert_each(
        modules, files, lacks="checks/catalogue.py lacks the value of", beyond="a check not called after its module"
    )
    assert_each(headings, names, lacks="docs/checks.md lacks the heading", beyond="a heading without a check")
    assert headings == names, "docs/checks.md has the checks in another order than the catalogue"
    untested = [f"tests/checks/test_{name}.py" for name in sorted(modules - tests)]
    assert not untested, f"write {', '.join(untested)}"


def test_clauses_are_unique_named_after_their_judge_and_say_a_sentence(toy: Contract) -> None:
    for contract in (toy, *(load(family) for family in families())):
        seen: set[str] = set()
        operations = {operation.id for operation in contract.operations}
        for check in CHECKS:
            for clause in check.clauses(contract):
                assert clause.id not in seen
                seen.add(clause.id)
                assert clause.judge == check.name
                assert clause.operation in operations
                assert re.fullmatch(r"[A-Za-z0-9-]+", clause.kind)
                assert clause.text
                assert not clause.text.endswith(".")
                assert clause.location.line >= 1


@cache
def claimed(family: str) -> frozenset[str]:
    """The patterns of the clauses that the faults of a family break."""
    return frozenset(pattern for fault in faults(load(family)) for pattern in fault.site.clauses)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_every_kind_of_clause_of_a_check_has_a_fault_that_the_mock_can_plant(check: Check) -> None:
    """Without one, nothing shows that a run finds what the check is for: plant it in `contract_suite/mock/faults/`."""
    missing: set[str] = set()
    planted: set[str] = set()
    for family in families():
        patterns = claimed(family)
        for clause in check.clauses(load(family)):
            found = any(fnmatchcase(clause.id, pattern) for pattern in patterns)
            (planted if found or clause.inapplicable else missing).add(clause.kind)
    bare = {kind for kind in missing - planted if (check.name, kind) not in WITHOUT_A_FAULT}
    assert not bare, f"no fault claims a clause of {check.name} of the kind {sorted(bare)}"


def test_the_overview_leads_to_every_check() -> None:
    """Nobody found a section in a list of names without an order."""
    overview = (ROOT / "docs" / "checks.md").read_text("utf-8").partition("\n## ")[0]
    linked = re.findall(r"\]\(#([a-z-]+)\)", overview)
    assert_each(
        linked,
        [each.name for each in CHECKS],
        lacks="the overview of docs/checks.md lacks",
        beyond="a link of the overview to no check",
    )
