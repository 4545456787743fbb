"""A server of rooms that are taken for a time, and of passes, which can be given flaws; its document is `visits.yaml`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.paths.routing import route
from contract_suite.contract.reading import read_contract
from contract_suite.model.exchange import Request, Response

_NOON: Final = "2024-07-10T12:00:00Z"
VISITS: Final = str(Path(__file__).with_name("visits.yaml"))
Thing = dict[str, Any]


def visits() -> Contract:
    """The document of the server."""
    return read_contract(Library().read(Path(VISITS).read_bytes(), "visits.yaml"))


class VisitsServer:
    """What tests drive instead of the mock. A flaw is a word, such as `starts-alone`; a room has `places`."""

    def __init__(self, *flaws: str, places: int = 1) -> None:
        self.flaws = frozenset(flaws)
        self.places = places
        self.contract = visits()
        self.things: dict[int, Thing] = {}
        self.last = 0

    def bad(self, flaw: str) -> bool:
        return flaw in self.flaws

    def handle(self, request: Request) -> Response:
        """Answer one request: what breaks its schema is 422, what isn't there 404, what is taken 409."""
        operation, found, _ = route(self.contract, request.method, request.target)
        try:
            body = json.loads(request.body) if request.body else None
            key = int(str(found.get("id", 0)))
        except ValueError:
            return _answer(422)
        media = operation.body.json if operation is not None and operation.body else None
        if media is not None and media.schema is not None and not media.schema.is_valid(body):
            return _answer(422)
        if operation is None or ("id" in found and key not in self.things):
            return _answer(404)
        if operation.path.startswith("/lockers"):
            return self.serve_locker(operation.id, key, body)
        if operation.method == "POST" and key:
            return self.act(operation.id, key)
        serve = {"POST": self.take, "GET": self.show, "PATCH": self.move, "DELETE": self.remove}[request.method]
        return serve(key, body)

    def show(self, key: int, _body: Any) -> Response:
        return _answer(200, self.things[key])

    def act(self, name: str, key: int) -> Response:
        thing = self.things[key]
        if name == "extendPass":
            again = thing["extended"] >= 2 and not self.bad("extended-again")
            if again or (thing["status"] == "closed" and not self.bad("closed-extended")):
                return _answer(409)
            thing["extended"] += 1
        elif name == "closePass":
            thing["status"] = "closed"
            thing["closed_at"] = None if self.bad("closed-untimed") else _NOON
        else:
            thing["cancelled"] = True
        return _answer(200, thing)

    def serve_locker(self, name: str, key: int, body: Any) -> Response:
        """A free locker is lent, and what was lent can be retired; only a free one is renamed."""
        if name == "makeLocker":
            key = self.last = self.last + 1
            self.things[key] = {"id": key, "status": "free", "version": 1, **body}
            return _answer(201, {"data": self.things[key]})
        thing = self.things[key]
        if name == "deleteLocker":
            return self.remove(key, body)
        if name in {"lendLocker", "retireLocker"}:
            before, after = {"lendLocker": ("free", "lent"), "retireLocker": ("lent", "retired")}[name]
            unlent = self.bad("free-retired") and (name, thing["status"]) == ("retireLocker", "free")
            again = self.bad("retired-retired") and (name, thing["status"]) == ("retireLocker", "retired")
            if thing["status"] != before and not unlent and not again:
                return _answer(409)
            thing["status"] = after
        elif name == "renameLocker":
            if thing["status"] == "lent" or (thing["status"] == "retired" and not self.bad("retired-renamed")):
                return _answer(409)
            if body.pop("version", thing["version"]) != thing["version"] and not self.bad("stale-served"):
                return _answer(409)
            thing.update(body)
            thing["version"] += (
                0 if self.bad("version-stays") or (self.bad("note-unversioned") and "note" in body) else 1
            )
        return _answer(200, {"data": thing})

    def take(self, _key: int, body: Any) -> Response:
        if "name" in body:
            key = self.last = self.last + 1
            self.things[key] = {
                "id": key,
                "status": "open",
                "extended": 0,
                "closed_at": _NOON if self.bad("timed-early") else None,
                **body,
            }
            return _answer(201, self.things[key])
        new = {**body, **({"minutes": body.get("minutes", 30), "cancelled": False} if "starts_at" in body else {})}
        if not self.bad("twice") and self.taken(new):
            return _answer(409)
        key = self.last = self.last + 1
        self.things[key] = {"id": key, **new}
        return _answer(201, self.things[key])

    def move(self, key: int, body: Any) -> Response:
        moved = {**self.things[key], **body}
        if "status" in body:
            reopened = (self.things[key]["status"], body["status"]) == ("closed", "open")
            if not reopened and body["status"] == "closed":
                moved["closed_at"] = None if self.bad("closed-untimed") else _NOON
            if not reopened or self.bad("reopened"):
                self.things[key] = moved
            return _answer(409) if reopened and not self.bad("reopened") else self.show(key, body)
        if not self.bad("move-unchecked") and self.taken(moved):
            return _answer(409)
        self.things[key] = moved
        return self.show(key, body)

    def remove(self, key: int, _body: Any) -> Response:
        if self.bad("deleted-blocks"):
            self.things[-key] = {**self.things[key], "id": -key}
        del self.things[key]
        return _answer(204)

    def taken(self, new: Thing) -> bool:
        """Whether a room has no place left at some time that a new thing takes."""
        (start, end), met = _times(new), 0
        for each in (one for one in self.things.values() if "room" in one):
            begun, ended = _times(each)
            if (
                each["room"] != new["room"]
                or ("check_in" in each) is not ("check_in" in new)
                or each["id"] == new.get("id")
            ):
                continue
            if each.get("cancelled") and not self.bad("cancelled-blocks"):
                continue
            touching = self.bad("next-refused") and begun <= end and start <= ended
            touching = touching or (self.bad("previous-refused") and begun <= end and start < ended)
            around = self.bad("around-served") and start < begun and ended < end
            meets = touching or (begun < end and start < ended and not around)
            met += start == begun if self.bad("starts-alone") else meets
        return met >= self.places


def _times(thing: Thing) -> tuple[datetime, datetime]:
    start = datetime.fromisoformat(thing.get("starts_at") or thing["check_in"])
    start = start if start.tzinfo is not None else start.replace(tzinfo=UTC)
    if "check_out" in thing:
        return start, datetime.fromisoformat(thing["check_out"]).replace(tzinfo=UTC)
    return start, start + timedelta(minutes=thing["minutes"])


def _answer(status: int, body: Any = None) -> Response:
    text = b"" if body is None else json.dumps(body).encode()
    return Response(status=status, headers=(("Content-Type", "application/json"),) if text else (), body=text)
