"""The unusual and right ways in which the service can behave."""

from servicekit.catalog import Variant

VARIANTS: tuple[Variant, ...] = (
    Variant("chunked", "Sends bodies in pieces, without their length.", "RFC 9112: any message may be chunked."),
    Variant("members-reversed", "Sends members in another order.", "The order of members means nothing."),
    Variant("extra-members", "Adds `href` to files.", "The schema of a file is open."),
    Variant("etag-weak", "Sends weak entity tags.", "RFC 9110 8.8.1; If-Match and If-Range never match one."),
    Variant(
        "small-ranges-ignored", "Ignores Range for files below 16 bytes.", "RFC 9110 14.2: a server may ignore it."
    ),
    Variant("location-absolute", "Sends absolute URLs in Location.", "Location is a URI reference (RFC 9110 10.2.2)."),
    Variant("csv-quoted", "Quotes each field of CSV.", "RFC 4180: a field may be quoted."),
    Variant("error-status", "Adds `status` to errors.", "The schema of an error is open."),
)
