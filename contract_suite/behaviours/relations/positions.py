"""What stands in a row below something has the positions that a sentence promises: from 1 without gaps, also after a move.

Lessons of a course, tracks of a playlist, cards of a column: "Positions run from 1 without gaps" beside an action that takes
a `position`. All of it is asked of a row that the run made itself, below a thing of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.own_things import ItemPaths, identity_shown, item_at, items_in, make_own
from contract_suite.behaviours.kit.requests import get_at, path_arguments, required_arguments
from contract_suite.behaviours.kit.resource_operations import representation, request_body
from contract_suite.behaviours.kit.responses import done, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.contract.naming.names import words
from contract_suite.contract.naming.sentences import sentences
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, escape
from contract_suite.model.verdict import Verdict

NAME: Final = "positions"
_ADDED: Final = "numbered-without-gaps"
_MOVED: Final = "moved-to-position"
_CLOSED: Final = "gap-closed"
_TEXTS: Final = {
    _ADDED: "The positions of an ordered list have no gaps.",
    _MOVED: "A moved item is at the position that was asked for, and the others keep their order.",
    _CLOSED: "When an item is deleted, its gap is closed.",
}
_NAMES: Final = frozenset({"position", "rank", "ordinal", "index", "order", "sequence", "place"})
"""Words by which a member says where in its row a thing stands."""
_SAYS: Final = re.compile(
    r"\b(without|no|never any|free of) (gaps?|holes?)\b|\bgap-?(less|free)\b|\b(consecutive|contiguous)\b",
    re.IGNORECASE,
)
_DENIES: Final = re.compile(
    r"(?:\bnot\b|n['\u2019]t\b|\bnever be\b|\bnon-)[^,;:]*?\b(?:consecutive|contiguous|gap-?(?:less|free)|(?:without|free of) (?:gaps?|holes?))\b",
    re.IGNORECASE,
)
"""What says that there may be gaps: "need not be consecutive"."""
_MANY: Final = 4
_WRITES: Final = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A list below an item: what adds to it, which member says the position, what moves and what deletes one."""

    above: ItemPaths
    add: Operation
    listing: Operation
    member: str
    move: Operation | None
    delete: Operation | None


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every list below an item whose items have a position, where a sentence says that there are no gaps."""
    found = (clause for row in _rows(contract) for clause in _clauses_of(row).values())
    reason = "no sentence says that the positions of a list below what the run can make have no gaps"
    yield from inapplicable_if_none(found, contract, NAME, "below", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Make a row, move its first one down and its last one up, and delete one from its middle."""
    for row in _rows(session.contract):
        verdicts = Verdicts(session, _clauses_of(row))
        if not verdicts.any_wanted:
            continue
        if session.allowed(row.add) and session.allowed(row.listing):
            yield from while_sent(_drive(session, row, verdicts))
        yield from verdicts.leave_untested("the run could not fill a list of its own")


def _drive(session: Session, row: _Row, verdicts: Verdicts) -> Iterator[Verdict]:
    owner = make_own(session, row.above)
    known = session.accepted(row.add)
    body = known.get("body") if known is not None else None
    if owner is None or known is None or not isinstance(body, dict):
        return
    given = {**known, **path_arguments(row.add, owner.address)}
    given["body"] = {name: value for name, value in body.items() if name != row.member}
    keys: list[str] = []
    for number in range(_MANY):
        added = session.call(row.add, given, intent=Intent.UNKNOWN, note=f"number {number + 1} of a row")
        keys.append(identity_shown(session.json(added), "id") if done(added) else "")
    listed = get_at(session, row.listing, owner.address, note="the row")
    now = _row(session, row, listed)
    if listed is None or now is None or len(set(keys)) < _MANY or sorted(now) != sorted(keys):
        return
    first = min(now.values())
    if first not in {0, 1} or not _is_whole(now, first):
        message = f"{_MANY} were added to an empty row; their positions are {_shown(now)}"
        yield from verdicts.failed(
            _ADDED, message, listed, expected=[*range(1, _MANY + 1)], actual=sorted(now.values())
        )
        return
    yield from verdicts.passed(_ADDED, f"the positions of {_MANY} are {_shown(now)}", listed)
    for to in (first + _MANY - 2, first):  # down, past some, and then up
        yield from _moved(session, row, verdicts, owner.address, (listed, first, to))
        if verdicts.has_failed(_MOVED):
            return
    yield from _deleted(session, row, verdicts, owner.address, first)


