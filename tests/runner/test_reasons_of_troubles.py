"""A run that an endpoint ended says so of each clause that it did not come to."""

from __future__ import annotations

import socket
from pathlib import Path

from contract_suite.model.verdict import Outcome
from contract_suite.record.reader import read_run
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run


def test_what_an_endpoint_ended_is_the_reason_of_what_was_left(tmp_path: Path) -> None:
    with socket.socket() as dead:
        dead.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{dead.getsockname()[1]}"
        outcome = run(
            RunOptions(contracts=("opensearch",), url=url, fuzz_time=0, report=tmp_path, timeout=2), environ={}
        )
    record = read_run(outcome.record)
    [summary] = record.families
    reasons = {each.reason for each in record.conformance if each.outcome is Outcome.UNTESTED}
    assert summary.stopped in reasons
    assert "not covered by any request of this run" not in reasons
