"""What a list shows of something is what reading it shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.clauses import inapplicable_if_none, make_clause, weaker
from contract_suite.behaviours.kit.comparing import (
    EXACT_IN_DOUBLES,
    Difference,
    as_far_as,
    field_in,
    first_change,
    same_identity,
)
from contract_suite.behaviours.kit.listing import ListPage
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    resource_operations,
    shared_fields,
)
from contract_suite.behaviours.kit.retrying import LOOKS, late_looks
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import make, named, rich_names
from contract_suite.behaviours.resources.kit.observing import first_page, read_one, search_until_found
from contract_suite.contract.addressing import identity_in, missing_parameters, named_values, plain, scope_in
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.trees.shown_texts import may_be_part_of
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments, Missing
from contract_suite.model.verdict import Verdict

NAME = "agreement"
_NOTE = "look at what is listed"


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every list of something that can also be read by itself."""
    found = (clause for ops in resource_operations(contract) for clause in clauses_of(ops).values())
    yield from inapplicable_if_none(
        found, contract, NAME, "resources", "the document has nothing that is both listed and read by itself"
    )


def clauses_of(ops: ResourceOperations) -> dict[str, Clause]:
    """The clauses of one resource, by list."""
    role = ops.resource.read
    if ops.read is None or role is None:
        return {}
    text = "What {list} shows of one {name} is what {read} shows of it."
    return {
        listing.id: make_clause(
            NAME,
            listing,
            ops.name,
            "agrees-with-read",
            text.format(list=listing.id, name=ops.name, read=ops.read.id),
            rests_on=role,
            source=weaker(role.source, ops.resource.source_of_list(listing.id)),
        )
        for listing in ops.lists
        if shared_fields(ops, listing)
    }


def drive(session: Session) -> Iterator[Verdict]:
    """Read some items of a page, those that are easily damaged among them, and one that the run made with unusual texts."""
    for ops in resource_operations(session.contract):
        verdicts = Verdicts(session, clauses_of(ops))
        if not verdicts.any_wanted or ops.read is None:
            continue
        if not session.allowed(ops.read):
            yield from verdicts.leave_untested(f"{ops.read.id} may not be called in this run")
            continue
        made = None
        if ops.create is not None and session.allowed(ops.create):
            made = make(
                session, ops, Flavour.RICH, rich_names(session, ops), note=f"make {ops.with_article} with unusual texts"
            ) or make(session, ops)
        for listing in ops.lists:
            if verdicts.is_wanted(listing.id) and session.allowed(listing):
                yield from _made(session, ops, verdicts, listing, made)
                yield from _found(session, ops, verdicts, listing)
        yield from verdicts.leave_untested(f"no {ops.name} was found in a list and could be read")


def _made(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, listing: Operation, made: Made | None
) -> Iterator[Verdict]:
    seen: tuple[Difference, Exchange, Exchange] | None = None
    for _ in _looks(session, verdicts, listing) if made is not None else ():
        result = read_one(session, ops, made) if made else None
        listed = search_until_found(session, listing, made) if made else None
        if result is None or listed is None or not result.found or not listed.found:
            return
        parted = _parted(session, ops, listing, result.value, listed.item)
        if parted is None:
            yield from verdicts.passed(
                listing.id, f"{listing.id} shows what a read shows", result.exchange, listed.exchanges[-1]
            )
            return
        seen = parted, result.exchange, listed.exchanges[-1]
    if seen is not None and made is not None:
        parted, read, shown_by = seen
        yield from _failed(ops, verdicts, listing, parted, identity=made.identity, read=read, listed=shown_by)


def _looks(session: Session, verdicts: Verdicts, listing: Operation) -> Iterator[None]:
    """Look a few times at once, and then for some seconds: a list may be a copy that is brought up to date later."""
    yield from (None for _ in range(LOOKS))
    yield from late_looks(session, verdicts.clause_id(listing.id))


