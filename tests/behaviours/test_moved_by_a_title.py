"""Pages whose address is made of their title: an update of that moves them, which is no change of what must not change."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.paths.routing import route
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import with_guesses
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import drive
from tests.behaviours.test_settled_values import answer

OWN = tuple(each for each in BEHAVIOURS if each.name == "immutability")
CLAUSE = "updatePage::slug::immutable"


def pages() -> Contract:
    writes = {"title": {"type": "string", "minLength": 1, "maxLength": 80}, "content": {"type": "string"}}
    slug = {"type": "string", "readOnly": True}
    shown = {"type": "object", "required": ["slug", *writes], "properties": {"slug": slug, **writes}}
    refused = {"description": "no", "content": {"application/json": {"schema": {"type": "object"}}}}

    def answers(status: str, schema: Any = None) -> dict[str, Any]:
        content = {"content": {"application/json": {"schema": schema}}} if schema else {}
        return {status: {"description": "done", **content}, "404": refused, "422": refused}

    def taken(*required: str) -> dict[str, Any]:
        schema = {"type": "object", "properties": writes} | ({"required": [*required]} if required else {})
        return {"required": True, "content": {"application/json": {"schema": schema}}}

    paths = {
        "/pages": {
            "get": {"operationId": "listPages", "responses": answers("200", {"type": "array", "items": shown})},
            "post": {"operationId": "createPage", "requestBody": taken("title"), "responses": answers("201", shown)},
        },
        "/pages/{slug}": {
            "parameters": [{"name": "slug", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {"operationId": "getPage", "responses": answers("200", shown)},
            "patch": {"operationId": "updatePage", "requestBody": taken(), "responses": answers("200", shown)},
            "delete": {"operationId": "deletePage", "responses": answers("204")},
        },
    }
    document = {"openapi": "3.0.3", "info": {"title": "Pages", "version": "1"}, "paths": paths}
    return with_guesses(read_contract(Library().read(json.dumps(document).encode(), "pages.json")))


class Wiki:
    """A server of pages; `moves` says by which member of an update a page gets its address."""

    def __init__(self, contract: Contract, moves: str) -> None:
        self.contract, self.moves = contract, moves
        self.pages: dict[str, dict[str, Any]] = {}

    def named(self, text: str) -> str:
        """A free address that is made of a text."""
        base = "-".join("".join(each if each.isalnum() else " " for each in text.lower()).split()) or "page"
        return next(each for each in (base, *(f"{base}-{n}" for n in range(2, 99))) if each not in self.pages)

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        operation, found, _ = route(self.contract, request.method, request.target)
        sent: Any = json.loads(request.body) if request.body else {}
        if operation is None or operation.id == "listPages":
            shown = list(self.pages.values())
            return Response(
                status=200, headers=(("Content-Type", "application/json"),), body=json.dumps(shown).encode()
            )
        if operation.id == "createPage":
            slug = self.named(sent.get("title", ""))
            self.pages[slug] = {"slug": slug, "title": sent.get("title"), "content": sent.get("content", "")}
            return answer(201, self.pages[slug])
        page = self.pages.get(found["slug"])
        if page is None:
            return answer(404, {})
        if operation.method in {"DELETE", "PATCH"}:
            del self.pages[page["slug"]]
        if operation.method == "PATCH":
            page |= {name: sent[name] for name in ("title", "content") if name in sent}
            page["slug"] = self.named(sent[self.moves]) if self.moves in sent else page["slug"]
            self.pages[page["slug"]] = page
        return answer(200 if operation.method != "DELETE" else 204, page if operation.method != "DELETE" else None)


@pytest.mark.parametrize(("moves", "found"), [("title", False), ("", False), ("slug", True)])
def test_only_an_address_that_a_client_names_is_a_change(moves: str, *, found: bool) -> None:
    """A page that was not found at its old address was said to have lost its slug to an update that named another."""
    contract = pages()
    driven = drive(contract, OWN, server=cast("MockServer", Wiki(contract, moves)))
    assert (CLAUSE in driven.failed()) is found
    assert CLAUSE in {each.clause for each in driven.verdicts}
