"""Fetched keys are fetched anew in the middle of a run: before their time is over, and when they are refused.

A request that met the end of a key is sent again with the next one, and only that answer is judged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from contract_suite.model.case import Case
from contract_suite.model.exchange import Exchange
from contract_suite.transport.authentication.credentials import Credentials

_UNKNOWN_KEY: Final = 401
_FORBIDDEN: Final = 403


@dataclass(slots=True)
class KeyRenewal:
    """Renews the keys of one endpoint. `told` gets the secrets whenever there are new ones."""

    credentials: Credentials
    told: Callable[[dict[str, str]], None] = lambda _secrets: None
    count: int = 0
    """How often a refused key was replaced."""
    _in_vain: set[str] = field(default_factory=set)
    """The operations that refuse a new key as they refused the one before: it is not the key that they refuse."""

    @property
    def generation(self) -> int:
        """Which keys a request carries that is sent now."""
        return self.credentials.renewing.generation

    def before_sending(self) -> None:
        """Fetch keys anew whose time is over. Raises `EndpointError` if one can't be had."""
        if self.credentials.renewing.due:
            self._renew()

    def helps(self, case: Case, exchange: Exchange, generation: int, *, served: bool) -> bool:
        """Whether a request is to be sent again because its key was refused and there is a newer one now.

        `generation` is that of its keys; `served` says that the operation was served before. 403 is about the key only
        where the same operation was served. Raises `EndpointError` if no key can be had.
        """
        renewing = self.credentials.renewing
        about_key = exchange.status == _UNKNOWN_KEY or (exchange.status == _FORBIDDEN and served)
        if not renewing.possible or not about_key or case.operation in self._in_vain:
            return False
        if generation == renewing.generation:
            self._renew()
            self.count += 1
        return True

    def compare(self, case: Case, first: Exchange, second: Exchange, generation: int) -> None:
        """Take in what the same request was answered with the keys of a later generation."""
        if second.status == first.status and generation == self.generation:
            self._in_vain.add(case.operation)

    def _renew(self) -> None:
        self.credentials.fetch()
        self.told(self.credentials.secrets)
