"""Endpoints that lie on the wire: some of the answers of a right server, before a run, and all of them, before pytest."""

from __future__ import annotations

import json
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from contract_suite.record.reader import read_run
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run
from tests.hostile.endpoints import CODINGS, ENDLESS, FIELDS, LENGTHS, LINES, REDIRECTS, Sent, endpoints, serving
from tests.hostile.measuring import peak_of, within
from tests.hostile.test_connections import Port, listening
from tests.hostile.test_documents import OURS
from tests.hostile.test_endpoints import DOCUMENT
from tests.runner import notes_app
from tests.transport.servers import request as read_request

ONE_IN = 7
SECONDS = 60
MEGABYTES = 300
BODIES = (
    *("900 levels", "a hundred thousand levels", "nan", "infinite", "twice", "byte order mark", "utf-16", "latin-1", "half a pair"),
    *("raw half a pair", "a hundred thousand digits", "hundred thousand members", "megabyte of text", "two values", "cut"),
)  # fmt: skip
LIES = (
    *(f"line: {name}" for name in LINES),
    *(f"length: {name}" for name in LENGTHS),
    *(f"coding: {name}" for name in CODINGS),
    *(f"endless: {name}" for name in ENDLESS),
    *(f"redirect: {name}" for name in REDIRECTS),
    *(f"field: {name}" for name in FIELDS),
    *(f"body: {name}" for name in BODIES),
    "type: b'text/html'",
    "type: b'image/png'",
    "status: 203",
    "status: 502",
)
QUICK = {"length: too short", "coding: bomb", "redirect: to itself"}
QUICK_UNDER_PYTEST = {"endless: early hints", "body: nan"}


def cases(quick: set[str]) -> list[object]:
    return [pytest.param(name, marks=() if name in quick else (pytest.mark.slow,)) for name in LIES]


class Lying(Port):
    """Notes that do what is asked, and lie about it now and then."""

    def __init__(self, lie: Sent) -> None:
        super().__init__()
        self.lie = lie

    def serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            while data := read_request(client):
                with self.lock:
                    self.requests += 1
                    lies = self.requests % ONE_IN == 0
                    answer = self.answer(data)
                if not lies:
                    client.sendall(answer)
                    continue
                for piece in [self.lie] if isinstance(self.lie, bytes) else self.lie():
                    client.sendall(piece)
                if not isinstance(self.lie, bytes) or b"Content-Length" not in self.lie:
                    return


@pytest.mark.longer
@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", cases(QUICK))
def test_a_server_that_lies_now_and_then_is_never_green_and_keeps_nothing(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    document = tmp_path / "notes.yaml"
    document.write_text(notes_app.DOCUMENT)
    with listening(Lying(endpoints()[name])) as port, within(40, request):
        outcome = run(
            RunOptions(
                contracts=(str(document),),
                url=f"http://127.0.0.1:{port.port}/notes-api",
                fuzz_time=0,
                timeout=0.5,
                report=tmp_path / "report",
            ),
            environ={},
        )
    record = read_run(outcome.record)
    assert record.footer is not None
    assert not record.footer.conformant
    assert outcome.exit_code in {1, 3, 4}, outcome.reason
    assert "contract-suite itself" not in outcome.reason, outcome.reason
    assert len(record.exchange_offsets) == port.requests
    said = outcome.reason
    assert not port.service.notes or "may have made something" in said or "could not be deleted" in said, said


@pytest.mark.longer
@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", cases(QUICK_UNDER_PYTEST))
def test_a_session_of_pytest_bears_a_server_that_lies(name: str, tmp_path: Path) -> None:
    (tmp_path / "things.json").write_text(json.dumps(DOCUMENT))
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--contract-fuzz-time=0", "--contract-timeout=0.3"]
    began = time.monotonic()
    with serving(endpoints()[name]) as url, (tmp_path / "said.txt").open("wb") as said:
        command = [sys.executable, "-m", "pytest", *options, f"--contract-url={url}", "things.json"]
        code, megabytes = peak_of(command, tmp_path, output=said)
    out = (tmp_path / "said.txt").read_text("utf-8", "replace")
    assert code == pytest.ExitCode.TESTS_FAILED, out
    assert not [word for word in (*OURS, "INTERNALERROR") if word in out], out
    assert time.monotonic() - began < SECONDS
    assert megabytes < MEGABYTES
