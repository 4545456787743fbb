"""Faults in how what doesn't exist is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from contract_suite.contract.addressing import body_properties, field_of, plain
from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.vocabulary import Filter, Resource
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import again, called, in_body, refused_as, replace_handler, replaces
from contract_suite.mock.fields import pointer
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.refused import Refused
from contract_suite.mock.state import Record, State
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON, Missing, at

Find = Callable[[State, str, tuple[str, ...], tuple[str, ...]], Record | None]


Readable = tuple[Resource, Operation]
"""A resource with its read."""


def readable(contract: Contract) -> Iterator[Readable]:
    """Resources with their reads, in a document that says how what is unknown is answered."""
    for resource in contract.resources:
        read = sites.role(contract, resource, "read")
        if read is not None and contract.errors is not None and "unknown" in contract.errors.status:
            yield resource, read


@at_first(readable)
def _found(
    _contract: Contract, place: Readable, find: Callable[[Find], Find], also: tuple[str, ...] = ()
) -> FaultSite | None:
    resource, read = place

    def plant(pipeline: Pipeline) -> Pipeline:
        other = find(pipeline.find)

        def step(state: State, name: str, scope: tuple[str, ...], key: tuple[str, ...]) -> Record | None:
            return pipeline.find(state, name, scope, key) or (
                other(state, name, scope, key) if name == resource.name else None
            )

        return replace(pipeline, find=step)

    return FaultSite(
        where=read.id,
        clauses=(f"{read.id}::{resource.name}::unknown-refused",),
        also=(f"*::{resource.name}::unknown-refused", *also),
        plant=plant,
    )


def _first(_find: Find) -> Find:
    return lambda state, name, scope, _key: next(iter(state.all(name, scope)), None)


def _beginning(_find: Find) -> Find:
    def find(state: State, name: str, scope: tuple[str, ...], key: tuple[str, ...]) -> Record | None:
        near = (
            each
            for each in state.all(name, scope)
            if all(one.startswith(part) or part.startswith(one) for one, part in zip(each.ref.key, key, strict=False))
        )
        return next(near, None) if all(len(part) > 2 for part in key) else None  # noqa: PLR2004 - one letter begins too many

    return find


@at_first(readable)
def _careless(contract: Contract, place: Readable, reading: Callable[[str], str]) -> FaultSite | None:
    """Sites for a server that compares ids by a reading of them, in all that addresses them."""
    resource, read = place
    if not _texts(contract, resource) or not all(map(sites.free, _naming(read, resource))):
        return None  # another case or blanks around it would break the schema, and be refused for that

    @replaces()
    def find(
        pipeline: Pipeline, state: State, name: str, scope: tuple[str, ...], key: tuple[str, ...]
    ) -> Record | None:
        record = pipeline.find(state, name, scope, key)
        if record is not None or name != resource.name:
            return record
        wanted = [reading(part) for part in key]
        return next(
            (each for each in state.all(name, scope) if [reading(part) for part in each.ref.key] == wanted), None
        )

    return site_of(
        read, f"{resource.name}::similar-refused", elsewhere=(f"{resource.name}::similar-refused",), plant=find
    )


@at_first(sites.written)
def _write(
    contract: Contract, place: sites.Written, role: str, alike: Callable[[str, str], bool], kind: str
) -> FaultSite | None:
    """Sites for one write that compares ids in a way of its own."""
    resource, operations = place
    write = operations.get(role)
    if write is None or "read" not in operations or not _texts(contract, resource):
        return None

    def plant(pipeline: Pipeline) -> Pipeline:
        busy = [""]

        def handle(call: Call, go: Callable[[Call], Response]) -> Response:
            busy[0] = called(contract, call.request)
            return pipeline.handle(call, go)

        def find(state: State, name: str, scope: tuple[str, ...], key: tuple[str, ...]) -> Record | None:
            record = pipeline.find(state, name, scope, key)
            if (
                record is not None
                or name != resource.name
                or busy[0] != write.id
                or not all(len(part) > 2 for part in key)  # noqa: PLR2004 - shorter ids have no middle
            ):
                return record
            near = (each for each in state.all(name, scope) if all(map(alike, each.ref.key, key)))
            return next(near, None)

        return replace(pipeline, handle=handle, find=find)

    return site_of(write, f"{resource.name}::{kind}", elsewhere=("as-asked",), plant=plant)


def _naming(read: Operation, resource: Resource) -> list[Parameter]:
    """The parameters of a read that name the one to read."""
    identity = {plain(each) for each in resource.identity}
    return [each for each in read.parameters if field_of(read, each.name) in identity]


def _texts(contract: Contract, resource: Resource) -> bool:
    """Whether the ids of a resource are texts."""
    read = sites.role(contract, resource, "read")
    names = {pointer(each) for each in resource.identity}
    return read is not None and any(
        each.subject in names and (each.keyword, each.value) == ("type", "string") for each in sites.answered(read)
    )


@at_first(sites.resources)
def _container_alike(contract: Contract, resource: Resource, reading: Callable[[str], str]) -> FaultSite | None:
    """Sites for a list that is found at another reading of its path, if there is nothing at the path itself."""
    operation = next((sites.by_id(contract, each) for each in resource.lists), None)
    unknown = contract.errors.status.get("unknown", 0) if contract.errors else 0
    if not resource.scope or operation is None or not unknown or operation.response(unknown) is None:
        return None

    def serve(call: Call, go: Callable[[Call], Response]) -> Response:
        response = go(call)
        path, mark, query = call.request.target.partition("?")
        return (
            go(again(call, target=f"{reading(path)}{mark}{query}"))
            if response.status == unknown and path != reading(path)
            else response
        )

    return FaultSite(
        where=operation.id,
        clauses=tuple(f"{operation.id}::{name}::similar-refused" for name in resource.scope),
        plant=replace_handler(contract, operation, serve),
    )


@at_first(sites.resources)
def _container(contract: Contract, resource: Resource) -> FaultSite | None:
    operation = next(
        (
            sites.by_id(contract, each)
            for each in (*resource.lists, *([resource.read.operation] if resource.read else []))
        ),
        None,
    )
    unknown = contract.errors.status.get("unknown", 0) if contract.errors else 0
    if (
        not resource.scope
        or operation is None
        or not unknown
        or operation.response(unknown) is None
        or operation.id not in resource.lists
    ):
        return None

    @replaces(operation)
    def well_known(_pipeline: Pipeline, _call: Call, _scope: tuple[str, ...], *, known: bool) -> bool:
        del known
        return True

    return FaultSite(
        where=operation.id,
        clauses=tuple(f"{operation.id}::{name}::unknown-refused" for name in resource.scope),
        plant=well_known,
    )


def _owners_asked_for(contract: Contract) -> Iterator[tuple[Operation, Filter]]:
    for _, operation in sites.lists(contract):
        yield from ((operation, promise) for promise in operation.promises.filters if promise.unknown == "refused")


@at_first(_owners_asked_for)
def _owner(_contract: Contract, place: tuple[Operation, Filter]) -> FaultSite:
    operation, promise = place

    @replaces()
    def owner_exists(
        _pipeline: Pipeline, _state: State, _name: str, _scope: tuple[str, ...], _field: str, _value: JSON
    ) -> bool:
        return True

    return site_of(
        operation, "*::unknown-refused", field=promise.parameter, also=("*::deleted-unlisted",), plant=owner_exists
    )


@at_first(sites.owned)
def _orphan(contract: Contract, place: sites.Owned) -> FaultSite | None:
    """Something owned is made below an owner that doesn't exist."""
    owner, owned = place
    create = sites.role(contract, owned, "create")
    if create is None:
        return None

    @replaces()
    def draft(
        pipeline: Pipeline, state: State, name: str, scope: tuple[str, ...], fields: dict[str, JSON], now: float
    ) -> Record:
        try:
            return pipeline.draft(state, name, scope, fields, now)
        except Refused as refusal:
            if name != owned.name or refusal.kind != "unknown":
                raise
            return replace(state.record(name, scope, fields), owner=None)

    return site_of(
        create,
        f"{owner.name}::unknown-refused",
        elsewhere=(f"{owner.name}::unknown-refused", f"{owned.name}::owned-deleted", f"{owned.name}::freed"),
        plant=draft,
    )