def _moved(
    session: Session, row: _Row, verdicts: Verdicts, owner: Mapping[str, JSON], way: tuple[Exchange, int, int]
) -> Iterator[Verdict]:
    """Move the first one down, or the last one up."""
    listed, first, to = way
    before = _row(session, row, get_at(session, row.listing, owner, note="the row before a move"))
    if row.move is None or before is None or not verdicts.is_wanted(_MOVED) or not session.allowed(row.move):
        return
    ordered = sorted(before, key=lambda each: before[each])
    moving = ordered[0] if to > first else ordered[-1]
    arguments = _at(session, row.move, owner, moving)
    if arguments is None:
        return
    moved = session.call(
        row.move, {**arguments, "body": {row.member: to}}, intent=Intent.UNKNOWN, note=f"move one to {row.member} {to}"
    )
    after = get_at(session, row.listing, owner, note="the row after it") if done(moved) else None
    now = _row(session, row, after)
    if after is None or now is None or sorted(now) != sorted(before):
        return
    others = [each for each in ordered if each != moving]
    wanted = [*others[: to - first], moving, *others[to - first :]]
    if now.get(moving) != to:
        message = f"one was moved from {row.member} {before[moving]} to {to}, and stands at {now.get(moving)}"
        yield from verdicts.failed(_MOVED, message, listed, moved, after, expected=to, actual=now.get(moving))
    elif sorted(now, key=lambda each: now[each]) != wanted or not _is_whole(now, first):
        message = f"one was moved from {row.member} {before[moving]} to {to}; the others stand at {_shown(now)}, in another order"
        yield from verdicts.failed(_MOVED, message, listed, moved, after, problem="others")
    else:
        yield from verdicts.passed(_MOVED, f"it stands at {to}", moved, after)


def _deleted(
    session: Session, row: _Row, verdicts: Verdicts, owner: Mapping[str, JSON], first: int
) -> Iterator[Verdict]:
    """Delete one from the middle of the row."""
    before = _row(session, row, get_at(session, row.listing, owner, note="the row before a delete"))
    if row.delete is None or before is None or not verdicts.is_wanted(_CLOSED) or not session.allowed(row.delete):
        return
    goes = sorted(before, key=lambda each: before[each])[1]
    arguments = _at(session, row.delete, owner, goes)
    deleted = (
        session.call(row.delete, arguments, intent=Intent.UNKNOWN, note="delete the second") if arguments else None
    )
    after = get_at(session, row.listing, owner, note="the row after it") if deleted and served(deleted) else None
    now = _row(session, row, after)
    if deleted is None or after is None or now is None or sorted(now) != sorted(set(before) - {goes}):
        return
    if _is_whole(now, first):
        yield from verdicts.passed(_CLOSED, f"the positions are {_shown(now)}", deleted, after)
        return
    message = f"the second of {len(before)} was deleted; the positions are {_shown(now)}"
    expected: list[JSON] = [*range(first, first + len(now))]
    yield from verdicts.failed(_CLOSED, message, deleted, after, expected=expected, actual=sorted(now.values()))


def _at(session: Session, operation: Operation, owner: Mapping[str, JSON], key: str) -> dict[str, JSON] | None:
    """The arguments by which an operation addresses one of the row, below its owner or by itself."""
    names = names_in(operation.path)
    address = {**owner, "": key} if len(names) > 1 else {names[0]: key}
    return required_arguments(session, operation, address)


