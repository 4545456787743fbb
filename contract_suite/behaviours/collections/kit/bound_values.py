"""Which value to ask a bound for: one of those that the items show, as its parameter takes it.

Where they show too few, items are made that differ.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import Final

from contract_suite.behaviours.collections.kit.filled_lists import (
    creatable,
    listing_of_new,
    make_in,
    settable,
    telling_listing,
)
from contract_suite.behaviours.kit.listing import Listing
from contract_suite.contract.bounds import measure, order_of
from contract_suite.contract.filters import Scalar
from contract_suite.contract.operation import Parameter
from contract_suite.contract.schemas.numeric import as_sent, is_decimal_text, is_number, number_in
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.contract.trees.written_times import written_moment
from contract_suite.contract.vocabulary import Bound
from contract_suite.model.json import JSON, at

_EAST: Final = timedelta(hours=12)
_OF_GREENWICH: Final = re.compile(r"\b(UTC|GMT|Zulu)\b")
"""A parameter that speaks of one zone may know no other."""
DISTINCT: Final = 3
"""So many different values show on which side of one the others lie."""
_NUMBERS: Final = ((3, 20, 100), (1, 3, 4))
_TIMES: Final[tuple[tuple[JSON, ...], ...]] = (
    ("2024-02-03T10:00:00Z", "2024-05-06T10:00:00Z", "2024-11-12T10:00:00Z"),
    ("2024-02-03", "2024-05-06", "2024-11-12"),
)
"""Values for items of the run's own, where a list has too few that differ; a rule of the server may refuse large numbers."""


def differing_values(items: Sequence[JSON], field: str) -> list[Scalar]:
    """Return the different values of a field that can be compared, sorted; none where they are of several kinds."""
    found = {order_of(amount): at(item, field) for item in items if (amount := measure(at(item, field))) is not None}
    if len({kind for kind, _ in found}) > 1:
        return []
    return [value for _, value in sorted(found.items()) if isinstance(value, (str, int, float))]


def taken_values(parameter: Parameter, values: Sequence[Scalar]) -> list[Scalar]:
    """Return the values that a parameter takes, each once: as they are shown, or the day of a moment.

    Few servers read a moment as mail writes it, also where they show it so: what isn't ISO 8601 is asked for by its day.
    """
    place = view(parameter.schema)
    some = [
        each if parameter.schema.is_valid(each) and not _is_of_mail(each) else _otherwise(each, place)
        for each in values
    ]
    return list(dict.fromkeys(each for each in some if each is not None and parameter.schema.is_valid(each)))


def dividing_value(bound: Bound, values: Sequence[Scalar]) -> Scalar:
    """Return a value of the upper or the lower third, so that little lies within the bound, and something on each side."""
    third = max(1, len(values) // 3)
    return values[-1 - third] if bound.lower else values[third]


def elsewhere(parameter: Parameter, value: JSON) -> str | None:
    """Return a moment as it is written twelve hours east of Greenwich; `None` where a parameter may not know zones."""
    zoned = view(parameter.schema).keyword("format") == "date-time" and not _OF_GREENWICH.search(parameter.description)
    if not zoned or not isinstance(value, str) or not value.upper().endswith("Z"):
        return None
    with suppress(ValueError):
        written = datetime.fromisoformat(value).astimezone(timezone(_EAST)).isoformat()
        return written if parameter.schema.is_valid(written) else None
    return None


def differing_listing(listing: Listing, field: str) -> Listing:
    """Return a list whose items differ enough in a field to show on which side of a value they lie."""
    return telling_listing(listing, field, lambda items: len(differing_values(items, field)) >= DISTINCT)


def spread(listing: Listing, field: str) -> Listing:
    """Return a list with items that differ in a field: they are made where it shows too few that do, and the run may choose it.

    What takes none of them (a project that is archived by now) is left, for the list of an owner that does.
    """
    session, resource = listing.session, listing.resource
    create = creatable(session, resource)
    if (
        len(differing_values(listing.all(note="which values do the items have?").items, field)) >= DISTINCT
        or resource is None
        or create is None
    ):
        return listing
    name = settable(create, field)
    media = create.body.of_members if create.body is not None else None
    schema = media.schema if media is not None else None
    if name is None or schema is None:
        return listing
    member = view(schema).member(name)
    for sample in [[as_sent(member, each) for each in row] for row in _NUMBERS] if is_number(member) else _TIMES:
        if any(schema.breaks_member({name: each}, name) for each in sample):
            continue
        first, *others = sample
        place = listing if make_in(session, resource, listing.operation, listing.base, {name: first}) else None
        place = place or listing_of_new(listing, {name: first})
        if place is not None and all(
            make_in(session, resource, place.operation, place.base, {name: value}) for value in others
        ):
            return place
    return listing


def _is_of_mail(value: Scalar) -> bool:
    return isinstance(value, str) and not value[:1].isdecimal() and written_moment(value) is not None


def _otherwise(value: Scalar, place: SchemaView) -> Scalar | None:
    number = number_in(value)
    if number is not None and (isinstance(value, str) or is_decimal_text(place)):
        written = as_sent(place, number)
        return written if isinstance(written, (str, int, float)) else None
    if isinstance(value, str):
        moment = written_moment(value)
        return moment.date().isoformat() if moment is not None else f"{value}T00:00:00Z"
    return int(value) if isinstance(value, float) and value.is_integer() else None