@at_first(readable)
def _status(_contract: Contract, place: Readable) -> FaultSite | None:
    resource, read = place
    return site_of(
        read,
        "*::unknown-refused",
        also=(f"{resource.name}::deleted-unknown", f"{resource.name}::idempotent"),
        elsewhere=(f"{resource.name}::deleted-unknown",),
        plant=refused_as(read, "unknown", 400),
    )


def _updates_then_reads(contract: Contract) -> Iterator[tuple[Resource, str]]:
    yield from ((resource, role) for resource in contract.resources for role in ("update", "read"))


@at_first(_updates_then_reads)
def _another(contract: Contract, place: tuple[Resource, str]) -> FaultSite | None:
    """An answer names another resource than the one asked for: an update's where there is one, else a read's."""
    resource, role = place
    operation = sites.role(contract, resource, role)
    field = resource.identity[-1]
    if operation is None or pointer(field) not in {each.subject for each in sites.answered(operation)}:
        return None
    asked = [*(each.name for each in operation.parameters if each.required), *body_properties(operation)]
    if plain(field) not in {field_of(operation, name) for name in asked}:
        return None

    def change(body: JSON) -> JSON:
        value = at(body, pointer(field))
        if isinstance(value, Missing):
            return body
        return sites.replace_at(body, pointer(field), value + 1 if isinstance(value, int) else f"{value}x")

    return FaultSite(
        where=f"{operation.id}, {field}",
        clauses=(f"{operation.id}::*::as-asked",),
        also=("*::agrees-with-read", "*::unknown-refused", "*::readable") if role == "read" else (),
        plant=in_body(operation, change),
    )


