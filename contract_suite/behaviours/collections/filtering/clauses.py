"""What filters promise, as clauses: those of each filter, and those of all filters of an operation together."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from contract_suite.behaviours.collections.kit.filter_values import listed_choices, part_of
from contract_suite.behaviours.kit.clauses import make_clause
from contract_suite.behaviours.kit.listing import collection_of
from contract_suite.contract.filters import text_of
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.schemas.view import view
from contract_suite.contract.vocabulary import Filter
from contract_suite.model.clause import Clause
from contract_suite.model.source import Source

NAME: Final = "filtering"
SUBJECT: Final = "filters"
SOUND: Final = "filter-sound"
COMPLETE: Final = "filter-complete"
MATCH: Final = "match-as-documented"
CASE: Final = "case-as-documented"
PREFIX: Final = "prefix-understood"
BARE: Final = "bare-value-searched"
NOTHING: Final = "no-match-empty"
REFUSED: Final = "unknown-refused"
SEVERAL: Final = "several-values"
FIRST: Final = "filtered-before-paging"
TOGETHER: Final = "filters-combined"
SORTED: Final = "filtered-in-order"
PAGED: Final = "filtered-and-sorted-before-paging"
_MATCHED: Final = {
    "equals": "a value that equals it, not one that merely contains it",
    "contains": "a value that contains it anywhere",
    "begins": "a value that begins with it, not one that contains it elsewhere",
    "differs": "whatever does not equal it",
    "mentions": "what has it somewhere",
}


def clauses_of(operation: Operation, promise: Filter, parameter: Parameter) -> dict[str, Clause]:
    """Return what one filter promises, by kind."""
    name = parameter.name
    texts: list[tuple[str, str, Source]] = [
        (SOUND, f"Every item returned with {name} matches it.", promise.source),
        (COMPLETE, f"Every item that matches {name} is returned.", promise.source),
        (
            MATCH,
            f"{name} matches {_MATCHED[promise.match]}.",
            promise.source_of("match"),
        ),
        (
            CASE,
            f"{name} {'takes' if promise.case == 'ignored' else 'does not take'} upper and lower case for the same.",
            promise.source_of("case"),
        ),
        (
            FIRST,
            f"{name} applies before the list is cut into pages, and what it leaves is cut as the whole list is.",
            promise.source,
        ),
    ]
    if promise.several:
        which = "all" if promise.several == "all" else "any"
        texts.append(
            (SEVERAL, f"Several values of {name} keep what matches {which} of them.", promise.source_of("several"))
        )
    if promise.prefix:
        texts.append(
            (PREFIX, f"{name} takes a value after the prefix {promise.prefix!r}.", promise.source_of("prefix"))
        )
        if promise.bare:
            texts.append((BARE, f"{name} takes a value without {promise.prefix!r} too.", promise.source_of("bare")))
    if promise.unknown == "refused":
        texts.append(
            (REFUSED, f"A value of {name} that nothing has is refused as unknown.", promise.source_of("unknown"))
        )
    elif not promise.unknown and promise.match != "differs":
        texts.append((NOTHING, f"With a value of {name} that nothing has, the list is empty.", promise.source))
    return {
        kind: replace(
            make_clause(NAME, operation, parameter.subject, kind, text, rests_on=promise, source=source),
            inapplicable=_inapplicable(operation, promise, parameter, kind),
        )
        for kind, text, source in texts
    }


def common_clauses(operation: Operation) -> dict[str, Clause]:
    """Return what all filters of an operation promise together, by kind."""
    filters = operation.promises.filters
    if not filters:
        return {}
    source = next(
        (each.source for each in filters if each.source.level is not filters[0].source.level), filters[0].source
    )
    few = "the operation promises one filter" if len(filters) < 2 else ""  # noqa: PLR2004 - it takes two
    unsorted = "" if operation.promises.order else "the collection promises no order"
    order = operation.promises.order
    unpaged = unsorted or ("" if collection_of(operation).page else "the collection has no pages")
    unpaged = unpaged or ("" if order and (order.by or order.direction) else "no order can be asked for")
    return {
        kind: Clause(
            operation=operation.id,
            subject=SUBJECT,
            kind=kind,
            judge=NAME,
            text=text,
            source=source,
            location=filters[0].location,
            inapplicable=reason,
        )
        for kind, text, reason in (
            (
                TOGETHER,
                "With two filters, every item returned matches both, and every item that matches both is returned.",
                few,
            ),
            (SORTED, "What a filter leaves is sorted as the whole list is.", unsorted),
            (
                PAGED,
                "With a filter and an order, the list is filtered and sorted before it is cut into pages.",
                unpaged,
            ),
        )
    }


def _inapplicable(operation: Operation, promise: Filter, parameter: Parameter, kind: str) -> str:
    """Why a clause can never be broken here."""
    place = view(parameter.schema)
    place = place.element(0) if promise.several and not promise.separator else place
    texts = [text_of(each) for each in listed_choices(parameter)] or None
    words = "string" in place.types()
    if kind in {MATCH, CASE} and promise.match == "differs":
        return "it keeps what differs"
    if kind in {MATCH, CASE, COMPLETE} and promise.match == "mentions":
        return "a search need not find all that has the text"
    if kind == SEVERAL and promise.several == "either":
        return "the document leaves open whether any or all of them count"
    if kind == FIRST and collection_of(operation).page is None:
        return "the collection has no pages"
    if kind == FIRST and parameter.required:
        return "the filter is always given"
    if kind == CASE and (not words or texts is not None):
        return "its values don't differ in case"
    if kind == MATCH and texts is not None and not any(part_of(texts, each) for each in texts):
        return "none of its values is a part of another"
    return "" if kind != BARE or promise.prefix else "there is no prefix"
