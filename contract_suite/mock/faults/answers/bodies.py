"""Faults in the values of an answer: their types and edges, what is missing, and what nobody documented."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.schemas.constraints import Constraint
from contract_suite.contract.vocabulary import Invariant, Resource
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import in_body
from contract_suite.mock.fields import pointer
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.model.json import JSON, MISSING, Missing, at

Change = Callable[[JSON, Constraint], JSON | Missing]
_OFTEN: Final = 40


def _reading(contract: Contract) -> Iterator[Operation]:
    """Operations that show something: lists, then single reads, then the rest."""
    listed = {name for each in contract.resources for name in each.lists}
    read = {each.read.operation for each in contract.resources if each.read}
    usable = [each for each in contract.operations if not each.problem]
    yield from sorted(usable, key=lambda each: (each.id not in listed, each.id not in read))


def _special(contract: Contract, operation: Operation) -> set[str]:
    """Places that other promises speak of: changing them would break those."""
    promises, collection = operation.promises, operation.promises.collection
    found = {*(each.pointer for each in promises.fresh), *(each.pointer for each in promises.echo)}
    roles = [
        each
        for each in contract.resources
        if operation.id in {role.operation for role in (each.create, each.read, each.update, each.delete) if role}
    ]
    found |= {pointer(name) for each in roles for name in each.identity}
    items = f"{collection.items}/*" if collection else ""
    found |= {f"{items}{pointer(promises.bind.get(each.name, each.name))}" for each in operation.parameters}
    if collection is not None:
        found |= {collection.items, collection.total, collection.count}
        fields = {each.field for each in promises.filters} | set(promises.order.keys.values() if promises.order else ())
        for resource in contract.resources:
            if operation.id in resource.lists:
                fields |= {
                    *resource.identity,
                    *(each.field for each in resource.invariants),
                    *(each.below for each in resource.invariants),
                }
                fields |= {name for rule in resource.unique for name in (*rule.fields, *rule.within)}
        found |= {f"{collection.items}/*/{each.removeprefix('/')}" for each in fields}
    if promises.repeats_status is not None:
        found.add(promises.repeats_status.pointer)
    if promises.success is not None:
        found |= {promises.success.field, *promises.success.empty}
    return found


@at_first(_reading)
def _broken(
    contract: Contract,
    operation: Operation,
    keyword: str,
    change: Change,
    *,
    want: Callable[[Constraint], bool] = lambda _each: True,
    deep: bool = False,
    every: int = 1,
    also: tuple[str, ...] = (),
    special: bool = False,
) -> FaultSite | None:
    """Sites where a keyword of the answer's schema can be broken: the first one, or the deepest one."""
    taken = set() if special else _special(contract, operation)
    chosen = [
        each
        for each in sites.answered(operation)
        if each.keyword == keyword and each.subject and each.subject not in taken and want(each)
    ]
    chosen = [
        each
        for each in chosen
        if not any(place and each.subject.startswith(f"{place}/") and place.count("/") > 1 for place in taken)
    ]
    chosen = [each for each in chosen if not any(place.startswith(f"{each.subject}/") for place in taken)]
    if not chosen:
        return None
    required = {each.subject for each in sites.answered(operation) if each.keyword == "required"}
    always = sorted(chosen, key=lambda each: each.subject not in required)
    one = max(chosen, key=lambda each: each.subject.count("/")) if deep else always[0]

    def plant(pipeline: Pipeline) -> Pipeline:
        calls = [0]

        def turn(_call: Call) -> bool:
            calls[0] += 1
            return calls[0] % every == 0

        return in_body(operation, lambda body: _changed(body, one, change), when=turn)(pipeline)

    clause = f"{operation.id}::200{one.subject}"
    return FaultSite(
        where=f"{operation.id}, {one.subject}",
        clauses=(f"{clause}::{_kebab(keyword)}",),
        also=(
            *(each.format(operation=operation.id, subject=f"200{one.subject}") for each in also),
            *("*::values-read-back", "*::update-read-back", "*::agrees-with-read"),
        ),
        plant=plant,
        flaky=every > 1,
    )


