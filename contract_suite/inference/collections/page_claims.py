"""Members that say of a page whether more follow, and how many there are: `has_more`, `last`, `total_pages`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.contract.naming.names import plain_name
from contract_suite.inference.kit.bodies import body_of, fields_of, is_paging
from contract_suite.inference.kit.names import HAS_MORE, PAGES
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import tokens

NAME: Final = "page-claims"
_LAST: Final = frozenset({"last", "islast", "islastpage", "lastpage"})
_FLAGS: Final = frozenset({"boolean"})
_COUNTS: Final = frozenset({"integer", "number"})


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield what the pages of each list say of the others, where one member of the body does."""
    for operation, items in reading.lists():
        place = body_of(operation)
        paging = next((each for each in operation.parameters if is_paging(each)), None)
        if place is None or not items.pointer or paging is None:
            continue
        known, fields = operation.promises.collection, list(fields_of(place))
        for word, names, types in (("more", HAS_MORE, _FLAGS), ("last", _LAST, _FLAGS), ("pages", PAGES, _COUNTS)):
            found = [
                name
                for name, field in fields
                if plain_name(tokens(name)[-1]) in names and set() < field.types() - {"null"} <= types
            ]
            if len(found) != 1 or (known is not None and getattr(known, word)):
                continue
            pointer = found[0] if found[0].startswith("/") else f"/{found[0]}"
            said = (
                Witness(text=f"{pointer} is named after the pages that follow", location=operation.location),
                Witness(text=f"the list has pages by {paging.name}", location=paging.location),
            )
            yield InferredFact(
                rule=NAME, operation=operation.id, path=("collection", word), words=pointer, witnesses=said
            )


RULE: Final = InferenceRule(
    name=NAME, title="Members say whether more pages follow, and how many there are.", infer=infer
)
