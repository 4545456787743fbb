"""Updates that give a thing what another one has already, in another case too, and its own present value again.

Each update of the path is tried: PUT beside PATCH. Only things that the run made are changed. A server is blamed for serving
a name that is taken only if both show it afterwards: it may leave what can't change as it was, or take the name away from the
other one. It is blamed for refusing a name only if it serves a new one in that very request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import alike, field_in
from contract_suite.behaviours.kit.resource_operations import ResourceOperations, property_of, request_body
from contract_suite.behaviours.kit.responses import obstacle, refused, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import (
    fresh_names,
    make,
    named,
    sent_values,
)
from contract_suite.behaviours.resources.kit.observing import read_one
from contract_suite.behaviours.resources.kit.updating import update, update_values
from contract_suite.behaviours.resources.uniqueness.clauses import status_of
from contract_suite.behaviours.resources.uniqueness.near_names import in_other_cases, is_telling, unique_values
from contract_suite.contract.addressing import field_of, named_values, plain
from contract_suite.contract.operation import Operation
from contract_suite.contract.vocabulary import Unique
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Missing
from contract_suite.model.verdict import Verdict

_CONFLICT = 409


@dataclass(slots=True, kw_only=True)
class Renames:
    """Updates about one uniqueness rule: `first` has what is taken, `other` is what they change."""

    session: Session
    ops: ResourceOperations
    rule: Unique
    create: Operation
    verdicts: Verdicts
    first: Made
    other: Made | None = field(default=None, init=False)
    present: dict[str, JSON] = field(default_factory=dict, init=False)
    """What `other` is called now, by field."""
    is_given: bool = field(default=False, init=False)
    """Whether something is called so in the other case by now."""
    repeated: Exchange | None = field(default=None, init=False)
    """The latest update of `other` with its own present value: one that is refused tells nothing of what is taken."""

    def drive(self, variants: tuple[ResourceOperations, ...]) -> Iterator[Verdict]:
        """Try every update of the resource, each given as its operations with that update."""
        for variant in variants:
            operation = variant.update
            keys = (
                [f"{key}:{operation.id}" for key in ("update", "own", "case", "exact", "status")] if operation else []
            )
            if operation is None or not self.verdicts.is_wanted(*keys):
                continue
            if not self.session.allowed(operation):
                for key in keys:
                    yield from self.verdicts.untested(key, f"{operation.id} may not be called in this run")
                continue
            if self.other is None and not self._make_other():
                return
            yield from self._try(variant, operation)

    def _try(self, ops: ResourceOperations, operation: Operation) -> Iterator[Verdict]:
        yield from self._own(ops, operation)
        yield from self._taken(ops, operation, f"update:{operation.id}", self._of_first())
        if self.other is None or self.verdicts.has_failed(f"update:{operation.id}"):
            return
        taken = self._of_first()
        cased = {name: in_other_cases(value) for name, value in taken.items() if isinstance(value, str)}
        values: dict[str, JSON] = {**taken, **{name: one for name, (_, one) in cased.items()}}
        if values == taken:
            return
        if self.rule.case == "ignored":
            yield from self._taken(ops, operation, f"case:{operation.id}", values)
        elif (
            self.rule.case == "exact"
            and not self.is_given
            and values != {**taken, **{name: every for name, (every, _) in cased.items()}}
        ):
            yield from self._free(ops, operation, values)

    def _make_other(self) -> bool:
        """Make another one in the same place, and remember what it is called; without one there is nothing to rename."""
        sent = sent_values(self.ops, self.first)
        within = {plain(each): sent[plain(each)] for each in self.rule.within}
        values = {**fresh_names(self.session, self.ops), **within}
        made = make(self.session, self.ops, values=values, note="make another one to rename")
        given = sent_values(self.ops, made) if made is not None else {}
        fields = [plain(each) for each in self.rule.fields]
        apart = any(given.get(each) != sent[each] for each in fields)
        if made is None or not apart or any(given.get(each) is None for each in fields):
            return False
        if any(not alike(given.get(each), value) for each, value in within.items()):
            return False
        self.other, self.present = made, {each: given[each] for each in fields}
        return True

    def _of_first(self) -> dict[str, JSON]:
        sent = sent_values(self.ops, self.first)
        return {plain(each): sent[plain(each)] for each in self.rule.fields}

    def _own(self, ops: ResourceOperations, operation: Operation) -> Iterator[Verdict]:
        """Send its own present value with something else that changes."""
        self.repeated = None
        key = f"own:{operation.id}"
        rest = self._rest(ops, operation, Flavour.OTHER)
        if not rest or self.other is None:
            yield from self.verdicts.untested(key, f"{operation.id} changes nothing else that could be sent beside it")
            return
        exchange = self._send(ops, self.present, rest, key, note="its own present value, and something else")
        self.repeated = exchange
        if exchange is None:
            return
        if served(exchange):
            text = f"an update with its own {named(self.present)} was answered {exchange.status}"
            yield from self.verdicts.passed(key, text, self.other.exchange, exchange)
        elif refused(exchange) and not obstacle(exchange) and self.verdicts.is_wanted(key):
            yield from self._own_again(ops, operation, exchange)

    def _own_again(self, ops: ResourceOperations, operation: Operation, first: Exchange) -> Iterator[Verdict]:
        """Look whether a new value is served in that very request, and whether that one is refused then."""
        key, made = f"own:{operation.id}", self.other
        fresh = self._fresh()
        rest = self._rest(ops, operation, Flavour.OTHER)
        control = self._send(ops, fresh, rest, key, note="a new value, and the same else") if fresh else None
        if control is None or not served(control) or made is None:
            reason = f"an update with its own {named(self.present)} was answered {first.status}, one with a new value no better"
            yield from self.verdicts.untested(key, reason, first, *([control] if control else []))
            return
        self.present = fresh
        again = self._send(
            ops,
            self.present,
            self._rest(ops, operation, Flavour.PLAIN),
            key,
            note="its new present value, and something else",
        )
        if again is not None and refused(again) and not obstacle(again) and again.status == first.status:
            message = (
                f"{named(self.present)} is its own; an update that sends it with something else must be accepted and was "
                f"answered {again.status}, while a new value was answered {control.status}"
            )
            yield from self.verdicts.failed(
                key, message, made.exchange, first, control, again, expected="2xx", actual=again.status
            )

    def _taken(
        self, ops: ResourceOperations, operation: Operation, key: str, taken: Mapping[str, JSON]
    ) -> Iterator[Verdict]:
        """Give it what the first one has, or has but for its case: that must be refused."""
        if not self.verdicts.is_wanted(key) or self.other is None or not self._is_valid(ops, operation, taken):
            return
        exchange = self._send(ops, taken, {}, key, note=f"what is taken: {named(taken)}")
        if exchange is None:
            return
        made = self.other
        if served(exchange):
            yield from self._judge_served(exchange, key, taken)
        elif refused(exchange) and not obstacle(exchange):
            own = self.repeated
            if own is not None and not served(own) and exchange.status != _CONFLICT:
                reason = f"an update with its own value was answered {own.status} too"
                yield from self.verdicts.untested(key, reason, own, exchange)
            else:
                text = f"the update to {named(taken)} was answered {exchange.status}"
                yield from self.verdicts.passed(key, text, self.first.exchange, made.exchange, exchange)
                if key.startswith("update:"):
                    yield from self._judge_status(ops, operation, taken, exchange)

    def _judge_status(
        self, ops: ResourceOperations, operation: Operation, taken: Mapping[str, JSON], exchange: Exchange
    ) -> Iterator[Verdict]:
        """An update to what is taken was refused: see with which status, where one to a new value is served."""
        key, wanted = f"status:{operation.id}", status_of(self.session.contract, self.rule)
        if not self.verdicts.is_wanted(key):
            return
        text = f"the update to {named(taken)} was answered {exchange.status}"
        if exchange.status == wanted:
            yield from self.verdicts.passed(key, text, self.first.exchange, exchange)
            return
        fresh = self._fresh()
        control = self._send(ops, fresh, {}, key, note="a new value") if fresh else None
        if control is None or not served(control):
            yield from self.verdicts.untested(key, "an update to a new value is not served either", exchange)
            return
        self.present = fresh
        yield from self.verdicts.failed(
            key,
            f"{text}, and one to a new value {control.status}; what is taken must be answered {wanted}",
            self.first.exchange,
            control,
            exchange,
            expected=wanted,
            actual=exchange.status,
        )

    def _judge_served(self, exchange: Exchange, key: str, taken: Mapping[str, JSON]) -> Iterator[Verdict]:
        """An update to what is taken was served: see whether two things have it now."""
        made, self.other = self.other, None  # nobody knows what it is called
        if made is None:
            return
        shown = self._shown(made, exchange)
        if any(isinstance(each, Missing) for each in shown.values()):
            yield from self.verdicts.untested(key, "nothing shows what the update came to", made.exchange, exchange)
            return
        if not all(self._is_alike(shown[name], value) for name, value in taken.items()):
            yield from self.verdicts.untested(key, "the update left it as it was", made.exchange, exchange)
            return
        kept = self._shown(self.first, None)
        if not all(self._is_alike(kept[name], value) for name, value in self._of_first().items()):
            yield from self.verdicts.untested(key, "the other one does not have it any more", made.exchange, exchange)
            return
        message = (
            f"{unique_values(self.ops, self.rule, self.first)} is taken; an update of another one to {named(taken)} must be "
            f"refused and was answered {exchange.status}"
        )
        yield from self.verdicts.failed(
            key, message, self.first.exchange, made.exchange, exchange, expected="4xx", actual=exchange.status
        )

    def _free(self, ops: ResourceOperations, operation: Operation, values: Mapping[str, JSON]) -> Iterator[Verdict]:
        """Give it what the first one has in another case, where case counts: that must be accepted, as any new value is."""
        key, made = f"exact:{operation.id}", self.other
        if not self.verdicts.is_wanted(key) or made is None or not self._is_valid(ops, operation, values):
            return
        exchange = self._send(ops, values, {}, key, note=f"another value, as case counts: {named(values)}")
        if exchange is None:
            return
        if served(exchange):
            text = f"an update to {named(values)} was answered {exchange.status}"
            yield from self.verdicts.passed(key, text, self.first.exchange, made.exchange, exchange)
            self._give_back(ops, key)
            return
        fresh = self._fresh()
        if not refused(exchange) or obstacle(exchange) or not fresh or not is_telling(values):
            return
        control = self._send(ops, fresh, {}, key, note="a new value")
        if control is not None and served(control):
            self.present = fresh
            message = (
                f"case counts, and {named(values)} is not {unique_values(self.ops, self.rule, self.first)}; an update to it was "
                f"answered {exchange.status}, one to a new value {control.status}"
            )
            yield from self.verdicts.failed(
                key, message, self.first.exchange, control, exchange, expected="2xx", actual=exchange.status
            )

    def _give_back(self, ops: ResourceOperations, key: str) -> None:
        """Call it otherwise again, so that the next update finds the other case free."""
        fresh = self._fresh()
        exchange = self._send(ops, fresh, {}, key, note="a new value again") if fresh else None
        self.is_given = exchange is None or not served(exchange)
        self.other, self.present = (None, {}) if self.is_given else (self.other, fresh)

    def _send(
        self, ops: ResourceOperations, fields: Mapping[str, JSON], rest: Mapping[str, JSON], key: str, *, note: str
    ) -> Exchange | None:
        """Update `other` with these fields and other properties of the body."""
        if self.other is None:
            return None
        values = {**rest, **self._properties(ops, fields)}
        aim = self.verdicts.clause_id(key)
        return update(self.session, ops, self.other, values, note=note, aim=aim, intent=Intent.UNKNOWN)

    def _properties(self, ops: ResourceOperations, fields: Mapping[str, JSON]) -> dict[str, JSON]:
        """Return fields by the properties of an update's body, with what they are unique within, where it takes that."""
        sent = sent_values(self.ops, self.first)
        given = {**{plain(each): sent[plain(each)] for each in self.rule.within}, **fields}
        update_of = ops.update
        if update_of is None:
            return {}
        return {name: value for each, value in given.items() if (name := property_of(update_of, each))}

    def _rest(self, ops: ResourceOperations, operation: Operation, flavour: Flavour) -> dict[str, JSON]:
        """Return a value for one thing that an update may change besides: a text rather than a choice, which may be a state."""
        fixed = {property_of(operation, each) for each in (*self.rule.fields, *self.rule.within)}
        values = {name: value for name, value in update_values(ops, flavour, self.session).items() if name not in fixed}
        place = request_body(operation)
        ranked = sorted(values, key=lambda name: place is not None and place.member(name).keyword("enum") is not None)
        return {name: values[name] for name in ranked[:1]}

    def _fresh(self) -> dict[str, JSON]:
        """Return new values for the fields, each valid where the create takes it; none if there are none to be had."""
        accepted = self.session.accepted(self.create)
        values = named_values(self.create, accepted) if accepted is not None else {}
        for name, value in fresh_names(self.session, self.ops).items():
            values[field_of(self.create, name)] = value
        found = {each: values[each] for each in self.present if values.get(each) is not None}
        return found if found.keys() == self.present.keys() and found != self.present else {}

    def _is_valid(self, ops: ResourceOperations, operation: Operation, fields: Mapping[str, JSON]) -> bool:
        """Whether an update may say so by its schema: a pattern may allow capitals alone."""
        if self.other is None:
            return False
        media = operation.body.of_members if operation.body is not None else None
        given = self._properties(ops, fields)
        schema = media.schema if media is not None else None
        return schema is None or not any(schema.breaks_member({name: value}, name) for name, value in given.items())

    def _shown(self, made: Made, exchange: Exchange | None) -> dict[str, JSON | Missing]:
        """Return what a thing shows in the fields now: in a read, else in the answer of the update."""
        result = read_one(self.session, self.ops, made, note="what is it called now?")
        value: JSON | Missing = result.value if result is not None else MISSING
        if isinstance(value, Missing) and exchange is not None:
            value = self.session.json(exchange)
        return {plain(each): field_in(value, each) for each in self.rule.fields}

    def _is_alike(self, one: JSON | Missing, other: JSON | Missing) -> bool:
        """Whether two values are one for the rule."""
        if self.rule.case == "ignored" and isinstance(one, str) and isinstance(other, str):
            return one.casefold() == other.casefold()
        return alike(one, other)
