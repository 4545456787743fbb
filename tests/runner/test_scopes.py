"""One identity in two scopes names two things: what is said of one says nothing of the other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contract_suite.contract.requests import build
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.json import Arguments
from contract_suite.runner.session.ledger.ledger import Ledger
from contract_suite.runner.session.ownership import Ownership
from tests.generate.conftest import read
from tests.runner.right_servers import Answer, Node, judged
from tests.runner.test_ledger import told

TEXT = {"type": "string"}
ROW = {"type": "object", "required": ["id"], "properties": {"id": TEXT}}
OK = {"200": {"description": "ok", "content": {"application/json": {"schema": ROW}}}, "404": {"description": "none"}}


def key(name: str, place: str) -> Node:
    return {"name": name, "in": place, "required": True, "schema": TEXT}


def document(team: str, *, annotated: bool = True) -> Node:
    """Notes of a team, which is said in the path, the query or a header field."""
    base = "/{team}/notes" if team == "path" else "/notes"
    whole = [key("team", team)]
    one = [*whole, key("id", "path")]
    resources = {
        "Note": {
            "identity": ["id"],
            "scope": ["team"],
            "create": {"operation": "make"},
            "read": {"operation": "look"},
            "update": {"operation": "change"},
            "delete": {"operation": "end"},
            "lists": ["all"],
        }
    }
    rows = {"type": "object", "required": ["rows"], "properties": {"rows": {"type": "array", "items": ROW}}}
    listed = {"200": {"description": "ok", "content": {"application/json": {"schema": rows}}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "notes", "version": "1"},
        **({"x-contract": {"resources": resources}} if annotated else {}),
        "paths": {
            base: {
                "parameters": whole,
                "post": {"operationId": "make", "responses": OK},
                "get": {
                    "operationId": "all",
                    "responses": listed,
                    **({"x-contract": {"collection": {"items": "/rows"}}} if annotated else {}),
                },
            },
            f"{base}/{{id}}": {
                "parameters": one,
                "get": {"operationId": "look", "responses": OK},
                "put": {"operationId": "change", "responses": OK},
                "delete": {"operationId": "end", "responses": OK},
            },
        },
    }


PLACES = ["path", "query", "header"]
DOCUMENTS = [pytest.param(document(place), place, id=place) for place in PLACES]
DOCUMENTS.append(pytest.param(document("path", annotated=False), "path", id="path-plain"))


@pytest.mark.parametrize(("shown", "place"), DOCUMENTS)
@pytest.mark.parametrize("asked", ["look", "change", "end"])
def test_what_is_unknown_in_one_scope_is_alive_in_another(shown: Node, place: str, asked: str) -> None:
    """A 404 under a team that nobody knows let the same id be taken for gone in the team that has it."""
    ledger = Ledger(read(shown))
    ours: Arguments = {f"{place}.team": "ours"}
    told(ledger, "make", ours, 200, {"id": "7"})
    told(ledger, asked, {f"{place}.team": "nobody", "path.id": "7"}, 404)
    (made,) = ledger.made
    assert ledger.is_there(made)
    look = ledger.contract.operation("look")
    assert ledger.alive(look, {**ours, "path.id": "7"})
    assert ledger.arguments(look, {}) == {**ours, "path.id": "7"}
    told(ledger, "end", {**ours, "path.id": "7"}, 204)
    assert not ledger.alive(look, {**ours, "path.id": "7"})
    assert ledger.made == ()


@pytest.mark.parametrize(("shown", "place"), DOCUMENTS)
def test_a_delete_in_one_scope_leaves_what_was_made_in_another_to_be_cleaned_up(shown: Node, place: str) -> None:
    ledger = Ledger(read(shown))
    for team in ("a", "b"):
        told(ledger, "make", {f"{place}.team": team}, 200, {"id": "7"})
    told(ledger, "end", {f"{place}.team": "a", "path.id": "7"}, 204)
    (left,) = ledger.made
    assert ledger.is_there(left)
    assert left.arguments == {f"{place}.team": "b"}


@pytest.mark.parametrize(("shown", "place"), DOCUMENTS)
def test_what_a_list_shows_is_no_longer_taken_for_unknown(shown: Node, place: str) -> None:
    """A server that answered 404 for a moment lost what it held for the rest of the run."""
    ledger = Ledger(read(shown))
    ours: Arguments = {f"{place}.team": "ours"}
    look = ledger.contract.operation("look")
    told(ledger, "all", ours, 200, {"rows": [{"id": "7"}]})
    told(ledger, "look", {**ours, "path.id": "7"}, 404)
    assert not ledger.alive(look, {**ours, "path.id": "7"})
    told(ledger, "look", {**ours, "path.id": "7"}, 200, {"id": "7"})
    assert ledger.alive(look, {**ours, "path.id": "7"})


def test_what_was_deleted_stays_so_while_a_list_still_shows_it_until_it_is_made_anew() -> None:
    ledger = Ledger(read(document("path")))
    ours: Arguments = {"path.team": "ours"}
    told(ledger, "make", ours, 200, {"id": "7"})
    told(ledger, "end", {**ours, "path.id": "7"}, 204)
    told(ledger, "all", ours, 200, {"rows": [{"id": "7"}]})
    look = ledger.contract.operation("look")
    assert not ledger.alive(look, {**ours, "path.id": "7"})
    told(ledger, "make", ours, 200, {"id": "7"})
    assert ledger.alive(look, {**ours, "path.id": "7"})


@pytest.mark.parametrize(("shown", "place"), DOCUMENTS)
def test_what_was_unknown_or_made_in_one_scope_may_not_be_changed_in_another(shown: Node, place: str) -> None:
    """An id that was unknown to one team allowed a run to delete it from another, where somebody needs it."""
    ledger = Ledger(read(shown))
    told(ledger, "make", {f"{place}.team": "ours"}, 200, {"id": "7"})
    told(ledger, "look", {f"{place}.team": "nobody", "path.id": "5"}, 404)
    ownership = Ownership(ledger, prefix="cs-1-", everything=False)
    end = ledger.contract.operation("end")

    def is_sent(team: str, name: str) -> bool:
        arguments: Arguments = {f"{place}.team": team, "path.id": name}
        case = Case(
            operation="end",
            request=build(end, arguments),
            intent=Intent.POSITIVE,
            stage=Stage.BEHAVIOURS,
            arguments=arguments,
        )
        return ownership.refusal(end, case) == ""

    assert is_sent("ours", "7")
    assert is_sent("nobody", "5")
    assert is_sent("theirs", "cs-1-x")
    assert not is_sent("theirs", "7")
    assert not is_sent("theirs", "5")
    assert not is_sent("ours", "5")


def test_what_was_accepted_is_found_again_once_it_is_back(tmp_path: Path) -> None:
    """A search that had ended with a request that was served went on behind it when that was needed again."""
    calls: dict[str, int] = {}

    def answer(method: str, path: str, _query: Any, _headers: Any, _body: Any) -> Answer:
        calls[path] = calls.get(path, 0) + 1
        if method != "GET":
            return 405, None
        if path == "/ours/notes":
            return 200, {"rows": [{"id": "7"}]}
        # Each third read finds nothing, as where a replica lags behind.
        return (200, {"id": "7"}) if path == "/ours/notes/7" and calls[path] % 3 else (404, None)

    shown = document("path")
    for name in ("create", "update", "delete"):
        del shown["x-contract"]["resources"]["Note"][name]
    for item in shown["paths"].values():
        for method in ("post", "put", "delete"):
            item.pop(method, None)
        item["parameters"][0]["schema"] = {"type": "string", "example": "ours"}
    record = judged(json.loads(json.dumps(shown)), answer, tmp_path)
    looked = [each for each in record.exchanges() if each.exchange.request.target == "/ours/notes/7"]
    last = [each for each in looked if each.stage is not Stage.EXAMPLES]
    assert last, "the read was given up after it was answered 404 once"
