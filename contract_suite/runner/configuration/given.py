"""What one source says of one option, not read before it is known that it counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from contract_suite.errors import UsageError
from contract_suite.known_secrets import KNOWN
from contract_suite.runner.configuration.toml_file import ConfigurationFile, shown_path
from contract_suite.runner.options.option import Option
from contract_suite.runner.options.option_readers import Names
from contract_suite.runner.options.option_table import collected

VARIABLE: Final = re.compile(r"\$?\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
"""`${NAME}` stands for what the environment holds; with a second dollar before it, it is text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Texts of an option as they were written (of a flag: whether it is set), and where.

    `flag` is how messages name the option there. In a `file`, texts stand for themselves, `${NAME}` for what `environ`
    holds, and paths begin in its folder.
    """

    option: Option
    said: bool | tuple[str, ...]
    flag: str
    origin: str
    file: ConfigurationFile | None = None
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def found(self) -> bool:
        """Whether it stands in a file that nobody named."""
        return self.file is not None and not self.file.named

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts as they were written."""
        return () if isinstance(self.said, bool) else self.said

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that it stands for, or takes a key from."""
        if self.option.read is not None and self.option.read.names is Names.VARIABLE:
            return self.texts
        return tuple(name for text in self.texts for name in variables_in(text)) if self.file is not None else ()

    def value(self) -> Any:  # noqa: ANN401 - whatever the option's reader makes of it
        """Read it; `UsageError` for what the option doesn't take, or a variable that isn't set."""
        if isinstance(self.said, bool) or self.option.read is None:
            return bool(self.said)
        values = tuple(self.option.read(self.flag, self._meant(text)) for text in self.said)
        return collected(self.option, values) if self.option.repeated else values[-1] if values else None

    def _meant(self, text: str) -> str:
        if self.file is None or self.option.read is None:
            return text
        return _beside(self.file.path.parent, self._substituted(text), self.option.read.names)

    def _substituted(self, text: str) -> str:
        def held(match: re.Match[str]) -> str:
            if match[0].startswith("$$"):
                return match[0][1:]
            value = self.environ.get(match[1], "")
            if not value:
                raise UsageError(f"{self.flag} takes ${match[1]} from the environment, which is not set")
            if may_be_secret(self.option, text) or _may_be_credential(match[1]):
                KNOWN.add({value: f"${match[1]}"})
            return value

        return VARIABLE.sub(held, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What one source says: by field, and for single families by their names and by field."""

    main: Mapping[str, Given]
    families: Mapping[str, Mapping[str, Given]] = field(default_factory=dict)


_PREFIX: Final = re.compile(r"([^=:/?#\s]+)=(.+)", re.DOTALL)


def layer_of(all_given: Iterable[Given]) -> Layer:
    """Return what was given as a layer: texts that begin with `FAMILY=`, where they may, are that family's."""
    main: dict[str, Given] = {}
    families: dict[str, dict[str, Given]] = {}
    for given in all_given:
        option = given.option
        prefixed = [_PREFIX.fullmatch(text) if option.prefixed else None for text in given.texts]
        for match in filter(None, prefixed):
            families.setdefault(match[1], {})[option.field] = replace(given, said=(match[2],))
        rest = tuple(text for text, match in zip(given.texts, prefixed, strict=True) if match is None)
        if rest or not given.texts:
            main[option.field] = replace(given, said=rest) if given.texts else given
    return Layer(main=main, families=families)


def of_environment(options: Iterable[Option], environ: Mapping[str, str]) -> Layer:
    """Return what variables like `CONTRACT_SUITE_FUZZ_TIME` say. A list has one item a line."""
    return layer_of(_of_environment(options, environ))


def _of_environment(options: Iterable[Option], environ: Mapping[str, str]) -> Iterator[Given]:
    for option in options:
        text = environ.get(option.variable, "").strip()
        if text:
            said = _switch(option, text) if option.read is None else texts_of(option, text.splitlines())
            yield Given(option=option, said=said, flag=option.variable, origin=f"${option.variable}")


def texts_of(option: Option, texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts that stand in texts of an environment variable or of an ini file, without what is empty."""
    pieces = [piece for text in texts for piece in (re.split(r"[,\s]+", text) if option.words else [text])]
    return tuple(dict.fromkeys(piece.strip() for piece in pieces if piece.strip()))


def _switch(option: Option, text: str) -> bool:
    if text.lower() in _ON | _OFF:
        return text.lower() in _ON
    raise UsageError(f"{option.variable} takes 1 or 0, not {text!r}")


_ON: Final = frozenset({"1", "true", "yes", "on"})
_OFF: Final = frozenset({"0", "false", "no", "off"})


def variables_in(text: str) -> tuple[str, ...]:
    """Return the names of the environment variables that a text of a file stands for."""
    return tuple(match[1] for match in VARIABLE.finditer(text) if not match[0].startswith("$$"))


def may_be_secret(option: Option, text: str) -> bool:
    """Whether a text of an option that is a name and a value holds a value that may be secret, by its name."""
    joint = option.read.joint if option.read is not None else ""
    return bool(joint) and _may_be_credential(text.partition(joint.strip())[0])


def _may_be_credential(name: str) -> bool:
    from contract_suite.transport.authentication.user_headers import may_be_credential  # noqa: PLC0415 - seldom wanted

    return may_be_credential(name)


def _beside(folder: Path, text: str, names: Names) -> str:
    """Return a path of a file as it is written from the working directory."""
    if names is Names.DOCUMENT and not _is_path(folder, text):
        return text
    if not text or names not in {Names.FILE, Names.DOCUMENT} or folder == Path.cwd() or Path(text).is_absolute():
        return text
    return shown_path(folder / text)


def _is_path(folder: Path, text: str) -> bool:
    if "://" in text:
        return False
    if re.search(r"[./\\]", text):
        return True
    from contract_suite.contract.family import families  # noqa: PLC0415 - only for a name that could be either

    return text not in families() and (folder / text).exists()
