"""Contracts of three cloud API families, and the toolkit that holds any endpoint to them.

The rule that must not be broken: importing this package loads nothing else of it. Each public name is fetched when it
is first used.

    >>> import contract_suite
    >>> contract_suite.families()
    ('modelarts', 'opensearch', 'pai')
    >>> contract_suite.load("pai").operation("GetAlgorithm").method
    'GET'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from contract_suite.contract.family import families
    from contract_suite.contract.operation import Contract, Operation
    from contract_suite.contract.schemas.problems import Problem
    from contract_suite.errors import ContractSuiteError, DocumentError, EndpointError, UsageError
    from contract_suite.model.case import Case
    from contract_suite.model.source import Erratum
    from contract_suite.pytest_plugin.caller import Caller, JudgedExchange
    from contract_suite.pytest_plugin.cases import cases
    from contract_suite.pytest_plugin.mocking import ContractMock
    from contract_suite.pytest_plugin.server_fixture import ContractServer
    from contract_suite.reference import Reference, load
    from contract_suite.traffic.recorder import Recorder

    __version__: str

__all__ = [
    "Caller",
    "Case",
    "Contract",
    "ContractMock",
    "ContractServer",
    "ContractSuiteError",
    "DocumentError",
    "EndpointError",
    "Erratum",
    "JudgedExchange",
    "Operation",
    "Problem",
    "Recorder",
    "Reference",
    "UsageError",
    "__version__",
    "cases",
    "families",
    "load",
]

_HOMES: Final = {
    "Caller": "contract_suite.pytest_plugin.caller",
    "Case": "contract_suite.model.case",
    "Contract": "contract_suite.contract.operation",
    "ContractMock": "contract_suite.pytest_plugin.mocking",
    "ContractServer": "contract_suite.pytest_plugin.server_fixture",
    "ContractSuiteError": "contract_suite.errors",
    "DocumentError": "contract_suite.errors",
    "EndpointError": "contract_suite.errors",
    "Erratum": "contract_suite.model.source",
    "JudgedExchange": "contract_suite.pytest_plugin.caller",
    "Operation": "contract_suite.contract.operation",
    "Problem": "contract_suite.contract.schemas.schema",
    "Recorder": "contract_suite.traffic.recorder",
    "Reference": "contract_suite.reference",
    "UsageError": "contract_suite.errors",
    "cases": "contract_suite.pytest_plugin.cases",
    "families": "contract_suite.contract.family",
    "load": "contract_suite.reference",
}


def __getattr__(name: str) -> object:
    """Fetch a public name from where it lives (PEP 562)."""
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - reads the disk

        try:
            value: object = version("contract-suite")
        except PackageNotFoundError:  # a checkout on the path that was never installed
            value = "0+unknown"
    elif name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted({*globals(), *__all__})
