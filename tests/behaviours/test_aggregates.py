"""Counts, averages, sums and facets: what is broken is found, and right servers of several kinds are left alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.behaviours.collections.aggregates.facets import facets_of
from contract_suite.behaviours.collections.aggregates.finding import aggregates
from contract_suite.contract.document import Library
from contract_suite.contract.family import load
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import with_guesses
from contract_suite.mock.faults.catalogue import chosen
from contract_suite.mock.pipeline import Pipeline
from tests.behaviours.driving import drive
from tests.runner.right_servers import Answer, found, judged

SHELVES = str(Path(__file__).parents[1] / "families" / "shelves")
OWN = tuple(each for each in BEHAVIOURS if each.name == "aggregates")
contract = cache(load)
Rates = Callable[[list[int]], Any]


def test_a_right_server_passes() -> None:
    driven = drive(contract(SHELVES), OWN)
    assert not driven.failed()
    members = ("book_count", "average_rating", "total_price")
    assert {f"getShelf::200/{each}::aggregate-exact" for each in members} <= set(driven.passed())
    assert "findBooks::200/facets/language::facets-of-all-pages" in driven.passed()


@pytest.mark.parametrize("name", ["count-lacks-one-of-many", "facets-count-the-page"])
def test_a_planted_fault_is_found(name: str) -> None:
    [(_, fault)] = chosen([contract(SHELVES)], [name])
    driven = drive(contract(SHELVES), OWN, pipeline=fault.site.plant(Pipeline()))
    assert set(driven.failed()) == set(fault.site.clauses)


def document(**members: Any) -> dict[str, Any]:
    """Games that nobody makes, and reviews of them that are made, changed and deleted."""
    review: dict[str, Any] = {
        "type": "object",
        "required": ["id", "rating"],
        "properties": {"id": {"type": "integer"}, "rating": {"type": "integer", "minimum": 1, "maximum": 5}},
    }
    game = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, **members}}
    sent = {"type": "object", "required": ["rating"], "properties": {"rating": review["properties"]["rating"]}}
    body = {"required": True, "content": {"application/json": {"schema": sent}}}

    def answers(schema: dict[str, Any] | None, status: str = "200") -> dict[str, Any]:
        media = {"content": {"application/json": {"schema": schema}}} if schema else {}
        refused = {"description": "no", "content": {"application/json": {"schema": {"type": "object"}}}}
        return {status: {"description": "done", **media}, "400": refused, "404": refused, "409": refused}

    def listed(schema: dict[str, Any]) -> dict[str, Any]:
        properties = {"results": {"type": "array", "items": schema}, "total": {"type": "integer"}}
        return answers({"type": "object", "required": ["results", "total"], "properties": properties})

    def key(name: str, kind: str) -> list[dict[str, Any]]:
        return [{"name": name, "in": "path", "required": True, "schema": {"type": kind}}]

    paging = [
        {"name": "offset", "in": "query", "schema": {"type": "integer", "minimum": 0, "default": 0}},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 50, "default": 10}},
    ]
    of_game, of_review = key("gameId", "string"), key("reviewId", "integer")
    return {
        "openapi": "3.1.0",
        "info": {"title": "games", "version": "1"},
        "paths": {
            "/games": {"get": {"operationId": "listGames", "parameters": paging, "responses": listed(game)}},
            "/games/{gameId}": {"get": {"operationId": "getGame", "parameters": of_game, "responses": answers(game)}},
            "/games/{gameId}/reviews": {
                "get": {"operationId": "listReviews", "parameters": [*of_game, *paging], "responses": listed(review)},
                "post": {
                    "operationId": "addReview",
                    "parameters": of_game,
                    "requestBody": body,
                    "responses": answers(review, "201"),
                },
            },
            "/reviews/{reviewId}": {
                "get": {"operationId": "getReview", "parameters": of_review, "responses": answers(review)},
                "put": {
                    "operationId": "putReview",
                    "parameters": of_review,
                    "requestBody": body,
                    "responses": answers(review),
                },
                "delete": {"operationId": "deleteReview", "parameters": of_review, "responses": answers(None, "204")},
            },
        },
    }


class Games:
    """Three games with reviews; `late` are the writes after which the members stay as they were."""

    def __init__(self, rate: Rates, late: frozenset[str]) -> None:
        self.rate, self.late = rate, late
        self.numbers = count(1)
        self.reviews: dict[str, tuple[str, dict[str, int]]] = {}
        for game, ratings in (("go", (5, 4)), ("chess", (1,)), ("hex", ())):
            for rating in ratings:
                number = next(self.numbers)
                self.reviews[str(number)] = (game, {"id": number, "rating": rating})
        self.shown = {game: self.summed(game) for game in ("go", "chess", "hex")}

    def of(self, game: str) -> list[dict[str, int]]:
        return [review for own, review in self.reviews.values() if own == game]

    def summed(self, game: str) -> dict[str, Any]:
        ratings = [each["rating"] for each in self.of(game)]
        own = {"review_count": len(ratings), "average_rating": self.rate(ratings)}
        return {"id": game, **{name: value for name, value in own.items() if value is not None}}

    def written(self, how: str, game: str) -> None:
        if how not in self.late:
            self.shown[game] = self.summed(game)

    def __call__(self, method: str, path: str, query: dict[str, str], _headers: dict[str, str], body: Any) -> Answer:
        parts = path.strip("/").split("/")
        if parts[0] == "games" and (len(parts) < 2 or parts[1] in self.shown):
            return self.games(method, parts[1:], query, body)
        if parts[0] == "reviews" and len(parts) == 2 and parts[1] in self.reviews:
            game, review = self.reviews[parts[1]]
            if method == "DELETE":
                del self.reviews[parts[1]]
                self.written("delete", game)
                return 204, None
            if method == "PUT":
                if not self.is_sound(body):
                    return 400, {"error": "rating"}
                review["rating"] = body["rating"]
                self.written("update", game)
            return (200, dict(review)) if method in {"GET", "PUT"} else (405, None)
        return 404, {"error": "unknown"}

    def games(self, method: str, rest: list[str], query: dict[str, str], body: Any) -> Answer:
        if method == "GET" and len(rest) == 1:
            return 200, self.shown[rest[0]]
        if method == "POST" and len(rest) == 2:
            if not self.is_sound(body):
                return 400, {"error": "rating"}
            number = next(self.numbers)
            self.reviews[str(number)] = (rest[0], {"id": number, "rating": body["rating"]})
            self.written("create", rest[0])
            return 201, self.reviews[str(number)][1]
        if method != "GET":
            return 405, None
        every: list[Any] = self.of(rest[0]) if rest else list(self.shown.values())
        try:
            offset, limit = int(query.get("offset", 0)), int(query.get("limit", 10))
        except ValueError:
            return 400, {"error": "page"}
        if offset < 0 or not 1 <= limit <= 50:
            return 400, {"error": "page"}
        return 200, {"results": every[offset : offset + limit], "total": len(every)}

    @staticmethod
    def is_sound(body: Any) -> bool:
        rating = body.get("rating") if isinstance(body, dict) else None
        return isinstance(rating, int) and not isinstance(rating, bool) and 1 <= rating <= 5


COUNTED = {"review_count": {"type": "integer", "description": "Number of reviews"}}
RATED = {"average_rating": {"type": "number", "description": "Arithmetic mean of the ratings of all reviews."}}


def mean(ratings: list[int]) -> float | None:
    return sum(ratings) / len(ratings) if ratings else None


def broken(folder: Path, rate: Rates = mean, *late: str, **members: Any) -> dict[str, str]:
    record = judged(document(**(members or {**COUNTED, **RATED})), Games(rate, frozenset(late)), folder)
    return {clause: message for _, clause, message in found(record) if clause.endswith("aggregate-exact")}


@pytest.mark.longer
@pytest.mark.parametrize(
    ("late", "clauses"),
    [
        ("delete", {"getGame::200/review_count::aggregate-exact"}),
        ("update", {"getGame::200/average_rating::aggregate-exact"}),
    ],
)
def test_what_does_not_follow_a_write_is_found(tmp_path: Path, late: str, clauses: set[str]) -> None:
    assert clauses <= broken(tmp_path, mean, late).keys()


@pytest.mark.longer
@pytest.mark.parametrize(
    "rate",
    [
        mean,
        lambda ratings: round(mean(ratings) or 0, 1),
        lambda ratings: round(mean(ratings) or 0) if ratings else 0,
        lambda ratings: int((mean(ratings) or 0) * 100) / 100 if ratings else None,
        lambda ratings: 20 * (mean(ratings) or 0),  # of a hundred
        lambda ratings: (sum(ratings) + 3 * 4) / (len(ratings) + 4),  # a few doubtful ones are added
    ],
)
def test_averages_that_are_made_otherwise_are_left_alone(tmp_path: Path, rate: Rates) -> None:
    assert not broken(tmp_path, rate)


@pytest.mark.longer
def test_what_is_computed_later_is_left_alone(tmp_path: Path) -> None:
    """Nothing but the names speaks of the members, and neither follows any write at once."""
    members = {"review_count": {"type": "integer"}, "average_rating": {"type": "number"}}
    assert not broken(tmp_path, mean, "create", "update", "delete", **members)


def guessed(plain: Any) -> Contract:
    return with_guesses(read_contract(Library().read(json.dumps(plain).encode(), "games.json")))


@pytest.mark.parametrize(
    ("name", "description", "made"),
    [
        ("review_count", "", "number"),
        ("numReviews", "", "number"),
        ("ratings", "Number of reviews", ""),
        ("rating_count", "Number of reviews", "number"),
        ("rating_count", "How many reviews it has.", "number"),
        ("rating_count", "Number of people who rated it.", ""),
        ("review_count", "Number of reviews that were ever written.", ""),
        ("review_count", "Number of reviews, counted every night.", ""),
        ("total_rating", "Sum of the ratings of verified players.", ""),
        ("avgRating", "", "average"),
        ("rating", "Average rating of all reviews.", "average"),
        ("rating", "", ""),
        ("total_rating", "", "sum"),
        ("rating_left", "What is left.", ""),
        ("player_count", "", ""),
    ],
)
def test_names_and_sentences_tell_what_a_member_is_made_of(name: str, description: str, made: str) -> None:
    read = guessed(document(**{name: {"type": "number", "description": description}}))
    assert [each.made for each in aggregates(read)] == ([made] if made else [])


def test_items_that_may_not_count_are_left_alone() -> None:
    plain = document(**COUNTED)
    schema = plain["paths"]["/games/{gameId}/reviews"]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    schema["properties"]["results"]["items"]["properties"]["published"] = {"type": "boolean"}
    assert not aggregates(guessed(plain))


@pytest.mark.parametrize(
    ("bucket", "description", "is_facet"),
    [
        ({"value": {"type": "string"}, "count": {"type": "integer"}}, "", True),
        ({"key": {"type": "string"}, "doc_count": {"type": "integer"}}, "Of all matches.", True),
        ({"value": {"type": "string"}, "count": {"type": "integer"}}, "How this page spreads.", False),
        ({"value": {"type": "string"}, "count": {"type": "integer"}, "price": {"type": "number"}}, "", False),
        ({"value": {"type": "string"}}, "", False),
    ],
)
def test_facets_are_values_with_their_counts(bucket: Any, description: str, is_facet: bool) -> None:
    plain = document(**COUNTED)
    schema = plain["paths"]["/games"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    counted = {"type": "array", "description": description, "items": {"type": "object", "properties": bucket}}
    schema["properties"]["facets"] = {"type": "object", "properties": {"kind": counted}}
    assert facets_of(guessed(plain).operation("listGames")) == (("/facets/kind",) if is_facet else ())
