"""Tests: the plain services do what their documents say, and each defect and variant shows in its probe."""

from __future__ import annotations

import importlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from servicekit.catalog import Defect, Variant
from servicekit.checker import Document
from servicekit.client import Answer, Exchange, FakeClock, Step, Steps, Talk, delete, get, patch, post, put, wait
from servicekit.wire import Service

HERE = Path(__file__).parent
NAMES = sorted(path.parent.name for path in HERE.glob("*/app.py"))
KINDS = ("schema", "http", "convention", "prose")


@dataclass(frozen=True)
class Kit:
    """A service with all that tells about it."""

    name: str
    service: type[Service]
    document: Document
    probes: dict[str, Steps]
    shows: dict[str, Steps]
    base: str
    headers: dict[str, str]

    def talk(self, defects: frozenset[str] = frozenset(), variant: str = "") -> Talk:
        """Return a talk with a new server."""
        clock = FakeClock()
        app = importlib.import_module(f"{self.name}.app").application(defects, variant, clock)
        return Talk(app, clock, dict(self.headers), self.base)


def load(name: str) -> Kit:
    """Load a service."""
    (path,) = HERE.glob(f"{name}/openapi.*")
    text = path.read_text(encoding="utf-8")
    raw = json.loads(text) if path.suffix == ".json" else importlib.import_module("yaml").safe_load(text)
    raw = json.loads(json.dumps(raw, default=str))
    module = importlib.import_module(f"{name}.app")
    probes = importlib.import_module(f"{name}.probes")
    classes = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, Service)]
    (service,) = (one for one in classes if one is not Service)
    return Kit(name, service, Document(raw), probes.PROBES, probes.SHOWS, probes.BASE, probes.HEADERS)


KITS = {name: load(name) for name in NAMES}
DEFECTS = [(kit, defect) for kit in KITS.values() for defect in kit.service.DEFECTS]
VARIANTS = [(kit, variant) for kit in KITS.values() for variant in kit.service.VARIANTS]


def named(value: Any) -> str:
    """Name a parameter of a test."""
    return str(value.name)


def seen(exchange: Exchange) -> Any:
    """Return what is compared of an exchange."""
    answer = exchange.answer
    return answer.status, sorted(answer.headers.items()), answer.body, answer.pieces


@pytest.mark.parametrize("name", NAMES)
def test_document_names_what_is_served(name: str) -> None:
    """The document and the routes have the same operations."""
    kit = KITS[name]
    served = {
        (method, ("/" + "/".join(template))[len(kit.service.BASE) :])
        for method, template, _ in kit.service(frozenset(), "", FakeClock()).routes
    }
    assert served == {(method, path) for method, path in kit.document.operations() if method != "HEAD"}
    assert kit.document.base == kit.service.BASE == kit.base


@pytest.mark.parametrize("name", NAMES)
def test_catalog(name: str) -> None:
    """Each defect and variant has a name of its own and a probe, and there are enough of them."""
    kit = KITS[name]
    defects, variants = kit.service.DEFECTS, kit.service.VARIANTS
    assert Counter(defect.name for defect in defects) == Counter(list(kit.probes))
    assert Counter(variant.name for variant in variants) == Counter(list(kit.shows))
    assert {defect.shown_by for defect in defects} == set(KINDS)
    assert {defect.severity for defect in defects} <= {"low", "medium", "high"}
    assert len(defects) >= 40
    assert sum(defect.shown_by == "schema" for defect in defects) >= 20
    assert len(variants) >= 6


@pytest.mark.parametrize("name", NAMES)
def test_readme_counts(name: str) -> None:
    """The table of the README counts what is there."""
    kit = KITS[name]
    lines = (HERE / "README.md").read_text(encoding="utf-8").splitlines()
    (line,) = (line for line in lines if re.match(rf"\| {name} \| (Open|Swag)", line))
    kinds = Counter(defect.shown_by for defect in kit.service.DEFECTS)
    counts = [len(kit.document.operations()), len(kit.service.DEFECTS), *(kinds[kind] for kind in KINDS)]
    assert [int(cell) for cell in line.split("|")[4:-1]] == [*counts, len(kit.service.VARIANTS)]


