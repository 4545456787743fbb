"""`x-contract` as values: what a contract promises beyond schemas. The page `docs/vocabulary.md` says what each means.

Every promise carries its own `source`; `sources` overrides it for single members.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from contract_suite.model.json import JSON, Missing
from contract_suite.model.location import Location
from contract_suite.model.source import Level, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What all promises share: where they stand and who says so."""

    location: Location
    source: Source = Source.DOCUMENTED
    sources: Mapping[str, Source] = field(default_factory=dict)
    quote: str = ""

    def source_of(self, member: str) -> Source:
        """Who says this member of the promise."""
        return self.sources.get(member, self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Promise):
    """An operation that creates, reads, updates or deletes a resource."""

    operation: str
    mutable: tuple[str, ...] = ()
    omitted: Literal["kept", "reset", ""] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique(Promise):
    """No two resources share `fields` within equal `within`; `absent` says whether missing values collide."""

    fields: tuple[str, ...]
    within: tuple[str, ...] = ()
    absent: Literal["distinct", "equal"] = "distinct"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned(Promise):
    """A field that the server sets: by `format` with `{random}`, by `time` (created, modified) or to a `value`."""

    field: str
    format: str = ""
    time: Literal["created", "modified", ""] = ""
    value: JSON = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant(Promise):
    """A sentence about one representation: the path in `field` lies below the path in `below`."""

    field: str
    below: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Promise):
    """An operation that brings a thing from any state of `origins` to the state `to`, and is refused elsewhere."""

    operation: str
    origins: tuple[str, ...]
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class States(Promise):
    """The states that a thing can be in, by a field of it; a new one is `initial`, and actions change it."""

    field: str
    initial: str = ""
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Promise):
    """A field that one operation sets and another takes back: archived and no more archived, closed and open again.

    `values` are those of the field after the one and after the other; with `time`, it holds a moment, and nothing.
    """

    field: str
    set: str
    unset: str
    values: tuple[JSON, JSON] = (True, False)
    time: bool = False

    def is_set(self, value: JSON | Missing) -> bool:
        """Whether a value of the field is one after it was set."""
        if self.time:
            return not isinstance(value, Missing) and value not in (None, "", 0, False)
        return value is self.values[0] if isinstance(self.values[0], bool) else value == self.values[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Promise):
    """One kind of thing with identity that operations make, show, change and remove.

    `representation` is where one of it stands in the bodies of its create, read and update (a JSON Pointer); empty where
    the body itself is it. In lists its representations are the items.
    """

    name: str
    identity: tuple[str, ...]
    scope: tuple[str, ...] = ()
    representation: str = ""
    create: Role | None = None
    read: Role | None = None
    lists: tuple[str, ...] = ()
    update: Role | None = None
    delete: Role | None = None
    assigned: tuple[Assigned, ...] = ()
    unique: tuple[Unique, ...] = ()
    owns: tuple[str, ...] = ()
    inherits: tuple[str, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    states: States | None = None
    flags: tuple[Flag, ...] = ()

    def source_of_list(self, operation: str) -> Source:
        """Who says that a list operation shows this resource."""
        return self.sources.get(operation, self.source_of("lists"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors(Promise):
    """The shape of a refusal: envelope schema (a `$ref` string), fields by role, status and code by kind of refusal.

    Roles: status, code, message, request_id. Kinds: invalid, unauthenticated, forbidden, unknown, deleted (what was there
    once, where that is not answered as unknown), duplicate, too_large, too_many. `field_sources` says who says where one
    role stands, where that is not who says the others.
    """

    schema: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    status: Mapping[str, int] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    field_sources: Mapping[str, Source] = field(default_factory=dict)

    def source_of_field(self, role: str) -> Source:
        """Who says where the field of this role stands in a refusal."""
        return self.field_sources.get(role, self.source_of("fields"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Promise):
    """How a list is paged: by `number` and `size` (pages from 1), by `offset` and `size`, or from page to page.

    From page to page, each answer says at `next` (a JSON Pointer, or `header.NAME`) where the next page is: a token that
    goes into the parameter `cursor`, or without a `cursor` a link. Nothing there is the end. `past_end: empty` says that
    a page behind the end is served and empty, `large: lowered` that a size which is too large is lowered.
    """

    size: str
    number: str = ""
    offset: str = ""
    cursor: str = ""
    next: str = ""
    past_end: Literal["empty"] = "empty"
    large: Literal["lowered", ""] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection(Promise):
    """A list in a 200 body: pointers to the items, the total and the count; `header.NAME` is a total in a header."""

    items: str
    total: str = ""
    count: str = ""
    page: Page | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Promise):
    """How a list is sorted: parameter names, known keys to fields, and what applies without parameters.

    `sign: minus` says that a minus in front of a key turns the order round, `suffix` what stands behind a key in either
    direction (`{asc: ":asc", desc: ":desc"}`), `separator` what stands between several keys: where items are equal by the
    first, the second one decides.
    """

    by: str = ""
    direction: str = ""
    sign: Literal["minus", ""] = ""
    suffix: Mapping[str, str] = field(default_factory=dict)
    separator: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    default_by: str = ""
    default_direction: Literal["asc", "desc"] = "asc"
    unknown: Literal["default", ""] = ""

    @property
    def both_ways(self) -> bool:
        """Whether the direction can be asked for."""
        return bool(self.direction or self.in_key)

    @property
    def in_key(self) -> bool:
        """Whether the direction is asked for with the key, in one value."""
        return bool(self.sign or self.suffix)

    def value_of(self, key: str, way: str) -> str:
        """Return the value that asks for a key in a direction (`asc`, `desc`, or empty: as a key is meant alone)."""
        if self.suffix:
            return f"{key}{self.suffix.get(way or 'asc', '')}"
        return f"-{key}" if self.sign and way == "desc" else key

    def meant_by(self, value: str) -> tuple[str, Literal["asc", "desc"]] | None:
        """Return the known key and the direction that a value asks for; `None` for any other value."""
        ways: tuple[Literal["asc", "desc"], ...] = ("asc", "desc") if self.in_key else (self.default_direction,)
        return next(((key, way) for key in self.keys for way in ways if self.value_of(key, way) == value), None)

    @property
    def way_of_keys(self) -> Literal["asc", "desc"]:
        """The direction of a key that is asked for alone: a key without its sign is ascending."""
        return "asc" if self.in_key else self.default_direction

    @property
    def unsure_keys(self) -> tuple[str, ...]:
        """The keys that nobody documented: a list that isn't sorted by one may not know it."""
        if not self.by or self.source_of("keys").level is not Level.ADVISORY:
            return ()
        return tuple(key for key in self.keys if key != self.default_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter(Promise):
    """A parameter that keeps only what matches; of a field that is an array, one element that matches is enough.

    `match: differs` keeps what does not equal the value; of an array, no element may. `several` says that the parameter is
    an array, and that an item has to match `any` or `all` of its values; `either` leaves that open.
    `unknown: refused` says that a value which names no existing owner is answered as unknown, `either` that it may be
    answered so or with an empty list; `absent` is the value that an item without the field may count as.
    """

    parameter: str
    field: str
    match: Literal["equals", "contains", "begins", "differs"] = "equals"
    case: Literal["exact", "ignored"] = "exact"
    several: Literal["any", "all", "either", ""] = ""
    prefix: str = ""
    bare: Literal["searched", ""] = ""
    unknown: Literal["refused", "either", ""] = ""
    absent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound(Promise):
    """A parameter that keeps what lies above its value (`lower`) or below it (`upper`), by a number or a time.

    Exactly one of the two is said: whether what equals the value is `included` or `excluded`; `either` says that it may
    come or not.
    """

    parameter: str
    field: str
    lower: Literal["included", "excluded", "either", ""] = ""
    upper: Literal["included", "excluded", "either", ""] = ""

    @property
    def edge(self) -> str:
        """Whether what equals the value comes."""
        return self.lower or self.upper


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo(Promise):
    """A parameter whose value, as applied, comes back at a pointer of the 200 body."""

    parameter: str
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Success(Promise):
    """When `field` has `value`, the fields in `empty` are absent or empty."""

    field: str
    value: JSON
    empty: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Promise):
    """At most `requests` in `seconds`, per user."""

    requests: int
    seconds: float = 1.0
    per: str = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier(Promise):
    """What one call costs in another tier than the default one."""

    amount: float
    output: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Price(Promise):
    """What one call costs: `amount` and, where priced apart, `output`, in `currency`.

    `free_per_month` calls are free, to each of what `free_per` names; operations with the same `free_shared` share
    them. `failed: charged` says that a failed call is billed and counts among the free ones as a served one does.
    """

    amount: float
    output: float = 0.0
    currency: str = ""
    free_per_month: int = 0
    free_per: str = ""
    free_shared: str = ""
    failed: Literal["charged", "free"] = "charged"
    tiers: Mapping[str, Tier] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh(Promise):
    """A value that is never sent twice."""

    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatsStatus(Promise):
    """A body field equal to the HTTP status."""

    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseBytes(Promise):
    """The 200 body is never longer than `limit` bytes."""

    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission(Promise):
    """The operation needs a permission that a key may lack."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Idempotency(Promise):
    """The parameter `key` makes a request that is sent again with the same body do nothing more.

    `other: refused` says that the same key with another body is refused.
    """

    key: str
    other: Literal["refused", ""] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal(Promise):
    """How a value outside a parameter's schema is refused."""

    status: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """`x-contract` of one operation."""

    bind: Mapping[str, str] = field(default_factory=dict)
    collection: Collection | None = None
    order: Order | None = None
    filters: tuple[Filter, ...] = ()
    bounds: tuple[Bound, ...] = ()
    echo: tuple[Echo, ...] = ()
    fresh: tuple[Fresh, ...] = ()
    repeats_status: RepeatsStatus | None = None
    success: Success | None = None
    permission: Permission | None = None
    idempotency: Idempotency | None = None
    response_bytes: ResponseBytes | None = None
    rate: Rate | None = None
    price: Price | None = None

    @property
    def order_told(self) -> tuple[Echo, ...]:
        """Where a response says how it is sorted, if it says all of it; nothing where the document vouches for all keys."""
        order = self.order
        if order is None or not order.unsure_keys:
            return ()
        asked = {order.by, order.direction} - {""}
        told = tuple(each for each in self.echo if each.parameter in asked)
        sure = all(each.source.level is Level.FAILURE for each in (order, *told))
        return told if sure and asked == {each.parameter for each in told} else ()
