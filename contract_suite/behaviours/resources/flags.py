"""Flags: what one operation sets is set, what another takes back is taken back, and the rest stays as it was.

Archived and no more archived, locked and unlocked, closed and open again: each is asked of a new thing. Either operation
may be refused, for its state or for a right that the run hasn't; then nothing is concluded, but that nothing changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.clauses import inapplicable_if_none, make_clause
from contract_suite.behaviours.kit.comparing import field_in, first_change
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    representation,
    resource_operations,
)
from contract_suite.behaviours.kit.responses import done, obstacle, why_not
from contract_suite.behaviours.kit.retrying import LOOKS
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.making import make, sent_values
from contract_suite.behaviours.resources.kit.observing import ReadResult, read_one, read_until_found
from contract_suite.contract.addressing import plain
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Flag
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Missing, at
from contract_suite.model.verdict import Verdict

NAME: Final = "flags"
_SET: Final = "flag-set"
_UNSET: Final = "flag-taken-back"
_REST: Final = "flag-leaves-rest"
_OF_STATE: Final = ("enum", "const", "format")
"""Keywords of fields that may go with a state: a status, a moment."""
_PAUSE: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A flag with the operations that set it and take it back."""

    flag: Flag
    set: Operation
    unset: Operation

    @property
    def field(self) -> str:
        """The name of the field, as sentences have it."""
        return plain(self.flag.field)


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every flag of what can be created and read."""
    found = (
        clause
        for ops in resource_operations(contract)
        for pair in _pairs(contract, ops)
        for clause in clauses_of(ops, pair).values()
    )
    yield from inapplicable_if_none(
        found, contract, NAME, "resources", "the document names no field that one operation sets and another takes back"
    )


def clauses_of(ops: ResourceOperations, pair: _Pair) -> dict[str, Clause]:
    """The clauses of one flag, by their kinds."""
    texts = {
        _SET: (pair.set, f"After {pair.set.id} the {pair.field} of {ops.with_article} is set."),
        _UNSET: (pair.unset, f"After {pair.unset.id} the {pair.field} of {ops.with_article} is not set any more."),
        _REST: (
            pair.set,
            f"{pair.set.id} and {pair.unset.id} change nothing of {ops.with_article} that its client chose.",
        ),
    }
    return {
        kind: make_clause(NAME, operation, pair.field, kind, text, rests_on=pair.flag)
        for kind, (operation, text) in texts.items()
    }


def drive(session: Session) -> Iterator[Verdict]:
    """Make one of each for each of its flags, set it and take it back, and look at it after either."""
    for ops in resource_operations(session.contract):
        for pair in _pairs(session.contract, ops):
            verdicts = Verdicts(session, clauses_of(ops, pair))
            if not verdicts.any_wanted:
                continue
            if session.allowed(pair.set) and session.allowed(pair.unset):
                yield from _drive(session, ops, pair, verdicts)
            yield from verdicts.leave_untested(f"no {ops.name} could be made whose {pair.field} is set and taken back")


def _pairs(contract: Contract, ops: ResourceOperations) -> Iterator[_Pair]:
    usable = {each.id: each for each in contract.operations if not each.problem}
    for flag in ops.resource.flags if ops.create is not None and ops.read is not None else ():
        if flag.set in usable and flag.unset in usable:
            yield _Pair(flag=flag, set=usable[flag.set], unset=usable[flag.unset])


def _drive(session: Session, ops: ResourceOperations, pair: _Pair, verdicts: Verdicts) -> Iterator[Verdict]:
    made = make(session, ops, note=f"make {ops.with_article} whose {pair.field} is set and taken back")
    before = read_until_found(session, ops, made) if made is not None else None
    if made is None or before is None or not before.found:
        return
    trial = _Trial(session=session, ops=ops, pair=pair, verdicts=verdicts, made=made, last=before)
    steps = [(_SET, pair.set), (_UNSET, pair.unset)]
    for key, operation in (*steps[::-1], steps[0]) if trial.is_set(before) else steps:
        yield from trial.act(key, operation)
        if trial.over:
            return


@dataclass(slots=True, kw_only=True)
class _Trial:
    """One thing whose flag is set and taken back, as it was last read; `over` says that there is no more to ask."""

    session: Session
    ops: ResourceOperations
    pair: _Pair
    verdicts: Verdicts
    made: Made
    last: ReadResult
    over: bool = True

    def act(self, key: str, operation: Operation) -> Iterator[Verdict]:
        """Set the flag or take it back, once and again, and judge what a read shows after either."""
        self.over, name, field, before = True, self.ops.name, self.pair.field, self.last
        first = self._ask(operation, aim=self.verdicts.clause_id(key))
        if first is None or not done(first):
            reason = why_not(first) if first is not None else f"{operation.id} takes more than is known"
            yield from self.verdicts.untested(key, reason)
            return
        if not self._look(wanted=key == _SET):
            yield from self.verdicts.untested(key, f"the {name} is not read after {operation.id}", first)
            return
        after = self.last
        if self.is_set(after) is not (key == _SET):
            message = f"after {operation.id} the {field} of the {name} is {shown(self._value(after))}"
            seen = (before.exchange, first, after.exchange)
            yield from self.verdicts.failed(key, message, *seen, problem="not-stored", actual=self._value(after))
            return
        yield from self._rest(before, first)
        again = self._ask(operation, aim=self.verdicts.clause_id(key))
        if again is None or obstacle(again) or not self._look(wanted=key == _SET):
            return
        if self.is_set(self.last) is not (key == _SET):
            value = self._value(self.last)
            message = (
                f"asked again, {operation.id} answered {again.status}; the {field} of the {name} is {shown(value)}"
            )
            seen = (after.exchange, again, self.last.exchange)
            yield from self.verdicts.failed(key, message, *seen, problem="turned", actual=value)
            return
        yield from self.verdicts.passed(key, f"the {field} is {shown(self._value(after))} then", first, after.exchange)
        self.over = False

    def is_set(self, result: ReadResult) -> bool:
        """Whether a read shows the flag as set."""
        return self.pair.flag.is_set(self._value(result))

    def _rest(self, before: ReadResult, exchange: Exchange) -> Iterator[Verdict]:
        """Hold what the client chose against what it was: texts, lists and objects, in which no state has a say."""
        place, ops, after = representation(self.ops.read), self.ops, self.last
        chosen = [
            name
            for name in dict.fromkeys((*sent_values(ops, self.made), *ops.mutable))
            if name != self.pair.field
            and name not in ops.modified
            and isinstance(field_in(before.value, name), str | list | dict)
            and place is not None
            and not any(place.member(name).keyword(each) for each in _OF_STATE)
        ]
        found = first_change(before.value, after.value, chosen)
        exchanges = (before.exchange, exchange, after.exchange)
        if found is not None:
            message = (
                f"to set the {self.pair.field} or take it back must leave {plain(found.pointer)} of the {ops.name}; "
                f"{shown(found.expected)} became {shown(found.actual)}"
            )
            yield from self.verdicts.failed(
                _REST, message, *exchanges, pointer=found.pointer, expected=found.expected, actual=found.actual
            )
        elif chosen:
            yield from self.verdicts.passed(_REST, f"it left {', '.join(chosen)}", *exchanges)

    def _ask(self, operation: Operation, *, aim: str) -> Exchange | None:
        arguments = self.session.locate(operation, self.made)
        if arguments is None:
            return None
        return self.session.call(operation, arguments, aim=aim, note=operation.id, intent=Intent.UNKNOWN)

    def _look(self, *, wanted: bool) -> bool:
        """Read it until it is as it should be, at most three times; whether it was read at all."""
        for look in range(LOOKS):
            if look:
                self.session.pause(_PAUSE)
            result = read_one(self.session, self.ops, self.made, note=f"what is its {self.pair.field} now?")
            if result is None or not result.found:
                return False
            self.last = result
            if self.is_set(result) is wanted:
                break
        return True

    def _value(self, result: ReadResult) -> JSON | Missing:
        return MISSING if isinstance(result.value, Missing) else at(result.value, self.pair.flag.field)


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="A flag that one operation sets and another clears, such as a star, is set and cleared, and nothing else changes.",
    clauses=clauses,
    drive=drive,
)