@pytest.mark.parametrize("name", NAMES)
def test_plain_keeps_to_its_document(name: str) -> None:
    """No exchange of any probe with the plain service goes against the document."""
    kit = KITS[name]
    faults = {
        (exchange.method, exchange.path, fault)
        for steps in {**kit.probes, **kit.shows}.values()
        for exchange in kit.talk().run(steps)
        for fault in kit.document.faults(exchange)
    }
    assert not faults


@pytest.mark.parametrize(("kit", "variant"), VARIANTS, ids=named)
def test_variant_is_right_and_shows(kit: Kit, variant: Variant) -> None:
    """A variant keeps to the document, and its probe tells it from the plain service."""
    steps = kit.shows[variant.name]
    exchanges = kit.talk(variant=variant.name).run(steps)
    assert [seen(one) for one in exchanges] != [seen(one) for one in kit.talk().run(steps)]
    for others in kit.probes.values():
        exchanges += kit.talk(variant=variant.name).run(others)
    faults = {(one.method, one.path, fault) for one in exchanges for fault in kit.document.faults(one)}
    assert not faults


@pytest.mark.parametrize(("kit", "defect"), DEFECTS, ids=named)
def test_defect_shows(kit: Kit, defect: Defect) -> None:
    """The probe of a defect tells it from the plain service; one of the schema's goes against the document."""
    steps = kit.probes[defect.name]
    wrong = kit.talk(frozenset({defect.name})).run(steps)
    right = kit.talk().run(steps)
    assert [seen(one) for one in wrong] != [seen(one) for one in right]
    faults = [fault for one in wrong for fault in kit.document.faults(one)]
    refused = [
        bad
        for bad, good in zip(wrong, right, strict=True)
        if good.answer.status < 400 <= bad.answer.status and not kit.document.request_faults(bad)
    ]
    if defect.shown_by == "schema":
        assert faults or refused
    else:
        assert not faults


def talk(name: str) -> Talk:
    """Return a talk with a plain service."""
    return KITS[name].talk()


def walk(speak: Talk, target: str, items: str, cursor: str, parameter: str = "cursor") -> list[Any]:
    """Return what the pages of a list hold, following the cursors."""
    found: list[Any] = []
    glue = "&" if "?" in target else "?"
    step: Step | None = get(target)
    while step is not None:
        page = speak(step).json
        found += page[items]
        step = get(f"{target}{glue}{parameter}={page[cursor]}") if page[cursor] else None
    return found


# --- greenhouse


def test_greenhouse_pages() -> None:
    """Cursors lead to each garden once, whatever the size of the pages, and survive deletions."""
    speak = talk("greenhouse")
    every = walk(speak, "/gardens?limit=100", "items", "next_cursor")
    assert len(every) == 34
    for limit in (1, 7, 33, 34):
        assert walk(speak, f"/gardens?limit={limit}", "items", "next_cursor") == every
    arid = walk(speak, "/gardens?limit=2&climate=arid", "items", "next_cursor")
    assert arid == [garden for garden in every if garden["climate"] == "arid"]
    page = speak(get("/gardens?limit=5")).json
    assert speak(delete(f"/gardens/{every[0]['id']}")).status == 204
    assert speak(get(f"/gardens?limit=5&cursor={page['next_cursor']}")).json["items"] == every[5:10]
    assert speak(get("/gardens?cursor=nonsense")).status == 400


