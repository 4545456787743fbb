"""The service: contacts, their notes and tags, below `/v2`."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from servicekit import fields
from servicekit.fields import Field, json_body, peek, query
from servicekit.wire import (
    ASGIApp,
    Clock,
    Json,
    Refusal,
    Request,
    Response,
    Service,
    chosen,
    now,
    render,
    serve,
    stamp,
    turned,
)

from crm.defects import DEFECTS
from crm.variants import VARIANTS

KINDS = ("person", "company")
TAG = re.compile(r"[a-z0-9-]{1,20}")
SORTS = ("name", "-name", "value", "-value", "created_at", "-created_at")
COMMON = {
    "email": Field("text", True, high=120, pattern=r"^[^@ ]+@[^@ ]+$"),
    "city": Field("text", nullable=True, high=60),
    "active": Field("boolean"),
    "value": Field("number", low=0, high=1000000),
    "owner_id": Field("integer", nullable=True, low=1),
    "secret_hint": Field("text", high=100),
}
OWN = {
    "person": {
        "first_name": Field("text", True, low=1, high=60),
        "last_name": Field("text", True, low=1, high=60),
        "birthday": Field("date", nullable=True),
    },
    "company": {
        "name": Field("text", True, low=1, high=120),
        "employees": Field("integer", low=0, high=5000000),
    },
}
NOTE = {"text": Field("text", True, low=1, high=1000), "pinned": Field("boolean")}
SEARCH = {
    "text": Field("text", True, low=2, high=80),
    "kinds": Field("list", unique=True, items=Field("text", choices=KINDS)),
    "limit": Field("integer", low=1, high=50),
}

# What a defect makes of a member of the service's bodies.
CONTACT_CHANGES: dict[str, Callable[[Json], Any]] = {
    "contact-id-as-text": lambda it: it.update(id=str(it["id"])),
    "secret-hint-sent": lambda it: it.update(secret_hint="mother's name"),
    "active-as-number": lambda it: it.update(active=int(it["active"])),
    "value-as-text": lambda it: it.update(value=f"{it['value']:.2f}"),
    "kind-capital": lambda it: it.update(kind=it["kind"].capitalize()),
    "kind-left-out": lambda it: it.pop("kind"),
    "owner-id-zero-text": lambda it: it.update(owner_id=it["owner_id"] or "0"),
    "tags-joined": lambda it: it.update(tags=",".join(it["tags"])),
    "display-name-left-out": lambda it: it.pop("display_name"),
    "birthday-german": lambda it: it.update(birthday="01.02.1990") if it.get("birthday") else None,
    "employees-as-range": lambda it: it.update(employees="10-50") if it.get("employees") else None,
    "created-at-seconds": lambda it: it.update(created_at=1893456000),
    "updated-at-null": lambda it: it.update(updated_at=None) if it["updated_at"] == it["created_at"] else None,
    "city-empty-list": lambda it: it.update(city=it["city"] or []),
}
NOTE_CHANGES: dict[str, Callable[[Json], Any]] = {
    "note-id-as-text": lambda it: it.update(id=str(it["id"])),
    "pinned-as-text": lambda it: it.update(pinned="yes" if it["pinned"] else "no"),
    "note-created-at-left-out": lambda it: it.pop("created_at"),
}
# Which bounds of the fields a defect forgets or narrows.
LAX: dict[str, tuple[str, Field]] = {
    "any-email-taken": ("email", Field("text", True, high=120)),
    "negative-value-taken": ("value", Field("number", high=1000000)),
    "zero-owner-taken": ("owner_id", Field("integer", nullable=True)),
    "active-as-text-taken": ("active", Field("any")),
    "null-city-refused": ("city", Field("text", high=60)),
    "empty-last-name-taken": ("last_name", Field("text", True, high=60)),
    "last-name-optional": ("last_name", Field("text", low=1, high=60)),
    "any-birthday-taken": ("birthday", Field("text", nullable=True)),
    "negative-employees-taken": ("employees", Field("integer", high=5000000)),
    "long-hint-taken": ("secret_hint", Field("text")),
}


class Crm(Service):
    """The state of the service and its operations."""

    DEFECTS = DEFECTS
    VARIANTS = VARIANTS
    BASE = "/v2"

    def __init__(self, defects: frozenset[str], variant: str, clock: Clock) -> None:
        """Start from the seed."""
        super().__init__(defects, variant, clock)
        lax = {member: wanted for name, (member, wanted) in LAX.items() if self.bad(name)}
        self.common = {name: lax.get(name, wanted) for name, wanted in COMMON.items()}
        self.own = {kind: {name: lax.get(name, one) for name, one in some.items()} for kind, some in OWN.items()}
        self.start = self.clock()
        self.contacts: dict[int, Json] = {}
        self.notes: dict[int, dict[int, Json]] = {}
        self.requests = 0
        self.seed()
        contact = "/contacts/{contact_id}"
        self.add("GET", "/contacts", self.list_contacts)
        self.add("POST", "/contacts", self.create)
        self.add("DELETE", "/contacts", self.delete_all)
        self.add("POST", "/contacts/search", self.search)
        self.add("POST", "/contacts/bulk-delete", self.bulk_delete)
        self.add("GET", contact, self.get_contact)
        self.add("PATCH", contact, self.update)
        self.add("DELETE", contact, self.delete)
        self.add("GET", f"{contact}/notes", self.list_notes)
        self.add("POST", f"{contact}/notes", self.add_note)
        self.add("GET", f"{contact}/notes/{{note_id}}", self.get_note)
        self.add("DELETE", f"{contact}/notes/{{note_id}}", self.delete_note)
        self.add("PUT", f"{contact}/tags/{{tag}}", self.add_tag)
        self.add("DELETE", f"{contact}/tags/{{tag}}", self.remove_tag)
        self.add("GET", "/tags", self.list_tags)
        self.add("POST", "/admin/reset", self.reset)

    def seed(self) -> None:
        """Put in what is there from the start."""
        self.contacts, self.notes = {}, {}
        self.next_contact, self.next_note = 501, 7001
        made = stamp(self.start - timedelta(days=90))
        names = (("Mia", "Kern"), ("Ola", "Berg"), ("Mia", "Kern"), ("Zoe", "Adler"), ("Ian", "Moor"))
        for number in range(37):
            body: Json = {"kind": KINDS[number % 3 == 2], "email": f"contact{number}@example.org"}
            if body["kind"] == "person":
                body |= dict(zip(("first_name", "last_name"), names[number % 5], strict=True))
                body["birthday"] = "1990-02-01" if number % 2 else None
            else:
                body |= {"name": ("Acme", "Globex", "Acme")[number // 3 % 3], "employees": number * 10}
            body["city"] = ("Berlin", "Oslo", None, "Berlin")[number % 4]
            body |= {"active": number % 6 != 0, "value": (100, 2500.5, 100, 90)[number % 4]}
            body["owner_id"] = (1, 2, None)[number % 3]
            contact = self.keep(body, made)
            contact["tags"] = (["vip", "press"], [], ["vip"], [])[number % 4]
            for other in range(3 if number == 0 else number % 2):
                self.keep_note(contact["id"], {"text": f"Call {other + 1}", "pinned": False}, made)

    def keep(self, body: Json, time: str) -> Json:
        """Keep a new contact and return it."""
        key = self.next_contact
        self.next_contact += 1
        kept: Json = {"id": key, "kind": body["kind"], "city": None, "active": True, "value": 0, "owner_id": None}
        kept |= {name: value for name, value in body.items() if name in COMMON or name in OWN[body["kind"]]}
        kept.pop("secret_hint", None)
        if self.bad("active-false-by-default") and "active" not in body:
            kept["active"] = False
        self.contacts[key] = {**kept, "tags": [], "created_at": time, "updated_at": time}
        self.notes[key] = {}
        return self.contacts[key]

    def keep_note(self, contact: int, body: Json, time: str) -> Json:
        """Keep a new note and return it."""
        key = self.next_note
        self.next_note += 1
        pinned = False if self.bad("pinned-forgotten") else body.get("pinned", False)
        self.notes[contact][key] = {"id": key, "text": body["text"], "pinned": pinned, "created_at": time}
        return self.notes[contact][key]

    # Requests and answers

    def refused(self, refusal: Refusal) -> Response:
        """Return the errors of a refusal."""
        found = refusal.details[: 1 if self.variant == "first-error-only" else None] or [("", refusal.message)]
        errors: Any = []
        for where, what in found:
            error: Json = {"code": refusal.code, "title": what}
            if where:
                error["source"] = where
            if self.bad("error-code-number"):
                error["code"] = refusal.status
            if self.bad("error-without-title"):
                del error["title"]
            errors.append(error)
        if self.bad("errors-as-object"):
            errors = errors[0]
        body: Json = {"errors": errors}
        if self.bad("error-in-singular"):
            body = {"error": errors}
        if self.bad("refused-as-200") and refusal.status == 404:
            return Response(200, body)
        if self.variant == "invalid-400" and refusal.status == 422:
            return Response(400, body)
        return Response(refusal.status, body)

    def finish(self, request: Request, response: Response) -> Response:
        """Change an answer at last."""
        left_out = {
            "allow-left-out": "Allow",
            "challenge-left-out": "WWW-Authenticate",
            "location-left-out": "Location",
        }
        for name, header in left_out.items():
            if self.bad(name):
                response.headers.pop(header, None)
        payload = response.payload
        if isinstance(payload, dict) and "data" in payload:
            if self.variant == "request-id-in-meta":
                payload["meta"] = {**payload.get("meta", {}), "request_id": "r1"}
            if self.bad("envelope-left-out") and request.method == "GET" and len(request.segments) == 3:
                response.payload = payload["data"]
        if self.variant == "members-reversed":
            response.payload = turned(response.payload)
        if self.variant == "chunked" and payload is not None:
            body = render(response.payload)
            response.headers.setdefault("Content-Type", "application/json")
            response.pieces = [body[:9], body[9:]]
        if request.method == "HEAD" and self.bad("head-405"):
            return Response(405, headers={"Allow": "GET"})
        return response

    def allow(self, request: Request, scope: str) -> None:
        """Check the token of a request."""
        if self.bad("search-without-token") and request.segments[-1] == "search":
            return
        token = request.bearer
        if not token.endswith("-token") or ("wrong" in token and not self.bad("wrong-token-served")):
            headers = {"WWW-Authenticate": 'Bearer realm="contacts"'}
            raise Refusal(403 if self.bad("no-token-403") else 401, "unauthorized", "A good token is needed.", headers)
        lacks = (scope == "write" and token.startswith("read") and not self.bad("reader-writes")) or (
            scope == "admin" and not token.startswith("admin") and not self.bad("anyone-is-admin")
        )
        if lacks:
            raise Refusal(401 if self.bad("no-scope-401") else 403, "forbidden", "The token lacks the scope.")

    @staticmethod
    def number(text: str) -> int:
        """Return the id that a path holds, or one of nothing."""
        return int(text) if re.fullmatch(r"[0-9]{1,18}", text, re.ASCII) else -1

    def contact(self, contact_id: str) -> Json:
        """Return a contact, or refuse."""
        found = self.contacts.get(self.number(contact_id))
        if found is None:
            if self.bad("text-as-id-crash") and not contact_id.isdigit():
                raise Refusal(500, "crash")
            raise Refusal(404, "no_contact", "There is no such contact.")
        return found

    @staticmethod
    def name(contact: Json) -> str:
        """Return the name that is shown of a contact."""
        if contact["kind"] == "company":
            return str(contact["name"])
        return f"{contact['first_name']} {contact.get('last_name', '')}"

    def show(self, contact: Json) -> Json:
        """Return a contact as it is sent."""
        shown = {**copy.deepcopy(contact), "display_name": self.name(contact)}
        if self.bad("last-name-first") and contact["kind"] == "person":
            shown["display_name"] = f"{contact['last_name']} {contact['first_name']}"
        for name, change in CONTACT_CHANGES.items():
            if self.bad(name):
                change(shown)
        return shown

    # Contacts

    def list_contacts(self, request: Request) -> Response:
        """List contacts."""
        self.allow(request, "read")
        if self.variant == "strict-query":
            known = {"filter[kind]", "filter[city]", "filter[active]", "filter[tag]", "page[number]", "page[size]"}
            unknown = sorted({name for name, _ in request.pairs} - known - {"sort", "owner_id"})
            if unknown:
                raise Refusal(400, "unknown_parameter", f"{unknown[0]} is unknown.")
        kind = query(request, "filter[kind]", Field("text", choices=() if self.bad("any-kind-sought") else KINDS))
        active = query(request, "filter[active]", Field("any" if self.bad("any-active-sought") else "boolean"))
        city, tag = request.query.get("filter[city]"), request.query.get("filter[tag]")
        low = 0 if self.bad("size-zero-taken") else 1
        if self.bad("size-zero-crash") and request.query.get("page[size]") == "0":
            raise Refusal(500, "crash")
        number = query(request, "page[number]", Field("integer", low=1, high=10**9), default=1)
        size = query(request, "page[size]", Field("integer", low=low, high=10**9), default=10)
        size = max(min(size, 12 if self.variant == "sizes-up-to-12" else 200), 1)
        sort = query(request, "sort", Field("text", choices=() if self.bad("any-sort-taken") else SORTS), default="")
        owner = query(request, "owner_id", Field("integer", nullable=True), default="any")
        if owner is None and self.bad("empty-owner-ignored"):
            owner = "any"
        rows = []
        for contact in self.contacts.values():
            if kind is not None and contact["kind"] != kind:
                continue
            if active is not None and contact["active"] is not active and not self.bad("active-filter-ignored"):
                continue
            if city is not None and contact["city"] != city and not self.bad("city-filter-ignored"):
                continue
            if tag is not None and tag not in (contact["tags"][:1] if self.bad("first-tag-only") else contact["tags"]):
                continue
            if owner != "any" and contact["owner_id"] != owner:
                continue
            rows.append(contact)
        if self.bad("filters-any") and kind is not None and city is not None:
            rows = [one for one in self.contacts.values() if one["kind"] == kind or one["city"] == city]
        self.requests += 1
        rows.sort(key=lambda row: int(row["id"]), reverse=self.bad("ties-unstable") and self.requests % 2 == 0)
        down, key = sort.startswith("-") and not self.bad("minus-ignored"), sort.removeprefix("-")
        if key == "name":
            rows.sort(
                key=lambda row: (
                    self.name(row) if not self.bad("name-sort-by-last") else str(row.get("last_name", row.get("name")))
                ),
                reverse=down,
            )
        elif key == "value" and not self.bad("value-sort-ignored"):
            rows.sort(
                key=lambda row: str(row["value"]) if self.bad("value-sorted-as-text") else row["value"], reverse=down
            )
        elif key == "created_at":
            rows.sort(key=lambda row: str(row["created_at"]), reverse=down)
        begin = (number - 1) * size
        if self.bad("page-number-ignored"):
            begin = 0
        if self.bad("page-from-zero"):
            begin = number * size
        if self.bad("pages-overlap") and number > 1:
            begin -= 1
        page = rows[begin : begin + size]
        if self.bad("sort-within-page") and key == "value":
            rows.sort(key=lambda row: int(row["id"]))
            page = sorted(rows[begin : begin + size], key=lambda row: float(row["value"]), reverse=down)
        meta: Json = {"total": len(rows), "number": number, "size": size, "pages": -(-len(rows) // size)}
        if self.bad("total-of-page"):
            meta["total"] = len(page)
        if self.bad("total-of-all"):
            meta["total"] = len(self.contacts)
        if self.bad("pages-rounded-down"):
            meta["pages"] = len(rows) // size
        if self.bad("total-as-text"):
            meta["total"] = str(len(rows))
        if self.bad("meta-pages-left-out"):
            del meta["pages"]
        data = [self.show(contact) for contact in page]
        body: Json = {"data": (data or None) if self.bad("data-null-if-none") else data, "meta": meta}
        if self.bad("meta-left-out"):
            del body["meta"]
        return Response(200, body)

    def draft(self, data: Any, kind: str, partial: bool) -> Json:
        """Return the members of a contact in a body, or refuse."""
        wanted = {**self.common, **self.own[kind]}
        if partial:
            wanted = {
                name: Field(one.kind, False, one.nullable, one.low, one.high, one.choices, one.pattern)
                for name, one in {**self.common, **OWN["person"], **OWN["company"], **self.own[kind]}.items()
            }
        wrong = fields.problems(data, Field("object", members=wanted), "/data")
        if wrong:
            details = [(where, f"{where} {what}") for where, what in wrong]
            raise Refusal(422, "invalid", "The contact is invalid.", details=details)
        found: Json = {name: value for name, value in data.items() if name in self.common or name in self.own[kind]}
        return found

    def check_email(self, email: str, own: int = 0) -> None:
        """Refuse an email that another contact has."""
        for other in self.contacts.values():
            same = other["email"] == email if self.bad("email-minds-case") else other["email"].lower() == email.lower()
            if same and other["id"] != own and not self.bad("email-twice-updated" if own else "email-twice-created"):
                status = 422 if self.bad("email-twice-422") else 409
                raise Refusal(status, "email_taken", "A contact has this email.", details=[("/data/email", "is taken")])

    def data(self, request: Request) -> Any:
        """Return what a body has in its envelope."""
        if self.bad("null-data-crash") and peek(request).get("data", "") is None:
            raise Refusal(500, "crash")
        return json_body(request, Field("object", members={"data": Field("object", True)}))["data"]

    def create(self, request: Request) -> Response:
        """Create a contact."""
        self.allow(request, "write")
        data = self.data(request)
        kind = data.get("kind")
        if kind is None and self.bad("kind-optional"):
            kind = "person"
        if kind not in KINDS:
            if self.bad("unknown-kind-crash"):
                raise Refusal(500, "crash")
            raise Refusal(422, "invalid", "The kind is wrong.", details=[("/data/kind", "must be person or company")])
        body = self.draft(data, kind, False)
        self.check_email(body["email"])
        if self.bad("city-forgotten"):
            body.pop("city", None)
        contact = self.keep({**body, "kind": kind}, self.time())
        if self.bad("given-id-taken") and isinstance(data.get("id"), int):
            contact["id"] = data["id"]
        place = f"/v2/contacts/{contact['id']}"
        if self.bad("location-of-old-version"):
            place = place.replace("/v2", "/v1")
        return Response(200 if self.bad("create-200") else 201, {"data": self.show(contact)}, {"Location": place})

    def get_contact(self, request: Request, contact_id: str) -> Response:
        """Get a contact."""
        self.allow(request, "read")
        return Response(200, {"data": self.show(self.contact(contact_id))})

    def update(self, request: Request, contact_id: str) -> Response:
        """Change a contact."""
        self.allow(request, "write")
        contact = self.contact(contact_id)
        data = self.data(request)
        if "kind" in data and data["kind"] != contact["kind"] and not self.bad("kind-change-ignored"):
            raise Refusal(422, "immutable", "The kind stays.", details=[("/data/kind", "stays")])
        body = self.draft(data, contact["kind"], True)
        if "email" in body:
            self.check_email(body["email"], contact["id"])
        body.pop("secret_hint", None)
        changed = {**contact, **body}
        if self.bad("update-clears-city") and "city" not in body:
            changed["city"] = None
        if self.bad("null-city-kept") and body.get("city", "") is None:
            changed["city"] = contact["city"]
        if not self.bad("updated-at-stays"):
            changed["updated_at"] = self.time()
        if not self.bad("update-not-stored"):
            self.contacts[contact["id"]] = changed
        if self.bad("update-changes-neighbour") and contact["id"] - 1 in self.contacts:
            self.contacts[contact["id"] - 1]["value"] = changed["value"]
        return Response(200, {"data": self.show(changed)})

    def remove(self, key: int) -> None:
        """Remove a contact with its notes."""
        self.contacts.pop(key, None)
        if not self.bad("notes-outlive-contact"):
            self.notes.pop(key, None)

    def delete(self, request: Request, contact_id: str) -> Response:
        """Delete a contact."""
        self.allow(request, "write")
        contact = self.contact(contact_id)
        shown = self.show(contact)
        if not self.bad("deleted-stays"):
            self.remove(contact["id"])
        if self.bad("delete-202"):
            return Response(202)
        return Response(200, {"data": shown}) if self.variant == "delete-shows" else Response(204)

    def delete_all(self, request: Request) -> Response:
        """Delete all contacts."""
        self.allow(request, "admin")
        for key in list(self.contacts)[: 10 if self.bad("delete-all-first-page") else None]:
            self.remove(key)
        return Response(204)

    def search(self, request: Request) -> Response:
        """Search contacts."""
        self.allow(request, "read")
        wanted = dict(SEARCH)
        if self.bad("short-text-sought"):
            wanted["text"] = Field("text", True, high=80)
        if self.bad("any-limit-sought"):
            wanted["limit"] = Field("integer")
        body = json_body(request, Field("object", members=wanted))
        kinds, text, limit = body.get("kinds") or KINDS, body["text"], max(int(body.get("limit", 10)), 0)
        rows = []
        for contact in self.contacts.values():
            text_in = self.name(contact) + "\n" + ("" if self.bad("email-not-sought") else contact["email"])
            exact = self.bad("search-minds-case")
            if (text in text_in if exact else text.lower() in text_in.lower()) and (
                contact["kind"] in kinds or self.bad("kinds-ignored")
            ):
                rows.append(contact)
        rows.sort(key=lambda row: float(row["value"]), reverse=not self.bad("cheapest-first"))
        found = rows[: limit if not self.bad("search-limit-ignored") else None]
        total = len(found) if self.bad("search-total-of-found") else len(rows)
        if self.bad("search-creates"):
            self.keep({"kind": "company", "name": text, "email": f"{len(self.contacts)}@search"}, self.time())
        body = {"data": [self.show(contact) for contact in found], "meta": {"total": total}}
        if self.bad("search-as-list"):
            return Response(200, body["data"])
        return Response(201 if self.bad("search-201") else 200, body)

    def bulk_delete(self, request: Request) -> Response:
        """Delete several contacts."""
        self.allow(request, "write")
        least = 0 if self.bad("no-ids-taken") else 1
        wanted = Field("list", True, low=least, high=100, items=Field("integer"))
        ids = [int(one) for one in json_body(request, Field("object", members={"ids": wanted}))["ids"]]
        ids = list(dict.fromkeys(ids))
        missing: Any = [one for one in ids if one not in self.contacts]
        if missing and self.bad("bulk-refused-if-missing"):
            raise Refusal(422, "missing", "Some aren't there.")
        deleted = [one for one in ids if one in self.contacts]
        for key in deleted[: 1 if self.bad("bulk-first-only") else None]:
            self.remove(key)
        if self.bad("missing-counted"):
            missing = len(missing)
        if self.bad("missing-called-deleted"):
            deleted, missing = ids, []
        return Response(200, {"data": {"deleted": deleted, "missing": missing}})

    # Notes and tags

    def show_note(self, note: Json) -> Json:
        """Return a note as it is sent."""
        shown = dict(note)
        for name, change in NOTE_CHANGES.items():
            if self.bad(name):
                change(shown)
        return shown

    def list_notes(self, request: Request, contact_id: str) -> Response:
        """List the notes on a contact."""
        self.allow(request, "read")
        key = self.number(contact_id)
        own = (
            self.notes.get(key, {}) if self.bad("notes-outlive-contact") else self.notes[self.contact(contact_id)["id"]]
        )
        if self.bad("notes-of-all"):
            own = {key: note for some in self.notes.values() for key, note in some.items()}
        rows = [self.show_note(own[key]) for key in sorted(own, reverse=not self.bad("oldest-note-first"))]
        return Response(200, {"data": rows})

    def add_note(self, request: Request, contact_id: str) -> Response:
        """Add a note."""
        self.allow(request, "write")
        contact = self.contact(contact_id)
        data = self.data(request)
        wanted = {**NOTE, "text": Field("text", True, high=1000)} if self.bad("empty-note-taken") else NOTE
        wrong = fields.problems(data, Field("object", members=wanted), "/data")
        if wrong:
            raise Refusal(422, "invalid", "The note is invalid.", details=wrong)
        note = self.keep_note(contact["id"], data, self.time())
        place = f"/v2/contacts/{contact['id']}/notes/{note['id']}"
        return Response(201, {"data": self.show_note(note)}, {"Location": place})

    def note(self, contact_id: str, note_id: str) -> tuple[int, int]:
        """Return the keys of a note, or refuse."""
        contact, key = self.contact(contact_id)["id"], self.number(note_id)
        if self.bad("note-of-any-contact"):
            contact = next((owner for owner, own in self.notes.items() if key in own), contact)
        if key not in self.notes[contact]:
            raise Refusal(404, "no_note", "There is no such note on the contact.")
        return contact, key

    def get_note(self, request: Request, contact_id: str, note_id: str) -> Response:
        """Get a note."""
        self.allow(request, "read")
        contact, key = self.note(contact_id, note_id)
        return Response(200, {"data": self.show_note(self.notes[contact][key])})

    def delete_note(self, request: Request, contact_id: str, note_id: str) -> Response:
        """Delete a note."""
        self.allow(request, "write")
        contact, key = self.note(contact_id, note_id)
        if self.bad("delete-note-deletes-all"):
            self.notes[contact].clear()
        elif not self.bad("deleted-note-stays"):
            del self.notes[contact][key]
        return Response(204)

    def add_tag(self, request: Request, contact_id: str, tag: str) -> Response:
        """Tag a contact."""
        self.allow(request, "write")
        contact = self.contact(contact_id)
        if not TAG.fullmatch(tag) and not self.bad("any-tag-taken"):
            raise Refusal(422, "invalid", "The tag is wrong.")
        if tag not in contact["tags"] or self.bad("tag-twice"):
            contact["tags"].append(tag)
        elif self.bad("tag-again-409"):
            raise Refusal(409, "tagged", "The contact has the tag.")
        return Response(201 if self.bad("tag-201") else 204)

    def remove_tag(self, request: Request, contact_id: str, tag: str) -> Response:
        """Take a tag away."""
        self.allow(request, "write")
        contact = self.contact(contact_id)
        if not TAG.fullmatch(tag):
            raise Refusal(404, "no_tag", "There is no such tag.")
        if tag in contact["tags"]:
            contact["tags"].remove(tag)
        elif self.bad("untagged-404"):
            raise Refusal(404, "no_tag", "The contact doesn't have the tag.")
        return Response(204)

    def list_tags(self, request: Request) -> Response:
        """List tags."""
        self.allow(request, "read")
        counts = Counter(tag for contact in self.contacts.values() for tag in contact["tags"])
        rows: Any = [{"tag": tag, "contacts": counts[tag]} for tag in sorted(counts)]
        if self.bad("tags-as-object"):
            rows = dict(counts)
        if self.bad("tags-by-count"):
            rows = sorted(rows, key=lambda row: -int(row["contacts"]))
        if self.bad("tag-count-off-by-one"):
            rows = [{**row, "contacts": row["contacts"] + 1} for row in rows]
        return Response(200, {"data": rows})

    def reset(self, request: Request) -> Response:
        """Put everything back to the start."""
        self.allow(request, "admin")
        notes = self.notes
        self.seed()
        if self.bad("reset-keeps-notes"):
            self.notes = {key: {**notes.get(key, {}), **own} for key, own in self.notes.items()}
        return Response(204)


def application(defects: frozenset[str] = frozenset(), variant: str = "", clock: Clock = now) -> ASGIApp:
    """Return a new service with these defects and this variant."""
    return serve(Crm(defects, variant, clock))


app = application(*chosen(Crm))
