"""Words for what stands below another resource, or beside it: owners, counts and sums, attachments, positions, bookings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

OF_RELATIONS: Final[Mapping[str, str]] = {
    "only-once": "allows a second time what its description allows once",
    "removed-and-subtracted": "leaves a sum or a count of the owner as it was before the removal",
    "parts-as-whole": "ends in another state if the amount is sent in parts",
    "overlap-refused": "accepts a time that is already taken",
    "move-refused": "accepts a move to a time that is already taken",
    "next-served": "refuses a time that begins when another one ends",
    "freed-by-end": "does not free the time that was taken",
    "sum-limited": "accepts {name} that exceeds its limit together with those before",
    "listed-and-counted": "adds something that its owner does not count",
    "deleted-and-uncounted": "deletes something that its owner still counts",
    "not-found-elsewhere": "shows what was added below another resource",
    "not-changed-elsewhere": "changes what was added below another resource",
    "names-its-owner": "names another owner than the one it was added below",
    "counted-by-owner": "adds something that its owner does not count",
    "gone-with-owner": "deletes a resource but keeps what belongs to it",
    "uncounted-when-deleted": "deletes something that its owner still counts",
    "numbered-without-gaps": "leaves gaps in the positions of a list",
    "moved-to-position": "moves an item to the wrong position",
    "gap-closed": "leaves a gap in the positions after a delete",
    "attached-shown": "attaches something that a read does not show",
    "attached-once": "attaches the same thing twice",
    "detached-gone": "detaches something that a read still shows",
    "deleted-detached": "deletes a resource that is still shown where it was attached",
    "written-read-back": "does not store what is written to it",
    "others-stay": "changes more than what is written to it",
    "listed-below": "does not list what was created below the same resource",
    "not-listed-elsewhere": "lists what was added below another resource",
    "reference-known": "accepts {a_name} that refers to nothing",
}
"""By kind, as in `exchanges.py`."""
