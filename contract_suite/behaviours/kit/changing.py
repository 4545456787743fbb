"""Writes on something of the run's own: a body that the document allows, with one member changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from contract_suite.behaviours.behaviour import NotSent, Session
from contract_suite.behaviours.kit.own_things import OwnThing, places
from contract_suite.behaviours.kit.requests import required_arguments
from contract_suite.contract.addressing import any_state
from contract_suite.contract.operation import MediaType, Operation, is_json
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON
from contract_suite.model.verdict import Verdict

_BYTES: Final = frozenset({"application/octet-stream", "text/plain", "*/*"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A write on one thing: its arguments, and the member of a JSON body that they change (empty for none)."""

    session: Session
    operation: Operation
    thing: OwnThing
    arguments: Mapping[str, JSON]
    changed: str = ""
    media: MediaType | None = field(default=None)

    @property
    def members(self) -> dict[str, JSON]:
        """The members of the JSON body."""
        body = self.arguments.get("body")
        return body if isinstance(body, dict) else {}

    def send(
        self,
        *,
        body: JSON = None,
        headers: Mapping[str, str] | None = None,
        note: str,
        aim: str = "",
    ) -> Exchange:
        """Send it, with another body if one is given; a right server may refuse it.

        What insists on a condition gets one that is met by any state, unless `headers` name another or are empty.
        """
        needed = any_state(self.operation)
        given: dict[str, JSON] = {**needed, **self.arguments}
        if headers is not None and not headers:
            given = {subject: value for subject, value in given.items() if subject not in needed}
        if body is not None:
            given["body"] = body
        for name, value in (headers or {}).items():
            given[self._subject(name)] = value
        return self.session.call(self.operation, given, note=note, aim=aim, intent=Intent.UNKNOWN)

    def further_bodies(self) -> Iterator[JSON]:
        """Other bodies that a right server is likely to take: further members changed, then as it is."""
        if self.media is not None:
            body = self.members
            others = variations(self.session, self.thing, self.media, body)
            yield from ({**body, name: value} for name, value in others if name != self.changed)
        while True:
            yield None

    def another_body(self) -> JSON:
        """A body that differs from the one that is sent, in whichever member; `None` if nothing in it can differ."""
        body = self.members
        others = variations(self.session, self.thing, self.media, body) if self.media is not None else ()
        return next(({**body, name: value} for name, value in others), None)

    def _subject(self, name: str) -> str:
        """Return a header's subject, as the document writes its name."""
        wanted = name.lower()
        named = (
            each.subject for each in self.operation.parameters if each.where == "header" and each.name.lower() == wanted
        )
        return next(named, f"header.{name}")


def while_sent(found: Iterator[Verdict]) -> Iterator[Verdict]:
    """Yield verdicts until the session holds a write back because it can't tell that the run made what it changes."""
    with suppress(NotSent):
        yield from found


def write_on(
    session: Session,
    operation: Operation,
    thing: OwnThing,
    *,
    first: Collection[str] = (),
    also: Mapping[str, JSON] = MappingProxyType({}),
) -> Write | None:
    """Return a write that a right server is likely to serve; `None` if no body for it is known.

    It changes one of the members `first` if it can, else any; `also` are members that a body has besides, as they are.
    """
    if not session.allowed(operation):
        return None
    arguments = required_arguments(session, operation, thing.address)
    if arguments is None:
        return None
    if operation.body is None:
        return Write(session=session, operation=operation, thing=thing, arguments=arguments)
    media = operation.body.json or (operation.body.media_types or (None,))[0]
    if media is None:
        return None
    if not is_json(media.name):
        if media.name not in _BYTES:
            return None
        text = f"contract-suite {session.random.getrandbits(32):08x}"
        return Write(session=session, operation=operation, thing=thing, arguments={**arguments, "body": text})
    body = _body(session, operation, thing, media, also)
    if body is None:
        return None
    others = [each for each in variations(session, thing, media, body) if each[0] not in also]
    name, value = min(others, key=lambda each: each[0] not in first, default=("", None))
    if name:
        alone = {**also, name: value}
        body = alone if operation.method == "PATCH" and _valid(media, alone) else {**body, name: value}
    return Write(
        session=session,
        operation=operation,
        thing=thing,
        arguments={**arguments, "body": body},
        changed=name,
        media=media,
    )


def optional_members(operation: Operation) -> tuple[str, ...]:
    """Return the members that a JSON body may leave out, beside others that it must have.

    Members of few values are none: the one that was put may be what a server takes where there is none.
    """
    media = operation.body.json if operation.body else None
    place = view(media.schema) if media and media.schema else None
    needed = place.required_names() if place else set()
    names = place.property_names() if place and needed else ()
    return tuple(name for name in names if place and name not in needed and _may_be_anything(place.member(name)))


def _may_be_anything(member: SchemaView) -> bool:
    said = (member.keyword("default"), member.keyword("enum"), member.keyword("const"))
    return said == (None, None, None) and member.types() - {"null"} != {"boolean"}


def variations(
    session: Session, thing: OwnThing, media: MediaType, body: Mapping[str, JSON]
) -> Iterator[tuple[str, JSON]]:
    """Members of a body that reads show too, each with another value that its schema allows; free texts come first."""
    if media.schema is None:
        return
    place = view(media.schema)
    shown = {name for each in places(session.json(thing.read)) for name in each}
    found: list[tuple[int, str, JSON]] = []
    for name, value in body.items():
        member = place.member(name)
        if name not in shown or value in thing.address.values() or _is_reference(name) or member.keyword("readOnly"):
            continue
        for rank, other in _others(member, value):
            if _valid(media, {**body, name: other}):
                found.append((rank, name, other))
                break
    for _, name, other in sorted(found, key=lambda each: each[0]):
        yield name, other


def _others(member: SchemaView, value: JSON) -> Iterator[tuple[int, JSON]]:
    """Other values of a member, each with how likely a server is to refuse it for reasons of its own."""
    listed = member.keyword("enum")
    if isinstance(listed, list):
        yield from ((3, other) for other in listed if other != value and other is not None)
    elif isinstance(value, bool):
        yield 2, not value
    elif isinstance(value, str):
        if member.keyword("format") is None and member.keyword("pattern") is None:
            yield 0, f"{value}x"
            yield 0, f"{value[:-1]}{'y' if value.endswith('x') else 'x'}"
    elif isinstance(value, int):
        yield 1, value + 1
        yield 1, value - 1


def _body(
    session: Session, operation: Operation, thing: OwnThing, media: MediaType, also: Mapping[str, JSON]
) -> dict[str, JSON] | None:
    """Return the body of the create if the write takes it, else one that the document suggests, each with some members besides."""
    created = thing.arguments.get("body")
    if isinstance(created, dict) and media.schema is not None:
        names = view(media.schema).property_names()
        mine = {**{name: value for name, value in created.items() if name in names}, **also}
        if mine and _valid(media, mine):
            return mine
    accepted = (session.accepted(operation) or {}).get("body")
    return {**accepted, **also} if isinstance(accepted, dict) else None


def _is_reference(name: str) -> bool:
    return name.lower().endswith(("id", "ids", "_ref"))


def _valid(media: MediaType, value: JSON) -> bool:
    return media.schema is None or media.schema.is_valid(value)
