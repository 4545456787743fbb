"""Kinds of things that the run can make and read, what is done to them, and how one names another: `customer_id` of an invoice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.actions.kit.reaching import UPDATES, state_member
from contract_suite.behaviours.actions.kit.state_updates import StateUpdate, state_updates
from contract_suite.behaviours.kit.own_things import (
    ItemPaths,
    item_paths,
    member_shown,
    operations_below,
    places,
    shallow_paths,
)
from contract_suite.behaviours.kit.resource_operations import members_shown, request_body
from contract_suite.contract.naming.names import plain_name, singular, words
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.json import JSON, Missing
from contract_suite.model.memo import MOST_CONTRACTS, Memo

_ACTS: Final = frozenset({"POST", "PUT", "PATCH"})
_MOST_KINDS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kind:
    """One kind of thing: its noun in the singular, the member that holds its state, and what is done to one.

    `noun` is for comparing with names (`purchaseorder`), `called` for messages, `spoken` a pattern of how sentences call it.
    `field` is empty and `states` are none where it has no state, or several. `actions` stand below it by their verb.
    """

    paths: ItemPaths
    noun: str
    called: str
    spoken: str
    field: str
    states: tuple[str, ...]
    state_updates: tuple[StateUpdate, ...]
    updates: tuple[Operation, ...]
    actions: tuple[tuple[str, Operation], ...]
    delete: Operation | None
    listing: Operation | None

    def state(self, shown: JSON | Missing) -> str:
        """Return the state that a representation shows; empty for none."""
        value = member_shown(shown, self.field) if self.field else None
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tie:
    """One kind of thing that names another one: by a member that a read shows, and that its create or its path takes.

    `sent` is the member of the create's body that names it; empty where the path does, or nothing until later.
    """

    child: Kind
    parent: Kind
    shown: str
    sent: str
    by_path: bool

    def named(self, shown: JSON | Missing) -> dict[str, JSON] | None:
        """Return the address of what a representation names; `None` if it names nothing that can be read."""
        value = member_shown(shown, self.shown) if self.shown else None
        if not _is_id(value) or isinstance(value, Missing):
            return None
        *above, key = names_in(self.parent.paths.read.path)
        members = {plain_name(name): each for place in places(shown) for name, each in place.items()}
        found: dict[str, JSON] = {name: each for name in above if _is_id(each := members.get(plain_name(name)))}
        return {**found, key: value} if len(found) == len(above) else None

    def names(self, shown: JSON | Missing, key: JSON) -> bool:
        """Whether a representation names what has this key."""
        value = member_shown(shown, self.shown) if self.shown else None
        return _is_id(value) and str(value) == str(key)


def kinds(contract: Contract) -> tuple[Kind, ...]:
    """Every kind of thing that the run can make and read; none where the document says itself what owns what."""
    return _KINDS(contract)


def ties(contract: Contract) -> tuple[Tie, ...]:
    """Every way in which a thing of one kind names one of another."""
    return _TIES(contract)


def asked_of(kind: Kind) -> Iterator[tuple[str, Operation, bool]]:
    """Yield what can be asked of a thing: what it is called by its path, and whether it sets a state."""
    yield from ((verb, each, False) for verb, each in kind.actions)
    yield from (("", each.operation, True) for each in kind.state_updates)
    if kind.delete is not None:
        yield "delete", kind.delete, False


def _is_id(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _kinds(contract: Contract) -> Iterator[Kind]:
    if contract.resources:
        return
    usable = [each for each in contract.operations if not each.problem]
    by_place = {(each.method, shape(each.path)): each for each in usable}
    reads = {shape(each.path) for each in usable if each.method == "GET"}
    creates = {each.create.id for each in (*item_paths(contract), *shallow_paths(contract))}
    for paths in (*item_paths(contract), *shallow_paths(contract))[:_MOST_KINDS]:
        own = shape(paths.read.path)
        segment = own.rpartition("/")[0].rpartition("/")[2]
        parts = words(segment)
        if paths.create.method != "POST" or not parts or "{" in segment:
            continue
        field, states = state_member(paths)
        below = operations_below(contract).get(own, ())
        updates = tuple(state_updates(contract, paths))
        set_below = {each.operation.id for each in updates}
        one = (*parts[:-1], singular(parts[-1]))
        yield Kind(
            paths=paths,
            noun=singular(segment),
            called=" ".join(one),
            spoken=_spoken(one),
            field=field,
            states=states,
            state_updates=tuple(each for each in updates if each.field == field),
            updates=tuple(each for each in usable if each.method in UPDATES and shape(each.path) == own),
            actions=tuple(
                (verb, each)
                for verb, each in below
                if each.method in _ACTS
                and "{" not in verb
                and shape(each.path) not in reads
                and each.id not in set_below
                and each.id not in creates
            ),
            delete=by_place.get(("DELETE", own)),
            listing=by_place.get(("GET", own.rpartition("/")[0])),
        )


def _spoken(noun: tuple[str, ...]) -> str:
    """How sentences call one or several of a noun: "purchase order", "interview slots", "entries"."""
    *before, last = (re.escape(each) for each in noun)
    ending = rf"{last[:-1]}(?:ys?|ies)" if last.endswith("y") else rf"{last}(?:s|es)?"
    return "[ _-]?".join([*before, ending])


def _ties(contract: Contract) -> Iterator[Tie]:
    known = kinds(contract)
    by_noun: dict[str, list[Kind]] = {}
    for each in known:
        by_noun.setdefault(each.noun, []).append(each)
    for child in known:
        above = shape(child.paths.create.path).rpartition("/")[0]
        taken = request_body(child.paths.create)
        sent = set(taken.property_names()) if taken is not None else set()
        seen: set[str] = set()
        for name, member in members_shown(child.paths.read).items():
            parent = _named_by(name, member, by_noun)
            if parent is None or parent is child or parent.noun in seen:
                continue
            by_path = above == shape(parent.paths.read.path)
            seen.add(parent.noun)
            yield Tie(
                child=child,
                parent=parent,
                shown=name,
                sent=name if name in sent and not by_path else "",
                by_path=by_path,
            )
        for parent in known:
            if above == shape(parent.paths.read.path) and parent.noun not in seen:
                yield Tie(child=child, parent=parent, shown="", sent="", by_path=True)


def _named_by(name: str, member: SchemaView, by_noun: Mapping[str, list[Kind]]) -> Kind | None:
    """Return the one kind of thing that a member names by its id: `customer_id`, `customerId`, and `customer` too."""
    plain, types = plain_name(name), member.types() - {"null"}
    if not types or not types <= {"string", "integer"} or isinstance(member.keyword("enum"), list):
        return None
    nouns = [plain.removesuffix(end) for end in ("uuid", "id") if plain.endswith(end) and plain != end]
    nouns = nouns or [plain]
    found = [each for noun in nouns[:1] for each in by_noun.get(noun, ())]
    return found[0] if len(found) == 1 else None


_KINDS: Final[Memo[Contract, tuple[Kind, ...]]] = Memo(lambda contract: tuple(_kinds(contract)), most=MOST_CONTRACTS)
_TIES: Final[Memo[Contract, tuple[Tie, ...]]] = Memo(lambda contract: tuple(_ties(contract)), most=MOST_CONTRACTS)
