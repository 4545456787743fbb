"""Pages that name the next one: a token that a parameter takes, or a link.

A string member named next…, …Token or …Link beside a list means a cursor or a link in 98.6 % of 3,669 operations whose
vendor says so, and the name of the member is the right one in 3,312 of 3,343.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from contract_suite.contract.naming.names import (
    CURSORS,
    NEXT_LINKS,
    OFFSETS,
    PAGE_NUMBERS,
    PAGE_OBJECTS,
    PAGE_SIZES,
    plain_name,
)
from contract_suite.contract.naming.told import told_of
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.contract.trees.places import in_header, of_last_item
from contract_suite.inference.kit.bodies import Items, body_of, bound_of, fields_of, header_named, only_parameter
from contract_suite.inference.kit.names import (
    AFTER_ITEM,
    BEFORE_ITEM,
    HAS_MORE,
    NEXT_TOKENS,
    SAYS_NEXT,
    SAYS_SIZE,
    is_named,
)
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import JSON, tokens

NAME: Final = "next-pages"
_KEYS: Final = frozenset({"id", "uuid", "uid"})
_SAYS_ID: Final = re.compile(r"\b(ids?|identifier|object)\b", re.IGNORECASE)
_SAYS_BEHIND: Final = re.compile(r"\b(follow|after|next|behind|beyond|place in the list)", re.IGNORECASE)
_SAYS_PREVIOUS: Final = re.compile(
    r"\b(previous|preceding) page\b|\b(immediately|directly|right|just) (before|preced|in front|ahead|above|prior)",
    re.IGNORECASE,
)
"""What says of a page before an item that it ends at it: some servers give the first page of what comes before."""
_FIRST: Final = frozenset({"first"})
"""The size of a page beside a cursor; without one it may say where a page begins."""


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield the pages of each list whose answers name the next one, where its size can be asked for."""
    for operation, items in reading.lists():
        known, size = operation.promises.collection, only_parameter(operation, PAGE_SIZES | _FIRST)
        counted = only_parameter(operation, PAGE_NUMBERS | OFFSETS) is not None
        if size is None or counted or (known is not None and known.page is not None):
            continue
        cursors = [each for each in operation.parameters if _is_cursor(each)]
        if not cursors and is_named(size.name, _FIRST):
            continue
        body = body_of(operation)
        fields = list(fields_of(body)) if body is not None and items.pointer else []
        tokens_named = [each for each in fields if _is_next(*each, NEXT_TOKENS)] if len(cursors) == 1 else []
        if len(tokens_named) > 1:  # a cursor, and beside it the link that holds it
            tokens_named = [each for each in tokens_named if plain_name(tokens(each[0])[-1]) not in NEXT_LINKS]
        links = [each for each in fields if _is_next(*each, NEXT_LINKS) and _is_link(each[0])] if not cursors else []
        header = header_named(operation, frozenset({"link"}))
        beside = _beside_item(reading, operation, items) if not tokens_named else None
        if beside is not None:
            yield from _from_item(reading, operation, size, *beside)
        elif tokens_named:
            yield from _fact(operation, size, cursors[0], tokens_named)
        elif links or header is None:
            yield from _fact(operation, size, None, links)
        else:
            yield from _fact(operation, size, None, [(in_header(header.name), None)])


def _beside_item(reading: Reading, operation: Operation, items: Items) -> tuple[Parameter, str] | None:
    """Return the parameter that takes the id of the last item, and the field of it: what follows is told by a flag alone."""
    place = body_of(operation)
    fields = list(fields_of(place)) if place is not None and items.pointer else []
    flagged = [name for name, field in fields if _is_flag(name, field)]
    after = [each for each in operation.parameters if each.where == "query" and is_named(each.name, AFTER_ITEM)]
    keys = [(name, field) for name, field in items.fields if plain_name(name) in _KEYS]
    if len(flagged) != 1 or len(after) != 1 or len(keys) != 1 or _is_cursor_beside(operation, after[0]):
        return None
    name, field = keys[0]
    taken = view(after[0].schema)
    same = taken.types() - {"null"} == field.types() - {"null"} and taken.keyword("format") == field.keyword("format")
    texts = (after[0].description, *told_of(reading.contract, after[0].name))
    alike = same or (taken.types() - {"null"} == {"string"} and any(_SAYS_ID.search(each) for each in texts))
    return (after[0], name) if alike and taken.keyword("format") not in {"date", "date-time"} else None


