"""Looks for what may have been made: nobody saw an answer with its id, but what was sent tells it from everything else.

The rules that must not be broken: only a name that the run made up itself shows that something is the run's, and what
an update may have made is known by a name in its address alone, for its body may have named what was there before.
Whatever can't be told by such a name is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from contract_suite.behaviours.behaviour import Made
from contract_suite.behaviours.kit.listing import Listing
from contract_suite.checks.check import Judgement
from contract_suite.contract.addressing import address, body_properties, field_of, identity_in, missing_parameters
from contract_suite.contract.naming.names import CURSORS, OFFSETS, PAGE_NUMBERS, PAGE_SIZES, plain_name
from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import names_in
from contract_suite.contract.requests import build, rebuilt
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.likeness import identity_of
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Exchange, Request
from contract_suite.model.json import JSON, Arguments, Missing, compact
from contract_suite.runner.leftovers.ledger_file import State, Thing, names_of
from contract_suite.runner.session.session import LiveSession

_MOST_PAGES: Final = 50
_GONE: Final = frozenset({404, 410})
_NUMBERS: Final = PAGE_NUMBERS | {"p"}
_OFFSETS: Final = OFFSETS - {"from"}  # which may be a date, and no way to go on
_SIZES: Final = PAGE_SIZES | {"count", "first"}
_PARTS: Final = CURSORS | {"startingafter"}
"""What lists are asked with, read so that none is taken for whole which is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What came of it.

    `found` are there, and by their names the run's; `absent` are not there; of the others (`unclear`) that can't be told.
    """

    found: tuple[tuple[Thing, Made], ...] = ()
    absent: tuple[Thing, ...] = ()
    unclear: tuple[Thing, ...] = ()


@dataclass(slots=True)
class _Seen:
    """What the lists at one address showed, and their items; `whole` says that all of it was seen."""

    objects: list[Mapping[str, JSON]] = field(default_factory=list)
    items: list[JSON] = field(default_factory=list)
    whole: bool = True
    exchange: Exchange | None = None


def look_for(session: LiveSession, things: Iterable[tuple[Thing, Resource]]) -> Search:
    """Look for each in the lists that would show it. Nothing is changed, and nothing is taken from the budget."""
    return _Looking(session).go(things)


def case_of(operation: Operation, arguments: Arguments, note: str, *, like: Request | None = None) -> Case:
    """Return a case of cleaning up with the usual key, or with the key and the media type of a request that it is `like`."""
    return Case(
        operation=operation.id,
        request=build(operation, arguments) if like is None else rebuilt(operation, arguments, like),
        intent=Intent.UNKNOWN,
        stage=Stage.CLEANUP,
        note=note,
        arguments=arguments,
    )


def read_of(session: LiveSession, made: Made) -> tuple[Operation, Arguments] | None:
    """Return the request that reads a thing by itself; `None` where there is none, or it may not be sent."""
    role = made.resource.read
    read = session.contract.operation(role.operation) if role else None
    arguments = session.locate(read, made) if read is not None and session.allowed(read) else None
    return None if read is None or arguments is None else (read, arguments)


def ask(session: LiveSession, operation: Operation, arguments: Arguments, note: str) -> tuple[Exchange, JSON | Missing]:
    """Send one request of cleaning up; returns the exchange, and its body parsed."""
    case = case_of(operation, arguments, note)
    exchange = session.sender.deliver(case, operation, spend=False)
    judgement = Judgement(contract=session.contract, operation=operation, case=case, exchange=exchange)
    session.sender.notify(case, operation, exchange)
    return exchange, judgement.body


def sent_texts(thing: Thing) -> dict[str, str]:
    """The texts that were sent for one thing, by field."""
    return {name: value for name, value in thing.sent.items() if isinstance(value, str) and value}


class _Looking:
    def __init__(self, session: LiveSession) -> None:
        self._session = session
        self._operations = {each.id: each for each in session.contract.operations}
        self._seen: dict[str, _Seen] = {}

    def go(self, things: Iterable[tuple[Thing, Resource]]) -> Search:
        found: list[tuple[Thing, Made]] = []
        absent: list[Thing] = []
        unclear: list[Thing] = []
        for thing, resource in things:
            names = self._own_names(thing, resource)
            places = list(self._places(thing, resource)) if sent_texts(thing) else []
            mine = [made for seen in places for made in self._made(thing, resource, seen, names)]
            whole = bool(places) and all(seen.whole for seen in places)
            if mine:
                found += [(thing, made) for made in {compact(dict(made.identity)): made for made in mine}.values()]
            elif (
                whole and (names or not any(_may_show(seen, self._taken(thing)) for seen in places))
            ) or thing.state is State.FAILED:
                absent.append(thing)
            else:
                unclear.append(thing)
        return Search(found=tuple(found), absent=tuple(absent), unclear=tuple(unclear))

    def _own_names(self, thing: Thing, resource: Resource) -> set[str]:
        """The made-up names by which one is known: where an update may have made it, those of its address alone."""
        names = names_of(thing)
        operation = self._operations.get(thing.operation)
        if operation is None or resource.update is None or resource.update.operation != operation.id:
            return set(names.values())
        address = {*resource.identity, *(field_of(operation, each) for each in names_in(operation.path))}
        return {value for field, value in names.items() if field in address}

    def _taken(self, thing: Thing) -> dict[str, str]:
        """The texts of one thing that its operation takes: an id that was sent to see whether it is ignored tells nothing."""
        operation = self._operations.get(thing.operation)
        if operation is None:
            return sent_texts(thing)
        taken = {field_of(operation, name) for name in body_properties(operation)}
        taken |= {field_of(operation, each.name) for each in operation.parameters}
        return {name: value for name, value in sent_texts(thing).items() if name in taken}

    def _made(self, thing: Thing, resource: Resource, seen: _Seen, names: set[str]) -> Iterator[Made]:
        for shown in seen.objects:
            if names.isdisjoint(value for value in shown.values() if isinstance(value, str)) or seen.exchange is None:
                continue
            identity = self._identity(thing, resource, shown)
            if identity:
                yield Made(
                    resource=resource, arguments={}, exchange=seen.exchange, identity=identity, scope=thing.scope
                )

    def _identity(self, thing: Thing, resource: Resource, shown: Mapping[str, JSON]) -> Mapping[str, JSON] | None:
        step = self._session.ledger.addresses.step(resource)
        if step is None:
            return identity_in(resource, dict(shown), dict(thing.sent))
        own = identity_of(dict(shown), step.name, step.noun)
        return None if isinstance(own, Missing) else {**_above(resource, thing), step.field: own}

    def _places(self, thing: Thing, resource: Resource) -> Iterator[_Seen]:
        """The lists that would show it."""
        for name in resource.lists:
            operation = self._operations.get(name)
            if operation is None or operation.problem:
                continue
            base = self._base(operation, thing)
            key = f"{name} {compact(dict(base)) if base is not None else ''}"
            if key not in self._seen:
                self._seen[key] = self._list(operation, base) if base is not None else _Seen(whole=False)
            yield self._seen[key]

    def _base(self, operation: Operation, thing: Thing) -> Arguments | None:
        given = address(operation, thing.sent, thing.scope, only_required=True)
        lacking = missing_parameters(operation, given)
        known: Arguments = self._session.arguments.accepted.get(operation.id) or {}
        if any(name.startswith("path.") or name not in known for name in lacking):
            return None
        return {**{name: known[name] for name in lacking}, **given}

    def _list(self, operation: Operation, base: Arguments) -> _Seen:
        seen = _Seen()
        known: set[str] = set()
        items = 0
        for index in range(_MOST_PAGES):
            paging = self._paging(operation, base, index, items)
            if paging is None:
                return seen
            exchange, body = ask(self._session, operation, {**base, **paging}, "what may be left?")
            if not exchange.ok and not exchange.refused:  # a redirect, a failure, no answer: perhaps this once
                exchange, body = ask(self._session, operation, {**base, **paging}, "what may be left?")
            seen.exchange = exchange
            if _owner_is_gone(operation, base, exchange):
                return seen  # and so nothing of it is there
            if not exchange.ok or isinstance(body, Missing):
                seen.whole = False
                return seen
            shown = list(_objects(body))
            fresh = {compact(dict(each)) for each in shown} - known
            if not fresh:
                return seen
            known |= fresh
            seen.objects += shown
            lists = list(_lists(body)) or [[body]]
            seen.items += chain.from_iterable(lists)
            items += max(sum(isinstance(each, dict) for each in one) for one in lists)
            if index == 0:
                seen.whole = not _goes_on(operation)
        seen.whole = False
        return seen

    def _paging(self, operation: Operation, base: Arguments, index: int, shown: int) -> Arguments | None:
        """The arguments of a page, counted from 0; `None` if there is no way to ask for it."""
        collection = operation.promises.collection
        if collection is not None and collection.page is not None and not (collection.page.next and index):
            listing = Listing(self._session, operation, base)
            return listing.arguments(index, listing.biggest)
        if index == 0:
            return {}
        for parameter in operation.parameters:
            plain = plain_name(parameter.name)
            if parameter.subject.startswith("query.") and plain in _NUMBERS:
                first = parameter.default if isinstance(parameter.default, int) else 1
                return {parameter.subject: first + index}
            if parameter.subject.startswith("query.") and plain in _OFFSETS:
                return {parameter.subject: shown}
        return None


def _may_show(seen: _Seen, texts: Mapping[str, str]) -> bool:
    """Whether a list shows one that has no other text where what was sent had one.

    Case and blanks may be the server's own way to keep it.
    """
    sent = {name: text.strip().casefold() for name, text in texts.items()}
    return not all(isinstance(each, dict) and _differs(each, sent) for each in seen.items)


def _differs(shown: Mapping[str, JSON], sent: Mapping[str, str]) -> bool:
    texts = {name: value.strip().casefold() for name, value in shown.items() if isinstance(value, str)}
    return any(texts.get(name, text) != text for name, text in sent.items())


def _owner_is_gone(operation: Operation, base: Arguments, exchange: Exchange) -> bool:
    """Whether a list says that what it is the list of is not there: a path that names it, or else a documented status."""
    if exchange.status not in _GONE:
        return False
    documented = operation.documents(exchange.status)
    return any(name.startswith("path.") for name in base) or (documented and bool(base))


def _above(resource: Resource, thing: Thing) -> dict[str, JSON]:
    """What was sent of the identity that an inferred resource takes over from its owners."""
    return {name: thing.sent[name] for name in resource.identity if name in thing.sent}


def _goes_on(operation: Operation) -> bool:
    """Whether a list may have parts that nothing but what its answers say leads to."""
    collection = operation.promises.collection
    if collection is not None and collection.page is not None and collection.page.next:
        return True
    names = {plain_name(each.name) for each in operation.parameters}
    paged = (collection is not None and collection.page is not None) or bool(names & (_NUMBERS | _OFFSETS))
    return bool(names & _PARTS) or (bool(names & _SIZES) and not paged)


def _lists(value: JSON, depth: int = 0) -> Iterator[list[JSON]]:
    """Every list in a body that stands in no other one."""
    if isinstance(value, list):
        yield value
    for each in value.values() if isinstance(value, dict) and depth < _DEPTH else ():
        yield from _lists(each, depth + 1)


def _objects(value: JSON, depth: int = 0) -> Iterator[Mapping[str, JSON]]:
    """Every object in a body, down to what a list of things can hold."""
    if isinstance(value, dict):
        yield value
    if depth < _DEPTH and isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _objects(each, depth + 1)


_DEPTH: Final = 4
