"""A clause: one testable statement of a contract, the unit of conformance.

Its id is `operation::subject::kind` and must not depend on line numbers, message texts or the order of a document.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from contract_suite.model.json import JSON
from contract_suite.model.location import Location
from contract_suite.model.source import Level, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One testable statement.

    `operation` is an operationId; `subject` what it speaks of (`query.PageSize`, `body/Name`, `200/Items/*/Id`, `auth`,
    `collection`); `kind` the statement's name in kebab-case (`minimum-enforced`, `page-size-respected`); `judge` the
    check or behaviour that decides it; `text` the sentence for the reader; `quote` the place in the source document,
    where known. `inapplicable` holds the reason when the clause can't apply to this contract; `limit` the keyword's
    value when the clause is about a schema keyword with an edge that values can come near (`minimum`, `maxLength`,
    `enum`).
    """

    operation: str
    subject: str
    kind: str
    judge: str
    text: str
    source: Source
    location: Location
    quote: str = ""
    inapplicable: str = ""
    limit: JSON = None
    id: str = field(init=False, repr=False, compare=False)
    """`operation::subject::kind`; kept, because it is asked for dozens of times."""

    def __post_init__(self) -> None:
        """Put the id together."""
        object.__setattr__(self, "id", f"{self.operation}::{self.subject}::{self.kind}")

    @property
    def level(self) -> Level:
        """What breaking it weighs."""
        return self.source.level
