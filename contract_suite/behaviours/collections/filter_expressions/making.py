"""Items that careless filters mistake, made where the run may write: texts that are hard to quote, and numbers of unequal length."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.collections.filter_expressions.expressions import Field
from contract_suite.behaviours.collections.filter_expressions.finding import ExpressionFilter
from contract_suite.behaviours.collections.kit.filled_lists import creatable, make_in, settable
from contract_suite.behaviours.kit.listing import Listing
from contract_suite.behaviours.kit.resource_operations import request_body
from contract_suite.contract.naming.names import words
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import view
from contract_suite.model.json import JSON

_TEXTS: Final = ('O\'Neil "ä木" 50%&+', 'O\'Neil "ä木" 50%&+x', "Neil")
_PLAINER: Final = ("O Neil ä木", "O Neil ä木x", "Neil")
_NUMBERS: Final = ((9, 100, 10), (3, 1, 2))
_KEYS: Final = frozenset({"id", "key", "code"})
_MOST: Final = 2
"""So many texts are given to one item: the more, the likelier that something else refuses it."""


def make_odd(session: Session, listing: Listing, found: ExpressionFilter) -> None:
    """Make a few such items, as far as a create takes them."""
    resource, create = listing.resource, creatable(session, listing.resource)
    if resource is None or create is None:
        return
    own = [each for each in found.fields if len(each.steps) == 1 and not _KEYS & set(words(each.written))]
    for index, text in enumerate(_TEXTS if found.grammar.strict else _PLAINER):
        named: dict[str, JSON] = {}
        for each in (each for each in own if each.kind == "text"):
            named |= _set(create, each, [f"{session.prefix} {text}"]) if len(named) < _MOST else {}
        unlike: dict[str, JSON] = {}
        for each in own:
            unlike |= _set(create, each, _unlike(create, each, index))
        for values in ({**named, **unlike}, named, unlike):
            if values and make_in(session, resource, found.operation, listing.base, values) is not None:
                break


def _unlike(create: Operation, field: Field, index: int) -> Sequence[JSON]:
    """Return values of which one differs from item to item."""
    if field.kind == "number":
        return [row[index] for row in _NUMBERS]
    if field.kind == "truth":
        return [index % 2 == 0]
    place = request_body(create) if field.kind == "choice" else None
    listed = place.member(settable(create, field.steps[0]) or "").keyword("enum") if place is not None else None
    return [listed[index % len(listed)]] if isinstance(listed, list) and listed else []


def _set(create: Operation, field: Field, values: Iterable[JSON]) -> Mapping[str, JSON]:
    """Return the first value that a create takes for a field, by the name that it has there; nothing where it takes none."""
    name = settable(create, field.steps[0])
    media = create.body.of_members if create.body is not None else None
    if name is None or media is None or media.schema is None or name not in view(media.schema).property_names():
        return {}
    return next(({name: value} for value in values if not media.schema.breaks_member({name: value}, name)), {})
