"""How valid and invalid requests of each operation are refused: a refusal proves a fault only if without the fault it is served.

A server that refuses everything, because of the state that something is in, refuses invalid values too. Its refusal of an
invalid request says something only where it differs from that of the valid one. Nor does the refusal of a valid one prove
a fault, where the document has a status for it that no invalid value is refused with: 422 for what can't be done now,
400 for what is malformed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from contract_suite.checks.check import Judgement
from contract_suite.checks.kit.judging import OF_STATE
from contract_suite.contract.operation import Operation
from contract_suite.model import clause_ids
from contract_suite.model.case import Case, Intent
from contract_suite.model.exchange import Exchange, Identity

_COMPARED: Final = 2048
_VARYING: Final = re.compile(rb"[0-9a-f]{8,}|\d+|cs-[a-z0-9]+-\d+", re.IGNORECASE)
_OF_THE_REQUEST: Final = frozenset({401, 405, 406, 408, 411, 413, 414, 415, 416, 417, 431})
"""Statuses that say what is wrong with a request, whatever it is about (RFC 9110, section 15.5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """How a request was refused: the status, and the body without numbers and ids."""

    status: int
    body: bytes


class Controls:
    """The last valid request of each operation, and how it was refused if it was."""

    def __init__(self) -> None:
        """Nothing was sent yet."""
        self._refused: dict[str, Refusal] = {}
        self._asked: set[str] = set()
        self._as_invalid: dict[str, set[int]] = {}
        """By which statuses each operation refuses values that break its schemas."""

    def observe(self, case: Case, exchange: Exchange, _judgement: Judgement) -> None:
        """Take in an exchange; only valid requests with the usual key count, and invalid values."""
        if case.intent is Intent.NEGATIVE and exchange.refused and _is_of_a_value(case):
            self._as_invalid.setdefault(case.operation, set()).add(exchange.status)
        if case.intent is not Intent.POSITIVE and not case.control:
            return
        if case.request.identity is not Identity.DEFAULT or not case.operation:
            return
        if case.control:
            self._asked.add(case.operation)
        if exchange.refused:
            self._refused[case.operation] = refusal_of(exchange)
        elif exchange.ok:
            self._refused.pop(case.operation, None)
            self._asked.discard(case.operation)

    def is_due(self, operation: str) -> bool:
        """Whether the last valid request was refused, and nobody has looked yet whether the plainest one is served."""
        return operation in self._refused and operation not in self._asked

    def is_refused_for_state(self, operation: str) -> bool:
        """Whether the last valid request was refused by a status that speaks of the state that something is in."""
        return operation in self._refused and self._refused[operation].status in OF_STATE

    def is_of_its_own(self, operation: Operation, status: int) -> bool:
        """Whether the document lists a refusal by which this server refuses no invalid value of the operation."""
        if status in _OF_THE_REQUEST:
            return False
        seen = self._as_invalid.get(operation.id, set())
        return bool(seen) and status not in seen and operation.response(status) is not None

    def doubt(self, case: Case, exchange: Exchange) -> str:
        """Why the refusal of an invalid request proves nothing; empty if it does."""
        refused = self._refused.get(case.operation)
        if (
            case.intent is not Intent.NEGATIVE
            or refused is None
            or not exchange.refused
            or refused != refusal_of(exchange)
        ):
            return ""
        return f"a valid request is refused in the same way ({exchange.status}), so the refusal does not show the fault"


def _is_of_a_value(case: Case) -> bool:
    """Whether a case breaks a schema in the query or the body; a text that is no JSON has no values."""
    _, subject, kind = clause_ids.parts(case.target_clause)
    is_value = subject.startswith(("query.", f"{clause_ids.BODY}/"))
    return is_value and kind.endswith("-enforced")


def refusal_of(exchange: Exchange) -> Refusal:
    """Return how a request was refused, to be compared with how another was."""
    body = exchange.response.body[:_COMPARED] if exchange.response is not None else b""
    return Refusal(status=exchange.status, body=_VARYING.sub(b"", body))
