"""Things that a PUT creates under a name of the client's choice, deleted by work that goes on for a while.

They stand on shelves that no operation lists: only what others show is good.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.inference.test_below_owners import TEXT, Node, _json, _object, facts
from tests.runner.right_servers import Answer, found, judged

NAME: Node = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9-]{1,40}$"}
SERIAL: Node = {"type": "string", "pattern": "^[A-Z0-9]{6,20}$"}
SENT = _object(["serial"], serial=SERIAL, label=TEXT, shelf=TEXT)
BOX = _object(["name", "serial"], name={**NAME, "readOnly": True}, serial=SERIAL, label=TEXT, shelf=TEXT)
NOTE = _object(["id", "text"], id={"type": "integer"}, text=TEXT)


def _operation(name: str, answers: dict[str, Node | None], sent: Node | None = None, said: str = "done") -> Node:
    refused = {each: {"description": "refused"} for each in ("400", "404", "409")}
    done = {each: {"description": said, **(_json(shown) if shown else {})} for each, shown in answers.items()}
    asked: Node = {"requestBody": {"required": True, **_json(sent)}} if sent else {}
    return {"operationId": name, "responses": {**done, **refused}, **asked}


def boxes() -> Node:
    """Boxes that are put, listed, changed and deleted, and notes in them."""

    def key(name: str) -> list[Node]:
        return [{"name": name, "in": "path", "required": True, "schema": NAME}]

    return {
        "openapi": "3.1.0",
        "info": {"title": "boxes", "version": "1"},
        "paths": {
            "/boxes": {"get": _operation("listBoxes", {"200": {"type": "array", "items": BOX}})},
            "/boxes/{name}": {
                "parameters": key("name"),
                "get": _operation("showBox", {"200": BOX}),
                "put": _operation("putBox", {"200": BOX, "201": BOX}, SENT),
                "patch": _operation("changeBox", {"200": BOX}, _object([], label=TEXT, shelf=TEXT)),
                "delete": _operation("dropBox", {"202": None, "204": None}, said="It is gone, or was not there."),
            },
            "/boxes/{box_name}/notes": {
                "parameters": key("box_name"),
                "get": _operation("listNotes", {"200": {"type": "array", "items": NOTE}}),
                "post": {
                    **_operation("addNote", {"201": NOTE}, _object(["text"], text=TEXT)),
                    "description": "A box can have a note with the same text only once.",
                },
            },
        },
    }


class Boxes:
    """Keeps its document, but for a fault; what is deleted is seen for two more requests."""

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.boxes: dict[str, Node] = {
            name: {"name": name, "serial": f"SEED0{number}", "shelf": shelf}
            for number, (name, shelf) in enumerate((("alpha", "north"), ("beta", "south")))
        }
        self.notes: dict[str, list[Node]] = {}
        self.going: dict[str, int] = {}
        self.number = 0

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        for name in list(self.going):
            self.going[name] -= 1
            if not self.going[name]:
                self.boxes.pop(name, None), self.notes.pop(name, None), self.going.pop(name)
        match path.strip("/").split("/"):
            case ["boxes"] if method == "GET":
                return 200, list(self.boxes.values())
            case ["boxes", name] if method in {"GET", "PUT", "PATCH", "DELETE"}:
                if not re.fullmatch(NAME["pattern"][1:-1], name):
                    return 400, {}
                return self._put(name, sent) if method == "PUT" else self._of_one(method, name, sent)
            case ["boxes", name, "notes"] if method in {"GET", "POST"}:
                return self._notes(method, name, sent) if name in self.boxes else (404, {})
        return 405, None

    def _put(self, name: str, sent: Any) -> Answer:
        if not _is_box(sent, needed=True):
            return 400, {}
        if sent.get("shelf", "north") not in {"north", "south"}:
            return 400, {"error": "That shelf does not exist."}
        if name in self.going or any(
            each["serial"] == sent["serial"] for other, each in self.boxes.items() if other != name
        ):
            return 409, {}
        there = name in self.boxes
        self.boxes[name] = {"name": name, **{each: sent[each] for each in ("serial", "label", "shelf") if each in sent}}
        return (200 if there else 201), self.boxes[name]

    def _of_one(self, method: str, name: str, sent: Any) -> Answer:
        box = self.boxes.get(name)
        if method == "DELETE":
            if box is not None:
                self.going.setdefault(name, 3)
            return (204 if box is None else 202), None
        if box is None:
            return 404, {}
        if method == "PATCH":
            if not _is_box(sent, needed=False):
                return 400, {}
            if sent.get("shelf", "north") not in {"north", "south"}:
                return 400, {"error": "That shelf does not exist."}
            kept = {"unchanged": "label", "unmoved": "shelf"}.get(self.fault)
            box.update({name: sent[name] for name in ("label", "shelf") if name in sent and name != kept})
        return 200, box

    def _notes(self, method: str, name: str, sent: Any) -> Answer:
        if method == "GET":
            shown = self.notes.values() if self.fault == "notes of all" else [self.notes.get(name, [])]
            return 200, [note for notes in shown for note in notes]
        if not isinstance(sent, dict) or not _is_text(sent.get("text")):
            return 400, {}
        if self.fault != "notes twice" and any(each["text"] == sent["text"] for each in self.notes.get(name, [])):
            return 400, {"text": ["The box has that note already."]}
        self.number += 1
        self.notes.setdefault(name, []).append({"id": self.number, "text": sent["text"]})
        return 201, self.notes[name][-1]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 60


def _is_box(sent: Any, *, needed: bool) -> bool:
    if not isinstance(sent, dict) or not all(_is_text(sent.get(name, "-")) for name in ("label", "shelf")):
        return False
    serial = sent.get("serial", "" if needed else "AAAAAA")
    return isinstance(serial, str) and re.fullmatch("[A-Z0-9]{6,20}", serial) is not None


def test_a_put_that_documents_201_is_the_create() -> None:
    said = facts(boxes())
    assert said["::resources/Box/create"] == {"operation": "putBox"}
    assert said["::resources/Box/update"]["operation"] == "changeBox"


@pytest.mark.longer
@pytest.mark.parametrize(
    ("fault", "clauses"),
    [
        ("", set()),
        ("unchanged", {"changeBox::Box::update-read-back"}),
        ("unmoved", {"changeBox::Box::update-read-back"}),
        ("notes twice", {"addNote::request::only-once"}),
        ("notes of all", {"listNotes::below::not-listed-elsewhere"}),
    ],
)
def test_it_is_held_to_the_server(tmp_path: Path, fault: str, clauses: set[str]) -> None:
    record = judged(boxes(), Boxes(fault), tmp_path)
    shown = {clause for _, clause, _ in found(record) if not clause.endswith("::allow-header")}
    assert clauses <= shown
    assert fault or not shown
    passed = {each.clause for each in record.conformance if each.passed}
    assert {
        "putBox::Box::values-read-back",
        "listBoxes::Box::created-listed",
        "showBox::Box::deleted-unknown",
        *(() if fault else ("addNote::request::only-once", "changeBox::Box::update-read-back")),
    } <= passed
