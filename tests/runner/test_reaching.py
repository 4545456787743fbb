"""Which operations were ever served, and what would help with the others, in the record, in report.json and in the terminal."""

from __future__ import annotations

import io
import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.record.reader import Run, read_run
from contract_suite.report.formats.json_report import report
from contract_suite.report.formats.terminal import write
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run
from tests.runner.right_servers import Answer, judged

_OPERATIONS = {
    "open": ("get", "/open", 200),
    "locked": ("get", "/locked", 403),
    "there": ("get", "/there/{thing}", 404),
    "nowhere": ("get", "/nowhere", 404),
    "form": ("post", "/form", 422),
    "soft": ("post", "/soft", 200),
    "broken": ("get", "/broken", 500),
    "stateful": ("post", "/stateful/{thing}/close", 409),
    "things": ("delete", "/things", 204),
}


def document() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for name, (method, path, _) in _OPERATIONS.items():
        operation: dict[str, Any] = {"operationId": name, "responses": {"200": {"description": "done"}}}
        if "{" in path:
            operation["parameters"] = [{"name": "thing", "in": "path", "required": True, "schema": {"type": "string"}}]
        paths[path] = {method: operation}
    return {"openapi": "3.1.0", "info": {"title": "reach", "version": "1"}, "paths": paths}


def _answer(_method: str, path: str, _query: dict[str, str], _headers: dict[str, str], _body: Any) -> Answer:
    first = "/" + path.split("/")[1]
    status = next((status for _, each, status in _OPERATIONS.values() if each.startswith(first)), 404)
    return status, {"ok": False, "error": "no"} if first == "/soft" else {}


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return judged(document(), _answer, tmp_path_factory.mktemp("reach"))


def test_the_record_says_by_operation_whether_it_was_served_and_what_would_help(record: Run) -> None:
    (summary,) = record.families
    found = {each.operation: each for each in summary.operations}
    assert [name for name, each in found.items() if each.served] == ["open"]
    assert found["open"].requests > 0
    assert found["open"].help == ""
    expected = {
        "locked": "give a key that may do this: --token-env NAME, or -H (403)",
        "there": "--set thing=VALUE with an id that exists",
        "nowhere": "check the address: the server has no GET /nowhere (404)",
        "form": "show a request that works as an example in the document (422)",
        "soft": 'show a request that works as an example in the document (200, saying that it failed, "no")',
        "broken": "fix the server: it failed with 500",
        "things": "allow it: --allow-destructive (it deletes without naming one thing that the run made)",
    }
    assert {name: found[name].help for name in expected} == expected
    assert "--" in found["stateful"].help


def test_the_reports_say_so_too(record: Run) -> None:
    families = report(record)["families"]
    assert isinstance(families, list)
    family = families[0]
    assert isinstance(family, dict)
    assert family["served"] == ["open"]
    unserved = family["unserved"]
    assert isinstance(unserved, list)
    assert len(unserved) == len(_OPERATIONS) - 1
    stream = io.StringIO()
    write(record, stream)
    said = " ".join(stream.getvalue().split())
    assert "Never served: 8 of 9 operations. What would help: locked: give a key that may do this" in said


def test_columns_stand_below_their_heads_where_all_names_are_short(record: Run) -> None:
    stream = io.StringIO()
    write(record, stream)
    head, *rows = (
        line
        for line in stream.getvalue().splitlines()
        if re.match(r"  (operation|open|soft) .*([0-9·]|untested)$", line)
    )
    assert len(rows) == 2
    ends = [match.end() for match in re.finditer(r"passed|failed|untested", head)]
    for row in rows:
        assert all(row[end - 1] != " " and row[end : end + 1] in {"", " "} for end in ends)


def test_an_endpoint_that_is_not_there_asks_for_no_ids(tmp_path: Path) -> None:
    """Each operation of a dead port was to be helped by an id that exists."""
    contract = read_contract(Library().read(json.dumps(document()).encode(), "reach.json"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        options = RunOptions(
            url=f"http://127.0.0.1:{taken.getsockname()[1]}", fuzz_time=0, report=tmp_path, allow_destructive=True
        )
        record = read_run(run(options, contracts=[contract], environ={}).record)
    (summary,) = record.families
    assert {each.help for each in summary.operations} == {"fix what stopped the run"}
    stream = io.StringIO()
    write(record, stream)
    said = stream.getvalue().splitlines()
    assert said[-1].startswith("Could not run to its end: reach: Nothing listens at 127.0.0.1:")
    assert sum("Nothing listens" in line for line in said) == 1
    assert "  Nothing was tested." in said
    assert len(said) < 10, "a table of what was not tested told nothing"


def test_a_record_of_an_older_version_has_none(record: Run, tmp_path: Path) -> None:
    text = record.path.read_text("utf-8")
    start, end = text.index(',"operations":[{"operation"'), text.rindex("}]}") + 2
    (tmp_path / "run.ndjson").write_text(text[:start] + text[end:], "utf-8")
    assert read_run(tmp_path / "run.ndjson").families[0].operations == ()


def test_a_wrong_address_is_named_and_accuses_nobody(tmp_path: Path) -> None:
    """A path that was missing in --url made findings about the body of the web server's own 404."""
    wanted = document()
    refusal = {"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}}}
    for item in wanted["paths"].values():
        for operation in item.values():
            operation["responses"]["404"] = {
                "description": "nothing there",
                "content": {"application/json": {"schema": refusal}},
            }
    wanted["servers"] = [{"url": "http://127.0.0.1:9/v1"}]
    record = judged(wanted, lambda *_: (404, {"detail": "Not Found"}), tmp_path)
    assert record.footer is not None
    assert record.findings == ()
    assert record.footer.exit_code == 4
    said = "was answered 404: check that it serves the document's paths (the document says http://127.0.0.1:9/v1)"
    assert said in record.footer.reason


def test_a_thing_that_is_unknown_is_no_wrong_address(tmp_path: Path) -> None:
    paths = {"/there/{thing}": document()["paths"]["/there/{thing}"]}
    refusal = {"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}}}
    paths["/there/{thing}"]["get"]["responses"]["404"] = {
        "description": "nothing there",
        "content": {"application/json": {"schema": refusal}},
    }
    record = judged({**document(), "paths": paths}, lambda *_: (404, {"detail": "Not Found"}), tmp_path)
    assert record.findings != ()
