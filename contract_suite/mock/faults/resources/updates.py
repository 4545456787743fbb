"""Faults in what an update changes, and what it must leave alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

from contract_suite.contract.addressing import plain
from contract_suite.contract.operation import Contract
from contract_suite.contract.schemas.constraints import constraints
from contract_suite.contract.schemas.view import ANY_TYPE, view
from contract_suite.contract.vocabulary import Resource
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, Plant, at_first, site_of
from contract_suite.mock.faults.planting import called, for_operation, replaces, right_after
from contract_suite.mock.fields import Body, getter, with_value, without
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.state import Record, State
from contract_suite.model.exchange import Response
from contract_suite.model.json import Missing

Change = Callable[[Pipeline, Call, Record, Body, Body], Body]
"""What an update makes of a record; gets what was given and what comes of it."""


def updated(resource: Resource, change: Change) -> Plant:
    """Plant a change of what an update makes of a record; gets what was given and what comes of it."""

    @replaces()
    def updated(pipeline: Pipeline, call: Call, record: Record, given: Body, *rest: Any, **named: Any) -> Body:  # noqa: ANN401 - the step's own
        body = pipeline.updated(call, record, given, *rest, **named)
        return change(pipeline, call, record, given, body) if record.ref.resource == resource.name else body

    return updated


@at_first(sites.written)
def update_site(
    contract: Contract,
    place: sites.Written,
    change: Callable[[Contract, Resource], Change | None],
    kind: str,
    also: tuple[str, ...] = (),
) -> FaultSite | None:
    """A change of what an update makes of a resource, found by a clause of this kind."""
    resource, operations = place
    update = operations.get("update")
    step = change(contract, resource) if update and sites.kept(contract, resource) and "read" in operations else None
    if update is not None and step is not None:
        return FaultSite(
            where=update.id,
            clauses=(f"{update.id}::{resource.name}::{kind}",),
            plant=updated(resource, step),
            also=tuple(each.format(update=update.id, name=resource.name) for each in also),
        )
    return None


def _wipes(contract: Contract, resource: Resource) -> Change | None:
    mutable = sites.kept(contract, resource)
    if len(mutable) < 2 or not resource.update or resource.update.omitted != "kept":  # noqa: PLR2004 - another one must be there to wipe
        return None

    def change(_rules: Pipeline, _call: Call, _record: Record, given: Body, body: Body) -> Body:
        for name in mutable:
            body = without(body, name) if isinstance(getter(name)(given), Missing) else body
        return body

    return change


def _loses_one(contract: Contract, resource: Resource) -> Change | None:
    name = sites.kept(contract, resource)[-1]
    return lambda _rules, _call, record, _given, body: _as_before(record, body, name)


def _as_before(record: Record, body: Body, name: str) -> Body:
    old = getter(name)(record.body)
    return without(body, name) if isinstance(old, Missing) else with_value(body, name, old)


def _keeps_if_empty(contract: Contract, resource: Resource) -> Change | None:
    names = [name for name in sites.kept(contract, resource) if name in set(sites.texts(contract, resource))]

    def change(_rules: Pipeline, _call: Call, record: Record, given: Body, body: Body) -> Body:
        for name in names:
            body = _as_before(record, body, name) if getter(name)(given) == "" else body
        return body

    return change if names else None


def _merges(contract: Contract, resource: Resource) -> Change | None:
    create = sites.role(contract, resource, "create")
    media = create.body.json if create and create.body else None
    objects = [
        name
        for name in sites.kept(contract, resource)
        if media is not None
        and media.schema is not None
        and any(
            each.subject == f"/{name}" and each.keyword == "type" and each.value == "object"
            for each in constraints(media.schema)
        )
    ]

    def change(_rules: Pipeline, _call: Call, record: Record, given: Body, body: Body) -> Body:
        for name in objects:
            old, new = record.body.get(name), given.get(name)
            body = {**body, name: {**old, **new}} if isinstance(old, dict) and isinstance(new, dict) else body
        return body

    return change if objects else None


def _keeps_if_null(contract: Contract, resource: Resource) -> Change | None:
    """A null is taken for a field that isn't named."""
    update = sites.role(contract, resource, "update")
    media = update.body.json if update and update.body else None
    place = view(media.schema) if media is not None and media.schema is not None else None
    kept = {plain(each) for each in sites.kept(contract, resource)}
    types = {name: place.member(name).types() for name in place.property_names()} if place is not None else {}
    names = [
        name for name, each in types.items() if name in kept and "null" in each and each != ANY_TYPE and len(each) > 1
    ]

    def change(_rules: Pipeline, _call: Call, record: Record, given: Body, body: Body) -> Body:
        for name in names:
            body = _as_before(record, body, name) if name in given and given[name] is None else body
        return body

    return change if names else None


