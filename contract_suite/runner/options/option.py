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
    CONFIGURATION = "configuration"
    """A configuration file, and the environment."""


class Option(NamedTuple):
    """One option.

    `field` is the field of `RunOptions` or `GateRequest` that it fills. An option without `read` is a flag, a
    `repeated` one may be given several times. `absent` names doors at which the
    option doesn't stand, each with the reason; at `replay` stand only options with a `replay_help`. `restored` reads
    the value back from a run record; without it, a replay doesn't take it over.

    Of a `per_family` option each family may have its own value; of a `prefixed` one also by `FAMILY=` before the text.
    A text of `words` may hold several, separated by commas or blanks. `named_only` says why a configuration file that
    nobody named, but that was only found, may not give the option.
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
    per_family: bool = False
    prefixed: bool = False
    words: bool = False
    named_only: str = ""

    @property
    def variable(self) -> str:
        """The environment variable that gives it."""
        return f"CONTRACT_SUITE_{self.name.replace('-', '_').upper()}"

    @property
    def several(self) -> bool:
        """Whether it may be given several times."""
        return self.repeated or self.prefixed

    def stands_at(self, door: Door) -> bool:
        """Whether users of a door can give this option."""
        return bool(self.replay_help) if door is Door.REPLAY else door not in (self.absent or {})

    def flag(self, door: Door) -> str:
        """Return the option as it is written at a door: `--seed`, and `--contract-seed` in pytest."""
        if door is not Door.PYTEST or self.name == CONTRACT:
            return f"--{self.name}"
        return f"--{CONTRACT}-{self.name}"
