"""Bodies and responses read from a document: media types with their schemas and examples, headers.

What can't be read is left out and kept in `broken`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from contract_suite.contract.document import Node
from contract_suite.contract.operation import (
    Body,
    BrokenPart,
    Example,
    FormField,
    HeaderSpec,
    MediaType,
    ResponseSpec,
)
from contract_suite.contract.prose import readable
from contract_suite.contract.provenance import provenance
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.soundness import SoundSchemas
from contract_suite.errors import DocumentError
from contract_suite.model.location import Location
from contract_suite.model.source import Source

_STATUS: Final = re.compile(r"([1-5][0-9X]{2})\Z|default\Z", re.IGNORECASE)


class ContentReader:
    """Reads the bodies and responses of one operation."""

    def __init__(self, sound: SoundSchemas, *, openapi_30: bool) -> None:
        """`broken` collects what could not be read."""
        self.openapi_30 = openapi_30
        self._sound = sound
        self.broken: list[BrokenPart] = []

    def schema(
        self, node: Node, subject: str, *, needed: bool, inherited: Source = Source.DOCUMENTED, not_owed: str = ""
    ) -> Schema | None:
        """Read a schema; `None` for one that is broken."""
        schema = Schema(node, inherited=inherited, openapi_30=self.openapi_30, not_owed=not_owed)
        try:
            self._sound.check(schema)
        except DocumentError as error:
            self.lose(subject, error, node.location, needed=needed)
            return None
        return schema

    def lose(self, subject: str, error: DocumentError, otherwise: Location, *, needed: bool) -> None:
        """Keep that a part could not be read."""
        place = error.location if isinstance(error.location, Location) else otherwise
        self.broken.append(BrokenPart(subject=subject, message=error.message, location=place, needed=needed))

    def body(self, stub: Node) -> Body | None:
        """Read a request body; `None` for one that can't be read at all."""
        try:
            node = stub.resolve()
            source = provenance(node)
            required = isinstance(node.value, dict) and node.value.get("required") is True
            return Body(
                required=required,
                media_types=self._media_types(node, "body", needed=required),
                location=node.location,
                required_source=source.of("required"),
            )
        except DocumentError as error:
            self.lose("body", error, stub.location, needed=True)
            return None

    def responses(self, node: Node) -> Iterator[ResponseSpec]:
        """Read the responses of an operation; where one can't be read, any status may be the one that it meant."""
        responses = node.get("responses")
        if responses is None:
            return
        if not isinstance(responses.value, dict):
            raise DocumentError("'responses' must be an object", responses.location)
        lost = False
        for status, stub in responses.items():
            if status.startswith("x-"):
                continue
            if not _STATUS.match(status):
                error = DocumentError(f"{status!r} is no response status", stub.location)
                self.lose(status, error, stub.location, needed=False)
                lost = True
                continue
            yield self._response(status if status == "default" else status.upper(), stub)
        if lost and "default" not in (responses.value or {}):
            yield ResponseSpec(status="default", description="", media_types=(), location=responses.location)

    def examples(self, holder: Node, schema: Node | None) -> tuple[Example, ...]:
        """Read the examples of a parameter or media type; those of its schema where it has none of its own."""
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

    def _response(self, status: str, stub: Node) -> ResponseSpec:
        try:
            response = stub.resolve()
            source = provenance(stub) if provenance(stub).kind else provenance(response)
            headers = response.get("headers")
            return ResponseSpec(
                status=status,
                description=readable(response.text("description")),
                media_types=self._media_types(response, status, needed=False),
                location=stub.location,
                headers=tuple(self._header(name, each.resolve(), status) for name, each in headers.items())
                if headers
                else (),
                source=source.kind or Source.DOCUMENTED,
                quote=source.at,
            )
        except DocumentError as error:
            self.lose(status, error, stub.location, needed=False)
            return ResponseSpec(status=status, description="", media_types=(), location=stub.location)

    def _media_types(self, owner: Node, subject: str, *, needed: bool) -> tuple[MediaType, ...]:
        content = owner.get("content")
        if content is None:
            return ()
        if not isinstance(content.value, dict):
            raise DocumentError("'content' must be an object", content.location)
        return tuple(self._media_types_of(content, subject, needed=needed))

    def _media_types_of(self, content: Node, subject: str, *, needed: bool) -> Iterator[MediaType]:
        for name, each in content.items():
            if name.isascii() and name.isprintable():
                yield self._media_type(name, each.resolve(), subject, needed=needed)
            else:  # no Content-Type can carry it
                error = DocumentError(f"{name!r} is no media type", each.location)
                self.lose(subject, error, each.location, needed=needed)

    def _media_type(self, name: str, node: Node, subject: str, *, needed: bool) -> MediaType:
        stated = node.child("schema")
        not_owed = "readOnly" if subject == "body" else "writeOnly"
        schema = self.schema(stated, subject, needed=needed, not_owed=not_owed) if stated is not None else None
        return MediaType(
            name=name,
            schema=schema,
            examples=self.examples(node, stated if schema is not None else None),
            fields=tuple(_fields(node)),
        )

    def _header(self, name: str, node: Node, status: str) -> HeaderSpec:
        source = provenance(node)
        content = node.get("content")
        media_type, holder = next(iter(content.items()), ("", node)) if content is not None else ("", node)
        stated = holder.resolve().child("schema")
        required = isinstance(node.value, dict) and node.value.get("required") is True
        inherited = source.kind or Source.DOCUMENTED
        return HeaderSpec(
            name=name,
            required=required,
            schema=self.schema(stated, f"{status}/{name}", needed=False, inherited=inherited)
            if stated is not None
            else None,
            location=node.location,
            source=inherited,
            description=readable(node.text("description")),
            media_type=media_type,
        )


def _fields(media: Node) -> Iterator[FormField]:
    encoding = media.get("encoding")
    for name, each in encoding.items() if encoding is not None and isinstance(encoding.value, dict) else ():
        raw = each.value if isinstance(each.value, dict) else {}
        stated = {"style", "explode", "allowReserved"} & set(raw)
        style = (each.text("style") or "form") if stated else ""
        yield FormField(
            name=name,
            content_type="" if stated else each.text("contentType"),
            style=style,
            explode=raw["explode"] is True if "explode" in raw else style in {"", "form"},
            allow_reserved=raw.get("allowReserved") is True,
        )