def _changed(body: JSON, one: Constraint, change: Change) -> JSON:
    """Change the last place that a constraint speaks of, which is the one least looked at."""
    places = list(sites.resolved(body, one.subject))
    for place in places[-1:]:
        value = at(body, place)
        if not isinstance(value, Missing):
            body = sites.replace_at(body, place, change(value, one))
    return body


def _kebab(keyword: str) -> str:
    return "".join(f"-{each.lower()}" if each.isupper() else each for each in keyword)


@at_first(sites.lists)
def _total(_contract: Contract, place: sites.Listed, change: Callable[[JSON], JSON]) -> FaultSite | None:
    _, operation = place
    total = operation.promises.collection.total if operation.promises.collection else ""
    if not total:
        return None
    return site_of(
        operation,
        f"200{total}::type",
        field=total,
        plant=in_body(operation, lambda body: sites.replace_at(body, total, change(at_or_none(body, total)))),
    )


def at_or_none(body: JSON, place: str) -> JSON:
    """Return what is at a place, or `null`."""
    value = at(body, place)
    return None if isinstance(value, Missing) else value


@at_first(sites.lists)
def _empty_as_null(_contract: Contract, place: sites.Listed) -> FaultSite | None:
    """An empty list is `null`, as some languages write it."""
    _, operation = place
    items = operation.promises.collection.items if operation.promises.collection else ""
    if not items:
        return None
    return site_of(
        operation,
        f"200{items}::type",
        field=items,
        also=("*::past-end-empty", "*::no-match-empty"),
        plant=in_body(operation, lambda body: body if at_or_none(body, items) else sites.replace_at(body, items, None)),
    )


@at_first(_reading)
def _undocumented(_contract: Contract, operation: Operation) -> FaultSite | None:
    collection = operation.promises.collection
    if collection is None:
        return None

    items = collection.items

    def change(body: JSON) -> JSON:
        found = at(body, items)
        return (
            sites.replace_at(body, f"{items}/{len(found) - 1}/_rowVersion", 3)
            if isinstance(found, list) and found
            else body
        )

    return site_of(operation, "200::no-undocumented-fields", plant=in_body(operation, change))


def _invariants(contract: Contract) -> Iterator[tuple[Resource, Invariant]]:
    yield from ((resource, promise) for resource in contract.resources for promise in resource.invariants)


@at_first(_invariants)
def _below(contract: Contract, place: tuple[Resource, Invariant]) -> FaultSite | None:
    resource, promise = place
    operation = next((sites.by_id(contract, each) for each in resource.lists), None)
    collection = operation.promises.collection if operation else None
    if operation is None or collection is None:
        return None

    def change(body: JSON) -> JSON:
        for path in sites.resolved(body, f"{collection.items}/*{promise.field}"):
            folder = at(body, path.removesuffix(promise.field) + promise.below)
            if isinstance(folder, str) and folder:
                return sites.replace_at(body, path, folder.rstrip("/") + "-other/run.py")
        return body

    return site_of(operation, f"*{promise.field}::below", field=promise.field, plant=in_body(operation, change))


@at_first(_reading)
def _dependent(_contract: Contract, operation: Operation) -> FaultSite | None:
    subject = next((each.subject for each in sites.answered(operation) if each.keyword == "dependentRequired"), None)
    if subject is None:
        return None

    def change(body: JSON) -> JSON:
        for place in reversed(list(sites.resolved(body, subject))):
            return sites.replace_at(body, place, MISSING)
        return body

    return site_of(operation, f"200{subject}::dependent-required", field=subject, plant=in_body(operation, change))


@at_first(sites.resources)
def _empty_identity(contract: Contract, resource: Resource) -> FaultSite | None:
    """The answer to an update says nothing of what it updated; without one, a list does not."""
    operation = sites.role(contract, resource, "update")
    limited = (
        {each.subject for each in sites.answered(operation) if each.keyword == "minLength"} if operation else set()
    )
    place = next((pointer(name) for name in reversed(resource.identity) if pointer(name) in limited), "")
    if operation is not None and place:
        return site_of(
            operation,
            f"200{place}::min-length",
            field=place,
            also=(f"200{place}::as-asked",),
            plant=in_body(operation, lambda body: sites.replace_at(body, place, "")),
        )
    return None


