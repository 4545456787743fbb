"""Lists long enough for several pages."""

from __future__ import annotations

from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.collections.kit.filled_lists import open_listing
from contract_suite.behaviours.kit.listing import Listing
from contract_suite.contract.operation import Operation

_ENOUGH: Final = 7
_MOST_MADE: Final = 21


def open_long_list(session: Session, operation: Operation) -> Listing:
    """The list with more items than a page holds without asking, if that can be had with a few."""
    listing = open_listing(session, operation, at_least=_ENOUGH)
    many = listing.size_parameter is not None and _ENOUGH <= listing.default_size < _MOST_MADE
    return open_listing(session, operation, at_least=listing.default_size + 1) if many else listing
