"""A checker of single exchanges against an OpenAPI document (2.0, 3.0 or 3.1), written to judge the services."""

from __future__ import annotations

import base64
import re
from typing import Any
from urllib.parse import parse_qsl, unquote

from servicekit.client import Exchange
from servicekit.fields import day, is_uuid, moment
from servicekit.wire import Json, parse

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_UNSAID = frozenset({400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 415, 416, 422})


class Document:
    """An OpenAPI document and what it says about an exchange."""

    def __init__(self, raw: Json) -> None:
        """Keep the document and its paths as patterns."""
        self.raw = raw
        self.old = "swagger" in raw
        self.base = raw.get("basePath", "") if self.old else str(raw.get("servers", [{"url": ""}])[0]["url"])
        self.base = re.sub(r"^https?://[^/]*", "", self.base).rstrip("/")
        self.paths = [(re.compile(re.sub(r"\\\{.*?\\\}", "([^/]+)", re.escape(path))), path) for path in raw["paths"]]

    def deref(self, node: Any) -> Any:
        """Follow a reference."""
        while isinstance(node, dict) and "$ref" in node:
            target: Any = self.raw
            for part in node["$ref"].split("/")[1:]:
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def operations(self) -> set[tuple[str, str]]:
        """Return the methods and paths."""
        return {
            (method.upper(), path) for path, item in self.raw["paths"].items() for method in item if method in _METHODS
        }

    def find(self, exchange: Exchange) -> tuple[Json, Json, dict[str, str]] | None:
        """Return the operation of an exchange with its path item and the path's parameters."""
        if self.base and not exchange.path.startswith(self.base):
            return None
        rest = exchange.path[len(self.base) :]
        hits: list[tuple[int, Any, str]] = []
        for pattern, path in self.paths:
            match = pattern.fullmatch(rest)
            if match:
                hits.append((path.count("{"), match, path))
        for _, match, path in sorted(hits, key=lambda hit: hit[0])[:1]:
            item = self.raw["paths"][path]
            method = exchange.method.lower()
            if method == "head" and "head" not in item:
                method = "get"
            if method in item:
                names = re.findall(r"\{(.*?)\}", path)
                return item[method], item, dict(zip(names, map(unquote, match.groups()), strict=True))
        return None

    def request_faults(self, exchange: Exchange) -> list[str]:
        """Return what is wrong with the request."""
        found = self.find(exchange)
        if found is None:
            return []
        operation, item, path_values = found
        faults: list[str] = []
        form: Json = {"type": "object", "properties": {}, "required": []}
        for node in [*item.get("parameters", []), *operation.get("parameters", [])]:
            parameter = self.deref(node)
            if parameter["in"] == "body":
                faults += self._body(exchange, parameter.get("required"), {"application/json": parameter["schema"]})
            elif parameter["in"] == "formData":
                form["properties"][parameter["name"]] = parameter
                form["required"] += [parameter["name"]] if parameter.get("required") else []
            else:
                faults += self._parameter(exchange, parameter, path_values)
        if form["properties"]:
            consumes: list[str] = operation.get("consumes") or self.raw.get("consumes", [])
            faults += self._body(exchange, bool(form["required"]), dict.fromkeys(consumes, form))
        if "requestBody" in operation:
            body = self.deref(operation["requestBody"])
            faults += self._body(
                exchange,
                body.get("required"),
                {name: media.get("schema", {}) for name, media in body["content"].items()},
            )
        if not self._authorized(exchange, operation):
            faults.append("no credentials")
        return faults

    def faults(self, exchange: Exchange) -> list[str]:
        """Return what is wrong with an exchange."""
        found = self.find(exchange)
        answer = exchange.answer
        if found is None:
            return [] if answer.status in (404, 405) else [f"{answer.status} of no operation"]
        operation = found[0]
        faults: list[str] = []
        status = str(answer.status)
        responses = operation["responses"]
        said = responses.get(status) or responses.get(status[0] + "XX") or responses.get("default")
        if said is None:
            return [] if answer.status in _UNSAID else [f"{status} is not documented"]
        said = self.deref(said)
        if answer.status >= 500 and status not in responses:
            return [f"{status} is an error of the service"]
        for name, header in said.get("headers", {}).items():
            header = self.deref(header)
            value = answer.headers.get(name.lower())
            if value is None:
                if header.get("required") or self.old:
                    faults.append(f"{name} is missing")
                continue
            schema = header.get("schema", header)
            faults += self.check(schema, self._read(schema, value), name, "response")
        faults += self._content(exchange, operation, said)
        if answer.status < 400:
            wrong = self.request_faults(exchange)
            faults += [f"accepted although: {wrong[0]}"] if wrong else []
        return faults

    def _content(self, exchange: Exchange, operation: Json, said: Json) -> list[str]:
        answer = exchange.answer
        if exchange.method == "HEAD" or answer.status == 304:
            return ["a body"] if answer.body else []
        if self.old:
            produces: list[str] = operation.get("produces") or self.raw.get("produces", ["application/json"])
            content = {name: {"schema": said["schema"]} for name in produces} if "schema" in said else {}
        else:
            content = said.get("content", {})
        if not content:
            return (
                [f"{answer.status} has a body"] if answer.body and "description" in said and answer.status < 400 else []
            )
        media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        for name in content:
            if name == media_type or name == "*/*" or (name.endswith("/*") and media_type.startswith(name[:-1])):
                break
        else:
            return [f"media type {media_type!r} is not documented"]
        schema = self.deref(content[name].get("schema", {}))
        if media_type == "application/json" or media_type.endswith("+json"):
            try:
                return self.check(schema, parse(answer.body), "", "response")
            except ValueError:
                return ["no JSON"]
        return []

    def _authorized(self, exchange: Exchange, operation: Json) -> bool:
        needs = operation.get("security", self.raw.get("security", []))
        schemes: Json = self.raw.get("components", {}).get("securitySchemes", {})
        schemes = self.raw.get("securityDefinitions", schemes)
        return not needs or any(
            all(self._credential(exchange, schemes[name], scopes) for name, scopes in need.items()) for need in needs
        )

    @staticmethod
    def _credential(exchange: Exchange, scheme: Json, scopes: list[str]) -> bool:
        value = ""
        if scheme["type"] == "apiKey":
            if scheme["in"] == "header":
                value = exchange.headers.get(scheme["name"].lower(), "")
            elif scheme["in"] == "query":
                value = dict(parse_qsl(exchange.query)).get(scheme["name"], "")
            else:
                match = re.search(rf"(?:^|;\s*){re.escape(scheme['name'])}=([^;]*)", exchange.headers.get("cookie", ""))
                value = match[1] if match else ""
        else:
            kind, _, value = exchange.headers.get("authorization", "").partition(" ")
            wanted = "basic" if scheme["type"] == "basic" else scheme.get("scheme", "bearer").lower()
            value = value if kind.lower() == wanted else ""
            if wanted == "basic" and value:
                try:
                    value = base64.b64decode(value).decode()
                except ValueError:
                    value = ""
        reader = value.startswith("read") and any(not scope.endswith("read") for scope in scopes)
        reader |= "admin" in scopes and not value.startswith("admin")
        return bool(value) and "wrong" not in value and not reader

    def _parameter(self, exchange: Exchange, parameter: Json, path_values: dict[str, str]) -> list[str]:
        name, place = parameter["name"], parameter["in"]
        schema = self.deref(parameter.get("schema", parameter))
        pairs = parse_qsl(exchange.query, keep_blank_values=True)
        values: list[str]
        if place == "query" and parameter.get("style") == "deepObject":
            members = {key[len(name) + 1 : -1]: value for key, value in pairs if key.startswith(name + "[")}
            faults = []
            for member, value in members.items():
                inner = self.deref(schema.get("properties", {}).get(member, {}))
                faults += self.check(inner, self._read(inner, value), f"{name}[{member}]", "request")
                if member not in schema.get("properties", {}) and schema.get("additionalProperties") is False:
                    faults.append(f"{name}[{member}] is unknown")
            return faults
        if place == "query":
            values = [value for key, value in pairs if key == name]
        elif place == "path":
            values = [path_values[name]]
        elif place == "header":
            values = [value for key, value in exchange.headers.items() if key == name.lower()]
        else:
            match = re.search(rf"(?:^|;\s*){re.escape(name)}=([^;]*)", exchange.headers.get("cookie", ""))
            values = [match[1]] if match else []
        if not values:
            return [f"{name} is missing"] if parameter.get("required") else []
        if schema.get("type") == "array":
            explode = parameter.get("explode", place == "query") if not self.old else False
            items = values if explode and place == "query" else values[0].split(",")
            inner = self.deref(schema["items"])
            return self.check(schema, [self._read(inner, item) for item in items], name, "request")
        if values[0] == "" and (parameter.get("allowEmptyValue") or schema.get("nullable")):
            return []
        return self.check(schema, self._read(schema, values[0]), name, "request")

    def _read(self, schema: Json, text: str) -> Any:
        schema = self.deref(schema)
        kinds = schema.get("type")
        for kind in kinds if isinstance(kinds, list) else [kinds]:
            if kind == "null" and text == "":
                return None
            if kind == "integer" and re.fullmatch(r"-?\d+", text, re.ASCII):
                return int(text)
            if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII):
                return float(text)
            if kind == "boolean" and text in ("true", "false"):
                return text == "true"
        return text

    def _body(self, exchange: Exchange, required: Any, content: Json) -> list[str]:
        if not exchange.body:
            return ["the body is missing"] if required else []
        media_type = exchange.headers.get("content-type", "").partition(";")[0].strip().lower()
        for name in content:
            if name == media_type or name == "*/*" or (name.endswith("/*") and media_type.startswith(name[:-1])):
                break
        else:
            return [f"the body's media type {media_type!r} is not documented"]
        schema = content[name]
        if media_type == "application/x-www-form-urlencoded":
            form: Json = {}
            properties = self.deref(schema).get("properties", {})
            for key, value in parse_qsl(exchange.body.decode("utf-8", "replace"), keep_blank_values=True):
                form.setdefault(key, self._read(properties.get(key, {}), value))
            return self.check(schema, form, "", "request")
        if media_type == "application/json" or media_type.endswith("+json"):
            try:
                return self.check(schema, parse(exchange.body), "", "request")
            except ValueError:
                return ["the body is no JSON"]
        return []

    def check(self, schema: Any, value: Any, at: str, way: str) -> list[str]:
        """Return where a value doesn't fit a schema."""
        schema = self.deref(schema)
        if schema is True or schema == {}:
            return []
        faults: list[str] = []
        kinds = schema.get("type")
        kinds = kinds if isinstance(kinds, list) else [kinds] if kinds else []
        if value is None and (schema.get("nullable") or "null" in kinds):
            return []
        if kinds and not any(_is(kind, value) for kind in kinds):
            return [f"{at}: {value!r:.60} is no {'/'.join(kinds)}"]
        if "enum" in schema and value not in schema["enum"]:
            faults.append(f"{at}: {value!r:.60} is not in the enum")
        if "const" in schema and value != schema["const"]:
            faults.append(f"{at}: {value!r:.60} is not {schema['const']!r}")
        for part in schema.get("allOf", []):
            faults += self.check(part, value, at, way)
        for word in ("oneOf", "anyOf"):
            if word in schema:
                fits = [part for part in schema[word] if not self.check(part, value, at, way)]
                if not fits or (word == "oneOf" and len(fits) > 1):
                    faults.append(f"{at}: {len(fits)} of {word} fit")
        if isinstance(value, str):
            faults += _text_faults(schema, value, at)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            faults += _number_faults(schema, value, at)
        elif isinstance(value, list):
            if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
                faults.append(f"{at}: {len(value)} items")
            if schema.get("uniqueItems") and len({repr(item) for item in value}) < len(value):
                faults.append(f"{at}: items are not unique")
            for number, item in enumerate(value):
                faults += self.check(schema.get("items", {}), item, f"{at}/{number}", way)
        elif isinstance(value, dict):
            faults += self._members(schema, value, at, way)
        return faults

    def _members(self, schema: Json, value: Json, at: str, way: str) -> list[str]:
        faults: list[str] = []
        properties = schema.get("properties", {})
        hidden = "readOnly" if way == "request" else "writeOnly"
        for name in schema.get("required", []):
            if name not in value and not self.deref(properties.get(name, {})).get(hidden):
                faults.append(f"{at}/{name} is missing")
        if len(value) < schema.get("minProperties", 0):
            faults.append(f"{at}: too few members")
        other = schema.get("additionalProperties", True)
        for name, member in value.items():
            if name in properties:
                if way == "response" and self.deref(properties[name]).get("writeOnly"):
                    faults.append(f"{at}/{name} is writeOnly")
                faults += self.check(properties[name], member, f"{at}/{name}", way)
            elif other is False:
                faults.append(f"{at}/{name} is unknown")
            elif other is not True:
                faults += self.check(other, member, f"{at}/{name}", way)
        return faults


