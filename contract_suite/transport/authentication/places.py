"""Where a security scheme puts a key: a header, a query parameter or a cookie."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal
from urllib.parse import quote, unquote_plus

from contract_suite.contract.operation import SecurityScheme
from contract_suite.model.exchange import Pairs, Request

AUTHORIZATION: Final = "Authorization"


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a request; header names are compared without case, the others with it."""

    where: Literal["header", "query", "cookie"]
    name: str

    @property
    def key(self) -> tuple[str, str]:
        """What two spellings of one place have in common."""
        return self.where, self.name.lower() if self.where == "header" else self.name

    def taken(self, request: Request) -> bool:
        """Whether something stands there already."""
        if self.where == "header":
            return any(key.lower() == self.name.lower() for key, _ in request.headers)
        if self.where == "query":
            pairs = request.target.partition("#")[0].partition("?")[2].split("&")
            return any(unquote_plus(pair.partition("=")[0]) == self.name for pair in pairs)
        return self.name in cookie_names(request.headers)

    def put(self, request: Request, text: str) -> Request:
        """Return the request with a text there."""
        if self.where == "header":
            return replace(request, headers=(*request.headers, (self.name, text)))
        if self.where == "query":
            pair = f"{quote(self.name, safe='')}={quote(text, safe='')}"
            return replace(request, target=_with_query(request.target, pair))
        return replace(request, headers=with_cookie(request.headers, f"{self.name}={text}"))


def place_of(scheme: SecurityScheme) -> Place | None:
    """Return where a scheme puts a key; `None` for one that no request can carry, such as a client certificate."""
    if scheme.type == "apiKey":
        return Place(scheme.where, scheme.name) if scheme.where in {"header", "query", "cookie"} else None  # type: ignore[arg-type]  # looked at just now
    return Place("header", AUTHORIZATION) if scheme.type in {"http", "oauth2", "openIdConnect"} else None


def cookie_names(headers: Iterable[tuple[str, str]]) -> set[str]:
    """Return the names of the cookies that header fields send."""
    fields = (value for key, value in headers if key.lower() == "cookie")
    return {cookie.partition("=")[0].strip() for value in fields for cookie in value.split(";") if cookie.strip()}


def with_cookie(headers: Pairs, cookie: str) -> Pairs:
    """Return header fields with one more cookie, in the cookie field that is there or in a new one."""
    for index, (name, value) in enumerate(headers):
        if name.lower() == "cookie":
            return (*headers[:index], (name, f"{value}; {cookie}" if value else cookie), *headers[index + 1 :])
    return (*headers, ("Cookie", cookie))


def _with_query(target: str, pair: str) -> str:
    target, mark, fragment = target.partition("#")
    joint = "" if target.endswith(("?", "&")) else "&" if "?" in target else "?"
    return f"{target}{joint}{pair}{mark}{fragment}"
