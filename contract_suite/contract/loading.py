"""Text to a tree of plain values in which every container and key knows its line.

The rule that must not be broken: a document is hostile until read. Size, depth and node count are bounded before
anything is built, aliases count with all that they stand for, and every refusal is one located `DocumentError`. YAML is
read by its 1.2 core schema, so `no` and `2024-07-10` are strings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

from contract_suite.contract.trees.plain_json import from_plain_json
from contract_suite.contract.trees.tree import Tree
from contract_suite.errors import DocumentError
from contract_suite.model.json import JSON, escape
from contract_suite.model.location import Location

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_NODES: Final = 1_500_000
MAX_DEPTH: Final = 150
_LINES_UP_TO: Final = 4 * 1024 * 1024

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT: Final = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL_OR_HEX: Final = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: Final[dict[str, JSON]] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_SPECIAL_FLOATS: Final = re.compile(r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")
_MAX_DIGITS: Final = 400
_PAIR: Final = re.compile(r"((?<!\\)(?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
"""Two escapes of JSON that stand for one character; no YAML parser knows them."""
_HALF: Final = re.compile("[\ud800-\udfff]")
_SUFFIXES: Final = frozenset({".yaml", ".yml", ".json"})


def read_bytes(path: Path, shown: str) -> bytes:
    """Return the bytes of a regular file of at most `MAX_BYTES`; anything else is a `DocumentError`."""
    here = Location(file=shown, line=1, pointer="")
    try:
        if not path.is_file():
            kind = "is a folder" if path.is_dir() else "is no regular file" if path.exists() else _missing(path)
            raise DocumentError(f"the document {kind}", Location(file=shown, line=0, pointer=""))
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DocumentError(
                f"the document has {size / 1e6:.0f} MB; at most {MAX_BYTES // 1024 // 1024} MiB are read", here
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise DocumentError(f"the document can't be read: {getattr(error, 'strerror', None) or error}", here) from None


def _missing(path: Path) -> str:
    """Say that a file does not exist, and which document beside it was probably meant."""
    from difflib import get_close_matches  # noqa: PLC0415 - only wanted when something went wrong

    found = path.parent.glob("*") if path.parent.is_dir() else ()
    documents = {each.stem: each.name for each in found if each.suffix in _SUFFIXES}
    close = get_close_matches(path.stem, documents, n=1, cutoff=0.7)
    return f"does not exist; did you mean {documents[close[0]]!r}?" if close else "does not exist"


def parse(content: bytes, shown: str) -> Tree:
    """Parse YAML or JSON; raises a located `DocumentError` for anything that is neither, or too large to be meant."""
    here = Location(file=shown, line=1, pointer="")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DocumentError("the document is not UTF-8 text", Location(file=shown, line=line, pointer="")) from None
    if not text.strip():
        raise DocumentError("the document is empty", here)
    is_json = text.lstrip()[0] in "{["
    tree = from_plain_json(text, most=MAX_NODES, deepest=MAX_DEPTH) if is_json else None
    if tree is not None:
        return tree
    if is_json and len(content) > _LINES_UP_TO:
        return _from_json(text, shown)
    try:
        return _Builder(shown).build(_PAIR.sub(_joined, text) if is_json else text)
    except yaml.YAMLError as error:
        if is_json:
            return _from_json(text, shown)
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else text.count("\n", 0, getattr(error, "position", None) or 0) + 1
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it can't be parsed"
        raise DocumentError(
            f"the document is neither YAML nor JSON: {problem}", Location(file=shown, line=line, pointer="")
        ) from None


def _from_json(text: str, shown: str) -> Tree:
    """Read what only a JSON parser can (surrogate pairs), without lines but with pointers."""
    try:
        value: JSON = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"the document is neither YAML nor JSON: {error.msg}", Location(file=shown, line=error.lineno, pointer="")
        ) from None
    except (RecursionError, ValueError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise DocumentError(f"the document can't be read: {reason}", Location(file=shown, line=1, pointer="")) from None
    tree = Tree(value=value)
    stack: list[tuple[JSON, str]] = [(value, "")]
    nodes = 0
    while stack:
        node, pointer = stack.pop()
        nodes += 1
        if nodes > MAX_NODES:
            raise DocumentError(
                f"the document has more than {MAX_NODES:,} nodes", Location(file=shown, line=1, pointer="")
            )
        if isinstance(node, str) and _HALF.search(node):
            raise DocumentError(
                "a text holds half of a surrogate pair, which is no character",
                Location(file=shown, line=1, pointer=pointer),
            )
        if pointer.count("/") > MAX_DEPTH:
            raise DocumentError(
                f"the document is nested more than {MAX_DEPTH} levels deep", Location(file=shown, line=1, pointer="")
            )
        if isinstance(node, dict):
            tree.places[id(node)] = (pointer, 1)
            stack.extend((child, f"{pointer}/{escape(key)}") for key, child in node.items())
        elif isinstance(node, list):
            tree.places[id(node)] = (pointer, 1)
            stack.extend((child, f"{pointer}/{index}") for index, child in enumerate(node))
    return tree


def _once(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    """Build an object; a key that stands twice, or is no text, is refused."""
    built = dict(pairs)
    if len(built) < len(pairs):
        names = [key for key, _ in pairs]
        raise ValueError(
            f"the key {next(name for name in names if names.count(name) > 1)!r} stands twice in one object"
        )
    if any(_HALF.search(key) for key in built):
        raise ValueError("a key holds half of a surrogate pair, which is no character")
    return built


def _joined(match: re.Match[str]) -> str:
    high, low = int(match.group(2), 16), int(match.group(3), 16)
    return match.group(1) + chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


@dataclass(slots=True)
class _Open:
    """A container under construction; `height` counts the levels below it, those behind aliases included."""

    value: dict[str, JSON] | list[JSON]
    pointer: str
    anchor: str | None
    start: int
    key: str | None = None
    key_line: int = 0
    height: int = 1
    merged: set[str] = field(default_factory=set)


class _Builder:
    """Builds the tree from parser events with a stack of its own, so that no depth meets Python's recursion limit."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.tree = Tree()
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[JSON, int, int]] = {}
        self.nodes = 0

    def build(self, text: str) -> Tree:
        documents = 0
        for event in yaml.parse(text, Loader=_LOADER):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event, line)
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                self._open({} if isinstance(event, yaml.MappingStartEvent) else [], event.anchor, line)
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                self._close()
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event.anchor or "", line)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._error("the file holds more than one YAML document", line)
        if not documents:
            raise self._error("the document is empty", 1)
        return self.tree

    def _error(self, message: str, line: int) -> DocumentError:
        pointer = self.stack[-1].pointer if self.stack else ""
        return DocumentError(message, Location(file=self.shown, line=line, pointer=pointer))

    def _count(self, nodes: int, line: int) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise self._error(f"the document has more than {MAX_NODES:,} nodes once its aliases are followed", line)

    def _open(self, value: dict[str, JSON] | list[JSON], anchor: str | None, line: int) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise self._error(f"the document is nested more than {MAX_DEPTH} levels deep", line)
        pointer = self._child_pointer()
        self.tree.places[id(value)] = (pointer, line)
        self._count(1, line)
        if self.stack and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None:
            raise self._error("a mapping key must be a scalar", line)
        self.stack.append(_Open(value, pointer, anchor, self.nodes))

    def _close(self) -> None:
        closed = self.stack.pop()
        size = self.nodes - closed.start + 1
        if closed.anchor:
            self.anchors[closed.anchor] = (closed.value, size, closed.height)
        self._raise(closed.height)
        self._put(closed.value, self.tree.places[id(closed.value)][1])

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            if event.value in top.value and event.value not in top.merged:
                raise self._error(f"the key {event.value!r} stands twice in one mapping", line)
            top.key, top.key_line = event.value, line
            return
        self._count(1, line)
        value = _scalar(event.value) if event.implicit[0] else event.value
        if event.anchor:
            self.anchors[event.anchor] = (value, 1, 0)
        self._put(value, line)

    def _alias(self, anchor: str, line: int) -> None:
        if anchor not in self.anchors:
            inside = any(each.anchor == anchor for each in self.stack)
            raise self._error(f"the alias *{anchor} {'contains itself' if inside else 'has no anchor'}", line)
        value, size, height = self.anchors[anchor]
        self._count(size, line)
        if len(self.stack) + height > MAX_DEPTH:
            raise self._error(
                f"the document is nested more than {MAX_DEPTH} levels deep once its aliases are followed", line
            )
        self._raise(height)
        if self.stack and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None:
            raise self._error("a mapping key must be a scalar", line)
        self._put(value, line)

    def _raise(self, height: int) -> None:
        if self.stack:
            self.stack[-1].height = max(self.stack[-1].height, height + 1)

    def _child_pointer(self) -> str:
        if not self.stack:
            return ""
        top = self.stack[-1]
        token = escape(top.key or "") if isinstance(top.value, dict) else str(len(top.value))
        return f"{top.pointer}/{token}"

    def _put(self, value: JSON, line: int) -> None:
        if not self.stack:
            self.tree.value = value
            return
        top = self.stack[-1]
        if isinstance(top.value, list):
            self.tree.lines[id(top.value), len(top.value)] = line
            top.value.append(value)
            return
        key, top.key = top.key or "", None
        if key == "<<" and isinstance(value, (dict, list)):
            self._merge(top, top.value, value)
            return
        top.merged.discard(key)
        self.tree.lines[id(top.value), key] = top.key_line
        top.value[key] = value

    def _merge(self, top: _Open, into: dict[str, JSON], value: dict[str, JSON] | list[JSON]) -> None:
        for each in [value] if isinstance(value, dict) else value:
            for key, child in each.items() if isinstance(each, dict) else ():
                if key not in into:
                    into[key] = child
                    top.merged.add(key)
                    self.tree.lines[id(into), key] = self.tree.lines.get((id(each), key), 1)


def _scalar(text: str) -> JSON:
    """One plain scalar by YAML 1.2's core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= _MAX_DIGITS:
        if _INT.match(text):
            return int(text)
        if _OCTAL_OR_HEX.match(text):
            return int(text, 0)
        if _FLOAT.match(text):
            return float(text)
        if _SPECIAL_FLOATS.match(text):
            return float(text.replace(".", "", 1))
    return text


def walk(value: JSON) -> Iterator[JSON]:
    """Every value in a tree, itself first; shared containers once."""
    seen: set[int] = set()
    stack = [value]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, (dict, list)) and id(node) not in seen:
            seen.add(id(node))
            stack.extend(reversed(list(node.values()) if isinstance(node, dict) else node))
