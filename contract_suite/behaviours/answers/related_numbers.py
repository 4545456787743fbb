"""Numbers that hang together by their names do so in every answer: a total is the sum of its lines, `lineCount` their number.

Names are a guess, so the server itself must show that it is so: of several things, with different numbers, and of all others
that it shows. Accused is only what was as it should be before, was changed since, and still shows the number of before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.retrying import LOOKS, PAUSE, late_looks
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.naming.formulas.formula import Calculation, Formula, Member, Node, Over
from contract_suite.contract.naming.formulas.implied import implied_formulas
from contract_suite.contract.naming.formulas.pages import is_page
from contract_suite.contract.naming.formulas.reading import formula_of
from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import route
from contract_suite.contract.schemas.numeric import number_in
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.ways import Steps, objects_at, objects_of, pointer_of
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.counting import counted
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing, escape, unescape
from contract_suite.model.memo import Memo
from contract_suite.model.verdict import Verdict

NAME: Final = "related-numbers"
_KIND: Final = "related-as-before"
_ENOUGH: Final = 3
"""So many different things must show a relation, each with numbers that tell, before it is one."""
_MOST_PLACES: Final = 40
_MOST_OBJECTS: Final = 100
_EXPLAINS: Final = frozenset(
    {
        *("discount", "discounts", "tax", "taxes", "vat", "gst", "shipping", "delivery", "freight", "fee", "fees", "tip", "rebate"),
        *("adjustment", "adjustments", "credit", "credits", "surcharge", "coupon", "voucher", "rounding", "refund", "refunded"),
        *("deposit", "markup", "margin", "bonus", "promotion", "override", "manual", "returned", "paid", "kept", "locked"),
    }
)  # fmt: skip
"""Words of members that may be why a total is another one than the sum of its lines."""


_CODES: Final = frozenset({"coupon", "voucher", "promotion", "promo", "discount"})
"""Those of them that a text may hold: a code."""
_PLACES_TOO: Final = frozenset({"delivery", "shipping", "freight"})
"""Those of them that an object may be an address of."""
_IDS: Final = frozenset({"id", "uuid"})


_Lengths = dict[tuple[str, str], dict[str, int]]
"""The most items that each array was seen with, by the operation and the place of a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Relation:
    """A number of what an operation shows, and what it is made of by its name."""

    operation: Operation
    steps: Steps
    formula: Formula

    @property
    def key(self) -> tuple[str, str]:
        """What is the same wherever the relation stands: the name, and what it is made of."""
        return self.steps[-1], self.formula.words

    @property
    def subject(self) -> str:
        """The place of the number in a success."""
        return f"200{pointer_of(self.steps)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sighting:
    """What an exchange showed of a relation: of which thing, what it was made of, what it was and what it should be."""

    relation: _Relation
    exchange: Exchange
    pointer: str
    thing: str
    inputs: tuple[float, ...]
    actual: float
    due: float
    is_right: bool

    @property
    def tells(self) -> bool:
        """Whether it is right and could not be so by chance: it is no copy of one number."""
        return self.is_right and self.due not in {0, 1} and self.due not in self.inputs


@dataclass(slots=True)
class _Seen:
    """What was seen of one relation, wherever it stands; the latest last. `latest` has the last of each thing at each place."""

    all: list[_Sighting] = field(default_factory=list)
    latest: dict[tuple[str, str, str], _Sighting] = field(default_factory=dict)

    def add(self, sighting: _Sighting) -> None:
        """Take in what was seen, unless it says nothing new: a run reads the same long list a thousand times."""
        place = sighting.relation.operation.id, sighting.relation.subject, sighting.thing
        known = self.latest.get(place)
        now = sighting.inputs, sighting.actual, sighting.is_right
        if known is None or (known.inputs, known.actual, known.is_right) != now:
            self.latest[place] = sighting
            self.all.append(sighting)

    def is_known(self) -> bool:
        """Whether enough things show it."""
        return len({(each.inputs, each.due) for each in self.all if each.tells}) >= _ENOUGH

    def stale(self) -> list[tuple[_Sighting, _Sighting]]:
        """Return what is wrong now and was right before, each with that; nothing where anything is wrong in another way."""
        right: dict[str, list[_Sighting]] = {}
        found: list[tuple[_Sighting, _Sighting]] = []
        for each in self.all:
            if each.is_right:
                right.setdefault(each.thing, []).append(each)
                continue
            former = [
                one for one in right.get(each.thing, ()) if one.actual == each.actual and one.inputs != each.inputs
            ]
            if not former or not each.actual:
                return []
            found.append((former[-1], each))
        return found


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every number of what a GET shows that hangs together with others by its name, and of which no sentence says how."""
    found = (_clause_of(each) for each in _relations(contract))
    reason = "no GET shows a number that by its name is made of others beside it"
    yield from inapplicable_if_none(found, contract, NAME, "numbers", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Look back on what the run has seen, and once more at what is wrong there."""
    relations = list(_relations(session.contract))
    verdicts = {each.subject + each.operation.id: Verdicts(session, {_KIND: _clause_of(each)}) for each in relations}
    if not any(each.any_wanted for each in verdicts.values()):
        return
    _look(session, relations)
    seen: dict[tuple[str, str], _Seen] = {}
    by_operation: dict[str, list[_Relation]] = {}
    for each in relations:
        by_operation.setdefault(each.operation.id, []).append(each)
    lengths: _Lengths = {}
    for exchange in session.history:
        for sighting in _sightings(session, by_operation, exchange, lengths):
            seen.setdefault(sighting.relation.key, _Seen()).add(sighting)
    for each in relations:
        own = verdicts[each.subject + each.operation.id]
        if own.any_wanted:
            yield from _judge(session, each, seen.get(each.key, _Seen()), own, lengths)


