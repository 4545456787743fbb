"""Contracts by name, by path, by URL, or from the application that they describe."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urldefrag

from contract_suite.contract.document import Library
from contract_suite.contract.family import is_url, load
from contract_suite.contract.loading import MAX_BYTES
from contract_suite.contract.operation import Contract
from contract_suite.contract.overlay import overlaid
from contract_suite.contract.reading import read_contract
from contract_suite.errors import UsageError
from contract_suite.model.exchange import NoResponse, Request

_WHERE: Final = "/openapi.json"
_OK: Final = 200


def open_contract(
    name: str, *, remote_references: bool = False, overlays: Sequence[Path] = (), folders: Iterable[Path] = ()
) -> Contract:
    """Load a family by its name, or a document by its path or by an http(s) URL.

    References may lead to the place that a document was fetched from; to other places only with `remote_references`,
    and never to a private address. Those of a file stay in its folder, and in `folders`. No key goes along. Raises what
    `load` raises.
    """
    fetched = _Fetcher(name, anywhere=remote_references)
    if not is_url(name):
        retrieve = fetched if remote_references else None
        return load(name, retrieve=retrieve, overlays=overlays, folders=folders)
    return load(name, retrieve=fetched, remote_references=remote_references, overlays=overlays)


def contract_of_app(name: str, *, timeout: float = 10.0, overlays: Sequence[Path] = ()) -> Contract:
    """Ask an application for its own document.

    It is what its `openapi()` returns (FastAPI, Litestar with a schema of that name), else its answer to
    GET /openapi.json, in process. `UsageError` if it has neither.
    """
    from contract_suite.transport.app_loading import load_app  # noqa: PLC0415 - only where there is an app
    from contract_suite.transport.asgi import AsgiTransport  # noqa: PLC0415 - as above

    app = load_app(name)
    own = getattr(app, "openapi", None)
    if callable(own):
        content = _written(own, name)
    else:
        transport = AsgiTransport(app, timeout=timeout, max_bytes=MAX_BYTES)
        try:
            answer, _ = transport.send(Request(method="GET", target=_WHERE, headers=(("Accept", "application/json"),)))
        finally:
            transport.close()
        if isinstance(answer, NoResponse) or answer.status != _OK:
            why = answer.message if isinstance(answer, NoResponse) else f"it answered {answer.status}"
            raise UsageError(
                f"{name} has no openapi() and shows no document at {_WHERE} ({why}); name a document to hold it to"
            )
        content = answer.body
    return read_contract(overlaid(Library().read(content, f"{name}{_WHERE}"), overlays))


def _written(own: Callable[[], object], name: str) -> bytes:
    try:
        return json.dumps(own(), ensure_ascii=False, indent=2).encode()
    except Exception as error:  # whatever the application raises is the user's to know
        raise UsageError(f"openapi() of {name} failed: {type(error).__name__}: {error}") from error


class _Fetcher:
    """Fetches a document that the user named, and what it refers to: from its own server, or from `anywhere` public."""

    def __init__(self, name: str, *, anywhere: bool) -> None:
        self._name = urldefrag(name).url if is_url(name) else ""
        self._anywhere = anywhere

    def __call__(self, uri: str) -> bytes:
        from contract_suite.transport.fetching import fetch, origin  # noqa: PLC0415 - only where there is a network

        own = origin(self._name) if self._name else ""
        anywhere = self._anywhere or uri == self._name
        return fetch(uri, max_bytes=MAX_BYTES, redirects=_REDIRECTS, own=own, anywhere=anywhere)


_REDIRECTS: Final = 3
