"""Deleting what a run made, the owned before their owners, and then what it may have made."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby, islice
from typing import Final

from contract_suite.behaviours.behaviour import Made
from contract_suite.checks.kit.judging import OF_STATE
from contract_suite.contract.addressing import owner_of
from contract_suite.contract.operation import Operation
from contract_suite.contract.vocabulary import Resource
from contract_suite.model.case import Case, Stage
from contract_suite.model.exchange import Exchange, Identity, Request
from contract_suite.model.json import MISSING, compact
from contract_suite.runner.leftovers.accepted_deletes import Accepted, look_again
from contract_suite.runner.leftovers.keeping import Keeper
from contract_suite.runner.leftovers.ledger_file import State, Thing
from contract_suite.runner.leftovers.searching import Search, case_of, look_for, read_of
from contract_suite.runner.session.ledger.deleted_things import NOT_DONE_YET
from contract_suite.runner.session.session import LiveSession

_IN_ANY_WORDS: Final = frozenset({400, 403, 422})
"""Statuses with which servers refuse what the state of a thing forbids, besides those for it."""
_SILENT_IN_A_ROW: Final = 3
_GONE: Final = frozenset({404, 410})
_READ_TOGETHER: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What cleaning up could not delete.

    `held` are those of the `things` whose delete the server refused for the state of something: what hangs on them can't
    be deleted itself. `perhaps` are creates without an answer of which nothing tells whether they made something. `named` counts what was
    made without an id and deleted all the same, because a list showed it.
    """

    things: tuple[Made, ...] = ()
    held: tuple[Made, ...] = ()
    perhaps: tuple[Thing, ...] = ()
    named: int = 0


def clean_up(
    session: LiveSession,
    keeper: Keeper | None = None,
    *,
    within: float = math.inf,
    done: set[Request] | None = None,
    look: bool = True,
) -> Left:
    """Delete what the session made, whatever the budget says; returns what could not be deleted.

    No delete is begun after `within` seconds. `done` are the deletes that another session of the run has sent, which are
    not sent again; those of this one are added to it.

    What was refused or lost is tried once more, after everything else. What the ledger on disk names as uncertain is
    looked for, and deleted where it is found, unless `look` says that another session does that.
    """
    session.stage = Stage.CLEANUP
    until = time.monotonic() + within
    session.sender.cleanup_ends = until
    look_again(session, until)
    if keeper is not None:
        keeper.follow()
    made = session.ledger.made
    gone = keeper.gone if keeper is not None else lambda _made: None
    held: list[Made] = []
    left = delete(session, made, gone, until=until, held=held, done=done)
    brought = _make_deletable(session, held, until)
    if left and (brought or len(left) < len(made) or any(map(_is_somebody_elses, left))):
        held.clear()
        left = delete(session, left, gone, until=until, held=held, done=done, as_makers=True)
    if keeper is None or not look:
        return Left(things=tuple(left), held=tuple(held))
    uncertain = keeper.uncertain()
    search = (
        look_for(session, uncertain)
        if uncertain and not _silent(session) and time.monotonic() < until
        else Search(unclear=tuple(each for each, _ in uncertain))
    )
    found = {_key(made): made for _, made in search.found}  # one thing may be what several creates made
    undeleted = delete(session, found.values(), until=until)
    there = {_key(made) for made in undeleted}
    deleted = [thing for thing, made in search.found if _key(made) not in there]
    keeper.let_go((*deleted, *search.absent))
    keeper.let_go_of_undeletable()
    return Left(
        things=(*left, *undeleted),
        held=tuple(held),
        perhaps=tuple(each for each in search.unclear if each.state is State.SENT),
        named=sum(each.state is State.UNNAMED for each in deleted),
    )


def clean_up_all(
    session: LiveSession,
    keeper: Keeper | None = None,
    *,
    guessing: LiveSession | None = None,
    within: Callable[[], float] = lambda: math.inf,
) -> Left:
    """Delete what the run made by all that is known of it: by paths, by the resources that the document names, by guesses.

    Returns what could not be deleted; what is known by guesses alone is not named. `within` says, before each, how many
    seconds are left in which to begin a delete.
    """
    done: set[Request] = set()
    cleaned = clean_up(session, keeper, within=within(), done=done)
    if session.by_resources is not None:
        more = clean_up(session.by_resources, keeper, within=within(), done=done, look=False)
        mine = (made for made in cleaned.things if not _is_answered_for(session.by_resources, made))
        things = {_which(made): made for made in (*mine, *more.things)}
        cleaned = replace(cleaned, things=tuple(things.values()), held=(*cleaned.held, *more.held))
    if guessing is not None:
        clean_up(guessing, within=within(), done=done)
    return cleaned


def _is_answered_for(session: LiveSession, made: Made) -> bool:
    """Whether a session knows whatever the create of a thing made, so that it also knows what is left of it."""
    creates = {each.create.operation for each in session.resources if each.create is not None}
    create = made.resource.create
    return create is not None and create.operation in creates and not session.ledger.made_things.unidentified


def _which(made: Made) -> tuple[int | str, ...]:
    """What tells a thing from all others in every session: the create that made it, and its id."""
    return (made.exchange.number, *map(str, made.identity.values()))


def _key(made: Made) -> str:
    return compact([made.resource.name, dict(made.identity), dict(made.scope)])


def _silent(session: LiveSession) -> bool:
    """Whether the last requests were not answered at all."""
    last = list(session.sender.recent)[-_SILENT_IN_A_ROW:]
    return bool(last) and all(each.response is None for each in last)


