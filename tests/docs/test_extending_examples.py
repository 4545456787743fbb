"""The examples of the page on extending: each is the whole file that it says it is, and its tests hold."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from contract_suite.checks.check import Check
from contract_suite.inference.rule import InferenceRule
from contract_suite.mock.faults.fault import FaultKind
from contract_suite.report import formats
from contract_suite.report.format import Format
from contract_suite.rules.catalogue import RULES
from contract_suite.rules.rule import Rule
from tests.checks.conftest import ask, toy
from tests.rules import documents

__all__ = ["ask", "toy"]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "extending.md"
BLOCKS = [
    re.sub(r"^ {3}", "", found, flags=re.MULTILINE) if found.startswith("   ") else found
    for found in re.findall(r"^ *```python\n(.*?)^ *```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
]
KINDS = (Check, Rule, InferenceRule, FaultKind, Format)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """The files of the page, by their names; those under test can be imported."""
    files: dict[str, ModuleType] = {}
    for number, block in enumerate(BLOCKS):
        module = ModuleType(f"example_{number}")
        if "CHECK = " in block:
            monkeypatch.setitem(sys.modules, "contract_suite.checks.no_cookies", module)
        elif 'name="path-slashes"' in block:
            monkeypatch.setitem(sys.modules, "contract_suite.rules.path_slashes", module)
        elif 'name="lines"' in block:
            monkeypatch.setattr(formats, "lines", module, raising=False)
        exec(compile(block, str(PAGE), "exec"), module.__dict__)  # noqa: S102 - our own page
        if isinstance(rule := module.__dict__.get("RULE"), Rule):
            monkeypatch.setattr(documents, "RULES", (*RULES, rule))
        files[module.__name__] = module
    return files


def test_each_example_has_one_value_of_its_kind_or_tests(written: dict[str, ModuleType]) -> None:
    for module in written.values():
        values = [each for each in module.__dict__.values() if isinstance(each, KINDS)]
        assert len(values) == 1 or any(name.startswith("test_") for name in module.__dict__)


def test_the_tests_of_the_page_hold(written: dict[str, ModuleType], ask: object, tmp_path: Path) -> None:
    ran = 0
    for module in written.values():
        for name, test in list(module.__dict__.items()):
            if name.startswith("test_"):
                given = {"ask": ask, "tmp_path": tmp_path, "case": next(iter(module.__dict__.get("CASES", [""])))}
                test(**{each: given[each] for each in test.__code__.co_varnames[: test.__code__.co_argcount]})
                ran += 1
    assert ran == 5
