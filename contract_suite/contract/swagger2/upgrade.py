"""A Swagger 2.0 document as an OpenAPI 3.0 one, with the lines and pointers of the document that was written.

Nothing is judged here: what is wrong in the one is as wrong in the other, and the rules of `lint` say so.
"""

from __future__ import annotations

from typing import Final

from contract_suite.contract.document import Node
from contract_suite.contract.swagger2.parameters import ParameterUpgrade
from contract_suite.contract.swagger2.placed_tree import PlacedTree
from contract_suite.contract.swagger2.schemas import SchemaUpgrade
from contract_suite.errors import DocumentError
from contract_suite.model.json import JSON

VERSION: Final = "3.0.3"
"""The version that an upgraded document has."""

UPGRADED_FROM: Final = "x-upgraded-from"
"""The member of an upgraded document that holds the version in which it was written."""

_METHODS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch"})
_UPGRADED: Final = frozenset(
    {
        "swagger",
        "host",
        "basePath",
        "schemes",
        "consumes",
        "produces",
        "paths",
        "definitions",
        "parameters",
        "responses",
        "securityDefinitions",
    }
)
_OF_OPERATIONS: Final = frozenset({"consumes", "produces", "schemes", "parameters", "responses"})
_FLOWS: Final = {"accessCode": "authorizationCode", "application": "clientCredentials"}
_FLOW_MEMBERS: Final = ("authorizationUrl", "tokenUrl", "refreshUrl", "scopes")
_JSON: Final = "application/json"
_ANY: Final = "*/*"
_STRUCTURED: Final = ("json", "xml", "yaml", "*", "form", "protobuf", "msgpack", "cbor")
"""What stands in the names of media types that hold objects."""


def upgrade(root: Node) -> Node:
    """Return the root of the upgraded document, which takes the place of `root` in its library."""
    upgrader = _Upgrade(root)
    value = upgrader.document()
    upgrader.placed.tree.value = value
    return root.library.replace(root.document, upgrader.placed.tree)


