"""Items that the run adds to a thing, changes and removes again, to see whether what sums them up follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.collections.aggregates.finding import Aggregate
from contract_suite.behaviours.kit.requests import path_arguments
from contract_suite.behaviours.kit.resource_operations import request_body
from contract_suite.behaviours.kit.responses import served
from contract_suite.contract.naming.names import plain_name, singular
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.contract.schemas.numeric import as_sent, number_in
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments, Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Writes:
    """What adds an item to the list of an aggregate, and what changes and removes one; `None` for those that there aren't."""

    create: Operation | None
    updates: tuple[Operation, ...]
    delete: Operation | None


def writes_of(contract: Contract, aggregate: Aggregate) -> Writes:
    """Return the writes on the items of a list: on its path, and on that of one item, below it or by itself."""
    usable = [each for each in contract.operations if not each.problem]
    collection = shape(aggregate.listing.path)
    noun = collection.rpartition("/")[2]
    items = [each for each in usable if shape(each.path) == f"{collection}/{{}}" or _is_alone(shape(each.path), noun)]
    create = next((each for each in usable if each.method == "POST" and shape(each.path) == collection), None)
    return Writes(
        create=create,
        updates=tuple(each for method in ("PUT", "PATCH", "POST") for each in items if each.method == method),
        delete=next((each for each in items if each.method == "DELETE"), None),
    )


def _is_alone(path: str, noun: str) -> bool:
    """Whether a path is that of one item by itself, whatever stands before its noun."""
    return f"/{path}".endswith(f"/{noun}/{{}}") and path.count("{}") == 1


def add(
    session: Session, aggregate: Aggregate, create: Operation, address: Mapping[str, JSON]
) -> tuple[Arguments, Exchange] | None:
    """Add an item to a thing; `None` if the create can't be told which, or is refused."""
    known = session.accepted(create) if session.allowed(create) else None
    if known is None:
        return None
    given = dict(known)
    body = known.get("body")
    if aggregate.parameter:
        members: dict[str, JSON] = dict(body) if isinstance(body, dict) else {}
        name = next((each for each in members if plain_name(each) == plain_name(aggregate.parameter)), "")
        name = name or _member_named(create, aggregate.parameter)
        if not name:
            return None
        given["body"] = {**members, name: address[aggregate.key]}
    else:
        given |= path_arguments(create, address)
    exchange = session.call(create, given, intent=Intent.UNKNOWN, note="add one that belongs to it")
    return (given, exchange) if served(exchange) else None


def _member_named(create: Operation, parameter: str) -> str:
    place = request_body(create)
    names = place.property_names() if place is not None else ()
    return next((each for each in names if plain_name(each) == plain_name(parameter)), "")


def address_of(session: Session, operation: Operation, given: Arguments, created: Exchange) -> dict[str, JSON] | None:
    """Return the path of one item that was made, for what changes or removes it; `None` if its id isn't shown."""
    names = names_in(operation.path)
    body = session.json(created)
    if not names or isinstance(body, Missing):
        return None
    shown = [each for each in (body, *(body.values() if isinstance(body, dict) else ())) if isinstance(each, dict)]
    wanted = {plain_name(names[-1]), "id"}
    found = next((value for each in shown for name, value in each.items() if plain_name(name) in wanted), None)
    outer = {f"path.{name}": given[f"path.{name}"] for name in names[:-1] if f"path.{name}" in given}
    if not isinstance(found, str | int) or isinstance(found, bool) or len(outer) < len(names) - 1:
        return None
    return {**outer, f"path.{names[-1]}": found}


def changed(operation: Operation, given: Arguments, field: str) -> Iterator[dict[str, JSON]]:
    """Yield the body of an update that gives a number far from the one that was sent, as far as its schema allows."""
    place, body = request_body(operation), given.get("body")
    media = operation.body.of_members if operation.body is not None else None
    if place is None or media is None or media.schema is None or field not in place.property_names():
        return
    own: dict[str, JSON] = dict(body) if isinstance(body, dict) and operation.method == "PUT" else {}
    was = body.get(field) if isinstance(body, dict) else None
    for value in _numbers(place.member(field)):
        if number_in(value) != number_in(was) and media.schema.is_valid({**own, field: value}):
            yield {**own, field: value}


def _numbers(place: SchemaView) -> Iterator[JSON]:
    """The ends of a range, and usual numbers."""
    for keyword in ("maximum", "minimum"):
        bound = place.keyword(keyword)
        if isinstance(bound, int | float) and not isinstance(bound, bool) and abs(bound) <= 1000:  # noqa: PLR2004 - no limit of a machine
            yield bound
    yield from (as_sent(place, each) for each in (7, 70, 2))


def noun_of(aggregate: Aggregate) -> str:
    """Return what one item is called."""
    return singular(aggregate.listing.path.rstrip("/").rpartition("/")[2])
