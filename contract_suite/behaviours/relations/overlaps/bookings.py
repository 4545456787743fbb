"""The creates whose sentences say that nothing is taken twice for the same time, and what belongs to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.kit.clauses import clause_at
from contract_suite.behaviours.kit.own_things import ItemPaths, item_paths, operations_below
from contract_suite.behaviours.kit.resource_operations import request_body
from contract_suite.behaviours.relations.overlaps.intervals import IntervalMembers, interval_members
from contract_suite.contract.naming.names import singular, words
from contract_suite.contract.naming.sentences import statements
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.model.clause import Clause

NAME: Final = "overlaps"
TAKEN: Final = "overlap-refused"
MOVED: Final = "move-refused"
NEXT: Final = "next-served"
FREED: Final = "freed-by-end"
_CREATED: Final = 201
_REFUSALS: Final = frozenset({"400", "409", "422"})
_SAYS: Final = re.compile(
    r"\boverlap|\bdouble[- ]?book|\btwice (for|at|in|on) the same (time|period|slot|dates?|days?)\b"
    r"|(?:\bnot|n't|\bno longer) (be )?(free|available)\b.*\b(time|period|slot|dates?|days?|then)\b"
    r"|\b(already|is|are) (booked|reserved|taken|occupied|scheduled|rented|busy)\b.*\b(time|period|slot|dates?|days?|then)\b"
    r"|\b(?:not|never|cannot|n't|no two)\b[^.;]*\b(?:share|clash|collide|coincide|intersect)\b"
    r"(?!.*\b(?:with|between|among) (?:others?|people|users|members|everyone)\b)"
    r"(?:[^.;]*\b(?:time|period|slot|dates?|days?|nights?|hours?)\b)",
    re.IGNORECASE,
)
_ALLOWS: Final = re.compile(
    r"\b(may|can|could|allowed to|free to) overlap\b|\boverlap\w*( \w+){0,3} (is|are) (fine|allowed|possible|ok|permitted)\b"
    r"|\bunless\b|\bup to\b|\bcapacity\b|\bat most\b|\bwarn",
    re.IGNORECASE,
)
_FORBIDS: Final = re.compile(
    r"\b(?:not|never|cannot|no two|no longer|refused|rejected|conflict|double[- ]?book\w*)\b|n['\u2019]t\b|\b4(?:00|09|22)\b",
    re.IGNORECASE,
)
"""What makes a sentence one of refusals, where no read shows what was made."""
_SAYS_NEXT: Final = re.compile(
    r"\bback[- ]to[- ]back\b.*\b(fine|allowed|ok|okay|possible|permitted|can|may)\b"
    r"|\b(may|can) (begin|start) (when|where|as soon as|at the time) (another|the other|one|the previous)\b.*\bends?\b"
    r"|\b(?:may|can) (?:arrive|begin|start|check in|move in|be picked up|follow)\b[^.;]*"
    r"\b(?:on|at) the (?:same )?(?:day|date|time|moment|hour|night)\b"
    r"[^.;]*\b(?:another|other|previous|one before)\b[^.;]*\b(?:leaves?|ends?|departs?|checks? out|moves? out|is returned|finishe?s?)\b"
    r"|\b(adjacent|touching|adjoining)\b.*\b(fine|allowed|ok|okay|possible|permitted|not overlap|no overlap)\b",
    re.IGNORECASE,
)
_SAYS_FREED: Final = re.compile(
    r"\bcancell?ed\b.*(?:\bnot|n't|\bno longer) (count|occupy|block|overlap|conflict|take|hold|matter|considered|included)\w*\b"
    r"|\bcancell?ed\b.*\b(are|is) (ignored|left out|excluded|free)\b|\bcancel\w* (\w+ ){0,3}(frees?|releases?)\b"
    r"|\b(frees?|releases?) (\w+ ){0,2}(slot|time|period|dates?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A create that takes something for a time: the members that say when, how it is moved, and what ends it.

    Without `paths` nothing reads what it makes, and nothing is known to move or end it.
    """

    create: Operation
    paths: ItemPaths | None
    members: IntervalMembers
    move: Operation | None
    end: Operation | None
    says_next: bool


