"""The service: gardens, plantings and beds, below `/v1`."""

from __future__ import annotations

import base64
import copy
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from servicekit import fields
from servicekit.fields import Field, json_body, merge, peek, query
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

from greenhouse.defects import DEFECTS
from greenhouse.variants import VARIANTS

CLIMATES = ("temperate", "tropical", "arid", "alpine")
STATUSES = ("growing", "harvested", "lost")
TITLES = {400: "Bad request", 401: "Unauthorized", 403: "Forbidden", 404: "Not found", 405: "Method not allowed"}
TITLES |= {415: "Unsupported media type", 422: "Invalid content", 429: "Too many requests", 500: "Internal error"}
CONTACT = {
    "email": Field("text", high=120, pattern=r"^[^@ ]+@[^@ ]+$"),
    "phone": Field("text", low=3, high=30),
}
GARDEN = {
    "name": Field("text", True, low=1, high=80),
    "climate": Field("text", True, choices=CLIMATES),
    "area_m2": Field("number", True, high=100000),
    "description": Field("text", True, nullable=True, high=500),
    "contact": Field("object", True, members=CONTACT),
    "tags": Field("list", True, high=10, unique=True, items=Field("text", low=1, high=20)),
}
PLANTING = {
    "species": Field("text", True, low=1, high=120),
    "quantity": Field("integer", True, low=1, high=10000),
    "planted_on": Field("date", True),
    "harvest_on": Field("date", True, nullable=True),
    "status": Field("text", True, choices=STATUSES),
    "notes": Field("text", True, nullable=True, high=500),
}

# What a defect makes of a member of the service's bodies.
GARDEN_CHANGES: dict[str, Callable[[Json], Any]] = {
    "garden-id-plain-hex": lambda it: it.update(id=it["id"].replace("-", "")),
    "area-as-text": lambda it: it.update(area_m2=str(it["area_m2"])),
    "description-empty-object": lambda it: it.update(description={}) if it["description"] is None else None,
    "contact-empty-list": lambda it: it.update(contact=[]) if not it["contact"] else None,
    "tags-null-if-none": lambda it: it.update(tags=None) if not it["tags"] else None,
    "created-at-epoch": lambda it: it.update(created_at=1893456000),
    "updated-at-without-zone": lambda it: it.update(updated_at=it["updated_at"][:-1]),
    "planting-count-text": lambda it: it.update(planting_count=str(it["planting_count"])),
    "planting-count-minus": lambda it: it.update(planting_count=it["planting_count"] or -1),
    "climate-capital": lambda it: it.update(climate="Arid") if it["climate"] == "arid" else None,
}
PLANTING_CHANGES: dict[str, Callable[[Json], Any]] = {
    "quantity-as-text-if-large": lambda it: it.update(quantity=str(it["quantity"])) if it["quantity"] > 99 else None,
    "planted-on-date-time": lambda it: it.update(planted_on=it["planted_on"] + "T00:00:00Z"),
    "lost-as-dead": lambda it: it.update(status="dead") if it["status"] == "lost" else None,
    "notes-left-out-if-null": lambda it: it.pop("notes") if it["notes"] is None else None,
    "harvest-on-empty-text": lambda it: it.update(harvest_on=it["harvest_on"] or ""),
}
# Which bounds of the fields a defect forgets.
LAX: dict[str, tuple[str, Field]] = {
    "empty-name-taken": ("name", Field("text", True, high=80)),
    "long-name-taken": ("name", Field("text", True, low=1)),
    "any-climate-taken": ("climate", Field("text", True)),
    "repeated-tags-taken": ("tags", Field("list", True, high=10, items=Field("text", low=1, high=20))),
    "eleven-tags-taken": ("tags", Field("list", True, unique=True, items=Field("text", low=1, high=20))),
    "fraction-of-a-plant-taken": ("quantity", Field("number", True, low=1, high=10000)),
    "any-text-as-date-taken": ("planted_on", Field("text", True)),
    "planting-status-optional": ("status", Field("text", choices=STATUSES)),
    "short-area-refused": ("area_m2", Field("number", True, low=1, high=100000)),
}


