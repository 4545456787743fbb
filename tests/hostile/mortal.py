"""Runs of any document before its own mock, ended at random moments, and what of the mock's data is then not as it was."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

from contract_suite.errors import ExitCode
from contract_suite.inference.inferring import with_guesses
from contract_suite.mock.asgi import MockApp
from contract_suite.mock.embedded import running
from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.server import MockServer
from contract_suite.mock.state import Record, Ref, State
from contract_suite.record.reader import read_run
from contract_suite.record.run_folder import record_in
from contract_suite.runner.documents import open_contract
from contract_suite.runner.leftovers.ledger_file import SUFFIX

_ROOT: Final = Path(__file__).parents[2]
DOCUMENTS: Final = (
    *("pai", "opensearch", "modelarts"),
    *sorted(
        str(each.relative_to(_ROOT))
        for each in _ROOT.glob("benchmarks/servers/services/*/openapi.*")
        if each.parent.name not in {"crm", "chat"}  # mocks that keep what stands below things that they don't keep
    ),
    *sorted(str(each.relative_to(_ROOT)) for each in _ROOT.glob("tests/families/*/openapi.yaml")),
    *sorted(str(each.relative_to(_ROOT)) for each in _ROOT.glob("tests/mock/*.yaml")),
    *sorted(str(each.relative_to(_ROOT)) for each in _ROOT.glob("tests/behaviours/*.yaml")),
)
"""All of them: the families, the services, and what other tests serve."""
_SIGNALLED: Final = 128
_RUN_TAKES: Final = 240.0
_LOST: Final = 30.0
"""An answer that is longer on its way has no client any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing of a mock's before and after; `None` where it is not there."""

    ref: Ref
    before: Any
    after: Any


class Kept:
    """A mock with all that requests have changed: what each thing was before, `None` where it was not there."""

    def __init__(self, document: str) -> None:
        """Serve a document, with what names and shapes give away."""
        contract = with_guesses(open_contract(document))
        self.deletable = {each.name for each in contract.resources if each.delete is not None}
        self.before: dict[Ref, Any] = {}
        self.server = MockServer(contract, pipeline=Pipeline(put=self._put, remove=self._remove))

    def differences(self) -> list[Difference]:
        """Name what is not as it was."""
        after = {ref: self.server.state.find(*ref) for ref in self.before}
        bodies = {ref: None if record is None else record.body for ref, record in after.items()}
        return [
            Difference(ref=ref, before=before, after=bodies[ref])
            for ref, before in self.before.items()
            if before != bodies[ref]
        ]

    def _put(self, state: State, record: Record) -> None:
        self._remember(state, record.ref)
        state.put(record)

    def _remove(self, state: State, record: Record) -> None:
        self._remember(state, record.ref)
        state.remove(record)

    def _remember(self, state: State, ref: Ref) -> None:
        if ref not in self.before:
            found = state.find(*ref)
            self.before[ref] = None if found is None else found.body


@dataclass(slots=True)
class Ending:
    """What a client gets at its n-th request: a signal, `after` so many seconds, and no answer if that is lost."""

    request: int
    number: signal.Signals
    after: float
    lost: bool
    client: int = 0
    requests: int = 0

    def fall(self) -> None:
        """Send the signal when it is due."""
        if self.after:
            threading.Timer(self.after, self._send).start()
        else:
            self._send()

    def _send(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.client, self.number)


@contextmanager
def served(kept: Kept, ending: Ending | None) -> Iterator[str]:
    """Serve a mock on a port, with an end for its client; yields the base URL."""
    app = MockApp(kept.server)

    async def mortal(scope: Any, receive: Any, send: Any) -> None:
        due = False
        if ending is not None and scope["type"] == "http":
            ending.requests += 1
            due = ending.requests == ending.request
        if not due or ending is None:
            await app(scope, receive, send)
            return
        if ending.lost:

            async def swallow(_message: Any) -> None:
                pass

            await app(scope, receive, swallow)
            ending.fall()
            await asyncio.sleep(_LOST)
        ending.fall()
        await app(scope, receive, send)

    with running(mortal) as origin:
        yield f"{origin}{kept.server.base_path}"


def command(*arguments: str, ending: Ending | None = None) -> tuple[int, str]:
    """Call the command line in a process of its own, with a key; returns its exit code and all that it said."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "contract_suite", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=_ROOT,
        env={**os.environ, "CONTRACT_SUITE_TOKEN": "sk-for-tests-of-ends"},
    )
    if ending is not None:
        ending.client = process.pid
    try:
        said, _ = process.communicate(timeout=_RUN_TAKES)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return process.returncode, said


@cache
def requests_of(document: str) -> int:
    """How many requests a whole run of a document sends."""
    counting = Ending(request=0, number=signal.SIGTERM, after=0.0, lost=False)
    with served(Kept(document), counting) as url, TemporaryDirectory() as folder:
        command("run", document, "--url", url, "--fuzz-time", "0", "-q", "--report", folder)
    return counting.requests


def moment(random: Random, document: str, number: signal.Signals) -> Ending:
    """Choose a moment of a whole run: at a request before or after it was served, or somewhere behind it."""
    lost = random.random() < 0.4
    after = 0.0 if lost or random.random() < 0.5 else random.random() * 0.05
    return Ending(request=random.randint(1, requests_of(document)), number=number, after=after, lost=lost)


def run_to_its_end(kept: Kept, document: str, ending: Ending | None, folder: Path) -> list[str]:
    """Run a document until its ending, and clean up; returns in words what is not as it should be."""
    with served(kept, ending) as url:
        code, said = command(
            "run", document, "--url", url, "--fuzz-time", "0", "-q", "--report", str(folder), ending=ending
        )
        wrong = _mistakes("run", said) + _dishonest(folder, code)
        cleaned, told = command("cleanup", str(folder))
    wrong += _mistakes("cleanup", told)
    left = [each for each in kept.differences() if each.ref.resource in kept.deletable or each.before is not None]
    named = told.count("\n  ")
    if cleaned not in {0, 4}:
        wrong.append(f"cleanup ended with {cleaned}: {told}")
    elif (left and cleaned == 0) or len(left) > named:
        wrong.append(f"cleanup ended with {cleaned}, named {named} things, and {len(left)} are left: {told}")
    changed = [each for each in left if each.before is not None]
    return wrong + [f"{each} ({told.strip()})" for each in changed]


def _mistakes(name: str, said: str) -> list[str]:
    return [f"{name} said: {said}"] if "Traceback" in said or "unexpected trouble" in said else []


def _dishonest(folder: Path, code: int) -> list[str]:
    """Say what the record and the reports of a run hold against how it ended."""
    path = record_in(folder)
    if not path.exists():
        return [] if not list(folder.glob(f"*{SUFFIX}")) else ["there is a ledger and no record"]
    record = read_run(path)
    reported, told = command("report", str(folder))
    wrong = _mistakes("report", told)
    if reported != 0:
        wrong.append(f"report ended with {reported}: {told}")
    if code == -signal.SIGKILL and record.footer is not None:
        return wrong  # it had written its end, and was killed on its way out
    if code == -signal.SIGKILL or (code == ExitCode.COULD_NOT_RUN and record.footer is None):  # no room for its end
        return wrong + ([] if record.truncated and "was cut short" in told else [f"the record hides the end: {told}"])
    if record.footer is None:
        return [*wrong, f"the run ended with {code}, and its record has no end"]
    if code > _SIGNALLED and "interrupted" not in record.footer.reason:
        wrong.append(f"the run ended with {code}, and its record says {record.footer.reason}")
    return wrong
