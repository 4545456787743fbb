"""Which members a schema declares at each place of a body, of what kind, and where a resource stands among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.walking import real_branch, visit
from contract_suite.contract.vocabulary import Resource
from contract_suite.mock.fields import Body, pointer
from contract_suite.model.json import JSON, escape, unescape


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The members that a schema declares at one place; `open` where it invites others or decides between branches.

    `read_only` are those that no request sets, `write_only` those that no answer shows.
    """

    declared: tuple[str, ...] = ()
    open: bool = True
    kinds: Mapping[str, str] = field(default_factory=dict)
    read_only: frozenset[str] = frozenset()
    write_only: frozenset[str] = frozenset()

    def shown(self, body: Body) -> Body:
        """Return what of a representation belongs at this place, in the declared order."""
        if self.write_only:
            body = {name: value for name, value in body.items() if name not in self.write_only}
        shown = {name: body[name] for name in self.declared if name in body}
        return {**shown, **body} if self.open else shown


def names_of(schema: Schema) -> dict[str, Names]:
    """Return the members that a schema declares, by the subject of the place that declares them."""
    declared: dict[str, dict[str, str]] = {}
    open_places: set[str] = set()
    kinds: dict[str, str] = {}
    marked: dict[str, set[str]] = {"readOnly": set(), "writeOnly": set()}
    for subject, node in visit(schema.bundle):
        for keyword, places in marked.items():
            if node.get(keyword) is True:
                places.add(subject)
        kind = _kind(node)
        if kind and subject not in kinds:
            kinds[subject] = kind
        properties = node.get("properties")
        if isinstance(properties, dict):
            demanded = node.get("required")
            names = (*properties, *(each for each in (demanded if isinstance(demanded, list) else ())))
            declared.setdefault(subject, {}).update(dict.fromkeys(map(str, names), ""))
        decides = any(key in node and real_branch(schema.bundle, node[key]) is None for key in ("anyOf", "oneOf"))
        if decides or node.get("additionalProperties", False) is not False or "patternProperties" in node:
            open_places.add(subject)
    return {
        subject: Names(
            declared=tuple(names),
            open=subject in open_places,
            kinds={name: kinds.get(f"{subject}/{escape(name)}", "") for name in names},
            read_only=_of(names, subject, marked["readOnly"]),
            write_only=_of(names, subject, marked["writeOnly"]),
        )
        for subject, names in declared.items()
    }


def _of(names: Mapping[str, str], subject: str, marked: set[str]) -> frozenset[str]:
    return frozenset(name for name in names if f"{subject}/{escape(name)}" in marked) if marked else frozenset()


def kind_at(names: Mapping[str, Names], place: str) -> str:
    """Return the format or type of the member at a pointer, empty where nothing says it."""
    parent, _, last = place.rpartition("/")
    return names.get(parent, Names()).kinds.get(last, "")


def place_of(resource: Resource, names: Mapping[str, Names]) -> str | None:
    """Return the shallowest place that declares the identity; else the shallowest that declares a part of it."""
    if resource.representation and resource.representation in names:
        return resource.representation
    first = {unescape(pointer(each).split("/")[1]) for each in resource.identity}
    shallow = sorted(
        (each for each in names if each.count("/") <= 2 and "*" not in each),  # noqa: PLR2004 - an envelope or two
        key=lambda each: each.count("/"),
    )
    for enough in (first.issubset, lambda declared: bool(first & set(declared))):
        for place in shallow:
            if enough(names[place].declared):
                return place
    return "" if not names else None


def place_in(resource: Resource, shown: JSON) -> str:
    """Return the member of an answer that shows the identity; its root where that does, or none."""
    name = unescape(pointer(resource.identity[0]).split("/")[1])
    if not isinstance(shown, dict) or name in shown:
        return ""
    return next((f"/{escape(key)}" for key, each in shown.items() if isinstance(each, dict) and name in each), "")


def first_array(schema: Schema | None) -> str | None:
    """Return the subject of the shallowest array, `None` without one."""
    arrays = (
        [subject for subject, node in visit(schema.bundle) if _kind(node) == "array" and "*" not in subject]
        if schema
        else []
    )
    return min(arrays, key=lambda each: each.count("/"), default=None)


def defaults_of(schema: Schema | None, names: Names, place: str = "") -> dict[str, JSON]:
    """Return the defaults of the members that a schema declares at a place, its root if none is given."""
    found: dict[str, JSON] = {}
    for subject, node in visit(schema.bundle) if schema else ():
        parent, _, last = subject.rpartition("/")
        name = unescape(last)
        if name in names.declared and subject and parent == place and "default" in node:
            found.setdefault(name, node["default"])
    return found


def _kind(node: Mapping[str, JSON]) -> str:
    form = node.get("format")
    if isinstance(form, str) and form in {"uuid", "date", "date-time"}:
        return form
    declared = node.get("type")
    kind = next((each for each in declared if each != "null"), "") if isinstance(declared, list) else declared
    return kind if isinstance(kind, str) else ""
