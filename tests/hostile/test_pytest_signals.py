"""A pytest session that is stopped or loses the process of its run: not green, and nothing is left unsaid."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.hostile.killing import Moment, Service, service_at
from tests.runner.notes_app import Reply


class Workers(Service):
    """Notes that kill the workers of their client at one request."""

    def reply(self, method: str, path: str, query: str, body: bytes) -> Reply:
        if self.client and self.requests == 100:
            for child in Path(f"/proc/{self.client}/task/{self.client}/children").read_text().split():
                with suppress(ProcessLookupError):
                    os.kill(int(child), signal.SIGKILL)
        return super().reply(method, path, query, body)


def session(folder: Path, service: Service, url: str, document: str, *options: str) -> subprocess.CompletedProcess[str]:
    arguments = ["-p", "no:randomly", f"--contract-url={url}", "--contract-fuzz-time=0", *options, document]
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "pytest", "-q", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    ) as process:
        service.client = process.pid
        out, _ = process.communicate(timeout=120)
    return subprocess.CompletedProcess(arguments, process.returncode, out, "")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_session_that_is_stopped_deletes_what_it_made(number: signal.Signals, tmp_path: Path) -> None:
    with service_at(tmp_path) as (service, url, document):
        service.moment = Moment(request=120, signals=[(0, number)])
        ended = session(tmp_path, service, url, document)
        assert ended.returncode == pytest.ExitCode.INTERRUPTED, ended.stdout
        left = [note["title"] for key, note in service.notes.items() if key not in service.before]
        assert not [title for title in left if title.startswith("cs-")]
        assert len(left) <= 1, "at most what was on its way without a name of its own"


@pytest.mark.slow
def test_a_killed_session_is_found_by_the_next(tmp_path: Path) -> None:
    with service_at(tmp_path) as (service, url, document):
        service.moment = Moment(request=150, signals=[(0, signal.SIGKILL)])
        session(tmp_path, service, url, document)
        assert service.notes != service.before
        again = session(tmp_path, service, url, document)
        assert "contract-suite cleanup" in again.stdout


@pytest.mark.slow
def test_killed_workers_do_not_make_a_green_session(tmp_path: Path) -> None:
    """The worker that made the run was killed, and the session ended green."""
    with service_at(tmp_path, Workers) as (service, url, document):
        ended = session(tmp_path, service, url, document, "-n", "2", "--max-worker-restart=0")
        assert ended.returncode != 0, ended.stdout
        assert "contract-suite cleanup" in ended.stdout


@pytest.mark.slow
@pytest.mark.parametrize("what", ["gone", "refuses"])
def test_an_endpoint_that_dies_fails_the_session_with_its_sentence(what: str, tmp_path: Path) -> None:
    """An endpoint that died during a session: 281 passed."""

    class Dying(Service):
        def reply(self, method: str, path: str, query: str, body: bytes) -> Reply:
            if self.client and self.requests > 200:
                if what == "refuses":
                    self.requests += 1
                    return 401, {"code": "key"}
                time.sleep(0.01)
                raise ConnectionResetError
            return super().reply(method, path, query, body)

    with service_at(tmp_path, Dying) as (service, url, document):
        ended = session(tmp_path, service, url, document)
        assert ended.returncode == pytest.ExitCode.TESTS_FAILED
        said = "the key is not accepted any more" if what == "refuses" else "could not run"
        assert said in ended.stdout
