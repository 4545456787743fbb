"""What is served is asked for an id that nothing has, too: many a server crashes there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.runner.right_servers import Answer, Node, found, judged

TEXT: Node = {"type": "string"}
DOCUMENT: Node = {
    "openapi": "3.1.0",
    "info": {"title": "Kernels", "version": "1"},
    "paths": {
        "/kernels/{kernel}/status": {
            "parameters": [{"name": "kernel", "in": "path", "required": True, "schema": TEXT, "example": "main"}],
            "get": {
                "operationId": "kernelStatus",
                "responses": {"200": {"description": "how it is"}, "404": {"description": "unknown"}},
            },
        },
    },
}


def kernels(crashes: bool) -> Any:
    def answer(method: str, path: str, _query: dict[str, str], _headers: dict[str, str], _sent: Any) -> Answer:
        if method != "GET":
            return 405, None
        return (200, None) if path == "/kernels/main/status" else (500 if crashes else 404, None)

    return answer


def test_a_crash_at_an_unknown_id_is_found(tmp_path: Path) -> None:
    run = judged(DOCUMENT, kernels(crashes=True), tmp_path)
    assert "kernelStatus::response::no-server-error" in {clause for _, clause, _ in found(run)}


def test_a_right_server_knows_no_such_id(tmp_path: Path) -> None:
    run = judged(DOCUMENT, kernels(crashes=False), tmp_path)
    assert found(run) == []
    assert any("nothing has" in each.note for each in run.exchanges())
