"""Whether the pages of a list are the list, however it is paged: by numbers, by offsets, or from one to the next."""

from __future__ import annotations

from contract_suite.behaviours.collections.kit.followed_pages import observe_followed
from contract_suite.behaviours.collections.kit.page_observation import KINDS, OFFSET, observe_pages
from contract_suite.behaviours.kit.listing import Listing
from contract_suite.behaviours.kit.verdicts import VerdictMap
from contract_suite.model.verdict import Outcome


def observe(listing: Listing, ids: dict[str, str]) -> VerdictMap:
    """Ask for pages of several sizes, and judge every clause in `ids` (kind to clause id) by what came."""
    return observe_followed(listing, ids) if listing.follows else observe_pages(listing, ids)


def pages_are_broken(listing: Listing) -> bool:
    """Whether pages are wrong without a filter and an order too, so that neither is to blame."""
    ids = {kind: kind for kind in KINDS if kind != OFFSET or listing.offset_parameter is not None}
    return any(verdict.outcome is Outcome.FAILED for verdict in observe(listing, ids).values())
