"""Words for what RFCs say of any server, and for what is said of all answers together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

OF_STANDARDS: Final[Mapping[str, str]] = {
    # Standards.
    "array-replaces": "does not replace an array that a merge patch names",
    "beyond-end-refused": "does not refuse a byte range beyond the end",
    "current-tag-served": "refuses a write with the current entity tag",
    "if-range-respected": "ignores If-Range",
    "not-modified": "does not answer 304 for the current entity tag",
    "related-as-before": "returns an outdated {name}",
    "null-removes": "keeps a member that a merge patch sets to null",
    "object-merges": "does not merge an object that a merge patch names",
    "condition-needed": "accepts a write without If-Match, though 428 is documented",
    "mask-clears": "does not clear a field that the update mask names and the body leaves out",
    "mask-limits": "changes what an update mask does not name",
    "mask-replaces-maps": "merges a map that an update mask names",
    "other-tag-served": "does not serve a request that names another entity tag",
    "put-repeatable": "has another effect when the same PUT is repeated",
    "put-replaces": "keeps a member that a PUT leaves out",
    "put-stored": "does not store what a PUT brings",
    "range-exact": "returns other bytes than the range asks for",
    "stale-tag-refused": "accepts a write with an old entity tag",
    "tag-follows-change": "keeps the entity tag when the content changes",
    "unknown-unit-ignored": "does not ignore a range in an unknown unit",
    "unnamed-stays": "changes members that a merge patch does not name",
    "existing-refused": "overwrites what exists although If-None-Match: * forbids it",
    "bytes-stored": "does not store the content that was sent",
    "location-given": "returns a {status} response without a Location header",
    "location-leads": "returns a Location that does not lead to the new resource",
    # Answers and rates.
    "documented-rate-served": "refuses requests below its documented rate limit",
    "past-limit-refused": "does not enforce its documented rate limit",
    "served-again": "keeps refusing after the pause it asked for",
    "agrees-with-get": "answers HEAD with other headers than GET",
    "fresh": "returns the same {name} twice",
    "repeats-status": "returns {name} that differs from the HTTP status",
    "same-shape": "returns an error of another shape than the other operations",
    "success-without-error": "returns an error code in a successful response",
}
"""By kind, as in `exchanges.py`."""
