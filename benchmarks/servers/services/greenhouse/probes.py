"""The probes: for each defect and variant the requests whose outcome differs from the plain service's."""

from __future__ import annotations

from typing import Any

from servicekit.client import Step, Steps, delete, get, patch, post, put

BASE = "/v1"
HEADERS = {"authorization": "Bearer full-token"}
MERGE = "application/merge-patch+json"
FIRST = "/gardens?limit=1"
PLANTINGS = "/gardens/<0:/items/0/id>/plantings"


def garden(**members: Any) -> Step:
    """Return the creation of a garden."""
    body: Any = {"name": "Court", "climate": "arid", "area_m2": 20, "description": "A", "contact": {}, "tags": []}
    return post("/gardens", {**body, **members})


def planting(at: str = "/gardens/<0:/id>/plantings", **members: Any) -> Step:
    """Return the creation of a planting."""
    body: Any = {"species": "Salvia", "quantity": 2, "planted_on": "2030-04-01", "harvest_on": "2030-08-01"}
    body |= {"status": "growing", "notes": None}
    return post(at, {name: value for name, value in {**body, **members}.items() if value != "drop"})


def change(target: str = "/gardens/<0:/id>", media_type: str = MERGE, **members: Any) -> Step:
    """Return a merge patch."""
    return patch(target, members, content_type=media_type)


def beds(depth: int, **innermost: Any) -> Any:
    """Return beds in beds."""
    bed: Any = {"name": f"b{depth}", "children": [], **innermost}
    for level in range(depth - 1, 0, -1):
        bed = {"name": f"b{level}", "children": [bed]}
    return bed


FULL = garden(name="Full", contact={"email": "a@example.org", "phone": "12345"}, tags=["x", "a"])
ONE = (garden(), get("/gardens/<0:/id>"))
PLANTED = (garden(), planting(), get("/gardens/<0:/id>/plantings/<1:/id>"), get("/gardens/<0:/id>"))
WALK: Steps = (get("/gardens?limit=15"), get("/gardens?limit=15&cursor=<0:/next_cursor>"))
WALK = (*WALK, get("/gardens?limit=15&cursor=<1:/next_cursor>"), get("/gardens?limit=11"))
SEEDED = (get(FIRST), get(f"{PLANTINGS}?limit=50"))
SORTED = (get(FIRST), get(f"{PLANTINGS}?sort=quantity&order=desc&limit=50"))
TIES: Steps = (get(FIRST), get(f"{PLANTINGS}?sort=species&limit=5"))
TIES = (*TIES, get(f"{PLANTINGS}?sort=species&limit=5&cursor=<1:/next_cursor>"))
BROKEN = post("/gardens", b"{", content_type="application/json")
PATCHED = (FULL, change(contact={"phone": None}), get("/gardens/<0:/id>"), change(name="New", tags=["n"]))
INVALID = garden(name="")
LISTED = get("/gardens?limit=100")
EARLY = {"planted_on": "2030-04-01", "harvest_on": "2030-03-31"}

