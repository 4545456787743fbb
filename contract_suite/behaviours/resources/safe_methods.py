"""A safe method changes nothing (RFC 9110, section 9.2.1): what was there before it is there after it, as it was.

Other clients change things too, so nobody is accused before the same has been seen three times running.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.clauses import inapplicable_if_none
from contract_suite.behaviours.kit.comparing import Difference, first_change
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    listed_representation,
    representation,
    resource_operations,
    shared_fields,
)
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.retrying import LOOKS
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.field_values import is_free_text
from contract_suite.behaviours.resources.kit.making import make
from contract_suite.behaviours.resources.kit.observing import (
    addressing_arguments,
    first_page,
    item_on_first_page,
    read_result,
)
from contract_suite.contract.addressing import (
    address,
    identity_in,
    missing_parameters,
    named_values,
    plain,
    roles,
    scope_in,
)
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments, Missing
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME = "safe-methods"
_SAFE = "safe"
_OWNERS = 3
_A_SECOND = 1.1
"""Times in representations often count whole seconds; something older than that shows that it was touched."""


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every safe operation of a contract whose resources can be looked at."""
    found = (clause for operation in _safe(contract) for clause in clauses_of(operation).values())
    yield from inapplicable_if_none(
        found, contract, NAME, "method", "the document has no safe operation on a resource that can be looked at"
    )


def clauses_of(operation: Operation) -> dict[str, Clause]:
    """The clause of one operation."""
    clause = Clause(
        operation=operation.id,
        subject="request",
        kind="changes-nothing",
        judge=NAME,
        text=f"{operation.id} changes nothing.",
        source=Source.STANDARD,
        location=operation.location,
    )
    return {_SAFE: clause}


def drive(session: Session) -> Iterator[Verdict]:
    """Look at something, call a safe operation, and look again, if possible through another operation."""
    for ops in resource_operations(session.contract):
        operations = [each for each in (ops.read, *ops.lists) if each and each.safe]
        verdicts = {each.id: Verdicts(session, clauses_of(each)) for each in operations}
        if not any(each.any_wanted for each in verdicts.values()):
            continue
        thing = _thing(session, ops)
        for operation in operations:
            if thing is not None and verdicts[operation.id].any_wanted and session.allowed(operation):
                yield from _judge(session, verdicts[operation.id], _watch(session, ops, operation, thing))
            yield from verdicts[operation.id].leave_untested(
                f"there is no {ops.name} that {operation.id} could be seen to change"
            )


def _safe(contract: Contract) -> Iterator[Operation]:
    for operation in contract.operations:
        if (
            operation.safe
            and not operation.problem
            and any(role in {"read", "list"} for _, role in roles(contract.resources, operation))
        ):
            yield operation


@dataclass(frozen=True, slots=True, kw_only=True)
class _Thing:
    """Something to look at, preferably older than this run; `arguments` ask for the list that shows it first."""

    made: Made
    listing: Operation | None
    arguments: Arguments


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watch:
    """How to call a safe operation and look at its subject; `apart`: the look is another operation."""

    operation: Operation
    act: Callable[[], Exchange | None]
    observe: Callable[[], tuple[Exchange, JSON | Missing] | None]
    fields: list[str]
    apart: bool


def _judge(session: Session, verdicts: Verdicts, watch: _Watch) -> Iterator[Verdict]:
    parted: list[tuple[Difference, tuple[Exchange, ...]]] = []
    for _ in range(LOOKS):
        if parted:
            session.pause(_A_SECOND)
        first = watch.observe()
        acted = watch.act()
        second = watch.observe()
        if first is None or second is None or acted is None or not served(acted):
            return
        found = first_change(first[1], second[1], watch.fields)
        if found is None:
            message = f"{watch.operation.id} left {', '.join(watch.fields)} as they were"
            yield from verdicts.passed(_SAFE, message, first[0], acted, second[0])
            return
        parted.append((found, (first[0], acted, second[0])))
    found, exchanges = parted[-1]
    if len({plain(each.pointer) for each, _ in parted}) > 1 or (watch.apart and _changes_anyway(session, watch)):
        yield from verdicts.untested(_SAFE, f"{found.pointer} changes without {watch.operation.id} too", *exchanges)
        return
    message = (
        f"{watch.operation.id} must change nothing; {found.pointer} was {shown(found.expected)} before it and "
        f"{shown(found.actual)} after it"
    )
    yield from verdicts.failed(
        _SAFE, message, *exchanges, pointer=found.pointer, expected=found.expected, actual=found.actual
    )


def _changes_anyway(session: Session, watch: _Watch) -> bool:
    """Whether the thing changes while nothing but the looking happens."""
    session.pause(_A_SECOND)
    first = watch.observe()
    session.pause(_A_SECOND)
    second = watch.observe()
    return first is None or second is None or first_change(first[1], second[1], watch.fields) is not None


