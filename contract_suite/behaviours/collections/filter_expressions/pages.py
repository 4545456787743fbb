"""What an expression leaves, cut into pages and sorted: as the whole list is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from contract_suite.behaviours.collections.filter_expressions.asking import Answer, AskedList
from contract_suite.behaviours.collections.filter_expressions.clauses import PAGED, SORTED
from contract_suite.behaviours.collections.filter_expressions.expressions import Comparison, holds
from contract_suite.behaviours.collections.filter_expressions.judging import Wrong
from contract_suite.behaviours.collections.kit.collation import differ, disorder
from contract_suite.behaviours.collections.kit.orders import order_arguments, ways_of
from contract_suite.model.case import Intent
from contract_suite.model.counting import counted
from contract_suite.model.json import JSON, Missing, at

_PAGES: Final = 4


def judge_pages(asked: AskedList, usable: Sequence[Comparison], aim: str) -> Wrong | Answer | None:
    """Compare short pages of what the first comparison leaves with long ones; nothing if the list itself can't be cut so."""
    comparison = usable[0]
    long = asked.ask(comparison, aim=aim, note="long pages")
    count = len(set(long.keys))
    size = -(-count // _PAGES) if count > 1 else 0
    if not size or long.unserved or not long.ended or not _is_cut(asked, size):
        return None
    short = asked.ask(comparison, aim=aim, note=f"pages of {size}", size=size)
    lost, twice = set(long.keys) - set(short.keys), len(short.keys) - len(set(short.keys))
    if short.unserved or not (lost or twice):
        return None if short.unserved else short
    if asked.ask(comparison, aim=aim, note="long pages again").keys != long.keys:
        return None  # other clients write, or the list has no order
    how = f"{len(lost)} of {count} items were on none of them" if lost else "an item appeared twice"
    message = f"with {short.words}, pages of {size} were asked for, and {how}"
    return Wrong(
        key=PAGED,
        message=message,
        answer=short,
        expected=f"{count} items",
        actual=counted(len(set(short.keys)), "item"),
    )


def judge_order(asked: AskedList, usable: Sequence[Comparison], aim: str) -> Wrong | Answer | None:
    """Ask for what a comparison leaves by a key that sorts the whole list; nothing if no key does.

    Best is a comparison that leaves what is not sorted by itself.
    """
    operation, listing = asked.found.operation, asked.listing
    order = operation.promises.order
    if order is None:
        return None
    found: Answer | None = None
    for key, place in list(order.keys.items())[:_PAGES]:
        for way in ways_of(operation, order, key)[-1:]:
            extra = order_arguments(operation, order, key, way)
            whole = [
                at(item, place)
                for item in listing.page(0, asked.size, extra, note="sorted", intent=Intent.UNKNOWN).items
            ]
            if not differ(whole) or disorder(whole, way) is not None:
                continue
            comparison = next(
                (each for each in usable if disorder(_left(asked, each, place), way) is not None), usable[0]
            )
            answer = asked.ask(comparison, aim=aim, note="sorted, with an expression", extra=extra)
            values = [at(item, place) for item in answer.items]
            wrong = disorder(values, way) if differ(values) else None
            if wrong is not None:
                message = (
                    f"with {answer.words}, sorted by {key} ({way}), {values[wrong[0]]} stood before {values[wrong[1]]}"
                )
                return Wrong(key=SORTED, message=message, answer=answer)
            found = answer if differ(values) else found
    return found


def _left(asked: AskedList, comparison: Comparison, place: str) -> list[JSON | Missing]:
    return [at(item, place) for item in asked.items if holds(comparison, item)]


def _is_cut(asked: AskedList, size: int) -> bool:
    """Whether the list itself is cut into pages of a size, none of whose items comes twice."""
    pages = asked.listing.walk(size, 2, asked.found.counted, note=f"pages of {size} without an expression")
    keys = [key for page in pages for key in page.keys]
    return len(pages[0].items) == size and len(keys) == len(set(keys))