@pytest.mark.parametrize("sort", ["planted_on", "species", "quantity"])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_greenhouse_order(sort: str, order: str) -> None:
    """Plantings come in order, and pages of two hold each of them once."""
    speak = talk("greenhouse")
    garden = speak(get("/gardens?limit=1")).json["items"][0]
    target = f"/gardens/{garden['id']}/plantings?sort={sort}&order={order}"
    every = walk(speak, f"{target}&limit=2", "items", "next_cursor")
    keys = [planting[sort] for planting in every]
    assert keys == sorted(keys, reverse=order == "desc")
    assert len({planting["id"] for planting in every}) == len(every) == 14 == garden["planting_count"]


def test_greenhouse_merge_patch() -> None:
    """A patch merges as RFC 7396 says."""
    speak = talk("greenhouse")
    body = {"name": "A", "climate": "arid", "area_m2": 1, "description": "d", "tags": ["b", "a"]}
    made = speak(post("/gardens", {**body, "contact": {"email": "a@b", "phone": "123"}}))
    assert made.status == 201
    place = made.headers["location"]
    assert speak(get(place)).json == made.json

    def change(**members: Any) -> Answer:
        return speak(patch(place, members, content_type="application/merge-patch+json"))

    assert change(contact={"phone": None}).json["contact"] == {"email": "a@b"}
    assert change(contact=None).json["contact"] == {}
    assert change(tags=["z"]).json["tags"] == ["z"]
    assert change(description=None).json["description"] is None
    assert change(name=None).status == change(climate="alpine").status == 422
    assert change(climate="arid").status == 200
    assert speak(get(place)).json["name"] == "A"
    assert speak(patch(place, {}, content_type="text/plain")).status == 415
    head = speak(Step("HEAD", place))
    assert (head.status, head.body) == (200, b"")


# --- library


def test_library_pages() -> None:
    """Pages and their links lead to each book once; the total counts all of them."""
    speak = talk("library")
    every = speak(get("/books?api_key=k-key&per_page=100"))
    titles = [book["title"] for book in every.json]
    assert titles == sorted(titles)
    assert every.headers["x-total-count"] == "41" == str(len(every.json))
    found: list[Any] = []
    target = "/books?sort=-year&per_page=6"
    while target:
        page = speak(get(f"{target}&api_key=k-key"))
        found += page.json
        links = [part.strip().split("; ") for part in page.headers["link"].split(",")]
        target = next((place.strip("<>") for place, rel in links if rel == 'rel="next"'), "")
    assert [book["year"] for book in found] == sorted((book["year"] for book in every.json), reverse=True)
    assert len({book["isbn"] for book in found}) == len(found) == 41
    assert speak(get("/books?api_key=k-key&page=99")).json == []


def test_library_conditions() -> None:
    """Entity tags follow the book, and conditions are kept (RFC 9110 13)."""
    speak = talk("library")
    body = {"isbn": "9790000000001", "title": "T", "authors": ["A"], "year": 2000, "language": "en", "copies": 1}
    body["shelf"] = "A01"
    place = "/books/9790000000001"
    first = speak(put(place, body, if_none_match="*"))
    assert first.status == 201
    assert speak(put(place, body, if_none_match="*")).status == 412
    second = speak(put(place, {**body, "copies": 2}, if_match=first.headers["etag"]))
    assert second.status == 200
    assert second.headers["etag"] != first.headers["etag"]
    assert speak(put(place, body, if_match=first.headers["etag"])).status == 412
    read = speak(get(f"{place}?api_key=k-key", if_none_match=f'"x", {second.headers["etag"]}'))
    assert (read.status, read.body, read.headers["etag"]) == (304, b"", second.headers["etag"])
    assert speak(delete(place, if_match='"x"')).status == 412
    assert speak(get(f"{place}?api_key=k-key", if_match='"x"')).status == 412
    assert speak(delete(place, if_match="*")).status == 204
    assert speak(put(place, body, if_match="*")).status == 412
    assert speak(post("/books", body)).status == 201
    assert speak(post("/books", body)).status == 409


