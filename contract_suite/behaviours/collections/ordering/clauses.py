"""What a sorted collection promises, as clauses by short names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contract_suite.behaviours.collections.kit.orders import ways_of
from contract_suite.behaviours.kit.clauses import weaker
from contract_suite.behaviours.kit.listing import collection_of
from contract_suite.contract.operation import Operation
from contract_suite.contract.vocabulary import Order
from contract_suite.model.clause import Clause
from contract_suite.model.source import Source

NAME: Final = "ordering"
SUBJECT: Final = "order"
DEFAULT: Final = "default-applied"
KEY: Final = "key-respected"
DIRECTION: Final = "direction-respected"
BY_ALONE: Final = "default-direction-applied"
DIRECTION_ALONE: Final = "default-key-applied"
ACROSS: Final = "holds-across-pages"
CUT: Final = "sorted-before-paging"
SECOND: Final = "second-key-respected"
TIES: Final = "ties-keep-their-place"
COLLATION: Final = "collation-respected"
NULLS: Final = "nulls-placed"
EQUALS: Final = "ties-in-order"
UNKNOWN: Final = "unknown-key-keeps-default"
TOLD: Final = "sorted-as-told"
WAYS: Final = {"asc": "ascending", "desc": "descending"}
_MEMBERS: Final = {COLLATION: "collation", NULLS: "nulls", EQUALS: "ties"}
_COMPARED: Final = {
    "case-insensitive": "are compared without regard to case",
    "binary": "are compared character by character, as they are encoded",
}
Clauses = dict[str, Clause]


def key_name(key: str, direction: str) -> str:
    """Return the short name of the clause about one key in one direction."""
    return f"{key}/{direction}"


def ids_of(operation: Operation, order: Order) -> dict[str, str]:
    """Return the ids of the clauses by their short names, but for those about what else is said of keys."""
    return {name: clause.id for name, clause in clauses_of(operation, order).items() if clause.kind not in _MEMBERS}


def clauses_of(operation: Operation, order: Order) -> Clauses:
    """The clauses by short names: `DEFAULT`, …, and `key/direction`."""
    keys = order.source_of("keys")
    made: Clauses = {}

    def add(name: str, kind: str, text: str, source: Source, subject: str = SUBJECT) -> None:
        made[name] = Clause(
            operation=operation.id,
            subject=subject,
            kind=kind,
            judge=NAME,
            text=text,
            source=source,
            location=order.location,
            quote=order.quote,
        )

    if order.default_by:
        add(
            DEFAULT,
            DEFAULT,
            f"Without parameters, the list is sorted by {order.default_by}, {WAYS[order.default_direction]}.",
            order.source_of("default"),
        )
        add(ACROSS, ACROSS, "The order goes on from one page to the next.", order.source)
    for kind, (text, source) in {**_of_pages(operation, order), **_told(operation, order), **_second(order)}.items():
        add(kind, kind, text, source)
    if order.by and order.keys:
        add(KEY, KEY, f"{order.by} decides by which field the list is sorted.", keys)
    if order.both_ways:
        mark = "A minus in front of" if order.sign else "What follows"
        who = order.direction or f"{mark} the key of {order.by}"
        member = "direction" if order.direction else "sign" if order.sign else "suffix"
        add(DIRECTION, DIRECTION, f"{who} decides in which direction the list is sorted.", order.source_of(member))
    if order.by and order.direction and order.default_by:
        default, text = order.source_of("default"), "the list is sorted"
        add(
            BY_ALONE, BY_ALONE, f"With {order.by} alone, {text} {WAYS[order.default_direction]}.", weaker(default, keys)
        )
        add(DIRECTION_ALONE, DIRECTION_ALONE, f"With {order.direction} alone, {text} by {order.default_by}.", default)
    if order.by and order.unknown == "default" and order.default_by:
        add(UNKNOWN, UNKNOWN, f"An unknown {order.by} leaves the default order.", order.source_of("unknown"))
    for name, kind, text, source in _of_keys(operation, order):
        add(name, kind, text, source, f"{SUBJECT}/{name.rpartition('/')[0]}")
    return made


def _of_keys(operation: Operation, order: Order) -> Iterator[tuple[str, str, str, Source]]:
    """What is promised of each key: the short name, the kind, the text and the source of each clause."""
    for key in order.keys if order.by else ():
        source = order.source_of("default" if key == order.default_by else "keys")
        for direction in ways_of(operation, order, key):
            text = f"With {order.by}={key}, the list is sorted by {order.keys[key]}, {WAYS[direction]}."
            yield key_name(key, direction), WAYS[direction], text, source
    for key, kind, text in _refined(order):
        yield key_name(key, kind), kind, text, order.source_of(_MEMBERS[kind])


def _refined(order: Order) -> Iterator[tuple[str, str, str]]:
    """What is promised of keys beyond their direction: the key, the kind and the text of each clause."""
    for key, name in order.keys.items():
        if not order.by and key != order.default_by:
            continue
        if key in order.collation:
            yield key, COLLATION, f"Where the list is sorted by {name}, its texts {_COMPARED[order.collation[key]]}."
        if key in order.nulls:
            yield key, NULLS, f"Items without {name} come {_places(order.nulls[key])}."
        if key in order.ties:
            fields = " or ".join(dict.fromkeys(by for by, _ in order.ties_of(key).values()))
            yield key, EQUALS, f"Items that are equal by {name} are sorted by {fields}."


def _places(nulls: Mapping[str, str]) -> str:
    if len(set(nulls.values())) == 1 and len(nulls) == len(WAYS):
        return f"{nulls['asc']} in either direction"
    return " and ".join(f"{place} where it is {WAYS[way]}" for way, place in nulls.items())


def _of_pages(operation: Operation, order: Order) -> dict[str, tuple[str, Source]]:
    """Return what a sorted list promises of its pages: the text and the source of each clause."""
    page = collection_of(operation).page
    if page is None:
        return {}
    once = "Page after page, each item appears once, also where the order leaves many of them equal."
    found = {TIES: (once, weaker(order.source, page.source_of("number")))}
    if (order.by and order.keys) or order.both_ways:
        text = "By whatever key and in either direction, the list is sorted before it is cut into pages."
        found[CUT] = (text, order.source)
    return found


def _second(order: Order) -> dict[str, tuple[str, Source]]:
    """Return what an order by several keys promises of the second one."""
    text = f"With two keys in {order.by}, the second decides where items are equal by the first."
    several = order.by and order.separator and len(order.keys) > 1
    return {SECOND: (text, order.source_of("separator"))} if several else {}


def _told(operation: Operation, order: Order) -> dict[str, tuple[str, Source]]:
    """Return what a response that says how it is sorted promises beyond the keys that somebody documented."""
    told = operation.promises.order_told
    text = f"A list is sorted as it says at {' and '.join(each.pointer for each in told)}."
    return {TOLD: (text, order.source)} if told else {}
