"""What a response means for a behaviour: a success, a refusal, or no basis for a verdict."""

from __future__ import annotations

from contract_suite.model.exchange import Exchange, NoResponse

_SUCCESS = range(200, 300)
_CLIENT_ERROR = range(400, 500)
_SERVER_ERROR = 500
_NOT_ABOUT_THE_REQUEST = frozenset({408, 429})
_ACCESS_OR_LOAD = frozenset({401, 403, 407, 408, 429})


def served(exchange: Exchange) -> bool:
    """Whether the response is a success (2xx)."""
    return exchange.status in _SUCCESS


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
