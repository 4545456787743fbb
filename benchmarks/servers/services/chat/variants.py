"""The unusual and right ways in which the service can behave."""

from servicekit.catalog import Variant

VARIANTS: tuple[Variant, ...] = (
    Variant("chunked", "Sends bodies in pieces, without their length.", "RFC 9112: any message may be chunked."),
    Variant("members-reversed", "Sends members in another order.", "The order of members means nothing."),
    Variant("extra-members", "Adds `took_ms` to answers.", "The schemas are open."),
    Variant("details-in-fields", "Adds `fields` to failures.", "The schema of a failure is open."),
    Variant("short-pages", "Sends one user less than the limit.", "Nothing says that a page is full."),
    Variant(
        "empty-last-page",
        "Gives a cursor after the last user; that page is empty.",
        "`next` is null if there is no page; an empty page is one.",
    ),
    Variant("post-rate", "Answers 429 to the fourth message of a second.", "429 is documented."),
    Variant("stream-with-comments", "Sends a comment in the stream.", "Comments are part of event streams (HTML 9.2)."),
    Variant("stream-with-crlf", "Ends lines of the stream with CRLF.", "Event streams may (HTML 9.2)."),
)
