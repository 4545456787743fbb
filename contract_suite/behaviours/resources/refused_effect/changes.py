"""Refused updates and deletions of a resource that is there, and whether it stays as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import first_change
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    declares,
    property_of,
)
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import delete, make, sent_values
from contract_suite.behaviours.resources.kit.observing import (
    ReadResult,
    read_until_found,
)
from contract_suite.behaviours.resources.kit.updating import update, update_values
from contract_suite.behaviours.resources.refused_effect.clauses import WAYS_TO_CHANGE, taken_fields
from contract_suite.behaviours.resources.refused_effect.refusals import spoilt_body, why_not_refused
from contract_suite.contract.operation import Operation
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange, Identity
from contract_suite.model.json import JSON
from contract_suite.model.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedChanges:
    """Refused updates or deletions of something that is there.

    One look serves for all; if it shows an effect, each is tried by itself: it may be that of a write that was served.
    """

    session: Session
    ops: ResourceOperations
    operation: Operation
    verdicts: Verdicts

    def drive(self, ways: Iterable[str] = tuple(WAYS_TO_CHANGE)) -> Iterator[Verdict]:
        """Make one, send the refused writes in these ways, and look at it again."""
        made = make(self.session, self.ops, note=f"make {self.ops.with_article} to be left alone")
        before = read_until_found(self.session, self.ops, made) if made else None
        if made is None or before is None or not before.found:
            return
        refusals: dict[str, Exchange] = {}
        sent = 0
        for way in ways:
            if not self.verdicts.is_wanted(way) or (
                WAYS_TO_CHANGE[way][1] is Identity.READONLY and not self.session.has(Identity.READONLY)
            ):
                continue
            values = self._taken() if way == "conflict" else {}
            if values is None:
                yield from self.verdicts.untested(way, f"no other {self.ops.name} could be made whose name is known")
                continue
            exchange = self._send(made, way, values)
            sent += exchange is not None
            reason = why_not_refused(exchange)
            if exchange is not None and not reason:
                refusals[way] = exchange
            else:
                yield from self.verdicts.untested(way, reason, *([exchange] if exchange else []))
        after = (
            read_until_found(self.session, self.ops, made, note=f"read the {self.ops.name} after it")
            if refusals
            else None
        )
        if after is not None and not after.trouble:
            yield from self._judge(made, before, after, refusals, alone=sent == 1)

    def _taken(self) -> dict[str, JSON] | None:
        """Return what another one has that is there too, by body property; `None` if there is none."""
        other = make(self.session, self.ops, note=f"make another {self.ops.name}, whose name is taken")
        sent = sent_values(self.ops, other) if other is not None else {}
        found: dict[str, JSON] = {}
        for field in taken_fields(self.ops):
            name = property_of(self.operation, field)
            if name is None or sent.get(field) is None:
                return None
            found[name] = sent[field]
        return found

    def _send(self, made: Made, way: str, taken: Mapping[str, JSON]) -> Exchange | None:
        words, identity = WAYS_TO_CHANGE[way]
        note = f"{self.operation.id} {words}"
        if self.operation is self.ops.delete:
            return delete(self.session, self.ops, made, note=note, intent=Intent.UNKNOWN, identity=identity)
        values = update_values(self.ops, Flavour.OTHER, self.session)
        values = spoilt_body(self.ops, self.operation, values) or {} if way == "body" else {**values, **taken}
        return update(self.session, self.ops, made, values, note=note, intent=Intent.UNKNOWN, identity=identity)

    def _judge(
        self, made: Made, before: ReadResult, after: ReadResult, refusals: Mapping[str, Exchange], *, alone: bool
    ) -> Iterator[Verdict]:
        place = self.ops.representation
        fields = [
            name
            for name in dict.fromkeys((*self.ops.mutable, *sent_values(self.ops, made), *made.identity))
            if declares(place, name)
        ]
        found = first_change(before.value, after.value, fields) if after.found else None
        if (found or not after.found) and not alone:
            for way in refusals:
                yield from self.drive((way,))
            return
        for way, exchange in refusals.items():
            words = f"{self.operation.id} {WAYS_TO_CHANGE[way][0]} was answered {exchange.status}"
            exchanges = (before.exchange, exchange, after.exchange)
            if not after.found:
                message = f"{words} and must have no effect; the {self.ops.name} is gone"
                yield from self.verdicts.failed(way, message, *exchanges, problem="gone", actual=after.exchange.status)
            elif found:
                message = (
                    f"{words} and must have no effect; {found.pointer} was {shown(found.expected)} and is "
                    f"{shown(found.actual)}"
                )
                yield from self.verdicts.failed(
                    way, message, *exchanges, pointer=found.pointer, expected=found.expected, actual=found.actual
                )
            else:
                yield from self.verdicts.passed(way, f"{words} and changed nothing", *exchanges)
