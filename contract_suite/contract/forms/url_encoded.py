"""`application/x-www-form-urlencoded`: a field for each member, in the style that its `encoding` says."""

from __future__ import annotations

from collections.abc import Mapping

from contract_suite.contract.operation import FormField, is_json
from contract_suite.contract.styles import escaped, in_query
from contract_suite.model.json import JSON, Raw, compact


def write_form(value: JSON, fields: Mapping[str, FormField]) -> str:
    """Write an object as a form; anything else as one escaped text."""
    if not isinstance(value, dict):
        return escaped(value)
    return "&".join(
        f"{key}={text}" for name, member in value.items() for key, text in _pairs(name, member, fields.get(name))
    )


def _pairs(name: str, member: JSON, field: FormField | None) -> list[tuple[str, str]]:
    if field is not None and field.style:
        return in_query(name, member, style=field.style, explode=field.explode, allow_reserved=field.allow_reserved)
    if field is not None and is_json(field.content_type) and not isinstance(member, Raw):
        return [(escaped(name), escaped(compact(member)))]
    return [(escaped(name), escaped(item)) for item in (member if isinstance(member, list) else [member])]
