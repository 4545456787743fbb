"""A server that keeps nothing of what it is sent is never called conformant, and one that keeps it is never doubted."""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_suite.errors import ExitCode
from contract_suite.runner.options.run_options import Inference, RunOptions
from contract_suite.runner.run import run
from tests.quick import crossed
from tests.runner.right_servers import Answer, Server, found, judged

Node = dict[str, Any]

NEW: Node = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 40},
        "size": {"type": "integer", "minimum": 0, "maximum": 100},
    },
}
ID: Node = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
THING: Node = {"allOf": [ID, NEW]}
INFERENCES = Inference.CONFIRM, Inference.OFF


def answer(schema: Node) -> Node:
    return {"description": "d", "content": {"application/json": {"schema": schema}}}


def document(*, without: tuple[str, ...] = (), shown: Node = THING) -> Node:
    taken = {"required": True, "content": {"application/json": {"schema": NEW}}}
    one = {"name": "thingId", "in": "path", "required": True, "schema": {"type": "string"}}
    refused = {"description": "refused"}
    below: Node = {
        "get": {"operationId": "getThing", "responses": {"200": answer(shown), "404": refused}},
        "delete": {"operationId": "deleteThing", "responses": {"204": {"description": "gone"}, "404": refused}},
    }
    above: Node = {
        "get": {
            "operationId": "listThings",
            "responses": {"200": answer({"type": "array", "items": shown})},
        },
        "post": {
            "operationId": "createThing",
            "requestBody": taken,
            "responses": {"201": answer(THING), "400": refused},
        },
    }
    for paths in (above, below):
        for method in [each for each in paths if paths[each]["operationId"] in without]:
            del paths[method]
    paths = {"/things": above, "/things/{thingId}": {"parameters": [one], **below}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {path: item for path, item in paths.items() if item.keys() - {"parameters"}},
    }


def is_valid(sent: Any) -> bool:
    if not isinstance(sent, dict) or not isinstance(sent.get("name"), str) or not 1 <= len(sent["name"]) <= 40:
        return False
    size = sent.get("size", 0)
    return isinstance(size, (int, float)) and not isinstance(size, bool) and size == int(size) and 0 <= size <= 100


class Right:
    """A server that keeps what it is sent; its parts are replaced to make others."""

    def __init__(self) -> None:
        self.things: dict[str, Node] = {}
        self.numbers = itertools.count(1)

    def __call__(self, method: str, path: str, _query: Node, _headers: Node, sent: Any, /) -> Answer:
        parts = path.strip("/").split("/")
        if parts[0] != "things" or len(parts) > 2:
            return 404, {"title": "unknown"}
        if len(parts) == 1:
            return self.list() if method == "GET" else self.create(sent) if method == "POST" else (405, None)
        if method not in {"GET", "DELETE"}:
            return 405, None
        return self.read(parts[1]) if method == "GET" else self.delete(parts[1])

    def new_id(self) -> str:
        return f"thing{next(self.numbers):04}"

    def create(self, sent: Any) -> Answer:
        if not is_valid(sent):
            return 400, {"title": "invalid"}
        made = {"id": self.new_id(), **{key: sent[key] for key in NEW["properties"] if key in sent}}
        self.keep(made)
        return 201, made

    def keep(self, made: Node) -> None:
        self.things[made["id"]] = made

    def list(self) -> Answer:
        return 200, [*self.things.values()]

    def read(self, name: str, /) -> Answer:
        return (200, self.things[name]) if name in self.things else (404, {"title": "unknown"})

    def delete(self, name: str, /) -> Answer:
        return (204, None) if self.things.pop(name, None) else (404, {"title": "unknown"})


class EmptyList(Right):
    def list(self) -> Answer:
        return 200, []


class SameRead(Right):
    def read(self, _name: str, /) -> Answer:
        return 200, {"id": "fixed", "name": "the same"}


