"""`contract-suite run`: options in, a run, its reports, an exit code."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from contract_suite.cli.options import (
    DOCUMENTS,
    GroupedCommand,
    configured_options,
    contracts_argument,
    current_settings,
)
from contract_suite.cli.recorded import FOLDER
from contract_suite.errors import ExitCode, NoRoomError, UsageError
from contract_suite.garbage import without_collecting
from contract_suite.model.counting import counted
from contract_suite.record.folder import RECORD
from contract_suite.runner.options.option import Door
from contract_suite.runner.options.option_table import gate_request, run_options
from contract_suite.runner.options.run_options import RunOptions

if TYPE_CHECKING:
    from contract_suite.gate.holding import Gate
    from contract_suite.model.gate_request import GateRequest
    from contract_suite.record.reader import Run
    from contract_suite.report.comparison import Comparison
    from contract_suite.runner.run import RunOutcome
    from contract_suite.runner.stopping import Stopping

_TREND: Final = 50
_SIGNALLED: Final = 128
_DEFAULTS: Final[dict[str, object]] = {"report": FOLDER}


@click.command(cls=GroupedCommand, short_help="Test an endpoint, or the embedded mock, against its contract.")
@contracts_argument
@configured_options(Door.RUN, defaults=_DEFAULTS)
@click.option(
    "--show-config", is_flag=True, help="Print each option with its value and where it comes from; run nothing."
)
def run(*, history: Path | None, show_config: bool, **given: object) -> int:
    """Test an endpoint against the contracts of families or OpenAPI documents.

    \b
      contract-suite run openapi.yaml --url http://localhost:8000   a server that is running
      contract-suite run --app package.module:app                   a Python application, in process
      contract-suite run pai                                        an included contract, against its mock

    Without arguments, the contracts of the configuration file are tested; without one, every family. Each option can
    also be set in that file (contract-suite.toml, or [tool.contract-suite] of pyproject.toml) or in the environment, as in
    CONTRACT_SUITE_FUZZ_TIME=0.

    Ends with 0 if it conforms, or if the gate passes where one was asked for; 1 if there are findings, 2 for a mistake
    in the command, 3 if it could not run, 4 if too little was tested to tell. Ctrl-C, SIGTERM and SIGHUP stop it in
    order: what it made is deleted, what it found is reported, and it ends with 128 and the signal's number; a second one
    ends the deleting.
    """  # noqa: D301 - \b is click's mark for text that keeps its line breaks
    from contract_suite.runner.stopping import stoppable

    began = time.monotonic()
    options = run_options(given, Door.RUN)
    if show_config:
        from contract_suite.runner.configuration.shown import shown

        click.echo(shown(current_settings(), _DEFAULTS, os.environ))
        return ExitCode.CONFORMANT
    view = Shown(quiet=bool(given["quiet"]), verbose=bool(given["verbose"]), open=bool(given["open"]))
    request, folder = gate_request(given, Door.RUN), options.report or FOLDER
    with stoppable() as stopping:
        return _run(options, request, folder, history, shown=view, stopping=stopping, began=began)


def _name_what_is_here() -> None:
    """Say that the included contracts are tested, where a document of the user's own may have been meant."""
    here = next((each for each in DOCUMENTS if Path(each).is_file()), "")
    if here:
        click.echo(
            f"contract-suite: no contract is named, so the included ones are tested; `contract-suite run {here}` tests {here}",
            err=True,
        )


