"""What can be deleted again may be added to things that nobody makes, as a review to what a catalogue has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, found, judged

REVIEW: dict[str, Any] = {
    "type": "object",
    "required": ["id", "rating"],
    "properties": {"id": {"type": "integer"}, "rating": {"type": "integer", "minimum": 1, "maximum": 5}},
}
GAME = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}


def document(*, deleted: bool = True) -> dict[str, Any]:
    def answers(schema: dict[str, Any] | None, status: str = "200") -> dict[str, Any]:
        media = {"content": {"application/json": {"schema": schema}}} if schema else {}
        return {status: {"description": "done", **media}, "400": {"description": "bad"}, "404": {"description": "none"}}

    def key(name: str, kind: str) -> list[dict[str, Any]]:
        return [{"name": name, "in": "path", "required": True, "schema": {"type": kind}}]

    game, review = key("gameId", "string"), key("reviewId", "integer")
    body = {"required": True, "content": {"application/json": {"schema": {**REVIEW, "required": ["rating"]}}}}
    games = {"type": "object", "required": ["results"], "properties": {"results": {"type": "array", "items": GAME}}}
    item: dict[str, Any] = {"get": {"operationId": "getReview", "parameters": review, "responses": answers(REVIEW)}}
    if deleted:
        item["delete"] = {"operationId": "deleteReview", "parameters": review, "responses": answers(None, "204")}
    add = {"operationId": "addReview", "parameters": game, "requestBody": body, "responses": answers(REVIEW, "201")}
    return {
        "openapi": "3.1.0",
        "info": {"title": "games", "version": "1"},
        "paths": {
            "/games": {"get": {"operationId": "listGames", "responses": answers(games)}},
            "/games/{gameId}": {"get": {"operationId": "getGame", "parameters": game, "responses": answers(GAME)}},
            "/games/{gameId}/reviews": {"post": add},
            "/reviews/{reviewId}": item,
        },
    }


def server(added: list[str], *, most: int) -> Any:
    reviews: dict[str, Any] = {}

    def answer(method: str, path: str, _query: dict[str, str], _headers: dict[str, str], body: Any) -> Answer:
        parts = path.strip("/").split("/")
        if parts == ["games"]:
            return (200, {"results": [{"id": "go"}, {"id": "chess"}]}) if method == "GET" else (405, None)
        if parts[0] == "games" and len(parts) == 3 and method == "POST":
            rating = body.get("rating") if isinstance(body, dict) else None
            if not isinstance(rating, int) or isinstance(rating, bool) or not 1 <= rating <= most:
                return 400, {"error": "rating"}
            if parts[1] not in {"go", "chess"}:
                return 404, {"error": "no such game"}
            added.append(parts[1])
            reviews[str(len(added))] = {"id": len(added), "rating": rating}
            return 201, reviews[str(len(added))]
        if parts[0] == "games" and len(parts) == 2:
            return (200, {"id": parts[1]}) if parts[1] in {"go", "chess"} else (404, {"error": "no such game"})
        if parts[0] == "reviews" and parts[-1] in reviews and method in {"GET", "DELETE"}:
            shown = reviews[parts[-1]] if method == "GET" else reviews.pop(parts[-1])
            return (200, shown) if method == "GET" else (204, None)
        return 404, {"error": "unknown"}

    return answer


@pytest.mark.parametrize("most", [5, 1000])
def test_a_create_below_what_nobody_makes_is_tried_with_all_its_values(tmp_path: Path, most: int) -> None:
    added: list[str] = []
    recorded = judged(document(), server(added, most=most), tmp_path)
    assert added
    broken = {each for _, each, _ in found(recorded) if each.endswith("/rating::maximum-enforced")}
    assert bool(broken) is (most > 5)


def test_what_stays_is_not_added_to_what_others_made(tmp_path: Path) -> None:
    added: list[str] = []
    judged(document(deleted=False), server(added, most=5), tmp_path)
    assert not added
