"""What a write ties to a thing and another one unties is counted: the number that rose must fall again."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contract_suite.behaviours.relations.counts_below import BEHAVIOUR
from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.record.reader import read_run
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run
from tests.runner.right_servers import Answer, Mounted

RAISED, LOWERED = "starSong::tied::listed-and-counted", "unstarSong::tied::deleted-and-uncounted"


def document(said: str) -> dict[str, Any]:
    """Songs that somebody may star; nothing but a list tells who did."""
    title = {"type": "string", "minLength": 1, "maxLength": 60}
    song = {
        "type": "object",
        "required": ["id", "title", "stars_count", "plays"],
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "title": title,
            "stars_count": {"type": "integer", "readOnly": True, "description": said},
            "plays": {"type": "integer", "readOnly": True},
        },
    }
    sent = {"type": "object", "required": ["title"], "properties": {"title": title}}
    who = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}

    def answers(schema: dict[str, Any] | None, status: str = "200") -> dict[str, Any]:
        media = {"content": {"application/json": {"schema": schema}}} if schema else {}
        refused = {"description": "refused"}
        return {status: {"description": "done", **media}, "400": refused, "404": refused}

    one = {"parameters": [{"name": "songId", "in": "path", "required": True, "schema": {"type": "integer"}}]}
    body = {"required": True, "content": {"application/json": {"schema": sent}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "songs", "version": "1"},
        "paths": {
            "/songs": {"post": {"operationId": "addSong", "requestBody": body, "responses": answers(song, "201")}},
            "/songs/{songId}": {**one, "get": {"operationId": "song", "responses": answers(song)}},
            "/songs/{songId}/star": {
                **one,
                "put": {"operationId": "starSong", "responses": answers(None, "204")},
                "delete": {"operationId": "unstarSong", "responses": answers(None, "204")},
            },
            "/songs/{songId}/stars": {
                **one,
                "get": {"operationId": "stars", "responses": answers({"type": "array", "items": who})},
            },
        },
    }


class Jukebox:
    """Counts stars; `late` are the methods after which the count stays as it was."""

    def __init__(self, late: frozenset[str]) -> None:
        self.late = late
        self.songs: dict[str, dict[str, Any]] = {}
        self.starred: set[str] = set()
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: Any, _headers: Any, body: Any) -> Answer:
        parts = path.strip("/").split("/")
        if parts == ["songs"]:
            title = body.get("title") if isinstance(body, dict) else None
            if not isinstance(title, str) or not 1 <= len(title) <= 60:
                return 400, None
            made = {"id": next(self.numbers), "title": title, "stars_count": 0, "plays": 0}
            self.songs[str(made["id"])] = made
            return 201, made
        song = self.songs.get(parts[1]) if len(parts) > 1 else None
        if song is None:
            return 404, None
        if parts[2:] == ["star"]:
            (self.starred.add if method == "PUT" else self.starred.discard)(parts[1])
            if method not in self.late:
                song["stars_count"] = int(parts[1] in self.starred)
            return 204, None
        if parts[2:] == ["stars"]:
            return 200, [{"name": "me"}] if parts[1] in self.starred else []
        return 200, song


def judged(folder: Path, late: frozenset[str], said: str) -> set[str]:
    """Run the one behaviour, and return what it found."""
    Mounted.server, Mounted.location, Mounted.tagged = staticmethod(Jukebox(late)), "", ""
    contract = read_contract(Library().read(json.dumps(document(said)).encode(), "songs.json"))
    asked = RunOptions(app="tests.runner.right_servers:app", fuzz_time=0, report=folder, allow_writes=True)
    outcome = run(asked, contracts=[contract], environ={}, behaviours=(BEHAVIOUR,), checks=())
    return {each.clause for each in read_run(outcome.record).findings}


@pytest.mark.longer
@pytest.mark.parametrize(
    ("late", "said", "broken"),
    [
        (frozenset(), "How many starred it.", set()),
        (frozenset({"DELETE"}), "How many starred it.", {LOWERED}),
        (frozenset({"DELETE"}), "Stars that it was ever given.", set()),
        (frozenset({"DELETE"}), "How often it was starred.", set()),
        (frozenset({"PUT", "DELETE"}), "How many starred it, counted every few minutes.", set()),
        (frozenset({"PUT", "DELETE"}), "Stars of verified listeners.", set()),
        (frozenset({"PUT", "DELETE"}), "How many starred it.", {RAISED}),
    ],
)
def test_a_count_follows_what_is_tied_and_untied(
    tmp_path: Path, late: frozenset[str], said: str, broken: set[str]
) -> None:
    assert judged(tmp_path, late, said) == broken
