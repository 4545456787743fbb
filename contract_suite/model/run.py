"""What a run says of itself beside exchanges, verdicts and findings: header, results by clause, summaries, footer.

A run without a footer was cut short, and nothing may be concluded from what it doesn't say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final

from contract_suite.model.case import Intent, Stage
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.fact import Fact
from contract_suite.model.json import JSON
from contract_suite.model.source import Erratum
from contract_suite.model.verdict import Outcome

LEFT_OUT: Final = "its operation is not part of this run"
"""Why a clause was not exercised whose operation the user left out.

By this reason a reader of a record knows it from one that was missed.
"""
TO_BE_SAFE: Final = "not sent, to be safe (--allow-destructive sends it): "
"""How the reason begins of a clause whose operation or request would change what the run did not make."""

UNPROVABLE: Final = frozenset({"500", "501", "502", "503", "504", "5XX", "429"})
"""Documented statuses that a healthy server can't be made to send.

What is said about their answers stays unproven, and nobody is to blame.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedOperation:
    """An operation as reports show it; `statuses` are the documented ones, as written (`200`, `4XX`, `default`)."""

    id: str
    method: str
    path: str
    summary: str = ""
    statuses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedFamily:
    """One contract of a run: its document, and all its clauses, whether the run reaches them or not.

    While a run goes on `clauses` is empty until they are worked out; a record holds them in lines of their own.
    """

    name: str
    title: str
    file: str
    version: str
    openapi: str
    operations: tuple[RecordedOperation, ...] = ()
    clauses: tuple[Clause, ...] = ()
    errata: tuple[Erratum, ...] = ()

    @property
    def heading(self) -> str:
        """What a reader knows it by: its name, or where that is only the file's, the title of the API."""
        return self.title if self.title and self.name == PurePath(self.file).stem else self.name


EMBEDDED_MOCK: Final = "embedded mock"
"""The target of a run that tested no server: the mock that is made of the document itself answered."""
RECORDING: Final = "recording "
"""Begins the target of a run that judged recorded traffic; the file's name follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHeader:
    """How a run began.

    `started` is ISO 8601 with an offset; `target` the base URL, or what stands in its place; `options` what the user
    asked for.
    """

    tool: str
    version: str
    started: str
    seed: int
    target: str
    options: Mapping[str, JSON] = field(default_factory=dict)
    families: tuple[RecordedFamily, ...] = ()

    @property
    def in_process(self) -> bool:
        """Whether nothing but the run's own process could reach the server: an application or the embedded mock."""
        return "://" not in self.target and not self.target.startswith(RECORDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedClauses:
    """Clauses of one contract, in its order: as many as one line of a record holds."""

    family: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedExchange:
    """An exchange with what it was meant to show."""

    family: str
    operation: str
    stage: Stage
    intent: Intent
    exchange: Exchange
    target_clause: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedVerdict:
    """A verdict's family, beside the verdict's own fields."""

    family: str
    clause: str
    outcome: Outcome
    message: str = ""
    pointer: str = ""
    problem: str = ""
    expected: str = ""
    actual: str = ""
    exchanges: tuple[int, ...] = ()
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseResult:
    """The roll-up of one clause: how many verdicts passed and failed, and why if it was neither.

    `exchange` is the first one that bears on it, 0 for none.
    """

    family: str
    clause: str
    outcome: Outcome
    passed: int = 0
    failed: int = 0
    reason: str = ""
    exchange: int = 0

    @property
    def decided(self) -> bool:
        """Whether it passed or failed."""
        return self.outcome in {Outcome.PASSED, Outcome.FAILED}

    @property
    def counts(self) -> bool:
        """Whether it counts for coverage: it applies, and the user did not leave its operation out."""
        return self.outcome is not Outcome.INAPPLICABLE and self.reason != LEFT_OUT


@dataclass(frozen=True, slots=True, kw_only=True)
class UnexercisedClauses:
    """Clauses of which no verdict speaks, together because they have one outcome for one reason."""

    family: str
    outcome: Outcome
    reason: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSummary:
    """What one stage of a family did.

    `left` counts what it did not get to the end of (operations with cases that it didn't send, behaviours, things to
    delete), `reason` says why.
    """

    stage: Stage
    exchanges: int = 0
    seconds: float = 0.0
    left: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationReach:
    """Whether an operation was ever served, and the smallest change that would help where it was not.

    `requests` counts what was asked of it with its own method, `status` is that of the last answer, 0 for none.
    """

    operation: str
    served: bool = False
    requests: int = 0
    status: int = 0
    help: str = ""

    def waits_for(self, operation: str) -> bool:
        """Whether it would help that another operation is served first."""
        return have_served(operation) in self.help


def have_served(operation: str) -> str:
    """Return the words of a help that say that another operation has to be served first."""
    return f"have {operation} served"


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilySummary:
    """What a run did with one family; `stopped` says what ended it early, if anything did.

    `operations` are those that the user left in; older records have none.
    """

    family: str
    exchanges: int = 0
    seconds: float = 0.0
    stopped: str = ""
    stages: tuple[StageSummary, ...] = ()
    operations: tuple[OperationReach, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFooter:
    """How a run ended.

    `complete` is false when too little was exercised to conclude anything; `reason` puts the end in one sentence.
    """

    finished: str
    conformant: bool
    complete: bool
    exit_code: int
    reason: str = ""
