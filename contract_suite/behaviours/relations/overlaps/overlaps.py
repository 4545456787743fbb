"""What is taken for a time is refused to others for that time, in whatever way they overlap, and free again afterwards.

"A practitioner cannot have two appointments that overlap in time" beside a `startsAt` and a `durationMinutes`, or an end.
Everything is asked of times that the run took itself; what must be served is concluded from only where the very request
was served before, at that time or another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import inapplicable_if_none
from contract_suite.behaviours.kit.own_things import OwnThing, identity_shown, member_shown, what_was_made
from contract_suite.behaviours.kit.requests import get_at, required_arguments
from contract_suite.behaviours.kit.responses import done, is_same_refusal, obstacle, refused, served, why_not
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.relations.overlaps.bookings import (
    FREED,
    MOVED,
    NAME,
    NEXT,
    TAKEN,
    Booking,
    bookings,
    clauses_of,
)
from contract_suite.behaviours.relations.overlaps.intervals import Interval
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments
from contract_suite.model.verdict import Verdict

_LATER: Final = tuple(timedelta(days=days) for days in (1, 2, 3, 7))
"""So far behind the taken time another one is looked for: there may be weekends."""


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every create that takes something for a time, with its update and what ends it."""
    found = (clause for each in bookings(contract) for clause in clauses_of(each).values())
    reason = "no create with a start and an end says that nothing is taken twice for the same time"
    yield from inapplicable_if_none(found, contract, NAME, "body", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Take a time, and ask for it again in every way."""
    for each in bookings(session.contract):
        verdicts = Verdicts(session, clauses_of(each))
        if not verdicts.any_wanted:
            continue
        if session.allowed(each.create):
            yield from while_sent(_Taken(session, each, verdicts).drive())
        yield from verdicts.leave_untested("no time could be taken and asked for again")


@dataclass(slots=True)
class _Taken:
    """One booking, made by the run, and what was asked about its time."""

    session: Session
    booking: Booking
    verdicts: Verdicts

    def drive(self) -> Iterator[Verdict]:
        given, first = self._first()
        body = given.get("body")
        taken = self.booking.members.of(body) if isinstance(body, dict) else None
        if first is None or taken is None:
            return
        if not done(first):
            yield from self.verdicts.leave_untested(why_not(first), first)
            return
        again = self._send(given, "the same time again")
        yield from self._judge(first, again, "the same time")
        if not refused(again) or obstacle(again):
            return
        found = self._other(given, taken)
        if found is None:
            return
        other, later = found
        yield from self._partly(given, taken, first, again)
        if self.verdicts.has_failed(TAKEN):
            return
        yield from self._next(given, taken, first, again)
        yield from self._before(given, later, other, again)
        yield from self._moved(given, taken, first, again, other)
        if not (self.verdicts.has_failed(MOVED) or self.verdicts.has_failed(NEXT)):
            yield from self._freed(given, first, again)

    def _first(self) -> tuple[Arguments, Exchange | None]:
        """Take a time, one that is long enough to be parted if the server gives it; return the arguments and the exchange."""
        given = self.session.accepted(self.booking.create) or {}
        body = given.get("body")
        longer = self.booking.members.longer(body) if isinstance(body, dict) else None
        if not isinstance(body, dict) or longer is None:
            return given, None
        for interval in (Interval(longer.end, longer.length), longer):  # what lies before the earliest time is refused
            if self.booking.members.of(body) != interval and self._is_valid(given, interval):
                first = self._send(given, "take a time", interval)
                if served(first):
                    return {**given, "body": {**body, **self.booking.members.saying(interval)}}, first
        return given, self._send(given, "take a time")

    def _send(self, given: Arguments, note: str, interval: Interval | None = None, *, key: str = TAKEN) -> Exchange:
        body = given.get("body")
        if interval is not None and isinstance(body, dict):
            given = {**given, "body": {**body, **self.booking.members.saying(interval)}}
        aim = self.verdicts.clause_id(key)
        return self.session.call(self.booking.create, given, note=note, aim=aim, intent=Intent.UNKNOWN)

    def _judge(self, first: Exchange, again: Exchange, how: str) -> Iterator[Verdict]:
        if obstacle(again):
            yield from self.verdicts.untested(TAKEN, obstacle(again), again)
        elif served(again) and self._identity(first) == self._identity(again):
            yield from self.verdicts.untested(TAKEN, "it was answered with what was there already", first, again)
        elif served(again):
            message = f"{how} is accepted too ({again.status})"
            yield from self.verdicts.failed(TAKEN, message, first, again, actual=again.status)
        elif refused(again):
            yield from self.verdicts.passed(TAKEN, f"{how} is refused ({again.status})", first, again)

    def _identity(self, exchange: Exchange) -> str:
        paths = self.booking.paths
        names = (paths.key, *paths.names) if paths is not None else ("id",)
        return identity_shown(self.session.json(exchange), *names)

    def _other(self, given: Arguments, taken: Interval) -> tuple[Exchange, Interval] | None:
        """Take another time, which shows that nothing but the time is refused; `None` if none can be had."""
        for later in _LATER:
            beyond = Interval(taken.end + 2 * taken.length + later, taken.length)  # with room for two between them
            other = self._send(given, "another time", beyond)
            if done(other):
                return other, beyond
        return None

    def _partly(self, given: Arguments, taken: Interval, first: Exchange, again: Exchange) -> Iterator[Verdict]:
        """Ask for times that overlap the taken one at its end, at its beginning, on both sides and within it."""
        part = taken.length / 2 // self.booking.members.grain * self.booking.members.grain
        if not part:
            return
        beside = min(part, _LATER[0])  # not so far that it meets the other one
        ways = {
            "a time that begins within a taken one": Interval(taken.start + part, taken.length),
            "a time that ends within a taken one": Interval(taken.start - part, taken.length),
            "a time within a taken one": Interval(taken.start, part),
            "a time that begins with a taken one and ends after it": Interval(taken.start, taken.length + part),
            "a time around a taken one": Interval(taken.start - beside, taken.length + 2 * beside),
        }
        for how, interval in ways.items():
            asked = self._send(given, how, interval) if self._is_valid(given, interval) else None
            if asked is not None and (served(asked) or asked.status == again.status):
                yield from self._judge(first, asked, how)
            if self.verdicts.has_failed(TAKEN):
                return

    def _is_valid(self, given: Arguments, interval: Interval) -> bool:
        body, form = given.get("body"), self.booking.create.body
        media = form.json if form is not None else None
        said = {**body, **self.booking.members.saying(interval)} if isinstance(body, dict) else body
        return media is None or media.schema is None or media.schema.is_valid(said)

    def _next(self, given: Arguments, taken: Interval, first: Exchange, again: Exchange) -> Iterator[Verdict]:
        if not self.verdicts.is_wanted(NEXT):
            return
        after = Interval(taken.end, taken.length)
        asked = self._send(given, "a time that begins when the taken one ends", after, key=NEXT)
        if served(asked):
            yield from self.verdicts.passed(NEXT, "it is served", first, asked)
        elif asked.status == again.status and not obstacle(asked):
            message = f"a time that begins when a taken one ends is refused ({asked.status}), as one that overlaps it"
            yield from self.verdicts.failed(NEXT, message, first, again, asked, expected="2xx", actual=asked.status)

    def _before(self, given: Arguments, later: Interval, other: Exchange, again: Exchange) -> Iterator[Verdict]:
        """Ask for a time that ends when the other one begins: between the two there is room."""
        if not self.verdicts.is_wanted(NEXT) or self.verdicts.has_failed(NEXT):
            return
        before = Interval(later.start - later.length, later.length)
        asked = self._send(given, "a time that ends when a taken one begins", before, key=NEXT)
        if is_same_refusal(asked, again):
            message = f"a time that ends when a taken one begins is refused ({asked.status}), as one that overlaps it"
            yield from self.verdicts.failed(NEXT, message, other, again, asked, expected="2xx", actual=asked.status)

    def _moved(
        self, given: Arguments, taken: Interval, first: Exchange, again: Exchange, other: Exchange
    ) -> Iterator[Verdict]:
        """Move the other one to the taken time."""
        move, thing = self.booking.move, self._thing(given, other)
        if not self.verdicts.is_wanted(MOVED) or move is None or thing is None or not self.session.allowed(move):
            return
        said = self.booking.members.saying(taken)
        sent = thing.arguments.get("body")
        whole = move.method == "PUT" and isinstance(sent, dict)
        body: dict[str, JSON] = {**sent, **said} if whole and isinstance(sent, dict) else said
        asked = self._ask(move, thing, "move it to the taken time", MOVED, body)
        if asked is None:
            return
        if served(asked):
            after = get_at(self.session, thing.paths.read, thing.address, note="was it moved?")
            shown = self.session.json(after) if after is not None else None
            found = {name: value for name in said if isinstance(value := member_shown(shown, name), str | int)}
            now = self.booking.members.of({**said, **found}) if set(found) >= {self.booking.members.start} else None
            if after is not None and now is not None and now.start == taken.start:
                message = f"another one was moved to a taken time; {move.id} was answered {asked.status}"
                yield from self.verdicts.failed(MOVED, message, first, other, asked, after, actual=asked.status)
        elif refused(asked) and not obstacle(asked) and asked.status == again.status:
            yield from self.verdicts.passed(MOVED, f"it is refused ({asked.status})", first, other, asked)

    def _freed(self, given: Arguments, first: Exchange, again: Exchange) -> Iterator[Verdict]:
        """End the one that took the time, and ask for the time again."""
        end, thing = self.booking.end, self._thing(given, first)
        if not self.verdicts.is_wanted(FREED) or end is None or thing is None or not self.session.allowed(end):
            return
        known = self.session.accepted(end) if end.body is not None else None
        ended = self._ask(end, thing, "end what took the time", FREED, (known or {}).get("body"))
        if ended is None or not done(ended):
            return
        asked = self._send(given, "is the time free again?", key=FREED)
        if served(asked):
            yield from self.verdicts.passed(FREED, "the time is free again", first, again, ended, asked)
        elif asked.status == again.status and not obstacle(asked):
            message = f"{end.id} was answered {ended.status}, and the time is still refused ({asked.status})"
            yield from self.verdicts.failed(
                FREED, message, first, again, ended, asked, expected="2xx", actual=asked.status
            )

    def _thing(self, given: Arguments, created: Exchange) -> OwnThing | None:
        paths = self.booking.paths
        return what_was_made(self.session, paths, given, created) if paths is not None else None

    def _ask(self, operation: Operation, thing: OwnThing, note: str, key: str, body: JSON) -> Exchange | None:
        arguments = required_arguments(self.session, operation, thing.address)
        if arguments is None or (operation.body is not None and operation.body.required and body is None):
            return None
        given = {**arguments, "body": body} if body is not None and operation.body is not None else arguments
        aim = self.verdicts.clause_id(key)
        return self.session.call(operation, given, note=note, aim=aim, intent=Intent.UNKNOWN)


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="What is booked for a time can't be booked for a time that overlaps it, until it is given up.",
    clauses=clauses,
    drive=drive,
)
