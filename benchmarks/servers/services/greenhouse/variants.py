"""The unusual and right ways in which the service can behave."""

from servicekit.catalog import Variant

VARIANTS: tuple[Variant, ...] = (
    Variant("chunked", "Sends bodies in pieces, without their length.", "RFC 9112: any message may be chunked."),
    Variant("members-reversed", "Sends the members of objects in another order.", "The order means nothing."),
    Variant("extra-members", "Adds `_links` to gardens.", "The schema of a garden is open."),
    Variant("cursor-bound", "Answers 400 to a cursor with other filters.", "A cursor gets the page after its own."),
    Variant("total-too", "Adds `total` to pages.", "The schema of a page is open."),
    Variant(
        "empty-last-page",
        "Gives a cursor after the last item too; that page is empty.",
        "Only the last page's next_cursor is null; nothing says that the last page has items.",
    ),
    Variant("location-absolute", "Sends absolute URLs in Location.", "Location is a URI reference (RFC 9110 10.2.2)."),
    Variant("problem-types", "Gives problems a type and an instance.", "RFC 9457 3.1: both are up to the server."),
)
