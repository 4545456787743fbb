"""The end of the process of a command: quick, and yet what an application in it left open is closed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TOLD = (
    "import atexit, gc; atexit.register(lambda: print('in one piece:', gc.get_freeze_count() > 0));"
    "from contract_suite.cli import main; main()"
)
APP = '''
"""Answers everything with an empty object, and leaves the close of its log to whoever takes its objects apart."""


class Log:
    def __init__(self):
        self.itself = self
        self.file = open("log.txt", "w", encoding="utf-8")
        self.file.write("begun")


LOG = Log()


async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": b"{}"})
'''
DOCUMENT = """
openapi: 3.1.0
info: {title: One read, version: "1"}
paths:
  /state:
    get: {operationId: readState, responses: {"200": {description: It, content: {application/json: {schema: {type: object}}}}}}
"""


def ended(folder: Path, *arguments: str) -> str:
    found = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", TOLD, *arguments], cwd=folder, capture_output=True, text=True, check=True, timeout=60
    )
    return found.stdout


@pytest.mark.parametrize("arguments", [("list", "families"), ("lint", "opensearch")], ids=" ".join)
def test_a_command_that_ends_takes_nothing_apart(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """Taking contracts and modules apart at the end was a tenth of the time of a run."""
    assert "in one piece: True" in ended(tmp_path, *arguments)


def test_what_an_application_in_the_process_left_open_is_closed(tmp_path: Path) -> None:
    """A file in a circle of objects is written only when that circle is taken apart."""
    (tmp_path / "logged.py").write_text(APP, encoding="utf-8")
    (tmp_path / "openapi.yaml").write_text(DOCUMENT, encoding="utf-8")
    ended(tmp_path, "run", "openapi.yaml", "--app", "logged:app", "--fuzz-time", "0", "--quiet")
    assert (tmp_path / "log.txt").read_text(encoding="utf-8") == "begun"