def delete(
    session: LiveSession,
    things: Iterable[Made],
    gone: Callable[[Made], None] = lambda _made: None,
    *,
    until: float = math.inf,
    held: list[Made] | None = None,
    done: set[Request] | None = None,
    as_makers: bool = False,
) -> list[Made]:
    """Delete these, the owned before their owners; returns those that may still be there, and tells of each that isn't.

    `as_makers` deletes each with the key that its create was served with, a made-up one too.

    Those whose delete was refused for the state of something are put into `held` too. A request in `done` did its work
    already; those that do it here are added.
    """
    left: list[Made] = []
    accepted = Accepted(session, until)
    done = set() if done is None else done
    silent = 0

    def went(made: Made, case: Case, operation: Operation, exchange: Exchange) -> None:
        gone(made)
        session.ledger.observe(operation, case.arguments, exchange, MISSING)
        done.add(case.request)

    def answered(made: Made, case: Case, operation: Operation, exchange: Exchange) -> None:
        nonlocal silent
        silent = silent + 1 if exchange.response is None else 0
        if not exchange.ok and exchange.status not in _GONE:
            left.append(made)
            if held is not None and _is_held(session, operation, exchange):
                held.append(made)
        elif exchange.status in NOT_DONE_YET:
            accepted.add(made, partial(went, made, case, operation, exchange))
        else:
            went(made, case, operation, exchange)

    # What is owned goes before its owner; of one kind, in any order, so several at a time.
    ordered = sorted(things, key=lambda made: (-_depth(session, made.resource), made.resource.name))
    for _, kind in groupby(ordered, key=lambda made: made.resource.name):
        for made in kind:
            role = made.resource.delete
            operation = session.contract.operation(role.operation) if role else None
            arguments = session.locate(operation, made) if operation else None
            if operation is None or arguments is None or silent >= _SILENT_IN_A_ROW or time.monotonic() > until:
                left.append(made)
                continue
            mine = not (as_makers and _is_somebody_elses(made))
            case = case_of(operation, arguments, "clean up", like=None if mine else made.exchange.request)
            if case.request in done:
                gone(made)
                continue
            session.connections.submit(case, operation, partial(answered, made, case, operation), spend=False)
        session.connections.drain()
        left += accepted.settle()
    until = until if len(left) < len(ordered) and silent < _SILENT_IN_A_ROW else -math.inf
    along = _tell_of_those_gone_along(session, left, gone, until)
    return [made for made in left if id(made) not in along]


def _tell_of_those_gone_along(
    session: LiveSession, left: Iterable[Made], gone: Callable[[Made], None], until: float
) -> set[int]:
    along = _went_along(session, left, until)
    for made in along.values():
        gone(made)
    return set(along)


def _went_along(session: LiveSession, left: Iterable[Made], until: float) -> dict[int, Made]:
    """Return what nothing deletes by itself and has gone with its owner, by identity in memory; no read is begun after `until`."""
    undeletable = [made for made in left if made.resource.delete is None]
    went = {id(made): made for made in undeletable if not session.ledger.is_there(made)}
    unsure = (made for made in undeletable if id(made) not in went)
    return went | {id(made): made for made in _gone_with_others(session, unsure, until)}


def _gone_with_others(session: LiveSession, things: Iterable[Made], until: float) -> Iterator[Made]:
    """Yield what a read does not find any more: it went with something that its path does not name, as a task with its project.

    The newest of a kind come first; where several in a row are still there, no more of them are asked for.
    """
    newest_first = [*things][::-1]
    ordered = sorted(newest_first, key=lambda made: made.resource.name)
    for _, group in groupby(ordered, key=lambda made: made.resource.name):
        kind = iter(group)
        while batch := list(islice(kind, _READ_TOGETHER)):
            statuses: dict[int, int] = {}
            for made in batch:
                read = read_of(session, made)
                if read is None or time.monotonic() > until:
                    continue
                case = case_of(*read, "did it go with what it belongs to?")
                session.connections.submit(case, read[0], partial(_note_status, statuses, id(made)), spend=False)
            session.connections.drain()
            yield from (made for made in batch if statuses.get(id(made)) in _GONE)
            if not set(statuses.values()) & _GONE:
                break


def _note_status(statuses: dict[int, int], thing: int, exchange: Exchange) -> None:
    statuses[thing] = exchange.status


def _is_held(session: LiveSession, operation: Operation, exchange: Exchange) -> bool:
    """Whether the state of a thing keeps it from being deleted: the status says so, or others of its kind were deleted.

    Many servers refuse everything with 400, as the wallet that still holds money.
    """
    served = operation.id in session.sender.watch.served and not session.contract.sourced
    return exchange.status in OF_STATE or (served and exchange.status in _IN_ANY_WORDS)


def _make_deletable(session: LiveSession, held: Iterable[Made], until: float) -> bool:
    """Do what was seen to come before a delete of such things, as a cancellation; return whether anything was sent."""
    sent = False
    for made in held:
        role = made.resource.delete
        deletes = session.contract.operation(role.operation) if role else None
        action = session.arguments.ways_to_delete.before(deletes) if deletes else None
        arguments = session.locate(action, made) if action else None
        if action is None or arguments is None or time.monotonic() > until:
            continue
        case = case_of(action, arguments, "bring it into a state in which it can be deleted")
        session.connections.submit(case, action, lambda _exchange: None, spend=False)
        sent = True
    session.connections.drain()
    return sent


def _is_somebody_elses(made: Made) -> bool:
    """Whether a create was served without the usual key, so that what it made may belong to nobody, or to a made-up user."""
    return made.exchange.request.identity is not Identity.DEFAULT


def _depth(session: LiveSession, resource: Resource) -> int:
    """How many owners stand above a resource."""
    owners: list[str] = []
    owner = owner_of(session.resources, resource)
    while owner is not None and owner.name not in owners:
        owners.append(owner.name)
        owner = owner_of(session.resources, owner)
    return len(owners)
