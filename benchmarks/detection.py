"""Says which planted defects a run finds in servers that were written apart from this package.

`benchmarks/servers/families` holds a server of each family, `benchmarks/servers/services` six ordinary services. Each
defect and each variant gets a run of its own, in a process of its own, without fuzzing. A defect counts as found where
the run reports what it doesn't report of the plain server; a finding about the plain server or a variant is a false
alarm, unless the variant is said to break an inferred fact, and then only a failure is.

    python benchmarks/detection.py crm --shown-by schema --sample 20
    python benchmarks/detection.py pai modelarts opensearch --variants
    python benchmarks/detection.py bookings chat crm files greenhouse library --sample 40 --annotated --schemathesis

`--annotated` also runs each service with its `annotations.yaml`, an overlay that says in `x-contract` what its document
says in prose, and `--schemathesis` runs that tool with its default options: one table has them side by side.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from contract_suite.runner.documents import open_contract

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.services import failures_of_schemathesis

STARTS_WITHIN: Final = 20.0
SECONDS: Final = 20
"""How long schemathesis may take; a run of the suite takes less."""
HERE: Final = Path(__file__).parent / "servers"
LIST: Final = "import json, sys; from {module} import {name} as found; print(json.dumps([{show} for each in found]))"
WORKERS: Final = 2
TIME_LIMIT: Final = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One server: what to run against it and how.

    `prefix` names the two variables that choose its behaviour, `headers` are what another tool sends with each request.
    """

    name: str
    folder: Path
    app: str
    document: str
    prefix: str
    options: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def annotations(self) -> Path:
        """The overlay that says what its document says in prose; only a service has one."""
        return self.folder / self.name / "annotations.yaml"

    @property
    def modules(self) -> str:
        """The package that holds its defects and variants; empty for a folder of plain modules."""
        return "" if self.folder.name == "families" else f"{self.name}."


def _family(name: str, *options: str, **environment: str) -> Server:
    return Server(
        name=name,
        folder=HERE / "families",
        app=f"{name}:app",
        document=name,
        prefix="SERVER",
        options=options,
        environment=environment,
    )


def _service(name: str, document: str, headers: Mapping[str, str], *options: str, **environment: str) -> Server:
    folder = HERE / "services"
    return Server(
        name=name,
        folder=folder,
        app=f"{name}.app:app",
        document=str(folder / name / document),
        prefix="SERVICE",
        options=options,
        environment=environment,
        headers=headers,
    )


def _basic(user: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(user.encode()).decode()}"}