def _judge(
    session: Session, relation: _Relation, seen: _Seen, verdicts: Verdicts, lengths: _Lengths
) -> Iterator[Verdict]:
    mine = [each for each in seen.all if each.relation is relation]
    if not seen.is_known():
        text = f"fewer than {_ENOUGH} different things were seen whose {relation.steps[-1]} is {relation.formula.words}"
        yield from verdicts.untested(_KIND, text)
        return
    telling = [each for each in seen.all if each.tells]
    stale = seen.stale()
    for former, latter in [each for each in stale if each[1].relation is relation]:
        if _is_still(session, latter, lengths):
            places = counted(len(telling), "place")
            message = (
                f"{relation.steps[-1]} is {relation.formula.words} in {places}, and was so here; since then what it is "
                f"made of has changed to {shown(latter.due)}, and it still shows {shown(latter.actual)}"
            )
            exchanges = (telling[0].exchange, former.exchange, latter.exchange)
            pointer, due, actual = latter.pointer, latter.due, latter.actual
            yield from verdicts.failed(_KIND, message, *exchanges, pointer=pointer, expected=due, actual=actual)
            return
    if any(not each.is_right for each in seen.all):
        yield from verdicts.untested(_KIND, f"it is not always {relation.formula.words}")
    elif any(each.tells for each in mine):
        message = f"it is {relation.formula.words} wherever it is shown"
        yield from verdicts.passed(_KIND, message, *[each.exchange for each in mine if each.tells][:1])
    else:
        yield from verdicts.untested(_KIND, f"no answer shows numbers that tell whether it is {relation.formula.words}")


def _look(session: Session, relations: Iterable[_Relation]) -> None:
    """Read once more with each operation that shows one, so that the last state of what the run changed is among what was seen."""
    for operation in dict.fromkeys(each.operation.id for each in relations):
        [found] = [each for each in session.contract.operations if each.id == operation]
        arguments = session.accepted(found) if session.allowed(found) else None
        if arguments is not None:
            session.call(found, arguments, intent=Intent.UNKNOWN, note="do its numbers still agree?")


def _is_still(session: Session, sighting: _Sighting, lengths: _Lengths) -> bool:
    """Whether the same request shows the same wrong number, of the same thing, each time that it is sent again."""
    operation, known = sighting.relation.operation, {sighting.relation.operation.id: [sighting.relation]}
    for _ in chain(_pauses(session), late_looks(session, _clause_of(sighting.relation).id)):
        exchange = session.send(
            sighting.exchange.request, operation=operation, note="is that still so, or was it late?"
        )
        if not any(
            each.thing == sighting.thing
            and not each.is_right
            and each.actual == sighting.actual
            and each.inputs == sighting.inputs
            for each in _sightings(session, known, exchange, lengths)
        ):
            return False
    return True


def _pauses(session: Session) -> Iterator[None]:
    for _ in range(LOOKS):
        session.pause(PAUSE)
        yield


