"""A document becomes a `Contract`.

A trouble of the whole document (no `paths`, not OpenAPI 3) is raised; a trouble of one operation is kept in its
`problem`, and the others go on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from contract_suite.contract.annotations import read_errors, read_promises, read_refusal, read_resources
from contract_suite.contract.document import Library, Node, Retrieve
from contract_suite.contract.operation import (
    Body,
    Contract,
    Example,
    HeaderSpec,
    MediaType,
    Operation,
    Parameter,
    ResponseSpec,
    SecurityScheme,
    Where,
)
from contract_suite.contract.provenance import provenance
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.vocabulary import Promises
from contract_suite.errors import DocumentError
from contract_suite.model.source import Source

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_WHERE: Final[tuple[Where, ...]] = ("path", "query", "header", "cookie")
_IGNORED_HEADERS: Final = {"accept", "content-type", "authorization"}
_STATUS: Final = re.compile(r"([1-5][0-9X]{2})\Z|default\Z", re.IGNORECASE)


def read_contract(root: Node, *, name: str = "", **extra: Any) -> Contract:  # noqa: ANN401 - further fields of Contract, checked there
    """Read a loaded document.

    `extra` are fields of `Contract` that stand beside the document (values, errata, seed).
    """
    if not isinstance(root.value, dict):
        raise DocumentError("an OpenAPI document must be an object", root.location)
    root = _upgraded(root)
    document = root.value if isinstance(root.value, dict) else {}
    version = document.get("openapi")
    if not isinstance(version, str) or not version.startswith("3."):
        raise DocumentError(f"this is no OpenAPI 3 document: 'openapi' is {version!r}", root.location_of("openapi"))
    paths = root.get("paths")
    if paths is None and "webhooks" not in document and "components" not in document:
        raise DocumentError("the document has no 'paths'", root.location)
    if paths is not None and not isinstance(paths.value, dict):
        raise DocumentError("'paths' must be an object", paths.location)
    reader = _Reader(root, openapi_30=version.startswith("3.0"))
    info = root.get("info")
    title = info.text("title") if info and isinstance(info.value, dict) else ""
    operations = tuple(reader.operations(paths)) if paths else ()
    return Contract(
        name=name or Path(root.document.shown).stem,
        title=title or name,
        version=str(info.value.get("version", "")) if info and isinstance(info.value, dict) else "",
        file=root.document.shown,
        openapi=version,
        operations=operations,
        servers=tuple(reader.servers()),
        security_schemes=tuple(reader.schemes.values()),
        resources=read_resources(root),
        errors=read_errors(root),
        annotated="x-contract" in document,
        root=root,
        **extra,
    )


def open_document(path: Path, *, shown: str | None = None, retrieve: Retrieve | None = None) -> Node:
    """Load a file and return its root node."""
    return Library(retrieve).open(path, shown)


def _upgraded(root: Node) -> Node:
    """Return a Swagger 2.0 document as OpenAPI 3.0, and any other as it is."""
    value = root.value if isinstance(root.value, dict) else {}
    version = value.get("swagger")
    if version is None or "openapi" in value:
        return root
    if str(version) not in {"2.0", "2"}:
        raise DocumentError(f"of Swagger only 2.0 is read, not {version!r}", root.location_of("swagger"))
    from contract_suite.contract.swagger2.upgrade import upgrade  # noqa: PLC0415 - most documents need none

    return upgrade(root)


class _Reader:
    def __init__(self, root: Node, *, openapi_30: bool) -> None:
        self.root = root
        self.openapi_30 = openapi_30
        self.schemes = dict(self._schemes())
        self.ids: set[str] = set()

    def servers(self) -> Iterator[str]:
        servers = self.root.get("servers")
        for server in servers.elements() if servers else ():
            url = server.text("url")
            variables = server.get("variables")
            for name, variable in variables.items() if variables else ():
                default = variable.value.get("default", "") if isinstance(variable.value, dict) else ""
                url = url.replace("{" + name + "}", str(default))
            yield url

    def operations(self, paths: Node) -> Iterator[Operation]:
        for path, stub in paths.items():
            if path.startswith("x-"):
                continue
            try:
                item = stub.resolve()
            except DocumentError as error:
                yield Operation(
                    id=self._unique(f"ANY {path}"), method="GET", path=path, location=stub.location, problem=str(error)
                )
                continue
            for method in METHODS:
                node = item.child(method)
                if node is not None:
                    yield self._operation(path, method.upper(), item, node)

    def _unique(self, wanted: str) -> str:
        name, count = wanted, 2
        while name in self.ids:
            name, count = f"{wanted}-{count}", count + 1
        self.ids.add(name)
        return name

    def _operation(self, path: str, method: str, item: Node, node: Node) -> Operation:
        raw = node.value if isinstance(node.value, dict) else {}
        stated = raw.get("operationId")
        name = self._unique(stated if isinstance(stated, str) and stated else f"{method} {path}")
        try:
            if not isinstance(node.value, dict):
                raise DocumentError("an operation must be an object", node.location)  # noqa: TRY301 - caught as any other trouble of this operation
            if not path.startswith("/"):
                raise DocumentError("a path must begin with a slash", item.location)  # noqa: TRY301 - as above
            return self._read_operation(name, path, method, item, node)
        except DocumentError as error:
            return Operation(id=name, method=method, path=path, location=node.location, problem=str(error), node=node)
        except (TypeError, ValueError, AttributeError, KeyError, RecursionError) as error:
            problem = f"{node.location.place}: the operation can't be read: {type(error).__name__}: {error}"
            return Operation(id=name, method=method, path=path, location=node.location, problem=problem, node=node)

    def _read_operation(self, name: str, path: str, method: str, item: Node, node: Node) -> Operation:
        parameters = {each.subject: each for each in (*self._parameters(item), *self._parameters(node))}
        templates = re.findall(r"\{([^}/]+)\}", path)
        for template in templates:
            if f"path.{template}" not in parameters:
                raise DocumentError(f"the path parameter {template!r} is not declared", node.location)
        body = node.get("requestBody")
        source = provenance(node)
        own = source if source.kind else provenance(item)
        security = node.child("security") or self.root.child("security")
        return Operation(
            id=name,
            method=method,
            path=path,
            location=node.location,
            parameters=tuple(each for each in parameters.values() if each.where != "path" or each.name in templates),
            body=self._body(body) if body else None,
            responses=tuple(self._responses(node)),
            security=tuple(self._security(security)) if security else (),
            promises=read_promises(node)
            if "x-contract" in (node.value if isinstance(node.value, dict) else {})
            else Promises(),
            source=own.kind or Source.DOCUMENTED,
            security_source=source.keywords.get("security", Source.DOCUMENTED),
            summary=node.text("summary"),
            description=node.text("description"),
            tags=tuple(str(tag.value) for tag in tags.elements()) if (tags := node.child("tags")) else (),
            node=node,
        )

    def _schema(self, node: Node, inherited: Source = Source.DOCUMENTED, *, not_owed: str = "") -> Schema:
        schema = Schema(node, inherited=inherited, openapi_30=self.openapi_30, not_owed=not_owed)
        schema.bundle  # noqa: B018 - a broken reference must show here, where it concerns one operation only
        return schema

    def _parameters(self, owner: Node) -> Iterator[Parameter]:
        listed = owner.get("parameters")
        if listed is None:
            return
        if not isinstance(listed.value, list):
            raise DocumentError("'parameters' must be a list", listed.location)
        for stub in listed.elements():
            node = stub.resolve()
            where, name = node.text("in"), node.text("name")
            if where not in _WHERE or not name:
                raise DocumentError(
                    "a parameter needs a 'name', and 'in' must be path, query, header or cookie", node.location
                )
            if where == "header" and name.lower() in _IGNORED_HEADERS:
                continue
            yield self._parameter(node, name, next(each for each in _WHERE if each == where))

    def _parameter(self, node: Node, name: str, where: Where) -> Parameter:
        raw = node.value if isinstance(node.value, dict) else {}
        source = provenance(node)
        media_type = ""
        schema_node = node.child("schema")
        holder = node
        content = node.get("content")
        if content is not None:
            media_type, holder = next(iter(content.items()), ("", node))
            schema_node = holder.child("schema")
        style = str(raw.get("style") or ("form" if where in {"query", "cookie"} else "simple"))
        schema = (
            self._schema(schema_node, source.kind or Source.DOCUMENTED)
            if schema_node is not None
            else self._anything(node)
        )
        return Parameter(
            name=name,
            where=where,
            required=where == "path" or raw.get("required") is True,
            schema=schema,
            location=node.location,
            description=node.text("description"),
            style=style,
            explode=bool(raw.get("explode", style == "form")),
            allow_reserved=raw.get("allowReserved") is True,
            media_type=media_type,
            examples=self._examples(holder, schema_node),
            source=source.kind or Source.DOCUMENTED,
            required_source=source.of("required"),
            quote=source.at,
            refusal=read_refusal(node),
        )

    def _anything(self, node: Node) -> Schema:
        accepts_all = True
        return Schema(Node(node.library, node.document, accepts_all, node.pointer, node.line))

    def _examples(self, holder: Node, schema: Node | None) -> tuple[Example, ...]:
        found: list[Example] = []
        single = holder.child("example")
        if single is not None:
            found.append(Example(name="example", value=single.value, location=single.location))
        named = holder.get("examples")
        for name, each in named.items() if named is not None else ():
            example = each.resolve()
            value = example.child("value")
            if value is not None:
                found.append(Example(name=name, value=value.value, location=value.location))
        target = schema.resolve() if schema is not None else None
        if target is not None and not found:
            listed = target.child("examples")
            for index, each in enumerate(listed.elements() if listed is not None else ()):
                found.append(Example(name=f"schema-{index + 1}", value=each.value, location=each.location))
            single = target.child("example")
            if single is not None:
                found.append(Example(name="schema", value=single.value, location=single.location))
        return tuple(found)

    def _media_types(self, owner: Node, not_owed: str) -> tuple[MediaType, ...]:
        content = owner.get("content")
        if content is None:
            return ()
        if not isinstance(content.value, dict):
            raise DocumentError("'content' must be an object", content.location)
        return tuple(self._media_type(name, each.resolve(), not_owed) for name, each in content.items())

    def _media_type(self, name: str, node: Node, not_owed: str) -> MediaType:
        schema = node.child("schema")
        return MediaType(
            name=name,
            schema=self._schema(schema, not_owed=not_owed) if schema is not None else None,
            examples=self._examples(node, schema),
        )

    def _body(self, node: Node) -> Body:
        source = provenance(node)
        required = isinstance(node.value, dict) and node.value.get("required") is True
        return Body(
            required=required,
            media_types=self._media_types(node, "readOnly"),
            location=node.location,
            required_source=source.of("required"),
        )

    def _responses(self, node: Node) -> Iterator[ResponseSpec]:
        responses = node.get("responses")
        if responses is None:
            return
        if not isinstance(responses.value, dict):
            raise DocumentError("'responses' must be an object", responses.location)
        for status, stub in responses.items():
            if status.startswith("x-"):
                continue
            if not _STATUS.match(status):
                raise DocumentError(f"{status!r} is no response status", stub.location)
            response = stub.resolve()
            source = provenance(stub) if provenance(stub).kind else provenance(response)
            headers = response.get("headers")
            yield ResponseSpec(
                status=status if status == "default" else status.upper(),
                description=response.text("description"),
                media_types=self._media_types(response, "writeOnly"),
                location=stub.location,
                headers=tuple(self._header(name, each.resolve()) for name, each in headers.items()) if headers else (),
                source=source.kind or Source.DOCUMENTED,
                quote=source.at,
            )

    def _header(self, name: str, node: Node) -> HeaderSpec:
        source = provenance(node)
        schema = node.child("schema")
        required = isinstance(node.value, dict) and node.value.get("required") is True
        return HeaderSpec(
            name=name,
            required=required,
            schema=self._schema(schema, source.kind or Source.DOCUMENTED) if schema is not None else None,
            location=node.location,
            source=source.kind or Source.DOCUMENTED,
        )

    def _schemes(self) -> Iterator[tuple[str, SecurityScheme]]:
        components = self.root.get("components")
        listed = components.get("securitySchemes") if components else None
        for name, stub in listed.items() if listed else ():
            node = stub.resolve()
            yield (
                name,
                SecurityScheme(
                    id=name,
                    type=node.text("type"),
                    scheme=node.text("scheme").lower(),
                    name=node.text("name"),
                    where=node.text("in") or "header",
                    source=provenance(node).kind or Source.DOCUMENTED,
                ),
            )

    def _security(self, node: Node) -> Iterator[tuple[SecurityScheme, ...]]:
        for alternative in node.elements():
            schemes = []
            for name in alternative.value if isinstance(alternative.value, dict) else ():
                if name not in self.schemes:
                    raise DocumentError(f"the security scheme {name!r} is not declared", alternative.location)
                schemes.append(self.schemes[name])
            yield tuple(schemes)
