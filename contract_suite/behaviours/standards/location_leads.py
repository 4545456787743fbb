"""The Location of a 201 leads to what was created (RFC 9110, sections 10.2.2 and 15.3.2).

That of a 202 leads to where its work can be followed (section 15.3.3), where the document shows one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.comparing import alike
from contract_suite.behaviours.kit.own_things import identity_shown, item_paths, own_thing, places
from contract_suite.behaviours.kit.references import target_of
from contract_suite.behaviours.kit.requests import get_at
from contract_suite.behaviours.kit.responses import served, why_not
from contract_suite.behaviours.kit.retrying import LOOKS, PAUSE, read_until
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.naming.conditional_headers import is_conditional
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, path_values, route
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange, Request
from contract_suite.model.json import JSON
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "location-leads"
_LEADS: Final = "leads"
_GIVEN: Final = "given"
_CREATED: Final = 201
_BEGUN: Final = 202
_GOES_ON: Final = frozenset({302, 303, 307})
"""What is done may be answered with where its result is."""
_GONE: Final = frozenset({404, 410})


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every POST that answers 201, or 202 with a Location, as the document says."""
    found = (clause for each in contract.operations for clause in clauses_of(each).values())
    yield from inapplicable_if_none(
        found, contract, NAME, "201", "the document has no POST that is answered 201, or 202 with a Location"
    )


def clauses_of(operation: Operation) -> dict[str, Clause]:
    """Return the clauses of one operation by short keys."""
    status = _status_of(operation)
    if not status:
        return {}
    what = _what(status)
    sentences = {_LEADS: ("location-leads", f"the Location of a {status} leads to {what}")}
    if _documents_location(operation, status) and not is_conditional(operation, str(status), "Location"):
        sentences[_GIVEN] = ("location-given", f"a {status} says with Location where to find {what}")
    return {
        key: clause_at(
            NAME, operation, f"{status}/header.Location", kind, f"{sentence} (RFC 9110).", source=Source.STANDARD
        )
        for key, (kind, sentence) in sentences.items()
    }


def drive(session: Session) -> Iterator[Verdict]:
    """Create one with each POST and go where its Location leads."""
    for operation in session.contract.operations:
        verdicts = Verdicts(session, clauses_of(operation))
        if not verdicts.any_wanted:
            continue
        created = _created(session, operation) if session.allowed(operation) else None
        if created is None:
            yield from verdicts.leave_untested("nothing could be created")
            continue
        yield from _judge(session, created, verdicts)
        yield from verdicts.leave_untested(f"the {created.status} response has no Location within this API", created)


def _created(session: Session, operation: Operation) -> Exchange | None:
    """Return an exchange that created something: what the run keeps, or the last one that it made."""
    paths = next((each for each in item_paths(session.contract) if each.create.id == operation.id), None)
    status = _status_of(operation)
    thing = own_thing(session, paths) if paths else None
    if thing is not None and thing.created.status == status:
        return thing.created
    arguments = session.accepted(operation)
    if arguments is not None:
        exchange = session.call(operation, arguments, intent=Intent.UNKNOWN, note="create one")
        return exchange if exchange.status == status else None
    return None


def _judge(session: Session, created: Exchange, verdicts: Verdicts) -> Iterator[Verdict]:
    location = created.response.header("location") if created.response else None
    if location is None or not location.strip():
        message = (
            f"the document shows a Location with the {created.status}; "
            f"there is none, so nothing says where to find {_what(created.status)}"
        )
        yield from verdicts.failed(_GIVEN, message, created, problem="missing")
        return
    yield from verdicts.passed(_GIVEN, f"the {created.status} has a Location", created)
    target = target_of(session.base_url, created.request.target, location)
    if target is None:
        yield from verdicts.untested(_LEADS, f"the Location leads out of the API: {location}", created)
        return
    reading, values, _ = route(session.contract, "GET", target)
    if reading is None:
        yield from _look_outside(session, verdicts, created, target)
        return
    if not session.allowed(reading):
        yield from verdicts.untested(_LEADS, f"{reading.id} may not be called in this run", created)
        return
    yield from _follow(session, verdicts, created, (target, reading, dict(values)))


def _look_outside(session: Session, verdicts: Verdicts, created: Exchange, target: str) -> Iterator[Verdict]:
    """Ask at a place that the document doesn't know: the server itself says that something is there."""
    exchange = created
    for look in range(LOOKS):
        if look:
            session.pause(PAUSE)
        exchange = session.send(
            Request(method="GET", target=target), note="where the Location leads", aim=verdicts.clause_id(_LEADS)
        )
        if exchange.status not in _GONE:
            yield from verdicts.untested(_LEADS, f"the document has no GET on {target}", created, exchange)
            return
    if any(path_values(each.path, target) is not None for each in session.contract.operations):
        yield from verdicts.untested(
            _LEADS, f"what is at {target} is not to be read, by the document", created, exchange
        )
        return
    for below in _without_prefix(target):
        reading, values, _ = route(session.contract, "GET", below)
        read = get_at(session, reading, values, note="is it there without a prefix?") if reading is not None else None
        if read is not None and served(read):
            reason = f"the Location may be what a gateway before the server makes {below} of: {target}"
            yield from verdicts.untested(_LEADS, reason, created, read)
            return
    yield from _nowhere(verdicts, created, target, exchange)


def _without_prefix(target: str) -> Iterator[str]:
    """Yield a target without its first parts, as long as two are left: what comes before may be known to a gateway only."""
    parts = target.split("/")[1:]
    yield from (f"/{'/'.join(parts[begin:])}" for begin in range(1, len(parts) - 1))


