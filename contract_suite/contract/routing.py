"""From a method and a target to an operation.

Literal path segments beat templates, and segments are matched before they are decoded. `/things/` is no address of
`/things/{id}`: servers take it for `/things`, redirect there, or know nothing of it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from contract_suite.contract.operation import Contract, Operation

_NAME: Final = re.compile(r"\{([^{}]+)\}")


def route(contract: Contract, method: str, target: str) -> tuple[Operation | None, dict[str, str], tuple[str, ...]]:
    """Find the operation for a request below the base URL.

    Returns the operation, or `None`; the decoded path values by name; and the methods that the best matching path
    declares, which are empty if no path matches.
    """
    best: tuple[tuple[int, ...], str] | None = None
    for path in dict.fromkeys(operation.path for operation in contract.operations):
        if path_values(path, target) is not None:
            rank = (_rank(path), path)
            best = rank if best is None else min(best, rank)
    if best is None:
        return None, {}, ()
    here = [operation for operation in contract.operations if operation.path == best[1]]
    allowed = tuple(dict.fromkeys(operation.method for operation in here))
    found = next((operation for operation in here if operation.method == method), None)
    raw = path_values(best[1], target) or {}
    return found, {name: unquote(text, errors="replace") for name, text in raw.items()}, allowed


def path_values(path: str, target: str) -> dict[str, str] | None:
    """Return what stands in the places of a path template, still escaped; `None` if the target is not of this path."""
    pattern, names = _compiled(path)
    match = pattern.fullmatch(target.partition("?")[0].partition("#")[0])
    return dict(zip(names, match.groups(), strict=True)) if match else None


def names_in(path: str) -> tuple[str, ...]:
    """Return the names that a path template holds, in order."""
    return tuple(_NAME.findall(path))


@lru_cache(maxsize=1024)
def _compiled(path: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    parts = _NAME.split(path)
    groups = ["([^/]*)" if index % 2 else re.escape(part) for index, part in enumerate(parts)]
    if parts[-1] in {"", "/"} and parts[-3:-2] and parts[-3].endswith("/"):
        groups[-2] = "([^/]+)"
    return re.compile("".join(groups)), tuple(parts[1::2])


def _rank(path: str) -> tuple[int, ...]:
    """Order paths from literal to general, segment by segment: plain text, text with a name in it, a name alone."""
    return tuple(2 if _NAME.fullmatch(segment) else 1 if "{" in segment else 0 for segment in path.split("/"))
