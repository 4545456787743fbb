"""All the items of a list, page after page, for who counts or sums them up."""

from __future__ import annotations

from contract_suite.behaviours.kit.listing import Listing, Walk
from contract_suite.behaviours.kit.verdicts import Unusable
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments


def whole_list(
    listing: Listing, extra: Arguments | None = None, *, note: str
) -> tuple[tuple[JSON, ...], Exchange] | None:
    """Return every item of a list, and the last exchange that showed one; `None` if not all can be had."""
    walk, keys = Walk(), set[str]()
    items: list[JSON] = []
    more = False
    try:
        for page in listing.pages(walk, extra=extra, note=note):
            more = page.more
            fresh = [item for item, key in zip(page.items, page.keys, strict=True) if key not in keys]
            keys |= set(page.keys)
            items += fresh
            if page.total is not None and page.total < len(items):
                return None
    except Unusable:
        return None
    if walk.trouble or not walk.exchanges or (more and listing.size_parameter is None):
        return None
    return tuple(items), walk.exchanges[-1]
