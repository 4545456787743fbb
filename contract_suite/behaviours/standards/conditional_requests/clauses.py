"""The clauses about conditional requests that a document gives rise to."""

from __future__ import annotations

import re
from typing import Final

from contract_suite.behaviours.kit.clauses import clause_at
from contract_suite.behaviours.kit.own_things import items_above
from contract_suite.behaviours.kit.requests import answers_with, takes_header
from contract_suite.contract.addressing import IF_MATCH, any_state
from contract_suite.contract.naming.names import words
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import above_and_last, shape
from contract_suite.model.clause import Clause
from contract_suite.model.memo import MOST_CONTRACTS, Memo
from contract_suite.model.source import Source

NAME: Final = "conditional-requests"
UNCHANGED: Final = "unchanged"
OTHER: Final = "other"
STALE: Final = "stale"
CURRENT: Final = "current"
NEW_ONLY: Final = "new-only"
TAG: Final = "tag"
NEEDED: Final = "needed"

_SAYS_NEEDED: Final = re.compile(r"\b428\b|\brequired\b|\bmandatory\b|\bmust\b|\bneed", re.IGNORECASE)
_WRITES: Final = frozenset({"PUT", "PATCH", "DELETE"})
_SENTENCES: Final = {
    UNCHANGED: ("not-modified", "GET with If-None-Match and the current entity tag is answered 304, without a body"),
    OTHER: ("other-tag-served", "GET with If-None-Match and another entity tag is served"),
    STALE: ("stale-tag-refused", "a write with If-Match and an old entity tag is answered 412 and changes nothing"),
    CURRENT: ("current-tag-served", "a write with If-Match and the current entity tag, among others, or * is served"),
    NEW_ONLY: ("existing-refused", "PUT with If-None-Match: * on what is there is answered 412 and changes nothing"),
    NEEDED: ("condition-needed", "a write without If-Match is refused and changes nothing, where 428 is documented"),
    TAG: ("tag-follows-change", "a strong entity tag changes with the representation"),
}

_READS: Final[Memo[Contract, dict[str, Operation]]] = Memo(
    lambda contract: {each.path: each for each in contract.operations if each.method == "GET"}, most=MOST_CONTRACTS
)
"""The GETs of a contract by their path."""


def clauses_of(contract: Contract, operation: Operation) -> dict[str, Clause]:
    """Return the clauses of one operation by short keys; none where the document doesn't speak of conditions."""
    keys: list[str] = []
    if operation.problem:
        return {}
    if operation.method == "GET" and (
        takes_header(operation, "If-None-Match") or operation.documents(304) or answers_with(operation, "ETag")
    ):
        keys += [UNCHANGED, OTHER] if promises_conditions(operation) else [OTHER]
    if operation.method in _WRITES and items_above(contract, operation) is not None:
        if takes_header(operation, "If-Match") or operation.documents(412):
            keys += [STALE, CURRENT, *([NEEDED] if any_state(operation) else [])]
        if operation.method == "PUT" and takes_header(operation, "If-None-Match"):
            keys.append(NEW_ONLY)
        if operation.method != "DELETE" and reading_of(contract, operation) is not None:
            keys.append(TAG)
    if acts(contract, operation) and reading_of(contract, operation) is not None:
        keys.append(TAG)
    return {key: _clause(operation, key) for key in keys}


def says_needed(operation: Operation) -> bool:
    """Whether the description of If-Match says that it may not be left out."""
    return any(
        _SAYS_NEEDED.search(each.description)
        for each in operation.parameters
        if each.where == "header" and each.name.lower() == IF_MATCH
    )


def acts(contract: Contract, operation: Operation) -> bool:
    """Whether an operation is an action on an item: a POST below it, or behind a colon, that makes nothing to be read there."""
    paths = items_above(contract, operation) if operation.method == "POST" else None
    own, last = above_and_last(operation.path)
    if paths is None or own != shape(paths.read.path) or not words(last):
        return False
    at_once = operation.documents(200) or operation.documents(204)
    return at_once and operation.path not in _READS(contract)


def promises_conditions(operation: Operation) -> bool:
    """Whether the document says that a read minds If-None-Match; a server is free not to mind it otherwise."""
    return takes_header(operation, "If-None-Match") or operation.documents(304)


def reading_of(contract: Contract, operation: Operation) -> Operation | None:
    """Return the GET on an operation's path, or of the item that it acts on, whose answers carry entity tags, by the document."""
    paths = items_above(contract, operation) if operation.method == "POST" else None
    read = _READS(contract).get(paths.read.path if paths is not None else operation.path)
    if read is None or read.problem:
        return None
    return read if answers_with(read, "ETag") or promises_conditions(read) else None


def _clause(operation: Operation, key: str) -> Clause:
    kind, sentence = _SENTENCES[key]
    return clause_at(
        NAME,
        operation,
        "conditions",
        kind,
        f"{sentence} ({'RFC 6585' if key == NEEDED else 'RFC 9110'}).",
        source=Source.STANDARD,
    )
