"""Addresses that are none, wherever one is read, and names that no request can carry or that give commands to a log."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contract_suite.cli.entry import execute
from contract_suite.generate.resources.inferred_resources import located
from contract_suite.record.reader import read_run
from tests.hostile.documents import api
from tests.quick import crossed
from tests.runner.small_app import Asked, Reply, hold

NO_ADDRESSES = ["http://[", "http://[::", "//[x", "http://\u2100.example/", "http://127.0.0.1:99999/x", "http://a:b:c/"]


@pytest.mark.parametrize(("address", "name"), crossed(NO_ADDRESSES, ["Location", "Content-Location", "Link"]))
def test_no_address_of_a_server_ends_a_run(
    address: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`Location: http://[` was a mistake of our own, and the run could not go on."""
    value = f"<{address}>; rel=next" if name == "Link" else address
    made: dict[str, Any] = {"id": "a"}

    def answer(asked: Asked) -> Reply:
        status = 201 if asked.method == "POST" else 200
        return status, made, {name.lower(): value.encode().decode("latin-1")}

    schema = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    document = api(schema)
    document["paths"]["/things/{id}"] = {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "get": document["paths"]["/things"]["get"],
        "delete": {"responses": {"204": {"description": "gone"}}},
    }
    footer = hold(answer, document, tmp_path, monkeypatch).record.footer
    assert footer is not None
    assert "itself" not in footer.reason, footer.reason


@given(st.text(max_size=30) | st.sampled_from(NO_ADDRESSES))
@example("http://[")
def test_a_place_that_is_no_address_is_no_place(location: str) -> None:
    found = located(location, ("/things/{}",))
    assert found is None or list(found) == ["/things/{}"]


@pytest.mark.parametrize("address", [*NO_ADDRESSES, "http://me:pa55word@["])
def test_a_document_at_no_address_is_refused_with_a_sentence(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["lint", address]) in {2, 3}
    said = capsys.readouterr().err
    assert "unexpected trouble" not in said
    assert "pa55word" not in said


