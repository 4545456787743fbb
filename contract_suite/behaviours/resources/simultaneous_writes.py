"""Two writes to one resource at one moment have the effect of one after the other, in either order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.clauses import inapplicable_if_none, make_clause, weaker
from contract_suite.behaviours.kit.comparing import differences, same_identity
from contract_suite.behaviours.kit.resource_operations import ResourceOperations, property_of, resource_operations
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.retrying import LOOKS
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import made_by, make, named
from contract_suite.behaviours.resources.kit.observing import (
    ReadResult,
    addressing_arguments,
    read_one,
    read_until_found,
    read_until_gone,
)
from contract_suite.behaviours.resources.kit.unknown_identities import unknown_status
from contract_suite.behaviours.resources.kit.updating import update_values, with_required
from contract_suite.contract.addressing import body_properties, with_body
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.clause import Clause
from contract_suite.model.json import JSON, Arguments
from contract_suite.model.verdict import Verdict

NAME: Final = "simultaneous-writes"
_BOTH: Final = "both"
_GONE: Final = "gone"
_KEPT: Final = "kept"
_ROUNDS: Final = 3
"""So often two writes race: one round may well have happened one after the other."""


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every resource that can be created, read and updated."""
    found = (clause for ops in resource_operations(contract) for clause in clauses_of(contract, ops).values())
    yield from inapplicable_if_none(
        found,
        contract,
        NAME,
        "resources",
        "the document has neither an update of several fields nor a delete of something that can be created and read",
    )


def clauses_of(contract: Contract, ops: ResourceOperations) -> dict[str, Clause]:
    """The clauses of one resource, by short key."""
    role, name = ops.resource.update, ops.name
    made: dict[str, Clause] = {}
    if ops.create is None or ops.read is None or ops.resource.read is None:
        return made
    deletion = ops.resource.delete
    if ops.delete and deletion and not ops.client_chooses_identity:
        text = f"Created while another {name} with the same name is deleted, {ops.with_article} can be read."
        source = weaker(ops.resource.read.source, deletion.source)
        made[_KEPT] = make_clause(
            NAME, ops.create, name, "created-despite-delete", text, rests_on=ops.resource.read, source=source
        )
    if ops.update is None or role is None:
        return made
    if role.omitted == "kept" and len(_optional(ops)) > 1:
        text = f"Of two updates of {ops.with_article} at the same time that name different fields, both show."
        made[_BOTH] = make_clause(
            NAME,
            ops.update,
            name,
            "updates-at-once-kept",
            text,
            rests_on=role,
            source=weaker(role.source_of("omitted"), role.source),
        )
    errors = contract.errors
    if ops.delete and deletion and errors and unknown_status(contract, ops.update):
        text = f"Deleted and updated at the same time, {ops.with_article} is gone."
        source = weaker(deletion.source, errors.source_of("unknown"))
        made[_GONE] = make_clause(
            NAME, ops.delete, name, "deleted-despite-update", text, rests_on=deletion, source=source
        )
    return made


def drive(session: Session) -> Iterator[Verdict]:
    """Send two writes to one of each resource at a time."""
    for ops in resource_operations(session.contract):
        verdicts = Verdicts(session, clauses_of(session.contract, ops))
        if not verdicts.any_wanted:
            continue
        if verdicts.is_wanted(_KEPT):
            yield from _create_and_delete(session, ops, verdicts)
        if ops.update is not None and not session.allowed(ops.update):
            yield from verdicts.leave_untested(f"{ops.update.id} may not be called in this run")
            continue
        if verdicts.is_wanted(_BOTH):
            yield from _updates(session, ops, verdicts)
        if verdicts.is_wanted(_GONE):
            yield from _update_and_delete(session, ops, verdicts)
        yield from verdicts.leave_untested(f"no {ops.name} could be made and written to twice at the same time")


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="Two writes at the same time have the same effect as one after the other.",
    clauses=clauses,
    drive=drive,
)


def _optional(ops: ResourceOperations) -> tuple[str, ...]:
    """The body properties of an update that may change something and may be left out."""
    if ops.update is None:
        return ()
    needed = {name for name, required in body_properties(ops.update).items() if required}
    named = (property_of(ops.update, field) for field in ops.mutable)
    return tuple(name for name in dict.fromkeys(named) if name and name not in needed)


