"""Faults in what must be unique, and in what must not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from contract_suite.contract.addressing import body_properties, field_of, plain
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Resource, Unique
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, Plant, at_first, site_of
from contract_suite.mock.faults.planting import refused_as, replaces
from contract_suite.mock.fields import Body, getter, pointer
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.refused import Refused
from contract_suite.mock.state import Record, State
from contract_suite.model.exchange import Response
from contract_suite.model.json import Missing

_BEGINNING: Final = 12
_OTHER_SEED: Final = 10_000


def named(contract: Contract) -> Iterator[sites.Named]:
    """Promises of uniqueness over one field."""
    yield from (place for place in sites.named(contract) if len(place[2].fields) == 1)


def _shares(record: Record, fields: Body, names: tuple[str, ...]) -> bool:
    values = [(getter(name)(record.body), getter(name)(fields)) for name in names]
    return all(one == other and not isinstance(one, Missing) for one, other in values)


@at_first(named)
def _accepted(_contract: Contract, place: sites.Named) -> FaultSite | None:
    resource, create, rule = place

    def plant(pipeline: Pipeline) -> Pipeline:
        bare = State((replace(resource, unique=()),), seed=_OTHER_SEED)

        def draft(state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
            return (
                bare.draft(name, scope, fields, now)
                if name == resource.name
                else pipeline.draft(state, name, scope, fields, now)
            )

        return replace(pipeline, draft=draft)

    return site_of(
        create,
        f"{rule.fields[0]}::duplicate-refused",
        field=rule.fields[0],
        also=(f"{rule.fields[0]}::race-decided",),
        plant=plant,
    )


@at_first(named)
def _overlooked(
    contract: Contract,
    place: sites.Named,
    when: Callable[[Resource, Unique, Body, Record], bool],
    kind: str,
    pick: Callable[[Contract, Resource, Unique], bool],
) -> FaultSite | None:
    """A create takes a name again where `when` says so of what is given and of the one that has the name."""
    resource, create, rule = place
    if not pick(contract, resource, rule):
        return None

    def plant(pipeline: Pipeline) -> Pipeline:
        bare = State((replace(resource, unique=()),), seed=_OTHER_SEED)

        def draft(state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
            try:
                return pipeline.draft(state, name, scope, fields, now)
            except Refused as refusal:
                others = (
                    each for each in state.all(name, scope) if _shares(each, fields, (*rule.fields, *rule.within))
                )
                if (
                    refusal.kind != "duplicate"
                    or name != resource.name
                    or not all(when(resource, rule, fields, each) for each in others)
                ):
                    raise
                return bare.draft(name, scope, fields, now)

        return replace(pipeline, draft=draft)

    return site_of(create, f"{rule.fields[0]}::{kind}", field=rule.fields[0], plant=plant)


def _different(_resource: Resource, _rule: Unique, fields: Body, record: Record) -> bool:
    return any(getter(name)(record.body) != value for name, value in fields.items())


def _nameless(_resource: Resource, rule: Unique, fields: Body, _record: Record) -> bool:
    return all(fields.get(name) == "" for name in rule.fields)


def _has_more(contract: Contract, resource: Resource, _rule: Unique) -> bool:
    """Whether a create takes any text beside its name."""
    return next(sites.texts(contract, resource), None) is not None


def _takes_empty(contract: Contract, resource: Resource, rule: Unique) -> bool:
    """Whether a create takes an empty text for the name."""
    create = sites.role(contract, resource, "create")
    media = create.body.json if create and create.body else None
    return (
        media is not None
        and media.schema is not None
        and not any(
            each.path.startswith(pointer(rule.fields[0])) for each in media.schema.problems({rule.fields[0]: ""})
        )
    )


@at_first(named)
def _status(_contract: Contract, place: sites.Named) -> FaultSite | None:
    _, create, rule = place
    return site_of(
        create,
        f"{rule.fields[0]}::duplicate-status",
        also=("*::status-documented", "4xx/*"),
        elsewhere=("repeats-status",),
        plant=refused_as(create, "duplicate", 404),
    )


Renaming = Callable[[Resource, Unique], Plant]
Clash = Callable[[Unique, Record, Body], bool]
"""Whether a record is taken to have the name that a create gives."""


@at_first(named)
def _too_strict(
    _contract: Contract, place: sites.Named, clash: Clash, kind: str, room: Callable[[Operation, Unique], bool]
) -> FaultSite | None:
    """A create refuses names that it should take."""
    resource, create, rule = place
    if not room(create, rule):
        return None

    @replaces()
    def draft(pipeline: Pipeline, state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
        record = pipeline.draft(state, name, scope, fields, now)
        if name == resource.name and any(clash(rule, each, fields) for each in state.all(name, scope)):
            raise Refused("duplicate", f"Another {name} has the same name.")
        return record

    return site_of(create, f"{rule.fields[0]}::{kind}", field=rule.fields[0], also=("*::accepted",), plant=draft)


def _same_anywhere(rule: Unique, record: Record, fields: Body) -> bool:
    return bool(fields.get(rule.fields[0])) and _shares(record, fields, rule.fields)


def _both_absent(rule: Unique, record: Record, fields: Body) -> bool:
    absent = all(isinstance(getter(name)(each), Missing) for name in rule.fields for each in (record.body, fields))
    return absent and all(getter(name)(record.body) == getter(name)(fields) for name in rule.within)


def _may_be_absent(create: Operation, rule: Unique) -> bool:
    """Whether a create may leave out all that must be unique, as often as it likes."""
    optional = {field_of(create, name) for name, needed in body_properties(create).items() if not needed}
    return rule.absent == "distinct" and {plain(each) for each in rule.fields} <= optional


def _beginning(rule: Unique, record: Record, fields: Body) -> bool:
    one, other = record.body.get(rule.fields[0]), fields.get(rule.fields[0])
    alike = isinstance(one, str) and isinstance(other, str) and other.startswith(one) and len(one) > _BEGINNING
    return alike and _shares(record, fields, rule.within)


@at_first(named)
def _race(_contract: Contract, place: sites.Named) -> FaultSite | None:
    """To look for a name and to keep it are two steps: a create right behind another one doesn't see its name."""
    resource, create, rule = place

    def plant(pipeline: Pipeline) -> Pipeline:
        latest: list[tuple[int, Record]] = []
        now_at = [0]

        def handle(call: Call, go: Callable[[Call], Response]) -> Response:
            now_at[0] = call.number
            return pipeline.handle(call, go)

        def put(state: State, record: Record) -> None:
            if record.ref.resource == resource.name:
                latest[:] = [(now_at[0], record)]
            pipeline.put(state, record)

        def draft(state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
            unseen = [
                record
                for number, record in latest
                if name == resource.name and number == now_at[0] - 1 and state.find(*record.ref) is record
            ]
            for record in unseen:
                state.remove(record)
            try:
                return pipeline.draft(state, name, scope, fields, now)
            finally:
                for record in unseen:
                    state.put(record)

        return replace(pipeline, handle=handle, put=put, draft=draft)

    return site_of(create, f"{rule.fields[0]}::race-decided", plant=plant)


@at_first(named)
def _renamed(
    contract: Contract, place: sites.Named, kind: str, also: tuple[str, ...], plant: Renaming
) -> FaultSite | None:
    """A fault in updates of a name."""
    resource, _, rule = place
    update = sites.role(contract, resource, "update")
    if update is None or resource.read is None or not set(rule.fields) < set(sites.kept(contract, resource)):
        return None
    return site_of(update, f"{rule.fields[0]}::{kind}", field=rule.fields[0], also=also, plant=plant(resource, rule))


def _given_away(resource: Resource, _rule: Unique) -> Plant:
    """An update doesn't look who has the name."""
    bare = State((replace(resource, unique=()),), seed=_OTHER_SEED)

    @replaces()
    def revise(pipeline: Pipeline, state: State, record: Record, body: Body, now: float) -> Record:
        looks = record.ref.resource != resource.name
        revised: Record = pipeline.revise(state, record, body, now) if looks else bare.revise(record, body, now)
        return revised

    return revise


def _taken_by_itself(resource: Resource, rule: Unique) -> Plant:
    """An update that looks who has the name finds the very thing that it changes."""

    @replaces()
    def updated(pipeline: Pipeline, call: Call, record: Record, given: Body, *rest: Any, **named: Any) -> Body:  # noqa: ANN401 - the step's own
        if record.ref.resource == resource.name and _shares(record, given, rule.fields):
            raise Refused("duplicate", f"Another {resource.name} has the same name.")
        body: Body = pipeline.updated(call, record, given, *rest, **named)
        return body

    return updated


UNIQUENESS: Final = (
    FaultKind(name="duplicate-accepted", sentence="a name that is taken is accepted again", site=_accepted()),
    FaultKind(
        name="duplicate-accepted-if-different",
        sentence="a name that is taken is accepted again if anything else is different",
        site=_overlooked(_different, "duplicate-refused", _has_more),
    ),
    FaultKind(
        name="empty-name-accepted-again",
        sentence="an empty name that is taken is accepted again",
        site=_overlooked(_nameless, "empty-refused", _takes_empty),
    ),
    FaultKind(name="duplicate-answered-404", sentence="a name that is taken is answered 404", site=_status()),
    FaultKind(
        name="name-unique-everywhere",
        sentence="a name that is taken in one place can't be used in another",
        site=_too_strict(_same_anywhere, "free-elsewhere", room=lambda _create, rule: bool(rule.within)),
    ),
    FaultKind(
        name="absent-names-collide",
        sentence="two without a name collide",
        site=_too_strict(_both_absent, "absent-distinct", room=_may_be_absent),
    ),
    FaultKind(
        name="longer-name-collides",
        sentence="a name that begins with one that is taken is refused",
        site=_too_strict(_beginning, "similar-accepted", room=lambda _create, _rule: True),
    ),
    FaultKind(
        name="taken-name-given-by-update",
        sentence="an update to a name that is taken is served",
        site=_renamed("duplicate-refused", (), _given_away),
    ),
    FaultKind(
        name="own-name-refused",
        sentence="an update that repeats the present name is refused as a duplicate",
        site=_renamed("own-value-accepted", ("*::idempotent", "*::accepted"), _taken_by_itself),
    ),
    FaultKind(
        name="race-not-decided",
        sentence="two creates with one name, sent at the same time, are both accepted",
        site=_race(),
    ),
)
