"""One run before a family's own mock with a trouble in between, and what may be asked of any such run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from contract_suite.contract.operation import Contract
from contract_suite.mock.asgi import MockApp
from contract_suite.mock.server import MockServer
from contract_suite.record.reader import Run, read_run
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import RunOutcome, load_contracts, run
from tests.hostile.measuring import clock
from tests.hostile.troubles import TROUBLES, Message, Troubled, When

NOTES = str(Path(__file__).parents[1] / "families" / "notes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What came of it: `seconds` are those of the whole run, but for those in which others had the processor."""

    outcome: RunOutcome
    record: Run
    server: Troubled
    seconds: float


def run_with(
    trouble: str | Sequence[str],
    when: When,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    contract: str = NOTES,
    to: Callable[[Message], bool] = lambda _scope: True,
    **options: Any,
) -> Came:
    """Run a contract while a trouble, or several in turn, meet chosen requests; a time-out is 0.2 s."""
    servers: list[Troubled] = []
    troubles = [TROUBLES[name] for name in ([trouble] if isinstance(trouble, str) else trouble)]

    def troubled(server: MockServer) -> Troubled:
        servers.append(Troubled(MockApp(server), troubles, when, to))
        return servers[-1]

    monkeypatch.setattr("contract_suite.mock.asgi.MockApp", troubled)
    asked = {"fuzz_time": 0, "timeout": 0.2, **options}
    began = clock()
    outcome = run(RunOptions(contracts=(contract,), report=folder, **asked), contracts=_loaded(contract), environ={})
    seconds = clock() - began
    monkeypatch.undo()
    return Came(outcome=outcome, record=read_run(outcome.record), server=servers[0], seconds=seconds)


@cache
def _loaded(contract: str) -> tuple[Contract, ...]:
    return load_contracts(RunOptions(contracts=(contract,)))


def assert_borne(came: Came, *, within: float) -> None:
    """A whole record, an exit code that it explains, no mistake of our own, every sending recorded, in bounded time."""
    footer = came.record.footer
    assert footer is not None
    assert not came.record.truncated
    assert footer.exit_code == came.outcome.exit_code
    assert footer.exit_code in {0, 1, 3, 4}
    assert "contract-suite itself" not in footer.reason, footer.reason
    assert len(came.record.exchange_offsets) == came.server.requests
    assert came.seconds < within, f"{came.seconds:.1f} s"
