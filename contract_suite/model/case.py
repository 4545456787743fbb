"""A case: one request we mean to send, what it is meant to show and what it was made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from contract_suite.model.exchange import Request
from contract_suite.model.json import Arguments


class Intent(StrEnum):
    """What the contract demands for a case: served, refused, or nothing that we can prove."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNKNOWN = "unknown"


class Stage(StrEnum):
    """Which part of a run sends it."""

    EXAMPLES = "examples"
    BOUNDARIES = "boundaries"
    BEHAVIOURS = "behaviours"
    FUZZING = "fuzzing"
    PROBES = "probes"
    CLEANUP = "cleanup"


UNEXPECTED: Final = "unexpected"
"""The name of what a request says beyond the document, to see what becomes of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One request we mean to send.

    `operation` is an operationId (empty for a request to no operation); `target_clause` the id of the clause it is
    about, empty for none; `note` says in a few words what is special (`PageSize = 0, below the minimum 1`); `arguments`
    what the request was serialised from; `unsaid` whether what is special about it is something that the document says
    nothing about, rather than something that it allows; `control` whether it is there for comparison with others.
    """

    operation: str
    request: Request
    intent: Intent
    stage: Stage
    target_clause: str = ""
    note: str = ""
    arguments: Arguments = field(default_factory=dict)
    unsaid: bool = False
    control: bool = False
