"""A resource counts what stands below it, also where that is only listed: `comment_count` beside `/tickets/{id}/comments`.

What can be read by itself is for `items-below`. Counted is also who is tied to a resource by a write that another one takes
back, as `follower_count` does beside `PUT /members/{id}/follow`: whichever member such a write raised, the other must lower.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.own_things import (
    ItemPaths,
    OwnThing,
    identity_shown,
    item_at,
    item_paths,
    items_in,
    make_own,
    shallow_paths,
)
from contract_suite.behaviours.kit.owners import count_place, counts_all_at_once, is_gate
from contract_suite.behaviours.kit.requests import get_at, path_arguments, required_arguments
from contract_suite.behaviours.kit.resource_operations import representation
from contract_suite.behaviours.kit.responses import done, served
from contract_suite.behaviours.kit.retrying import read_late, read_until
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.contract.naming.names import plain_name, singular, words
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Missing, at, escape
from contract_suite.model.verdict import Verdict

NAME: Final = "counts-below"
_ADDED: Final = "listed-and-counted"
_DELETED: Final = "deleted-and-uncounted"
_TEXTS: Final = {
    _ADDED: "A resource counts what is added to a list below it.",
    _DELETED: "A resource no longer counts what is deleted from a list below it.",
}
_GATES: Final = frozenset({"status", "state", "deleted", "archived"})
"""Members by which a right server may leave something out of a count."""
_DEEPEST: Final = 4
_OF_COUNTS: Final = frozenset({"count", "total", "number", "num", "no", "of", "counter"})
_SAYS_LATER: Final = re.compile(
    r"\b(until|at the end|ends? of|period|still count|stays?|remains?|keeps?|kept)\b", re.IGNORECASE
)
"""Words of a write that unties something only later: a subscription runs until the end of its month."""
_STEM: Final = 4
"""So many letters a tie and its count have in common: `subscription` and `subscriberCount`; shorter ones all: `star`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Below:
    """A list below an item: what adds to it, shows it and deletes from it, and where (a JSON Pointer) the item counts it."""

    paths: ItemPaths
    add: Operation
    listing: Operation
    delete: Operation | None
    count: str

    @property
    def noun(self) -> str:
        """What is counted, in the singular."""
        return singular(self.add.path.rstrip("/").rpartition("/")[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tie:
    """Two writes at one path below an item, which tie something to it and untie it, and where the item may count that.

    `listing` shows what is tied, if something does.
    """

    paths: ItemPaths
    tie: Operation
    untie: Operation
    counts: tuple[str, ...]
    listing: Operation | None


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every list below an item that counts it, of things that can't be read by themselves, and every tie that may be counted."""
    found = [clause for below in _belows(contract) for clause in _clauses_of(below).values()]
    found += [clause for tie in _ties(contract) for clause in _clauses_of_tie(tie).values()]
    reason = "nothing that the run can create and read counts a list below it, or its items can be read by themselves"
    yield from inapplicable_if_none(found, contract, NAME, "below", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Add something below a new thing, and delete it again; the count must move both times."""
    for below in _belows(session.contract):
        verdicts = Verdicts(session, _clauses_of(below))
        if not verdicts.any_wanted:
            continue
        yield from while_sent(_drive(session, below, verdicts))
        yield from verdicts.leave_untested(
            "the run could not create a resource, and add something that is listed below it"
        )
    for tie in _ties(session.contract):
        verdicts = Verdicts(session, _clauses_of_tie(tie))
        if not verdicts.any_wanted:
            continue
        if session.allowed(tie.tie) and session.allowed(tie.untie):
            yield from while_sent(_drive_tie(session, tie, verdicts))
        yield from verdicts.leave_untested("nothing could be tied to a resource of the run's own that was counted")


def _drive(session: Session, below: _Below, verdicts: Verdicts) -> Iterator[Verdict]:
    owner = make_own(session, below.paths) if session.allowed(below.add) and session.allowed(below.listing) else None
    arguments = session.accepted(below.add) if owner is not None else None
    if owner is None or arguments is None:
        return
    given = {**arguments, **path_arguments(below.add, owner.address)}
    added = session.call(below.add, given, intent=Intent.UNKNOWN, note="add something below it")
    key = identity_shown(session.json(added), "id", f"{below.noun}id") if done(added) else ""
    listed = get_at(session, below.listing, owner.address, note="is it listed?")
    if not key or listed is None or not served(listed) or not _shows(session, below, listed, key):
        return
    former, counted, after = _counts(session, below, owner, owner.read, verdicts.clause_id(_ADDED))
    if former is None or counted is None:
        return
    if counted <= former:
        message = f"one more was added and is listed; {_name(below)} was {former} and is {counted}"
        seen = (owner.read, added, listed, after)
        yield from verdicts.failed(_ADDED, message, *seen, pointer=below.count, expected=former + 1, actual=counted)
        return
    yield from verdicts.passed(_ADDED, f"{_name(below)} was {former} and is {counted}", owner.read, added, after)
    if below.delete is not None and session.allowed(below.delete) and verdicts.is_wanted(_DELETED):
        yield from _deleted(session, below, below.delete, verdicts, (owner, key, after))


def _deleted(
    session: Session, below: _Below, delete: Operation, verdicts: Verdicts, known: tuple[OwnThing, str, Exchange]
) -> Iterator[Verdict]:
    """Delete what was added, and look at the count of its owner once it is listed no longer."""
    owner, key, before = known
    names = names_in(delete.path)
    address = dict(zip(names, [*owner.address.values(), key][-len(names) :], strict=False))
    arguments = required_arguments(session, delete, address)
    if arguments is None:
        return
    deleted = session.call(delete, arguments, intent=Intent.UNKNOWN, note="delete it")
    listed = get_at(session, below.listing, owner.address, note="is it listed?") if done(deleted) else None
    if listed is None or not served(listed) or _shows(session, below, listed, key):
        return
    former, counted, after = _counts(session, below, owner, before, verdicts.clause_id(_DELETED))
    if former is None or counted is None:
        return
    seen = (before, deleted, listed, after)
    if counted < former:
        yield from verdicts.passed(_DELETED, f"{_name(below)} was {former} and is {counted}", *seen)
        return
    message = f"one was deleted and is not listed; {_name(below)} was {former} and is {counted}"
    yield from verdicts.failed(_DELETED, message, *seen, pointer=below.count, expected=former - 1, actual=counted)


def _drive_tie(session: Session, tie: _Tie, verdicts: Verdicts) -> Iterator[Verdict]:
    """Tie something to a new thing and untie it; the count that the first raised must go back."""
    owner = make_own(session, tie.paths)
    arguments = [required_arguments(session, each, owner.address) for each in (tie.tie, tie.untie)] if owner else []
    if owner is None or arguments[0] is None or arguments[1] is None:
        return
    before = _listed(session, tie, owner)
    tied = session.call(tie.tie, arguments[0], intent=Intent.UNKNOWN, note="tie something to it")
    listed = _listed(session, tie, owner)
    if not done(tied):
        return
    former = _shown_counts(session, tie, owner.read)

    def is_raised(read: Exchange) -> bool:
        return any(value == former.get(count, value) + 1 for count, value in _shown_counts(session, tie, read).items())

    note = "what does it count now?"
    filled = read_until(session, tie.paths.read, owner.address, is_raised, note=note)
    latter = _shown_counts(session, tie, filled) if filled is not None else {}
    raised = [count for count, value in latter.items() if value == former.get(count, value) + 1]
    if filled is None:
        return
    stays = not raised and len(former) == 1 and latter == former
    if stays and before and listed and listed[0] == before[0] + 1:
        late = read_late(session, tie.paths.read, owner.address, is_raised, clause=verdicts.clause_id(_ADDED))
        stays, filled = late is None, late or filled
        latter = _shown_counts(session, tie, filled)
        raised = [count for count, value in latter.items() if value == former.get(count, value) + 1]
    if stays and before and listed and listed[0] == before[0] + 1:
        (count,) = former
        message = f"one more is listed; {_last(count)} was {former[count]} and is {latter[count]}"
        seen = (owner.read, before[1], tied, listed[1], filled)
        expected = former[count] + 1
        yield from verdicts.failed(_ADDED, message, *seen, pointer=count, expected=expected, actual=latter[count])
    for count in raised[:1]:
        words = f"{_last(count)} was {former[count]} and is {latter[count]}"
        yield from verdicts.passed(_ADDED, words, owner.read, tied, filled)
        yield from _untied(session, tie, verdicts, (owner, arguments[1], count, filled))


def _untied(
    session: Session, tie: _Tie, verdicts: Verdicts, known: tuple[OwnThing, dict[str, JSON], str, Exchange]
) -> Iterator[Verdict]:
    owner, arguments, count, filled = known
    former = _shown_counts(session, tie, filled)[count]
    untied = session.call(tie.untie, arguments, intent=Intent.UNKNOWN, note="untie it")
    if not done(untied):
        return

    def is_lowered(read: Exchange) -> bool:
        return _shown_counts(session, tie, read).get(count, former) < former

    note, clause = "what does it count without it?", verdicts.clause_id(_DELETED)
    after = read_until(session, tie.paths.read, owner.address, is_lowered, note=note, clause=clause)
    last = _shown_counts(session, tie, after).get(count) if after is not None else None
    if after is None or last is None:
        return
    if last < former:
        yield from verdicts.passed(_DELETED, f"{_last(count)} was {former} and is {last}", filled, untied, after)
        return
    message = f"{tie.tie.id} raised {_last(count)} to {former}; after {tie.untie.id} it is {last}"
    seen = (owner.read, filled, untied, after)
    yield from verdicts.failed(_DELETED, message, *seen, pointer=count, expected=former - 1, actual=last)


def _listed(session: Session, tie: _Tie, owner: OwnThing) -> tuple[int, Exchange] | None:
    """How many the list of what is tied shows."""
    listed = (
        get_at(session, tie.listing, owner.address, note="who is tied to it?")
        if tie.listing is not None and session.allowed(tie.listing)
        else None
    )
    return (len(list(items_in(session.json(listed)))), listed) if listed is not None and served(listed) else None


def _shown_counts(session: Session, tie: _Tie, read: Exchange) -> dict[str, int]:
    body = session.json(read) if served(read) else MISSING
    found = {count: MISSING if isinstance(body, Missing) else at(body, count) for count in tie.counts}
    return {count: value for count, value in found.items() if isinstance(value, int) and not isinstance(value, bool)}


def _last(pointer: str) -> str:
    return pointer.rpartition("/")[2]


def _counts(
    session: Session, below: _Below, owner: OwnThing, before: Exchange, clause: str
) -> tuple[int | None, int | None, Exchange]:
    """Return the count as it was and as it is, with the read that shows it; asked again while it stays."""
    former, note = _count(session, below, before), f"what is {_name(below)} now?"

    def has_moved(read: Exchange) -> bool:
        return _count(session, below, read) != former

    awaited = clause if former is not None else ""
    after = read_until(session, below.paths.read, owner.address, has_moved, note=note, clause=awaited) or before
    return former, _count(session, below, after), after


def _count(session: Session, below: _Below, read: Exchange) -> int | None:
    body = session.json(read)
    found = MISSING if isinstance(body, Missing) else at(body, below.count)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _name(below: _Below) -> str:
    return _last(below.count)


def _shows(session: Session, below: _Below, listed: Exchange, key: str) -> bool:
    return any(identity_shown(each, "id", f"{below.noun}id") == key for each in items_in(session.json(listed)))


def _belows(contract: Contract) -> Iterator[_Below]:
    if contract.resources:
        return  # the document says itself what owns what
    usable = [each for each in contract.operations if not each.problem]
    by_place = {(each.method, shape(each.path)): each for each in usable}
    read = {paths.create.id for paths in (*item_paths(contract), *shallow_paths(contract))}
    for add in usable:
        parent, _, noun = add.path.rstrip("/").rpartition("/")
        paths = item_at(contract, shape(parent)) if add.method == "POST" and add.id not in read else None
        listing = by_place.get(("GET", shape(add.path)))
        count = count_place(paths.read, noun) if paths is not None and listing is not None else ""
        if paths is None or listing is None or not count or _is_gated(representation(listing)):
            continue
        below = by_place.get(("DELETE", f"{shape(add.path)}/{{}}"))
        alone = [each for (method, place), each in by_place.items() if method == "DELETE" and _is_of(place, noun)]
        delete = below or (alone[0] if len(alone) == 1 else None)
        yield _Below(paths=paths, add=add, listing=listing, delete=delete, count=count)


def _ties(contract: Contract) -> Iterator[_Tie]:
    if contract.resources:
        return  # the document says itself what owns what
    usable = [each for each in contract.operations if not each.problem]
    by_place = {(each.method, shape(each.path)): each for each in usable}
    for tie in usable:
        above, _, noun = tie.path.rstrip("/").rpartition("/")
        is_bare = tie.body is None or not tie.body.required
        untie = by_place.get(("DELETE", shape(tie.path))) if tie.method in {"PUT", "POST"} and is_bare else None
        paths = item_at(contract, shape(above)) if untie is not None and not names_in(noun) else None
        if untie is None or paths is None or _SAYS_LATER.search(f"{untie.summary}\n{untie.description}"):
            continue
        counts = tuple(_counting_places(representation(paths.read), noun))
        lists = [
            each for each in usable if each.method == "GET" and shape(each.path).rpartition("/")[0] == shape(above)
        ]
        own = [each for each in lists if any(count == count_place(paths.read, _noun(each)) for count in counts)]
        if counts:
            listing = own[0] if len(own) == 1 and not _is_gated(representation(own[0])) else None
            yield _Tie(paths=paths, tie=tie, untie=untie, counts=counts, listing=listing)


def _noun(listing: Operation) -> str:
    return listing.path.rstrip("/").rpartition("/")[2]


def _counting_places(place: SchemaView | None, verb: str, pointer: str = "") -> Iterator[str]:
    """Where numbers stand that may count what a verb or noun ties: `followerCount` of `follow`."""
    if place is None or pointer.count("/") >= _DEEPEST:
        return
    for name in place.property_names():
        member, here = place.member(name), f"{pointer}/{escape(name)}"
        if member.types() - {"null"} == {"integer"}:
            counted = [word for word in words(name) if word not in _OF_COUNTS]
            is_like_it = len(counted) == 1 and _is_of_one_stem(singular(counted[0]), singular(verb))
            if is_like_it and counts_all_at_once(member):
                yield here
        elif "object" in member.types():
            yield from _counting_places(member, verb, here)


def _is_of_one_stem(one: str, other: str) -> bool:
    least = min(len(one), len(other), _STEM)
    return least > 2 and plain_name(one)[:least] == plain_name(other)[:least]  # noqa: PLR2004 - two letters say nothing


def _is_of(place: str, noun: str) -> bool:
    """Whether a shape of a path leads to one of a noun, and names nothing above it."""
    return f"/{place}".endswith(f"/{noun}/{{}}") and place.count("{}") == 1


def _is_gated(place: SchemaView | None, depth: int = 0) -> bool:
    """Whether what is listed has a member by which some of it may not be counted."""
    if place is None or depth > _DEEPEST:
        return place is None
    inner = [place.member(name) for name in place.property_names()]
    inner += [place.element(0)] if "array" in place.types() else []
    named = any(is_gate(place, name, _GATES) for name in place.property_names())
    return named or any(_is_gated(each, depth + 1) for each in inner)


def _clauses_of_tie(tie: _Tie) -> dict[str, Clause]:
    places = {_DELETED: tie.untie, **({_ADDED: tie.tie} if tie.listing is not None else {})}
    texts = {
        _ADDED: "A resource counts what is tied to it.",
        _DELETED: "A resource no longer counts what was tied to it and is not any more.",
    }
    return {kind: clause_at(NAME, operation, "tied", kind, texts[kind]) for kind, operation in places.items()}


def _clauses_of(below: _Below) -> dict[str, Clause]:
    places = {_ADDED: below.add, **({_DELETED: below.delete} if below.delete is not None else {})}
    return {kind: clause_at(NAME, operation, "below", kind, _TEXTS[kind]) for kind, operation in places.items()}


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="A resource counts what is listed below it.",
    clauses=clauses,
    drive=drive,
)
