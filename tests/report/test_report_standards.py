"""Every machine format against the schema that its readers publish, for every kind of run."""

from __future__ import annotations

import functools
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import referencing
import xmlschema
from referencing.jsonschema import DRAFT6

from contract_suite.model.location import Location
from contract_suite.record.lines import schema as line_schema
from contract_suite.record.reader import Run, read_run
from contract_suite.report.catalogue import FORMATS, write_files
from contract_suite.report.comparison import compare
from contract_suite.report.formats import ctrf, github, gitlab, har, json_report, junit, markdown, ndjson, sarif
from tests.record import sample
from tests.report import runs

SCHEMAS = Path(__file__).parent / "schemas"


@pytest.fixture(scope="module", params=sorted(runs.KINDS))
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return runs.KINDS[request.param](tmp_path_factory.mktemp(request.param) / "run.ndjson")


def text_of(write: Any, run: Run) -> str:
    stream = io.StringIO()
    write(run, stream)
    text = stream.getvalue()
    text.encode()  # half a surrogate pair would fail here
    return text


@functools.cache
def schema(name: str) -> Any:
    return json.loads((SCHEMAS / name).read_text("utf-8"))


@functools.cache
def har_validator() -> jsonschema.Draft6Validator:
    parts = schema("har-schema-2.0.0.json")
    registry = referencing.Registry().with_resources(
        (name, DRAFT6.create_resource(part)) for name, part in parts.items()
    )
    return jsonschema.Draft6Validator({"$ref": "har.json"}, registry=registry)


def test_junit_obeys_the_schema_of_jenkins(run: Run) -> None:
    xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd").validate(text_of(junit.write, run))


