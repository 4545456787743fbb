"""JSON merge patches (RFC 7396): which request is one, and what comes of a value by it."""

from __future__ import annotations

from typing import Final

from contract_suite.contract.operation import essence
from contract_suite.model.exchange import Request
from contract_suite.model.json import JSON

_MEDIA_TYPE: Final = "application/merge-patch+json"


def is_merge_patch(request: Request) -> bool:
    """Whether a request says that its body is a merge patch."""
    return any(name.lower() == "content-type" and essence(value) == _MEDIA_TYPE for name, value in request.headers)


def merged(known: JSON, patch: JSON) -> JSON:
    """Return what a value is after a patch: objects are merged, null removes a member, anything else replaces."""
    if not isinstance(patch, dict):
        return patch
    new = dict(known) if isinstance(known, dict) else {}
    for name, value in patch.items():
        if value is None:
            new.pop(name, None)
        else:
            new[name] = merged(new.get(name), value)
    return new
