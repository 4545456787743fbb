"""The types of the public names, as mypy sees them: a wrong one fails `make lint`."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

import pytest

import contract_suite
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.schemas.problems import Problem
from contract_suite.model.json import JSON
from contract_suite.model.source import Erratum


def test_a_reference_is_typed_to_its_leaves() -> None:
    reference = contract_suite.load("pai")
    assert_type(reference, contract_suite.Reference)
    assert_type(reference.contract, Contract)
    assert_type(reference.operations, tuple[Operation, ...])
    assert_type(reference.operation("ListAlgorithms"), Operation)
    assert_type(reference.errata, tuple[Erratum, ...])
    assert_type(reference.schemas, tuple[str, ...])
    name = reference.schemas[0]
    assert_type(reference.schema(name), dict[str, JSON])
    assert_type(reference.validate(name, {}), list[Problem])
    assert_type(reference.bundle(), dict[str, JSON])
    assert_type(contract_suite.families(), tuple[str, ...])
    assert_type(contract_suite.__version__, str)


def test_marks_recorders_and_errors_are_typed(tmp_path: Path) -> None:
    assert_type(contract_suite.cases("pai", limit=1), pytest.MarkDecorator)
    with contract_suite.Recorder(tmp_path / "traffic.har") as recorder:
        assert_type(recorder, contract_suite.Recorder)
        assert_type(recorder.path, Path)
    with pytest.raises(contract_suite.ContractSuiteError) as caught:
        contract_suite.load(str(tmp_path / "none.yaml"))
    assert_type(caught.value, contract_suite.ContractSuiteError)
