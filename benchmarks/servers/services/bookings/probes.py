"""The probes: for each defect and variant the requests whose outcome differs from the plain service's."""

from __future__ import annotations

from typing import Any

from servicekit.client import Step, Steps, delete, get, post, put, wait

BASE = ""
HEADERS = {"x-api-key": "my-key", "x-tenant": "north"}
ME = "/bookings/<0:/id>"


def body(**members: Any) -> Any:
    """Return a booking."""
    full: Any = {"room_id": "attic", "start": "2031-03-01T09:00:00Z", "end": "2031-03-01T10:30:00Z", "seats": 2}
    full |= {"guest": {"name": "Mia", "email": "mia@example.org"}, "note": "Tea", **members}
    return {name: value for name, value in full.items() if value != "drop"}


def book(key: str = "", tenant: str = "north", **members: Any) -> Step:
    """Return the booking of a room."""
    return post("/bookings", body(**members), x_tenant=tenant, idempotency_key=key)


def at(start: str, end: str, **more: Any) -> Step:
    """Return the booking of a time of one day."""
    return book(start=f"2031-03-01T{start}:00Z", end=f"2031-03-01T{end}:00Z", **more)


CONFIRM, CHECK_IN, CHECK_OUT = (post(f"{ME}/{verb}") for verb in ("confirm", "check-in", "check-out"))
CANCEL = post(f"{ME}/cancel", {"reason": "Ill"})
READ = get(ME)
ONE = (book(), READ)
NO_NOTE = (book(note=None),)
LIFE = (book(), CONFIRM, READ, CHECK_IN, CHECK_OUT, READ)
CANCELLED = (book(), CANCEL, READ)
LIST = (get("/bookings?limit=10"), get("/bookings?limit=10&offset=10"), get("/bookings?limit=50"))
NONE = (get("/bookings?room_id=none"),)
UNKNOWN = (get("/bookings/7d444840-9dc0-41d1-b245-5ffdce74fad2"),)
INVALID = (book(seats=121),)
SOME = (get("/bookings?status=confirmed&room_id=blue&limit=1"),)
SORTED = (get("/bookings?sort_by=price_cents&order=desc"), get("/bookings?sort_by=start&order=desc"))
TIES = (get("/bookings?limit=4"), get("/bookings?limit=4&offset=4"))
ROOMS = (get("/rooms"), get("/rooms?min_capacity=8"))
EXPORT: Steps = (post("/exports", {"format": "csv", "status": "confirmed"}), get("/exports/<0:/id>"), wait(2))
EXPORT = (*EXPORT, get("/exports/<0:/id>"), get("/exports/<0:/id>/file"))
AGAIN = (book("k1"), book("k1"), get("/bookings?room_id=attic"))
NOON = "2031-03-01T12:00:00Z"
BOUNDS = (at("12:00", "13:00"), get(f"/bookings?from={NOON}"), get(f"/bookings?room_id=attic&to={NOON}"))
CHANGED = (book(), put(ME, body(note="drop", seats=3)), READ)

