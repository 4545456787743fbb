"""Several shares of a thing that together may not exceed it: refunds of a charge, payments of an invoice.

What was taken in parts must lead where the whole leads at once: an invoice that is paid in two parts is paid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.clauses import clause_at
from contract_suite.behaviours.kit.comparing import alike
from contract_suite.behaviours.kit.own_things import ItemPaths, OwnThing, item_at, make_own, member_shown, what_was_made
from contract_suite.behaviours.kit.requests import get_at, path_arguments
from contract_suite.behaviours.kit.resource_operations import representation, request_body
from contract_suite.behaviours.kit.responses import done, obstacle, refused, served, why_not
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.relations.said_limits.own_references import send, things_by_noun, written_like
from contract_suite.contract.naming.names import plain_name, speaks_of, words
from contract_suite.contract.naming.sentences import sentences
from contract_suite.contract.naming.states import FIELDS
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.contract.schemas.numeric import as_sent, is_decimal_text, is_number, number_in
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing, escape
from contract_suite.model.verdict import Verdict

SUM: Final = "sum-limited"
_PARTS: Final = "parts-as-whole"
_SAYS_TOGETHER: Final = re.compile(
    r"\b(together|in total|the (sum|total) of|combined)\b[^.]*?\b(not|never|n't|no more|cannot)\b[^.]*?(\b(exceed|more than|greater|larger|above)\b)|"
    r"\b(sum|total) of [^.]*?\b(not|never|cannot)\b[^.]*?\bexceed",
    re.IGNORECASE,
)
_SAYS_REMAINING: Final = re.compile(
    r"\b(?:above|more than|exceed\w*|beyond|greater than|larger than)\b[^.;]*"
    r"\b(?:outstanding|remain(?:s|ing|der)?|left of it|(?:is|are) left|unpaid|not yet (?:paid|refunded|reversed|returned|allocated))\b",
    re.IGNORECASE,
)
_SAYS_REFUSED: Final = re.compile(
    r"\b(?:4(?:00|02|09|22)|conflict|refused|rejected|fails?|error|not allowed|cannot|can't|must not|may not|never)\b",
    re.IGNORECASE,
)
_LEAST: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A create whose number takes a share of what another thing has: the member of the body that names the thing, and the number.

    `remaining` are the members of the thing that the sentence names as what there is of it: `outstanding`.
    """

    create: Operation
    above: ItemPaths
    reference: str
    number: str
    remaining: tuple[str, ...] = ()


def shares(contract: Contract) -> Iterator[Share]:
    """The creates of which several together have a limit, with what they take from."""
    things = things_by_noun(contract)
    for each in contract.operations if not contract.resources else ():
        place = request_body(each)
        told = _telling(each)
        if each.method != "POST" or each.problem or place is None or not told:
            continue
        numbers = [
            name
            for name in place.property_names()
            if is_number(place.member(name)) and not plain_name(name).endswith("id")
        ]
        owner = item_at(contract, shape(each.path).rpartition("/")[0])
        named = [
            (name, things[noun])
            for name in place.property_names()
            if (noun := plain_name(name).removesuffix("id")) in things
        ]
        if len(numbers) == 1 and owner is not None and names_in(each.path) == names_in(owner.read.path):
            yield Share(create=each, above=owner, reference="", number=numbers[0], remaining=_remaining(owner, told))
        elif len(numbers) == 1 and len(named) == 1 and not names_in(each.path) and named[0][1].create is not each:
            reference, paths = named[0]
            yield Share(
                create=each, above=paths, reference=reference, number=numbers[0], remaining=_remaining(paths, told)
            )


def _telling(operation: Operation) -> str:
    """Return what a description says of a limit that several have together; empty where it says nothing of the kind."""
    if _SAYS_TOGETHER.search(operation.description):
        return operation.description
    told = [each for each in sentences(operation.description) if _SAYS_REMAINING.search(each)]
    return told[0] if told and _SAYS_REFUSED.search(told[0]) else ""


def _remaining(paths: ItemPaths, told: str) -> tuple[str, ...]:
    """The numbers that a read shows and a sentence names."""
    place = representation(paths.read)
    names = place.unwrapped().property_names() if place is not None else ()
    numbers = [each for each in names if place is not None and is_number(place.unwrapped().member(each))]
    return tuple(each for each in numbers if speaks_of(told, each))


