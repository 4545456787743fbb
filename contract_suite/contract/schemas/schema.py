"""Schemas of a document as standalone, compiled JSON Schema 2020-12 whose every keyword knows its place and its source.

`jsonschema-rs` decides valid or not; `jsonschema` only words what is invalid. Where both disagree a problem is marked
uncertain. OpenAPI 3.0's own keywords (`nullable`, boolean `exclusiveMinimum`) are translated on the way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from contract_suite.contract.document import Node
from contract_suite.contract.sources import Sourcing, sourcing
from contract_suite.errors import DocumentError
from contract_suite.model.json import JSON, escape, unescape
from contract_suite.model.location import Location
from contract_suite.model.source import Source

MAPS: Final = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
LISTS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
SINGLES: Final = (
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
)
_DROPPED: Final = frozenset(
    {"example", "xml", "externalDocs", "discriminator", "nullable", "$id", "$schema", "$anchor", "$dynamicAnchor"}
)
_RANGES: Final = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_MARK: Final = "x-format"
_MAX_SHOWN: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a subschema of the bundle came from: its node, who says it, and what it inherits."""

    node: Node
    sourcing: Sourcing
    inherited: Source

    def source(self, keyword: str) -> Source:
        """Who says one keyword."""
        return self.sourcing.of(keyword, self.inherited)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One way in which a value breaks a schema.

    `path` is a JSON Pointer into the value, `subject` the same with `*` for array indices and map keys, as clauses
    write it; `location` the keyword's place in the document; `certain` is false where the two validators disagree.
    """

    keyword: str
    path: str
    subject: str
    message: str
    expected: str
    actual: str
    location: Location
    source: Source
    certain: bool = True


@dataclass(slots=True)
class _Bundle:
    """A schema with all it refers to, copied; `places` by the identity of each copied subschema."""

    root: dict[str, JSON] | bool = field(default_factory=dict)
    defs: dict[str, JSON] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)


class Schema:
    """A schema of a document. Copied and compiled when first used."""

    __slots__ = ("_bundle", "_compiled", "_subjects", "_wording", "inherited", "node", "openapi_30")

    def __init__(self, node: Node, *, inherited: Source = Source.DOCUMENTED, openapi_30: bool = False) -> None:
        """`inherited` is the source of the parameter that the schema stands in."""
        self.node = node
        self.inherited = inherited
        self.openapi_30 = openapi_30
        self._bundle: _Bundle | None = None
        self._compiled: Any = None
        self._wording: Any = None
        self._subjects: tuple[frozenset[str], dict[int, str]] | None = None

    def __repr__(self) -> str:
        """Name the place."""
        return f"Schema({self.node.location.place})"

    @property
    def location(self) -> Location:
        """Where it stands in the document, `$ref`s not followed."""
        return self.node.location

    @property
    def root(self) -> dict[str, JSON] | bool:
        """The JSON Schema of this place; references point into `standalone()["$defs"]`.

        A leading `$ref` is followed.
        """
        bundle = self.bundle
        root = bundle.root
        while isinstance(root, dict) and isinstance(reference := root.get("$ref"), str) and len(root) == 1:
            root = self.deref(reference)
        return root

    def deref(self, reference: str) -> dict[str, JSON] | bool:
        """Return the bundled schema behind a `#/$defs/…` reference of this bundle."""
        found = self.bundle.defs[unescape(reference.removeprefix("#/$defs/"))]
        return found if isinstance(found, (dict, bool)) else {}

    def standalone(self) -> dict[str, JSON]:
        """Return a self-contained JSON Schema 2020-12."""
        bundle = self.bundle
        if isinstance(bundle.root, bool):
            return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | ({} if bundle.root else {"not": {}})
        schema: dict[str, JSON] = {"$schema": "https://json-schema.org/draft/2020-12/schema", **bundle.root}
        if bundle.defs:
            schema["$defs"] = dict(bundle.defs)
        return schema

    def place(self, subschema: JSON) -> Place | None:
        """Return where a subschema of the bundle (the very object) came from."""
        return self.bundle.places.get(id(subschema))

    @property
    def bundle(self) -> _Bundle:
        """The copied schema; a broken reference or keyword is a `DocumentError`."""
        if self._bundle is None:
            try:
                bundle = _Copier(openapi_30=self.openapi_30).copy(self.node, self.inherited)
                _refuse_circles(bundle)
            except RecursionError:
                raise DocumentError("the schema's references are nested too deeply", self.location) from None
            self._bundle = bundle
        return self._bundle

    def is_valid(self, value: JSON) -> bool:
        """Whether a value obeys the schema, formats included."""
        return bool(self.compile().is_valid(value))

    def compile(self) -> Any:  # noqa: ANN401 - jsonschema-rs types its validators loosely
        """Return the compiled validator; a schema that can't be compiled is a located `DocumentError`."""
        if self._compiled is None:
            import jsonschema_rs  # noqa: PLC0415 - heavy, and many users of a contract validate nothing

            try:
                self._compiled = jsonschema_rs.Draft202012Validator(self.standalone(), validate_formats=True)
            except (ValueError, jsonschema_rs.ValidationError) as error:
                reason = str(error).partition("\n")[0]
                raise DocumentError(f"the schema can't be used: {reason}", self.location) from None
        return self._compiled

    def problems(self, value: JSON) -> list[Problem]:
        """Every way in which an invalid value breaks the schema, shallow ones first; `[]` for a valid one."""
        if self.is_valid(value):
            return []
        found = list(self._worded(value))
        if not found:
            found = list(self._disputed(value))
        unique = {(each.path, each.keyword, each.message): each for each in found}
        return sorted(unique.values(), key=lambda each: (each.path.count("/"), each.path, each.keyword))

    def _worded(self, value: JSON) -> Iterator[Problem]:
        from contract_suite.contract.schemas.jsonschema_validator import validator  # noqa: PLC0415 - jsonschema is only needed for failures

        if self._wording is None:
            self._wording = validator(self.standalone())
        try:
            for error in self._wording.iter_errors(value):
                yield from self._problem(error, value)
        except RecursionError:
            raise DocumentError("the schema refers to itself without end", self.location) from None

    def _problem(self, error: Any, value: JSON) -> Iterator[Problem]:  # noqa: ANN401 - jsonschema's error type is untyped in parts
        if error.validator in {"anyOf", "oneOf"} and error.context:
            branches = error.validator_value
            real = [index for index, branch in enumerate(branches) if not _only_null(branch, self)]
            if len(real) == 1 and error.instance is not None:
                for inner in error.context:
                    if inner.schema_path and inner.schema_path[0] == real[0]:
                        yield from self._problem(inner, value)
                return
        path = "".join(f"/{escape(str(token))}" for token in error.absolute_path)
        keyword, extra = str(error.validator), ""
        schema = error.schema
        if isinstance(schema, dict) and _MARK in schema:
            keyword = "format"
        if keyword in {"required", "dependentRequired"}:
            extra = _missing_name(error)
        place = self.place(schema) or self.place(self.bundle.root)
        location = place.node.location_of(keyword) if place else self.location
        yield Problem(
            keyword=keyword,
            path=path,
            subject=self._subject(error, extra),
            message=_sentence(error, keyword, extra),
            expected=_shown(
                error.validator_value if keyword != "format" else schema.get("format") or schema.get(_MARK)
            ),
            actual=_shown(error.instance),
            location=location,
            source=place.source(keyword) if place else self.inherited,
        )

    def _disputed(self, value: JSON) -> Iterator[Problem]:
        for error in self.compile().iter_errors(value):
            path = "".join(f"/{token}" for token in error.instance_path)
            keyword = str(error.schema_path[-1]) if error.schema_path else ""
            yield Problem(
                keyword=keyword,
                path=path,
                subject=_starred(path),
                message=str(error.message),
                expected="",
                actual=_shown(value),
                location=self.location,
                source=self.inherited,
                certain=False,
            )

    def _subject(self, error: Any, extra: str) -> str:  # noqa: ANN401 - as above
        known, by_schema = self.subjects
        tokens: list[str] = []
        instance_tokens = list(error.absolute_path)
        for token, schema_token in zip(instance_tokens, _steps(error.absolute_schema_path), strict=False):
            tokens.append("*" if schema_token else escape(str(token)))
        subject = "".join(f"/{token}" for token in tokens)
        if subject not in known:
            subject = by_schema.get(id(error.schema), subject)
        return f"{subject}/{extra}" if extra else subject

    @property
    def subjects(self) -> tuple[frozenset[str], dict[int, str]]:
        """All subjects of the schema, and the first subject of each subschema by identity (deeper levels of a recursion map onto it)."""
        if self._subjects is None:
            from contract_suite.contract.schemas.constraints import visit  # noqa: PLC0415 - the two modules describe one walk

            first: dict[int, str] = {}
            names = set()
            for subject, subschema in visit(self):
                names.add(subject)
                first.setdefault(id(subschema), subject)
            self._subjects = (frozenset(names), first)
        return self._subjects