def _sightings(
    session: Session, relations: Mapping[str, list[_Relation]], exchange: Exchange, lengths: _Lengths
) -> Iterator[_Sighting]:
    """Yield what an exchange shows of relations, but where a member beside may explain another number, or a list may be cut."""
    if exchange.request.method != "GET" or not served(exchange):
        return
    operation, _, _ = route(session.contract, "GET", exchange.request.target)
    body = session.json(exchange)
    if operation is None or isinstance(body, Missing):
        return
    for relation in relations.get(operation.id, ()):
        owners = list(objects_at(body, relation.steps[:-1]))
        longest = lengths.setdefault((operation.id, relation.subject), {})
        for array, length in relation.formula.lengths(owner for _, owner in owners).items():
            longest[array] = max(longest.get(array, 0), length)
        for index, (pointer, owner) in enumerate(owners):
            found = relation.formula.calculated(owner, relation.steps[-1], longest)
            actual = number_in(owner.get(relation.steps[-1]))
            thing = _thing(body, pointer, exchange, operation)
            if index >= _MOST_OBJECTS or found is None or actual is None or _is_explained(owner):
                continue
            yield _Sighting(
                relation=relation,
                exchange=exchange,
                pointer=f"{pointer}/{escape(relation.steps[-1])}",
                thing=thing,
                inputs=tuple(_inputs(relation.formula.readings[0], owner)),
                actual=actual,
                due=found[0],
                is_right=found[1],
            )


def _thing(body: JSON, pointer: str, exchange: Exchange, operation: Operation) -> str:
    """Return what tells a thing apart: the ids of the objects down to it below its collection, or else where it was shown."""
    noun = next((each for each in reversed(operation.path.split("/")) if each and "{" not in each), "")
    found: list[str] = []
    value, at = body, ""
    for step in ("", *pointer.split("/")[1:]):
        if isinstance(value, list) and step:
            value, at = value[int(step)], f"{at}/{step}"
        elif isinstance(value, dict) and step:
            value, at = value.get(unescape(step)), f"{at}/{step}"
        own = _id_of(value)
        if own:
            found, at = [*found, own], ""
    return f"{noun} {'|'.join(found)}{at}" if found else f"{exchange.request.target}{pointer}"


def _id_of(value: JSON) -> str:
    named = value.items() if isinstance(value, dict) else ()
    found = next((each for name, each in named if plain_name(name) in _IDS), None)
    return str(found) if isinstance(found, (str, int)) else ""


def _is_explained(owner: Mapping[str, JSON]) -> bool:
    """Whether an object or an item in it shows a discount, a tax or the like that is not nothing."""
    inner = [item for each in owner.values() if isinstance(each, list) for item in each if isinstance(item, dict)]
    return any(_explains(name, value) for each in (owner, *inner) for name, value in each.items())


def _explains(name: str, value: JSON) -> bool:
    said, number = set(words(name)), number_in(value)
    if isinstance(value, str) and number is None:
        return bool(value and said & _CODES)
    shown = value if number is None else number
    return bool(shown and said & _EXPLAINS and (number is not None or not said & _PLACES_TOO))


def _inputs(node: Node, owner: Mapping[str, JSON]) -> Iterator[float]:
    """Yield the numbers that a formula is calculated of; of a count, how many there are and what they are."""
    if isinstance(node, Member):
        yield number_in(owner.get(node.name)) or 0
    elif isinstance(node, Calculation):
        for _, each in node.terms:
            yield from _inputs(each, owner)
    elif isinstance(node, Over):
        items = owner.get(node.array)
        for item in items if isinstance(items, list) else ():
            if node.how == "number":
                yield 1
            elif isinstance(item, dict):
                yield from _inputs(node.each, item)


def _relations(contract: Contract) -> Iterator[_Relation]:
    for operation in contract.operations:
        spec = operation.response(200) if operation.method == "GET" and not operation.problem else None
        media = spec.json if spec else None
        if media is None or media.schema is None:
            continue
        for steps, formula in _PLACES(media.schema):
            if not (formula.spans and is_page(operation, steps)):
                yield _Relation(operation=operation, steps=steps, formula=formula)


def _places(schema: Schema) -> tuple[tuple[Steps, Formula], ...]:
    """Return the ways to the numbers that hang together with others by their names, where no description says how."""
    found: dict[Steps, Formula] = {}
    for way, place, _ in objects_of(schema):
        for name, formula in implied_formulas(place):
            if formula_of(place, name) is None and len(found) < _MOST_PLACES:
                found[*way, name] = formula
    return tuple(found.items())


_PLACES: Final[Memo[Schema, tuple[tuple[Steps, Formula], ...]]] = Memo(_places)


def _clause_of(relation: _Relation) -> Clause:
    text = f"{relation.steps[-1]} that {relation.operation.id} shows stays {relation.formula.words}, if it is that"
    return clause_at(NAME, relation.operation, relation.subject, _KIND, text)


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="Numbers that depend on each other agree after each change.",
    clauses=clauses,
    drive=drive,
)