def _watch(session: Session, ops: ResourceOperations, operation: Operation, thing: _Thing) -> _Watch:
    def read() -> tuple[Exchange, JSON | Missing] | None:
        arguments = addressing_arguments(session, ops.read, thing.made) if ops.read else None
        if ops.read is None or arguments is None:
            return None
        result = read_result(session, session.call(ops.read, arguments, note=f"look at {ops.with_article}"))
        return (result.exchange, result.value) if result.found else None

    def listed() -> tuple[Exchange, JSON | Missing] | None:
        if thing.listing is None:
            return None
        return item_on_first_page(
            session, thing.listing, thing.arguments, thing.made, note=f"look at {ops.with_article}"
        )

    def act() -> Exchange | None:
        if operation is ops.read:
            arguments: Arguments | None = addressing_arguments(session, operation, thing.made)
        else:
            arguments = thing.arguments if operation is thing.listing else session.locate(operation, thing.made)
        return (
            session.call(operation, arguments, note="a call that must change nothing")
            if arguments is not None
            else None
        )

    if operation is ops.read and thing.listing is not None:
        return _Watch(
            operation=operation, act=act, observe=listed, fields=shared_fields(ops, thing.listing), apart=True
        )
    if operation is ops.read:
        return _Watch(operation=operation, act=act, observe=read, fields=_steady(ops), apart=False)
    if ops.read is not None and session.allowed(ops.read):
        return _Watch(operation=operation, act=act, observe=read, fields=shared_fields(ops, operation), apart=True)
    place = listed_representation(operation)
    return _Watch(
        operation=operation, act=act, observe=listed, fields=list(place.property_names()) if place else [], apart=False
    )


def _steady(ops: ResourceOperations) -> list[str]:
    """Return the fields of a read that are the resource's own, not the answer's, where no list tells them apart."""
    place = representation(ops.read)
    identity = {plain(each) for each in ops.resource.identity}
    loose = {"integer", "number"}
    return [
        name
        for name in (place.property_names() if place else ())
        if place and (name in identity or not (is_free_text(place.member(name)) or place.member(name).types() & loose))
    ]


def _thing(session: Session, ops: ResourceOperations) -> _Thing | None:
    for listing in ops.lists:
        if session.allowed(listing):
            for arguments in _places(session, ops, listing):
                thing = _first(session, ops, listing, arguments)
                if thing is not None:
                    return thing
    return _made(session, ops) or _read(session, ops)


def _made(session: Session, ops: ResourceOperations) -> _Thing | None:
    """Something that the run makes, and lets grow older than a second."""
    made = make(session, ops) if ops.create else None
    if made is None:
        return None
    session.pause(_A_SECOND)
    listing = next((each for each in ops.lists if session.allowed(each)), None)
    arguments = session.locate(listing, made) if listing else None
    thing = _first(session, ops, listing, arguments) if listing and arguments is not None else None
    return thing or _Thing(made=made, listing=None, arguments={})


def _read(session: Session, ops: ResourceOperations) -> _Thing | None:
    """Something that can only be read, by arguments that are known to be served."""
    arguments = session.accepted(ops.read) if ops.read else None
    identity = (
        identity_in(ops.resource, named_values(ops.read, arguments)) if ops.read and arguments is not None else None
    )
    if ops.read is None or arguments is None or identity is None:
        return None
    exchange = session.call(ops.read, arguments, note=f"read {ops.with_article} that is there")
    scope = scope_in(ops.resource, ops.read, arguments)
    return _Thing(
        made=Made(resource=ops.resource, arguments=arguments, exchange=exchange, identity=identity, scope=scope),
        listing=None,
        arguments={},
    )


def _places(session: Session, ops: ResourceOperations, listing: Operation) -> Iterator[Arguments]:
    """Where a list can be asked for something that was there before: in the first few of its owners, or simply."""
    above = next((each for each in resource_operations(session.contract) if each.resource is ops.owner), None)
    owners = next((each for each in above.lists if session.allowed(each)), None) if above else None
    arguments = session.accepted(owners) if owners else None
    if above is not None and owners is not None and arguments is not None:
        page = first_page(session, owners, arguments, note=f"look for {above.with_article}")
        for item in page.items[:_OWNERS] if page else ():
            identity = identity_in(above.resource, item)
            given = (
                address(listing, identity, scope_in(above.resource, owners, arguments), only_required=True)
                if identity
                else {}
            )
            if given and not missing_parameters(listing, given):
                yield given
    simple = session.accepted(listing)
    if simple is not None:
        yield simple


def _first(session: Session, ops: ResourceOperations, listing: Operation, arguments: Arguments) -> _Thing | None:
    page = first_page(session, listing, arguments, note=f"look for {ops.with_article}")
    if page is None:
        return None
    for item in page.items:
        identity = identity_in(ops.resource, item, named_values(listing, arguments))
        if identity is not None:
            scope = scope_in(ops.resource, listing, arguments)
            made = Made(
                resource=ops.resource, arguments=arguments, exchange=page.exchange, identity=identity, scope=scope
            )
            return _Thing(made=made, listing=listing, arguments=arguments)
    return None


BEHAVIOUR = Behaviour(
    name=NAME,
    title="A safe method changes nothing.",
    clauses=clauses,
    drive=drive,
)