def _from_item(
    reading: Reading, operation: Operation, size: Parameter, after: Parameter, name: str
) -> Iterator[InferredFact]:
    """Yield that a page begins behind the item that a parameter names, and that another one asks for what is before it."""
    said = [Witness(text=f"{after.name} is named after the item before the page", location=after.location)]
    texts = (after.description, *told_of(reading.contract, after.name))
    if any(_SAYS_ID.search(each) and _SAYS_BEHIND.search(each) for each in texts):
        said.append(
            Witness(text=f"a sentence says that {after.name} gives what follows an item", location=after.location)
        )
    words: dict[str, JSON] = {"cursor": after.name, "next": of_last_item(name), "size": size.name}
    before = [each for each in operation.parameters if each.where == "query" and is_named(each.name, BEFORE_ITEM)]
    texts = (before[0].description, *told_of(reading.contract, before[0].name)) if len(before) == 1 else ()
    if any(_SAYS_PREVIOUS.search(each) for each in texts):
        words["before"] = before[0].name
    yield InferredFact(
        rule=NAME, operation=operation.id, path=("collection", "page"), words=words, witnesses=tuple(said)
    )


def _is_cursor_beside(operation: Operation, after: Parameter) -> bool:
    return any(_is_cursor(each) for each in operation.parameters if each is not after)


def _is_flag(name: str, field: SchemaView) -> bool:
    return is_named(tokens(name)[-1], HAS_MORE) and field.types() - {"null"} == {"boolean"}


def _fact(
    operation: Operation, size: Parameter, cursor: Parameter | None, named: Sequence[tuple[str, SchemaView | None]]
) -> Iterator[InferredFact]:
    if len(named) != 1:
        return
    name, field = named[0]
    place = name if name.startswith(("/", "header.")) else f"/{name}"
    words: dict[str, JSON] = {**({"cursor": cursor.name} if cursor is not None else {}), "next": place}
    words["size"] = size.name
    text = f"{place} is named after the next page{f', and {cursor.name} after what it holds' if cursor else ''}"
    said = [Witness(text=text, location=operation.location)]
    description = field.keyword("description") if field is not None else None
    sentences = (cursor.description if cursor is not None else "", description if isinstance(description, str) else "")
    if any(SAYS_NEXT.search(each) for each in sentences) and SAYS_SIZE.search(size.description):
        sentence = f"the descriptions of {size.name} and of the next page say so"
        said.append(Witness(text=sentence, location=size.location))
    elif bound_of(size, "maximum") is not None and size.default is not None:
        said.append(Witness(text=f"{size.name} has a maximum and a default", location=size.location))
    yield InferredFact(
        rule=NAME, operation=operation.id, path=("collection", "page"), words=words, witnesses=tuple(said)
    )


def _is_cursor(parameter: Parameter) -> bool:
    if parameter.where != "query" or not is_named(parameter.name, CURSORS):
        return False
    return view(parameter.schema).types() - {"null"} == {"string"}


def _is_next(name: str, field: SchemaView, names: frozenset[str]) -> bool:
    return is_named(tokens(name)[-1], names) and field.types() - {"null"} == {"string"}


def _is_link(name: str) -> bool:
    """Whether a member holds a link: it says so, or it stands among links."""
    steps = tokens(name)
    last = plain_name(steps[-1])
    return last != "next" or len(steps) == 1 or plain_name(steps[0]) in PAGE_OBJECTS


RULE: Final = InferenceRule(name=NAME, title="Pages name the next one, by a token or a link.", infer=infer)
