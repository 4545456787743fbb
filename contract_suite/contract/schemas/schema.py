"""A schema of a document, compiled: what is valid by it, and what is wrong with what isn't.

`jsonschema-rs` decides valid or not; `jsonschema` only words what is invalid. Where both disagree a problem is marked
uncertain.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from contract_suite.contract.document import Node
from contract_suite.contract.schemas.bundling import DIALECT, Bundle, bundle
from contract_suite.contract.schemas.problems import Problem, ProblemFinder
from contract_suite.errors import DocumentError
from contract_suite.model.json import JSON, escape, tokens
from contract_suite.model.location import Location
from contract_suite.model.source import Source

if TYPE_CHECKING:
    import jsonschema_rs


class Schema:
    """A schema of a document. Copied and compiled when first used."""

    __slots__ = ("_bundle", "_compiled", "_finder", "_parts", "inherited", "node", "not_owed", "openapi_30")

    def __init__(
        self, node: Node, *, inherited: Source = Source.DOCUMENTED, openapi_30: bool = False, not_owed: str = ""
    ) -> None:
        """`inherited` is the source of the parameter that the schema stands in, `not_owed` as for `bundle`."""
        self.not_owed = not_owed
        self.node = node
        self.inherited = inherited
        self.openapi_30 = openapi_30
        self._bundle: Bundle | None = None
        self._compiled: jsonschema_rs.Draft202012Validator | None = None
        self._finder: ProblemFinder | None = None
        self._parts: jsonschema_rs.Draft202012Validator | None = None

    def __repr__(self) -> str:
        """Name the place."""
        return f"Schema({self.node.location.place})"

    @property
    def location(self) -> Location:
        """Where it stands in the document, `$ref`s not followed."""
        return self.node.location

    @property
    def bundle(self) -> Bundle:
        """The copied schema; a broken reference or keyword is a `DocumentError`."""
        if self._bundle is None:
            self._bundle = bundle(
                self.node, inherited=self.inherited, openapi_30=self.openapi_30, not_owed=self.not_owed
            )
        return self._bundle

    @property
    def root(self) -> dict[str, JSON] | bool:
        """The JSON Schema of this place; references point into `standalone()["$defs"]`.

        A leading `$ref` is followed.
        """
        root = self.bundle.root
        while isinstance(root, dict) and isinstance(reference := root.get("$ref"), str) and len(root) == 1:
            root = self.bundle.deref(reference)
        return root

    def standalone(self) -> dict[str, JSON]:
        """Return a self-contained JSON Schema 2020-12."""
        return self.bundle.standalone()

    def compile(self) -> jsonschema_rs.Draft202012Validator:
        """Return the compiled validator; a schema that can't be compiled is a located `DocumentError`."""
        if self._compiled is None:
            import jsonschema_rs  # noqa: PLC0415 - heavy, and many users of a contract validate nothing

            kept = self.bundle.compiled
            if isinstance(kept, jsonschema_rs.Draft202012Validator):
                self._compiled = kept
                return kept
            try:
                self._compiled = jsonschema_rs.Draft202012Validator(self.standalone(), validate_formats=True)
            except (ValueError, jsonschema_rs.ValidationError) as error:
                reason = str(error).partition("\n")[0]
                raise DocumentError(f"the schema can't be used: {reason}", self.location) from None
            self.bundle.compiled = self._compiled
        return self._compiled

    def check(self) -> None:
        """See that the schema can be compiled, each definition once for all that refer to it; raises as `compile` does.

        Whether a schema compiles is decided by its own keywords, so that what it refers to may be looked at apart.
        """
        bundle = self.bundle
        if bundle.usable or bundle.compiled is not None:
            return
        names = [name for name in bundle.definitions if name not in bundle.usable_definitions]
        parts = [bundle.shared[name] for name in names]
        if not (
            _compiles_alone(bundle.root, bundle.references)
            and all(_compiles_alone(part.schema, part.references) for part in parts)
        ):
            self.compile()
        bundle.usable_definitions.update(names)
        bundle.usable = True

    def is_valid(self, value: JSON) -> bool:
        """Whether a value obeys the schema, formats included."""
        return self.compile().is_valid(value)

    def problems(self, value: JSON) -> list[Problem]:
        """Every way in which an invalid value breaks the schema, shallow ones first; `[]` for a valid one."""
        if self.is_valid(value):
            return []
        finder = self._problem_finder()
        return finder.problems(value) or finder.disputed(value, self.compile().iter_errors(value))

    def breaks_member(self, value: dict[str, JSON], name: str) -> bool:
        """Whether an object breaks the schema in a member or below it.

        The quick validator's word is enough; what it sees in a choice as a whole, the slow one tells apart.
        """
        if self._undemanding().is_valid(value):
            return False
        found = list(self.compile().iter_errors(value))
        if any(list(each.instance_path[:1]) == [name] for each in found):
            return True
        if not any(each.schema_path and each.schema_path[-1] in _CHOICES for each in found):
            return False
        place = f"/{escape(name)}"
        return any(f"{each.path}/".startswith(f"{place}/") for each in self.problems(value))

    def _undemanding(self) -> jsonschema_rs.Draft202012Validator:
        """Return a validator that misses no member of the whole: a body of thousands may be asked about one by one."""
        if self._parts is None:
            import jsonschema_rs  # noqa: PLC0415 - as in `compile`

            whole = self.standalone()
            less = self._without_demands(whole, 0)
            self._parts = (
                self.compile() if less == whole else jsonschema_rs.Draft202012Validator(less, validate_formats=True)
            )
        return self._parts

    def _without_demands(self, node: dict[str, JSON], depth: int) -> dict[str, JSON]:
        less = {key: value for key, value in node.items() if key not in _DEMANDS}
        every = less.pop("allOf", None)
        parts: list[JSON] = [*every] if isinstance(every, list) else []
        reference = less.pop("$ref", None)
        if isinstance(reference, str):
            parts.append(self.bundle.deref(reference))
        if not parts:
            return less
        return {**less, "allOf": [self._part_without_demands(each, depth + 1) for each in parts]}

    def _part_without_demands(self, node: JSON, depth: int) -> JSON:
        return self._without_demands(node, depth) if isinstance(node, dict) and depth < _DEEPEST else node

    def is_kept_at(self, value: JSON, place: str, *, instead_of: JSON) -> bool:
        """Whether a value obeys the schema at a JSON Pointer, and breaks it elsewhere only as an older value does."""
        if self.is_valid(value):
            return True
        if self.is_valid(instead_of):
            return False
        steps = tokens(place)
        new, old = list(self.compile().iter_errors(value)), list(self.compile().iter_errors(instead_of))
        if any(each.schema_path and each.schema_path[-1] in _CHOICES for each in (*new, *old)):
            after = {(tokens(each.path), each.keyword) for each in self.problems(value)}
            before = {(tokens(each.path), each.keyword) for each in self.problems(instead_of)}
        else:
            after, before = (
                {(tuple(map(str, each.instance_path)), "/".join(map(str, each.schema_path))) for each in errors}
                for errors in (new, old)
            )
        return after <= before and not any(path[: len(steps)] == steps for path, _ in after)

    @property
    def subjects(self) -> frozenset[str]:
        """The subject of every place that the schema describes, as clauses write it; those of a recursion once."""
        return self._problem_finder().subjects

    def _problem_finder(self) -> ProblemFinder:
        if self._finder is None:
            self._finder = ProblemFinder(self.bundle, location=self.location, inherited=self.inherited)
        return self._finder


_DEEPEST: Final = 8
_DEMANDS: Final = frozenset({"required", "minProperties"})
"""Keywords that fail for what an object lacks, and for nothing that it has."""
_CHOICES: Final = frozenset({"anyOf", "oneOf"})
"""Keywords that fail as a whole for what is wrong below them."""


def _compiles_alone(part: JSON, references: Iterable[str]) -> bool:
    """Whether a schema compiles where each of its references accepts everything."""
    if not isinstance(part, dict):
        return True
    import jsonschema_rs  # noqa: PLC0415 - as above

    anything = True
    schema = {**part, "$schema": DIALECT, "$defs": dict.fromkeys(references, anything)}
    try:
        jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    except (ValueError, jsonschema_rs.ValidationError):
        return False
    return True
