"""One option of a run, and the doors at which options stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from contract_suite.model.json import JSON
from contract_suite.runner.options import option_readers as readers

CONTRACT: Final = "contract"
"""Stands before the name of each option in pytest, and is the name of the one that says what to test."""


class Door(StrEnum):
    """A way in that takes options."""

    RUN = "contract-suite run"
    REPLAY = "contract-suite replay"
    PYTEST = "pytest"


class Option(NamedTuple):
    """One option.

    `field` is the field of `RunOptions` or `GateRequest` that it fills. An option without `read` is a flag, a
    `repeated` one may be given several times. `absent` names doors at which the
    option doesn't stand, each with the reason; at `replay` stand only options with a `replay_help`. `restored` reads
    the value back from a run record; without it, a replay doesn't take it over.
    """

    name: str
    field: str
    help: str
    read: readers.Reader | None = None
    metavar: str = ""
    short: str = ""
    repeated: bool = False
    absent: Mapping[Door, str] | None = None
    replay_help: str = ""
    recorded: bool = True
    restored: Callable[[JSON], object] | None = None

    def stands_at(self, door: Door) -> bool:
        """Whether users of a door can give this option."""
        return bool(self.replay_help) if door is Door.REPLAY else door not in (self.absent or {})

    def flag(self, door: Door) -> str:
        """Return the option as it is written at a door: `--seed`, and `--contract-seed` in pytest."""
        if door is not Door.PYTEST or self.name == CONTRACT:
            return f"--{self.name}"
        return f"--{CONTRACT}-{self.name}"
