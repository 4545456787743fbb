"""A schema and all that it refers to, copied out of their documents into one standalone bundle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite import limits
from contract_suite.contract.document import Library, Node
from contract_suite.contract.schemas.copying import Copier, Place, in_place
from contract_suite.errors import DocumentError
from contract_suite.model.json import JSON, at, unescape
from contract_suite.model.source import Source

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_COMPONENTS: Final = "/components/schemas"


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One schema that others refer to, copied once for all of them.

    `references` names the definitions that it refers to itself, `places` says where its subschemas came from.
    """

    schema: dict[str, JSON] | bool
    references: tuple[str, ...]
    places: Mapping[int, Place]


@dataclass(slots=True)
class Bundle:
    """A schema with all it refers to, copied.

    `root` is its own place, `definitions` what its references (`#/$defs/Name`) name. All bundles of a library share
    the copies of those. `references` are the names that `root` refers to itself, `own` holds where its subschemas came
    from, by the identity of the copy.
    """

    root: dict[str, JSON] | bool
    references: tuple[str, ...]
    own: Mapping[int, Place]
    definitions: dict[str, JSON]
    shared: Mapping[str, Definition]
    _shared_places: Mapping[int, Place]
    usable_definitions: set[str]
    """The names of the definitions, of all bundles, that were seen to compile."""
    most_places: int
    """How many of its places are walked through, the outermost first."""
    walked: tuple[tuple[str, dict[str, JSON]], ...] = ()
    """The places that were walked through, each with its subject, kept for whoever walks there next."""
    compiled: object = None
    """What a validator makes of it, kept beside it."""
    usable: bool = False
    """Whether each part of it was seen to compile."""

    def deref(self, reference: str) -> dict[str, JSON] | bool:
        """Return the subschema behind a `#/$defs/…` reference; `KeyError` if the bundle has none of that name."""
        found = self.definitions[unescape(reference.removeprefix("#/$defs/"))]
        return found if isinstance(found, (dict, bool)) else {}

    def place(self, subschema: JSON) -> Place | None:
        """Return where a subschema of the bundle (the very object) came from."""
        place = self.own.get(id(subschema))
        return self._shared_places.get(id(subschema)) if place is None else place

    def is_shared(self, identity: int) -> bool:
        """Whether the subschema of that identity belongs to a definition."""
        return identity in self._shared_places

    def standalone(self) -> dict[str, JSON]:
        """Return a self-contained JSON Schema 2020-12."""
        if isinstance(self.root, bool):
            return {"$schema": DIALECT} | ({} if self.root else {"not": {}})
        schema: dict[str, JSON] = {"$schema": DIALECT, **self.root}
        if self.definitions:
            schema["$defs"] = dict(self.definitions)
        return schema


MOST_PLACES: Final = "most places"
"""Where a library keeps how many places of one schema are walked through."""
_LEAST_PLACES: Final = 20
_OF_ALL: Final = 20_000
_OF_REQUESTS: Final = 4


