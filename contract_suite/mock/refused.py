"""A refusal on its way to the client: raised by any step of the pipeline, answered by the server."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "invalid",
    "unauthenticated",
    "forbidden",
    "unknown",
    "deleted",
    "duplicate",
    "too_large",
    "too_many",
    "unrouted",
    "method",
]
"""Why a request is refused: the kinds of the vocabulary, and the two that any HTTP server has."""


class Refused(Exception):  # noqa: N818 - no error of ours: the server says no, and that is an answer
    """The request is refused; `status` and `code` are set where the document gives this very refusal its own."""

    def __init__(
        self, kind: Kind, message: str, *, status: int = 0, code: str = "", headers: tuple[tuple[str, str], ...] = ()
    ) -> None:
        """Keep what the answer is made of."""
        self.kind = kind
        self.message = message
        self.status = status
        self.code = code
        self.headers = headers
        super().__init__(message)
