"""What operations of a document say that they do to other things, each with how these are tied to what they are asked of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from contract_suite.behaviours.actions.effects_on_others.kinds import Kind, Tie, asked_of, kinds, ties
from contract_suite.behaviours.actions.effects_on_others.said import GONE, Said, effects_said, is_delayed
from contract_suite.behaviours.actions.effects_on_others.steps import Step
from contract_suite.behaviours.kit.owners import takes_along
from contract_suite.contract.naming.sentences import statements
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.memo import MOST_CONTRACTS, Memo

_OF_ALL: Final = re.compile(
    r"all|its|their|his|her|the|and|of|every|any|each|with|both|\w+['\u2019]s|\w+s['\u2019]", re.IGNORECASE
)
"""What may stand before a noun without saying that only some are meant: "all invoices", no "draft invoices"."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Effect:
    """What an operation on one kind says that it does to another: to what names a thing of it (`below`), or what that names."""

    own: Kind
    tie: Tie
    operation: Operation
    said: Said

    @property
    def below(self) -> bool:
        """Whether it is done to what names the thing."""
        return self.tie.parent is self.own

    @property
    def other(self) -> Kind:
        """The kind that it is done to."""
        return self.tie.child if self.below else self.tie.parent

    @property
    def key(self) -> str:
        """What tells it apart, in words."""
        return f"{self.operation.id} {self.said.trigger} {self.other.noun} {self.said.state}"

    def is_of(self, step: Step) -> bool:
        """Whether a step must have it."""
        return step.brings(self.operation, self.said.trigger)


def _effects(contract: Contract) -> Iterator[Effect]:
    seen: set[str] = set()
    for own in kinds(contract):
        near = [each for each in ties(contract) if each.child is own]
        near += [each for each in ties(contract) if each.parent is own and (each.sent or each.by_path)]
        near += [each for each in ties(contract) if each.parent is own and each not in near]
        for verb, operation, by_state in asked_of(own):
            text = f"{operation.summary}\n{operation.description}"
            for tie in near if not is_delayed(text) else ():
                other = tie.child if tie.parent is own else tie.parent
                said = list(effects_said(text, own, other, verb=verb, by_state=by_state))
                said += _along(text, operation, own, tie) if operation is own.delete else []
                for each in said:
                    effect = Effect(own=own, tie=tie, operation=operation, said=each)
                    is_judged_elsewhere = each.state == GONE and tie.by_path and operation is own.delete
                    if effect.key not in seen and not is_judged_elsewhere and (effect.below or each.state != GONE):
                        seen.add(effect.key)
                        yield effect


def _along(text: str, operation: Operation, own: Kind, tie: Tie) -> list[Said]:
    """Return what a delete says that goes with a thing, of what names it."""
    noun = tie.child.paths.read.path.rstrip("/").split("/")[-2]
    if tie.parent is not own or not takes_along(operation, noun):
        return []
    told = [each for each in statements(text) if takes_along(replace(operation, summary="", description=each), noun)]
    for each in told:
        before = re.search(rf"(?P<word>[\w'\u2019-]+)\s+{tie.child.spoken}\b", each, re.IGNORECASE)
        if before is not None and not _OF_ALL.fullmatch(before["word"]):
            return []
    return [Said(trigger="", state=GONE, origins=(), sentence=" ".join(told).rstrip(".;"))]


_EFFECTS: Final[Memo[Contract, tuple[Effect, ...]]] = Memo(
    lambda contract: tuple(_effects(contract)), most=MOST_CONTRACTS
)


def effects_on(contract: Contract) -> tuple[Effect, ...]:
    """Every effect on other things that a sentence of an operation tells of."""
    return _EFFECTS(contract)
