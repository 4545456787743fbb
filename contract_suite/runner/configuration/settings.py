"""The options of one command with their values, and where each comes from: the best source that says something counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from contract_suite.contract.naming.suggestion import did_you_mean
from contract_suite.errors import UsageError
from contract_suite.runner.configuration import found_files
from contract_suite.runner.configuration.given import Given, Layer, of_environment
from contract_suite.runner.configuration.reading import CONFIGURABLE, Configuration, read_configuration
from contract_suite.runner.configuration.toml_file import find, open_named
from contract_suite.runner.options.choice_options import CONFIG, PROFILE
from contract_suite.runner.options.option import Option

_EXCLUSIVE: Final = (("url", "app"), ("app", "url"), ("token_env", "token_command"), ("token_command", "token_env"))
"""Options of which the one that has the better source counts, by field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What counts, by field; `families` has what is otherwise for one of them."""

    options: tuple[Option, ...]
    main: Mapping[str, Given]
    families: Mapping[str, Mapping[str, Given]] = field(default_factory=dict)
    configuration: Configuration | None = None

    def values(self) -> dict[str, Any]:
        """Read everything, as `run_options` and `gate_request` take it. What nobody gave is missing."""
        values: dict[str, Any] = {name: given.value() for name, given in self.main.items()}
        if self.families:
            values["by_family"] = {
                family: {name: given.value() for name, given in own.items()} | _without_other(own, self.main)
                for family, own in self.families.items()
            }
        return values

    def refuse_what_found_files_may_not(self, *addresses: str | None) -> None:
        """Raise `UsageError` where a file that nobody named says more than it may.

        Requests go where the settings say, and to `addresses`.
        """
        given = [*self.main.values(), *(each for own in self.families.values() for each in own.values())]
        found = [each for each in given if each.found]
        if found:
            own = (each.value() for each in given if found_files.is_address(each))
            found_files.refuse(found, [*addresses, *own])

    def refuse_unknown_families(self, contracts: Collection[str]) -> None:
        """Raise `UsageError` where something is said of a contract that a run doesn't have.

        A file may speak of more contracts than a command names.
        """
        from contract_suite.contract.family import families  # noqa: PLC0415 - only where families are named

        chosen = self.main.get("contracts")
        for family, own in self.families.items():
            given = next(iter(own.values()))
            more = given.file is not None and (family in families() or (chosen is not None and chosen.file is None))
            if family not in contracts and not more:
                said = self.configuration.families.get(family, "") if self.configuration is not None else ""
                place = said if given.file is not None and said else given.flag
                raise UsageError(f"{place}: this run has no contract {family!r}{did_you_mean(family, contracts)}")


def settings_of(
    options: Sequence[Option],
    given: Sequence[Layer],
    *,
    environ: Mapping[str, str],
    config: str = "",
    profile: str = "",
    start: Path,
) -> Settings:
    """Return the settings of a command: `given` are layers of the command line and the like, the best first.

    The environment and the configuration file follow; a `config` or `profile` that is not given may stand in the
    environment.
    """
    configuration = open_configuration(environ, config=config, profile=profile, start=start)
    known = {each.field for each in options}
    configured = [each for each in options if each in CONFIGURABLE]
    layers = [*given[:1], of_environment(configured, environ), *given[1:]]
    layers += configuration.layers if configuration is not None else ()
    main, families = _best(layers, known)
    return Settings(options=tuple(options), main=main, families=families, configuration=configuration)


def open_configuration(
    environ: Mapping[str, str], *, config: str = "", profile: str = "", start: Path
) -> Configuration | None:
    """Read the configuration file that was named, or the nearest one; `None` if there is none."""
    named, profile = config or environ.get(CONFIG.variable, ""), profile or environ.get(PROFILE.variable, "")
    file = open_named(Path(named)) if named else find(start)
    if file is None:
        if profile:
            raise UsageError(f"there is no configuration file that could have a profile {profile!r}")
        return None
    return read_configuration(file, profile, environ)


def _best(layers: Sequence[Layer], known: set[str]) -> tuple[dict[str, Given], dict[str, dict[str, Given]]]:
    ranks: dict[str, int] = {}
    main: dict[str, Given] = {}
    for rank, layer in enumerate(layers):
        for name, each in layer.main.items():
            if name in known and name not in main:
                main[name], ranks[name] = each, rank
    for name, other in _EXCLUSIVE:
        if ranks.get(name, -1) > ranks.get(other, len(layers)):
            del main[name]
    families: dict[str, dict[str, Given]] = {}
    for rank, layer in enumerate(layers):
        for family, own in layer.families.items():
            for name, each in own.items():
                rivals = [name, *(other for one, other in _EXCLUSIVE if one == name)]
                if name in known and all(rank <= ranks.get(rival, rank) for rival in rivals):
                    families.setdefault(family, {}).setdefault(name, each)
    return main, families


def _without_other(own: Mapping[str, Given], main: Mapping[str, Given]) -> dict[str, Any]:
    """What a family doesn't have because it has something else in its place."""
    from contract_suite.runner.options.run_options import RunOptions  # noqa: PLC0415 - its defaults alone

    return {
        other: getattr(RunOptions(), other)
        for name, other in _EXCLUSIVE
        if name in own and other in main and other not in own
    }
