"""Parameters read from a document.

One that is broken is left out where it is optional; where it must be sent, any value may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from contract_suite.contract.annotations import read_refusal
from contract_suite.contract.document import Node
from contract_suite.contract.operation import BrokenPart, Parameter, Where
from contract_suite.contract.parts.contents import ContentReader
from contract_suite.contract.prose import readable
from contract_suite.contract.provenance import provenance
from contract_suite.contract.schemas.schema import Schema
from contract_suite.errors import DocumentError
from contract_suite.model.source import Source

_WHERE: Final[tuple[Where, ...]] = ("path", "query", "header", "cookie")
_DEEP: Final = "deepObject"
_IGNORED_HEADERS: Final = {"accept", "content-type", "authorization"}


class ParameterReader:
    """Reads the parameters of one operation."""

    def __init__(self, contents: ContentReader) -> None:
        """Share what reads schemas and keeps the broken parts."""
        self._contents = contents

    def all(self, item: Node, node: Node, templates: Sequence[str]) -> tuple[Parameter, ...]:
        """Read what a path and its operation declare; an undeclared template of the path may be anything."""
        found: dict[str, Parameter] = {}
        for owner in (item, node):
            for parameter in self._listed(owner):
                found[parameter.subject] = parameter
        for template in templates:
            if f"path.{template}" not in found:
                message = f"the path parameter {template!r} is not declared"
                self._contents.broken.append(
                    BrokenPart(subject=f"path.{template}", message=message, location=node.location, needed=True)
                )
                found[f"path.{template}"] = Parameter(
                    name=template,
                    where="path",
                    required=True,
                    schema=_anything(node),
                    location=node.location,
                    style="simple",
                    explode=False,
                )
        return tuple(each for each in found.values() if each.where != "path" or each.name in templates)

    def _listed(self, owner: Node) -> list[Parameter]:
        listed = owner.get("parameters")
        if listed is None:
            return []
        if not isinstance(listed.value, list):
            raise DocumentError("'parameters' must be a list", listed.location)
        return [parameter for stub in listed.elements() if (parameter := self._read(stub)) is not None]

    def _read(self, stub: Node) -> Parameter | None:
        try:
            node = stub.resolve()
            where, name = node.text("in"), node.text("name")
            if where == "querystring" and not _required(node):
                return None  # OpenAPI 3.2's whole query, which need not be sent
            if where not in _WHERE or not name:
                message = "a parameter needs a 'name', and 'in' must be path, query, header or cookie"
                raise DocumentError(message, node.location)  # noqa: TRY301 - caught as any other trouble of this parameter
            if not is_sendable(where, name):
                error = DocumentError(f"no {where} can have the name {name!r}", node.location)
                self._contents.lose(f"{where}.{name}", error, stub.location, needed=_required(node))
                return None
            if where == "header" and name.lower() in _IGNORED_HEADERS:
                return None
            return self._parameter(node, name, next(each for each in _WHERE if each == where))
        except DocumentError as error:
            self._contents.lose("parameters", error, stub.location, needed=True)
            return None

    def _parameter(self, node: Node, name: str, where: Where) -> Parameter | None:
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
        required = where == "path" or raw.get("required") is True
        inherited = source.kind or Source.DOCUMENTED
        schema = _anything(node)
        if schema_node is not None:
            read = self._contents.schema(schema_node, f"{where}.{name}", needed=required, inherited=inherited)
            if read is None and not required:
                return None
            schema_node, schema = (schema_node, read) if read is not None else (None, schema)
        return Parameter(
            name=name,
            where=where,
            required=required,
            schema=schema,
            members=tuple(self._members(schema_node, name, inherited)) if style == _DEEP and schema_node else (),
            location=node.location,
            description=readable(node.text("description")),
            style=style,
            explode=bool(raw.get("explode", style == "form")),
            allow_reserved=raw.get("allowReserved") is True,
            media_type=media_type,
            examples=self._contents.examples(holder, schema_node),
            source=inherited,
            required_source=source.of("required"),
            quote=source.at,
            refusal=read_refusal(node),
        )

    def _members(self, schema_node: Node, name: str, source: Source) -> Iterator[Parameter]:
        """Read the members of a `deepObject`, which go out as `name[member]`."""
        listed = schema_node.resolve().child("properties")
        for member, stub in listed.items() if listed is not None and isinstance(listed.value, dict) else ():
            own = f"{name}[{member}]"
            schema = self._contents.schema(stub, f"query.{own}", needed=False, inherited=source)
            if schema is not None:
                yield Parameter(
                    name=own,
                    owner=name,
                    where="query",
                    required=False,
                    schema=schema,
                    location=stub.location,
                    description=readable(stub.text("description")) if isinstance(stub.value, dict) else "",
                    examples=self._contents.examples(stub, stub),
                    source=source,
                )


def is_sendable(where: str, name: str) -> bool:
    """Whether a request can carry a parameter of this name: headers (RFC 9110) and cookies have no escapes for theirs."""
    if where == "header":
        return _FIELD.fullmatch(name) is not None
    return where != "cookie" or _COOKIE.fullmatch(name) is not None


_FIELD: Final = re.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_COOKIE: Final = re.compile(r'[^\x00-\x20\x7f-\xa0=;,"\u2028\u2029]+')


def _required(node: Node) -> bool:
    return isinstance(node.value, dict) and node.value.get("required") is True


def _anything(node: Node) -> Schema:
    accepts_all = True
    return Schema(Node(node.library, node.document, accepts_all, node.pointer, node.line))
