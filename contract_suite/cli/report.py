"""`contract-suite report`: any format, made of a record that a run left."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from contract_suite.cli.options import configured_options, output_path
from contract_suite.cli.recorded import last_folder
from contract_suite.errors import ExitCode, UsageError
from contract_suite.report.catalogue import FORMATS, named, write_files
from contract_suite.runner.options.option import Door
from contract_suite.runner.options.option_table import gate_request

if TYPE_CHECKING:
    from contract_suite.record.reader import Run
    from contract_suite.report.comparison import Comparison
    from contract_suite.report.format import Format

_ALL: Final = "all"


@click.command(short_help="Make reports from a run's record.")
@click.argument("run", metavar="[RUN]", type=click.Path(path_type=Path), default=last_folder)
@click.option(
    "-f",
    "--format",
    "names",
    multiple=True,
    type=click.Choice((*(each.name for each in FORMATS), _ALL)),
    default=("terminal",),
    show_default=True,
    help="May be repeated.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    callback=output_path,
    metavar="PATH",
    help="File for one format, folder for several.  [default: standard output]",
)
@click.option(
    "--previous",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="An earlier run: html, markdown and sarif say what is new and what is gone.",
)
@configured_options(Door.RUN, "baseline", "fail-on", "min-coverage")
def report(
    run: Path,
    *,
    names: tuple[str, ...],
    output: Path | None,
    previous: Path | None,
    **given: object,
) -> int:
    """Make reports from RUN, a record (run.ndjson) or the folder it is in.

    Ends with 0 when the reports are written, whatever they say: they repeat a verdict and reach none. A record that was
    cut short makes reports that say so. The options of a gate show in the reports what is known and whether the run may
    pass.
    """
    from contract_suite.gate.holding import open_gate
    from contract_suite.record.reader import read_run
    from contract_suite.record.run_folder import record_in
    from contract_suite.report.comparison import compare

    chosen = FORMATS if _ALL in names else named(names)
    request = gate_request(given, Door.RUN)
    gate = open_gate(request)
    record = read_run(record_in(run))
    record = record if request.is_empty else gate.judge(record)
    comparison = compare(record, read_run(record_in(previous))) if previous else None
    several = len(chosen) > 1 or (output is not None and output.is_dir())
    if several and output is None:
        raise UsageError("several formats need a folder: --output DIR")
    if several and output is not None:
        for path in write_files(record, output, chosen, comparison=comparison):
            click.echo(str(path))
    else:
        _one(record, chosen[0], output, comparison)
    if record.truncated:
        click.echo(
            f"contract-suite: the run in {record.path} was cut short, or still goes on; nothing can be concluded from "
            "what its record doesn't say",
            err=True,
        )
    return ExitCode.CONFORMANT


def _one(record: Run, chosen: Format, output: Path | None, comparison: Comparison | None) -> None:
    if output is None:
        # What other programs read is UTF-8 whatever the terminal speaks, and lines end as they do in files.
        if chosen.name != "terminal" and hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8", newline="\n")
        chosen.render(record, sys.stdout, comparison)
        return
    try:
        if output.exists() and output.samefile(record.path):
            raise UsageError(f"{output}: this is the record itself")
        output.parent.mkdir(parents=True, exist_ok=True)
        with output.open("w", encoding="utf-8", newline="\n") as stream:
            chosen.render(record, stream, comparison)
    except OSError as error:
        raise UsageError(f"{output}: the report can't be written there ({error.strerror or error})") from error
