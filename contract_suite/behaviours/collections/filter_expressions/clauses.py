"""What a list that is filtered by expressions promises, as clauses."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from contract_suite.behaviours.collections.filter_expressions.expressions import Field
from contract_suite.behaviours.collections.filter_expressions.finding import ExpressionFilter
from contract_suite.behaviours.kit.clauses import make_clause
from contract_suite.behaviours.kit.listing import collection_of
from contract_suite.model.clause import Clause
from contract_suite.model.json import escape
from contract_suite.model.source import Source

NAME: Final = "filter-expressions"
HOLDS: Final = "expression-holds"
COMPLETE: Final = "expression-complete"
JOINED: Final = "expressions-joined"
EMPTY: Final = "expression-empty"
TOTAL: Final = "expression-total"
PAGED: Final = "expression-paged"
SORTED: Final = "expression-in-order"


def key_of(field: Field) -> str:
    """The key of the clause about one field in `clauses_of`."""
    return f"{HOLDS} {field.written}"


def clauses_of(found: ExpressionFilter) -> dict[str, Clause]:
    """Return the clauses of one list: one of each field by `key_of`, the others by kind."""
    collection = collection_of(found.operation)
    order, name = found.operation.promises.order, found.name
    texts = {
        COMPLETE: (f"A list that {name} filters has every matching item.", ""),
        JOINED: (f"Comparisons in {name} that are joined or negated mean what the words say.", ""),
        EMPTY: (f"If no item matches {name}, the list is empty.", ""),
        TOTAL: (
            f"If {name} is given, the total counts the matching items only.",
            "" if collection.total else "the collection has no total",
        ),
        PAGED: (
            f"{name} filters the whole list, and not one page of it.",
            "" if collection.page else "the collection has no pages",
        ),
        SORTED: (
            f"A list that {name} filters is sorted as it is asked for.",
            "" if order is not None and order.by else "no order can be asked for",
        ),
    }
    of_fields = {
        key_of(each): make_clause(
            NAME,
            found.operation,
            each.parameter or f"{found.subject}/{escape(each.written)}",
            HOLDS,
            f"A list that is filtered by {each.written} has matching items only.",
            rests_on=collection,
            source=Source.INFERRED,
        )
        for each in found.fields
    }
    return of_fields | {
        kind: replace(
            make_clause(NAME, found.operation, found.subject, kind, text, rests_on=collection, source=Source.INFERRED),
            inapplicable=missing,
        )
        for kind, (text, missing) in texts.items()
    }
