"""What is added below one thing is listed there, and below no other (RFC 3986, section 3.3: a path is hierarchical)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.left_out import may_leave_out
from contract_suite.behaviours.kit.own_things import (
    ItemPaths,
    OwnThing,
    item_paths,
    items_in,
    make_own,
    own_thing,
    places,
)
from contract_suite.behaviours.kit.owners import GATES
from contract_suite.behaviours.kit.requests import get_at, path_arguments
from contract_suite.behaviours.kit.resource_operations import representation
from contract_suite.behaviours.kit.responses import deferred, served, why_not
from contract_suite.behaviours.kit.retrying import read_late, read_until
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON
from contract_suite.model.verdict import Verdict

NAME: Final = "lists-below"
_THERE: Final = "there"
_NOWHERE_ELSE: Final = "elsewhere"
_SENTENCES: Final = {
    _THERE: ("listed-below", "What is created below one resource is listed there."),
    _NOWHERE_ELSE: ("not-listed-elsewhere", "What is created below one resource is not listed below another."),
}
_KEYS: Final = ("id", "uuid", "guid", "key", "sku", "code")
"""Members by which one of a list is told from the others."""
_GATES: Final = GATES | {"status", "state"}
"""Members by which a right server may keep something out of its lists for a while."""
_OF_STATE: Final = frozenset({409, 412, 423, 428})
_SHORT: Final = 3
"""A list with so many items is surely a whole one: no server gives shorter pages unasked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Below:
    """A list below an item: the item's paths, what adds to it, what shows it, and the member that tells items apart."""

    paths: ItemPaths
    add: Operation
    listing: Operation
    key: str
    gated: bool


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every list below an item that can be created and read, where a POST adds to it."""
    found = (clause for each in _lists(contract) for clause in _clauses_of(each.listing).values())
    yield from inapplicable_if_none(
        found, contract, NAME, "below", "the document has no list below what the run can make"
    )


def drive(session: Session) -> Iterator[Verdict]:
    """Add below one of the run's own things, and look at its list and at that of another one."""
    for below in _lists(session.contract):
        verdicts = Verdicts(session, _clauses_of(below.listing))
        if not verdicts.any_wanted:
            continue
        usable = session.allowed(below.add) and session.allowed(below.listing)
        one = own_thing(session, below.paths) if usable else None
        other = make_own(session, below.paths) if one is not None else None
        if one is not None and other is not None and dict(one.address) != dict(other.address):
            yield from while_sent(_drive(session, below, (one, other), verdicts))
        yield from verdicts.leave_untested("the run could not create two resources that something can be added to")


def _drive(session: Session, below: _Below, things: tuple[OwnThing, OwnThing], verdicts: Verdicts) -> Iterator[Verdict]:
    one, other = things
    before = get_at(session, below.listing, other.address, note="the list of another one, before")
    arguments = session.accepted(below.add)
    if arguments is None or before is None or not served(before):
        return
    own = path_arguments(below.add, one.address)
    added = session.call(below.add, {**arguments, **own}, intent=Intent.UNKNOWN, note="add below the one")
    owner = dict(one.address)
    if added.status in _OF_STATE:  # what was accepted before is in a state in which it takes more
        owner = {name: arguments[f"path.{name}"] for name in names_in(below.add.path) if f"path.{name}" in arguments}
        added = session.call(below.add, arguments, intent=Intent.UNKNOWN, note="add below another of the run's own")
    identity = _identity(session, below, added)
    if not served(added) or identity is None or identity in map(str, owner.values()) or owner == dict(other.address):
        yield from verdicts.leave_untested(f"nothing was added that a list could show: {why_not(added)}", added)
        return
    yield from _there(session, below, owner, (added, identity), verdicts)
    after = get_at(session, below.listing, other.address, note="the list of the other one, after")
    if after is None or not served(after) or _holds(session, below, before, identity):
        return
    if _holds(session, below, after, identity):
        message = (
            f"{below.key} {shown(identity)} was added below {shown(dict(owner))}; "
            f"the list below {shown(dict(other.address))} shows it too"
        )
        yield from verdicts.failed(_NOWHERE_ELSE, message, before, added, after, problem="elsewhere", actual=identity)
    else:
        yield from verdicts.passed(_NOWHERE_ELSE, "it is not listed below another", added, after)


