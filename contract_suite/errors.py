"""The exit codes, and the exceptions of the package: three troubles that never mix, each with its code.

A server that breaks its contract raises nothing; that is a verdict. What is raised is the user's trouble
(`UsageError`), the document's (`DocumentError`) or the endpoint's (`EndpointError`).
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar, Final, Protocol

TRACEBACK: Final = "CONTRACT_SUITE_TRACEBACK"
"""The environment variable that lets an error of our own show where it happened."""


class ExitCode(IntEnum):
    """What the command line ends with, and what a run and its gate record."""

    CONFORMANT = 0
    FINDINGS = 1
    USAGE = 2
    COULD_NOT_RUN = 3
    INCOMPLETE = 4
    HUNG_UP = 129
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


class HasPlace(Protocol):
    """Something with a place that can be named: a `Location`."""

    @property
    def place(self) -> str:
        """`file:line`."""


class ContractSuiteError(Exception):
    """Anything this package raises on purpose; its text is one sentence for the user."""

    exit_code: ClassVar[ExitCode] = ExitCode.COULD_NOT_RUN


class UsageError(ContractSuiteError):
    """What the user asked for makes no sense: an unknown family, a misspelt option value, a malformed header."""

    exit_code: ClassVar[ExitCode] = ExitCode.USAGE


class NoRoomError(ContractSuiteError):
    """What was to be written can't be: the disk is full, or fails."""


class OutputError(ContractSuiteError):
    """What was to be printed can't be: the device is full, or fails."""


class ReaderGoneError(OutputError):
    """Whoever read what is printed went away, as `head` does."""

    exit_code: ClassVar[ExitCode] = ExitCode.BROKEN_PIPE


class DocumentError(ContractSuiteError):
    """A document can't be used; `location` says where, if a place is known."""

    exit_code: ClassVar[ExitCode] = ExitCode.COULD_NOT_RUN

    def __init__(self, message: str, location: HasPlace | None = None) -> None:
        """Keep `message`, prefixed with the place it speaks of."""
        self.message = message
        self.location = location
        super().__init__(f"{location.place}: {message}" if location else message)


class EndpointError(ContractSuiteError):
    """The endpoint can't be tested at all: nothing listens, or what answers speaks no HTTP."""

    exit_code: ClassVar[ExitCode] = ExitCode.COULD_NOT_RUN
