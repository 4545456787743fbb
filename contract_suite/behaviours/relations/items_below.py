"""What stands below one thing is that thing's own: it shows it, counts with it, goes with it, and is no other's.

A path is hierarchical (RFC 3986, section 3.3): `/projects/7/tasks/3` names task 3 of project 7, so that below project 8
there is no task 3 to read, change or delete. Both projects are made by the run, and the task by a POST below the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent, write_on
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.comparing import alike
from contract_suite.behaviours.kit.own_things import (
    ItemPaths,
    OwnThing,
    item_at,
    item_paths,
    make_below,
    make_own,
    member_shown,
    own_thing,
    shallow_paths,
)
from contract_suite.behaviours.kit.owners import count_member, is_gated, keeps_what_is_below, owner_member, takes_along
from contract_suite.behaviours.kit.requests import get_at, required_arguments
from contract_suite.behaviours.kit.responses import deferred, obstacle, served
from contract_suite.behaviours.kit.retrying import read_until
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing
from contract_suite.model.verdict import Verdict

NAME: Final = "items-below"
_ELSEWHERE: Final = "not-found-elsewhere"
_UNTOUCHED: Final = "not-changed-elsewhere"
_OWNER: Final = "names-its-owner"
_COUNTED: Final = "counted-by-owner"
_UNCOUNTED: Final = "uncounted-when-deleted"
_GONE: Final = "gone-with-owner"
_TEXTS: Final = {
    _ELSEWHERE: "What belongs to one resource is not found below another.",
    _UNTOUCHED: "What belongs to one resource is not changed or deleted through another.",
    _OWNER: "What belongs to a resource names it as its owner.",
    _COUNTED: "A resource counts what is added below it.",
    _UNCOUNTED: "A resource no longer counts what is deleted below it.",
    _GONE: "Deleting a resource deletes what belongs to it.",
}
_WRITES: Final = frozenset({"PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Below:
    """Items below an item: the paths of either, what lists, changes and deletes them, and what deletes their owner.

    What is found at a path of its own (`shallow`) names its owner in no path, so that it can't be asked for below another.
    `delete` deletes one. `owner` is the member that names the owner, `count` the owner's that counts them; empty where there is none.
    """

    above: ItemPaths
    paths: ItemPaths
    listing: Operation | None
    writes: tuple[Operation, ...]
    delete: Operation | None
    delete_owner: Operation | None
    owner: str
    count: str
    shallow: bool = False


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every item below an item, where the run can make both."""
    found = (clause for below in _belows(contract) for clause in _clauses_of(below).values())
    reason = "the document has no items below items that the run can create and read, or says itself what owns what"
    yield from inapplicable_if_none(found, contract, NAME, "below", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Make two things and something below the one, and ask for it below the other."""
    for below in _belows(session.contract):
        verdicts = Verdicts(session, _clauses_of(below))
        if not verdicts.any_wanted:
            continue
        yield from while_sent(_drive(session, below, verdicts))
        yield from verdicts.leave_untested("the run could not create two resources and add something to one of them")


def _drive(session: Session, below: _Below, verdicts: Verdicts) -> Iterator[Verdict]:
    one, other = own_thing(session, below.above), make_own(session, below.above)
    if one is None or other is None or dict(one.address) == dict(other.address):
        return
    note = "what stands above, before something is added"
    before = get_at(session, below.above.read, one.address, note=note)
    item = make_below(session, below.paths, one.address)
    if item is None and (another := make_own(session, below.above)) is not None:
        one = another  # the run's own may have its one already: each member reviews a book once
        before = get_at(session, below.above.read, one.address, note=note)
        item = make_below(session, below.paths, one.address)
    if item is None:
        return
    yield from _owner(session, below, verdicts, one, item)
    yield from _counted(session, below, verdicts, before, (one, item))
    if not below.shallow:
        above = dict(zip(names_in(below.paths.read.path), other.address.values(), strict=False))
        elsewhere = {**item.address, **above}
        yield from _not_found(session, below, verdicts, item, elsewhere)
        yield from _untouched(session, below, verdicts, item, elsewhere)
    if verdicts.is_wanted(_GONE):
        yield from _gone(session, below, verdicts, other)


def _owner(session: Session, below: _Below, verdicts: Verdicts, one: OwnThing, item: OwnThing) -> Iterator[Verdict]:
    """Hold the member that names the owner against the owner's address, where the owner shows that too."""
    own = one.address[below.above.key]
    known = [member_shown(session.json(one.read), name) for name in (below.above.key, "id")]
    for exchange in (item.created, item.read) if below.owner and str(own) in map(str, known) else ():
        value = member_shown(session.json(exchange), below.owner)
        if isinstance(value, dict | list | bool | Missing | None):
            continue
        if str(value) == str(own):
            yield from verdicts.passed(_OWNER, f"{below.owner} is {shown(value)}", item.created, exchange)
            continue
        message = f"it was added below {shown(own)}; its {below.owner} is {shown(value)}"
        yield from verdicts.failed(
            _OWNER, message, item.created, exchange, pointer=f"/{below.owner}", expected=own, actual=value
        )


def _counted(
    session: Session, below: _Below, verdicts: Verdicts, before: Exchange | None, pair: tuple[OwnThing, OwnThing]
) -> Iterator[Verdict]:
    """Look whether the owner's count moved, where its list shows what was added."""
    owner, item = pair[0].address, pair[1]
    if not verdicts.is_wanted(_COUNTED) or below.listing is None or before is None or not served(before):
        return
    listed = get_at(session, below.listing, owner, note="is it listed?")
    if listed is None or not served(listed) or str(item.address[below.paths.key]) not in _text_of(listed):
        return
    former, latter, after = _moved(session, below, owner, before, verdicts.clause_id(_COUNTED))
    if former is None or latter is None:
        return
    if latter > former:
        yield from verdicts.passed(_COUNTED, f"{below.count} was {former} and is {latter}", before, item.created, after)
        yield from _uncounted(session, below, verdicts, owner, after)
        return
    message = f"one more was added and is listed; {below.count} was {former} and is {latter}"
    seen = (before, item.created, listed, after)
    yield from verdicts.failed(_COUNTED, message, *seen, pointer=f"/{below.count}", expected=former + 1, actual=latter)


def _uncounted(
    session: Session, below: _Below, verdicts: Verdicts, owner: Mapping[str, JSON], known: Exchange
) -> Iterator[Verdict]:
    """Add one more and delete it: the count that rose for it must fall again, once it is found nowhere."""
    delete = below.delete
    if delete is None or below.listing is None or not verdicts.is_wanted(_UNCOUNTED) or not session.allowed(delete):
        return
    item = make_below(session, below.paths, owner)
    arguments = required_arguments(session, delete, item.address) if item is not None else None
    if item is None or arguments is None:
        return
    former, counted, before = _moved(session, below, owner, known)
    deleted = session.call(delete, arguments, note="delete it", intent=Intent.UNKNOWN)
    gone = get_at(session, below.paths.read, item.address, note="is it gone?") if served(deleted) else None
    listed = get_at(session, below.listing, owner, note="is it listed?")
    if gone is None or deferred(deleted) or served(gone) or obstacle(gone) or former is None or counted is None:
        return
    if (
        counted <= former
        or listed is None
        or not served(listed)
        or str(item.address[below.paths.key]) in _text_of(listed)
    ):
        return
    _, latter, after = _moved(session, below, owner, before, verdicts.clause_id(_UNCOUNTED))
    if latter is None:
        return
    seen = (before, deleted, listed, after)
    if latter < counted:
        yield from verdicts.passed(_UNCOUNTED, f"{below.count} was {counted} and is {latter}", *seen)
        return
    message = f"one was deleted and is not listed; {below.count} was {counted} and is {latter}"
    expected = counted - 1
    yield from verdicts.failed(_UNCOUNTED, message, *seen, pointer=f"/{below.count}", expected=expected, actual=latter)


def _moved(
    session: Session, below: _Below, owner: Mapping[str, JSON], before: Exchange, clause: str = ""
) -> tuple[int | None, int | None, Exchange]:
    """Return the owner's count as it was and as it is, with the read that shows it; asked again while it stays.

    With a `clause`, which is broken if it stays, a move is waited for longer.
    """
    former, note = member_shown(session.json(before), below.count), f"what is the {below.count} now?"

    def has_moved(read: Exchange) -> bool:
        return not alike(former, member_shown(session.json(read), below.count))

    awaited = clause if isinstance(former, int) else ""
    after = read_until(session, below.above.read, owner, has_moved, note=note, clause=awaited) or before
    latter = member_shown(session.json(after), below.count)
    return former if isinstance(former, int) else None, latter if isinstance(latter, int) else None, after


def _not_found(
    session: Session, below: _Below, verdicts: Verdicts, item: OwnThing, elsewhere: Mapping[str, JSON]
) -> Iterator[Verdict]:
    if not verdicts.is_wanted(_ELSEWHERE):
        return
    found = get_at(
        session, below.paths.read, elsewhere, note="ask for it below another", aim=verdicts.clause_id(_ELSEWHERE)
    )
    if found is None or obstacle(found):
        return
    if served(found) and alike(session.json(found), session.json(item.read)):
        message = f"it was added below {shown(_above(below, item.address))}, and is shown below {shown(_above(below, elsewhere))} too"
        yield from verdicts.failed(_ELSEWHERE, message, item.created, found, actual=found.status)
    elif not served(found):
        yield from verdicts.passed(_ELSEWHERE, f"below another it is answered {found.status}", item.created, found)


def _untouched(
    session: Session, below: _Below, verdicts: Verdicts, item: OwnThing, elsewhere: Mapping[str, JSON]
) -> Iterator[Verdict]:
    """Change it and delete it by the address that it would have below another."""
    for operation in below.writes:
        if not verdicts.is_wanted(operation.id) or not session.allowed(operation):
            continue
        before = get_at(session, below.paths.read, item.address, note="what is it now?")
        write = write_on(session, operation, replace(item, address=elsewhere))
        if before is None or not served(before) or write is None or (operation.body is not None and not write.changed):
            continue
        exchange = write.send(note="below another", aim=verdicts.clause_id(operation.id))
        after = get_at(session, below.paths.read, item.address, note="what is it then?")
        if after is None or obstacle(exchange) or obstacle(after):
            continue
        where = f"{operation.method} below {shown(_above(below, elsewhere))}"
        if operation.method == "DELETE":
            wrong = "it is gone" if not served(after) else ""
        else:
            value = member_shown(session.json(after), write.changed)
            new = alike(value, write.members.get(write.changed)) and not alike(
                value, member_shown(session.json(before), write.changed)
            )
            wrong = f"its {write.changed} is {shown(value)}" if new else ""
        if wrong:
            message = f"it was added below {shown(_above(below, item.address))}; after {where} {wrong}"
            yield from verdicts.failed(operation.id, message, before, exchange, after)
            continue
        yield from verdicts.passed(operation.id, f"{where} left it as it was", before, exchange, after)


def _gone(session: Session, below: _Below, verdicts: Verdicts, owner: OwnThing) -> Iterator[Verdict]:
    """Add something below another thing of the run's own, delete that, and ask for what was added."""
    delete = below.delete_owner
    item = make_below(session, below.paths, owner.address) if delete and session.allowed(delete) else None
    arguments = required_arguments(session, delete, owner.address) if delete and item else None
    if delete is None or item is None or arguments is None:
        return
    deleted = session.call(delete, arguments, note="delete what stands above", intent=Intent.UNKNOWN)
    above = get_at(session, below.above.read, owner.address, note="is it gone?") if served(deleted) else None
    if above is None or deferred(deleted) or served(above) or obstacle(above):
        reason = "what stands above could not be deleted while something stood below it"
        yield from verdicts.untested(_GONE, reason, deleted)
        return
    key = str(item.address[below.paths.key])
    asked = [(below.paths.read, item.address)]
    asked += [(below.listing, owner.address)] if below.listing is not None and session.allowed(below.listing) else []
    for operation, address in asked:
        note, aim = "ask for what stood below it", verdicts.clause_id(_GONE)

        def is_gone(read: Exchange) -> bool:
            return not served(read) or key not in _text_of(read)

        found = read_until(session, operation, address, is_gone, note=note, aim=aim, clause=aim)
        if found is None or obstacle(found):
            continue
        if served(found) and key in _text_of(found):
            message = f"{shown(dict(owner.address))} is deleted and answered {above.status}; {operation.id} shows what stood below it"
            yield from verdicts.failed(_GONE, message, deleted, above, found, actual=found.status)
            return
        yield from verdicts.passed(_GONE, "what stood below it is not shown", deleted, above, found)


def _above(below: _Below, address: Mapping[str, JSON]) -> JSON:
    """Return what tells the owner in the address of what stands below it, however its parameter is spelled there."""
    return list(address.values())[len(names_in(below.above.read.path)) - 1]


def _text_of(exchange: Exchange) -> str:
    return exchange.response.body.decode("utf-8", "replace") if exchange.response is not None else ""


def _belows(contract: Contract) -> Iterator[_Below]:
    if contract.resources:
        return  # the document says itself what owns what
    by_place = {(each.method, shape(each.path)): each for each in contract.operations if not each.problem}
    for paths in (*item_paths(contract), *shallow_paths(contract)):
        collection = paths.create.path.rstrip("/")
        shallow = shape(paths.read.path).rpartition("/")[0] != shape(collection)
        if paths.create.method != "POST":
            continue
        parent, _, noun = collection.rpartition("/")
        above = item_at(contract, shape(parent))
        if above is None:
            continue
        own = shape(paths.read.path)
        writes = tuple(by_place[method, own] for method in sorted(_WRITES, reverse=True) if (method, own) in by_place)
        delete_owner = by_place.get(("DELETE", shape(parent)))
        if keeps_what_is_below(delete_owner, noun):
            delete_owner = None
        yield _Below(
            above=above,
            paths=paths,
            listing=by_place.get(("GET", shape(collection))),
            writes=() if shallow else writes,
            delete=by_place.get(("DELETE", own)),
            delete_owner=delete_owner if not shallow or takes_along(delete_owner, noun) else None,
            owner=owner_member(paths.read, above),
            count=count_member(above.read, noun) if not is_gated(paths.read) else "",
            shallow=shallow,
        )


def _clauses_of(below: _Below) -> dict[str, Clause]:
    places: dict[str, tuple[str, Operation | None]] = {
        _ELSEWHERE: (_ELSEWHERE, None if below.shallow else below.paths.read),
        **{each.id: (_UNTOUCHED, each) for each in below.writes},
        _OWNER: (_OWNER, below.paths.create if below.owner else None),
        _COUNTED: (_COUNTED, below.paths.create if below.count and below.listing is not None else None),
        _UNCOUNTED: (_UNCOUNTED, below.delete if below.count and below.listing is not None else None),
        _GONE: (_GONE, below.delete_owner),
    }
    return {
        key: clause_at(
            NAME, operation, f"below/{below.paths.read.id}" if kind == _GONE else "below", kind, _TEXTS[kind]
        )
        for key, (kind, operation) in places.items()
        if operation is not None
    }


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="An item below one resource can't be read, changed or deleted below another.",
    clauses=clauses,
    drive=drive,
)
