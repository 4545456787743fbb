"""What a schema describes of a value that something else showed: a request body carries no members besides."""

from __future__ import annotations

from typing import Final

from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.json import JSON, MISSING, Missing

_DEEPEST: Final = 6


def described(value: JSON, place: SchemaView, depth: int = 0) -> JSON | Missing:
    """Return the parts of a value that a place takes, with any member where any is documented.

    `MISSING` for what is read-only there.
    """
    place = place.follow()
    if place.keyword("readOnly") is True:
        return MISSING
    if depth >= _DEEPEST:
        return value
    if isinstance(value, list):
        found = [described(each, place.element(index), depth + 1) for index, each in enumerate(value)]
        return [each for each in found if not isinstance(each, Missing)]
    if not isinstance(value, dict):
        return value
    names, others = place.property_names(), _takes_any(place)
    kept: dict[str, JSON] = {}
    for name, each in value.items():
        member = described(each, place.member(name), depth + 1) if name in names else each if others else MISSING
        if not isinstance(member, Missing):
            kept[name] = member
    return kept


def _takes_any(place: SchemaView) -> bool:
    """Whether members of any name are documented, or nothing at all is said of an object."""
    if not place.property_names() and place.keyword("additionalProperties") is not False:
        return True
    said = place.keyword("additionalProperties")
    return said is True or isinstance(said, dict) or bool(place.keyword("patternProperties"))
