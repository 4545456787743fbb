"""What the requests of a test's client broke of a contract, and what the test expected them to break."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from threading import Lock
from types import TracebackType
from typing import Self

import pytest

from contract_suite.contract.operation import Contract
from contract_suite.model.exchange import Request
from contract_suite.model.source import Level
from contract_suite.pytest_plugin.breaches import Breach, breaches
from contract_suite.pytest_plugin.calling_line import RunningTest


class Expectation:
    """A breach that a test causes on purpose.

    As a context manager it must come within the block, otherwise before the test ends.
    """

    def __init__(self, subject: str, keyword: str) -> None:
        """`subject` may hold `*`; empty texts fit everything."""
        self.subject = subject
        self.keyword = keyword
        self.met: list[Breach] = []

    def fits(self, breach: Breach) -> bool:
        """Whether this is what was expected."""
        return (not self.subject or fnmatchcase(breach.subject, self.subject)) and self.keyword in {"", breach.keyword}

    def __str__(self) -> str:
        """Name what was expected."""
        return (
            f"a violation{f' of {self.subject}' if self.subject else ''}{f' ({self.keyword})' if self.keyword else ''}"
        )

    def __enter__(self) -> Self:
        """Begin to wait."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Fail if nothing came."""
        if kind is None and not self.met:
            pytest.fail(f"expected {self}, but the client sent none", pytrace=False)


@dataclass(slots=True)
class ClientJudge:
    """Judges the requests of one test."""

    contract: Contract
    strict: bool = False
    active: bool = True
    test: RunningTest | None = None
    found: list[Breach] = field(default_factory=list)
    expected: list[Expectation] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def see(self, request: Request) -> None:
        """Judge one request."""
        if not self.active:
            return
        seen = tuple(breaches(self.contract, request))
        if seen and self.test is not None:
            called = self.test.calling_line()
            seen = tuple(replace(each, called=called) for each in seen)
        with self._lock:
            for breach in seen:
                fitting = [each for each in self.expected if each.fits(breach)]
                for each in fitting:
                    each.met.append(breach)
                if not fitting:
                    self.found.append(breach)

    def expect(self, subject: str = "", keyword: str = "") -> Expectation:
        """Expect a breach from now on."""
        expectation = Expectation(subject, keyword)
        self.expected.append(expectation)
        return expectation

    def settle(self) -> None:
        """Fail the test for what was broken and not expected, at the first line that did so, or expected and not sent."""
        missed = next((each for each in self.expected if not each.met), None)
        breaches = self.taken()
        if breaches:
            called = next((each.called for each in breaches if each.called is not None), None)
            failed = pytest.fail.Exception(self.told(breaches), pytrace=called is not None)
            raise failed if called is None else failed.with_traceback(called.traceback())
        if missed is not None:
            raise pytest.fail.Exception(f"expected {missed}, but the client sent none", pytrace=False)

    def taken(self) -> list[Breach]:
        """Return the breaches that fail a test, which are told once; nothing is expected any more."""
        weighty = [each for each in self.found if self._fails(each)]
        self.found = [each for each in self.found if not self._fails(each)]
        self.expected = []
        return weighty

    def _fails(self, breach: Breach) -> bool:
        return self.strict or breach.source.level is Level.FAILURE

    def told(self, breaches: list[Breach]) -> str:
        """Return what breaches are told as."""
        distinct = _distinct(breaches)
        blocks = [_block(self.contract, each) for each in distinct]
        head = f"the client broke the contract {self.contract.name}: {distinct[0].line}"
        return "\n\n".join([f"{head} (and {len(distinct) - 1} more)" if len(distinct) > 1 else head, *blocks])


def _distinct(found: list[Breach]) -> list[Breach]:
    return list(
        {(each.operation, each.subject, each.keyword, each.message): each for each in reversed(found)}.values()
    )[::-1]


def _block(contract: Contract, breach: Breach) -> str:
    lines = [
        f"  {breach.operation or contract.name}  {breach.line}",
        f"    request   {breach.request.method} {breach.request.target}",
    ]
    if breach.called is not None:
        lines.append(f"    called    {breach.called.place}")
    if breach.request.body:
        lines.append(f"    body      {breach.request.body[:300].decode('utf-8', 'replace')}")
    if breach.location is not None:
        lines.append(f"    contract  {breach.location.place} ({breach.source.value})")
    return "\n".join(lines)
