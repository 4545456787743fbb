"""The command `contract-suite`: its subcommands by name, and what becomes of an exception.

The rule that must not be broken: a subcommand's module is imported when that subcommand is called, and nothing here
imports more than click.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Final, NamedTuple, TextIO

import click
from click.shell_completion import CompletionItem

from contract_suite.cli.output import guarded
from contract_suite.errors import TRACEBACK, ContractSuiteError, ExitCode, OutputError, ReaderGoneError
from contract_suite.garbage import leave_in_one_piece
from contract_suite.known_secrets import KNOWN, of_addresses
from contract_suite.report.plain import visible

_SIGNALLED: Final = 128
"""Shells add the number of the signal that ended a process to this."""

_YOUNG_OBJECTS: Final = 20_000
"""New objects until Python looks for unused circles: contracts live as long as the process, and its usual 700 costs a tenth of a run."""


class _Home(NamedTuple):
    """Where a subcommand lives, and what it does in a few words."""

    module: str
    attribute: str
    help: str


COMMANDS: Final = {
    "init": _Home(
        "contract_suite.cli.starting.init", "init", "Write a configuration, a test and a CI job for a project."
    ),
    "run": _Home("contract_suite.cli.run", "run", "Test an endpoint, or the embedded mock, against its contract."),
    "replay": _Home(
        "contract_suite.cli.replay", "replay", "Send a finding's requests again and say whether it still fails."
    ),
    "cleanup": _Home("contract_suite.cli.cleanup", "cleanup", "Delete what an earlier run left at the endpoint."),
    "explain": _Home("contract_suite.cli.explain", "explain", "Say what a finding, clause or check means."),
    "history": _Home("contract_suite.cli.history", "history", "Print the trend of recorded runs."),
    "report": _Home("contract_suite.cli.report", "report", "Make reports from a run's record."),
    "check": _Home("contract_suite.cli.check", "check", "Check recorded traffic (HAR 1.2, a run record) offline."),
    "mock": _Home("contract_suite.cli.mock", "mock", "Serve contracts as a stateful mock."),
    "lint": _Home("contract_suite.cli.lint", "lint", "Check documents by themselves."),
    "annotate": _Home(
        "contract_suite.cli.annotate", "annotate", "Write what a document's names say about behaviour as an overlay."
    ),
    "prove": _Home("contract_suite.cli.prove", "prove", "Show that every planted fault is found."),
    "list": _Home("contract_suite.cli.listing", "listing", "List families, operations, clauses and more."),
    "schema": _Home("contract_suite.cli.schema", "schema", "Print the JSON Schema of a contract's component."),
}


class LazyGroup(click.Group):
    """A group that knows the names of its commands and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """Name the commands in the order they are explained in."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Import one command."""
        home = COMMANDS.get(cmd_name)
        if home is None:
            return None
        command: click.Command = getattr(import_module(home.module), home.attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was probably meant."""
        name = args[0] if args else ""
        if name and name not in COMMANDS and not name.startswith("-"):
            from contract_suite.contract.naming.suggestion import did_you_mean

            ctx.fail(f"there is no command {name!r}{did_you_mean(name, COMMANDS)}")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete names of commands without importing them."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        return [CompletionItem(name, help=home.help) for name, home in COMMANDS.items() if name.startswith(incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, home.help) for name, home in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    epilog="Exit codes: 0 conformant or done, 1 findings, 2 a mistake in the command, 3 it could not run, "
    "4 incomplete, 128 + N stopped by signal N (130: Ctrl-C, 143: SIGTERM).",
)
@click.version_option(package_name="contract-suite", message="%(prog)s %(version)s")
def group() -> None:
    """Test HTTP APIs against their contracts.

    \b
      contract-suite run openapi.yaml --url http://localhost:8000   test a server
      contract-suite explain ID                                     what a finding means
      contract-suite replay ID                                      does it still fail?
      contract-suite mock openapi.yaml                              serve a mock
    """  # noqa: D301 - \b is click's mark for text that keeps its line breaks


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    gc.set_threshold(_YOUNG_OBJECTS)
    _keep_tables_at_home()
    code = execute(arguments)
    leave_in_one_piece()
    sys.exit(code)


def _keep_tables_at_home() -> None:
    """Have Hypothesis, which fuzzing loads, keep its Unicode tables in the user's cache, and not in the working directory."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - pathlib raises where nobody has a home
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", os.path.join(cache, "contract-suite", "hypothesis"))  # noqa: PTH118 - as above


def execute(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    KNOWN.forget()
    KNOWN.add(of_addresses(given))
    if not os.environ.get("COLUMNS", "1").strip("0"):
        del os.environ["COLUMNS"]  # "0" is for "unknown", and not for a terminal on which nothing has room
    with guarded():
        try:
            return _execute(arguments)
        except OutputError as lost:  # nor is there a standard error to say it
            return _let_go(lost.exit_code, sys.stderr)


def _execute(arguments: Sequence[str] | None) -> int:
    try:
        code = group.main(
            None if arguments is None else list(arguments), prog_name="contract-suite", standalone_mode=False
        )
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return ExitCode.COULD_NOT_RUN if isinstance(error, click.FileError) else ExitCode.USAGE
    except ReaderGoneError:
        return _let_go(ExitCode.BROKEN_PIPE)
    except OutputError as error:
        _let_go(error.exit_code)
        return _say(str(error), error.exit_code)
    except ContractSuiteError as error:
        return _say(str(error), error.exit_code)
    except (KeyboardInterrupt, click.Abort) as stopped:
        number = getattr(stopped.__cause__ or stopped, "number", signal.SIGINT)
        return _say("interrupted", _SIGNALLED + number)
    except BrokenPipeError:
        return _let_go(ExitCode.BROKEN_PIPE)
    except SystemExit as leaving:
        return (
            leaving.code
            if isinstance(leaving.code, int)
            else ExitCode.CONFORMANT
            if leaving.code is None
            else ExitCode.COULD_NOT_RUN
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, it is said in one sentence
        return _unexpected(error)
    return code if isinstance(code, int) else 0


def _unexpected(error: Exception) -> int:
    if os.environ.get(TRACEBACK):
        traceback.print_exception(error, file=sys.stderr)
        return ExitCode.COULD_NOT_RUN
    if isinstance(error, FileNotFoundError) and not _has_working_directory():
        return _say("the working directory does not exist any more", ExitCode.COULD_NOT_RUN)
    reason = " ".join(str(error).split())
    return _say(
        f"unexpected trouble: {type(error).__name__}{': ' + reason if reason else ''} (set {TRACEBACK}=1 to see where)",
        ExitCode.COULD_NOT_RUN,
    )


def _has_working_directory() -> bool:
    try:
        os.getcwd()  # noqa: PTH109 - pathlib is not imported here
    except FileNotFoundError:
        return False
    return True


def _say(sentence: str, code: int) -> int:
    click.echo(f"contract-suite: {visible(sentence)}", err=True)
    return code


def _let_go(code: int, stream: TextIO | None = None) -> int:
    """Nothing can be printed any more: leave without a word, and let the interpreter's last flush go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, (stream or sys.stdout).fileno())
    os.close(nowhere)
    return code
