"""XML bodies as `xml` of a schema describes them: names, attributes, wrapped lists, namespaces; there and back.

What a document leaves open is decided as OpenAPI does: an element is called after its property, an item of a list after
the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from contract_suite.contract.document import Node
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.contract.styles import Wire, text_of
from contract_suite.errors import DocumentError
from contract_suite.model.json import JSON

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

_NAME: Final = re.compile(r"[^A-Za-z0-9_.-]")
_UNFIT: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ROOT: Final = "root"
_ITEM: Final = "item"
_MAX_DEPTH: Final = 20


class NoXmlError(ValueError):
    """The bytes are no XML that is read; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hints:
    """What `xml` says at one schema."""

    name: str = ""
    attribute: bool = False
    wrapped: bool = False
    prefix: str = ""
    namespace: str = ""

    def tag(self, otherwise: str) -> str:
        """The name of an element or attribute."""
        name = _NAME.sub("_", self.name or otherwise) or _ITEM
        name = f"_{name}" if name[0] in "0123456789.-" else name
        return f"{self.prefix}:{name}" if self.prefix else name

    @property
    def declared(self) -> str:
        """The attribute that declares the namespace."""
        if not self.namespace:
            return ""
        return f" xmlns{f':{self.prefix}' if self.prefix else ''}={_quoted(self.namespace)}"


def write_xml(value: JSON, node: Node | None) -> bytes:
    """Write a value as an XML document."""
    written = "".join(_element(_hints(node), _component(node) or _ROOT, value, node, 0))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}'.encode("utf-8", "replace")


def read_xml(body: bytes, node: Node | None, place: SchemaView) -> Wire:
    """Read an XML document back to texts in the shape of its schema."""
    import xml.etree.ElementTree as ET  # noqa: PLC0415 - few bodies are XML

    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise NoXmlError("the XML has a document type, which is not read")
    try:
        root = ET.fromstring(body)  # noqa: S314 - without a document type there is nothing to expand
    except (ET.ParseError, ValueError, LookupError) as error:
        raise NoXmlError(f"the body is not XML: {error}") from None
    return _wire(root, node, place, 0)


def _element(hints: _Hints, name: str, value: JSON, node: Node | None, depth: int) -> Iterator[str]:
    tag = hints.tag(name)
    if not isinstance(value, (dict, list)):
        yield f"<{tag}{hints.declared}>{escape(_fit(text_of(value)), quote=False)}</{tag}>"
        return
    attributes, children = [], []
    members = value.items() if isinstance(value, dict) else [("", value)]
    for key, member in members:
        described = _member(node, key) if isinstance(value, dict) else node
        each = _hints(described)
        if isinstance(value, dict) and each.attribute and not isinstance(member, (dict, list)):
            attributes.append(f" {each.tag(key)}={_quoted(_fit(text_of(member)))}{each.declared}")
        elif isinstance(member, list):
            children.append("".join(_listed(each, key or _ITEM, member, described, depth, bare=not key)))
        else:
            children.append("".join(_element(each, key, member, described, depth + 1)))
    yield f"<{tag}{hints.declared}{''.join(attributes)}>{''.join(children)}</{tag}>"


def _listed(hints: _Hints, name: str, items: list[JSON], node: Node | None, depth: int, *, bare: bool) -> Iterator[str]:
    """The items of a list, in an element of their own where they are wrapped."""
    item = _item(node)
    each = _hints(item)
    own = each.name or (hints.name if hints.wrapped and not bare else "") or (_component(item) if bare else "") or name
    inner = "".join(text for value in items for text in _element(each, own, value, item, depth + 1))
    tag = hints.tag(name)
    yield f"<{tag}{hints.declared}>{inner}</{tag}>" if hints.wrapped and not bare else inner


def _wire(element: ET.Element, node: Node | None, place: SchemaView, depth: int) -> Wire:
    types = place.types()
    if depth > _MAX_DEPTH:
        return element.text or ""
    if "array" in types and "object" not in types and "string" not in types:
        return [_wire(each, _item(node), place.element(0), depth + 1) for each in element]
    if "object" not in types or ("string" in types and not len(element) and not element.attrib):
        return element.text or ""
    found: dict[str, Wire] = {}
    for name in place.property_names():
        described, member = _member(node, name), place.member(name)
        hints = _hints(described)
        own = _local(hints.tag(name))
        if hints.attribute:
            text = next((value for key, value in element.attrib.items() if _local(key) == own), None)
            if text is not None:
                found[name] = text
        elif "array" in member.types() and "string" not in member.types():
            listed = _list_of(element, hints, name, described)
            if listed is not None:
                found[name] = [_wire(each, _item(described), member.element(0), depth + 1) for each in listed]
        else:
            child = next((each for each in element if _local(each.tag) == own), None)
            if child is not None:
                found[name] = _wire(child, described, member, depth + 1)
    return found


def _list_of(element: ET.Element, hints: _Hints, name: str, node: Node | None) -> list[ET.Element] | None:
    if hints.wrapped:
        wrapper = next((each for each in element if _local(each.tag) == _local(hints.tag(name))), None)
        return None if wrapper is None else list(wrapper)
    own = _local(_hints(_item(node)).tag(name))
    found = [each for each in element if _local(each.tag) == own]
    return found or None


def _hints(node: Node | None) -> _Hints:
    """What is said at a schema itself, or at what it refers to."""
    for holder in filter(None, (node, _resolved(node))):
        stated = holder.value.get("xml") if isinstance(holder.value, dict) else None
        if isinstance(stated, dict):
            return _Hints(
                name=_text(stated, "name"),
                attribute=stated.get("attribute") is True,
                wrapped=stated.get("wrapped") is True,
                prefix=_text(stated, "prefix"),
                namespace=_text(stated, "namespace"),
            )
    return _Hints()


def _text(stated: dict[str, JSON], key: str) -> str:
    value = stated.get(key)
    return value if isinstance(value, str) else ""


def _component(node: Node | None) -> str:
    """The name under which a schema stands among the components."""
    target = _resolved(node)
    parent, _, name = target.pointer.rpartition("/") if target is not None else ("", "", "")
    return name if parent.endswith("/schemas") else ""


def _member(node: Node | None, name: str, depth: int = 0) -> Node | None:
    target = _resolved(node)
    if target is None or not isinstance(target.value, dict) or depth > _MAX_DEPTH:
        return None
    properties = target.child("properties")
    found = properties.child(name) if properties is not None and isinstance(properties.value, dict) else None
    if found is not None:
        return found
    for keyword in ("allOf", "oneOf", "anyOf"):
        branches = target.child(keyword)
        for branch in branches.elements() if branches is not None and isinstance(branches.value, list) else ():
            inner = _member(branch, name, depth + 1)
            if inner is not None:
                return inner
    return None


def _item(node: Node | None) -> Node | None:
    target = _resolved(node)
    return target.child("items") if target is not None and isinstance(target.value, dict) else None


def _resolved(node: Node | None) -> Node | None:
    try:
        return node.resolve() if node is not None else None
    except DocumentError:
        return None


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2]


def _quoted(text: str) -> str:
    """A text as the value of an attribute, its line breaks kept (XML 1.0, section 3.3.3).

    `xml.sax.saxutils` would do as well, and takes an HTTP client along into every run.
    """
    written = escape(text)
    for character in "\n\r\t":
        written = written.replace(character, f"&#{ord(character)};")
    return f'"{written}"'


def _fit(text: str) -> str:
    """A text that XML 1.0 can hold: what it can't is replaced."""
    return _UNFIT.sub("\ufffd", text)
