"""One thing with the items that belong to it: what its read says of them, and what they make.

An average may be rounded or cut: it is compared to the last decimal place that is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.collections.aggregates.finding import Aggregate
from contract_suite.behaviours.collections.kit.shown_numbers import MEAN, made_of, shows
from contract_suite.behaviours.collections.kit.whole_lists import whole_list
from contract_suite.behaviours.kit.listing import Listing
from contract_suite.behaviours.kit.requests import path_arguments
from contract_suite.behaviours.kit.responses import served
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Missing, at, escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen at one moment: the member as shown, what the items make (`None` for nothing), and the exchanges.

    `rounded` says that the number may be shown with fewer decimal places than it has.
    """

    shown: JSON | Missing
    made: float | None
    rounded: bool
    items: tuple[JSON, ...]
    read: Exchange
    listed: Exchange

    @property
    def agrees(self) -> bool:
        """Whether the member matches the items; without items, it may be anything but a positive number."""
        return shows(self.shown, self.made, rounded=self.rounded)


def look(session: Session, aggregate: Aggregate, address: Mapping[str, JSON], *, aim: str, note: str) -> Look | None:
    """Read a thing, list all that belongs to it, and read it again; `None` if that can't be had, or moved meanwhile."""
    read = session.call(
        aggregate.read, path_arguments(aggregate.read, address), note=note, aim=aim, intent=Intent.UNKNOWN
    )
    if not served(read):
        return None
    found = items_of(session, aggregate, address)
    if found is None:
        return None
    items, listed = found
    body = session.json(read)
    shown = at(body, f"/{escape(aggregate.member)}") if not isinstance(body, Missing) else MISSING
    return Look(
        shown=shown,
        made=made_of(aggregate.made, aggregate.field, items),
        rounded=aggregate.made == MEAN,
        items=items,
        read=read,
        listed=listed,
    )


def items_of(
    session: Session, aggregate: Aggregate, address: Mapping[str, JSON]
) -> tuple[tuple[JSON, ...], Exchange] | None:
    """Return every item that belongs to a thing, and the last exchange that showed one; `None` if not all can be had."""
    listing = Listing(session, aggregate.listing, narrowed(aggregate, address))
    return whole_list(listing, note="everything that belongs to it")


def narrowed(aggregate: Aggregate, address: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return the arguments by which the list shows what belongs to a thing."""
    if aggregate.parameter:
        parameter = aggregate.listing.parameter(aggregate.parameter)
        return {parameter.subject if parameter is not None else aggregate.parameter: address[aggregate.key]}
    return path_arguments(aggregate.listing, address)
