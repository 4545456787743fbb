"""Lists that are sets by their names: a right server may show tags in an order of its own, each once, in small letters.

Where a description speaks of their order, they are lists like any other.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    property_of,
    representation,
    request_body,
)
from contract_suite.contract.naming.names import singular, words
from contract_suite.model.json import JSON, Missing

_SETS: Final = frozenset(
    {
        *("tag", "label", "keyword", "category", "topic", "role", "scope", "permission", "skill", "genre", "interest", "hobby"),
        *("language", "feature", "amenity", "allergen", "group", "event", "capability", "day", "weekday", "country", "region"),
        *("colour", "color", "size", "grant", "privilege", "audience", "domain", "badge", "facility", "equipment", "diet"),
    }
)  # fmt: skip
"""Last words of lists, in the singular, whose items stand in no order."""
_SAYS_ORDER: Final = re.compile(
    r"\border(?:ed|ing)?\b|\bsequence\b|\bas (?:they were )?(?:given|sent)\b", re.IGNORECASE
)


def is_kept_as_set(ops: ResourceOperations, field: str, sent: JSON, came: JSON | Missing) -> bool:
    """Whether a list of texts that came has the items that were sent, and its name says that nothing else counts."""
    if not (isinstance(sent, list) and isinstance(came, list)) or singular((words(field) or ("",))[-1]) not in _SETS:
        return False
    if not all(isinstance(each, str) for each in (*sent, *came)) or _speaks_of_order(ops, field):
        return False
    plain = {_plain(each) for each in sent} - {""}
    return plain == {_plain(each) for each in came}


def _plain(text: JSON) -> str:
    return unicodedata.normalize("NFC", str(text)).strip().casefold()


def _speaks_of_order(ops: ResourceOperations, field: str) -> bool:
    places = [(ops.create, request_body(ops.create)), (ops.update, request_body(ops.update))]
    named = [(place, property_of(operation, field) or field) for operation, place in places if operation is not None]
    said = [
        place.member(name).keyword("description")
        for place, name in (*named, (representation(ops.read), field))
        if place is not None
    ]
    return any(isinstance(each, str) and _SAYS_ORDER.search(each) is not None for each in said)
