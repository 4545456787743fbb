"""The door for pytest: contracts as tests, a mock for clients under test, generated cases.

The rule that must not be broken: `plugin` is loaded in every pytest session of everybody who has this package, so it
imports nothing of ours but `options`; whatever is heavy is imported when a contract, a fixture or a case is first used.

The names below are for annotations in tests: `def test_it(contract_mock: ContractMock) -> None`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from contract_suite.pytest_plugin.caller import Caller, JudgedExchange
    from contract_suite.pytest_plugin.cases import cases
    from contract_suite.pytest_plugin.mocking import ContractMock
    from contract_suite.pytest_plugin.server_fixture import ContractServer

__all__ = ["Caller", "ContractMock", "ContractServer", "JudgedExchange", "cases"]

_HOMES: Final = {
    "Caller": "caller",
    "ContractMock": "mocking",
    "ContractServer": "server_fixture",
    "JudgedExchange": "caller",
    "cases": "cases",
}


def __getattr__(name: str) -> object:
    """Fetch a name from where it lives (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"contract_suite.pytest_plugin.{_HOMES[name]}"), name)
