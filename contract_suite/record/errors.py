"""What is wrong with a run record, in one sentence that names the file and the line."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from contract_suite.errors import ContractSuiteError, ExitCode


class RecordError(ContractSuiteError):
    """A run record can't be written or read; `line` counts from 1, 0 where the trouble is the file as a whole."""

    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, message: str, *, path: Path, line: int = 0) -> None:
        """Keep the sentence and put the place in front of it."""
        self.message = message
        self.path = path
        self.line = line
        super().__init__(f"{path}:{line}: {message}" if line else f"{path}: {message}")
