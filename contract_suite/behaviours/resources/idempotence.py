"""A PUT or DELETE that is sent twice has the effect of one (RFC 9110, section 9.2.2)."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.answering import Answers, promise, served, shown, unpromised
from contract_suite.behaviours.kit.comparing import changed
from contract_suite.behaviours.kit.resource_operations import Cast, casts, declares, representation
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import changing, delete, make, sent, update
from contract_suite.behaviours.resources.kit.observing import look, look_again, look_until_gone
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
    found = False
    for cast in casts(contract):
        promised = promises(cast)
        found = found or bool(promised)
        yield from promised.values()
    if not found:
        yield from unpromised(
            contract, NAME, "resources", "the document has no PUT or DELETE on something that can be created and read"
        )


def promises(cast: Cast) -> dict[str, Clause]:
    """The clauses of one resource, by short key."""
    resource = cast.resource
    made: dict[str, Clause] = {}
    if cast.create is None or cast.read is None:
        return made
    if cast.update and resource.update and cast.update.method == "PUT" and cast.mutable:
        text = f"Sent twice, {cast.update.id} has the effect of once."
        made[_UPDATE] = promise(
            NAME, cast.update, cast.name, "idempotent", text, rests_on=resource.update, source=Source.STANDARD
        )
    if cast.delete and resource.delete and cast.delete.method == "DELETE":
        text = f"Sent twice, {cast.delete.id} has the effect of once."
        made[_DELETE] = promise(
            NAME, cast.delete, cast.name, "idempotent", text, rests_on=resource.delete, source=Source.STANDARD
        )
    return made


def drive(session: Session) -> Iterator[Verdict]:
    """Update one of each resource twice alike, and delete one twice beside a neighbour."""
    for cast in casts(session.contract):
        answers = Answers(session, promises(cast))
        if answers.wants(_UPDATE) and cast.update and session.allowed(cast.update):
            yield from _updated(session, cast, answers)
        if answers.wants(_DELETE) and cast.delete and session.allowed(cast.delete):
            yield from _deleted(session, cast, answers)
        yield from answers.rest(f"no {cast.name} could be made, read and changed twice")


def _updated(session: Session, cast: Cast, answers: Answers) -> Iterator[Verdict]:
    made = make(session, cast, note=f"make {cast.one} to update twice")
    values = changing(cast, Flavour.OTHER)
    if made is None or not values:
        return
    first = update(session, cast, made, values, note=f"update the {cast.name}", aim=answers.aim(_UPDATE))
    once = look(session, cast, made)
    second = update(
        session, cast, made, values, note="the same once more", aim=answers.aim(_UPDATE), intent=Intent.UNKNOWN
    )
    twice = look(session, cast, made)
    if (
        first is None
        or second is None
        or not served(first)
        or once is None
        or twice is None
        or not once.there
        or not twice.there
    ):
        return
    place = representation(cast.read)
    fields = [
        name for name in dict.fromkeys((*cast.mutable, *sent(cast, made), *made.identity)) if declares(place, name)
    ]
    found = changed(once.value, twice.value, [name for name in fields if name not in cast.modified])
    if found:
        message = f"the same update sent again must change nothing more; {found.pointer} was {shown(found.expected)} and is {shown(found.actual)}"
        yield from answers.failed(
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
        yield from answers.passed(
            _UPDATE, "sent again, the update changed nothing more", first, once.exchange, second, twice.exchange
        )


def _deleted(session: Session, cast: Cast, answers: Answers) -> Iterator[Verdict]:
    goes = make(session, cast, note=f"make {cast.one} to delete twice")
    stays = make(session, cast, note="make its neighbour") if goes else None
    first = delete(session, cast, goes) if goes and stays else None
    if goes is None or stays is None or first is None or not served(first):
        return
    gone = look_until_gone(session, cast, goes)
    kept = look_again(session, cast, stays)
    second = delete(session, cast, goes, note="the same once more", aim=answers.aim(_DELETE), intent=Intent.UNKNOWN)
    if gone is None or second is None or gone.there or gone.trouble:
        yield from answers.untested(_DELETE, "the first deletion was not complete, which is a clause of its own")
        return
    if kept is not None and not kept.there:
        yield from answers.untested(_DELETE, "the first deletion took another one along, which is a clause of its own")
        return
    after, still = look_again(session, cast, stays), look_until_gone(session, cast, goes)
    if after is None or after.trouble or still is None or still.trouble:
        return
    if still.there:
        yield from answers.failed(
            _DELETE,
            f"the same deletion sent again brought the {cast.name} back",
            first,
            second,
            still.exchange,
            problem="back",
        )
    elif not after.there:
        message = f"the same deletion sent again must change nothing more; another {cast.name} is gone"
        yield from answers.failed(
            _DELETE, message, first, second, after.exchange, problem="neighbour-gone", actual=after.exchange.status
        )
    else:
        yield from answers.passed(
            _DELETE, "sent again, the deletion changed nothing more", first, second, after.exchange
        )


BEHAVIOUR = Behaviour(
    name=NAME,
    title="A PUT or DELETE that is sent twice has the effect of one.",
    clauses=clauses,
    drive=drive,
)
