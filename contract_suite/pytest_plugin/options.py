"""The plugin's options: `--contract-NAME` on the command line, `contract_NAME` in an ini file, and what a user gave.

The rule that must not be broken: nothing heavy is imported here, because every pytest session reads these options.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from contract_suite.errors import UsageError
from contract_suite.model.gate_request import GateRequest
from contract_suite.runner.options.choice_options import CHOICE, CONFIG, PROFILE
from contract_suite.runner.options.option import Door, Option
from contract_suite.runner.options.option_table import default_of, gate_request, options_at, run_options
from contract_suite.runner.options.run_options import RunOptions

ENDPOINT_USED: Final = pytest.StashKey[bool]()
"""Whether a test of the session has called the endpoint that the options name."""
if TYPE_CHECKING:
    from contract_suite.runner.configuration.given import Given
    from contract_suite.runner.configuration.settings import Settings

OPTIONS: Final = options_at(Door.PYTEST)


def ini_name(option: Option) -> str:
    """Return an option's name in an ini file, which is also where pytest keeps its value."""
    return option.flag(Door.PYTEST).removeprefix("--").replace("-", "_")


def add_options(parser: pytest.Parser) -> None:
    """Add every option to the command line and to ini files."""
    group = parser.getgroup("contract-suite", "hold HTTP APIs to their contracts")
    for option in (*OPTIONS, *CHOICE):
        flag, name, sentence = option.flag(Door.PYTEST), ini_name(option), _help(option)
        if option.read is None:
            group.addoption(flag, dest=name, action="store_true", default=None, help=sentence)
            parser.addini(name, sentence, type="bool", default=None)
        elif option.several:
            group.addoption(flag, dest=name, action="append", default=None, metavar=option.metavar, help=sentence)
            parser.addini(name, sentence, type="linelist", default=[])
        else:
            group.addoption(flag, dest=name, default=None, metavar=option.metavar, help=sentence)
            parser.addini(name, sentence, type="string", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user asked for; `settings` say where each value comes from.

    `collected` are the contracts that pytest itself was asked for, on the command line or in an ini file: each of their
    clauses is a test. `contracts_on_command_line` says that they stand there; `always` that those of an ini file are
    tested whatever paths are named.
    """

    run: RunOptions
    gate: GateRequest
    settings: Settings
    collected: tuple[str, ...]
    contracts_on_command_line: bool
    always: bool = False

    @property
    def contracts(self) -> tuple[str, ...]:
        """Families and documents, in the order in which they were named; a configuration file may name them too."""
        return self.run.contracts

    @property
    def target(self) -> str:
        """Where requests go, for people."""
        return self.run.url or self.run.app or "embedded mock"

    def run_options(self, report: Path) -> RunOptions:
        """Return what the runner is asked for; the record goes into `report`."""
        return replace(self.run, report=report)


def read_options(config: pytest.Config) -> Options:
    """Read the options once; `pytest.UsageError` for a mistake in one of them.

    The command line beats the environment, the environment the ini file, and the ini file the configuration file that
    `contract-suite run` reads too. An endpoint in a better place also beats the other kind of endpoint in a worse one:
    `--contract-url` an app, and `--contract-app` an address.
    """
    known = config.stash.get(_OPTIONS, None)
    if known is None:
        try:
            known = _read(config)
        except UsageError as error:
            raise pytest.UsageError(str(error)) from None
        config.stash[_OPTIONS] = known
    return known


_OPTIONS: Final = pytest.StashKey[Options]()


def _read(config: pytest.Config) -> Options:
    from contract_suite.runner.configuration.given import layer_of
    from contract_suite.runner.configuration.settings import settings_of

    given = list(_given(config))
    command_line = layer_of(each for each, in_ini in given if not in_ini)
    ini = layer_of(each for each, in_ini in given if in_ini)
    chosen = {**ini.main, **command_line.main}
    config_file, profile = (chosen[each.field].texts[-1] if each.field in chosen else "" for each in (CONFIG, PROFILE))
    settings = settings_of(
        OPTIONS,
        [command_line, ini],
        environ=os.environ,
        config=config_file,
        profile=profile,
        start=config.rootpath,
    )
    if settings.configuration is not None:
        # Beside the project's conftest.py, which pytest runs whatever it does, a file needs no name; above it, it does.
        if not settings.configuration.file.path.is_relative_to(config.rootpath):
            settings.refuse_what_found_files_may_not()
        for warning in settings.configuration.warnings:
            config.issue_config_time_warning(pytest.PytestConfigWarning(warning), stacklevel=2)
    values = settings.values()
    request = gate_request(values, Door.PYTEST)
    if request.baseline is not None and not request.baseline.exists() and not request.update_baseline:
        raise UsageError(f"{request.baseline}: there is no such baseline; --contract-update-baseline writes one")
    run = run_options(values, Door.PYTEST)
    asked_for = "contracts" in command_line.main or "contracts" in ini.main
    return Options(
        run=run,
        gate=request,
        settings=settings,
        collected=run.contracts if asked_for else (),
        contracts_on_command_line="contracts" in command_line.main,
        always=bool(values.get("always")),
    )


def _given(config: pytest.Config) -> Iterator[tuple[Given, bool]]:
    """Yield what was given, each with whether it stands in an ini file."""
    from contract_suite.runner.configuration.given import Given, texts_of

    for option in (*OPTIONS, *CHOICE):
        name, flag = ini_name(option), option.flag(Door.PYTEST)
        for raw, origin in ((config.getoption(name, None), flag), (config.getini(name), name)):
            texts = texts_of(option, raw if isinstance(raw, list) else [str(raw)]) if raw is not None else ()
            said = None if raw is None else bool(raw) if option.read is None else texts or None
            if said is not None:
                yield Given(option=option, said=said, flag=flag, origin=origin), origin is name


def _help(option: Option) -> str:
    """Return the table's sentence with the default, which argparse doesn't add."""
    default = default_of(option)
    shown = "" if option.read is None or option.repeated or default in (None, "") else f" (default: {default})"
    return f"{option.help}{shown}"
