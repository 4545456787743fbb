"""What one request of a client breaks of a contract.

The mock forgives nothing that it can refuse; this says what it can't: an undeclared parameter is ignored by every
server, and a typo stays unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote_plus

from contract_suite.contract.naming.suggestion import did_you_mean
from contract_suite.contract.operation import Contract, Operation, Parameter, SecurityScheme, is_json
from contract_suite.contract.paths.routing import route
from contract_suite.contract.request_reading import read
from contract_suite.contract.styles import query_pairs
from contract_suite.contract.violations import violations
from contract_suite.model.exchange import Request
from contract_suite.model.location import Location
from contract_suite.model.source import Source
from contract_suite.pytest_plugin.calling_line import CallingLine

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
