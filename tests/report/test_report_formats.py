"""The formats: JSON, JUnit and terminal, on ordinary, hostile, huge and truncated runs."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from junitparser import JUnitXml
from rich.console import Console

from contract_suite.errors import UsageError
from contract_suite.model.clause import Clause
from contract_suite.model.finding import Finding
from contract_suite.model.gate import GateResult
from contract_suite.model.location import Location
from contract_suite.model.run import OperationReach, RunFooter, have_served
from contract_suite.record.reader import Run, read_run
from contract_suite.report.catalogue import FORMATS, write_files
from contract_suite.report.formats import json_report, junit, markdown, terminal
from contract_suite.report.plain import visible, xml
from contract_suite.report.summary import summarise
from tests.record import sample

_TO_COPY = ("curl -i", "contract-suite explain", "contract-suite replay", "seed 7")
HOSTILE = "[bold red]x[/] \x1b[2J\x00\x07\r\n\ud800\ufffe\u202e<&>\"']]> :smile: \N{SNOWMAN}\U0001f600"


def run_of(path: Path, **changes: Any) -> Run:
    return read_run(sample.write(path, **changes))


def parsed(run: Run) -> Any:
    stream = io.StringIO()
    json_report.write(run, stream)
    report = json.loads(stream.getvalue())
    jsonschema.Draft202012Validator(json_report.schema()).validate(report)
    return report


def xml_of(run: Run) -> ET.Element:
    stream = io.StringIO()
    junit.write(run, stream)
    # The very bytes of the file must parse, and so must junitparser's own reading of them.
    data = stream.getvalue().encode()
    JUnitXml.fromstring(data)
    return ET.fromstring(data)  # noqa: S314 - our own file


def shown(run: Run, width: int | None = 100) -> str:
    stream = io.StringIO()
    terminal.show(
        run, Console(file=stream, highlight=False, markup=False, emoji=False), report="reports/here", width=width
    )
    return stream.getvalue()


def hostile_finding(number: int = 0) -> Finding:
    return sample.finding(
        id=f"{number:012x}",
        message=HOSTILE,
        text=HOSTILE,
        quote=HOSTILE,
        pointer="/" + HOSTILE,
        expected=HOSTILE,
        actual=HOSTILE,
        curl=f"curl '{HOSTILE}'",
    )


def test_the_json_report_has_what_it_promises(tmp_path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(json_report.schema())
    report = parsed(run_of(tmp_path / "run.ndjson"))
    assert list(report)[:4] == ["format", "conformant", "complete", "truncated"]
    assert (report["conformant"], report["complete"], report["truncated"], report["seed"]) == (False, True, False, 7)
    (family,) = report["families"]
    assert (family["name"], family["title"], family["operations"], family["exchanges"], family["seconds"]) == (
        "shop",
        "Shop",
        2,
        2,
        1.5,
    )
    assert family["clauses"] == {
        "passed": 1,
        "failed": 1,
        "advisory": 1,
        "cannot_tell": 1,
        "inapplicable": 1,
        "untested": 1,
    }
    assert family["untested"] == [
        {"operation": "GetThing", "reason": "no key was given", "count": 1, "clauses": ["auth::missing-refused"]}
    ]
    assert family["errata"][0]["id"] == "SHOP-01"
    first, second = report["findings"]
    assert (first["level"], second["level"]) == ("failure", "advisory")
    assert first["document"] == {"file": "specs/shop/openapi.yaml", "line": 42, "pointer": "/paths/~1things/get"}
    assert (first["exchanges"], first["count"], first["flaky"]) == ([1], 3, False)
    assert parsed(run_of(tmp_path / "again.ndjson")) == report


def test_what_is_unproven_is_told_of_operations_that_were_asked(tmp_path: Path) -> None:
    # Of one that was not asked, nothing else is worth a line.
    unproven = parsed(run_of(tmp_path / "run.ndjson"))["families"][0]["coverage"]["unproven"]
    assert "request keyword" in {each["what"] for each in unproven if each["operation"] == "ListThings"}
    assert [each["what"] for each in unproven if each["operation"] == "GetThing"] == ["operation"]


def test_a_clause_without_a_result_is_untested_never_passed(tmp_path: Path) -> None:
    path = sample.write(tmp_path / "run.ndjson")
    kept = [line for line in path.read_bytes().splitlines(keepends=True) if b'"conformance"' not in line]
    path.write_bytes(b"".join(kept))
    report = parsed(read_run(path))
    assert report["families"][0]["clauses"] == {
        "passed": 0,
        "failed": 0,
        "advisory": 0,
        "cannot_tell": 0,
        "inapplicable": 1,
        "untested": 5,
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_truncated_record_is_never_conformant_in_any_format(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "run.ndjson"
    path.unlink(missing_ok=True)
    footer = RunFooter(finished="2030-01-02T03:04:09+00:00", conformant=True, complete=True, exit_code=0)
    whole = sample.write(path, findings=(), footer=footer).read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(whole.index(b"\n") + 1, len(whole) - 2))])
    run = read_run(path)
    report = parsed(run)
    assert (report["conformant"], report["complete"], report["truncated"], report["finished"]) == (
        False,
        False,
        True,
        None,
    )
    assert "cut short" in report["summary"]
    root = xml_of(run)
    assert root.get("errors") == "1"
    assert "cut short" in shown(run)


def test_a_run_cut_short_before_its_findings_still_shows_what_failed(tmp_path: Path) -> None:
    path = sample.write(tmp_path / "run.ndjson")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:5]) + b'{"type":"conf')
    report = parsed(read_run(path))
    assert [(each["clause"], each["level"], each["id"]) for each in report["findings"]] == [
        (sample.CLAUSES[0].id, "failure", sample.finding().id),
    ]
    assert report["families"][0]["clauses"]["failed"] == 1
    assert report["families"][0]["clauses"]["passed"] == 0
    assert report["families"][0]["exchanges"] == 2


def test_junit_tells_failures_advisories_and_skips_apart(tmp_path: Path) -> None:
    root = xml_of(run_of(tmp_path / "run.ndjson"))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("6", "1", "0")
    assert [suite.get("skipped") for suite in root] == ["3"]
    cases = {f"{case.get('classname')} {case.get('name')}": case for case in root.iter("testcase")}
    failed = cases["shop.ListThings query.size minimum-enforced"]
    failure = failed.find("failure")
    assert failure is not None
    assert "specs/shop/openapi.yaml:42" in (failure.text or "")
    advisory = cases["shop.ListThings 200/Total type"]
    assert advisory.find("failure") is None
    assert "advisory" in (advisory.findtext("system-out") or "")
    skipped = [case.find("skipped") for case in root.iter("testcase")]
    assert [each.get("message") for each in skipped if each is not None] == [
        "cannot tell: two validators disagree",
        "inapplicable: GetThing returns no collection",
        "untested: no key was given",
    ]


def test_an_incomplete_run_is_an_error_in_junit(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run.ndjson", footer=_incomplete(exit_code=4))
    root = xml_of(run)
    assert root.get("errors") == "1"
    assert parsed(run)["summary"] == "Incomplete, so not conformant: the time was up."


@pytest.mark.parametrize(
    ("code", "begins"),
    [
        (1, "Not conformant, and incomplete: "),
        (3, "Could not run to its end: "),
        (4, "Incomplete, so not conformant: "),
    ],
)
def test_the_sentence_of_a_run_says_what_its_exit_code_says(tmp_path: Path, code: int, begins: str) -> None:
    run = run_of(tmp_path / "run.ndjson", footer=_incomplete(exit_code=code))
    assert parsed(run)["summary"] == f"{begins}the time was up."
    assert shown(run).splitlines()[-1] == f"{begins}the time was up."


def test_a_verdict_ends_with_its_first_reason_and_the_others_stand_above(tmp_path: Path) -> None:
    several = "; ".join(
        [
            "shop: little was tested",
            "A never succeeded (refused; check the key)",
            *(each * 100 for each in "BCDEFGHIJK"),
        ]
    )
    run = run_of(tmp_path / "run.ndjson", footer=_incomplete(exit_code=4, reason=several))
    lines = shown(run, width=None).splitlines()
    assert f"  Incomplete {'B' * 100}" in lines
    assert f"{'':13}and 2 more reasons; report.html has them all" in lines
    said = "shop: little was tested; A never succeeded (refused; check the key)"
    assert lines[-1] == f"Incomplete, so not conformant: {said}; 10 more reasons above."


def test_of_what_was_never_served_that_is_shown_for_which_most_wait(tmp_path: Path) -> None:
    helps = {"ListThings": "give a key", "GetThing": f"--set Id=VALUE, or {have_served('MakeThing')}", "MakeThing": "x"}
    operations = tuple(OperationReach(operation=name, help=text) for name, text in helps.items())
    run = run_of(tmp_path / "run.ndjson")
    run = replace(run, families=(replace(run.families[0], operations=operations),))
    assert "What would help: MakeThing: x" in shown(run, width=None)


def _incomplete(*, exit_code: int, reason: str = "the time was up") -> RunFooter:
    return replace(sample.FOOTER, complete=False, exit_code=exit_code, reason=reason)


def test_hostile_text_breaks_no_format(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run.ndjson", findings=(hostile_finding(),))
    finding = parsed(run)["findings"][0]
    assert finding["message"].startswith("[bold red]x[/] \x1b[2J")
    assert xml_of(run).get("failures") == "1"
    out = shown(run)
    assert "[bold red]x[/]" in out
    assert ":smile:" in out
    assert "\\x1b[2J\\x00\\x07\\r\\n\\ud800\\ufffe\\u202e" in out
    assert not set(out) & set("\x1b\x00\x07\r\u202e\ud800")
    for path in write_files(run, tmp_path / "out"):
        assert path.read_text("utf-8")


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_text_is_made_safe(text: str) -> None:
    assert visible(text).isprintable()
    assert len(visible(text, limit=5)) <= 10 * 6
    ET.fromstring("<a>" + xml(text).replace("&", "&amp;").replace("<", "&lt;") + "</a>")  # noqa: S314 - our own text
    assert visible(text) == text or not text.isprintable()


@pytest.mark.parametrize("width", [80, 120, None])
def test_two_hundred_findings_take_150_lines_that_name_every_broken_place(tmp_path: Path, width: int | None) -> None:
    findings = tuple(
        replace(hostile_finding(number), document=Location(file="specs/shop/openapi.yaml", line=3 * number, pointer=""))
        for number in range(1, 201)
    )
    run = run_of(tmp_path / "run.ndjson", findings=findings)
    out = shown(run, width)
    assert len(out.splitlines()) <= 150
    numbers = {int(each) for each in re.findall(r"\b[0-9]+\b", out)}
    assert {3 * number for number in range(1, 201)} <= numbers
    assert len(parsed(run)["findings"]) == 200


@pytest.mark.parametrize("width", [80, None])
@pytest.mark.parametrize("operations", [1, 12, 60, 166])
def test_findings_of_one_service_take_150_lines_however_they_are_spread(
    tmp_path: Path, operations: int, width: int | None
) -> None:
    findings = tuple(
        sample.finding(
            id=f"{number:012x}",
            operation=f"Operation{number % operations:03}",
            clause=f"Operation{number % operations:03}::200/Field{number}::type",
            document=Location(file=f"specs/shop/{'abc'[number % 3]}.yaml", line=1000 + number, pointer=""),
        )
        for number in range(166)
    )
    out = shown(run_of(tmp_path / "run.ndjson", findings=findings), width)
    assert len(out.splitlines()) <= 150
    for number in range(166):
        assert re.search(rf"specs/shop/{'abc'[number % 3]}\.yaml:[0-9, ]*\b{1000 + number}\b", " ".join(out.split()))


@pytest.mark.parametrize("width", [80, 120, None])
def test_twenty_findings_are_each_told_by_name_however_long_the_first_ones_are(
    tmp_path: Path, width: int | None
) -> None:
    """Three in full, of 22 lines each at 80 columns, left room for no more than the places of the others."""
    findings = tuple(
        sample.finding(
            id=f"{number:x}" * 12 if number < 16 else f"{number:012x}",
            operation=f"Operation{number % 12:03}",
            clause=f"Operation{number % 12:03}::200/AFieldWithAName{number}::type",
            document=Location(file=f"/home/somebody/projects/{'far/' * 8}shop.yaml", line=1000 + number, pointer=""),
            text="somebody said " * 20,
            places=tuple(f"Operation{other:03}::200/AFieldWithAName{number}::type" for other in range(12)),
        )
        for number in range(1, 21)
    )
    out = shown(run_of(tmp_path / "run.ndjson", findings=findings), width)
    assert len(out.splitlines()) <= 150
    assert set(re.findall(r"FAILURE (\d+)/20  (?=\S)", out)) == {str(number) for number in range(1, 21)}
    assert all(each.id[:8] in out for each in findings)


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
def test_the_terminal_report_keeps_its_width_but_for_commands(tmp_path: Path, width: int) -> None:
    run = run_of(tmp_path / "run.ndjson")
    lines = shown(run, width).splitlines()
    # What may stick out is a command to copy, the first line, and a single word, or a method with its path, that has no
    # room beside its label.
    lines = [re.sub("[A-Z]+ (?=/)", lambda method: method[0].replace(" ", "·"), line) for line in lines]
    long = [line for line in lines if len(line) > width and not any(word in line for word in _TO_COPY)]
    assert all(len(line.removeprefix(f"  {line.split()[0]}").split()) <= 1 for line in long), long
    assert " ".join("\n".join(lines).split()).endswith("Not conformant: 1 clause failed.")
    assert sum("curl -i -H Accept: 'http://127.0.0.1:8080/api/things?size=0'" in line for line in lines) == 2


def test_the_terminal_report_says_what_the_contract_says_and_what_came(tmp_path: Path) -> None:
    out = shown(run_of(tmp_path / "run.ndjson", findings=(sample.finding(flaky=True),)))
    for text in (
        "FAILURE 1/1  ListThings accepts size below its minimum  (flaky)",
        "query.size of ListThings keeps minimum-enforced.",
        'specs/shop/openapi.yaml:42 (documented, "Table 3, row size")',
        "size = 0 must be refused with a 4xx; it was served with 200.",
        "GET /things?size=0  (size = 0, below the minimum 1)",
        "Response   200 OK",
        '{"Things": [{"Id": "a1", "Name": "café"}], "Total": 1}',
        "times; it did not fail again when it was repeated (flaky)",
        "Untested   1  no key was given",
        "Stopped early: the time is up",
    ):
        assert text in out


def test_a_terminal_that_knows_few_characters_gets_them_spelt_out(tmp_path: Path) -> None:
    octets = io.BytesIO()
    stream = io.TextIOWrapper(octets, encoding="ascii")
    terminal.write(run_of(tmp_path / "run.ndjson", findings=(hostile_finding(),)), stream)
    stream.flush()
    assert b"caf\\xe9" in octets.getvalue()


def test_failures_come_first_and_steady_before_flaky(tmp_path: Path) -> None:
    of: tuple[Clause, ...] = sample.CLAUSES
    findings = (
        sample.finding(of[2], id="a"),
        sample.finding(of[3], id="b"),
        sample.finding(of[0], id="c", flaky=True),
        sample.finding(of[1], id="d"),
    )
    assert [each.id for each in summarise(run_of(tmp_path / "run.ndjson", findings=findings)).findings] == [
        "d",
        "b",
        "c",
        "a",
    ]


def test_a_conformant_run_says_so_everywhere(tmp_path: Path) -> None:
    footer = RunFooter(finished="2030-01-02T03:04:09+00:00", conformant=True, complete=True, exit_code=0)
    run = run_of(tmp_path / "run.ndjson", findings=(), footer=footer)
    assert parsed(run)["conformant"] is True
    assert shown(run).splitlines()[-1] == "Conformant."


def test_every_format_writes_its_file(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run.ndjson")
    assert [path.name for path in write_files(run, tmp_path / "a" / "b")] == ["report.html", "report.json", "junit.xml"]
    assert len({each.name for each in FORMATS}) == len(FORMATS)
    for each in FORMATS:
        stream = io.StringIO()
        each.write(run, stream)
        assert stream.getvalue()
    with pytest.raises(UsageError, match="can't be written"):
        write_files(run, tmp_path / "run.ndjson")


@pytest.mark.parametrize("width", [72, 76, 78, 79, 80, 81, 82, 84, 90, 120])
@pytest.mark.parametrize("name", ["Get", "CreateNote", "ListAlgorithms", "GetEverythingThatIsThere"])
def test_no_name_is_broken_where_short_headings_leave_it_room(tmp_path: Path, width: int, name: str) -> None:
    text = sample.write(tmp_path / "run.ndjson").read_text("utf-8").replace("GetThing", name)
    (tmp_path / "named.ndjson").write_text(text, "utf-8")
    lines = shown(read_run(tmp_path / "named.ndjson"), width).splitlines()
    table = lines[next(number for number, line in enumerate(lines) if line.lstrip().startswith("operation")) :]
    assert any(line.split()[:1] == [name] for line in table)
    assert any(line.split()[:2] == ["2", "operations,"] for line in table), "the totals of the family"
    assert max(len(line) for line in table[: table.index("")] if line) <= width
    assert not {"pass", "fail", "adv", "n/a", "unt", "?"} & set(table[0].split()), "heads are words"


def test_nothing_wraps_in_a_pipe(tmp_path: Path) -> None:
    path = "/things?filter=" + "a%20long%20value%20" * 14
    text = sample.write(tmp_path / "run.ndjson").read_text("utf-8").replace("/things?size=0", path)
    (tmp_path / "long.ndjson").write_text(text, "utf-8")
    stream = io.StringIO()
    terminal.write(read_run(tmp_path / "long.ndjson"), stream)
    assert any(f"GET {path}" in line for line in stream.getvalue().splitlines())
    assert any(f"GET {path}" in line for line in shown(read_run(tmp_path / "long.ndjson"), None).splitlines())


def test_a_command_of_a_finding_names_the_record_that_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    elsewhere, usual = tmp_path / "out" / "run.ndjson", tmp_path / "contract-suite-report" / "run.ndjson"
    for path, option in ((elsewhere, f" --run {tmp_path / 'out'}"), (usual, "")):
        path.parent.mkdir()
        lines = shown(run_of(path, findings=(sample.finding(),)), None).splitlines()
        assert any(re.fullmatch(rf"  Explain +contract-suite explain [0-9a-f]{{8}}{option}", line) for line in lines)


def test_what_takes_several_requests_is_reproduced_by_replay_and_never_by_the_last_curl_alone(tmp_path: Path) -> None:
    several = run_of(tmp_path / "several.ndjson", findings=(sample.finding(exchanges=(1, 2)),))
    for each in FORMATS:
        if each.name in {"ndjson", "har", "json", "gitlab", "github"}:
            continue
        stream = io.StringIO()
        each.write(several, stream)
        assert "contract-suite replay" in stream.getvalue() or each.name == "sarif", each.name
        assert "curl -i" not in stream.getvalue(), each.name
    assert parsed(several)["findings"][0]["reproduce"].startswith("contract-suite replay ")
    once = run_of(tmp_path / "once.ndjson", findings=(sample.finding(),))
    assert parsed(once)["findings"][0]["reproduce"].startswith("curl -i ")


def test_a_command_that_fills_the_screen_gives_way_to_a_replay_in_every_format(tmp_path: Path) -> None:
    wall = f"curl -i --data-binary '{'[' * 3000}' http://127.0.0.1:8080/api/things"
    run = run_of(tmp_path / "run.ndjson", findings=(sample.finding(curl=wall),))
    for each in FORMATS:
        if each.name in {"ndjson", "har"}:
            continue
        stream = io.StringIO()
        each.write(run, stream)
        told = stream.getvalue()
        assert ("[" * 1000 in told) == (each.name == "json"), each.name
        if each.name not in {"sarif", "gitlab", "github"}:
            assert "contract-suite replay" in told, each.name
    assert sum("contract-suite replay" in line for line in shown(run).splitlines()) == 1


def test_every_format_gives_a_finding_the_same_headline(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run.ndjson", findings=(sample.finding(),))
    for each in FORMATS:
        if each.name in {"ndjson", "har"}:
            continue
        stream = io.StringIO()
        each.write(run, stream)
        assert "ListThings accepts size below its minimum" in stream.getvalue(), each.name


def test_a_summary_of_many_findings_begins_with_what_is_wrong_where(tmp_path: Path) -> None:
    def written(count: int) -> str:
        findings = tuple(sample.finding(id=f"{each:012x}") for each in range(count))
        stream = io.StringIO()
        markdown.write(run_of(tmp_path / f"{count}.ndjson", findings=findings), stream)
        return stream.getvalue()

    assert "| ListThings | 4 | accepts size below its minimum |" in written(4)
    assert "what is wrong" not in written(3)


def test_with_a_gate_that_passes_no_heading_says_not_conformant(tmp_path: Path) -> None:
    gate = GateResult(
        passed=True, exit_code=0, reason="", sentence="Gate passed: 1 known finding.", coverage=0.9, fail_on=()
    )
    run = replace(run_of(tmp_path / "run.ndjson"), gate=gate)
    stream = io.StringIO()
    markdown.write(run, stream)
    assert stream.getvalue().startswith("## ✅ Gate passed")
    assert shown(run).splitlines()[-2:] == [
        "Gate passed: 1 known finding.",
        "Without the gate: Not conformant: 1 clause failed.",
    ]
