"""What a user asks of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from contract_suite.model.json import JSON

DEFAULT_TIMEOUT: Final = 10.0
DEFAULT_MAX_BYTES: Final = 10 * 1024 * 1024
DEFAULT_FUZZ_TIME: Final = 5.0
DEFAULT_WORKERS: Final = 6
"""Requests on their way at a time: as many connections as a browser opens to one host."""


class Inference(StrEnum):
    """What becomes of what names and shapes of a document say about behaviour."""

    OFF = "off"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """Everything about a run that is not in its contracts.

    `contracts` are family names or paths of documents; none means every family. `overlays` are files that are applied to
    each. `url` and `app` (`module:attribute`)
    exclude each other; without both, the embedded mock answers. Times are seconds, sizes bytes. `*_env` name
    environment variables that hold keys. `values` are declared parameter values.
    """

    contracts: tuple[str, ...] = ()
    overlays: tuple[Path, ...] = ()
    url: str | None = None
    app: str | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    token_env: str = ""
    readonly_token_env: str = ""
    revoked_token_env: str = ""
    auth: tuple[tuple[str, str], ...] = ()
    """Security schemes with what holds their key: `VARIABLE`, or `GRANT:VARIABLE` for OAuth 2."""
    oauth_client_env: str = ""
    token_url: str | None = None
    token_command: str = field(default="", repr=False)
    login: tuple[str, str] | None = None
    """An operation, or `METHOD /path`, with the variable that holds its body."""
    csrf: tuple[tuple[str, str], ...] = ()
    """Cookies with the header that repeats each."""
    seed: int = 0
    max_time: float | None = None
    max_requests: int | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    report: Path | None = None
    strict: bool = False
    infer: Inference = Inference.CONFIRM
    fuzz_time: float = DEFAULT_FUZZ_TIME
    workers: int = DEFAULT_WORKERS
    timeout: float = DEFAULT_TIMEOUT
    max_bytes: int = DEFAULT_MAX_BYTES
    values: Mapping[str, JSON] = field(default_factory=dict)
    allow_writes: bool = False
    allow_destructive: bool = False
    allow_incomplete: bool = False
    allow_refs: tuple[str, ...] = ()
    allow_remote_refs: bool = False
    check_rate_limits: bool = False
    by_family: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    """What is otherwise for one contract, by its name: values by field."""

    def of(self, contract: str) -> RunOptions:
        """Return the options for one contract, by its name."""
        return replace(self, **self.by_family.get(contract, {}), by_family={}) if self.by_family else self

    def without(self, *names: str) -> RunOptions:
        """Return the options with the defaults of these fields, for every contract."""
        defaults: dict[str, Any] = {name: getattr(RunOptions(), name) for name in names}
        families = {
            family: {name: value for name, value in values.items() if name not in names}
            for family, values in self.by_family.items()
        }
        return replace(self, **defaults, by_family=families)