def test_library_loans() -> None:
    """A loan takes a copy until it is returned."""
    speak = talk("library")
    lendable = speak(get("/books?api_key=k-key&lendable=true&per_page=100")).json
    assert lendable
    assert all(book["available"] for book in lendable)
    book = next(one for one in lendable if one["available"] == 1)
    form = f"isbn={book['isbn']}&reader=Mia&due=2031-05-05".encode()
    kind = "application/x-www-form-urlencoded"
    loan = speak(post("/loans", form, content_type=kind))
    assert loan.status == 201
    assert speak(post("/loans", form, content_type=kind)).status == 409
    assert speak(delete(f"/books/{book['isbn']}")).status == 409
    assert speak(get(loan.headers["location"])).json == loan.json
    assert speak(delete(loan.headers["location"])).status == 204
    assert speak(get(f"/books/{book['isbn']}?api_key=k-key")).json == book
    assert speak(post("/loans", form.replace(b"2031-05", b"2030-05"), content_type=kind)).status == 422


# --- bookings

BOOKING = {
    "room_id": "attic",
    "start": "2031-06-01T09:00:00Z",
    "end": "2031-06-01T11:01:00+00:00",
    "seats": 4,
    "guest": {"name": "Mia", "email": "mia@example.org"},
}


def test_bookings_life() -> None:
    """A booking goes through its life in the ways that the document draws."""
    speak = talk("bookings")
    made = speak(post("/bookings", BOOKING))
    assert (made.status, made.json["status"], made.json["price_cents"], made.json["note"]) == (
        201,
        "pending",
        2700,
        None,
    )
    place = made.headers["location"]
    assert speak(get(place)).json == made.json
    assert speak(post(f"{place}/check-in")).status == speak(delete(place)).status == 409
    assert speak(put(place, {**BOOKING, "seats": 1})).json["seats"] == 1
    assert speak(post(f"{place}/confirm")).json["status"] == "confirmed"
    assert speak(put(place, BOOKING)).status == speak(post(f"{place}/confirm")).status == 409
    assert speak(post("/bookings", BOOKING)).status == 409
    cancelled = speak(post(f"{place}/cancel", {"reason": "Rain"})).json
    assert cancelled["cancellation"]["reason"] == "Rain"
    assert speak(post(f"{place}/cancel", {"reason": "Rain"})).status == 409
    assert speak(post("/bookings", BOOKING)).status == 201
    assert speak(delete(place)).status == 204
    assert speak(get(place)).status == 404


def test_bookings_rules_and_tenants() -> None:
    """What the document forbids is refused, and tenants don't see each other."""
    speak = talk("bookings")
    for wrong in (
        {"start": "2030-06-01T09:00:00Z"},
        {"end": BOOKING["start"]},
        {"seats": 5},
        {"room_id": "none"},
        {"x": 1},
    ):
        assert speak(post("/bookings", {**BOOKING, **wrong})).status == 422, wrong
    first = speak(post("/bookings", BOOKING, idempotency_key="k"))
    assert speak(post("/bookings", BOOKING, idempotency_key="k")) == first
    assert speak(post("/bookings", {**BOOKING, "seats": 1}, idempotency_key="k")).status == 422
    other = speak(post("/bookings", BOOKING, idempotency_key="k", x_tenant="south"))
    assert (other.status, other.json["price_cents"]) == (201, 2400)
    assert speak(get(first.headers["location"], x_tenant="south")).status == 404
    rows = speak(get("/bookings?limit=50")).json
    assert rows["total"] == len(rows["bookings"]) == 36
    assert [row["start"] for row in rows["bookings"]] == sorted(row["start"] for row in rows["bookings"])
    pages = [speak(get(f"/bookings?limit=5&offset={start}")).json["bookings"] for start in range(0, 40, 5)]
    assert list(chain.from_iterable(pages)) == rows["bookings"]


