"""A collection as behaviours use it: asks for pages, reads what came, and makes items where there are too few.

Behaviours of one run share the items made here; they are recognised by their container and never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import canonical
from contract_suite.behaviours.kit.resource_operations import property_of, request_body
from contract_suite.behaviours.kit.responses import why_not
from contract_suite.behaviours.kit.verdicts import Unusable
from contract_suite.contract.addressing import field_of, plain
from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.schemas.constraints import constraints
from contract_suite.contract.vocabulary import Collection, Resource
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Arguments, at

OK: Final = 200
BIGGEST: Final = 1000
"""No page longer than this is asked for."""
_DEFAULT_SIZE: Final = 10
_NUMBERS: Final = (10, 9, 100, 1, 30, 2)
_LETTERS: Final = "mCaxQdz"
_CONTAINERS: WeakKeyDictionary[Session, dict[str, Arguments]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One page as it came.

    `keys` are the items' identities; `start` and `size` what was asked for (0 and 0 without paging).
    """

    exchange: Exchange
    body: JSON
    items: tuple[JSON, ...]
    keys: tuple[str, ...]
    total: int | None
    count: int | None
    start: int = 0
    size: int = 0

    @property
    def number(self) -> int:
        """The exchange's number."""
        return self.exchange.number


class Listing:
    """One list operation with the arguments that it can't do without."""

    def __init__(self, session: Session, operation: Operation, base: Arguments) -> None:
        """`base` holds the required arguments only."""
        self.session = session
        self.operation = operation
        self.base = dict(base)
        self.collection = collection_of(operation)
        self.resource = resource_of(session.contract, operation)
        page = self.collection.page
        self.size_parameter = operation.parameter(page.size) if page else None
        self.number_parameter = operation.parameter(page.number) if page and page.number else None
        self.offset_parameter = operation.parameter(page.offset) if page and page.offset else None
        self.maximum = _maximum(self.size_parameter) if self.size_parameter else BIGGEST

    @property
    def biggest(self) -> int:
        """The longest page worth asking for."""
        return min(self.maximum, BIGGEST)

    @property
    def default_size(self) -> int:
        """How many items a page holds without asking; a usual number where the contract doesn't say."""
        default = self.size_parameter.default if self.size_parameter else None
        return (
            default if isinstance(default, int) and not isinstance(default, bool) else min(_DEFAULT_SIZE, self.biggest)
        )

    def arguments(self, index: int, size: int) -> Arguments:
        """The paging arguments of page `index` (from 0)."""
        found: dict[str, JSON] = {}
        if self.size_parameter is None:
            return found
        found[self.size_parameter.subject] = size
        if self.number_parameter is not None:
            found[self.number_parameter.subject] = index + self.first_number
        elif self.offset_parameter is not None:
            found[self.offset_parameter.subject] = index * size
        return found

    @property
    def first_number(self) -> int:
        """The number of the first page: its default, or 1."""
        default = self.number_parameter.default if self.number_parameter else None
        return default if isinstance(default, int) and not isinstance(default, bool) else 1

    def ask(
        self, extra: Arguments | None = None, *, aim: str = "", note: str = "", intent: Intent = Intent.POSITIVE
    ) -> Answer:
        """Call it; `Unusable` if what comes is no list."""
        return self.read(self.call(extra, aim=aim, note=note, intent=intent))

    def call(
        self, extra: Arguments | None = None, *, aim: str = "", note: str = "", intent: Intent = Intent.POSITIVE
    ) -> Exchange:
        """Call it and return what came, whatever it is."""
        return self.session.call(self.operation, {**self.base, **(extra or {})}, aim=aim, note=note, intent=intent)

    def page(
        self,
        index: int,
        size: int,
        extra: Arguments | None = None,
        *,
        aim: str = "",
        note: str = "",
        intent: Intent = Intent.POSITIVE,
    ) -> Answer:
        """Ask for one page, counted from 0. Without paging, the whole list comes."""
        exchange = self.call({**(extra or {}), **self.arguments(index, size)}, aim=aim, note=note, intent=intent)
        return self.read(exchange, start=index * size, size=size)

    def all(self, extra: Arguments | None = None, *, aim: str = "", note: str = "") -> Answer:
        """Ask for as much as one page holds."""
        return self.page(0, self.biggest, extra, aim=aim, note=note)

    def read(self, exchange: Exchange, *, start: int = 0, size: int = 0) -> Answer:
        """Read an answer; `Unusable` if it is no list."""
        if exchange.status != OK:
            raise Unusable(f"{self.operation.id} could not be used: {why_not(exchange)}", exchange)
        body = self.session.json(exchange)
        items = MISSING if body is MISSING else at(body, self.collection.items)
        if body is MISSING or not isinstance(items, list):
            raise Unusable(f"{self.operation.id} answered without a list at {self.collection.items}", exchange)
        return Answer(
            exchange=exchange,
            body=body,
            items=tuple(items),
            keys=tuple(self.key(item) for item in items),
            total=_integer(at(body, self.collection.total)) if self.collection.total else None,
            count=_integer(at(body, self.collection.count)) if self.collection.count else None,
            start=start,
            size=size,
        )

    def key(self, item: JSON) -> str:
        """What tells an item from another: its identity, or all of it where a part of that is missing."""
        if self.resource is None:
            return canonical(item)
        values = [at(item, field) for field in self.resource.identity]
        return canonical(
            item if any(value is MISSING for value in values) else [value for value in values if value is not MISSING]
        )

    def key_of(self, made: Made) -> str:
        """The key that a thing made by this run has in the list."""
        fields = self.resource.identity if self.resource else ()
        return canonical([made.identity.get(field) for field in fields])

    def walk(
        self, size: int, pages: int, extra: Arguments | None = None, *, aim: str = "", note: str = ""
    ) -> list[Answer]:
        """Ask for the first pages of a size, in their order."""
        return [self.page(index, size, extra, aim=aim, note=note) for index in range(pages)]


