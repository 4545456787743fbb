"""Keeps the ledger on disk in step with what a session sends and learns.

The rule that must not be broken: a request that may make something is written down before it is sent. What the ledger
in memory learns of an answer goes to disk before the next request.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Literal

from contract_suite.behaviours.behaviour import Made
from contract_suite.checks.check import Judgement
from contract_suite.contract.addressing import identity_in, named_values, roles, scope_in
from contract_suite.contract.operation import Operation
from contract_suite.contract.vocabulary import Resource
from contract_suite.model.case import Case
from contract_suite.model.exchange import Exchange, Identity, NoResponse, Trouble, is_refusal, is_server_error
from contract_suite.model.json import JSON, Arguments
from contract_suite.runner.leftovers.ledger_file import LedgerError, LedgerFile, State, Thing, names_of
from contract_suite.runner.session.ledger.deleted_things import acted_on
from contract_suite.runner.session.ledger.ledger import Ledger
from contract_suite.runner.session.ledger.things import Key, key_of
from contract_suite.transport.transport import SAFE

_NEVER_SENT: Final = frozenset({Trouble.REFUSED, Trouble.UNREACHABLE})
_LOST_ON_THE_WAY: Final = frozenset({408, 502, 504})
"""Statuses of somebody between who doesn't know whether the server did what was asked."""
_LONGEST: Final = 512
_CREATED: Final = 201

_Way = Literal["create", "update", "beside"]
"""How a request may make something: as its create, as an update of what is not there, or beside what else it does."""


@dataclass(slots=True, kw_only=True)
class _Entry:
    """One line of the ledger with what it is about."""

    thing: Thing
    resource: Resource
    way: _Way