def _one_too_many(value: JSON, one: Constraint) -> JSON:
    elements = value if isinstance(value, list) else []
    return [*elements, *(elements[-1:] or ["x"]) * (int(str(one.value)) + 1 - len(elements))]


def _is(*types: str) -> Callable[[Constraint], bool]:
    return lambda each: each.value in types


BODIES: Final = (
    FaultKind(name="number-as-text", sentence="a number is sent as a string", site=_total(str)),
    FaultKind(
        name="number-with-fraction",
        sentence="a whole number is sent with a fraction",
        site=_broken("type", lambda value, _one: value + 0.5 if isinstance(value, int) else value, want=_is("integer")),
    ),
    FaultKind(
        name="text-as-number",
        sentence="a string is sent as a number",
        site=_broken("type", lambda _value, _one: 7, want=_is("string")),
    ),
    FaultKind(
        name="nested-text-as-null",
        sentence="a string deep inside a response is sent as null",
        site=_broken("type", lambda _value, _one: None, want=_is("string"), deep=True),
    ),
    FaultKind(
        name="truth-as-text",
        sentence="a boolean is sent as a string",
        site=_broken("type", lambda value, _one: "true" if value else "false", want=_is("boolean")),
    ),
    FaultKind(name="empty-list-as-null", sentence="an empty list is sent as null", site=_empty_as_null()),
    FaultKind(
        name="wrong-type-now-and-then",
        sentence=f"one answer in {_OFTEN} has a string field of the wrong type",
        site=_broken("type", lambda _value, _one: 7, want=_is("string"), every=_OFTEN),
    ),
    FaultKind(
        name="required-missing",
        sentence="an item lacks a required field",
        site=_broken("required", lambda _value, _one: MISSING, want=lambda each: "*" in each.subject),
    ),
    FaultKind(
        name="unheard-of-value",
        sentence="a value is none of the documented ones",
        site=_broken("enum", lambda _value, _one: "BRAND_NEW", also=("{operation}::{subject}::type",)),
    ),
    FaultKind(
        name="time-without-zone",
        sentence="a time lacks its zone",
        site=_broken(
            "format", lambda value, _one: str(value).removesuffix("Z").replace("T", " "), want=_is("date-time")
        ),
    ),
    FaultKind(
        name="number-past-its-format",
        sentence="a number has more bits than its format",
        site=_broken("format", lambda _value, _one: 2**80, want=_is("int32", "int64")),
    ),
    FaultKind(
        name="empty-text-where-none-may-be", sentence="a string that must not be empty is empty", site=_empty_identity()
    ),
    FaultKind(
        name="text-too-long",
        sentence="a string is one character longer than documented",
        site=_broken(
            "maxLength",
            lambda _value, one: "x" * (int(str(one.value)) + 1),
            special=True,
            also=("{operation}::order*::*", "{operation}::query.*::*", "{operation}::filters::*"),
        ),
    ),
    FaultKind(
        name="list-too-long",
        sentence="a list has one element more than documented",
        site=_broken("maxItems", _one_too_many),
    ),
    FaultKind(
        name="number-above-maximum",
        sentence="a number is above its maximum",
        site=_broken("maximum", lambda _value, one: int(str(one.value)) + 1),
    ),
    FaultKind(
        name="number-below-minimum",
        sentence="a number is below its minimum",
        site=_broken("minimum", lambda _value, one: int(str(one.value)) - 1),
    ),
    FaultKind(
        name="text-against-pattern",
        sentence="a string does not obey its pattern",
        site=_broken(
            "pattern",
            lambda _value, _one: "not so, no!",
            special=True,
            also=(
                "{operation}::order*::*",
                "{operation}::query.*::*",
                "{operation}::filters::*",
                "{operation}::collection::*",
                "{operation}::*::created-listed",
            ),
        ),
    ),
    FaultKind(name="undocumented-field", sentence="an item has a field that nobody documented", site=_undocumented()),
    FaultKind(
        name="file-outside-its-folder", sentence="a path lies outside the folder that it belongs to", site=_below()
    ),
    FaultKind(
        name="one-without-the-other", sentence="of two fields that belong together, one is missing", site=_dependent()
    ),
)
