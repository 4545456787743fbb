"""An action that adds to a number, or takes from it, stores the right result, or is refused and changes nothing.

`POST /items/{id}/adjust` with `{"delta": -3}`, of which a sentence says "Adds `delta` to the quantity". What an amount is
added to, nothing but a sentence tells, so it must name the member that is sent and the one that is shown. A first step
shows that it was understood; what it can't be held to is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.own_things import (
    ItemPaths,
    OwnThing,
    item_paths,
    make_own,
    member_shown,
    operations_below,
)
from contract_suite.behaviours.kit.requests import required_arguments
from contract_suite.behaviours.kit.resource_operations import representation
from contract_suite.behaviours.kit.responses import deferred, done, obstacle, refused, served, why_not
from contract_suite.behaviours.kit.retrying import read_late, read_until
from contract_suite.behaviours.kit.sample_values import sample_members
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.naming.names import words
from contract_suite.contract.naming.sentences import statements
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.contract.schemas.numeric import as_sent, is_number, number_in
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON
from contract_suite.model.verdict import Verdict

NAME: Final = "action-sums"
_SUM: Final = "sum"
_CENT: Final = 0.01
"""A sum with a fraction may be rounded by so much."""
_STEPS: Final = (3, 1, 2, 0.5)
_WRITES: Final = frozenset({"POST", "PUT", "PATCH"})
_NAMED: Final = r"(?:(?:the|its|a|an|this|given)\s+)*[`'\"*_]*(?P<{}>\w+(?:[ -]\w+){{0,2}}?)[`'\"*_]*"
_AMOUNT, _TARGET = _NAMED.format("amount"), _NAMED.format("target")
_END: Final = r"(?=\s*(?:[.,;:()]|$)|\s+(?:of|and|in|on|when|if|that|which|for|unless)\b)"
_TELLS: Final = tuple(
    (re.compile(text, re.IGNORECASE), sign)
    for text, sign in (
        (rf"\badds?\s+{_AMOUNT}\s+to\s+{_TARGET}{_END}", 1),
        (rf"\b(?:increases?|raises?|increments?|changes|adjusts)\s+{_TARGET}\s+by\s+{_AMOUNT}{_END}", 1),
        (rf"\b(?:subtracts?|deducts?|takes?|removes?|withdraws?)\s+{_AMOUNT}\s+from\s+{_TARGET}{_END}", -1),
        (rf"\b(?:decreases?|reduces?|lowers?|decrements?)\s+{_TARGET}\s+by\s+{_AMOUNT}{_END}", -1),
    )
)
_BOUNDED: Final = re.compile(
    r"\b(clamp|cap|capped|saturat|bounded|limited|at (most|least)|never|not (go )?(below|above|under|over)|stops? at|down to|up to)",
    re.IGNORECASE,
)
"""Words after which what goes too far may be cut short rather than refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Action:
    """An action on an item that adds `sign` times the member `amount` of its body to the member `target` of the item."""

    paths: ItemPaths
    operation: Operation
    amount: str
    target: str
    sign: int
    sentence: str
    least: float | None
    most: float | None


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every action on what the run can make that says what it adds to which member."""
    found = (_clause_of(each) for each in _actions(contract))
    reason = "the document has no action that says what it adds to a number of what the run can create and read"
    yield from inapplicable_if_none(found, contract, NAME, "sum", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Make a thing for each action, add a little, then more than the number can hold."""
    for each in _actions(session.contract):
        verdicts = Verdicts(session, {_SUM: _clause_of(each)})
        if not verdicts.any_wanted:
            continue
        thing = make_own(session, each.paths) if session.allowed(each.operation) else None
        if thing is not None:
            yield from while_sent(_drive(session, each, thing, verdicts))
        yield from verdicts.leave_untested("nothing of the run's own could be added to")


def _drive(session: Session, each: _Action, thing: OwnThing, verdicts: Verdicts) -> Iterator[Verdict]:
    old = _number(session, each, thing.read)
    step = next((value for value in _STEPS if _body(session, each, value) is not None), None)
    if old is None or step is None:
        return
    exchange, after = _act(session, each, thing, step, wanted=old + each.sign * step)
    now = _number(session, each, after) if after is not None else None
    if not done(exchange) or now is None or not _is(now, old + each.sign * step):
        yield from verdicts.untested(_SUM, f"nothing shows that it adds: {why_not(exchange)}", thing.read, exchange)
        return
    yield from verdicts.passed(_SUM, f"{each.target} was {shown(old)} and is {shown(now)}", thing.read, exchange)
    for value in _too_far(session, each, now):
        exchange, after = _act(session, each, thing, value, wanted=now)
        seen = _number(session, each, after) if after is not None else None
        if after is None or seen is None or obstacle(exchange) or deferred(exchange):
            continue
        due = now + each.sign * value if served(exchange) else now
        if _is(seen, due) or not (refused(exchange) or served(exchange)):
            continue  # a sum that the schema of the read does not allow is found there
        if _later(session, each, thing, due, verdicts.clause_id(_SUM)) is not None:
            continue
        message = (
            f"{each.target} was {shown(now)}; {each.amount} {shown(value)} was answered {exchange.status}, and a read shows "
            f'{shown(seen)}. The document says "{each.sentence}"'
        )
        yield from verdicts.failed(_SUM, message, exchange, after, pointer=f"/{each.target}", expected=due, actual=seen)
        return


