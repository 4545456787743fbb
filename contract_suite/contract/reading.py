"""A document becomes a `Contract`.

A trouble of the whole document (no `paths`, not OpenAPI 3) is raised. A trouble of one operation is kept in its
`problem`, that of one of its parts in `broken`, and everything else goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from contract_suite.contract.annotations import KEY, read_errors, read_promises, read_resources
from contract_suite.contract.document import Library, Node, Retrieve
from contract_suite.contract.operation import Contract, OAuthFlow, Operation, Parameter, SecurityScheme
from contract_suite.contract.parts.contents import ContentReader
from contract_suite.contract.parts.parameters import ParameterReader, is_sendable
from contract_suite.contract.paths.endings import ending_of
from contract_suite.contract.paths.routing import names_in
from contract_suite.contract.prose import readable
from contract_suite.contract.provenance import provenance
from contract_suite.contract.schemas.bundling import share_places
from contract_suite.contract.schemas.soundness import SoundSchemas
from contract_suite.contract.vocabulary import Promises
from contract_suite.errors import DocumentError
from contract_suite.model.json import JSON
from contract_suite.model.source import Source

_SOURCE: Final = "x-source"
METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")


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
        said = "it has no 'openapi'" if version is None else f"'openapi' is {version!r}"
        raise DocumentError(f"this is no OpenAPI 3 or Swagger 2 document: {said}", root.location_of("openapi"))
    paths = root.get("paths")
    if paths is None and "webhooks" not in document and "components" not in document:
        raise DocumentError("the document has no 'paths'", root.location)
    if paths is not None and not isinstance(paths.value, dict):
        raise DocumentError("'paths' must be an object", paths.location)
    listed = paths.value.values() if paths is not None and isinstance(paths.value, dict) else ()
    share_places(root.library, sum(method in item for item in listed if isinstance(item, dict) for method in METHODS))
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
        annotated=KEY in document,
        sourced=KEY in document and _has_sources(document),
        root=root,
        **extra,
    )


def _has_sources(document: dict[str, JSON]) -> bool:
    """Whether the operations and schemas of a document say where they come from, wherever one of them does."""
    waiting: list[JSON] = [document.get("paths"), document.get("components")]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if _SOURCE in value:
                return True
            waiting += [member for name, member in value.items() if name != KEY]
        elif isinstance(value, list):
            waiting += value
    return False


def open_document(
    path: Path, *, shown: str | None = None, retrieve: Retrieve | None = None, folders: Iterable[Path] = ()
) -> Node:
    """Load a file and return its root node."""
    return Library(retrieve, folders=folders).open(path, shown)


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
        self.sound = SoundSchemas(openapi_30=openapi_30)
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
        written = frozenset(path for path, _ in paths.items())
        for path, stub in paths.items():
            if path.startswith("x-"):
                continue
            ending = ending_of(path, written)
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
                    found = self._operation(path, method.upper(), item, node)
                    yield replace(found, path=path.removesuffix(ending), ending=ending) if ending else found

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
        contents = ContentReader(self.sound, openapi_30=self.openapi_30)
        parameters = ParameterReader(contents).all(item, node, names_in(path))
        body = node.child("requestBody")
        source = provenance(node)
        own = source if source.kind else provenance(item)
        declared = node.child("security") or self.root.child("security")
        security = tuple(self._security(declared, contents)) if declared else ()
        return Operation(
            id=name,
            method=method,
            path=path,
            location=node.location,
            parameters=tuple(each for each in parameters if not _is_key(each, security)),
            body=contents.body(body) if body else None,
            responses=tuple(contents.responses(node)),
            security=security,
            promises=read_promises(node)
            if "x-contract" in (node.value if isinstance(node.value, dict) else {})
            else Promises(),
            source=own.kind or Source.DOCUMENTED,
            security_source=source.keywords.get("security", Source.DOCUMENTED),
            summary=readable(node.text("summary")),
            description=readable(node.text("description")),
            tags=tuple(str(tag.value) for tag in tags.elements()) if (tags := node.child("tags")) else (),
            node=node,
            broken=tuple(dict.fromkeys(contents.broken)),
        )

    def _schemes(self) -> Iterator[tuple[str, SecurityScheme]]:
        components = self.root.get("components")
        listed = components.get("securitySchemes") if components else None
        for name, stub in listed.items() if listed else ():
            node = stub.resolve()
            if node.text("type") == "apiKey" and not is_sendable(node.text("in"), node.text("name")):
                continue  # what refers to it says that there is no such scheme
            yield (
                name,
                SecurityScheme(
                    id=name,
                    type=node.text("type"),
                    scheme=node.text("scheme").lower(),
                    name=node.text("name"),
                    where=node.text("in") or "header",
                    flows=tuple(_flows(node)),
                    source=provenance(node).kind or Source.DOCUMENTED,
                ),
            )

    def _security(self, node: Node, contents: ContentReader) -> Iterator[tuple[SecurityScheme, ...]]:
        for alternative in node.elements():
            names = list(alternative.value) if isinstance(alternative.value, dict) else []
            unknown = next((name for name in names if name not in self.schemes), None)
            if unknown is None:
                yield tuple(self.schemes[name] for name in names)
            else:
                error = DocumentError(f"the security scheme {unknown!r} is not declared", alternative.location)
                contents.lose("auth", error, alternative.location, needed=True)


def _is_key(parameter: Parameter, security: tuple[tuple[SecurityScheme, ...], ...]) -> bool:
    """Whether a parameter is the key that every request has anyway, written down a second time."""
    return bool(security) and all(
        any(
            scheme.type == "apiKey"
            and scheme.where == parameter.where
            and (scheme.name.lower() if scheme.where == "header" else scheme.name)
            == (parameter.name.lower() if parameter.where == "header" else parameter.name)
            for scheme in alternative
        )
        for alternative in security
    )


def _flows(scheme: Node) -> Iterator[OAuthFlow]:
    flows = scheme.get("flows")
    for kind, flow in flows.items() if flows is not None and isinstance(flows.value, dict) else ():
        stated = flow.value.get("scopes") if isinstance(flow.value, dict) else None
        if isinstance(flow.value, dict) and not kind.startswith("x-"):
            scopes = tuple(map(str, stated)) if isinstance(stated, dict) else ()
            yield OAuthFlow(
                kind=kind, token_url=flow.text("tokenUrl"), refresh_url=flow.text("refreshUrl"), scopes=scopes
            )
