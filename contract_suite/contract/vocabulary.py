"""`x-contract` as values: what a contract promises beyond schemas. The page `docs/vocabulary.md` says what each means.

Every promise carries its own `source`; `sources` overrides it for single members.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from contract_suite.contract.promises.lists import Bound, Collection, Echo, Filter, Order, Page
from contract_suite.contract.promises.promise import Promise
from contract_suite.model.json import JSON, Missing
from contract_suite.model.source import Level, Source

__all__ = [
    "Action",
    "Assigned",
    "Bound",
    "Collection",
    "Echo",
    "Errors",
    "Filter",
    "Flag",
    "Fresh",
    "Idempotency",
    "Invariant",
    "Order",
    "Page",
    "Permission",
    "Price",
    "Promise",
    "Promises",
    "Rate",
    "Refusal",
    "RepeatsStatus",
    "Resource",
    "ResponseBytes",
    "Role",
    "States",
    "Success",
    "Tier",
    "Unique",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Promise):
    """An operation that creates, reads, updates or deletes a resource."""

    operation: str
    mutable: tuple[str, ...] = ()
    omitted: Literal["kept", "reset", ""] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique(Promise):
    """No two resources share `fields` within equal `within`; `absent` says whether missing values collide.

    `case` says whether case counts; empty where nobody says so, which a mock takes for exact. `status` is that of a refusal,
    where somebody says it of this promise; 0 otherwise.
    """

    fields: tuple[str, ...]
    within: tuple[str, ...] = ()
    absent: Literal["distinct", "equal"] = "distinct"
    case: Literal["exact", "ignored", ""] = ""
    status: int = 0


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
    """An operation that brings a thing from any state of `origins` to the state `to`, and is refused elsewhere.

    An update or a delete has no `to`: the state stays as it is, or there is none any more.
    """

    operation: str
    origins: tuple[str, ...]
    to: str = ""


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

    def of_kind(self, kind: str) -> Errors:
        """Return the same promise, standing where the status of one kind of refusal stands, if it has one."""
        if kind not in self.status:
            return self
        return replace(self, location=replace(self.location, pointer=f"{self.location.pointer}/status/{kind}"))


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
