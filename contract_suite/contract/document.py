"""Documents, their nodes with line numbers, and `$ref`s between them, resolved with `referencing`.

References reach the folder of the first document and those that the user allowed, links followed first. Addresses are
followed only if the library was given a way to retrieve them, and nothing that came from one leads to a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from contract_suite.contract.loading import parse, read_bytes
from contract_suite.contract.trees.schema_names import SchemaNames
from contract_suite.contract.trees.tree import Tree
from contract_suite.errors import DocumentError
from contract_suite.model.json import JSON, escape, unescape
from contract_suite.model.location import Location

Retrieve = Callable[[str], bytes]
"""Fetches the bytes behind a remote URI."""

_MAX_CHAIN: Final = 32


@dataclass(slots=True)
class Document:
    """One loaded file: `shown` is its name for people, `uri` its identity, `names` what its schemas call themselves once asked for."""

    shown: str
    uri: str
    tree: Tree
    names: SchemaNames | None = None


class Library:
    """Everything that a contract's documents refer to; loads each file once."""

    def __init__(self, retrieve: Retrieve | None = None, *, folders: Iterable[Path] = ()) -> None:
        """Without `retrieve`, only local files are read: those in the first document's folder and in `folders`."""
        self.memo: dict[object, object] = {}
        """What others keep about the documents, for as long as they live."""
        self._retrieve = retrieve
        self._folders = [each.resolve() for each in folders]
        self._documents: dict[str, Document] = {}
        self._registry: Registry[JSON] = Registry(retrieve=self._load_resource)  # type: ignore[call-arg]  # the alias of a private attrs field

    def open(self, path: Path, shown: str | None = None) -> Node:
        """Load a file and return its root."""
        try:
            real = path.resolve()
            uri = real.as_uri()
        except (OSError, ValueError, RuntimeError):  # a name too long or with a NUL, a link that leads to itself
            raise DocumentError(
                "the document has no usable path", Location(file=shown or str(path), line=1, pointer="")
            ) from None
        document = self._documents.get(uri)
        if document is None:
            shown = shown or str(path)
            if not self._documents:
                self._folders.append(real.parent)
            document = self._keep(Document(shown, uri, parse(read_bytes(path, shown), shown)))
        return self._root(document)

    def read(self, content: bytes, shown: str, *, uri: str = "") -> Node:
        """Parse a document that is no file; `uri` is what its references are relative to."""
        return self._root(self._keep(Document(shown, uri or f"text:{shown}", parse(content, shown))))

    def lookup(self, node: Node, reference: str) -> Node:
        """Return the node that `reference`, standing in `node`, points to."""
        found = self._by_pointer(node.document, reference) or self._by_name(node, reference)
        if found is not None:
            return found
        self._refuse_file_of_another_world(node, reference)
        try:
            resolved = self._registry.resolver(node.document.uri).lookup(reference)
        except (
            Unresolvable,
            ValueError,
            TypeError,
            LookupError,
            AttributeError,
        ) as error:  # it takes documents for objects
            cause = error
            while cause is not None:
                if isinstance(cause, DocumentError):
                    raise DocumentError(cause.message, cause.location or node.location_of("$ref")) from None
                cause = cause.__cause__ or cause.__context__  # type: ignore[assignment]  # BaseException is wider than what is caught
            raise DocumentError(f"the reference {reference!r} leads nowhere", node.location_of("$ref")) from None
        return self._place(node, reference, resolved.contents)

    def replace(self, document: Document, tree: Tree) -> Node:
        """Let another tree stand for a document from now on, and return its root."""
        return self._root(self._keep(Document(document.shown, document.uri, tree)))

    def _refuse_file_of_another_world(self, node: Node, reference: str) -> None:
        """A document that is no file itself names no files: neither by `file:` nor by a path."""
        try:
            target = urljoin(node.document.uri, reference)
        except ValueError:
            return  # no address at all, as is said where it is looked for
        if urlsplit(target).scheme == "file" and urlsplit(node.document.uri).scheme != "file":
            raise DocumentError(
                f"the reference {reference!r} to a local file is not followed from a document that is none",
                node.location_of("$ref"),
            )

    def _by_pointer(self, document: Document, reference: str) -> Node | None:
        """Follow a JSON Pointer into a document that is loaded; its every step knows its place."""
        uri, _, fragment = reference.partition("#")
        try:
            target = self._documents.get(urljoin(document.uri, uri)) if uri else document
        except ValueError:
            return None
        if target is None or (fragment and not fragment.startswith("/")):
            return None
        return self._root(target).find(unquote(fragment))

    def _by_name(self, node: Node, reference: str) -> Node | None:
        """Find a schema by the names that those of the document give themselves, or by a pointer within one of them."""
        pointer = self._names_in(node.document).pointer(node.pointer, reference)
        return None if pointer is None else self._root(node.document).find(pointer)

    def is_static(self, node: Node, reference: str) -> bool:
        """Whether what a `$dynamicRef` in a node leads to is the same however the schema is reached."""
        return self._names_in(node.document).dynamic[reference.removeprefix("#")] == 1

    def _names_in(self, document: Document) -> SchemaNames:
        if document.names is None:
            document.names = SchemaNames.of(document.tree.value, document.uri)
        return document.names

    def _place(self, node: Node, reference: str, contents: JSON) -> Node:
        if isinstance(contents, (dict, list)):
            for document in self._documents.values():
                place = document.tree.place_of(contents)
                if place is not None:
                    return Node(self, document, contents, place[0], place[1])
        uri, fragment = urldefrag(reference)
        document = next(
            (each for each in self._documents.values() if uri and each.uri.endswith(uri.rpartition("/")[2])),
            node.document,
        )
        return Node(self, document, contents, unquote(fragment), 1)

    def _root(self, document: Document) -> Node:
        return Node(self, document, document.tree.value, "", 1)

    def _keep(self, document: Document) -> Document:
        self._documents[document.uri] = document
        self._registry = self._registry.with_resource(document.uri, DRAFT202012.create_resource(document.tree.value))
        return document

    def _load_resource(self, uri: str) -> Resource[JSON]:
        if uri in self._documents:
            return DRAFT202012.create_resource(self._documents[uri].tree.value)
        parts = urlsplit(uri)
        if parts.scheme == "file":
            path = Path(unquote(parts.path))
            shown = self._shown(path)
            if parts.netloc not in {"", "localhost"} or not self._within(path):
                raise DocumentError(
                    f"the reference to {shown} leads out of the document's folder and is not followed; "
                    "--allow-refs DIR allows another folder"
                )
            try:
                content = read_bytes(path, shown)
            except DocumentError as error:  # without its place, so that the reference's own is shown
                raise DocumentError(f"the reference to {shown} can't be followed: {error.message}") from None
        elif self._retrieve is not None and parts.scheme in {"http", "https"}:
            shown, content = uri, self._retrieve(uri)
        else:
            raise DocumentError(
                f"the remote reference {uri!r} is not followed; only local files are, "
                "unless remote references are allowed"
            )
        document = Document(shown, uri, parse(content, shown))
        self._documents[uri] = document
        return DRAFT202012.create_resource(document.tree.value)

    def _within(self, path: Path) -> bool:
        """Whether a file lies in a folder that references may reach, wherever links lead to."""
        try:
            real = path.resolve()
        except (OSError, ValueError, RuntimeError):
            return False
        return any(real.is_relative_to(folder) for folder in self._folders)

    def _shown(self, path: Path) -> str:
        """Name a referred file relative to the first document, the way its user would."""
        for first in self._documents.values():
            if first.uri.startswith("file:"):
                here = Path(unquote(urlsplit(first.uri).path)).parent
                try:
                    return str(Path(first.shown).parent / path.relative_to(here))
                except ValueError:
                    break
        return str(path)


