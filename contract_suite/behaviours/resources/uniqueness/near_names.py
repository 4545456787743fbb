"""Names that resemble one that is taken: they are free, and whether another case makes another name is as somebody says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.resource_operations import ResourceOperations, property_of
from contract_suite.behaviours.kit.responses import obstacle, refused, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.making import body_is_valid, named, sent_values
from contract_suite.contract.addressing import field_of, identity_in, plain, with_body
from contract_suite.contract.operation import Operation
from contract_suite.contract.vocabulary import Unique
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments
from contract_suite.model.verdict import Verdict

_CONFLICT: Final = 409
_TELLING: Final = 8


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
        if self.rule.case == "":
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
        body = first.arguments.get("body")
        sent = {field_of(self.create, name): name for name in (body if isinstance(body, dict) else ())}
        for field in self.rule.fields:  # one of several schemas may have it, which no property of all of them is
            name, value = sent.get(plain(field)), sent_values(self.ops, first).get(plain(field))
            if name and isinstance(value, str):
                values[name] = _with_other_end(value, change)
        return values

    def _in_other_case(self, first: Made) -> Iterator[Verdict]:
        """Create one whose names differ from the taken ones in their case alone, which a sentence says to count or not to."""
        key = "case" if self.rule.case == "ignored" else "exact"
        if not self.verdicts.is_wanted(key):
            return
        values = self._changed(first, str.swapcase)
        arguments = self._elsewise(first, values)
        if values == self._changed(first, str) or not body_is_valid(self.create, arguments):
            return
        again = self._send(arguments, f"the same in another case: {named(values)}", key)
        if key == "exact":
            yield from self._judge_accepted(first, values, again)
        elif served(again) and self._is_another(first, again):
            message = f"{unique_values(self.ops, self.rule, first)} was taken; a create with {named(values)} was answered {again.status}"
            yield from self.verdicts.failed(key, message, first.exchange, again, expected="4xx", actual=again.status)
        elif refused(again) and not obstacle(again):
            if again.status != _CONFLICT and self.create.documents(_CONFLICT):
                reason = f"{named(values)} was refused for something else ({again.status})"
                yield from self.verdicts.untested(key, reason, first.exchange, again)
                return
            yield from self.verdicts.passed(key, f"{named(values)} is refused ({again.status})", first.exchange, again)

    def _judge_accepted(self, first: Made, values: Mapping[str, JSON], again: Exchange) -> Iterator[Verdict]:
        """Where case counts, another case is another name; a new one in that place shows whether the name was the reason."""
        if served(again):
            yield from self.verdicts.passed("exact", f"{named(values)} is another name", first.exchange, again)
            return
        accepted = self.session.accepted(self.create) if refused(again) and not obstacle(again) else None
        if accepted is None or not is_telling(values):
            return
        control = self._send(_in_the_place_of(first, accepted), "a new name in that place", "exact")
        if served(control):
            message = (
                f"case counts, and {named(values)} is not {unique_values(self.ops, self.rule, first)}; a create with it was "
                f"answered {again.status}, one with a new name {control.status}"
            )
            yield from self.verdicts.failed(
                "exact", message, first.exchange, control, again, expected="2xx", actual=again.status
            )

    def _elsewise(self, first: Made, values: Mapping[str, JSON]) -> dict[str, JSON]:
        """Return arguments of a create with these values, in the place of the first one, and fresh names in whatever else has one."""
        accepted = self.session.accepted(self.create)
        sent = sent_values(self.ops, first)
        within = {name: sent[plain(each)] for each in self.rule.within if (name := property_of(self.create, each))}
        base = _in_the_place_of(first, accepted) if accepted is not None else first.arguments
        return with_body(base, {**within, **values})

    def _send(self, arguments: Arguments, note: str, key: str) -> Exchange:
        aim = self.verdicts.clause_id(key)
        return self.session.call(self.create, arguments, note=note, aim=aim, intent=Intent.UNKNOWN)

    def _is_another(self, first: Made, again: Exchange) -> bool:
        """Whether a create made something beside the first one: it may have been answered with that."""
        return identity_in(self.ops.resource, self.session.json(again)) != dict(first.identity)


def is_telling(values: Mapping[str, JSON]) -> bool:
    """Whether values are too long for others to have them by chance in another case."""
    return any(isinstance(each, str) and len(each) >= _TELLING for each in values.values())


def in_other_cases(text: str) -> tuple[str, str]:
    """Return a text with all letters in the other case, and with one: of its last part, or of the whole, if that has none.

    The former is for creates and the latter for updates: what has come of the creates is there by then.
    """
    one = _with_other_end(text, lambda part: re.sub(r"[A-Za-z]", lambda found: found[0].swapcase(), part, count=1))
    return _with_other_end(text, str.swapcase), one


def _with_other_end(text: str, change: Callable[[str], str]) -> str:
    """Return a text with its last part changed, or the whole, if that changes nothing.

    Of an address, only what stands before the `@` has a case that may count; of a URL, nobody knows which part has.
    """
    name, at_sign, host = text.partition("@")
    if "://" in text:
        return text
    head, dash, tail = name.rpartition("-")
    return f"{change(name) if change(tail) == tail else f'{head}{dash}{change(tail)}'}{at_sign}{host}"


def _in_the_place_of(first: Made, arguments: Arguments) -> dict[str, JSON]:
    """Return arguments that lead where those lead by which the first one was made."""
    return {**arguments, **{key: value for key, value in first.arguments.items() if key.startswith("path.")}}


def unique_values(ops: ResourceOperations, rule: Unique, made: Made) -> str:
    """Return what something was created with in the fields of a rule, as messages show it."""
    sent = sent_values(ops, made)
    return named({plain(field): sent.get(plain(field)) for field in (*rule.fields, *rule.within)})