def test_bookings_export() -> None:
    """An export is done in time and holds what was asked for."""
    speak = talk("bookings")
    started = speak(post("/exports", {"format": "json", "status": "completed"}))
    assert (started.status, started.json["status"], started.json["count"]) == (202, "queued", None)
    place = started.headers["location"]
    assert speak(get(f"{place}/file")).status == 409
    speak(wait(5))
    done = speak(get(place)).json
    rows = speak(get(f"{place}/file")).json
    assert (done["status"], done["count"]) == ("done", len(rows))
    assert {row["status"] for row in rows} == {"completed"}


# --- files


def test_files_ranges() -> None:
    """Ranges are served as RFC 9110 14 says."""
    speak = talk("files")
    content = bytes(range(256)) + b"\r\n\n\r--cut"
    body = b'--cut7\r\nContent-Disposition: form-data; name="file"; filename="z.bin"\r\n\r\n' + content
    made = speak(post("/files", body + b"\r\n--cut7--\r\n", content_type="multipart/form-data; boundary=cut7"))
    assert (made.status, made.json["size"], made.json["name"]) == (201, len(content), "z.bin")
    place = made.headers["location"] + "/content"
    whole = speak(get(place))
    assert (whole.status, whole.body) == (200, content)
    size = len(content)
    for text, start, stop in (("0-0", 0, 1), ("10-19", 10, 20), ("-5", size - 5, size), ("250-", 250, size)):
        part = speak(get(place, range=f"bytes={text}"))
        assert (part.status, part.body) == (206, content[start:stop])
        assert part.headers["content-range"] == f"bytes {start}-{stop - 1}/{size}"
        assert part.headers["etag"] == whole.headers["etag"]
    beyond = speak(get(place, range=f"bytes={size}-"))
    assert (beyond.status, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    assert speak(get(place, range="bytes=0-0", if_range=whole.headers["etag"])).status == 206
    assert speak(get(place, range="bytes=0-0", if_range='"x"')).status == 200
    assert speak(get(place, if_none_match=whole.headers["etag"])).status == 304
    head = speak(Step("HEAD", place, None, {"range": "bytes=0-0"}))
    assert (head.status, head.headers["content-length"], head.body) == (200, str(size), b"")
    date = whole.headers["last-modified"]
    assert speak(get(place, if_modified_since=date)).status == 304
    assert speak(get(place, if_modified_since="Wed, 01 Jan 2020 00:00:00 GMT")).status == 200
    assert speak(put(place, b"x", if_unmodified_since="Wed, 01 Jan 2020 00:00:00 GMT")).status == 412
    assert speak(put(place, b"x", if_match=whole.headers["etag"], content_type="a/b")).json["media_type"] == "a/b"
    assert speak(put(place, b"y", if_match=whole.headers["etag"], content_type="a/b")).status == 412


def test_files_bin() -> None:
    """A deleted file is in the bin until it is restored or purged."""
    speak = talk("files")
    every = speak(get("/files?size=200")).json
    assert every["total"] == len(every["files"]) == 33
    assert speak(get("/files?size=200&include_deleted=true")).json["total"] == 36
    place = f"/files/{every['files'][0]['id']}"
    assert speak(get("/usage")).json["bytes"] == sum(file["size"] for file in every["files"])
    assert speak(delete(place)).status == 204
    assert speak(get(place)).status == speak(get(f"{place}/content")).status == speak(delete(place)).status == 410
    assert speak(get("/usage")).json["files"] == 32
    assert speak(post(f"{place}/restore")).json == every["files"][0]
    assert speak(post(f"{place}/restore")).status == 409
    assert speak(delete(f"{place}?purge=true")).status == 204
    assert speak(get(place)).status == 404
    table = speak(get("/files?size=200", accept="text/csv;q=0.9, application/json;q=0.1"))
    assert table.headers["content-type"].startswith("text/csv")
    assert len(table.body.splitlines()) == 33
    assert speak(get("/files", accept="image/png")).status == 406


# --- crm


def test_crm_list() -> None:
    """Filters, sorting and pages go together."""
    speak = talk("crm")
    every = speak(get("/contacts?page[size]=100")).json
    assert every["meta"] == {"total": 37, "number": 1, "size": 100, "pages": 1}
    assert [one["id"] for one in every["data"]] == sorted(one["id"] for one in every["data"])
    for sort, key in (("name", "display_name"), ("value", "value"), ("created_at", "created_at")):
        for sign in ("", "-"):
            pages = [
                speak(get(f"/contacts?sort={sign}{sort}&page[size]=4&page[number]={number}")).json["data"]
                for number in range(1, 11)
            ]
            found: list[Any] = list(chain.from_iterable(pages))
            assert [one[key] for one in found] == sorted((one[key] for one in every["data"]), reverse=sign == "-")
            assert len({one["id"] for one in found}) == 37
    some = speak(get("/contacts?filter[kind]=person&filter[city]=Oslo&filter[active]=true&page[size]=100")).json["data"]
    assert some == [
        one for one in every["data"] if one["kind"] == "person" and one["city"] == "Oslo" and one["active"] is True
    ]
    free = speak(get("/contacts?owner_id=&page[size]=100")).json["data"]
    assert free == [one for one in every["data"] if one["owner_id"] is None]


def test_crm_contacts() -> None:
    """A contact is created, changed, tagged, found and deleted."""
    speak = talk("crm")
    body = {"kind": "person", "email": "Lea@example.org", "first_name": "Lea", "last_name": "Voss", "id": 4}
    made = speak(post("/contacts", {"data": {**body, "secret_hint": "cat"}}))
    contact = made.json["data"]
    assert made.status == 201
    assert contact["id"] != 4
    assert (contact["display_name"], contact["active"], contact["value"]) == ("Lea Voss", True, 0)
    assert "secret_hint" not in contact
    place = made.headers["location"]
    assert speak(get(place)).json == made.json
    assert speak(post("/contacts", {"data": {**body, "email": "lea@EXAMPLE.org"}})).status == 409
    assert speak(patch(place, {"data": {"email": "contact0@example.org"}})).status == 409
    assert speak(patch(place, {"data": {"kind": "company"}})).status == 422
    assert speak(patch(place, {"data": {"value": 9}})).json["data"]["last_name"] == "Voss"
    assert speak(put(f"{place}/tags/a-1")).status == speak(put(f"{place}/tags/a-1")).status == 204
    assert speak(get(place)).json["data"]["tags"] == ["a-1"]
    assert {"tag": "a-1", "contacts": 1} in speak(get("/tags")).json["data"]
    found = speak(post("/contacts/search", {"text": "lEA"})).json
    assert [one["id"] for one in found["data"]] == [contact["id"]]
    bulk = speak(post("/contacts/bulk-delete", {"ids": [contact["id"], 1]})).json["data"]
    assert bulk == {"deleted": [contact["id"]], "missing": [1]}
    assert speak(get(place)).status == speak(get(f"{place}/notes")).status == 404
    admin = "Bearer admin-token"
    assert speak(delete("/contacts")).status == 403
    assert speak(delete("/contacts", authorization=admin)).status == 204
    assert speak(get("/contacts")).json["meta"]["total"] == 0
    assert speak(post("/admin/reset", authorization=admin)).status == 204
    assert speak(get("/contacts")).json["meta"]["total"] == 37


# --- chat

ROOT = {"cookie": "session=root-session"}


def events(body: bytes) -> list[tuple[str, str, Any]]:
    """Read an event stream."""
    found = []
    for block in body.decode().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith((":", "retry")))
        if lines:
            found.append((lines["id"], lines["event"], json.loads(lines["data"])))
    return found