def collections(contract: Contract) -> Iterator[Operation]:
    """The operations that list something."""
    return (
        operation
        for operation in contract.operations
        if operation.promises.collection is not None and not operation.problem
    )


def collection_of(operation: Operation) -> Collection:
    """The collection that an operation of `collections` has."""
    if operation.promises.collection is None:
        raise ValueError(operation.id)
    return operation.promises.collection


def resource_of(contract: Contract, operation: Operation) -> Resource | None:
    """What an operation lists."""
    return next((resource for resource in contract.resources if operation.id in resource.lists), None)


def open_listing(session: Session, operation: Operation, *, at_least: int = 0) -> Listing:
    """Return a list with `at_least` items if that can be had: as it is, or with items made by this run; else with what there is.

    A list whose container is a required argument (the versions *of an algorithm*) is filled in a container of the run's
    own.
    """
    if operation.problem or not session.allowed(operation):
        raise Unusable(f"the run may not call {operation.id}")
    own = _containers(session).get(operation.id)
    listing, found = None, 0
    for base in (own, _required(operation, session.accepted(operation))):
        if base is None or listing is not None:
            continue
        with suppress(Unusable):
            found = len(
                Listing(session, operation, base)
                .page(0, max(1, min(at_least, BIGGEST)), note="see what is there")
                .items
            )
            listing = Listing(session, operation, base)
    if listing is None or found < at_least:
        made = _fill(session, operation, listing, at_least - found, at_least)
        listing = made or listing
    if listing is None:
        raise Unusable(f"there are no arguments to be had that {operation.id} accepts")
    return listing


def make_in(
    session: Session,
    resource: Resource,
    operation: Operation,
    base: Arguments,
    values: Mapping[str, JSON] | None = None,
) -> Made | None:
    """Make one more item that belongs into the list with these required arguments."""
    return session.make(
        resource, {**container_values(session, resource, operation, base), **(values or {})}, note="something to list"
    )