class Node:
    """A value in a document, with its place, which is found out when somebody asks for it.

    Not to be changed once made. Two nodes are never equal.
    """

    __slots__ = ("_key", "_line", "_parent", "_pointer", "document", "library", "value")

    def __init__(
        self,
        library: Library,
        document: Document,
        value: JSON,
        pointer: str | None,
        line: int | None,
        *,
        parent: Node | None = None,
        key: str | int = "",
    ) -> None:
        """Let `value` stand at a place that is known, or under a key of `parent`, which then knows the place."""
        self.library = library
        self.document = document
        self.value = value
        self._pointer = pointer
        self._line = line
        self._parent = parent
        self._key = key

    @property
    def pointer(self) -> str:
        """The JSON Pointer of its place in the document."""
        if self._pointer is None:
            self._pointer = self._parent._pointer_of(self._key) if self._parent is not None else ""  # noqa: SLF001 - another node
        return self._pointer

    @property
    def line(self) -> int:
        """The line of its place in the document, from 1."""
        if self._line is None:
            self._line = self._parent._line_of(self._key) if self._parent is not None else 1  # noqa: SLF001 - another node
        return self._line

    @property
    def location(self) -> Location:
        """Where it stands."""
        return Location(file=self.document.shown, line=self.line, pointer=self.pointer)

    def location_of(self, key: str) -> Location:
        """Where one of its keys stands; its own place if it has no such key."""
        if not isinstance(self.value, dict) or key not in self.value:
            return self.location
        return Location(file=self.document.shown, line=self._line_of(key), pointer=self._pointer_of(key))

    def child(self, key: str | int) -> Node | None:
        """Return a member or element as it stands, `$ref`s not followed; `None` if there is none."""
        value: JSON
        if isinstance(self.value, dict) and isinstance(key, str) and key in self.value:  # noqa: SIM114 - the two index differently typed values
            value = self.value[key]
        elif isinstance(self.value, list) and isinstance(key, int) and -1 < key < len(self.value):
            value = self.value[key]
        else:
            return None
        return self._below(key, value)

    def get(self, key: str | int) -> Node | None:
        """Return a member or element with its `$ref`s followed."""
        child = self.child(key)
        return child.resolve() if child is not None else None

    def resolve(self) -> Node:
        """Follow `$ref`, as far as it leads; a loop of references is a `DocumentError`."""
        node = self
        for _ in range(_MAX_CHAIN):
            reference = node.value.get("$ref") if isinstance(node.value, dict) else None
            if not isinstance(reference, str):
                return node
            node = self.library.lookup(node, reference)
        raise DocumentError("the references run in a circle", self.location_of("$ref"))

    def find(self, pointer: str) -> Node | None:
        """Return what a JSON Pointer finds below this node, or `None` if there is nothing.

        The pointer may begin with `#`. `$ref`s are not followed.
        """
        node: Node | None = self
        for token in pointer.removeprefix("#").split("/")[1:]:
            if node is None:
                return None
            name = unescape(token)
            node = node.child(
                int(name) if isinstance(node.value, list) and name.isdecimal() and name.isascii() else name
            )
        return node

    def items(self) -> Iterator[tuple[str, Node]]:
        """Members of a mapping, `$ref`s not followed; nothing for anything else."""
        for key, value in self.value.items() if isinstance(self.value, dict) else ():
            yield key, self._below(key, value)

    def elements(self) -> Iterator[Node]:
        """Elements of a list, `$ref`s not followed; nothing for anything else."""
        for index, value in enumerate(self.value) if isinstance(self.value, list) else ():
            yield self._below(index, value)

    def _below(self, key: str | int, value: JSON) -> Node:
        return Node(self.library, self.document, value, None, None, parent=self, key=key)

    def _line_of(self, key: str | int) -> int:
        line = self.document.tree.line_of(self.value, key)
        return self.line if line is None else line

    def _pointer_of(self, key: str | int) -> str:
        if not self.document.tree.pointers:
            return f"{self.pointer}/{key if isinstance(key, int) else escape(key)}"
        moved = self.document.tree.pointers.get((id(self.value), key))
        return f"{self.pointer}/{escape(str(key))}" if moved is None else moved

    def text(self, key: str) -> str:
        """Return a member that must be a string, or an empty one where it is absent."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        if value is None:
            return ""
        if not isinstance(value, str):
            raise DocumentError(f"{key!r} must be a string", self.location_of(key))
        return value
