"""The service: rooms, bookings and exports of several tenants."""

from __future__ import annotations

import copy
import csv
import io
import json
import math
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from servicekit import fields
from servicekit.fields import Field, json_body, moment, query
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

from bookings.defects import DEFECTS
from bookings.variants import VARIANTS

STATUSES = ("pending", "confirmed", "checked_in", "completed", "cancelled")
TENANTS = ("north", "south")
SORTS = ("start", "created_at", "price_cents")
GUEST = {
    "name": Field("text", True, low=1, high=80),
    "email": Field("text", True, high=120, pattern=r"^[^@ ]+@[^@ ]+$"),
}
BOOKING = {
    "room_id": Field("text", True),
    "start": Field("date-time", True),
    "end": Field("date-time", True),
    "seats": Field("integer", True, low=1, high=500),
    "guest": Field("object", True, members=GUEST),
    "note": Field("text", nullable=True, high=300),
}
# Which statuses an action may start from and where it leads.
ACTIONS = {
    "confirm": (("pending",), "confirmed"),
    "cancel": (("pending", "confirmed"), "cancelled"),
    "check-in": (("confirmed",), "checked_in"),
    "check-out": (("checked_in",), "completed"),
}
ALSO_FROM = {
    "confirm-twice": ("confirm", "confirmed"),
    "confirm-cancelled": ("confirm", "cancelled"),
    "cancel-completed": ("cancel", "completed"),
    "cancel-twice": ("cancel", "cancelled"),
    "check-in-pending": ("check-in", "pending"),
    "check-out-confirmed": ("check-out", "confirmed"),
}

# What a defect makes of a member of the service's bodies.
BOOKING_CHANGES: dict[str, Callable[[Json], Any]] = {
    "booking-id-hex": lambda it: it.update(id=it["id"].replace("-", "")),
    "start-without-zone": lambda it: it.update(start=it["start"][:-1]),
    "seats-as-text": lambda it: it.update(seats=str(it["seats"])),
    "price-with-point": lambda it: it.update(price_cents=f"{it['price_cents'] / 100:.2f}"),
    "guest-as-name": lambda it: it.update(guest=it["guest"]["name"]),
    "guest-email-left-out": lambda it: it["guest"].pop("email"),
    "note-left-out-if-null": lambda it: it.pop("note") if it["note"] is None else None,
    "cancelled-american": lambda it: it.update(status="canceled") if it["status"] == "cancelled" else None,
    "confirmed-at-empty": lambda it: it.update(confirmed_at=it["confirmed_at"] or ""),
    "cancellation-as-text": lambda it: it.update(cancellation=(it["cancellation"] or {}).get("reason")),
    "price-left-out": lambda it: it.pop("price_cents") if it["status"] == "pending" else None,
}
# Which bounds of the fields a defect forgets or narrows.
LAX: dict[str, tuple[str, Field]] = {
    "no-seats-taken": ("seats", Field("integer", True, low=0, high=500)),
    "half-seats-taken": ("seats", Field("number", True, low=1, high=500)),
    "guest-optional": ("guest", Field("object", members=GUEST)),
    "any-email-taken": ("guest", Field("object", True, members={**GUEST, "email": Field("text", True)})),
    "null-note-refused": ("note", Field("text", high=300)),
    "long-note-taken": ("note", Field("text", nullable=True)),
}


