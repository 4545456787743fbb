"""Every exit code has its line on the page of exit codes, and every line a code."""

from __future__ import annotations

import re
from pathlib import Path

from contract_suite.errors import ExitCode
from tests.parity import assert_each

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "exit-codes.md"


def test_every_exit_code_has_its_line() -> None:
    stated = re.findall(r"^\| (\d+) \| \S", PAGE.read_text("utf-8"), re.MULTILINE)
    assert_each(
        stated,
        [str(code.value) for code in ExitCode],
        lacks="docs/reference/exit-codes.md lacks the row of the code",
        beyond="a row of docs/reference/exit-codes.md without an ExitCode",
    )
    assert stated == sorted(stated, key=int), "docs/reference/exit-codes.md has the codes out of their order"
