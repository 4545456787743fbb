"""A small service of notes, and its document, in two forms: one that keeps its contract, and one for each way to break it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

DOCUMENT = """
openapi: 3.1.0
info: {title: Notes, version: "1"}
servers: [{url: "http://127.0.0.1/notes-api"}]
x-contract:
  resources:
    Note:
      identity: [id]
      create: {operation: CreateNote}
      read: {operation: GetNote}
      lists: [ListNotes]
      delete: {operation: DeleteNote}
      unique: [{fields: [title]}]
  errors:
    schema: "#/components/schemas/Error"
    fields: {code: /code}
    status: {invalid: 400, unknown: 404, duplicate: 409}
paths:
  /notes:
    post:
      operationId: CreateNote
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [title]
              properties:
                title: {type: string, minLength: 1, maxLength: 20}
                stars: {type: integer, minimum: 0, maximum: 5}
            example: {title: First, stars: 1}
      responses:
        "201": {$ref: "#/components/responses/Note"}
        "400": {$ref: "#/components/responses/Error"}
        "409": {$ref: "#/components/responses/Error"}
    get:
      operationId: ListNotes
      parameters:
        - {name: size, in: query, schema: {type: integer, minimum: 1, maximum: 50, default: 10}}
        - {name: page, in: query, schema: {type: integer, minimum: 1, default: 1}}
      x-contract:
        collection: {items: /items, total: /total, page: {number: page, size: size}}
      responses:
        "200":
          description: notes
          content:
            application/json:
              schema:
                type: object
                required: [items, total]
                properties:
                  items: {type: array, items: {$ref: "#/components/schemas/Note"}}
                  total: {type: integer}
        "400": {$ref: "#/components/responses/Error"}
  /notes/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, minLength: 1}}]
    get:
      operationId: GetNote
      responses:
        "200": {$ref: "#/components/responses/Note"}
        "404": {$ref: "#/components/responses/Error"}
    delete:
      operationId: DeleteNote
      responses:
        "204": {description: gone}
        "404": {$ref: "#/components/responses/Error"}
components:
  responses:
    Note: {description: a note, content: {application/json: {schema: {$ref: "#/components/schemas/Note"}}}}
    Error: {description: refused, content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}}
  schemas:
    Note:
      type: object
      required: [id, title]
      properties: {id: {type: string}, title: {type: string}, stars: {type: integer, minimum: 0}}
    Error: {type: object, required: [code], properties: {code: {type: string}}}
"""

Reply = tuple[int, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Notes:
    """The service. `fault` names what is wrong with it."""

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.notes: dict[str, dict[str, Any]] = {}
        self.made = 0
        self.calls = 0
        self.reads = 0

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.calls += 1
        if self.fault == "crash":
            raise RuntimeError("out of ink")
        if self.fault == "hang":
            await asyncio.sleep(60)
        status, value = self.reply(
            scope["method"], scope["path"].removeprefix("/notes-api"), scope["query_string"].decode(), body
        )
        payload = b"" if value is None else json.dumps(value).encode()
        headers = [(b"content-length", str(len(payload)).encode())] + (
            [(b"content-type", b"application/json")] if payload else []
        )
        if status == 405:
            headers.append((b"allow", b"GET, POST" if scope["path"].endswith("/notes") else b"GET, DELETE"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": payload})

    def reply(self, method: str, path: str, query: str, body: bytes) -> Reply:
        if path == "/notes":
            if method == "POST":
                return self.create(body)
            return self.list(query) if method == "GET" else (405, {"code": "method"})
        note_id = path.removeprefix("/notes/")
        if not path.startswith("/notes/") or "/" in note_id or not note_id:
            return 404, {"code": "path"}
        if method not in {"GET", "DELETE"}:
            return 405, {"code": "method"}
        if note_id not in self.notes:
            return 404, {"code": "unknown"}
        if method == "GET":
            self.reads += 1
            note = dict(self.notes[note_id])
            if self.fault == "number-id" or (self.fault == "once" and self.reads == 3):
                note["id"] = 7
            if self.fault == "text-stars":
                note["stars"] = "some"
            return 200, note
        del self.notes[note_id]
        return 204, None

    def create(self, body: bytes) -> Reply:
        try:
            sent = json.loads(body)
        except (ValueError, RecursionError):
            return 400, {"code": "json"}
        title = sent.get("title") if isinstance(sent, dict) else None
        stars = sent.get("stars", 0) if isinstance(sent, dict) else None
        lowest = -9 if self.fault == "any-stars" else 0
        if (
            not isinstance(title, str)
            or not 1 <= len(title) <= 20
            or not isinstance(stars, int)
            or isinstance(stars, bool)
            or not lowest <= stars <= 5
        ):
            return 400, {"code": "invalid"}
        if any(note["title"] == title for note in self.notes.values()):
            return 409, {"code": "duplicate"}
        self.made += 1
        note: dict[str, Any] = {"id": f"n{self.made}", "title": title, "stars": max(stars, 0)}
        self.notes[str(note["id"])] = note
        return 201, note

    def list(self, query: str) -> Reply:
        given = dict(pair.split("=", 1) for pair in query.split("&") if "=" in pair)
        try:
            size, page = int(given.get("size", "10")), int(given.get("page", "1"))
        except ValueError:
            return 400, {"code": "number"}
        if (
            not 1 <= size <= 50
            or page < 1
            or any(not each.isdecimal() for each in (given.get("size", "1"), given.get("page", "1")))
        ):
            return 400, {"code": "range"}
        every = list(self.notes.values())
        return 200, {"items": every[(page - 1) * size : page * size], "total": len(every)}


def app() -> Notes:
    return Notes()
