"""Operations that the user left out: no row, no reason and no share of the coverage speaks of them."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from contract_suite.gate.gate import Policy, judge
from contract_suite.model.clause_ids import parts
from contract_suite.model.run import LEFT_OUT, TO_BE_SAFE, ClauseResult
from contract_suite.model.source import Erratum, Level
from contract_suite.model.verdict import Outcome
from contract_suite.record.reader import Run
from contract_suite.report.console.overview import reasons_untested
from contract_suite.report.coverage import cover
from contract_suite.report.formats import html, markdown
from contract_suite.report.formats.terminal import show, write
from contract_suite.report.summary import summarise
from tests.gate.test_gate import TODAY
from tests.report import runs


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return runs.plain(tmp_path / "run.ndjson")


def without(run: Run, operation: str) -> Run:
    return replace(
        run,
        findings=(),
        conformance=tuple(
            replace(each, outcome=Outcome.UNTESTED, reason=LEFT_OUT) if parts(each.clause)[0] == operation else each
            for each in run.conformance
        ),
    )


def told(run: Run) -> str:
    stream = io.StringIO()
    write(run, stream)
    return stream.getvalue()


def test_what_was_left_out_is_in_no_row_and_no_figure(run: Run) -> None:
    operations = {parts(each.clause)[0] for each in run.conformance if each.counts}
    name = min(operations)
    rest = without(run, name)
    text = told(rest)
    assert f"\n  {name} " not in text
    assert LEFT_OUT not in text
    tested, clauses = (sum(each) for each in zip(*(line.tested for line in summarise(rest).families), strict=True))
    assert clauses == sum(each.counts for each in run.conformance if parts(each.clause)[0] != name)
    if clauses:
        assert f"Coverage   {tested:,} of {clauses:,} clause" in text
    for each in (markdown, html):
        stream = io.StringIO()
        each.write(rest, stream)
        said = stream.getvalue()
        untested = sum(line.counts["untested"] for family in summarise(rest).families for line in family.taken)
        shown = re.findall(
            r"untested: (\d+) clause" if each is html else r"^\| shop .*\| (\d+) \| \d+ \| \d+ \|$", said, re.MULTILINE
        )
        assert shown == [str(untested)] * (each is markdown or untested > 0), each.__name__
        assert LEFT_OUT not in said.partition('<section id="clauses"')[0], each.__name__
    tally = cover(rest).tallies["clauses"]
    assert (tally.proven, tally.total) == (tested, clauses)
    assert judge(rest, Policy(), today=TODAY).coverage == tally.share


def test_each_reason_stands_behind_the_number_of_its_clauses(run: Run) -> None:
    reason = "needs --check-rate-limits"
    first, *others = run.conformance
    untested = [replace(each, outcome=Outcome.UNTESTED, reason=reason) for each in others]
    text = told(replace(run, conformance=(first, *untested), findings=()))
    assert f"  Untested   {len(untested)}  {reason}\n" in text


def test_rare_reasons_share_a_line_that_counts_them_once(run: Run) -> None:
    [family] = run.header.families
    many = [replace(family.clauses[0], subject=f"x{number}") for number in range(9)]
    tried = replace(run.conformance[0], clause=family.clauses[1].id, outcome=Outcome.PASSED)
    untested = [
        replace(
            run.conformance[0],
            clause=each.id,
            passed=0,
            failed=0,
            outcome=Outcome.UNTESTED,
            reason=f"it needs {number}",
        )
        for number, each in enumerate(many)
    ]
    header = replace(run.header, families=(replace(family, clauses=(*many, family.clauses[1])),))
    text = told(replace(run, header=header, conformance=(*untested, tried), findings=()))
    assert "5  other reasons; --verbose lists all 9\n" in text


def test_a_conformant_run_says_what_becomes_of_its_advisories(run: Run) -> None:
    assert run.footer is not None
    footer = replace(run.footer, conformant=True, exit_code=0, reason="no failure, 1 advisory")
    mild = replace(run.findings[0], level=Level.ADVISORY)
    said = "Advisories fail a run only with --strict or --fail-on advisory."
    assert said in told(replace(run, findings=(mild,), footer=footer))
    assert said not in told(replace(run, findings=(), footer=footer))


def test_an_erratum_comes_after_what_was_observed(run: Run) -> None:
    finding = run.findings[0]
    [family] = run.header.families
    erratum = Erratum(id="S-1", title="Two sizes", decided="The smaller one.", pointers=(finding.document.pointer,))
    header = replace(run.header, families=(replace(family, errata=(erratum,), file=finding.document.file),))
    text = told(replace(run, header=header))
    assert text.index("  Seen  ") < text.index("  Erratum    S-1, Two sizes. Decided: The smaller one.")


def test_the_verdict_says_each_count_once(run: Run) -> None:
    assert run.footer is not None
    last = told(replace(run, footer=replace(run.footer, reason="1 failure, 2 advisories"))).rstrip().splitlines()[-1]
    assert last == "Not conformant: 1 failure, 2 advisories."


def test_a_finding_counts_at_each_operation_where_it_shows(run: Run) -> None:
    finding = run.findings[0]
    other = f"Other::{finding.clause.partition('::')[2]}"
    text = told(replace(run, findings=(replace(finding, places=(other,)),)))
    closing = text[text.index(" clause broken:") if " clause broken:" in text else text.index(" clauses broken:") :]
    assert f"\n  {finding.operation} " in closing
    assert "\n  Other " in closing


def test_what_is_wrong_at_one_operation_alone_is_named_before_what_is_wrong_at_many(run: Run) -> None:
    """Eleven operations in a row were all said to return an error of the wrong shape, and what else was wrong there was "5 more"."""
    everywhere, _ = run.findings
    own = replace(everywhere, id="f" * 12, clause="ListThings::200/Total::type")
    findings = (replace(everywhere, places=("Other::4xx::error-envelope",)), own)
    text = told(replace(run, findings=findings))
    [line] = [each for each in text[text.index("broken:") :].splitlines() if each.startswith("  ListThings ")]
    assert line.endswith("  2  returns Total of the wrong type · accepts size below its minimum")


def test_what_is_left_of_the_findings_of_an_operation_adds_up(run: Run) -> None:
    """One that broke three clauses of another operation counted there as three: "8 findings: A · B · 8 more"."""
    finding = run.findings[0]
    merged = replace(finding, places=("Other::200/A::type", "Other::200/B::type", "Other::200/C::type"))
    findings = [
        replace(finding, id=f"{number:012x}", clause=f"Other::200/Field{number}::type", operation="Other")
        for number in range(5)
    ]
    text = told(replace(run, findings=(merged, *findings)))
    [line] = [each for each in text[text.index("broken:") :].splitlines() if each.startswith("  Other ")]
    count, names = re.split(r"  (?=returns)", line.removeprefix("  Other").strip())
    *named, more = names.split(" · ")
    assert int(count) == len(named) + int(more.removesuffix(" more"))


@pytest.mark.parametrize("kind", sorted(set(runs.KINDS) - {"hostile"}))
@pytest.mark.parametrize("verbose", [False, True])
def test_the_reasons_add_up_to_what_is_untested(kind: str, tmp_path: Path, *, verbose: bool) -> None:
    """What was not sent to be safe was counted in the total and in no row."""
    made = runs.KINDS[kind](tmp_path / "run.ndjson")
    first = made.header.families[0]
    spared = {each.id for each in first.clauses[:2]}
    kept = tuple(each for each in made.conformance if each.clause not in spared)
    safe = tuple(
        ClauseResult(
            family=first.name, clause=each, outcome=Outcome.UNTESTED, reason=f"{TO_BE_SAFE}it ends all sessions"
        )
        for each in spared
    )
    summary = summarise(replace(made, conformance=(*kept, *safe)))
    total = 0
    for line in summary.families:
        rows = reasons_untested(line, most=0 if verbose else 3)
        assert sum(count for _, count in rows) == line.taken_counts["untested"]
        total += line.taken_counts["untested"]
    stream = io.StringIO()
    markdown.FORMAT.write(summary.run, stream)
    listed = stream.getvalue().partition("### Untested")[2].partition("###")[0]
    assert sum(map(int, re.findall(r"^- (\d+) clause", listed, re.MULTILINE))) == total


def test_a_contract_is_headed_by_the_title_of_its_api(run: Run) -> None:
    """Every page about an `openapi.yaml` was headed "openapi"."""
    family = replace(run.header.families[0], name="openapi", file="api/openapi.yaml", title="Tea House")
    named = replace(family, name="tea")
    assert (family.heading, replace(family, title="").heading, named.heading) == ("Tea House", "openapi", "tea")
    text = told(replace(run, header=replace(run.header, families=(family,))))
    assert "\nTea House  api/openapi.yaml\n" in text
    assert "\ntea  Tea House  api/openapi.yaml\n" in told(replace(run, header=replace(run.header, families=(named,))))
    stream = io.StringIO()
    html.FORMAT.write(replace(run, header=replace(run.header, families=(family,))), stream)
    assert "· Tea House</title>" in stream.getvalue()
    assert "<h3>Tea House" in stream.getvalue()


def test_an_earlier_report_that_was_replaced_is_named(run: Run) -> None:
    for replaces in (False, True):
        stream = io.StringIO()
        show(run, Console(file=stream, width=200), report="here", replaces=replaces)
        assert ("replaces the report of an earlier run" in stream.getvalue()) is replaces
