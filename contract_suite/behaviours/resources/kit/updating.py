"""Updates of what a behaviour made: with new values for what may change, and whatever else the update requires."""

from __future__ import annotations

from collections.abc import Mapping

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import field_in
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    property_of,
    request_body,
)
from contract_suite.behaviours.resources.kit.field_values import (
    Flavour,
    body,
    is_free_text,
    is_patterned,
    limits,
    token,
    varied,
)
from contract_suite.behaviours.resources.kit.making import without_references
from contract_suite.behaviours.resources.kit.observing import addressing_arguments, read_one
from contract_suite.contract.addressing import (
    body_properties,
    field_of,
    plain,
    with_body,
)
from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.naming.states import FIELDS
from contract_suite.contract.schemas.described import described
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange, Identity
from contract_suite.model.json import JSON, Missing


def update_values(ops: ResourceOperations, flavour: Flavour, session: Session | None = None) -> dict[str, JSON]:
    """Return new values for the mutable fields, by body property of the update.

    With a session, plain texts are new each time where nobody wrote down which of them must be unique, and what refers to
    another resource is left out where nobody wrote down what does: an id that nothing has may be refused. Another
    state is named by the shortest update alone: into some of them no other update follows.
    """
    if ops.update is None:
        return {}
    properties = {name for field in ops.mutable if (name := property_of(ops.update, field))}
    values = body(ops.update, flavour, only=properties)
    place = request_body(ops.update)
    if session is None or session.contract.sourced or place is None:
        return values
    if flavour is not Flavour.BARE and len(values) > 1:
        required = body_properties(ops.update)
        states = {name: choices[0] for name in values if (choices := _states(place.member(name), name))}
        first = {name: state for name, state in states.items() if required.get(name)}
        values = {name: value for name, value in values.items() if name not in states} | first
    if flavour not in {Flavour.PLAIN, Flavour.OTHER}:
        values = {name: value for name, value in values.items() if not is_patterned(place.member(name))}
    else:
        values = {
            name: _made_new(session, place.member(name), value, name) if isinstance(value, str) else value
            for name, value in values.items()
        }
    return without_references(session, ops.update, values)


def _states(place: SchemaView, name: str) -> list[JSON]:
    """Return the choices of a member that says in which state a thing is, which begins in the first as a rule; none of any other."""
    choices = place.keyword("enum")
    is_state = any(plain_name(name).endswith(each) for each in FIELDS)
    return choices if is_state and isinstance(choices, list) and len(choices) > 1 else []


def _made_new(session: Session, place: SchemaView, text: str, name: str) -> str:
    """Return a plain text with an end of its own, or one of the same pattern, if the place takes one."""
    if is_patterned(place):
        return varied(session.random, place, text, name)
    end = f" {token(session.random, 6)}"
    most = limits(place)[1]
    return f"{text[: most - len(end)]}{end}" if is_free_text(place) and most > len(end) else text


def update(
    session: Session,
    ops: ResourceOperations,
    made: Made,
    values: Mapping[str, JSON],
    *,
    note: str = "",
    aim: str = "",
    intent: Intent = Intent.POSITIVE,
    identity: Identity = Identity.DEFAULT,
) -> Exchange | None:
    """Send an update with these body properties; `None` if it can't be addressed or may not be called."""
    if ops.update is None or not session.allowed(ops.update):
        return None
    arguments = addressing_arguments(session, ops.update, made)
    if arguments is None:
        return None
    complete = _with_shown(session, ops, made, with_required(ops, made, values))
    return session.call(
        ops.update, with_body(arguments, complete), note=note, aim=aim, intent=intent, identity=identity
    )


def _with_shown(
    session: Session, ops: ResourceOperations, made: Made, values: Mapping[str, JSON]
) -> Mapping[str, JSON]:
    """Return the values of an update with what else it requires as a read shows it now: the version that it changes."""
    required = body_properties(ops.update) if ops.update else {}
    address = {plain(each) for each in (*ops.resource.identity, *ops.resource.scope)}
    lacking = [
        name
        for name, needed in required.items()
        if needed and name not in values and ops.update and plain(field_of(ops.update, name)) not in address
    ]
    result = read_one(session, ops, made) if lacking else None
    if result is None or not result.found:
        return values
    shown = {name: field_in(result.value, name) for name in lacking}
    return {**_as_taken(ops, shown), **values}


def _as_taken(ops: ResourceOperations, shown: Mapping[str, JSON | Missing]) -> dict[str, JSON]:
    """Return values as the body of the update describes them: what an answer shows besides is nothing to send."""
    place = request_body(ops.update)
    found = {
        name: value if place is None or isinstance(value, Missing) else described(value, place.member(name))
        for name, value in shown.items()
    }
    return {name: value for name, value in found.items() if not isinstance(value, Missing)}


def with_required(ops: ResourceOperations, made: Made, values: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return the values of an update with what else its body requires, as it was when the thing was made.

    What addresses the thing is left to its address.
    """
    update, sent = ops.update, made.arguments.get("body")
    if update is None or not isinstance(sent, dict):
        return dict(values)
    address = {plain(each) for each in (*ops.resource.identity, *ops.resource.scope)}
    kept = {name: value for name, value in sent.items() if plain(field_of(update, name)) not in address}
    lacking = [
        name for name, needed in body_properties(update).items() if needed and name not in values and name in kept
    ]
    return {**_as_taken(ops, {name: kept[name] for name in lacking}), **values}
