"""The numbers of a body at their least and at their greatest: no schema can say that a room was made with seats for one.

What names the room then asks for the least, or a larger room is made for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final, TypeGuard

from contract_suite.contract.naming.outside import acts_outside
from contract_suite.contract.operation import Operation
from contract_suite.generate.facts import Facts, facts_at, facts_of, limits
from contract_suite.generate.fresh_values import put_at
from contract_suite.model.clause_ids import BODY
from contract_suite.model.json import JSON, Arguments, escape

_NUMBERS: Final = frozenset({"integer", "number", "null"})
_LEAST: Final = 1
"""What is asked for where no schema has a `minimum`: nothing at all is often not taken."""
_MANY: Final = 1_000


def with_least_numbers(operation: Operation, arguments: Arguments, *, but: Collection[str]) -> Arguments | None:
    """Return arguments whose body has each number at its least, those at the subjects `but` left alone; `None` if they have it."""
    facts = facts_at(operation, BODY)
    changed: Arguments | None = None
    for subject, least in _below(facts, arguments.get(BODY), BODY) if facts is not None else ():
        if subject not in but:
            changed = put_at(changed if changed is not None else arguments, subject, least)
    return changed


def greatest_numbers(operation: Operation, arguments: Arguments) -> dict[str, JSON]:
    """Return the members of a body that are numbers, at their greatest; a thousand where no schema has a `maximum`.

    None by which somebody could be reached is among them.
    """
    facts, body = facts_at(operation, BODY), arguments.get(BODY)
    found: dict[str, JSON] = {}
    if facts is None or not isinstance(body, dict):
        return found
    for name in facts.properties:
        member, value = facts_of(facts.member(name)), body.get(name)
        if _is_number(value, member):
            _, high = limits(member, whole="integer" in member.types)
            greatest = high if high is not None else max(value, _MANY)
            if not acts_outside(greatest, name):  # the greatest telephone number is that of somebody
                found[name] = greatest
    return found


def _is_number(value: JSON | None, facts: Facts) -> TypeGuard[int | float]:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and bool(facts.types) and facts.types <= _NUMBERS and not facts.choices


def _below(facts: Facts, value: JSON, subject: str) -> Iterator[tuple[str, int | float]]:
    if isinstance(value, dict):
        for name in facts.properties:
            if name in value:
                yield from _below(facts_of(facts.member(name)), value[name], f"{subject}/{escape(name)}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _below(facts_of(facts.view.element(index)), item, f"{subject}/{index}")
    elif _is_number(value, facts):
        low, high = limits(facts, whole="integer" in facts.types)
        least = max(low, _LEAST) if low is not None else _LEAST
        if least < value and (high is None or least <= high):
            yield subject, least
