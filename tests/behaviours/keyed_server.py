"""What makes a server of tests ask for an idempotency key, and its document say so."""

from __future__ import annotations

from typing import Protocol

from contract_suite.model.exchange import Request, Response

NAME = "Idempotency-Key"
PARAMETER = f"{{name: {NAME}, in: header, required: true, schema: {{type: string, minLength: 8}}}}"


class Server(Protocol):
    """Something that answers requests."""

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        ...


class Keyed:
    """Refuses a create at a path that has no key, and gives one that comes with a known key its first answer."""

    def __init__(self, server: Server, ending: str) -> None:
        self.server, self.ending = server, ending
        self.answers: dict[str, Response] = {}

    def handle(self, request: Request) -> Response:
        if request.method != "POST" or not request.target.endswith(self.ending):
            return self.server.handle(request)
        key = next((value for name, value in request.headers if name.lower() == NAME.lower()), "")
        if not key:
            return Response(status=400, headers=(), body=b"")
        if key not in self.answers:
            self.answers[key] = self.server.handle(request)
        return self.answers[key]
