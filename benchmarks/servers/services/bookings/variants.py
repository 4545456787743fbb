"""The unusual and right ways in which the service can behave."""

from servicekit.catalog import Variant

VARIANTS: tuple[Variant, ...] = (
    Variant("chunked", "Sends bodies in pieces, without their length.", "RFC 9112: any message may be chunked."),
    Variant("members-reversed", "Sends members in another order.", "The order of members means nothing."),
    Variant("extra-members", "Adds `tenant` to bookings.", "The schema of a booking is open."),
    Variant("location-absolute", "Sends absolute URLs in Location.", "Location is a URI reference (RFC 9110 10.2.2)."),
    Variant("list-lags", "Lists a booking 150 ms after it is made.", "Lists may lag behind changes by up to 200 ms."),
    Variant("total-estimated", "Rounds totals above 30 up to multiples of 25.", "Above 30 it may be an estimate."),
    Variant("exports-slow", "Needs four seconds for an export.", "It is done within five seconds."),
    Variant("export-rate", "Answers 429 to the third export of a second.", "429 is documented."),
)
