"""Looks, before a run ends, for what it wrote, where the answers so far don't show that the server keeps anything.

The rule that must not be broken: nothing is held against the server. What could not have failed has not passed, so the
sentences from here leave a run incomplete; a finding they never make.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from contract_suite.behaviours.behaviour import Made, NotSent
from contract_suite.behaviours.kit.retrying import LOOKS
from contract_suite.behaviours.resources.kit.unknown_identities import altered_value
from contract_suite.contract.operation import Operation
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.fresh_values import freshened
from contract_suite.generate.likeness import identity_of
from contract_suite.generate.live_ids import place, value_of
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange, Request
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, compact, escape
from contract_suite.runner.effects.marks import holds_items, members_named, shape, shows
from contract_suite.runner.effects.traces import Traces
from contract_suite.runner.session.session import LiveSession

_TWO: Final = 2
_PAUSE: Final = 0.7
"""Seconds between two looks: what was written may be shown only after a while."""
_NOTE: Final = "is what was written seen again?"
_FEW: Final = 3
"""So many texts of a thing are made its own, and looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """What came of looking for one kind of thing.

    `alike` is the read that answers alike whatever it is asked for, `empty` are lists that show nothing; `created` is what
    made the things that were looked for, if the run did; `kept` says that a list showed them after all.
    """

    alike: str = ""
    empty: tuple[str, ...] = ()
    created: str = ""
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Thing:
    """One thing to look for: its id, how it is read and listed, and the texts that were sent for it alone, by member."""

    id: JSON
    read: Arguments | None
    made: Made | None = None
    sent: Mapping[str, str] = field(default_factory=dict)


class Effects:
    """Whether what one session writes is seen again; `unseen` says in sentences what is not, once `look` was called."""

    def __init__(self, session: LiveSession) -> None:
        """Follow the session's exchanges from now on."""
        self.unseen: tuple[str, ...] = ()
        self._session = session
        self._traces = Traces(session.ledger)
        session.sender.observers.append(self._traces.observe)

    def look(self) -> None:
        """Look for what the answers so far don't show; to a usual server next to nothing is sent.

        May raise `BudgetSpent` and `EndpointError`, as any sending.
        """
        session = self._session
        everything = _answered_everywhere(session, self._traces)
        if everything:
            self.unseen = (everything,)
        if everything or session.contract.annotated:
            return  # what the document says of its things is held to the server, and fails
        found = []
        for resource in session.resources:
            with suppress(NotSent):
                found.append(_Look(session, self._traces, resource).go())
        self.unseen = tuple(said(filter(None, found), embedded=session.sender.endpoint.embedded))


def said(found: Iterable[Unseen], *, embedded: bool) -> Iterator[str]:
    """Yield what was not seen in sentences; `embedded` says that our own mock answered."""
    found = list(found)
    forgotten = [each for each in found if each.alike and each.created and not each.kept]
    if forgotten:
        what = "the embedded mock keeps nothing without inference (--infer off)"
        creates = ", ".join(dict.fromkeys(each.created for each in forgotten))
        where = " or ".join(dict.fromkeys(name for each in forgotten for name in (each.alike, *each.empty)))
        yield (
            f"{what if embedded else 'this endpoint looks like a static mock'}: nothing that {creates} created "
            f"was seen again in {where}, so what depends on it could not be tested"
        )
    for each in found:
        if each not in forgotten and each.alike:
            yield f"{each.alike} gives the same answer for every id, so what it returns could not be tested"
        if each not in forgotten and each.empty:
            lists = ", ".join(each.empty)
            yield f"{lists} stayed empty although {each.created} was served, so its items could not be tested"


