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
from contract_suite.model.memo import MOST_CONTRACTS, Memo

_NAME: Final = re.compile(r"\{([^{}]+)\}")


def route(contract: Contract, method: str, target: str) -> tuple[Operation | None, dict[str, str], tuple[str, ...]]:
    """Find the operation for a request below the base URL.

    Returns the operation, or `None`; the decoded path values by name; and the methods that the best matching path
    declares, which are empty if no path matches.
    """
    for path, by_method in _PATHS(contract.operations).get(_slashes(target), ()):
        raw = path_values(path, target)
        if raw is not None:
            values = {name: unquote(text, errors="replace") for name, text in raw.items()}
            return by_method.get(method), values, tuple(by_method)
    return None, {}, ()


def path_values(path: str, target: str) -> dict[str, str] | None:
    """Return what stands in the places of a path template, still escaped; `None` if the target is not of this path."""
    pattern, names = _compiled(path)
    match = pattern.fullmatch(target.partition("?")[0].partition("#")[0])
    return dict(zip(names, match.groups(), strict=True)) if match else None


def names_in(path: str) -> tuple[str, ...]:
    """Return the names that a path template holds, in order."""
    return tuple(_NAME.findall(path))


_Paths = dict[int, list[tuple[str, dict[str, Operation]]]]


def _paths(operations: tuple[Operation, ...]) -> _Paths:
    """Return the paths by their number of slashes, the most literal first, each with its first operation by method."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in operations:
        by_path.setdefault(operation.path, {}).setdefault(operation.method, operation)
    found: _Paths = {}
    for path in sorted(by_path, key=lambda each: (_rank(each), each)):
        found.setdefault(_NAME.sub("", path).count("/"), []).append((path, by_path[path]))
    return found


_PATHS: Final[Memo[tuple[Operation, ...], _Paths]] = Memo(_paths, most=MOST_CONTRACTS)


def _slashes(target: str) -> int:
    return target.partition("?")[0].partition("#")[0].count("/")


@lru_cache(maxsize=4096)
def _compiled(path: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    parts = _NAME.split(path)
    groups = ["([^/]*)" if index % 2 else re.escape(part) for index, part in enumerate(parts)]
    if parts[-1] in {"", "/"} and parts[-3:-2] and parts[-3].endswith("/"):
        groups[-2] = "([^/]+)"
    return re.compile("".join(groups)), tuple(parts[1::2])


def _rank(path: str) -> tuple[int, ...]:
    """Order paths from literal to general, segment by segment: plain text, text with a name in it, a name alone."""
    return tuple(2 if _NAME.fullmatch(segment) else 1 if "{" in segment else 0 for segment in path.split("/"))
