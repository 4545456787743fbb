"""No server is failed for a fact that nobody documented; each row breaks one in a mock that is right in everything else."""

from __future__ import annotations

import pytest

from contract_suite.mock.faults.catalogue import faults
from contract_suite.model.source import Level
from contract_suite.runner.proving import find
from tests.contracts import load

OF_NOBODYS_WORD = (
    ("pai", "wrong-method-answered-404"),  # 405 is a standard's word
    ("pai", "success-answered-201"),  # no sentence writes the status of a success
    ("pai", "key-needed-where-none-is"),  # the plugin's list "may" be served without a key
    ("pai", "duplicate-answered-404"),  # that a duplicate is refused is documented, with which status not
    ("modelarts", "key-needed-where-none-is"),
    ("modelarts", "bad-request-answered-404"),
    ("opensearch", "bad-request-answered-404"),
    ("opensearch", "no-match-answered-404"),
    ("opensearch", "refusal-without-request-id"),
)
DOCUMENTED = (
    ("pai", "refusal-without-request-id"),
    ("pai", "refusal-is-a-page"),
    ("opensearch", "refusal-without-status"),
    ("opensearch", "refusal-is-a-page"),
)


def levels(family: str, name: str) -> set[Level]:
    contract = load(family)
    fault = next(each for each in faults(contract) if each.kind.name == name)
    findings, _, trouble = find(contract, fault.site)
    assert not trouble
    return {each.level for each in findings}


@pytest.mark.slow
@pytest.mark.parametrize(("family", "fault"), OF_NOBODYS_WORD)
def test_what_nobody_documented_makes_no_failure(family: str, fault: str) -> None:
    assert levels(family, fault) == {Level.ADVISORY}


@pytest.mark.slow
@pytest.mark.parametrize(("family", "fault"), DOCUMENTED)
def test_what_is_documented_makes_a_failure(family: str, fault: str) -> None:
    assert Level.FAILURE in levels(family, fault)