class FirstRead(Right):
    """Shows what was made first, whatever is asked for."""

    def read(self, _name: str, /) -> Answer:
        return 200, next(iter(self.things.values()), {"id": "fixed", "name": "the same"})


class SameOfWhatExists(Right):
    """Knows which ids exist, and shows one thing for all of them."""

    def read(self, name: str, /) -> Answer:
        return super().read(name) if name not in self.things else (200, {"id": "fixed", "name": "the same"})


class Static(Right):
    """Checks requests, and answers each operation with its example."""

    def keep(self, made: Node) -> None:
        made |= {"id": "string", "name": "string"}

    def list(self) -> Answer:
        return 200, [{"id": "string", "name": "string"}]

    def read(self, _name: str, /) -> Answer:
        return 200, {"id": "string", "name": "string"}

    def delete(self, _name: str, /) -> Answer:
        return 204, None


class Dynamic(Static):
    """Checks requests, and answers each with values that it makes up."""

    def __init__(self) -> None:
        super().__init__()
        self.random = random.Random(1)  # noqa: S311 - repeatable on purpose

    def made_up(self) -> Node:
        return {name: f"{self.random.getrandbits(60):x}" for name in ("id", "name")}

    def keep(self, made: Node) -> None:
        made |= self.made_up()

    def list(self) -> Answer:
        return 200, [self.made_up() for _ in range(self.random.randrange(3))]

    def read(self, _name: str, /) -> Answer:
        return 200, self.made_up()


class Template(Static):
    """Puts the id of the request into its example."""

    def read(self, name: str, /) -> Answer:
        return 200, {"id": name, "name": "string"}

    def keep(self, made: Node) -> None:
        made |= {"name": "string"}


class Everything(Right):
    """A front page: every request is served alike."""

    def __call__(self, _method: str, _path: str, _query: Node, _headers: Node, _sent: Any, /) -> Answer:
        return 200, {"id": f"{time.monotonic_ns()}", "name": "Welcome"}


def _name(value: Any) -> str:
    return str(value.value) if isinstance(value, Inference) else str(value[0].__name__)


UNSEEN: list[tuple[type[Right], str]] = [
    (EmptyList, "listThings stayed empty although createThing was served"),
    (SameRead, "getThing gives the same answer for every id"),
    (FirstRead, "getThing gives the same answer for every id"),
    (SameOfWhatExists, "getThing gives the same answer for every id"),
    (Static, "looks like a static mock: nothing that createThing created was seen again in getThing"),
    (Dynamic, "looks like a static mock: nothing that createThing created was seen again in getThing"),
    (Template, "looks like a static mock: nothing that createThing created was seen again in getThing"),
    (Everything, "every request gets the same answer"),
]


@pytest.mark.parametrize(("case", "infer"), crossed(UNSEEN, INFERENCES), ids=_name)
def test_what_is_never_seen_again_was_not_tested(
    case: tuple[Callable[[], Server], str], infer: Inference, tmp_path: Path
) -> None:
    server, said = case
    record = judged(document(), server(), tmp_path, infer=infer)
    assert record.footer is not None
    assert said in record.footer.reason
    assert (record.footer.conformant, record.footer.complete) == (False, False)
    if server is not Everything:
        assert record.footer.exit_code == ExitCode.INCOMPLETE
        assert {level for level, _, _ in found(record)} <= {"advisory"}


class Lagging(Right):
    """Shows in lists what is half a second old."""

    def __init__(self) -> None:
        super().__init__()
        self.since: dict[str, float] = {}

    def keep(self, made: Node) -> None:
        super().keep(made)
        self.since[made["id"]] = time.monotonic()

    def list(self) -> Answer:
        return 200, [each for name, each in self.things.items() if time.monotonic() - self.since[name] > 0.5]


class Shouting(Right):
    """Keeps names in capitals and without blanks around them."""

    def keep(self, made: Node) -> None:
        super().keep(made | {"name": made["name"].strip().upper() or "-"})


