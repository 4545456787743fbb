"""What invalid writes left behind: values that the server should have refused, and that it may show ever after."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from contract_suite.contract.operation import Operation
from contract_suite.contract.violations import breaks
from contract_suite.model.case import Case, Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, parsed

_MOST: Final = 50_000
"""How many values are remembered: far more than any run had served that should have been refused."""


class LeftBehind:
    """The values that invalid writes of a run brought, each under its name, where the server took them."""

    def __init__(self) -> None:
        """Nothing was written yet."""
        self._values: set[tuple[str, str]] = set()

    def observe(self, case: Case, operation: Operation | None, exchange: Exchange) -> None:
        """Take in an exchange: it counts if it is a write that was served although its request breaks the contract."""
        if operation is None or operation.safe or case.intent is Intent.POSITIVE or not 200 <= exchange.status < 300:
            return
        if case.intent is Intent.NEGATIVE or breaks(operation, case.request):
            self._values.update((name, _text(value)) for name, value in sent_by(case) if len(self._values) < _MOST)

    def holds(self, name: str, value: JSON) -> bool:
        """Whether an invalid write brought this value under this name."""
        return bool(self._values) and (name, _text(value)) in self._values


def sent_by(case: Case) -> Iterator[tuple[str, JSON]]:
    """Every argument of a case and everything below it, each under the name that it goes by.

    Items go by the name of their list. Of a recorded case, which has no arguments, the JSON body is taken apart.
    """
    for subject, argument in case.arguments.items():
        yield from members(argument, subject.rpartition(".")[2])
    if not case.arguments and (body := parsed(case.request.body)) is not MISSING:
        yield from members(body, "body")


def members(value: JSON, name: str) -> Iterator[tuple[str, JSON]]:
    """A value and everything below it, each under its name; items go by the name of their list."""
    yield name, value
    if isinstance(value, dict):
        for key, member in value.items():
            yield from members(member, key)
    elif isinstance(value, list):
        for item in value:
            yield from members(item, name)


def _text(value: JSON) -> str:
    return json.dumps(value, sort_keys=True)
