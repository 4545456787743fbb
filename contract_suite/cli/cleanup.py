"""`contract-suite cleanup`: what an earlier run left at the endpoint, deleted."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contract_suite.cli.options import GroupedCommand, configured_options, current_settings
from contract_suite.cli.recorded import last_folder
from contract_suite.errors import ExitCode, UsageError
from contract_suite.runner.options.key_options import KEY_OPTIONS
from contract_suite.runner.options.option import Door
from contract_suite.runner.options.option_table import run_options

if TYPE_CHECKING:
    from contract_suite.runner.leftovers.ledger_file import Thing
    from contract_suite.runner.removing import Removal

_LONGEST = 160


@click.command(cls=GroupedCommand, short_help="Delete what an earlier run left at the endpoint.")
@click.argument("folder", metavar="[FOLDER]", type=click.Path(path_type=Path), default=last_folder)
@click.option("--dry-run", is_flag=True, help="Name what is left, and send nothing.")
@click.option("--forget", is_flag=True, help="Send nothing, and forget what is left.")
@configured_options(Door.REPLAY, "url", "max-time", "allow-writes", *(each.name for each in KEY_OPTIONS))
def cleanup(folder: Path, *, dry_run: bool, forget: bool, **given: object) -> int:
    """Delete what runs into FOLDER made and left, because they were killed or because a delete failed.

    A run writes down what it makes before it makes it. Exactly that is deleted, if it is still there: each thing is read
    first, where it can be, and what shows another name than the run gave it stays. A create without an answer is looked
    for by the name that was sent. Ends with 0 if nothing is left, 2 for a mistake in the command, 3 if the endpoint does
    not answer, 4 if something is left or may be left.
    """
    from contract_suite.runner import removing
    from contract_suite.runner.leftovers.ledger_file import LedgerError, LedgerFile
    from contract_suite.runner.leftovers.reading import forget as forget_what_is_left
    from contract_suite.runner.leftovers.reading import ledgers
    from contract_suite.runner.run import load_contracts

    if dry_run and forget:
        raise UsageError("--dry-run and --forget exclude each other")
    if not folder.exists():
        raise UsageError(f"{folder}: there is no such folder; `contract-suite run` makes one, and a ledger in it")
    overriding = run_options(given, Door.REPLAY)
    named = left = False
    unusable: list[LedgerError] = []
    for path in ledgers(folder):
        try:
            with LedgerFile(path) as ledger:
                origin, things = ledger.read()
        except LedgerError as error:
            unusable.append(error)  # and the others are cleaned up all the same
            continue
        if not things:
            continue
        named = True
        if forget:
            forget_what_is_left(path)
            click.echo(f"forgot {_so_many(things)} at {origin.target}")
        elif dry_run:
            _name(origin.target, things)
            left = True
        else:
            options = removing.overridden(origin, overriding)
            urls = [options.url, *(options.of(each).url for each in options.by_family)]
            current_settings().refuse_what_found_files_may_not(*urls)
            contracts = load_contracts(options.without("values"))
            removal = removing.remove_left(path, contracts, options, environ=os.environ)
            _tell(removal, options.url or origin.target)
            left = left or bool(removal.kept)
    if unusable:
        raise unusable[0]
    if not named:
        click.echo(f"nothing is left of the runs into {folder}")
    return ExitCode.INCOMPLETE if left else ExitCode.CONFORMANT


def _name(target: str, things: Iterable[Thing]) -> None:
    things = tuple(things)
    click.echo(f"{_so_many(things)} at {target}:")
    for thing in things:
        click.echo(f"  {_worded(thing)}")


def _tell(removal: Removal, target: str) -> None:
    click.echo(f"deleted {removal.deleted}, not there any more {removal.gone}, left {len(removal.kept)} at {target}")
    for kept in removal.kept:
        from contract_suite.report.plain import visible

        click.echo(f"  {_worded(kept.thing)}: {visible(kept.why, limit=_LONGEST)}")


def _so_many(things: Iterable[Thing]) -> str:
    count = len(tuple(things))
    return f"{count} thing{'s' * (count != 1)}"


def _worded(thing: Thing) -> str:
    from contract_suite.report.plain import visible

    if thing.identity:
        return visible(f"{thing.resource} {'/'.join(map(str, thing.identity.values()))}", limit=_LONGEST)
    from contract_suite.runner.leftovers.ledger_file import names_of
    from contract_suite.runner.leftovers.searching import sent_texts

    names = ", ".join(names_of(thing).values())
    if not names:
        sent = ", ".join(f"{name} {value!r}" for name, value in sent_texts(thing).items())
        names = f"(sent with {sent})" if sent else "(nothing in it can be found again)"
    return visible(f"perhaps {thing.resource} {names}", limit=_LONGEST)
