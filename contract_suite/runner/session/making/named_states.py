"""States that a refusal names, and the member that says them: interviews need an application whose `stage` is `interview`.

A thing is brought there by a write that takes the state as a value (`PATCH {"stage": …}`, `PUT /orders/{id}/status`). Where
that is refused, the states before it are passed one after the other, in the order in which the document lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.contract.naming.names import words
from contract_suite.contract.naming.states import MOST_STATES
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import view
from contract_suite.generate.facts import facts_of
from contract_suite.model.json import Arguments
from contract_suite.runner.session.making.own_things import members_of

_LONGEST: Final = 8
"""So many states are passed on the way to one."""


@dataclass(frozen=True, slots=True)
class NamedState:
    """A write with the member that takes a state; `passed` are those that are listed before it, in that order."""

    operation: Operation
    member: str
    state: str
    passed: tuple[str, ...]


def named_states(writes: Iterable[Operation], said: str) -> Iterator[NamedState]:
    """Yield each state that a refusal names, with the write that takes it as a value.

    An enumeration of more values is no list of states: "is" and "no" are codes of countries.
    """
    told = set(words(said))
    for each in writes:
        media = each.body.of_members if each.body is not None else None
        if media is None or media.schema is None:
            continue
        place = view(media.schema)
        for name in place.property_names():
            choices = [choice for choice in facts_of(place.member(name)).choices if isinstance(choice, str)]
            for index, choice in enumerate(choices if 1 < len(choices) <= MOST_STATES else ()):
                if words(choice) and set(words(choice)) <= told:
                    yield NamedState(each, name, choice, tuple(choices[:index][-_LONGEST:]))


def lead_into(named: NamedState, arguments: Arguments, ask: Callable[[Arguments], bool]) -> bool:
    """Bring what `arguments` address into a state; `ask` sends a request and says whether it was served."""
    base = {} if named.operation.method == "PATCH" else members_of(arguments)

    def brought(state: str) -> bool:
        return ask({**arguments, "body": {**base, named.member: state}})

    if brought(named.state):
        return True
    passed = [state for state in named.passed if brought(state)]
    return bool(passed) and brought(named.state)