def _is(kind: str, value: Any) -> bool:
    match kind:
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            return whole and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "string":
            return isinstance(value, str)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
    return True


def _text_faults(schema: Json, value: str, at: str) -> list[str]:
    faults = []
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        faults.append(f"{at}: {len(value)} characters")
    if "pattern" in schema and not re.search(schema["pattern"], value, re.ASCII):
        faults.append(f"{at}: {value!r:.60} doesn't match {schema['pattern']}")
    readers: dict[str, Any] = {
        "uuid": is_uuid,
        "date": day,
        "date-time": moment,
        "email": lambda text: re.fullmatch(r"[^@\s]+@[^@\s]+", text),
        "uri": lambda text: re.match(r"[a-z][a-z0-9+.-]*:", text),
    }
    reader = readers.get(schema.get("format", ""))
    if reader is not None and not reader(value):
        faults.append(f"{at}: {value!r:.60} is no {schema['format']}")
    return faults


def _number_faults(schema: Json, value: float, at: str) -> list[str]:
    low, high = schema.get("minimum", value), schema.get("maximum", value)
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    wrong = value < low or value > high
    wrong |= above is True and value == low
    wrong |= below is True and value == high
    wrong |= above is not None and not isinstance(above, bool) and value <= above
    wrong |= below is not None and not isinstance(below, bool) and value >= below
    return [f"{at}: {value!r} is out of bounds"] if wrong else []
