"""Faults in what the members of an answer say together: values that follow another member, closed objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.schemas.constraints import Constraint
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import in_body
from contract_suite.model.json import JSON, Missing, at

_NEITHER: Final = "neither"


def _answers(contract: Contract) -> Iterator[tuple[Operation, Constraint]]:
    """Every demand of every answer."""
    for operation in contract.operations:
        if not operation.problem:
            yield from ((operation, each) for each in sites.answered(operation))


@at_first(_answers)
def _broken(
    _contract: Contract,
    place: tuple[Operation, Constraint],
    keyword: str,
    change: Callable[[JSON, Constraint], JSON],
    *also: str,
) -> FaultSite | None:
    """Sites where a keyword stands that `change` breaks, in the last value that it speaks of."""
    operation, one = place
    if one.keyword != keyword or (keyword == "if" and not _follows_a_value(one)):
        return None

    def changed(body: JSON) -> JSON:
        for pointer in list(sites.resolved(body, one.subject))[-1:]:
            value = at(body, pointer)
            if not isinstance(value, Missing):
                wrong = change(value, one)
                body = sites.replace_at(body, pointer, wrong) if pointer else wrong
        return body

    kind = "".join(f"-{each.lower()}" if each.isupper() else each for each in keyword)
    clause = f"200{one.subject}::{kind}"
    return site_of(operation, clause, field=one.subject, also=also, plant=in_body(operation, changed))


def _follows_a_value(one: Constraint) -> bool:
    """Whether the condition asks for a value of another member, not only whether the member is there."""
    condition = one.schema.get("if")
    members = condition.get("properties") if isinstance(condition, dict) else None
    return isinstance(members, dict) and any(
        isinstance(each, dict) and ("const" in each or "enum" in each) for each in members.values()
    )


def _against_condition(value: JSON, one: Constraint) -> JSON:
    """Give each member that `then` speaks of a value that no condition names."""
    then = one.schema.get("then")
    members = then.get("properties") if isinstance(then, dict) else None
    if not isinstance(value, dict) or not isinstance(members, dict):
        return value
    wrong: dict[str, JSON] = {
        name: [_NEITHER] if isinstance(value[name], list) else _NEITHER
        for name, demands in members.items()
        if demands and name in value
    }
    return {**value, **wrong}


def _one_more(value: JSON, _one: Constraint) -> JSON:
    return {**value, "colour": "red"} if isinstance(value, dict) else value


COMBINATIONS: Final = (
    FaultKind(
        name="value-of-another-key",
        sentence="a value is none of those that another member of its object allows",
        site=_broken("if", _against_condition),
    ),
    FaultKind(
        name="member-of-a-closed-object",
        sentence="an object that is documented as closed has one member more",
        site=_broken("additionalProperties", _one_more, "200::no-undocumented-fields"),
    ),
)