def _appends(contract: Contract, resource: Resource) -> Change | None:
    update = sites.role(contract, resource, "update")
    if update is None or update.method != "PUT":
        return None  # nothing says that another method may be repeated
    names = [name for name in sites.kept(contract, resource) if name in set(sites.texts(contract, resource))]

    def change(_rules: Pipeline, _call: Call, record: Record, given: Body, body: Body) -> Body:
        for name in names:
            new = given.get(name)
            body = (
                {**body, name: f"{new} (2)"} if isinstance(new, str) and new and record.body.get(name) == new else body
            )
        return body

    return change if names else None


def _spills(contract: Contract, resource: Resource) -> Change | None:
    """An update by a condition that is too wide: the next record gets the same values."""
    names = sites.kept(contract, resource)

    def change(_rules: Pipeline, call: Call, record: Record, given: Body, body: Body) -> Body:
        siblings = [each for each in call.state.all(resource.name, call.scope) if each.owner == record.owner]
        place = next((index for index, each in enumerate(siblings) if each.ref == record.ref), len(siblings))
        for other in siblings[place + 1 : place + 2]:
            values = {name: given[name] for name in names if name in given}
            call.state.put(replace(other, body={**other.body, **values}))
        return body

    return change


@at_first(sites.written)
def _list_lags(contract: Contract, place: sites.Written) -> FaultSite | None:
    resource, operations = place
    update = operations.get("update")
    listing = sites.by_id(contract, resource.lists[0]) if resource.lists else None
    fields = sites.kept(contract, resource)
    shown = {each.subject.rpartition("/")[2] for each in sites.answered(listing)} if listing else set()
    if update is None or listing is None or not set(fields) & shown:
        return None

    def plant(pipeline: Pipeline) -> Pipeline:
        first: dict[str, Body] = {}

        def put(state: State, record: Record) -> None:
            if record.ref.resource == resource.name:
                first.setdefault("/".join((*record.ref.scope, *record.ref.key)), record.body)
            pipeline.put(state, record)

        def item_shown(call: Call, body: Body) -> Body:
            key = "/".join((*call.scope, *(str(body.get(name)) for name in resource.identity)))
            for name in fields if key in first else ():
                old = first[key].get(name)
                body = without(body, name) if old is None else {**body, name: old}
            return pipeline.item_shown(call, body)

        return replace(pipeline, put=put, item_shown=for_operation(listing, item_shown, pipeline.item_shown))

    filtered = [
        f"{parameter.subject}::filter-*"
        for promise in listing.promises.filters
        if promise.field in fields and (parameter := listing.parameter(promise.parameter)) is not None
    ]
    return site_of(
        listing,
        f"{resource.name}::update-listed",
        also=(f"{resource.name}::agrees-with-read", *filtered),
        plant=plant,
    )


def _overwrites(contract: Contract, resource: Resource) -> Change | None:
    """Read, change, write without a lock: an update that comes right after another one has not seen it."""
    mutable = sites.kept(contract, resource)
    if len(mutable) < 2 or not resource.update or resource.update.omitted != "kept":  # noqa: PLR2004 - one for each update
        return None
    latest: dict[str, tuple[int, Body]] = {}

    def change(_rules: Pipeline, call: Call, record: Record, given: Body, body: Body) -> Body:
        key = "/".join((*record.ref.scope, *record.ref.key))
        number, before = latest.get(key, (0, {}))
        latest[key] = (call.number, record.body)
        if call.number != number + 1:
            return body
        for name in mutable:
            body = _as_before(replace(record, body=before), body, name) if name not in given else body
        return body

    return change


