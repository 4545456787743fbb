"""The words of `x-contract` about a list: its items and pages, how it is sorted, what it keeps, and what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from contract_suite.contract.promises.promise import Promise
from contract_suite.model.source import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Promise):
    """How a list is paged: by `number` and `size` (pages from 1), by `offset` and `size`, or from page to page.

    From page to page, each answer says at `next` (a JSON Pointer, or `header.NAME`) where the next page is: a token that
    goes into the parameter `cursor`, or without a `cursor` a link. Nothing there is the end. At `item.FIELD` the token is that
    field of the page's last item; `before` is then the parameter that takes it of the first item, and gives the page
    before. `past_end: empty` says that a page beyond the end is served and empty, `large: lowered` that a size which is
    too large is lowered.
    """

    size: str
    number: str = ""
    offset: str = ""
    cursor: str = ""
    next: str = ""
    before: str = ""
    past_end: Literal["empty"] = "empty"
    large: Literal["lowered", ""] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection(Promise):
    """A list in a 200 body: pointers to the items, the total and the count; `header.NAME` is a total in a header.

    `more` is where a page says whether more follows, `last` whether it is the last one, and `pages` how many there are.
    """

    items: str
    total: str = ""
    count: str = ""
    more: str = ""
    last: str = ""
    pages: str = ""
    page: Page | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Promise):
    """How a list is sorted: parameter names, known keys to fields, and what applies without parameters.

    `sign: minus` says that a minus in front of a key turns the order round, `suffix` what stands behind a key in either
    direction (`{asc: ":asc", desc: ":desc"}`), `separator` what stands between several keys: where items are equal by the
    first, the second one decides. `collation` says of keys how their texts are compared, `nulls` where items without a
    value stand, `ties` by which field those are sorted that are equal (a minus for descending), by key and direction.
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
    collation: Mapping[str, Literal["case-insensitive", "binary"]] = field(default_factory=dict)
    nulls: Mapping[str, Mapping[str, Literal["first", "last"]]] = field(default_factory=dict)
    ties: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

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

    def ties_of(self, key: str) -> dict[str, tuple[str, Literal["asc", "desc"]]]:
        """Return the field by which those are sorted that are equal by a key, and its direction, by the direction of the key."""
        said = self.ties.get(key, {})
        return {way: (by.lstrip("-"), "desc" if by.startswith("-") else "asc") for way, by in said.items()}

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

    `fields` says that any of several fields may match; `field` is then the first. `match: mentions` is a search: what comes
    has the text in one of the fields, but not all that has it need come. `match: differs` keeps what does not equal the
    value; of an array, no element may. `several` says that the parameter is
    an array, and that an item has to match `any` or `all` of its values; `either` leaves that open. With a `separator`
    it is a text, and this stands between the values.
    `unknown: refused` says that a value which names no existing owner is answered as unknown, `either` that it may be
    answered so or with an empty list; `absent` is the value that an item without the field may count as.
    """

    parameter: str
    field: str = ""
    fields: tuple[str, ...] = ()
    match: Literal["equals", "contains", "begins", "differs", "mentions"] = "equals"
    case: Literal["exact", "ignored"] = "exact"
    several: Literal["any", "all", "either", ""] = ""
    separator: str = ""
    prefix: str = ""
    bare: Literal["searched", ""] = ""
    unknown: Literal["refused", "either", ""] = ""
    absent: str = ""

    @property
    def compared(self) -> tuple[str, ...]:
        """The fields that are compared, of which one that matches is enough."""
        return self.fields or (self.field,)

    @property
    def folds_case(self) -> bool:
        """Whether upper and lower case are the same."""
        return self.case == "ignored" or self.match == "mentions"


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
