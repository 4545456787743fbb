"""What was given up while there was nothing to name is asked again as the others were, once there is something."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

from contract_suite.model.case import Stage
from contract_suite.model.verdict import Outcome
from contract_suite.record.reader import Run
from tests.runner.right_servers import Answer, Node, as_json, found, judged, served

ID: Node = {"type": "integer"}
TEXT: Node = {"type": "string", "minLength": 1, "maxLength": 40}
METHODS = ["card", "cash"]
STATES = ["pending", "paid"]
ORDER: Node = {
    "type": "object",
    "required": ["id", "note", "status"],
    "properties": {"id": ID, "note": TEXT, "status": {"enum": STATES}},
}


def _document() -> Node:
    key = {"name": "order_id", "in": "path", "required": True, "schema": ID}
    refused = {str(status): as_json({"type": "object"}) for status in (400, 404, 409)}
    sent = {"type": "object", "required": ["note"], "properties": {"note": TEXT}}
    paid = {"type": "object", "required": ["method"], "properties": {"method": {"enum": METHODS}}}

    def write(name: str, schema: Node, status: str) -> Node:
        body = {"required": True, **as_json(schema)}
        return {"post": {"operationId": name, "requestBody": body, "responses": {status: as_json(ORDER), **refused}}}

    return {
        "openapi": "3.0.3",
        "info": {"title": "orders", "version": "1"},
        "paths": {
            "/orders": write("order", sent, "201"),
            "/orders/{order_id}": {
                "parameters": [key],
                "get": {"operationId": "read", "responses": {"200": as_json(ORDER), **refused}},
            },
            "/orders/{order_id}/pay": {"parameters": [key], **write("pay", paid, "200")},
        },
    }


class Orders:
    """Takes no order before so many calls."""

    def __init__(self, opens: float) -> None:
        self.opens = opens
        self.calls = 0
        self.orders: dict[str, dict[str, Any]] = {}
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        self.calls += 1
        key, _, below = path.removeprefix("/orders").strip("/").partition("/")
        given = sent if isinstance(sent, dict) else {}
        if (method, key) == ("POST", ""):
            if not isinstance(given.get("note"), str) or not 1 <= len(given["note"]) <= 40:
                return 400, {"error": "note"}
            if self.calls < self.opens:
                return 409, {"error": "closed"}
            number = next(self.numbers)
            self.orders[str(number)] = {"id": number, "note": given["note"], "status": "pending"}
            return 201, self.orders[str(number)]
        order = self.orders.get(key)
        if method == "POST" and below == "pay" and given.get("method") not in METHODS:
            return 400, {"error": "method"}
        if order is None:
            return 404, {"error": "no such order"}
        if not below:
            return (200, order) if method == "GET" else (405, None)
        if method != "POST":
            return 405, None
        if order["status"] == "paid":
            return 409, {"error": "The order is paid"}
        order["status"] = "paid"
        return 200, order


def _outcome(run: Run, clause: str) -> Outcome:
    return next(each.outcome for each in run.conformance if each.clause == clause)


def test_what_acts_on_the_first_order_is_asked_as_if_it_had_been_there(tmp_path: Path) -> None:
    """The first order was made by a behaviour, and how it is paid was never asked: it had been given up before."""
    closed = judged(_document(), Orders(float("inf")), tmp_path / "closed")
    before = (Stage.EXAMPLES, Stage.PROBES, Stage.BOUNDARIES)
    asked = sum(each.exchanges for each in closed.families[0].stages if each.stage in before)
    assert served(closed) == frozenset()
    record = judged(_document(), Orders(asked + 1), tmp_path / "open")
    assert served(record) == {"order", "read", "pay"}
    for clause in ("pay::body/method::enum-enforced", "pay::200/id::type", "read::200/id::type"):
        assert _outcome(record, clause) is Outcome.PASSED
    assert [each for each in found(record) if "::method::" not in each[1]] == []
