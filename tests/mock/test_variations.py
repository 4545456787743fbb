"""The mock without a fault has no finding, whatever else is unusual about it and the way to it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from contract_suite.contract.family import families, load

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "variations.py"
LONG = {("pai", "latency"), ("pai", "limits"), ("pai", "many")}


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("variations", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["variations"] = module
    spec.loader.exec_module(module)
    return module


VARIATIONS = _script()


@pytest.mark.slow
@pytest.mark.matrix
@pytest.mark.parametrize("variation", VARIATIONS.VARIATIONS)
@pytest.mark.parametrize("family", families())
def test_no_variation_is_taken_for_a_fault(family: str, variation: str) -> None:
    if (family, variation) in LONG:
        pytest.skip("it takes minutes: benchmarks/variations.py does it")
    held = VARIATIONS.held(load(family), VARIATIONS.VARIATIONS[variation], 1)
    assert not held.cut
    assert [each.clause for each in held.findings] == []
    assert held.requests > 100


@pytest.mark.longer
def test_a_run_that_its_limit_cut_short_is_not_printed_as_one_without_findings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Such runs were printed as "0 findings", and the command ended with 0."""
    monkeypatch.setattr(VARIATIONS, "LONGEST", 0.05)
    assert VARIATIONS.main(["plain"], 1, "opensearch") == 1
    printed = capsys.readouterr().out
    assert "0 findings, 1 of 1 runs not finished" in printed
    assert "cut short by the time limit of 0.05 s" in printed
