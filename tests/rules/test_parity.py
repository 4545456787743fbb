"""Every rule has its file, its heading and its test; and sound documents are left alone."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from contract_suite.contract.family import families, load
from contract_suite.rules.catalogue import RULES
from contract_suite.rules.rule import Rule, judge
from tests.parity import assert_each
from tests.rules.documents import ERRATA, SEED, SOUND, problems

ROOT = Path(__file__).resolve().parents[2]
BESIDE_RULES = {"__init__", "catalogue", "rule"}  # what rules share is in `kit/`


def test_every_rule_has_its_file_its_heading_and_its_test() -> None:
    names = [rule.name for rule in RULES]
    files = {path.stem for path in (ROOT / "contract_suite" / "rules").glob("*.py")} - BESIDE_RULES
    headings = re.findall(r"^## (.+)$", (ROOT / "docs" / "rules.md").read_text("utf-8"), re.MULTILINE)
    assert len(set(names)) == len(names)
    modules = {name.replace("-", "_") for name in names}
    assert_each(
        modules, files, lacks="rules/catalogue.py lacks the value of", beyond="a rule not called after its module"
    )
    assert_each(headings, names, lacks="docs/rules.md lacks the heading", beyond="a heading without a rule")
    assert headings == names, "docs/rules.md has the rules in another order than the catalogue"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_cases_that_it_finds_and_a_test_in_which_it_is_silent(rule: Rule) -> None:
    name = f"test_{rule.name.replace('-', '_')}"
    file = f"tests/rules/{name}.py"
    assert (ROOT / file).is_file(), f"write {file}"
    tests = vars(import_module(f"tests.rules.{name}"))
    assert tests.get("RULE") is rule, f"{file} imports another RULE than that of contract_suite/rules/"
    assert tests.get("CASES"), f"{file} lacks CASES, the documents in which the rule finds something"
    assert callable(tests.get("test_it_finds_that")), f"{file} lacks test_it_finds_that, which tries each of CASES"
    silent = any(each.startswith("test_it_leaves_alone_") for each in tests)
    assert silent, f"{file} lacks a test_it_leaves_alone_…, in which the rule finds nothing"


def test_a_sound_document_is_left_alone(tmp_path: Path) -> None:
    assert problems(tmp_path, SOUND, seed=SEED, errata=ERRATA) == ()


@pytest.mark.parametrize("name", families())
def test_the_families_are_sound(name: str) -> None:
    assert judge(load(name), RULES) == ()


def test_a_document_without_promises_is_judged_too(tmp_path: Path) -> None:
    path = tmp_path / "plain.json"
    path.write_text('{"openapi": "3.0.3", "info": {"title": "x", "version": "1"}, "paths": {}}', "utf-8")
    assert judge(load(path), RULES) == ()
