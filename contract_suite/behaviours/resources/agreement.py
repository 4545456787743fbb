"""What a list shows of something is what reading it shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.answering import Answers, promise, shown, unpromised, weaker
from contract_suite.behaviours.kit.comparing import Difference, changed, same_identity
from contract_suite.behaviours.kit.resource_operations import (
    Cast,
    casts,
    declares,
    listed_representation,
    names_at,
    representation,
)
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import make, named, rich_names
from contract_suite.behaviours.resources.kit.observing import LOOKS, Walk, find_again, look, pages
from contract_suite.contract.addressing import identity_in, missing_parameters, named_values, plain, scope_in
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments
from contract_suite.model.verdict import Verdict

NAME = "agreement"
_Page = tuple[Exchange, list[JSON]]


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every list of something that can also be read by itself."""
    found = False
    for cast in casts(contract):
        promised = promises(cast)
        found = found or bool(promised)
        yield from promised.values()
    if not found:
        yield from unpromised(
            contract, NAME, "resources", "the document has nothing that is both listed and read by itself"
        )


def promises(cast: Cast) -> dict[str, Clause]:
    """The clauses of one resource, by list."""
    role = cast.resource.read
    if cast.read is None or role is None:
        return {}
    text = "What {list} shows of one {name} is what {read} shows of it."
    return {
        listing.id: promise(
            NAME,
            listing,
            cast.name,
            "agrees-with-read",
            text.format(list=listing.id, name=cast.name, read=cast.read.id),
            rests_on=role,
            source=weaker(role.source, cast.resource.source_of_list(listing.id)),
        )
        for listing in cast.lists
        if shared(cast, listing)
    }


def shared(cast: Cast, listing: Operation) -> list[str]:
    """The fields of the resource that both the list and the read declare, but for what is new in every answer."""
    one, other = representation(cast.read), listed_representation(listing)
    if one is None or other is None or cast.read is None:
        return []
    fresh = {plain(each.pointer) for operation in (cast.read, listing) for each in operation.promises.fresh}
    return [name for name in names_at(other) if declares(one, name) and name not in fresh]


def drive(session: Session) -> Iterator[Verdict]:
    """Read the first, the third, a middle and the last item of a page, and one that the run made with unusual texts."""
    for cast in casts(session.contract):
        answers = Answers(session, promises(cast))
        if not answers.any or cast.read is None:
            continue
        if not session.allowed(cast.read):
            yield from answers.rest(f"{cast.read.id} may not be called in this run")
            continue
        made = None
        if cast.create is not None and session.allowed(cast.create):
            made = make(
                session, cast, Flavour.RICH, rich_names(session, cast), note=f"make {cast.one} with unusual texts"
            ) or make(session, cast)
        for listing in cast.lists:
            if answers.wants(listing.id) and session.allowed(listing):
                yield from _made(session, cast, answers, listing, made)
                yield from _found(session, cast, answers, listing)
        yield from answers.rest(f"no {cast.name} was found in a list and could be read")


def _made(session: Session, cast: Cast, answers: Answers, listing: Operation, made: Made | None) -> Iterator[Verdict]:
    for last in (False, False, True) if made is not None else ():
        sight = look(session, cast, made) if made else None
        listed = find_again(session, listing, made) if made else None
        if sight is None or listed is None or not sight.there or not listed.there:
            return
        parted = changed(sight.value, listed.item, shared(cast, listing))
        if parted is None:
            yield from answers.passed(
                listing.id, f"{listing.id} shows what a read shows", sight.exchange, listed.exchanges[-1]
            )
            return
        if last and made:
            yield from _failed(
                cast, answers, listing, parted, identity=made.identity, read=sight.exchange, listed=listed.exchanges[-1]
            )


def _found(session: Session, cast: Cast, answers: Answers, listing: Operation) -> Iterator[Verdict]:
    if not answers.wants(listing.id):
        return
    accepted = session.accepted(listing)
    if accepted is None:
        return
    needed = missing_parameters(listing, {})
    arguments = {
        key: value for key, value in accepted.items() if key in needed
    }  # a filter would hide all but what it is about
    page = _page(session, listing, arguments)
    if page is None:
        return
    count = len(page[1])
    for index in sorted({index for index in (0, 2, count // 2, count - 1) if 0 <= index < count}):
        identity = identity_in(cast.resource, page[1][index], named_values(listing, arguments))
        if identity is not None and answers.wants(listing.id):
            yield from _one(session, cast, answers, listing, arguments=arguments, identity=identity, page=page)


def _one(
    session: Session,
    cast: Cast,
    answers: Answers,
    listing: Operation,
    *,
    arguments: Arguments,
    identity: dict[str, JSON],
    page: _Page,
) -> Iterator[Verdict]:
    """Read one that is listed; while the two differ, do both again: somebody else may be changing it."""
    seen: list[tuple[Difference, Exchange, Exchange]] = []
    scope = scope_in(cast.resource, listing, arguments)
    current: _Page | None = page
    for _ in range(LOOKS):
        current = current or _page(session, listing, arguments)
        item = next((each for each in current[1] if same_identity(each, identity)), None) if current else None
        if current is None or item is None:
            return
        there = Made(resource=cast.resource, arguments=arguments, exchange=current[0], identity=identity, scope=scope)
        sight = look(session, cast, there)
        if sight is None or not sight.there:
            return
        parted = changed(sight.value, item, shared(cast, listing))
        if parted is None:
            yield from answers.passed(listing.id, f"{listing.id} shows what a read shows", current[0], sight.exchange)
            return
        seen.append((parted, sight.exchange, current[0]))
        current = None
    if len({each[0].pointer for each in seen}) == 1:
        parted, read, listed = seen[-1]
        yield from _failed(cast, answers, listing, parted, identity=identity, read=read, listed=listed)


def _page(session: Session, listing: Operation, arguments: Arguments) -> _Page | None:
    """Return one page with its exchange."""
    walk = Walk()
    items = next(iter(pages(session, listing, arguments, walk=walk, most=1, note="look at what is listed")), None)
    return None if items is None else (walk.exchanges[-1], items)


def _failed(
    cast: Cast,
    answers: Answers,
    listing: Operation,
    parted: Difference,
    *,
    identity: Mapping[str, JSON],
    read: Exchange,
    listed: Exchange,
) -> Iterator[Verdict]:
    message = (
        f"{listing.id} must show the {cast.name} with {named(identity)} as a read does; {plain(parted.pointer)} is {shown(parted.actual)} there, "
        f"and {shown(parted.expected)} in the read"
    )
    yield from answers.failed(
        listing.id, message, read, listed, pointer=parted.pointer, expected=parted.expected, actual=parted.actual
    )


BEHAVIOUR = Behaviour(
    name=NAME,
    title="What a list shows of something is what reading it shows.",
    clauses=clauses,
    drive=drive,
)
