"""Links to the next page that stand in a body, of lists that only inference knows."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import yaml

from contract_suite.behaviours.collections.link_next import clauses as link_clauses
from contract_suite.behaviours.collections.link_next import link_next
from contract_suite.contract.document import Library, Node
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import with_guesses
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request, Response
from contract_suite.model.source import Source
from contract_suite.model.verdict import Outcome
from tests.behaviours.driving import Driven, drive

CLAUSE = "listBoats::link::next-leads-on"
NEXT: dict[str, Any] = {"type": "string", "nullable": True}
PLACES: dict[str, tuple[str, dict[str, Any]]] = {
    "next": ("next", NEXT),
    "odata": ("@odata.nextLink", NEXT),
    "hal": ("_links", {"type": "object", "properties": {"next": {"type": "object", "properties": {"href": NEXT}}}}),
    "json-api": ("links", {"type": "object", "properties": {"next": NEXT}}),
}


OFFSET: dict[str, Any] = {"name": "offset", "in": "query", "schema": {"type": "integer", "default": 0}}
PAGE: dict[str, Any] = {"name": "page", "in": "query", "schema": {"type": "integer"}}
OBJECT: dict[str, Any] = {**PAGE, "style": "deepObject", "schema": {"type": "object"}}


def document(way: str, *more: dict[str, Any]) -> Node:
    """Boats with a link to the next page, as a plain document says it."""
    kind = {"type": "string", "enum": ["sail", "motor"]}
    boat = {"type": "object", "properties": {"id": {"type": "integer"}, "kind": kind}}
    name, schema = PLACES[way]
    back = {"previous": NEXT} if way == "next" else {}
    page = {"type": "object", "properties": {"boats": {"type": "array", "items": boat}, name: schema, **back}}
    operation = {
        "operationId": "listBoats",
        "parameters": [
            {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100, "default": 5}},
            *(more or (OFFSET,)),
            {"name": "kind", "in": "query", "description": "Only boats of this kind.", "schema": kind},
        ],
        "responses": {"200": {"description": "So.", "content": {"application/json": {"schema": page}}}},
    }
    boats = {"openapi": "3.0.3", "info": {"title": "Boats", "version": "1"}, "paths": {"/boats": {"get": operation}}}
    return Library().read(yaml.safe_dump(boats).encode(), "boats.yaml")


def contract(way: str, *more: dict[str, Any]) -> Contract:
    """Return the same with what its names and shapes give away."""
    return with_guesses(read_contract(document(way, *more)))


class Harbour:
    """A server of a dozen boats."""

    def __init__(self, way: str, flaw: str = "") -> None:
        self.way, self.flaw = way, flaw

    def handle(self, request: Request) -> Response:
        given = {name: values[0] for name, values in parse_qs(urlsplit(request.target).query).items()}
        limit, offset, kind = int(given.get("limit", 5)), int(given.get("offset", 0)), given.get("kind", "")
        boats = [{"id": each, "kind": "motor" if each % 3 == 0 else "sail"} for each in range(12)]
        boats = [each for each in boats if not kind or each["kind"] == kind]
        end = offset + limit
        query: dict[str, Any] = {"limit": limit, "offset": end, **({"kind": kind} if kind else {})}
        if self.flaw == "same-page":
            query["offset"] = offset
        if self.flaw in {"overlaps", "skips"}:
            query["offset"] = end + (1 if self.flaw == "skips" else -1)
        if self.flaw == "drops-filter":
            query.pop("kind", None)
        path = "/nowhere" if self.flaw == "nowhere" else "/boats"
        host = (
            "http://localhost" if self.flaw == "absolute" else "https://elsewhere" if self.flaw == "elsewhere" else ""
        )
        url = f"{host}{path}?{urlencode(query)}" if end < len(boats) else None
        body: dict[str, Any] = {"boats": boats[offset:end]}
        name = PLACES[self.way][0]
        body[name] = {"next": {"href": url}} if self.way == "hal" else {"next": url} if self.way == "json-api" else url
        if self.way == "next" and offset:
            back = {"limit": limit, "offset": max(0, offset - limit), **({"kind": kind} if kind else {})}
            if self.flaw == "previous-drops-filter":
                back.pop("kind", None)
            body["previous"] = f"/boats?{urlencode(back)}"
        if self.flaw == "no-links":
            del body[name]
        status = 404 if request.target.startswith("/nowhere") else 200
        return Response(status=status, headers=(("Content-Type", "application/json"),), body=json.dumps(body).encode())


def driven(way: str, flaw: str = "", *more: dict[str, Any]) -> Driven:
    return drive(contract(way, *more), (link_next.BEHAVIOUR,), server=cast("MockServer", Harbour(way, flaw)))


@pytest.mark.parametrize("way", PLACES)
@pytest.mark.parametrize(
    ("flaw", "problem"),
    [
        ("same-page", ""),
        ("overlaps", "repeats"),
        ("skips", "skips"),
        ("nowhere", "nowhere"),
        ("drops-filter", "filter-dropped"),
    ],
)
def test_a_link_that_leads_elsewhere_is_found(way: str, flaw: str, problem: str) -> None:
    [failed] = [each for each in driven(way, flaw).verdicts if each.outcome is Outcome.FAILED]
    assert failed.clause == CLAUSE
    assert failed.problem == problem or (not problem and failed.problem in {"loop", "repeats"})


def test_a_link_back_that_forgets_the_filter_is_found() -> None:
    assert driven("next", "previous-drops-filter").failed() == {"listBoats::link::prev-leads-back"}
    assert "listBoats::link::prev-leads-back" in driven("next").passed()


@pytest.mark.parametrize("way", PLACES)
@pytest.mark.parametrize("liberty", ["", "absolute", "elsewhere", "no-links"])
def test_a_right_server_is_left_alone(way: str, liberty: str) -> None:
    found = driven(way, liberty)
    assert not found.failed()
    assert (CLAUSE in found.passed()) is (liberty in {"", "absolute"})


@pytest.mark.parametrize("parameters", [(PAGE,), (OFFSET, OBJECT)], ids=["number", "object"])
def test_a_page_that_chooses_nothing_is_no_second_page(parameters: tuple[dict[str, Any], ...]) -> None:
    found = driven("next", "", *parameters)
    assert not found.failed()
    assert CLAUSE in found.passed()


def test_a_list_that_a_vendor_marks_has_a_link_as_well() -> None:
    """`x-ms-pageable` says where the items are, and its links were never followed where `$top` and `$skip` page too."""
    plain = document("odata")
    listing: Any = plain.value
    listing["paths"]["/boats"]["get"]["x-ms-pageable"] = {"itemName": "boats", "nextLinkName": "@odata.nextLink"}
    known = with_guesses(read_contract(Library().read(json.dumps(listing).encode(), "boats.json")))
    assert known.operation("listBoats").promises.collection is not None
    assert set(link_clauses.clauses_of(known.operation("listBoats"))) == {link_clauses.NEXT}


def test_without_inference_nothing_is_said_of_links_in_bodies() -> None:
    guessed = contract("next").operation("listBoats")
    assert list(link_clauses.clauses_of(guessed)) == ["next", "prev"]
    assert list(link_clauses.clauses_of(contract("odata").operation("listBoats"))) == ["next"]
    assert guessed.promises.collection is not None
    assert guessed.promises.collection.page is not None
    page = replace(guessed.promises.collection.page, source=Source.DOCUMENTED)
    documented = replace(guessed.promises.collection, source=Source.DOCUMENTED, page=page)
    assert not link_clauses.clauses_of(replace(guessed, promises=replace(guessed.promises, collection=documented)))
    plain = read_contract(document("next"))
    assert not link_clauses.clauses_of(plain.operation("listBoats"))
    assert all(each.inapplicable for each in link_next.clauses(plain))
