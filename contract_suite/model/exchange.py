"""One request as sent and one response as received, byte-exact.

A request names the identity that sends it and never holds a key: the transport adds the credential on the wire.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

Pairs = tuple[tuple[str, str], ...]
"""Header fields in order, names as sent."""


class Identity(StrEnum):
    """Whose credential a request carries.

    `OTHER_SCHEME` is the default key under a scheme that the document doesn't know.
    """

    DEFAULT = "default"
    READONLY = "readonly"
    REVOKED = "revoked"
    OTHER_SCHEME = "other-scheme"
    NOBODY = "nobody"


class GrantKind(StrEnum):
    """How an access token is asked for, as users name it (RFC 6749, section 4 and 6)."""

    CLIENT_CREDENTIALS = "client-credentials"
    PASSWORD = "password"  # noqa: S105 - the grant's name
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request, without its credential.

    `target` is the origin form as it stands on the request line *below the base URL* (`/algorithms/a%20b?PageSize=1`,
    ASCII only).
    """

    method: str
    target: str
    headers: Pairs = ()
    body: bytes = b""
    identity: Identity = Identity.DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One HTTP response; `truncated` says that the body was longer than the cap and is cut.

    `reason` is the reason phrase; of a server error in process it says instead what the application raised, and where.
    """

    status: int
    reason: str = ""
    headers: Pairs = ()
    body: bytes = b""
    truncated: bool = False

    def header(self, name: str) -> str | None:
        """The first value of a header field, names compared without case, or `None`."""
        name = name.lower()
        for key, value in self.headers:
            if key.lower() == name:
                return value
        return None

    @property
    def ok(self) -> bool:
        """Whether the server did what it was asked to do (2xx)."""
        return is_success(self.status)

    @property
    def refused(self) -> bool:
        """Whether the server says that the request is at fault (4xx)."""
        return is_refusal(self.status)


class Trouble(StrEnum):
    """What kept a response from arriving."""

    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    RESET = "reset"
    CLOSED = "closed"
    GARBAGE = "garbage"
    CRASHED = "crashed"
    STALE = "stale"
    """A connection that had carried an exchange before ended before the answer began.

    A server may close an idle connection at any time, and this request may have crossed that on the way.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class NoResponse:
    """Instead of a response: what happened on the wire, in one sentence (`message`).

    `received` is what had come by then.
    """

    trouble: Trouble
    message: str
    received: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request with what came back.

    `number` counts the exchanges of a run from 1; `seconds` is the time to the last byte. `after` is the number of the
    last one that was answered before this one was sent, or 0: what that one showed was there before. It is not recorded.
    """

    number: int
    request: Request
    answer: Response | NoResponse
    seconds: float = 0.0
    after: int = field(default=0, compare=False)

    @property
    def response(self) -> Response | None:
        """The response, or `None` if none arrived."""
        return self.answer if isinstance(self.answer, Response) else None

    @property
    def status(self) -> int:
        """The HTTP status, or 0 if no response arrived."""
        return self.answer.status if isinstance(self.answer, Response) else 0

    @property
    def ok(self) -> bool:
        """Whether a response arrived and is a success (2xx)."""
        return is_success(self.status)

    @property
    def refused(self) -> bool:
        """Whether a response arrived and refuses the request (4xx)."""
        return is_refusal(self.status)


_PARTIAL: Final = 206


def is_success(status: int) -> bool:
    """Whether a status is one of success, 2xx (RFC 9110, 15.3)."""
    return 200 <= status < 300  # noqa: PLR2004 - the one place where the ranges of HTTP stand


def is_part(response: Response) -> bool:
    """Whether an answer is a part of a body, which is no value of its own: some of its bytes (206, RFC 9110, 15.3.7).

    A range of another unit, such as the items of a list, is a value.
    """
    unit = (response.header("content-range") or "bytes").strip().lower()
    return response.status == _PARTIAL and unit.startswith("bytes")


def is_refusal(status: int) -> bool:
    """Whether a status is one of a client's error, 4xx (RFC 9110, 15.5)."""
    return 400 <= status < 500  # noqa: PLR2004 - as above


def is_server_error(status: int) -> bool:
    """Whether a status is one of a server's error, 5xx and whatever lies beyond (RFC 9110, 15.6)."""
    return status >= 500  # noqa: PLR2004 - as above


def status_class(status: int) -> str:
    """Return the class of a status as OpenAPI writes it: `4XX` for 404."""
    return f"{status // 100}XX"