def test_sarif_obeys_its_schema_and_names_its_places(run: Run) -> None:
    log = json.loads(text_of(sarif.write, run))
    jsonschema.Draft4Validator(schema("sarif-2.1.0-rtm.5.json"), format_checker=jsonschema.FormatChecker()).validate(
        log
    )
    (told,) = log["runs"]
    assert len(told["results"]) == len(run.findings) or run.truncated
    assert told["properties"]["conformant"] is (run.footer is not None and run.footer.conformant)
    assert told["invocations"][0]["executionSuccessful"] is not run.truncated
    for result in told["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "specs/shop/openapi.yaml"
        assert place["region"]["startLine"] == 42
        assert result["partialFingerprints"]
        rule = told["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["help"]["text"]
    for text in strings(told["results"]):
        assert text.isprintable()


def test_sarif_says_what_is_new_and_what_is_gone(tmp_path: Path) -> None:
    before = runs.plain(tmp_path / "before.ndjson")
    now = runs.many(tmp_path / "now.ndjson", count=3)
    log = sarif.sarif(now, compare(now, before))
    jsonschema.Draft4Validator(schema("sarif-2.1.0-rtm.5.json")).validate(log)
    states = [result["baselineState"] for result in log["runs"][0]["results"]]  # type: ignore[index,call-overload,union-attr]
    assert states == ["new", "new", "new", "absent", "absent"]
    unchanged = sarif.sarif(now, compare(now, now))["runs"][0]["results"]  # type: ignore[index,call-overload]
    assert [each["baselineState"] for each in unchanged] == ["unchanged"] * 3  # type: ignore[index,call-overload,union-attr]


def test_ctrf_obeys_its_schema_and_counts_right(run: Run) -> None:
    report = json.loads(text_of(ctrf.write, run))
    jsonschema.Draft7Validator(schema("ctrf-schema-0.0.json"), format_checker=jsonschema.FormatChecker()).validate(
        report
    )
    summary, tests = report["results"]["summary"], report["results"]["tests"]
    for status in ("passed", "failed", "skipped", "pending", "other"):
        assert summary[status] == sum(test["status"] == status for test in tests)
    assert summary["tests"] == len(tests)
    if run.truncated:
        assert tests[-1]["status"] == "failed"
        assert "cut short" in tests[-1]["message"]


def test_ctrf_and_junit_count_alike(run: Run) -> None:
    tests = json.loads(text_of(ctrf.write, run))["results"]["tests"]
    cases = list(ET.fromstring(text_of(junit.write, run)).iter("testcase"))  # noqa: S314 - our own
    assert len(tests) == len(cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    assert skipped == sum(test["status"] in {"skipped", "other"} for test in tests)
    wrong = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    assert wrong == sum(test["status"] == "failed" for test in tests)


GITLAB = {
    # As GitLab documents the members that it reads; it publishes no schema.
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "location", "severity"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{12}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./)."},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def test_gitlab_gets_what_it_reads(run: Run) -> None:
    entries = json.loads(text_of(gitlab.write, run))
    jsonschema.Draft202012Validator(GITLAB).validate(entries)
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
    assert (entries[:1] and entries[0]["severity"] == "blocker") == run.truncated or not entries


def test_har_obeys_its_schema_and_holds_every_exchange(run: Run) -> None:
    archive = json.loads(text_of(har.write, run))
    assert not list(har_validator().iter_errors(archive))
    entries = archive["log"]["entries"]
    assert len(entries) == len(run.exchange_offsets)
    assert [entry["response"]["status"] for entry in entries] == [each.exchange.status for each in run.exchanges()]
    if run.truncated:
        assert "cut short" in archive["log"]["comment"]


def test_json_and_ndjson_obey_the_published_schemas(run: Run) -> None:
    jsonschema.Draft202012Validator(json_report.schema()).validate(json.loads(text_of(json_report.write, run)))
    validator = jsonschema.Draft202012Validator(line_schema())
    lines = text_of(ndjson.write, run).split("\n")[:-1]
    for line in lines if run.path.stat().st_size < 1 << 20 else lines[:1]:
        validator.validate(json.loads(line))
    assert (json.loads(lines[-1])["type"] == "footer") is not run.truncated


def test_workflow_commands_can_not_be_forged(run: Run) -> None:
    lines = text_of(github.write, run).split("\n")
    assert lines.pop() == ""
    assert all(line.startswith(("::error", "::warning", "::notice")) for line in lines)
    assert not any(line.startswith("::error::forged") for line in lines)
    assert all(line.isprintable() for line in lines)
    conformant = run.footer is not None and run.footer.conformant and not run.truncated
    assert lines[0].startswith("::notice" if conformant else "::error")
    assert len(lines) <= 103


def test_workflow_commands_are_escaped_as_the_runner_reads_them() -> None:
    assert (
        github.command("error", "50% of\nit", file="a,b:c.yaml", line="3")
        == "::error file=a%2Cb%3Ac.yaml,line=3::50%25 of%0Ait\n"
    )


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("specs/openapi.yaml", "file=specs/openapi.yaml,line=7,"),
        ("C:/shop/openapi.yaml", "file=C%3A/shop/openapi.yaml,line=7,"),
        ("shop.main:app/openapi.json", ""),
        ("https://example.com/openapi.json", ""),
    ],
)
def test_an_annotation_stands_at_a_file_of_the_repository_or_nowhere(tmp_path: Path, file: str, named: str) -> None:
    """What an application in process broke was annotated at a file that nobody has."""
    finding = sample.finding(document=Location(file=file, line=7, pointer=""))
    text = text_of(github.write, read_run(sample.write(tmp_path / "run.ndjson", findings=(finding,))))
    assert f"::error {named}title=ListThings" in text


def test_markdown_stays_short_and_shows_hostile_text_as_text(run: Run) -> None:
    text = text_of(markdown.write, run)
    assert len(text.encode()) < 1 << 20
    assert "<script" not in text
    assert "<img" not in text
    assert "](javascript" not in text
    assert "@someone" not in text
    assert "://evil" not in text.replace("curl", "")
    assert all(char.isprintable() or char == "\n" for char in text)
    if run.truncated:
        assert "cut short" in text
        assert "✅" not in text


def test_all_formats_are_written_and_the_record_is_left_alone(run: Run) -> None:
    before = run.path.read_bytes() if run.path.stat().st_size < 1 << 20 else b""
    files = write_files(run, run.path.parent, FORMATS)
    assert {path.name for path in files} == {each.file_name for each in FORMATS if each.file_name} - {"run.ndjson"}
    if before:
        assert run.path.read_bytes() == before


def test_a_format_is_the_same_each_time(run: Run) -> None:
    for each in FORMATS:
        assert text_of(each.write, run) == text_of(each.write, run), each.name


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(each)