def _later(session: Session, each: _Action, thing: OwnThing, due: float, clause: str) -> Exchange | None:
    """Return the read that shows the number that is due after all."""

    def is_due(read: Exchange) -> bool:
        seen = _number(session, each, read)
        return seen is not None and _is(seen, due)

    return read_late(session, each.paths.read, thing.address, is_due, clause=clause)


def _act(
    session: Session, each: _Action, thing: OwnThing, value: float, *, wanted: float
) -> tuple[Exchange, Exchange | None]:
    """Ask the action with an amount, and read the thing until the number is the wanted one, at most three times."""
    arguments = required_arguments(session, each.operation, thing.address) or {}
    body = _body(session, each, value) or {}
    note = f"with {each.amount} {shown(value)}"
    exchange = session.call(each.operation, {**arguments, "body": body}, intent=Intent.UNKNOWN, note=note)

    def is_wanted(read: Exchange) -> bool:
        seen = _number(session, each, read)
        return seen is None or _is(seen, wanted)

    note = f"what is the {each.target} now?"
    return exchange, read_until(session, each.paths.read, thing.address, is_wanted, note=note)


def _body(session: Session, each: _Action, value: float) -> dict[str, JSON] | None:
    """Return a body with an amount, beside what the server accepted; `None` if the schema doesn't allow it."""
    media = each.operation.body.json if each.operation.body else None
    known = (session.accepted(each.operation) or {}).get("body")
    place = view(media.schema) if media is not None and media.schema is not None else None
    found = {**sample_members(media.schema if media else None), **(known if isinstance(known, dict) else {})}
    found[each.amount] = value if place is None else as_sent(place.member(each.amount), value)
    return found if media is not None and (media.schema is None or media.schema.is_valid(found)) else None


def _too_far(session: Session, each: _Action, now: float) -> list[float]:
    """Amounts with which the number would leave the bounds that the schema of the read gives it."""
    if _BOUNDED.search(f"{each.operation.summary}\n{each.operation.description}"):
        return []
    steps = [
        *([each.sign * (each.least - 1 - now)] if each.least is not None else []),
        *([each.sign * (each.most + 1 - now)] if each.most is not None else []),
    ]
    whole = [int(step) if float(step).is_integer() else step for step in steps]
    return [step for step in whole if _body(session, each, step) is not None]


def _number(session: Session, each: _Action, read: Exchange) -> float | None:
    return number_in(member_shown(session.json(read), each.target)) if served(read) else None


def _is(one: float, other: float) -> bool:
    whole = isinstance(one, int) and float(other).is_integer()
    return one == other if whole else abs(one - other) <= _CENT


def _actions(contract: Contract) -> Iterator[_Action]:
    if contract.resources:
        return
    for paths in item_paths(contract):
        place = _shown(paths.read)
        for segment, each in operations_below(contract).get(shape(paths.read.path), ()):
            takes = each.body.json if each.body else None
            if "{" in segment or each.method not in _WRITES or place is None or takes is None or takes.schema is None:
                continue
            found = list(_told(each, view(takes.schema), place))
            if len({(amount, target, sign) for amount, target, sign, _ in found}) == 1:
                amount, target, sign, sentence = found[0]
                yield _Action(
                    paths=paths,
                    operation=each,
                    amount=amount,
                    target=target,
                    sign=sign,
                    sentence=sentence.rstrip("."),
                    least=_bound(place.member(target), "minimum"),
                    most=_bound(place.member(target), "maximum"),
                )


def _told(operation: Operation, taken: SchemaView, place: SchemaView) -> Iterator[tuple[str, str, int, str]]:
    """What sentences say is added to which member: amount, target, sign, and the sentence."""
    amounts = {words(name): name for name in taken.property_names() if is_number(taken.member(name))}
    targets = {words(name): name for name in place.property_names() if is_number(place.member(name))}
    for sentence in statements(f"{operation.summary}\n{operation.description}"):
        for tells, sign in _TELLS:
            match = tells.search(sentence)
            if match is None:
                continue
            amount, target = amounts.get(words(match["amount"])), targets.get(words(match["target"]))
            if amount is not None and target is not None:
                yield amount, target, sign, sentence


def _bound(place: SchemaView, keyword: str) -> float | None:
    bound = place.keyword(keyword)
    return bound if isinstance(bound, (int, float)) and not isinstance(bound, bool) else None


def _shown(read: Operation) -> SchemaView | None:
    """Where what a read shows is described, in an envelope or not."""
    place = representation(read)
    return place.unwrapped() if place is not None else None


def _clause_of(each: _Action) -> Clause:
    return clause_at(
        NAME,
        each.operation,
        f"body/{each.amount}",
        "action-adds",
        f"{each.amount} is {'added to' if each.sign > 0 else 'taken from'} {each.target}, or the action is refused and changes nothing.",
    )


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="An action that adds to a number stores the sum, or is refused and changes nothing.",
    clauses=clauses,
    drive=drive,
)
