"""A server of cards that stand in rows, which can be given flaws; its document is `rows.yaml`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from contract_suite.contract.document import Library
from contract_suite.contract.paths.routing import route
from contract_suite.contract.reading import read_contract
from contract_suite.model.exchange import Request, Response

ROWS: Final = str(Path(__file__).with_name("rows.yaml"))


class RowsServer:
    """What tests drive instead of the mock; a flaw is a word, such as `gap-left`."""

    def __init__(self, *flaws: str) -> None:
        self.flaws = frozenset(flaws)
        self.contract = read_contract(Library().read(Path(ROWS).read_bytes(), "rows.yaml"))
        self.rows: dict[int, list[dict[str, Any]]] = {}
        self.last = 0

    def bad(self, flaw: str) -> bool:
        return flaw in self.flaws

    def handle(self, request: Request) -> Response:
        """Answer one request: what breaks its schema is 422, what isn't there 404."""
        operation, found, _ = route(self.contract, request.method, request.target)
        try:
            body: Any = json.loads(request.body) if request.body else None
            key = int(next(iter(found.values()), "0"))
        except ValueError:
            return _answer(422)
        media = operation.body.json if operation is not None and operation.body else None
        if operation is None or (media is not None and media.schema is not None and not media.schema.is_valid(body)):
            return _answer(422)
        if operation.id == "makeList":
            self.last += 1
            self.rows[self.last] = []
            return _answer(201, {"id": self.last, "name": body["name"]})
        if "card_id" in found:
            return self.on_card(operation.id, key, body)
        if key not in self.rows:
            return _answer(404)
        if operation.id == "deleteList":
            del self.rows[key]
            return _answer(204)
        if operation.id == "addCard":
            return self.add(self.rows[key], body["name"])
        return _answer(200, {"id": key, "name": "list"} if operation.id == "getList" else self.rows[key])

    def add(self, row: list[dict[str, Any]], name: str) -> Response:
        self.last += 1
        row.append({"id": self.last, "name": name, "position": len(row) + (0 if self.bad("gap-added") and row else 1)})
        return _answer(201, row[-1])

    def on_card(self, operation: str, key: int, body: Any) -> Response:
        row = next((each for each in self.rows.values() if any(card["id"] == key for card in each)), None)
        if row is None:
            return _answer(404)
        card = next(each for each in row if each["id"] == key)
        old = row.index(card)
        row.remove(card)
        if operation == "deleteCard":
            return _answer(204) if self.bad("gap-left") else self.numbered(row, 204)
        to = min(body["position"], len(row) + 1) - 1
        row.insert(to - 1 if self.bad("one-short") and to > old else to, card)
        if self.bad("others-turned"):
            row[:2] = row[1::-1] if to > 1 else row[:2]
        return self.numbered(row, 200)

    @staticmethod
    def numbered(row: list[dict[str, Any]], status: int) -> Response:
        for place, each in enumerate(row):
            each["position"] = place + 1
        return _answer(status, row if status == 200 else None)


def _answer(status: int, body: Any = None) -> Response:
    text = b"" if body is None else json.dumps(body).encode()
    return Response(status=status, headers=(("Content-Type", "application/json"),) if text else (), body=text)
