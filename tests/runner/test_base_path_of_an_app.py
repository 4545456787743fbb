"""An application in process is addressed below the document's base path, or at its root where it has nothing there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run
from tests.runner.notes_app import DOCUMENT, Notes


class Below:
    """The service of notes at one path alone: everywhere else is nothing."""

    def __init__(self, base_path: str) -> None:
        self.base_path = base_path
        self.notes = Notes("")
        self.paths: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            self.paths.append(scope["path"])
            if not scope["path"].startswith(f"{self.base_path}/notes"):
                await send({"type": "http.response.start", "status": 404, "headers": []})
                await send({"type": "http.response.body", "body": b""})
                return
        await self.notes(scope, receive, send)


@pytest.mark.longer
@pytest.mark.parametrize("base_path", ["/notes-api", ""])
def test_an_app_is_found_below_the_base_path_and_at_its_root(
    base_path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The base path was left out for applications: one mounted below it answered 404 to everything.
    document = tmp_path / "notes.yaml"
    document.write_text(DOCUMENT)
    service = Below(base_path)
    monkeypatch.setattr("contract_suite.transport.app_loading.load_app", lambda _name: service)
    options = RunOptions(contracts=(str(document),), app="notes:app", fuzz_time=0, report=tmp_path / "report")
    outcome = run(options, environ={})
    assert outcome.exit_code == 0
    astray = [path for path in service.paths if not path.startswith(f"{base_path}/notes")]
    assert len(astray) <= (0 if base_path else 1)
