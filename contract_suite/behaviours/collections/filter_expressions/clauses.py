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
        COMPLETE: (f"Every item for which an expression in {name} holds comes.", ""),
        JOINED: (f"Comparisons in {name} that are joined or negated mean what the words say.", ""),
        EMPTY: (f"With an expression in {name} that holds for nothing, the list is empty.", ""),
        TOTAL: (
            f"With an expression in {name}, the total counts what it holds for.",
            "" if collection.total else "the collection has no total",
        ),
        PAGED: (
            f"An expression in {name} applies before the list is cut into pages.",
            "" if collection.page else "the collection has no pages",
        ),
        SORTED: (
            f"With an expression in {name}, the list is sorted as it is asked for.",
            "" if order is not None and order.by else "no order can be asked for",
        ),
    }
    of_fields = {
        key_of(each): make_clause(
            NAME,
            found.operation,
            each.parameter or f"{found.subject}/{escape(each.written)}",
            HOLDS,
            f"Every item that comes with an expression about {each.written} is one for which it holds.",
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
