"""Making, changing and removing what a behaviour works on, always under names and ids of the run's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    can_show,
    property_of,
    request_body,
)
from contract_suite.behaviours.kit.responses import deferred, served
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.ending import wait_until_gone
from contract_suite.behaviours.resources.kit.field_values import (
    Flavour,
    body,
    is_free_text,
    is_patterned,
    limits,
    token,
)
from contract_suite.behaviours.resources.kit.observing import addressing_arguments
from contract_suite.behaviours.resources.kit.referring import refers
from contract_suite.behaviours.resources.kit.refused_members import TRIES, accepted_members, learn_from
from contract_suite.behaviours.resources.kit.unknown_identities import altered_value
from contract_suite.contract.addressing import (
    field_of,
    identity_in,
    named_values,
    plain,
    scope_in,
)
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.contract.vocabulary import Unique
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange, Identity
from contract_suite.model.json import JSON, Arguments

_FEW: Final = 8
"""So many values of an enum are few."""
_RICH_NAME = " Größe 模型 🚀 e\u0301 \"q\" 'a' <b>&amp; %41 a+b "


def unique_rules(ops: ResourceOperations) -> tuple[Unique, ...]:
    """The uniqueness promises of a resource; where a client chooses the identity, it is one."""
    resource = ops.resource
    if not ops.client_chooses_identity:
        return resource.unique
    identity = {plain(each) for each in resource.identity}
    if any({plain(each) for each in (*rule.fields, *rule.within)} == identity for rule in resource.unique):
        return resource.unique
    within = tuple(each for each in resource.identity if plain(each) not in ops.own_identity)
    implied = Unique(
        location=resource.location,
        source=resource.source_of("identity"),
        quote=resource.quote,
        fields=ops.own_identity,
        within=within,
    )
    return (*resource.unique, implied)


def refusing_rules(ops: ResourceOperations) -> tuple[Unique, ...]:
    """The uniqueness promises by which a create is refused: a PUT that may replace takes a name that is there already."""
    replaces = (
        ops.create is not None
        and ops.create.method == "PUT"
        and (ops.create.documents(200) or ops.create.documents(204))
    )
    return ops.resource.unique if replaces else unique_rules(ops)


def fields_chosen_by_session(ops: ResourceOperations) -> frozenset[str]:
    """The fields of a create whose values the session chooses: identities, what must be unique, and within what."""
    rules = unique_rules(ops)
    fields = {*ops.resource.identity, *(each for rule in rules for each in (*rule.fields, *rule.within))}
    return frozenset(plain(each) for each in fields)


def make(
    session: Session,
    ops: ResourceOperations,
    flavour: Flavour = Flavour.PLAIN,
    values: Mapping[str, JSON] | None = None,
    *,
    note: str = "",
) -> Made | None:
    """Make one with every field filled in, or with as few as the server takes; `values` are body properties."""
    if ops.create is None or not session.allowed(ops.create):
        return None
    given = without_references(session, ops.create, create_values(ops.create, ops, flavour))
    names, note = fresh_names(session, ops), note or f"make one {ops.name}"
    made = session.make(ops.resource, {**names, **given, **(values or {})}, note=note)
    if made is not None or flavour is not Flavour.PLAIN:
        return made
    for _ in range(TRIES):
        if not learn_from(session, ops.create, given):
            break
        given = accepted_members(session, ops.create, given)
        made = session.make(ops.resource, {**names, **given, **(values or {})}, note=note)
        if made is not None:
            return made
    return session.make(ops.resource, dict(values or {}), note=note)


def create_values(create: Operation, ops: ResourceOperations, flavour: Flavour) -> dict[str, JSON]:
    """Return values for what a create takes beside identities and unique names.

    Texts of a pattern stay as the server has accepted them.
    """
    fixed, place = fields_chosen_by_session(ops), request_body(create)
    return {
        name: value
        for name, value in body(create, flavour).items()
        if field_of(create, name) not in fixed and not (place is not None and is_patterned(place.member(name)))
    }


def fresh_names(session: Session, ops: ResourceOperations) -> dict[str, JSON]:
    """Return new names of the run's own for what a create lets the client name with any text."""
    place = request_body(ops.create)
    found: dict[str, JSON] = {}
    for field in dict.fromkeys(plain(each) for rule in unique_rules(ops) for each in rule.fields):
        name = property_of(ops.create, field) if ops.create else None
        if place is not None and name and is_free_text(place.member(name)):
            text = f"{session.prefix}{token(session.random)}x"
            if len(text) < limits(place.member(name))[1]:
                found[name] = text
    return found