def take_shares(session: Session, share: Share, verdicts: Verdicts) -> Iterator[Verdict]:
    """One share that is larger than the whole is refused, so two must be that are larger together."""
    thing = _large_thing(session, share)
    whole = _whole(session, share, thing) if thing is not None else None
    if thing is None or whole is None:
        return
    over = _take(session, share, verdicts, thing, whole + 1, "more than there is")
    if over is None or not refused(over) or obstacle(over):
        yield from verdicts.untested(
            SUM, f"{shown(whole + 1)} of {shown(whole)} was not refused", *([over] if over else [])
        )
        return
    part = int(whole * 6 // 10)
    first = _take(session, share, verdicts, thing, part, "more than half of it")
    if first is None or not done(first):
        yield from verdicts.untested(
            SUM, why_not(first) if first else "it can't be asked for", *([first] if first else [])
        )
        return
    second = _take(session, share, verdicts, thing, part, "more than half of it again")
    if second is None:
        return
    if served(second):
        message = f"the limit is {shown(whole)}: {shown(whole + 1)} was refused, but {part} was accepted twice ({2 * part} together)"
        yield from verdicts.failed(
            SUM, message, thing.read, over, first, second, pointer=f"/{escape(share.number)}", actual=second.status
        )
    elif refused(second) and not obstacle(second):
        message = f"{part} of {shown(whole)} was served once, and not twice"
        yield from verdicts.passed(SUM, message, over, first, second)
        yield from _finish(session, share, verdicts, thing, (whole, part))


def _large_thing(session: Session, share: Share) -> OwnThing | None:
    """Make a thing of which there is enough to be taken in parts: the run's own are often of one cent."""
    thing = make_own(session, share.above)
    if thing is None or _whole(session, share, thing) is not None:
        return thing
    create, body = share.above.create, thing.arguments.get("body")
    media = create.body.of_members if create.body is not None else None
    if not isinstance(body, dict) or media is None or media.schema is None:
        return None
    larger = _multiplied(body, view(media.schema))
    if larger == body:
        return None
    given = {**(session.accepted(create) or thing.arguments), "body": larger}
    made = media.schema.is_valid(larger)
    created = session.call(create, given, intent=Intent.UNKNOWN, note="make a larger one") if made else None
    return what_was_made(session, share.above, given, created) if created is not None and done(created) else None


def _multiplied(value: JSON, place: SchemaView, name: str = "") -> JSON:
    """Return a value with each number in it a hundred times as large, but for ids."""
    if isinstance(value, dict):
        return {key: _multiplied(member, place.member(key), key) for key, member in value.items()}
    if isinstance(value, list):
        return [_multiplied(item, place.element(0), name) for item in value]
    number = number_in(value)
    if number is None or plain_name(name).endswith(("id", "ids")):
        return value
    if isinstance(value, str):
        larger = as_sent(place, round(number * 100, 6)) if is_decimal_text(place) else None
        return value if larger is None else larger
    return number * 100


def _finish(
    session: Session, share: Share, verdicts: Verdicts, thing: OwnThing, amounts: tuple[float, float]
) -> Iterator[Verdict]:
    """Take what remains, and the whole of another thing at once: both must be in the same state then."""
    whole, part = amounts
    other = _large_thing(session, share) if verdicts.is_wanted(_PARTS) else None
    if other is None or _whole(session, share, other) != whole:
        return
    rest = round(whole - part, 2) if isinstance(whole, float) else whole - part
    last = _take(session, share, verdicts, thing, rest, "what remains of it")
    once = _take(session, share, verdicts, other, whole, "all of another one")
    if last is None or once is None or not done(last) or not done(once):
        return
    reads = [get_at(session, share.above.read, each.address, note="which state is it in?") for each in (thing, other)]
    in_parts, at_once = reads
    if in_parts is None or at_once is None or not served(in_parts) or not served(at_once):
        return
    before, mine, theirs = (session.json(each) for each in (other.read, in_parts, at_once))
    for name in _states(share):
        former, wanted, found = (member_shown(each, name) for each in (before, theirs, mine))
        if isinstance(wanted, Missing) or alike(former, wanted):
            continue
        if not alike(wanted, found):
            message = f"{shown(whole)} at once sets {name} to {shown(wanted)}; {part} and then {shown(rest)} set it to {shown(found)}"
            pointer = f"/{escape(name)}"
            yield from verdicts.failed(
                _PARTS, message, at_once, last, in_parts, pointer=pointer, expected=wanted, actual=found
            )
            return
        yield from verdicts.passed(_PARTS, f"{name} is {shown(found)}, in parts and at once", at_once, last, in_parts)


def _states(share: Share) -> list[str]:
    """The members of the thing that say in which state it is, and how much of it remains."""
    place = representation(share.above.read)
    place = place.unwrapped() if place is not None else None
    names = place.property_names() if place is not None else ()
    flags = [each for each in names if place is not None and place.member(each).types() - {"null"} == {"boolean"}]
    return [*(each for each in names if plain_name(each) in FIELDS), *flags, *share.remaining]


def _take(  # noqa: PLR0917 - what is taken, of what, and why
    session: Session, share: Share, verdicts: Verdicts, thing: OwnThing, amount: float, note: str
) -> Exchange | None:
    """Ask for a share of a thing."""
    arguments = session.accepted(share.create)
    body = arguments.get("body", {}) if arguments is not None else None
    if arguments is None or not isinstance(body, dict):
        return None
    key = written_like(body.get(share.reference), thing.address[share.above.key])
    taken = request_body(share.create)
    number = amount if taken is None else as_sent(taken.member(share.number), amount)
    given = {**body, **({share.reference: key} if share.reference else {}), share.number: number}
    own = {**arguments, **({} if share.reference else path_arguments(share.create, thing.address)), "body": given}
    return send(session, share.create, own, note=note, aim=verdicts.clause_id(SUM))


def _whole(session: Session, share: Share, thing: OwnThing) -> float | None:
    """Return what there is of a thing to take shares of: the number that the sentence names, or the least that is called alike."""
    read = session.json(thing.read)
    place = representation(share.above.read)
    names = place.unwrapped().property_names() if place is not None else ()
    alike_names = [name for name in names if set(words(share.number)) <= set(words(name))]
    found = [member_shown(read, name) for name in alike_names or share.remaining]
    numbers = [number for each in found if (number := number_in(each)) is not None and number >= _LEAST]
    return min(numbers, default=None)


def clauses_of(share: Share, behaviour: str) -> Mapping[str, Clause]:
    """The clause of one share, of the behaviour that holds it."""
    texts = {
        SUM: f"{share.create.id} is refused where its {share.number} and those before it are too much together.",
        _PARTS: f"{share.create.id} in parts leads to the same state as the whole at once.",
    }
    where = f"body/{escape(share.number)}"
    return {kind: clause_at(behaviour, share.create, where, kind, text) for kind, text in texts.items()}
