"""Asks a list whether a parameter keeps what lies on one side of its value."""

from __future__ import annotations

from contract_suite.behaviours.collections.kit.bound_values import (
    DISTINCT,
    differing_values,
    dividing_value,
    taken_values,
)
from contract_suite.behaviours.kit.listing import Listing, ListPage
from contract_suite.contract.bounds import lies_within
from contract_suite.contract.filters import text_of
from contract_suite.inference.rule import InferredFact
from contract_suite.inference.standing import Seen, Standing
from contract_suite.model.case import Intent
from contract_suite.model.counting import counted
from contract_suite.model.json import Arguments


def ask_bound(listing: Listing, first: ListPage, fact: InferredFact, name: str) -> Standing | None:
    """A value from among those that the items have: nothing beyond it comes, most of what lies within does, and fewer than before.

    `None` where the items have too few values that differ, or the parameter takes none of them.
    """
    bound = next((each for each in listing.operation.promises.bounds if each.parameter == name), None)
    parameter = listing.operation.parameter(name)
    if bound is None or parameter is None:
        return None
    items = listing.all(note="which values do the items have?").items if listing.size_parameter else first.items
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
    text = f"{name}={text_of(value)} returned {len(page.items)} of {counted(len(items), 'item')}, {beyond} of them beyond it"
    seen = Seen.CONFIRMED if holds else Seen.REFUTED
    return Standing(fact=fact, seen=seen, evidence=text, exchanges=(page.number,))