def _follow(
    session: Session, verdicts: Verdicts, created: Exchange, place: tuple[str, Operation, dict[str, JSON]]
) -> Iterator[Verdict]:
    target, reading, values = place
    note, aim = "where the Location leads", verdicts.clause_id(_LEADS)
    exchange = read_until(session, reading, values, lambda read: read.status not in _GONE, note=note, aim=aim)
    if exchange is None:
        return
    if exchange.status in _GONE:
        yield from _nowhere(verdicts, created, target, exchange)
    elif not served(exchange) and exchange.status not in _GOES_ON:
        yield from verdicts.untested(_LEADS, why_not(exchange), created, exchange)
    elif created.status != _CREATED:
        yield from _beside(session, verdicts, created, exchange, place)
    elif target.partition("?")[0] == created.request.target.partition("?")[0] and _has_items(session, reading):
        message = f"the Location of the 201 must lead to what was created; it is the collection, {target}"
        yield from verdicts.failed(_LEADS, message, created, exchange, problem="collection", actual=target)
    elif _shows_another(session, created, exchange, values):
        message = f"the Location of the 201, {target}, leads to something else: nothing that the 201 shows is there"
        yield from verdicts.failed(_LEADS, message, created, exchange, problem="another", actual=target)
    else:
        yield from _beside(session, verdicts, created, exchange, place)


def _beside(
    session: Session,
    verdicts: Verdicts,
    created: Exchange,
    read: Exchange,
    place: tuple[str, Operation, dict[str, JSON]],
) -> Iterator[Verdict]:
    """Judge by what the answer shows besides: it is not where the Location leads, but is found beside it by the same read.

    What a 202 has begun may be something else than the work that is shown, so both must be found in one place.
    """
    target, reading, values = place
    key = next(iter(names_in(reading.path)[-1:]), "")
    mine, theirs = (identity_shown(session.json(each), key) for each in (created, read))
    alike_inside = _are_of_one_kind(session, created, read)
    if alike_inside and key and mine and theirs == str(values[key]) != mine:
        other = get_at(
            session, reading, {**values, key: mine}, note=f"is what the {created.status} shows found by itself?"
        )
        if other is not None and served(other) and identity_shown(session.json(other), key) == mine:
            message = (
                f"the Location of the {created.status}, {target}, leads to another one than it shows: {shown(mine)}"
            )
            yield from verdicts.failed(_LEADS, message, created, other, read, problem="another", actual=target)
            return
    what = "to what was created" if created.status == _CREATED else "on"
    yield from verdicts.passed(_LEADS, f"the Location leads {what}", created, read)


def _nowhere(verdicts: Verdicts, created: Exchange, target: str, exchange: Exchange) -> Iterator[Verdict]:
    message = (
        f"the Location of the {created.status}, {target}, must lead to {_what(created.status)}; "
        f"GET is answered {exchange.status}"
    )
    yield from verdicts.failed(_LEADS, message, created, exchange, problem="nowhere", actual=exchange.status)


def _what(status: int) -> str:
    """Return what a Location leads to, in words."""
    return "what was created" if status == _CREATED else "what was begun"


def _has_items(session: Session, reading: Operation) -> bool:
    return any(each.create.path == reading.path for each in item_paths(session.contract))


def _shows_another(session: Session, created: Exchange, read: Exchange, values: Mapping[str, JSON]) -> bool:
    """Whether a read shows something else than the 201 does.

    Either the 201 shows another value for what tells items apart, or both show simple members of the same names and not
    one of them is alike.
    """
    if not _are_of_one_kind(session, created, read):
        return False
    for mine in places(session.json(created)):
        for theirs in places(session.json(read)):
            shared = [name for name in mine if name in theirs and isinstance(mine[name], str | int | float)]
            if any(
                name in values and str(theirs[name]) == str(values[name]) and str(mine[name]) != str(theirs[name])
                for name in shared
            ):
                return True
            if shared:
                return not any(alike(mine[name], theirs[name]) for name in shared)
    return False


def _are_of_one_kind(session: Session, created: Exchange, read: Exchange) -> bool:
    """Whether a 201 shows what a read does, by the names of their members: it may show the cart to which an item was added.

    What has the identity that the path of the request names is shown as what was there before.
    """
    shown_by, read_by = ([*places(session.json(each))] for each in (created, read))
    pairs = [(mine.keys(), theirs.keys()) for mine in shown_by for theirs in read_by]
    if any(mine == theirs for mine, theirs in pairs):
        return True
    above = created.request.target.partition("?")[0].split("/")
    is_above = any(str(mine.get("id", "")) in above for mine in shown_by if mine.get("id", "") != "")
    return not is_above and any(2 * len(mine & theirs) > len(mine | theirs) for mine, theirs in pairs)


def _status_of(operation: Operation) -> int:
    """Return the status whose Location is held to lead somewhere; 0 for none."""
    if operation.problem or operation.method != "POST":
        return 0
    if operation.documents(_CREATED):
        return _CREATED
    return _BEGUN if _documents_location(operation, _BEGUN) else 0


def _documents_location(operation: Operation, status: int) -> bool:
    return any(
        header.name.lower() == "location"
        for spec in operation.responses
        if spec.status == str(status)
        for header in spec.headers
    )


BEHAVIOUR = Behaviour(
    name=NAME,
    title="The Location of a 201 leads to what was created, and that of a 202 to the work that has begun.",
    clauses=clauses,
    drive=drive,
)