UNKNOWN: Final = (
    FaultKind(
        name="unknown-answered-with-first",
        sentence="an id that nothing has is answered with the first one there is",
        site=_found(_first, also=("*::deleted-unknown", "*::owned-deleted", "*::idempotent", "*::as-asked")),
    ),
    FaultKind(
        name="id-found-by-its-beginning",
        sentence="an id is found by its beginning",
        site=_found(_beginning, also=("*::as-asked",)),
    ),
    FaultKind(name="id-found-in-any-case", sentence="an id is found whatever its case", site=_careless(str.casefold)),
    FaultKind(name="id-found-with-blanks", sentence="an id is found with blanks around it", site=_careless(str.strip)),
    FaultKind(
        name="update-finds-by-beginning",
        sentence="an update takes the first one whose id begins with the given one",
        site=_write("update", str.startswith, "unknown-refused"),
    ),
    FaultKind(
        name="delete-finds-in-any-case",
        sentence="a delete takes an id whatever its case",
        site=_write("delete", lambda one, other: one.casefold() == other.casefold(), "similar-refused"),
    ),
    FaultKind(
        name="container-found-in-any-case",
        sentence="a container is found whatever the case of its name",
        site=_container_alike(str.lower),
    ),
    FaultKind(
        name="container-found-with-blanks",
        sentence="a container is found with blanks around its name",
        site=_container_alike(lambda path: path.replace("%20", "")),
    ),
    FaultKind(
        name="unknown-container-empty",
        sentence="a container that does not exist is answered as an empty one",
        site=_container(),
    ),
    FaultKind(name="unknown-owner-empty", sentence="the list of an owner that does not exist is empty", site=_owner()),
    FaultKind(
        name="owned-without-owner",
        sentence="something can be created below an owner that does not exist",
        site=_orphan(),
    ),
    FaultKind(name="answer-names-another", sentence="an answer names another one than was asked for", site=_another()),
    FaultKind(name="unknown-answered-400", sentence="what does not exist is answered 400", site=_status()),
)
