"""What a run over HTTP costs: wall time, and client CPU per exchange, family by family against the mock in another process.

    python benchmarks/run_http.py [ROUNDS]

Importing and loading the contract are start-up and not counted. The best of the rounds counts: the others were
disturbed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from contract_suite.record.reader import read_run
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import load_contracts, run

ENVIRONMENT = {"DASHSCOPE_API_KEY": "sk-benchmark-0000"}


def measure(family: str, url: str, folder: Path) -> tuple[float, float, int]:
    """Run one family; return wall seconds, CPU seconds and exchanges."""
    options = RunOptions(contracts=(family,), url=url, fuzz_time=0, report=folder)
    contracts = load_contracts(options)
    wall, cpu = time.perf_counter(), time.process_time()
    outcome = run(options, contracts=contracts, environ=ENVIRONMENT)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if outcome.exit_code:
        raise SystemExit(f"{family}: {outcome.reason}")
    return wall, cpu, sum(summary.exchanges for summary in read_run(outcome.record).families)


def main(rounds: int) -> None:
    """Print one line a family."""
    command = [sys.executable, "-m", "contract_suite", "mock", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as mock, tempfile.TemporaryDirectory() as folder:  # noqa: S603 - our own command
        try:
            assert mock.stdout is not None  # noqa: S101 - it was asked for
            urls: dict[str, str] = json.loads(mock.stdout.readline())["urls"]
            print(f"{'family':12} {'wall s':>8} {'CPU s':>8} {'exchanges':>10} {'CPU ms each':>12}")
            for family, url in urls.items():
                wall, cpu, exchanges = min(measure(family, url, Path(folder)) for _ in range(rounds))
                print(f"{family:12} {wall:8.2f} {cpu:8.2f} {exchanges:10} {cpu / exchanges * 1000:12.2f}")
        finally:
            mock.terminate()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
