"""What a list promises whose pages link to those before and behind them, as clauses."""

from __future__ import annotations

from typing import Final

from contract_suite.behaviours.kit.clauses import clause_at
from contract_suite.behaviours.kit.following import next_place, previous_place
from contract_suite.behaviours.kit.requests import answers_with
from contract_suite.contract.naming.names import CURSORS, plain_name
from contract_suite.contract.operation import Operation
from contract_suite.model.clause import Clause
from contract_suite.model.source import Source

NAME: Final = "link-next"
NEXT: Final = "next"
PREV: Final = "prev"
_SENTENCES: Final = {
    NEXT: ("next-leads-on", "the next link leads to further items, repeats and skips none and comes to an end"),
    PREV: ("prev-leads-back", "the prev link of the second page leads to the first"),
}


def clauses_of(operation: Operation) -> dict[str, Clause]:
    """Return the clauses of one operation by short keys."""
    if operation.problem or operation.method != "GET":
        return {}
    if not answers_with(operation, "Link"):
        return _clauses_of_body(operation)
    return {
        key: clause_at(NAME, operation, "link", kind, f"{sentence} (RFC 8288).", source=Source.STANDARD)
        for key, (kind, sentence) in _SENTENCES.items()
    }


def _clauses_of_body(operation: Operation) -> dict[str, Clause]:
    """The clauses of a list whose body has links to the pages around, unless that is how its pages are known to be found."""
    collection = operation.promises.collection
    if collection is None or not next_place(operation):
        return {}
    page = collection.page  # a vendor may say where the items are, and leave its pages to inference
    if Source.INFERRED not in {collection.source, page.source if page is not None else None}:
        return {}
    if page is not None and page.next:
        return {}
    if any(each.where == "query" and plain_name(each.name) in CURSORS for each in operation.parameters):
        return {}
    keys = (NEXT, PREV) if previous_place(operation) else (NEXT,)
    return {
        key: clause_at(NAME, operation, "link", kind, f"{sentence}.")
        for key, (kind, sentence) in _SENTENCES.items()
        if key in keys
    }
