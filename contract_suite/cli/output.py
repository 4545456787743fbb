"""The way out of a command: everything it prints passes here, without known secrets and with nothing that acts.

The rule that must not be broken: no text reaches the terminal past these streams. What a server or a document says can
neither move a cursor, nor turn the direction of writing, nor hide a word, whoever forgot to spell it out.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from contract_suite.errors import OutputError, ReaderGoneError
from contract_suite.known_secrets import KNOWN
from contract_suite.model.unseen import UNSEEN, inert, spelt

if TYPE_CHECKING:
    from collections.abc import Iterable


class GuardedStream:
    """A text stream in front of another one."""

    def __init__(self, stream: TextIO) -> None:
        """Write to `stream`."""
        self._stream = stream
        self._inert = _on_terminal if stream.isatty() else inert

    def write(self, text: str) -> int:
        """Write what may be seen of the text."""
        if not isinstance(text, str):
            raise TypeError(f"a text is written here, not {type(text).__name__}")
        if KNOWN.names:
            from contract_suite.record.redaction import hide

            text = hide(text)
        try:
            return self._stream.write(self._inert(text))
        except OSError as error:
            raise _lost(error) from error

    def flush(self) -> None:
        """Let out what was written; `OutputError` if that can't be."""
        try:
            self._stream.flush()
        except OSError as error:
            raise _lost(error) from error

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of them."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the stream behind it has
        """Be the stream behind it in all else."""
        return getattr(self._stream, name)


@contextmanager
def guarded() -> Iterator[None]:
    """Let standard output and standard error pass here."""
    before = sys.stdout, sys.stderr
    with ExitStack() as opened:
        # Either may be missing, where a program without a console calls, or one that closed it.
        sys.stdout, sys.stderr = (
            GuardedStream(stream or opened.enter_context(Path(os.devnull).open("w", encoding="utf-8")))
            for stream in before
        )
        try:
            yield
        finally:
            sys.stdout, sys.stderr = before


def _lost(error: OSError) -> OutputError:
    """What to raise where something can't be printed: no `OSError`, of which other code makes something else."""
    if isinstance(error, BrokenPipeError):
        return ReaderGoneError("the reader of the output has gone")
    return OutputError(f"the output can't be written ({error.strerror or error})")


# Colours and the cursor of the line that shows progress are our own; what names a window or writes a clipboard is not.
_ON_TERMINAL: Final = re.compile(rf"[{UNSEEN}]|\x1b(?!\[[0-9;?]{{0,40}}[A-HJKhlm])")


def _on_terminal(text: str) -> str:
    return text if text.isprintable() else _ON_TERMINAL.sub(spelt, text)
