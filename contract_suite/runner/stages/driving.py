"""Drives behaviours, each within a share of the budget, and again those that their share cut short.

The rule that must not be broken: whatever a share left out is either driven later or said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from contract_suite.behaviours.behaviour import Behaviour, BudgetSpent, NotSent
from contract_suite.behaviours.kit.verdicts import driven
from contract_suite.model.verdict import Verdict
from contract_suite.runner.session.session import LiveSession


class Part(Protocol):
    """What behaviours are driven by: what the document says, or what was inferred."""

    def begin(self, behaviour: Behaviour) -> None:
        """Let a behaviour make what must have some age when it is driven; may raise `BudgetSpent` and `NotSent`."""

    def drive(self, behaviour: Behaviour, only: frozenset[str] | None = None) -> Iterator[Verdict]:
        """Send and judge, of clauses with these ids alone if any are given; may raise `BudgetSpent` and `NotSent`."""


class StatedPart:
    """Behaviours by what the document says."""

    def __init__(self, session: LiveSession) -> None:
        """Nothing is sent yet."""
        self._session = session

    def begin(self, behaviour: Behaviour) -> None:
        """Let a behaviour make what must have some age when it is driven."""
        behaviour.begin(self._session.for_behaviours)

    def drive(self, behaviour: Behaviour, only: frozenset[str] | None = None) -> Iterator[Verdict]:
        """Drive a behaviour, on clauses with these ids alone if any are given."""
        session = self._session.for_behaviours
        session.restrict(only)
        try:
            yield from driven(behaviour, session)
        finally:
            session.restrict(None)


@dataclass(slots=True)
class _Cut:
    """A behaviour that ran out of its share, and the clauses of which it had said something by then.

    It is about the clauses `only`, where those are given.
    """

    behaviour: Behaviour
    said: set[str] = field(default_factory=set)
    only: frozenset[str] | None = None


class Driving:
    """Drives the behaviours of one part in turn."""

    def __init__(self, session: LiveSession, part: Part) -> None:
        """Nothing is sent yet. `session` is the one that the run began with: its sender counts, its budget limits."""
        self._sender = session.sender
        self._budget = session.budget
        self._part = part
        self._cut: list[_Cut] = []

    @property
    def left(self) -> int:
        """How many behaviours were cut short and not driven to their end since."""
        return len(self._cut)

    def go(self, behaviours: Sequence[Behaviour], *, only: frozenset[str] | None = None) -> None:
        """Let each make what must have some age, then drive each once; what one leaves of its share, the next ones have.

        Of clauses with the ids `only`, if any are given, and then only those behaviours that decide one of them.
        """
        for behaviour in behaviours if only is None else ():
            with suppress(NotSent, BudgetSpent):  # whoever drives it finds the same
                self._part.begin(behaviour)
        cuts = (_Cut(each, only=only) for each in behaviours)
        self._in_turn([each for each in cuts if only is None or self._undecided(each)])

    def go_on(self) -> None:
        """Drive those that were cut short again, on what they had not decided, until all are through or nothing is left."""
        while self._cut and not self._budget.spent:  # the last one may take all that is left, so this ends
            before, self._cut = self._cut, []
            self._in_turn(before)

    def _in_turn(self, cuts: list[_Cut]) -> None:
        for index, each in enumerate(cuts):
            try:
                with self._budget.share(1 / (len(cuts) - index)):
                    only = self._undecided(each) if each.said or each.only is not None else None
                    for verdict in self._part.drive(each.behaviour, only):
                        each.said.add(verdict.clause)
                        self._sender.count([verdict], verdict.exchanges[-1] if verdict.exchanges else 0)
            except NotSent:
                continue
            except BudgetSpent:
                self._cut.append(each)
                if self._budget.over:
                    self._cut += cuts[index + 1 :]
                    return

    def _undecided(self, cut: _Cut) -> frozenset[str]:
        return frozenset(
            name
            for name, clause in self._sender.counter.clauses.items()
            if clause.judge == cut.behaviour.name and name not in cut.said and (cut.only is None or name in cut.only)
        )
