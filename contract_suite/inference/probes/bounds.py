"""Asks a list whether a parameter keeps what lies on one side of its value."""

from __future__ import annotations

from typing import Final

from contract_suite.behaviours.kit.listing import Listing, ListPage
from contract_suite.contract.bounds import lies_within, measure, order_of
from contract_suite.contract.filters import text_of
from contract_suite.inference.rule import InferredFact
from contract_suite.inference.standing import Seen, Standing
from contract_suite.model.case import Intent
from contract_suite.model.json import Arguments, at

_DISTINCT: Final = 3


def ask_bound(listing: Listing, first: ListPage, fact: InferredFact, name: str) -> Standing | None:
    """A value from among those that the items have: nothing beyond it comes, most of what lies within does, and fewer than before.

    `None` where the items have too few values that differ, or the parameter takes none of them.
    """
    bound = next((each for each in listing.operation.promises.bounds if each.parameter == name), None)
    parameter = listing.operation.parameter(name)
    if bound is None or parameter is None:
        return None
    items = listing.all(note="what can be bounded?").items if listing.size_parameter else first.items
    values = {
        order_of(size): at(item, bound.field) for item in items if (size := measure(at(item, bound.field))) is not None
    }
    shown = [value for _, value in sorted(values.items()) if isinstance(value, (str, int, float))]
    days = list(dict.fromkeys(value[:10] for value in shown if isinstance(value, str)))
    some = ([each for each in listed if parameter.schema.is_valid(each)] for listed in (shown, days))
    taken = next((each for each in some if len(each) >= _DISTINCT), [])
    if not taken:
        return None
    third = max(1, len(taken) // 3)
    value = taken[-1 - third] if bound.lower else taken[third]
    extra: Arguments = {parameter.subject: value}
    much = {**extra, **listing.arguments(0, listing.biggest)} if listing.size_parameter else extra
    page = listing.ask(much, note=f"does {name} bound?", intent=Intent.UNKNOWN)
    beyond = sum(lies_within(bound, item, value) is False for item in page.items)
    wanted = {listing.key(item) for item in items if lies_within(bound, item, value)}
    came = wanted & set(page.keys)
    holds = not beyond and bool(came) and 2 * len(came) >= len(wanted) and len(page.items) < len(items)
    text = f"{name}={text_of(value)} gave {len(page.items)} of {len(items)} items, {beyond} beyond it"
    seen = Seen.CONFIRMED if holds else Seen.REFUTED
    return Standing(fact=fact, seen=seen, evidence=text, exchanges=(page.number,))
