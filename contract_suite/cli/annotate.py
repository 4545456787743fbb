"""`contract-suite annotate`: what a document's names and shapes say about behaviour, as an OpenAPI Overlay."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from contract_suite.cli.options import GroupedCommand, output_path, table_options
from contract_suite.errors import ExitCode, UsageError
from contract_suite.model.counting import counted
from contract_suite.runner.options.option import Door
from contract_suite.runner.options.option_table import run_options

_OPTIONS: Final = (
    "url", "app", "header", "token-env", "set", "include", "exclude", "seed", "max-requests", "timeout", "allow-writes",
)  # fmt: skip


@click.command(cls=GroupedCommand, short_help="Write what a document's names say about behaviour as an overlay.")
@click.argument("document", metavar="FAMILY|DOCUMENT")
@table_options(
    Door.RUN,
    *_OPTIONS,
    helps={
        "url": "Base URL of the endpoint to ask, its path included. Without it, everything is a comment.",
        "app": "An ASGI application to ask in process, without a socket.",
    },
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=output_path,
    help="Write here instead of printing.",
)
@click.option("--check", is_flag=True, help="Write nothing; end with 1 if the overlay at --output no longer holds.")
def annotate(document: str, *, output: Path | None, check: bool, **given: object) -> int:
    """Write an OpenAPI Overlay that describes in x-contract the behaviour that DOCUMENT implies.

    With --url or --app the server is asked about each fact: what it confirms is active, everything else a comment. Without
    a server, everything is a comment.

    Ends with 0; with --check, with 1 if the document or the server no longer confirms what the overlay says.
    """
    from contract_suite.contract.overlay import read_overlay
    from contract_suite.inference.inferring import infer
    from contract_suite.inference.overlay import drift, rendered
    from contract_suite.inference.standing import Standing
    from contract_suite.runner.asking import ask_about
    from contract_suite.runner.documents import open_contract

    if check and output is None:
        raise UsageError("--check needs --output FILE: the overlay that is checked")
    options = run_options({"contracts": (document,), **given}, Door.RUN)
    contract = open_contract(document)
    contract = replace(contract, values={**contract.values, **options.values})
    curls: dict[str, str] = {}
    if options.url or options.app:
        standings, curls = ask_about(contract, options, os.environ)
    else:
        standings = tuple(Standing(fact=fact) for fact in infer(contract))
    if check and output is not None:
        moved = list(drift(contract, read_overlay(output), standings))
        for sentence in moved:
            click.echo(f"{output}: {sentence}")
        return ExitCode.FINDINGS if moved else ExitCode.CONFORMANT
    text = rendered(contract, standings, curls)
    if output is None:
        click.echo(text, nl=False)
        return ExitCode.CONFORMANT
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f"{output} can't be written: {error.strerror}") from None
    click.echo(
        f"{counted(len(standings), 'fact')}, {sum(each.seen == 'confirmed' for each in standings)} confirmed: {output}"
    )
    return ExitCode.CONFORMANT
