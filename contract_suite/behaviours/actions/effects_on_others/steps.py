"""One thing that was done to a thing of the run's own, with what names it and what it names, as they were before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contract_suite.behaviours.actions.effects_on_others.kinds import Kind, Tie
from contract_suite.behaviours.actions.kit.state_updates import StateUpdate
from contract_suite.behaviours.kit.own_things import OwnThing
from contract_suite.contract.operation import Operation
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Something that can be done to a thing: `to` is the state that a state update sets, `tie` what an update moves it along."""

    operation: Operation
    update: StateUpdate | None = None
    to: str = ""
    tie: Tie | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What a thing names, or comes to name by a step, as it was read before that."""

    tie: Tie
    address: Mapping[str, JSON]
    before: Exchange

    @property
    def key(self) -> JSON:
        """By what it is named."""
        return self.address[self.tie.parent.paths.key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """What was made to name a thing, as it was read before a step; `begun` is the state that it had when it was found or made."""

    tie: Tie
    thing: OwnThing
    begun: str

    @property
    def address(self) -> Mapping[str, JSON]:
        """Where it is read."""
        return self.thing.address

    @property
    def before(self) -> Exchange:
        """The read before the step."""
        return self.thing.read


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that was done to a thing of the run's own: how that was shown before and after (`MISSING` where it isn't there)."""

    kind: Kind
    thing: OwnThing
    move: Move
    sent: Exchange
    before: JSON | Missing
    after: JSON | Missing
    parents: tuple[Watched, ...]
    children: tuple[Attached, ...]

    def brings(self, operation: Operation, state: str) -> bool:
        """Whether an operation was asked that brought it into a state; by an empty one none is meant."""
        if self.move.operation.id != operation.id:
            return False
        return not state or self.kind.state(self.after) == state != self.kind.state(self.before)

    @property
    def created(self) -> bool:
        """Whether the step made it."""
        return isinstance(self.before, Missing)

    @property
    def deleted(self) -> bool:
        """Whether it is gone."""
        return isinstance(self.after, Missing)
