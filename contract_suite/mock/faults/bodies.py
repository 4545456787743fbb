"""Faults in the values of an answer: their types and edges, what is missing, and what nobody documented."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from contract_suite.contract.constraints import Constraint
from contract_suite.contract.operation import Contract, Operation
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, in_body
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.state import pointer
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


def _broken(
    keyword: str,
    change: Change,
    *,
    want: Callable[[Constraint], bool] = lambda _each: True,
    deep: bool = False,
    every: int = 1,
    also: tuple[str, ...] = (),
    special: bool = False,
) -> Callable[[Contract], Iterator[FaultSite]]:
    """Sites where a keyword of the answer's schema can be broken: the first one, or the deepest one."""

    def found(contract: Contract) -> Iterator[FaultSite]:
        for operation in _reading(contract):
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
                continue
            required = {each.subject for each in sites.answered(operation) if each.keyword == "required"}
            always = sorted(chosen, key=lambda each: each.subject not in required)
            one = max(chosen, key=lambda each: each.subject.count("/")) if deep else always[0]

            def plant(pipeline: Pipeline, operation: Operation = operation, one: Constraint = one) -> Pipeline:
                calls = [0]

                def turn(_call: Call) -> bool:
                    calls[0] += 1
                    return calls[0] % every == 0

                return in_body(operation, lambda body: _changed(body, one, change), when=turn)(pipeline)

            clause = f"{operation.id}::200{one.subject}"
            yield FaultSite(
                where=f"{operation.id}, {one.subject}",
                clauses=(f"{clause}::{_kebab(keyword)}",),
                also=(
                    *(each.format(operation=operation.id, subject=f"200{one.subject}") for each in also),
                    *("*::values-read-back", "*::update-read-back", "*::agrees-with-read"),
                ),
                plant=plant,
                flaky=every > 1,
            )
            return

    return found


def _changed(body: JSON, one: Constraint, change: Change) -> JSON:
    """Change the last place that a constraint speaks of, which is the one least looked at; what is required goes everywhere."""
    places = list(sites.resolved(body, one.subject))
    for place in places[-1:]:
        value = at(body, place)
        if not isinstance(value, Missing):
            body = sites.replace_at(body, place, change(value, one))
    return body


def _kebab(keyword: str) -> str:
    return "".join(f"-{each.lower()}" if each.isupper() else each for each in keyword)


def _total(change: Callable[[JSON], JSON]) -> Callable[[Contract], Iterator[FaultSite]]:
    def found(contract: Contract) -> Iterator[FaultSite]:
        for _, operation in sites.lists(contract):
            collection = operation.promises.collection
            if collection is None or not collection.total:
                continue
            place = collection.total
            yield FaultSite(
                where=f"{operation.id}, {place}",
                clauses=(f"{operation.id}::200{place}::type",),
                plant=in_body(operation, partial(_changed_at, place=place, change=change)),
            )
            return

    return found


def _changed_at(body: JSON, *, place: str, change: Callable[[JSON], JSON]) -> JSON:
    return sites.replace_at(body, place, change(at_or_none(body, place)))


def _null_if_empty(body: JSON, *, place: str) -> JSON:
    return body if at_or_none(body, place) else sites.replace_at(body, place, None)


def at_or_none(body: JSON, place: str) -> JSON:
    """Return what is at a place, or `null`."""
    value = at(body, place)
    return None if isinstance(value, Missing) else value


def _empty_as_null(contract: Contract) -> Iterator[FaultSite]:
    """An empty list is `null`, as some languages write it."""
    for _, operation in sites.lists(contract):
        collection = operation.promises.collection
        if collection is None or not collection.items:
            continue
        place = collection.items
        yield FaultSite(
            where=f"{operation.id}, {place}",
            clauses=(f"{operation.id}::200{place}::type",),
            also=(f"{operation.id}::*::past-end-empty", f"{operation.id}::*::no-match-empty"),
            plant=in_body(operation, partial(_null_if_empty, place=place)),
        )
        return


def _undocumented(contract: Contract) -> Iterator[FaultSite]:
    for operation in _reading(contract):
        collection = operation.promises.collection
        if collection is None:
            continue

        def change(body: JSON, items: str = collection.items) -> JSON:
            found = at(body, items)
            return (
                sites.replace_at(body, f"{items}/{len(found) - 1}/_rowVersion", 3)
                if isinstance(found, list) and found
                else body
            )

        yield FaultSite(
            where=operation.id,
            clauses=(f"{operation.id}::200::no-undocumented-fields",),
            plant=in_body(operation, change),
        )
        return


def _below(contract: Contract) -> Iterator[FaultSite]:
    for resource in contract.resources:
        for rule in resource.invariants:
            operation = next((sites.by_id(contract, each) for each in resource.lists), None)
            collection = operation.promises.collection if operation else None
            if operation is None or collection is None:
                continue

            def change(
                body: JSON, items: str = collection.items, field: str = rule.field, outer: str = rule.below
            ) -> JSON:
                for place in sites.resolved(body, f"{items}/*{field}"):
                    folder = at(body, place.removesuffix(field) + outer)
                    if isinstance(folder, str) and folder:
                        return sites.replace_at(body, place, folder.rstrip("/") + "-other/run.py")
                return body

            yield FaultSite(
                where=f"{operation.id}, {rule.field}",
                clauses=(f"{operation.id}::*{rule.field}::below",),
                plant=in_body(operation, change),
            )
            return