def _offer(folder: Path) -> None:
    """Say what earlier runs into the folder left at their endpoints."""
    from contract_suite.runner.leftovers.ledger_file import SUFFIX

    if any(folder.glob(f"*{SUFFIX}")):
        from contract_suite.runner.leftovers.reading import left_in

        for _, origin, things in left_in(folder):
            click.echo(
                f"contract-suite: an earlier run left {len(things)} thing{'s' * (len(things) != 1)} at {origin.target}; "
                f"`contract-suite cleanup {folder}` deletes what is still there",
                err=True,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How much of a run is shown: one line, everything, and whether the page is opened in a browser.

    `replaces` says that the folder had the report of an earlier run.
    """

    quiet: bool = False
    verbose: bool = False
    open: bool = False
    replaces: bool = False


def _run(
    options: RunOptions,
    request: GateRequest,
    folder: Path,
    history: Path | None,
    *,
    shown: Shown,
    stopping: Stopping,
    began: float,
) -> int:
    with without_collecting():
        from rich.console import Console

        from contract_suite.gate.holding import open_gate
        from contract_suite.history.store import prepare
        from contract_suite.model.memo import forget_everything
        from contract_suite.record.run_folder import owned
        from contract_suite.report.progress import LiveProgress
        from contract_suite.runner.choosing import choose
        from contract_suite.runner.run import check_addresses, load_contracts
        from contract_suite.runner.run import run as run_contracts

    check_addresses(options)
    gate = open_gate(request)  # a mistake in what is needed at the end is said before anything is sent
    if history is not None:
        prepare(history)
    loaded = load_contracts(options.without("values"))
    current_settings().refuse_unknown_families([each.name for each in loaded])
    contracts = choose(loaded, options)
    if not options.contracts and not options.app:
        _name_what_is_here()
    live = LiveProgress(Console(stderr=True), quiet=shown.quiet)
    with owned(folder):
        _offer(folder)
        shown = replace(shown, replaces=(folder / RECORD).is_file())
        with live:
            outcome = run_contracts(options, contracts=contracts, watch=live.follow, began=began)
        with stopping.to_the_end():
            del loaded, contracts
            forget_everything()  # the reports need room of their own
            return _report(outcome, request, gate, folder, history, shown=shown)


def _report(
    outcome: RunOutcome, request: GateRequest, gate: Gate, folder: Path, history: Path | None, *, shown: Shown
) -> int:
    from rich.console import Console

    from contract_suite.model.run import EMBEDDED_MOCK
    from contract_suite.report.console.reasons import apart
    from contract_suite.report.formats.terminal import show
    from contract_suite.report.traffic import read_observed

    record = read_observed(outcome.record)
    earlier = None
    try:
        if not request.is_empty and not record.truncated:
            record = gate.update_and_judge(record)
        if history is not None and not record.truncated:
            earlier = _remembered(record, history)
    finally:  # whatever became of the baseline and the history meanwhile costs no report
        unwritten = _write(record, folder, earlier)
    if unwritten or record.truncated:
        said = "; ".join(dict.fromkeys(filter(None, (outcome.reason, unwritten))))
        click.echo(f"contract-suite: {said}", err=True)
        return _SIGNALLED + outcome.signal if outcome.interrupted else ExitCode.COULD_NOT_RUN
    page = folder / "report.html"
    if shown.quiet:
        first, others = apart(record.gate.sentence if record.gate else outcome.reason)
        more = f"; {counted(len(others), 'more reason')}" if others else ""
        mock = (
            "; no server was tested, the document's own mock answered" if record.header.target == EMBEDDED_MOCK else ""
        )
        place = ", in the place of an earlier one" if shown.replaces else ""
        click.echo(f"{first}{more}{mock}; report in {page}{place}")
    else:
        show(
            record,
            Console(highlight=False, markup=False, emoji=False),
            report=str(folder),
            replaces=shown.replaces,
            verbose=shown.verbose,
        )
    if shown.open:
        click.launch(page.absolute().as_uri())
    if outcome.interrupted:
        return _SIGNALLED + outcome.signal
    return record.gate.exit_code if record.gate else outcome.exit_code


def _write(record: Run, folder: Path, comparison: Comparison | None) -> str:
    """Write the reports; returns why they can't be written, if they can't."""
    from contract_suite.report.catalogue import write_files

    try:
        write_files(record, folder, comparison=comparison)
    except (NoRoomError, UsageError) as error:
        return str(error)
    return ""


def _remembered(record: Run, history: Path) -> Comparison:
    """Add the run to the history; returns the trend that it ends."""
    from contract_suite.history.figures import figures
    from contract_suite.history.store import append, read
    from contract_suite.report.comparison import Comparison, TrendPoint

    now = figures(record)
    append(history, now)
    # Runs of other endpoints or contracts make no trend together with this one.
    alike = [each for each in read(history) if (each.target, each.families) == (now.target, now.families)]
    points = [
        TrendPoint(
            started=each.started,
            failures=each.failures,
            advisories=each.advisories,
            coverage=each.coverage,
            p95=each.p95 or 0.0,
        )
        for each in alike[-_TREND:]
    ]
    return Comparison(against="", states={}, trend=tuple(points))
