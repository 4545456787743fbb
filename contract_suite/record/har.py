"""Pieces of an HTTP Archive (HAR 1.2) that whoever writes one makes alike."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import harfile


def records(pairs: Iterable[tuple[str, str]]) -> list[harfile.Record]:
    """Return header fields or parameters of a query as the archive has them."""
    import harfile  # noqa: PLC0415 - few who load this write an archive

    return [harfile.Record(name=name, value=value) for name, value in pairs]


def body_text(body: bytes) -> tuple[str, str | None]:
    """Return a body as text, or as base64 where it is none, and the encoding's name."""
    try:
        return body.decode(), None
    except UnicodeDecodeError:
        return base64.b64encode(body).decode("ascii"), "base64"
