"""The probes: for each defect and variant the requests whose outcome differs from the plain service's."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlencode

from servicekit.client import Step, Steps, delete, get, post, put

BASE = "/api"
LIBRARIAN = "Basic " + base64.b64encode(b"librarian:secret").decode()
HEADERS = {"authorization": LIBRARIAN}
WRONG = "Basic " + base64.b64encode(b"librarian:wrong").decode()
KEY = "api_key=my-key"
ISBN = "9791234567896"
AT = f"/books/{ISBN}"
FORM = "application/x-www-form-urlencoded"


def book(**members: Any) -> Any:
    """Return a book."""
    body: Any = {"isbn": ISBN, "title": "Walden", "subtitle": "A life", "authors": ["Ada"], "year": 1854}
    body |= {"language": "de", "copies": 1, "shelf": "C07", **members}
    return {name: value for name, value in body.items() if value != "drop"}


def add(**members: Any) -> Step:
    """Return the addition of a book."""
    return post("/books", book(**members))


def replace(members: Any = None, **headers: str) -> Step:
    """Return a PUT of a book."""
    return put(AT, book(**(members or {})), **headers)


def read(target: str = AT, **headers: str) -> Step:
    """Return a GET with a key."""
    return get(f"{target}{'&' if '?' in target else '?'}{KEY}", **headers)


def lend(**fields: str) -> Step:
    """Return a loan."""
    form = {"isbn": ISBN, "reader": "Mia", "due": "2031-02-01", **fields}
    return post("/loans", urlencode(form).encode(), content_type=FORM)


ONE = (add(), read())
TWO_AUTHORS = (add(authors=["Ada", "Bo"]), read("/books?author=bo"))
LENT = (add(), lend(), get("/loans/<1:/id>"), read())
PAGES = (read("/books?per_page=15&page=3"), read("/books?per_page=15&page=2"), read("/books?per_page=15&page=4"))
YEARS = (read("/books?sort=-year&per_page=50"), read("/books?year_from=1999&year_to=2003&sort=year&per_page=50"))
TIES = (read("/books?per_page=3"), read("/books?per_page=3&page=2"), read("/books?per_page=3&page=3"))
REPLACED = (add(), replace({"subtitle": "drop", "copies": 2}), read())
LOANS = (get("/loans"), get("/loans?reader=Mia"))
REFUSED = (read("/books/9790000000000"),)
OTHER = {"if_match": '"other"'}

PROBES: dict[str, Steps] = {
    "year-as-text": ONE,
    "authors-joined": TWO_AUTHORS,
    "shelf-lower-case": ONE,
    "available-minus": LENT,
    "copies-as-text": ONE,
    "added-day-only": ONE,
    "language-in-full": ONE,
    "subtitle-null": (add(subtitle="drop"),),
    "isbn-with-hyphen": ONE,
    "shelf-left-out": ONE,
    "loan-id-as-text": LENT,
    "overdue-as-number": LENT,
    "due-with-slashes": LENT,
    "loan-reader-left-out": LENT,
    "lent-at-seconds": LENT,
    "author-books-as-text": (read("/authors"),),
    "total-left-out": PAGES,
    "total-in-words": PAGES,
    "link-left-out": PAGES,
    "etag-left-out": ONE,
    "list-wrapped": PAGES,
    "add-200": ONE,
    "lend-200": LENT,
    "remove-200": (add(), delete(AT)),
    "error-plain-text": REFUSED,
    "error-flat": REFUSED,
    "error-code-number": REFUSED,
    "error-without-message": REFUSED,
    "authors-without-key": (get("/authors"),),
    "wrong-key-served": (get("/books?api_key=wrong-key"),),
    "delete-without-password": (add(), delete(AT, authorization="")),
    "wrong-password-served": (get("/loans", authorization=WRONG),),
    "short-isbn-taken": (add(isbn="9791234567"),),
    "old-year-taken": (add(year=1449),),
    "no-authors-taken": (add(authors=[]),),
    "any-shelf-taken": (add(shelf="cellar"),),
    "language-optional": (add(language="drop"),),
    "no-copies-refused": (add(copies=0),),
    "year-1450-refused": (add(year=1450),),
    "any-due-taken": (add(), lend(due="soon")),
    "nameless-reader-taken": (add(), lend(reader="")),
    "any-sort-taken": (read("/books?sort=shelf"),),
    "any-language-sought": (read("/books?language=es"),),
    "zero-taken": (read("/books?per_page=0"),),
    "zero-crash": (read("/books?page=0"),),
    "broken-json-crash": (post("/books", b"{", content_type="application/json"),),
    "allow-left-out": (delete("/books"),),
    "challenge-left-out": (get("/books"),),
    "head-without-length": (Step("HEAD", f"/books?{KEY}"),),
    "location-by-title": ONE,
    "etag-of-title": REPLACED,
    "etag-of-the-moment": (add(), read(), read()),
    "etag-without-quotes": ONE,
    "if-none-match-ignored": (add(), read(if_none_match="<0:etag>")),
    "any-if-none-match-304": (add(), read(if_none_match='"other"')),
    "if-none-match-412": (add(), read(if_none_match='"other"')),
    "if-match-ignored-by-put": (add(), replace(**OTHER)),
    "if-match-ignored-by-delete": (add(), delete(AT, **OTHER)),
    "if-match-star-refused": (add(), replace(if_match="*")),
    "if-match-by-first-tag": (add(), replace(if_match='"other", <0:etag>')),
    "if-match-409": (add(), replace(**OTHER)),
    "if-none-match-star-overwrites": (add(), replace(if_none_match="*")),
    "put-adds-with-200": (replace(),),
    "put-replaces-with-201": REPLACED,
    "put-old-etag": REPLACED,
    "put-merges": REPLACED,
    "put-not-stored": REPLACED,
    "link-next-without-end": PAGES,
    "link-next-skips": PAGES,
    "link-forgets-filters": YEARS,
    "link-without-brackets": PAGES,
    "total-of-page": PAGES,
    "total-off-by-one": PAGES,
    "total-of-all": YEARS,
    "page-ignored": PAGES,
    "pages-overlap": PAGES,
    "page-after-last-is-last": PAGES,
    "last-item-lost": PAGES,
    "ties-unstable": TIES,
    "year-sort-ignored": YEARS,
    "minus-ignored": YEARS,
    "subtitle-forgotten": ONE,
    "put-moves-added": REPLACED,
    "removed-book-stays": (add(), delete(AT), read()),
    "returned-loan-stays": (add(), lend(), delete("/loans/<1:/id>"), get("/loans/<1:/id>")),
    "reader-ignored": LOANS,
    "first-author-only": TWO_AUTHORS,
    "author-minds-case": TWO_AUTHORS,
    "year-from-above": YEARS,
    "year-to-ignored": YEARS,
    "lendable-by-copies": (add(), lend(), read("/books?lendable=true&per_page=50")),
    "available-not-lowered": LENT,
    "isbn-twice-taken": (add(), add(title="Again")),
    "isbn-twice-422": (add(), add(title="Again")),
    "other-isbn-put": (replace({"isbn": "9791234567000"}),),
    "lent-book-removed": (add(), lend(), delete(AT)),
    "authors-by-books": (read("/authors"),),
    "author-counted-once": (read("/authors"),),
    "loans-latest-first": LOANS,
    "due-today-taken": (add(), lend(due="2031-01-01")),
    "due-in-the-past-taken": (add(), lend(due="2030-12-31")),
    "last-copy-lent-twice": (add(), lend(), lend()),
    "return-all-but-one": (delete("/loans"), get("/loans")),
}

SHOWS: dict[str, Steps] = {
    "chunked": ONE,
    "members-reversed": PAGES,
    "extra-members": ONE,
    "pages-of-20": (read("/books?per_page=30"),),
    "link-absolute": PAGES,
    "link-last-empty": PAGES,
    "etag-weak": (add(), replace(if_match="<0:etag>"), read(if_none_match="<0:etag>")),
    "invalid-400": (add(year=1),),
    "password-403": (get("/loans", authorization=WRONG),),
    "unknown-book-404": (lend(),),
    "error-details": (add(year=1),),
}
