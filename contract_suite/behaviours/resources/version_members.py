"""The version that a resource shows moves with each update, and an update that is based on an older one is refused.

An `etag` in the body (Google's AIP-154), a `resourceVersion`, or a `version` of which a sentence says that every update
raises it. That an older one is refused is said by the update, or by the member that takes it: "The etag that the update
is based on", beside a documented 412 or 428, or a 409 of which a text says that it is about the version: others are about names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import Write, variations, while_sent, write_on
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.comparing import alike
from contract_suite.behaviours.kit.own_things import ItemPaths, item_paths, make_filled, member_shown
from contract_suite.behaviours.kit.requests import get_at
from contract_suite.behaviours.kit.resource_operations import representation, request_body
from contract_suite.behaviours.kit.responses import done, obstacle, refused, served, why_not
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.naming.names import plain_name, speaks_of
from contract_suite.contract.naming.sentences import sentences
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing, escape
from contract_suite.model.verdict import Verdict

NAME: Final = "version-members"
_MOVES: Final = "version-moves"
_STALE: Final = "stale-version-refused"
_TAGS: Final = frozenset({"etag", "resourceversion", "rowversion", "concurrencystamp", "concurrencytoken"})
"""Members that tell one state of a thing from the next, by their names alone."""
_VERSIONS: Final = frozenset({"version", "revision", "rev", "lockversion", "optlock", "generation"})
"""Members that may be the version of something else, or stay for some updates, unless a sentence says more."""
_UPDATES: Final = frozenset({"PUT", "PATCH"})
_CONFLICT: Final = 409
_PRECONDITIONS: Final = ("412", "428")
"""Statuses that refuse for nothing but what a request is based on; a conflict may be one of names or states."""
_EACH: Final = re.compile(
    r"\b(every|each|any|all)\b[^.;]*\b(updat|chang|modif|write|written|edit|save)|\b(on|with|by|after) (an )?updates?\b",
    re.IGNORECASE,
)
_RISES: Final = re.compile(
    r"\b(rais|increment|increas|incremented|bump|chang|grow|goes up|one higher|by one|new (version|revision|value))",
    re.IGNORECASE,
)
_ONLY_SOME: Final = re.compile(r"\b(only|unless|except|but not|spec)\b", re.IGNORECASE)
_BASED: Final = re.compile(
    r"\b((?:current|latest)(?! stat(?:e|us)\b)|stale|out ?dated|out of date|older|based on"
    r"|last (seen|read)|has (seen|read)|optimistic|lost updates?|concurren)",
    re.IGNORECASE,
)
_SAYS_REFUSED: Final = re.compile(r"\b409\b|\bconflict|\brefus|\breject|\bfails?\b|\berror\b", re.IGNORECASE)
_MOST: Final = 5
"""So many updates, each of another member, are followed by a look at the version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Versioned:
    """An update of an item that shows a version; `taken` says that its body takes that too.

    `moves` says that every update moves it, `locks` that the one in a body must be the current one.
    """

    paths: ItemPaths
    update: Operation
    member: str
    taken: bool
    moves: bool
    locks: bool


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every update of what shows a version that moves."""
    found = (clause for each in _versioned(contract) for clause in _clauses_of(each).values())
    reason = "nothing that the run can create, read and update shows a version that each update moves"
    yield from inapplicable_if_none(found, contract, NAME, "version", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Update a new thing, one member at a time, then with the version that it had at first."""
    for each in _versioned(session.contract):
        verdicts = Verdicts(session, _clauses_of(each))
        if not verdicts.any_wanted:
            continue
        if session.allowed(each.update):
            yield from while_sent(_drive(session, each, verdicts))
        yield from verdicts.leave_untested("no update of something new was served")


def _drive(session: Session, each: _Versioned, verdicts: Verdicts) -> Iterator[Verdict]:
    thing = make_filled(session, each.paths)
    first = member_shown(session.json(thing.read), each.member) if thing is not None else None
    also: dict[str, JSON] = {each.member: first} if each.taken and isinstance(first, (str, int)) else {}
    write = write_on(session, each.update, thing, also=also) if thing is not None else None
    if thing is None or write is None or not isinstance(first, (str, int)) or not write.changed:
        return
    now, read = first, thing.read
    for body in _bodies(session, write):
        given = {**body, **({each.member: now} if each.taken else {})}
        sent = write.send(body=given, note="does its version move?", aim=verdicts.clause_id(_MOVES))
        after = get_at(session, each.paths.read, thing.address, note="which version is it now?") if done(sent) else None
        if after is None or not served(after):
            yield from verdicts.untested(_MOVES, why_not(sent), sent)
            continue
        changed = _changed(session, body, read, after)
        version = member_shown(session.json(after), each.member)
        if changed and version == now:
            message = f"{' and '.join(changed)} changed, and {each.member} is {shown(now)} still"
            pointer = f"/{escape(each.member)}"
            yield from verdicts.failed(_MOVES, message, read, sent, after, pointer=pointer, actual=now)
            return
        if not isinstance(version, (str, int)):
            return
        if changed:
            yield from verdicts.passed(_MOVES, f"{each.member} is {shown(version)} now", read, sent, after)
        now, read = version, after
    if now != first and verdicts.is_wanted(_STALE):
        yield from _stale(session, each, verdicts, write, (thing.read, read))