PROBES: dict[str, Steps] = {
    "garden-id-plain-hex": ONE,
    "area-as-text": ONE,
    "description-empty-object": (garden(description=None),),
    "contact-empty-list": ONE,
    "tags-null-if-none": ONE,
    "created-at-epoch": ONE,
    "updated-at-without-zone": ONE,
    "planting-count-text": ONE,
    "planting-count-minus": ONE,
    "climate-capital": ONE,
    "quantity-as-text-if-large": (garden(), planting(quantity=100)),
    "planted-on-date-time": PLANTED,
    "lost-as-dead": (garden(), planting(status="lost")),
    "notes-left-out-if-null": PLANTED,
    "harvest-on-empty-text": (garden(), planting(harvest_on=None)),
    "next-cursor-empty-text": (LISTED,),
    "next-cursor-left-out": (LISTED,),
    "leaf-bed-null-children": (garden(), put("/gardens/<0:/id>/beds", beds(2))),
    "deep-bed-path": (garden(), put("/gardens/<0:/id>/beds", beds(3))),
    "create-200": ONE,
    "delete-200": (garden(), delete("/gardens/<0:/id>")),
    "problem-as-json": (INVALID,),
    "problem-status-text": (INVALID,),
    "problem-without-title": (INVALID,),
    "list-without-token": (get(FIRST, authorization=""),),
    "wrong-token-served": (get(FIRST, authorization="Bearer wrong-token"),),
    "reader-writes": (Step("POST", "/gardens", ONE[0].body, {"authorization": "Bearer read-token"}),),
    "empty-name-taken": (INVALID,),
    "long-name-taken": (garden(name="n" * 81),),
    "any-climate-taken": (garden(climate="polar"),),
    "repeated-tags-taken": (garden(tags=["a", "a"]),),
    "eleven-tags-taken": (garden(tags=[f"t{number}" for number in range(11)]),),
    "area-zero-taken": (garden(area_m2=0),),
    "fraction-of-a-plant-taken": (garden(), planting(quantity=1.5)),
    "any-text-as-date-taken": (garden(), planting(planted_on="2", harvest_on=None)),
    "planting-status-optional": (garden(), planting(status="drop")),
    "short-area-refused": (garden(area_m2=0.5),),
    "limit-unbounded": (get("/gardens?limit=101"),),
    "limit-100-refused": (LISTED,),
    "limit-zero-crash": (get("/gardens?limit=0"),),
    "broken-json-crash": (BROKEN,),
    "null-name-crash": (garden(), change(name=None)),
    "text-plain-taken": (Step("POST", "/gardens", ONE[0].body, {"content-type": "text/plain"}),),
    "json-taken-as-patch": (garden(), change("/gardens/<0:/id>", "application/json", name="New")),
    "inner-beds-unchecked": (garden(), put("/gardens/<0:/id>/beds", beds(3, width_cm=1))),
    "unknown-bed-member-taken": (garden(), put("/gardens/<0:/id>/beds", beds(2, level=1))),
    "head-405": (Step("HEAD", "/gardens"),),
    "allow-left-out": (delete("/gardens"),),
    "challenge-left-out": (get("/gardens", authorization=""),),
    "problem-status-400": (INVALID,),
    "location-left-out": ONE,
    "location-of-collection": ONE,
    "patch-keeps-null": PATCHED,
    "patch-replaces-contact": PATCHED,
    "patch-adds-tags": PATCHED,
    "patch-clears-description": PATCHED,
    "patch-not-stored": PATCHED,
    "limit-ignored": (get("/gardens?limit=3"),),
    "page-one-more": (get("/gardens?limit=3"),),
    "cursor-skips": WALK,
    "cursor-repeats": WALK,
    "next-cursor-early": (get("/gardens?limit=33"),),
    "ties-unstable": TIES,
    "filter-forgotten-after-first-page": (
        get("/gardens?climate=temperate&limit=2"),
        get("/gardens?climate=temperate&limit=2&cursor=<0:/next_cursor>"),
    ),
    "climate-filter-ignored": (get("/gardens?climate=alpine"),),
    "status-filter-ignored": (get(FIRST), get(f"{PLANTINGS}?status=lost")),
    "sort-ignored": SORTED,
    "order-ignored": SORTED,
    "quantity-sorted-as-text": (
        garden(),
        *(planting(quantity=number) for number in (9, 10, 100)),
        get("/gardens/<0:/id>/plantings?sort=quantity"),
    ),
    "created-listed-first": (garden(), LISTED),
    "newest-first": (LISTED,),
    "plantings-of-all": (garden(), get("/gardens/<0:/id>/plantings")),
    "planting-of-any-garden": (garden(), planting(), garden(), get("/gardens/<2:/id>/plantings/<1:/id>")),
    "delete-leaves-garden": (garden(), delete("/gardens/<0:/id>"), get("/gardens/<0:/id>")),
    "delete-takes-neighbour": (
        garden(),
        planting(),
        planting(),
        delete("/gardens/<0:/id>/plantings/<1:/id>"),
        get("/gardens/<0:/id>/plantings"),
    ),
    "create-forgets-description": ONE,
    "updated-at-stays": PATCHED,
    "created-at-moves": PATCHED,
    "planting-count-stale": PLANTED,
    "tags-sorted": (FULL,),
    "first-tag-only": (FULL, get("/gardens?tag=a")),
    "search-minds-case": (get("/gardens?q=ORCHARD"),),
    "species-by-prefix": (get(FIRST), get(f"{PLANTINGS}?species=Malus")),
    "climate-changes": (garden(), change(climate="alpine")),
    "delete-needs-empty": (garden(), planting(), delete("/gardens/<0:/id>"), get("/gardens/<0:/id>/plantings")),
    "early-harvest-created": (garden(), planting(**EARLY)),
    "early-harvest-patched": (garden(), planting(), change("/gardens/<0:/id>/plantings/<1:/id>", **EARLY)),
    "harvest-same-day-refused": (garden(), planting(harvest_on="2030-04-01")),
    "six-beds-deep": (garden(), put("/gardens/<0:/id>/beds", beds(6))),
}

SHOWS: dict[str, Steps] = {
    "chunked": ONE,
    "members-reversed": ONE,
    "extra-members": ONE,
    "cursor-bound": (get("/gardens?climate=arid&limit=2"), get("/gardens?cursor=<0:/next_cursor>")),
    "total-too": (LISTED,),
    "empty-last-page": (LISTED, get("/gardens?limit=100&cursor=<0:/next_cursor>")),
    "location-absolute": (garden(), get("<0:location>")),
    "problem-types": (INVALID,),
}
