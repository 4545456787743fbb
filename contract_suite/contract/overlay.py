"""OpenAPI Overlays 1.0 and 1.1: a file that changes a document without touching it.

Each action finds places by JSONPath (RFC 9535) and merges its `update` into them, puts a `copy` of another place there, or
removes them; an action that finds nothing does nothing, as the specification says.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from contract_suite.contract.document import Node
from contract_suite.contract.loading import parse, read_bytes
from contract_suite.errors import DocumentError
from contract_suite.model.json import JSON
from contract_suite.model.location import Location

_KNOWN: Final = ("1.0.", "1.1.")
_MOST: Final = 100_000


def read_overlay(path: Path) -> list[dict[str, JSON]]:
    """Return the actions of an overlay file; a located `DocumentError` for a file that is none."""
    shown = str(path)
    value = parse(read_bytes(path, shown), shown).value
    actions = value.get("actions") if isinstance(value, dict) else None
    version = value.get("overlay") if isinstance(value, dict) else None
    if not isinstance(version, (str, float)) or not f"{version}.".startswith(_KNOWN):
        raise DocumentError("an overlay begins with 'overlay: 1.0.0' or 'overlay: 1.1.0'", _at(shown, "/overlay"))
    if not isinstance(actions, list) or len(actions) > _MOST:
        raise DocumentError("'actions' of an overlay must be a list", _at(shown, "/actions"))
    found: list[dict[str, JSON]] = []
    for index, action in enumerate(actions):
        if not isinstance(action, dict) or not isinstance(action.get("target"), str):
            raise DocumentError("an action needs a 'target', which is a JSONPath", _at(shown, f"/actions/{index}"))
        found.append(action)
    return found


def overlaid(root: Node, overlays: Iterable[Path]) -> Node:
    """Return a document's root with overlays applied in their order; `root` is changed."""
    for path in overlays:
        root.document.tree.settle()
        for index, action in enumerate(read_overlay(path)):
            _apply(root, action, _at(str(path), f"/actions/{index}"))
    return root


def _apply(root: Node, action: dict[str, JSON], where: Location) -> None:
    target = str(action["target"])
    places = _places(root, target, where)
    if action.get("remove") is True:
        # From the end, so that what is removed of a list moves nothing that is still to be removed.
        for parent, key, _ in reversed(places):
            if isinstance(parent, dict) and isinstance(key, str):
                parent.pop(key, None)
            elif isinstance(parent, list) and isinstance(key, int):
                del parent[key]
        return
    update = action.get("update")
    if isinstance(action.get("copy"), str):
        sources = _places(root, str(action["copy"]), where)
        if len(sources) != 1:
            raise DocumentError(f"'copy' must find one place; it finds {len(sources)}", where)
        update = copy.deepcopy(sources[0][2])
    for parent, key, value in places:
        merged = _merged(value, update)
        if merged is not value:
            _put(parent, key, merged)


def _put(parent: JSON, key: str | int | None, value: JSON) -> None:
    if isinstance(parent, dict) and isinstance(key, str):
        parent[key] = value
    if isinstance(parent, list) and isinstance(key, int):
        parent[key] = value


def _merged(value: JSON, update: JSON) -> JSON:
    """Merge as the specification says: members one by one, a list gets what is added at its end, all else is replaced.

    What stays a container stays the same one, for places and lines are known by it.
    """
    if isinstance(value, dict) and isinstance(update, dict):
        for name, member in update.items():
            value[name] = _merged(value[name], member) if name in value else copy.deepcopy(member)
        return value
    if isinstance(value, list) and update is not None:
        value.extend(copy.deepcopy(update) if isinstance(update, list) else [copy.deepcopy(update)])
        return value
    return value if update is None else copy.deepcopy(update)


def _places(root: Node, target: str, where: Location) -> list[tuple[JSON, str | int | None, JSON]]:
    """The places that a JSONPath finds: what holds each, under which key, and what stands there."""
    import jsonpath  # noqa: PLC0415 - only where there is an overlay

    try:
        matches = list(jsonpath.finditer(target, root.value))
    except jsonpath.JSONPathError as error:
        raise DocumentError(f"{target!r} is no JSONPath: {' '.join(str(error).split())}", where) from None
    return [_place(match) for match in matches]


def _place(match: Any) -> tuple[JSON, str | int | None, JSON]:  # noqa: ANN401 - the library calls what it finds an object
    """What holds a match, under which key, and the match itself."""
    key = match.parts[-1] if match.parts else None
    return match.parent.obj if match.parent is not None else None, key, match.obj


def _at(shown: str, pointer: str) -> Location:
    return Location(file=shown, line=1, pointer=pointer)
