"""Names that resemble one that is taken: they are free, but for another case where that is said not to count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.resource_operations import ResourceOperations, property_of
from contract_suite.behaviours.kit.responses import obstacle, refused, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.making import body_is_valid, named, sent_values
from contract_suite.contract.addressing import identity_in, plain, with_body
from contract_suite.contract.operation import Operation
from contract_suite.contract.vocabulary import Unique
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments
from contract_suite.model.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class NearNames:
    """Creates of names that nearly are that of one that is there."""

    session: Session
    ops: ResourceOperations
    rule: Unique
    create: Operation
    verdicts: Verdicts

    def drive(self, first: Made) -> Iterator[Verdict]:
        """Create what resembles the first one."""
        yield from self._similar(first)
        yield from self._in_other_case(first)

    def _similar(self, first: Made) -> Iterator[Verdict]:
        """Create with names that differ from a taken one in their case, or go on where it ends."""
        if not self.verdicts.is_wanted("near"):
            return
        changes: dict[str, Callable[[str], str]] = {"one character more": lambda text: f"{text}0"}
        if self.rule.case == "exact":
            changes = {"case": str.upper, **changes}
        for what, change in changes.items():
            values = self._changed(first, change)
            arguments = with_body(first.arguments, values)
            if arguments == first.arguments or not body_is_valid(self.create, arguments):
                continue
            exchange = self._send(arguments, f"a similar name: {what}", "near")
            if served(exchange):
                yield from self.verdicts.passed("near", f"{named(values)} is another name", first.exchange, exchange)
            elif obstacle(exchange):
                yield from self.verdicts.untested("near", obstacle(exchange), exchange)
            else:
                message = f"{named(values)} is not {unique_values(self.ops, self.rule, first)}; a create with it was answered {exchange.status}"
                yield from self.verdicts.failed(
                    "near", message, first.exchange, exchange, problem=what.replace(" ", "-"), actual=exchange.status
                )

    def _changed(self, first: Made, change: Callable[[str], str]) -> dict[str, JSON]:
        """Return the texts that must be unique with their last part changed, so that they are the run's own still."""
        values: dict[str, JSON] = {}
        for field in self.rule.fields:
            name, value = property_of(self.create, field), sent_values(self.ops, first).get(plain(field))
            if name and isinstance(value, str):
                head, dash, tail = value.rpartition("-")
                values[name] = f"{head}{dash}{change(tail)}"
        return values

    def _in_other_case(self, first: Made) -> Iterator[Verdict]:
        """Create one whose names differ from the taken ones in their case alone, where that is said not to count."""
        values = self._changed(first, str.swapcase)
        arguments = with_body(first.arguments, values)
        if (
            not self.verdicts.is_wanted("case")
            or arguments == first.arguments
            or not body_is_valid(self.create, arguments)
        ):
            return
        again = self._send(arguments, f"the same in another case: {named(values)}", "case")
        if served(again) and self._is_another(first, again):
            message = f"{unique_values(self.ops, self.rule, first)} was taken; a create with {named(values)} was answered {again.status}"
            yield from self.verdicts.failed("case", message, first.exchange, again, expected="4xx", actual=again.status)
        elif refused(again) and not obstacle(again):
            yield from self.verdicts.passed(
                "case", f"{named(values)} is refused ({again.status})", first.exchange, again
            )

    def _send(self, arguments: Arguments, note: str, key: str) -> Exchange:
        aim = self.verdicts.clause_id(key)
        return self.session.call(self.create, arguments, note=note, aim=aim, intent=Intent.UNKNOWN)

    def _is_another(self, first: Made, again: Exchange) -> bool:
        """Whether a create made something beside the first one: it may have been answered with that."""
        return identity_in(self.ops.resource, self.session.json(again)) != dict(first.identity)


def unique_values(ops: ResourceOperations, rule: Unique, made: Made) -> str:
    """Return what something was created with in the fields of a rule, as messages show it."""
    sent = sent_values(ops, made)
    return named({plain(field): sent.get(plain(field)) for field in (*rule.fields, *rule.within)})
