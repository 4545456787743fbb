"""Documents that ask for too much: each is read, judged and run to an end, in bounded time and memory."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from contract_suite.cli.entry import execute
from contract_suite.runner.documents import open_contract
from tests.hostile.documents import DEFINED, DOUBLING, ODD, PATTERNS, RESOURCES, TOO_LARGE, api, documents, ref, thing
from tests.hostile.measuring import peak_of, within

QUICK = {
    "pattern-domain-name",
    "large-long-text",
    "large-required-tree",
    "branching-expression",
    "branching-each-other-first",
    "doubling-all-of",
    "odd-nobody",
    "text-brackets",
}
CASES = [pytest.param(name, marks=() if name in QUICK else (pytest.mark.slow,)) for name in documents()]
MEGABYTES = 300
OURS = ("unexpected trouble", "itself failed", "Traceback", "MemoryError", "RecursionError")


def test_there_are_many() -> None:
    assert len(documents()) >= 80


@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", CASES)
def test_no_document_keeps_a_run_from_its_end(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    path, report = tmp_path / "api.json", tmp_path / "report"
    path.write_bytes(documents()[name]())
    with within(20, request):
        codes = execute(["lint", str(path)]), execute(["run", str(path), "--fuzz-time", "0.2", "--report", str(report)])
    out, err = capfd.readouterr()
    assert not [word for word in OURS if word in out + err], out + err
    assert codes[0] in {0, 1, 3}
    assert codes[1] in ({0, 4} if name.startswith("resource-") else {0, 1, 3, 4})


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "name", ["odd-two-thousand-required", "odd-arrays-in-arrays-of-objects", "odd-wide-at-every-level"]
)
def test_a_run_of_tens_of_thousands_of_clauses_and_its_reports_stay_within_their_memory(
    name: str, tmp_path: Path
) -> None:
    """The reports were made beside all that the run had made of the document: 373 MB."""
    path = tmp_path / "api.json"
    path.write_bytes(documents()[name]())
    arguments = ["run", str(path), "--fuzz-time", "0.2", "-q", "--report", str(tmp_path / "report")]
    code, megabytes = peak_of([sys.executable, "-m", "contract_suite", *arguments], tmp_path)
    assert code in {0, 4}
    assert (tmp_path / "report" / "report.json").is_file()
    assert megabytes < MEGABYTES


@pytest.mark.parametrize("name", [*TOO_LARGE, *DEFINED])
def test_what_demands_too_much_is_said_and_never_green(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """It took gigabytes, or for ever, or the run accused its own mock."""
    path = tmp_path / "api.json"
    path.write_bytes(documents()[f"large-{name}"]())
    assert execute(["lint", str(path)]) == 1
    said, _ = capfd.readouterr()
    assert "the smallest value of the schema" in said or "the schema has no finite value" in said
    assert execute(["run", str(path), "--fuzz-time", "0", "--report", str(tmp_path / "report"), "-q"]) == 4
    out, _ = capfd.readouterr()
    assert "createThing" in out
    assert "listThings" in out


SMALL: dict[str, dict[str, Any]] = {
    "an end by null": {"n0": {"type": ["object", "null"], "required": ["n"], "properties": {"n": ref("n0")}}},
    "an end by choice": {"n0": {"anyOf": [{"type": "integer"}, thing(n=ref("n0"))]}},
    "an end by no items": {"n0": {"type": "array", "items": ref("n0")}},
    "an end far down": {"n0": thing(a=ref("n1")), "n1": thing(b=ref("n2")), "n2": {"oneOf": [ref("n0"), {"const": 1}]}},
    "owed by the server": {"n0": thing(id={"type": "integer"}, parent={"readOnly": True, **thing(n=ref("n0"))})},
    "nullable": {"n0": {**thing(n=ref("n0")), "nullable": True}},
    "of any type": {"n0": {"minLength": 10**9}},
    "shown": {"n0": {"type": "string", "minLength": 10**9, "enum": ["x"]}},
    "optional": {"n0": {"type": "object", "properties": {"a": ref("n0"), "b": {"type": "string", "minLength": 10**9}}}},
    "long, and short enough": {"n0": {"type": "string", "minLength": 50_000}},
}


@pytest.mark.parametrize("name", SMALL)
def test_what_has_a_small_value_is_not_left_out(name: str, tmp_path: Path) -> None:
    path = tmp_path / "api.json"
    path.write_text(json.dumps(api(ref("n0"), SMALL[name])))
    assert not [str(each) for each in open_contract(str(path)).operations if each.broken or each.problem]


@pytest.mark.parametrize(
    "classes",
    [PATTERNS, TOO_LARGE, DEFINED, DOUBLING, RESOURCES, ODD],
    ids=["patterns", "large", "defined", "doubling", "resources", "odd"],
)
def test_each_class_has_several(classes: dict[str, object]) -> None:
    assert len(classes) >= 5
