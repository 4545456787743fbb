"""What the pages of a collection promise, as clauses: about the pages, and about the defaults of parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.behaviours.collections.kit.page_observation import (
    ALL,
    BEFORE,
    CAP,
    END,
    LEADS,
    NEXT,
    OFFSET,
    ONCE,
    SIZE,
    SUBJECT,
)
from contract_suite.behaviours.kit.clauses import default_source, make_clause
from contract_suite.behaviours.kit.listing import collection_of
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.vocabulary import Page
from contract_suite.model.clause import Clause

NAME: Final = "paging"
DEFAULT: Final = "default-applied"
_TEXTS: Final = {
    SIZE: "A page never holds more items than were asked for.",
    CAP: "A page holds as many items as were asked for while there are as many, up to the documented maximum.",
    ONCE: "No item appears twice over all pages.",
    ALL: "Every item appears on one of the pages.",
    NEXT: "Page n+1 goes on where page n ends.",
    OFFSET: "With offset n, the page starts at item n+1.",
    LEADS: "Each next page leads to further items, and the last page names none.",
    BEFORE: "The page before an item holds what stands right before it.",
    END: "A page beyond the end is empty.",
}
_MEMBERS: Final = {OFFSET: "offset", SIZE: "size", CAP: "size", LEADS: "next", BEFORE: "before", END: "past_end"}
"""The member of the promise that each kind rests on; `number` for the others."""


def clauses_of(operation: Operation) -> Iterator[Clause]:
    """Yield everything that a collection promises of its pages."""
    yield from clauses_of_pages(operation).values()
    yield from clauses_of_defaults(operation).values()


def clauses_of_pages(operation: Operation) -> dict[str, Clause]:
    """Return the clauses about the pages, by kind."""
    page = collection_of(operation).page
    promise = page or collection_of(operation)
    found: dict[str, Clause] = {}
    for kind, text in _TEXTS.items():
        member = _MEMBERS.get(kind, "number")
        reason = "the collection has no pages" if page is None else _why_not(page, kind)
        source = promise.source_of(member)
        found[kind] = make_clause(
            NAME,
            operation,
            SUBJECT,
            kind,
            text,
            rests_on=promise,
            member=member if getattr(page, member, None) else "",
            source=source,
            inapplicable=reason,
        )
    return found


def _why_not(page: Page, kind: str) -> str:
    """Return why pages of this kind can't break a clause; empty if they can."""
    if kind == BEFORE:
        return "" if page.before else "nothing asks for the page before an item"
    if page.next:
        if kind == CAP:
            return "a page that names the next one may hold fewer items than were asked for"
        return "each page names the next one, so pages have no numbers" if kind in {OFFSET, END} else ""
    if kind == LEADS:
        return "no page names the next one"
    return "the pages are counted by number, not by offset" if kind == OFFSET and not page.offset else ""


def clauses_of_defaults(operation: Operation) -> dict[str, Clause]:
    """Return the clauses about the defaults, by the parameter's name."""
    return {each.name: _default_clause(operation, each) for each in _parameters_with_defaults(operation)}


def _default_clause(operation: Operation, parameter: Parameter) -> Clause:
    """Return what the default of a parameter promises."""
    return Clause(
        operation=operation.id,
        subject=parameter.subject,
        kind=DEFAULT,
        judge=NAME,
        text=f"A call without {parameter.name} answers as one with {parameter.name}={parameter.default}.",
        source=default_source(parameter),
        location=parameter.location,
        quote=parameter.quote,
    )


def _parameters_with_defaults(operation: Operation) -> list[Parameter]:
    """Optional query parameters with a default; those of sorting are judged where sorting is.

    The default of a schema that a filter shares with the members of bodies says what they are without it, not what is
    listed.
    """
    order = operation.promises.order
    sorting = {order.by, order.direction} if order else set()
    filters = {each.parameter for each in operation.promises.filters}
    return [
        each
        for each in operation.all_parameters
        if each.where == "query"
        and not each.required
        and each.default is not None
        and each.name not in sorting
        and not (each.name in filters and each.shares_default)
    ]
