"""Every secret that this process has been given, with what stands in its place wherever it could be seen.

The rule that must not be broken: whoever learns of a key, a password or a secret header says so here before anything
is sent or shown, and whatever leaves the process is held against this list (`record.redaction.hide`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Final

REDACTED: Final = "[redacted]"
"""Stands where something looked like a secret that has no name."""


class KnownSecrets:
    """Secrets by value. What is known is never forgotten while a command or a session lasts."""

    def __init__(self) -> None:
        """Know none."""
        self._names: dict[str, str] = {}
        self._lock = Lock()

    def __repr__(self) -> str:
        """Say how many there are, and none of them."""
        return f"KnownSecrets({len(self._names)})"

    def add(self, secrets: Mapping[str, str]) -> None:
        """Learn of secrets: each value with what to write instead, such as `$API_KEY`."""
        fresh = {value: name for value, name in secrets.items() if value and value not in self._names}
        if fresh:
            with self._lock:
                self._names = {**self._names, **fresh}

    def forget(self) -> None:
        """Begin anew: another command, or another session, begins."""
        with self._lock:
            self._names = {}

    @property
    def names(self) -> Mapping[str, str]:
        """Return what stands in the place of each value; the same object as long as nothing was added."""
        return self._names


KNOWN: Final = KnownSecrets()
"""Those of this process."""


def of_addresses(texts: Iterable[str]) -> dict[str, str]:
    """Return the user names and passwords in texts that may be meant as addresses, however they are misspelt.

    `http://me:secret@host`, `http:/me:secret@host`, `me:secret@host`, `htp://me:sec ret@host`, `me:secret%40host`.
    """
    found: dict[str, str] = {}
    for text in texts:
        user_info, at, _ = _AT.sub("@", text).rpartition("@")
        credentials = _SCHEME.sub("", user_info, count=1)
        user, colon, password = credentials.partition(":")
        if not at or not colon or not password:
            continue
        found |= dict.fromkeys((credentials, password), REDACTED)
        if not user:
            found[f":{password}"] = REDACTED
    return found


def of_path_parameters(address: str) -> dict[str, str]:
    """Return the values of parameters in the path of an address, `/api;key=secret`: session ids and keys stand there.

    A value that is short, a number, a date or a version is none.
    """
    return {value: REDACTED for value in _PARAMETER.findall(address) if not _NO_SECRET.fullmatch(value)}


def without_user_info(address: str) -> str:
    """Return an address, however it is misspelt, without what stands before its last `@`, in its query and in its fragment."""
    shown, at, rest = _AT.sub("@", address).rpartition("@")
    if at:
        scheme = _SCHEME.match(shown)
        shown = f"{scheme[0] if scheme else ''}{REDACTED}@"
    shown = _FRAGMENT.sub(f"#{REDACTED}", f"{shown}{rest}")
    return _BARE_QUERY.sub(rf"\1{REDACTED}", _QUERY.sub(rf"\1{REDACTED}", shown))


_AT: Final = re.compile("%(?:25)*40")
_SCHEME: Final = re.compile(r"\A(?:[A-Za-z][A-Za-z0-9+.-]*:/+|/+|[A-Za-z-]+=(?:[A-Za-z][A-Za-z0-9+.-]*:/+)?)")
_FRAGMENT: Final = re.compile(r"#.+", re.DOTALL)
_QUERY: Final = re.compile(r"([?&;][^=&?#;]*=)[^&?#;]+")
_BARE_QUERY: Final = re.compile(r"([?&])[^=&?#;]+=?(?=[&?#;]|\Z)")
_PARAMETER: Final = re.compile(r";[^;=/?#]*=([^;/?#]+)")
_NO_SECRET: Final = re.compile(r".{0,3}|[vV]?[0-9.\-]+")
