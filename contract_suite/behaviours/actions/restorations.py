"""What was deleted and is restored is there again, as it was.

`POST /projects/{id}/restore` beside `DELETE /projects/{id}`: the run deletes what it made and asks for it back. A
restore that is refused proves nothing, since a delete may be for good.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.comparing import alike
from contract_suite.behaviours.kit.own_things import (
    ItemPaths,
    OwnThing,
    item_paths,
    make_filled,
    member_shown,
    operations_below,
)
from contract_suite.behaviours.kit.requests import get_at, required_arguments
from contract_suite.behaviours.kit.responses import DELETION_MARKS, done, obstacle, served, why_not
from contract_suite.behaviours.kit.retrying import read_until
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.naming.restoring import RESTORING
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing
from contract_suite.model.verdict import Verdict

NAME: Final = "restorations"
_BACK: Final = "restored"
_WHOLE: Final = "restored-whole"
_SENTENCES: Final = {
    _BACK: "What was deleted is there again after it was restored.",
    _WHOLE: "What was restored has the values that it had before it was deleted.",
}
_METHODS: Final = frozenset({"POST", "PUT", "PATCH"})
_STATES: Final = frozenset(
    {"status", "state", "stage", "phase", "active", "enabled", "disabled", "archived", "published", "visibility"}
)
"""Members that a right server may set when it restores: many come back as drafts."""
_AS_IT_WAS: Final = re.compile(
    r"\bas (it|they) (was|were)\b|\bas before\b|\bunchanged\b|\bprevious (state|status)\b|\bexactly\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bin:
    """Items that can be deleted and restored."""

    paths: ItemPaths
    delete: Operation
    restore: Operation


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every action that restores an item which can be created, read and deleted."""
    found = (clause for each in _bins(contract) for clause in _clauses_of(each).values())
    reason = "the document has no action that restores what was deleted and that the run can create and read"
    yield from inapplicable_if_none(found, contract, NAME, "restore", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Make one of each, delete it, restore it, and read it."""
    for each in _bins(session.contract):
        verdicts = Verdicts(session, _clauses_of(each))
        if not verdicts.any_wanted:
            continue
        thing = (
            make_filled(session, each.paths) if session.allowed(each.delete) and session.allowed(each.restore) else None
        )
        if thing is not None:
            yield from while_sent(_drive(session, each, thing, verdicts))
        yield from verdicts.leave_untested("no resource that the run created could be deleted and restored")


def _drive(session: Session, each: _Bin, thing: OwnThing, verdicts: Verdicts) -> Iterator[Verdict]:
    deleted = _send(session, each.delete, thing, note="delete it", aim=verdicts.clause_id(_BACK))
    gone = get_at(session, each.paths.read, thing.address, note="is it gone?")
    if deleted is None or gone is None or not done(deleted) or obstacle(gone):
        return
    restored = _send(session, each.restore, thing, note="restore it", aim=verdicts.clause_id(_BACK))
    if restored is None or not done(restored):
        reason = why_not(restored) if restored is not None else f"{each.restore.id} takes more than is known"
        yield from verdicts.leave_untested(reason)
        return
    after = _look(session, each, thing, gone)
    if after is None or obstacle(after):
        return
    seen = (thing.read, deleted, gone, restored, after)
    marks = _marks(session, thing.read, gone)
    kept = next((name for name, value in marks.items() if alike(value, member_shown(session.json(after), name))), "")
    if not served(after) or kept:
        left = f"its {kept} is {shown(marks[kept])} still" if kept else f"a read is answered {after.status}"
        yield from verdicts.failed(_BACK, f"{each.restore.id} was answered {restored.status}; {left}", *seen)
        return
    yield from verdicts.passed(_BACK, "it is there again", *seen)
    for name, value in _chosen(session, each, thing).items():
        now = member_shown(session.json(after), name)
        if not alike(value, now):
            message = f"before it was deleted its {name} was {shown(value)}; since it was restored it is {shown(now)}"
            yield from verdicts.failed(_WHOLE, message, *seen, pointer=f"/{name}", expected=value, actual=now)
            return
        yield from verdicts.passed(_WHOLE, "it has the values that it had", *seen)


def _look(session: Session, each: _Bin, thing: OwnThing, gone: Exchange) -> Exchange | None:
    """Read it until it is there and no more marked, at most three times."""
    marks = _marks(session, thing.read, gone)

    def is_back(read: Exchange) -> bool:
        now = session.json(read)
        return served(read) and not any(alike(value, member_shown(now, name)) for name, value in marks.items())

    return read_until(session, each.paths.read, thing.address, is_back, note="is it there again?")


def _marks(session: Session, before: Exchange, gone: Exchange) -> dict[str, JSON]:
    """Return the members by which a read after the delete says that it was deleted."""
    shows, had = session.json(gone) if served(gone) else None, session.json(before)
    found: dict[str, JSON] = {}
    for name in shows if isinstance(shows, dict) else ():
        value = member_shown(shows, name)
        if (
            plain_name(name) in DELETION_MARKS
            and not isinstance(value, Missing)
            and not alike(value, member_shown(had, name))
        ):
            found[name] = value
    return found


def _chosen(session: Session, each: _Bin, thing: OwnThing) -> dict[str, JSON]:
    """Return what the create was given and a read showed, before the delete; states only where all is said to come back."""
    body = thing.arguments.get("body")
    shows = session.json(thing.read)
    whole = _AS_IT_WAS.search(f"{each.restore.summary}\n{each.restore.description}") is not None
    names = [name for name in body if whole or plain_name(name) not in _STATES] if isinstance(body, dict) else []
    found = {name: member_shown(shows, name) for name in names}
    return {name: value for name, value in found.items() if not isinstance(value, Missing) and value is not None}


def _send(session: Session, operation: Operation, thing: OwnThing, *, note: str, aim: str) -> Exchange | None:
    arguments = required_arguments(session, operation, thing.address)
    if arguments is None:
        return None
    return session.call(operation, arguments, note=note, aim=aim, intent=Intent.UNKNOWN)


def _bins(contract: Contract) -> Iterator[_Bin]:
    below = operations_below(contract)
    for paths in item_paths(contract):
        own = shape(paths.read.path)
        above, _, last = own.rpartition("/")
        beside = below.get(above, ())
        delete = next((each for segment, each in beside if segment == last and each.method == "DELETE"), None)
        for verb, each in below.get(own, ()) if delete is not None else ():
            needless = each.body is None or not each.body.required
            if "".join(words(verb)) in RESTORING and each.method in _METHODS and needless and delete:
                yield _Bin(paths=paths, delete=delete, restore=each)


def _clauses_of(each: _Bin) -> dict[str, Clause]:
    return {kind: clause_at(NAME, each.restore, "restore", kind, sentence) for kind, sentence in _SENTENCES.items()}


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="A deleted resource that is restored can be read again, as it was.",
    clauses=clauses,
    drive=drive,
)