def _found(session: Session, ops: ResourceOperations, verdicts: Verdicts, listing: Operation) -> Iterator[Verdict]:
    if not verdicts.is_wanted(listing.id):
        return
    accepted = session.accepted(listing)
    if accepted is None:
        return
    needed = missing_parameters(listing, {})
    arguments = {
        key: value for key, value in accepted.items() if key in needed
    }  # a filter would hide all but what it is about
    page = first_page(session, listing, arguments, note=_NOTE)
    if page is None:
        return
    count = len(page.items)
    usual = {index for index in (0, 2, count // 2, count - 1) if 0 <= index < count}
    for index in sorted(usual | set(_easily_damaged(page.items, shared_fields(ops, listing)))):
        identity = identity_in(ops.resource, page.items[index], named_values(listing, arguments))
        if identity is not None and verdicts.is_wanted(listing.id):
            yield from _one(session, ops, verdicts, listing, arguments=arguments, identity=identity, page=page)


def _easily_damaged(items: Sequence[JSON], fields: Sequence[str]) -> Iterator[int]:
    """The first item with a text beyond ASCII, and the first with a whole number that not every program can hold."""
    for is_so in (_is_foreign, _is_large):
        for index, item in enumerate(items):
            shared = [item[name] for name in fields if name in item] if isinstance(item, dict) else []
            if any(map(is_so, shared)):
                yield index
                break


def _is_foreign(value: JSON) -> bool:
    return isinstance(value, str) and not value.isascii()


def _is_large(value: JSON) -> bool:
    return isinstance(value, int) and abs(value) > EXACT_IN_DOUBLES


def _one(
    session: Session,
    ops: ResourceOperations,
    verdicts: Verdicts,
    listing: Operation,
    *,
    arguments: Arguments,
    identity: dict[str, JSON],
    page: ListPage,
) -> Iterator[Verdict]:
    """Read one that is listed; while the two differ, do both again: somebody else may be changing it."""
    seen: list[tuple[Difference, Exchange, Exchange]] = []
    scope = scope_in(ops.resource, listing, arguments)
    current: ListPage | None = page
    for _ in _looks(session, verdicts, listing):
        current = current or first_page(session, listing, arguments, note=_NOTE)
        item = next((each for each in current.items if same_identity(each, identity)), None) if current else None
        if current is None or item is None:
            return
        there = Made(
            resource=ops.resource, arguments=arguments, exchange=current.exchange, identity=identity, scope=scope
        )
        result = read_one(session, ops, there)
        if result is None or not result.found:
            return
        parted = _parted(session, ops, listing, result.value, item)
        if parted is None:
            yield from verdicts.passed(
                listing.id, f"{listing.id} shows what a read shows", current.exchange, result.exchange
            )
            return
        seen.append((parted, result.exchange, current.exchange))
        current = None
    if len({each[0].pointer for each in seen}) == 1:
        parted, read, listed = seen[-1]
        yield from _failed(ops, verdicts, listing, parted, identity=identity, read=read, listed=listed)


def _parted(
    session: Session, ops: ResourceOperations, listing: Operation, read: JSON | Missing, listed: JSON | Missing
) -> Difference | None:
    """Return where a list and a read differ. Many lists leave out or shorten what is large; who wants that named says so."""
    fields = shared_fields(ops, listing)
    if session.contract.sourced:
        return first_change(read, listed, fields)
    whole = [each for each in fields if not may_be_part_of(field_in(listed, each), field_in(read, each))]
    return first_change(as_far_as(read, listed), listed, whole)


def _failed(
    ops: ResourceOperations,
    verdicts: Verdicts,
    listing: Operation,
    parted: Difference,
    *,
    identity: Mapping[str, JSON],
    read: Exchange,
    listed: Exchange,
) -> Iterator[Verdict]:
    message = (
        f"{listing.id} must show the {ops.name} with {named(identity)} as a read does; "
        f"{plain(parted.pointer)} is {shown(parted.actual)} there, "
        f"and {shown(parted.expected)} in the read"
    )
    yield from verdicts.failed(
        listing.id, message, read, listed, pointer=parted.pointer, expected=parted.expected, actual=parted.actual
    )


BEHAVIOUR = Behaviour(
    name=NAME,
    title="A list and a read show the same values.",
    clauses=clauses,
    drive=drive,
)
