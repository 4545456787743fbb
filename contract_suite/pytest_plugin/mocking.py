"""The fixture `contract_mock`: a respx router with the mock behind it, which any httpx client reaches without a socket.

Routes that a test adds come first; what none of them takes goes to the contract, where each operation is a route named
by its operationId.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest
import respx
from respx.models import ResolvedRoute, RouteList, SideEffectError

from contract_suite.contract.naming.suggestion import did_you_mean
from contract_suite.contract.paths.routing import route as find
from contract_suite.model.exchange import Request
from contract_suite.pytest_plugin.contract_selection import base_urls, contract_and_terms
from contract_suite.pytest_plugin.faults import NoAnswer
from contract_suite.pytest_plugin.mock_controls import MockControls
from contract_suite.pytest_plugin.recording_mock import API_KEY, RecordingMock

if TYPE_CHECKING:
    from respx.types import ResolvedResponseTypes


class ContractMock(MockControls, respx.MockRouter):
    """A stateful mock of one contract for httpx clients, and a respx router like any other."""

    def __init__(self, server: RecordingMock, bases: tuple[str, ...]) -> None:
        """Answer below each of `bases`; a request to anywhere else fails, so that no test reaches a network."""
        super().__init__(assert_all_called=False, assert_all_mocked=True)
        self.server = server
        self.base_url = bases[0]
        self.api_key = API_KEY
        """A key that the mock takes."""
        self.operations = RouteList()
        for operation in server.contract.operations:
            self.operations.add(respx.Route(method=operation.method, path=operation.written_path), name=operation.id)
        self._elsewhere = respx.Route(path__regex=".*")
        self._roots = tuple(httpx.URL(base) for base in bases)

    @property
    def url(self) -> str:
        """The base URL that a client is given; the document's others work too."""
        return self.base_url

    def reset(self) -> None:
        """Forget the calls and put the mock's data back to the beginning."""
        super().reset()
        for route in (*self.operations, self._elsewhere):
            route.reset()
        self.server.reset()

    def assert_all_called(self) -> None:
        """Assert that every route that the test added was called, and every fault that it planted was met.

        The contract must have been called too, unless the test has routes of its own.
        """
        super().assert_all_called()
        idle = [each.name for each in self.server.faults.planted if not each.count]
        assert not idle, f"planted and never met: {', '.join(idle)}"  # noqa: S101 - as respx says it
        assert self.calls or self.routes, f"no operation of {self.contract.name} was called"  # noqa: S101 - as above

    def __getitem__(self, name: str) -> respx.Route:
        """Return a route that the test named, or an operation's: `contract_mock["GetAlgorithm"].called`."""
        for routes in (self.routes, self.operations):
            try:
                return routes[name]
            except KeyError:
                continue
        known = [operation.id for operation in self.contract.operations]
        raise KeyError(f"{self.contract.name} has no operation {name!r}{did_you_mean(name, known)}")

    def resolve(self, request: httpx.Request) -> ResolvedRoute:
        """Answer a request of a sync client."""
        with self.resolver(request) as resolved:
            for route in self.routes:
                prospect = route.match(request)
                if prospect is not None:
                    resolved.route, resolved.response = route, cast("ResolvedResponseTypes", prospect)
                    break
            else:
                self._by_contract(request, request.read(), resolved)
        if isinstance(resolved.response, httpx.Response) and isinstance(resolved.response.stream, httpx.ByteStream):
            resolved.response.read()
        return resolved

    async def aresolve(self, request: httpx.Request) -> ResolvedRoute:
        """Answer a request of an async client."""
        with self.resolver(request) as resolved:
            for route in self.routes:
                prospect: Any = route.match(request)
                if inspect.isawaitable(prospect):
                    try:
                        prospect = await prospect
                    except Exception as error:
                        raise SideEffectError(route, origin=error) from error
                if prospect is not None:
                    resolved.route, resolved.response = route, prospect
                    break
            else:
                self._by_contract(request, await request.aread(), resolved)
        if isinstance(resolved.response, httpx.Response) and isinstance(resolved.response.stream, httpx.ByteStream):
            await resolved.response.aread()
        return resolved

    def _by_contract(self, request: httpx.Request, body: bytes, resolved: ResolvedRoute) -> None:
        target = self._target(request.url)
        if target is None:
            return
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw)
        operation, _, _ = find(self.contract, request.method, target)
        route = self.operations[operation.id] if operation else self._elsewhere
        try:
            response = self.server.handle(Request(method=request.method, target=target, headers=headers, body=body))
        except NoAnswer as error:
            raise SideEffectError(
                route, origin=httpx.ReadTimeout("The mock gives no answer: planted by the test.", request=request)
            ) from error
        resolved.route = route
        content = b"" if request.method == "HEAD" else response.body
        resolved.response = httpx.Response(response.status, headers=list(response.headers), content=content)

    def _target(self, url: httpx.URL) -> str | None:
        """What of a URL lies below a base URL of the contract, as on a request line."""
        raw = url.raw_path.decode("ascii")
        for root in self._roots:
            prefix = root.raw_path.decode("ascii").rstrip("/")
            rest = raw[len(prefix) :]
            if (
                (url.scheme, url.host, url.port) == (root.scheme, root.host, root.port)
                and raw.startswith(prefix)
                and rest[:1] in {"", "/", "?"}
            ):
                return rest if rest.startswith("/") else f"/{rest}"
        return None


def mocked(request: pytest.FixtureRequest) -> Iterator[ContractMock]:
    """Mock for one test."""
    contract, terms = contract_and_terms(request)
    server = RecordingMock(contract, terms, request.node)
    router = ContractMock(server, base_urls(contract, terms))
    with router:
        yield router
    server.judge.settle()
