"""Follows the run's own key: whether it is still good, and which request came before it was refused."""

from __future__ import annotations

from typing import Final

from contract_suite.contract.operation import Operation
from contract_suite.model import clause_ids
from contract_suite.model.case import Case
from contract_suite.model.exchange import Exchange, Identity, is_server_error

_UNKNOWN_KEY: Final = 401
_MOST_LOOKS: Final = 10


class KeyWatch:
    """What exchanges with the run's own key say of it; exchanges come in the order of the record."""

    def __init__(self) -> None:
        """Nothing was answered yet."""
        self._looks = 0
        self._refused = False
        self._good = False
        self._served: tuple[Operation, Exchange] | None = None
        self._changed: tuple[Operation, Exchange] | None = None
        """The last request that was served and may have changed something, if none since has shown that the key is good."""

    def note(self, operation: Operation, exchange: Exchange) -> bool:
        """Take an exchange in; returns whether the key that was good until now may be no more, which is worth a look."""
        if exchange.status == _UNKNOWN_KEY:
            first = self._good and not self._refused and operation.needs_key
            self._refused = self._refused or operation.needs_key
            self._looks += first
            return first and self._looks <= _MOST_LOOKS
        if exchange.response is None or is_server_error(exchange.status):
            return False
        if operation.needs_key:
            self._refused, self._good, self._changed = False, True, None
        if exchange.status < 400 and not self._refused:  # noqa: PLR2004 - neither refused nor failed
            self._served = operation, exchange
            if not operation.safe:
                self._changed = operation, exchange
        return False

    @property
    def said(self) -> str:
        """Which request came before the first refusal; empty if there was none."""
        before = self._changed or self._served
        if before is None:
            return ""
        operation, exchange = before
        request = exchange.request
        what = f"{request.method} {request.target.partition('?')[0]}"
        return f"before that, {what} was answered {exchange.status} ({operation.id}, exchange {exchange.number})"


def has_own_key(case: Case) -> bool:
    """Whether a request carries the run's own key, and nothing in its place."""
    if case.target_clause and clause_ids.parts(case.target_clause)[1] == clause_ids.AUTH:
        return False
    return case.request.identity is Identity.DEFAULT and not any(
        name.lower() in {"authorization", "cookie"} for name, _ in case.request.headers
    )
