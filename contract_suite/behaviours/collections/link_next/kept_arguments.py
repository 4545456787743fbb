"""What a list can be asked for beside a page, so that its links must keep it: a filter, an order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from contract_suite.behaviours.collections.kit.orders import order_arguments, ways_of
from contract_suite.behaviours.collections.link_next.linked_pages import SMALL, LinkedPages, Page
from contract_suite.contract.filters import Scalar, text_of, value_in
from contract_suite.contract.vocabulary import Filter
from contract_suite.model.json import JSON, Arguments

_FILTERS: Final = 3
_KEYS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Arguments that choose or sort the items, words for what they do, and whether an item can't be among those chosen."""

    arguments: dict[str, JSON]
    what: str
    strays: Callable[[JSON], bool]


def choices(pages: LinkedPages, arguments: Arguments, long: Page) -> Iterator[Choice]:
    """Yield what keeps several of the items of a long page, or sorts them otherwise than they come."""
    items = pages.raw(long.exchange)
    for promise in pages.operation.promises.filters[:_FILTERS]:
        parameter = pages.operation.parameter(promise.parameter)
        if parameter is None or parameter.required or promise.prefix or parameter.subject in arguments:
            continue
        value = _usual(promise, items) if promise.match == "equals" and not promise.several else None
        if value is not None:
            strays = partial(_is_other, promise, text_of(value).casefold())
            yield Choice(arguments={parameter.subject: value}, what=f"with {parameter.name}={value}", strays=strays)
    order = pages.operation.promises.order
    if order is None or not order.by:
        return
    for key in list(order.keys)[:_KEYS]:
        for way in ways_of(pages.operation, order, key)[-1:]:
            given = order_arguments(pages.operation, order, key, way)
            yield Choice(arguments=given, what=f"sorted by {key}, {way}", strays=lambda _item: False)


def _is_other(promise: Filter, wanted: str, item: JSON) -> bool:
    """Whether an item shows something that has nothing to do with the value asked for."""
    value = value_in(promise, item)
    return value is not None and wanted not in text_of(value).casefold()


def _usual(promise: Filter, items: list[JSON]) -> Scalar | None:
    """The value that most items have, where it makes several pages and others have another."""
    values = [value for item in items if (value := value_in(promise, item)) is not None]
    counted = Counter(text_of(value) for value in values)
    text, times = max(counted.items(), key=lambda pair: pair[1], default=("", 0))
    if times <= SMALL or len(counted) == 1:
        return None
    return next(value for value in values if text_of(value) == text)
