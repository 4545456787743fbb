"""A configuration file: `contract-suite.toml`, or the table `tool.contract-suite` of a `pyproject.toml`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from contract_suite.errors import UsageError
from contract_suite.runner.configuration.key_lines import Keys, key_lines

FILE: Final = "contract-suite.toml"
PROJECT: Final = "pyproject.toml"
TABLE: Final = ("tool", "contract-suite")
_MOST: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationFile:
    """What a file says.

    `shown` is its path as messages write it; `named` says that the user named it, and did not only work beside or below it.
    """

    path: Path
    shown: str
    named: bool
    table: Mapping[str, Any] = field(repr=False)
    lines: Mapping[Keys, int] = field(repr=False)

    def place(self, *keys: str) -> str:
        """Return `file:line` of a key, or of the nearest table around it."""
        path = keys if self.path.name != PROJECT else (*TABLE, *keys)
        line = next((self.lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self.lines), 1)
        return f"{self.shown}:{line}"


def find(start: Path) -> ConfigurationFile | None:
    """Return the nearest configuration file at or above a folder; `UsageError` if it can't be read."""
    start = start.absolute()
    for folder in (start, *start.parents):
        for name in (FILE, PROJECT):
            path = folder / name
            found = _read(path, named=False) if path.is_file() else None
            if found is not None:
                return found
    return None


def open_named(path: Path) -> ConfigurationFile:
    """Return the file that the user named; `UsageError` if it can't be read or holds no configuration."""
    found = _read(path, named=True)
    if found is None:
        raise UsageError(f"{path}: there is no table [{'.'.join(TABLE)}] in it")
    return found


def _read(path: Path, *, named: bool) -> ConfigurationFile | None:
    import tomllib  # noqa: PLC0415 - only where there is a configuration file

    shown = shown_path(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(_MOST + 1)
        if path.name == PROJECT and not named and TABLE[-1].encode() not in content:
            return None  # somebody's project that has nothing to do with us, whatever state it is in
        if len(content) > _MOST:
            raise UsageError(f"{shown}: a configuration file has at most {_MOST} bytes")
        text = content.decode()
        table = tomllib.loads(text)
    except FileNotFoundError:
        raise UsageError(f"{shown}: there is no such configuration file") from None
    except UnicodeDecodeError:
        raise UsageError(f"{shown}: the configuration is not UTF-8 text") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        said, _, place = str(error).partition(" (at ")
        line = re.search(r"line (\d+)", place)
        number = int(line[1]) if line else max(1, content.count(b"\n"))
        raise UsageError(f"{shown}:{number}: the configuration is not valid TOML: {said}") from None
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL, a number of thousands of digits
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{shown}: the configuration can't be read ({reason})") from None
    if path.name == PROJECT:
        for depth, key in enumerate(TABLE):
            if key not in table:
                return None
            table = _table(table[key], f"{shown}:{key_lines(text).get(TABLE[: depth + 1], 1)}", key)
    return ConfigurationFile(path=path.absolute(), shown=shown, named=named, table=table, lines=key_lines(text))


def _table(value: object, place: str, key: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UsageError(f"{place}: {key} is a table")
    return value


def shown_path(path: Path) -> str:
    """Return a path as it is written from the working directory, if that is possible."""
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive, or a NUL
        return str(path)
