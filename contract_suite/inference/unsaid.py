"""What no name and no shape ever says, although behaviours would conclude it from the same words in a contract.

A page may be shorter than was asked for, a page beyond the end may be refused, a delete may be
served twice: right servers differ there, and nothing in a plain document tells which way. Whether a filter minds case, or
takes what is like its value, is held only where its description says so.
"""

from __future__ import annotations

import re
from typing import Final

from contract_suite.behaviours.collections.kit.page_observation import NAMES_NEXT
from contract_suite.contract.addressing import roles
from contract_suite.contract.operation import Contract, Operation
from contract_suite.inference.kit.bodies import body_of, bound_of, fields_of
from contract_suite.inference.kit.cases import case_is_said
from contract_suite.inference.kit.names import SAYS_EXACT, SAYS_LOWERED
from contract_suite.inference.kit.soft_deletes import keeps, leaves_out_hidden
from contract_suite.model.clause import Clause
from contract_suite.model.json import tokens
from contract_suite.model.verdict import Verdict

_KINDS: Final = frozenset(
    {
        "no-match-empty",
        "similar-refused",
        "similar-accepted",
        "empty-refused",
        "absent-distinct",
        "absent-equal",
        "free-elsewhere",
        "race-decided",
        "begins-in-state",
        "default-direction-applied",
        "default-key-applied",
        "count-bounded",
        "freed",
        "not-reused",
        "starts-afresh",
        "owned-deleted",
        "changes-nothing",
    }
)
_WHERE_DECLARED: Final = {"deleted-unknown": "404", "unknown-refused": "404"}
_UNLISTED: Final = "deleted-unlisted"
_WHERE_GONE: Final = frozenset({"deleted-unknown", _UNLISTED})
"""What is true of what is there no longer, and not of what was archived."""
_CONFLICT: Final = "409"
_INVALID: Final = frozenset({"400", "422"})
_OF_DUPLICATES: Final = frozenset({"duplicate-refused", "other-case-refused"})
_CASE: Final = "case-as-documented"
_MATCH: Final = "match-as-documented"
_CAP: Final = "page-size-not-capped"
_PROBLEMS: Final = frozenset(
    {
        ("past-end-empty", "refused"),
        ("next-page-leads-on", "refused"),
        ("same-key-same-result", "refused"),
        (_CAP, NAMES_NEXT),
        (_MATCH, "wildcard"),
    }
)
_DEFAULT: Final = "default-applied"
_OF_THE_WHOLE: Final = frozenset(
    {
        "created-listed",
        "deleted-unlisted",
        "update-listed",
        "total-exact",
        "total-filtered",
        "filter-complete",
        "filters-combined",
        "filtered-in-order",
        "bound-complete",
        "bound-edge",
        "bounds-combined",
    }
)
"""What is only true of the whole list, so that it takes all of its pages."""
_LISTED: Final = frozenset({"created-listed", "update-listed"})
_PAGED: Final = re.compile(
    r"cursor|token|page|limit|offset|size|next|more|after|before|since|take|skip|count|top|rows", re.IGNORECASE
)


def is_unsaid(contract: Contract, clause: Clause) -> bool:
    """Whether an inferred promise must not be read so far as this clause."""
    operation = contract.by_id.get(clause.operation)
    if operation is None or clause.kind in _KINDS:
        return True
    if clause.kind in {_MATCH, _CASE}:
        name = clause.subject.partition(".")[2]
        parameter = operation.parameter(name)
        if clause.kind == _CASE or parameter is None:
            return parameter is None or not case_is_said(parameter)
        exact = SAYS_EXACT.search(parameter.description) is not None
        return not any(
            (exact or each.match in {"contains", "begins"}) and name == each.parameter
            for each in operation.promises.filters
        )
    if clause.kind == _CAP:
        page = operation.promises.collection.page if operation.promises.collection is not None else None
        size = operation.parameter(page.size) if page is not None else None
        return size is None or bound_of(size, "maximum") is None or SAYS_LOWERED.search(size.description) is not None
    if clause.kind == _DEFAULT and clause.judge != "ordering":
        return not _chooses_page(operation, clause.subject.partition(".")[2])
    narrowed = clause.kind in _LISTED and _is_always_narrowed(contract, operation)
    if narrowed or _may_stay(contract, operation, clause.kind):
        return True
    if clause.kind in _OF_THE_WHOLE:
        return operation.promises.collection is not None and _may_have_more_pages(operation)
    if clause.kind in _WHERE_DECLARED:
        return _WHERE_DECLARED[clause.kind] not in _statuses(operation)
    return clause.kind in _OF_DUPLICATES and not _refuses_duplicates(contract, operation)


def _may_stay(contract: Contract, operation: Operation, kind: str) -> bool:
    """Whether what is deleted may stay, as its delete says that it archives, disables or hides it."""
    if kind not in _WHERE_GONE or (kind == _UNLISTED and leaves_out_hidden(operation)):
        return False
    by_id = contract.by_id
    return any(
        each.delete is not None
        and keeps(by_id[each.delete.operation], by_id[each.read.operation] if each.read else None)
        for each, _ in roles(contract.resources, operation)
    )


def _statuses(operation: Operation) -> set[str]:
    return {spec.status for spec in operation.responses}


def _refuses_duplicates(contract: Contract, operation: Operation) -> bool:
    """Whether an operation documents the refusal of a duplicate: 409, or one of invalid values where its create has no 409 either."""
    if _CONFLICT in _statuses(operation):
        return True
    creates = [contract.by_id[each.create.operation] for each, _ in roles(contract.resources, operation) if each.create]
    return bool(creates) and all(
        _CONFLICT not in _statuses(each) and not _INVALID.isdisjoint(_statuses(each) & _statuses(operation))
        for each in creates
    )


def _chooses_page(operation: Operation, parameter: str) -> bool:
    """Whether a parameter is one of paging: another one's default may be that of something else with its schema."""
    page = operation.promises.collection.page if operation.promises.collection is not None else None
    return page is not None and parameter in {page.size, page.number, page.offset}


def _is_always_narrowed(contract: Contract, operation: Operation) -> bool:
    """Whether a list takes a value without which nobody may ask, and nothing tells what has to have it to be listed."""
    known = {each.parameter for each in operation.promises.filters} | operation.promises.bind.keys()
    known |= {name for each in contract.resources if operation.id in each.lists for name in each.scope}
    return any(each.required and each.where == "query" and each.name not in known for each in operation.parameters)


def _may_have_more_pages(operation: Operation) -> bool:
    """Whether a list is paged in a way that isn't known, so that an answer may not be all of it."""
    collection, body = operation.promises.collection, body_of(operation)
    if collection is None or collection.page is not None:
        return False
    names = [each.name for each in operation.parameters if each.where == "query"]
    names += [tokens(name)[-1] for name, _ in fields_of(body)] if body is not None and collection.items else []
    names += [header.name for spec in operation.responses if spec.status.startswith("2") for header in spec.headers]
    return any(_PAGED.search(name) or name.lower() == "link" for name in names)


def may_be_right(clause: Clause, verdict: Verdict) -> bool:
    """Whether a right server may fail an inferred clause in this way."""
    return (clause.kind, verdict.problem) in _PROBLEMS
