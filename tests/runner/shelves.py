"""A small right server of one kind of thing, whose document and ways are up to a test: create, read, list, change, delete."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import Any

from jsonschema import Draft202012Validator

from tests.runner.right_servers import Answer, Node

Change = Callable[[Node, Node], Answer | None]
"""Changes a thing as a body says, or answers why not."""


def shelf(
    noun: str,
    members: Mapping[str, Node],
    required: Iterable[str],
    *,
    methods: Iterable[str] = ("PATCH",),
    texts: Mapping[str, str] | None = None,
    query: Iterable[Node] = (),
    header: Iterable[Node] = (),
) -> Node:
    """Return the document; `texts` are the descriptions of operations by their method in lower case."""
    told, needed = texts or {}, list(required)
    sent = {"type": "object", "required": needed, "properties": dict(members), "additionalProperties": False}
    shown = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "integer", "readOnly": True}, **members},
    }
    error = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}
    refused = {"description": "Refused.", "content": {"application/json": {"schema": error}}}

    def answers(schema: Node | None, status: str, *more: str) -> Node:
        media = {"content": {"application/json": {"schema": schema}}} if schema else {}
        conflict = {**refused, "description": told.get("409", "Conflict.")}
        return {
            status: {"description": "Done.", **media},
            **dict.fromkeys(("400", "404", "422"), refused),
            **({"409": conflict} if "409" in told else {}),
            **{each: {"description": "Done.", **media} for each in more},
        }

    def operation(name: str, method: str, schema: Node | None, status: str, body: Node | None = None) -> Node:
        inner = {"requestBody": {"required": True, "content": {"application/json": {"schema": body}}}} if body else {}
        return {
            "operationId": name,
            "description": told.get(method, ""),
            **inner,
            "responses": answers(schema, status),
        }

    one = {"name": f"{noun}Id", "in": "path", "required": True, "schema": {"type": "integer"}}
    title = noun.title()
    item: Node = {
        "parameters": [one],
        "get": operation(f"get{title}", "get", shown, "200"),
        "delete": operation(f"delete{title}", "delete", None, "204"),
    }
    for method in methods:
        body = sent if method == "PUT" else {**sent, "required": []}
        item[method.lower()] = operation(f"{method.lower()}{title}", method.lower(), shown, "200", body)
    listing = operation(f"list{title}s", "list", {"type": "array", "items": shown}, "200")
    create = operation(f"create{title}", "post", shown, "201", sent)
    return {
        "openapi": "3.1.0",
        "info": {"title": noun, "version": "1"},
        "paths": {
            f"/{noun}s": {"get": {**listing, "parameters": [*query]}, "post": {**create, "parameters": [*header]}},
            f"/{noun}s/{{{noun}Id}}": item,
        },
    }


class Shelf:
    """Obeys its document; `created`, `patched` and `put` say what becomes of a thing besides, or instead."""

    def __init__(
        self,
        document: Node,
        *,
        created: Change | None = None,
        patched: Change | None = None,
        put: Change | None = None,
        things: Iterable[Node] = (),
    ) -> None:
        (self.all, listing), (self.one, item) = document["paths"].items()
        self.things: dict[str, Node] = {str(each["id"]): each for each in things}
        self.numbers = count(len(self.things) + 1)
        self.hooks = {"POST": created, "PATCH": patched, "PUT": put}
        self.allowed = {method.upper() for method in item} - {"PARAMETERS"}
        bodies = {
            "POST": listing["post"],
            **{each: item[each.lower()] for each in ("PUT", "PATCH") if each in self.allowed},
        }
        self.bodies = {
            method: Draft202012Validator(each["requestBody"]["content"]["application/json"]["schema"])
            for method, each in bodies.items()
        }

    def __call__(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: Any) -> Answer:
        """Answer one request."""
        if path == self.all:
            if method == "GET":
                return self.listed(query)
            return self.create(body, headers) if method == "POST" else (405, {"error": "method"})
        key = path.removeprefix(f"{self.all}/")
        if key not in self.things:
            return 404, {"error": "none"}
        if method not in self.allowed:
            return 405, {"error": "method"}
        if method == "DELETE":
            del self.things[key]
            return 204, None
        return (200, self.things[key]) if method == "GET" else self.changed(method, key, body)

    def listed(self, _query: dict[str, str]) -> Answer:
        """Return what there is."""
        return 200, [*self.things.values()]

    def create(self, body: Any, _headers: dict[str, str]) -> Answer:
        """Make one."""
        if not self.bodies["POST"].is_valid(body):
            return 422, {"error": "body"}
        made: Node = {"id": next(self.numbers), **body}
        hook = self.hooks["POST"]
        answer = hook(made, body) if hook else None
        if answer is None:
            self.things[str(made["id"])] = made
        return answer or (201, made)

    def changed(self, method: str, key: str, body: Any) -> Answer:
        """Change one."""
        if not self.bodies[method].is_valid(body):
            return 422, {"error": "body"}
        thing: Node = {"id": self.things[key]["id"]} if method == "PUT" else {**self.things[key]}
        hook = self.hooks[method]
        before, thing = self.things[key], {**thing, **body}
        if method == "PUT" and hook:
            thing = {**thing, "": before}
        answer = hook(thing, body) if hook else None
        thing.pop("", None)
        if answer is None:
            self.things[key] = thing
        return answer or (200, thing)
