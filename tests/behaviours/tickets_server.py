"""A server of tickets and seats with summaries of both, which can be given flaws; its document is `tickets.yaml`."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from contract_suite.model.exchange import Request, Response

TICKETS: Final = str(Path(__file__).with_name("tickets.yaml"))
Ticket = dict[str, Any]
_STATUS: Final = ("open", "paid", "used", "paid")
_SEATS: Final = {
    1: ["box free", "box taken", "stalls free", "stalls free", "stalls taken", "stalls free"],
    2: ["box free", "stalls free"],
    3: [],
}


class TicketsServer:
    """What tests drive instead of the mock; a flaw is a word, such as `since-ignored`, and so is what is only unusual."""

    def __init__(self, *flaws: str) -> None:
        self.flaws = frozenset(flaws)
        self.numbers = count(1)
        self.tickets: list[Ticket] = []
        self.returned: list[Ticket] = []
        for price in (5, 20, 20, 45, 7, 80, 12):
            self.sell({"name": "seat", "price": price})
        self.first: dict[str, Any] | None = None

    def bad(self, flaw: str) -> bool:
        return flaw in self.flaws

    def sell(self, given: Ticket) -> Ticket:
        number = next(self.numbers)
        self.tickets.append(
            {"id": f"t{number}", **given, "status": _STATUS[number % 4], "sold_at": f"2026-03-{number:02}T10:00:00Z"}
        )
        return self.tickets[-1]

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        path, _, query = request.target.partition("?")
        asked = dict(parse_qsl(query))
        steps = path.strip("/").split("/")
        if request.method == "POST":
            body = json.loads(request.body)
            return _answer(201, self.sell(body)) if isinstance(body.get("price"), int) else _answer(422)
        if steps[0] == "halls":
            return self.hall(steps)
        if path == "/tickets/summary":
            return _answer(200, self.summary(asked))
        if path == "/tickets":
            found = self.matching(asked)
            start, size = int(asked.get("offset", 0)), int(asked.get("limit", 20))
            return _answer(200, {"items": found[start : start + size], "total": len(found)})
        ticket = next((each for each in self.tickets if each["id"] == steps[-1]), None)
        if ticket is None:
            return _answer(404)
        if request.method == "DELETE":
            self.tickets.remove(ticket)
            self.returned.append(ticket)
            return _answer(204)
        return _answer(200, ticket)

    def matching(self, asked: dict[str, str], *, summed: bool = False) -> list[Ticket]:
        since = "" if summed and self.bad("since-ignored") else asked.get("since", "")
        found = [each for each in self.tickets if each["sold_at"] >= since]
        if summed and self.bad("returned-counted"):
            found += self.returned
        return [each for each in found if asked.get("status", each["status"]) == each["status"]]

    def summary(self, asked: dict[str, str]) -> dict[str, Any]:
        if self.bad("kept-from-first") and self.first is not None and not asked:
            return self.first
        found = self.matching(asked, summed=True)
        if self.bad("without-open"):
            found = [each for each in found if each["status"] != "open"]
        prices = [each["price"] for each in found]
        average = sum(prices) / len(prices) if prices else None
        shown = {
            "count": len(self.tickets) if self.bad("count-of-all") else len(found),
            "by_status": {
                each: sum(1 for one in found if one["status"] == each) for each in {t["status"] for t in found}
            },
            "average_price": round(average, 2) if average is not None else None,
            "min_price": min(prices, default=None),
            "max_price": max(sorted(prices)[:-1] if self.bad("greatest-forgotten") and asked else prices, default=None),
            "total_price": sum(prices),
        }
        self.first = self.first or shown
        return shown

    def hall(self, steps: list[str]) -> Response:
        if len(steps) == 1:
            return _answer(200, [{"id": each} for each in _SEATS])
        if not steps[1].isdecimal() or int(steps[1]) not in _SEATS:
            return _answer(404)
        seats = [each.split() for each in _SEATS[int(steps[1])]]
        if steps[2] == "seats":
            return _answer(200, [{"id": n, "kind": kind, "state": state} for n, (kind, state) in enumerate(seats)])
        free = [kind for kind, state in seats if state == "free"]
        kinds = {each: [kind for kind, _ in seats if kind == each] for each in ("box", "stalls")}
        taken_too = self.bad("taken-is-free")
        shown = {
            "hallId": int(steps[1]),
            "total": len(seats),
            "free": len(free),
            "taken": len(seats) - len(free),
            "byKind": {
                each: {"total": len(all_), "free": len(all_) if taken_too else free.count(each)}
                for each, all_ in kinds.items()
            },
        }
        return _answer(200, shown)


def _answer(status: int, body: Any = None) -> Response:
    text = b"" if body is None else json.dumps(body).encode()
    return Response(status=status, headers=(("Content-Type", "application/json"),) if text else (), body=text)
