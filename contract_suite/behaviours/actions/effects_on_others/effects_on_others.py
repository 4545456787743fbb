"""An operation does to other things what its description says: "Cancelling an order releases its tickets".

New things are led through whatever can be done to them, while what names them, and what they name, is read before and
after. A number that says how many there are ("bookings in status `booked`") must follow every step; it must have done so
once before it is held to that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contract_suite.behaviours.actions.effects_on_others.counting import Number, numbers
from contract_suite.behaviours.actions.effects_on_others.effects import Effect, effects_on
from contract_suite.behaviours.actions.effects_on_others.kinds import Kind, Tie, kinds
from contract_suite.behaviours.actions.effects_on_others.observing import Observed, follow, give_back, look
from contract_suite.behaviours.actions.effects_on_others.released import Release, releases
from contract_suite.behaviours.actions.effects_on_others.said import GONE
from contract_suite.behaviours.actions.effects_on_others.steps import Move, Step
from contract_suite.behaviours.actions.effects_on_others.walking import Walk
from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.clause import Clause
from contract_suite.model.verdict import Verdict

NAME: Final = "effects-on-others"
_FOLLOWS: Final = "number-follows"
_EFFECT: Final = "effect-on-others"
_GIVEN_BACK: Final = "given-back"
_PROOF: Final = 2


_What = Number | Effect | Release
_Held = Mapping[_What, Verdicts]


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every number that counts things of another kind, and every sentence of an operation about other things."""
    found = [
        *(_clause_of_number(each) for each in numbers(contract)),
        *(_clause_of(each) for each in effects_on(contract)),
        *(_clause_of_release(each) for each in releases(contract)),
    ]
    reason = (
        "no number counts things that the run can make, and no description says what an operation does to other things"
    )
    yield from inapplicable_if_none({each.id: each for each in found}.values(), contract, NAME, "others", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Lead new things of each kind through what can be done to them, and look at others before and after each step."""
    for kind in kinds(session.contract):
        counts = [each for each in numbers(session.contract) if each.tie.child is kind]
        effects = [each for each in effects_on(session.contract) if each.own is kind]
        held: dict[_What, Verdicts] = {
            **{each: Verdicts(session, {_FOLLOWS: _clause_of_number(each)}) for each in counts},
            **{each: Verdicts(session, {_EFFECT: _clause_of(each)}) for each in effects},
            **{
                each: Verdicts(session, {_GIVEN_BACK: _clause_of_release(each)})
                for each in releases(session.contract)
                if each.own is kind
            },
        }
        if not any(each.any_wanted for each in held.values()):
            continue
        yield from while_sent(_drive(session, kind, held))
        for verdicts in held.values():
            yield from verdicts.leave_untested(
                "the run could bring nothing of its own into a state where this would show"
            )


def _drive(session: Session, kind: Kind, held: _Held) -> Iterator[Verdict]:
    effects = [each for each in held if isinstance(each, Effect) and held[each].any_wanted]
    watched = [each.tie for each in held if held[each].any_wanted and not (isinstance(each, Effect) and each.below)]
    above = {id(each): each for each in watched}

    def below(move: Move) -> tuple[Tie, ...]:
        found = [each for each in effects if each.below and each.operation.id == move.operation.id]
        return tuple({id(each.tie): each.tie for each in found if each.said.trigger in {"", move.to}}.values())

    walk = Walk(session, kind, tuple(above.values()), below)
    seen: dict[_What, Observed] = {
        each: Observed(clause=each_held.clause_id(_key(each))) for each, each_held in held.items()
    }
    for step in walk.steps():
        former = {what: len(each.broken) for what, each in seen.items()}
        _observe(session, step, seen)
        if any(former[what] < len(each.broken) < _PROOF for what, each in seen.items()):
            walk.again(step)
        for each in held:
            yield from _judge(each, seen[each], held[each], final=False)
    for each in held:
        yield from _judge(each, seen[each], held[each], final=True)


def _observe(session: Session, step: Step, seen: Mapping[_What, Observed]) -> None:
    """Look at what a step did to whatever is wanted of it."""
    for what, observed in seen.items():
        if not observed.clause:
            continue
        if isinstance(what, Effect):
            if what.is_of(step):
                look(session, what, step, observed)
            continue
        for parent in [each for each in step.parents if each.tie is what.tie]:
            if isinstance(what, Number):
                follow(session, what, step, parent, observed)
            else:
                give_back(session, what, step, parent, observed)


def _judge(what: _What, seen: Observed, verdicts: Verdicts, *, final: bool) -> Iterator[Verdict]:
    """Accuse what was broken twice, and of a number only where it was seen to follow."""
    key = _key(what)
    is_known = bool(seen.held) or not isinstance(what, Number)
    if len(seen.broken) >= _PROOF and is_known and not verdicts.has_failed(key):
        message, expected, actual, exchanges = seen.broken[-1]
        yield from verdicts.failed(key, message, *exchanges, expected=expected, actual=actual)
    elif final and seen.held and not seen.broken:
        yield from verdicts.passed(key, "it was so after every step that could show it", *seen.held[-1])
    elif final and seen.broken and not verdicts.has_failed(key):
        why = "it was wrong only once" if is_known else "it was never right, so it may count something else"
        yield from verdicts.untested(key, f"{why}: {seen.broken[-1][0]}", *seen.broken[-1][-1])


def _key(what: _What) -> str:
    return _FOLLOWS if isinstance(what, Number) else _EFFECT if isinstance(what, Effect) else _GIVEN_BACK


def _clause_of(each: Effect) -> Clause:
    becomes = "gone" if each.said.state == GONE else each.said.state
    others = f"{'each' if each.below else 'the'} {each.other.called} of the {each.own.called}"
    before = f" if it was {' or '.join(each.said.origins)}" if each.said.origins else ""
    text = f"After {_asked(each.operation, each.said.trigger)}, {others} is {becomes}{before}, as the description says."
    subject = "/".join(["others", each.other.noun, *([each.said.trigger] if each.said.trigger else []), becomes])
    return clause_at(NAME, each.operation, subject, _EFFECT, text)


def _clause_of_release(each: Release) -> Clause:
    numbers_of = f"{' and '.join(each.members)} of the {each.tie.parent.called}"
    asked = _asked(each.operation, each.trigger)
    text = f"After {asked}, {numbers_of} is what it was before the {each.own.called} was made, as the description says."
    subject = "/".join(["others", each.tie.parent.noun, *([each.trigger] if each.trigger else []), "numbers"])
    return clause_at(NAME, each.operation, subject, _GIVEN_BACK, text)


def _asked(operation: Operation, state: str) -> str:
    return f"{operation.id} sets {state}" if state else operation.id


def _clause_of_number(each: Number) -> Clause:
    what = f"is the sum of {each.summed} of" if each.summed else "counts"
    child, parent = each.tie.child, each.tie.parent
    states = [state for state in child.states if each.states and state in each.states]
    which = f" that is {' or '.join(states)}" if states and len(states) < len(child.states) else ""
    text = f"{each.member} {what} every {child.called} of the {parent.called}{which}."
    return clause_at(NAME, each.read, f"200/{each.member}", _FOLLOWS, text)


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="An operation does to other things what its description says, and the numbers that count them follow.",
    clauses=clauses,
    drive=drive,
)