def _updates(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> Iterator[Verdict]:
    """Change one field by each of two updates, and look for both."""
    made = make(session, ops, note=f"make {ops.with_article} to update twice at the same time")
    before = read_until_found(session, ops, made) if made else None
    arguments = addressing_arguments(session, ops.update, made) if made and ops.update else None
    if ops.update is None or made is None or arguments is None or before is None or not before.found:
        return
    for turn in range(_ROUNDS):
        new = update_values(ops, Flavour.PLAIN if turn % 2 else Flavour.OTHER, session)
        names = [name for name in _optional(ops) if name in new][:2]
        rest = {name: value for name, value in with_required(ops, made, new).items() if name not in _optional(ops)}
        if len(names) < 2:  # noqa: PLR2004 - one for each update
            return
        calls = [(ops.update, with_body(arguments, {**rest, name: new[name]})) for name in names]
        if turn == 0 and not _show_in_turn(session, ops, made, calls, {name: new[name] for name in names}):
            yield from verdicts.untested(_BOTH, "updates don't show one after the other either")
            return
        sent = session.together(calls, note=f"{' and '.join(names)} at the same time", aim=verdicts.clause_id(_BOTH))
        if not all(served(each) for each in sent):
            yield from verdicts.untested(_BOTH, "one of two updates at the same time was not served", *sent)
            continue
        after = _read_with(session, ops, made, {name: new[name] for name in names})
        if after is None or not after.found:
            yield from verdicts.untested(_BOTH, f"the {ops.name} was not read after two updates", *sent)
            return
        lost = list(differences(_by_field(ops, {name: new[name] for name in names}), after.value))
        if len(lost) == 1:
            subject = f"the {ops.name}, after two updates at the same time that named {' and '.join(names)},"
            yield from verdicts.mismatch(_BOTH, lost[0], subject, *sent, after.exchange)
            return
        if lost:
            yield from verdicts.untested(_BOTH, "neither of two updates shows, which is reported separately", *sent)
            return
        yield from verdicts.passed(_BOTH, "both updates show", *sent, after.exchange)


def _show_in_turn(
    session: Session,
    ops: ResourceOperations,
    made: Made,
    calls: Iterable[tuple[Operation, Arguments]],
    values: Mapping[str, JSON],
) -> bool:
    """Whether the same updates show when they are sent one after the other."""
    for operation, arguments in calls:
        if not served(session.call(operation, arguments, note="one after the other")):
            return False
        read_one(session, ops, made)
    seen = _read_with(session, ops, made, values)
    return seen is not None and not list(differences(_by_field(ops, values), seen.value))


def _by_field(ops: ResourceOperations, values: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return values by the field that a body property sets."""
    fields = {property_of(ops.update, field): field for field in ops.mutable} if ops.update else {}
    return {fields.get(name, name): value for name, value in values.items()}


def _read_with(session: Session, ops: ResourceOperations, made: Made, values: Mapping[str, JSON]) -> ReadResult | None:
    """Read until the values show, at most three times: a read may lag behind a write."""
    result = read_until_found(session, ops, made)
    for _ in range(LOOKS - 1):
        if result is None or not result.found or not list(differences(_by_field(ops, values), result.value)):
            break
        result = read_one(session, ops, made)
    return result


def _update_and_delete(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> Iterator[Verdict]:
    """Delete one and update it at the same time; whichever came first, it is gone."""
    if ops.update is None or ops.delete is None or not session.allowed(ops.delete):
        return
    for _ in range(_ROUNDS):
        made = make(session, ops, note=f"make {ops.with_article} to delete and update at the same time")
        values = update_values(ops, Flavour.OTHER, session)
        address = addressing_arguments(session, ops.delete, made) if made else None
        target = addressing_arguments(session, ops.update, made) if made else None
        if made is None or address is None or target is None or not values:
            return
        calls = [(ops.delete, address), (ops.update, with_body(target, with_required(ops, made, values)))]
        sent = session.together(calls, note=f"delete and update the {ops.name}", aim=verdicts.clause_id(_GONE))
        if not served(sent[0]):
            yield from verdicts.untested(_GONE, f"the delete was answered {sent[0].status or 'with nothing'}", *sent)
            continue
        after = read_until_gone(session, ops, made)
        another = after is not None and after.found and not same_identity(after.value, made.identity)
        if after is None or after.trouble or another:
            yield from verdicts.untested(_GONE, f"the deleted {ops.name} was not read", *sent)
            return
        if after.found and not _deletes_alone(session, ops, ops.delete):
            yield from verdicts.untested(_GONE, "a delete has no effect without an update either", *sent)
            return
        if after.found:
            message = f"the {ops.name} was deleted and updated at the same time, and is still there"
            yield from verdicts.failed(_GONE, message, *sent, after.exchange, expected="gone", actual="there")
            return
        session.forget(made)
        yield from verdicts.passed(_GONE, f"the {ops.name} is gone", *sent, after.exchange)


def _deletes_alone(session: Session, ops: ResourceOperations, delete: Operation) -> bool:
    """Whether a delete that no update races has an effect."""
    made = make(session, ops, note=f"make {ops.with_article} to delete alone")
    address = addressing_arguments(session, delete, made) if made else None
    if made is None or address is None or not served(session.call(delete, address, note="without an update")):
        return False
    after = read_until_gone(session, ops, made)
    gone = after is not None and not after.trouble and not after.found
    if gone:
        session.forget(made)
    return gone


def _create_and_delete(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> Iterator[Verdict]:
    """Delete one and create its namesake at the same time; where the create was served, what it made must be there."""
    if ops.create is None or ops.delete is None or not session.allowed(ops.delete):
        return
    for _ in range(_ROUNDS):
        made = make(session, ops, note=f"make {ops.with_article} to delete while its namesake is created")
        address = addressing_arguments(session, ops.delete, made) if made else None
        if made is None or address is None:
            return
        calls = [(ops.delete, address), (ops.create, made.arguments)]
        note = f"delete the {ops.name} and create its namesake"
        deleted, created = session.together(calls, note=note, aim=verdicts.clause_id(_KEPT))
        if served(deleted):
            session.forget(made)
        new = made_by(session, ops, ops.create, made.arguments, created)
        if not served(deleted) or new is None or new.identity == made.identity:
            reason = f"the delete and the create were not both served ({deleted.status}, {created.status})"
            yield from verdicts.untested(_KEPT, reason, deleted, created)
            continue
        after = read_until_found(session, ops, new)
        if after is None or after.trouble:
            yield from verdicts.untested(_KEPT, f"the {ops.name} that was created was not read", deleted, created)
            return
        if not after.found:
            message = f"the {ops.name} with {named(new.identity)} was created while its namesake was deleted, and can't be found"
            yield from verdicts.failed(
                _KEPT, message, deleted, created, after.exchange, expected="there", actual=after.exchange.status
            )
            return
        yield from verdicts.passed(_KEPT, f"the new {ops.name} is there", deleted, created, after.exchange)
