"""Sentences about one representation hold for every one that is shown."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.clauses import inapplicable_if_none, make_clause
from contract_suite.behaviours.kit.comparing import pointer_of
from contract_suite.behaviours.kit.listing import Listing
from contract_suite.behaviours.kit.resource_operations import ResourceOperations, resource_operations
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.contract.addressing import plain
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Invariant
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing, at
from contract_suite.model.verdict import Verdict

NAME = "invariants"
_MOST_PAGES = 4


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every sentence, wherever the resource is shown."""
    found = (
        clause
        for ops in resource_operations(contract)
        for operation in _showing(ops)
        for clause in clauses_of(ops, operation).values()
    )
    yield from inapplicable_if_none(
        found, contract, NAME, "resources", "the document states no invariants (x-contract)"
    )


def clauses_of(ops: ResourceOperations, operation: Operation) -> dict[str, Clause]:
    """The clauses of one operation, by field."""
    collection = operation.promises.collection
    start = f"200{collection.items}/*" if collection and operation in ops.lists else "200"
    return {
        rule.field: make_clause(
            NAME,
            operation,
            f"{start}{pointer_of(rule.field)}",
            "below",
            f"Where both are filled in, {plain(rule.field)} is a path below {plain(rule.below)}.",
            rests_on=rule,
        )
        for rule in ops.resource.invariants
    }


def drive(session: Session) -> Iterator[Verdict]:
    """Look at what the lists and reads show: the first pages, and one resource by itself."""
    for ops in resource_operations(session.contract):
        for operation in _showing(ops):
            verdicts = Verdicts(session, clauses_of(ops, operation))
            arguments = session.accepted(operation) if verdicts.any_wanted else None
            if arguments is None:
                yield from verdicts.leave_untested(f"no successful request of {operation.id} is known")
                continue
            for rule in ops.resource.invariants:
                yield from _judge(verdicts, operation, rule, list(_shown(session, ops, operation, dict(arguments))))


def _showing(ops: ResourceOperations) -> list[Operation]:
    return [each for each in (ops.read, *ops.lists) if each]


def _shown(
    session: Session, ops: ResourceOperations, operation: Operation, arguments: dict[str, JSON]
) -> Iterator[tuple[Exchange, str, JSON]]:
    """What the operation shows, with its place."""
    collection = operation.promises.collection
    if operation not in ops.lists or collection is None:
        exchange = session.call(operation, arguments, note="look at one")
        body = session.json(exchange)
        if served(exchange) and not isinstance(body, Missing):
            yield exchange, "", body
        return
    pages = Listing(session, operation, arguments).pages(note="look at what is listed")
    for page in islice(pages, _MOST_PAGES):
        for index, item in enumerate(page.items):
            yield page.exchange, f"{collection.items}/{index}", item


def _judge(
    verdicts: Verdicts, operation: Operation, rule: Invariant, shown: list[tuple[Exchange, str, JSON]]
) -> Iterator[Verdict]:
    judged = 0
    last = None
    for exchange, place, item in shown:
        inner, outer = at(item, rule.field), at(item, rule.below)
        if not (isinstance(inner, str) and isinstance(outer, str) and inner and outer):
            continue
        judged += 1
        last = exchange
        if not is_below(inner, outer):
            message = f"{plain(rule.field)} must be a path below {plain(rule.below)} ({outer!r}); it is {inner!r}"
            pointer = f"{place}{pointer_of(rule.field)}"
            yield from verdicts.failed(
                rule.field, message, exchange, pointer=pointer, expected=f"{outer.rstrip('/')}/…", actual=inner
            )
            return
    if last is not None:
        yield from verdicts.passed(rule.field, f"it holds for all {judged} that have both", last)
    else:
        yield from verdicts.untested(
            rule.field, f"{operation.id} shows none where both are filled in; it takes one that has them"
        )


def is_below(inner: str, outer: str) -> bool:
    """Whether one path lies below another: whole segments count, and steps up lead out."""
    return _segments(inner)[: len(_segments(outer))] == _segments(outer) and len(_segments(inner)) > len(
        _segments(outer)
    )


def _segments(path: str) -> list[str]:
    found: list[str] = []
    for segment in path.split("/"):
        if segment == ".." and found:
            found.pop()
        elif segment not in {"", "."}:
            found.append(segment)
    return found


BEHAVIOUR = Behaviour(
    name=NAME,
    title="What the contract says about the fields of one resource holds for every one that is shown.",
    clauses=clauses,
    drive=drive,
)
