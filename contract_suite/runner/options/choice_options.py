"""The options that choose a configuration file and a profile of it."""

from __future__ import annotations

from typing import Final

from contract_suite.runner.options import option_readers as readers
from contract_suite.runner.options.option import Option

CONFIG: Final = Option(
    name="config",
    field="config",
    read=readers.path,
    metavar="FILE",
    help=(
        "Configuration file (default: the nearest contract-suite.toml, or pyproject.toml with [tool.contract-suite], at or "
        "above the working directory)."
    ),
    replay_help="Configuration file, for what it says of keys.",
)
PROFILE: Final = Option(
    name="profile",
    field="profile",
    read=readers.text,
    metavar="NAME",
    help="Profile of the configuration file.",
    replay_help="Profile of the configuration file.",
)
CHOICE: Final = (CONFIG, PROFILE)
"""Both of them."""