def container_values(session: Session, resource: Resource, operation: Operation, base: Arguments) -> dict[str, JSON]:
    """What a create of an item needs to be sent, by body property or parameter, so that a list with these required arguments shows it."""
    create = creatable(session, resource)
    fields = {each.parameter: plain(each.field) for each in operation.promises.filters}
    found: dict[str, JSON] = {}
    for subject, value in base.items():
        name = subject.partition(".")[2]
        if create is not None and name not in resource.scope:
            found[settable(create, fields.get(name) or field_of(operation, name)) or name] = value
    return found


def settable(create: Operation, field: str) -> str | None:
    """The body property or parameter by which a create sets a field, or `None`."""
    parameter = next((each.name for each in create.parameters if field_of(create, each.name) == plain(field)), None)
    return property_of(create, field) or parameter


def has_container(resource: Resource, operation: Operation) -> bool:
    """Whether the list is always that of one owner: a required argument is no part of the scope."""
    return any(parameter.required and parameter.name not in resource.scope for parameter in operation.parameters)


def creatable(session: Session, resource: Resource | None) -> Operation | None:
    """The operation that makes one of these, if the run may call it."""
    if resource is None or resource.create is None:
        return None
    with suppress(KeyError):
        operation = session.contract.operation(resource.create.operation)
        return operation if not operation.problem and session.allowed(operation) else None
    return None


def _fill(session: Session, operation: Operation, listing: Listing | None, missing: int, wanted: int) -> Listing | None:
    """Make what is missing; returns the list that it is in, or `None` if nothing could be made."""
    resource = resource_of(session.contract, operation)
    if resource is None or creatable(session, resource) is None or missing <= 0:
        return None
    base: Arguments | None = listing.base if listing else None
    if base is None or (has_container(resource, operation) and _containers(session).get(operation.id) != base):
        first = session.make(resource, note="something to list")
        base = _required(operation, session.locate(operation, first)) if first else None
        if base is None:
            return None
        _containers(session)[operation.id] = base
        if listing is None or listing.base != base:
            missing = wanted - 1
        else:
            missing -= 1
    for index in range(missing):
        values = _varied(session, resource, operation, base, index)
        if (
            make_in(session, resource, operation, base, values) is None
            and make_in(session, resource, operation, base) is None
        ):
            break
    return Listing(session, operation, base)


def _varied(session: Session, resource: Resource, operation: Operation, base: Arguments, index: int) -> dict[str, JSON]:
    """Values that tell one item from the next in whatever the list is sorted or filtered by, numbers so that texts of them sort otherwise."""
    create = creatable(session, resource)
    order = operation.promises.order
    fields = [*(order.keys.values() if order else ()), *(each.field for each in operation.promises.filters)]
    taken = {
        *container_values(session, resource, operation, base),
        *(name for rule in resource.unique for name in (*rule.fields, *rule.within)),
    }
    media = create.body.json if create and create.body else None
    found: dict[str, JSON] = {}
    for field in fields if create is not None and media is not None and media.schema is not None else ():
        name = settable(create, field) if create else None
        if name is None or name in taken or name in found or media is None or media.schema is None:
            continue
        place = request_body(create)
        choices = place.member(name).raw if place else None
        enum = choices.get("enum") if isinstance(choices, dict) else None
        options: list[JSON] = [enum[index % len(enum)]] if isinstance(enum, list) and enum else []
        options += [_NUMBERS[index % len(_NUMBERS)], f"{session.prefix}{_LETTERS[index % len(_LETTERS)]}{index}"]
        for value in options:
            if not any(problem.path == f"/{name}" for problem in media.schema.problems({name: value})):
                found[name] = value
                break
    return found


def _required(operation: Operation, arguments: Arguments | None) -> Arguments | None:
    needed = {parameter.subject for parameter in operation.parameters if parameter.required}
    if needed - set(arguments or {}):
        return None
    return {subject: value for subject, value in (arguments or {}).items() if subject in needed}


def _containers(session: Session) -> dict[str, Arguments]:
    return _CONTAINERS.setdefault(session, {})


def _maximum(parameter: Parameter) -> int:
    found: Iterable[JSON] = [
        each.value for each in constraints(parameter.schema) if not each.subject and each.keyword == "maximum"
    ]
    return min((int(value) for value in found if isinstance(value, (int, float))), default=BIGGEST)


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
