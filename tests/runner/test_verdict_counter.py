from __future__ import annotations

from contract_suite.model.clause import Clause
from contract_suite.model.location import Location
from contract_suite.model.source import Level, Source
from contract_suite.model.verdict import Outcome, Verdict
from contract_suite.runner.sending.verdict_counter import VerdictCounter


def clause(kind: str, *, source: Source = Source.DOCUMENTED, inapplicable: str = "") -> Clause:
    return Clause(
        operation="Read",
        subject="200",
        kind=kind,
        judge="check",
        text="It holds.",
        source=source,
        location=Location(file="a.yaml", line=3, pointer="/paths"),
        inapplicable=inapplicable,
    )


A, B, C = clause("a"), clause("b", source=Source.INFERRED), clause("c", inapplicable="nothing promises it")


def outcomes(counter: VerdictCounter) -> dict[str, Outcome]:
    return {result.clause: result.outcome for result in counter.results({})}


def test_a_clause_that_nothing_exercised_is_untested() -> None:
    counter = VerdictCounter("pai", [A, B, C])
    assert outcomes(counter) == {A.id: Outcome.UNTESTED, B.id: Outcome.UNTESTED, C.id: Outcome.INAPPLICABLE}
    assert not counter.exercised(A.id)


def test_one_failure_outweighs_any_number_of_passes() -> None:
    counter = VerdictCounter("pai", [A])
    for outcome in (Outcome.PASSED, Outcome.FAILED, Outcome.PASSED):
        counter.add(Verdict(clause=A.id, outcome=outcome), 1)
    result = next(iter(counter.results({})))
    assert (result.outcome, result.passed, result.failed) == (Outcome.FAILED, 2, 1)


def test_verdicts_of_one_cause_make_one_finding() -> None:
    counter = VerdictCounter("pai", [A])
    first = counter.add(Verdict(clause=A.id, outcome=Outcome.FAILED, pointer="/Items/0/Id", problem="type"), 4)
    second = counter.add(Verdict(clause=A.id, outcome=Outcome.FAILED, pointer="/Items/7/Id", problem="type"), 9)
    other = counter.add(Verdict(clause=A.id, outcome=Outcome.FAILED, pointer="/Items/7/Name", problem="type"), 9)
    assert first is not None
    assert second is None
    assert other is not None
    assert [finding.count for finding in counter.findings.values()] == [2, 1]
    assert counter.findings[first.id].exchanges == (4,)


def test_the_level_follows_the_source() -> None:
    counter = VerdictCounter("pai", [A, B])
    levels = [counter.add(Verdict(clause=each.id, outcome=Outcome.FAILED), 1) for each in (A, B)]
    assert [each.level for each in levels if each] == [Level.FAILURE, Level.ADVISORY]


def test_an_inapplicable_or_unknown_clause_takes_no_verdict() -> None:
    counter = VerdictCounter("pai", [C])
    assert counter.add(Verdict(clause=C.id, outcome=Outcome.FAILED), 1) is None
    assert counter.add(Verdict(clause="X::y::z", outcome=Outcome.FAILED), 1) is None
    assert counter.findings == {}


def test_cannot_tell_keeps_its_reason_and_gives_way_to_a_pass() -> None:
    counter = VerdictCounter("pai", [A])
    counter.add(Verdict(clause=A.id, outcome=Outcome.CANNOT_TELL, message="the validators disagree"), 1)
    assert next(iter(counter.results({}))).reason == "the validators disagree"
    counter.add(Verdict(clause=A.id, outcome=Outcome.PASSED), 2)
    assert outcomes(counter)[A.id] is Outcome.PASSED
