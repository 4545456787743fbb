"""What a case costs: CPU seconds and memory, held to a bound and told at the end of the session; and how long it takes."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import pytest

SECONDS: Final = "cpu_seconds"
MEGABYTES: Final = "peak_megabytes"
ROOM: Final = 190.0
"""So many MB a case may take beside what a process has that has loaded everything (110 MB): 300 MB in all."""
_AS_IN_A_RUN: Final = (700, 10, 10)
"""When Python looks for garbage unless it is told otherwise."""
_ROOT: Final = Path(__file__).parents[2]
_WATCHING: Final = """\
import resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as told:
    told.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
"""
_STATUS: Final = Path("/proc/self/status")
_RESET: Final = Path("/proc/self/clear_refs")
_SCHEDULED: Final = Path("/proc/thread-self/schedstat")


def clock() -> float:
    """Return the seconds of a clock that stands still while this thread could go on and others have the processor.

    A bound that is held to it says how long is waited, on a busy machine too. Where the system (not Linux) does not tell,
    it is an ordinary clock.
    """
    try:
        _running, ready, *_ = _SCHEDULED.read_text("utf-8").split()
    except (OSError, ValueError):
        ready = "0"
    return time.monotonic() - int(ready) / 1e9


@dataclass(slots=True)
class Cost:
    """What it came to."""

    seconds: float = 0.0
    megabytes: float = 0.0


@contextmanager
def within(seconds: float, record: pytest.FixtureRequest | None = None, *, megabytes: float = ROOM) -> Iterator[Cost]:
    """Hold what the block costs to a bound; `record` is the request of the test that tells it."""
    cost = Cost()
    usual = gc.get_threshold()
    gc.collect()
    gc.set_threshold(*_AS_IN_A_RUN)  # the tests let garbage lie longer, which would count here
    before = _reset_peak()
    began = time.process_time()
    try:
        yield cost
    finally:
        gc.set_threshold(*usual)
    cost.seconds = time.process_time() - began
    cost.megabytes = max(0.0, _peak() - before)
    if record is not None:
        record.node.user_properties += [(SECONDS, cost.seconds), (MEGABYTES, cost.megabytes)]
    assert cost.seconds < seconds, f"{cost.seconds:.1f} s of CPU"
    assert cost.megabytes < megabytes, f"{cost.megabytes:.0f} MB"


def peak_of(command: Sequence[str], folder: Path, *, output: IO[bytes] | None = None) -> tuple[int, float]:
    """Run a command in a folder; returns its exit code and the most MB that it held.

    A small process starts it: one that this process starts counts what this one holds as its own.
    """
    told = folder / ".peak"
    code = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", _WATCHING, str(told), *command],
        cwd=folder,
        stdout=output,
        stderr=output,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        check=False,
    ).returncode
    peak = int(told.read_text("utf-8"))
    told.unlink()
    return code, peak / 1024


def _reset_peak() -> float:
    """Forget the highest use of memory so far, where the system can; returns the use now."""
    try:
        _RESET.write_text("5")
    except OSError:
        return float("inf")
    return _read("VmRSS")


def _peak() -> float:
    return _read("VmHWM")


def _read(name: str) -> float:
    line = next(line for line in _STATUS.read_text("utf-8").splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) / 1024
