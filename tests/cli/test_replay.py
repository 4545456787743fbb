from __future__ import annotations

import json
import socket
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from contract_suite.cli.entry import execute
from contract_suite.contract.operation import Contract
from contract_suite.model.finding import Finding
from contract_suite.record.reader import Run, read_run
from contract_suite.report.formats.terminal import block
from contract_suite.report.telling import commands
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.replaying import Answer, Replay
from tests.runner.notes_app import DOCUMENT, Notes


class Bench:
    """A service that was found to be bad, and can be mended before a replay."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.document = folder / "notes.yaml"
        self.document.write_text(DOCUMENT)
        self.notes = Notes()

    def find(self, fault: str, *arguments: str) -> dict[str, Finding]:
        """Run against a faulty service; returns its findings by clause."""
        self.notes = Notes(fault)
        execute(
            [
                "run",
                str(self.document),
                "--app",
                "notes:app",
                "--fuzz-time",
                "0",
                "--report",
                str(self.folder / "report"),
                "-q",
                *arguments,
            ]
        )
        return {each.clause: each for each in read_run(self.folder / "report" / "run.ndjson").findings}

    def replay(self, finding: Finding, fault: str, *arguments: str) -> int:
        """Replay against a new service."""
        self.notes = Notes(fault)
        return execute(["replay", finding.id[:8], "--run", str(self.folder / "report"), *arguments])


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    made = Bench(tmp_path)
    monkeypatch.setattr("contract_suite.transport.app_loading.load_app", lambda _name: made.notes)
    return made


@pytest.mark.longer
def test_the_recorded_bytes_are_sent_again_and_judged_by_the_same_check(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    finding = bench.find("any-stars")["CreateNote::body/stars::minimum-enforced"]
    capsys.readouterr()
    assert bench.replay(finding, "any-stars") == 1
    said = capsys.readouterr().out
    assert "POST /notes → 201, as before" in said
    assert "still fails: " in said
    assert bench.notes.notes == {}  # what the replay made is deleted
    assert bench.replay(finding, "") == 0
    assert "fails no longer" in capsys.readouterr().out


@pytest.mark.longer
def test_what_is_gone_by_now_is_replaced_by_something_live(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    finding = bench.find("number-id")["GetNote::200/id::type"]
    capsys.readouterr()
    assert bench.replay(finding, "number-id") == 1
    assert "→ 404, before 200  (what it addresses is gone)" in (said := capsys.readouterr().out)
    assert "(with a live id)" in said
    assert bench.replay(finding, "") == 0


@pytest.mark.longer
@pytest.mark.parametrize("annotated", [True, False])
def test_what_is_called_reproduce_shows_the_finding_again(
    bench: Bench, annotated: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    if not annotated:
        document = yaml.safe_load(DOCUMENT)
        del document["x-contract"]
        bench.document.write_text(yaml.safe_dump(document))
    lasting = bench.find("any-stars")["CreateNote::body/stars::minimum-enforced"]
    run = read_run(bench.folder / "report" / "run.ndjson")
    served = replace(run, header=replace(run.header, target="http://127.0.0.1:8000"))
    assert commands(lasting, served).reproduce == lasting.curl
    told = commands(lasting, run)  # its curl line was called Reproduce, at an address that exists nowhere
    assert told.reproduce == told.replay
    assert told.as_curl.startswith(f"{lasting.curl}  # the run called the server in process")
    gone = bench.find("text-stars")["GetNote::200/stars::type"]
    run = read_run(bench.folder / "report" / "run.ndjson")
    told = commands(gone, run)
    assert gone.needs_live_id, "the run deleted what its request addresses"
    assert told.reproduce == told.replay
    assert told.as_curl == f"{gone.curl}  # its resource was deleted: put in the id of another one"
    assert "  As curl    curl " in block(gone, run)
    assert bench.replay(gone, "text-stars") == 1
    assert "(with a live id)" in capsys.readouterr().out
    assert bench.notes.notes == {}  # what the replay made is deleted


@pytest.mark.longer
def test_a_behaviours_finding_is_sent_again_in_order_and_driven_again(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    finding = bench.find("number-id")["CreateNote::Note::readable"]
    assert len(finding.exchanges) > 1
    capsys.readouterr()
    assert bench.replay(finding, "number-id") == 1
    said = capsys.readouterr().out
    assert said.count(", as before") + said.count(", before ") == len(finding.exchanges)
    assert ", a new request" in said, "the requests are shown that the reason speaks of"
    assert bench.replay(finding, "") == 0


@pytest.mark.longer
def test_an_answer_that_shows_nothing_is_no_proof_that_it_is_fixed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    finding = bench.find("number-id")["GetNote::200/id::type"]
    monkeypatch.setattr(Notes, "create", lambda _self, _body: (403, {"code": "closed"}))
    capsys.readouterr()
    assert bench.replay(finding, "") == 3
    assert "cannot tell: what the request addresses is gone" in capsys.readouterr().out


@pytest.mark.longer
def test_a_dead_endpoint_and_mistakes_have_their_exit_codes(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    finding = bench.find("any-stars")["CreateNote::body/stars::minimum-enforced"]
    with socket.socket() as dead:
        dead.bind(("127.0.0.1", 0))
        assert bench.replay(finding, "", "--url", f"http://127.0.0.1:{dead.getsockname()[1]}") == 3
    assert bench.replay(finding, "", "--url", "https://notes.example.com") == 2
    assert "--allow-writes" in capsys.readouterr().err
    assert bench.replay(replace(finding, id="ffffffffffff"), "") == 2
    assert "has no finding 'ffffffff'" in capsys.readouterr().err
    assert execute(["replay", finding.id, "--run", str(bench.folder / "nowhere")]) == 2


@pytest.mark.longer
def test_explain_shows_a_finding_with_what_came(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    finding = bench.find("any-stars")["CreateNote::body/stars::minimum-enforced"]
    capsys.readouterr()
    assert execute(["explain", finding.id[:6], "--run", str(bench.folder / "report")]) == 0
    said = capsys.readouterr().out
    assert finding.clause in said
    folder = bench.folder / "report"
    assert f"contract-suite replay {finding.id[:8]} --run {folder}" in said, "what is suggested finds the record"
    capsys.readouterr()
    assert execute(["replay", finding.id[:8], "--run", str(folder)]) in {0, 1}
    assert "POST /notes, answered 201" in said
    assert f">{finding.document.line:>6} | " in said


@pytest.mark.longer
def test_explain_says_what_a_clause_means_why_and_where(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert execute(["explain", "ListAlgorithms::query.PageSize::minimum-enforced"]) == 0
    said = capsys.readouterr().out
    for part in (
        "(pai)",
        "an advisory",
        "negative-rejected",
        "An invalid value that is accepted today",
        "specs/pai/openapi.yaml:",
        "minimum: 1",
    ):
        assert part in said
    assert "PageSize=0" not in said, "the example of a check may fit another kind of clause"
    assert execute(["explain", "negative-rejected"]) == 0
    assert "PageSize=0" in capsys.readouterr().out
    assert execute(["explain", "ListAlgorithms::query.PageSize::minimum-enforce"]) == 2
    assert "did you mean" in capsys.readouterr().err
    assert execute(["explain", "abcdef"]) == 2
    assert "there is no run record" in capsys.readouterr().err


@pytest.mark.longer
@pytest.mark.parametrize(
    ("recorded", "arguments", "allowed"),
    [
        (("--allow-writes",), (), True),
        (("--allow-writes",), ("--url", "http://192.0.2.1/api"), False),
        (("--allow-writes",), ("--url", "http://192.0.2.1/api", "--allow-writes"), True),
        ((), (), False),
        ((), ("--allow-writes",), True),
    ],
)
def test_leave_to_write_is_for_the_endpoint_of_the_run(
    bench: Bench,
    monkeypatch: pytest.MonkeyPatch,
    recorded: tuple[str, ...],
    arguments: tuple[str, ...],
    allowed: bool,
) -> None:
    assert replayed_with(bench, monkeypatch, recorded, arguments).allow_writes is allowed


@pytest.mark.longer
def test_values_and_remote_references_of_the_run_hold_for_its_replay(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = replayed_with(bench, monkeypatch, ("--set", "size=3", "--allow-remote-refs"), ())
    assert options.values == {"size": "3"}
    assert options.allow_remote_refs


def replayed_with(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, recorded: tuple[str, ...], arguments: tuple[str, ...]
) -> RunOptions:
    """Run with some options, replay with others, and return what the replay was asked for."""
    seen: list[RunOptions] = []

    def keep(_run: Run, finding: Finding, _contract: Contract, options: RunOptions, **_rest: object) -> Replay:
        seen.append(options)
        return Replay(finding=finding, answer=Answer.FAILS_NO_LONGER, reason="", sent=())

    finding = bench.find("any-stars", *recorded)["CreateNote::body/stars::minimum-enforced"]
    monkeypatch.setattr("contract_suite.runner.replaying.replay", keep)
    assert bench.replay(finding, "", *arguments) == 0
    return seen[0]


@pytest.mark.longer
def test_explain_shows_an_erratum_and_names_it_at_its_place(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert execute(["explain", "ma-01"]) == 0
    said = capsys.readouterr().out
    for part in ("MA-01", "contradiction", 'Table 5: "id", Integer', "2e5451fe", "decided", "properties/id"):
        assert part in said
    assert execute(["explain", "ListAlgorithms::200/items/*/metadata/id::type"]) == 0
    assert "MA-01 (contradiction)" in capsys.readouterr().out
    assert execute(["explain", "MA-0"]) == 2
    assert "did you mean 'MA-" in capsys.readouterr().err


def test_errata_are_listed_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["list", "errata", "modelarts", "--json"]) == 0
    first = json.loads(capsys.readouterr().out)[0]
    assert first["kind"] == "contradiction"
    assert list(first) == [
        *("family", "erratum", "kind", "title", "subject", "table", "example", "sdk", "decided", "why", "pointers")
    ]
    assert execute(["list", "errata", "modelarts"]) == 0
    said = capsys.readouterr().out
    assert first["table"] in said
    assert first["sdk"] in said
