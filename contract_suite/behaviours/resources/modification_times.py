"""An update moves the field that says when one was last changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.clauses import clauses_of_resources, make_clause, weaker
from contract_suite.behaviours.kit.comparing import field_in, first_change, moment
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    declares,
    representation,
    resource_operations,
)
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import make
from contract_suite.behaviours.resources.kit.observing import ReadResult, read_one
from contract_suite.behaviours.resources.kit.updating import update, update_values
from contract_suite.contract.addressing import plain
from contract_suite.contract.operation import Contract
from contract_suite.contract.vocabulary import Assigned
from contract_suite.model.clause import Clause
from contract_suite.model.json import JSON, Missing
from contract_suite.model.verdict import Verdict

NAME: Final = "modification-times"
_MOVED: Final = "modified-moves"
_AFTER: Final = "modified-after-created"
_TOLERATED: Final = 1.0
"""So many seconds may one of two times be ahead that are kept to the second, and rounded each in its own way."""
_COARSEST: Final = 1.1
"""Many servers keep times to the second, so that two changes within one have the same."""
_MINUTE: Final = 60
_MILLISECONDS: Final = 1e11
"""A number of seconds as large as this lies three thousand years ahead."""
_LARGEST: Final = 1e21
"""No unit is so small that a number as large as this would be a time."""
_SECONDS_OF_TODAY: Final = 1e9
"""Fewer seconds than have gone by since 1970: a number of minutes, hours or days, or a count."""
_WITHOUT_SECONDS: Final = re.compile(r"[^:]*:\d\d(?!:|\d)")
_WITH_FRACTION: Final = re.compile(r".*:\d\d[.,]\d*[1-9]")


def clauses(contract: Contract) -> Iterator[Clause]:
    """For every resource with an update, the field that holds when it was last changed."""
    yield from clauses_of_resources(
        contract,
        NAME,
        lambda ops: clauses_of(ops).values(),
        lambda ops: f"no field that is shown holds when {ops.with_article} was last changed, or nothing changes it",
    )


def clauses_of(ops: ResourceOperations) -> dict[str, Clause]:
    """The clause of one resource, by its field."""
    field = _field(ops)
    if ops.update is None or field is None or not ops.mutable or ops.create is None:
        return {}
    text = f"An update moves the {plain(field.field)} of {ops.with_article}."
    made = {_MOVED: make_clause(NAME, ops.update, ops.name, _MOVED, text, rests_on=field)}
    created = _field(ops, "created")
    if created is not None and ops.read is not None:
        text = f"The {plain(field.field)} of {ops.with_article} is never before its {plain(created.field)}."
        source = weaker(field.source, created.source)
        made[_AFTER] = make_clause(NAME, ops.read, ops.name, _AFTER, text, rests_on=field, source=source)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """One of a resource that is to be changed, as it is read before, the time that it shows, and when that was."""

    ops: ResourceOperations
    verdicts: Verdicts
    made: Made
    before: ReadResult
    former: float
    since: float

    @property
    def name(self) -> str:
        """The field that holds the time of the last change."""
        field = _field(self.ops)
        return plain(field.field) if field is not None else ""


@dataclass(slots=True)
class _Made:
    """What was made in good time, by resource: the thing, or why there is none."""

    by_resource: dict[str, _Begun | str] = field(default_factory=dict)


def begin(session: Session) -> None:
    """Make one of each resource, whose time of the last change is some time ago when it is changed."""
    made = session.shared(_Made).by_resource
    for ops in resource_operations(session.contract):
        verdicts = Verdicts(session, clauses_of(ops))
        if verdicts.any_wanted:
            made[ops.name] = _begin(session, ops, verdicts)


def drive(session: Session) -> Iterator[Verdict]:
    """Change one of each resource, and look whether the time of its last change moves.

    Times that are kept finer than to the second need no wait before. Whether they do is told by how they are written and
    not by what moves, so that each run sends the same.
    """
    made = session.shared(_Made).by_resource
    if not made:
        begin(session)
    found, begun = dict(made), [each for each in made.values() if isinstance(each, _Begun)]
    made.clear()  # changed once, it is of no use to whoever drives this again
    for ops in resource_operations(session.contract):
        reason = found.get(ops.name)
        if isinstance(reason, str):
            yield from Verdicts(session, clauses_of(ops)).leave_untested(reason)
    coarse = [each.since for each in begun if not _is_fine(field_in(each.before.value, each.name))]
    if coarse:
        session.pause(min(_COARSEST, max(0.0, max(coarse) + _COARSEST - session.now())))
    for each in begun:
        yield from _judge(session, each)
        yield from each.verdicts.leave_untested(f"no {each.ops.name} could be changed and read")


def _begin(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> _Begun | str:
    """Make one and read it; the reason if there is none, or it shows no time."""
    made = make(session, ops, note=f"make {ops.with_article} whose change moves a time")
    before = read_one(session, ops, made) if made is not None else None
    field = _field(ops)
    former = _moment(before, plain(field.field)) if field is not None else None
    if made is None or before is None or former is None:
        return f"no {ops.name} could be made that shows when it was last changed"
    return _Begun(ops=ops, verdicts=verdicts, made=made, before=before, former=former, since=session.now())


def _judge(session: Session, one: _Begun) -> Iterator[Verdict]:
    """Change it once, and if the time did not move, once more a while later."""
    ops, name, last = one.ops, one.name, one.before
    for flavour in (Flavour.OTHER, Flavour.PLAIN):
        values = update_values(ops, flavour, session)
        change = update(session, ops, one.made, values, note=f"does the change move {name}?")
        after = read_one(session, ops, one.made) if change is not None and served(change) else None
        latter = _moment(after, name)
        if change is None or after is None or latter is None:
            return
        shown = (one.before.exchange, change, after.exchange)
        if first_change(last.value, after.value, ops.mutable) is None:
            yield from one.verdicts.untested(_MOVED, "the update changed nothing that a read shows", *shown)
            return
        if latter > one.former:
            yield from _judge_order(one, after)
            yield from one.verdicts.passed(_MOVED, f"{name} moved", *shown)
            return
        last = after
        if flavour is Flavour.OTHER:
            session.pause(_COARSEST)
    actual = field_in(last.value, name)
    if _is_coarse(actual, one.former):
        yield from one.verdicts.untested(_MOVED, f"{name} may be kept to the minute or to the day", *shown)
        return
    message = f"each update must move {name}; after two changes it still is {actual!r}"
    yield from one.verdicts.failed(_MOVED, message, *shown, pointer=f"/{name}", expected="a later time", actual=actual)


def _moment(result: ReadResult | None, name: str) -> float | None:
    """The time that a read shows at a field, in seconds or any unit that grows; `None` for what is no time."""
    value = field_in(result.value, name) if result is not None and result.found else None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value) if abs(value) < _LARGEST else None
    found = moment(value) if isinstance(value, str) else None
    return found.timestamp() if found is not None else None


def _is_fine(value: JSON | Missing) -> bool:
    """Whether a time is kept to a fraction of a second."""
    if isinstance(value, str):
        return _WITH_FRACTION.match(value) is not None
    return isinstance(value, (int, float)) and (value > _MILLISECONDS or value % 1 != 0)


def _is_coarse(value: JSON | Missing, seconds: float) -> bool:
    """Whether a time is written without seconds, or is a whole minute: it need not move within a few seconds.

    So is, as a number, one of milliseconds that is a multiple of 60,000; a number of minutes or of days is small.
    """
    if not isinstance(value, str):
        return seconds < _SECONDS_OF_TODAY or seconds % (_MINUTE * 1000 if seconds > _MILLISECONDS else _MINUTE) == 0
    return seconds % _MINUTE == 0 or _WITHOUT_SECONDS.match(value) is not None


def _judge_order(one: _Begun, result: ReadResult) -> Iterator[Verdict]:
    """Hold the time of the last change against that of the creation, where both are of one kind."""
    created = _field(one.ops, "created")
    values = [field_in(result.value, plain(each)) for each in (one.name, created.field if created else "")]
    former, latter = (_moment(result, plain(each)) for each in (created.field if created else "", one.name))
    if (
        created is None
        or former is None
        or latter is None
        or isinstance(values[0], str) is not isinstance(values[1], str)
    ):
        return
    if latter >= former - _TOLERATED or (_is_coarse(values[0], latter) or _is_coarse(values[1], former)):
        yield from one.verdicts.passed(_AFTER, f"{one.name} is not before {plain(created.field)}", result.exchange)
        return
    message = f"{one.name} is {values[0]!r}, before {plain(created.field)}, which is {values[1]!r}"
    yield from one.verdicts.failed(_AFTER, message, result.exchange, pointer=f"/{one.name}", actual=values[0])


def _field(ops: ResourceOperations, time: str = "modified") -> Assigned | None:
    """The one field that holds when the resource was last changed, or created, if a read shows it."""
    shown = representation(ops.read)
    found = [each for each in ops.resource.assigned if each.time == time and declares(shown, plain(each.field))]
    return found[0] if len(found) == 1 else None


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="An update moves the field that says when one was last changed.",
    clauses=clauses,
    drive=drive,
    begin=begin,
)
