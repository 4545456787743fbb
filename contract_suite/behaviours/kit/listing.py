"""A list as behaviours use it: asks for pages, reads what came, and pages through to the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import canonical
from contract_suite.behaviours.kit.following import says_more, says_no_more
from contract_suite.behaviours.kit.links import links_of
from contract_suite.behaviours.kit.page_sizes import BIGGEST, LongestPage, documented_maximum, longest_page
from contract_suite.behaviours.kit.references import target_of
from contract_suite.behaviours.kit.responses import obstacle, served, why_not
from contract_suite.behaviours.kit.verdicts import Unusable
from contract_suite.contract.naming.first_places import first_offset, first_page
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.trees.places import count_at, header_of, item_field_of, value_at
from contract_suite.contract.vocabulary import Collection, Resource
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange, Request
from contract_suite.model.json import JSON, MISSING, Arguments, at

MOST_PAGES: Final = 30
"""No list is followed further than this."""
_LINK: Final = "link"
_DEFAULT_SIZE: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """One page as it came.

    `keys` are the items' identities; `start` and `size` what was asked for (0 and 0 without paging). `following` is what
    the page names as the next one, `None` where it names none or the list isn't paged so; `more` is whether it says that
    more follows, in whatever usual way.
    """

    exchange: Exchange
    body: JSON
    items: tuple[JSON, ...]
    keys: tuple[str, ...]
    total: int | None
    count: int | None
    start: int = 0
    size: int = 0
    following: str | None = None
    follows: bool = False
    more: bool = False

    @property
    def ends(self) -> bool:
        """Whether nothing can come after it: it names no next page, and holds fewer items than were asked for."""
        return self.following is None if self.follows else not self.more and len(self.items) < self.size

    @property
    def number(self) -> int:
        """The exchange's number."""
        return self.exchange.number


