"""What a key is, and what fetches one: a command, a grant of OAuth 2, a login."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from contract_suite.model.json import has_too_many_values


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A key with the name of the environment variable that holds it; `made_up` where nobody gave it."""

    value: str = field(repr=False)
    name: str
    made_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedKey:
    """A key, and for how many seconds it is good; `None` where nobody said. A session of cookies has an empty one."""

    value: str = field(repr=False)
    seconds: float | None = None


class KeySource(Protocol):
    """Where a key comes from that can be fetched again."""

    @property
    def variable(self) -> str:
        """The environment variable by which a `curl` line names the key."""

    def fetch(self) -> FetchedKey:
        """Fetch a key that is good now; `EndpointError` says in one sentence why there is none."""


def key_in_answer(body: bytes) -> FetchedKey | None:
    """Return the token in a JSON object, as OAuth 2 gives it (RFC 6749, 5.1) or under another usual name.

    It may stand in an object within the object.
    """
    for holder in _objects(body):
        for name in _TOKENS:
            value = holder.get(name)
            if isinstance(value, str) and value:
                return FetchedKey(value=value, seconds=_seconds(holder.get("expires_in")))
    return None


def text_in_answer(body: bytes, name: str) -> str:
    """Return the text that a member of a JSON object holds; an empty one where there is none."""
    value = _object(body).get(name)
    return value if isinstance(value, str) else ""


def secrets_in(body: bytes) -> Iterator[str]:
    """Yield every text of a JSON object that is named like a token, so that none of them is ever shown."""
    for holder in _objects(body):
        for name, value in holder.items():
            if isinstance(value, str) and value and "token" in name.lower() and name.lower() not in _NO_SECRETS:
                yield value


_TOKENS: Final = (
    *("access_token", "accessToken", "token", "jwt", "id_token", "idToken", "auth_token", "authToken"),
    *("session_token", "sessionToken", "api_key", "apiKey", "key"),
)
_NO_SECRETS: Final = frozenset({"token_type", "tokentype"})


def _object(body: bytes) -> dict[str, Any]:
    try:
        parsed = {} if has_too_many_values(body) else json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _objects(body: bytes) -> Iterator[dict[str, Any]]:
    """A JSON object, and those within it."""
    answer = _object(body)
    yield answer
    yield from (each for each in answer.values() if isinstance(each, dict))


def _seconds(value: object) -> float | None:
    try:
        seconds = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else 0.0
    except ValueError:
        return None
    return seconds if 0 < seconds < float("inf") else None