class Keeper:
    """Writes down what one session makes.

    `trouble` is the first thing that kept the ledger from being written: nothing more is made then, while deleting
    goes on.
    """

    def __init__(
        self,
        ledger: Ledger,
        file: LedgerFile,
        *,
        family: str,
        prefix: str,
        named: Ledger | None = None,
    ) -> None:
        """Nothing is made yet. `prefix` stands in every name that the session makes up.

        `named` goes by the resources that the document names, where `ledger` goes by paths alone: it may know the id of
        what shows none that a path takes. Nobody else tells it anything.
        """
        self.trouble: LedgerError | None = None
        self._ledger = ledger
        self._file = file
        self._family = family
        self._prefix = prefix
        self._makers = {operation.id: tuple(_makes(ledger, operation)) for operation in ledger.contract.operations}
        self._sent: dict[int, deque[tuple[int, ...]]] = {}
        """The entries of requests on their way, by case."""
        self._answered: dict[int, tuple[int, ...]] = {}
        """The same of those that are answered and not judged yet, by exchange."""
        self._entries: dict[int, _Entry] = {}
        self._made: dict[tuple[int, str], int] = {}
        """The entries of what a ledger in memory knows, by exchange and resource."""
        self._named = named
        self._unnamed: dict[int, _Entry] = {}
        """Entries of what was made and showed no id that `ledger` knows, by exchange."""
        self._of_named: set[tuple[int, str]] = set()
        """Which of `_made` the ledger `named` alone knows."""
        self._looked_at = 0
        """How many things that ledger had made when it was last looked at."""
        self._by_identity: dict[tuple[str, Key], _Entry] = {}
        """Entries of what was made, by resource and identity."""

    def sending(self, case: Case, operation: Operation | None) -> None:
        """Write down what a case may make, before it is sent. Raises `LedgerError`."""
        if operation is None or case.request.method != operation.method:
            return
        self._renaming(case, operation)
        entries = [
            _Entry(thing=self._thing(resource, operation, case), resource=resource, way=way)
            for resource, way in self._makers.get(operation.id, ())
            if way != "update" or not self._ledger.vouches(operation, case.arguments)
        ]
        if not entries:
            return
        try:
            ids = self._file.expect(each.thing for each in entries)
        except LedgerError as error:
            self.trouble = self.trouble or error
            raise
        self._sent.setdefault(id(case), deque()).append(ids)
        for number, entry in zip(ids, entries, strict=True):
            entry.thing = replace(entry.thing, id=number)
            self._entries[number] = entry

    def answered(self, case: Case, exchange: Exchange) -> None:
        """Take in what a case was answered, before anybody judges it."""
        waiting = self._sent.get(id(case))
        if waiting is None:
            return
        ids = waiting.popleft()
        if not waiting:
            del self._sent[id(case)]
        if _made_nothing(exchange):
            self._drop(ids)
        else:
            self._answered[exchange.number] = ids

    def observe(self, case: Case, exchange: Exchange, judgement: Judgement) -> None:
        """Write down what the ledger in memory has learned of an exchange."""
        if self._named is not None and judgement.operation is not None:
            operation = self._named.contract.operation(judgement.operation.id)
            self._named.observe(operation, case.arguments, exchange, judgement.body)
        for number in self._answered.pop(exchange.number, ()):
            self._settle(self._entries[number], exchange)
        if exchange.request.method not in SAFE:
            self.follow()

    def follow(self) -> None:
        """Take out what the ledger in memory no longer names as made."""
        made = self._ledger.made_things.to_remove
        if len(made) != len(self._made) - len(self._of_named):  # looking at each would cost more than all other writing
            self._keep(self._made.keys() - self._of_named, made)
        made = self._named.made_things.to_remove if self._named is not None else ()
        if len(made) == self._looked_at:
            return
        self._looked_at = len(made)
        self._keep(self._of_named, made)
        for each in made:
            entry = self._unnamed.pop(each.exchange.number, None)
            if entry is not None and entry.thing.id in self._entries:
                self._made[each.exchange.number, each.resource.name] = entry.thing.id
                self._of_named.add((each.exchange.number, each.resource.name))
                self._identify(entry, each)

    def _keep(self, keys: Iterable[tuple[int, str]], made: Iterable[Made]) -> None:
        """Of these entries keep those whose things are among what was made."""
        gone = set(keys) - {(each.exchange.number, each.resource.name) for each in made}
        self._of_named -= gone
        self._drop([self._made.pop(key) for key in gone])

    def gone(self, made: Made) -> None:
        """Take out what cleaning up has deleted."""
        number = self._made.pop((made.exchange.number, made.resource.name), None)
        self._of_named.discard((made.exchange.number, made.resource.name))
        self._drop([] if number is None else [number])

    def uncertain(self) -> tuple[tuple[Thing, Resource], ...]:
        """What may have been made, and is not known by an id."""
        known = set(self._made.values())
        return tuple((each.thing, each.resource) for number, each in self._entries.items() if number not in known)

    def let_go(self, things: Iterable[Thing]) -> None:
        """Take out what is not there, and what nobody can delete."""
        self._drop([each.id for each in things])

    def let_go_of_undeletable(self) -> None:
        """Take out what the contract has no way to delete: the report names it, and nothing is left to be done."""
        self._drop([number for number, each in self._entries.items() if each.resource.delete is None])

    def _settle(self, entry: _Entry, exchange: Exchange) -> None:
        made = self._ledger.made_things.by(exchange, entry.resource)
        if made is not None:
            self._made[exchange.number, entry.resource.name] = entry.thing.id
            self._identify(entry, made)
            return
        if exchange.ok:
            state = State.UNNAMED
            self._unnamed[exchange.number] = entry
        else:
            state = State.FAILED if _failed(exchange) else State.SENT
        met = (exchange.number, entry.resource.name) in self._ledger.met
        makes = entry.way == "create" or (entry.way == "beside" and exchange.status == _CREATED)
        if state is State.UNNAMED and (met or not makes):
            # It changed or showed what was there, which may bear the name that was sent by now.
            self._drop([entry.thing.id])
            return
        entry.thing = thing = replace(entry.thing, state=state, status=exchange.status)
        self._try(lambda: self._file.settle(thing))

    def _renaming(self, case: Case, operation: Operation) -> None:
        """Write down, before it is sent, that an update takes a made-up name from what the run made."""
        for ledger in filter(None, (self._ledger, self._named)):
            for resource, role in roles(ledger.resources, operation):
                given = named_values(operation, case.arguments)
                identity = identity_in(resource, given) if role == "update" else None
                entry = self._by_identity.get((resource.name, key_of(identity))) if identity is not None else None
                taken = {name: given[name] for name in names_of(entry.thing) if name in given} if entry else {}
                taken = {name: value for name, value in taken.items() if self._prefix not in str(value)}
                if entry is not None and taken and entry.thing.id in self._entries:
                    entry.thing = thing = replace(entry.thing, sent={**entry.thing.sent, **taken})
                    self._try(partial(self._file.settle, thing))

    def _identify(self, entry: _Entry, made: Made) -> None:
        """Write down by which resource and id a thing is known."""
        entry.resource = made.resource
        self._by_identity[made.resource.name, key_of(made.identity)] = entry
        entry.thing = thing = replace(
            entry.thing,
            state=State.MADE,
            resource=made.resource.name,
            identity=dict(made.identity),
            scope=dict(made.scope),
            status=made.exchange.status,
        )
        self._try(lambda: self._file.settle(thing))

    def _drop(self, ids: Iterable[int]) -> None:
        ids = list(ids)
        for number in ids:
            self._entries.pop(number, None)
        if ids:
            self._try(lambda: self._file.drop(ids))

    def _try(self, write: Callable[[], None]) -> None:
        """Write; what can't be written is said before anything more is made, and keeps nothing from being deleted."""
        try:
            write()
        except LedgerError as error:
            self.trouble = self.trouble or error

    def _thing(self, resource: Resource, operation: Operation, case: Case) -> Thing:
        return Thing(
            family=self._family,
            resource=resource.name,
            operation=operation.id,
            prefix=self._prefix,
            sent={
                name: value for name, value in named_values(operation, _opened(case.arguments)).items() if _plain(value)
            },
            scope=scope_in(resource, operation, case.arguments),
        )


