"""Asks a list whether a parameter keeps what lies on one side of its value."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from contract_suite.behaviours.collections.kit.bound_values import (
    DISTINCT,
    differing_listing,
    differing_values,
    dividing_value,
    taken_values,
)
from contract_suite.behaviours.kit.listing import Listing, ListPage
from contract_suite.contract.bounds import lies_within
from contract_suite.contract.filters import text_of
from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.promises.lists import Bound
from contract_suite.inference.kit.names import CREATED, MODIFIED
from contract_suite.inference.rule import InferredFact
from contract_suite.inference.standing import Seen, Standing
from contract_suite.model.case import Intent
from contract_suite.model.counting import counted
from contract_suite.model.json import JSON, Arguments, escape, tokens


def ask_bound(listing: Listing, first: ListPage, fact: InferredFact, name: str) -> Standing | None:
    """A value from among those that the items have: nothing beyond it comes, most of what lies within does, and fewer than before.

    `None` where the items have too few values that differ, or the parameter takes none of them, or where the name alone
    speaks for the field and the same items would have come by another one: seeded bookings began as they were made.
    """
    bound = next((each for each in listing.operation.promises.bounds if each.parameter == name), None)
    parameter = listing.operation.parameter(name)
    if bound is None or parameter is None:
        return None
    own, listing = listing, differing_listing(listing, bound.field)
    is_whole = listing.size_parameter is not None or listing is not own
    items = listing.all(note="which values do the items have?").items if is_whole else first.items
    taken = taken_values(parameter, differing_values(items, bound.field))
    if len(taken) < DISTINCT:
        return None
    value = dividing_value(bound, taken)
    extra: Arguments = {parameter.subject: value}
    much = {**extra, **listing.arguments(0, listing.biggest)} if listing.size_parameter else extra
    page = listing.ask(much, note=f"does {name} leave out items?", intent=Intent.UNKNOWN)
    beyond = sum(lies_within(bound, item, value) is False for item in page.items)
    wanted = {listing.key(item) for item in items if lies_within(bound, item, value)}
    came = wanted & set(page.keys)
    holds = not beyond and bool(came) and 2 * len(came) >= len(wanted) and len(page.items) < len(items)
    if (
        holds
        and len(fact.witnesses) == 1
        and _would_come_by_another_field(bound, items, set(page.keys), value, listing)
    ):
        return None
    text = f"{name}={text_of(value)} returned {len(page.items)} of {counted(len(items), 'item')}, {beyond} of them beyond it"
    seen = Seen.CONFIRMED if holds else Seen.REFUTED
    return Standing(fact=fact, seen=seen, evidence=text, exchanges=(page.number,))


def _would_come_by_another_field(
    bound: Bound, items: Sequence[JSON], came: AbstractSet[str], value: JSON, listing: Listing
) -> bool:
    mine = tokens(bound.field)
    if len(mine) != 1 or set(words(mine[0])) & set(words(bound.parameter)):
        return False
    names = dict.fromkeys(name for item in items if isinstance(item, dict) for name in item)
    others = [name for name in names if name != mine[0] and plain_name(name) not in _SAME_TIMES]
    for other in (replace(bound, field=f"/{escape(name)}") for name in others):
        within = {listing.key(item): lies_within(other, item, value) for item in items}
        surely = {key for key, lies in within.items() if lies}
        if surely and surely <= came <= {key for key, lies in within.items() if lies is not False}:
            return True
    return False


_SAME_TIMES: Final = CREATED | MODIFIED
"""What shows the same moment as the time of making for whatever was never changed."""
