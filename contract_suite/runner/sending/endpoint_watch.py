"""Follows the endpoint through a run of one contract: which operations it has served, and what kept it from answering."""

from __future__ import annotations

from contract_suite.contract.operation import Operation
from contract_suite.model.case import Case
from contract_suite.model.exchange import Exchange, Identity, is_refusal, is_server_error


class EndpointWatch:
    """What the answers so far say of the endpoint's state; `served` are the operations that succeeded at least once."""

    def __init__(self) -> None:
        """Nothing has answered yet."""
        self.served: set[str] = set()

    def note(self, case: Case, operation: Operation | None, exchange: Exchange) -> None:
        """Take an exchange in, in the order of the record."""
        if operation is None or case.request.method != operation.method:
            return
        if case.request.identity is Identity.DEFAULT and _is_served(exchange.status):
            self.served.add(operation.id)


def _is_served(status: int) -> bool:
    return status > 0 and not is_refusal(status) and not is_server_error(status)