class _Copier:
    """Copies a schema out of its documents into one bundle."""

    def __init__(self, *, openapi_30: bool) -> None:
        self.bundle = _Bundle()
        self.openapi_30 = openapi_30

    def copy(self, node: Node, inherited: Source) -> _Bundle:
        self.bundle.root = self._schema(node, inherited)
        return self.bundle

    def _schema(self, node: Node, inherited: Source) -> dict[str, JSON] | bool:
        value = node.value
        if isinstance(value, bool):
            return value
        if not isinstance(value, dict):
            raise DocumentError("a schema must be an object or a boolean", node.location)
        own = sourcing(node)
        copied: dict[str, JSON] = {}
        self.bundle.places[id(copied)] = Place(node=node, sourcing=own, inherited=inherited)
        reference = value.get("$ref")
        if isinstance(reference, str):
            copied["$ref"] = f"#/$defs/{self._define(node, reference)}"
            if self.openapi_30:
                return copied
        below = own.kind or inherited
        for key in value:
            if key in _DROPPED or key == "$ref" or key.startswith("x-"):
                continue
            copied[key] = self._keyword(node, key, below)
        self._integer_range(copied, node, below)
        return self._from_30(copied, node) if self.openapi_30 else copied

    def _keyword(self, node: Node, key: str, below: Source) -> JSON:
        child = node.child(key)
        if child is None:  # pragma: no cover - the key comes from the node itself
            return None
        if key in MAPS and isinstance(child.value, dict):
            return {name: self._schema(each, below) for name, each in child.items()}
        if key in LISTS and isinstance(child.value, list):
            return [self._schema(each, below) for each in child.elements()]
        if key in SINGLES and isinstance(child.value, (dict, bool)):
            return self._schema(child, below)
        if key in MAPS or key in LISTS or key in SINGLES:
            raise DocumentError(
                f"{key!r} must be {'a list of schemas' if key in LISTS else 'a schema or an object of schemas'}",
                child.location,
            )
        return child.value

    def _define(self, node: Node, reference: str) -> str:
        target = node.library.lookup(node, reference)
        key = (target.document.uri, target.pointer)
        name = self.bundle.names.get(key)
        if name is None:
            wanted = re.sub(r"[^A-Za-z0-9_.-]", "_", target.pointer.rpartition("/")[2]) or "root"
            name, count = wanted, 2
            while name in self.bundle.names.values():
                name, count = f"{wanted}_{count}", count + 1
            self.bundle.names[key] = name
            self.bundle.defs[name] = None  # taken before descending, so that a recursion finds it
            self.bundle.defs[name] = self._schema(target, Source.DOCUMENTED)
        return name

    def _integer_range(self, copied: dict[str, JSON], node: Node, below: Source) -> None:
        """Spell out what `format: int32` and `int64` mean, which validators leave alone."""
        limits = _RANGES.get(str(copied.get("format")))
        types = copied.get("type")
        if limits is None or "integer" not in (types if isinstance(types, list) else [types]):
            return
        extra: dict[str, JSON] = {"minimum": limits[0], "maximum": limits[1], _MARK: copied["format"]}
        self.bundle.places[id(extra)] = Place(node=node, sourcing=sourcing(node), inherited=below)
        others = copied.get("allOf")
        copied["allOf"] = [*(others if isinstance(others, list) else []), extra]

    def _from_30(self, copied: dict[str, JSON], node: Node) -> dict[str, JSON]:
        raw = node.value if isinstance(node.value, dict) else {}
        for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            flag = copied.get(exclusive)
            if isinstance(flag, bool):
                del copied[exclusive]
                if flag and bound in copied:
                    copied[exclusive] = copied.pop(bound)
        if raw.get("nullable") is True:
            kind = copied.get("type")
            if isinstance(kind, str):
                copied["type"] = [kind, "null"]
                choices = copied.get("enum")
                if isinstance(choices, list) and None not in choices:
                    copied["enum"] = [*choices, None]
            elif any(key in copied for key in LISTS):
                inner = dict(copied)
                place = self.bundle.places[id(copied)]
                self.bundle.places[id(inner)] = place
                copied.clear()
                copied["anyOf"] = [inner, {"type": "null"}]
        return copied