def _dependent(contract: Contract) -> Iterator[FaultSite]:
    for operation in _reading(contract):
        for one in sites.answered(operation):
            if one.keyword != "dependentRequired":
                continue

            def change(body: JSON, subject: str = one.subject) -> JSON:
                for place in reversed(list(sites.resolved(body, subject))):
                    return sites.replace_at(body, place, MISSING)
                return body

            yield FaultSite(
                where=f"{operation.id}, {one.subject}",
                clauses=(f"{operation.id}::200{one.subject}::dependent-required",),
                plant=in_body(operation, change),
            )
            return


def _empty_identity(contract: Contract) -> Iterator[FaultSite]:
    """The answer to an update says nothing of what it updated; without one, a list does not."""
    for resource in contract.resources:
        operation = sites.role(contract, resource, "update")
        limited = (
            {each.subject for each in sites.answered(operation) if each.keyword == "minLength"} if operation else set()
        )
        place = next((pointer(name) for name in reversed(resource.identity) if pointer(name) in limited), "")
        if operation is not None and place:
            yield FaultSite(
                where=f"{operation.id}, {place}",
                clauses=(f"{operation.id}::200{place}::min-length",),
                also=(f"{operation.id}::200{place}::as-asked",),
                plant=in_body(operation, lambda body, place=place: sites.replace_at(body, place, "")),  # type: ignore[misc]
            )
            return


def _is(*types: str) -> Callable[[Constraint], bool]:
    return lambda each: each.value in types


BODIES: Final = (
    FaultKind(name="number-as-text", sentence="a number comes as a text", sites=_total(str)),
    FaultKind(
        name="number-with-fraction",
        sentence="a whole number comes with a fraction",
        sites=_broken(
            "type", lambda value, _one: value + 0.5 if isinstance(value, int) else value, want=_is("integer")
        ),
    ),
    FaultKind(
        name="text-as-number",
        sentence="a text comes as a number",
        sites=_broken("type", lambda _value, _one: 7, want=_is("string")),
    ),
    FaultKind(
        name="nested-text-as-null",
        sentence="a text deep inside an answer comes as null",
        sites=_broken("type", lambda _value, _one: None, want=_is("string"), deep=True),
    ),
    FaultKind(
        name="truth-as-text",
        sentence="a truth value comes as a text",
        sites=_broken("type", lambda value, _one: "true" if value else "false", want=_is("boolean")),
    ),
    FaultKind(name="empty-list-as-null", sentence="an empty list comes as null", sites=_empty_as_null),
    FaultKind(
        name="wrong-type-now-and-then",
        sentence=f"one answer in {_OFTEN} has a text of the wrong type",
        sites=_broken("type", lambda _value, _one: 7, want=_is("string"), every=_OFTEN),
    ),
    FaultKind(
        name="required-missing",
        sentence="an item lacks a required field",
        sites=_broken("required", lambda _value, _one: MISSING, want=lambda each: "*" in each.subject),
    ),
    FaultKind(
        name="unheard-of-value",
        sentence="a value is none of the documented ones",
        sites=_broken("enum", lambda _value, _one: "BRAND_NEW", also=("{operation}::{subject}::type",)),
    ),
    FaultKind(
        name="time-without-zone",
        sentence="a time lacks its zone",
        sites=_broken(
            "format", lambda value, _one: str(value).removesuffix("Z").replace("T", " "), want=_is("date-time")
        ),
    ),
    FaultKind(
        name="number-past-its-format",
        sentence="a number has more bits than its format",
        sites=_broken("format", lambda _value, _one: 2**80, want=_is("int32", "int64")),
    ),
    FaultKind(
        name="empty-text-where-none-may-be",
        sentence="a text that is never empty is",
        sites=_empty_identity,
    ),
    FaultKind(
        name="text-too-long",
        sentence="a text is one character longer than documented",
        sites=_broken(
            "maxLength",
            lambda _value, one: "x" * (int(str(one.value)) + 1),
            special=True,
            also=("{operation}::order*::*", "{operation}::query.*::*", "{operation}::filters::*"),
        ),
    ),
    FaultKind(
        name="number-above-maximum",
        sentence="a number is above its maximum",
        sites=_broken("maximum", lambda _value, one: int(str(one.value)) + 1),
    ),
    FaultKind(
        name="number-below-minimum",
        sentence="a number is below its minimum",
        sites=_broken("minimum", lambda _value, one: int(str(one.value)) - 1),
    ),
    FaultKind(
        name="text-against-pattern",
        sentence="a text does not obey its pattern",
        sites=_broken(
            "pattern",
            lambda _value, _one: "not so, no!",
            special=True,
            also=(
                "{operation}::order*::*",
                "{operation}::query.*::*",
                "{operation}::filters::*",
                "{operation}::collection::*",
            ),
        ),
    ),
    FaultKind(name="undocumented-field", sentence="an item has a field that nobody documented", sites=_undocumented),
    FaultKind(
        name="file-outside-its-folder", sentence="a path lies outside the folder that it belongs to", sites=_below
    ),
    FaultKind(
        name="one-without-the-other", sentence="of two fields that come together, one is missing", sites=_dependent
    ),
)
