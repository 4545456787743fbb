"""The mock of a document without a word of ours keeps what its paths, names and schemas give away."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.contract.operation import Contract
from contract_suite.inference.inferring import with_guesses
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request, Response
from contract_suite.model.json import JSON
from contract_suite.runner.documents import open_contract
from contract_suite.runner.options.run_options import Inference, RunOptions
from contract_suite.runner.run import run

SHOP = with_guesses(open_contract(str(Path(__file__).parent / "shop.yaml")))
MERGE = "application/merge-patch+json"


class Client:
    """Asks one mock as a program does that has a key."""

    def __init__(self, contract: Contract = SHOP, **options: Any) -> None:
        self.mock = MockServer(contract, **options)

    def __call__(
        self, method: str, target: str, body: JSON = None, *, media: str = "application/json", **headers: str
    ) -> Response:
        named = [(name.replace("_", "-"), value) for name, value in {"X_Key": "secret", **headers}.items()]
        content = b"" if body is None else json.dumps(body).encode()
        sent = (*named, ("Content-Type", media)) if content else tuple(named)
        return self.mock.handle(Request(method=method, target=target, headers=sent, body=content))

    def get(self, target: str) -> Any:
        return json.loads(self("GET", target).body)

    def made(self, target: str, body: JSON) -> Any:
        answer = self("POST", target, body)
        assert answer.status == 201
        return json.loads(answer.body)


def test_what_was_created_is_read_listed_changed_and_gone_after_its_removal() -> None:
    ask = Client()
    made = ask("POST", "/pets", {"name": "Rex", "status": "free"})
    pet = json.loads(made.body)
    assert {"name": "Rex", "status": "free"}.items() <= pet.items()
    place = f"/pets/{pet['id']}"
    assert made.header("location") == f"/v1{place}"
    assert ask.get(place) == pet
    assert pet in ask.get("/pets")["items"]
    assert json.loads(ask("PATCH", place, {"name": "Max"}, media=MERGE).body)["name"] == "Max"
    assert (ask.get(place)["name"], ask.get(place)["status"]) == ("Max", "free")
    assert ask("DELETE", place).status == 204
    assert [ask(method, place).status for method in ("GET", "DELETE")] == [404, 404]
    assert pet["id"] not in {each["id"] for each in ask.get("/pets")["items"]}


def test_a_put_replaces_and_a_merge_patch_merges() -> None:
    ask = Client()
    pet = ask.made("/pets", {"name": "Rex", "status": "free", "owner": {"name": "Ann", "phone": "1"}})
    place = f"/pets/{pet['id']}"
    patched = ask("PATCH", place, {"owner": {"phone": None}}, media=MERGE)
    assert json.loads(patched.body)["owner"] == {"name": "Ann"}
    assert "owner" not in json.loads(ask("PATCH", place, {"owner": None}, media=MERGE).body)
    ask("PUT", place, {"name": "Max"})
    assert ask.get(place) == {"id": pet["id"], "name": "Max", "createdAt": pet["createdAt"]}


def test_lists_have_pages_order_and_filters() -> None:
    ask = Client(empty=True)
    for name, status in (("Bea", "free"), ("Ada", "sold"), ("Cid", "free")):
        ask.made("/pets", {"name": name, "status": status})
    page = ask.get("/pets?per_page=2&page=2")
    assert ([each["name"] for each in page["items"]], page["meta"]["total"]) == (["Cid"], 3)
    assert [each["name"] for each in ask.get("/pets?sort=-name")["items"]] == ["Cid", "Bea", "Ada"]
    assert [each["name"] for each in ask.get("/pets?status=sold")["items"]] == ["Ada"]


def test_what_lies_below_a_thing_needs_it_and_goes_with_it() -> None:
    ask = Client()
    pet, other = ask.made("/pets", {"name": "Rex"})["id"], ask.made("/pets", {"name": "Max"})["id"]
    assert ask.get(f"/pets/{pet}/toys") == []
    toy = ask.made(f"/pets/{pet}/toys", {"label": "ball", "made": "by me"})
    assert toy == {"id": toy["id"], "label": "ball", "petId": pet}
    assert ask.get(f"/pets/{pet}/toys/{toy['id']}") == toy
    assert (ask.get(f"/pets/{pet}/toys"), ask.get(f"/pets/{other}/toys")) == ([toy], [])
    assert ask("GET", f"/pets/{other}/toys/{toy['id']}").status == 404
    assert ask("GET", "/pets/77/toys").status == 404
    assert ask("POST", "/pets/77/toys", {"label": "ball"}).status == 404
    ask("DELETE", f"/pets/{pet}")
    assert ask("GET", f"/pets/{pet}/toys/{toy['id']}").status == 404


def test_a_put_makes_what_it_names_where_the_document_shows_that() -> None:
    ask = Client(empty=True)
    assert ask("GET", "/settings/colour").status == 404
    assert ask("PUT", "/settings/colour", {"value": "red"}).status == 201
    assert ask("PUT", "/settings/colour", {"value": "blue"}).status == 200
    assert ask.get("/settings/colour") == {"name": "colour", "value": "blue"}
    assert ask("PUT", "/pets/77", {"name": "Rex"}).status == 404


def test_a_thing_that_nothing_lists_and_nothing_makes_is_known_under_any_id() -> None:
    assert Client().get("/users/bob") == {"login": "bob", "plan": "free"}


def test_secrets_are_kept_and_never_shown() -> None:
    ask = Client()
    assert "pin" not in ask.made("/pets", {"name": "Rex", "pin": "1234"})
    assert all("pin" not in each for each in ask.get("/pets")["items"])


def test_refusals_are_those_of_the_document() -> None:
    ask = Client()
    assert ask("POST", "/pets", {"name": ""}).status == 422
    assert ask("GET", "/pets?per_page=51").status == 400
    assert ask("GET", "/pets", X_Key="").status == 401
    assert json.loads(ask("GET", "/pets/77").body) == {"message": "There is no Pet 77."}


def test_an_entity_tag_changes_with_the_thing_and_spares_the_same_answer() -> None:
    ask = Client()
    place = f"/pets/{ask.made('/pets', {'name': 'Rex'})['id']}"
    tag = ask("GET", place).header("etag")
    assert tag is not None
    assert (ask("GET", place, If_None_Match=tag).status, ask("GET", place, If_None_Match=tag).body) == (304, b"")
    ask("PUT", place, {"name": "Max"})
    assert ask("GET", place, If_None_Match=tag).status == 200


def test_the_beginning_can_be_chosen_and_comes_back() -> None:
    assert len(Client().get("/pets")["items"]) == 3
    assert Client(empty=True).get("/pets")["items"] == []
    ask = Client(records=7)
    first = ask.get("/pets")
    assert len(first["items"]) == 7
    ask.made("/pets", {"name": "Rex"})
    ask.mock.reset()
    assert ask.get("/pets") == first == Client(records=7).get("/pets")


def test_without_guesses_nothing_is_kept() -> None:
    plain = open_contract(str(Path(__file__).parent / "shop.yaml"))
    ask = Client(plain)
    assert ask("GET", "/pets/77").status == 200
    ask.made("/pets", {"name": "Rex"})
    assert ask.get("/pets")["items"] == []


@pytest.mark.parametrize("infer", [Inference.CONFIRM, Inference.OFF])
def test_a_run_against_the_mock_of_itself_finds_nothing(tmp_path: Path, infer: Inference) -> None:
    options = RunOptions(
        contracts=(str(Path(__file__).parent / "shop.yaml"),), report=tmp_path, fuzz_time=0, infer=infer
    )
    found = run(options, environ={}).findings
    assert [each.clause for each in found if each.level.value == "failure"] == []
    assert {each.clause.partition("::")[2] for each in found} <= {"refusal::status-documented"}


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
BODIES = st.fixed_dictionaries(
    {"name": st.text(min_size=1, max_size=4)},
    optional={"status": st.sampled_from(["sold", "free"]), "owner": st.none() | st.just({"name": "Ann"}), "id": JSON_VALUES,
              "createdAt": JSON_VALUES, "more": JSON_VALUES},
)  # fmt: skip


@pytest.mark.longer
@given(st.lists(st.tuples(st.sampled_from(["POST", "PUT", "PATCH", "DELETE", "GET"]), BODIES), max_size=8))
def test_whatever_is_sent_every_answer_is_valid(calls: list[tuple[str, JSON]]) -> None:
    ask = Client()
    place = ""
    for method, body in calls:
        target = "/pets" if method == "POST" or not place else place
        media = MERGE if method == "PATCH" else "application/json"
        answer = ask(method, target, None if method in {"GET", "DELETE"} else body, media=media)
        path = "/pets/{petId}" if target == place else "/pets"
        operation = next((each for each in SHOP.operations if (each.method, each.path) == (method, path)), None)
        if operation is None:
            continue
        spec = operation.response(answer.status)
        if spec is not None and spec.json is not None and spec.json.schema is not None:
            assert spec.json.schema.is_valid(json.loads(answer.body))
        if method == "POST" and answer.status == 201:
            place = f"/pets/{json.loads(answer.body)['id']}"


def document(schema: dict[str, Any], parameter: dict[str, Any], read_text: Callable[..., Contract]) -> Contract:
    shown = {"200": {"description": "x", "content": {"application/json": {"schema": schema}}}}
    listed = {
        "200": {"description": "x", "content": {"application/json": {"schema": {"type": "array", "items": schema}}}}
    }
    create = {
        "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
        "responses": {"201": shown["200"]},
    }
    item = {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": parameter}],
        "get": {"responses": shown},
    }
    paths = {"/things": {"get": {"responses": listed}, "post": create}, "/things/{id}": item}
    text = json.dumps({"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": paths})
    return with_guesses(read_text(text))


@pytest.mark.parametrize(
    ("shown", "asked"),
    [
        ({"type": "string", "pattern": "^f[0-9]+$"}, {"type": "string"}),
        ({"type": "string"}, {"type": "integer"}),
        ({"type": "string", "pattern": "^[0-9a-f]{24}$"}, {"type": "string", "pattern": "^[0-9a-f]{24}$"}),
        ({"type": "integer", "maximum": 50}, {"type": "integer"}),
        ({"type": "string", "format": "uuid"}, {"type": "string", "format": "uuid"}),
        ({"type": "string", "maxLength": 4}, {"type": "string"}),
    ],
)
def test_a_new_id_is_shown_and_asked_for_as_the_document_wants(
    shown: dict[str, Any], asked: dict[str, Any], read_text: Callable[..., Contract]
) -> None:
    schema = {"type": "object", "required": ["id"], "properties": {"id": shown}}
    ask = Client(document(schema, asked, read_text))
    things = [ask.made("/things", {}) for _ in range(3)]
    assert len({str(each["id"]) for each in things}) == 3
    assert [ask.get(f"/things/{each['id']}") for each in things] == things


@pytest.mark.parametrize(
    ("said", "kept"), [("", False), ("Members that are not given stay as they were.", True)], ids=["replaces", "keeps"]
)
def test_a_put_that_creates_nothing_replaces_but_where_the_document_says_otherwise(
    said: str, read_text: Callable[..., Contract], *, kept: bool
) -> None:
    """It kept what a PUT left out, and a run against the mock of its own document found that."""
    text = {"type": "string"}
    members = {"name": text, "note": text}
    content = {"application/json": {"schema": {"type": "object", "properties": members}}}
    thing = {"type": "object", "required": ["id"], "properties": {"id": text, **members}}
    done = {"description": "x", "content": {"application/json": {"schema": thing}}}
    key = [{"name": "id", "in": "path", "required": True, "schema": text}]
    put = {"description": said, "requestBody": {"content": content}, "responses": {"200": done}}
    paths = {
        "/things": {"post": {"requestBody": {"content": content}, "responses": {"201": done}}},
        "/things/{id}": {"parameters": key, "get": {"responses": {"200": done}}, "put": put},
    }
    document = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": paths}
    ask = Client(with_guesses(read_text(json.dumps(document))))
    made = ask.made("/things", {"name": "Rex", "note": "barks"})
    ask("PUT", f"/things/{made['id']}", {"name": "Max"})
    shown = ask.get(f"/things/{made['id']}")
    assert (shown["name"], shown.get("note") == "barks") == ("Max", kept)


def test_a_list_of_names_is_served_as_the_document_shows_it(read_text: Callable[..., Contract]) -> None:
    contract = document({"type": "string"}, {"type": "string"}, read_text)
    assert Client(contract).get("/things") == []


def test_arrays_of_arrays_of_themselves_end_a_run_no_sooner(tmp_path: Path) -> None:
    nested = {"type": "array", "items": {"$ref": "#/components/schemas/Nested"}}
    thing = {
        "type": "object",
        "properties": {"id": {"type": "string"}, "deep": {"$ref": "#/components/schemas/Nested"}},
    }
    shown = {"description": "x", "content": {"application/json": {"schema": thing}}}
    paths = {
        "/things": {
            "post": {"requestBody": {"content": {"application/json": {"schema": thing}}}, "responses": {"201": shown}}
        },
        "/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {"responses": {"200": shown, "404": {"description": "x"}}},
        },
    }
    text = {
        "openapi": "3.1.0",
        "info": {"title": "x", "version": "1"},
        "paths": paths,
        "components": {"schemas": {"Nested": nested}},
    }
    path = tmp_path / "nested.json"
    path.write_text(json.dumps(text), "utf-8")
    options = RunOptions(contracts=(str(path),), report=tmp_path / "r", fuzz_time=0, max_requests=150)
    assert [each.clause for each in run(options, environ={}).findings if each.level.value == "failure"] == []


def test_an_example_shows_no_member_that_its_schema_does_not_have(read_text: Callable[..., Contract]) -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "more": {"type": "object", "properties": {"a": {}}}},
    }
    content = {"application/json": {"schema": schema, "example": {"name": "x", "old": 1, "more": {"a": 1, "b": 2}}}}
    paths = {"/a": {"get": {"responses": {"200": {"description": "x", "content": content}}}}}
    contract = read_text(json.dumps({"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": paths}))
    assert Client(contract).get("/a") == {"name": "x", "more": {"a": 1}}


@pytest.mark.parametrize("wrapped", [False, True])
def test_what_was_put_where_no_kind_is_known_is_shown_there(
    *, wrapped: bool, read_text: Callable[..., Contract]
) -> None:
    settings = {
        "type": "object",
        "required": ["theme"],
        "properties": {"theme": {"type": "string"}, "size": {"type": "integer"}},
    }
    shown = {
        "type": "object",
        "required": ["ok", "result"],
        "properties": {"ok": {"type": "boolean"}, "result": settings},
    }
    answer = {"200": {"description": "x", "content": {"application/json": {"schema": shown if wrapped else settings}}}}
    body = {"content": {"application/json": {"schema": {"type": "object"}}}}
    ways: dict[str, Any] = {"get": {"responses": answer}, "delete": {"responses": {"204": {"description": "x"}}}}
    ways |= {method: {"requestBody": body, "responses": answer} for method in ("put", "patch")}
    text = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {"/me/settings": ways}}
    ask = Client(with_guesses(read_text(json.dumps(text))))

    def now() -> Any:
        found = ask.get("/me/settings")
        return found["result"] if wrapped else found

    first = now()
    assert ask("PUT", "/me/settings", {"theme": "dark", "size": 2, "more": 1}).status == 200
    assert now() == {"theme": "dark", "size": 2}
    ask("PATCH", "/me/settings", {"size": 3})
    assert now() == {"theme": "dark", "size": 3}
    ask("PATCH", "/me/settings", {"size": "wide"})
    assert now()["size"] == 3
    ask("DELETE", "/me/settings")
    assert now() == first


def test_a_request_to_nothing_is_refused_in_the_shape_that_refusals_have(read_text: Callable[..., Contract]) -> None:
    error = {
        "type": "object",
        "required": ["code", "message"],
        "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
    }
    no = {"description": "No.", "content": {"application/json": {"schema": error}}}
    get = {"get": {"responses": {"200": {"description": "x"}, "400": no, "404": no}}}
    text = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {"/a": get, "/b": get}}
    answer = Client(with_guesses(read_text(json.dumps(text))))("DELETE", "/a")
    assert (answer.status, json.loads(answer.body)) == (
        405,
        {"code": 0, "message": "The method is not allowed here; GET is."},
    )
