"""Holds real services to their own documents, this toolkit and schemathesis side by side.

Each service is started anew for each run, on 127.0.0.1, in a folder of its own, with proxies that lead nowhere, and is
ended again by its process id. What is not installed is left out with a sentence. Before a run somebody else's things
are put into the service; afterwards they must still be there, and the service must still answer: else harm was done.
A proxy between tool and service counts what was served, for both in the same way.

    python benchmarks/services.py --venvs /tmp/venvs --install kinto httpbin
    python benchmarks/services.py --venvs /tmp/venvs --seconds 60 --keep /tmp/runs

`--venvs` holds a virtual environment for each service, named after it; PowerDNS is taken from the path, or from
`powerdns/` there. Causes of this toolkit are its findings; those of schemathesis its distinct failures of a check at an
operation. Which of them are true nobody but a reader can say: `--keep` keeps the reports for that.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.paths.routing import route
from contract_suite.contract.reading import read_contract
from contract_suite.model.exchange import is_refusal, is_server_error, is_success
from contract_suite.model.json import JSON

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.real.counting_proxy import CountingProxy
from benchmarks.real.services import SERVICES, Place, Service

_READY_WITHIN: Final = 300.0
_ENDS_WITHIN: Final = 10.0
_ANSWERS_WITHIN: Final = 60.0
"""A service may need that long to write a document of hundreds of operations, on a busy machine."""
_OVERTIME: Final = 120.0
_NOWHERE: Final = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one run of one tool against one service came to."""

    service: str
    tool: str
    operations: int
    served: int
    requests: int
    causes: int
    cpu_seconds: float
    seconds: float
    harm: tuple[str, ...]


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ask(base: str, method: str, path: str, headers: Mapping[str, str], body: JSON = None) -> tuple[int, JSON]:
    """Send one request and return status and JSON body; 0 where nothing answers."""
    data = None if body is None else json.dumps(body).encode()
    fields = {**headers, **({"Content-Type": "application/json"} if data is not None else {})}
    request = urllib.request.Request(base + path, data=data, method=method, headers=fields)  # noqa: S310 - loopback
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_ANSWERS_WITHIN) as response:
            status, text = response.status, response.read()
    except urllib.error.HTTPError as refusal:
        status, text = refusal.code, refusal.read()
    except OSError:
        return 0, None
    try:
        return status, json.loads(text)
    except ValueError:
        return status, text.decode("utf-8", "replace")


@contextmanager
def started(service: Service, place: Place) -> Iterator[str]:
    """Start a service and wait until it answers; yields its address, and ends its processes afterwards."""
    service.prepare(place)
    environment = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "LC_ALL"}},
        "HOME": str(place.folder),
        "TMPDIR": str(place.folder),
        **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), _NOWHERE),
        **dict.fromkeys(("no_proxy", "NO_PROXY"), "127.0.0.1,localhost"),
        **service.environment(place),
    }
    log = (place.folder / "service.log").open("wb")
    process = subprocess.Popen(  # noqa: S603 - a command of the table
        service.command(place), cwd=place.folder, env=environment, stdout=log, stderr=log, start_new_session=True
    )
    base = f"http://127.0.0.1:{place.port}"
    try:
        ends = time.monotonic() + _READY_WITHIN
        while ask(base, "GET", service.ready, service.headers)[0] not in range(200, 400):
            if process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"{service.name} did not start; see {place.folder / 'service.log'}")
            time.sleep(0.2)
        yield base
    finally:
        log.close()
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and those that it started."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            return
        try:
            process.wait(_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            continue


def hold(service: Service, tool: str, venvs: Path, seconds: int, keep: Path) -> Outcome:
    """Run one tool against one service that was just started."""
    keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder=Path(folder), venv=service.venv(venvs), port=free_port())
        with started(service, place) as base:
            document = _document(service, place, base, keep)
            contract = read_contract(Library().read(document.read_bytes(), str(document)))
            service = _signed_in(service, base)
            for method, path, body in service.theirs:
                ask(base, method, path, service.headers, body)
            before = {path: ask(base, "GET", path, service.headers) for path in service.controls}
            with CountingProxy(place.port) as proxy:
                url = f"http://127.0.0.1:{proxy.port}{service.base_path}"
                command = _ours if tool == "contract-suite" else _schemathesis
                cpu, took = _run(command(document, url, service, seconds, keep), keep / "tool.txt", seconds)
            after = {path: ask(base, "GET", path, service.headers) for path in service.controls}
        served = _served(contract, service.base_path, proxy.answers)
    return Outcome(
        service=service.name,
        tool=tool,
        operations=len(contract.operations),
        served=len(served),
        requests=len(proxy.answers),
        causes=_causes(tool, keep),
        cpu_seconds=cpu,
        seconds=took,
        harm=tuple(_harm(before, after)),
    )


def _signed_in(service: Service, base: str) -> Service:
    """Return the service with the token of its login among its headers."""
    if service.login is None:
        return service
    path, body, member = service.login
    status, answer = ask(base, "POST", path, {}, body)
    if not is_success(status) or not isinstance(answer, dict):
        raise RuntimeError(f"{service.name} lets nobody in at {path}: {status}")
    return replace(service, headers={**service.headers, "Authorization": f"Bearer {answer[member]}"})


def _document(service: Service, place: Place, base: str, keep: Path) -> Path:
    """Write a service's own document to a file: one of its package, or the one that it serves."""
    if service.document_file is not None:
        found = service.document_file(place)
        shutil.copy(found, keep / f"document{found.suffix}")
        return keep / f"document{found.suffix}"
    status, document = ask(base, "GET", service.document_path, {**service.headers, "Accept": "application/json"})
    if not is_success(status) or not isinstance(document, dict):
        raise RuntimeError(f"{service.name} serves no document at {service.document_path}: {status}")
    (keep / "document.json").write_text(json.dumps(document), "utf-8")
    return keep / "document.json"


