"""The fixture `contract_server`: the mock on a port of this machine.

One server for each contract and seed serves a whole session, because starting one costs more than most tests; every
test finds it as new.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

import pytest

from contract_suite.contract.operation import Contract
from contract_suite.mock.asgi import MockApp, Receive, Scope, Send
from contract_suite.mock.embedded import running
from contract_suite.pytest_plugin.contract_selection import Terms, contract_and_terms
from contract_suite.pytest_plugin.faults import NoAnswer
from contract_suite.pytest_plugin.mock_controls import MockControls
from contract_suite.pytest_plugin.recording_mock import API_KEY, RecordedCall, RecordingMock


class ContractServer(MockControls):
    """A stateful mock of one contract that listens on this machine."""

    def __init__(self, server: RecordingMock, address: str) -> None:
        """`address` is where it listens, without a path."""
        self.server = server
        self.base_url = f"{address}{server.base_path}"
        self.api_key = API_KEY
        """A key that the mock takes."""

    def __str__(self) -> str:
        """Give the base URL."""
        return self.base_url

    @property
    def url(self) -> str:
        """The base URL, the document's path included."""
        return self.base_url

    @property
    def calls(self) -> tuple[RecordedCall, ...]:
        """Every request of the test so far, with its operation and its answer."""
        return tuple(self.server.calls)

    def reset(self) -> None:
        """Put the mock's data back to the beginning."""
        self.server.reset()


def served(request: pytest.FixtureRequest) -> Iterator[ContractServer]:
    """Serve one test."""
    contract, terms = contract_and_terms(request)
    servers = request.config.stash.setdefault(_SERVERS, {})
    key = (contract.name, contract.file, terms.seed, terms.empty, terms.records, terms.enforce_limits, terms.infer)
    if key not in servers:
        servers[key] = _start(request.config, contract, terms)
    server, address = servers[key]
    server.begin(terms, request.node)
    yield ContractServer(server, address)
    server.judge.settle()


_Key = tuple[str, str, int, bool, int | None, bool, bool]
_SERVERS: Final = pytest.StashKey[dict[_Key, tuple[RecordingMock, str]]]()


def _start(config: pytest.Config, contract: Contract, terms: Terms) -> tuple[RecordingMock, str]:
    server = RecordingMock(contract, terms)
    stack = ExitStack()
    address = stack.enter_context(running(_Silent(MockApp(server))))
    config.add_cleanup(stack.close)
    return server, address


class _Silent:
    """Lets a request that shall get no answer wait until its client gives up."""

    def __init__(self, app: MockApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except NoAnswer:
            while (await receive())["type"] != "http.disconnect":
                pass