def test_chat_users() -> None:
    """Users are listed page by page, created, changed and removed."""
    speak = talk("chat")
    for sort in ("name", "created"):
        every = walk(speak, f"/users.list?limit=4&state=all&sort={sort}", "users", "next")
        assert [one[sort] for one in every] == sorted(one[sort] for one in every)
        assert len({one["id"] for one in every}) == len(every) == 36
    active = walk(speak, "/users.list?limit=7", "users", "next")
    assert len(active) == 32
    assert all(one["active"] for one in active)
    body = {"name": "newbie", "display": "New", "password": "long-enough"}
    assert speak(post("/users.create", body)).status == 403
    made = speak(post("/users.create", body, **ROOT)).json["user"]
    assert made["role"] == "member"
    assert "password" not in made
    assert speak(post("/users.create", body, **ROOT)).json == {"ok": False, "error": "name_taken"}
    entry = speak(post("/login", {"name": "newbie", "password": "long-enough"}, cookie=""))
    mine = {"cookie": entry.headers["set-cookie"].partition(";")[0]}
    assert speak(get("/me", **mine)).json["user"] == made
    assert speak(post("/users.update", {"user": "U101", "display": "x"}, **mine)).json["error"] == "not_allowed"
    assert speak(post("/users.remove", {"user": made["id"]}, **ROOT)).json["user"]["active"] is False
    assert speak(get("/me", **mine)).status == 401
    assert speak(get(f"/users.info?user={made['id']}")).json["user"]["active"] is False
    assert speak(post("/logout")).status == 204
    assert speak(get("/me")).status == 401


