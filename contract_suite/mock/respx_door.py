"""The door for httpx clients: a respx router behind which the mock stands instead of a network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request

if TYPE_CHECKING:
    import httpx
    import respx


def respx_router(server: MockServer, base_url: str = "") -> respx.MockRouter:
    """Return a router that answers everything below `base_url` (the document's first server if empty); anything else is not mocked.

    Use it as a context manager or with `respx.mock(using=…)`; requests elsewhere fail, so that no test reaches a
    network by mistake.
    """
    import httpx  # noqa: PLC0415 - only those who use this door need it
    import respx  # noqa: PLC0415 - as above

    base = (base_url or server.contract.servers[0]).rstrip("/")
    prefix = urlsplit(base).path

    def answer(request: httpx.Request) -> httpx.Response:
        target = request.url.raw_path.decode("ascii")[len(prefix) :] or "/"
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw)
        response = server.handle(Request(method=request.method, target=target, headers=headers, body=request.read()))
        return httpx.Response(
            response.status, headers=list(response.headers), content=b"" if request.method == "HEAD" else response.body
        )

    router = respx.MockRouter(assert_all_called=False)
    router.route(url__regex=rf"^{re.escape(base)}(?=[/?#]|$)").mock(side_effect=answer)
    return router
