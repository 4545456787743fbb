"""A service with everything that a run should leave alone, and with data that is not the run's."""

from __future__ import annotations

import copy
import json
from typing import Any

from tests.runner.small_app import Asked, Reply

OK = {"description": "done", "content": {"application/json": {"schema": {"type": "object"}}}}
ERROR = {"description": "refused", "content": {"application/json": {"schema": {"type": "object"}}}}
THING = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 40}, "callback_url": {"type": "string"}},
}


def _operation(name: str, body: dict[str, Any] | None = None, status: str = "200") -> dict[str, Any]:
    made: dict[str, Any] = {"operationId": name, "responses": {status: OK, "400": ERROR, "404": ERROR}}
    if body is not None:
        made["requestBody"] = {"required": True, "content": {"application/json": body}}
    return made


def _schema(**properties: Any) -> dict[str, Any]:
    return {"schema": {"type": "object", "properties": properties, "required": list(properties)}}


def _id(name: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}, "example": 1}]


_THING = {"schema": THING, "example": {"name": "lamp", "callback_url": "https://hooks.elsewhere.io/in"}}
_URL = {"type": "string", "format": "uri", "example": "http://elsewhere.io/x"}

HARMFUL: dict[str, dict[str, Any]] = {
    "DELETE /things": _operation("deleteThings", status="204"),
    "PUT /things": _operation("replaceThings", {"schema": {"type": "array", "items": THING}}),
    "POST /things/bulk_delete": _operation("bulkDelete", _schema(ids={"type": "array", "items": {"type": "integer"}})),
    "POST /__flush__": _operation("flush"),
    "POST /admin/shutdown": _operation("shutdownServer"),
    "POST /admin/restart": _operation("adminRestart"),
    "POST /admin/reset": _operation("reset"),
    "PUT /admin/maintenance": _operation("setMaintenance", _schema(on={"type": "boolean"})),
    "PATCH /settings": _operation("patchSettings", _schema(theme={"type": "string"})),
    "GET /auth/logout": _operation("logout"),
    "POST /tokens/revoke": _operation("revokeToken"),
    "PUT /me/password": _operation("changePassword", _schema(password={"type": "string"})),
    "POST /webhooks/test": _operation("testWebhook", _schema(url=_URL)),
    "POST /recordings/start": _operation("startRecording", _schema(targetBaseUrl=_URL)),
    "POST /import": _operation("importFrom", _schema(source_url=_URL)),
    "PUT /accounts/{account_id}": _operation("updateAccount", _schema(name={"type": "string"})),
    "DELETE /accounts/{account_id}": _operation("deleteAccount", status="204"),
    "POST /accounts/{account_id}/close": _operation("closeAccount"),
}
HARMLESS: dict[str, dict[str, Any]] = {
    "GET /things": _operation("listThings"),
    "POST /things": _operation("createThing", _THING, status="201"),
    "GET /things/{thing_id}": _operation("getThing"),
    "PUT /things/{thing_id}": _operation("updateThing", _THING),
    "DELETE /things/{thing_id}": _operation("deleteThing", status="204"),
    "POST /things/{thing_id}/restart": _operation("restartThing"),
    "GET /accounts": _operation("listAccounts"),
    "GET /accounts/{account_id}": _operation("getAccount"),
    "POST /search": _operation("search", _schema(text={"type": "string"})),
}
FOREIGN = {
    "things": {number: {"id": number, "name": f"theirs {number}"} for number in (1, 2, 3)},
    "accounts": {number: {"id": number, "name": f"customer {number}"} for number in (1, 2)},
}


def document() -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for name, operation in {**HARMLESS, **HARMFUL}.items():
        method, path = name.split()
        item = paths.setdefault(path, {})
        item[method.lower()] = copy.deepcopy(operation)
        if "{" in path:
            item["parameters"] = _id(path.partition("{")[2].partition("}")[0])
    return {"openapi": "3.1.0", "info": {"title": "Fragile", "version": "1"}, "paths": paths}


class Fragile:
    """The service. `harm` lists every call that a careful caller wouldn't have made."""

    def __init__(self) -> None:
        self.data: dict[str, dict[int, dict[str, Any]]] = copy.deepcopy(FOREIGN)
        self.own: set[int] = set()
        self.next = 10
        self.harm: list[str] = []
        self.addresses: set[str] = set()

    def __call__(self, asked: Asked) -> Reply:
        parts = asked.path.strip("/").split("/")
        called = f"{asked.method} {asked.path}"
        if parts[0] in self.data and asked.path.startswith("/"):
            return self._resource(asked, parts, called)
        declared = {f"{name.split()[1]}" for name in HARMFUL}
        if called in HARMFUL or (asked.path in declared and asked.method != "GET"):
            self.harm.append(called)
            return 200, {}
        if called == "POST /search":
            return (200, {}) if isinstance(asked.json, dict) and isinstance(asked.json.get("text"), str) else (400, {})
        return (405, {}, {"allow": "POST"}) if asked.path == "/search" else (404, {})

    def _resource(self, asked: Asked, parts: list[str], called: str) -> Reply:
        rows = self.data[parts[0]]
        if len(parts) == 1:
            if asked.method == "GET":
                return 200, {"items": list(rows.values())}
            if parts[0] == "things" and asked.method == "POST":
                return self._create(asked, rows)
            self.harm.append(called)
            return 200, {}
        number = int(parts[1]) if parts[1].isdecimal() else 0
        if number not in rows:
            if not number and asked.method != "GET" and called.rstrip("/") != called:
                self.harm.append(called)
            return 404, {}
        if asked.method == "GET" and len(parts) == 2:
            return 200, rows[number]
        if parts[0] != "things" or number not in self.own:
            self.harm.append(called)
            return 200, {}
        if len(parts) == 3:
            return (200, {}) if called.endswith("/restart") and asked.method == "POST" else (405, {}, {"allow": "POST"})
        if asked.method == "DELETE":
            del rows[number]
            return 204, None
        return self._change(asked, rows, number) if asked.method == "PUT" else (405, {}, {"allow": "GET, PUT, DELETE"})

    def _create(self, asked: Asked, rows: dict[int, dict[str, Any]]) -> Reply:
        sent = self._valid(asked)
        if sent is None:
            return 400, {}
        self.next += 1
        rows[self.next] = {**sent, "id": self.next}
        self.own.add(self.next)
        return 201, rows[self.next]

    def _change(self, asked: Asked, rows: dict[int, dict[str, Any]], number: int) -> Reply:
        sent = self._valid(asked)
        if sent is None:
            return 400, {}
        rows[number] = {**sent, "id": number}
        return 200, rows[number]

    def _valid(self, asked: Asked) -> dict[str, Any] | None:
        sent = asked.json
        name = sent.get("name") if isinstance(sent, dict) else None
        if not isinstance(name, str) or not 1 <= len(name) <= 40:
            return None
        if not isinstance(sent.get("callback_url", ""), str):
            return None
        self.addresses.add(sent.get("callback_url", ""))
        return dict(sent)

    def foreign(self) -> str:
        """What was there before the run, byte by byte."""
        return json.dumps(
            {name: {key: row for key, row in rows.items() if key < 10} for name, rows in self.data.items()}
        )
