"""Fetches a document that a user or a `$ref` names by URL.

A `$ref` is text of unknown origin: it leads to no private address, nor does any redirect on the way, but to the server
that the user named.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

from contract_suite.errors import DocumentError, UsageError
from contract_suite.model.counting import counted
from contract_suite.model.exchange import NoResponse, Request
from contract_suite.transport.base_url import parse
from contract_suite.transport.http import HttpTransport

MAX_BYTES: Final = 10_000_000
"""A longer document is refused."""


def origin(uri: str) -> str:
    """Return scheme, host and port of a URI, normalised; empty for what has none."""
    try:
        parts = urlsplit(uri)
        return str(parse(f"{parts.scheme}://{parts.netloc}"))
    except (UsageError, ValueError):
        return ""


def fetch(
    uri: str,
    *,
    timeout: float = 10.0,
    max_bytes: int = MAX_BYTES,
    redirects: int = 0,
    own: str | None = None,
    anywhere: bool = True,
) -> bytes:
    """Return the content of an http(s) URI; `DocumentError` if there is none to be had.

    No key goes along. So many redirects are followed, none of them to another scheme; without `anywhere`, none that
    leaves the origin `own`. If `own` is given, private
    addresses are asked only if they are that origin.
    """
    try:
        parts = urlsplit(urldefrag(uri).url)
    except ValueError as error:
        raise DocumentError(f"{uri} can't be fetched: it is no address ({error}).") from error
    try:
        transport = HttpTransport(
            f"{parts.scheme}://{parts.netloc}",
            timeout=timeout,
            max_bytes=max_bytes,
            public_only=own is not None and origin(uri) != (own or None),
        )
    except UsageError as error:
        raise DocumentError(f"{uri} can't be fetched: {error}") from error
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    accept = ("Accept", "application/yaml, application/json, */*")
    try:
        answer, _ = transport.send(Request(method="GET", target=target, headers=(accept,)))
    except ValueError as error:
        raise DocumentError(f"{uri} can't be fetched: {error}") from error
    finally:
        transport.close()
    if isinstance(answer, NoResponse):
        raise DocumentError(f"{uri} can't be fetched: {answer.message}")
    if answer.status in _REDIRECTS:
        location = _joined(uri, answer.header("location") or uri)
        here = origin(location) == (own or origin(uri))
        if redirects and location.partition(":")[0].lower() == parts.scheme.lower() and (anywhere or here):
            return fetch(
                location, timeout=timeout, max_bytes=max_bytes, redirects=redirects - 1, own=own, anywhere=anywhere
            )
        raise DocumentError(
            f"{uri} has moved to {answer.header('location') or 'elsewhere'}; name that place in the reference."
        )
    if answer.status != HTTPStatus.OK:
        raise DocumentError(f"{uri} can't be fetched: the server answered {answer.status}.")
    if answer.truncated:
        raise DocumentError(f"{uri} is longer than {counted(max_bytes, 'byte')}.")
    return answer.body


def _joined(uri: str, reference: str) -> str:
    """Where a reference leads; empty if what stands in the place of its host can be none."""
    try:
        return urljoin(uri, reference)
    except ValueError:
        return ""


_REDIRECTS = {301, 302, 303, 307, 308}
