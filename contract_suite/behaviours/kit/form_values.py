"""What a body of named members can carry so that every right server reads it alike; JSON carries anything.

The fields of an HTML form are texts. They know no null and no empty list or object, an empty one often means that a field
is unset, and how a nested object is written is agreed for one level alone (OpenAPI 3.0.3, `deepObject`).
"""

from __future__ import annotations

from typing import Final

from contract_suite.contract.bodies import Unreadable, body_readings, write
from contract_suite.contract.operation import MediaType, Operation, is_json, may_be_json
from contract_suite.model.json import JSON, parsed

_STYLED: Final = "deepObject"
_REPEATED: Final = "form"


def is_form(operation: Operation | None) -> bool:
    """Whether the members of an operation's body go out as the fields of an HTML form."""
    media = operation.body.of_members if operation and operation.body else None
    return media is not None and not (is_json(media.name) or may_be_json(media))


def carries(media: MediaType, name: str, value: JSON) -> bool:
    """Whether a body of this form has one meaning for a member with this value, and that is the value."""
    if is_json(media.name) or may_be_json(media):
        return True
    field = next((each for each in media.fields if each.name == name), None)
    style = field.style if field is not None else ""
    if isinstance(value, dict):
        one_way, parts = style == _STYLED, list(value.values())
    elif isinstance(value, list):
        repeated = field is not None and style == _REPEATED and field.explode
        one_way, parts = not style or repeated, value  # a separator between items may stand in one of them
    else:
        one_way, parts = True, [value]
    if not (one_way and parts and all(_is_plain(each) for each in parts)):
        return False
    members: dict[str, JSON] = {name: value}
    sent, content_type = write(members, media.name, media)
    return read_back(sent, content_type, media) == members


def read_back(sent: bytes, content_type: str, media: MediaType) -> JSON:
    """Return the value of a body that the run sent, as its document describes it; null for what can't be read."""
    if is_json(media.name) or may_be_json(media):
        value = parsed(sent)
        return value if isinstance(value, dict) else None
    try:
        return next(iter(body_readings(sent, content_type, media, lenient=False)), None)
    except Unreadable:
        return None


def _is_plain(value: JSON) -> bool:
    return value not in (None, "") and not isinstance(value, dict | list)
