"""Options of commands, made of the table of options that every door shares."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from contract_suite.runner.options.option import Door, Option
from contract_suite.runner.options.option_readers import Reader
from contract_suite.runner.options.option_table import collected, default_of, options_at

_Command = TypeVar("_Command", bound=Callable[..., object])


def table_options(door: Door, *names: str, defaults: dict[str, object] | None = None) -> Callable[[_Command], _Command]:
    """Give a command the options of a door: those with these names, or all of them.

    The command gets each value by its field's name. `defaults`, by option name, are those of this command.
    """
    chosen = [each for each in options_at(door) if not names or each.name in names]

    def decorate(command: _Command) -> _Command:
        for option in reversed(chosen):
            default = (defaults or {}).get(option.name, default_of(option))
            command = _option(option, door, default)(command)
        return command

    return decorate


def _option(option: Option, door: Door, default: object) -> Callable[[_Command], _Command]:
    flags = (*((option.short,) if option.short else ()), option.flag(door), option.field)
    sentence = option.replay_help if door is Door.REPLAY else option.help
    if option.read is None:
        return click.option(*flags, is_flag=True, help=sentence)
    return click.option(
        *flags,
        type=str,
        multiple=option.repeated,
        default=None if option.repeated else default,
        show_default=not option.repeated and default not in (None, ""),
        metavar=option.metavar,
        callback=_reading(option, option.read, option.flag(door)),
        help=sentence,
    )


def _reading(option: Option, read: Reader, flag: str) -> Callable[[click.Context, click.Parameter, Any], object]:
    def value_of(_context: click.Context, _parameter: click.Parameter, given: Any) -> object:  # noqa: ANN401 - click's own signature
        if option.repeated:
            return collected(option, tuple(read(flag, each) for each in given))
        return None if given is None else read(flag, given)

    return value_of


allow_refs = click.option(
    "--allow-refs",
    "folders",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="DIR",
    help="Follow $refs of a document into this folder too, beside its own. May be repeated.",
)
"""The option of commands that read a document and make no run."""
