"""What an operation says that it does to other things, it does: "Cancelling an order releases its tickets".

New things are led through whatever can be done to them, while what names them, and what they name, is read before and
after. A number that says how many there are ("bookings in status `booked`") must follow every step; it must have done so
once before it is held to that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Final

from contract_suite.behaviours.actions.effects_on_others.counting import Number, numbers
from contract_suite.behaviours.actions.effects_on_others.kinds import Kind, Tie, kinds, ties
from contract_suite.behaviours.actions.effects_on_others.said import GONE, Said, effects_said
from contract_suite.behaviours.actions.effects_on_others.steps import Attached, Move, Step, Watched
from contract_suite.behaviours.actions.effects_on_others.walking import Walk
from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.owners import takes_along
from contract_suite.behaviours.kit.responses import obstacle, says_deleted, served
from contract_suite.behaviours.kit.retrying import read_late, read_until
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.naming.sentences import statements
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Missing
from contract_suite.model.memo import MOST_CONTRACTS, Memo
from contract_suite.model.verdict import Verdict

NAME: Final = "effects-on-others"
_FOLLOWS: Final = "number-follows"
_EFFECT: Final = "effect-on-others"
_CENT: Final = 0.01
_PROOF: Final = 2
_OF_ALL: Final = re.compile(
    r"all|its|their|his|her|the|and|of|every|any|each|with|both|\w+['\u2019]s|\w+s['\u2019]", re.IGNORECASE
)
"""What may stand before a noun without saying that only some are meant: "all invoices", no "draft invoices"."""
_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Effect:
    """What an operation on one kind says that it does to another: to what names a thing of it (`below`), or what that names."""

    own: Kind
    tie: Tie
    operation: Operation
    said: Said

    @property
    def below(self) -> bool:
        """Whether it is done to what names the thing."""
        return self.tie.parent is self.own

    @property
    def other(self) -> Kind:
        """The kind that it is done to."""
        return self.tie.child if self.below else self.tie.parent

    @property
    def key(self) -> str:
        """What tells it apart, in words."""
        return f"{self.operation.id} {self.said.trigger} {self.other.noun} {self.said.state}"

    def is_of(self, step: Step) -> bool:
        """Whether a step must have it."""
        if step.move.operation.id != self.operation.id:
            return False
        return not self.said.trigger or step.kind.state(step.after) == self.said.trigger != step.kind.state(step.before)


@dataclass(slots=True)
class _Observed:
    """What was seen of one clause: steps that it held at, and those at which it didn't, with what there is to say of them."""

    held: list[tuple[Exchange, ...]] = field(default_factory=list)
    broken: list[tuple[str, JSON, JSON, tuple[Exchange, ...]]] = field(default_factory=list)
    learned: set[str] = field(default_factory=set)


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every number that counts things of another kind, and every sentence of an operation about other things."""
    found = [
        *(_clause_of_number(each) for each in numbers(contract)),
        *(_clause_of(each) for each in _effects(contract)),
    ]
    reason = "no number counts other things that the run can make, and no operation says what it does to such"
    yield from inapplicable_if_none({each.id: each for each in found}.values(), contract, NAME, "others", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Lead new things of each kind through what can be done to them, and look at others before and after each step."""
    for kind in kinds(session.contract):
        counts = [each for each in numbers(session.contract) if each.tie.child is kind]
        effects = [each for each in _effects(session.contract) if each.own is kind]
        held: dict[Number | _Effect, Verdicts] = {
            **{each: Verdicts(session, {_FOLLOWS: _clause_of_number(each)}) for each in counts},
            **{each: Verdicts(session, {_EFFECT: _clause_of(each)}) for each in effects},
        }
        if not any(each.any_wanted for each in held.values()):
            continue
        yield from while_sent(_drive(session, kind, held))
        for verdicts in held.values():
            yield from verdicts.leave_untested("nothing of the run's own could be brought to where this would show")


_Held = Mapping[Number | _Effect, Verdicts]


