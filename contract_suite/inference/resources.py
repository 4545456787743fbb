"""Kinds of things and what operations do to them, by path and by verb and noun.

Over 102,758 public operations, POST on P beside P/{x} creates in 97.8 %, DELETE deletes in 99.4 %, PUT and PATCH update
in 89.8 % (another 8.7 % create: a PUT that documents 201 is the create where no POST is), GET reads in 92.5 %. The id of an item path is
shown under a likely name in 65 %; where it isn't, nothing is said. 119 providers say it by verb and noun.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.naming.replacing import keeps_all
from contract_suite.contract.naming.said_by_server import says_server_sets
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.inference.kit.kinds import Kind, says_role
from contract_suite.inference.kit.names import CREATED, MODIFIED, VERSIONS
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import JSON

NAME: Final = "resources"
_VERSION: Final = "version"
_SAYS_KEPT: Final = re.compile(
    r"\bun(changed|touched|modified|affected|altered)\b|\b(remain|stay|keep|kept|preserve)\w*\b|\bpartial",
    re.IGNORECASE,
)


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield, for each kind of thing, what it is, one fact for each operation on it, and what parameters stand for."""
    if reading.contract.resources:
        return
    owners = list(_owners(reading.kinds))
    for kind in reading.kinds:
        owned: list[JSON] = [below.name for above, below in owners if above is kind]
        words: dict[str, JSON] = {"identity": list(kind.identity), "scope": list(kind.scope)}
        if kind.envelope:
            words["representation"] = kind.envelope
        yield _fact(kind, (), words, *kind.witnesses)
        if owned:
            said = Witness(text="the identity of what it owns begins with its own", location=kind.witnesses[0].location)
            yield _fact(kind, ("owns",), owned, said)
        for role, operation in (("create", kind.create), ("read", kind.read), ("delete", kind.delete)):
            if operation is not None:
                yield _fact(kind, (role,), {"operation": operation.id}, *_role(kind, role, operation))
        if kind.lists:
            yield _fact(kind, ("lists",), [each.id for each in kind.lists], *_role(kind, "list", kind.lists[0]))
        if kind.update is not None:
            yield from _update(kind, kind.update)
        for operation_id, bound in kind.binds.items():
            said = Witness(
                text=f"{', '.join(bound)} stands for what is shown as {', '.join(bound.values())}",
                location=kind.witnesses[0].location,
            )
            yield InferredFact(
                rule=NAME, operation=operation_id, path=("bind",), words=dict(bound), witnesses=(said, *kind.witnesses)
            )


def _update(kind: Kind, update: Operation) -> Iterator[InferredFact]:
    place = kind.sent(update)
    places = (kind.representation, kind.shown_by(update))  # a read may show something else of what was deleted
    shown = {name for each in places if each is not None for name in each.sure_names()}
    fixed = {*kind.identity, *kind.binds.get(update.id, {}), *kind.binds.get(update.id, {}).values()}
    sent = kind.sent(kind.create) if kind.create is not None else None
    created = frozenset(_named_versions(sent)) if sent is not None else frozenset[str]()
    mutable: list[JSON] = [
        name
        for name in (place.property_names() if place is not None else ())
        if name in shown
        and name not in fixed
        and not is_assigned_name(name)
        and (plain_name(name) not in VERSIONS or name in created)
        and place is not None
        and place.member(name).keyword("readOnly") is not True
    ]
    if mutable:
        words: dict[str, JSON] = {"operation": update.id, "mutable": mutable}
        is_partial = update.method == "PATCH" or (update.method == "PUT" and keeps_all(update))
        if is_partial or _changes_parts(kind, update, fixed):
            words["omitted"] = "kept"
        yield _fact(kind, ("update",), words, *_role(kind, "update", update))


def _named_versions(sent: SchemaView) -> Iterator[str]:
    """Yield what a create takes that is called a version and is a text, such as `1.0`: the client's own, and no count of changes."""
    for name in sent.property_names():
        place = sent.member(name)
        told = says_server_sets(str(place.keyword("description") or ""))
        if plain_name(name) == _VERSION and place.types() - {"null"} == {"string"} and not told:
            yield name


def _changes_parts(kind: Kind, update: Operation, fixed: set[str]) -> bool:
    """Whether a call demands nothing but what names the thing, so that the rest can be left out.

    A POST on the thing's own path must say besides that what is left out stays.
    """
    place = kind.sent(update)
    said = kind.by_names or _SAYS_KEPT.search(update.description) is not None
    return place is not None and update.method == "POST" and said and set(place.required_names()) <= fixed


def is_assigned_name(name: str) -> bool:
    """Whether a field holds when something was made or changed, by its name."""
    return plain_name(name) in CREATED | MODIFIED


def _role(kind: Kind, role: str, operation: Operation) -> tuple[Witness, ...]:
    where = f"{operation.method} {operation.written_path}"
    said = Witness(text=f"{where} is where one would {role}", location=operation.location)
    if kind.by_names or operation.id.lower().startswith((role, "get", "describe")) or says_role(operation, role):
        return said, Witness(text=f"{operation.id} says so by its name", location=operation.location)
    declared = {"create": "201", "delete": "204"}.get(role, "")
    if any(spec.status == declared for spec in operation.responses):
        return said, Witness(text=f"it answers {declared}", location=operation.location)
    if role in {"read", "list", "update"}:
        return said, *kind.witnesses[:1]
    return (said,)


def _owners(kinds: tuple[Kind, ...]) -> Iterator[tuple[Kind, Kind]]:
    """Pairs of owner and owned: the identity of one is part of the other's."""
    for below in kinds:
        above = [
            each
            for each in kinds
            if each is not below
            and set(each.identity) < set(below.identity)
            and below.by_names
            and each.scope == below.scope
        ]
        if len(above) == 1:
            yield above[0], below


def _fact(kind: Kind, path: tuple[str, ...], words: JSON, *witnesses: Witness) -> InferredFact:
    return InferredFact(
        rule=NAME, operation="", path=("resources", kind.name, *path), words=words, witnesses=tuple(witnesses)
    )


RULE: Final = InferenceRule(
    name=NAME, title="Paths and names say what is made, shown, changed and removed.", infer=infer
)
