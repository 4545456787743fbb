"""How a parameter that names a sort key also says the direction, or takes several keys: `-name`, `name:desc`, `name_desc`, `a,-b`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.operation import Parameter
from contract_suite.contract.schemas.view import view
from contract_suite.inference.kit.bodies import is_array
from contract_suite.inference.kit.names import SAYS_SEPARATED

_LISTED: Final = re.compile(r"(.*[^_:\s.,|-])([_:\s.,|-]+)(asc|desc)", re.IGNORECASE)
_SHOWN: Final = re.compile(r"([A-Za-z][A-Za-z0-9_.]{0,79})[`\"'}>]?([:,]| )\s?[({\[<`\"']*(asc|desc)\b", re.IGNORECASE)
_ANY_KEY: Final = frozenset(
    {"field", "fieldname", "property", "propertyname", "key", "column", "attribute", "sortfield"}
)
"""Words that stand for a key where a description shows how one is written: `property,(asc|desc)`."""
_ODATA: Final = frozenset({"$orderby"})
_SAYS_MULTIPLE: Final = re.compile(r"\b(multiple|several|more than one|repeat)", re.IGNORECASE)
_COMMA: Final = ","
_MARKS: Final = (",", ":", " ", "_", ".")
_NOBODYS_KEY: Final = "zqxjkv"


@dataclass(frozen=True, slots=True)
class SortValue:
    """How a key is written in a direction: `suffix` by direction, empty where none is known; `keys` that a schema lists so."""

    suffix: Mapping[str, str] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    separator: str = ""


def values_of_pattern(parameter: Parameter, fields: Iterable[str]) -> list[str]:
    """Return the values that a pattern lets a parameter have, of those that name a field: alone, with a minus, with a direction.

    A pattern that any word obeys lists nothing.
    """
    place = view(parameter.schema)
    pattern = (place.element(0) if is_array(place) else place).keyword("pattern")
    if not isinstance(pattern, str) or takes(parameter, _NOBODYS_KEY):
        return []
    return [
        value
        for name in fields
        for value in (name, f"-{name}", *(f"{name}{mark}{way}" for mark in _MARKS for way in ("asc", "desc")))
        if takes(parameter, value)
    ]


def takes(parameter: Parameter, value: str) -> bool:
    """Whether a value obeys a parameter's schema, as the only element where that is an array."""
    return parameter.schema.is_valid([value] if is_array(view(parameter.schema)) else value)


def sort_value(parameter: Parameter, values: Iterable[str], fields: Iterable[str]) -> SortValue:
    """Return how a parameter writes a direction behind its key, by the values that it may have or by its description."""
    place = view(parameter.schema)
    listed = _listed(values)
    if is_array(place):
        if not listed.suffix and place.element(0).keyword("enum") is None:
            listed = replace(listed, suffix=_shown(parameter, {plain_name(each) for each in fields} | _ANY_KEY))
        if not parameter.explode and any(_COMMA in each for each in listed.suffix.values()):
            return SortValue()  # two keys, or one with its direction?
        one_alone = place.keyword("maxItems") == 1 or not (
            parameter.explode or _SAYS_MULTIPLE.search(parameter.description)
        )
        several = not one_alone  # an array of keys that stand apart is sorted by each of them in turn
        return replace(listed, separator=_COMMA if several else "")
    if place.keyword("enum") is not None:
        return listed
    shown = listed.suffix or _shown(parameter, {plain_name(each) for each in fields} | _ANY_KEY)
    several = SAYS_SEPARATED.search(parameter.description) is not None and not any(
        _COMMA in each for each in shown.values()
    )
    return SortValue(suffix=shown, keys=listed.keys, separator=_COMMA if several else "")


def _listed(values: Iterable[str]) -> SortValue:
    """What the values show, where each key that has a direction behind it has both, or goes up where it stands alone."""
    found: dict[str, dict[str, str]] = {}
    values = list(values)
    for value in values:
        match = _LISTED.fullmatch(value)
        if match is not None:
            found.setdefault(match[1], {})[match[3].lower()] = f"{match[2]}{match[3]}"
    for key, known in found.items():
        if key in values and known.keys() == {"desc"}:
            known["asc"] = ""
    ways = {tuple(sorted(each.items())) for each in found.values()}
    suffix = dict(next(iter(ways))) if len(ways) == 1 else {}
    return SortValue(suffix=suffix, keys=tuple(found)) if suffix.keys() == {"asc", "desc"} else SortValue()


def _shown(parameter: Parameter, keys: set[str]) -> Mapping[str, str]:
    """What a description shows of a key with a direction behind it: `name:asc`, `property,(asc|desc)`."""
    marks = {each[2] for each in _SHOWN.finditer(parameter.description) if plain_name(each[1]) in keys}
    if not marks and parameter.name in _ODATA:
        marks = {" "}
    mark = next(iter(marks)) if len(marks) == 1 else ""
    return {"asc": f"{mark}asc", "desc": f"{mark}desc"} if mark else {}
