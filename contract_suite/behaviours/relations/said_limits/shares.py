"""Several shares of a thing that together may not exceed it: refunds of a charge, payments of an invoice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.clauses import clause_at
from contract_suite.behaviours.kit.own_things import ItemPaths, item_at, make_own, member_shown
from contract_suite.behaviours.kit.requests import path_arguments
from contract_suite.behaviours.kit.resource_operations import representation, request_body
from contract_suite.behaviours.kit.responses import done, obstacle, refused, served, why_not
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.relations.said_limits.own_references import send, things_by_noun, written_like
from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, escape
from contract_suite.model.verdict import Verdict

SUM: Final = "sum-limited"
_SAYS_TOGETHER: Final = re.compile(
    r"\b(together|in total|the (sum|total) of|combined)\b[^.]*?\b(not|never|n't|no more|cannot)\b[^.]*?(\b(exceed|more than|greater|larger|above)\b)|"
    r"\b(sum|total) of [^.]*?\b(not|never|cannot)\b[^.]*?\bexceed",
    re.IGNORECASE,
)
_LEAST: Final = 10
_NUMBERS: Final = frozenset({"integer", "number"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A create whose number takes a share of what another thing has: the member of the body that names the thing, and the number."""

    create: Operation
    above: ItemPaths
    reference: str
    number: str


def shares(contract: Contract) -> Iterator[Share]:
    """The creates of which several together have a limit, with what they take from."""
    things = things_by_noun(contract)
    for each in contract.operations if not contract.resources else ():
        place = request_body(each)
        if each.method != "POST" or each.problem or place is None or not _SAYS_TOGETHER.search(each.description):
            continue
        numbers = [
            name
            for name in place.property_names()
            if place.member(name).types() - {"null"}
            and place.member(name).types() - {"null"} <= _NUMBERS
            and not plain_name(name).endswith("id")
        ]
        owner = item_at(contract, shape(each.path).rpartition("/")[0])
        named = [
            (name, things[noun])
            for name in place.property_names()
            if (noun := plain_name(name).removesuffix("id")) in things
        ]
        if len(numbers) == 1 and owner is not None and names_in(each.path) == names_in(owner.read.path):
            yield Share(create=each, above=owner, reference="", number=numbers[0])
        elif len(numbers) == 1 and len(named) == 1 and not names_in(each.path) and named[0][1].create is not each:
            yield Share(create=each, above=named[0][1], reference=named[0][0], number=numbers[0])


def take_shares(session: Session, share: Share, verdicts: Verdicts) -> Iterator[Verdict]:
    """One share that is larger than the whole is refused, so two must be that are larger together."""
    thing = make_own(session, share.above)
    arguments = session.accepted(share.create)
    body = arguments.get("body") if arguments is not None else None
    whole = _whole(session.json(thing.read), share.number, share.above) if thing is not None else None
    if thing is None or arguments is None or not isinstance(body, dict) or whole is None:
        return
    key = written_like(body.get(share.reference), thing.address[share.above.key])
    given: dict[str, JSON] = {**body, **({share.reference: key} if share.reference else {})}
    own = {**arguments, **({} if share.reference else path_arguments(share.create, thing.address))}
    aim = verdicts.clause_id(SUM)

    def take(amount: int, note: str) -> Exchange:
        return send(session, share.create, {**own, "body": {**given, share.number: amount}}, note=note, aim=aim)

    over = take(whole + 1, "more than there is")
    if not refused(over) or obstacle(over):
        yield from verdicts.untested(SUM, f"{whole + 1} of {whole} was not refused", over)
        return
    part = whole * 6 // 10
    first = take(part, "a good half of it")
    if not done(first):
        yield from verdicts.untested(SUM, why_not(first), first)
        return
    second = take(part, "a good half of it again")
    if served(second):
        message = f"{whole + 1} of {whole} is refused, and twice {part}, together {2 * part}, is served"
        yield from verdicts.failed(
            SUM, message, thing.read, over, first, second, pointer=f"/{escape(share.number)}", actual=second.status
        )
    elif refused(second) and not obstacle(second):
        yield from verdicts.passed(SUM, f"{part} of {whole} was served once, and not twice", over, first, second)


def _whole(read: object, number: str, above: ItemPaths) -> int | None:
    """Return what there is of a thing to take shares of: the least of its numbers that have the name of the share's."""
    if not isinstance(read, dict):
        return None
    place = representation(above.read)
    names = place.property_names() if place is not None else ()
    found = [member_shown(read, name) for name in names if set(words(number)) <= set(words(name))]
    numbers = [each for each in found if isinstance(each, int) and not isinstance(each, bool) and each >= _LEAST]
    return min(numbers, default=None)


def clauses_of(share: Share, behaviour: str) -> Mapping[str, Clause]:
    """The clause of one share, of the behaviour that holds it."""
    text = f"{share.create.id} is refused where its {share.number} and those before it are too much together."
    return {SUM: clause_at(behaviour, share.create, f"body/{escape(share.number)}", SUM, text)}
