"""Recorded traffic, judged offline: what a recorder writes, what archives of others hold, and what is not held against anybody."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from contract_suite import Recorder
from contract_suite.cli.check import check
from contract_suite.errors import UsageError
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request
from contract_suite.record.errors import RecordError
from contract_suite.record.reader import read_run
from contract_suite.traffic.recording import read_traffic
from tests.contracts import load

LIST = "https://api.aliyun.com/api/PaiStudio/2022-01-12/ListAlgorithms"
KEY = "sk-contract-suite-default"


@pytest.fixture
def pai() -> Iterator[respx.Router]:
    server = MockServer(load("pai"))
    base = server.contract.servers[0]

    def answer(request: httpx.Request) -> httpx.Response:
        target, headers = str(request.url).removeprefix(base), tuple(request.headers.items())
        response = server.handle(Request(method=request.method, target=target, headers=headers, body=request.read()))
        return httpx.Response(response.status, headers=list(response.headers), content=response.body)

    with respx.MockRouter(assert_all_called=False) as router:
        router.get("https://elsewhere.test/").respond(200)
        router.route(url__startswith=base).mock(side_effect=answer)
        yield router


def judged(traffic: Path, folder: Path, *options: str) -> int:
    code = check.main([str(traffic), "pai", "--report", str(folder), "-q", *options], standalone_mode=False)
    assert isinstance(code, int)
    return code


@pytest.mark.longer
@pytest.mark.usefixtures("pai")
def test_a_recorded_client_conforms_and_no_key_is_kept(tmp_path: Path) -> None:
    traffic = tmp_path / "traffic.har"
    with (
        Recorder(traffic) as recorder,
        httpx.Client(event_hooks=recorder.hooks, headers={"Authorization": f"Bearer {KEY}"}) as client,
    ):
        client.get(LIST, params={"PageSize": 2})
        client.get(LIST, params={"PageSize": "x"})
        client.post(LIST.replace("List", "Create"), json={"AlgorithmName": "a"})
        client.get("https://elsewhere.test/")
    assert KEY not in traffic.read_text("utf-8")
    assert judged(traffic, tmp_path / "report") == 0
    run = read_run(tmp_path / "report" / "run.ndjson")
    assert [each.exchange.status for each in run.exchanges()] == [200, 400]
    assert run.footer is not None
    assert run.footer.reason == "nothing found in 2 recorded exchanges"
    assert judged(tmp_path / "report" / "run.ndjson", tmp_path / "again") == 0


def entry(body: str | None, *, status: int = 200, url: str = LIST, **content: Any) -> dict[str, Any]:
    return {
        "request": {
            "method": "GET",
            "url": url,
            "headers": [{"name": ":authority", "value": "x"}, {"name": "Host", "value": "x"}],
        },
        "response": {
            "status": status,
            "headers": [{"name": "content-encoding", "value": "br"}, {"name": "content-length", "value": "1"}],
            "content": {
                "mimeType": "application/json",
                "size": 9,
                **({"text": body} if body is not None else {}),
                **content,
            },
        },
        "time": 12,
    }


def har(path: Path, *entries: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}), "utf-8")
    return path


GOOD = '{"RequestId":"r-1","Algorithms":[],"TotalCount":0}'


def test_a_broken_answer_is_found_with_its_curl_line(tmp_path: Path) -> None:
    assert judged(har(tmp_path / "t.har", entry(GOOD.replace("0}", '"0"}'))), tmp_path / "r") == 1
    (finding,) = read_run(tmp_path / "r" / "run.ndjson").findings
    assert finding.clause == "ListAlgorithms::200/TotalCount::type"
    assert finding.curl.endswith(LIST)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([entry(None)], "the body of its response was not recorded"),
        ([entry(GOOD, status=0)], "no response was recorded"),
        ([entry(GOOD, url="data:text/plain,x")], "data is not HTTP"),
        ([entry(GOOD, url="https://api.aliyun.com/api/Nothing")], "GET /Nothing: no operation of the contract"),
        ([entry(GOOD, url="https://elsewhere.test/other")], "1 exchange with other addresses"),
    ],
)
def test_what_cannot_be_judged_is_said_and_is_not_green(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], entries: list[dict[str, Any]], said: str
) -> None:
    assert judged(har(tmp_path / "t.har", *entries), tmp_path / "r") == 4
    assert said in capsys.readouterr().err
    footer = read_run(tmp_path / "r" / "run.ndjson").footer
    assert footer is not None
    assert footer.reason == "no request of the recording went to pai"


def test_an_address_of_ones_own_is_named(tmp_path: Path) -> None:
    traffic = har(
        tmp_path / "t.har", entry(GOOD, url=LIST.replace("https://api.aliyun.com/api", "http://127.0.0.1:8080/staging"))
    )
    assert judged(traffic, tmp_path / "r") == 4
    assert judged(traffic, tmp_path / "r", "--url", "http://127.0.0.1:8080/staging") == 0


@pytest.mark.parametrize(
    "content", ["", "no JSON", "[]", '{"log": {}}', '{"log": {"entries": [{}]}}', '{"log": {"entries": [7]}}', "\udcff"]
)
def test_what_is_no_recording_is_one_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "t.har"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(RecordError, match=r"t\.har"):
        read_traffic(path)


def test_two_commands_never_write_into_one_folder(tmp_path: Path) -> None:
    traffic, folder = archive(tmp_path, {"status": 200, "text": "{}"}), tmp_path / "report"
    folder.mkdir()
    with (folder / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with pytest.raises(UsageError, match="another run"):
            judged(traffic, folder)


THINGS = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1"},
    "paths": {
        "/things": {
            "get": {
                "operationId": "listThings",
                "responses": {
                    "200": {"description": "d", "content": {"application/json": {"schema": {"$ref": "#/nowhere"}}}}
                },
            }
        }
    },
}


def archive(folder: Path, answer: dict[str, Any], url: str = "http://a.test/things") -> Path:
    """An archive with one exchange."""
    content = {"mimeType": "application/json", "text": answer["text"]}
    entry = {
        "request": {"method": "GET", "url": url, "headers": []},
        "response": {
            "status": answer["status"],
            "statusText": "",
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": content,
        },
        "time": 1,
    }
    path = folder / "one.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": [entry]}}))
    return path


def test_what_no_schema_could_judge_is_not_called_conformant(tmp_path: Path) -> None:
    """A document whose schema of the answer can't be read left every recording green."""
    document = tmp_path / "things.json"
    document.write_text(json.dumps(THINGS))
    traffic = archive(tmp_path, {"status": 200, "text": '{"any": "thing"}'})
    arguments = [str(traffic), str(document), "--url", "http://a.test", "--report", str(tmp_path / "report"), "-q"]
    assert check.main(arguments, standalone_mode=False) == 4
    footer = read_run(tmp_path / "report" / "run.ndjson").footer
    assert footer is not None
    assert "listThings" in footer.reason
    assert not footer.conformant
