"""What stands in an envelope is held to the same promises as what stands in none, whoever says that there is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_suite.contract.addressing import body_properties
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.parts.envelopes import without_envelopes
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import infer
from contract_suite.mock.asgi import MockApp
from contract_suite.mock.faults.catalogue import chosen
from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.server import MockServer
from contract_suite.model.source import Level
from contract_suite.record.reader import Run, read_run
from contract_suite.rules.catalogue import RULES
from contract_suite.rules.rule import judge
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run
from tests.runner.test_stripped_documents import Mounted, stripped

TEXT = (Path(__file__).parents[1] / "mock" / "enveloped.yaml").read_text("utf-8")
FAULTS = (
    ("duplicate-accepted", "addMember::email::duplicate-refused"),
    ("deleted-still-readable", "getMember::Member::deleted-unknown"),
    ("update-wipes-other-fields", "changeMember::Member::unnamed-kept"),
    ("update-spills-over", "changeMember::Member::update-others-kept"),
    ("create-not-listed", "listMembers::Member::created-listed"),
)


def read(text: str) -> Contract:
    return read_contract(Library().read(text.encode(), "enveloped.yaml"))


def plain() -> Contract:
    return read(yaml.safe_dump(stripped(yaml.safe_load(TEXT))))


def held(asked: Contract, fault: str, folder: Path) -> Run:
    """Hold the mock of the annotated document to another form of it."""
    annotated = read(TEXT)
    pipeline = chosen([annotated], [fault])[0][1].site.plant(Pipeline()) if fault else Pipeline()
    Mounted.app, Mounted.base_path = MockApp(MockServer(annotated, pipeline=pipeline)), annotated.base_path
    options = RunOptions(app="tests.runner.test_stripped_documents:app", fuzz_time=0, report=folder, allow_writes=True)
    return read_run(run(options, contracts=[asked], environ={}).record)


@pytest.mark.longer
def test_a_right_server_is_accused_of_nothing_and_every_promise_is_tested(tmp_path: Path) -> None:
    record = held(read(TEXT), "", tmp_path)
    assert [(each.clause, each.message) for each in record.findings] == []
    passed = {each.clause for each in record.conformance if each.passed}
    assert {clause for _, clause in FAULTS} <= passed


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "clause"), FAULTS)
def test_each_broken_promise_is_a_failure(fault: str, clause: str, tmp_path: Path) -> None:
    found = held(read(TEXT), fault, tmp_path).findings
    assert clause in {each for finding in found if finding.level is Level.FAILURE for each in finding.clauses}


def test_the_envelope_is_found_in_a_plain_document() -> None:
    words = {fact.id: fact.words for fact in infer(plain())}
    assert words["::resources/Member"] == {"identity": ["id"], "scope": [], "representation": "/data"}
    assert words["::resources/Member/update"] == {
        "operation": "changeMember",
        "mutable": ["city", "nickname"],
        "omitted": "kept",
    }


@pytest.mark.longer
@pytest.mark.parametrize(
    ("fault", "clause"), [("", ""), ("update-wipes-other-fields", "changeMember::Member::unnamed-kept")]
)
def test_a_plain_document_is_held_to_what_it_gives_away(fault: str, clause: str, tmp_path: Path) -> None:
    found = held(plain(), fault, tmp_path).findings
    assert [each.clause for each in found if not fault] == []
    assert not fault or clause in {each for finding in found for each in finding.clauses}


def test_an_envelope_that_no_read_has_is_a_complaint() -> None:
    contract = read(TEXT.replace("representation: /data", "representation: /result"))
    complaints = [each.message for rule in RULES for each in judge(contract, rules=[rule])]
    assert any("Member.representation: the read shows nothing at /result" in each for each in complaints)


BOOK: dict[str, Any] = {
    "type": "object",
    "required": ["title"],
    "properties": {"title": {"type": "string"}, "pages": {"type": "integer"}},
}
SHOWN = {"type": "object", "properties": {"id": {"type": "integer"}, **BOOK["properties"]}}


def wrapped(name: str, shown: Any = SHOWN) -> Contract:
    """Books as Rails has them: what is sent is wrapped in a name, what is answered is not."""

    def form(schema: Any) -> dict[str, Any]:
        return {"content": {"application/json": {"schema": schema}}}

    sent = form({"type": "object", "required": [name], "properties": {name: BOOK}})
    answers = {"200": {"description": "ok", **form(shown)}}
    one: Any = {"parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]}
    one |= {"get": {"responses": answers}, "patch": {"requestBody": sent, "responses": answers}}
    paths = {"/books": {"post": {"requestBody": sent, "responses": {"201": answers["200"]}}}, "/books/{id}": one}
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths}
    return read_contract(Library().read(yaml.safe_dump(document).encode(), "books.yaml"))


@pytest.mark.parametrize(
    ("name", "shown", "opened"),
    [
        ("book", SHOWN, True),
        ("book", {"type": "object", "properties": {"book": SHOWN}}, True),
        ("book", {"type": "object", "properties": {"id": {}, "book": SHOWN}}, False),  # a member of what is shown
        ("cover", SHOWN, False),
    ],
)
def test_what_is_sent_in_the_name_of_its_path_stands_in_an_envelope(name: str, shown: Any, opened: bool) -> None:
    contract, envelopes = without_envelopes(wrapped(name, shown))
    create = contract.operations[0]
    assert set(body_properties(create)) == ({"title", "pages"} if opened else {name})
    assert envelopes.sealed(create, {"body": {"title": "x"}}) == {
        "body": {name: {"title": "x"}} if opened else {"title": "x"}
    }


def test_an_update_is_known_by_what_it_takes_in_an_envelope() -> None:
    words = {fact.id: fact.words for fact in infer(wrapped("book"))}
    assert words["::resources/Book/update"] == {
        "operation": "PATCH /books/{id}",
        "mutable": ["pages", "title"],
        "omitted": "kept",
    }