def _refuse_circles(bundle: _Bundle) -> None:
    """Refuse a schema that applies itself to the same value again: it says nothing, and validating by it would never end."""
    done: set[int] = set()

    def follow(schema: JSON, above: tuple[int, ...]) -> None:
        if not isinstance(schema, dict) or id(schema) in done:
            return
        if id(schema) in above:
            place = bundle.places[id(schema)]
            raise DocumentError("the references run in a circle", place.node.location_of("$ref"))
        inside = (*above, id(schema))
        reference = schema.get("$ref")
        if isinstance(reference, str):
            follow(bundle.defs.get(reference.removeprefix("#/$defs/")), inside)
        for keyword in ("allOf", "anyOf", "oneOf"):
            branches = schema.get(keyword)
            for branch in branches if isinstance(branches, list) else ():
                follow(branch, inside)
        for keyword in ("not", "if", "then", "else"):
            follow(schema.get(keyword), inside)
        done.add(id(schema))

    follow(bundle.root, ())
    for each in bundle.defs.values():
        follow(each, ())


def _steps(schema_path: Any) -> list[bool]:  # noqa: ANN401 - a deque of mixed tokens
    """For each step into the instance along a schema path: whether it is a step over any index or key (written `*`)."""
    steps: list[bool] = []
    tokens = list(schema_path)
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token == "properties":  # noqa: S105 - a keyword of JSON Schema
            steps.append(False)
            index += 2
        elif token in {"patternProperties", "prefixItems"}:
            steps.append(True)
            index += 2
        elif token in {"items", "additionalProperties", "unevaluatedItems", "unevaluatedProperties", "contains"}:
            steps.append(True)
            index += 1
        elif token in {"allOf", "anyOf", "oneOf", "dependentSchemas", "$defs"}:
            index += 2
        else:
            index += 1
    return steps


