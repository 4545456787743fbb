"""A read that was served at the start is sent again now and then and at the end, to see what became of the endpoint."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from contract_suite import limits
from contract_suite.contract.operation import Operation
from contract_suite.model.case import Case
from contract_suite.runner.sending.sender import Sender

_TRIES: Final = 3
_PAUSE: Final = 0.1
_FOR_THE_KEY: Final = frozenset({401, 403})

Choose = Callable[[], tuple[Operation, Case] | None]
"""Returns a read that the server was seen to serve, or `None` while there is none."""


class ControlRead:
    """Sends the read of one session when it is due."""

    def __init__(self, sender: Sender, choose: Choose) -> None:
        """Nothing is sent before the first `CONTROL_EVERY` exchanges, unless a refusal throws doubt on the key."""
        self._sender = sender
        self._choose = choose
        self._asked = 0
        self._busy = False
        sender.before_asking = self.look_if_due
        sender.answers_still = self.look

    def look_if_due(self) -> None:
        """Send the read if it is time to; `EndpointError` if its key is refused by now."""
        if self._busy:
            return
        if self._asked >= limits.CONTROL_EVERY or self._sender.watch.doubtful:
            self._sender.drain()
            self.look()
        self._asked += 1

    def look(self) -> bool:
        """Send the read; returns whether something answered. `EndpointError` if the key is refused by now."""
        if self._busy or self._sender.budget.spent:
            return False
        self._busy = True
        try:
            return self._look()
        finally:
            self._busy = False
            self._sender.watch.doubtful = False
            self._asked = 0

    def _look(self) -> bool:
        chosen = self._choose()
        if chosen is None:
            return False
        operation, case = chosen
        answers = []
        for attempt in range(_TRIES):
            if attempt:
                time.sleep(_PAUSE)
            exchange, _, _ = self._sender.send(case, operation)
            answers.append(exchange)
            if exchange.status not in _FOR_THE_KEY or self._sender.budget.spent:
                break
        self._sender.watch.note_control(operation, answers)
        return answers[-1].response is not None
