"""Forms of identities: numbers, UUIDs, random texts, and what looks like the one that a document shows.

Each takes that one, a number from 0 on, and a seed, and gives an identity, or `None` where it has none. The same
arguments give the same identity.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Final
from uuid import UUID

from contract_suite.model.json import JSON

Form = Callable[[JSON, int, str], JSON]

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_FIRST: Final = 1001
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_CHARACTERS: Final = _LETTERS + "0123456789"
_LENGTH: Final = 12
_HEX: Final = (24, 32, 40, 64)


def _random(number: int, seed: str) -> Random:
    return Random(f"identity/{seed}/{number}")  # noqa: S311 - ids of a mock are no secret


def _number(model: JSON, number: int, _seed: str) -> JSON:
    return _FIRST + number if isinstance(model, (int, float)) and not isinstance(model, bool) else None


def _small_number(model: JSON, number: int, _seed: str) -> JSON:
    return int(model) + 1 + number if isinstance(model, (int, float)) and not isinstance(model, bool) else None


def _uuid(model: JSON, number: int, seed: str) -> JSON:
    return _any_uuid(model, number, seed) if isinstance(model, str) and _UUID.match(model) else None


def _word(model: JSON, number: int, seed: str) -> JSON:
    if not isinstance(model, str) or not re.fullmatch(r"[A-Za-z0-9_-]*", model):
        return None
    random = _random(number, seed)
    return random.choice(_LETTERS) + "".join(random.choices(_CHARACTERS, k=_LENGTH - 1))


def _digits(model: JSON, number: int, _seed: str) -> JSON:
    return str(_FIRST + number) if isinstance(model, str) else None


def _longer(model: JSON, number: int, _seed: str) -> JSON:
    return f"{model}-{number + 1}" if isinstance(model, str) and model else None


def _turned(model: JSON, number: int, seed: str) -> JSON:
    """Change letters and digits of the model into others of their kind."""
    if not isinstance(model, str) or not model:
        return None
    random = _random(number, seed)

    def other(found: re.Match[str]) -> str:
        if found[0].isdigit():
            return random.choice("0123456789")
        drawn = random.choice("abcdef" if found[0] in "abcdefABCDEF" else _LETTERS)
        return drawn.upper() if found[0].isupper() else drawn

    return re.sub(r"[A-Za-z0-9]", other, model)


def _turned_at_the_end(model: JSON, number: int, _seed: str) -> JSON:
    text = str(number + 1)
    return model[: -len(text)] + text if isinstance(model, str) and len(model) > len(text) else None


def _any_uuid(_model: JSON, number: int, seed: str) -> JSON:
    return str(UUID(int=_random(number, seed).getrandbits(128), version=4))


def _hex(length: int, model: JSON, number: int, seed: str) -> JSON:
    return f"{_random(number, seed).getrandbits(4 * length):0{length}x}" if isinstance(model, str) else None


FORMS: Final[tuple[Form, ...]] = (
    _number,
    _small_number,
    _uuid,
    _word,
    _digits,
    _longer,
    _turned_at_the_end,
    _turned,
    _any_uuid,
    *(partial(_hex, length) for length in _HEX),
)
"""The forms, the most usual first."""
