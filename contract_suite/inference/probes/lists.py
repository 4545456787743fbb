"""Asks a list whether its items, pages, total, order, filters and echoes are what names say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.collections.kit.filled_lists import open_listing
from contract_suite.behaviours.collections.kit.filter_values import selective_values, sent_value
from contract_suite.behaviours.collections.kit.orders import order_arguments, ways_of
from contract_suite.behaviours.kit.listing import Listing, ListPage, Walk
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.verdicts import Unusable
from contract_suite.contract.filters import Scalar, passes, text_of
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.schemas.numeric import number_in
from contract_suite.contract.schemas.view import view
from contract_suite.contract.vocabulary import Filter, Order
from contract_suite.inference.probes.bounds import ask_bound
from contract_suite.inference.rule import InferredFact
from contract_suite.inference.standing import Seen, Standing
from contract_suite.model.case import Intent
from contract_suite.model.counting import counted
from contract_suite.model.json import JSON, MISSING, Arguments, at

_ENOUGH: Final = 3
_FEWEST: Final = 2
"""So many different values show an order; fewer leave nothing to sort."""
_PAGES: Final = 8
_TRIED: Final = 2


def ask_list(session: Session, operation: Operation, facts: Sequence[InferredFact]) -> Iterator[Standing]:
    """Yield what the answers of one list say of the facts about it; nothing of a fact that could not be tried."""
    try:
        listing = open_listing(session, operation, at_least=_ENOUGH)
        first = listing.ask(note="what does the list hold?", intent=Intent.UNKNOWN)
    except Unusable:
        return
    for fact in facts:
        with suppress(Unusable):
            found = _ask(listing, first, fact)
            if found is not None:
                yield found


def _ask(listing: Listing, first: ListPage, fact: InferredFact) -> Standing | None:
    match fact.path:
        case ("collection",):
            count = len(first.items)
            text = f"the response had {counted(count, 'item')}"
            return _standing(fact, holds=True, text=text, pages=[first]) if count else None
        case ("collection", "page"):
            return _pages(listing, fact)
        case ("collection", "total"):
            return _total(listing, first, fact)
        case ("collection", "more" | "last" | "pages"):
            return _claim(listing, fact)
        case ("order",):
            return _order(listing, fact)
        case ("filters", name):
            return _filter(listing, first, fact, name)
        case ("bounds", name):
            return ask_bound(listing, first, fact, name)
        case ("echo", name):
            return _echo(listing, fact, name)
        case _:
            return None


def _standing(fact: InferredFact, *, holds: bool, text: str, pages: Sequence[ListPage]) -> Standing:
    seen = Seen.CONFIRMED if holds else Seen.REFUTED
    return Standing(fact=fact, seen=seen, evidence=text, exchanges=tuple(page.number for page in pages))


def _page(listing: Listing, index: int, size: int) -> ListPage:
    return listing.page(index, size, note=f"is this page {index + 1} of {size}?", intent=Intent.UNKNOWN)


def _pages(listing: Listing, fact: InferredFact) -> Standing | None:
    """Pages of one and of two: of the size asked for, both begin with the same item, and the second shows another one.

    That the second page goes on just where the first one ends is what is then held to the server.
    """
    if listing.size_parameter is None or listing.maximum < 2:  # noqa: PLR2004 - it takes pages of two sizes
        return None
    two, one, second = _page(listing, 0, 2), _page(listing, 0, 1), _page(listing, 1, 1)
    pages = [one, two, second]
    if len(two.items) < 2 and len(one.items) < 2:  # noqa: PLR2004 - too few items to tell
        return None
    size = listing.size_parameter.name
    text = f"{size}=1 gave {len(one.items)}, {size}=2 gave {len(two.items)}"
    holds = (len(one.items), len(two.items)) == (1, 2)
    if holds and one.keys != two.keys[:1]:
        holds, text = False, f"{text}, and they begin with different items"
    if holds and (not second.keys or second.keys == one.keys):
        holds, text = False, f"{text}, and the second page of 1 shows {'the first item' if second.keys else 'nothing'}"
    return _standing(fact, holds=holds, text=text, pages=pages)


def _total(listing: Listing, first: ListPage, fact: InferredFact) -> Standing | None:
    """The total equals what a walk to the end finds."""
    walk = Walk()
    pages = list(listing.pages(walk, note="how many are there?", most=_PAGES)) if listing.size_parameter else [first]
    if walk.trouble or not pages:
        return None
    keys = {key for page in pages for key in page.keys}
    count = sum(len(page.items) for page in pages)
    total = pages[0].total
    if total is None or not count or len(keys) != count:
        return None
    text = f"the total was {total}, and the pages had {counted(count, 'item')}"
    return _standing(fact, holds=total == count, text=text, pages=pages)


def _claim(listing: Listing, fact: InferredFact) -> Standing | None:
    """Pages of one item: that more follows the first, that it is not the last, or how many there are."""
    whole, one = listing.all(note="how many items are there?"), _page(listing, 0, 1)
    said, word = at(one.body, str(fact.words)), fact.path[-1]
    if len(whole.items) < 2 or len(one.items) != 1 or said is MISSING:  # noqa: PLR2004 - a page of one, and another item
        return None
    if word == "pages" and (whole.more or not whole.ends):
        return None
    wanted = len(whole.items) if word == "pages" else word == "more"
    text = f"{fact.words} was {said} on a page of 1 of {counted(len(whole.items), 'item')}"
    return _standing(fact, holds=said == wanted and type(said) is type(wanted), text=text, pages=[whole, one])


def _filter(listing: Listing, first: ListPage, fact: InferredFact, name: str) -> Standing | None:
    """A value that some items have and others don't: what comes has it, and most of what was seen with it comes.

    That all of it comes is what is then held to the server.
    """
    promise = next((each for each in listing.operation.promises.filters if each.parameter == name), None)
    parameter = listing.operation.parameter(name)
    if promise is None or parameter is None or parameter.required:
        return None
    items = listing.all(note="what can be filtered?").items if listing.size_parameter else first.items
    for value in selective_values(promise, parameter, items, words=True)[:_TRIED]:
        wanted = {listing.key(item) for item in items if passes(promise, item, value)}
        extra: Arguments = {parameter.subject: sent_value(promise, value)}
        few = {**extra, **listing.arguments(0, listing.biggest)} if listing.size_parameter else extra
        page = listing.ask(few, note=f"does {name} filter?", intent=Intent.UNKNOWN)
        other = [item for item in page.items if _strays(promise, item, value)]
        text = f"{name}={text_of(value)} gave {len(page.items)} of {counted(len(items), 'item')}, {len(other)} of them wrong"
        if promise.match == "mentions" and other and (not page.items or len(page.items) < len(items)):
            return None  # it may search what is not shown, or find what is merely like it
        came = wanted & set(page.keys)
        holds = (
            not other and bool(came) and 2 * len(came) >= len(wanted) and (page.more or len(page.items) < len(items))
        )
        return _standing(fact, holds=holds, text=text, pages=[page])
    return None


def _strays(promise: Filter, item: JSON, value: Scalar) -> bool:
    """Whether an item came that does not match; one without the field may differ from anything."""
    passed = passes(promise, item, value)
    return passed is False if promise.match == "differs" else not passed


def _order(listing: Listing, fact: InferredFact) -> Standing | None:
    """By a key, upwards and downwards: each sorted, and not the same.

    Where no direction can be asked for, each key has to sort upwards: another one may begin with the latest or the best.
    """
    promise = listing.operation.promises.order
    by = listing.operation.parameter(promise.by) if promise is not None else None
    if promise is not None and by is None and promise.default_by:
        return _own_order(listing, fact, promise)
    if promise is None or by is None:
        return None
    long = listing.arguments(0, min(listing.biggest, 100)) if listing.size_parameter else {}
    found: Standing | None = None
    ways_by_key = {
        key: ways_of(listing.operation, promise, key) if promise.both_ways else ("asc",) for key in promise.keys
    }
    for key, ways in sorted(ways_by_key.items(), key=lambda each: -len(each[1])):
        field = promise.keys[key]
        pages = []
        for way in ways:
            extra = {**long, **order_arguments(listing.operation, promise, key, way)}
            pages.append(listing.ask(extra, note=f"does {by.name}={key} sort?", intent=Intent.UNKNOWN))
        shown = [_comparable([at(item, field) for item in page.items]) for page in pages]
        if any(not each or len(set(each[0])) < _FEWEST for each in shown):
            continue
        rising = any(list(each) == sorted(each) for each in shown[0])
        falling = len(shown) == 1 or any(list(each) == sorted(each, reverse=True) for each in shown[1])
        text = f"{by.name}={key} gave {'sorted' if rising and falling else 'unsorted'} items"
        found = _standing(fact, holds=rising and falling, text=text, pages=pages)
        if promise.both_ways or found.seen is Seen.REFUTED:
            return found
    return found


def _own_order(listing: Listing, fact: InferredFact, promise: Order) -> Standing | None:
    """A list that nothing is asked of is sorted as the document says."""
    page = listing.ask(listing.arguments(0, min(listing.biggest, 100)), note="is it sorted?", intent=Intent.UNKNOWN)
    values = _comparable([at(item, promise.keys[promise.default_by]) for item in page.items])
    if not values or len(set(values[0])) < _FEWEST:
        return None
    holds = any(list(each) == sorted(each, reverse=promise.default_direction == "desc") for each in values)
    text = f"{counted(len(values[0]), 'item')} in a row are {'' if holds else 'not '}sorted by {promise.default_by}"
    return _standing(fact, holds=holds, text=text, pages=[page])


def _comparable(values: Sequence[object]) -> list[tuple[str, ...] | tuple[float, ...]]:
    """Return values of one kind as they can be sorted: as they stand, and decimals as text also by number; none for any others."""
    texts = [each.casefold() for each in values if isinstance(each, str)]
    numbers = [float(number) for each in values if (number := number_in(each)) is not None]
    if len(texts) not in {0, len(values)}:
        return []
    both: list[tuple[str, ...] | tuple[float, ...]] = [tuple(texts), tuple(numbers)]
    return [each for each in both if len(each) == len(values)]


def _echo(listing: Listing, fact: InferredFact, name: str) -> Standing | None:
    """The response repeats two values that are not the default."""
    parameter = listing.operation.parameter(name)
    pointer = fact.words if isinstance(fact.words, str) else ""
    values = _values(parameter) if parameter is not None else []
    if parameter is None or len(values) < _TRIED:
        return None
    pages, told = [], []
    for value in values:
        exchange = listing.call(
            {parameter.subject: value}, note=f"does the response repeat {name}?", intent=Intent.UNKNOWN
        )
        if not served(exchange):
            return None
        page = listing.read(exchange)
        pages.append(page)
        shown = at(page.body, pointer)
        told.append((value, None if shown is MISSING else shown))
    text = ", ".join(f"{value} was returned as {shown}" for value, shown in told)
    holds = all(text_of(value) == text_of(_scalar(shown)) for value, shown in told)
    return _standing(fact, holds=holds, text=f"{name}: {text}", pages=pages)


def _scalar(value: object) -> str | int | float | bool:
    return value if isinstance(value, (str, int, float, bool)) else ""


def _values(parameter: Parameter) -> list[str | int]:
    """Two values that a parameter surely takes and that are not its default."""
    place = view(parameter.schema)
    listed = place.keyword("enum")
    candidates: Sequence[JSON] = listed if isinstance(listed, list) else (1, 2, 3) if "integer" in place.types() else ()
    fit = [
        each
        for each in candidates
        if isinstance(each, (str, int))
        and not isinstance(each, bool)
        and each != parameter.default
        and parameter.schema.is_valid(each)
    ]
    return fit[:_TRIED]