def _namesakes(contract: Contract, resource: Resource) -> Change | None:
    """An update by name alone: those of the same name elsewhere get the same values."""
    rule = next((each for each in resource.unique if each.within), None)
    if rule is None:
        return None
    names = sites.kept(contract, resource)

    def change(_rules: Pipeline, call: Call, record: Record, given: Body, body: Body) -> Body:
        values = {name: given[name] for name in names if name in given}
        for other in call.state.all(resource.name, call.scope):
            same = all(getter(name)(other.body) == getter(name)(record.body) for name in rule.fields)
            if same and other.ref != record.ref:
                call.state.put(replace(other, body={**other.body, **values}))
        return body

    return change


@at_first(sites.written)
def _revived(contract: Contract, place: sites.Written) -> FaultSite | None:
    """An update that comes right after the delete writes back what it had read before."""
    resource, operations = place
    update, delete = operations.get("update"), operations.get("delete")
    if update is None or delete is None or "read" not in operations or not sites.kept(contract, resource):
        return None

    def then(_pipeline: Pipeline, call: Call, response: Response, removed: Record) -> Response | None:
        updates = called(contract, call.request) == update.id
        refused = response.status >= HTTPStatus.BAD_REQUEST
        if updates or not refused:
            call.state.put(removed)
        return None if updates and refused else response

    pairs = {(update.id, delete.id), (delete.id, update.id)}
    return FaultSite(
        where=update.id,
        clauses=(f"{delete.id}::{resource.name}::deleted-despite-update",),
        plant=right_after(contract, resource, pairs, then),
    )


UPDATES: Final = (
    FaultKind(
        name="update-wipes-other-fields",
        sentence="an update clears the fields that it doesn't name",
        site=update_site(_wipes, "unnamed-kept"),
    ),
    FaultKind(
        name="update-loses-last-field",
        sentence="an update leaves one of the fields that it names",
        site=update_site(_loses_one, "update-read-back", also=("{update}::*::largest-accepted",)),
    ),
    FaultKind(
        name="update-ignores-empty-text",
        sentence="an update leaves a field that it sets to the empty string",
        site=update_site(_keeps_if_empty, "update-read-back"),
    ),
    FaultKind(
        name="update-keeps-what-is-null",
        sentence="an update leaves a field that it sets to null",
        site=update_site(_keeps_if_null, "null-clears", also=("{update}::{name}::update-read-back",)),
    ),
    FaultKind(
        name="update-merges-object",
        sentence="an update adds to an object instead of replacing it",
        site=update_site(_merges, "update-read-back"),
    ),
    FaultKind(
        name="update-appends-when-repeated",
        sentence="the same update a second time changes the string again",
        site=update_site(_appends, "idempotent", also=("{update}::{name}::unnamed-kept",)),
    ),
    FaultKind(
        name="update-spills-over",
        sentence="an update changes the next one too",
        site=update_site(_spills, "update-others-kept"),
    ),
    FaultKind(
        name="list-shows-old-values",
        sentence="a list shows the values that something was created with",
        site=_list_lags(),
    ),
    FaultKind(
        name="update-spills-to-namesakes",
        sentence="an update changes those of the same name elsewhere too",
        site=update_site(_namesakes, "update-others-kept"),
    ),
    FaultKind(
        name="updates-at-once-lost",
        sentence="of two updates at the same time that name different fields, one is lost",
        site=update_site(_overwrites, "updates-at-once-kept", also=("{update}::{name}::*",)),
    ),
    FaultKind(
        name="update-revives-deleted",
        sentence="an update that is sent at the same time as a delete brings back what was deleted",
        site=_revived(),
    ),
)
