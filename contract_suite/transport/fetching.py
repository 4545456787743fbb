"""Fetches a document that a `$ref` names by URL, for users who allow that."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

from contract_suite.errors import DocumentError, UsageError
from contract_suite.model.exchange import NoResponse, Request
from contract_suite.transport.http import HttpTransport

MAX_BYTES: Final = 10_000_000
"""A longer document is refused."""


def fetch(uri: str, *, timeout: float = 10.0, max_bytes: int = MAX_BYTES, redirects: int = 0) -> bytes:
    """Return the content of an http(s) URI; `DocumentError` if there is none to be had.

    No key goes along. So many redirects are followed, none of them to another scheme.
    """
    parts = urlsplit(urldefrag(uri).url)
    try:
        transport = HttpTransport(f"{parts.scheme}://{parts.netloc}", timeout=timeout, max_bytes=max_bytes)
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
        location = urljoin(uri, answer.header("location") or uri)
        if redirects and urlsplit(location).scheme == parts.scheme:
            return fetch(location, timeout=timeout, max_bytes=max_bytes, redirects=redirects - 1)
        raise DocumentError(
            f"{uri} has moved to {answer.header('location') or 'elsewhere'}; name that place in the reference."
        )
    if answer.status != HTTPStatus.OK:
        raise DocumentError(f"{uri} can't be fetched: the server answered {answer.status}.")
    if answer.truncated:
        raise DocumentError(f"{uri} is longer than {max_bytes:,} bytes.")
    return answer.body


_REDIRECTS = {301, 302, 303, 307, 308}
