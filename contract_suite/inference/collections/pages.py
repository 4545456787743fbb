"""The two parameters of paging: how many items, and from where on.

Of 7,080 parameters with a name of `PAGE_SIZES`, 95 % are integers; of 3,500 page numbers with a default, it is 1 for 3,456.
One size and one number or offset make pages; where two may be meant, none is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.contract.naming.names import OFFSETS, PAGE_NUMBERS, PAGE_OBJECTS, PAGE_SIZES, plain_name, words
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.inference.kit.bodies import body_of, bound_of, is_scalar, only_parameter
from contract_suite.inference.kit.names import SAYS_NUMBER, SAYS_OFFSET, SAYS_SIZE, is_named
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import JSON

NAME: Final = "pages"
_COUNT: Final = frozenset({"count"})
"""The size of a page beside what says where it begins; alone it may be anything."""


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield the pages of each list that has the parameters for it."""
    for operation, _ in reading.lists():
        known = operation.promises.collection
        if known is not None and known.page is not None:
            continue
        size, number, offset = (only_parameter(operation, names) for names in (PAGE_SIZES, PAGE_NUMBERS, OFFSETS))
        size = size or only_parameter(operation, _COUNT)
        if size is None or (number is None) == (offset is None):
            continue
        where = number or offset
        if where is None or where is size:
            continue
        words: dict[str, JSON] = (
            {"number": where.name, "size": size.name} if number else {"offset": where.name, "limit": size.name}
        )
        says = SAYS_NUMBER if number else SAYS_OFFSET
        witnesses = [
            Witness(
                text=f"{size.name} and {where.name} are parameters of paging by their names", location=size.location
            ),
            *_more(size, SAYS_SIZE.search(size.description) is not None, "maximum", "how many items a page holds"),
            *_more(where, says.search(where.description) is not None, "minimum", "where the page begins"),
            *_shown(operation, size, PAGE_SIZES),
            *_shown(operation, where, PAGE_NUMBERS if number else OFFSETS),
        ]
        enough = len(witnesses) > 2  # noqa: PLR2004 - both parameters need a word of their own
        yield InferredFact(
            rule=NAME,
            operation=operation.id,
            path=("collection", "page"),
            words=words,
            witnesses=tuple(witnesses if enough else witnesses[:1]),
        )


def _more(parameter: Parameter, says: bool, bound: str, what: str) -> Iterator[Witness]:
    """What the document says of a parameter beside its name: a sentence, or a bound and a default."""
    if says:
        yield Witness(text=f"the description of {parameter.name} says {what}", location=parameter.location)
    elif bound_of(parameter, bound) is not None and parameter.default is not None:
        yield Witness(text=f"{parameter.name} has a {bound} and a default", location=parameter.location)


def _shown(operation: Operation, parameter: Parameter, names: frozenset[str]) -> Iterator[Witness]:
    """What an answer says of its own page: a member called like the parameter, beside the items or in what is said of pages."""
    body = body_of(operation)
    if body is None:
        return
    own = {plain_name(parameter.own_name), *words(parameter.name)[-1:]}
    aside = [body.member(each) for each in body.property_names() if plain_name(each) in PAGE_OBJECTS]
    for place in (body, *aside):
        for name in place.property_names():
            if (plain_name(name) in own or is_named(name, names)) and is_scalar(place.member(name)):
                text = f"answers say their own {parameter.own_name}, as {name}"
                yield Witness(text=text, location=parameter.location)
                return


RULE: Final = InferenceRule(name=NAME, title="Two parameters choose the page.", infer=infer)
