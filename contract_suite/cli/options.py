"""Options of commands, made of the table of options that every door shares."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from contract_suite.errors import UsageError
from contract_suite.runner.configuration.given import Given, Layer, layer_of
from contract_suite.runner.configuration.reading import PROFILES
from contract_suite.runner.configuration.settings import Settings, settings_of
from contract_suite.runner.configuration.toml_file import find
from contract_suite.runner.options.choice_options import CHOICE, CONFIG, PROFILE
from contract_suite.runner.options.option import CONTRACT, Door, Option
from contract_suite.runner.options.option_groups import grouped
from contract_suite.runner.options.option_table import collected, default_of, options_at

DOCUMENTS: Final = ("openapi.yaml", "openapi.yml", "openapi.json", "swagger.yaml", "swagger.yml", "swagger.json")
"""What the document of a project is usually called."""
_Command = TypeVar("_Command", bound=Callable[..., Any])
_SETTINGS: Final = "contract_suite.settings"
_CONTRACTS: Final = next(each for each in options_at(Door.PYTEST) if each.name == CONTRACT)


class GroupedCommand(click.Command):
    """A command with many options: its help lists them under the headings of the shared table."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each group as a section of its own; what belongs to none comes last."""
        rows = {
            max(each.opts, key=len).lstrip("-"): row
            for each in self.get_params(ctx)
            if isinstance(each, click.Option) and (row := each.get_help_record(ctx)) is not None
        }
        for heading, names in grouped(rows):
            with formatter.section(heading or "Other options"):
                formatter.write_dl([rows[each] for each in names])


def table_options(
    door: Door, *names: str, defaults: dict[str, object] | None = None, helps: Mapping[str, str] | None = None
) -> Callable[[_Command], _Command]:
    """Give a command the options of a door: those with these names, or all of them.

    The command gets each value by its field's name. `defaults` and `helps`, by option name, are those of this command.
    """
    return _options(door, names, defaults or {}, helps or {}, configured=False)


def configured_options(
    door: Door, *names: str, defaults: dict[str, object] | None = None
) -> Callable[[_Command], _Command]:
    """Do the same for a command that also listens to the environment and to a configuration file.

    What a record gives back is not asked of them. A command that names contracts gets those, too, by `contracts`.
    """
    return _options(door, names, defaults or {}, {}, configured=True)


def contract_options(*names: str, helps: Mapping[str, str] | None = None) -> Callable[[_Command], _Command]:
    """Give a command options about contracts. Where it is called without a contract, it takes those of the configuration."""
    return _options(Door.RUN, names, {}, helps or {}, configured=True, unless_named=True)


def current_settings() -> Settings:
    """Return where the values of the command that is running come from."""
    settings: Settings = click.get_current_context().meta[_SETTINGS]
    return settings


def _options(
    door: Door,
    names: tuple[str, ...],
    defaults: Mapping[str, object],
    helps: Mapping[str, str],
    *,
    configured: bool,
    unless_named: bool = False,
) -> Callable[[_Command], _Command]:
    chosen = [each for each in options_at(door) if not names or each.name in names]
    shown = [*chosen, *CHOICE] if configured else chosen

    def decorate(command: _Command) -> _Command:
        @wraps(command)
        def called(*arguments: object, **values: Any) -> object:  # noqa: ANN401 - whatever click's other options are
            texts = {each.field: values.pop(each.field) for each in shown}
            contracts = values.get(_CONTRACTS.field, ())
            given = layer_of(_of_command_line(shown, {**texts, _CONTRACTS.field: contracts}, door))
            if configured and not (unless_named and contracts):
                settings = _settings(door, (*((_CONTRACTS,) if "contracts" in values else ()), *chosen), given)
            else:
                settings = Settings(options=tuple(chosen), main=given.main, families=given.families)
            click.get_current_context().meta[_SETTINGS] = settings
            return command(*arguments, **{**values, **_values(settings, chosen, defaults)})

        with_options: Any = called
        for option in reversed(shown):
            default = defaults.get(option.name, default_of(option))
            with_options = _option(option, door, default, helps.get(option.name, ""))(with_options)
        decorated: _Command = with_options
        return decorated

    return decorate


