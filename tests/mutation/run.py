"""Tries a random sample of mutants of the package against the tests that run the mutated line, and prints what survived.

Each mutant is tried in a copy of the tree: the tests of its line, the quickest first, until one fails. A mutant that no
test notices survives; one on a line that no test runs is `uncovered`, and survives too.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from tests.coverage.rooms import PACKAGE, room
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.tests_by_line import TestsByLine, measure

ROOT: Final = Path(__file__).resolve().parents[2]
KEPT: Final = ROOT / ".mutation"
"""Where the measurement is kept until the code or the tests change."""
_AT_ONCE: Final = 2
_ONE_TEST: Final = 120
_USAGE_ERROR: Final = 4


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    UNCOVERED = "uncovered"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A mutant, what became of it, how many tests were chosen for it and how long they took."""

    mutant: Mutant
    fate: Fate
    tests: int
    seconds: float


def sample(tree: Path, *, size: int, seed: int, rooms: Sequence[str] = ()) -> list[Mutant]:
    """Draw lines of the package at random, and for each one of its mutants; only of some rooms, if any are named."""
    lines: dict[tuple[str, int], list[Mutant]] = {}
    for file in sorted((tree / PACKAGE).rglob("*.py")):
        path = file.relative_to(tree).as_posix()
        if not rooms or room(path) in rooms:
            for each in mutants(path, file.read_text("utf-8")):
                lines.setdefault((path, each.line), []).append(each)
    chance = random.Random(seed)  # noqa: S311 - a sample is no secret
    return [chance.choice(lines[each]) for each in chance.sample(sorted(lines), min(size, len(lines)))]


def try_mutant(copy: Path, mutant: Mutant, tests: Sequence[str], *, limit: float) -> Trial:
    """Run tests in a copy of the tree that has the mutant, until one fails; the copy is as before afterwards."""
    if not tests:
        return Trial(mutant=mutant, fate=Fate.UNCOVERED, tests=0, seconds=0.0)
    began = time.perf_counter()
    file = copy / mutant.path
    original = file.read_bytes()
    chosen = copy / ".chosen-tests"
    chosen.write_text("\n".join(tests).replace(str(ROOT), str(copy)), "utf-8")  # some ids hold the place of the tree
    file.write_text(mutant.source, "utf-8")
    pytest = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-p",
        "no:randomly",
    ]
    command = [*pytest, f"--timeout={_ONE_TEST}", f"@{chosen}"]
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", "CI": "true"}
    try:
        done = subprocess.run(  # noqa: S603 - our own tests
            command, cwd=copy, env=environment, capture_output=True, text=True, timeout=limit, check=False
        )
        if done.returncode == _USAGE_ERROR and "not found:" in done.stderr:
            raise SystemExit(f"the tests have changed since they were measured: {done.stderr.strip()}")
        fate = Fate.KILLED if done.returncode else Fate.SURVIVED
    except subprocess.TimeoutExpired:
        fate = Fate.UNFINISHED
    finally:
        file.write_bytes(original)
    return Trial(mutant=mutant, fate=fate, tests=len(tests), seconds=time.perf_counter() - began)


def trials(drawn: Sequence[Mutant], known: TestsByLine, *, limit: float) -> Iterator[Trial]:
    """Try mutants, two at a time, each in a copy of its own."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as scratch:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(_AT_ONCE):
            copies.put(_copied(Path(scratch) / str(number)))

        def one(mutant: Mutant) -> Trial:
            copy = copies.get()
            try:
                return try_mutant(copy, mutant, known.of(mutant.path, mutant.line), limit=limit)
            finally:
                copies.put(copy)

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            yield from pool.map(one, drawn)


def _copied(to: Path) -> Path:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - whichever git there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    return to


def _measured(marker: str) -> TestsByLine:
    """Which tests run which line: as kept, or measured anew if the code, the tests or the choice of tests have changed."""
    files = [
        file for folder in (PACKAGE, "tests", "specs") for file in sorted((ROOT / folder).rglob("*")) if file.is_file()
    ]
    state = hashlib.sha256(marker.encode())
    for file in files:
        if file.suffix != ".pyc":
            state.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    folder = KEPT / state.hexdigest()[:16]
    if not (folder / "done").is_file():
        print(f"measuring which tests run which line, in {folder.relative_to(ROOT)}/", flush=True)
        measure(ROOT, folder, marker)
        (folder / "done").touch()
    return TestsByLine(ROOT, folder)


def report(done: Sequence[Trial]) -> Iterator[str]:
    """The score of each room and of all, then the survivors."""
    by_room = Counter(room(each.mutant.path) for each in done)
    killed = Counter(room(each.mutant.path) for each in done if each.fate is Fate.KILLED)
    for name, tried in sorted(by_room.items()):
        yield f"{name:<16} {killed[name]:>3} of {tried:>3}"
    yield f"{'all':<16} {killed.total():>3} of {len(done):>3}: {score(done):.1f} %"
    yield from (f"{each.fate:<10} {each.mutant}" for each in done if each.fate is not Fate.KILLED)


def score(done: Sequence[Trial]) -> float:
    """The share of mutants that were killed, in percent."""
    return 100 * sum(each.fate is Fate.KILLED for each in done) / len(done) if done else 100.0


def main(arguments: Sequence[str]) -> int:
    """Draw, try and report: 0 if enough were killed, 1 if not."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=150, help="how many mutants to draw")
    parser.add_argument("--seed", type=int, default=1, help="what the draw begins from; the same draws the same")
    parser.add_argument("--room", action="append", default=[], help="draw from this room only; may be repeated")
    parser.add_argument("--tests", default="not network", help="which tests may kill, in the words of pytest's -m")
    parser.add_argument("--limit", type=float, default=900, help="the most seconds for the tests of one mutant")
    parser.add_argument("--at-least", type=float, default=85, help="the share that must be killed, in percent")
    asked = parser.parse_args(arguments)
    known = _measured(asked.tests)
    drawn = sample(ROOT, size=asked.sample, seed=asked.seed, rooms=asked.room)
    done = []
    for number, trial in enumerate(trials(drawn, known, limit=asked.limit), 1):
        done.append(trial)
        print(
            f"{number:>4} {trial.fate:<10} {trial.seconds:6.1f} s, {trial.tests} tests: {trial.mutant}",
            flush=True,
        )
    print(*report(done), sep="\n")
    return 0 if score(done) >= asked.at_least else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
