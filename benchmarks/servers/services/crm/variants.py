"""The unusual and right ways in which the service can behave."""

from servicekit.catalog import Variant

VARIANTS: tuple[Variant, ...] = (
    Variant("chunked", "Sends bodies in pieces, without their length.", "RFC 9112: any message may be chunked."),
    Variant("members-reversed", "Sends members in another order.", "The order of members means nothing."),
    Variant("request-id-in-meta", "Adds a request id to meta.", "The schemas are open."),
    Variant("sizes-up-to-12", "Sends 12 contacts at most.", "No maximum is documented; meta names the size used."),
    Variant("strict-query", "Answers 400 to unknown parameters.", "400 is documented; unknown parameters are not."),
    Variant("delete-shows", "Answers 200 with the contact to a deletion.", "200 and 204 are documented."),
    Variant("invalid-400", "Answers 400 to invalid bodies.", "400 and 422 are documented."),
    Variant("first-error-only", "Names the first error only.", "The document asks for one at least."),
)
