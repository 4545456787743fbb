"""A server that crashes over an odd body is found by a run without fuzzing; one that bears it is not accused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.generate.test_odd_bodies import NAMED, TEXTS, document
from tests.runner.small_app import Asked, Reply, hold


def labels_of(body: Any) -> dict[str, Any]:
    labels = body.get("labels") if isinstance(body, dict) else None
    return labels if isinstance(labels, dict) else {}


STUMBLES: dict[str, Callable[[Any], bool]] = {
    "never": lambda _body: False,
    "over an empty name": lambda body: "" in labels_of(body),
    "over a list in a map": lambda body: [] in labels_of(body).values(),
    "over a body that is a list": lambda body: isinstance(body, list),
    "over a body that is null": lambda body: body is None,
}


def service(stumbles: Callable[[Any], bool]) -> Callable[[Asked], Reply]:
    def reply(asked: Asked) -> Reply:
        if asked.method != "POST":
            return 405, None, {"allow": "POST"}
        if asked.headers.get("content-type") != "application/json":
            return 415, None
        body = asked.json
        if body is None and asked.body != b"null":
            return 400, None
        if stumbles(body):
            return 500, None
        if not isinstance(body, dict) or not isinstance(body.get("name"), str):
            return 400, None
        labels = body.get("labels", {})
        good = isinstance(labels, dict) and all(isinstance(each, str) for each in labels.values())
        return (200, None) if good else (400, None)

    return reply


@pytest.mark.parametrize("over", STUMBLES)
@pytest.mark.parametrize("stated", [True, False], ids=["type stated", "type left open"])
def test_a_server_that_stumbles_is_found_and_another_is_not(
    over: str, stated: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = NAMED if stated else {"required": ["name"], "properties": {"name": {"type": "string"}, "labels": TEXTS}}
    held = hold(service(STUMBLES[over]), document(schema), tmp_path, monkeypatch)
    crashes = {each.clause for each in held.record.findings if each.clause.endswith("::no-server-error")}
    assert crashes == (set() if over == "never" else {"send::response::no-server-error"})
