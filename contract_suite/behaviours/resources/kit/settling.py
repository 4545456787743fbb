"""Whether a value was lost since other values of the same request contradict it, so that a right server had to settle that.

A discount in percent beside one as an amount, a time of an event that lasts all day, a currency beside a country: such a
value is kept where it is given alone, to something new, or beside another choice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Final

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import Difference, differences
from contract_suite.behaviours.kit.resource_operations import ResourceOperations, property_of, request_body
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.resources.kit.field_values import is_patterned
from contract_suite.behaviours.resources.kit.making import (
    body_is_valid,
    fields_chosen_by_session,
    fresh_names,
    make_by,
    sent_values,
)
from contract_suite.behaviours.resources.kit.observing import read_one, search_until_found
from contract_suite.behaviours.resources.kit.updating import update
from contract_suite.contract.addressing import body_properties, field_of
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.case import Intent
from contract_suite.model.json import JSON, Missing, tokens

_NOTHING: Final[Mapping[str, JSON]] = {}
_MOST_LOST: Final = 3
"""So many lost values are given again, without what may contradict them."""
_MOST: Final = 8
"""So many requests are sent to find one by which a value is kept."""


def unsettled_by_create(
    session: Session, ops: ResourceOperations, made: Made, lost: Sequence[Difference]
) -> tuple[list[Difference], str]:
    """Return what a create lost that nothing else in it explains, and why the rest is no loss; empty if there is no rest."""
    return _unsettled(lost, partial(_was_settled_by_create, session, ops, made))


def unsettled_by_update(
    session: Session, ops: ResourceOperations, made: Made, values: Mapping[str, JSON], lost: Sequence[Difference]
) -> tuple[list[Difference], str]:
    """Return the same of an update with these values, by body property."""
    return _unsettled(lost, partial(_was_settled_by_update, session, ops, made, values))


def _unsettled(lost: Sequence[Difference], was_settled: Callable[[Difference], bool]) -> tuple[list[Difference], str]:
    settled = [each for each in lost[:_MOST_LOST] if was_settled(each)]
    pointer = settled[0].pointer if settled else ""
    reason = f"{pointer} is kept where the other values, which may contradict it, are not sent" if settled else ""
    return [each for each in lost if each not in settled], reason


def _was_settled_by_create(session: Session, ops: ResourceOperations, made: Made, lost: Difference) -> bool:
    """Whether a create keeps a value that another one lost, given with nothing else that it need not have, or other choices."""
    create, field = ops.create, _field(lost)
    name = property_of(create, field) if create is not None else None
    value = sent_values(ops, made).get(field)
    if session.contract.sourced or create is None or name is None or not _body(made).keys() - {name}:
        return False
    for members in _variants(create, _body(made), {name: value}):
        note = f"make one with {name} alone, or beside other choices"
        new = _make(session, ops, made, members, alone={name: value}, note=note)
        if new is not None and _keeps(session, ops, new, field, value):
            return True
    return False


def is_hidden_by_choice(session: Session, ops: ResourceOperations, listing: Operation, made: Made) -> bool:
    """Whether a list shows a new one like another that it doesn't show, but for choices: what is archived may be hidden."""
    create, place = ops.create, request_body(ops.create)
    if session.contract.sourced or create is None or place is None:
        return False
    others: dict[str, JSON] = {}
    for name, value in _body(made).items():
        for other in _other_choices(place, name, value)[:1]:
            others[name] = other
    fixed = fields_chosen_by_session(ops)
    rest = {
        name: value
        for name, value in _body(made).items()
        if field_of(create, name) not in fixed and not is_patterned(place.member(name))
    }
    note = "make one with other choices"
    new = session.make(ops.resource, {**rest, **others}, note=note) if others else None
    new = new or (session.make(ops.resource, others, note=note) if others else None)
    return new is not None and search_until_found(session, listing, new).found


