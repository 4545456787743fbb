"""A run in a process of its own before a mock behind a port, met by signals at chosen requests."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.runner.notes_app import DOCUMENT, Notes, Reply
from tests.runner.notes_server import serving


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What happens to a run at its n-th request: signals, each with the seconds to wait before it.

    `served` says that the request is served first, and its answer never sent.
    """

    request: int
    signals: Sequence[tuple[float, signal.Signals]]
    served: bool = False


class Service(Notes):
    """Notes that send signals to their client."""

    def __init__(self) -> None:
        super().__init__()
        self.requests = 0
        self.moment: Moment | None = None
        self.client = 0
        for number in range(30):
            self.reply("POST", "/notes", "", json.dumps({"title": f"theirs {number}"}).encode())
        self.before = dict(self.notes)

    def restore(self) -> None:
        """Forget what is left, and everything else about the last run."""
        self.notes = dict(self.before)
        self.requests, self.moment, self.client = 0, None, 0

    def reply(self, method: str, path: str, query: str, body: bytes) -> Reply:
        self.requests += 1
        if self.moment is None or self.requests != self.moment.request:
            return super().reply(method, path, query, body)
        moment, self.moment = self.moment, None
        if moment.served:
            super().reply(method, path, query, body)
        for pause, number in moment.signals:
            time.sleep(pause)
            with suppress(ProcessLookupError):
                os.kill(self.client, number)
        if moment.served:
            raise ConnectionError("the answer is lost")
        return super().reply(method, path, query, body)


@contextmanager
def service_at(folder: Path, kind: type[Service] = Service) -> Iterator[tuple[Service, str, str]]:
    """Serve notes; yields the service, its base URL, and the path of its document."""
    document = folder / "notes.yaml"
    document.write_text(DOCUMENT)
    service = kind()
    with serving(service, latency=0.0) as (url, _):
        yield service, url, str(document)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str
    seconds: float = 0.0
    folder: Path = field(default_factory=Path)


def command(
    *arguments: str,
    moment: Moment | None = None,
    service: Service | None = None,
    within: float = 60.0,
    file_limit: int | None = None,
) -> Ended:
    """Call the command line in a process of its own; no file of it may grow beyond `file_limit` bytes."""

    def limit() -> None:
        if file_limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))

    began = time.monotonic()
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "contract_suite", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limit,  # noqa: PLW1509 - nothing else runs between fork and exec
    ) as process:
        if service is not None:
            service.client, service.moment = process.pid, moment
        try:
            out, err = process.communicate(timeout=within)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return Ended(code=process.returncode, out=out, err=err, seconds=time.monotonic() - began)
