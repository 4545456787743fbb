"""A filtered collection with what is known of its items, among them items that a careless filter mistakes.

An item is judged by what the list itself shows of it, and only an item that the list has shown can be missed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.collections.kit.filled_lists import container_values, creatable, has_container, settable
from contract_suite.behaviours.collections.kit.filter_values import accepts, selective_values, sent_value
from contract_suite.behaviours.kit.comparing import canonical
from contract_suite.behaviours.kit.form_values import carries
from contract_suite.behaviours.kit.listing import Listing, ListPage
from contract_suite.behaviours.kit.resource_operations import declares, request_body
from contract_suite.contract.filters import Scalar, passes
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.vocabulary import Filter
from contract_suite.model.json import JSON, Arguments

_SEVERAL: Final = 3
_SMALL: Final = (13, 2)
"""Numbers to ask for where a create takes no larger ones."""
_ODD: Final = " ä木🌷 'q' \"d\" 100%+&=#/?"


@dataclass(slots=True)
class KnownItems:
    """The items that the list has shown, as it showed them last, with the exchange that did and what was asked for."""

    items: dict[str, JSON] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    asked: dict[str, tuple[int, int, Arguments]] = field(default_factory=dict)

    def learn(self, answer: ListPage, index: int, extra: Arguments) -> None:
        """Take in what came, and how it was asked for."""
        for key, item in zip(answer.keys, answer.items, strict=True):
            self.items[key] = item
            self.numbers[key] = answer.number
            # A question that has shown an item without the filter in doubt is the better one to ask again.
            if key not in self.asked or not extra:
                self.asked[key] = (index, answer.size, extra)


class FilterProbe:
    """One filtered collection with what is known of its items."""

    def __init__(self, session: Session, listing: Listing) -> None:
        """Nothing is known before `prepare`."""
        self.session = session
        self.listing = listing
        self.operation = listing.operation
        self.seen = KnownItems()
        self.made: dict[str, Scalar] = {}
        """By filter parameter: the value that items of this run's own share."""
        self.other_container: Arguments | None = None
        self.usable: dict[str, Scalar] = {}
        self.cut_at: int | None = None
        """How many items a page holds at most where the server, without a word, gives shorter pages than it is asked for."""
        self._latest: dict[str, ListPage] = {}

    def prepare(self) -> None:
        """Make what is worth filtering, and look at the list; `Unusable` if that is not to be had."""
        self._make()
        whole = self.ask({}, note="the list without a filter")
        total = whole.total or 0
        for part in (1, 2) if whole.size and total > 2 * len(whole.items) else ():
            self.ask({}, index=total * part // 3 // whole.size, note="further into the list")
        self.cut_at = len(whole.items) if self._is_cut(whole) else None
        self._show_made()

    def _is_cut(self, whole: ListPage) -> bool:
        """Whether more follows a page that is shorter than was asked for."""
        count = len(whole.items)
        if self.listing.follows or not 0 < count < whole.size:
            return False
        if whole.total is not None:
            return whole.total > count
        if self.session.contract.sourced:
            return False
        following = self.ask({}, index=1, size=count, note="is there more than a page that is not full?")
        return any(key not in whole.keys for key in following.keys)

    def is_full(self, page: ListPage) -> bool:
        """Whether more than it shows may belong to a page."""
        return bool(page.size) and (not page.ends or (self.cut_at is not None and len(page.items) >= self.cut_at))

    def items(self) -> list[JSON]:
        """What is known of the list."""
        return list(self.seen.items.values())

    @property
    def sorted_by(self) -> str:
        """The field that the list is sorted by where no order is asked for, empty if nobody says."""
        order = self.operation.promises.order
        return order.keys.get(order.default_by, "") if order else ""

    def several(self, promise: Filter, parameter: Parameter) -> Scalar | None:
        """Return a value of a working filter that keeps enough items for pages and an order; `None` without one."""
        usable = self.usable.get(promise.parameter)
        if usable is None:
            return None
        items = self.items()

        def kept(value: Scalar) -> int:
            return sum(1 for item in items if passes(promise, item, value))

        if kept(usable) >= _SEVERAL:
            return usable
        other = next(iter(selective_values(promise, parameter, items, words=True)), usable)
        return other if kept(usable) < kept(other) < len(items) else usable

    def ask(self, extra: Arguments, *, note: str, aim: str = "", size: int = 0, index: int = 0) -> ListPage:
        """Ask, and keep what comes."""
        answer = self.listing.page(index, size or self.listing.biggest, extra, note=note, aim=aim)
        self.seen.learn(answer, index, extra)
        if not size and not index:
            self._latest[canonical(dict(extra))] = answer
        return answer

    def latest(self, extra: Arguments, *, note: str) -> ListPage:
        """Return the long page that came last for this question, or ask; it may have moved since."""
        return self._latest.get(canonical(dict(extra))) or self.ask(extra, note=note)

    def still(self, key: str, promises: Iterable[tuple[Filter, Scalar]]) -> bool:
        """Whether an item that did not come is still there and still matches, by a new look at where it was seen."""
        index, size, extra = self.seen.asked.get(key, (0, 0, {}))
        del self.seen.items[key]
        self.ask(extra, index=index, size=size, note="is it still there?")
        item = self.seen.items.get(key)
        return item is not None and all(passes(promise, item, value) for promise, value in promises)

    def missing(self, answer: ListPage, promises: tuple[tuple[Filter, Scalar], ...]) -> str | None:
        """An item that should have come, is not beyond the end of a full page, and is still there."""
        if self.is_full(answer):
            return None
        came = set(answer.keys)
        for key, item in list(self.seen.items.items()):
            if (
                key not in came
                and all(passes(promise, item, value) for promise, value in promises)
                and self.still(key, promises)
            ):
                return key
        return None

    def _make(self) -> None:
        """Make a few items that share values, and some that almost do: a longer value, another case, odd characters."""
        listing, resource = self.listing, self.listing.resource
        create = creatable(self.session, resource)
        if resource is None or create is None:
            return
        if has_container(resource, self.operation):
            self._make_elsewhere()
            return
        settables: dict[str, Filter] = {}
        for promise in self.operation.promises.filters:
            name = settable(create, promise.field)
            parameter = self.operation.parameter(promise.parameter)
            if name and parameter and not parameter.required and declares(request_body(create), name):
                settables.setdefault(name, promise)
        scalars = {name: value for name in settables if (value := self._made_up(create, name)) is not None}
        values: dict[str, JSON] = {name: _settable(create, name, value) for name, value in scalars.items()}
        base = container_values(self.session, resource, self.operation, listing.base)
        if not values or self.session.make(resource, {**base, **values}, note="an item to filter") is None:
            return
        self.made = {settables[name].parameter: value for name, value in scalars.items()}
        for name, value in scalars.items():
            fitting = [kept for near in _nearly(value) if (kept := _settable(create, name, near)) is not None]
            mine = values[name]
            both = [*mine, *fitting[0]] if fitting and isinstance(mine, list) and isinstance(fitting[0], list) else []
            if both and _fits(create, name, both):
                self.session.make(resource, {**base, **values, name: both}, note="an item with two values")
            for kept in fitting if isinstance(value, str) else fitting[:1]:
                self.session.make(resource, {**base, **values, name: kept}, note="an item that almost matches")

    def _make_elsewhere(self) -> None:
        """Make an item in another container, which the filter has to leave out."""
        resource = self.listing.resource
        owner = next(
            (each for each in self.session.contract.resources if resource and resource.name in each.owns), None
        )
        made = self.session.make(owner, note="another container") if owner else None
        if resource is None or made is None:
            return
        create = creatable(self.session, resource)
        values: dict[str, JSON] = {}
        for owned, value in made.identity.items():
            name = settable(create, owned) if create else None
            if name:
                values[name] = value
        item = self.session.make(resource, values, note="an item in another container")
        located = self.session.locate(self.operation, item) if item else None
        required = {parameter.subject for parameter in self.operation.parameters if parameter.required}
        if located is not None:
            self.other_container = {subject: value for subject, value in located.items() if subject in required}

    def _made_up(self, create: Operation, name: str) -> Scalar | None:
        text = f"{self.session.prefix}f{self.session.random.randrange(16**6):06x}"
        numbers = (self.session.random.randrange(10_000, 99_999), *_SMALL)
        return next((value for value in (text, *numbers) if _settable(create, name, value) is not None), None)

    def _show_made(self) -> None:
        """Have the list show what was made, where it is too long to show everything."""
        for parameter, value in self.made.items():
            promise = next(each for each in self.operation.promises.filters if each.parameter == parameter)
            declared = self.operation.parameter(parameter)
            if (
                declared is not None
                and accepts(promise, declared, value)
                and not any(passes(promise, item, value) for item in self.items())
            ):
                self.ask({declared.subject: sent_value(promise, value)}, note="look for what was made")
        if self.other_container is not None:
            with_other = Listing(self.session, self.operation, self.other_container)
            # Only strangers come of this: an item of another container is never missed in this one.
            answer = with_other.all(note="the list of another container")
            self.seen.items |= dict(zip(answer.keys, answer.items, strict=True))


def _nearly(value: Scalar) -> list[Scalar]:
    """Values that a careless comparison takes for the same."""
    if isinstance(value, str):
        return [f"{value}x", value.swapcase(), f"{value}{_ODD}"]
    return [int(value) * 10, int(value) + 1]


def _settable(create: Operation, name: str, value: Scalar) -> JSON:
    """Return a value as a create takes it, in an array where the field is one; `None` where it takes neither."""
    ways: tuple[JSON, ...] = (value, [value])
    return next((each for each in ways if _fits(create, name, each)), None)


def _fits(create: Operation, name: str, value: JSON) -> bool:
    """Whether a create takes the value for a body property or parameter."""
    parameter = create.parameter(name)
    if parameter is not None:
        return parameter.schema.is_valid(value)
    media = create.body.of_members if create.body else None
    if media is None or media.schema is None:
        return False
    return carries(media, name, value) and not media.schema.breaks_member({name: value}, name)
