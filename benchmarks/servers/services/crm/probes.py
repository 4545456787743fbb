"""The probes: for each defect and variant the requests whose outcome differs from the plain service's."""

from __future__ import annotations

from typing import Any

from servicekit.client import Step, Steps, delete, get, patch, post, put

BASE = "/v2"
HEADERS = {"authorization": "Bearer full-token"}
ADMIN = {"authorization": "Bearer admin-token"}
ME = "/contacts/<0:/data/id>"


def person(**members: Any) -> Step:
    """Return the creation of a person."""
    data: Any = {"kind": "person", "email": "New@example.org", "first_name": "Lea", "last_name": "Voss", "city": "Rome"}
    data |= {"birthday": "1990-02-01", "value": 7, **members}
    return post("/contacts", {"data": {name: value for name, value in data.items() if value != "drop"}})


def company(**members: Any) -> Step:
    """Return the creation of a company."""
    return post("/contacts", {"data": {"kind": "company", "email": "c@example.org", "name": "Zeta", **members}})


def change(**members: Any) -> Step:
    """Return a change of a contact."""
    return patch(ME, {"data": members})


def note(**members: Any) -> Step:
    """Return a note on a contact."""
    return post(f"{ME}/notes", {"data": {"text": "Hello", "pinned": True, **members}})


def search(text: str = "KERN", **members: Any) -> Step:
    """Return a search."""
    return post("/contacts/search", {"text": text, **members})


def bulk(*ids: int) -> Step:
    """Return a deletion of several contacts."""
    return post("/contacts/bulk-delete", {"ids": list(ids)})


READ = get(ME)
ONE = (person(), READ)
FIRM = (company(employees=20), READ)
NOTED = (person(), note(), note(text="Again"), get(f"{ME}/notes"), get(f"{ME}/notes/<1:/data/id>"))
LIST = (get("/contacts?page[size]=8"), get("/contacts?page[size]=8&page[number]=2"))
SOME = (get("/contacts?filter[kind]=person&filter[city]=Oslo&filter[active]=true&page[size]=2"),)
TAGGED = (get("/contacts?filter[tag]=press"), get("/tags"))
NONE = (get("/contacts?filter[city]=Atlantis"),)
UNKNOWN = (get("/contacts/1"),)
INVALID = (person(value=-1, email="x"),)
SORTED = (get("/contacts?sort=-value&page[size]=100"), get("/contacts?sort=name&page[size]=100"))
TIES = (get("/contacts?sort=value&page[size]=4"), get("/contacts?sort=value&page[size]=4&page[number]=2"))
CHANGED = (person(), change(value=8), READ, get("/contacts/537"))
CLEARED = (person(), change(city=None), READ)
FOUND = (search(limit=2), search("@EXAMPLE", kinds=["company"], limit=3))
GONE = (person(), delete(ME), READ)
BULK = (bulk(501, 502, 1), get("/contacts"))
TWICE = (person(), person(), person(email="NEW@example.org"))
TAG = (person(), put(f"{ME}/tags/new"), put(f"{ME}/tags/new"), READ)
UNTAG = (person(), delete(f"{ME}/tags/new"))
RESET: Steps = (post("/contacts/501/notes", {"data": {"text": "A"}}), post("/admin/reset", None, **ADMIN))
RESET = (*RESET, get("/contacts/501/notes"))

