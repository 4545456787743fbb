"""`contract-suite check`: recorded traffic judged offline."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from contract_suite.cli.options import allow_refs
from contract_suite.runner.options.run_options import RunOptions

_FOLDER: Final = "contract-suite-report"
_MOST: Final = 10


@click.command(short_help="Check recorded traffic (HAR 1.2, a run record) offline.")
@click.argument("traffic", metavar="TRAFFIC", type=click.Path(path_type=Path))
@click.argument("contract", metavar="FAMILY|DOCUMENT")
@click.option(
    "--url",
    metavar="URL",
    default="",
    help="Base URL that the traffic went to.  [default: the document's servers, or its base path]",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    default=Path(_FOLDER),
    show_default=True,
    metavar="DIR",
    help="Where the record and the reports go.",
)
@allow_refs
@click.option("--strict", is_flag=True, help="Treat advisories as failures.")
@click.option("-q", "--quiet", is_flag=True, help="Print one line at the end.")
def check(
    traffic: Path, contract: str, *, url: str, report: Path, folders: tuple[Path, ...], strict: bool, quiet: bool
) -> int:
    """Check the requests and responses in TRAFFIC against the contract of their API. Nothing is sent.

    TRAFFIC is an HTTP Archive (HAR 1.2), from a browser, a proxy or contract_suite.Recorder, or a run record
    (run.ndjson).

    Ends with 0 if the traffic conforms, 1 if there are findings, 2 for a mistake in the command, 4 if nothing in it
    belongs to the contract, or nothing can be concluded from what does.
    """
    from rich.console import Console

    from contract_suite.record.reader import read_run
    from contract_suite.record.run_folder import owned
    from contract_suite.report.catalogue import write_files
    from contract_suite.report.formats.terminal import show
    from contract_suite.runner.documents import open_contract
    from contract_suite.runner.recorded import judge_traffic
    from contract_suite.traffic.recording import read_traffic
    from contract_suite.transport.base_url import parse

    base_url = str(parse(url)) if url else ""
    recording = read_traffic(traffic)
    opened = open_contract(contract, folders=folders)
    with owned(report):
        outcome = judge_traffic(
            recording, opened, RunOptions(contracts=(contract,), report=report, strict=strict), base_url=base_url
        )
        record = read_run(outcome.run.record)
        write_files(record, report)
    for line in _left_out(recording.skipped, outcome.strangers, outcome.elsewhere):
        click.echo(line, err=True)
    if quiet:
        click.echo(f"{outcome.run.reason.rstrip('.')}; report in {report}")
    else:
        show(record, Console(highlight=False, markup=False, emoji=False), report=str(report))
    return outcome.run.exit_code


def _left_out(skipped: tuple[str, ...], strangers: tuple[str, ...], elsewhere: int) -> list[str]:
    """What was not judged, so that nobody takes it for judged."""
    lines = [f"not judged: {each}" for each in skipped[:_MOST]]
    lines += [f"not judged: {each}: no operation of the contract" for each in dict.fromkeys(strangers)][:_MOST]
    if len(skipped) > _MOST:
        lines.append(f"not judged: {len(skipped) - _MOST} more that the recording leaves out")
    if elsewhere:
        lines.append(f"not judged: {elsewhere} exchange{'s' * (elsewhere != 1)} with other addresses")
    return lines
