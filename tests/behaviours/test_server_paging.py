"""A server that pages on its own, whatever size is asked for, and says with each page that more follows."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
import yaml

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.collections.kit.page_observation import KINDS, NAMES_NEXT, observe_pages
from contract_suite.behaviours.collections.totals import CONSTANT, EXACT, FILTERED
from contract_suite.behaviours.collections.totals import _Observation as Totals
from contract_suite.behaviours.kit.following import says_more
from contract_suite.behaviours.kit.listing import Listing, Walk
from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.model.exchange import Exchange, Request, Response
from contract_suite.model.json import JSON, Arguments
from contract_suite.model.verdict import Outcome

DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "Boats", "version": "1"},
    "paths": {
        "/boats": {
            "get": {
                "operationId": "listBoats",
                "parameters": [
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}},
                    {"name": "offset", "in": "query", "schema": {"type": "integer", "minimum": 0}},
                ],
                "x-contract": {
                    "collection": {"items": "/boats", "total": "/total", "page": {"offset": "offset", "limit": "limit"}}
                },
                "responses": {
                    "200": {
                        "description": "Boats.",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "properties": {
                                        "boats": {"type": "array", "items": {"type": "object"}},
                                        "total": {"type": "integer"},
                                    },
                                }
                            }
                        },
                    }
                },
            }
        }
    },
}
CONTRACT = read_contract(Library().read(yaml.safe_dump(DOCUMENT).encode(), "boats.yaml"))
LIST = CONTRACT.operation("listBoats")
WAYS = ("Link", "next", "@odata.nextLink", "_links", "links", "has_more")


class Boats:
    """A session whose server has so many boats, and gives `most` at a time; `way` is how it says that more follow."""

    contract = CONTRACT

    def __init__(self, count: int, most: int, way: str) -> None:
        self.count, self.most, self.way, self.asked = count, most, way, 0
        self.kept: dict[type, Any] = {}

    def shared(self, kind: type) -> object:
        return self.kept.setdefault(kind, kind())

    def call(self, _operation: object, arguments: Arguments, **_: Any) -> Exchange:
        self.asked += 1
        start = cast("int", arguments.get("query.offset", 0))
        end = min(self.count, start + min(self.most, cast("int", arguments.get("query.limit", 100))))
        body: dict[str, Any] = {"boats": [{"id": index} for index in range(start, end)], "total": self.count}
        headers: list[tuple[str, str]] = [("Content-Type", "application/json")]
        url = f"/boats?offset={end}" if end < self.count else None
        if self.way == "Link":
            headers += [("Link", f'<{url}>; rel="next"')] if url else []
        elif self.way == "_links":
            body["_links"] = {"self": {"href": "/boats"}, **({"next": {"href": url}} if url else {})}
        elif self.way == "links":
            body["meta"] = {"links": {"next": url}}
        else:
            body[self.way] = bool(url) if self.way == "has_more" else url
        response = Response(status=200, headers=tuple(headers), body=json.dumps(body).encode())
        return Exchange(number=self.asked, request=Request(method="GET", target="/boats"), answer=response)

    def json(self, exchange: Exchange) -> JSON:
        found: JSON = json.loads(exchange.response.body) if exchange.response else None
        return found


def boats(count: int, most: int, way: str) -> Listing:
    return Listing(cast("Session", Boats(count, most, way)), LIST, {})


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("most", [2, 3, 5])
def test_short_pages_with_a_next_one_break_nothing_that_offsets_promise(most: int, way: str) -> None:
    found = observe_pages(boats(14, most, way), {kind: kind for kind in KINDS})
    failed = {kind: verdict.problem for kind, verdict in found.items() if verdict.outcome is Outcome.FAILED}
    # That a page may be shorter than was asked for is for the document to say, and never inferred.
    assert failed == {"page-size-not-capped": NAMES_NEXT}
    assert found["offset-exact"].outcome is Outcome.PASSED


@pytest.mark.parametrize("way", WAYS)
def test_a_total_counts_what_a_walk_in_the_steps_of_the_server_finds(way: str) -> None:
    totals = Totals(
        listing=boats(14, 3, way), ids={kind: kind for kind in (EXACT, CONSTANT, FILTERED)}, wanted=(EXACT, CONSTANT)
    )
    assert totals()[EXACT].outcome is Outcome.PASSED


@pytest.mark.parametrize("way", WAYS)
def test_a_page_that_names_a_next_one_is_never_the_whole_list(way: str) -> None:
    listing, walk = boats(14, 3, way), Walk()
    pages = list(listing.pages(walk))
    assert [page.ends for page in pages] == [False] * 4 + [True]
    assert len({key for page in pages for key in page.keys}) == 14
    assert not walk.trouble


@pytest.mark.parametrize(
    "body",
    [
        {"boats": [], "next": None},
        {"boats": [], "next": ""},
        {"next": False, "has_more": False},
        {"pageInfo": {"hasNextPage": False, "nextCursor": "x"}},
        {"_links": {"self": {"href": "/boats"}}},
        {"boats": [{"next": "/boats/2", "has_more": True}]},
        {"boat": {"next": "/boats/2"}},
        [{"next": "/boats/2"}],
        "next",
    ],
)
def test_nothing_else_says_that_more_follows(body: JSON) -> None:
    response = Response(status=200, headers=(), body=b"")
    assert not says_more(Exchange(number=1, request=Request(method="GET", target="/"), answer=response), body)