def with_values(operation: Operation, arguments: Arguments, values: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return arguments with other values for fields, wherever the operation takes them; others are left out."""
    body = arguments.get("body")
    members: dict[str, JSON] = dict(body) if isinstance(body, dict) else {}
    result = dict(arguments)
    for field, value in values.items():
        name = property_of(operation, field)
        parameter = next((each for each in operation.parameters if field_of(operation, each.name) == field), None)
        if name is not None:
            members[name] = value
        elif parameter is not None:
            result[parameter.subject] = value
    return {**result, "body": members} if members else result


def other_scope(
    session: Session, ops: ResourceOperations, rule: Unique, first: Made, *, owner: Made | None = None
) -> dict[str, JSON]:
    """Return other values, by field, for what a rule holds within: another owner's, or new ones; empty without any.

    `owner` is another owner that is there already; without it, one is made.
    """
    within = [plain(field) for field in rule.within]
    if ops.owner is not None and set(within) <= {plain(field) for field in ops.owner.identity}:
        other = owner or session.make(ops.owner, note=f"make another {ops.owner.name}")
        return {field: other.identity[field] for field in within} if other else {}
    found = {field: altered_value(session.random, sent_values(ops, first).get(field), field) for field in within}
    return (
        found
        if ops.create
        and None not in found.values()
        and body_is_valid(ops.create, with_values(ops.create, first.arguments, found))
        else {}
    )


def make_namesake(session: Session, ops: ResourceOperations, one: Made, *, owner: Made | None = None) -> Made | None:
    """Make one of the same name where that is another one: with another owner, in another place.

    `owner` is another owner that is there already; without it, one is made.
    """
    rule = next((each for each in unique_rules(ops) if each.within), None)
    if (
        ops.create is None
        or rule is None
        or any(sent_values(ops, one).get(plain(each)) is None for each in rule.fields)
    ):
        return None
    elsewhere = other_scope(session, ops, rule, one, owner=owner)
    if not elsewhere:
        return None
    # Whether the name is free elsewhere is another behaviour's question, so the create is not one that must be served.
    arguments = with_values(ops.create, one.arguments, elsewhere)
    made = make_by(
        session, ops, ops.create, arguments, note=f"make its namesake with another {' and '.join(elsewhere)}"
    )
    return made if made and made.identity != one.identity else None


def make_by(
    session: Session, ops: ResourceOperations, create: Operation, arguments: Arguments, *, note: str
) -> Made | None:
    """Send a create that may be refused, and return what it made."""
    return made_by(session, ops, create, arguments, session.call(create, arguments, note=note, intent=Intent.UNKNOWN))


def made_by(
    session: Session, ops: ResourceOperations, create: Operation, arguments: Arguments, exchange: Exchange
) -> Made | None:
    """Return what a create has made, if it was served and says what."""
    identity = (
        identity_in(ops.resource, session.json(exchange), named_values(create, arguments)) if served(exchange) else None
    )
    if identity is None:
        return None
    return Made(
        resource=ops.resource,
        arguments=arguments,
        exchange=exchange,
        identity=identity,
        scope=scope_in(ops.resource, create, arguments),
    )


def body_is_valid(operation: Operation, arguments: Arguments) -> bool:
    """Whether the body obeys its schema."""
    media = operation.body.of_members if operation.body else None
    return media is None or media.schema is None or media.schema.is_valid(arguments.get("body"))


def rich_names(session: Session, ops: ResourceOperations) -> dict[str, JSON]:
    """Return names of the run's own with characters that careless servers damage, where a create takes names."""
    create = ops.create
    place = request_body(create)
    if create is None or place is None:
        return {}
    found: dict[str, JSON] = {}
    for field in dict.fromkeys(plain(each) for rule in unique_rules(ops) for each in rule.fields):
        name = property_of(create, field)
        if name is None or not is_free_text(place.member(name)):
            continue
        users = [each for each in (ops.read, ops.update, ops.delete) if each]
        in_path = any(
            parameter.where == "path" and field_of(each, parameter.name) == field
            for each in users
            for parameter in each.parameters
        )
        text = f"{session.prefix}{token(session.random)}{'' if in_path else _RICH_NAME}"
        if len(text) <= limits(place.member(name))[1]:
            found[name] = text
    return found


def sent_values(ops: ResourceOperations, made: Made) -> dict[str, JSON]:
    """Return what the create was given, by field."""
    return named_values(ops.create, made.arguments) if ops.create else {}


def in_first_state(session: Session, ops: ResourceOperations, made: Made) -> Made:
    """Return another one where updates may have set a state in which nothing more is taken, such as `archived`; else itself."""
    body = request_body(ops.update)
    if session.contract.sourced or body is None or ops.update is None:
        return made
    names = (property_of(ops.update, each) for each in ops.mutable)
    choices = (body.member(each).keyword("enum") for each in names if each is not None)
    if not any(isinstance(each, list) and len(each) > 1 and isinstance(each[0], str) for each in choices):
        return made
    return make(session, ops, note=f"make another {ops.name}, in its first state") or made


def few_values(ops: ResourceOperations) -> dict[str, list[JSON]]:
    """Return, by field, all values of what a create takes and a read shows, where those are few: an enum, true and false.

    Identities and what must be unique are left out.
    """
    body, place = request_body(ops.create), ops.representation
    if body is None or ops.create is None:
        return {}
    found: dict[str, list[JSON]] = {}
    sure = body.sure_names()
    for name in body.property_names():
        field, member = field_of(ops.create, name), body.member(name)
        values = _few(member)
        fixed = field in fields_chosen_by_session(ops) or member.keyword("readOnly") is True
        if values and name in sure and not fixed and all(can_show(ops.shown_by, place, field, each) for each in values):
            found[field] = values
    return found


def _few(place: SchemaView) -> list[JSON]:
    listed = place.keyword("enum")
    if isinstance(listed, list):
        values: list[JSON] = [each for each in listed if each is not None]
        return values if 1 < len(values) <= _FEW else []
    return [True, False] if place.types() - {"null"} == {"boolean"} and place.keyword("const") is None else []


def named(values: Mapping[str, JSON]) -> str:
    """Return names with their values, as messages show them."""
    return ", ".join(f"{name} {shown(value)}" for name, value in values.items())


def without_references(session: Session, operation: Operation, values: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return values for a body but for what was refused, or refers to another resource: nothing may have such an id."""
    place = request_body(operation)
    return {
        name: value
        for name, value in accepted_members(session, operation, values).items()
        if place is None or not refers(session, name, place.member(name))
    }


def delete(
    session: Session,
    ops: ResourceOperations,
    made: Made,
    *,
    note: str = "",
    aim: str = "",
    intent: Intent = Intent.POSITIVE,
    identity: Identity = Identity.DEFAULT,
) -> Exchange | None:
    """Delete one of a resource; `None` if it can't be addressed or may not be deleted.

    A delete that was only accepted (202) is waited for; `is_being_deleted` tells whether it went on for too long.
    """
    if ops.delete is None or not session.allowed(ops.delete):
        return None
    arguments = addressing_arguments(session, ops.delete, made)
    if arguments is None:
        return None
    exchange = session.call(
        ops.delete, arguments, note=note or f"delete the {ops.name}", aim=aim, intent=intent, identity=identity
    )
    if deferred(exchange):
        wait_until_gone(session, ops, made)
    return exchange