def _stale(
    session: Session, each: _Versioned, verdicts: Verdicts, write: Write, reads: tuple[Exchange, Exchange]
) -> Iterator[Verdict]:
    """Change a member back with the first version; that it is refused says something only where it is served with the current one."""
    first, now = (member_shown(session.json(one), each.member) for one in reads)
    own = member_shown(session.json(reads[0]), write.changed)
    if isinstance(own, Missing) or isinstance(first, Missing) or isinstance(now, Missing):
        return
    body = {**write.members, write.changed: own}
    note = f"with the {each.member} of before"
    sent = write.send(body={**body, each.member: first}, note=note, aim=verdicts.clause_id(_STALE))
    after = get_at(session, each.paths.read, write.thing.address, note="was anything changed?")
    if after is None or not served(after):
        return
    seen = (*reads, sent, after)
    if _changed(session, {write.changed: own}, reads[1], after):
        message = (
            f"an update with the {each.member} {shown(first)} was answered {sent.status} and changed {write.changed}, "
            f"when {shown(now)} was current"
        )
        yield from verdicts.failed(_STALE, message, *seen, problem="served", expected="409", actual=sent.status)
    elif refused(sent) and not obstacle(sent):
        control = write.send(body={**body, each.member: now}, note=f"with the current {each.member}")
        if served(control):
            yield from verdicts.passed(_STALE, f"it was refused ({sent.status}) and changed nothing", *seen)


def _bodies(session: Session, write: Write) -> Iterator[dict[str, JSON]]:
    """The body of a write, then others that change one more member each."""
    yield dict(write.members)
    created, media = write.thing.arguments.get("body"), write.media
    if not isinstance(created, dict) or media is None or media.schema is None:
        return
    names = view(media.schema).property_names()
    filled = {**write.members, **{name: value for name, value in created.items() if name in names}}
    body = dict(write.members)
    others = [each for each in variations(session, write.thing, media, filled) if each[0] != write.changed]
    for name, other in others[:_MOST]:
        alone = write.operation.method == "PATCH" and not media.schema.breaks_member({name: other}, name)
        body = {name: other} if alone else {**body, name: other}
        yield body


def _changed(session: Session, body: Mapping[str, JSON], before: Exchange, after: Exchange) -> list[str]:
    """The members of a body that were another value before, and have its value now."""
    old, new = session.json(before), session.json(after)
    return [
        name
        for name, value in body.items()
        if alike(member_shown(new, name), value) and not alike(member_shown(old, name), value)
    ]


def _versioned(contract: Contract) -> Iterator[_Versioned]:
    for paths in item_paths(contract) if not contract.resources else ():
        place = representation(paths.read)
        place = place.unwrapped() if place is not None else None
        own, create = shape(paths.read.path), request_body(paths.create)
        given = create.property_names() if create is not None else {}
        for update in [each for each in contract.operations if each.method in _UPDATES and shape(each.path) == own]:
            body = request_body(update)
            if place is None or body is None or update.problem or update.body is None or update.body.json is None:
                continue
            for name in place.property_names():
                is_tag, taken = plain_name(name) in _TAGS, _takes(body, name)
                if not is_tag and (plain_name(name) not in _VERSIONS or name in given):  # else it is a client's
                    continue
                said = [*_said(update, name), *_of(place, name), *_of(body, name)]
                moves = is_tag or any(_moves(each) for each in said)
                locks = taken and any(_BASED.search(each) for each in said) and _conflicts(update, name, said)
                if moves or locks:
                    yield _Versioned(paths=paths, update=update, member=name, taken=taken, moves=moves, locks=locks)
                    break


def _takes(body: SchemaView, name: str) -> bool:
    """Whether a body has a member that a client may say: schemas that serve reads too have others (`readOnly`)."""
    return name in body.property_names() and body.member(name).keyword("readOnly") is not True


def _conflicts(update: Operation, name: str, said: Sequence[str]) -> bool:
    """Whether an update documents that it is refused for the version that it is based on."""
    if any(each.status in _PRECONDITIONS for each in update.responses):
        return True
    told = [one for each in update.responses if each.status == str(_CONFLICT) for one in sentences(each.description)]
    if update.documents(_CONFLICT):
        told += [each for each in (*said, *sentences(update.description)) if _SAYS_REFUSED.search(each)]
    return any(_BASED.search(each) or speaks_of(each, name) for each in told)


def _said(operation: Operation, name: str) -> list[str]:
    """What the text of an operation says of a member."""
    return [each for each in sentences(f"{operation.summary}\n{operation.description}") if speaks_of(each, name)]


def _of(place: SchemaView, name: str) -> list[str]:
    """What the description of a member says."""
    return sentences(place.member(name).keyword("description")) if name in place.property_names() else []


def _moves(sentence: str) -> bool:
    return bool(_EACH.search(sentence) and _RISES.search(sentence)) and not _ONLY_SOME.search(sentence)


def _clauses_of(each: _Versioned) -> dict[str, Clause]:
    texts = {_MOVES: f"Each update moves the {each.member}."} if each.moves else {}
    if each.locks:
        texts[_STALE] = f"{each.update.id} is refused, and changes nothing, with an outdated {each.member}."
    where = f"body/{escape(each.member)}"
    return {kind: clause_at(NAME, each.update, where, kind, text) for kind, text in texts.items()}


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="Each update moves the version that a resource shows, and one that is based on an older version is refused.",
    clauses=clauses,
    drive=drive,
)