def _opened(arguments: Arguments) -> Arguments:
    """Arguments without the envelope around what their body describes: a member that is all there is, and an object."""
    body = arguments.get("body")
    inner = next(iter(body.values())) if isinstance(body, dict) and len(body) == 1 else None
    return {**arguments, "body": inner} if isinstance(inner, dict) else arguments


def _makes(ledger: Ledger, operation: Operation) -> Iterator[tuple[Resource, _Way]]:
    """What an operation may make."""
    for resource, role in roles(ledger.resources, operation):
        if role == "create" or (role == "update" and operation.method == "PUT"):
            yield resource, role
    brought_back = acted_on(ledger.addresses, operation)
    if brought_back is not None:
        yield brought_back, "update"
    for resource in ledger.addresses.shown_by(operation):
        if operation.id in ledger.addresses.makers(resource):
            yield resource, "beside"


def _made_nothing(exchange: Exchange) -> bool:
    """Whether an answer rules out that something was made."""
    if isinstance(exchange.answer, NoResponse):
        return exchange.answer.trouble in _NEVER_SENT
    return is_refusal(exchange.status) and exchange.status not in _LOST_ON_THE_WAY


def _failed(exchange: Exchange) -> bool:
    """Whether an answer says that something went wrong; a redirect may follow what was done (303), but for a request without its key."""
    if exchange.response is None or exchange.status in _LOST_ON_THE_WAY:
        return False
    return is_server_error(exchange.status) or exchange.request.identity is not Identity.DEFAULT


def _plain(value: JSON) -> bool:
    """Whether a value may be looked for later; long ones are nobody's name."""
    return isinstance(value, (int, float)) or (isinstance(value, str) and len(value) <= _LONGEST)
