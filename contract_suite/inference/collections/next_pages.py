"""Pages that name the next one: a token that a parameter takes, or a link.

A string member named next…, …Token or …Link beside a list means a cursor or a link in 98.6 % of 3,669 operations whose
vendor says so, and the name of the member is the right one in 3,312 of 3,343.
"""

from __future__ import annotations

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
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.contract.trees.places import in_header
from contract_suite.inference.kit.bodies import body_of, bound_of, fields_of, header_named, only_parameter
from contract_suite.inference.kit.names import NEXT_TOKENS, SAYS_NEXT, SAYS_SIZE, is_named
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import JSON, tokens

NAME: Final = "next-pages"
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
        links = [each for each in fields if _is_next(*each, NEXT_LINKS) and _is_link(each[0])] if not cursors else []
        header = header_named(operation, frozenset({"link"}))
        if tokens_named:
            yield from _fact(operation, size, cursors[0], tokens_named)
        elif links or header is None:
            yield from _fact(operation, size, None, links)
        else:
            yield from _fact(operation, size, None, [(in_header(header.name), None)])


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
