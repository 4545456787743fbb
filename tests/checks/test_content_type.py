from __future__ import annotations

from dataclasses import replace

import pytest

from contract_suite.checks.content_type import CHECK
from contract_suite.contract.operation import Contract
from contract_suite.model.source import Level
from tests.checks.toys import TOY, Ask, read

GOOD = b'{"Items": []}'


@pytest.mark.parametrize(
    ("body", "content_type", "failed", "problem"),
    [
        (GOOD, "application/json", "", ""),
        (GOOD, "Application/JSON; charset=utf-8", "", ""),
        (GOOD, "application/vnd.toy+json", "ListToys::200::content-type", "undocumented"),
        (b"<html>", "text/html", "ListToys::200::content-type", "undocumented"),
        (GOOD, None, "ListToys::200::content-type", "missing"),
        (b"<html>", "application/json", "ListToys::200::json-syntax", "no-json"),
        (b'{"Items": [', "application/json", "ListToys::200::json-syntax", "no-json"),
        (b'{"Items": NaN}', "application/json", "ListToys::200::json-syntax", "constant"),
        (b'{"Items": "\xff"}', "application/json", "ListToys::200::json-syntax", "not-utf-8"),
        (b"", "application/json", "ListToys::200::json-syntax", "empty"),
        (b"\xef\xbb\xbf" + GOOD, "application/json", "ListToys::200::json-interoperable", "byte-order-mark"),
        (b'{"Items": [], "Items": []}', "application/json", "ListToys::200::json-interoperable", "doubled-key"),
        (GOOD, "application/json; charset=gbk", "ListToys::200::json-interoperable", "charset"),
    ],
)
def test_table(ask: Ask, body: bytes, content_type: str | None, failed: str, problem: str) -> None:
    asked = ask(CHECK, body=body, content_type=content_type)
    assert asked.failed == ({failed} if failed else set())
    if problem:
        assert asked.problem == problem


@pytest.mark.parametrize(
    ("operation", "status", "body", "content_type", "method"),
    [
        ("ListToys", 204, b"", None, "GET"),
        ("ListToys", 304, b"", None, "GET"),
        ("ListToys", 200, b"", "application/json", "HEAD"),
        ("ListToys", 500, b"<html>", "text/html", "GET"),
        ("ListToys", 503, b"<html>", "text/html", "GET"),
        ("ListToys", 299, b"<html>", "text/html", "GET"),  # not a documented status
        ("ListToys", 400, b"", None, "GET"),  # the envelope's finding
        ("Ping", 200, b"<html>", "text/html", "GET"),  # no content documented, nothing promised
        ("Peek", 200, b"", None, "GET"),
    ],
)
def test_silence(ask: Ask, *, operation: str, status: int, body: bytes, content_type: str | None, method: str) -> None:
    assert not ask(CHECK, operation, status=status, body=body, content_type=content_type, method=method).verdicts


def test_ranges_and_default(ask: Ask) -> None:
    assert ask(CHECK, "Peek", body=b"hello", content_type="text/plain").passed == {"Peek::default::content-type"}
    assert ask(CHECK, "Peek", status=404, body=b"<svg/>", content_type="image/svg+xml").failed == {
        "Peek::4xx::content-type"
    }


def test_a_part_of_a_body_is_not_read_as_a_whole(ask: Ask, toy: Contract) -> None:
    """A range of a JSON file was called broken JSON."""
    listing = toy.operation("ListToys")
    ok = next(spec for spec in listing.responses if spec.status == "200")
    partial = replace(listing, responses=(*listing.responses, replace(ok, status="206")))
    contract = replace(toy, operations=(partial,))
    asked = ask(CHECK, contract=contract, status=206, body=b'tems": []')
    assert not asked.failed
    assert asked.outcome("ListToys::206::content-type") == "passed"


def test_what_is_too_deep_to_read_is_no_finding(ask: Ask) -> None:
    assert ask(CHECK, body=b"[" * 100_000 + b"]" * 100_000).outcome("ListToys::200::json-syntax") == "cannot-tell"
    for digits in (309, 5000):
        assert ask(CHECK, body=b"1" * digits).outcome("ListToys::200::json-syntax") == "cannot-tell"


def test_an_undocumented_refusal_is_held_to_what_all_refusals_are(ask: Ask) -> None:
    schema = 'schema: "#/components/schemas/Error"\n'
    guessed = read(TOY.replace(schema, f"{schema}    x-source: inferred\n", 1))
    clause = {"ListToys::4xx::content-type"}
    for contract, status, failed in ((read(TOY), 418, clause), (read(TOY), 431, set()), (guessed, 418, set())):
        asked = ask(CHECK, contract=contract, status=status, body=b"<html>", content_type="text/html")
        assert asked.failed == failed


@pytest.mark.parametrize(("source", "judged"), [("inferred", True), ("documented", False)])
def test_any_success_is_held_to_the_document_where_its_status_is_nobodys_word(
    ask: Ask, source: str, *, judged: bool
) -> None:
    contract = read(TOY.replace("description: toys\n", f"description: toys\n          x-source: {source}\n", 1))
    asked = ask(CHECK, contract=contract, status=201, body=b"<html>", content_type="text/html")
    assert asked.failed == ({"ListToys::200::content-type"} if judged else set())
    assert not ask(CHECK, contract=contract, status=202, body=b"<html>", content_type="text/html").verdicts


def test_refusals_are_one_clause_and_weigh_as_their_schema(ask: Ask, toy: Contract) -> None:
    assert ask(CHECK, status=400, body=b"no", content_type="text/plain").failed == {"ListToys::4xx::content-type"}
    levels = {clause.id: clause.level for clause in CHECK.clauses(toy)}
    assert levels["ListToys::4xx::content-type"] is Level.ADVISORY
    assert levels["ListToys::200::content-type"] is Level.FAILURE
