"""The ending that a document writes behind its paths to say in what form it answers: `/orders/{id}.json` is the order at `/orders/{id}`.

Shopify's and Twilio's documents have one behind each path. What stands below a thing has it behind its own name alone
(`/orders/{id}/refunds.json`), so that nothing would be seen to belong to anything.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

_JSON: Final = ".json"
_ALONE: Final = frozenset({"openapi", "swagger", "schema", "manifest"})
"""Names of files, which are no things with an ending."""


def ending_of(path: str, written: AbstractSet[str]) -> str:
    """Return the ending of one of the paths that a document writes; empty for none, or where the path without it is one as well."""
    thing = path.removesuffix(_JSON)
    name = thing.rpartition("/")[2]
    is_file = name in _ALONE or name.startswith(".") or not name
    return "" if thing == path or is_file or thing in written or "?" in path else _JSON
