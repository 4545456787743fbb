"""Documents by URL and from the application itself."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from contract_suite.cli.entry import execute
from contract_suite.contract.family import load
from contract_suite.errors import DocumentError, UsageError
from contract_suite.runner.documents import contract_of_app, open_contract
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import load_contracts
from contract_suite.transport.app_loading import Message
from tests.transport.servers import once, request, server

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Notes", "version": "1"},
    "servers": [{"url": "/v1"}],
    "paths": {"/notes": {"get": {"operationId": "ListNotes", "responses": {"200": {"description": "Notes."}}}}},
}


def reply(body: bytes, status: str = "200 OK", head: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode() + body


class App:
    """Serves its document, and nothing but `path` beside it."""

    def __init__(self, path: str = "/v1/notes") -> None:
        self.path = path
        self.asked: list[str] = []

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while True:
                message = await receive()
                await send({"type": f"{message['type']}.complete"})
                if message["type"] == "lifespan.shutdown":
                    return
        self.asked.append(scope["path"])
        body = json.dumps(DOCUMENT).encode() if scope["path"] == "/openapi.json" else b""
        status = 200 if scope["path"] in {self.path, "/openapi.json"} else 404
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": body})


class Described(App):
    """Tells its document itself, as FastAPI does."""

    def openapi(self) -> dict[str, Any]:
        return DOCUMENT


app, described = App(), Described()


async def bare(_scope: Message, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def test_a_document_is_read_from_its_url_and_named_without_its_query() -> None:
    with server(once(reply(json.dumps(DOCUMENT).encode()))) as url:
        contract = open_contract(f"{url}/things/openapi.json?token=secret")
    assert contract.file == f"{url}/things/openapi.json"
    assert contract.name == "openapi"
    assert contract.base_path == "/v1"
    assert [each.id for each in contract.operations] == ["ListNotes"]


def test_lint_and_list_take_a_url(capsys: pytest.CaptureFixture[str]) -> None:
    with server(once(reply(json.dumps(DOCUMENT, indent=1).encode()))) as url:
        assert execute(["list", "operations", f"{url}/notes.json"]) == 0
        assert capsys.readouterr().out.startswith("notes\tListNotes\tGET\t/notes\t")
        assert execute(["lint", f"{url}/notes.json"]) == 0


def test_references_lead_to_the_same_server_and_no_other() -> None:
    near = {**DOCUMENT, "paths": {"/a": {"$ref": "paths.json#/a"}, "/b": {"$ref": "http://127.0.0.2:9/x.json#/b"}}}
    item = {"a": {"get": {"operationId": "A", "responses": {}}}}

    def answer(client: socket.socket) -> None:
        target = request(client).split()[1]
        client.sendall(reply(json.dumps(item if target == b"/d/paths.json" else near).encode()))

    with server(answer) as url:
        contract = open_contract(f"{url}/d/openapi.json")
    assert [each.problem for each in contract.operations if each.id == "A"] == [""]
    [other] = [each for each in contract.operations if each.id != "A"]
    assert "only those to the document's own server" in other.problem


def test_a_redirect_is_followed_but_not_to_another_scheme() -> None:
    document = reply(json.dumps(DOCUMENT).encode())
    moved = reply(b"", "302 Found", "Location: /there.json\r\n")
    with server(once(moved), once(document)) as url:
        assert open_contract(f"{url}/openapi.json").operations
    elsewhere = reply(b"", "302 Found", "Location: file:///etc/passwd\r\n")
    with server(once(elsewhere)) as url, pytest.raises(DocumentError, match=r"has moved to file:///etc/passwd"):
        open_contract(f"{url}/openapi.json")


def test_redirects_end() -> None:
    moved = reply(b"", "302 Found", "Location: /again.json\r\n")
    with server(once(moved)) as url, pytest.raises(DocumentError, match="has moved to"):
        open_contract(f"{url}/openapi.json")


def test_where_nothing_may_be_fetched_a_url_is_the_users_mistake() -> None:
    with pytest.raises(UsageError, match="save the document"):
        load("http://127.0.0.1:9/openapi.json")


@pytest.mark.parametrize("name", ["app", "described"])
def test_an_application_tells_its_own_document(name: str) -> None:
    [contract] = load_contracts(RunOptions(app=f"{__name__}:{name}", values={"a": 1}))
    assert contract.file == f"{__name__}:{name}/openapi.json"
    assert [each.id for each in contract.operations] == ["ListNotes"]
    assert contract.values == {"a": 1}


def test_an_application_without_a_document_is_the_users_mistake() -> None:
    with pytest.raises(UsageError, match="name a document to hold it to"):
        contract_of_app(f"{__name__}:bare")


def test_a_document_by_url_without_an_endpoint_does_not_test_the_mock_in_silence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with server(once(reply(json.dumps(DOCUMENT).encode()))) as url:
        assert execute(["run", f"{url}/openapi.json", "--report", str(tmp_path)]) == 2
    assert "name the endpoint with --url" in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "run.ndjson").exists()