def test_chat_messages_and_events() -> None:
    """Messages have threads, and what happens is in the stream."""
    speak = talk("chat")
    channel = speak(post("/channels.create", {"name": "aaa"})).json["channel"]
    assert speak(get("/channels.list")).json["channels"][0] == channel
    bodies = [{"channel": channel["id"], "text": str(number), "client_id": f"c{number}"} for number in range(3)]
    said = [speak(post("/messages.post", body)).json["message"] for body in bodies]
    again = speak(post("/messages.post", {"channel": channel["id"], "text": "x", "client_id": "c1"})).json["message"]
    assert again == said[1]
    body: Any = {"channel": channel["id"], "text": "reply", "reply_to": said[0]["id"]}
    reply = speak(post("/messages.post", body)).json["message"]
    deep = speak(post("/messages.post", {**body, "reply_to": reply["id"]})).json["message"]
    thread = speak(get(f"/messages.thread?message={said[0]['id']}")).json["message"]
    assert thread["replies"][0]["replies"][0]["id"] == deep["id"]
    listed = speak(get(f"/messages.list?channel={channel['id']}&limit=2")).json
    assert ([one["id"] for one in listed["messages"]], listed["has_more"]) == ([said[2]["id"], said[1]["id"]], True)
    rest = speak(get(f"/messages.list?channel={channel['id']}&before={said[1]['id']}")).json
    assert ([one["id"] for one in rest["messages"]], rest["has_more"]) == ([said[0]["id"]], False)
    seen = events(speak(get("/events")).body)
    assert [number for number, _, _ in seen] == ["1", "2", "3", "4", "5"]
    assert events(speak(get("/events", last_event_id="3")).body) == seen[3:]
    assert speak(post("/messages.delete", {"message": said[0]["id"]})).json == {"ok": True, "deleted": 3}
    assert events(speak(get("/events?types=message.deleted")).body)[0][2] == {"message": said[0]["id"]}
    assert speak(post("/shutdown")).status == 403
    assert speak(post("/shutdown", **ROOT)).status == 202
    assert speak(get("/me")).status == 503
    assert speak(get("/health", cookie="")).json == {"status": "down"}
    assert speak(post("/startup", **ROOT)).status == 204
    assert speak(post("/admin/reset", **ROOT)).status == 204
    assert speak(get(f"/messages.list?channel={channel['id']}")).json["error"] == "channel_not_found"
