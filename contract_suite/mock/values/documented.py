"""Values without what their schema doesn't describe: an example may show members that were renamed or taken away since."""

from __future__ import annotations

from typing import Final

from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.limits import LEVELS
from contract_suite.model.json import JSON

_OPEN: Final = frozenset(
    {"additionalProperties", "patternProperties", "unevaluatedProperties", "propertyNames", "dependentSchemas"}
)


def documented(schema: Schema, value: JSON) -> JSON:
    """Return a value without the members that its schema neither describes nor invites; itself if that makes it invalid."""
    kept = _kept(view(schema), value, 0)
    return kept if schema.is_valid(kept) else value


def _kept(place: SchemaView, value: JSON, depth: int) -> JSON:
    if depth > LEVELS:
        return value
    if isinstance(value, list):
        return [_kept(place.element(index), each, depth + 1) for index, each in enumerate(value)]
    if not isinstance(value, dict):
        return value
    names = {**place.property_names(), **dict.fromkeys(place.required_names())}
    invites = not names or any(isinstance(raw, bool) or _OPEN & raw.keys() for raw in place.possible())
    return {
        name: _kept(place.member(name), each, depth + 1) for name, each in value.items() if invites or name in names
    }
