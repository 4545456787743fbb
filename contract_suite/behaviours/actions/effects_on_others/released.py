"""Numbers that making something moved, and that an operation says it gives back: "Cancelling an order releases its seats".

How the number is counted nobody need say: what making one took from it, or added to it, must be undone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.actions.effects_on_others.counting import numbers
from contract_suite.behaviours.actions.effects_on_others.kinds import Kind, Tie, asked_of, ties
from contract_suite.behaviours.actions.effects_on_others.said import is_delayed, triggered
from contract_suite.behaviours.actions.effects_on_others.steps import Step
from contract_suite.behaviours.kit.resource_operations import members_shown
from contract_suite.contract.naming.names import words
from contract_suite.contract.naming.sentences import statements
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.memo import MOST_CONTRACTS, Memo

_LEVELS: Final = frozenset(
    {
        *("available", "availability", "remaining", "free", "left", "stock", "sold", "booked", "reserved", "taken", "occupied"),
        *("vacant", "used", "unsold", "allocated", "hand"),
    }
)  # fmt: skip
"""Words of numbers that say how much is there, or is taken."""
_WHAT: Final = (
    r"(?:seats?|places?|spots?|slots?|stock|capacity|tickets?|units?|items?|quantit(?:y|ies)|cop(?:y|ies)|inventory|rooms?|beds?"
    r"|goods|points?|licen[cs]es?)"
)
_GIVES_BACK: Final = re.compile(
    rf"\b(?:frees?|releases?|restores?|restocks?)\s+(?:up\s+)?(?:(?:all|the|its|their|his|her|of|reserved|booked|held)\s+)*"
    rf"(?:\w+['\u2019]s?\s+)?{_WHAT}\b"
    rf"|\b(?:returns?|gives?\s+back|puts?)\s+(?:(?:all|the|its|their|of)\s+)*{_WHAT}\s+(?:back\s+)?(?:in)?to\s+(?:the\s+)?"
    rf"(?:stock|pool|inventory|sale|event|shelf)\b"
    rf"|\b(?:(?:all|the|its|their)\s+)+{_WHAT}\s+(?:of\s+(?:the|an?|this)\s+\w+\s+)?(?:is|are|becomes?|goes?|go)\s+"
    r"(?:then\s+)?(?:(?:free|available|on sale|bookable)(?:\s+(?:again|for others))?|freed|released|returned|given back|back\s+(?:in|to)\s+stock)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Release:
    """An operation on the child of a tie that says it gives back what the child took of its parent's numbers `members`."""

    tie: Tie
    members: tuple[str, ...]
    operation: Operation
    trigger: str
    sentence: str

    @property
    def own(self) -> Kind:
        """The kind that the operation is asked of."""
        return self.tie.child

    def is_of(self, step: Step) -> bool:
        """Whether a step must give back."""
        return step.brings(self.operation, self.trigger)


def releases(contract: Contract) -> tuple[Release, ...]:
    """Every operation that says it gives back what something took."""
    return _RELEASES(contract)


def _releases(contract: Contract) -> Iterator[Release]:
    seen: set[tuple[str, str, str]] = set()
    for tie in ties(contract):
        counted = {each.member for each in numbers(contract) if each.tie.parent is tie.parent}
        members = tuple(
            name
            for name, place in members_shown(tie.parent.paths.read).items()
            if place.types() - {"null"} == {"integer"} and name not in counted and not _LEVELS.isdisjoint(words(name))
        )
        for verb, operation, by_state in asked_of(tie.child) if tie.shown and members else ():
            for sentence in _GIVING_BACK(operation):
                found = triggered(sentence, tie.child, verb=verb, by_state=by_state)
                is_late = is_delayed(operation.description)
                if found is None or is_late or _GIVES_BACK.search(found[1]) is None:
                    continue
                key = operation.id, found[0], tie.parent.noun
                if key not in seen:
                    seen.add(key)
                    told = sentence.rstrip(".;")
                    yield Release(tie=tie, members=members, operation=operation, trigger=found[0], sentence=told)


_GIVING_BACK: Final[Memo[Operation, tuple[str, ...]]] = Memo(
    lambda operation: tuple(
        each for each in statements(f"{operation.summary}\n{operation.description}") if _GIVES_BACK.search(each)
    )
)
"""The sentences of an operation by which something may be given back."""
_RELEASES: Final[Memo[Contract, tuple[Release, ...]]] = Memo(
    lambda contract: tuple(_releases(contract)), most=MOST_CONTRACTS
)