@dataclass(slots=True)
class Walk:
    """What came of paging through a list so far: the exchanges, and in `trouble` why it ended before the list did."""

    exchanges: list[Exchange] = field(default_factory=list)
    trouble: str = ""


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
        self.cursor_parameter = operation.parameter(page.cursor) if page and page.cursor else None
        self.follows = page is not None and bool(page.next)
        """Whether each page says where the next one is, so that none but the first can be asked for by its number."""
        self._latest: tuple[ListPage, int, str] | None = None
        self.maximum = (documented_maximum(self.size_parameter) if self.size_parameter else None) or BIGGEST

    @property
    def longest(self) -> LongestPage:
        """The longest page worth asking for; where no schema says it, the server is asked, once in a run."""
        if self.size_parameter is None:
            return LongestPage(size=BIGGEST)
        return longest_page(self.session, self.operation, self.size_parameter, self.base)

    @property
    def biggest(self) -> int:
        """The size of the longest page worth asking for."""
        return self.longest.size

    @property
    def default_size(self) -> int:
        """How many items a page holds without asking; a usual number where the contract doesn't say."""
        default = self.size_parameter.default if self.size_parameter else None
        return (
            default if isinstance(default, int) and not isinstance(default, bool) else min(_DEFAULT_SIZE, self.biggest)
        )

    def arguments(self, index: int, size: int) -> Arguments:
        """The paging arguments of page `index` (from 0)."""
        found = self._size_argument(size)
        if not found:
            return found
        if self.number_parameter is not None:
            found[self.number_parameter.subject] = index + self.first_number
        elif self.offset_parameter is not None:
            found[self.offset_parameter.subject] = index * size + self.first_offset
        return found

    @property
    def first_number(self) -> int:
        """The number of the first page."""
        return first_page(self.number_parameter)

    @property
    def first_offset(self) -> int:
        """The offset of the first item."""
        return first_offset(self.offset_parameter)

    def ask(
        self, extra: Arguments | None = None, *, aim: str = "", note: str = "", intent: Intent = Intent.POSITIVE
    ) -> ListPage:
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
    ) -> ListPage:
        """Ask for one page, counted from 0. Without paging, the whole list comes.

        Where pages lead to each other, the way there is gone, and what lies beyond the end is an empty page.
        """
        if self.follows and index:
            page = self._followed(index, size, {**(extra or {})}, aim=aim, note=note, intent=intent)
        else:
            exchange = self.call({**(extra or {}), **self.arguments(index, size)}, aim=aim, note=note, intent=intent)
            page = self.read(exchange, start=index * size, size=size)
        self._latest = (page, index, canonical([size, dict(extra or {})]))
        return page

    def follow(
        self, page: ListPage, extra: Arguments, *, aim: str = "", note: str = "", intent: Intent = Intent.UNKNOWN
    ) -> Exchange:
        """Ask for the page that another one names; `Unusable` if it leads out of the API."""
        if self.cursor_parameter is not None:
            given = {**extra, **self._size_argument(page.size), self.cursor_parameter.subject: page.following}
            return self.call(given, aim=aim, note=note, intent=intent)
        before = page.exchange.request
        target = target_of(self.session.base_url, before.target, page.following or "")
        if target is None:
            raise Unusable(f"the next page of {self.operation.id} is named as {page.following!r}", page.exchange)
        request = Request(method="GET", target=target, headers=before.headers)
        return self.session.send(request, operation=self.operation, aim=aim, note=note)

    def _followed(self, index: int, size: int, extra: Arguments, *, aim: str, note: str, intent: Intent) -> ListPage:
        if index > MOST_PAGES:
            raise Unusable(f"page {index + 1} takes too many requests to reach")
        before = self._latest
        if before is None or before[1:] != (index - 1, canonical([size, dict(extra)])):
            page = self.page(index - 1, size, extra, aim=aim, note=note, intent=intent)
        else:
            page = before[0]
        if page.following is None:
            return replace(page, items=(), keys=(), start=index * size)
        exchange = self.follow(page, extra, aim=aim, note=note, intent=intent)
        return self.read(exchange, start=index * size, size=size)

    def all(self, extra: Arguments | None = None, *, aim: str = "", note: str = "") -> ListPage:
        """Ask for as much as one page holds."""
        return self.page(0, self.biggest, extra, aim=aim, note=note)

    def read(self, exchange: Exchange, *, start: int = 0, size: int = 0) -> ListPage:
        """Read an answer; `Unusable` if it is no list."""
        if not served(exchange):
            raise Unusable(f"{self.operation.id} could not be used: {why_not(exchange)}", exchange)
        body = self.session.json(exchange)
        items = MISSING if body is MISSING else at(body, self.collection.items)
        if body is MISSING or not isinstance(items, list):
            raise Unusable(f"{self.operation.id} answered without a list at {self.collection.items}", exchange)
        return ListPage(
            exchange=exchange,
            body=body,
            items=tuple(items),
            keys=tuple(self.key(item) for item in items),
            total=count_at(exchange.response, body, self.collection.total) if self.collection.total else None,
            count=count_at(exchange.response, body, self.collection.count) if self.collection.count else None,
            start=start,
            size=size,
            following=self._following(exchange, body, items),
            follows=self.follows,
            more=says_more(exchange, body),
        )

    def _following(self, exchange: Exchange, body: JSON, items: list[JSON]) -> str | None:
        """What an answer names as the next page: a token or a link; an empty one and `false` are none."""
        place = self.collection.page.next if self.collection.page is not None else ""
        if not place:
            return None
        if item_field_of(place):
            return self._of_last_item(body, items, item_field_of(place))
        if header_of(place).lower() == _LINK:
            return links_of(exchange).get("next")
        found = value_at(exchange.response, body, place)
        beside = at(body, place.rpartition("/")[0]) if not header_of(place) else None
        if says_no_more(beside) or isinstance(found, bool) or not isinstance(found, (str, int)):
            return None
        return str(found) or None

    def _of_last_item(self, body: JSON, items: list[JSON], field_name: str) -> str | None:
        """What the last item of a page has in a field; nothing where the page says that it is the last one."""
        more, last = self.collection.more, self.collection.last
        ended = (more and at(body, more) is False) or (last and at(body, last) is True) or says_no_more(body)
        value = at(items[-1], field_name) if items and not ended else None
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None

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
    ) -> list[ListPage]:
        """Ask for the first pages of a size, in their order."""
        return [self.page(index, size, extra, aim=aim, note=note) for index in range(pages)]

    def pages(
        self,
        walk: Walk | None = None,
        *,
        extra: Arguments | None = None,
        note: str = "",
        aim: str = "",
        most: int = MOST_PAGES,
        last_early: bool = False,
        short_ends: bool = True,
    ) -> Iterator[ListPage]:
        """Yield page after page, as long as can be, up to the end, to `most` pages, or to where paging leads nowhere.

        `walk` learns every exchange, and why the list was not seen to its end. A server that gives shorter pages than
        asked for is followed in its own steps. `last_early` yields the page that the total says is the last one right
        after the first: what was made last often stands there. Where no total tells, a page shorter than asked for is taken
        for the last one; without `short_ends` only an empty one is: a server may give no pages of that size.
        """
        walk = walk if walk is not None else Walk()
        size, count, jumps = self.biggest, 0, last_early and not self.follows
        known: set[str] = set()
        for index in range(most):
            page = self._next_page(walk, index, size, {**(extra or {})}, note=note, aim=aim)
            if page is None:
                return
            yield page
            texts = {repr(item) for item in page.items}
            count += len(page.items)
            short = len(page.items) < size if short_ends or page.total is not None else not page.items
            reached = page.total is None or count >= page.total
            at_end = page.ends if self.follows else short and not page.more and reached
            if self.size_parameter is None or (texts <= known and not (self.follows and not texts)) or at_end:
                return
            known |= texts
            size = min(size, len(page.items)) if index == 0 and not self.follows else size
            if jumps and page.total is not None and page.total > 2 * size and most > 1:
                jumps = False
                last = self._next_page(walk, -(-page.total // size) - 1, size, {**(extra or {})}, note=note, aim=aim)
                if last is not None:
                    yield last
        if most > 1:
            walk.trouble = f"the list has more than {most} pages"

    def first_page(self, *, note: str = "") -> ListPage | None:
        """Ask for the first page, as long as can be; `None` if what comes is no list."""
        return next(self.pages(most=1, note=note), None)

    def _next_page(
        self, walk: Walk, index: int, size: int, extra: Arguments, *, note: str, aim: str
    ) -> ListPage | None:
        if self.follows:
            try:
                page = self.page(index, size, extra, aim=aim, note=note)
            except Unusable as reason:
                walk.trouble = reason.reason
                return None
            walk.exchanges.append(page.exchange)
            return page
        # The first page is asked for by its size alone, as most clients do.
        paging = self.arguments(index, size) if index else self._size_argument(size)
        exchange = self.call({**extra, **paging}, aim=aim, note=note)
        walk.exchanges.append(exchange)
        try:
            return self.read(exchange, start=index * size, size=size)
        except Unusable:
            walk.trouble = obstacle(exchange) or f"{self.operation.id} did not answer with a list"
            return None

    def _size_argument(self, size: int) -> dict[str, JSON]:
        return {self.size_parameter.subject: size} if self.size_parameter is not None else {}


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
