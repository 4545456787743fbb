"""The member, or the header field, that counts what matches on all pages, by its name.

113 providers have one. `count` is left out: beside an array it is the page's own as often as not, but for lists that
show links to the next and to the previous page, as those of Django REST framework do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.contract.naming.names import OFFSETS, PAGE_NUMBERS, PAGE_SIZES, plain_name
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.contract.trees.places import in_header
from contract_suite.inference.kit.bodies import body_of, fields_of, header_named, is_paging
from contract_suite.inference.kit.names import HEADER_TOTALS, PAGES, SAYS_ROUGH, TOTALS, is_named
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import tokens

NAME: Final = "totals"
_COUNT: Final = "count"
_PAGES_AROUND: Final = frozenset({"next", "previous"})


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield the total of each list that shows one."""
    for operation, items in reading.lists():
        known, place = operation.promises.collection, body_of(operation)
        if place is None or (known is not None and known.total):
            continue
        header = header_named(operation, HEADER_TOTALS)
        if header is not None:
            said = [Witness(text=f"the header {header.name} is named after a total", location=operation.location)]
            said += [
                Witness(text=f"the list has pages by {each.name}", location=each.location)
                for each in operation.parameters
                if is_paging(each)
            ][:1]
            yield _fact(operation, in_header(header.name), said)
        if header is not None or not items.pointer:
            continue
        fields = list(fields_of(place))
        linked = {plain_name(name) for name, _ in fields} >= _PAGES_AROUND
        found = [
            (name, field)
            for name, field in fields
            if (is_named(tokens(name)[-1], TOTALS) or (linked and plain_name(name) == _COUNT))
            and "integer" in field.types()
            and field.types() <= {"integer", "number", "null"}
        ]
        if len(found) != 1:
            continue
        name, field = found[0]
        pointer = name if name.startswith("/") else f"/{name}"
        said = [Witness(text=f"{pointer} is named after a total", location=operation.location)]
        if linked:
            said.append(Witness(text="links to the pages around stand beside it", location=operation.location))
        text = field.keyword("description")
        if isinstance(text, str) and SAYS_ROUGH.search(text):
            continue
        if isinstance(text, str) and ("total" in text.lower() or "all" in text.lower().split()):
            said.append(
                Witness(text=f"its description says so: {text.strip().splitlines()[0]}", location=operation.location)
            )
        yield _fact(operation, pointer, [*said, *_of_pages(operation, place, pointer)])


def _of_pages(operation: Operation, place: SchemaView, pointer: str) -> Iterator[Witness]:
    """What speaks for pages, so that their total is meant: a member beside it, or a parameter; a `count` may be the page's."""
    beside = _beside(place, pointer)
    paging = next((each for each in operation.parameters if is_paging(each)), None)
    if beside:
        yield Witness(text=f"it stands beside {beside}", location=operation.location)
    elif paging is not None and plain_name(tokens(pointer)[-1]) != _COUNT:
        yield Witness(text=f"the list has pages by {paging.name}", location=paging.location)


def _beside(place: SchemaView, pointer: str) -> str:
    """The member that says which page this is, in the object of the total; empty where there is none."""
    for step in tokens(pointer)[:-1]:
        place = place.member(step)
    names = PAGE_SIZES | PAGE_NUMBERS | OFFSETS | PAGES
    return next((name for name in place.property_names() if is_named(name, names)), "")


def _fact(operation: Operation, place: str, said: list[Witness]) -> InferredFact:
    return InferredFact(
        rule=NAME, operation=operation.id, path=("collection", "total"), words=place, witnesses=tuple(said)
    )


RULE: Final = InferenceRule(name=NAME, title="A member counts the items of all pages.", infer=infer)
