from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from contract_suite.gate.baseline import Baseline
from contract_suite.gate.gate import Policy, judge, refresh
from contract_suite.gate.occurrences import occurrences
from contract_suite.model.case import Stage
from contract_suite.model.finding import Finding
from contract_suite.model.gate import BaselineState, KnownFinding
from contract_suite.model.gate_request import FailOn
from contract_suite.model.run import LEFT_OUT, ClauseResult, RunFooter
from contract_suite.model.verdict import Outcome, Verdict
from contract_suite.record.reader import Run, read_run
from contract_suite.record.writer import RecordWriter
from contract_suite.report.coverage import cover
from tests.record import sample

TODAY = date(2030, 6, 15)
FAILURE = sample.finding()
ADVISORY = sample.finding(sample.CLAUSES[2])
FLAKY = sample.finding(sample.CLAUSES[1], flaky=True)
CLEAN = RunFooter(
    finished="2030-01-02T03:04:09+00:00", conformant=True, complete=True, exit_code=0, reason="nothing found"
)
UNABLE = replace(CLEAN, conformant=False, complete=False, exit_code=3, reason="nobody listens")
INCOMPLETE = replace(
    CLEAN, conformant=False, complete=False, exit_code=4, reason="shop: less than half of the clauses were tested"
)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return read_run(sample.write(tmp_path / "run.ndjson"))


def with_findings(run: Run, *findings: Finding, footer: RunFooter = sample.FOOTER, **options: bool) -> Run:
    return replace(
        run, findings=findings, footer=footer, header=replace(run.header, options={**run.header.options, **options})
    )


def knows(*findings: Finding, **changes: object) -> Baseline:
    entries = [
        KnownFinding(id=each.id, family=each.family, clause=each.clause, count=1, first_seen=TODAY, **changes)  # type: ignore[arg-type]
        for each in findings
    ]
    return Baseline(name="b.toml", entries=tuple(entries))


@pytest.mark.parametrize(
    ("findings", "fail_on", "strict", "code"),
    [
        ((), set(), False, 0),
        ((FAILURE,), set(), False, 1),
        ((FLAKY,), set(), False, 1),
        ((FLAKY,), {FailOn.FAILURE}, False, 0),
        ((FLAKY,), {FailOn.FLAKY}, False, 1),
        ((FAILURE,), {FailOn.UNTESTED, FailOn.ADVISORY}, False, 1),
        ((ADVISORY,), set(), False, 0),
        ((ADVISORY,), {FailOn.ADVISORY}, False, 1),
        ((ADVISORY,), set(), True, 1),
        ((ADVISORY,), {FailOn.FAILURE}, True, 1),
    ],
)
def test_what_fails(run: Run, findings: tuple[Finding, ...], fail_on: set[FailOn], strict: bool, code: int) -> None:
    result = judge(with_findings(run, *findings, strict=strict), Policy(fail_on=frozenset(fail_on)), today=TODAY)
    assert (result.exit_code, result.passed) == (code, code == 0)


def test_what_is_known_passes_and_what_is_not_fails(run: Run) -> None:
    both = with_findings(run, FAILURE, FLAKY)
    result = judge(both, Policy(baseline=knows(FAILURE)), today=TODAY)
    assert result.exit_code == 1
    assert result.states == {FAILURE.id: BaselineState.KNOWN, FLAKY.id: BaselineState.NEW}
    assert result.reason == "1 new flaky failure"
    assert "1 known, 1 new, 0 fixed, 0 expired" in result.sentence
    assert judge(both, Policy(baseline=knows(FAILURE, FLAKY)), today=TODAY).passed
    assert result.tolerates(FAILURE.id) is not None
    assert result.tolerates(FLAKY.id) is None


def test_an_expired_entry_fails_seen_or_not(run: Run) -> None:
    over = date(2030, 6, 14)
    seen = judge(with_findings(run, FAILURE), Policy(baseline=knows(FAILURE, expires=over)), today=TODAY)
    assert (seen.exit_code, seen.reason) == (1, "1 failure whose entry in the baseline has expired")
    elsewhere = sample.finding(family="other")
    unseen = judge(with_findings(run), Policy(baseline=knows(elsewhere, expires=over)), today=TODAY)
    assert unseen.exit_code == 1
    assert "expired entry" in unseen.reason