def _of_command_line(options: Iterable[Option], values: Mapping[str, Any], door: Door) -> Iterator[Given]:
    context = click.get_current_context()
    for option in (_CONTRACTS, *options):
        value = values[option.field]
        if context.get_parameter_source(option.field) is ParameterSource.COMMANDLINE and value != ():
            said = value if isinstance(value, bool | tuple) else (value,)
            flag = option.flag(door)
            yield Given(option=option, said=said, flag=flag, origin=flag if option is not _CONTRACTS else "arguments")


def _settings(door: Door, chosen: tuple[Option, ...], given: Layer) -> Settings:
    # A replay goes where its run went, and is allowed what it was allowed: the record says it, and nobody else unasked.
    asked = [each for each in chosen if door is not Door.REPLAY or each.restored is None or each.field in given.main]
    settings = settings_of(
        asked,
        [given],
        environ=os.environ,
        config=_chosen(CONFIG, given),
        profile=_chosen(PROFILE, given),
        start=Path.cwd(),
    )
    for warning in settings.configuration.warnings if settings.configuration is not None else ():
        click.echo(f"contract-suite: {warning}", err=True)
    if door is not Door.REPLAY:
        settings.refuse_what_found_files_may_not()
    return settings


def _chosen(option: Option, given: Layer) -> str:
    return given.main[option.field].texts[-1] if option.field in given.main else ""


def _values(settings: Settings, chosen: Iterable[Option], defaults: Mapping[str, object]) -> dict[str, Any]:
    values = {each.field: _default(each, defaults) for each in chosen} | settings.values()
    return {name: value for name, value in values.items() if name not in _OF_CHOICE}


def _default(option: Option, defaults: Mapping[str, object]) -> object:
    return collected(option, ()) if option.repeated else defaults.get(option.name, default_of(option))


_OF_CHOICE: Final = frozenset(each.field for each in CHOICE)


def _option(option: Option, door: Door, default: object, sentence: str) -> Callable[[_Command], _Command]:
    sentence = sentence or (option.replay_help if door is Door.REPLAY else option.help)
    if option.read is None:
        flag = option.flag(door)
        flags = (*((option.short,) if option.short else ()), f"{flag}/--no-{option.name}", option.field)
        return click.option(*flags, is_flag=True, default=False, help=sentence)
    flags = (*((option.short,) if option.short else ()), option.flag(door), option.field)
    words = option.read.schema.get("enum")
    return click.option(
        *flags,
        type=str,
        multiple=option.several,
        default=None
        if option.several or default is None
        else str(default),  # shown in the help; what counts is asked of the settings
        show_default=not option.several and default not in (None, ""),
        metavar=option.metavar,
        help=sentence,
        shell_complete=(
            _complete_profiles if option is PROFILE else _completing(words) if isinstance(words, list) else None
        ),
    )


def _completing(words: Iterable[object]) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    def complete(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
        return [str(each) for each in words if str(each).startswith(begun)]

    return complete


def _complete_profiles(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    try:
        file = find(Path.cwd())
    except UsageError:
        return []
    profiles = file.table.get(PROFILES) if file is not None else None
    return [each for each in profiles if each.startswith(begun)] if isinstance(profiles, dict) else []


def _complete_contracts(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    from contract_suite.contract.family import families

    names = [CompletionItem(each) for each in families() if each.startswith(begun)]
    return [*names, CompletionItem(begun, type="file")]


contracts_argument = click.argument(
    "contracts", nargs=-1, metavar="[FAMILY|DOCUMENT]...", shell_complete=_complete_contracts
)
"""The argument of commands that take any number of contracts."""


def output_path(_context: click.Context, _parameter: click.Parameter, given: Path | None) -> Path | None:
    """Read where to write, as the callback of an option: `-` is standard output, as everywhere, and so `None`."""
    return None if given == Path("-") else given


allow_refs = click.option(
    "--allow-refs",
    "folders",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="DIR",
    help="Follow $refs of a document into this folder too, beside its own. May be repeated.",
)
"""The option of commands that read a document and make no run."""
