"""What there is one of (settings, a profile) is read as it was written, and nothing else of it changes.

The run did not make it, so that this is driven only where the run may change what it did not make. It is put back after
each change: nothing is changed before the same request with what is there already was served and changed nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, BudgetSpent, Session
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.comparing import alike
from contract_suite.behaviours.kit.requests import required_arguments
from contract_suite.behaviours.kit.resource_operations import representation
from contract_suite.behaviours.kit.responses import done, served, why_not
from contract_suite.behaviours.kit.retrying import LOOKS
from contract_suite.behaviours.kit.sample_values import another
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.naming.names import words
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON
from contract_suite.model.verdict import Verdict

NAME: Final = "singletons"
_STORED: Final = "written-read-back"
_OTHERS: Final = "others-stay"
_SENTENCES: Final = {
    _STORED: "What is written there is read there.",
    _OTHERS: "To write one member changes no other.",
}
_MOST: Final = 6
"""So many members are changed, one after the other."""
_LEFT_ALONE: Final = frozenset(
    {
        "password", "secret", "token", "key", "email", "login", "username", "role", "roles", "permission", "permissions",
        "plan", "url", "uri", "webhook", "maintenance", "readonly", "locked", "enabled", "disabled", "active", "status",
    }
)  # fmt: skip
"""Words of members that decide who gets in, what is reached, or whether the service serves at all."""
_PAUSE: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Single:
    """What stands at a path without parameters: what reads it and what writes it, with the schema of what is sent."""

    read: Operation
    write: Operation
    sent: Schema


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every PUT or PATCH of what is read at a path without parameters."""
    found = (clause for each in _singles(contract) for clause in _clauses_of(each.write).values())
    reason = "the document has no PUT or PATCH at a path without parameters where a GET shows an object"
    yield from inapplicable_if_none(found, contract, NAME, "body", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Write back what is there, then change one member at a time and put it back."""
    for each in _singles(session.contract):
        verdicts = Verdicts(session, _clauses_of(each.write))
        if not verdicts.any_wanted:
            continue
        if session.allowed(each.write) and session.allowed(each.read):
            yield from _Trial(session=session, single=each, verdicts=verdicts).run()
        yield from verdicts.leave_untested(
            "what is there could not be written back as it is, so that nothing was changed"
        )


@dataclass(slots=True, kw_only=True)
class _Trial:
    """The changes of what there is one of."""

    session: Session
    single: _Single
    verdicts: Verdicts

    def run(self) -> Iterator[Verdict]:
        """Make sure that it can be put back, then change one member after the other."""
        first = self._read("what is there")
        was = self._members(first)
        if first is None or not was or not self.single.sent.is_valid(was):
            return
        back = self._write(was, note="what is there already")
        second = self._read("is it the same?")
        now = self._members(second)
        if (
            back is None
            or second is None
            or not served(back)
            or any(not alike(was[name], now.get(name)) for name in was)
        ):
            return
        for name, value in self._changes(was):
            try:
                yield from self._changed(name, value, was, second)
            finally:
                with suppress(BudgetSpent):
                    self._write(was, note="put it back")
            if not self.verdicts.is_wanted(_STORED, _OTHERS):
                break
        last = self._read("is it as it was?")
        lost = next((name for name, value in was.items() if not alike(value, self._members(last).get(name))), "")
        if last is not None and served(last) and lost:
            message = (
                f"{lost} was {shown(was[lost])} and could not be put back: it is {shown(self._members(last).get(lost))}"
            )
            yield from self.verdicts.failed(_STORED, message, first, last, problem="not-put-back", pointer=f"/{lost}")

    def _changed(self, name: str, value: JSON, was: dict[str, JSON], before: Exchange) -> Iterator[Verdict]:
        whole = self.single.write.method == "PUT"
        body = {**was, name: value} if whole else {name: value}
        exchange = self._write(body, note=f"another {name}")
        if exchange is None or not done(exchange):
            return
        after, now = before, was
        for look in range(LOOKS):
            if look:
                self.session.pause(_PAUSE)
            after = self._read(f"is the {name} stored?") or after
            now = self._members(after)
            if alike(value, now.get(name)):
                break
        seen = (before, exchange, after)
        if alike(value, now.get(name)):
            yield from self.verdicts.passed(_STORED, f"{name} is {shown(value)}", *seen)
        elif served(after) and alike(was[name], now.get(name)):
            message = (
                f"{name} was written as {shown(value)} and answered {exchange.status}; a read shows {shown(was[name])}"
            )
            yield from self.verdicts.failed(
                _STORED, message, *seen, pointer=f"/{name}", problem="not-stored", expected=value, actual=was[name]
            )
            return
        else:
            yield from self.verdicts.untested(
                _STORED, f"{name} is not shown as it was written: {why_not(after)}", *seen
            )
            return
        other = next((each for each in was if each != name and not alike(was[each], now.get(each))), "")
        if other:
            message = f"to write {name} changed {other} too: from {shown(was[other])} to {shown(now.get(other))}"
            yield from self.verdicts.failed(
                _OTHERS, message, *seen, pointer=f"/{other}", expected=was[other], actual=now.get(other)
            )
        elif len(was) > 1:
            yield from self.verdicts.passed(_OTHERS, f"to write {name} changed nothing else", *seen)

    def _changes(self, was: dict[str, JSON]) -> Iterator[tuple[str, JSON]]:
        """Yield members that may be changed without harm, each with another value."""
        place, found = view(self.single.sent), 0
        for name, old in was.items():
            if _LEFT_ALONE & set(words(name)) or found >= _MOST:
                continue
            value = _other(place.member(name), old)
            body = {**was, name: value} if self.single.write.method == "PUT" else {name: value}
            if value is not None and not alike(value, old) and self.single.sent.is_valid(body):
                found += 1
                yield name, value

    def _members(self, exchange: Exchange | None) -> dict[str, JSON]:
        """Return what a read shows of what a write takes, but for nulls."""
        value = self.session.json(exchange) if exchange is not None and served(exchange) else None
        takes, place = view(self.single.sent).property_names(), view(self.single.sent)
        return {
            name: each
            for name, each in (value.items() if isinstance(value, dict) else ())
            if name in takes and each is not None and place.member(name).keyword("readOnly") is not True
        }

    def _read(self, note: str) -> Exchange | None:
        arguments = required_arguments(self.session, self.single.read, {})
        return (
            self.session.call(self.single.read, arguments, note=note, intent=Intent.UNKNOWN)
            if arguments is not None
            else None
        )

    def _write(self, body: dict[str, JSON], *, note: str) -> Exchange | None:
        arguments = required_arguments(self.session, self.single.write, {})
        if arguments is None:
            return None
        aim = self.verdicts.clause_id(_STORED)
        given = {**arguments, "body": dict(body)}
        return self.session.call(self.single.write, given, note=note, aim=aim, intent=Intent.UNKNOWN)


def _other(place: SchemaView, old: JSON) -> JSON:
    """Return another value for a member that is a choice, a number, a flag or a free text; `None` for any other."""
    listed = place.keyword("enum")
    if isinstance(listed, list):
        return next((each for each in listed if each is not None and not alike(each, old)), None)
    if place.keyword("format") is not None or place.keyword("const") is not None:
        return None
    if isinstance(old, int) and not isinstance(old, bool):
        most = place.keyword("maximum")
        return old - 1 if isinstance(most, int | float) and old + 1 > most else old + 1
    return another(old) if isinstance(old, bool) or (isinstance(old, str) and old) else None


def _singles(contract: Contract) -> Iterator[_Single]:
    if contract.resources:
        return  # the document says itself what there is
    usable = [each for each in contract.operations if not each.problem]
    reads = {each.path: each for each in usable if each.method == "GET" and not names_in(each.path)}
    for write in usable:
        read, body = reads.get(write.path), write.body.json if write.body else None
        if read is None or write.method not in {"PUT", "PATCH"} or body is None or body.schema is None:
            continue
        place = representation(read)
        shared = set(view(body.schema).property_names()) & set(place.property_names() if place else ())
        if place is not None and shared and place.types() - {"null"} == {"object"}:
            yield _Single(read=read, write=write, sent=body.schema)


def _clauses_of(write: Operation) -> dict[str, Clause]:
    return {kind: clause_at(NAME, write, "body", kind, sentence) for kind, sentence in _SENTENCES.items()}


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="A single resource, such as settings or a profile, is read as it was written, and nothing else in it changes.",
    clauses=clauses,
    drive=drive,
)
