"""Actions that say when they are refused: in which states, and after how many times.

"A loan can be renewed at most twice, and not when it is overdue or returned" beside `POST /loans/{id}/renew` and
`…/return`. What only says where something is refused may be refused elsewhere too: an action is served once first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.actions.kit.state_updates import StateUpdate, state_updates
from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent, write_on
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.own_things import (
    ItemPaths,
    OwnThing,
    item_paths,
    make_own,
    member_shown,
    operations_below,
)
from contract_suite.behaviours.kit.requests import get_at, required_arguments
from contract_suite.behaviours.kit.resource_operations import members_shown
from contract_suite.behaviours.kit.responses import done, obstacle, refused, served, why_not
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.contract.naming.names import plain_name, singular, words
from contract_suite.contract.naming.sentences import statements
from contract_suite.contract.naming.state_sentences import is_for_some, lets_some_edit
from contract_suite.contract.naming.states import FIELDS, is_spoken, spoken, state_of
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.counting import counted
from contract_suite.model.exchange import Exchange
from contract_suite.model.verdict import Verdict

NAME: Final = "said-refusals"
_TIMES: Final = "times-limited"
_STATE: Final = "refused-in-state"
_OTHERS: Final = "refused-in-other-states"
_REFUSALS: Final = frozenset({"400", "409", "412", "422"})
_METHODS: Final = frozenset({"POST", "PUT", "PATCH"})
_UPDATES: Final = frozenset({"PUT", "PATCH"})
_MOST_TIMES: Final = 5
_NUMBERS: Final = {"once": 1, "one": 1, "twice": 2, "two": 2, "thrice": 3, "three": 3, "four": 4, "five": 5}
_SAYS_TIMES: Final = re.compile(
    r"\b(?:can|may|allowed|cannot|can't)\b.*\b(?:at most|(?:no|not) more than|up to|a maximum of)"
    r" (once|twice|thrice|(?:one|two|three|four|five|\d+)(?= times?\b))",
    re.IGNORECASE,
)
_NOT: Final = (
    r"(?:\bnot\b|n't\b|\bcannot\b|\bnever\b|\bno longer\b|\brefused\b|\brejected\b|\bfails?\b|\bforbidden\b"
    r"|\b409\b|\b422\b|\bconflict\b|\b(?:takes?|accepts?|allows?) no\b|\bread[- ]only\b)"
)
_SAYS_NOT: Final = re.compile(_NOT, re.IGNORECASE)
_SAYS_ONLY: Final = re.compile(r"\b(?<!read[- ])only\b|\bmust (?:still |already )?be\b", re.IGNORECASE)
_SAYS_MORE: Final = re.compile(r"\bnot\b|n't\b|\bno longer\b|\bunless\b|\bexcept\b", re.IGNORECASE)
_SAYS_CHANGED: Final = re.compile(
    r"\b(?:changed|updated|edited|modified|altered|amended)\b[`'\"]*(?:\s+(?:any ?more|anymore|any longer|afterwards?|at all|either))?"
    r"\s*(?:$|[.,;:(])|\bread[- ]only\b|^(?:only|not|no longer) possible\b",
    re.IGNORECASE,
)
"""What a sentence says of every change: one that "can't be moved back to draft" may be changed otherwise."""
_OF_A_PART: Final = re.compile(
    r"^\W*(?:the |its |their )?[\w`-]+(?: [\w`-]+){0,2} of (?:an? |the |any |all )?", re.IGNORECASE
)
"""What says it of one member: "the number of a paid invoice can't be changed"."""
_MOST_MOVERS: Final = 4
_OTHERWISE: Final = re.compile(r"\b(?<!read[- ])(only|unless|except|until|before)\b", re.IGNORECASE)
_IS: Final = r"(?:(?:is|are|was|were|ha(?:s|ve) (?:already )?been|been|already|in|the|its?|an?|state|status|no longer)\b\s*|[`'\"]\s*)*"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """An action that says when it is refused; `ways` are the actions, or the update, that lead to the states in which it is.

    `steps` are the actions that lead to any state: to `paid` may lead only `pay` after `send`. `origins` are the only states in
    which it says that it is served, and `movers` what else is done to the thing, and may bring it into others: a payment.
    """

    paths: ItemPaths
    operation: Operation
    field: str
    ways: Mapping[str, Operation | StateUpdate]
    steps: tuple[Operation, ...]
    times: int
    states: tuple[str, ...]
    origins: tuple[str, ...]
    movers: tuple[Operation, ...]


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every action whose description says in which states, or after how many times, it is refused."""
    found = (clause for each in _said(contract) for clause in _clauses_of(each).values())
    reason = "no description of an action says when it is refused in words that the run can follow"
    yield from inapplicable_if_none(found, contract, NAME, "action", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Ask each action as often as it says, and once more; and in each state in which it says that it is refused."""
    for each in _said(session.contract):
        verdicts = Verdicts(session, _clauses_of(each))
        if not verdicts.any_wanted:
            continue
        if session.allowed(each.operation):
            yield from while_sent(_drive(session, each, verdicts))
        yield from verdicts.leave_untested("nothing could be made on which the action was served")


def _drive(session: Session, each: _Said, verdicts: Verdicts) -> Iterator[Verdict]:
    thing = make_own(session, each.paths)
    first = _act(session, each.operation, thing, "is it served?") if thing is not None else None
    if first is None or thing is None:
        return
    if not done(first):
        yield from verdicts.leave_untested(why_not(first), first)
        return
    if each.times and verdicts.is_wanted(_TIMES):
        yield from _often(session, each, thing, first, verdicts)
    for mover in each.movers if verdicts.is_wanted(_OTHERS) else ():
        yield from _moved(session, each, mover, verdicts)
    for state, way in each.ways.items() if verdicts.is_wanted(_STATE) and not verdicts.has_failed(_OTHERS) else ():
        yield from _in_state(session, each, state, way, thing, verdicts)


def _often(session: Session, each: _Said, thing: OwnThing, first: Exchange, verdicts: Verdicts) -> Iterator[Verdict]:
    exchanges = [first]
    for number in range(2, each.times + 2):
        again = _act(session, each.operation, thing, f"time {number} of {each.times}")
        if again is None:
            return
        exchanges.append(again)
        if not served(again):
            break
    last, shown = exchanges[-1], len(exchanges) == each.times + 1
    if shown and served(last):
        message = f"it says that it is served at most {counted(each.times, 'time')}; time {each.times + 1} was answered {last.status}"
        yield from verdicts.failed(_TIMES, message, *exchanges, expected="4xx", actual=last.status)
    elif shown and refused(last) and not obstacle(last):
        yield from verdicts.passed(_TIMES, f"time {each.times + 1} is refused ({last.status})", *exchanges)
    else:
        yield from verdicts.untested(_TIMES, why_not(last), *exchanges)


def _in_state(  # noqa: PLR0917 - what is asked, in which state, and of what
    session: Session, each: _Said, state: str, way: Operation | StateUpdate, acted_on: OwnThing, verdicts: Verdicts
) -> Iterator[Verdict]:
    """Bring a new thing into a state, or else the one that was acted on: a cart that holds something can be paid for."""
    thing = make_own(session, each.paths)
    brought = _brought(session, each, state, way, thing) if thing is not None else None
    brought = brought or _brought(session, each, state, way, acted_on)
    if brought is None:
        return
    thing, read = brought
    asked = _act(session, each.operation, thing, f"call it in the state {state}, in which it must be refused")
    if asked is None:
        return
    if served(asked):
        message = f"where the {each.field} is {state}, {each.operation.id} says that it is refused; it was answered {asked.status}"
        yield from verdicts.failed(_STATE, message, read, asked, expected="4xx", actual=asked.status)
    elif refused(asked) and not obstacle(asked):
        yield from verdicts.passed(_STATE, f"where it is {state}, it is refused ({asked.status})", read, asked)


def _moved(session: Session, each: _Said, mover: Operation, verdicts: Verdicts) -> Iterator[Verdict]:
    """Do something else to a new thing; if that leads out of the states in which the action is served, ask the action."""
    thing = make_own(session, each.paths) if session.allowed(mover) else None
    done_so = _act(session, mover, thing, "does it change the state?") if thing is not None else None
    if thing is None or done_so is None or not served(done_so) or verdicts.has_failed(_OTHERS):
        return
    read = get_at(session, each.paths.read, thing.address, note="which state is it in?")
    state = member_shown(session.json(read), each.field) if read is not None and served(read) else None
    if read is None or state not in each.states or state in each.origins:
        return
    asked = _act(session, each.operation, thing, f"only for {' or '.join(each.origins)}, it says")
    if asked is not None and served(asked):
        message = (
            f"{each.operation.id} says that it is for {' or '.join(each.origins)} alone; where the {each.field} is {state}, "
            f"after {mover.id}, it was answered {asked.status}"
        )
        yield from verdicts.failed(_OTHERS, message, done_so, read, asked, expected="4xx", actual=asked.status)
    elif asked is not None and refused(asked) and not obstacle(asked):
        yield from verdicts.passed(
            _OTHERS, f"where it is {state}, it is refused ({asked.status})", done_so, read, asked
        )


def _brought(
    session: Session, each: _Said, state: str, way: Operation | StateUpdate, thing: OwnThing
) -> tuple[OwnThing, Exchange] | None:
    """Bring a thing into a state, or another one through a state between; return it, and the read that shows the state."""
    if isinstance(way, StateUpdate):
        read = way.bring(session, thing, state)
        return (thing, read) if read is not None else None
    brought = _act(session, way, thing, f"bring it to {state}")
    for step in [other for other in each.steps if other.id not in {way.id, each.operation.id}][:_MOST_MOVERS]:
        if brought is None or not refused(brought) or obstacle(brought):
            break
        other = make_own(session, each.paths)
        before = _act(session, step, other, f"on the way to {state}") if other is not None else None
        if other is not None and before is not None and served(before):
            thing, brought = other, _act(session, way, other, f"bring it to {state}")
    if brought is None or not served(brought):
        return None
    read = get_at(session, each.paths.read, thing.address, note=f"is it {state}?")
    return (thing, read) if read is not None and member_shown(session.json(read), each.field) == state else None


def _act(session: Session, operation: Operation, thing: OwnThing, note: str) -> Exchange | None:
    """Ask an action of a thing, with the body that it was seen to take if it needs one; of an update, change a member."""
    if operation.method in _UPDATES and shape(operation.path) == shape(thing.paths.read.path):
        write = write_on(session, operation, thing)
        changes = write is not None and write.changed and plain_name(write.changed) not in FIELDS
        return write.send(note=note) if write is not None and changes else None
    arguments = required_arguments(session, operation, thing.address) if session.allowed(operation) else None
    needed = operation.body is not None and operation.body.required
    body = (session.accepted(operation) or {}).get("body") if needed else None
    if arguments is None or (needed and body is None):
        return None
    given = {**arguments, "body": body} if needed else arguments
    return session.call(operation, given, note=note, intent=Intent.UNKNOWN)


def _said(contract: Contract) -> Iterator[_Said]:
    if contract.resources:
        return  # the document says itself which states there are
    deletes = {shape(each.path): each for each in contract.operations if each.method == "DELETE"}
    for paths in item_paths(contract):
        own = shape(paths.read.path)
        noun = (words(singular(own.rpartition("/")[0].rpartition("/")[2])) or ("",))[-1]
        below = [
            (verb, each)
            for verb, each in operations_below(contract).get(own, ())
            if "{" not in verb and each.method in _METHODS
        ]
        field, states = _states(paths)
        update = next(state_updates(contract, paths), None)
        if not field and update is not None:
            field, states = update.field, update.states
        ways: dict[str, Operation | StateUpdate] = dict.fromkeys(states, update) if update is not None else {}
        ways |= {state: each for verb, each in below if (state := state_of(verb, states))}
        steps = tuple(each for each in ways.values() if isinstance(each, Operation))
        updates = [each for each in contract.operations if each.method in _UPDATES and shape(each.path) == own]
        for operation in (*(each for _, each in below), *updates, *([deletes[own]] if own in deletes else [])):
            text = f"{operation.summary}\n{operation.description}"
            if operation.problem or {spec.status for spec in operation.responses}.isdisjoint(_REFUSALS):
                continue
            if any(lets_some_edit(each, states) for each in statements(text)):
                continue  # who knows whether the run is one of them?
            text = "\n".join(each for each in statements(text) if not is_for_some(each))
            is_action = operation.method != "DELETE" and operation not in updates
            leads = any(state_of(verb, states) for verb, each in below if each is operation)
            if operation in updates:
                text = "\n".join(
                    each for each in statements(text) if _SAYS_CHANGED.search(each) and not _OF_A_PART.search(each)
                )
            times = said_times(text) if is_action else 0
            origins = _served_in(text, noun, states)
            others = [each for each in states if each not in origins] if origins and not leads else []
            found = {state: ways[state] for state in (*_refused_in(text, noun, states), *others) if state in ways}
            movers = tuple(each for verb, each in below if not state_of(verb, states) and each.id != operation.id)
            if found or times or (origins and movers):
                yield _Said(
                    paths=paths,
                    operation=operation,
                    field=field,
                    ways=found,
                    steps=steps,
                    times=times,
                    states=states,
                    origins=origins,
                    movers=movers[:_MOST_MOVERS] if origins else (),
                )


def _states(paths: ItemPaths) -> tuple[str, tuple[str, ...]]:
    """The member of a thing that holds its state, and the states; empty without one, or with several."""
    found = []
    for name, member in members_shown(paths.read).items():
        listed = member.keyword("enum") if plain_name(name) in FIELDS else None
        if isinstance(listed, list):
            found.append((name, tuple(each for each in listed if isinstance(each, str) and each.strip())))
    return found[0] if len(found) == 1 else ("", ())


def said_times(text: str) -> int:
    """Return how often something can be done at most, as a text says; 0 where it says nothing, or more than a few times."""
    for sentence in statements(text):
        found = _SAYS_TIMES.search(sentence)
        if found is not None:
            word = found[1].lower()
            number = _NUMBERS.get(word) or (int(word) if word.isdigit() else 0)
            return number if number <= _MOST_TIMES else 0
    return 0


def _served_in(text: str, noun: str, states: Sequence[str]) -> tuple[str, ...]:
    """Return the states in which alone a sentence says that an action is served; none where it says more, or names them all.

    What a thing becomes by it is none of them: "Only drafts can be published".
    """
    several, things = _several(states), rf"{re.escape(noun)}s?"
    but_not = re.compile(
        rf"(?:{_NOT}.*?\b(?:when|if|while) (?:it|the {things}) (?:is|are)(?: not|n't)|{_NOT}.*?\bunless (?:it|the {things}) (?:is|are))"
        rf" {_IS}(?P<states>{several})[`'\"]?\s*(?:$|[.,;:(]|\bor (?:has|have)\b)",
        re.IGNORECASE,
    )
    found = [match for each in statements(text) if (match := but_not.search(each))]
    if len(found) == 1:
        return tuple(each for each in states if is_spoken(each, found[0]["states"]))
    only = [each for each in statements(text) if _SAYS_ONLY.search(each)]
    telling = [each for each in only if any(is_spoken(state, each) for state in states)]
    if len(telling) != 1 or _SAYS_MORE.search(telling[0]):
        return ()
    ways = (
        rf"\bonly (?:an? |the )?[`'\"]?(?P<states>{several})[`'\"]? {things}\b",
        rf"\bonly (?:an? |the )?{things} (?:that|which) {_IS}(?P<states>{several})",
        rf"\bonly (?:possible |allowed )?(?:when|while|if) (?:it |(?:the|an?) {things} )?{_IS}(?P<states>{several})",
        rf"\b(?:the|an?) {things} must (?:still |already )?be {_IS}(?P<states>{several})",
    )
    match = next(filter(None, (re.search(each, telling[0], re.IGNORECASE) for each in ways)), None)
    named = tuple(each for each in states if match is not None and is_spoken(each, match["states"]))
    return named if len(named) < len(states) else ()


def _several(states: Sequence[str]) -> str:
    """Return a pattern of one state or several, as a sentence names them."""
    one = "|".join(map(spoken, sorted(states, key=len, reverse=True)))
    return rf"(?:{one})(?:[`'\"]?(?:\s*,\s*|\s+)(?:or\s+|and\s+)?(?:(?:is|been|already|an?)\s+)?[`'\"]?(?:{one}))*"


def _refused_in(text: str, noun: str, states: Sequence[str]) -> list[str]:
    """Return the states in which a sentence says that something is refused, and of which it says nothing else."""
    telling = [
        each
        for each in statements(text)
        if _SAYS_NOT.search(each) and not _OTHERWISE.search(each) and any(is_spoken(state, each) for state in states)
    ]
    if not telling:
        return []  # most say nothing of the kind, and the patterns below take a while to compile
    one = "|".join(map(spoken, sorted(states, key=len, reverse=True)))
    several = _several(states)
    thing = rf"(?:it|they|this|(?:the|an?) (?:\w+ )?{re.escape(noun)}|{re.escape(noun)}s?)"
    states_last = re.compile(
        rf"{_NOT}.*?\b(?:when|if|once|while|where|after)\s+(?:{thing}\s+)?{_IS}(?P<states>{several})", re.IGNORECASE
    )
    states_first = re.compile(
        rf"(?:^\W*(?:an?|the|any|all)?|\b(?:on|to|for|in|of) (?:an?|the|any))\s*[`'\"]?(?P<states>{several})[`'\"]?\s+"
        rf"{re.escape(noun)}s?\b.*?{_NOT}",
        re.IGNORECASE,
    )
    states_behind = re.compile(
        rf"^\W*(?:an?|the|any|all)?\s*{re.escape(noun)}s? (?:that|which) {_IS}(?P<states>{several})\b.*?{_NOT}",
        re.IGNORECASE,
    )
    found: list[str] = []
    for sentence in telling:
        found_in = (each.search(sentence) for each in (states_last, states_first, states_behind))
        match = next(filter(None, found_in), None)
        if match is not None and not re.search(rf"{_NOT}\s+(?:yet\s+)?(?:{one})", sentence, re.IGNORECASE):
            found += [each for each in states if is_spoken(each, match["states"])]
    return list(dict.fromkeys(found))


def _clauses_of(each: _Said) -> dict[str, Clause]:
    found = {}
    if each.times:
        text = f"{each.operation.id} is refused when it was served {counted(each.times, 'time')}."
        found[_TIMES] = clause_at(NAME, each.operation, "action", _TIMES, text)
    if each.ways:
        text = f"{each.operation.id} is refused where the {each.field} is {' or '.join(each.ways)}."
        found[_STATE] = clause_at(NAME, each.operation, "action", _STATE, text)
    if each.movers:
        text = f"{each.operation.id} is refused where the {each.field} is not {' or '.join(each.origins)}."
        found[_OTHERS] = clause_at(NAME, each.operation, "action", _OTHERS, text)
    return found


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="An action is refused in the states, and after the number of times, that its description names.",
    clauses=clauses,
    drive=drive,
)
