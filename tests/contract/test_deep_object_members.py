"""Members of a `deepObject` are parameters by the name that they are sent with."""

from __future__ import annotations

from pathlib import Path

from contract_suite.contract.document import Library
from contract_suite.contract.operation import Operation
from contract_suite.contract.reading import read_contract
from contract_suite.contract.request_reading import read
from contract_suite.contract.requests import build
from contract_suite.inference.inferring import infer

DOCUMENT = Path(__file__).parents[1] / "mock" / "adoptions.yaml"


def listing() -> Operation:
    return read_contract(Library().open(DOCUMENT)).operation("listPets")


def test_a_member_is_found_by_the_name_that_is_sent() -> None:
    size, kind = listing().parameter("page[size]"), listing().parameter("query.filter/kind")
    assert size is not None
    assert kind is not None
    assert (size.subject, size.own_name, size.default) == ("query.page/size", "size", 10)
    assert (kind.name, kind.required, kind.schema.is_valid("cat"), kind.schema.is_valid("cow")) == (
        "filter[kind]",
        False,
        True,
        False,
    )
    assert "page[size]" not in {each.name for each in listing().parameters}


def test_a_member_alone_is_sent_as_in_its_object() -> None:
    alone = build(listing(), {"query.page/size": 3, "query.filter/kind": "cat"})
    together = build(listing(), {"query.page": {"size": 3}, "query.filter": {"kind": "cat"}})
    assert alone.target == together.target == "/pets?page%5Bsize%5D=3&filter%5Bkind%5D=cat"
    assert read(listing(), alone) == {"query.page": {"size": 3}, "query.filter": {"kind": "cat"}}


def test_members_choose_the_page_and_filter_without_a_word_of_ours() -> None:
    text = DOCUMENT.read_text("utf-8").replace("x-contract", "x-other")
    facts = infer(read_contract(Library().read(text.encode(), "adoptions.yaml")))
    found = {fact.path: fact.words for fact in facts if fact.operation == "listPets"}
    assert found["collection", "page"] == {"number": "page[number]", "size": "page[size]"}
    assert found["filters", "filter[kind]"] == {"field": "kind", "match": "equals", "unknown": "either"}
