"""What pages promise, in words, by kind."""

from __future__ import annotations

from typing import Final

from contract_suite.behaviours.collections.kit.page_observation import ALL, CAP, END, NEXT, OFFSET, ONCE, SIZE

NAME: Final = "paging"
TEXTS: Final = {
    SIZE: "A page never holds more items than were asked for.",
    CAP: "A page holds as many items as were asked for while there are as many, up to the documented maximum.",
    ONCE: "No item comes twice over all pages.",
    ALL: "Every item comes on one of the pages.",
    NEXT: "Page n+1 goes on where page n ends.",
    OFFSET: "With offset n, the page starts at item n+1.",
    END: "A page behind the end is empty.",
}