TOKEN: Final = ("--token-env", "SERVICE_TOKEN")
BEARER: Final = {"Authorization": "Bearer full-token"}
ROOM_KEYS: Final = {"X-Api-Key": "my-key", "X-Tenant": "north"}
CHAT_KEYS: Final = {"Cookie": "session=mia-session"}
LIBRARY_KEYS: Final = ("--auth", "key=READER", "--auth", "librarian=LIBRARIAN")
SERVERS: Final = {
    each.name: each
    for each in (
        _family("pai", "--readonly-token-env", "READONLY_TOKEN", READONLY_TOKEN="sk-readonly-key"),
        _family("modelarts"),
        _family("opensearch", "--set", "appGroupIdentity=my_app", "--set", "functionName=rank"),
        _service("bookings", "openapi.yaml", ROOM_KEYS, "-H", "X-Api-Key: my-key", "--set", "X-Tenant=north"),
        _service("chat", "openapi.yaml", CHAT_KEYS, "-H", "Cookie: session=mia-session"),
        _service("crm", "openapi.yaml", BEARER, *TOKEN, SERVICE_TOKEN="full-token"),
        _service("files", "openapi.json", _basic("any:open"), *TOKEN, SERVICE_TOKEN="any:open"),
        _service("greenhouse", "openapi.yaml", BEARER, *TOKEN, SERVICE_TOKEN="full-token"),
        _service(
            "library",
            "openapi.yaml",
            _basic("librarian:secret"),
            *LIBRARY_KEYS,
            READER="my-key",
            LIBRARIAN="librarian:secret",
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one run came to: its exit code and its findings, the clause of each by its id, failures apart."""

    exit_code: int
    failures: Mapping[str, str]
    advisories: Mapping[str, str]


def run(server: Server, *, defect: str = "", variant: str = "", extra: Sequence[str] = ()) -> Outcome:
    """Run the suite once against one form of a server."""
    environment = _environment(server, defect, variant)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "contract_suite", "run", server.document, "--app", server.app]
        command += ["--fuzz-time", "0", "--quiet", "--report", folder, *server.options, *extra]
        done = subprocess.run(  # noqa: S603 - this package's own command line
            command, env=environment, capture_output=True, text=True, timeout=TIME_LIMIT, check=False
        )
        failures: dict[str, str] = {}
        advisories: dict[str, str] = {}
        record = Path(folder) / "run.ndjson"
        for line in record.read_text("utf-8").splitlines() if record.exists() else ():
            each = json.loads(line)
            if each["type"] == "finding":
                (failures if each["level"] == "failure" else advisories)[each["id"]] = each["clause"]
        if not record.exists():
            print(f"{server.name} {defect}{variant}: {done.stderr.strip() or done.stdout.strip()}", file=sys.stderr)
    return Outcome(exit_code=done.returncode, failures=failures, advisories=advisories)


def run_schemathesis(server: Server, *, defect: str = "", variant: str = "") -> Outcome:
    """Run schemathesis once against one form of a service, served over HTTP: its failed checks with their operations."""
    with tempfile.TemporaryDirectory() as folder, _served(server, _environment(server, defect, variant)) as base:
        record = Path(folder) / "events.ndjson"
        command = [str(Path(sys.executable).parent / "st"), "run", server.document, "--url", base]
        command += [
            "--continue-on-failure",
            "--max-time",
            str(SECONDS),
            "--seed",
            "1",
            "--no-color",
            "--report",
            "ndjson",
            "--report-ndjson-path",
            str(record),
        ]
        command += [word for name, value in server.headers.items() for word in ("-H", f"{name}: {value}")]
        done = subprocess.run(  # noqa: S603 - installed beside this package
            command, cwd=folder, capture_output=True, text=True, timeout=2 * TIME_LIMIT, check=False
        )
        found = {f"{check} at {label}" for check, label in failures_of_schemathesis(record)}
    return Outcome(exit_code=done.returncode, failures={each: each for each in found}, advisories={})


def _environment(server: Server, defect: str, variant: str) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(server.folder),
        **server.environment,
        f"{server.prefix}_DEFECTS": defect,
        f"{server.prefix}_VARIANT": variant,
    }


@contextmanager
def _served(server: Server, environment: Mapping[str, str]) -> Iterator[str]:
    """Serve a server on 127.0.0.1 and yield the base URL of its document; its process is ended afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", server.app, "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own interpreter
    try:
        ends = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < ends:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}{open_contract(server.document).base_path}"
    finally:
        process.terminate()
        process.wait()


def listed(server: Server, module: str, name: str, show: str) -> list[list[str]]:
    """Read a server's defects or variants in a process of its own, for the servers' modules share names."""
    program = LIST.format(module=f"{server.modules}{module}", name=name, show=show)
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(server.folder)},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    found: list[list[str]] = json.loads(done.stdout)
    return found


def defects(server: Server) -> list[tuple[str, str]]:
    """Each defect by its name, and what shows it: the level of the fact it breaks, or the kind of evidence."""
    if server.prefix == "SERVICE":
        return [
            (name, shown) for name, shown in listed(server, "defects", "DEFECTS", "[each.name, str(each.shown_by)]")
        ]
    rows = listed(server, "defects", "DEFECTS", "[each.name, str(each.source), each.family]")
    return [(name, source) for name, source, family in rows if family == server.name]


def variants(server: Server) -> list[tuple[str, bool]]:
    """Each variant by its name, and whether it breaks an inferred fact."""
    if server.prefix == "SERVICE":
        return [(name, False) for (name,) in listed(server, "variants", "VARIANTS", "[each.name]")]
    rows = listed(server, "variants", "VARIANTS", "[each.name, str(each.breaks_inferred), each.family]")
    return [(name, breaks == "True") for name, breaks, family in rows if family == server.name]


Way = Callable[[Server, str, str], Outcome]
"""Runs a tool against one form of a server: a defect, or a variant, or neither."""


def plain(server: Server, defect: str, variant: str) -> Outcome:
    """Run the suite with the document alone."""
    return run(server, defect=defect, variant=variant, extra=needed(defect))


def annotated(server: Server, defect: str, variant: str) -> Outcome:
    """Run the suite with the document and its annotations."""
    return run(server, defect=defect, variant=variant, extra=(*needed(defect), "--overlay", str(server.annotations)))


def schemathesis(server: Server, defect: str, variant: str) -> Outcome:
    """Run schemathesis with the document."""
    return run_schemathesis(server, defect=defect, variant=variant)


def report_defects(server: Server, way: str, right: Outcome, chosen: Sequence[tuple[str, str]]) -> None:
    """Run each defect and print what was found beyond what the right server has, by what shows it, then the missed ones."""
    counted: dict[str, Counter[str]] = {}
    missed: list[str] = []
    known = right.failures.keys() | right.advisories.keys()
    with ThreadPoolExecutor(WORKERS) as pool:
        outcomes = pool.map(lambda each: WAYS[way](server, each[0], ""), chosen)
        for (name, shown), outcome in zip(chosen, outcomes, strict=True):
            failed, advised = outcome.failures.keys() - known, outcome.advisories.keys() - known
            kind = "failure" if failed else "advisory" if advised else "missed"
            for row in (shown, "all"):
                counted.setdefault(row, Counter())[kind] += 1
            if kind == "missed":
                missed.append(f"{shown} {name}")
    for shown, counts in sorted(counted.items()):
        total = counts.total()
        found = total - counts["missed"]
        print(
            f"{server.name:<12} {way:<12} {shown:<12} {found:>3} of {total:>3} found ({counts['failure']} failures, "
            f"{counts['advisory']} advisories)",
            flush=True,
        )
    for each in sorted(missed):
        print(f"{server.name:<12} {way:<12} missed: {each}", flush=True)


def needed(defect: str) -> tuple[str, ...]:
    """Return the options without which nothing looks for a defect: nobody is flooded who did not ask for it."""
    return ("--check-rate-limits",) if "-rate-" in defect else ()


def report_variants(server: Server, way: str) -> None:
    """Run each variant and print what was held against it."""
    chosen = variants(server)
    with ThreadPoolExecutor(WORKERS) as pool:
        outcomes = pool.map(lambda each: WAYS[way](server, "", each[0]), chosen)
        for (name, breaks), outcome in zip(chosen, outcomes, strict=True):
            for line in complaints(outcome, advisories=not breaks):
                print(f"{server.name:<12} {way:<12} variant {name}: {line}", flush=True)


def complaints(outcome: Outcome, *, advisories: bool = True) -> Iterator[str]:
    """Yield a line for each finding about a server that does nothing wrong."""
    yield from (f"FAILURE {clause}" for clause in sorted(outcome.failures.values()))
    if advisories:
        yield from (f"advisory {clause}" for clause in sorted(outcome.advisories.values()))


WAYS: Final[Mapping[str, Way]] = {"plain": plain, "annotated": annotated, "schemathesis": schemathesis}


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("servers", nargs="*", choices=[*SERVERS, []], help="which servers; all without")
    parser.add_argument("--shown-by", default="", help="only defects that these show: documented, schema,http, …")
    parser.add_argument("--sample", type=int, default=0, help="only so many defects of each server, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--variants", action="store_true", help="run the variants too")
    parser.add_argument("--no-defects", action="store_true", help="leave the defects out")
    parser.add_argument("--annotated", action="store_true", help="run services with their annotations too")
    parser.add_argument("--schemathesis", action="store_true", help="run schemathesis against services too")
    parser.add_argument("--no-plain", action="store_true", help="leave out the run with the document alone")
    asked = parser.parse_args()
    wanted = [way for way in WAYS if (not asked.no_plain if way == "plain" else getattr(asked, way))]
    for name in asked.servers or SERVERS:
        server = SERVERS[name]
        chosen = [each for each in defects(server) if not asked.shown_by or each[1] in asked.shown_by.split(",")]
        if 0 < asked.sample < len(chosen):
            chosen = random.Random(asked.seed).sample(chosen, asked.sample)  # noqa: S311 - a sample, no secret
        for way in wanted if server.prefix == "SERVICE" else ["plain"]:
            right = WAYS[way](server, "", "")
            print(
                f"{name:<12} {way:<12} right server: exit {right.exit_code}, {len(right.failures)} failures, "
                f"{len(right.advisories)} advisories",
                flush=True,
            )
            for line in complaints(right):
                print(f"{name:<12} {way:<12} right server: {line}", flush=True)
            if asked.variants:
                report_variants(server, way)
            if not asked.no_defects:
                report_defects(server, way, right, chosen)


if __name__ == "__main__":
    main()
