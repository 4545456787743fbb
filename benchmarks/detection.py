"""Says which planted defects a run finds in servers that were written apart from this package.

`benchmarks/servers/families` holds a server of each family, `benchmarks/servers/services` six ordinary services. Each
defect and each variant gets a run of its own, in a process of its own, without fuzzing. A defect counts as found where
the run reports what it doesn't report of the plain server; a finding about the plain server or a variant is a false
alarm, unless the variant is said to break an inferred fact, and then only a failure is.

    python benchmarks/detection.py crm --shown-by schema --sample 20
    python benchmarks/detection.py pai modelarts opensearch --variants
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent / "servers"
LIST: Final = "import json, sys; from {module} import {name} as found; print(json.dumps([{show} for each in found]))"
WORKERS: Final = 2
TIME_LIMIT: Final = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One server: what to run against it and how. `prefix` names the two variables that choose its behaviour."""

    name: str
    folder: Path
    app: str
    document: str
    prefix: str
    options: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

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


def _service(name: str, document: str, *options: str, **environment: str) -> Server:
    folder = HERE / "services"
    return Server(
        name=name,
        folder=folder,
        app=f"{name}.app:app",
        document=str(folder / name / document),
        prefix="SERVICE",
        options=options,
        environment=environment,
    )


LIBRARY_KEYS: Final = ("--auth", "key=READER", "--auth", "librarian=LIBRARIAN")
SERVERS: Final = {
    each.name: each
    for each in (
        _family("pai", "--readonly-token-env", "READONLY_TOKEN", READONLY_TOKEN="sk-readonly-key"),
        _family("modelarts"),
        _family("opensearch", "--set", "appGroupIdentity=my_app", "--set", "functionName=rank"),
        _service("bookings", "openapi.yaml", "-H", "X-Api-Key: my-key", "--set", "X-Tenant=north"),
        _service("chat", "openapi.yaml", "-H", "Cookie: session=mia-session"),
        _service("crm", "openapi.yaml", "--token-env", "SERVICE_TOKEN", SERVICE_TOKEN="full-token"),
        _service("files", "openapi.json", "--token-env", "SERVICE_TOKEN", SERVICE_TOKEN="any:open"),
        _service("greenhouse", "openapi.yaml", "--token-env", "SERVICE_TOKEN", SERVICE_TOKEN="full-token"),
        _service("library", "openapi.yaml", *LIBRARY_KEYS, READER="my-key", LIBRARIAN="librarian:secret"),
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
    environment = {
        **os.environ,
        "PYTHONPATH": str(server.folder),
        **server.environment,
        f"{server.prefix}_DEFECTS": defect,
        f"{server.prefix}_VARIANT": variant,
    }
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


def report_defects(server: Server, plain: Outcome, chosen: Sequence[tuple[str, str]], extra: Sequence[str]) -> None:
    """Run each defect and print what was found, by what shows it, then the missed ones."""
    counted: dict[str, Counter[str]] = {}
    missed: list[str] = []
    with ThreadPoolExecutor(WORKERS) as pool:
        outcomes = pool.map(lambda each: run(server, defect=each[0], extra=(*extra, *needed(each[0]))), chosen)
        for (name, shown), outcome in zip(chosen, outcomes, strict=True):
            failed = outcome.failures.keys() - plain.failures.keys() - plain.advisories.keys()
            advised = outcome.advisories.keys() - plain.failures.keys() - plain.advisories.keys()
            kind = "failure" if failed else "advisory" if advised else "missed"
            counted.setdefault(shown, Counter())[kind] += 1
            if kind == "missed":
                missed.append(f"{shown} {name}")
    for shown, counts in sorted(counted.items()):
        total = counts.total()
        found = total - counts["missed"]
        print(
            f"{server.name:<12} {shown:<12} {found:>3} of {total:>3} found ({counts['failure']} failures, "
            f"{counts['advisory']} advisories)"
        )
    for each in sorted(missed):
        print(f"{server.name:<12} missed: {each}")


def needed(defect: str) -> tuple[str, ...]:
    """Return the options without which nothing looks for a defect: nobody is flooded who did not ask for it."""
    return ("--check-rate-limits",) if "-rate-" in defect else ()


def report_variants(server: Server, extra: Sequence[str]) -> None:
    """Run each variant and print what was held against it."""
    chosen = variants(server)
    with ThreadPoolExecutor(WORKERS) as pool:
        outcomes = pool.map(lambda each: run(server, variant=each[0], extra=extra), chosen)
        for (name, breaks), outcome in zip(chosen, outcomes, strict=True):
            for line in complaints(outcome, advisories=not breaks):
                print(f"{server.name:<12} variant {name}: {line}")


def complaints(outcome: Outcome, *, advisories: bool = True) -> Iterator[str]:
    """Yield a line for each finding about a server that does nothing wrong."""
    yield from (f"FAILURE {clause}" for clause in sorted(outcome.failures.values()))
    if advisories:
        yield from (f"advisory {clause}" for clause in sorted(outcome.advisories.values()))


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("servers", nargs="*", choices=[*SERVERS, []], help="which servers; all without")
    parser.add_argument("--shown-by", default="", help="only defects that this shows: documented, schema, http, …")
    parser.add_argument("--sample", type=int, default=0, help="only so many defects of each server, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--variants", action="store_true", help="run the variants too")
    parser.add_argument("--no-defects", action="store_true", help="leave the defects out")
    asked = parser.parse_args()
    for name in asked.servers or SERVERS:
        server = SERVERS[name]
        plain = run(server)
        held = list(complaints(plain))
        print(
            f"{name:<12} plain: exit {plain.exit_code}, {len(plain.failures)} failures, {len(plain.advisories)} advisories"
        )
        for line in held:
            print(f"{name:<12} plain: {line}")
        if asked.variants:
            report_variants(server, ())
        if not asked.no_defects:
            chosen = [each for each in defects(server) if asked.shown_by in {"", each[1]}]
            if 0 < asked.sample < len(chosen):
                chosen = random.Random(asked.seed).sample(chosen, asked.sample)  # noqa: S311 - a sample, no secret
            report_defects(server, plain, chosen, ())


if __name__ == "__main__":
    main()
