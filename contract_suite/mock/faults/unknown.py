"""Faults in how what doesn't exist is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Resource
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import (
    FaultKind,
    FaultSite,
    again,
    called,
    for_operation,
    in_body,
    refused_as,
    replace_handler,
)
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.state import Record, Refused, State, pointer
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON, Missing, at

Find = Callable[[State, str, tuple[str, ...], tuple[str, ...]], Record | None]


def _readable(contract: Contract) -> Iterator[tuple[Resource, Operation]]:
    for resource in contract.resources:
        read = sites.role(contract, resource, "read")
        if read is not None and contract.errors is not None and "unknown" in contract.errors.status:
            yield resource, read


def _found(find: Callable[[Find], Find], also: tuple[str, ...] = ()) -> Callable[[Contract], Iterator[FaultSite]]:
    def found(contract: Contract) -> Iterator[FaultSite]:
        for resource, read in _readable(contract):

            def plant(pipeline: Pipeline, resource: Resource = resource) -> Pipeline:
                other = find(pipeline.find)

                def step(state: State, name: str, scope: tuple[str, ...], key: tuple[str, ...]) -> Record | None:
                    return pipeline.find(state, name, scope, key) or (
                        other(state, name, scope, key) if name == resource.name else None
                    )

                return replace(pipeline, find=step)

            yield FaultSite(
                where=read.id,
                clauses=(f"{read.id}::{resource.name}::unknown-refused",),
                also=(f"*::{resource.name}::unknown-refused", *also),
                plant=plant,
            )
            return

    return found


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


def _careless(reading: Callable[[str], str]) -> Callable[[Contract], Iterator[FaultSite]]:
    """Sites for a server that compares ids by a reading of them, in all that addresses them."""

    def found(contract: Contract) -> Iterator[FaultSite]:
        for resource, read in _readable(contract):
            if not _texts(contract, resource):
                continue

            def plant(pipeline: Pipeline, resource: Resource = resource) -> Pipeline:
                def find(state: State, name: str, scope: tuple[str, ...], key: tuple[str, ...]) -> Record | None:
                    record = pipeline.find(state, name, scope, key)
                    if record is not None or name != resource.name:
                        return record
                    wanted = [reading(part) for part in key]
                    return next(
                        (each for each in state.all(name, scope) if [reading(part) for part in each.ref.key] == wanted),
                        None,
                    )

                return replace(pipeline, find=find)

            yield FaultSite(
                where=read.id,
                clauses=(f"{read.id}::{resource.name}::similar-refused",),
                also=(f"*::{resource.name}::similar-refused",),
                plant=plant,
            )
            return

    return found


def _write(role: str, alike: Callable[[str, str], bool], kind: str) -> Callable[[Contract], Iterator[FaultSite]]:
    """Sites for one write that compares ids in a way of its own."""

    def found(contract: Contract) -> Iterator[FaultSite]:
        for resource, operations in sites.written(contract):
            write = operations.get(role)
            if write is None or "read" not in operations or not _texts(contract, resource):
                continue

            def plant(pipeline: Pipeline, resource: Resource = resource, write: Operation = write) -> Pipeline:
                busy = [""]

                def around(call: Call, go: Callable[[Call], Response]) -> Response:
                    busy[0] = called(contract, call.request)
                    return pipeline.around(call, go)

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

                return replace(pipeline, around=around, find=find)

            yield FaultSite(
                where=write.id, clauses=(f"{write.id}::{resource.name}::{kind}",), also=("*::as-asked",), plant=plant
            )
            return

    return found


def _texts(contract: Contract, resource: Resource) -> bool:
    """Whether the ids of a resource are texts."""
    read = sites.role(contract, resource, "read")
    names = {pointer(each) for each in resource.identity}
    return read is not None and any(
        each.subject in names and (each.keyword, each.value) == ("type", "string") for each in sites.answered(read)
    )


def _container_alike(reading: Callable[[str], str]) -> Callable[[Contract], Iterator[FaultSite]]:
    """Sites for a list that is found at another reading of its path, if there is nothing at the path itself."""

    def found(contract: Contract) -> Iterator[FaultSite]:
        for resource in contract.resources:
            operation = next((sites.by_id(contract, each) for each in resource.lists), None)
            unknown = contract.errors.status.get("unknown", 0) if contract.errors else 0
            if not resource.scope or operation is None or not unknown or operation.response(unknown) is None:
                continue

            def serve(call: Call, go: Callable[[Call], Response], unknown: int = unknown) -> Response:
                response = go(call)
                path, mark, query = call.request.target.partition("?")
                return (
                    go(again(call, target=f"{reading(path)}{mark}{query}"))
                    if response.status == unknown and path != reading(path)
                    else response
                )

            yield FaultSite(
                where=operation.id,
                clauses=tuple(f"{operation.id}::{name}::similar-refused" for name in resource.scope),
                plant=replace_handler(contract, operation, serve),
            )
            return

    return found


def _container(contract: Contract) -> Iterator[FaultSite]:
    for resource in contract.resources:
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
            continue

        def plant(pipeline: Pipeline, operation: Operation = operation) -> Pipeline:
            def well_known(_call: Call, _scope: tuple[str, ...], *, known: bool) -> bool:
                del known
                return True

            return replace(pipeline, well_known=for_operation(operation, well_known, pipeline.well_known))

        yield FaultSite(
            where=operation.id,
            clauses=tuple(f"{operation.id}::{name}::unknown-refused" for name in resource.scope),
            plant=plant,
        )
        return


def _owner(contract: Contract) -> Iterator[FaultSite]:
    for _, operation in sites.lists(contract):
        for promise in operation.promises.filters:
            if promise.unknown != "refused":
                continue

            def plant(pipeline: Pipeline) -> Pipeline:
                def owner_exists(_state: State, _name: str, _scope: tuple[str, ...], _field: str, _value: JSON) -> bool:
                    return True

                return replace(pipeline, owner_exists=owner_exists)

            yield FaultSite(
                where=f"{operation.id}, {promise.parameter}",
                clauses=(f"{operation.id}::*::unknown-refused",),
                plant=plant,
                also=(f"{operation.id}::*::deleted-unlisted",),
            )
            return


def _orphan(contract: Contract) -> Iterator[FaultSite]:
    """Something owned is made below an owner that doesn't exist."""
    for owner, owned in sites.owned(contract):
        create = sites.role(contract, owned, "create")
        if create is None:
            continue

        def plant(pipeline: Pipeline, owned: Resource = owned) -> Pipeline:
            def draft(state: State, name: str, scope: tuple[str, ...], fields: dict[str, JSON], now: float) -> Record:
                try:
                    return pipeline.draft(state, name, scope, fields, now)
                except Refused as refusal:
                    if name != owned.name or refusal.kind != "unknown":
                        raise
                    return replace(state.record(name, scope, fields), owner=None)

            return replace(pipeline, draft=draft)

        yield FaultSite(
            where=create.id,
            clauses=(f"{create.id}::{owner.name}::unknown-refused",),
            plant=plant,
            also=(f"*::{owner.name}::unknown-refused", f"*::{owned.name}::owned-deleted", f"*::{owned.name}::freed"),
        )
        return


