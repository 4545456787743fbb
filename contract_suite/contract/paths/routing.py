"""From a method and a target to an operation.

Literal path segments beat templates, and segments are matched before they are decoded. `/things/` is no address of
`/things/{id}`: servers take it for `/things`, redirect there, or know nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.memo import MOST_CONTRACTS, Memo

_NAME: Final = re.compile(r"\{([^{}]+)\}")
_OWN: Final = re.compile(r"(?:\{[^{}]*\}|[^?])*")


class Routes:
    """The operations of a contract by their paths, looked up by what is literal in them."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        """Sort the paths by the number of their segments, the most literal first."""
        self._methods: dict[str, dict[str, Operation]] = {}
        for operation in operations:
            self._methods.setdefault(operation.written_path, {}).setdefault(operation.method, operation)
        self._literal = {path for path in self._methods if "{" not in path and "?" not in path}
        self._queried = any(_own_and_query(path)[1] for path in self._methods)
        self._templates: dict[int, list[tuple[tuple[tuple[int, str], ...], str]]] = {}
        for path in sorted(self._methods, key=lambda each: (not _own_and_query(each)[1], _rank(each), each)):
            segments = _NAME.sub("{}", _own_and_query(path)[0]).split("/")
            literal = tuple((index, segment) for index, segment in enumerate(segments) if "{" not in segment)
            self._templates.setdefault(len(segments), []).append((literal, path))

    def find(self, method: str, target: str) -> tuple[Operation | None, dict[str, str], tuple[str, ...]]:
        """Find the operation for a request below the base URL.

        Returns the operation, or `None`; the decoded path values by name; and the methods that the best matching path
        declares, which are empty if no path matches.
        """
        asked = target.partition("?")[0].partition("#")[0]
        if asked in self._literal and not self._queried:
            return self._methods[asked].get(method), {}, tuple(self._methods[asked])
        segments = asked.split("/")
        for literal, path in self._templates.get(len(segments), ()):
            if all(segments[index] == segment for index, segment in literal):
                raw = path_values(path, target)
                if raw is not None:
                    methods = self._methods[path]
                    values = {name: unquote(text, errors="replace") for name, text in raw.items()}
                    return methods.get(method), values, tuple(methods)
        return None, {}, ()


_ROUTES: Final[Memo[tuple[Operation, ...], Routes]] = Memo(Routes, most=MOST_CONTRACTS)


def route(contract: Contract, method: str, target: str) -> tuple[Operation | None, dict[str, str], tuple[str, ...]]:
    """Find the operation for one request, as `Routes.find` does."""
    return _ROUTES(contract.operations).find(method, target)


def path_values(path: str, target: str) -> dict[str, str] | None:
    """Return what stands in the places of a path template, still escaped; `None` if the target is not of this path.

    A template may end in a query, as some documents have it: it is of targets that have these parameters.
    """
    own, query = _own_and_query(path)
    pattern, names = _compiled(own)
    asked, _, given = target.partition("#")[0].partition("?")
    match = pattern.fullmatch(asked)
    if match is None:
        return None
    found = dict(zip(names, match.groups(), strict=True))
    if query:
        pairs = dict(reversed([pair.partition("=")[::2] for pair in given.split("&")]))
        for name, value in (pair.partition("=")[::2] for pair in query.split("&")):
            place = _NAME.fullmatch(value)
            if name not in pairs or (place is None and pairs[name] != value):
                return None
            if place is not None:
                found[place[1]] = pairs[name]
    return found


def names_in(path: str) -> tuple[str, ...]:
    """Return the names that a path template holds, in order."""
    return tuple(_NAME.findall(path))


def values_in_name(path: str, name: str) -> dict[str, str] | None:
    """Return what a resource's name says of the parameters of its path; `None` if it is no name of that path.

    `fleets/vans/vehicles/v-7` is one of `/v1/fleets/{fleet}/vehicles/{vehicle}`, as Google's APIs name things (AIP-122).
    """
    given = name.strip("/").split("/")
    template = path.strip("/").split("/")[-len(given) :]
    found: dict[str, str] = {}
    for place, text in zip(template, given, strict=False):
        parameter = _NAME.fullmatch(place)
        if parameter is not None:
            found[parameter[1]] = text
        elif place != text:
            return None
    is_whole = len(template) == len(given) > len(found) > 0 and _NAME.fullmatch(template[-1]) is not None
    return found if is_whole and all(found.values()) else None


@lru_cache(maxsize=4096)
def shape(path: str) -> str:
    """Return a path without the names of its parameters: `/pets/{petId}/` is `pets/{}`."""
    return _NAME.sub("{}", path).strip("/")


@lru_cache(maxsize=4096)
def above_and_last(path: str) -> tuple[str, str]:
    """Return the shape of a path without its last part, and that part.

    Of `/pets/{petId}/feed` they are `pets/{}` and `feed`, and so they are of `/pets/{petId}:feed`, an action as Google's
    APIs spell it (AIP-136).
    """
    own, thing = shape(path), shape(without_verb(path))
    above, _, last = own.rpartition("/")
    return (above, last) if own == thing else (thing, own.removeprefix(f"{thing}:"))


def actions_on(contract: Contract, path: str) -> Iterator[Operation]:
    """Yield the writes that act on the thing which a path names: `POST /bookings/{id}/cancel` on that of `/bookings/{}`."""
    for each in contract.operations:
        above, last = above_and_last(each.path)
        if above == shape(path) and "{" not in last and each.method in {"POST", "PUT", "PATCH"}:
            yield each


def without_verb(path: str) -> str:
    """Return the path of the thing that an action behind a template (`/pets/{petId}:feed`) is about, else the path itself."""
    above, slash, last = path.rpartition("/")
    thing, colon, verb = last.partition("}:")
    return f"{above}{slash}{thing}}}" if colon and verb and "{" not in verb else path


@lru_cache(maxsize=4096)
def _own_and_query(path: str) -> tuple[str, str]:
    """Return a path template without its query, and that; a question mark in a name begins none."""
    own = _OWN.match(path)
    return (own[0], path[own.end() + 1 :]) if own else (path, "")


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