class Silent(Right):
    """Shows nothing of a thing but its state."""

    def read(self, name: str, /) -> Answer:
        status, _ = super().read(name)
        return status, {"state": "new"} if status == 200 else {"title": "unknown"}


class Crowded(Right):
    """Lists the oldest things alone, and has many."""

    def list(self) -> Answer:
        return 200, [{"id": f"old{number}", "name": "old"} for number in range(20)]


class Flags(Right):
    """What nobody has set is off: any id is served."""

    def read(self, name: str, /) -> Answer:
        return 200, {"on": name in self.things}


STATE: Node = {"type": "object", "properties": {"state": {"type": "string"}}}
FLAG: Node = {"type": "object", "properties": {"on": {"type": "boolean"}}}
KEPT: list[tuple[type[Right], Node]] = [
    (Right, document()),
    (Lagging, document()),
    (Shouting, document()),
    (Silent, document(shown=STATE, without=("listThings",))),
    (Crowded, document()),
    (Flags, document(shown=FLAG, without=("listThings",))),
    (Right, document(without=("deleteThing",))),
    (Right, document(without=("listThings",))),
    (EmptyList, document(without=("listThings",))),
    (Static, document(without=("listThings", "getThing", "deleteThing"))),
]


@pytest.mark.longer
@pytest.mark.parametrize(("case", "infer"), crossed(KEPT, INFERENCES), ids=_name)
def test_a_server_that_keeps_what_it_is_sent_is_not_doubted(
    case: tuple[Callable[[], Server], Node], infer: Inference, tmp_path: Path
) -> None:
    server, contract = case
    record = judged(contract, server(), tmp_path, infer=infer)
    assert record.footer is not None
    assert record.footer.exit_code == ExitCode.CONFORMANT, record.footer.reason


class ReadOnly(Right):
    """Has had the same three things for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.things = {name: {"id": name, "name": f"name of {name}"} for name in ("one1", "two2", "three3")}


class OneOnly(ReadOnly):
    def __init__(self) -> None:
        super().__init__()
        self.things = {"one1": self.things["one1"]}


class NoneYet(ReadOnly):
    def __init__(self) -> None:
        super().__init__()
        self.things = {}


class SameOfAll(ReadOnly):
    def read(self, _name: str, /) -> Answer:
        return 200, self.things["one1"]


READ_ONLY = ("createThing", "deleteThing")


@pytest.mark.parametrize("infer", INFERENCES)
@pytest.mark.parametrize("server", [ReadOnly, OneOnly])
def test_a_server_that_is_only_read_is_not_doubted(
    server: Callable[[], Server], infer: Inference, tmp_path: Path
) -> None:
    record = judged(document(without=READ_ONLY), server(), tmp_path, infer=infer)
    assert record.footer is not None
    assert record.footer.exit_code == ExitCode.CONFORMANT, record.footer.reason


def test_a_list_may_be_empty_where_nothing_is_made(tmp_path: Path) -> None:
    record = judged(document(without=(*READ_ONLY, "getThing")), NoneYet(), tmp_path)
    assert record.footer is not None
    assert "stayed empty" not in record.footer.reason


@pytest.mark.parametrize("infer", INFERENCES)
def test_a_read_that_shows_one_thing_for_every_id_is_not_tested(infer: Inference, tmp_path: Path) -> None:
    record = judged(document(without=READ_ONLY), SameOfAll(), tmp_path, infer=infer)
    assert record.footer is not None
    assert "getThing gives the same answer for every id" in record.footer.reason


@pytest.mark.longer
def test_the_embedded_mock_says_that_it_keeps_nothing_without_inference(tmp_path: Path) -> None:
    file = tmp_path / "things.json"
    file.write_text(json.dumps(document()), encoding="utf-8")
    options = RunOptions(contracts=(str(file),), infer=Inference.OFF, fuzz_time=0, report=tmp_path / "report")
    outcome = run(options, environ={})
    assert outcome.exit_code == ExitCode.INCOMPLETE
    assert "the embedded mock keeps nothing without inference (--infer off)" in outcome.reason
