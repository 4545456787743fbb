"""The unusual and right ways in which the service can behave."""

from servicekit.catalog import Variant

VARIANTS: tuple[Variant, ...] = (
    Variant("chunked", "Sends bodies in pieces, without their length.", "RFC 9112: any message may be chunked."),
    Variant("members-reversed", "Sends members in another order.", "The order of members means nothing."),
    Variant("extra-members", "Adds `lent` to books.", "The schema of a book is open."),
    Variant("pages-of-20", "Lowers per_page to 20.", "Large values may be lowered."),
    Variant("link-absolute", "Sends absolute URLs in Link.", "RFC 8288: a target is a URI reference."),
    Variant(
        "link-last-empty",
        "Links an empty page after the last.",
        "A page after the last one is empty; nothing says that the last has no next.",
    ),
    Variant("etag-weak", "Sends weak entity tags; If-Match never matches one.", "RFC 9110 8.8.1 and 13.1.1."),
    Variant("invalid-400", "Answers 400 to invalid books.", "The document has `default` for refusals."),
    Variant("password-403", "Answers 403 to a wrong password.", "The document has `default` for refusals."),
    Variant("unknown-book-404", "Answers 404 to the loan of an unknown book.", "The document leaves it open."),
    Variant("error-details", "Adds `fields` to errors.", "The schema of an error is open."),
)
