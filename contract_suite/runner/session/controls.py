"""What became of the last valid request of each operation: a refusal proves a fault only if without the fault it is served.

A server that refuses everything, because of the state that something is in, refuses invalid values too. Its refusal of an
invalid request says something only where it differs from that of the valid one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from contract_suite.checks.check import Judgement
from contract_suite.model.case import Case, Intent
from contract_suite.model.exchange import Exchange, Identity

_COMPARED: Final = 2048
_VARYING: Final = re.compile(rb"[0-9a-f]{8,}|\d+|cs-[a-z0-9]+-\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    """How a valid request was refused: the status, and the body without numbers and ids."""

    status: int
    body: bytes


class Controls:
    """The last valid request of each operation, and how it was refused if it was."""

    def __init__(self) -> None:
        """Nothing was sent yet."""
        self._refused: dict[str, _Refusal] = {}
        self._asked: set[str] = set()

    def observe(self, case: Case, exchange: Exchange, _judgement: Judgement) -> None:
        """Take in an exchange; only valid requests with the usual key count."""
        if case.intent is not Intent.POSITIVE and not case.control:
            return
        if case.request.identity is not Identity.DEFAULT or not case.operation:
            return
        if case.control:
            self._asked.add(case.operation)
        if exchange.refused:
            self._refused[case.operation] = _refusal(exchange)
        elif exchange.ok:
            self._refused.pop(case.operation, None)
            self._asked.discard(case.operation)

    def is_due(self, operation: str) -> bool:
        """Whether the last valid request was refused, and nobody has looked yet whether the plainest one is served."""
        return operation in self._refused and operation not in self._asked

    def doubt(self, case: Case, exchange: Exchange) -> str:
        """Why the refusal of an invalid request proves nothing; empty if it does."""
        refused = self._refused.get(case.operation)
        if (
            case.intent is not Intent.NEGATIVE
            or refused is None
            or not exchange.refused
            or refused != _refusal(exchange)
        ):
            return ""
        return f"a valid request is refused in the same way ({exchange.status}), so the refusal does not show the fault"


def _refusal(exchange: Exchange) -> _Refusal:
    body = exchange.response.body[:_COMPARED] if exchange.response is not None else b""
    return _Refusal(status=exchange.status, body=_VARYING.sub(b"", body))