def _was_settled_by_update(
    session: Session, ops: ResourceOperations, made: Made, values: Mapping[str, JSON], lost: Difference
) -> bool:
    """Whether an update keeps a value that another one lost, given alone to something with few values, or with other choices.

    `values` are those of the update that lost it, by body property.
    """
    field = _field(lost)
    name = property_of(ops.update, field) if ops.update is not None else None
    if session.contract.sourced or ops.update is None or name is None or not values.keys() > {name}:
        return False
    plain = _make(session, ops, made, _needed(ops.create, _body(made)), note="make one with as few values as can be")
    for given in _variants(ops.update, values, {name: values[name]}):
        note = f"update {name} alone, or beside other choices"
        exchange = update(session, ops, plain or made, given, note=note, intent=Intent.UNKNOWN)
        if exchange is not None and served(exchange) and _keeps(session, ops, plain or made, field, values[name]):
            return True
    return False


def _variants(operation: Operation, body: Mapping[str, JSON], alone: Mapping[str, JSON]) -> Iterator[dict[str, JSON]]:
    """Yield bodies with a value: with what must be there alone, then with each other choice that the body has."""
    place, needed = request_body(operation), {**_needed(operation, body), **alone}
    yield needed
    if place is None:
        return
    others = (
        {**needed, name: other}
        for name, value in body.items()
        if name not in alone
        for other in _other_choices(place, name, value) or _greater(value, alone.values())
    )
    yield from islice(others, _MOST - 1)


def _other_choices(place: SchemaView, name: str, value: JSON) -> list[JSON]:
    """Return what else a member of a body can be: the other values of an enum, or of true and false."""
    listed = place.member(name).keyword("enum")
    choices: list[JSON] = [not value] if isinstance(value, bool) else listed if isinstance(listed, list) else []
    return [each for each in choices if each is not None and each != value]


def _greater(value: JSON, than: Iterable[JSON]) -> list[JSON]:
    """Return a number that is greater than another one, which it may limit: a price, of a discount."""
    numbers = [each for each in than if isinstance(each, (int, float)) and not isinstance(each, bool)]
    if not numbers or not isinstance(value, (int, float)) or isinstance(value, bool) or value >= max(numbers):
        return []
    return [2 * int(max(numbers)) + 2]


def _needed(operation: Operation | None, body: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return the members of a body that it must have."""
    required = body_properties(operation) if operation is not None else {}
    return {name: value for name, value in body.items() if required.get(name)}


def _make(
    session: Session,
    ops: ResourceOperations,
    made: Made,
    members: Mapping[str, JSON],
    *,
    alone: Mapping[str, JSON] = _NOTHING,
    note: str,
) -> Made | None:
    """Make another one with these members, or one with some of them `alone`, under a new name where that must be unique."""
    if ops.create is None:
        return None
    names = {name: value for name, value in fresh_names(session, ops).items() if name in members}
    arguments = {**made.arguments, "body": {**members, **names}}
    if not body_is_valid(ops.create, arguments):
        return None
    # Where that is refused, as for a name that must be unique, the session knows what is taken.
    return make_by(session, ops, ops.create, arguments, note=note) or session.make(ops.resource, alone, note=note)


def _keeps(session: Session, ops: ResourceOperations, made: Made, field: str, value: JSON) -> bool:
    read = read_one(session, ops, made)
    return read is not None and read.found and not list(differences({field: value}, read.value, tidied=True))


def _body(made: Made) -> dict[str, JSON]:
    body = made.arguments.get("body")
    return body if isinstance(body, dict) else {}


def _field(lost: Difference) -> str:
    return next(iter(tokens(lost.pointer)), "")


def kept_together(ops: ResourceOperations, shown: JSON | Missing, values: Mapping[str, JSON]) -> bool:
    """Whether what is shown has all values of an update, by body property."""
    fields = {field_of(ops.update, name): value for name, value in values.items()} if ops.update is not None else {}
    return not list(differences(fields, shown, tidied=True))
