"""Names of operations that bring back what was deleted: `POST /notes/{id}/restore`, `:undelete`."""

from __future__ import annotations

from typing import Final

from contract_suite.contract.naming.names import words

RESTORING: Final = frozenset(
    {"restore", "undelete", "recover", "untrash", "unremove", "undo", "reinstate", "revive", "resurrect"}
)


def says_restore(name: str) -> bool:
    """Whether the last part of a path says that what stands before it is brought back."""
    return not RESTORING.isdisjoint(words(name)[:1])
