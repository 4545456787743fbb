"""The plugin's options: `--contract-NAME` on the command line, `contract_NAME` in an ini file, and what a user gave.

The rule that must not be broken: nothing heavy is imported here, because every pytest session reads these options.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest

from contract_suite.errors import UsageError
from contract_suite.model.gate_request import GateRequest
from contract_suite.runner.options.option import Door, Option
from contract_suite.runner.options.option_table import collected, default_of, gate_request, options_at, run_options
from contract_suite.runner.options.run_options import RunOptions

MOCK: Final = "mock"
"""The endpoint that needs no address: the mock inside the package."""
ENDPOINT_USED: Final = pytest.StashKey[bool]()
"""Whether a test of the session has called the endpoint that the options name."""
OPTIONS: Final = options_at(Door.PYTEST)


def ini_name(option: Option) -> str:
    """Return an option's name in an ini file, which is also where pytest keeps its value."""
    return option.flag(Door.PYTEST).removeprefix("--").replace("-", "_")


def add_options(parser: pytest.Parser) -> None:
    """Add every option to the command line and to ini files."""
    group = parser.getgroup("contract-suite", "hold HTTP APIs to their contracts")
    for option in OPTIONS:
        flag, name, sentence = option.flag(Door.PYTEST), ini_name(option), _help(option)
        if option.read is None:
            group.addoption(flag, dest=name, action="store_true", default=None, help=sentence)
            parser.addini(name, sentence, type="bool", default=False)
        elif option.repeated:
            group.addoption(flag, dest=name, action="append", default=None, metavar=option.metavar, help=sentence)
            parser.addini(name, sentence, type="linelist", default=[])
        else:
            group.addoption(flag, dest=name, default=None, metavar=option.metavar, help=sentence)
            parser.addini(name, sentence, type="string", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user asked for.

    `contracts_on_command_line` says that the contracts stand there, not only in an ini file; `always` that those of an
    ini file are tested whatever paths are named.
    """

    run: RunOptions
    gate: GateRequest
    contracts_on_command_line: bool
    always: bool = False

    @property
    def contracts(self) -> tuple[str, ...]:
        """Families and documents, in the order in which they were named."""
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

    The command line beats the ini file. An endpoint on the command line also beats the other kind of endpoint in the
    file: `--contract-url` an app, and `--contract-app` an address.
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
    given = {each.field for each in OPTIONS if config.getoption(ini_name(each), None) is not None}
    values = {each.field: _value(each, config) for each in OPTIONS}
    for one, other in (("url", "app"), ("app", "url")):
        if one in given and other not in given:
            values[other] = None
    request = gate_request(values, Door.PYTEST)
    if request.baseline is not None and not request.baseline.exists() and not request.update_baseline:
        raise UsageError(f"{request.baseline}: there is no such baseline; --contract-update-baseline writes one")
    return Options(
        run=run_options(values, Door.PYTEST),
        gate=request,
        contracts_on_command_line="contracts" in given,
        always=bool(values["always"]),
    )


def _value(option: Option, config: pytest.Config) -> object:
    """Read one option, from the command line or else from the ini file."""
    name, flag = ini_name(option), option.flag(Door.PYTEST)
    raw: Any = config.getoption(name, None)
    if raw is None:
        raw = config.getini(name)
    if option.read is None:
        return bool(raw)
    if option.repeated:
        texts = [each.strip() for each in raw if each.strip()]
        if option.field == "contracts":
            texts = [each for text in texts for each in re.split(r"[,\s]+", text) if each]
            return tuple(dict.fromkeys(texts))
        return collected(option, tuple(option.read(flag, each) for each in texts))
    text = str(raw).strip()
    if not text or (option.field == "url" and text == MOCK):
        return default_of(option)
    return option.read(flag, text)


def _help(option: Option) -> str:
    """Return the table's sentence with the default, which argparse doesn't add."""
    default = default_of(option)
    shown = "" if option.read is None or option.repeated or default in (None, "") else f" (default: {default})"
    return f"{option.help}{shown}"
