"""Small annotated documents as a Hypothesis strategy: one to three resources, in the ways that the vocabulary knows."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from hypothesis import strategies as st

Node = dict[str, Any]

_NAMES = ("Note", "Shelf", "Task")
_COLOURS = ("red", "green", "blue", "black")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How one resource of a document looks; `parent` is the one that owns it."""

    name: str
    parent: str = ""
    closed: bool = False
    numbered: bool = False
    patterned: bool = False
    least: int = 1
    longest: int = 40
    coloured: bool = False
    counted: bool = False
    unique: bool = False
    within: bool = False
    timed: bool = False
    stated: bool = False
    listed: bool = True
    paging: str = ""
    total: bool = False
    filtered: bool = False
    searched: bool = False
    ordered: bool = False
    update: str = ""
    omitted: str = ""
    deleted: bool = False
    made: int = 201
    removed: int = 204

    @property
    def key(self) -> str:
        """The field that tells one from another."""
        return f"{self.name.lower()}Id"

    @property
    def path(self) -> str:
        """Where the resources lie, below what owns them."""
        own = f"/{self.name.lower()}s"
        return f"/{self.parent.lower()}s/{{{self.parent.lower()}Id}}{own}" if self.parent else own


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How a document looks."""

    shapes: tuple[Shape, ...]
    secured: bool = True
    scoped: bool = False
    invalid: int = 400
    duplicate: int = 409
    traced: bool = False
    wrapped: bool = False


@st.composite
def shapes(draw: st.DrawFn, name: str, parent: str = "") -> Shape:
    """Draw one resource."""
    flag = st.booleans()
    listed = draw(st.sampled_from((True, True, True, False)))
    update = draw(st.sampled_from(("", "put", "patch")))
    return Shape(
        name=name,
        parent=parent,
        closed=draw(flag),
        numbered=draw(flag),
        patterned=draw(flag),
        least=draw(st.sampled_from((0, 1, 3))),
        longest=draw(st.sampled_from((30, 64, 200))),
        coloured=draw(flag),
        counted=draw(flag),
        unique=draw(flag),
        within=bool(parent) and draw(flag),
        timed=draw(flag),
        stated=draw(flag),
        listed=listed,
        paging=draw(st.sampled_from(("", "number", "offset"))) if listed else "",
        total=listed and draw(flag),
        filtered=listed and draw(flag),
        searched=listed and draw(flag),
        ordered=listed and draw(flag),
        update=update,
        omitted=draw(st.sampled_from(("kept", "reset"))) if update == "put" else "kept" if update else "",
        deleted=draw(flag),
        made=draw(st.sampled_from((200, 201))),
        removed=draw(st.sampled_from((200, 204))),
    )


@st.composite
def designs(draw: st.DrawFn, most: int = 3) -> Design:
    """Draw a document of at most so many resources; a second one may be owned by the first."""
    count = draw(st.integers(1, most))
    drawn: list[Shape] = []
    for name in _NAMES[:count]:
        parent = drawn[0].name if len(drawn) == 1 and draw(st.booleans()) else ""
        drawn.append(draw(shapes(name, parent)))
    return Design(
        shapes=tuple(drawn),
        secured=draw(st.booleans()),
        scoped=draw(st.booleans()),
        invalid=draw(st.sampled_from((400, 422))),
        duplicate=draw(st.sampled_from((400, 409))),
        traced=draw(st.booleans()),
        wrapped=draw(st.booleans()),
    )


def document(design: Design) -> Node:
    """Return the OpenAPI document of a design."""
    schemas: Node = {"Error": _error(design)}
    paths: Node = {}
    resources: Node = {}
    for shape in design.shapes:
        schemas |= {f"New{shape.name}": _given(shape), shape.name: _shown(shape)}
        paths |= _paths(design, shape)
        resources[shape.name] = _resource(design, shape)
    root: Node = {
        "openapi": "3.1.0",
        "info": {"title": "Generated", "version": "1"},
        "servers": [{"url": "https://generated.example/v1"}],
        "x-contract": {"resources": resources, "errors": _errors(design)},
        "components": {"schemas": schemas},
        "paths": paths,
    }
    if design.secured:
        root["security"] = [{"key": []}]
        root["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    return root


def _error(design: Design) -> Node:
    properties: Node = {"code": {"type": "string"}, "message": {"type": "string"}}
    if design.traced:
        properties["requestId"] = {"type": "string"}
    return {"type": "object", "required": list(properties), "properties": properties, "additionalProperties": False}


def _errors(design: Design) -> Node:
    fields = {"code": "/code", "message": "/message"} | ({"request_id": "/requestId"} if design.traced else {})
    status = {"invalid": design.invalid, "unknown": 404, "duplicate": design.duplicate}
    if design.secured:
        status["unauthenticated"] = 401
    return {
        "schema": "#/components/schemas/Error",
        "fields": fields,
        "status": status,
        "codes": {name: name.capitalize() for name in status},
    }


def _fields(shape: Shape) -> Node:
    fields: Node = {
        "title": {"type": "string", "minLength": shape.least, "maxLength": shape.longest},
        "remark": {"type": "string", "maxLength": 100},
    }
    if shape.coloured or shape.filtered:
        fields["colour"] = {"type": "string", "enum": list(_COLOURS)}
    if shape.counted or shape.ordered:
        fields["count"] = {"type": "integer", "minimum": 0, "maximum": 1000}
    return fields


def _given(shape: Shape) -> Node:
    required = ["title", *(["count"] if shape.ordered else [])]
    schema: Node = {"type": "object", "required": required, "properties": _fields(shape)}
    return {**schema, "additionalProperties": False} if shape.closed else schema


def _identity(shape: Shape) -> Node:
    if shape.numbered:
        return {"type": "integer", "minimum": 1}
    return (
        {"type": "string", "pattern": "^[a-z]+-[a-z0-9]+$"} if shape.patterned else {"type": "string", "minLength": 1}
    )


def _shown(shape: Shape) -> Node:
    properties: Node = {shape.key: _identity(shape), **_fields(shape)}
    if shape.parent:
        properties[f"{shape.parent.lower()}Id"] = {"type": ["string", "integer"]}
    if shape.timed:
        properties["created"] = {"type": "string", "format": "date-time"}
        properties["changed"] = {"type": "string", "format": "date-time"}
    if shape.stated:
        properties["state"] = {"type": "string", "enum": ["fresh", "old"]}
    optional = {"remark", "colour", "count"} - ({"count"} if shape.ordered else set())
    return {
        "type": "object",
        "required": [name for name in properties if name not in optional],
        "properties": properties,
    }


def _resource(design: Design, shape: Shape) -> Node:
    parent = [f"{shape.parent.lower()}Id"] if shape.parent else []
    assigned: Node = {shape.key: {"format": "{random}" if shape.numbered else f"{shape.name.lower()}-{{random}}"}}
    if shape.timed:
        assigned |= {"created": {"time": "created"}, "changed": {"time": "modified"}}
    if shape.stated:
        assigned["state"] = {"value": "fresh"}
    found: Node = {
        "identity": [*parent, shape.key],
        "create": {"operation": f"Create{shape.name}"},
        "read": {"operation": f"Get{shape.name}"},
        "assigned": assigned,
    }
    if design.scoped:
        found["scope"] = ["space"]
    if shape.listed:
        found["lists"] = [f"List{shape.name}s"]
    if shape.update:
        mutable = [name for name in _fields(shape) if not (shape.unique and name == "title")]
        found["update"] = {"operation": f"Update{shape.name}", "mutable": mutable, "omitted": shape.omitted}
    if shape.deleted:
        found["delete"] = {"operation": f"Delete{shape.name}"}
    if shape.unique:
        found["unique"] = [{"fields": ["title"], **({"within": parent} if shape.within else {})}]
    owned = [each.name for each in design.shapes if each.parent == shape.name]
    return {**found, "owns": owned} if owned else found


def _answer(schema: Node) -> Node:
    return {"description": "answer", "content": {"application/json": {"schema": schema}}}


def _ref(name: str) -> Node:
    return {"$ref": f"#/components/schemas/{name}"}


def _refusals(design: Design, *names: str) -> Node:
    status = _errors(design)["status"]
    wanted = [*names, *(["unauthenticated"] if design.secured else [])]
    return {str(status[name]): _answer(_ref("Error")) for name in wanted}


def _parameter(name: str, where: str, schema: Node, *, required: bool = False) -> Node:
    return {"name": name, "in": where, "required": required, "schema": schema}


def _paths(design: Design, shape: Shape) -> Node:
    prefix = "/{space}" if design.scoped else ""
    space = (
        [_parameter("space", "path", {"type": "string", "examples": ["main"]}, required=True)] if design.scoped else []
    )
    parent = next((each for each in design.shapes if each.name == shape.parent), None)
    owner = [_parameter(parent.key, "path", _identity(parent), required=True)] if parent else []
    above = [*space, *owner]
    unknown = ["unknown"] if parent else []
    duplicate = ["duplicate"] if shape.unique else []
    body = {"required": True, "content": {"application/json": {"schema": _ref(f"New{shape.name}")}}}
    collection: Node = {
        "post": {
            "operationId": f"Create{shape.name}",
            "parameters": above,
            "requestBody": body,
            "responses": {
                str(shape.made): _answer(_ref(shape.name)),
                **_refusals(design, "invalid", *unknown, *duplicate),
            },
        }
    }
    if shape.listed:
        collection["get"] = _list(design, shape, above, unknown)
    one: Node = {
        "get": {
            "operationId": f"Get{shape.name}",
            "responses": {"200": _answer(_ref(shape.name)), **_refusals(design, "invalid", "unknown")},
        }
    }
    if shape.update:
        one[shape.update] = {
            "operationId": f"Update{shape.name}",
            "requestBody": {"required": True, "content": {"application/json": {"schema": _changed(shape)}}},
            "responses": {"200": _answer(_ref(shape.name)), **_refusals(design, "invalid", "unknown")},
        }
    if shape.deleted:
        gone = {"description": "gone"} if shape.removed == HTTPStatus.NO_CONTENT else _answer({"type": "object"})
        one["delete"] = {
            "operationId": f"Delete{shape.name}",
            "responses": {str(shape.removed): gone, **_refusals(design, "invalid", "unknown")},
        }
    here = [*above, _parameter(shape.key, "path", _identity(shape), required=True)]
    for operation in one.values():
        operation["parameters"] = here
    return {f"{prefix}{shape.path}": collection, f"{prefix}{shape.path}/{{{shape.key}}}": one}


def _changed(shape: Shape) -> Node:
    fields = {name: each for name, each in _fields(shape).items() if not (shape.unique and name == "title")}
    required = [name for name in ("title", "count") if name in fields and (name == "title" or shape.ordered)]
    schema: Node = {"type": "object", "properties": fields}
    if shape.update == "put" and shape.omitted == "reset":
        schema["required"] = required
    return {**schema, "additionalProperties": False} if shape.closed else schema


def _list(design: Design, shape: Shape, above: list[Node], unknown: list[str]) -> Node:
    parameters = [*above]
    items = f"{shape.name.lower()}s"
    inner: Node = {items: {"type": "array", "items": _ref(shape.name)}}
    place = "/page" if design.wrapped else ""
    collection: Node = {"items": f"{place}/{items}"}
    promises: Node = {"collection": collection}
    if shape.total:
        inner["total"] = {"type": "integer", "minimum": 0}
        collection["total"] = f"{place}/total"
    if shape.paging == "number":
        parameters.append(_parameter("page", "query", {"type": "integer", "minimum": 1, "default": 1}))
        collection["page"] = {"number": "page", "size": "size"}
    if shape.paging == "offset":
        parameters.append(_parameter("offset", "query", {"type": "integer", "minimum": 0, "default": 0}))
        collection["page"] = {"offset": "offset", "size": "size"}
    if shape.paging:
        parameters.append(_parameter("size", "query", {"type": "integer", "minimum": 1, "maximum": 50, "default": 10}))
    filters: Node = {}
    if shape.filtered:
        parameters.append(_parameter("colour", "query", {"type": "string", "enum": list(_COLOURS)}))
        filters["colour"] = {"field": "colour", "match": "equals"}
    if shape.searched:
        parameters.append(_parameter("search", "query", {"type": "string"}))
        filters["search"] = {"field": "title", "match": "contains"}
    if filters:
        promises["filters"] = filters
    if shape.ordered:
        parameters.append(_parameter("sort", "query", {"type": "string", "enum": ["count", "title"]}))
        parameters.append(_parameter("direction", "query", {"type": "string", "enum": ["asc", "desc"]}))
        keys = {"count": "/count", "title": "/title"}
        promises["order"] = {
            "by": "sort",
            "direction": "direction",
            "keys": keys,
            "default": {"by": "count", "direction": "asc"},
        }
    body: Node = {"type": "object", "required": list(inner), "properties": inner}
    if design.wrapped:
        body = {"type": "object", "required": ["page"], "properties": {"page": body}}
    return {
        "operationId": f"List{shape.name}s",
        "parameters": parameters,
        "responses": {"200": _answer(body), **_refusals(design, "invalid", *unknown)},
        "x-contract": promises,
    }
