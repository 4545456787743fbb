"""Where a run's record and reports lie unless another place is named."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

FOLDER: Final = Path("contract-suite-report")
"""Where a run goes unless it is told otherwise, and where commands look for the last one."""
RECORD: Final = "run.ndjson"


def run_option(record: Path) -> str:
    """Return the option, with a blank before it, by which a command finds this record; empty where it finds it alone."""
    folder = record.parent if record.name == RECORD else record
    if folder == FOLDER or folder.absolute() == FOLDER.absolute():
        return ""
    return f" --run {shlex.quote(str(folder))}"
