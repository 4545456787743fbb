"""Writes to things that don't exist, for operations whose thing the run can't make and must not take from others.

An id that nothing has is put in the place of the innermost one. What becomes of such a request harms nobody, and shows
what a refusal looks like: an invalid one that is refused otherwise was refused for its fault.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from contract_suite.behaviours.behaviour import NotSent
from contract_suite.checks.kit.soft_refusals import refuses_softly
from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import names_in
from contract_suite.generate.fresh_values import freshened, value_at
from contract_suite.model.case import Case
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import Arguments, Missing
from contract_suite.runner.session.ledger.ledger import Ledger
from contract_suite.runner.session.ownership import Ownership

_UNKNOWN: Final = frozenset({404, 410})
_NOTE: Final = "what becomes of a write to something that doesn't exist?"

Ask = Callable[[Operation, Arguments, str], Exchange]
"""Sends one call that proves nothing, with a note that says why."""


class AbsentThings:
    """The requests of one session that name nothing which exists, one an operation, each asked once."""

    def __init__(self, ledger: Ledger, ownership: Ownership, *, ask: Ask, name: Callable[[], str]) -> None:
        """Nothing was asked yet; `name` gives a name that nobody has used."""
        self._ledger = ledger
        self._ownership = ownership
        self._ask = ask
        self._name = name
        self._asked: dict[str, tuple[Arguments, Exchange] | None] = {}

    def ask(self, operation: Operation, arguments: Arguments) -> tuple[Arguments, Exchange] | None:
        """Return arguments that name nothing and the answer to them; `None` where no such id can be said."""
        if operation.id not in self._asked:
            self._asked[operation.id] = self._sent(operation, arguments)
        return self._asked[operation.id]

    def differs(self, case: Case, exchange: Exchange) -> bool:
        """Whether a request is answered with another status than the one that names nothing, which was understood."""
        asked = self._asked.get(case.operation)
        if asked is None or (asked[1].status not in _UNKNOWN and not refuses_softly(asked[1])):
            return False
        return exchange.status not in {asked[1].status, *_UNKNOWN}

    def _sent(self, operation: Operation, arguments: Arguments) -> tuple[Arguments, Exchange] | None:
        subject = self._subject(operation)
        if not subject or operation.safe or isinstance(value_at(arguments, subject), Missing):
            return None
        absent = freshened(operation, arguments, subject, self._name())
        value = value_at(absent, subject)
        if not isinstance(value, str) or value == value_at(arguments, subject):
            return None  # a number may be that of something
        if _is_uuid(value):
            self._ownership.absent.add(value)
        try:
            return absent, self._ask(operation, absent, _NOTE)
        except NotSent:
            return None

    def _subject(self, operation: Operation) -> str:
        """Where the innermost thing that an operation is about is named."""
        named = names_in(operation.path)
        if named:
            return f"path.{named[-1]}"
        needs = self._ledger.addresses.needs(operation)
        return needs[-1].subject if needs else ""


def _is_uuid(text: str) -> bool:
    try:
        return UUID(text).version is not None
    except ValueError:
        return False
