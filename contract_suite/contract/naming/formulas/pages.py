"""Where what stands beside a number may be a page of a list, so that nothing is counted there."""

from __future__ import annotations

from typing import Final

from contract_suite.contract.naming.names import (
    CURSORS,
    OFFSETS,
    PAGE_NUMBERS,
    PAGE_SIZES,
    plain_name,
    singular,
    words,
)
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.ways import EACH, Steps

_PAGING: Final = PAGE_SIZES | PAGE_NUMBERS | OFFSETS | CURSORS
_LISTING: Final = frozenset({"search", "query", "find", "list", "filter", "lookup", "export"})
"""Words at the end of paths at which lists are found, beside plurals."""


def is_page(operation: Operation, steps: Steps) -> bool:
    """Whether what stands beside a member may be a page of a list: outside its items, where the operation lists something."""
    last = operation.path.rstrip("/").rpartition("/")[2]
    plain = plain_name(last)
    listed = operation.method == "GET" and not last.startswith("{") and singular(plain) != plain
    pages = any(each.where == "query" and plain_name(each.name) in _PAGING for each in operation.parameters)
    return EACH not in steps and (pages or listed or not _LISTING.isdisjoint(words(last)))
