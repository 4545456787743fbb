"""`contract-suite replay`: a finding's recorded requests sent again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from contract_suite.cli.options import GroupedCommand, configured_options, current_settings
from contract_suite.cli.recorded import FOLDER, contract_of, last_folder, open_run
from contract_suite.errors import ExitCode
from contract_suite.runner.options.given_again import given_again
from contract_suite.runner.options.option import Door
from contract_suite.runner.options.option_table import restored_options, run_options

if TYPE_CHECKING:
    from contract_suite.runner.replaying import Replay, Sent

_LONGEST: Final = 160
_PATIENCE: Final = 60.0


@click.command(cls=GroupedCommand, short_help="Send a finding's requests again and say whether it still fails.")
@click.argument("finding", metavar="FINDING")
@click.option(
    "--run",
    "record",
    type=click.Path(path_type=Path),
    default=last_folder,
    show_default=str(FOLDER),
    metavar="RUN",
    help="The record, or its folder.",
)
@configured_options(Door.REPLAY, defaults={"max-time": _PATIENCE})
def replay(finding: str, *, record: Path, **given: object) -> int:
    """Send the recorded requests of FINDING again, in order, and judge the answers by the same check.

    FINDING is an id from a report, or the beginning of one. The behaviour that found something is run again too,
    because it judges requests of its own. Ends with 0 if it fails no longer, 1
    if it still fails, 2 for a mistake in the command, 3 if neither can be concluded.
    """
    run = open_run(record)
    restored = restored_options(run.header.options, seed=run.header.seed)
    from contract_suite.runner.replaying import Answer, find
    from contract_suite.runner.replaying import replay as send_again

    found = find(run, finding)
    options = given_again(restored, run_options(given, Door.REPLAY)).of(found.family)
    current_settings().refuse_what_found_files_may_not(options.url)
    answered = send_again(run, found, contract_of(run, found.family, options), options, environ=os.environ)
    _show(answered)
    return {
        Answer.FAILS_NO_LONGER: ExitCode.CONFORMANT,
        Answer.STILL_FAILS: ExitCode.FINDINGS,
        Answer.CANNOT_TELL: ExitCode.COULD_NOT_RUN,
    }[answered.answer]


def _show(answered: Replay) -> None:
    from contract_suite.report.plain import visible

    finding = answered.finding
    click.echo(f"finding {finding.id}  {visible(finding.clause)}")
    for each in answered.sent:
        click.echo(f"  {_line(each)}")
    click.echo(f"{answered.answer}: {visible(answered.reason, limit=1000)}")


def _line(sent: Sent) -> str:
    from contract_suite.report.plain import visible

    request, now = sent.exchange.request, sent.exchange.status or "no response"
    then = (sent.recorded.exchange.status or "no response") if sent.recorded else None
    compared = "a new request" if then is None else "as before" if then == now else f"before {then}"
    note = f"  ({sent.note})" if sent.note else ""
    return f"{visible(request.method)} {visible(request.target, limit=_LONGEST)} → {now}, {compared}{note}"
