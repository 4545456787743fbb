"""What is attached to a thing is shown there, once, until it is detached or deleted (many to many).

`PUT /trails/{id}/tags/{tagId}`, or a POST of its id to `/trails/{id}/tags`, puts a tag on a trail, `DELETE` takes it
off, and `/tags/{id}` is where tags stand by themselves. PUT is idempotent (RFC 9110, section 9.2.2): a second one attaches nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.own_things import (
    ItemPaths,
    OwnThing,
    item_paths,
    items_in,
    make_own,
    member_shown,
    places,
)
from contract_suite.behaviours.kit.requests import get_at, required_arguments
from contract_suite.behaviours.kit.resource_operations import representation
from contract_suite.behaviours.kit.responses import deferred, done, obstacle, served, why_not
from contract_suite.behaviours.kit.retrying import LOOKS
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.naming.names import plain_name, singular
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON
from contract_suite.model.verdict import Verdict

NAME: Final = "attachments"
_SHOWN: Final = "attached-shown"
_ONCE: Final = "attached-once"
_OFF: Final = "detached-gone"
_DELETED: Final = "deleted-detached"
_TEXTS: Final = {
    _SHOWN: "What is attached to a resource is shown there.",
    _ONCE: "What is attached twice is shown once.",
    _OFF: "What is detached from a resource is no longer shown there.",
    _DELETED: "What is deleted is not shown any more where it was attached.",
}
_PENDING: Final = frozenset({"status", "state", "pending", "role", "invitation", "invitedat"})
"""Members of an answer, or of what is listed, by which something may be attached only later."""
_PAUSE: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attachment:
    """What attaches one kind of thing to another: paths of either, the operations, and where the attached are shown.

    `key` is the path parameter that names what is attached; `listing` a list of the attached; `member` one of the
    other's read that holds their ids; empty where there is none. `sent` is the member
    of a body that names what is attached, empty where the path does. `gated` says that something may be attached only
    later, `itself` that the list shows what is attached, and nothing that is kept about it.
    """

    holder: ItemPaths
    held: ItemPaths
    key: str
    attach: Operation
    detach: Operation | None
    delete: Operation | None
    listing: Operation | None
    member: str
    sent: str
    gated: bool
    itself: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where the attached are shown, as it was read: how often the one in question stands there."""

    name: str
    count: int
    exchange: Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """Two things of the run's own, one of which is attached to the other."""

    session: Session
    each: _Attachment
    verdicts: Verdicts
    holder: OwnThing
    held: OwnThing

    @property
    def one(self) -> JSON:
        """By what the attached one is known."""
        return self.held.address[self.each.held.key]

    def send(self, operation: Operation, *, note: str, aim: str = "") -> Exchange | None:
        """Send what attaches or detaches; `None` if its arguments can't be had."""
        values = {**self.holder.address, self.each.key: self.one}
        address = {name: values[name] for name in names_in(operation.path) if name in values}
        arguments = required_arguments(self.session, operation, address)
        if arguments is None:
            return None
        if self.each.sent and operation is self.each.attach:
            arguments["body"] = {self.each.sent: self._as_shown()}
        aim = self.verdicts.clause_id(aim)
        return self.session.call(operation, arguments, note=note, aim=aim, intent=Intent.UNKNOWN)

    def _as_shown(self) -> JSON:
        """By what the attached one is known, with the type that its read gives it."""
        shown_values = (value for place in places(self.session.json(self.held.read)) for value in place.values())
        return next((value for value in shown_values if str(value) == str(self.one)), self.one)

    def look(self, *, wanted: bool) -> list[_Place]:
        """Return how often the places show it; asked again for a while where one is not as wanted."""
        found: list[_Place] = []
        for look in range(LOOKS):
            if look:
                self.session.pause(_PAUSE)
            found = list(self._places())
            if all(bool(place.count) is wanted for place in found):
                break
        return found

    def _places(self) -> Iterator[_Place]:
        each, session = self.each, self.session
        names = frozenset({"id", "uuid", plain_name(each.key), plain_name(each.held.key)})
        note = "what is attached?"
        if each.listing is not None and session.allowed(each.listing):
            listed = get_at(session, each.listing, self.holder.address, note=note)
            if listed is not None and served(listed):
                items = list(items_in(session.json(listed)))
                yield _Place(name=each.listing.id, count=_count(items, names, self.one), exchange=listed)
        read = get_at(session, each.holder.read, self.holder.address, note=note) if each.member else None
        value = member_shown(session.json(read), each.member) if read is not None and served(read) else None
        if read is not None and isinstance(value, list):
            name = f"{each.member} of {each.holder.read.id}"
            yield _Place(name=name, count=_count(value, names, self.one), exchange=read)


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every operation that attaches one thing of the run's own to another."""
    found = (clause for each in _attachments(contract) for clause in _clauses_of(each).values())
    reason = "the document has no operation that attaches one resource to another, both of which the run can create"
    yield from inapplicable_if_none(found, contract, NAME, "attached", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Attach one thing to another, twice, detach it, attach it again and delete it; look where it is shown."""
    for each in _attachments(session.contract):
        verdicts = Verdicts(session, _clauses_of(each))
        if not verdicts.any_wanted or not session.allowed(each.attach):
            continue
        yield from while_sent(_drive(session, each, verdicts))
        yield from verdicts.leave_untested("nothing of the run's own could be attached and seen there")


def _drive(session: Session, each: _Attachment, verdicts: Verdicts) -> Iterator[Verdict]:
    holder, held = make_own(session, each.holder), make_own(session, each.held)
    if holder is None or held is None:
        return
    trial = _Trial(session=session, each=each, verdicts=verdicts, holder=holder, held=held)
    attached = trial.send(each.attach, note="attach it", aim=_SHOWN)
    if attached is None or not done(attached):
        if attached is not None:
            yield from verdicts.leave_untested(why_not(attached) or "it is only accepted", attached)
        return
    gated = each.gated or _is_pending(session, attached)
    seen = trial.look(wanted=True)
    for place in seen:
        if place.count:
            yield from verdicts.passed(_SHOWN, f"{place.name} shows it", attached, place.exchange)
        elif gated:
            yield from verdicts.untested(_SHOWN, "a correct server may show it later", attached, place.exchange)
        else:
            message = f"{each.key} {shown(trial.one)} was attached; {place.name} does not show it"
            yield from verdicts.failed(_SHOWN, message, attached, place.exchange, expected=trial.one)
    if any(place.count for place in seen):
        yield from _twice(trial)
        yield from _detached(trial)
        yield from _deleted(trial)


def _twice(trial: _Trial) -> Iterator[Verdict]:
    verdicts = trial.verdicts
    again = trial.send(trial.each.attach, note="attach it again", aim=_ONCE) if verdicts.is_wanted(_ONCE) else None
    if again is None or obstacle(again):
        return
    for place in trial.look(wanted=True):
        if place.count > 1:
            message = f"attached twice, {place.name} shows {shown(trial.one)} {place.count} times"
            yield from verdicts.failed(_ONCE, message, again, place.exchange, expected=1, actual=place.count)
        elif place.count:
            yield from verdicts.passed(_ONCE, f"{place.name} shows it once", again, place.exchange)


def _detached(trial: _Trial) -> Iterator[Verdict]:
    detach, verdicts = trial.each.detach, trial.verdicts
    if detach is None or not verdicts.is_wanted(_OFF) or not trial.session.allowed(detach):
        return
    there = trial.look(wanted=True)
    off = trial.send(detach, note="detach it", aim=_OFF)
    if off is None or not done(off):
        if off is not None:
            yield from verdicts.untested(_OFF, why_not(off) or "it is only accepted", off)
        return
    yield from _gone(trial, _OFF, there, (off,))
    trial.send(trial.each.attach, note="attach it once more")


def _deleted(trial: _Trial) -> Iterator[Verdict]:
    delete, verdicts, session = trial.each.delete, trial.verdicts, trial.session
    if delete is None or not verdicts.is_wanted(_DELETED) or not session.allowed(delete):
        return
    there = trial.look(wanted=True)
    arguments = required_arguments(session, delete, trial.held.address)
    if arguments is None:
        return
    deleted = session.call(delete, arguments, note="delete what is attached", intent=Intent.UNKNOWN)
    gone = get_at(session, trial.each.held.read, trial.held.address, note="is it gone?") if served(deleted) else None
    if gone is None or deferred(deleted) or served(gone) or obstacle(gone):
        yield from verdicts.untested(_DELETED, "what is attached could not be deleted", deleted)
        return
    yield from _gone(trial, _DELETED, there, (deleted, gone))


def _gone(trial: _Trial, key: str, there: list[_Place], exchanges: tuple[Exchange, ...]) -> Iterator[Verdict]:
    """Judge the places that showed it before, once they had the time to follow."""
    before = {place.name for place in there if place.count}
    for place in [each for each in trial.look(wanted=False) if each.name in before]:
        if place.count:
            message = f"{place.name} still shows {trial.each.key} {shown(trial.one)}"
            yield from trial.verdicts.failed(key, message, *exchanges, place.exchange, actual=trial.one)
        else:
            yield from trial.verdicts.passed(key, f"{place.name} does not show it", *exchanges, place.exchange)


def _count(items: list[JSON], names: frozenset[str], one: JSON) -> int:
    """How many items are the one: they are its id, or have it in a member that is named so, themselves or one level below."""
    return sum(
        str(item) == str(one)
        if not isinstance(item, dict)
        else any(
            plain_name(name) in names and not isinstance(value, dict | list) and str(value) == str(one)
            for place in places(item)
            for name, value in place.items()
        )
        for item in items
    )


def _is_pending(session: Session, exchange: Exchange) -> bool:
    return any(plain_name(name) in _PENDING for place in places(session.json(exchange)) for name in place)


def _attachments(contract: Contract) -> Iterator[_Attachment]:
    every = item_paths(contract)
    at_path = {each.read.path.rstrip("/"): each for each in reversed(every)}
    by_place = {(each.method, shape(each.path)): each for each in contract.operations if not each.problem}
    for attach in by_place.values():
        found = _attaching(attach, by_place)
        if found is None:
            continue
        collection, item, sent = found
        key, (above, _, noun) = names_in(item.path)[-1], collection.rpartition("/")
        holder = at_path.get(above)
        if holder is None or len(names_in(above)) != 1:
            continue  # what things are attached to stands below nothing else
        held = [each for each in every if each is not holder and _is_of(each, key, singular(noun))]
        if len(held) != 1 or shape(held[0].read.path) == shape(item.path):
            continue
        listing = by_place.get(("GET", shape(collection)))
        element = _element(listing) if listing is not None else None
        names = set(map(plain_name, element.property_names())) if element is not None else set()
        read = representation(held[0].read)
        member = _member(holder.read, {singular(noun), _noun(held[0].read)})
        if element is not None or member:
            yield _Attachment(
                holder=holder,
                held=held[0],
                key=key,
                attach=attach,
                detach=by_place.get(("DELETE", shape(item.path))),
                delete=by_place.get(("DELETE", shape(held[0].read.path))),
                listing=listing if element is not None else None,
                member=member,
                sent=sent,
                gated=not _PENDING.isdisjoint(names),
                itself=bool(names) and read is not None and names <= set(map(plain_name, read.property_names())),
            )


def _attaching(
    operation: Operation, by_place: Mapping[tuple[str, str], Operation]
) -> tuple[str, Operation, str] | None:
    """Return the collection that an operation adds one to, what is asked of that one, and the member of a body that names it.

    A PUT at the one's place needs no body; a POST on the collection takes its id, and nothing else that it needs.
    """
    path = operation.path.rstrip("/")
    above, _, last = path.rpartition("/")
    if operation.method == "PUT" and names_in(last) and (operation.body is None or not operation.body.required):
        return above, operation, ""
    media = operation.body.json if operation.method == "POST" and operation.body else None
    item = by_place.get(("DELETE", f"{shape(path)}/{{}}"))
    if media is None or media.schema is None or item is None or names_in(last):
        return None
    needed = list(view(media.schema).required_names())
    if len(needed) != 1 or plain_name(needed[0]) != plain_name(names_in(item.path)[-1]):
        return None
    return path, item, needed[0]


def _is_of(paths: ItemPaths, key: str, noun: str) -> bool:
    """Whether a path parameter names one of these: `userId` one of `/users/{id}`, `slug` one of `/tags/{slug}` below tags."""
    own, plain, of_path = _noun(paths.read), plain_name(key), plain_name(paths.key)
    if len(names_in(paths.read.path)) != 1 or not own:
        return False
    return plain in {f"{own}id", f"{own}uuid", f"{own}{of_path}"} or (plain == of_path != "id" and own == noun)


def _noun(read: Operation) -> str:
    return singular(read.path.rstrip("/").rpartition("/")[0].rpartition("/")[2])


def _element(listing: Operation) -> SchemaView | None:
    """How one of a list is described: the body is an array, or has just one; `None` where that isn't so."""
    place = representation(listing)
    if place is None:
        return None
    arrays = [place, *(place.member(name) for name in place.property_names())]
    found = [each.element(0) for each in arrays if each.types() - {"null"} == {"array"}]
    return found[0] if len(found) == 1 else None


def _member(read: Operation, nouns: set[str]) -> str:
    """Return the member of a read that holds ids of what is attached, such as `tagIds`; empty for none."""
    place = representation(read)
    if place is None:
        return ""
    inner = [place.member(name) for name in place.property_names() if place.member(name).property_names()]
    found = (
        name
        for each in (place, *(inner if len(inner) == 1 else ()))
        for name in each.property_names()
        if plain_name(name) in {f"{noun}ids" for noun in nouns} and each.member(name).types() - {"null"} == {"array"}
    )
    return next(iter(found), "")


def _clauses_of(each: _Attachment) -> dict[str, Clause]:
    owners = {
        _SHOWN: each.attach,
        _ONCE: each.attach if each.attach.method == "PUT" else None,  # a POST may add one more
        _OFF: each.detach,
        _DELETED: each.delete if each.itself else None,
    }
    return {
        kind: clause_at(
            NAME, operation, f"attached/{each.attach.id}" if kind == _DELETED else "attached", kind, _TEXTS[kind]
        )
        for kind, operation in owners.items()
        if operation is not None
    }


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="What is attached to a resource is shown there, once, until it is detached or deleted.",
    clauses=clauses,
    drive=drive,
)