def bookings(contract: Contract) -> Iterator[Booking]:
    """Yield each create that says so in a plain document."""
    read = {paths.create.id: paths for paths in item_paths(contract)}
    for create in contract.operations if not contract.resources else ():
        if create.method != "POST" or create.problem:
            continue
        members, told = interval_members(request_body(create)), _told(create)
        said = [each for each in told if _SAYS.search(each)]
        if members is None or not said or any(_ALLOWS.search(each) for each in said):
            continue
        paths = read.get(create.id)
        if paths is None and not (create.documents(_CREATED) and any(_FORBIDS.search(each) for each in said)):
            continue
        at_it, end = _changes(contract, paths) if paths is not None else ({}, None)
        yield Booking(
            create=create,
            paths=paths,
            members=members,
            move=_move(at_it, members),
            end=end,
            says_next=any(_SAYS_NEXT.search(each) for each in told),
        )


def _changes(contract: Contract, paths: ItemPaths) -> tuple[Mapping[str, Operation], Operation | None]:
    """Return the operations on what was made, by method, and what gives its time up again."""
    own = shape(paths.read.path)
    at_it = {each.method: each for each in contract.operations if shape(each.path) == own and not each.problem}
    below = operations_below(contract).get(own, ())
    cancels = [each for verb, each in below if words(verb)[:1] == ("cancel",) and each.method == "POST"]
    freed = bool(cancels) and any(_SAYS_FREED.search(each) for each in _told_of_all(contract, paths.create))
    return at_it, cancels[0] if freed else at_it.get("DELETE")


def clauses_of(each: Booking) -> Mapping[str, Clause]:
    """The clauses of one of them, by kind."""
    create = each.create
    found = {TAKEN: clause_at(NAME, create, "request", TAKEN, f"{create.id} is refused for a time that is taken.")}
    if each.says_next:
        text = f"{create.id} is served for a time that begins when a taken one ends."
        found[NEXT] = clause_at(NAME, create, "request", NEXT, text)
    if each.move is not None:
        found[MOVED] = clause_at(
            NAME, each.move, "request", MOVED, f"{each.move.id} is refused for a time that is taken."
        )
    if each.end is not None:
        text = f"After {each.end.id} the time can be taken again."
        found[FREED] = clause_at(NAME, each.end, "request", FREED, text)
    return found


def _told(create: Operation) -> list[str]:
    """The sentences of a create and of its refusals; the sentence of a whole paragraph may follow over a line's end."""
    refusals = [each.description for each in create.responses if each.status in _REFUSALS]
    texts = (create.summary, create.description, *refusals)
    return [each for text in texts for each in statements(re.sub(r"\n(?=\S)", " ", text))]


def _told_of_all(contract: Contract, create: Operation) -> list[str]:
    """The sentences of a create, and those of other operations that name what it makes: a search for what is free."""
    noun = re.compile(rf"\b{re.escape(singular(create.path.rstrip('/').rpartition('/')[2]))}s?\b", re.IGNORECASE)
    others = (each for each in contract.operations if each is not create)
    return [*_told(create), *(one for each in others for one in _told(each) if noun.search(one))]


def _move(at_it: Mapping[str, Operation], members: IntervalMembers) -> Operation | None:
    """Return the update that takes another time, and documents how it is refused."""
    for method in ("PATCH", "PUT"):
        each = at_it.get(method)
        place = request_body(each) if each is not None else None
        if each is None or place is None or {spec.status for spec in each.responses}.isdisjoint(_REFUSALS):
            continue
        if {members.start, *filter(None, (members.end, members.length))} <= place.property_names().keys():
            return each
    return None