@pytest.mark.parametrize("address", ["http://[", "http://127.0.0.1:99999/things"])
def test_an_archive_of_no_address_is_refused_or_passed_over(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document, archive = tmp_path / "api.json", tmp_path / "a.har"
    document.write_text(json.dumps(api({"type": "string"})))
    entry = {
        "request": {"method": "GET", "url": address, "headers": []},
        "response": {"status": 200, "headers": [], "content": {"text": "{}"}},
    }
    archive.write_text(json.dumps({"log": {"entries": [entry]}}))
    execute(["check", str(archive), str(document), "--url", "http://127.0.0.1:8080"])
    assert "unexpected trouble" not in capsys.readouterr().err


@pytest.mark.parametrize("address", NO_ADDRESSES[:4])
def test_a_token_url_that_is_no_address_is_refused(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Joining it to the endpoint's raised."""
    flows = {"clientCredentials": {"tokenUrl": address, "scopes": {}}}
    document = api({"type": "string"}, security=[{"login": []}])
    document["components"]["securitySchemes"] = {"login": {"type": "oauth2", "flows": flows}}
    path = tmp_path / "api.json"
    path.write_text(json.dumps(document))
    monkeypatch.setenv("CLIENT", "id:secret-of-the-client")
    given = ["--auth", "login=client-credentials:CLIENT", "--url", "http://127.0.0.1:9"]
    code = execute(["run", str(path), *given, "--report", str(tmp_path / "report"), "--fuzz-time", "0"])
    said = "".join(capsys.readouterr())
    assert code in {2, 3}
    assert "itself" not in said
    assert "unexpected" not in said


FORGED = "\r\n::error::forged\u2028::error::forged\x85::error::forged"
COMMAND = re.compile("(?:^|[\r\n\x85\u2028\u2029])\\s*::error::forged")


def full_of(text: str) -> dict[str, Any]:
    """A document with a text in each of its names."""
    thing = {"type": "object", "required": [f"p{text}"], "properties": {f"p{text}": {"enum": [f"e{text}"]}}}
    done = {"description": text, "headers": {f"X{text}": {"required": True, "schema": {"enum": [text]}}}}
    done["content"] = {f"application/json{text}": {"schema": thing}}
    places = ("query", "header", "cookie")
    get = {
        "operationId": f"get{text}",
        "tags": [f"t{text}"],
        "parameters": [{"name": f"{place}{text}", "in": place, "schema": {"enum": [f"v{text}"]}} for place in places],
        "responses": {"200": done, f"2{text}": {"description": "odd"}},
    }
    body = {"required": True, "content": {f"application/json{text}": {"schema": thing}}}
    post = {"operationId": f"get{text}", "requestBody": body, "responses": {"200": done}}
    scheme = {"type": "apiKey", "in": "header", "name": f"k{text}"}
    return {
        "openapi": "3.1.0",
        "info": {"title": f"t{text}", "version": f"1{text}", "description": text},
        "security": [{f"s{text}": []}],
        "components": {"schemas": {f"S{text}": thing}, "securitySchemes": {f"s{text}": scheme}},
        "paths": {f"/a{text}": {"get": get, "post": post}, f"/b/{{x{text}}}": {"get": {"responses": {"200": done}}}},
    }


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("names") / "api.json"
    path.write_text(json.dumps(full_of(FORGED)))
    return path


@pytest.mark.parametrize(
    "command",
    [
        ["lint", "{}"],
        ["lint", "{}", "--format", "full"],
        *(["list", each, "{}"] for each in ("families", "operations", "clauses", "schemas", "resources")),
        ["schema", "{}#S"],
        ["explain", "{}"],
        ["annotate", "{}"],
    ],
    ids=" ".join,
)
def test_no_name_begins_a_line_of_a_log(command: list[str], document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`lint` printed the places of a problem's others as they were, and `schema` the names that there are."""
    execute([each.format(document) for each in command])
    said = "".join(capsys.readouterr())
    assert said
    assert not COMMAND.search(said)


def test_a_run_passes_over_what_no_request_can_carry(
    document: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A header's name with a line break was a mistake of our own, and the run could not go on."""
    execute(["run", str(document), "--fuzz-time", "0", "--report", str(tmp_path), "--verbose"])
    said = "".join(capsys.readouterr())
    assert "itself" not in said
    assert not COMMAND.search(said)
    footer = read_run(tmp_path / "run.ndjson").footer
    assert footer is not None
    assert footer.exit_code in {1, 4}


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("header", "X Y"),
        ("header", "X:"),
        ("header", "Überschrift"),
        ("header", "a\nb"),
        ("cookie", "a;b"),
        ("cookie", "a=b"),
    ],
)
@pytest.mark.parametrize("required", [True, False], ids=["required", "optional"])
def test_a_parameter_that_cannot_be_sent_is_named(
    place: str, name: str, required: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = api({"type": "string"})
    parameter = {"name": name, "in": place, "required": required, "schema": {"type": "string"}}
    document["paths"]["/health"]["get"]["parameters"] = [parameter]
    path = tmp_path / "api.json"
    path.write_text(json.dumps(document))
    assert execute(["lint", str(path), "--select", "operations-usable"]) == 1
    assert f"no {place} can have the name" in capsys.readouterr().out
    execute(["run", str(path), "--include", "health", "--fuzz-time", "0", "--report", str(tmp_path / "report")])
    assert "itself" not in "".join(capsys.readouterr())


@pytest.mark.parametrize("path", ["/{a{b}}", "/{a}}", "/{{a}", "/{a/b}", "/{}", "/{a}{a}", "/{}{}", "/x{}"])
def test_a_path_of_odd_braces_is_borne(path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two readers of templates disagreed on what the names in `/{a{b}}` are, and one asked for the last name in `/{}`."""
    document = api({"type": "string"})
    operations = {"get": document["paths"]["/health"]["get"], "post": document["paths"]["/health"]["get"]}
    document["paths"] = dict.fromkeys((path, f"/things{path}", f"{path}/things", f"/things{path}/parts"), operations)
    file = tmp_path / "api.json"
    file.write_text(json.dumps(document))
    execute(["run", str(file), "--fuzz-time", "0", "--report", str(tmp_path / "report")])
    said = "".join(capsys.readouterr())
    assert "itself" not in said
    assert "unexpected" not in said


def test_members_of_empty_and_odd_names_are_no_fields_to_ask_for(tmp_path: Path) -> None:
    """The last part of an empty name was looked at, and there is none: every list of such things ended the run."""
    kept: dict[str, Any] = {
        "type": "object",
        "properties": {each: {"type": "string"} for each in ("", "/", "~", "name")},
    }
    kept["properties"]["inner"] = {"type": "object", "properties": {"": {"type": "string"}, "/": {"type": "string"}}}
    document = api({"type": "array", "items": kept})
    document["paths"]["/things"]["get"]["parameters"] = [
        {"name": each, "in": "query", "schema": {"type": "string"}} for each in ("name", "sort", "min_")
    ]
    file = tmp_path / "api.json"
    file.write_text(json.dumps(document))
    assert execute(["annotate", str(file), "--output", str(tmp_path / "overlay.yaml")]) == 0
