"""A resource is not deleted while something belongs to it, where the document says so: a warehouse that still holds items.

What belongs to it is made by the run, and brought into each of the states of which a sentence speaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.behaviours.actions.kit.made_ids import is_made_by_run
from contract_suite.behaviours.actions.kit.reaching import Way, go, shown_state, way_to
from contract_suite.behaviours.actions.refused_deletes.owners import EACH, Owner, is_reference, owners
from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.own_things import OwnThing, make_own, what_was_made
from contract_suite.behaviours.kit.requests import path_arguments, required_arguments
from contract_suite.behaviours.kit.responses import done, obstacle, refused, served, why_not
from contract_suite.behaviours.kit.retrying import read_until
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.operation import Contract
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments, escape
from contract_suite.model.verdict import Verdict

NAME: Final = "refused-deletes"
_KEPT: Final = "occupied-kept"


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every delete of what the run can make, where a sentence says what keeps it from being deleted."""
    found = (_clause_of(each) for each in owners(contract) if each.told)
    reason = "the document doesn't say of what the run can make that it is kept while something belongs to it"
    yield from inapplicable_if_none(found, contract, NAME, "owned", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Add something to one of the run's own things, and try to delete that.

    Where a sentence can't be followed, what the delete answers is for the checks alone.
    """
    for owner in owners(session.contract):
        verdicts = Verdicts(session, {_KEPT: _clause_of(owner)} if owner.told else {})
        if owner.told and not verdicts.any_wanted:
            continue
        if session.allowed(owner.delete) and session.allowed(owner.add):
            yield from while_sent(_drive(session, owner, verdicts))
        yield from verdicts.leave_untested("nothing could be added to one of the run's own things")


def _drive(session: Session, owner: Owner, verdicts: Verdicts) -> Iterator[Verdict]:
    if not owner.states or owner.added is None:
        yield from _asked(session, owner, verdicts, None)
        return
    for state in owner.states:
        way = way_to(session, owner.added, state)
        if way is not None and not verdicts.has_failed(_KEPT):
            yield from _asked(session, owner, verdicts, (state, way))


def _asked(session: Session, owner: Owner, verdicts: Verdicts, into: tuple[str, Way] | None) -> Iterator[Verdict]:
    """Add something to a new thing, bring it into a state if one is meant, and delete the thing."""
    one = make_own(session, owner.paths)
    given = _added_to(session, owner, one) if one is not None else None
    arguments = required_arguments(session, owner.delete, one.address) if one is not None else None
    if one is None or given is None or arguments is None:
        return
    added = session.call(owner.add, given, intent=Intent.UNKNOWN, note="add something to the run's own")
    if not done(added):
        return
    last = added
    if into is not None:
        brought = _brought(session, owner, given, added, into)
        if brought is None:
            return
        last = brought
    note, aim = "delete it while something belongs to it", verdicts.clause_id(_KEPT) if owner.told else ""
    deleted = session.call(owner.delete, arguments, intent=Intent.UNKNOWN, note=note, aim=aim)
    if not owner.told:
        return
    if obstacle(deleted) or not (done(deleted) or refused(deleted)):
        yield from verdicts.untested(_KEPT, why_not(deleted), deleted)
        return
    after = _look(session, owner, one, gone=served(deleted))
    if after is None or obstacle(after):
        return
    if served(after):
        yield from verdicts.passed(_KEPT, f"the delete was answered {deleted.status}", added, deleted, after)
        return
    message = (
        f"{added.request.method} {added.request.target} added something to {shown(dict(one.address))}, and the document says "
        f'"{owner.sentence}"; the delete was answered {deleted.status}, and a read {after.status}'
    )
    seen = [one.created, added, *([last] if last is not added else []), deleted, after]
    yield from verdicts.failed(_KEPT, message, *seen, expected="4xx", actual=deleted.status)


def _brought(
    session: Session, owner: Owner, given: Arguments, added: Exchange, into: tuple[str, Way]
) -> Exchange | None:
    """Bring what was added into a state; return the read that shows it."""
    state, way = into
    thing = what_was_made(session, owner.added, given, added) if owner.added is not None else None
    if thing is None or owner.added is None:
        return None
    read = go(session, thing, way)
    return read if read is not None and shown_state(session, owner.added, read) == state else None


def _look(session: Session, owner: Owner, one: OwnThing, *, gone: bool) -> Exchange | None:
    """Read what was to be deleted; what is still shown after a delete that was served is looked for again."""

    def is_settled(read: Exchange) -> bool:
        return not (gone and served(read))

    return read_until(session, owner.paths.read, one.address, is_settled, note="is it still there?")


def _added_to(session: Session, owner: Owner, one: OwnThing) -> Arguments | None:
    """Return what adds something to a thing: below its path, or with a member that names it."""
    arguments = session.accepted(owner.add)
    if arguments is None:
        return None
    if not owner.steps:
        return {**arguments, **path_arguments(owner.add, one.address)}
    body = arguments.get("body")
    if not is_reference(owner.steps[-1]) and not is_made_by_run(session, owner.paths, _at(body, owner.steps)):
        return None  # `kiln: north` may be a mere text
    changed = _with(body, owner.steps, one.address[owner.paths.key])
    media = owner.add.body.of_members if owner.add.body else None
    if changed is None or (media is not None and media.schema is not None and not media.schema.is_valid(changed)):
        return None
    return {**arguments, "body": changed}


def _at(value: JSON, steps: tuple[str, ...]) -> JSON:
    if not steps:
        return value
    first = value[0] if isinstance(value, list) and value else None
    inner = value.get(steps[0]) if isinstance(value, dict) else first
    return _at(inner, steps[1:])


def _with(value: JSON, steps: tuple[str, ...], reference: JSON) -> JSON:
    """Return a body with a reference at the end of a way; `None` where the way leads nowhere."""
    if not steps:
        return reference
    name, rest = steps[0], steps[1:]
    if name == EACH:
        first = _with(value[0], rest, reference) if isinstance(value, list) and value else None
        return [first] if first is not None else None
    inner = _with(value.get(name), rest, reference) if isinstance(value, dict) else None
    return {**value, name: inner} if isinstance(value, dict) and inner is not None else None


def _clause_of(owner: Owner) -> Clause:
    return clause_at(
        NAME,
        owner.delete,
        f"owned/{escape(owner.add.id)}",
        _KEPT,
        f"{owner.sentence[:1].upper()}{owner.sentence[1:]}.",
    )


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="A resource is not deleted while something belongs to it, where the document says so.",
    clauses=clauses,
    drive=drive,
)