def _starred(path: str) -> str:
    return "/".join("*" if token.isdecimal() else token for token in path.split("/"))


def _only_null(branch: JSON, schema: Schema) -> bool:
    if isinstance(branch, dict) and isinstance(reference := branch.get("$ref"), str):
        branch = schema.deref(reference)
    return isinstance(branch, dict) and branch.get("type") == "null"


def _missing_name(error: Any) -> str:  # noqa: ANN401 - as above
    """The property that a `required` error is about."""
    instance: Mapping[str, JSON] = error.instance if isinstance(error.instance, dict) else {}
    names = error.validator_value
    wanted = names if isinstance(names, list) else [name for each in names.values() for name in each]
    quoted = [name for name in wanted if name not in instance and error.message.startswith(repr(name))]
    missing = quoted or [name for name in wanted if name not in instance]
    return escape(str(missing[0])) if missing else ""


def _sentence(error: Any, keyword: str, extra: str) -> str:  # noqa: ANN401 - as above
    shown = _shown(error.instance)
    limit = error.validator_value
    sentences = {
        "type": f"{shown} is not of type {' or '.join(map(str, limit)) if isinstance(limit, list) else limit}",
        "required": f"the required property {extra!r} is missing",
        "enum": f"{shown} is none of {_shown(limit)}",
        "const": f"{shown} is not {_shown(limit)}",
        "minimum": f"{shown} is less than the minimum {limit}",
        "maximum": f"{shown} is greater than the maximum {limit}",
        "minLength": f"{shown} is shorter than {limit} characters",
        "maxLength": f"the text has {len(error.instance) if isinstance(error.instance, str) else '?'} characters; at most {limit} are allowed",
        "pattern": f"{shown} does not match the pattern {limit}",
        "format": f"{shown} is not in the format {error.schema.get('format') or error.schema.get(_MARK)}"
        if isinstance(error.schema, dict)
        else "",
    }
    return sentences.get(keyword) or _cut(str(error.message))


def _shown(value: object) -> str:
    try:
        return _cut(json.dumps(value, ensure_ascii=False, default=str))
    except (ValueError, RecursionError):
        return _cut(repr(value))


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"