def _status(contract: Contract) -> Iterator[FaultSite]:
    for resource, read in _readable(contract):
        yield FaultSite(
            where=read.id,
            clauses=(f"{read.id}::*::unknown-refused",),
            plant=refused_as(read, "unknown", 400),
            also=(
                f"{read.id}::{resource.name}::deleted-unknown",
                f"*::{resource.name}::deleted-unknown",
                f"{read.id}::{resource.name}::idempotent",
            ),
        )
        return


def _another(contract: Contract) -> Iterator[FaultSite]:
    """An answer names another resource than the one asked for: an update's where there is one, else a read's."""
    for resource in contract.resources:
        for name in ("update", "read"):
            operation = sites.role(contract, resource, name)
            field = resource.identity[-1]
            if operation is None or not any(each.subject == pointer(field) for each in sites.answered(operation)):
                continue

            def change(body: JSON, place: str = pointer(field)) -> JSON:
                value = at(body, place)
                return (
                    sites.replace_at(body, place, value + 1 if isinstance(value, int) else f"{value}x")
                    if not isinstance(value, Missing)
                    else body
                )

            yield FaultSite(
                where=f"{operation.id}, {field}",
                clauses=(f"{operation.id}::*::as-asked",),
                also=("*::agrees-with-read", "*::unknown-refused") if name == "read" else (),
                plant=in_body(operation, change),
            )
            return


UNKNOWN: Final = (
    FaultKind(
        name="unknown-answered-with-first",
        sentence="an id that nothing has is answered with the first one there is",
        sites=_found(_first, also=("*::deleted-unknown", "*::owned-deleted", "*::idempotent", "*::as-asked")),
    ),
    FaultKind(
        name="id-found-by-its-beginning",
        sentence="an id is found by its beginning",
        sites=_found(_beginning, also=("*::as-asked",)),
    ),
    FaultKind(name="id-found-in-any-case", sentence="an id is found whatever its case", sites=_careless(str.casefold)),
    FaultKind(name="id-found-with-blanks", sentence="an id is found with blanks around it", sites=_careless(str.strip)),
    FaultKind(
        name="update-finds-by-beginning",
        sentence="an update takes the first one whose id begins with the given one",
        sites=_write("update", str.startswith, "unknown-refused"),
    ),
    FaultKind(
        name="delete-finds-in-any-case",
        sentence="a delete takes an id whatever its case",
        sites=_write("delete", lambda one, other: one.casefold() == other.casefold(), "similar-refused"),
    ),
    FaultKind(
        name="container-found-in-any-case",
        sentence="a container is found whatever the case of its name",
        sites=_container_alike(str.lower),
    ),
    FaultKind(
        name="container-found-with-blanks",
        sentence="a container is found with blanks around its name",
        sites=_container_alike(lambda path: path.replace("%20", "")),
    ),
    FaultKind(
        name="unknown-container-empty",
        sentence="a container that does not exist is answered as an empty one",
        sites=_container,
    ),
    FaultKind(name="unknown-owner-empty", sentence="the list of an owner that does not exist is empty", sites=_owner),
    FaultKind(
        name="owned-without-owner",
        sentence="something can be created below an owner that does not exist",
        sites=_orphan,
    ),
    FaultKind(name="answer-names-another", sentence="an answer names another one than was asked for", sites=_another),
    FaultKind(name="unknown-answered-400", sentence="what does not exist is answered 400", sites=_status),
)