def _there(
    session: Session, below: _Below, owner: Mapping[str, JSON], what: tuple[Exchange, str], verdicts: Verdicts
) -> Iterator[Verdict]:
    added, identity = what

    def shows(listed: Exchange) -> bool:
        return not served(listed) or _holds(session, below, listed, identity)

    listed = read_until(session, below.listing, owner, shows, note="the list of the one")
    if listed is None or not served(listed):
        return
    if _holds(session, below, listed, identity):
        yield from verdicts.passed(_THERE, "what was added is listed", added, listed)
    elif may_leave_out(below.listing, session.json(added)):
        yield from verdicts.untested(
            _THERE, "the list says that it leaves some out, and this may be one of them", added, listed
        )
    elif below.gated or deferred(added) or len(list(items_in(session.json(listed)))) > _SHORT:
        yield from verdicts.untested(_THERE, "a correct server may show it later, or on another page", added, listed)
    elif (late := read_late(session, below.listing, owner, shows, clause=verdicts.clause_id(_THERE))) is not None:
        yield from verdicts.untested(_THERE, "what was added was listed only some seconds later", added, late)
    else:
        message = f"{below.key} {shown(identity)} was added below {shown(dict(owner))}; its list doesn't show it"
        yield from verdicts.failed(_THERE, message, added, listed, problem="not-listed", expected=identity)


def _lists(contract: Contract) -> Iterator[_Below]:
    if contract.resources:
        return  # the document says itself what owns what
    by_place = {(each.method, each.path.rstrip("/")): each for each in contract.operations if not each.problem}
    named: dict[str, list[str]] = {}
    for _, path in by_place:
        above, _, last = path.rpartition("/")
        if last.endswith("}"):
            named.setdefault(above, []).extend(names_in(last)[-1:])
    below: dict[str, list[tuple[str, Operation, Operation]]] = {}
    for (method, path), listing in by_place.items():
        parent, _, last = path.rpartition("/")
        add = by_place.get(("POST", path))
        if method == "GET" and not names_in(last) and add is not None:
            below.setdefault(shape(parent), []).append((path, listing, add))
    for paths in item_paths(contract):
        for path, listing, add in below.get(shape(paths.read.path), ()):
            element = _element(listing)
            key = _key(element, named.get(path, [])) if element is not None else ""
            if element is not None and key:
                gated = any(name.lower() in _GATES for name in element.property_names())
                yield _Below(paths=paths, add=add, listing=listing, key=key, gated=gated)


def _clauses_of(listing: Operation) -> dict[str, Clause]:
    return {key: clause_at(NAME, listing, "below", kind, sentence) for key, (kind, sentence) in _SENTENCES.items()}


def _element(listing: Operation) -> SchemaView | None:
    """How one item of a list is described: the body is an array, or an object with one array of objects."""
    place = representation(listing)
    if place is None:
        return None
    arrays = [place, *(place.member(name) for name in place.property_names())]
    found = [each.element(0) for each in arrays if each.types() - {"null"} == {"array"}]
    objects = [each for each in found if each.property_names()]
    return objects[0] if len(objects) == 1 else None


def _key(element: SchemaView, named: list[str]) -> str:
    names = {name.lower(): name for name in element.property_names()}
    return next((names[each.lower()] for each in (*named, *_KEYS) if each.lower() in names), "")


def _identity(session: Session, below: _Below, added: Exchange) -> str | None:
    """Return the identity of what was added, if the answer is one of the list by its members; `None` if that isn't sure."""
    element = _element(below.listing)
    known = set(element.property_names()) if element is not None else set()
    for place in places(session.json(added)):
        value = place.get(below.key)
        if isinstance(value, str | int) and not isinstance(value, bool) and len(known & set(place)) * 2 >= len(place):
            return str(value)
    return None


def _holds(session: Session, below: _Below, listed: Exchange, identity: str) -> bool:
    items = items_in(session.json(listed))
    return any(str(place.get(below.key)) == identity for item in items for place in places(item))


BEHAVIOUR = Behaviour(
    name=NAME,
    title="What is created below one resource is listed there, and below no other.",
    clauses=clauses,
    drive=drive,
)