def _row(session: Session, row: _Row, listed: Exchange | None) -> dict[str, int] | None:
    """The positions of a row by the ids of what stands in it; `None` if it doesn't show them, or not of each."""
    if listed is None or not served(listed):
        return None
    found: dict[str, int] = {}
    for item in items_in(session.json(listed)):
        key, value = identity_shown(item, "id"), item.get(row.member) if isinstance(item, dict) else None
        if not key or not isinstance(value, int) or isinstance(value, bool):
            return None
        found[key] = value
    return found or None


def _is_whole(now: Mapping[str, int], first: int) -> bool:
    return sorted(now.values()) == [*range(first, first + len(now))]


def _shown(now: Mapping[str, int]) -> str:
    return ", ".join(map(str, sorted(now.values())))


def _rows(contract: Contract) -> Iterator[_Row]:
    usable = [each for each in contract.operations if not each.problem] if not contract.resources else []
    lists = {shape(each.path): each for each in usable if each.method == "GET"}
    for add in usable:
        collection = shape(add.path)
        above, listing = item_at(contract, collection.rpartition("/")[0]), lists.get(collection)
        if add.method != "POST" or above is None or listing is None or collection.endswith("}"):
            continue
        noun = collection.rpartition("/")[2]
        on_one = [each for each in usable if _is_about(each, collection, noun)]
        texts = [text for each in (add, listing, *on_one) for text in (each.summary, each.description)]
        member = _position_member(listing)
        told = [one for text in texts for one in sentences(text) if _SAYS.search(one) and not _DENIES.search(one)]
        if member and any(set(words(member)) & {each.removesuffix("s") for each in words(one)} for one in told):
            yield _Row(
                above=above,
                add=add,
                listing=listing,
                member=member,
                move=next((each for each in on_one if _moves(each, member)), None),
                delete=next((each for each in on_one if each.method == "DELETE"), None),
            )


def _is_about(operation: Operation, collection: str, noun: str) -> bool:
    """Whether an operation is on one of the row, or acts on it: below the list, or where one has a path of its own."""
    place = shape(operation.path)
    own = re.fullmatch(rf"/?(?:[^{{}}]*/)?{re.escape(noun)}/{{}}(/[\w-]+)?", place)
    return own is not None or (
        place.startswith(f"{collection}/{{}}") and place.count("{}") == collection.count("{}") + 1
    )


def _moves(operation: Operation, member: str) -> bool:
    """Whether an action on one of the row takes nothing but a position."""
    takes = request_body(operation)
    acts = not shape(operation.path).endswith("}") and operation.method in _WRITES
    return acts and takes is not None and [*takes.property_names()] == [member]


def _position_member(listing: Operation) -> str:
    """The member by which the items of a list say where they stand; empty for none."""
    place = representation(listing)
    item = _item(place) if place is not None else None
    found = [
        name
        for name in (item.property_names() if item is not None else ())
        if item is not None
        and words(name)[-1:]
        and words(name)[-1] in _NAMES
        and item.member(name).types() == {"integer"}
    ]
    return found[0] if len(found) == 1 else ""


def _item(place: SchemaView) -> SchemaView | None:
    """Where an item of a list is described: of the body, or of the one array in it."""
    if "array" in place.types():
        return place.element(0)
    arrays = [place.member(name) for name in place.property_names() if "array" in place.member(name).types()]
    return arrays[0].element(0) if len(arrays) == 1 else None


def _clauses_of(row: _Row) -> dict[str, Clause]:
    operations = {_ADDED: row.listing, _MOVED: row.move, _CLOSED: row.delete}
    return {
        kind: clause_at(NAME, operation, f"row/{escape(row.member)}", kind, _TEXTS[kind])
        for kind, operation in operations.items()
        if operation is not None
    }


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="What stands in a row is numbered without gaps, also after a move and a delete.",
    clauses=clauses,
    drive=drive,
)
