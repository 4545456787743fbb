"""What a response means for a behaviour: a success, a refusal, or no basis for a verdict."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

from contract_suite.contract.naming.names import plain_name
from contract_suite.model.exchange import Exchange, NoResponse
from contract_suite.model.json import JSON, Missing

_SUCCESS = range(200, 300)
_CLIENT_ERROR = range(400, 500)
_SERVER_ERROR = 500
_NOT_ABOUT_THE_REQUEST = frozenset({408, 429})
_ACCESS_OR_LOAD = frozenset({401, 403, 407, 408, 429})

DELETION_MARKS: Final = frozenset(
    {"deleted", "isdeleted", "deletedat", "trashed", "trashedat", "removed", "removedat", "deletionmarker", "tombstone"}
)
"""Members by which a server that shows what was deleted says that it was."""
_STATES: Final = frozenset({"status", "state"})
_SAYS_DELETED: Final = frozenset({"deleted", "trashed", "removed"})
_DEEPEST: Final = 3
_WORDS: Final = re.compile(r"\b[^\W\d_]+\b")


def served(exchange: Exchange) -> bool:
    """Whether the response is a success (2xx)."""
    return exchange.status in _SUCCESS


def deferred(exchange: Exchange) -> bool:
    """Whether a success only says that the request was taken (202): it is done later, or never."""
    return exchange.status == HTTPStatus.ACCEPTED


def done(exchange: Exchange) -> bool:
    """Whether a response says that what was asked for has been done: a success other than 202."""
    return served(exchange) and not deferred(exchange)


def refused(exchange: Exchange) -> bool:
    """Whether the response is a 4xx that is about the request, not about the server's load."""
    return exchange.status in _CLIENT_ERROR and exchange.status not in _NOT_ABOUT_THE_REQUEST


def obstacle(exchange: Exchange) -> str:
    """Return why a response allows no conclusion, or an empty text if it does.

    No response, one that was cut, one about access or load (401, 403, 407, 408, 429) and a server error (5xx) say
    nothing about what a behaviour asks.
    """
    answer = exchange.answer
    if isinstance(answer, NoResponse):
        return f"no response: {answer.message}"
    if answer.truncated:
        return "the answer was longer than the size limit"
    if answer.status in _ACCESS_OR_LOAD or answer.status >= _SERVER_ERROR:
        return f"{exchange.request.method} {exchange.request.target} was answered {answer.status}"
    return ""


def why_not(exchange: Exchange) -> str:
    """Say in a few words what came instead of the response that was needed."""
    return obstacle(exchange) or f"{exchange.request.method} {exchange.request.target} was answered {exchange.status}"


def is_same_refusal(one: Exchange, other: Exchange) -> bool:
    """Whether two refusals say the same in words, whatever numbers and ids they name."""
    if one.response is None or other.response is None or not other.refused or obstacle(other):
        return False
    texts = [each.response.body.decode("utf-8", "replace") for each in (one, other) if each.response is not None]
    return one.status == other.status and _WORDS.findall(texts[0]) == _WORDS.findall(texts[1])


def says_deleted(body: JSON | Missing, *, depth: int = 0) -> bool:
    """Whether an answer about one thing says itself that the thing was deleted: `"deleted": true`, `"status": "deleted"`."""
    if not isinstance(body, dict) or depth > _DEEPEST:
        return False
    return any(
        (plain_name(name) in DELETION_MARKS and bool(member))
        or (plain_name(name) in _STATES and isinstance(member, str) and member.casefold() in _SAYS_DELETED)
        or says_deleted(member, depth=depth + 1)
        for name, member in body.items()
    )