def _ours(document: Path, url: str, service: Service, seconds: int, keep: Path) -> list[str]:
    headers = [word for name, value in service.headers.items() for word in ("-H", f"{name}: {value}")]
    options = [
        "--url",
        url,
        "--max-time",
        str(seconds),
        "--fuzz-time",
        str(seconds // 4),
        "--report",
        str(keep / "ours"),
    ]
    return [sys.executable, "-m", "contract_suite", "run", str(document), *options, *headers]


def _schemathesis(document: Path, url: str, service: Service, seconds: int, keep: Path) -> list[str]:
    headers = [word for name, value in service.headers.items() for word in ("-H", f"{name}: {value}")]
    options = [
        "--url",
        url,
        "--max-time",
        str(seconds),
        "--continue-on-failure",
        "--no-color",
        "--output-truncate",
        "false",
    ]
    options += ["--report", "ndjson", "--report-ndjson-path", str(keep / "st.ndjson")]
    return [str(Path(sys.executable).parent / "st"), "run", str(document), *options, *headers]


def _run(command: Sequence[str], output: Path, seconds: int) -> tuple[float, float]:
    """Run a tool to its end; returns its CPU seconds, those of its own processes included, and how long it took."""
    began = time.monotonic()
    with output.open("wb") as file:
        process = subprocess.Popen(command, cwd=output.parent, stdout=file, stderr=subprocess.STDOUT)  # noqa: S603 - one of the two tools
        ends = began + seconds + _OVERTIME
        while True:
            pid, _, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                process.returncode = 0
                return usage.ru_utime + usage.ru_stime, time.monotonic() - began
            if time.monotonic() > ends:
                process.kill()
                ends += _OVERTIME
            time.sleep(0.1)


def _served(contract: Contract, base_path: str, answers: Sequence[tuple[str, str, int]]) -> set[str]:
    """The operations that answered at least one request with 2xx or 3xx."""
    found: set[str] = set()
    for method, target, status in answers:
        if status and not is_refusal(status) and not is_server_error(status) and target.startswith(base_path):
            operation, _, _ = route(contract, method, target.removeprefix(base_path))
            found |= {operation.id} if operation is not None else set()
    return found


def _causes(tool: str, keep: Path) -> int:
    if tool == "contract-suite":
        record = keep / "ours" / "run.ndjson"
        lines = record.read_text("utf-8").splitlines() if record.exists() else []
        return sum(json.loads(line)["type"] == "finding" for line in lines)
    return len(set(failures_of_schemathesis(keep / "st.ndjson")))


def failures_of_schemathesis(record: Path) -> Iterator[tuple[str, str]]:
    """Yield check and operation of each failed check in the events of schemathesis."""
    for line in record.read_text("utf-8").splitlines() if record.exists() else ():
        yield from _failed_in(json.loads(line), "")


def _failed_in(value: JSON, label: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        said, name = value.get("label"), value.get("name")
        label = said if isinstance(said, str) else label
        if value.get("status") == "failure" and isinstance(name, str):
            yield name, label
        for member in value.values():
            yield from _failed_in(member, label)
    elif isinstance(value, list):
        for item in value:
            yield from _failed_in(item, label)


def _harm(before: Mapping[str, tuple[int, JSON]], after: Mapping[str, tuple[int, JSON]]) -> Iterator[str]:
    """Say what somebody else's things became."""
    for path, (status, body) in before.items():
        now, shown = after[path]
        if now != status:
            yield f"{path} answered {status} before and {now or 'nothing'} afterwards"
        elif shown != body and not path.endswith("?"):
            yield f"{path} shows something else than before"


def install(service: Service, venvs: Path) -> None:
    """Install a service from the Python index into its virtual environment; others come from the system."""
    if not service.packages:
        print(f"{service.name}: to be installed with the system's packages")
        return
    venv = venvs / service.name
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)  # noqa: S603 - our own interpreter
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", *service.packages]
    subprocess.run(pip, check=True)  # noqa: S603 - packages of the table


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("services", nargs="*", choices=[*SERVICES, []], help="which services; all without")
    parser.add_argument("--venvs", type=Path, required=True, help="the folder of their virtual environments")
    parser.add_argument("--install", action="store_true", help="install the services first")
    parser.add_argument("--seconds", type=int, default=60, help="how long each tool may take")
    parser.add_argument("--keep", type=Path, default=None, help="a folder for reports and documents")
    parser.add_argument("--tool", choices=["contract-suite", "schemathesis"], default="", help="only one of the two")
    asked = parser.parse_args()
    keep = asked.keep.resolve() if asked.keep else Path(tempfile.mkdtemp(prefix="services-"))
    print("| service | tool | operations | served | requests | causes | CPU s | s | harm |")
    print("|---|---|--:|--:|--:|--:|--:|--:|---|")
    for name in asked.services or SERVICES:
        service = SERVICES[name]
        if asked.install:
            install(service, asked.venvs)
        if not service.installed(asked.venvs):
            print(f"| {name} | not installed | | | | | | | |")
            continue
        for tool in (asked.tool,) if asked.tool else ("contract-suite", "schemathesis"):
            try:
                each = hold(service, tool, asked.venvs, asked.seconds, keep / name / tool)
            except RuntimeError as trouble:
                print(f"| {name} | {tool}: {trouble} | | | | | | | |", flush=True)
                continue
            harm = "; ".join(each.harm) or "none"
            print(
                f"| {name} | {tool} | {each.operations} | {each.served} | {each.requests} | {each.causes} "
                f"| {each.cpu_seconds:.1f} | {each.seconds:.0f} | {harm} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
