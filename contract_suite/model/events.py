"""What a run tells while it goes on: one frozen value for each thing that happened, in order.

Whoever watches a run passes it one function that takes an `Event`. It is called between two requests, so it must be
quick, and it can't change the run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from contract_suite.model.case import Stage
from contract_suite.model.finding import Finding
from contract_suite.model.run import FamilySummary, RunFooter, RunHeader, StageSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """The run's header is written; nothing is sent yet."""

    header: RunHeader


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyStarted:
    """The run turns to a contract."""

    family: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStarted:
    """A stage of a family begins."""

    family: str
    stage: Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeDone:
    """An exchange is recorded; `number` counts those of the run from 1. It may not be judged yet."""

    family: str
    operation: str
    number: int
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingOpened:
    """A verdict failed for a cause that no finding had. It may still prove flaky, or be merged with others."""

    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFinished:
    """A stage of a family is over, whatever ended it."""

    family: str
    summary: StageSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationStarted:
    """Everything is sent, and what failed is sent again before it is reported."""

    family: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyFinished:
    """A contract's results are written; `findings` are the ones reported."""

    summary: FamilySummary
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """The run's footer is written."""

    footer: RunFooter


Event = (
    RunStarted
    | FamilyStarted
    | StageStarted
    | ExchangeDone
    | FindingOpened
    | StageFinished
    | ConfirmationStarted
    | FamilyFinished
    | RunFinished
)

Emit = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """Watch nothing."""
