"""Entity tags as values: whether one is well formed and strong, and one that nothing has."""

from __future__ import annotations

import re
from random import Random
from typing import Final

from contract_suite.model.exchange import Exchange

_TAG: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')


def tag_of(exchange: Exchange) -> str | None:
    """Return the well-formed entity tag of an answer, or `None`."""
    text = exchange.response.header("etag") if exchange.response else None
    return text.strip() if text is not None and _TAG.fullmatch(text.strip()) else None


def is_strong(tag: str) -> bool:
    """Whether a tag is one that If-Match can match."""
    return not tag.startswith("W/")


def opaque(tag: str) -> str:
    """Return a tag without its mark of weakness: what If-None-Match compares."""
    return tag.removeprefix("W/")


def unknown_tag(random: Random) -> str:
    """Return a tag that no representation has."""
    return f'"contract-suite-{random.getrandbits(64):016x}"'
