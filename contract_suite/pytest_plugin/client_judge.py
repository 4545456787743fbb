"""The client's requests, held to the contract: what they break, and what a test expected them to break.

The mock forgives nothing that it can refuse; this says what it can't: an undeclared parameter is ignored by every
server, and a typo stays unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from threading import Lock
from types import TracebackType
from typing import Final, Self
from urllib.parse import unquote_plus

import pytest

from contract_suite.contract.naming.suggestion import did_you_mean
from contract_suite.contract.operation import Contract, Operation, Parameter, SecurityScheme, is_json
from contract_suite.contract.request_reading import read
from contract_suite.contract.routing import route
from contract_suite.contract.styles import query_pairs
from contract_suite.contract.violations import violations
from contract_suite.model.exchange import Request
from contract_suite.model.location import Location
from contract_suite.model.source import Level, Source
from contract_suite.pytest_plugin.calling_line import CallingLine, RunningTest

UNDECLARED: Final = "undeclared"
_OPEN: Final = (
    "additionalProperties",
    "patternProperties",
    "unevaluatedProperties",
    "propertyNames",
    "allOf",
    "anyOf",
    "oneOf",
    "$ref",
    "if",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One way in which a request broke its contract.

    `subject` and `keyword` are as in clauses; `operation` is empty where there is none. `called` is where the test
    made the request, as far as that is known.
    """

    operation: str
    request: Request
    subject: str
    keyword: str
    message: str
    location: Location | None
    source: Source
    called: CallingLine | None = field(default=None, repr=False, compare=False)

    @property
    def line(self) -> str:
        """What is wrong, in one line."""
        return f"{self.subject}: {self.message}"


def breaches(contract: Contract, request: Request) -> Iterator[Breach]:
    """Find everything that a request breaks, read strictly."""
    operation, _, allowed = route(contract, request.method, request.target)
    if operation is None:
        path = request.target.partition("?")[0]
        message = (
            f"{path} takes {', '.join(allowed)}, not {request.method}"
            if allowed
            else f"{request.method} {path} is no operation of {contract.name}"
        )
        yield Breach(
            operation="",
            request=request,
            subject="address",
            keyword=UNDECLARED,
            message=message,
            location=None,
            source=Source.DOCUMENTED,
        )
        return
    for each in violations(operation, request):
        yield Breach(
            operation=operation.id,
            request=request,
            subject=each.subject,
            keyword=each.keyword,
            message=each.message,
            location=each.location,
            source=each.source,
        )
    for subject, message, location in (
        *_undeclared_query(operation, request),
        *_undeclared_members(operation, request),
    ):
        yield Breach(
            operation=operation.id,
            request=request,
            subject=subject,
            keyword=UNDECLARED,
            message=message,
            location=location,
            source=Source.DOCUMENTED,
        )
    missing = _missing_key(operation, request)
    if missing:
        yield Breach(
            operation=operation.id,
            request=request,
            subject="auth",
            keyword="required",
            message=missing,
            location=operation.location,
            source=operation.security_source,
        )


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


def _undeclared_query(operation: Operation, request: Request) -> Iterator[tuple[str, str, Location]]:
    declared = [each for each in operation.parameters if each.where == "query"]
    if any(_spread(each) for each in declared):
        return  # the members of an object stand in the query under their own names
    names = {each.name for each in declared}
    names |= {
        scheme.name
        for alternative in operation.security
        for scheme in alternative
        if scheme.type == "apiKey" and scheme.where == "query"
    }
    for key, _ in query_pairs(request.target):
        name = unquote_plus(key)
        if name not in names and name.partition("[")[0] not in names:
            message = f"{operation.id} declares no query parameter {name!r}{did_you_mean(name, names)}"
            yield f"query.{name}", message, operation.location


def _spread(parameter: Parameter) -> bool:
    root = parameter.schema.root
    return (
        parameter.style == "form"
        and parameter.explode
        and isinstance(root, dict)
        and ("properties" in root or root.get("type") == "object")
    )


def _undeclared_members(operation: Operation, request: Request) -> Iterator[tuple[str, str, Location]]:
    """Members at the top of a JSON body that the document doesn't name, unless it says that others are welcome."""
    media = operation.body.json if operation.body else None
    root = media.schema.root if media is not None and media.schema is not None else None
    if operation.body is None or not isinstance(root, dict) or any(keyword in root for keyword in _OPEN):
        return
    content_type = next((value for name, value in request.headers if name.lower() == "content-type"), "")
    properties = root.get("properties")
    body = read(operation, request).get("body") if is_json(content_type) else None
    if not isinstance(properties, dict) or not isinstance(body, dict):
        return
    for name in body.keys() - properties.keys():
        message = f"the body of {operation.id} has no member {name!r}{did_you_mean(name, properties)}"
        yield f"body/{name}", message, operation.body.location


def _missing_key(operation: Operation, request: Request) -> str:
    if not operation.needs_key or any(
        all(_carried(scheme, request) for scheme in alternative) for alternative in operation.security
    ):
        return ""
    scheme = operation.security[0][0]
    if scheme.type == "apiKey":
        return f"the {scheme.where} parameter {scheme.name} with the key is missing"
    kind = (scheme.scheme if scheme.type == "http" else "") or "bearer"
    sent = any(name.lower() == "authorization" for name, _ in request.headers)
    return f"the Authorization header is {f'not of the scheme {kind}' if sent else 'missing'}"


def _carried(scheme: SecurityScheme, request: Request) -> bool:
    if scheme.type == "mutualTLS":
        return True
    if scheme.type == "apiKey" and scheme.where == "query":
        return any(unquote_plus(key) == scheme.name for key, _ in query_pairs(request.target))
    if scheme.type == "apiKey" and scheme.where == "cookie":
        cookies = (
            piece.partition("=")[0].strip()
            for name, value in request.headers
            if name.lower() == "cookie"
            for piece in value.split(";")
        )
        return scheme.name in cookies
    name = scheme.name if scheme.type == "apiKey" else "Authorization"
    values = [value for key, value in request.headers if key.lower() == name.lower()]
    if scheme.type == "apiKey":
        return bool(values)
    kind = (scheme.scheme if scheme.type == "http" else "") or "bearer"
    return any(value.partition(" ")[0].lower() == kind.lower() and value.partition(" ")[2].strip() for value in values)
