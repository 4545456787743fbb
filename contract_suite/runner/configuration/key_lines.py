"""The line on which each key of a TOML text stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

Keys = tuple[str, ...]

_CLOSES: Final = re.compile(r"[\]}]|\"\"\"|'''")
"""What the last line of a statement of several lines holds."""

_LEVELS: Final = 20
_MOST_PARSED: Final = 5_000_000
"""Characters that are parsed in all: a statement of many lines is parsed again with each line that may end it."""


def key_lines(text: str) -> dict[Keys, int]:
    """Return the line of each key of a valid TOML text, by its path.

    The text is cut into statements by the TOML parser itself: one ends with the first line that makes it complete.
    """
    import tomllib  # noqa: PLC0415 - only where there is a configuration file

    found: dict[Keys, int] = {}
    table: Keys = ()
    statement, first, left = "", 1, _MOST_PARSED
    for number, line in enumerate(text.split("\n"), 1):
        first = first if statement else number
        statement += f"{line}\n"
        if first != number and not _CLOSES.search(line):
            continue
        left -= len(statement)
        if left < 0:
            break  # the lines of what comes later are not told
        try:
            parsed = tomllib.loads(statement)
        except (ValueError, RecursionError):
            continue  # it goes on
        paths = list(_paths(parsed))
        if statement.lstrip().startswith("["):
            table = max(paths, key=len, default=())
            paths = [table[:length] for length in range(1, len(table) + 1)]
        else:
            paths = [(*table, *path) for path in paths]
        for path in paths:
            found.setdefault(path, first)
        statement = ""
    return found


def _paths(value: Any, above: Keys = ()) -> Iterator[Keys]:  # noqa: ANN401 - parsed TOML
    if len(above) > _LEVELS:
        return
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict):
        for key, below in value.items():
            yield (*above, key)
            yield from _paths(below, (*above, key))
