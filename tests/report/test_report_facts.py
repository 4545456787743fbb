"""Every report says why a finding weighs less than its clause."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from contract_suite.model.fact import Fact
from contract_suite.model.finding import Finding
from contract_suite.model.gate import BaselineState, GateResult, KnownFinding
from contract_suite.model.source import Level, Source
from contract_suite.record.reader import read_run
from contract_suite.report.console.lines import Lines
from contract_suite.report.format import Format
from contract_suite.report.formats import (
    github,
    gitlab,
    html,
    json_report,
    junit,
    markdown,
    pytest_report,
    sarif,
    terminal,
)
from contract_suite.report.summary import summarise
from contract_suite.report.telling import commands, facts, request_facts
from tests.record import sample
from tests.report.runs import many

OF = next(each for each in sample.CLAUSES if each.level is Level.FAILURE)
FACT = Fact(source=Source.INFERRED, location=OF.location, what="minLength 1 of path.Id")
WEAK = sample.finding(OF, level=Level.ADVISORY, facts=(FACT,))


def record(path: Path, *findings: Finding) -> Path:
    return sample.write(path / "run.ndjson", findings=findings)


@pytest.mark.parametrize("made", [html.FORMAT, junit.FORMAT, markdown.FORMAT, sarif.FORMAT], ids=lambda each: each.name)
def test_every_report_says_why_a_finding_weighs_less_than_its_clause(made: Format, tmp_path: Path) -> None:
    stream = io.StringIO()
    made.write(read_run(record(tmp_path, WEAK)), stream)
    assert "dvisory, because minLength 1 of path.Id is inferred" in stream.getvalue()


def test_the_terminal_says_it_too(tmp_path: Path) -> None:
    stream = io.StringIO()
    terminal.show(
        read_run(record(tmp_path, WEAK)), Console(file=stream, width=200, highlight=False, markup=False), report="here"
    )
    assert "advisory, because minLength 1 of path.Id is inferred" in stream.getvalue()


def test_the_record_and_the_json_report_hold_the_facts(tmp_path: Path) -> None:
    run = read_run(record(tmp_path, WEAK))
    assert run.findings == (WEAK,)
    stream = io.StringIO()
    json_report.write(run, stream)
    (finding,) = json.loads(stream.getvalue())["findings"]
    assert (finding["level"], finding["source"]) == ("advisory", "documented")
    assert finding["facts"][0]["what"] == FACT.what


def test_a_clause_of_which_only_advisories_were_found_is_no_failure(tmp_path: Path) -> None:
    for finding, status in ((WEAK, "advisory"), (sample.finding(OF), "failed")):
        (family,) = summarise(read_run(record(tmp_path / status, finding))).families
        (line,) = (each for each in family.clauses if each.clause.id == OF.id)
        assert line.status == status


@pytest.mark.parametrize("made", [terminal.FORMAT, html.FORMAT, markdown.FORMAT], ids=lambda each: each.name)
def test_an_expired_finding_says_why_it_was_known_by_whom_and_until_when(made: Format, tmp_path: Path) -> None:
    run = read_run(record(tmp_path, sample.finding(OF)))
    (finding,) = run.findings
    entry = KnownFinding(
        id=finding.id,
        family=finding.family,
        clause=finding.clause,
        count=1,
        first_seen=date(2030, 1, 2),
        reason="waiting for the gateway",
        owner="search team",
        ticket="SHOP-7",
        expires=date(2030, 6, 14),
    )
    gate = GateResult(
        passed=False,
        exit_code=1,
        reason="1 failure no longer tolerated (expired)",
        sentence="Gate failed: 1 failure no longer tolerated (expired).",
        coverage=1.0,
        fail_on=(),
        states={finding.id: BaselineState.EXPIRED},
        entries={finding.id: entry},
        expired=(entry,),
    )
    stream = io.StringIO()
    made.write(replace(run, gate=gate), stream)
    for words in ("waiting for the gateway", "SHOP-7", "search team", "2030-06-14"):
        assert words in stream.getvalue().replace("<!-- -->", ""), words


def test_one_cause_at_two_operations_is_told_in_the_words_of_each(tmp_path: Path) -> None:
    """`ListThings accepts Id of the wrong type` was said of an operation that has no Id."""
    cause = replace(
        sample.finding(OF),
        clause="DeleteThing::path.Id::type-enforced",
        operation="DeleteThing",
        problem="served",
        places=("ListThings::query.Size::type-enforced",),
    )
    broken = summarise(read_run(record(tmp_path, cause))).broken_operations
    assert {each.operation: each.wrong for each in broken} == {
        "DeleteThing": ("accepts Id of the wrong type",),
        "ListThings": ("accepts Size of the wrong type",),
    }
    stream = io.StringIO()
    terminal.write(read_run(tmp_path / "run.ndjson"), stream)
    assert "at ListThings (accepts Size of the wrong type)" in stream.getvalue()


def test_a_request_line_stays_in_one_piece() -> None:
    """At 80 columns a long path stood below its method."""
    made = Lines(width=40)
    path = f"/things/{'x' * 40}"
    made.row("Request", f"GET {path}  (a valid request)")
    assert [each.plain.strip() for each in made.lines] == [f"Request    GET {path}", "(a valid request)"]


@pytest.mark.parametrize("count", range(2, 10))
def test_steps_are_left_out_only_where_there_are_more_than_six(count: int, tmp_path: Path) -> None:
    run = many(tmp_path / "run.ndjson", count)
    several = replace(run.findings[-1], exchanges=tuple(range(1, count + 1)))
    told = [each.text for each in request_facts(several, run, limit=200) if each.label in {"Requests", ""}]
    steps = [text for text in told if re.match(r"\d+\. ", text)]
    assert len(steps) == min(count, 6)
    assert steps[-1].startswith(f"{count}. ")
    left_out = [text for text in told if "left out" in text]
    assert len(left_out) == (count > 6)


class Counted(tuple[Finding, ...]):
    """Findings that count how often somebody goes through all of them."""

    __slots__ = ()
    walks = 0

    def __iter__(self) -> Iterator[Finding]:
        Counted.walks += 1
        return super().__iter__()


def test_short_ids_are_looked_up_once_for_all_findings(tmp_path: Path) -> None:
    """Each finding was compared with each other one; a whole id stands only where two begin alike."""
    told = read_run(
        record(tmp_path, *(replace(WEAK, id=each) for each in ("0123456789aa", "0123456799aa", "abc456789abc")))
    )
    run = replace(told, findings=Counted(told.findings))
    made = [commands(each, run).explain for each in told.findings]
    assert made == [
        "contract-suite explain 0123456789aa",
        "contract-suite explain 0123456799aa",
        "contract-suite explain abc45678",
    ]
    assert Counted.walks == 1


@pytest.mark.parametrize(
    "made",
    [
        github.FORMAT,
        gitlab.FORMAT,
        html.FORMAT,
        json_report.FORMAT,
        markdown.FORMAT,
        pytest_report.FORMAT,
        sarif.FORMAT,
        terminal.FORMAT,
    ],
    ids=lambda each: each.name,
)
def test_the_worst_finding_comes_first_in_every_report(made: Format, tmp_path: Path) -> None:
    """Where several things are wrong at an operation, its line began with one thing and led to another."""
    wide = sample.finding(OF, id="b" * 12, message="the wide one", places=("DeleteThing::response::schema",))
    narrow = sample.finding(OF, id="c" * 12, message="the narrow one", problem="other")
    run = read_run(record(tmp_path, replace(WEAK, id="a" * 12, message="the weak one"), narrow, wide))
    summary = summarise(run)
    assert [each.id[0] for each in summary.findings] == ["b", "c", "a"]
    assert {each.operation: each.wrong[0] for each in summary.broken_operations} == {
        each.operation: each.findings[0].wrong_at(each.operation)[0] for each in summary.broken_operations
    }
    stream = io.StringIO()
    made.write(run, stream)
    told = [stream.getvalue().casefold().find(f"the {each} one") for each in ("wide", "narrow", "weak")]
    assert told == sorted(told)
    assert told[0] >= 0


def test_a_long_sentence_is_put_on_lines(tmp_path: Path) -> None:
    parts = [f"part {number} says {'much ' * 20}of it;" for number in range(6)]
    found = replace(WEAK, message=" ".join(parts))
    told = [each for each in facts(found, read_run(record(tmp_path, found)), 1) if each.style == "bad"]
    assert [each.label for each in told] == ["Problem", *[""] * (len(told) - 1)]
    assert len(told) == 3
    assert max(len(each.text) for each in told) < 260
    assert " ".join(each.text for each in told).casefold() == f"{found.message}.".casefold()


def test_a_short_sentence_stays_on_its_line(tmp_path: Path) -> None:
    found = replace(WEAK, message="one; two; three")
    told = [each.text for each in facts(found, read_run(record(tmp_path, found)), 1) if each.style == "bad"]
    assert told == ["One; two; three."]