def _drive(session: Session, kind: Kind, held: _Held) -> Iterator[Verdict]:
    effects = [each for each in held if isinstance(each, _Effect) and held[each].any_wanted]
    counts = [each for each in held if isinstance(each, Number) and held[each].any_wanted]
    watched = [*(each.tie for each in counts), *(each.tie for each in effects if not each.below)]
    above = {id(each): each for each in watched}

    def below(move: Move) -> tuple[Tie, ...]:
        found = [each for each in effects if each.below and each.operation.id == move.operation.id]
        return tuple({id(each.tie): each.tie for each in found if each.said.trigger in {"", move.to}}.values())

    walk = Walk(session, kind, tuple(above.values()), below)
    seen: dict[Number | _Effect, _Observed] = {each: _Observed() for each in held}
    for step in walk.steps():
        broken = sum(len(each.broken) for each in seen.values())
        for number in counts:
            for parent in [each for each in step.parents if each.tie is number.tie]:
                _count(session, number, step, parent, (seen[number], held[number]))
        for effect in [each for each in effects if each.is_of(step)]:
            _look(session, effect, step, seen[effect], held[effect])
        if sum(len(each.broken) for each in seen.values()) > broken:
            walk.again(step)
        for each in held:
            yield from _judge(each, seen[each], held[each], final=False)
    for each in held:
        yield from _judge(each, seen[each], held[each], final=True)


def _judge(what: Number | _Effect, seen: _Observed, verdicts: Verdicts, *, final: bool) -> Iterator[Verdict]:
    """Accuse what was broken twice, and of a number only where it was seen to follow."""
    key = _FOLLOWS if isinstance(what, Number) else _EFFECT
    is_known = bool(seen.held) or not isinstance(what, Number)
    if len(seen.broken) >= _PROOF and is_known and not verdicts.has_failed(key):
        message, expected, actual, exchanges = seen.broken[-1]
        yield from verdicts.failed(key, message, *exchanges, expected=expected, actual=actual)
    elif final and seen.held and not seen.broken:
        yield from verdicts.passed(key, "it was so wherever it was looked at", *seen.held[-1])
    elif final and seen.broken and not verdicts.has_failed(key):
        yield from verdicts.untested(key, f"it was otherwise once: {seen.broken[-1][0]}", *seen.broken[-1][-1])


def _count(
    session: Session,
    number: Number,
    step: Step,
    parent: Watched,
    known: tuple[_Observed, Verdicts],
) -> None:
    """Look whether a number moved with a step as it must."""
    seen, verdicts = known
    former = number.value(session.json(parent.before))
    learned = frozenset(seen.learned)
    before, after = (number.counted(each, parent.key, learned) for each in (step.before, step.after))
    if former is None:
        return
    if before is None or after is None:
        if step.created and number.states is None:
            _learn(session, number, step, parent, seen)
        return
    due = former + after - before

    def is_due(read: Exchange) -> bool:
        value = number.value(session.json(read)) if served(read) else None
        return value is None or abs(value - due) <= _CENT

    read = read_until(session, number.read, parent.address, is_due, note=f"what is {number.member} now?")
    if read is not None and not is_due(read):
        relation = verdicts.clause_id(_FOLLOWS) if seen.held else ""
        read = read_late(session, number.read, parent.address, is_due, relation=relation) or read
    value = number.value(session.json(read)) if read is not None and served(read) else None
    if read is None or value is None:
        return
    exchanges = (parent.before, step.sent, read)
    if not is_due(read):
        what = _words(step)
        message = f"{what}; {number.member} of the {parent.tie.parent.noun} was {shown(former)} and is {shown(value)}"
        seen.broken.append((message, due, value, exchanges))
    elif after != before:
        seen.held.append(exchanges)


def _learn(session: Session, number: Number, step: Step, parent: Watched, seen: _Observed) -> None:
    """Take a state for one in which things are counted, where making one raised the number by one."""
    former = number.value(session.json(parent.before))
    read = read_until(session, number.read, parent.address, lambda _: True, note=f"what is {number.member} now?")
    value = number.value(session.json(read)) if read is not None and served(read) else None
    if read is not None and former is not None and value == former + 1 and number.tie.names(step.after, parent.key):
        seen.learned.add(step.kind.state(step.after))
        seen.held.append((parent.before, step.sent, read))


def _look(session: Session, effect: _Effect, step: Step, seen: _Observed, verdicts: Verdicts) -> None:
    """Look whether others are as the sentence says after a step, of those that were otherwise before."""
    found: list[Attached | Watched] = [
        *(each for each in step.children if effect.below and each.tie is effect.tie),
        *(
            each
            for each in step.parents
            if not effect.below and each.tie is effect.tie and effect.tie.names(step.before, each.key)
        ),
    ]
    for each in found:
        address = each.thing.address if isinstance(each, Attached) else each.address
        before = each.thing.read if isinstance(each, Attached) else each.before
        state = effect.other.state(session.json(before))
        origins = effect.said.origins
        if state == effect.said.state != GONE or (origins and state not in origins):
            continue

        def is_so(read: Exchange) -> bool:
            return bool(obstacle(read)) or _is_so(session, effect, read)

        operation = effect.other.paths.read
        read = read_until(session, operation, address, is_so, note=f"what became of the {effect.other.noun}?")
        if read is not None and not is_so(read):
            read = read_late(session, operation, address, is_so, relation=verdicts.clause_id(_EFFECT)) or read
        if read is None or obstacle(read):
            continue
        exchanges = (before, step.sent, read)
        if is_so(read):
            seen.held.append(exchanges)
            continue
        if not served(read):
            continue
        now = effect.other.state(session.json(read))
        is_now = "is still read" if effect.said.state == GONE else f"is {shown(now)}"
        message = f'{_words(step)}; the {effect.other.noun} {is_now}. The document says "{effect.said.sentence}"'
        seen.broken.append((message, effect.said.state or "not found", now or "found", exchanges))


