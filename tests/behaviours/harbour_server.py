"""A server of skippers who moor at berths, which can be given flaws; its document is `harbour.yaml`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.paths.routing import route
from contract_suite.contract.reading import read_contract
from contract_suite.model.exchange import Request, Response

HARBOUR: Final = str(Path(__file__).with_name("harbour.yaml"))
Thing = dict[str, Any]


def harbour(*changed: tuple[str, str]) -> Contract:
    """The document of the server, with some texts put for others."""
    text = Path(HARBOUR).read_text("utf-8")
    for before, after in changed:
        assert before in text
        text = text.replace(before, after)
    return read_contract(Library().read(text.encode(), "harbour.yaml"))


class HarbourServer:
    """What tests drive instead of the mock. A flaw is a word, such as `berth-kept`."""

    def __init__(self, *flaws: str) -> None:
        self.flaws = frozenset(flaws)
        self.contract = harbour()
        self.things: dict[str, dict[int, Thing]] = {"skippers": {}, "berths": {}, "moorings": {}}
        self.last = 0

    def bad(self, flaw: str) -> bool:
        return flaw in self.flaws

    def handle(self, request: Request) -> Response:
        """Answer one request: what breaks its schema is 422, what isn't there 404, what the state forbids 409."""
        operation, found, _ = route(self.contract, request.method, request.target)
        try:
            body: Any = json.loads(request.body) if request.body else {}
            key = int(str(found.get("id", 0)))
        except ValueError:
            return _answer(422)
        media = operation.body.json if operation is not None and operation.body else None
        if media is not None and media.schema is not None and not media.schema.is_valid(body):
            return _answer(422)
        kind = request.target.split("/")[1]
        if operation is None or (key and key not in self.things[kind]):
            return _answer(404)
        if request.method == "POST" and not key:
            return self.make(kind, body)
        if request.method == "DELETE":
            return self.remove(kind, key)
        if request.method != "GET":
            refused = self.change(key, body) if kind == "berths" else self.leave(key)
            if refused:
                return _answer(refused)
        return _answer(200, self.shown(kind, key))

    def make(self, kind: str, body: Thing) -> Response:
        more: Thing = {"status": "free"} if kind == "berths" else {}
        if kind == "moorings":
            berth = self.things["berths"].get(body["berth_id"])
            if berth is None or body["skipper_id"] not in self.things["skippers"]:
                return _answer(422)
            if berth["status"] != "free":
                return _answer(409)
            berth["status"], more = "taken", {"status": "open", "fee_cents": 1200 + self.last}
        key = self.last = self.last + 1
        self.things[kind][key] = {"id": key, **body, **more}
        return _answer(201, self.shown(kind, key))

    def shown(self, kind: str, key: int) -> Thing:
        thing = self.things[kind][key]
        if kind != "skippers":
            return thing
        moorings = [each for each in self.things["moorings"].values() if each["skipper_id"] == key]
        states = {"open", "left"} if self.bad("left-owed") else {"open"}
        counted = {"open", "left"} if self.bad("left-counted") else {"open"}
        owed = sum(each["fee_cents"] for each in moorings if each["status"] in states)
        return {**thing, "open_moorings": sum(each["status"] in counted for each in moorings), "owed_cents": owed}

    def change(self, key: int, body: Thing) -> int:
        berth = self.things["berths"][key]
        if body.get("status", berth["status"]) == "out_of_order" and not self.bad("moorings-kept"):
            for each in self.things["moorings"].values():
                if each["berth_id"] == key and each["status"] == "open":
                    each["status"] = "cancelled"
        berth.update(body)
        return 0

    def leave(self, key: int) -> int:
        mooring = self.things["moorings"][key]
        if mooring["status"] != "open":
            return 409
        mooring["status"] = "left"
        if not self.bad("berth-kept"):
            self.things["berths"].get(mooring["berth_id"], {})["status"] = "free"
        return 0

    def remove(self, kind: str, key: int) -> Response:
        """Delete a skipper with all moorings, a berth, or a mooring, of which the berth is free then."""
        own = [each for each in self.things["moorings"].values() if each["skipper_id"] == key]
        if kind == "skippers" and any(each["status"] == "open" for each in own):
            return _answer(409)
        gone = self.things[kind].pop(key)
        if kind == "moorings" and gone["status"] == "open" and gone["berth_id"] in self.things["berths"]:
            self.things["berths"][gone["berth_id"]]["status"] = "free"
        for each in own if kind == "skippers" and not self.bad("moorings-left-behind") else ():
            del self.things["moorings"][each["id"]]
        return _answer(204)


def _answer(status: int, body: Any = None) -> Response:
    text = b"" if body is None else json.dumps(body).encode()
    return Response(status=status, headers=(("Content-Type", "application/json"),) if text else (), body=text)
