"""A list keeps to its own request: the size of its page, its filters, its total, and numbers that come back.

What a list promises of all its pages is judged by behaviours, which ask on purpose. This looks at every answer that
comes for whatever reason, so that what goes wrong only now and then, or only beside other parameters, is seen. It finds
faults with the clauses of those behaviours and has none of its own; a single answer that contradicts its request needs
no second look at the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.verdicts import failed
from contract_suite.contract.filters import Scalar, is_near, passes, text_of, value_in
from contract_suite.contract.naming.first_places import first_offset, first_page
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.trees.places import count_at, pointer_of
from contract_suite.contract.vocabulary import Collection, Filter
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.counting import counted, wrong_page_size
from contract_suite.model.exchange import is_success
from contract_suite.model.json import JSON, MISSING, Missing, Raw, at
from contract_suite.model.source import Level
from contract_suite.model.verdict import Verdict

NAME: Final = "kept-to-request"
_PAGE: Final = "collection::page-size-respected"
_FULL: Final = "collection::page-size-not-capped"
_EXACT: Final = "collection::total-exact"
_SOUND: Final = "filter-sound"
_WILDCARDS: Final = frozenset("%_*?")
_ECHOED: Final = "echoed"


def _clauses(_contract: Contract) -> Iterator[Clause]:
    return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """The list that answers one request.

    `named` are the names of all arguments, `asked` the values of those that must be applied, and `total` is `None` where
    nothing tells it.
    """

    operation: Operation
    collection: Collection
    items: list[JSON]
    total: int | None
    named: frozenset[str]
    asked: Mapping[str, JSON]

    @property
    def filters(self) -> list[Filter]:
        """The filters that the request names."""
        return [each for each in self.operation.promises.filters if each.parameter in self.named]

    @property
    def may_be_narrowed(self) -> bool:
        """Whether the request has more in its query than a page and an order: a total need not know of that."""
        page, order = self.collection.page, self.operation.promises.order
        known = {page.size, page.number, page.offset} if page else set[str]()
        known |= {order.by, order.direction} if order else set()
        query = {each.name for each in self.operation.parameters if each.where == "query"}
        return bool(self.named & query - known)


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation, body = judgement.operation, judgement.body
    if operation is None or isinstance(body, Missing) or not _is_served(judgement, operation):
        return
    collection = operation.promises.collection
    if collection is None and not operation.promises.echo:
        return
    arguments = judgement.case.arguments
    asked = {key.partition(".")[2]: value for key, value in arguments.items() if _is_usable(operation, key, value)}
    items = at(body, collection.items) if collection else MISSING
    if collection is not None and isinstance(items, list):
        yield from _of_list(
            _Answer(
                operation=operation,
                collection=collection,
                items=items,
                total=_total(judgement, collection),
                named=frozenset(key.partition(".")[2] for key in arguments),
                asked=asked,
            )
        )
    yield from _echoes(operation, body, asked)


def _is_served(judgement: Judgement, operation: Operation) -> bool:
    """Whether a request was served whose arguments are all known, and allowed as far as anybody knows."""
    unknown = not judgement.case.arguments and "?" in judgement.exchange.request.target
    return (
        not operation.problem
        and is_success(judgement.exchange.status)
        and judgement.case.intent is not Intent.NEGATIVE
        and not unknown
    )


def _of_list(answer: _Answer) -> Iterator[Verdict]:
    yield from _too_long(answer)
    yield from _undercounted(answer)
    filters = answer.filters
    if not filters:
        yield from _contradicted(answer)
    if not answer.may_be_narrowed:
        yield from _overcounted(answer)
    if len(filters) == 1 and filters[0].parameter in answer.asked:
        yield from _sift(answer, filters[0])


def _too_long(answer: _Answer) -> Iterator[Verdict]:
    """A page holds no more items than were asked for."""
    page, order, shown = answer.collection.page, answer.operation.promises.order, len(answer.items)
    size = answer.asked.get(page.size) if page else None
    # Where several things meet, which of them goes wrong takes more than one answer: that is for the behaviours.
    meets = bool(answer.filters) and order is not None and bool({order.by, order.direction} & answer.named)
    if isinstance(size, int) and shown > size and not meets:
        yield failed(
            f"{answer.operation.id}::{_PAGE}",
            wrong_page_size(shown, size),
            pointer=answer.collection.items,
            expected=str(size),
            actual=str(shown),
        )


def _is_lowered(operation: Operation, name: str, sent: int, came: JSON) -> bool:
    """Whether a page size came back lower than it was asked for, as it may where the document says so."""
    page = operation.promises.collection.page if operation.promises.collection else None
    return page is not None and page.large == "lowered" and name == page.size and isinstance(came, int) and came < sent


def _echoes(operation: Operation, body: JSON, asked: Mapping[str, JSON]) -> Iterator[Verdict]:
    """Find a number that does not come back as it was sent."""
    for echo in operation.promises.echo:
        sent, came = asked.get(echo.parameter), at(body, echo.pointer)
        if (
            isinstance(sent, int)
            and isinstance(came, (str, int, float))
            and not isinstance(sent, bool)
            and text_of(came) != text_of(sent)
            and not _is_lowered(operation, echo.parameter, sent, came)
        ):
            parameter = operation.parameter(echo.parameter)
            subject = parameter.subject if parameter else echo.parameter
            message = f"{echo.parameter} was applied as {sent}, but the response says {came!r}"
            yield failed(
                f"{operation.id}::{subject}::{_ECHOED}",
                message,
                pointer=echo.pointer,
                expected=str(sent),
                actual=str(came),
            )


def _is_usable(operation: Operation, key: str, value: JSON) -> bool:
    """Whether an argument is a plain value that the contract allows, so that it must be applied."""
    if isinstance(value, Raw) or not isinstance(value, (str, int, float, bool)) or value == "":
        return False
    parameter = operation.parameter(key.partition(".")[2])
    return parameter is not None and parameter.subject == key and parameter.schema.is_valid(value)


def _is_first(answer: _Answer) -> bool:
    """Whether the request asks for the first page, and for nothing that need not be applied."""
    page, asked = answer.collection.page, answer.asked
    if page is None or len(asked) < len(answer.named):
        return False
    if page.next:
        return False  # a page with nothing on it may name a next one
    first = answer.operation.parameter(page.number or page.offset)
    begins = first_page(first) if page.number else first_offset(first)
    default = first.default if first and isinstance(first.default, int) else begins
    return asked.get(page.number or page.offset, default) == default and asked.get(page.size) != 0


def _total(judgement: Judgement, collection: Collection) -> int | None:
    """Return the total of an answer. Beside a count, the document leaves open what the total counts."""
    if not collection.total or collection.count:
        return None
    return count_at(judgement.response, judgement.body, collection.total)


def _contradicted(answer: _Answer) -> Iterator[Verdict]:
    """The first page is empty: then the total is 0."""
    total, place = answer.total, answer.collection.total
    if not answer.items and total is not None and total > 0 and _is_first(answer):
        yield failed(
            f"{answer.operation.id}::{_EXACT}",
            f"the first page is empty, but {place} is {total}",
            problem="empty",
            pointer=pointer_of(place),
            expected="0",
            actual=str(total),
        )


def _undercounted(answer: _Answer) -> Iterator[Verdict]:
    """A total is no less than the items that are shown and those before them."""
    total, shown, place = answer.total, len(answer.items), answer.collection.total
    if total is None or not shown:
        return
    before = _before(answer, shown)
    if total < before + shown:
        where = f", {before} before {'it' if shown == 1 else 'them'}," if before else ""
        yield failed(
            f"{answer.operation.id}::{_EXACT}",
            f"the page has {counted(shown, 'item')}{where} but {place} is {total}",
            problem="undercounted",
            pointer=pointer_of(place),
            expected=f"at least {before + shown}",
            actual=str(total),
        )


def _overcounted(answer: _Answer) -> Iterator[Verdict]:
    """A page shows as many items as it was asked for, or all that the total says are left.

    Only of a size that no server cuts down, one within the default, and only where a document says what the total is: a
    guessed total is for behaviours, which look again.
    """
    collection, total, shown = answer.collection, answer.total, len(answer.items)
    page = collection.page
    parameter = answer.operation.parameter(page.size) if page and not page.next else None
    size, most = (answer.asked.get(page.size), parameter.default) if page and parameter else (None, None)
    if total is None or not shown or collection.source_of("total").level is not Level.FAILURE:
        return
    if not isinstance(size, int) or not isinstance(most, int) or not 0 < size <= most or not _is_place_known(answer):
        return
    before = _before(answer, size)
    left = total - before
    if shown < min(size, left):
        # Of a page that reaches the end, the total may as well be wrong.
        at_end = left <= size
        yield failed(
            f"{answer.operation.id}::{_EXACT if at_end else _FULL}",
            f"the page has {counted(shown, 'item')} of {size} with {before} before, but {collection.total} is {total}",
            problem="overcounted",
            pointer=pointer_of(collection.total) if at_end else collection.items,
            expected=str(before + shown if at_end else size),
            actual=str(total if at_end else shown),
        )


def _is_place_known(answer: _Answer) -> bool:
    """Whether the request says where its page begins: by a number that counts, or by none for the first page."""
    page = answer.collection.page
    asks = answer.operation.parameter
    for name, begins in ((page.number, first_page), (page.offset, first_offset)) if page else ():
        value, least = answer.asked.get(name), begins(asks(name))
        if name in answer.named and (not isinstance(value, int) or isinstance(value, bool) or value < least):
            return False
    return True


def _before(answer: _Answer, shown: int) -> int:
    """How many items lie before the page, as far as the request tells: of a page that is not full, the size may be another."""
    page, asked = answer.collection.page, answer.asked
    if page is None:
        return 0
    size, number, offset = (asked.get(name) if name else None for name in (page.size, page.number, page.offset))
    if isinstance(offset, int) and not isinstance(offset, bool):
        return max(offset - first_offset(answer.operation.parameter(page.offset)), 0)
    if isinstance(number, int) and isinstance(size, int) and not isinstance(number, bool) and shown == size:
        return max(number - first_page(answer.operation.parameter(page.number)), 0) * size
    return 0


def _sift(answer: _Answer, promise: Filter) -> Iterator[Verdict]:
    """Find an item that the filter keeps out. One that only a careless comparison lets through is another clause's."""
    operation, sent = answer.operation, answer.asked[promise.parameter]
    wanted = _wanted(promise, sent)
    parameter = operation.parameter(promise.parameter)
    if wanted is None or parameter is None or promise.match == "mentions":
        return
    for index, item in enumerate(answer.items):
        found = value_in(promise, item)
        if found is None or passes(promise, item, wanted) is not False:
            continue
        if text_of(found) in map(str.strip, text_of(wanted).split(",")):
            continue  # it may take several values, though no one says so
        if not is_near(promise, item, wanted) and not _fits(text_of(wanted), text_of(found)):
            message = f"{promise.parameter}={sent} returned an item with {found!r}"
            clause = f"{operation.id}::{parameter.subject}::{_SOUND}"
            pointer = f"{answer.collection.items}/{index}"
            yield failed(clause, message, pointer=pointer, expected=text_of(wanted), actual=text_of(found))
            return


def _fits(wanted: str, found: str) -> bool:
    """Whether a database that takes the wanted text for a pattern finds this one."""
    pattern = "".join("." if char in "_?" else ".*" if char in "%*" else re.escape(char) for char in wanted)
    return bool(set(wanted) & _WILDCARDS) and re.search(pattern, found, re.IGNORECASE | re.DOTALL) is not None


def _wanted(promise: Filter, sent: JSON) -> Scalar | None:
    """The value that is asked for, without the prefix; `None` for several, or where the document is silent about one without it."""
    if promise.several and isinstance(sent, list) and len(sent) == 1:
        sent = sent[0]
    if not isinstance(sent, (str, int, float, bool)) or (promise.separator and promise.separator in text_of(sent)):
        return None
    if not promise.prefix:
        return sent
    return (
        sent.removeprefix(promise.prefix) or None if isinstance(sent, str) and sent.startswith(promise.prefix) else None
    )


CHECK: Final = Check(
    name=NAME,
    title="A list has no more items than requested, and none that its filters exclude.",
    clauses=_clauses,
    judge=_judge,
)