def _is_so(session: Session, effect: _Effect, read: Exchange) -> bool:
    body = session.json(read) if served(read) else MISSING
    if effect.said.state == GONE:
        return read.status in _GONE or (not isinstance(body, Missing) and says_deleted(body))
    return not isinstance(body, Missing) and effect.other.state(body) == effect.said.state


def _words(step: Step) -> str:
    """Say what a step was."""
    if step.created:
        return f"{step.move.operation.id} made one"
    if step.deleted:
        return f"{step.move.operation.id} deleted one"
    one, other = step.kind.state(step.before), step.kind.state(step.after)
    if one != other:
        return f"{step.move.operation.id} brought one from {one} to {other}"
    return f"{step.move.operation.id} changed one"


def _all_effects(contract: Contract) -> Iterator[_Effect]:
    seen: set[str] = set()
    for own in kinds(contract):
        asked = [
            *((verb, each, False) for verb, each in own.actions),
            *(("", each.operation, True) for each in own.state_updates),
            *([("delete", own.delete, False)] if own.delete is not None else []),
        ]
        near = [each for each in ties(contract) if each.child is own]
        near += [each for each in ties(contract) if each.parent is own and (each.sent or each.by_path)]
        near += [each for each in ties(contract) if each.parent is own and each not in near]
        for verb, operation, by_state in asked:
            text = f"{operation.summary}\n{operation.description}"
            for tie in near:
                other = tie.child if tie.parent is own else tie.parent
                said = list(effects_said(text, own, other, verb=verb, by_state=by_state))
                said += _along(text, operation, own, tie) if operation is own.delete else []
                for each in said:
                    effect = _Effect(own=own, tie=tie, operation=operation, said=each)
                    is_judged_elsewhere = each.state == GONE and tie.by_path and operation is own.delete
                    if effect.key not in seen and not is_judged_elsewhere and (effect.below or each.state != GONE):
                        seen.add(effect.key)
                        yield effect


def _along(text: str, operation: Operation, own: Kind, tie: Tie) -> list[Said]:
    """Return what a delete says that goes with a thing, of what names it."""
    noun = tie.child.paths.read.path.rstrip("/").split("/")[-2]
    if tie.parent is not own or not takes_along(operation, noun):
        return []
    told = [each for each in statements(text) if takes_along(replace(operation, summary="", description=each), noun)]
    for each in told:
        before = re.search(rf"(?P<word>[\w'\u2019-]+)\s+{tie.child.spoken}\b", each, re.IGNORECASE)
        if before is not None and not _OF_ALL.fullmatch(before["word"]):
            return []
    return [Said(trigger="", state=GONE, origins=(), sentence=" ".join(told).rstrip(".;"))]


_EFFECTS: Final[Memo[Contract, tuple[_Effect, ...]]] = Memo(
    lambda contract: tuple(_all_effects(contract)), most=MOST_CONTRACTS
)


def _effects(contract: Contract) -> tuple[_Effect, ...]:
    return _EFFECTS(contract)


def _clause_of(each: _Effect) -> Clause:
    becomes = "gone" if each.said.state == GONE else each.said.state
    where = f" to {each.said.trigger}" if each.said.trigger else ""
    text = f"{each.operation.id}{where} makes the {each.other.noun} {becomes}, as it says."
    subject = "/".join(["others", each.other.noun, *([each.said.trigger] if each.said.trigger else []), becomes])
    return clause_at(NAME, each.operation, subject, _EFFECT, text)


def _clause_of_number(each: Number) -> Clause:
    what = f"sums up {each.summed} of" if each.summed else "counts"
    text = f"{each.member} {what} each {each.tie.child.noun} that names it, in the states that it says."
    return clause_at(NAME, each.read, f"200/{each.member}", _FOLLOWS, text)


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="What an operation says that it does to other things, it does, and what counts them follows.",
    clauses=clauses,
    drive=drive,
)
