"""A key that a command prints: run at the start, and again when the key expires or is refused."""

from __future__ import annotations

import shlex
import subprocess
import time
from dataclasses import dataclass
from threading import Timer
from typing import Final

from contract_suite.errors import EndpointError, UsageError
from contract_suite.model.counting import counted
from contract_suite.transport.authentication.key_sources import FetchedKey, key_in_answer

_PATIENCE: Final = 60.0
_MOST: Final = 1_000_000


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
        printed = self._printed(words)
        key = key_in_answer(printed)
        if key is not None:
            return key
        lines = printed.decode("utf-8", "replace").split("\n")
        values = [line.strip() for line in lines if line.strip()]
        if len(values) != 1:
            raise EndpointError(
                f"--token-command printed {counted(len(values), 'line')}; it should print the key alone"
            )
        return FetchedKey(value=values[0])

    def _printed(self, words: list[str]) -> bytes:
        """Run it, and return what it prints: no more than a key may have, and not for ever."""
        began = time.monotonic()
        try:
            with subprocess.Popen(  # noqa: S603 - the user's own command
                words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
            ) as process:
                clock = Timer(_PATIENCE, process.kill)
                clock.start()
                try:
                    printed = process.stdout.read(_MOST + 1) if process.stdout is not None else b""
                    if len(printed) > _MOST:
                        process.kill()
                    code = process.wait()
                except BaseException:
                    process.kill()
                    raise
                finally:
                    clock.cancel()
        except OSError as error:
            raise EndpointError(f"--token-command can't be started: {error.strerror or error}") from None
        if len(printed) > _MOST:
            raise EndpointError(f"--token-command printed more than {_MOST:,} bytes, which is no key")
        if time.monotonic() - began >= _PATIENCE:
            raise EndpointError(f"--token-command did not end within {_PATIENCE:g} s")
        if code:
            raise EndpointError(f"--token-command ended with exit code {code} and gave no key")
        return printed
