"""A PUT or DELETE that is sent twice has the effect of one (RFC 9110, section 9.2.2)."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.clauses import inapplicable_if_none, make_clause
from contract_suite.behaviours.kit.comparing import IDS, STAMPS, first_change
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    counts_changes,
    declares,
    resource_operations,
)
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import delete, make, sent_values
from contract_suite.behaviours.resources.kit.observing import read_one, read_until_found, read_until_gone
from contract_suite.behaviours.resources.kit.updating import update, update_values
from contract_suite.contract.operation import Contract
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME = "idempotence"
_UPDATE = "update"
_DELETE = "delete"


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every update by PUT and every DELETE of something that can be made and read."""
    found = (clause for ops in resource_operations(contract) for clause in clauses_of(ops).values())
    yield from inapplicable_if_none(
        found,
        contract,
        NAME,
        "resources",
        "the document has no PUT or DELETE on something that can be created and read",
    )


def clauses_of(ops: ResourceOperations) -> dict[str, Clause]:
    """The clauses of one resource, by short key."""
    resource = ops.resource
    made: dict[str, Clause] = {}
    if ops.create is None or ops.read is None:
        return made
    if ops.update and resource.update and ops.update.method == "PUT" and ops.mutable:
        text = f"Sent twice, {ops.update.id} has the effect of once."
        made[_UPDATE] = make_clause(
            NAME, ops.update, ops.name, "idempotent", text, rests_on=resource.update, source=Source.STANDARD
        )
    if ops.delete and resource.delete and ops.delete.method == "DELETE":
        text = f"Sent twice, {ops.delete.id} has the effect of once."
        made[_DELETE] = make_clause(
            NAME, ops.delete, ops.name, "idempotent", text, rests_on=resource.delete, source=Source.STANDARD
        )
    return made


def drive(session: Session) -> Iterator[Verdict]:
    """Update one of each resource twice alike, and delete one twice beside a neighbour."""
    for ops in resource_operations(session.contract):
        verdicts = Verdicts(session, clauses_of(ops))
        if verdicts.is_wanted(_UPDATE) and ops.update and session.allowed(ops.update):
            yield from _updated(session, ops, verdicts)
        if verdicts.is_wanted(_DELETE) and ops.delete and session.allowed(ops.delete):
            yield from _deleted(session, ops, verdicts)
        yield from verdicts.leave_untested(f"no {ops.name} could be made, read and changed twice")


def _updated(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> Iterator[Verdict]:
    made = make(session, ops, note=f"make {ops.with_article} to update twice")
    values = update_values(ops, Flavour.OTHER, session)
    if made is None or not values:
        return
    first = update(session, ops, made, values, note=f"update the {ops.name}", aim=verdicts.clause_id(_UPDATE))
    once = read_one(session, ops, made)
    second = update(
        session,
        ops,
        made,
        values,
        note="the same request again",
        aim=verdicts.clause_id(_UPDATE),
        intent=Intent.UNKNOWN,
    )
    twice = read_one(session, ops, made)
    if (
        first is None
        or second is None
        or not served(first)
        or once is None
        or twice is None
        or not once.found
        or not twice.found
    ):
        return
    place = ops.representation
    fields = [
        name for name in dict.fromkeys((*ops.mutable, *sent_values(ops, made), *made.identity)) if declares(place, name)
    ]
    fields = [name for name in fields if name not in ops.modified and not counts_changes(place, name)]
    # Parts that an update replaces may be made anew, with ids of their own.
    found = first_change(once.value, twice.value, fields, but=frozenset() if session.contract.sourced else STAMPS | IDS)
    if found:
        message = (
            f"the same update sent again must change nothing more; {found.pointer} was {shown(found.expected)} and "
            f"is {shown(found.actual)}"
        )
        yield from verdicts.failed(
            _UPDATE,
            message,
            first,
            once.exchange,
            second,
            twice.exchange,
            pointer=found.pointer,
            expected=found.expected,
            actual=found.actual,
        )
    else:
        yield from verdicts.passed(
            _UPDATE, "sent again, the update changed nothing more", first, once.exchange, second, twice.exchange
        )


def _deleted(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> Iterator[Verdict]:
    goes = make(session, ops, note=f"make {ops.with_article} to delete twice")
    stays = make(session, ops, note="make its neighbour") if goes else None
    first = delete(session, ops, goes) if goes and stays else None
    if goes is None or stays is None or first is None or not served(first):
        return
    gone = read_until_gone(session, ops, goes)
    kept = read_until_found(session, ops, stays)
    second = delete(
        session, ops, goes, note="the same request again", aim=verdicts.clause_id(_DELETE), intent=Intent.UNKNOWN
    )
    if gone is None or second is None or gone.found or gone.trouble:
        yield from verdicts.untested(_DELETE, "the first deletion was not complete, which is reported separately")
        return
    if kept is not None and not kept.found:
        yield from verdicts.untested(_DELETE, "the first deletion took another one along, which is reported separately")
        return
    after, still = read_until_found(session, ops, stays), read_until_gone(session, ops, goes)
    if after is None or after.trouble or still is None or still.trouble:
        return
    if still.found:
        yield from verdicts.failed(
            _DELETE,
            f"the same deletion sent again brought the {ops.name} back",
            first,
            second,
            still.exchange,
            problem="back",
        )
    elif not after.found:
        message = f"the same deletion sent again must change nothing more; another {ops.name} is gone"
        yield from verdicts.failed(
            _DELETE, message, first, second, after.exchange, problem="neighbour-gone", actual=after.exchange.status
        )
    else:
        yield from verdicts.passed(
            _DELETE, "sent again, the deletion changed nothing more", first, second, after.exchange
        )


BEHAVIOUR = Behaviour(
    name=NAME,
    title="A PUT or DELETE that is sent twice has the effect of one.",
    clauses=clauses,
    drive=drive,
)
