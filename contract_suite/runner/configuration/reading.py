"""What the tables of a configuration file say: every key is known and every value is of its option's kind, or it is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from contract_suite.contract.naming.suggestion import did_you_mean
from contract_suite.errors import UsageError
from contract_suite.known_secrets import KNOWN, REDACTED, of_addresses
from contract_suite.runner.configuration.given import Given, Layer, layer_of, may_be_secret, variables_in
from contract_suite.runner.configuration.key_lines import Keys
from contract_suite.runner.configuration.toml_file import ConfigurationFile
from contract_suite.runner.options.option import Door, Option
from contract_suite.runner.options.option_readers import Names
from contract_suite.runner.options.option_table import OPTIONS, options_at

PROFILES: Final = "profiles"
FAMILIES: Final = "family"
CONFIGURABLE: Final = options_at(Door.CONFIGURATION)
OF_FAMILIES: Final = tuple(each for each in CONFIGURABLE if each.per_family)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """A file as layers: that of a chosen profile, then what holds without one. `warnings` are sentences for the user."""

    file: ConfigurationFile
    layers: tuple[Layer, ...]
    families: Mapping[str, str]
    """The families that it speaks of, each with its place."""
    warnings: tuple[str, ...]


def read_configuration(file: ConfigurationFile, profile: str, environ: Mapping[str, str]) -> Configuration:
    """Read all of a file, profiles that were not chosen too; `UsageError` with file and line for what is wrong."""
    reader = _Reader(file, environ)
    layer = reader.layer(file.table, (), CONFIGURABLE, also=(FAMILIES, PROFILES))
    tables = reader.tables(file.table.get(PROFILES, {}), (PROFILES,), "profile")
    profiles = {
        name: reader.layer(table, (PROFILES, name), CONFIGURABLE, also=(FAMILIES,), note=f" (profile {name})")
        for name, table in tables.items()
    }
    if profile and profile not in profiles:
        raise UsageError(f"{file.shown}: there is no profile {profile!r}{did_you_mean(profile, profiles)}")
    return Configuration(
        file=file,
        layers=(*((profiles[profile],) if profile else ()), layer),
        families=reader.families,
        warnings=tuple(reader.warnings),
    )


@dataclass(slots=True)
class _Reader:
    file: ConfigurationFile
    environ: Mapping[str, str]
    warnings: list[str] = field(default_factory=list)
    families: dict[str, str] = field(default_factory=dict)

    def layer(
        self, table: Mapping[str, Any], above: Keys, options: Iterable[Option], *, also: Keys, note: str = ""
    ) -> Layer:
        """Return a table and its tables of families as a layer."""
        main = layer_of(self._all_given(table, above, options, also=also, note=note))
        families = {name: dict(given) for name, given in main.families.items()}
        tables = self.tables(table.get(FAMILIES, {}), (*above, FAMILIES), "family")
        for name, own in tables.items():
            path = (*above, FAMILIES, name)
            self.families.setdefault(name, self.file.place(*path))
            layer = layer_of(self._all_given(own, path, OF_FAMILIES, also=(), note=note))
            if layer.families:
                raise UsageError(f"{self.file.place(*path, 'url')}: url takes one address here, without a family")
            families[name] = {**families.get(name, {}), **layer.main}
        return Layer(main=main.main, families=families)

    def tables(self, value: object, path: Keys, what: str) -> Mapping[str, Mapping[str, Any]]:
        """Return tables by name; `UsageError` for anything else."""
        if not isinstance(value, dict):
            raise UsageError(f"{self.file.place(*path)}: {path[-1]} has a table for each {what}: [{path[-1]}.NAME]")
        for name, table in value.items():
            if not isinstance(table, dict):
                place = self.file.place(*path, name)
                raise UsageError(f"{place}: {name!r} is no {what}, which is a table: [{path[-1]}.NAME]")
        return value

    def _all_given(
        self, table: Mapping[str, Any], above: Keys, options: Iterable[Option], *, also: Keys, note: str
    ) -> Iterator[Given]:
        by_name = {each.name: each for each in options}
        for name, value in table.items():
            if name in also:
                continue
            place = self.file.place(*above, name)
            if name not in by_name:
                raise UsageError(f"{place}: {_unknown(name, (*by_name, *also))}")
            option = by_name[name]
            said = _said(option, value, f"{place}: {name}")
            given = Given(
                option=option,
                said=said,
                flag=f"{place}: {name}",
                origin=f"{place}{note}",
                file=self.file,
                environ=self.environ,
            )
            self._look_at(given, place)
            yield given

    def _look_at(self, given: Given, place: str) -> None:
        """Read what needs nothing of the environment, so that a mistake is told at once; warn of keys in plain text."""
        option = given.option
        names_variables = option.read is not None and option.read.names is Names.VARIABLE
        for text in given.texts:
            if names_variables or variables_in(text):
                continue
            if option.read is not None and option.read.names is Names.ADDRESS and of_addresses([text]):
                KNOWN.add(of_addresses([text]))
                self.warnings.append(f"{place}: {option.name} holds a password in plain text; {_BETTER}")
            elif may_be_secret(option, text):
                name, _, value = text.partition(option.read.joint.strip() if option.read is not None else "")
                KNOWN.add({value.strip(): REDACTED})
                self.warnings.append(f"{place}: {option.name} {name!r} holds a key in plain text; {_BETTER}")
        if not any(map(variables_in, given.texts)):
            given.value()


_BETTER: Final = "write ${NAME}, and set NAME in the environment"


def _unknown(name: str, known: Iterable[str]) -> str:
    option = next((each for each in OPTIONS if each.name == name), None)
    if option is not None and not option.stands_at(Door.CONFIGURATION):
        return f"{name} can't be configured: {(option.absent or {})[Door.CONFIGURATION]}"
    if option is not None:
        return f"{name} is the same for all families: set it above their tables"
    return f"there is no option {name!r}{did_you_mean(name, known)}"


def _said(option: Option, value: object, flag: str) -> bool | tuple[str, ...]:
    """Return a value of TOML as the texts that the option's reader reads."""
    if option.read is None:
        if not isinstance(value, bool):
            raise UsageError(f"{flag} takes true or false")
        return value
    if isinstance(value, dict) and option.repeated and option.read.joint:
        return tuple(f"{name}{option.read.joint}{_text(each, flag, _ANY)}" for name, each in value.items())
    kind = str(option.read.schema["type"])
    if isinstance(value, list) and option.several:
        return tuple(_text(each, flag, kind) for each in value)
    return (_text(value, flag, kind),)


_ANY: Final = "any"
_TAKES: Final = {
    "string": "a text in quotes",
    "number": "a number",
    "integer": "a whole number",
    _ANY: "a text or a number",
}


def _text(value: object, flag: str, kind: str) -> str:
    """Return one value as a text; what is wrong is not repeated, because it may be a key."""
    if isinstance(value, bool) and kind == _ANY:
        return "true" if value else "false"
    if isinstance(value, int | float) and not isinstance(value, bool) and kind != "string":
        return str(int(value)) if kind == "integer" and float(value).is_integer() else str(value)
    if isinstance(value, str) and (kind in {"string", _ANY} or variables_in(value)):
        return value
    raise UsageError(f"{flag} takes {_TAKES[kind]}")
