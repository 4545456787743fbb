"""The parameter that says which members an update changes, as Google's APIs have it (AIP-134)."""

from __future__ import annotations

from typing import Final

from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.operation import Operation, Parameter

_MASKS: Final = frozenset({"updatemask", "fieldmask"})


def mask_of(operation: Operation) -> Parameter | None:
    """Return the parameter of the query that holds the mask of a partial update; `None` for none or several."""
    found = [each for each in operation.parameters if each.where == "query" and plain_name(each.name) in _MASKS]
    return found[0] if operation.method == "PATCH" and len(found) == 1 else None
