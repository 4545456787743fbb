"""A key that a command prints: run at the start, and again when the key expires or is refused."""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import dataclass
from typing import Final

from contract_suite.errors import EndpointError, UsageError
from contract_suite.transport.authentication.key_sources import FetchedKey, key_in_answer

_PATIENCE: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCommand:
    """A command line. No shell reads it; what it says to standard error is shown as it says it."""

    command: str
    variable: str

    def fetch(self) -> FetchedKey:
        """Run it, and take its only line, or the token in the JSON object that it prints."""
        try:
            words = shlex.split(self.command)
        except ValueError as error:
            raise UsageError(f"--token-command is not a valid command line ({error})") from None
        if not words:
            raise UsageError("--token-command is empty")
        try:
            done = subprocess.run(  # noqa: S603 - the user's own command
                words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=_PATIENCE, check=False
            )
        except OSError as error:
            raise EndpointError(f"--token-command can't be started: {error.strerror or error}") from None
        except subprocess.TimeoutExpired:
            raise EndpointError(f"--token-command did not end within {_PATIENCE:g} s") from None
        if done.returncode:
            raise EndpointError(f"--token-command ended with exit code {done.returncode} and gave no key")
        key = key_in_answer(done.stdout)
        if key is not None:
            return key
        lines = done.stdout.decode("utf-8", "replace").split("\n")
        values = [line.strip() for line in lines if line.strip()]
        if len(values) != 1:
            raise EndpointError(f"--token-command printed {len(values)} lines; it should print the key alone")
        return FetchedKey(value=values[0])
