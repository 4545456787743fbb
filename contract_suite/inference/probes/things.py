"""Asks whether a kind of thing is what names say: one that is listed or made is read back as itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.collections.kit.filled_lists import open_listing
from contract_suite.behaviours.kit.listing import collection_of
from contract_suite.behaviours.kit.resource_operations import ResourceOperations
from contract_suite.behaviours.kit.responses import obstacle, refused, served
from contract_suite.behaviours.kit.verdicts import Unusable
from contract_suite.behaviours.resources.kit.observing import addressing_arguments
from contract_suite.contract.addressing import plain
from contract_suite.generate.fresh_values import freshened
from contract_suite.inference.rule import InferredFact
from contract_suite.inference.standing import Seen, Standing
from contract_suite.model.case import Intent
from contract_suite.model.counting import counted
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, at, escape


def ask_kind(session: Session, ops: ResourceOperations, facts: Mapping[str, InferredFact]) -> Iterator[Standing]:
    """Yield what answers say of one kind; `facts` are those about it, by the last member of their path.

    One that the run makes is read, else one that a list shows; a kind that is only listed shows its identity in each
    item.
    """
    if ops.name not in facts:
        return
    made = session.make(ops.resource, note=f"is this how {ops.with_article} is made?") if ops.create else None
    if made is None or ops.read is None:
        yield from _listed(session, ops, facts)
        return
    exchange, shown = _read(session, ops, made)
    if exchange is None or shown is None:
        return
    holds = served(exchange) and _shows(shown, made.identity)
    text = f"what {made.exchange.request.method} {made.exchange.request.target} made was read as itself"
    text = text if holds else f"what was made as {dict(made.identity)} was not read as itself"
    numbers = (made.exchange.number, exchange.number)
    for name in (ops.name, "create", "read"):
        if name in facts:
            yield _standing(facts[name], holds=holds, text=text, numbers=numbers)
    if holds:
        yield from _assigned(made, shown, facts, numbers)
        if "unique" in facts and not facts["unique"].well_witnessed:
            yield from _unique(session, ops, made, facts["unique"])


def _read(session: Session, ops: ResourceOperations, made: Made) -> tuple[Exchange | None, JSON]:
    arguments = addressing_arguments(session, ops.read, made) if ops.read is not None else None
    if ops.read is None or arguments is None:
        return None, None
    note = f"is it the {ops.name} that was made?"
    exchange = session.call(ops.read, arguments, note=note, intent=Intent.UNKNOWN)
    body = session.json(exchange)
    return exchange, None if body is MISSING else body


def _listed(session: Session, ops: ResourceOperations, facts: Mapping[str, InferredFact]) -> Iterator[Standing]:
    """What a list shows of the identity, and whether the first of it can be read by it."""
    for listing_operation in ops.lists:
        if listing_operation.promises.collection is None:
            continue
        with suppress(Unusable):
            listing = open_listing(session, listing_operation)
            page = listing.ask(note=f"does each show its {' and '.join(ops.resource.identity)}?", intent=Intent.UNKNOWN)
            keys = [[at(item, field) for field in ops.resource.identity] for item in page.items]
            if len(keys) < 2:  # noqa: PLR2004 - one tells nothing from another
                return
            complete = all(MISSING not in key for key in keys) and len({repr(key) for key in keys}) == len(keys)
            where = collection_of(listing_operation).items or "the body"
            text = f"the {counted(len(keys), 'item')} at {where} show {'one identity each' if complete else 'no identity each'}"
            exchange = page.exchange
            numbers: tuple[int, ...] = (exchange.number,)
            if complete and ops.read is not None:
                identity = {plain(field): at(page.items[0], field) for field in ops.resource.identity}
                known = {name: value for name, value in identity.items() if value is not MISSING}
                scope = {key.partition(".")[2]: value for key, value in listing.base.items() if key.startswith("path.")}
                one = Made(resource=ops.resource, arguments={}, exchange=exchange, identity=known, scope=scope)
                read, shown = _read(session, ops, one)
                if read is None:
                    return
                complete = served(read) and _shows(shown, known)
                text = f"the first of {listing_operation.id} was {'' if complete else 'not '}read as itself"
                numbers = (exchange.number, read.number)
            for name in (ops.name, "lists", *(["read"] if ops.read is not None else [])):
                if name in facts:
                    yield _standing(facts[name], holds=complete, text=text, numbers=numbers)
            return


def _assigned(made: Made, shown: JSON, facts: Mapping[str, InferredFact], numbers: Sequence[int]) -> Iterator[Standing]:
    """A field that no create sent, and that what was made shows."""
    body = made.arguments.get("body")
    sent = body if isinstance(body, dict) else {}
    for name, fact in facts.items():
        if len(fact.path) > 3 and fact.path[2] == "assigned" and name not in sent:  # noqa: PLR2004 - the field's own fact
            value = at(shown, name)
            if value is not MISSING and value is not None:
                yield _standing(
                    fact, holds=True, text=f"{name} was not sent, and {value!r} was returned", numbers=numbers
                )


def _unique(session: Session, ops: ResourceOperations, made: Made, fact: InferredFact) -> Iterator[Standing]:
    """The very create again, which must be refused, and once more with nothing else than another value that is new."""
    rules = [each for each in fact.words if isinstance(each, dict)] if isinstance(fact.words, list) else []
    fields = [field for each in rules for field in (each["fields"] if isinstance(each["fields"], list) else [])]
    if ops.create is None or len(fields) != 1:
        return
    note = f"must the {fields[0]} be unique?"
    again = session.call(ops.create, made.arguments, note=note, intent=Intent.UNKNOWN)
    if obstacle(again) or not (served(again) or refused(again)):
        return
    if served(again):
        text = f"a second create with the same {fields[0]} was answered {again.status}"
        yield _standing(fact, holds=False, text=text, numbers=(made.exchange.number, again.number))
        return
    stamp = f"{session.prefix}{session.random.randrange(10**6)}"
    other = freshened(ops.create, made.arguments, f"body/{escape(str(fields[0]))}", stamp)
    fresh = session.call(ops.create, other, note="and nothing else?", intent=Intent.UNKNOWN)
    if served(fresh):
        text = f"a second create was refused ({again.status}), and served with another {fields[0]}"
        yield _standing(fact, holds=True, text=text, numbers=(made.exchange.number, fresh.number, again.number))


def _shows(shown: JSON, identity: Mapping[str, JSON]) -> bool:
    return all(str(at(shown, field)) == str(value) for field, value in identity.items())


def _standing(fact: InferredFact, *, holds: bool, text: str, numbers: Sequence[int]) -> Standing:
    return Standing(fact=fact, seen=Seen.CONFIRMED if holds else Seen.REFUTED, evidence=text, exchanges=tuple(numbers))
