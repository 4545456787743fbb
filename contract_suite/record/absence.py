"""Tells whether a text holds none of many words, many times faster than Python's own engine can, and in linear time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import jsonschema_rs

_ENGINE: Final = 256 * 1024 * 1024


def without(patterns: Iterable[str]) -> jsonschema_rs.Draft202012Validator:
    """Return what is valid for texts in which none of these patterns is found."""
    return _compiled("|".join(patterns) or "$^a")


@lru_cache(maxsize=16)
def _compiled(joined: str) -> jsonschema_rs.Draft202012Validator:
    """Compile a pattern once: the record, the reports and the terminal look for the same secrets, and each would take 40 ms."""
    options = jsonschema_rs.RegexOptions(size_limit=_ENGINE, dfa_size_limit=_ENGINE)
    try:
        return jsonschema_rs.Draft202012Validator({"not": {"pattern": joined}}, pattern_options=options)
    except jsonschema_rs.ValidationError:
        raise ValueError("the secrets are too long to be looked for") from None  # the error's own text shows them


def literal(word: str) -> str:
    """Return a word as a pattern that stands for itself."""
    return re.sub(r"[\\^$.|?*+()\[\]{}]", r"\\\g<0>", word)
