"""Operations without an operationId are called after method and path: the braces in them ended a run with a KeyError."""

from __future__ import annotations

from pathlib import Path

from tests.runner.right_servers import found, judged
from tests.runner.test_slash_at_the_end import Things, document


def test_operations_without_a_name_are_held_to_their_behaviour(tmp_path: Path) -> None:
    unnamed = document("")
    for item in unnamed["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                del operation["operationId"]
    run = judged(unnamed, Things(""), tmp_path)
    assert {clause.rpartition("::")[2] for _, clause, _ in found(run)} <= {"allow-header"}
    record = (tmp_path / "run.ndjson").read_text("utf-8")
    assert "::body::refused-without-effect" in record
    assert "/things/{id}" in record
