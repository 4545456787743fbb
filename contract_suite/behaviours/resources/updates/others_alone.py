"""What an update doesn't name stays too where it names a choice or a reference alone, which may lead to more.

Each is given alone with the value that it has, from which nothing follows, and a choice with another one. Only the loss
of what clients write counts, and only where a server takes and keeps both together. What is named with the value that it
has must lose the other a second time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import STAMPS, alike, field_in, pointer_of
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    declares,
    request_body,
)
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.observing import ReadResult, read_one
from contract_suite.behaviours.resources.kit.settling import kept_together
from contract_suite.behaviours.resources.kit.updating import update, update_values
from contract_suite.behaviours.resources.updates.lost_texts import (
    belongs_to_any,
    is_choice,
    is_free,
    is_lost,
    lost_between,
)
from contract_suite.contract.addressing import body_properties, field_of, plain
from contract_suite.contract.naming.names import words
from contract_suite.contract.naming.replacing import keeps_all
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Missing
from contract_suite.model.verdict import Verdict

_MOST: Final = 6
"""So many members are named alone."""
_TRIES: Final = 2
"""So many other values of a choice are tried for one that is accepted."""


def judge_others_alone(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, key: str, made: Made, *, tried: frozenset[str]
) -> Iterator[Verdict]:
    """Name each member alone that is not among those tried before."""
    if session.contract.sourced or not verdicts.is_wanted(key) or verdicts.has_failed(key) or ops.update is None:
        return
    names = [each for each in _optional(ops) if each not in tried][:_MOST]
    free = {name: field_of(ops.update, name) for name in _optional(ops) if is_free(request_body(ops.update), name)}
    if not names or not free:
        return
    one = _Alone(
        session=session, ops=ops, made=made, free=free, aim=verdicts.clause_id(key), all_stay=keeps_all(ops.update)
    )
    for name in names if one.fill() else ():
        found = one.same(name) or one.other(name)
        if found is not None:
            message, field, exchanges, former, latter = found
            where = pointer_of(field)
            yield from verdicts.failed(key, message, *exchanges, pointer=where, expected=former, actual=latter)
            return


def _optional(ops: ResourceOperations) -> list[str]:
    """The members of an update that it may leave out and a read shows, but for what addresses the thing or counts its changes."""
    update_of, place, shows = ops.update, request_body(ops.update), ops.representation
    if update_of is None or place is None:
        return []
    address = {plain(each) for each in (*ops.resource.identity, *ops.resource.scope)}
    return [
        name
        for name, needed in body_properties(update_of).items()
        if not needed
        and declares(shows, field := field_of(update_of, name))
        and field not in address
        and field not in ops.modified
        and place.member(name).keyword("readOnly") is not True
        and not {*words(name)[-1:]} & STAMPS
    ]


_Loss = tuple[str, str, tuple[Exchange, ...], JSON | Missing, JSON | Missing]
"""A message, the field that was lost, the exchanges that show it, what was there and what is."""


@dataclass(slots=True, kw_only=True)
class _Alone:
    """One thing whose members are named alone; `free` are its free members, each with its field, `seen` is the last read.

    `all_stay` says that the document says outright that whatever an update leaves out stays.
    """

    session: Session
    ops: ResourceOperations
    made: Made
    free: Mapping[str, str]
    aim: str
    all_stay: bool
    seen: ReadResult | None = None

    def fill(self) -> bool:
        """Read the thing, and fill its free members in where they are empty: what is empty can't be lost."""
        seen = self._read()
        if seen is None:
            return False
        place = request_body(self.ops.update)
        lacking = {name for name, field in self.free.items() if is_lost(field_in(seen.value, field), place, name)}
        values = update_values(self.ops, Flavour.OTHER, self.session)
        values = {name: value for name, value in values.items() if name in lacking}
        return not values or self._send(values, "fill in what is empty") is None or self._read() is not None

    def same(self, name: str) -> _Loss | None:
        """Name a member with the value that it has: nothing new follows from that."""
        before = self.seen
        value = self._value(before, name)
        if before is None or isinstance(value, Missing):
            return None
        note = f"update only {name}, with the value that it has"
        among = {
            each
            for each in self.free
            if each != name
            and (self.all_stay or not is_choice(self.ops, name) or belongs_to_any(self.ops, each, [name]))
        }
        found = self._lost(before, {name: value}, note, among=among)
        if found is None:
            return None
        lost, exchange, after = found
        restored = self._together({name: value}, lost, before)
        again = self._lost(restored, {name: value}, f"{note}, again", among=among) if restored is not None else None
        if restored is None or again is None or again[0] != lost:
            return None
        return self._loss(name, lost, (before, exchange, after))

    def other(self, name: str) -> _Loss | None:
        """Choose otherwise, look whether a text is gone that belongs to any choice, and choose as before: it is to be deleted."""
        texts = {each for each in self.free if each != name and belongs_to_any(self.ops, each, [name])}
        first = self._value(self.seen, name)
        found: _Loss | None = None
        for value in self._choices(self.seen, name) if texts else ():
            before = self.seen
            lost = self._lost(before, {name: value}, f"update only {name}", among=texts) if before is not None else None
            if before is not None and lost is not None:
                together = self._together({name: value}, lost[0], before)
                found = self._loss(name, lost[0], (before, *lost[1:])) if together is not None else None
                break
        if not isinstance(first, Missing) and not alike(first, self._value(self.seen, name)):
            self._send({name: first}, f"{name} as it was")
            self._read()
        return found

    def _lost(
        self, before: ReadResult, values: Mapping[str, JSON], note: str, *, among: Collection[str]
    ) -> tuple[str, Exchange, ReadResult] | None:
        """Return the first of some members that is gone after an update that doesn't name it, the update and the read after it."""
        exchange = self._send(values, note)
        after = self._read() if exchange is not None else None
        if exchange is None or after is None:
            return None
        lost = [name for name, _ in lost_between(self.ops, before.value, after.value, self.free) if name in among]
        return (lost[0], exchange, after) if lost else None

    def _together(self, values: Mapping[str, JSON], lost: str, before: ReadResult) -> ReadResult | None:
        """Name what was lost beside the rest; return a read that shows it, `None` where the one excludes the other."""
        former = field_in(before.value, self.free[lost])
        if isinstance(former, Missing) or self._send({**values, lost: former}, f"together with {lost}") is None:
            return None
        seen = self._read()
        return seen if seen is not None and kept_together(self.ops, seen.value, {**values, lost: former}) else None

    def _loss(self, name: str, lost: str, seen: tuple[ReadResult, Exchange, ReadResult]) -> _Loss:
        before, exchange, after = seen
        field = self.free[lost]
        former, latter = field_in(before.value, field), field_in(after.value, field)
        message = (
            f"an update that names {name} must leave {lost} as it was; {shown(former)} became {shown(latter)}, and an "
            "update that names both keeps both"
        )
        return message, field, (before.exchange, exchange, after.exchange), former, latter

    def _value(self, seen: ReadResult | None, name: str) -> JSON | Missing:
        """Return what a read shows of a member, as an update may send it."""
        media = self.ops.update.body.of_members if self.ops.update is not None and self.ops.update.body else None
        if seen is None or self.ops.update is None or media is None or media.schema is None:
            return MISSING
        value = field_in(seen.value, field_of(self.ops.update, name))
        return MISSING if isinstance(value, Missing) or media.schema.breaks_member({name: value}, name) else value

    def _choices(self, seen: ReadResult | None, name: str) -> list[str]:
        """Return other values of a member that is one of a few texts."""
        place, value = request_body(self.ops.update), self._value(seen, name)
        listed = place.member(name).keyword("enum") if place is not None else None
        if not isinstance(listed, list) or not isinstance(value, str):
            return []
        return [each for each in listed if isinstance(each, str) and each != value][:_TRIES]

    def _send(self, values: Mapping[str, JSON], note: str) -> Exchange | None:
        exchange = update(self.session, self.ops, self.made, values, note=note, aim=self.aim, intent=Intent.UNKNOWN)
        return exchange if exchange is not None and served(exchange) else None

    def _read(self) -> ReadResult | None:
        seen = read_one(self.session, self.ops, self.made)
        self.seen = seen if seen is not None and seen.found else None
        return self.seen
