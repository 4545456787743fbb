"""`contract-suite init`: a project's configuration, a test and a CI job, written beside its document."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import click

from contract_suite.cli.options import DOCUMENTS
from contract_suite.cli.starting.starting_files import (
    DOCUMENT,
    Pipeline,
    Project,
    StartingFile,
    example_document,
    project_files,
    readable,
)
from contract_suite.errors import ExitCode, UsageError
from contract_suite.runner.configuration.toml_file import FILE, find
from contract_suite.transport.base_url import parse


@click.command(short_help="Write a configuration, a test and a CI job for a project.")
@click.argument("document", metavar="[FAMILY|DOCUMENT]", default="")
@click.option(
    "--url", metavar="URL", default="", help="Base URL of the endpoint. Without it, the embedded mock answers."
)
@click.option(
    "--ci",
    type=click.Choice([each.value for each in Pipeline]),
    default=Pipeline.GITHUB.value,
    show_default=True,
    help="Which CI to write a job for.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be written; write and run nothing.")
def init(document: str, *, url: str, ci: str, dry_run: bool) -> int:
    """Write a configuration, a test and a CI job into the working directory, and run once against the embedded mock.

    Without DOCUMENT, it takes openapi.yaml or .json (or swagger) in the working directory; without one, it writes an example.
    No file is ever overwritten. With --url, nothing is run. The exit code is 0 once the files are there, whatever the run finds.
    """
    from contract_suite.contract.operation import KEY_VARIABLE
    from contract_suite.runner.documents import open_contract

    found = document or next((each for each in DOCUMENTS if Path(each).is_file()), "")
    if "://" in found:
        raise UsageError("init needs a file: save the document, and name the file")
    address = str(parse(url)) if url else ""
    if found:
        contract = open_contract(found)
        project = Project(
            contract=found, variable=contract.token_env or KEY_VARIABLE, url=address, read=readable(contract)
        )
    else:
        project = Project(contract=DOCUMENT, variable=KEY_VARIABLE, url=address, read="listNotes")
    wanted = [*(() if found else (example_document(),)), *project_files(project, Pipeline(ci))]
    _write(wanted, dry_run=dry_run)
    if dry_run:
        return ExitCode.CONFORMANT
    if not address:
        from contract_suite.cli.run import run

        click.echo("A run against the embedded mock:")
        run.main(
            ["--url", "mock", "--fuzz-time", "0", "--quiet"], prog_name="contract-suite run", standalone_mode=False
        )
    click.echo(f"Next: {_next(address)}")
    return ExitCode.CONFORMANT


def _next(address: str) -> str:
    if not address:
        return "contract-suite run --url URL, with the address of your API; or pytest"
    # A file that was only found names no other machine.
    return "contract-suite run" if parse(address).loopback else f"contract-suite run --config {FILE}"


def _write(wanted: Iterable[StartingFile], *, dry_run: bool) -> None:
    """Write what is not there yet, and say what becomes of each file."""
    width = 11 if dry_run else 5
    configuration = find(Path.cwd())
    here = configuration.path if configuration is not None and configuration.path.parent == Path.cwd() else None
    for each in wanted:
        if each.path == FILE and here is not None and here.name != FILE:
            click.echo(f"{'kept':<{width}} {here.name:<32} already configures contract-suite")
        elif os.path.lexists(each.path):
            click.echo(f"{'kept':<{width}} {each.path:<32} already there")
        else:
            if not dry_run:
                _create(each)
            click.echo(f"{'would write' if dry_run else 'wrote':<{width}} {each.path:<32} {each.purpose}")


def _create(file: StartingFile) -> None:
    path = Path(file.path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(file.text)
    except OSError as error:
        raise UsageError(f"{path}: the file can't be written ({error.strerror or error})") from None
