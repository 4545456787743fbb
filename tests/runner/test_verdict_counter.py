from __future__ import annotations

from contract_suite.model import clause_ids
from contract_suite.model.clause import Clause
from contract_suite.model.fact import Fact
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


def test_what_ended_a_run_hides_no_judges_own_reason() -> None:
    counter = VerdictCounter("pai", [A, B])
    counter.add(Verdict(clause=A.id, outcome=Outcome.UNTESTED, message="it needs --check-rate-limits"), 1)
    spent = "the budget was spent during fuzzing"
    reasons = {A.id: spent, B.id: spent}
    assert [each.reason for each in counter.results(reasons, stopped=spent)] == ["it needs --check-rate-limits", spent]
    assert next(each.reason for each in counter.results({A.id: "no key"}, stopped=spent)) == "no key"


WEAK = Fact(source=Source.INFERRED, location=A.location, what="minLength 1 of path.Id")
STRONG = Fact(source=Source.DOCUMENTED, location=A.location, what="minimum 1 of query.Size")


def failed(clause: Clause, *facts: Fact, message: str = "") -> Verdict:
    return Verdict(clause=clause.id, outcome=Outcome.FAILED, facts=facts, message=message)


def test_a_finding_weighs_as_the_weakest_fact_that_its_verdict_rests_on() -> None:
    counter = VerdictCounter("pai", [A])
    finding = counter.add(failed(A, STRONG, WEAK), 1)
    assert finding is not None
    assert (finding.level, finding.source) == (Level.ADVISORY, Source.DOCUMENTED)
    assert finding.weakness == "minLength 1 of path.Id is inferred"


def test_the_heaviest_verdict_of_a_cause_is_the_one_reported() -> None:
    counter = VerdictCounter("pai", [A])
    assert counter.add(failed(A, WEAK, message="a short id"), 1) is not None
    assert counter.add(failed(A, STRONG, message="a small size"), 2) is None
    assert counter.add(failed(A, WEAK, message="a short id again"), 3) is None
    (finding,) = counter.findings.values()
    assert (finding.level, finding.message, finding.exchanges) == (Level.FAILURE, "a small size", (2,))
    assert (finding.count, finding.weakness) == (3, "")


def test_an_address_that_nobody_documented_and_that_never_served_weakens_what_was_found_there() -> None:
    operation, subject, kind = clause_ids.parts(clause_ids.served("Read"))
    address = Clause(
        operation=operation,
        subject=subject,
        kind=kind,
        judge="check",
        text="the operation is found at GET /things",
        source=Source.INFERRED,
        location=A.location,
    )
    for served, level in ((False, Level.ADVISORY), (True, Level.FAILURE)):
        counter = VerdictCounter("pai", [A, address])
        counter.add(failed(A), 1)
        if served:
            counter.add(Verdict(clause=address.id, outcome=Outcome.PASSED), 2)
        counter.doubt_addresses()
        (finding,) = counter.findings.values()
        assert finding.level is level
        assert ("GET /things" in finding.weakness) is not served