class Greenhouse(Service):
    """The state of the service and its operations."""

    DEFECTS = DEFECTS
    VARIANTS = VARIANTS
    ERROR_TYPE = "application/problem+json"
    BASE = "/v1"

    def __init__(self, defects: frozenset[str], variant: str, clock: Clock) -> None:
        """Start from the seed."""
        super().__init__(defects, variant, clock)
        lax = {member: wanted for name, (member, wanted) in LAX.items() if self.bad(name)}
        self.garden_fields = {name: lax.get(name, wanted) for name, wanted in GARDEN.items()}
        self.planting_fields = {name: lax.get(name, wanted) for name, wanted in PLANTING.items()}
        self.gardens: dict[str, Json] = {}
        self.plantings: dict[str, dict[str, Json]] = {}
        self.beds: dict[str, Json] = {}
        self.counts: dict[str, int] = {}
        self.places: dict[str, int] = {}
        self.walks = 0
        self.seed()
        garden, planting = "/gardens/{garden_id}", "/gardens/{garden_id}/plantings/{planting_id}"
        self.add("GET", "/gardens", self.list_gardens)
        self.add("POST", "/gardens", self.create_garden)
        self.add("GET", garden, self.get_garden)
        self.add("PATCH", garden, self.update_garden)
        self.add("DELETE", garden, self.delete_garden)
        self.add("GET", f"{garden}/plantings", self.list_plantings)
        self.add("POST", f"{garden}/plantings", self.create_planting)
        self.add("GET", planting, self.get_planting)
        self.add("PATCH", planting, self.update_planting)
        self.add("DELETE", planting, self.delete_planting)
        self.add("GET", f"{garden}/beds", self.get_beds)
        self.add("PUT", f"{garden}/beds", self.put_beds)

    def seed(self) -> None:
        """Fill in the gardens that are there from the start: many that are equal in all but their names."""
        made = stamp(self.clock() - timedelta(days=30))
        names = ("Orchard", "Rose walk", "Herb spiral", "Kitchen garden", "Moss yard", "Palm house", "Rockery")
        for number in range(34):
            garden: Json = {
                "id": self.new_id(),
                "name": f"{names[number % 7]} {number // 7 + 1}",
                "climate": CLIMATES[(0, 0, 1, 0, 2, 3)[number % 6]],
                "area_m2": (120, 12.5, 120, 800)[number % 4],
                "description": None if number % 3 else "Open to visitors on Sundays.",
                "contact": {"email": "keeper@example.org", "phone": "+49 30 1234"} if number % 5 == 0 else {},
                "tags": (["public", "fruit"], [], ["public"])[number % 3],
                "created_at": made,
                "updated_at": made,
            }
            self.keep(garden)
            for other in range(14 if number == 0 else number % 3):
                key = self.new_id()
                self.places[key] = len(self.places)
                self.plantings[garden["id"]][key] = {
                    "species": ("Malus domestica", "Rosa canina", "Malus domestica", "Salvia officinalis")[other % 4],
                    "quantity": (3, 150, 3)[other % 3],
                    "planted_on": ("2024-03-01", "2024-03-01", "2024-04-15")[other % 3],
                    "harvest_on": None if other % 2 else "2024-09-30",
                    "status": STATUSES[(0, 0, 1, 2)[other % 4]],
                    "notes": None if other % 2 else "South wall",
                    "created_at": made,
                }
            self.counts[garden["id"]] = len(self.plantings[garden["id"]])

    def keep(self, garden: Json) -> None:
        """Keep a new garden."""
        self.gardens[garden["id"]] = garden
        self.plantings[garden["id"]] = {}
        self.counts[garden["id"]] = 0
        self.places[garden["id"]] = len(self.places)

    # Requests and answers

    def refused(self, refusal: Refusal) -> Response:
        """Return the problem details of a refusal."""
        problem: Json = {"type": "about:blank", "title": TITLES.get(refusal.status, "Error"), "status": refusal.status}
        if self.variant == "problem-types":
            problem["type"] = f"https://greenhouse.example/problems/{refusal.code.replace('_', '-')}"
            problem["instance"] = "urn:example:instance:1"
        problem["detail"] = refusal.message
        if refusal.details:
            problem["errors"] = [{"field": where, "message": what} for where, what in refusal.details]
        if self.bad("problem-status-400") and refusal.status == 422:
            problem["status"] = 400
        if self.bad("problem-status-text"):
            problem["status"] = str(refusal.status)
        if self.bad("problem-without-title"):
            del problem["title"]
        response = Response(refusal.status, problem)
        if self.bad("problem-as-json"):
            response.headers["Content-Type"] = "application/json"
        return response

    def finish(self, request: Request, response: Response) -> Response:
        """Change an answer at last."""
        if self.bad("allow-left-out"):
            response.headers.pop("Allow", None)
        if self.bad("challenge-left-out"):
            response.headers.pop("WWW-Authenticate", None)
        if self.bad("head-405") and request.method == "HEAD" and response.status == 200:
            return Response(405, headers={"Allow": "GET"})
        if self.bad("location-left-out"):
            response.headers.pop("Location", None)
        if self.bad("location-of-collection") and "Location" in response.headers:
            response.headers["Location"] = response.headers["Location"].rpartition("/")[0]
        if self.variant == "location-absolute" and "Location" in response.headers:
            host = request.headers.get("host", "localhost")
            response.headers["Location"] = f"http://{host}{response.headers['Location']}"
        if response.payload is not None and self.variant == "chunked":
            response.headers.setdefault("Content-Type", "application/json")
            body = render(response.payload)
            response.pieces = [body[:7], body[7:20], body[20:]]
        if self.variant == "members-reversed":
            response.payload = turned(response.payload)
        return response

    def allow(self, request: Request, scope: str) -> None:
        """Check the token of a request."""
        token = request.bearer
        if self.bad("list-without-token") and request.segments == ("v1", "gardens") and request.method == "GET":
            return
        if not token.endswith("-token") or ("wrong" in token and not self.bad("wrong-token-served")):
            raise Refusal(
                401, "unauthorized", "A good token is needed.", {"WWW-Authenticate": 'Bearer realm="gardens"'}
            )
        if scope == "write" and token.startswith("read") and not self.bad("reader-writes"):
            raise Refusal(403, "forbidden", "The token lacks the scope garden:write.")

    def garden(self, garden_id: str) -> Json:
        """Return a garden, or refuse."""
        if self.bad("garden-id-plain-hex") and re.fullmatch("[0-9a-f]{32}", garden_id):
            garden_id = str(uuid.UUID(garden_id))
        found = self.gardens.get(fields.same(garden_id))
        if found is None:
            raise Refusal(404, "no_garden", "There is no such garden.")
        return found

    def planting(self, garden_id: str, planting_id: str) -> Json:
        """Return a planting of a garden, or refuse."""
        garden = self.garden(garden_id)
        found = self.plantings[garden["id"]].get(fields.same(planting_id))
        if found is None and self.bad("planting-of-any-garden"):
            found = next((own[planting_id] for own in self.plantings.values() if planting_id in own), None)
        if found is None:
            raise Refusal(404, "no_planting", "There is no such planting in this garden.")
        return found

    def show_garden(self, garden: Json) -> Json:
        """Return a garden as it is sent."""
        count = len(self.plantings[garden["id"]])
        if self.bad("planting-count-stale"):
            count = self.counts[garden["id"]]
        shown = {**copy.deepcopy(garden), "planting_count": count}
        if self.bad("tags-sorted"):
            shown["tags"].sort()
        if self.variant == "extra-members":
            shown["_links"] = {"self": f"/v1/gardens/{garden['id']}"}
        for name, change in GARDEN_CHANGES.items():
            if self.bad(name):
                change(shown)
        return shown

    def show_planting(self, planting_id: str, planting: Json) -> Json:
        """Return a planting as it is sent."""
        shown = {"id": planting_id, **planting}
        for name, change in PLANTING_CHANGES.items():
            if self.bad(name):
                change(shown)
        return shown

    def page(self, request: Request, rows: list[tuple[list[Any], Json]], down: bool = False) -> Json:
        """Return a page of rows, each with the key that orders it."""
        low, high = (None, None) if self.bad("limit-unbounded") else (1, 100)
        if self.bad("limit-100-refused"):
            high = 99
        if self.bad("limit-zero-crash") and request.query.get("limit") == "0":
            raise Refusal(500, "crash")
        limit = query(request, "limit", Field("integer", low=low, high=high), default=20)
        rows = sorted(rows, key=lambda row: row[0], reverse=down)
        if self.bad("ties-unstable"):
            self.walks += 1
            if self.walks % 2:
                rows = sorted(rows, key=lambda row: [*row[0][:-1], -row[0][-1]], reverse=down)
        start = 0
        cursor = request.query.get("cursor")
        if cursor is not None:
            try:
                held = json.loads(base64.urlsafe_b64decode(cursor + "=="))
                key = held["after"]
                if self.variant == "cursor-bound" and held["of"] != self.asked(request):
                    raise ValueError("the cursor is of another list")
                start = sum(1 for row in rows if (row[0] >= key if down else row[0] <= key))
            except (ValueError, TypeError, KeyError):
                raise Refusal(400, "bad_cursor", "The cursor is not one of this list.") from None
            start += self.bad("cursor-skips")
            start -= self.bad("cursor-repeats")
        if self.bad("limit-ignored"):
            limit = 20
        if self.bad("page-one-more"):
            limit += 1
        chosen_rows = rows[start : start + max(limit, 0)]
        shown: list[Json] = [row for _, row in chosen_rows]
        more = start + len(chosen_rows) < len(rows)
        if self.variant == "empty-last-page":
            more = bool(chosen_rows)
        following = None
        if more and chosen_rows:
            held = {"after": chosen_rows[-1][0]}
            if self.variant == "cursor-bound":
                held["of"] = self.asked(request)
            text = json.dumps(held).encode()
            following = base64.urlsafe_b64encode(text).decode().rstrip("=")
        page: Json = {"items": shown, "next_cursor": following}
        if self.bad("next-cursor-empty-text") and following is None:
            page["next_cursor"] = False
        if self.bad("next-cursor-left-out") and following is None:
            del page["next_cursor"]
        if self.bad("next-cursor-early") and start + len(chosen_rows) == len(rows) - 1:
            page["next_cursor"] = None
        if self.variant == "total-too":
            page["total"] = len(rows)
        return page

    @staticmethod
    def asked(request: Request) -> list[str]:
        """Return what was asked for, but for the page."""
        return sorted(f"{name}={value}" for name, value in request.query.items() if name not in ("cursor", "limit"))

    # Gardens

    def list_gardens(self, request: Request) -> Response:
        """List gardens."""
        self.allow(request, "read")
        climate = query(request, "climate", Field("text", choices=CLIMATES))
        tag, text = request.query.get("tag"), request.query.get("q")
        if request.query.get("cursor") and self.bad("filter-forgotten-after-first-page"):
            climate = None
        rows: list[tuple[list[Any], Json]] = []
        for garden in self.gardens.values():
            if climate is not None and garden["climate"] != climate and not self.bad("climate-filter-ignored"):
                continue
            if tag is not None and tag not in (garden["tags"][:1] if self.bad("first-tag-only") else garden["tags"]):
                continue
            name = garden["name"]
            exact = self.bad("search-minds-case")
            if text is not None and not (text in name if exact else text.lower() in name.lower()):
                continue
            place = self.places[garden["id"]]
            rows.append(([-place if self.bad("newest-first") else place], self.show_garden(garden)))
        return Response(200, self.page(request, rows))

    def create_garden(self, request: Request) -> Response:
        """Create a garden."""
        self.allow(request, "write")
        broken = 500 if self.bad("broken-json-crash") else 400
        taken = ("application/json", "text/plain") if self.bad("text-plain-taken") else ("application/json",)
        body = json_body(request, Field("object", members=self.garden_fields), taken, broken=broken)
        self.check_area(body)
        garden = {"id": self.new_id(), **{name: body.get(name) for name in GARDEN}}
        garden["created_at"] = garden["updated_at"] = self.time()
        if self.bad("create-forgets-description"):
            garden["description"] = None
        self.keep(garden)
        if self.bad("created-listed-first"):
            self.places[garden["id"]] *= -1
        status = 200 if self.bad("create-200") else 201
        return Response(status, self.show_garden(garden), {"Location": f"/v1/gardens/{garden['id']}"})

    def check_area(self, body: Json) -> None:
        """Refuse an area of nothing."""
        if "area_m2" in body and body["area_m2"] <= 0 and not (body["area_m2"] == 0 and self.bad("area-zero-taken")):
            raise Refusal(
                422, "validation_failed", "/area_m2 must be positive.", None, [("/area_m2", "must be positive")]
            )

    def get_garden(self, request: Request, garden_id: str) -> Response:
        """Get a garden."""
        self.allow(request, "read")
        return Response(200, self.show_garden(self.garden(garden_id)))

    def patch_body(self, request: Request, wanted: dict[str, Field]) -> Json:
        """Return a merge patch."""
        if self.bad("null-name-crash") and peek(request).get("name", "") is None:
            raise Refusal(500, "crash")
        types = ["application/merge-patch+json"]
        if self.bad("json-taken-as-patch"):
            types.append("application/json")
        optional = {
            name: replace(one, required=False, nullable=one.nullable or name in ("contact", "tags"))
            for name, one in wanted.items()
        }
        if "contact" in optional:
            loose = {
                name: Field("text", nullable=True, low=one.low, high=one.high, pattern=one.pattern)
                for name, one in CONTACT.items()
            }
            optional["contact"] = Field("object", nullable=True, members=loose)
        body: Json = json_body(request, Field("object", members=optional), tuple(types))
        return body

    def update_garden(self, request: Request, garden_id: str) -> Response:
        """Change a garden."""
        self.allow(request, "write")
        garden = self.garden(garden_id)
        body = self.patch_body(request, self.garden_fields)
        self.check_area(body)
        if body.get("climate", garden["climate"]) != garden["climate"] and not self.bad("climate-changes"):
            raise Refusal(422, "immutable", "The climate can't be changed.", None, [("/climate", "can't be changed")])
        patch = {name: value for name, value in body.items() if name in GARDEN}
        changed = merge({name: garden[name] for name in GARDEN}, patch)
        if self.bad("patch-keeps-null") and isinstance(patch.get("contact"), dict):
            changed["contact"] = {**garden["contact"], **patch["contact"]}
        if self.bad("patch-replaces-contact") and isinstance(patch.get("contact"), dict):
            changed["contact"] = {name: value for name, value in patch["contact"].items() if value is not None}
        if self.bad("patch-adds-tags") and patch.get("tags"):
            changed["tags"] = garden["tags"] + [tag for tag in patch["tags"] if tag not in garden["tags"]]
        if self.bad("patch-clears-description") and "description" not in patch:
            changed["description"] = None
        if self.bad("patch-not-stored"):
            return Response(200, self.show_garden({**garden, **changed, "updated_at": self.time()}))
        for name in GARDEN:
            garden[name] = changed.get(name, {"contact": {}, "tags": []}.get(name))
        if not self.bad("updated-at-stays"):
            garden["updated_at"] = self.time()
        if self.bad("created-at-moves"):
            garden["created_at"] = self.time()
        return Response(200, self.show_garden(garden))

    def delete_garden(self, request: Request, garden_id: str) -> Response:
        """Delete a garden."""
        self.allow(request, "write")
        garden = self.garden(garden_id)
        if self.bad("delete-leaves-garden"):
            return Response(204)
        if self.bad("delete-needs-empty") and self.plantings[garden["id"]]:
            raise Refusal(422, "not_empty", "The garden has plantings.")
        del self.gardens[garden["id"]]
        if self.bad("delete-200"):
            return Response(200, {"deleted": True})
        return Response(204)

    # Plantings

    def list_plantings(self, request: Request, garden_id: str) -> Response:
        """List the plantings of a garden."""
        self.allow(request, "read")
        garden = self.garden(garden_id)
        status = query(request, "status", Field("text", choices=STATUSES))
        species = request.query.get("species")
        sort = query(
            request, "sort", Field("text", choices=("planted_on", "species", "quantity")), default="planted_on"
        )
        down = query(request, "order", Field("text", choices=("asc", "desc")), default="asc") == "desc"
        own = self.plantings[garden["id"]]
        if self.bad("plantings-of-all"):
            own = {key: one for some in self.plantings.values() for key, one in some.items()}
        rows: list[tuple[list[Any], Json]] = []
        for key, planting in own.items():
            if status is not None and planting["status"] != status and not self.bad("status-filter-ignored"):
                continue
            like = planting["species"].startswith(species or "") if self.bad("species-by-prefix") else False
            if species is not None and planting["species"] != species and not like:
                continue
            value = str(planting[sort]) if self.bad("quantity-sorted-as-text") else planting[sort]
            first = 0 if self.bad("sort-ignored") else value
            rows.append(([first, self.places[key]], self.show_planting(key, planting)))
        return Response(200, self.page(request, rows, down and not self.bad("order-ignored")))

    def create_planting(self, request: Request, garden_id: str) -> Response:
        """Plant something."""
        self.allow(request, "write")
        garden = self.garden(garden_id)
        body = json_body(request, Field("object", members=self.planting_fields))
        planting = {name: body.get(name) for name in PLANTING}
        if not self.bad("early-harvest-created"):
            self.check_harvest(planting)
        planting["created_at"] = self.time()
        key = self.new_id()
        self.places[key] = len(self.places)
        self.plantings[garden["id"]][key] = planting
        return Response(
            201, self.show_planting(key, planting), {"Location": f"/v1/gardens/{garden['id']}/plantings/{key}"}
        )

    def check_harvest(self, planting: Json) -> None:
        """Refuse a harvest before the planting."""
        harvest = planting["harvest_on"]
        if harvest is not None and harvest < planting["planted_on"]:
            details = [("/harvest_on", "must not be before planted_on")]
            raise Refusal(422, "early_harvest", "The harvest is before the planting.", None, details)
        if self.bad("harvest-same-day-refused") and harvest == planting["planted_on"]:
            raise Refusal(422, "early_harvest", "The harvest is not after the planting.")

    def get_planting(self, request: Request, garden_id: str, planting_id: str) -> Response:
        """Get a planting."""
        self.allow(request, "read")
        planting = self.planting(garden_id, planting_id)
        return Response(200, self.show_planting(fields.same(planting_id), planting))

    def update_planting(self, request: Request, garden_id: str, planting_id: str) -> Response:
        """Change a planting."""
        self.allow(request, "write")
        planting = self.planting(garden_id, planting_id)
        body = self.patch_body(request, self.planting_fields)
        changed = {**planting, **{name: value for name, value in body.items() if name in PLANTING}}
        if not self.bad("early-harvest-patched"):
            self.check_harvest(changed)
        planting.update(changed)
        return Response(200, self.show_planting(fields.same(planting_id), planting))

    def delete_planting(self, request: Request, garden_id: str, planting_id: str) -> Response:
        """Delete a planting."""
        self.allow(request, "write")
        self.planting(garden_id, planting_id)
        own = self.plantings[self.garden(garden_id)["id"]]
        own.pop(fields.same(planting_id), None)
        if self.bad("delete-takes-neighbour") and own:
            own.pop(next(iter(own)))
        return Response(204)

    # Beds

    def get_beds(self, request: Request, garden_id: str) -> Response:
        """Get the layout of the beds."""
        self.allow(request, "read")
        garden = self.garden(garden_id)
        return Response(200, self.show_bed(self.beds.get(garden["id"], {"name": "ground", "children": []})))

    def show_bed(self, bed: Json, depth: int = 1) -> Json:
        """Return a bed as it is sent."""
        children: Any = [self.show_bed(child, depth + 1) for child in bed.get("children", [])]
        if self.bad("leaf-bed-null-children") and depth > 1 and not children:
            children = None
        shown = {**bed, "children": children}
        if self.bad("deep-bed-path") and depth == 3:
            shown["path"] = "/"
        return shown

    def put_beds(self, request: Request, garden_id: str) -> Response:
        """Lay out the beds anew."""
        self.allow(request, "write")
        garden = self.garden(garden_id)
        body = json_body(request, Field("object"))
        wrong = self.bed_problems(body, "", 1)
        if wrong:
            raise Refusal(422, "validation_failed", f"{wrong[0][0]} {wrong[0][1]}.", None, wrong)
        self.beds[garden["id"]] = body
        return Response(200, self.show_bed(body))

    def bed_problems(self, bed: Any, at: str, depth: int) -> list[tuple[str, str]]:
        """Return what is wrong with a bed and those in it."""
        members = {
            "name": Field("text", True, low=1, high=40),
            "width_cm": Field("integer", low=10, high=5000),
            "children": Field("list", True, high=20),
        }
        wrong = fields.problems(
            bed, Field("object", members=members, closed=not self.bad("unknown-bed-member-taken")), at
        )
        if wrong:
            return wrong
        if depth > (6 if self.bad("six-beds-deep") else 5):
            return [(at, "is too deep")]
        if self.bad("inner-beds-unchecked") and depth == 2:
            return []
        for number, child in enumerate(bed["children"]):
            wrong += self.bed_problems(child, f"{at}/children/{number}", depth + 1)
        return wrong


def application(defects: frozenset[str] = frozenset(), variant: str = "", clock: Clock = now) -> ASGIApp:
    """Return a new service with these defects and this variant."""
    return serve(Greenhouse(defects, variant, clock))


app = application(*chosen(Greenhouse))
