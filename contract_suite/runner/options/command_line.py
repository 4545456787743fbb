"""The command that asks for a run again: what the record keeps of its options, as they are typed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Final

from contract_suite.runner.options.option import Door, Option
from contract_suite.runner.options.option_table import OPTIONS, default_of
from contract_suite.runner.options.run_options import RunOptions

_ARGUMENTS: Final = "contracts"
_NAMES_ALONE: Final = "headers"


def command_line(options: RunOptions) -> str:
    """Return the command; of headers it has the names alone, because their values may be secret."""
    words = ["contract-suite", "run", *options.contracts]
    for option in OPTIONS:
        if option.recorded and option.field != _ARGUMENTS and option.stands_at(Door.RUN):
            value = getattr(options, option.field, None)
            if value is not None and value != default_of(option):
                words += _typed(option, value)
            if option.prefixed:  # all else that is otherwise for a family stands in a configuration file
                prefixed = ((family, own.get(option.field)) for family, own in options.by_family.items())
                words += [
                    word for family, each in prefixed if each for word in (option.flag(Door.RUN), f"{family}={each}")
                ]
    return shlex.join(words)


def _typed(option: Option, value: object) -> Iterator[str]:
    flag = option.flag(Door.RUN)
    if option.read is None:
        yield flag
        return
    for each in _several(option, value):
        yield from (flag, each)


def _several(option: Option, value: object) -> Iterator[str]:
    if option.field == _NAMES_ALONE and isinstance(value, tuple):
        yield from (f"{name}: …" for name, _ in value)
    elif isinstance(value, Mapping):
        yield from (f"{name}={each}" for name, each in value.items())
    elif isinstance(value, tuple):
        yield from map(str, value)
    else:
        yield f"{value:g}" if isinstance(value, float) else str(value)
