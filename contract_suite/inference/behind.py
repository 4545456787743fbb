"""Which fact a clause rests on, where only inference knows the clause."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from contract_suite.contract.operation import Contract
from contract_suite.inference.rule import InferredFact
from contract_suite.model.clause import Clause

_RESOURCES: Final = "resources"


def fact_behind(clause: Clause, facts: Iterable[InferredFact], contract: Contract) -> InferredFact | None:
    """Return the fact that a clause rests on most: that of its own parameter, of its list, or of the kind of thing."""
    known = list(facts)
    own = [each for each in known if each.operation == clause.operation]
    operation = contract.by_id.get(clause.operation)
    parameter = operation.parameter(clause.subject) if operation is not None else None
    name = parameter.name if parameter is not None else clause.subject.partition(".")[2]
    bound = clause.subject.split("/")[1] if clause.subject.startswith("bounds/") else name
    paths: tuple[tuple[str, ...], ...] = (
        ("filters", name),
        ("bounds", bound),
        ("echo", name),
        ("idempotency",) if clause.judge == "idempotency-keys" else ("",),
        ("order",) if clause.judge == "ordering" else ("",),
        ("collection", "total") if clause.judge == "totals" else ("collection", "page"),
        ("collection",),
    )
    if not clause.subject[:1].isupper():
        for path in paths:
            found = next((each for each in own if each.path == path), None)
            if found is not None:
                return found
    unique = [each for each in known if each.path[-1:] == ("unique",)]
    if clause.judge == "uniqueness" and unique:
        return next((each for each in unique if repr(clause.subject) in repr(each.words)), None)
    states = [each for each in known if each.path == (_RESOURCES, clause.subject, "states")]
    if clause.judge == "state-changes" and states:
        return states[0]
    flags = [each for each in known if each.path[2:3] == ("flags",) and each.path[-1] == clause.subject]
    if clause.judge == "flags" and flags:
        return next((each for each in flags if repr(clause.operation) in repr(each.words)), flags[0])
    return next((each for each in known if each.path[:1] == (_RESOURCES,) and clause.subject in each.path), None)