class Bookings(Service):
    """The state of the service and its operations."""

    DEFECTS = DEFECTS
    VARIANTS = VARIANTS

    def __init__(self, defects: frozenset[str], variant: str, clock: Clock) -> None:
        """Start from the seed."""
        super().__init__(defects, variant, clock)
        lax = {member: wanted for name, (member, wanted) in LAX.items() if self.bad(name)}
        members = {name: lax.get(name, wanted) for name, wanted in BOOKING.items()}
        self.wanted = Field("object", members=members, closed=not self.bad("unknown-member-taken"))
        self.rooms: dict[str, dict[str, Json]] = {tenant: {} for tenant in TENANTS}
        self.bookings: dict[str, dict[str, Json]] = {tenant: {} for tenant in TENANTS}
        self.exports: dict[str, dict[str, Json]] = {tenant: {} for tenant in TENANTS}
        self.keys: dict[tuple[str, str], tuple[bytes, Response]] = {}
        self.requests = 0
        self.recent: list[datetime] = []
        self.seed()
        booking = "/bookings/{booking_id}"
        self.add("GET", "/rooms", self.list_rooms)
        self.add("GET", "/rooms/{room_id}", self.get_room)
        self.add("GET", "/bookings", self.list_bookings)
        self.add("POST", "/bookings", self.create_booking)
        self.add("GET", booking, self.get_booking)
        self.add("PUT", booking, self.replace_booking)
        self.add("DELETE", booking, self.delete_booking)
        for action in ACTIONS:
            self.add("POST", f"{booking}/{action}", self.act)
        self.add("POST", "/exports", self.start_export)
        self.add("GET", "/exports/{export_id}", self.get_export)
        self.add("GET", "/exports/{export_id}/file", self.get_file)

    def seed(self) -> None:
        """Fill in the rooms and bookings that are there from the start."""
        rooms = (("blue", "Blue room", 8, 2500), ("green", "Green room", 8, 2500), ("hall", "Great hall", 120, 14000))
        for tenant in TENANTS:
            for key, name, capacity, rate in rooms:
                features = ["screen"] if key != "green" else []
                room = {"id": key, "name": name, "capacity": capacity, "rate_cents": rate, "features": features}
                self.rooms[tenant][key] = room
            self.rooms[tenant]["attic"] = {
                "id": "attic",
                "name": "Attic",
                "capacity": 4,
                "rate_cents": 900 if tenant == "north" else 800,
                "features": ["whiteboard", "sofa"],
            }
        base = self.clock().replace(minute=0, second=0, microsecond=0)
        for number in range(40):
            tenant = "south" if number % 8 == 7 else "north"
            place = ("blue", "green", "hall")[number % 3]
            start = base + timedelta(days=number // 3 - 5, hours=9)
            ahead = start > self.clock() + timedelta(days=1)
            status = ("pending", "confirmed", "cancelled")[number % 5 % 3] if ahead else "completed"
            confirmed = stamp(base - timedelta(days=20)) if status in ("confirmed", "completed") else None
            key = self.new_id()
            self.bookings[tenant][key] = {
                "id": key,
                "room_id": place,
                "start": stamp(start),
                "end": stamp(start + timedelta(hours=2 if place == "hall" else 1)),
                "seats": 1 + number % 4,
                "guest": {"name": ("Mia Kern", "Ola Berg")[number % 2], "email": "guest@example.org"},
                "note": None if number % 3 else "Coffee, please",
                "status": status,
                "created_at": stamp(base - timedelta(days=30)),
                "confirmed_at": confirmed,
                "cancellation": {"reason": "Ill", "at": stamp(base)} if status == "cancelled" else None,
            }

    # Requests and answers

    def refused(self, refusal: Refusal) -> Response:
        """Return the error of a refusal."""
        error: Json = {"code": refusal.code, "message": refusal.message}
        if refusal.details:
            error["fields"] = [where for where, _ in refusal.details]
        if refusal.status == 409 and refusal.code in STATUSES:
            error |= {"code": "wrong_status", "status": refusal.code}
        if self.bad("error-code-number"):
            error["code"] = refusal.status
        if self.bad("error-without-code"):
            del error["code"]
        if self.bad("fields-as-text") and "fields" in error:
            error["fields"] = ", ".join(error["fields"])
        response = Response(refusal.status, error)
        if self.bad("missing-as-html") and refusal.status == 404:
            response = Response(404, None, {"Content-Type": "text/html"}, b"<h1>Not found</h1>")
        return response

    def finish(self, request: Request, response: Response) -> Response:
        """Change an answer at last."""
        left_out = {
            "allow-left-out": "Allow",
            "location-left-out": "Location",
            "challenge-left-out": "WWW-Authenticate",
        }
        for name, header in left_out.items():
            if self.bad(name):
                response.headers.pop(header, None)
        if self.variant == "location-absolute" and "Location" in response.headers:
            response.headers["Location"] = f"http://{request.headers.get('host')}{response.headers['Location']}"
        if self.variant == "chunked" and response.payload is not None:
            body = render(response.payload)
            response.headers.setdefault("Content-Type", "application/json")
            response.pieces = [body[:5], body[5:]]
        if self.variant == "members-reversed":
            response.payload = turned(response.payload)
        if self.bad("head-405") and request.method == "HEAD" and response.status == 200:
            return Response(405, headers={"Allow": "GET"})
        return response

    def tenant(self, request: Request) -> str:
        """Check the key of a request and return its tenant."""
        key = request.headers.get("x-api-key", "")
        open_ = self.bad("rooms-without-key") and request.segments[0] == "rooms"
        if not open_ and (not key.endswith("-key") or ("wrong" in key and not self.bad("wrong-key-served"))):
            raise Refusal(401, "no_key", "A good X-Api-Key is needed.", {"WWW-Authenticate": 'Key realm="bookings"'})
        tenant = request.headers.get("x-tenant", "")
        if tenant not in TENANTS:
            if (not tenant and self.bad("tenant-optional")) or (tenant and self.bad("any-tenant-served")):
                return "north"
            raise Refusal(400, "no_tenant", "X-Tenant has to name a tenant.")
        return tenant

    # Rooms

    def show_room(self, room: Json) -> Json:
        """Return a room as it is sent."""
        shown = dict(room)
        if self.bad("capacity-as-text"):
            shown["capacity"] = str(room["capacity"])
        if self.bad("features-null-if-none"):
            shown["features"] = room["features"] or None
        return shown

    def list_rooms(self, request: Request) -> Response:
        """List the rooms."""
        tenant = self.tenant(request)
        least = query(request, "min_capacity", Field("integer", low=1), default=1)
        rows = [
            self.show_room(room)
            for room in self.rooms[tenant].values()
            if room["capacity"] > least - (not self.bad("min-capacity-above"))
        ]
        if not self.bad("rooms-unsorted"):
            rows.sort(key=lambda room: str(room["name"]))
        return Response(200, {"rooms": rows})

    def get_room(self, request: Request, room_id: str) -> Response:
        """Get a room."""
        tenant = self.tenant(request)
        if room_id not in self.rooms[tenant]:
            raise Refusal(404, "no_room", "There is no such room.")
        return Response(200, self.show_room(self.rooms[tenant][room_id]))

    # Bookings

    def price(self, tenant: str, booking: Json) -> int:
        """Return the price of a booking."""
        start, end = moment(booking["start"]), moment(booking["end"])
        room = self.rooms[tenant].get(booking["room_id"])
        if start is None or end is None or room is None:
            return 0
        hours = (end - start) / timedelta(hours=1)
        whole = math.floor(hours) if self.bad("price-of-full-hours") else math.ceil(hours)
        rate = int(room["rate_cents"])
        return rate if self.bad("price-of-one-hour") else rate * max(whole, 0)

    def show(self, tenant: str, booking: Json) -> Json:
        """Return a booking as it is sent."""
        shown = {**copy.deepcopy(booking), "price_cents": self.price(tenant, booking)}
        if self.variant == "extra-members":
            shown["tenant"] = tenant
        if shown["guest"] is None:
            shown["guest"] = {}
        for name, change in BOOKING_CHANGES.items():
            if self.bad(name):
                change(shown)
        return shown

    def time_bound(self, request: Request, name: str) -> datetime | None:
        """Return a bound of times."""
        text = query(request, name, Field("date-time"))
        return moment(text) if text is not None else None

    def list_bookings(self, request: Request) -> Response:
        """List bookings."""
        tenant = self.tenant(request)
        low = 0 if self.bad("limit-zero-taken") else 1
        offset = query(request, "offset", Field("integer", low=0), default=0)
        high = None if self.bad("limit-unbounded") else 50
        limit = query(request, "limit", Field("integer", low=low, high=high), default=20)
        status = query(request, "status", Field("text", choices=() if self.bad("any-status-sought") else STATUSES))
        sort_by = query(request, "sort_by", Field("text", choices=SORTS), default="start")
        down = query(request, "order", Field("text", choices=("asc", "desc")), default="asc") == "desc"
        first, last = self.time_bound(request, "from"), self.time_bound(request, "to")
        room_id = request.query.get("room_id")
        late = stamp(self.clock() - timedelta(milliseconds=150))
        rows = []
        owners = TENANTS if self.bad("list-of-all-tenants") else (tenant,)
        for booking in [one for owner in owners for one in self.bookings[owner].values()]:
            start = moment(booking["start"])
            if start is None or (self.variant == "list-lags" and booking["created_at"] > late):
                continue
            if status is not None and booking["status"] != status and not self.bad("status-filter-ignored"):
                continue
            if room_id is not None and booking["room_id"] != room_id and not self.bad("room-filter-ignored"):
                continue
            if first is not None and (start <= first if self.bad("from-above") else start < first):
                continue
            if last is not None and (start > last if self.bad("to-counts-too") else start >= last):
                continue
            rows.append(booking)
        shown = [self.show(tenant, booking) for booking in rows]
        self.requests += 1
        turn = self.bad("ties-unstable") and self.requests % 2 == 0
        shown.sort(key=lambda row: str(row["id"]), reverse=turn)
        if not self.bad("sort-by-ignored") or sort_by == "start":
            shown.sort(key=lambda row: row.get(sort_by, 0), reverse=down and not self.bad("order-ignored"))
        begin = 0 if self.bad("offset-ignored") else offset + (self.bad("offset-from-one") and offset > 0)
        size = 20 if self.bad("limit-ignored") else limit + self.bad("limit-one-more")
        page: Any = shown[begin : begin + size]
        total: Any = len(page) if self.bad("total-of-page") else len(shown)
        if self.bad("total-of-all"):
            total = len(self.bookings[tenant])
        if self.variant == "total-estimated" and total > 30:
            total = -(-total // 25) * 25
        if self.bad("total-as-text"):
            total = str(total)
        if self.bad("bookings-null-if-none"):
            page = page or None
        body = {"bookings": page, "total": total, "offset": offset, "limit": limit}
        if self.bad("limit-left-out"):
            del body["limit"]
        return Response(200, body)

    def draft(self, request: Request, tenant: str, own: str = "") -> Json:
        """Return the booking in a body, or refuse what doesn't keep to the rules."""
        if self.bad("broken-json-crash") and not isinstance(self.parsed(request.body), dict):
            raise Refusal(500, "crash")
        body = json_body(request, self.wanted)
        start, end = moment(body["start"]), moment(body["end"])
        room = self.rooms[tenant].get(body["room_id"])
        if room is None and self.bad("unknown-room-crash"):
            raise Refusal(500, "crash")
        if room is None:
            raise Refusal(422, "no_room", "There is no such room.", details=[("/room_id", "is unknown")])
        if start is None or end is None:
            raise Refusal(422, "no_time", "A time is wrong.")
        if start <= self.clock() and not self.bad("start-in-the-past"):
            raise Refusal(422, "past", "The start lies in the past.", details=[("/start", "is past")])
        least = timedelta(hours=1) if self.bad("short-booking-refused") else timedelta(microseconds=1)
        least = timedelta(days=-999999) if self.bad("end-before-start") and end < start else least
        if end - start < least and not (end == start and self.bad("empty-time-booked")):
            raise Refusal(422, "no_time", "The end has to lie after the start.", details=[("/end", "is too early")])
        if body["seats"] > room["capacity"] and not self.bad("room-overfilled"):
            raise Refusal(422, "too_many", "So many don't fit.", details=[("/seats", "don't fit")])
        for other in self.bookings[tenant].values():
            if other["id"] == own or other["room_id"] != body["room_id"]:
                continue
            if other["status"] == "cancelled" and not self.bad("cancelled-blocks"):
                continue
            begun, over = moment(other["start"]), moment(other["end"])
            if begun is None or over is None:
                continue
            meets = (start <= over and end >= begun) if self.bad("touching-refused") else (start < over and end > begun)
            if self.bad("overlap-by-start") and start != begun:
                meets = False
            if meets and not self.bad("overlap-booked"):
                raise Refusal(409, "taken", "The room is taken at that time.")
        kept = {name: body.get(name) for name in BOOKING}
        return {**kept, "start": stamp(start), "end": stamp(end)}

    def create_booking(self, request: Request) -> Response:
        """Book a room."""
        tenant = self.tenant(request)
        key = request.headers.get("idempotency-key")
        if key is not None and not 1 <= len(key) <= 64 and not self.bad("long-key-taken"):
            raise Refusal(400, "bad_key", "The Idempotency-Key is too long.")
        place = ("" if self.bad("key-of-all-tenants") else tenant, key or "")
        if key is not None and place in self.keys and not self.bad("key-ignored"):
            body, response = self.keys[place]
            if json.loads(body) != self.parsed(request.body) and not self.bad("key-with-other-body"):
                raise Refusal(422, "key_used", "The Idempotency-Key was used with another body.")
            if self.bad("replay-200"):
                return Response(200, copy.deepcopy(response.payload))
            if self.bad("replay-409"):
                raise Refusal(409, "key_used", "The Idempotency-Key was used.")
            return Response(response.status, copy.deepcopy(response.payload), dict(response.headers))
        kept = {"id": self.new_id(), **self.draft(request, tenant), "status": "pending", "created_at": self.time()}
        kept |= {"confirmed_at": None, "cancellation": None}
        if self.bad("note-forgotten"):
            kept["note"] = None
        self.bookings[tenant][kept["id"]] = kept
        location = f"/bookings/{kept['id']}" + ("/self" if self.bad("location-leads-nowhere") else "")
        response = Response(200 if self.bad("create-200") else 201, self.show(tenant, kept), {"Location": location})
        if key is not None:
            self.keys[place] = (
                request.body,
                Response(response.status, copy.deepcopy(response.payload), dict(response.headers)),
            )
        return response

    @staticmethod
    def parsed(body: bytes) -> Any:
        """Return the JSON value of a body, or None."""
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            return None

    def booking(self, tenant: str, booking_id: str) -> Json:
        """Return a booking of a tenant, or refuse."""
        if self.bad("booking-id-hex") and re.fullmatch("[0-9a-f]{32}", booking_id):
            booking_id = str(uuid.UUID(booking_id))
        key = fields.same(booking_id)
        if key in self.bookings[tenant]:
            return self.bookings[tenant][key]
        if self.bad("other-tenants-booking-served"):
            for own in self.bookings.values():
                if key in own:
                    return own[key]
        if self.bad("unknown-booking-crash"):
            raise Refusal(500, "crash")
        raise Refusal(404, "no_booking", "There is no such booking.")

    def get_booking(self, request: Request, booking_id: str) -> Response:
        """Get a booking."""
        tenant = self.tenant(request)
        return Response(200, self.show(tenant, self.booking(tenant, booking_id)))

    def replace_booking(self, request: Request, booking_id: str) -> Response:
        """Change a booking."""
        tenant = self.tenant(request)
        booking = self.booking(tenant, booking_id)
        if booking["status"] != "pending" and not self.bad("confirmed-changed"):
            raise Refusal(409, booking["status"], "Only a pending booking can be changed.")
        draft = self.draft(request, tenant, "" if self.bad("own-time-taken") else booking["id"])
        if self.bad("replace-keeps-note") and draft["note"] is None:
            draft["note"] = booking["note"]
        changed = {**booking, **draft}
        if not self.bad("replace-not-stored"):
            self.bookings[tenant][booking["id"]] = changed
        return Response(200, self.show(tenant, changed))

    def delete_booking(self, request: Request, booking_id: str) -> Response:
        """Delete a cancelled booking."""
        tenant = self.tenant(request)
        booking = self.booking(tenant, booking_id)
        if booking["status"] != "cancelled" and not self.bad("pending-deleted"):
            raise Refusal(409, booking["status"], "Only a cancelled booking can be deleted.")
        if not self.bad("deleted-stays"):
            self.bookings[tenant].pop(booking["id"], None)
        return Response(200, {"deleted": True}) if self.bad("delete-200") else Response(204)

    def act(self, request: Request, booking_id: str) -> Response:
        """Move a booking on in its life."""
        tenant = self.tenant(request)
        action = request.segments[-1]
        booking = self.booking(tenant, booking_id)
        reason = None
        if action == "cancel":
            wanted = Field("text", not self.bad("reason-optional"), low=1, high=200)
            reason = json_body(request, Field("object", members={"reason": wanted})).get("reason", "")
        sources, target = ACTIONS[action]
        allowed = [
            *sources,
            *(status for name, (verb, status) in ALSO_FROM.items() if self.bad(name) and verb == action),
        ]
        if booking["status"] not in allowed:
            status = 400 if self.bad("wrong-status-400") else 409
            raise Refusal(status, booking["status"], f"The booking is {booking['status']}.")
        changed = {**booking, "status": target}
        if action == "confirm":
            changed["confirmed_at"] = self.time()
        if action == "cancel":
            changed["cancellation"] = {"reason": "" if self.bad("reason-forgotten") else reason, "at": self.time()}
        if not (action == "confirm" and self.bad("confirmation-forgotten")):
            self.bookings[tenant][booking["id"]] = changed
        if self.bad("check-in-204") and action == "check-in":
            return Response(204)
        return Response(200, self.show(tenant, changed))

    # Exports

    def start_export(self, request: Request) -> Response:
        """Start an export."""
        tenant = self.tenant(request)
        members = {"format": Field("text", True, choices=() if self.bad("any-format-taken") else ("csv", "json"))}
        body = json_body(request, Field("object", members={**members, "status": Field("text", choices=STATUSES)}))
        self.recent = [then for then in self.recent if self.clock() - then < timedelta(seconds=1)]
        if self.variant == "export-rate" and len(self.recent) >= 2:
            raise Refusal(429, "too_many", "There were too many exports.", {"Retry-After": "1"})
        self.recent.append(self.clock())
        key = f"x{len(self.exports['north']) + len(self.exports['south']) + 1}"
        self.exports[tenant][key] = {
            "id": key,
            "format": body["format"],
            "status": body.get("status"),
            "at": self.clock(),
        }
        if self.bad("export-200"):
            return Response(200, self.show_export(tenant, key))
        headers = {"Location": f"/exports/{key}", "Retry-After": "soon" if self.bad("retry-after-in-words") else "1"}
        if self.bad("export-location-of-file"):
            headers["Location"] += "/file"
        return Response(202, self.show_export(tenant, key), headers)

    def rows(self, tenant: str, export: Json) -> list[Json]:
        """Return the bookings of an export."""
        wanted = None if self.bad("export-forgets-status") else export["status"]
        found = [one for one in self.bookings[tenant].values() if wanted is None or one["status"] == wanted]
        return [self.show(tenant, one) for one in found]

    def show_export(self, tenant: str, key: str) -> Json:
        """Return an export as it is sent."""
        if key not in self.exports[tenant]:
            raise Refusal(404, "no_export", "There is no such export.")
        export = self.exports[tenant][key]
        age = (self.clock() - export["at"]).total_seconds()
        slow = 4.0 if self.variant == "exports-slow" else 1.0
        status = "queued" if age < slow / 4 else "running" if age < slow else "done"
        if self.bad("export-never-done") and status == "done":
            status = "running"
        shown: Json = {"id": key, "format": export["format"], "status": status}
        shown["count"] = len(self.rows(tenant, export)) if status == "done" else None
        if self.bad("export-finished") and status == "done":
            shown["status"] = "finished"
        if self.bad("export-count-left-out") and shown["count"] is None:
            del shown["count"]
        if self.bad("export-count-as-text"):
            shown["count"] = str(shown["count"])
        if self.bad("export-count-off-by-one") and status == "done":
            shown["count"] += 1
        return shown

    def get_export(self, request: Request, export_id: str) -> Response:
        """Ask for an export."""
        return Response(200, self.show_export(self.tenant(request), export_id))

    def get_file(self, request: Request, export_id: str) -> Response:
        """Download an export."""
        tenant = self.tenant(request)
        shown = self.show_export(tenant, export_id)
        if shown["status"] in ("queued", "running"):
            raise Refusal(409, "not_done", "The export isn't done.")
        rows = self.rows(tenant, self.exports[tenant][export_id])
        if shown["format"] == "json":
            return Response(200, rows)
        table = io.StringIO()
        writer = csv.writer(table)
        if not self.bad("csv-without-headings"):
            writer.writerow(["id", "room_id", "start", "end", "seats", "status", "price_cents"])
        for row in rows:
            writer.writerow(
                row.get(name) for name in ("id", "room_id", "start", "end", "seats", "status", "price_cents")
            )
        kind = "application/csv" if self.bad("csv-as-application") else "text/csv; charset=utf-8"
        return Response(200, None, {"Content-Type": kind}, table.getvalue().encode())


def application(defects: frozenset[str] = frozenset(), variant: str = "", clock: Clock = now) -> ASGIApp:
    """Return a new service with these defects and this variant."""
    return serve(Bookings(defects, variant, clock))


app = application(*chosen(Bookings))