PROBES: dict[str, Steps] = {
    "contact-id-as-text": ONE,
    "secret-hint-sent": ONE,
    "active-as-number": ONE,
    "value-as-text": ONE,
    "kind-capital": ONE,
    "kind-left-out": ONE,
    "owner-id-zero-text": ONE,
    "tags-joined": ONE,
    "display-name-left-out": ONE,
    "birthday-german": ONE,
    "employees-as-range": FIRM,
    "created-at-seconds": ONE,
    "updated-at-null": ONE,
    "city-empty-list": FIRM,
    "note-id-as-text": NOTED,
    "pinned-as-text": NOTED,
    "note-created-at-left-out": NOTED,
    "total-as-text": LIST,
    "meta-pages-left-out": LIST,
    "meta-left-out": LIST,
    "data-null-if-none": NONE,
    "envelope-left-out": ONE,
    "search-as-list": FOUND,
    "search-201": FOUND,
    "missing-counted": BULK,
    "tags-as-object": TAGGED,
    "create-200": ONE,
    "delete-202": GONE,
    "tag-201": TAG,
    "errors-as-object": INVALID,
    "error-in-singular": INVALID,
    "error-code-number": INVALID,
    "error-without-title": INVALID,
    "refused-as-200": UNKNOWN,
    "search-without-token": (Step("POST", "/contacts/search", {"text": "Mia"}, {"authorization": ""}),),
    "wrong-token-served": (get("/contacts", authorization="Bearer wrong-token"),),
    "reader-writes": (Step("DELETE", "/contacts/501", None, {"authorization": "Bearer read-token"}),),
    "anyone-is-admin": (post("/admin/reset"),),
    "any-email-taken": (person(email="lea"),),
    "negative-value-taken": (person(value=-1),),
    "zero-owner-taken": (person(owner_id=0),),
    "active-as-text-taken": (person(active="yes"),),
    "null-city-refused": (person(city=None),),
    "empty-last-name-taken": (person(last_name=""),),
    "last-name-optional": (person(last_name="drop"),),
    "any-birthday-taken": (person(birthday="May"),),
    "negative-employees-taken": (company(employees=-1),),
    "long-hint-taken": (person(secret_hint="h" * 101),),
    "empty-note-taken": (person(), note(text="")),
    "any-tag-taken": (person(), put(f"{ME}/tags/NEW")),
    "kind-optional": (person(kind="drop"),),
    "no-ids-taken": (bulk(),),
    "short-text-sought": (search("M"),),
    "any-limit-sought": (search(limit=51),),
    "any-kind-sought": (get("/contacts?filter[kind]=robot"),),
    "any-active-sought": (get("/contacts?filter[active]=maybe"),),
    "any-sort-taken": (get("/contacts?sort=city"),),
    "size-zero-taken": (get("/contacts?page[size]=0"),),
    "size-zero-crash": (get("/contacts?page[size]=0"),),
    "null-data-crash": (post("/contacts", {"data": None}),),
    "unknown-kind-crash": (person(kind="robot"),),
    "text-as-id-crash": (get("/contacts/mia"),),
    "no-token-403": (get("/contacts", authorization=""),),
    "no-scope-401": (post("/admin/reset"),),
    "allow-left-out": (put("/contacts"),),
    "challenge-left-out": (get("/contacts", authorization=""),),
    "location-left-out": ONE,
    "location-of-old-version": ONE,
    "head-405": (Step("HEAD", "/tags"),),
    "tag-again-409": TAG,
    "tag-twice": TAG,
    "untagged-404": UNTAG,
    "page-number-ignored": LIST,
    "page-from-zero": LIST,
    "pages-overlap": LIST,
    "total-of-page": LIST,
    "total-of-all": SOME,
    "pages-rounded-down": LIST,
    "active-filter-ignored": (get("/contacts?filter[active]=false"),),
    "city-filter-ignored": SOME,
    "filters-any": SOME,
    "first-tag-only": TAGGED,
    "empty-owner-ignored": (get("/contacts?owner_id="),),
    "minus-ignored": SORTED,
    "value-sort-ignored": SORTED,
    "value-sorted-as-text": SORTED,
    "name-sort-by-last": SORTED,
    "sort-within-page": TIES,
    "ties-unstable": TIES,
    "update-not-stored": CHANGED,
    "update-clears-city": CHANGED,
    "update-changes-neighbour": CHANGED,
    "null-city-kept": CLEARED,
    "updated-at-stays": CHANGED,
    "city-forgotten": ONE,
    "pinned-forgotten": NOTED,
    "active-false-by-default": ONE,
    "given-id-taken": (person(id=9),),
    "deleted-stays": GONE,
    "deleted-note-stays": (person(), note(), delete(f"{ME}/notes/<1:/data/id>"), get(f"{ME}/notes")),
    "delete-note-deletes-all": (*NOTED, delete(f"{ME}/notes/<1:/data/id>"), get(f"{ME}/notes")),
    "notes-of-all": NOTED,
    "note-of-any-contact": (*NOTED, get("/contacts/502/notes/<1:/data/id>")),
    "search-creates": (*FOUND, get("/contacts")),
    "delete-all-first-page": (Step("DELETE", "/contacts", None, ADMIN), get("/contacts")),
    "last-name-first": ONE,
    "email-twice-created": TWICE,
    "email-twice-updated": (person(), change(email="contact3@example.org")),
    "email-twice-422": TWICE,
    "email-minds-case": TWICE,
    "kind-change-ignored": (person(), change(kind="company")),
    "kinds-ignored": FOUND,
    "search-minds-case": FOUND,
    "email-not-sought": FOUND,
    "cheapest-first": FOUND,
    "search-limit-ignored": FOUND,
    "search-total-of-found": FOUND,
    "bulk-refused-if-missing": BULK,
    "bulk-first-only": BULK,
    "missing-called-deleted": BULK,
    "oldest-note-first": NOTED,
    "notes-outlive-contact": (*NOTED, delete(ME), get(f"{ME}/notes")),
    "tags-by-count": TAGGED,
    "tag-count-off-by-one": TAGGED,
    "reset-keeps-notes": RESET,
}

SHOWS: dict[str, Steps] = {
    "chunked": ONE,
    "members-reversed": ONE,
    "request-id-in-meta": ONE,
    "sizes-up-to-12": (get("/contacts?page[size]=20"),),
    "strict-query": (get("/contacts?page=2"),),
    "delete-shows": GONE,
    "invalid-400": INVALID,
    "first-error-only": INVALID,
}
