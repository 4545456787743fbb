"""A run that a command reads: the record itself or the folder that holds it, and the options that it was made with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from contract_suite.errors import UsageError
from contract_suite.runner.options import DEFAULT_TIMEOUT, RunOptions

if TYPE_CHECKING:
    from contract_suite.contract.operation import Contract
    from contract_suite.record.reader import Run

FOLDER: Final = Path("contract-suite-report")
"""Where a run goes unless it is told otherwise."""
_RECORD: Final = "run.ndjson"


def open_run(path: Path) -> Run:
    """Read the record at `path`, or the one in the folder there."""
    from contract_suite.record.reader import read_run

    record = path / _RECORD if path.is_dir() else path
    if not record.exists():
        raise UsageError(f"{record}: there is no run record; `contract-suite run` makes one, and --run names it")
    return read_run(record)


def options_of(run: Run) -> RunOptions:
    """Return what the run was asked for, as far as its record says it: no keys, and of its headers no values."""
    said = run.header.options
    contracts, url, app, timeout = said.get("contracts"), said.get("url"), said.get("app"), said.get("timeout")
    return RunOptions(
        contracts=tuple(str(each) for each in contracts) if isinstance(contracts, list) else (),
        url=url if isinstance(url, str) else None,
        app=app if isinstance(app, str) else None,
        timeout=float(timeout) if isinstance(timeout, int | float) else DEFAULT_TIMEOUT,
        seed=run.header.seed,
        allow_writes=said.get("allow_writes") is True,
        fuzz_time=0,
    )


def contract_of(run: Run, family: str, options: RunOptions) -> Contract:
    """Load the contract that the run knew by this name."""
    from contract_suite.runner.run import load_contracts

    for contract in load_contracts(options):
        if contract.name == family:
            return contract
    raise UsageError(
        f"the run's contract {family!r} is not among {', '.join(options.contracts) or 'the families'} any more ({run.path})"
    )