@pytest.mark.parametrize("footer", [UNABLE, None])
def test_a_run_that_could_not_run_or_was_cut_short_never_passes(run: Run, footer: RunFooter | None) -> None:
    broken = replace(run, findings=(FAILURE,), footer=footer, truncated=footer is None)
    policy = Policy(baseline=knows(FAILURE))
    assert judge(broken, policy, today=TODAY).exit_code == (4 if footer is None else 3)
    assert judge(replace(run, findings=(), footer=CLEAN, truncated=True), Policy(), today=TODAY).exit_code == 4
    assert refresh(broken, Policy(baseline=knows()), today=TODAY) == knows()


def test_an_incomplete_run_fails_unless_it_was_allowed(run: Run) -> None:
    result = judge(with_findings(run, footer=INCOMPLETE), Policy(), today=TODAY)
    assert (result.exit_code, result.reason) == (4, INCOMPLETE.reason)
    assert judge(with_findings(run, footer=INCOMPLETE, allow_incomplete=True), Policy(), today=TODAY).passed


def test_coverage_is_the_figure_of_the_reports(run: Run) -> None:
    result = judge(with_findings(run), Policy(min_coverage=60), today=TODAY)
    assert result.coverage == cover(run).tallies["clauses"].share == 3 / 5
    assert result.passed
    assert (
        judge(with_findings(run), Policy(min_coverage=60.1), today=TODAY).reason
        == "60.0% of the clauses were tested; at least 60.1% is required"
    )
    nothing = replace(with_findings(run), conformance=())
    assert not judge(nothing, Policy(min_coverage=0.1), today=TODAY).passed


def test_untested_clauses_fail_but_for_those_left_out(run: Run) -> None:
    policy = Policy(fail_on=frozenset({FailOn.UNTESTED}))
    assert judge(with_findings(run), policy, today=TODAY).reason == "1 clause untested"
    left_out = tuple(
        replace(each, reason=LEFT_OUT) if each.outcome is Outcome.UNTESTED else each for each in run.conformance
    )
    assert judge(replace(with_findings(run), conformance=left_out), policy, today=TODAY).passed


def test_the_default_is_the_runs_own_verdict(run: Run) -> None:
    for footer, findings in (
        (CLEAN, ()),
        (sample.FOOTER, (FAILURE,)),
        (INCOMPLETE, ()),
        (UNABLE, ()),
        (CLEAN, (ADVISORY,)),
    ):
        assert judge(with_findings(run, *findings, footer=footer), Policy(), today=TODAY).exit_code == footer.exit_code


def test_an_update_makes_known_what_would_fail_and_nothing_else(run: Run) -> None:
    found = with_findings(run, FAILURE, ADVISORY)
    assert {each.id for each in refresh(found, Policy(), today=TODAY).entries} == {FAILURE.id}
    strict = Policy(fail_on=frozenset({FailOn.ADVISORY}))
    assert {each.id for each in refresh(found, strict, today=TODAY).entries} == {FAILURE.id, ADVISORY.id}
    assert judge(found, replace(strict, baseline=refresh(found, strict, today=TODAY)), today=TODAY).passed


def test_cases_are_counted_and_neither_repetitions_nor_fuzzing(tmp_path: Path) -> None:
    def exchanged(writer: RecordWriter, number: int, note: str, stage: Stage = Stage.BOUNDARIES) -> None:
        writer.exchange("shop", replace(sample.case(), note=note, stage=stage), sample.exchange(number))
        for _ in range(2):
            writer.verdict(
                "shop", Verdict(clause=sample.CLAUSES[0].id, outcome=Outcome.FAILED, problem="served"), exchange=number
            )

    with RecordWriter(tmp_path / "run.ndjson") as writer:
        writer.header(sample.HEADER)
        exchanged(writer, 1, "size = 0")
        exchanged(writer, 2, "size = 0")
        exchanged(writer, 3, "size = -1")
        for number in range(4, 9):
            exchanged(writer, number, f"fuzz {number}", Stage.FUZZING)
        writer.finding(FAILURE)
        writer.conformance(ClauseResult(family="shop", clause=sample.CLAUSES[0].id, outcome=Outcome.FAILED, failed=16))
        writer.footer(sample.FOOTER)
    counted = read_run(tmp_path / "run.ndjson")
    assert occurrences(counted, {FAILURE.id, "0" * 12}) == {FAILURE.id: 2, "0" * 12: 1}
    result = judge(counted, Policy(baseline=knows(FAILURE)), today=TODAY)
    assert (result.exit_code, result.reason) == (1, "1 failure seen more often than the baseline allows")
