"""A run that a command reads: the record itself or the folder that holds it, and the contract that it was about."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from contract_suite.errors import UsageError
from contract_suite.record.folder import FOLDER
from contract_suite.runner.options.run_options import RunOptions

if TYPE_CHECKING:
    from contract_suite.contract.operation import Contract
    from contract_suite.record.reader import Run

__all__ = ["FOLDER", "contract_of", "last_folder", "open_run"]


def last_folder() -> Path:
    """Return where the last run wrote unless it was told otherwise on the command line: as the configuration says."""
    from contract_suite.runner.configuration.settings import settings_of
    from contract_suite.runner.options.option_table import OPTIONS

    report = [each for each in OPTIONS if each.field == "report"]
    try:
        settings = settings_of(report, [], environ=os.environ, start=Path.cwd())
        settings.refuse_what_found_files_may_not()
        return Path(settings.values().get("report") or FOLDER)
    except UsageError:
        return FOLDER  # a command that reads the configuration says what is wrong with it


def open_run(path: Path) -> Run:
    """Read the record at `path`, or the one in the folder there."""
    from contract_suite.record.reader import read_run
    from contract_suite.record.run_folder import record_in

    record = record_in(path)
    if not record.exists():
        raise UsageError(f"{record}: there is no run record; `contract-suite run` makes one, and --run names it")
    return read_run(record)


def contract_of(run: Run, family: str, options: RunOptions) -> Contract:
    """Load the contract that the run knew by this name, with the run's values of parameters."""
    from contract_suite.runner.choosing import choose
    from contract_suite.runner.run import load_contracts

    loaded = load_contracts(options.without("values"))
    for contract in choose(loaded, options.without("include", "exclude")):
        if contract.name == family:
            return contract
    raise UsageError(
        f"the run's contract {family!r} is not among {', '.join(options.contracts) or 'the families'} any more "
        f"({run.path})"
    )