PROBES: dict[str, Steps] = {
    "booking-id-hex": ONE,
    "start-without-zone": ONE,
    "seats-as-text": ONE,
    "price-with-point": ONE,
    "guest-as-name": ONE,
    "guest-email-left-out": ONE,
    "note-left-out-if-null": NO_NOTE,
    "cancelled-american": CANCELLED,
    "confirmed-at-empty": ONE,
    "cancellation-as-text": CANCELLED,
    "price-left-out": ONE,
    "capacity-as-text": ROOMS,
    "features-null-if-none": ROOMS,
    "total-as-text": LIST,
    "bookings-null-if-none": NONE,
    "limit-left-out": LIST,
    "error-code-number": INVALID,
    "error-without-code": INVALID,
    "fields-as-text": INVALID,
    "missing-as-html": UNKNOWN,
    "create-200": ONE,
    "delete-200": (*CANCELLED, delete(ME)),
    "check-in-204": LIFE,
    "export-200": EXPORT,
    "export-finished": EXPORT,
    "export-count-left-out": EXPORT,
    "export-count-as-text": EXPORT,
    "retry-after-in-words": EXPORT,
    "csv-as-application": EXPORT,
    "rooms-without-key": (get("/rooms", x_api_key=""),),
    "wrong-key-served": (get("/bookings", x_api_key="wrong-key"),),
    "tenant-optional": (get("/bookings", x_tenant=""),),
    "any-tenant-served": (get("/bookings", x_tenant="west"),),
    "no-seats-taken": (book(seats=0),),
    "half-seats-taken": (book(seats=1.5),),
    "guest-optional": (book(guest="drop"),),
    "any-email-taken": (book(guest={"name": "Mia", "email": "mia"}),),
    "null-note-refused": NO_NOTE,
    "long-note-taken": (book(note="n" * 301),),
    "unknown-member-taken": (book(table=1),),
    "long-key-taken": (book("k" * 65),),
    "reason-optional": (book(), post(f"{ME}/cancel", {})),
    "any-format-taken": (post("/exports", {"format": "xml"}),),
    "any-status-sought": (get("/bookings?status=open"),),
    "limit-zero-taken": (get("/bookings?limit=0"),),
    "limit-unbounded": (get("/bookings?limit=51"),),
    "broken-json-crash": (post("/bookings", [1]),),
    "unknown-room-crash": (book(room_id="none"),),
    "unknown-booking-crash": UNKNOWN,
    "head-405": (Step("HEAD", "/bookings"),),
    "allow-left-out": (delete("/bookings"),),
    "challenge-left-out": (get("/bookings", x_api_key=""),),
    "location-left-out": ONE,
    "location-leads-nowhere": (book(), get("<0:location>")),
    "export-location-of-file": EXPORT,
    "wrong-status-400": (book(), CHECK_OUT),
    "list-of-all-tenants": LIST,
    "other-tenants-booking-served": (book(), get(ME, x_tenant="south")),
    "status-filter-ignored": SOME,
    "room-filter-ignored": SOME,
    "offset-ignored": LIST,
    "offset-from-one": LIST,
    "limit-ignored": LIST,
    "limit-one-more": LIST,
    "total-of-page": SOME,
    "total-of-all": SOME,
    "sort-by-ignored": SORTED,
    "order-ignored": SORTED,
    "ties-unstable": TIES,
    "note-forgotten": ONE,
    "replace-not-stored": CHANGED,
    "replace-keeps-note": CHANGED,
    "deleted-stays": (*CANCELLED, delete(ME), READ),
    "confirmation-forgotten": LIFE,
    "key-ignored": AGAIN,
    "key-of-all-tenants": (book("k1"), book("k1", "south")),
    "replay-200": AGAIN,
    "replay-409": AGAIN,
    "key-with-other-body": (book("k1"), book("k1", seats=3)),
    "rooms-unsorted": ROOMS,
    "min-capacity-above": ROOMS,
    "from-above": BOUNDS,
    "to-counts-too": BOUNDS,
    "price-of-full-hours": ONE,
    "price-of-one-hour": ONE,
    "start-in-the-past": (book(start="2030-12-31T09:00:00Z"),),
    "empty-time-booked": (at("09:00", "09:00"),),
    "end-before-start": (at("09:00", "08:00"),),
    "short-booking-refused": (at("09:00", "09:30"),),
    "room-overfilled": (book(seats=5),),
    "overlap-booked": (book(), at("10:00", "11:00")),
    "overlap-by-start": (book(), at("10:00", "11:00")),
    "touching-refused": (book(), at("10:30", "11:00")),
    "cancelled-blocks": (*CANCELLED, book()),
    "own-time-taken": CHANGED,
    "confirm-twice": (book(), CONFIRM, CONFIRM),
    "confirm-cancelled": (*CANCELLED, CONFIRM),
    "cancel-completed": (*LIFE, CANCEL),
    "cancel-twice": (*CANCELLED, CANCEL),
    "check-in-pending": (book(), CHECK_IN),
    "check-out-confirmed": (book(), CONFIRM, CHECK_OUT),
    "confirmed-changed": (book(), CONFIRM, put(ME, body())),
    "pending-deleted": (book(), delete(ME)),
    "reason-forgotten": CANCELLED,
    "export-never-done": EXPORT,
    "export-forgets-status": EXPORT,
    "export-count-off-by-one": EXPORT,
    "csv-without-headings": EXPORT,
}

SHOWS: dict[str, Steps] = {
    "chunked": ONE,
    "members-reversed": ONE,
    "extra-members": ONE,
    "location-absolute": ONE,
    "list-lags": (book(), get("/bookings?room_id=attic"), get("/bookings?room_id=attic")),
    "total-estimated": LIST,
    "exports-slow": EXPORT,
    "export-rate": (post("/exports", {"format": "csv"}),) * 4,
}