def share_places(library: Library, operations: int) -> None:
    """Let the schemas of a document with so many operations share the places that can be walked through."""
    library.memo[MOST_PLACES] = max(_LEAST_PLACES, min(limits.PLACES, _OF_ALL // max(1, operations)))


def bundle(node: Node, *, inherited: Source, openapi_30: bool, not_owed: str = "") -> Bundle:
    """Copy the schema at a node with all it refers to.

    A member that says `not_owed` (`readOnly` for requests, `writeOnly` for answers) is never required there: "if the
    property is in the required list, the required will take effect on the response only" (OpenAPI 3.0.3, Schema Object).

    `inherited` is the source of what the schema stands in. A broken reference or keyword, a reference that leads back
    to itself, and one nested too deeply are `DocumentError`s.
    """
    try:
        memo, key = node.library.memo, (_Definitions, openapi_30, not_owed)
        definitions = memo.get(key)
        if not isinstance(definitions, _Definitions):
            definitions = memo[key] = _Definitions(openapi_30=openapi_30, not_owed=not_owed)
        return definitions.bundle(node, inherited)
    except RecursionError:
        raise DocumentError("the schema's references are nested too deeply", node.location) from None


class _Definitions:
    """The definitions of one library, each copied when the first schema refers to it."""

    def __init__(self, *, openapi_30: bool, not_owed: str) -> None:
        self.found: dict[str, Definition] = {}
        self._places: dict[int, Place] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._targets: dict[str, Node] = {}
        self._sound: set[int] = set()
        self._usable: set[str] = set()
        self._acyclic: set[str] = set()
        """The definitions that are known not to lead back to themselves."""
        self._closures: dict[tuple[str, ...], dict[str, JSON]] = {}
        self._bundles: dict[tuple[int, str, Source], Bundle] = {}
        self._named = 0
        """How many definitions all bundles name together, those that came to nothing included."""
        self._openapi_30 = openapi_30
        self._not_owed = not_owed

    def bundle(self, node: Node, inherited: Source) -> Bundle:
        key = (id(node.value), node.document.uri, inherited)
        kept = self._bundles.get(key)
        if kept is not None:
            return kept
        root = self._copied(node, inherited)
        if self._named > limits.DEFINITIONS:
            raise DocumentError("the document's schemas have more references than can be followed", node.location)
        definitions = self._closure(root.references)
        made = Bundle(
            root.schema,
            root.references,
            root.places,
            definitions,
            self.found,
            self._places,
            self._usable,
            self._most(node),
        )
        fresh = [name for name in definitions if name not in self._acyclic]
        _refuse_circles(made, self._sound, fresh)
        self._acyclic.update(fresh)
        if root.places:  # which keep the value alive, and so its identity
            self._bundles[key] = made
        return made

    def _most(self, node: Node) -> int:
        """How many places a schema may have: fewer in a large document, and more in a request, whose faults are tried."""
        most = node.library.memo.get(MOST_PLACES)
        most = most if isinstance(most, int) else limits.PLACES
        return min(limits.PLACES, most * _OF_REQUESTS if self._not_owed == "readOnly" else most)

    def _closure(self, references: tuple[str, ...]) -> dict[str, JSON]:
        """All that these references lead to. Most schemas refer to one definition, so that its closure is kept."""
        kept = self._closures.get(references)
        if kept is not None:
            return kept
        definitions: dict[str, JSON] = {}
        pending = list(reversed(references))
        while pending:
            name = pending.pop()
            if name in definitions:
                continue
            definition = self._define(name)
            definitions[name] = definition.schema
            self._named += 1
            known = self._closures.get((name,))
            if known is not None:
                definitions.update(known)
            else:
                pending.extend(reversed(definition.references))
        self._closures[references] = definitions
        return definitions

    def name_of(self, node: Node, reference: str) -> str:
        """Return the name of what a reference leads to, the same wherever it is referred to."""
        target = node.library.lookup(node, reference)
        key = (target.document.uri, target.pointer)
        name = self._names.get(key)
        if name is None:
            parent, _, last = target.pointer.rpartition("/")
            wanted = re.sub(r"[^A-Za-z0-9_.-]", "_", last) or "root"
            name, count = wanted, 2
            while name in self._targets or (parent != _COMPONENTS and self._is_component(target, name)):
                name, count = f"{wanted}_{count}", count + 1
            self._names[key] = name
            self._targets[name] = target
        return name

    def _is_component(self, node: Node, name: str) -> bool:
        components = at(node.document.tree.value, _COMPONENTS)
        return isinstance(components, dict) and name in components

    def _define(self, name: str) -> Definition:
        definition = self.found.get(name)
        if definition is None:
            definition = self.found[name] = self._copied(self._targets[name], Source.DOCUMENTED)
            self._places.update(definition.places)
        return definition

    def _copied(self, node: Node, inherited: Source) -> Definition:
        copier = Copier(self.name_of, openapi_30=self._openapi_30, not_owed=self._not_owed)
        schema = copier.schema(node, inherited)
        return Definition(schema=schema, references=tuple(copier.references), places=copier.places)


def _refuse_circles(bundle: Bundle, done: set[int], names: Iterable[str]) -> None:
    """Refuse a schema that applies itself to the same value again.

    It says nothing, and validating by it would never end. `done` are the parts of definitions that are known not to,
    `names` the definitions that were not looked at yet.
    """
    seen: set[int] = set()

    def follow(schema: JSON, above: tuple[int, ...]) -> None:
        if not isinstance(schema, dict) or id(schema) in done or id(schema) in seen:
            return
        if id(schema) in above:
            place = bundle.place(schema)
            raise DocumentError("the references run in a circle", place.node.location_of("$ref") if place else None)
        inside = (*above, id(schema))
        for each in in_place(schema, bundle.deref):
            follow(each, inside)
        seen.add(id(schema))

    follow(bundle.root, ())
    for name in names:
        follow(bundle.definitions[name], ())
    done.update(each for each in seen if bundle.is_shared(each))
