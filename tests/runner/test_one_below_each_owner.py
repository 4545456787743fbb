"""What each owner takes one of, and what must be unique only where it is given: a member reviews a book once, ISBNs differ."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, found, judged, served

TEXT = {"type": "string", "minLength": 1, "maxLength": 40}
ISBN = {"type": "string", "pattern": "^[0-9]{13}$"}


def thing(**members: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "integer", "readOnly": True}, **members},
    }


BOOK = thing(title=TEXT, isbn=ISBN)
REVIEW = thing(text=TEXT)


def document() -> dict[str, Any]:
    def answers(schema: dict[str, Any] | None, status: str = "200") -> dict[str, Any]:
        media = {"content": {"application/json": {"schema": schema}}} if schema else {}
        refusals = {each: {"description": "refused"} for each in ("400", "404", "409")}
        return {**refusals, status: {"description": "done", **media}}

    def key(name: str) -> list[dict[str, Any]]:
        return [{"name": name, "in": "path", "required": True, "schema": {"type": "integer"}}]

    def body(schema: dict[str, Any], required: str) -> dict[str, Any]:
        taken = {**schema, "required": [required]}
        return {"required": True, "content": {"application/json": {"schema": taken}}}

    def item(name: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "get": {"operationId": f"read{name}", "parameters": key("id"), "responses": answers(schema)},
            "delete": {"operationId": f"drop{name}", "parameters": key("id"), "responses": answers(None, "204")},
        }

    def group(name: str, schema: dict[str, Any], required: str, owner: str = "") -> dict[str, Any]:
        keys = {"parameters": key(owner)} if owner else {}
        return keys | {
            "get": {"operationId": f"all{name}s", "responses": answers({"type": "array", "items": schema})},
            "post": {
                "operationId": f"add{name}",
                "requestBody": body(schema, required),
                "responses": answers(schema, "201"),
            },
        }

    return {
        "openapi": "3.1.0",
        "info": {"title": "books", "version": "1"},
        "paths": {
            "/books": group("Book", BOOK, "title"),
            "/books/{id}": item("Book", BOOK),
            "/books/{bookId}/reviews": group("Review", REVIEW, "text", "bookId"),
            "/reviews/{id}": item("Review", REVIEW),
        },
    }


class Shelf:
    """A right server: a second review of a book is refused, as is a second book with an ISBN."""

    def __init__(self) -> None:
        self.books: dict[str, dict[str, Any]] = {}
        self.reviews: dict[str, dict[str, Any]] = {}
        self.reviewed: dict[str, str] = {}
        self.numbers = count(1)
        self.taken = 0

    def __call__(self, method: str, path: str, _query: Any, _headers: Any, body: Any) -> Answer:
        parts = path.strip("/").split("/")
        if len(parts) > 1 and not parts[1].lstrip("-").isdecimal():
            return 400, {"error": "id"}
        if parts == ["books"]:
            return self.of_books(method, body)
        if parts[0] == "books" and len(parts) == 3 and parts[1] in self.books:
            return self.of_reviews(method, parts[1], body)
        kept = self.books if parts[0] == "books" else self.reviews
        if len(parts) != 2 or parts[1] not in kept:
            return 404, {"error": "none"}
        if method == "DELETE":
            kept.pop(parts[1])
            self.reviewed = {book: review for book, review in self.reviewed.items() if parts[1] not in {book, review}}
            return 204, None
        return (200, kept[parts[1]]) if method == "GET" else (404, {"error": "none"})

    def of_books(self, method: str, body: Any) -> Answer:
        if method == "GET":
            return 200, [*self.books.values()]
        refused = self.refused(body, "title") if method == "POST" else "method"
        isbn = body.get("isbn") if isinstance(body, dict) else None
        if (
            not refused
            and "isbn" in body
            and not (isinstance(isbn, str) and len(isbn) == 13 and isbn.isascii() and isbn.isdecimal())
        ):
            refused = "isbn"
        if refused:
            return 400, {"error": refused}
        if isbn is not None and any(each.get("isbn") == isbn for each in self.books.values()):
            self.taken += 1
            return 409, {"error": "another book has it"}
        made = {"id": next(self.numbers), "title": body["title"]} | ({} if isbn is None else {"isbn": isbn})
        self.books[str(made["id"])] = made
        return 201, made

    def of_reviews(self, method: str, book: str, body: Any) -> Answer:
        if method == "GET":
            return 200, [self.reviews[review] for of, review in self.reviewed.items() if of == book]
        refused = self.refused(body, "text") if method == "POST" else "method"
        if refused:
            return 400, {"error": refused}
        if book in self.reviewed:
            return 409, {"error": "it was reviewed before"}
        made = {"id": next(self.numbers), "text": body["text"]}
        self.reviews[str(made["id"])] = made
        self.reviewed[book] = str(made["id"])
        return 201, made

    @staticmethod
    def refused(body: Any, name: str) -> str:
        value = body.get(name) if isinstance(body, dict) else None
        return "" if isinstance(value, str) and 1 <= len(value) <= 40 else name


@pytest.mark.longer
def test_what_each_owner_takes_one_of_is_made_and_deleted(tmp_path: Path) -> None:
    """A search had made it below a new owner, and one more below the same was refused: none could be deleted."""
    shelf = Shelf()
    recorded = judged(document(), shelf, tmp_path)
    assert "dropReview" in served(recorded)
    assert [each for each in found(recorded) if "::method::" not in each[1]] == []
    assert shelf.reviews == {}


@pytest.mark.longer
def test_a_member_that_must_be_unique_where_it_is_given_is_found_once(tmp_path: Path) -> None:
    """Each create with all its optional members was refused after the first one: nothing to delete, to refer to, to list."""
    shelf = Shelf()
    judged(document(), shelf, tmp_path)
    assert 1 <= shelf.taken <= 4
    assert shelf.books == {}


class Orphanage(Shelf):
    """Serves on what stood below a book that was deleted."""

    def __call__(self, method: str, path: str, query: Any, headers: Any, body: Any) -> Answer:
        reviews = dict(self.reviews)
        answer = super().__call__(method, path, query, headers, body)
        if method == "DELETE" and path.startswith("/books/"):
            self.reviews |= reviews
        return answer


@pytest.mark.longer
@pytest.mark.parametrize("kept", [False, True])
def test_what_goes_with_its_owner_is_asked_for_below_one_that_has_none_yet(tmp_path: Path, *, kept: bool) -> None:
    told = document()
    told["paths"]["/books/{id}"]["delete"]["description"] = "Its reviews go with it."
    clauses = {clause for _, clause, _ in found(judged(told, Orphanage() if kept else Tidy(), tmp_path))}
    assert ("dropBook::below/readReview::gone-with-owner" in clauses) is kept


class Tidy(Shelf):
    """Deletes the review of a book with the book."""

    def __call__(self, method: str, path: str, query: Any, headers: Any, body: Any) -> Answer:
        review = self.reviewed.get(path.removeprefix("/books/"), "")
        answer = super().__call__(method, path, query, headers, body)
        if method == "DELETE" and path.startswith("/books/"):
            self.reviews.pop(review, None)
        return answer


class Hoard(Shelf):
    """Says that it deleted a review, and serves it on."""

    def __call__(self, method: str, path: str, query: Any, headers: Any, body: Any) -> Answer:
        review = self.reviews.get(path.removeprefix("/reviews/")) if method == "DELETE" else None
        answer = super().__call__(method, path, query, headers, body)
        if review is not None:
            self.reviews[str(review["id"])] = review
        return answer


@pytest.mark.longer
def test_what_names_say_of_what_each_owner_takes_one_of_is_held_to_the_server(tmp_path: Path) -> None:
    """The book is `{id}` in its own path and `{bookId}` in that of its reviews, of which one more was always refused."""
    clauses = {clause for _, clause, _ in found(judged(document(), Hoard(), tmp_path))}
    assert "readReview::Review::deleted-unknown" in clauses