class _Upgrade:
    def __init__(self, root: Node) -> None:
        self.root = root
        self.placed = PlacedTree(root.document.tree)
        self.schemas = SchemaUpgrade(root, self.placed)
        self.parameters = ParameterUpgrade(self.placed, self.schemas)
        self.consumes = _names(root.child("consumes"))
        self.produces = _names(root.child("produces"))

    def document(self) -> JSON:
        made = self.placed.mapping(self.root)
        self.placed.put(made, "openapi", VERSION, self.root.child("swagger") or self.root)
        self.placed.put(made, UPGRADED_FROM, "2.0", self.root.child("swagger") or self.root)
        for key, child in self.root.items():
            if key not in _UPGRADED:
                self.placed.put(made, key, child.value, child)
        self._servers(made)
        paths = self.root.child("paths")
        if paths is not None:
            self.placed.put(made, "paths", self._paths(paths), paths)
        components = self._components()
        if components:
            self.placed.put(made, "components", components, self.root.child("definitions") or self.root)
        return made

    def _servers(self, made: dict[str, JSON]) -> None:
        host, base = self.root.child("host"), self.root.child("basePath")
        origin = host or base
        if origin is None:
            return
        path = base.value if base is not None and isinstance(base.value, str) else ""
        schemes = [each for each in _names(self.root.child("schemes")) if each in {"http", "https"}] or ["https"]
        urls = [f"{scheme}://{host.value}{path}" for scheme in schemes] if host is not None else [path or "/"]
        listed = self.placed.sequence(origin)
        for url in urls:
            server = self.placed.mapping(origin)
            self.placed.put(server, "url", url, origin)
            self.placed.add(listed, server, origin)
        self.placed.put(made, "servers", listed, origin)

    def _components(self) -> dict[str, JSON]:
        origin = self.root.child("definitions") or self.root
        made = self.placed.mapping(origin)
        schemas = self.placed.mapping(origin)
        definitions = self.root.child("definitions")
        for name, each in definitions.items() if definitions is not None else ():
            self.placed.put(schemas, name, self.schemas.schema(each), each)
        for name, node, schema in self.schemas.moved:  # complete now: everything else has been upgraded
            self.placed.put(schemas, name, schema, node)
        if schemas:
            self.placed.put(made, "schemas", schemas, origin)
        security = self.root.child("securityDefinitions")
        if security is not None:
            schemes = self.placed.mapping(security)
            for name, each in security.items():
                self.placed.put(schemes, name, self._scheme(each), each)
            self.placed.put(made, "securitySchemes", schemes, security)
        return made

    def _scheme(self, node: Node) -> JSON:
        if not isinstance(node.value, dict):
            return node.value
        made = self.placed.mapping(node)
        kind = node.value.get("type")
        for key, child in node.items():
            if key != "flow" and not (kind == "oauth2" and key in _FLOW_MEMBERS):
                self.placed.put(made, key, child.value, child)
        if kind == "basic":
            self.placed.put(made, "type", "http", node)
            self.placed.put(made, "scheme", "basic", node)
        if kind == "oauth2":
            flow, flows = self.placed.mapping(node), self.placed.mapping(node)
            for key, child in node.items():
                if key in _FLOW_MEMBERS:
                    self.placed.put(flow, key, child.value, child)
            if "scopes" not in flow:
                self.placed.put(flow, "scopes", self.placed.mapping(node), node)
            stated = node.value.get("flow")
            name = stated if isinstance(stated, str) else "implicit"
            self.placed.put(flows, _FLOWS.get(name, name), flow, node)
            self.placed.put(made, "flows", flows, node)
        return made

    def _paths(self, node: Node) -> JSON:
        if not isinstance(node.value, dict):
            return node.value
        made = self.placed.mapping(node)
        for path, each in node.items():
            self.placed.put(made, path, each.value if path.startswith("x-") else self._path_item(each), each)
        return made

    def _path_item(self, node: Node) -> JSON:
        if not isinstance(node.value, dict):
            return node.value
        made = self.placed.mapping(node)
        shared = node.child("parameters")
        if shared is not None:
            self.placed.put(made, "parameters", self._listed(shared), shared)
        for key, child in node.items():
            if key in _METHODS:
                self.placed.put(made, key, self._operation(child, shared), child)
            elif key != "parameters":
                self.placed.put(made, key, child.value, child)
        return made

    def _operation(self, node: Node, shared: Node | None) -> JSON:
        if not isinstance(node.value, dict):
            return node.value
        made = self.placed.mapping(node)
        for key, child in node.items():
            if key not in _OF_OPERATIONS:
                self.placed.put(made, key, child.value, child)
        own = node.child("parameters")
        if own is not None:
            self.placed.put(made, "parameters", self._listed(own), own)
        body = self._body(own, shared, _names(node.child("consumes")) or self.consumes)
        if body is not None:
            self.placed.put(made, "requestBody", *body)
        responses = node.child("responses")
        if responses is not None:
            produces = _names(node.child("produces")) or self.produces
            self.placed.put(made, "responses", self._responses(responses, produces), responses)
        return made

    def _listed(self, node: Node) -> JSON:
        """The parameters of a list that are still parameters in OpenAPI 3.0."""
        if not isinstance(node.value, list):
            return node.value
        made = self.placed.sequence(node)
        for stub in node.elements():
            parameter = self._target(stub)
            if parameter is None:
                self.placed.add(made, stub.value, stub)
            elif _where(parameter) not in {"body", "formData"}:
                self.placed.add(made, self.parameters.parameter(parameter), parameter)
        return made

    def _body(self, own: Node | None, shared: Node | None, consumes: tuple[str, ...]) -> tuple[JSON, Node] | None:
        for listed in (own, shared):
            found = [each for stub in listed.elements() if (each := self._target(stub))] if listed is not None else []
            bodies = [each for each in found if _where(each) == "body"]
            fields = [each for each in found if _where(each) == "formData"]
            if bodies:
                return self.parameters.body(bodies[0], consumes), bodies[0]
            if fields:
                return self.parameters.form(fields, consumes), fields[0]
        return None

    def _responses(self, node: Node, produces: tuple[str, ...]) -> JSON:
        if not isinstance(node.value, dict):
            return node.value
        made = self.placed.mapping(node)
        for status, stub in node.items():
            target = self._target(stub) if not status.startswith("x-") else None
            described = target is not None and isinstance(target.value, dict)
            named = produces if status[:1] in {"1", "2", "3"} else _with_json(produces, target)
            value = self._response(target, named) if target is not None and described else stub.value
            self.placed.put(made, status, value, stub)
        return made

    def _response(self, node: Node, produces: tuple[str, ...]) -> JSON:
        if not isinstance(node.value, dict):
            return node.value
        made = self.placed.mapping(node)
        for key, child in node.items():
            if key not in {"schema", "examples", "headers"}:
                self.placed.put(made, key, child.value, child)
        headers = node.child("headers")
        if headers is not None:
            described = self.placed.mapping(headers)
            for name, each in headers.items():
                self.placed.put(described, name, self.parameters.header(each), each)
            self.placed.put(made, "headers", described, headers)
        schema, examples = node.child("schema"), node.child("examples")
        if schema is not None or examples is not None:
            self.placed.put(made, "content", self._content(node, schema, examples, produces), schema or node)
        return made

    def _content(self, node: Node, schema: Node | None, examples: Node | None, produces: tuple[str, ...]) -> JSON:
        made = self.placed.mapping(schema or node)
        shown = {name: each for name, each in examples.items() if "/" in name} if examples is not None else {}
        upgraded = self.schemas.schema(schema) if schema is not None else None
        for name in dict.fromkeys((*(produces or shown or _unsaid(schema)), *shown)):
            media = self.placed.mapping(schema or node)
            if schema is not None:
                self.placed.put(media, "schema", upgraded, schema)
            if name in shown:
                self.placed.put(media, "example", shown[name].value, shown[name])
            self.placed.put(made, name, media, schema or node)
        return made

    def _target(self, stub: Node) -> Node | None:
        """Follow a reference inside the document; `None` where it leads nowhere or into another one."""
        try:
            target = stub.resolve()
        except DocumentError:
            return None
        return target if target.document is self.root.document else None


def _unsaid(schema: Node | None) -> tuple[str, ...]:
    """What a body is where no `produces` tells: JSON if it has a structure, else anything."""
    value = schema.value if schema is not None and isinstance(schema.value, dict) else {}
    return (_ANY,) if value.get("type") in {"string", "file"} else (_JSON,)


def _with_json(produces: tuple[str, ...], response: Node | None) -> tuple[str, ...]:
    """The media types of a refusal: JSON too, where it has members that none of those listed can hold, such as text/csv.

    `produces` is said of an operation, and meant of what it is there for.
    """
    schema = response.child("schema") if response is not None else None
    structured = schema is not None and _JSON in _unsaid(schema)
    holds = any(mark in name.lower() for name in produces for mark in _STRUCTURED)
    return produces if not produces or holds or not structured else (*produces, _JSON)


def _names(node: Node | None) -> tuple[str, ...]:
    listed = node.value if node is not None and isinstance(node.value, list) else []
    return tuple(dict.fromkeys(each for each in listed if isinstance(each, str)))


def _where(parameter: Node) -> str:
    value = parameter.value.get("in") if isinstance(parameter.value, dict) else None
    return value if isinstance(value, str) else ""
