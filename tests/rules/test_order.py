"""The order in which lint problems come, and that each comes once."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.contract.operation import Contract
from contract_suite.errors import DocumentError
from contract_suite.model.location import Location
from contract_suite.model.source import Level
from contract_suite.rules.rule import LintProblem, Rule, judge
from tests.contracts import load


def test_the_document_comes_before_other_files_and_lines_before_names() -> None:
    contract = load("pai")
    other = "a-file-before-it.yaml"
    places = [(contract.file, 7), (other, 2), (contract.file, 3), (other, 1), (contract.file, 7)]

    def find(_: Contract) -> Iterator[LintProblem]:
        for file, line in places:
            yield LintProblem(message="wrong", location=Location(file=file, line=line, pointer=""))

    rules = [Rule(name=name, title="A rule.", judge=find, level=Level.ADVISORY) for name in ("second", "first")]
    found = judge(contract, rules)
    assert [(each.location.file, each.location.line, each.rule) for each in found] == [
        (file, line, rule)
        for file, line in [(contract.file, 3), (contract.file, 7), (other, 1), (other, 2)]
        for rule in ("first", "second")
    ]
    assert {each.level for each in found} == {Level.ADVISORY}


def test_a_part_that_can_not_be_read_is_a_problem_at_the_documents_head() -> None:
    contract = load("pai")

    def fail(_: Contract) -> list[LintProblem]:
        raise DocumentError("it can't be read")

    [problem] = judge(contract, [Rule(name="a-rule", title="A rule.", judge=fail)])
    assert problem.location == Location(file=contract.file, line=1, pointer="")
    assert problem.level is Level.FAILURE