def _answered_everywhere(session: LiveSession, traces: Traces) -> str:
    """Ask for a path that no document has, where all successes so far had one shape."""
    if not traces.only_shape:
        return ""
    target = f"/{session.prefix}nothing/at/this/path/of/no/document"
    exchange = session.send(Request(method="GET", target=target), note="is a path answered that nothing is at?")
    body = session.json(exchange)
    if not exchange.ok or not isinstance(body, dict) or compact(shape(body)) != traces.only_shape:
        return ""
    return (
        f"every request gets the same answer, even GET {target}: this is a front page, a proxy or a stub, "
        "so nothing of the document could be tested"
    )


class _Look:
    """Looks at one kind of thing."""

    def __init__(self, session: LiveSession, traces: Traces, resource: Resource) -> None:
        operations = {each.id: each for each in session.plan.operations if each.id in session.sender.watch.served}
        self._session = session
        self._resource = resource
        self._create = operations.get(resource.create.operation) if resource.create else None
        self._read = operations.get(resource.read.operation) if resource.read else None
        self._told = self._read is None or self._read.id in traces.told_apart
        self._lists = [operations[each] for each in resource.lists if each in operations]
        self._unfilled = [each for each in self._lists if each.id not in traces.filled]

    def go(self) -> Unseen | None:
        """Return what was not seen; `None` where everything was, or nothing can be told."""
        if self._told and not (self._unfilled and self._create):
            return None
        things = list(self._made() if self._create is not None else self._known())
        if not things:
            return None
        alike = not self._told and self._answers_alike(things)
        created = self._create.id if self._create is not None else ""
        empty = tuple(each.id for each in self._unfilled if created and self._stays_empty(each, things))
        kept = any(self._is_listed(each, thing) for each in self._lists for thing in things if alike and created)
        read = self._read.id if alike and self._read is not None else ""
        return Unseen(alike=read, empty=empty, created=created, kept=kept) if read or empty else None

    def _made(self) -> Iterator[_Thing]:
        """Make two of the kind, each with texts of its own."""
        for _ in range(_TWO):
            arguments = self._session.accepted(self._create) if self._create is not None else None
            if self._create is None or arguments is None:
                return
            arguments, sent = self._with_own_texts(self._create, arguments)
            exchange = self._session.call(self._create, arguments, intent=Intent.UNKNOWN, note=_NOTE)
            ledger = self._session.ledger
            # A static mock gives back what it lists, which was there before.
            made = ledger.made_things.by(exchange, self._resource) or ledger.met.get(
                (exchange.number, self._resource.name)
            )
            if made is not None:
                read = self._session.locate(self._read, made) if self._read is not None else None
                yield _Thing(id=list(made.identity.values())[-1], read=read, made=made, sent=sent)

    def _with_own_texts(self, create: Operation, arguments: Arguments) -> tuple[Arguments, dict[str, str]]:
        """Return a create's arguments with texts that nobody has used before, as far as its schema lets them."""
        sent: dict[str, str] = {}
        body = arguments.get("body")
        for name, value in body.items() if isinstance(body, dict) else ():
            subject = f"body/{escape(name)}"
            if not isinstance(value, str) or len(sent) == _FEW:
                continue
            changed = freshened(create, arguments, subject, self._session.arguments.names.fresh())
            text = value_of(changed, subject)
            media = create.body.usual if create.body else None
            if (
                isinstance(text, str)
                and text != value
                and media
                and media.schema
                and media.schema.is_valid(changed["body"])
            ):
                arguments, sent[name] = changed, text
        return arguments, sent

    def _known(self) -> Iterator[_Thing]:
        """Two things of the kind that the server showed."""
        ledger, read = self._session.ledger, self._read
        base = self._session.accepted(read) if read is not None else None
        for skip in range(_TWO) if read is not None and base is not None else ():
            arguments = ledger.arguments(read, base, skip=skip) if read is not None and base is not None else None
            found = value_of(arguments, self._subject()) if arguments is not None else MISSING
            if not isinstance(found, Missing):
                yield _Thing(id=found, read=arguments)

    def _answers_alike(self, things: list[_Thing]) -> bool:
        """Whether what the read shows has nothing to do with what it is asked for."""
        answers = [(thing, self._ask(thing.read)) for thing in things if thing.read is not None]
        bodies = [self._session.json(exchange) for _, exchange in answers if exchange.ok]
        absent = self._absent(things[0])
        unknown = self._ask(absent) if absent is not None else None
        if unknown is None or not bodies or len(bodies) < len(answers) or MISSING in bodies:
            return False
        pairs = [(thing, body) for (thing, _), body in zip(answers, bodies, strict=True)]
        others = [(thing, body) for thing, body in pairs if not self._shows_own(thing, body)]
        if not others:
            return unknown.ok and all(_is_echo(thing, body) for thing, body in pairs)
        same = len(bodies) == _TWO and bodies[0] == bodies[1]
        return all(self._contradicts(thing, body) for thing, body in others) and (unknown.ok or same)

    def _shows_own(self, thing: _Thing, body: JSON | Missing) -> bool:
        return shows(body, str(thing.id)) or any(shows(body, text) for text in thing.sent.values())

    def _contradicts(self, thing: _Thing, body: JSON | Missing) -> bool:
        """Whether a body shows another id, or another text where one of the thing's own would stand."""
        return self._shows_other_id(thing, body) or _shows_other_text(thing, body)

    def _shows_other_id(self, thing: _Thing, body: JSON | Missing) -> bool:
        step = self._session.ledger.addresses.step(self._resource)
        shown = identity_of(body, step.name, step.noun) if step is not None else MISSING
        return not isinstance(shown, Missing) and str(shown) != str(thing.id)

    def _stays_empty(self, operation: Operation, things: list[_Thing]) -> bool:
        """Whether a list shows nothing at all though things of its kind were just made; it is given time."""
        for look in range(LOOKS):
            if look:
                self._session.pause(_PAUSE)
            bodies = [self._listed(operation, thing) for thing in things]
            if any(isinstance(body, Missing) or holds_items(body) for body in bodies):
                return False
            if any(self._shows_own(thing, body) for thing, body in zip(things, bodies, strict=True)):
                return False
        return bool(things)

    def _is_listed(self, operation: Operation, thing: _Thing) -> bool:
        body = self._listed(operation, thing)
        return any(shows(body, text) for text in thing.sent.values()) or (not thing.sent and shows(body, str(thing.id)))

    def _listed(self, operation: Operation, thing: _Thing) -> JSON | Missing:
        """The body of a list where a thing would stand; `MISSING` if it is not served."""
        arguments = self._session.locate(operation, thing.made) if thing.made is not None else None
        exchange = self._ask(arguments, operation) if arguments is not None else None
        return self._session.json(exchange) if exchange is not None and exchange.ok else MISSING

    def _absent(self, thing: _Thing) -> Arguments | None:
        """The arguments by which something is read that does not exist."""
        other = altered_value(self._session.random, thing.id)
        if self._read is None or thing.read is None or other is None:
            return None
        return place(thing.read, {self._subject(): other})

    def _subject(self) -> str:
        read = self._read
        return self._session.ledger.addresses.subject_of(read, self._resource.identity[-1]) if read is not None else ""

    def _ask(self, arguments: Arguments | None, operation: Operation | None = None) -> Exchange:
        operation = operation or self._read
        if operation is None or arguments is None:
            raise NotSent
        return self._session.call(operation, arguments, intent=Intent.UNKNOWN, note=_NOTE)


def _shows_other_text(thing: _Thing, body: JSON | Missing) -> bool:
    return any(
        isinstance(other, str) and not shows(other, text)
        for name, text in thing.sent.items()
        for other in members_named(body, name)
    )


def _is_echo(thing: _Thing, body: JSON | Missing) -> bool:
    """Whether only the id of the request comes back, beside texts that are those of no thing that was made."""
    return _shows_other_text(thing, body) and not any(shows(body, text) for text in thing.sent.values())
