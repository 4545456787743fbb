"""What a resource calculates of what stands below it follows when something is removed: totals, amounts, counts.

`DELETE /invoices/{id}/items/{item}` beside an invoice that shows a `total`. Whatever number adding something changed must
not stay as it is when that is removed again. Counts of what a list shows below are for `counts-below` and `items-below`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.own_things import ItemPaths, OwnThing, identity_shown, item_at, make_own
from contract_suite.behaviours.kit.owners import count_member, numbers_shown, remembers_what_was
from contract_suite.behaviours.kit.requests import get_at, path_arguments, required_arguments
from contract_suite.behaviours.kit.resource_operations import members_shown
from contract_suite.behaviours.kit.responses import done, why_not
from contract_suite.behaviours.kit.retrying import read_until
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.naming.names import plain_name, singular, words
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.contract.schemas.numeric import is_number
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, escape
from contract_suite.model.verdict import Verdict

NAME: Final = "sums-below"
_KIND: Final = "removed-and-subtracted"
_SUMS: Final = frozenset(
    {
        *("total", "totals", "subtotal", "sum", "amount", "net", "gross", "tax", "price", "cost", "due", "balance", "outstanding"),
        *("count", "quantity", "items", "weight", "duration", "rating", "average"),
    }
)  # fmt: skip
"""Words of numbers that are calculated of other things."""
_RECORDS: Final = frozenset(
    {"ever", "lifetime", "last", "next", "max", "highest", "peak", "version", "sequence", "paid", "spent"}
)
"""Words of numbers that remember what was there once."""
_UNKNOWN: Final = frozenset({404, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Below:
    """What adds something below an item, and removes it; `numbers` are the item's members that may be calculated of it."""

    paths: ItemPaths
    add: Operation
    delete: Operation
    numbers: tuple[str, ...]


def clauses(contract: Contract) -> Iterator[Clause]:
    """Everything that is added below an item and can be removed, where the item shows numbers that may be calculated of it."""
    found = (_clause_of(below) for below in _belows(contract))
    reason = "nothing can be added below a resource that shows a sum or a count, and be removed again"
    yield from inapplicable_if_none(found, contract, NAME, "below", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Add something below a new thing and remove it again; a number that moved first must not stay then."""
    for below in _belows(session.contract):
        verdicts = Verdicts(session, {_KIND: _clause_of(below)})
        if not verdicts.any_wanted:
            continue
        if session.allowed(below.add) and session.allowed(below.delete):
            yield from while_sent(_drive(session, below, verdicts))
        yield from verdicts.leave_untested("no item could be added that changed a number of its owner")


def _drive(session: Session, below: _Below, verdicts: Verdicts) -> Iterator[Verdict]:
    owner = make_own(session, below.paths)
    accepted = session.accepted(below.add) if owner is not None else None
    if owner is None or accepted is None:
        return
    given = {**accepted, **path_arguments(below.add, owner.address)}
    added = session.call(below.add, given, intent=Intent.UNKNOWN, note="add something below it")
    former = numbers_shown(session, owner.read, below.numbers)
    filled = (
        get_at(session, below.paths.read, owner.address, note="what does it show with it?") if done(added) else None
    )
    latter = numbers_shown(session, filled, below.numbers) if filled is not None else {}
    moved = {name: value for name, value in latter.items() if name in former and former[name] != value}
    arguments = _deleting(session, below, owner, added, given.get("body")) if moved else None
    if filled is None or arguments is None:
        return
    deleted = session.call(below.delete, arguments, intent=Intent.UNKNOWN, note="remove it")
    again = (
        session.call(below.delete, arguments, intent=Intent.UNKNOWN, note="is it gone?") if done(deleted) else deleted
    )
    if again.status not in _UNKNOWN or not done(deleted):
        yield from verdicts.untested(_KIND, f"nothing shows that it was removed: {why_not(again)}", deleted, again)
        return

    def has_moved(read: Exchange) -> bool:
        numbers = numbers_shown(session, read, below.numbers)
        return all(numbers.get(name) != value for name, value in moved.items())

    note = "what does it show without it?"
    clause = verdicts.clause_id(_KIND)
    after = read_until(session, below.paths.read, owner.address, has_moved, note=note, clause=clause) or filled
    last = numbers_shown(session, after, below.numbers)
    stale = [name for name, value in moved.items() if last.get(name) == value]
    seen = (owner.read, added, filled, deleted, after)
    if stale:
        name = stale[0]
        changes = ", ".join(f"{each} from {shown(former[each])} to {shown(latter[each])}" for each in stale)
        message = f"adding an item changed {changes}; after the item was removed it still shows that"
        pointer, expected = f"/{escape(name)}", former[name]
        yield from verdicts.failed(_KIND, message, *seen, pointer=pointer, expected=expected, actual=last[name])
    elif all(last.get(name) == former[name] for name in moved):
        yield from verdicts.passed(_KIND, f"{', '.join(moved)} followed", *seen)
    else:
        yield from verdicts.untested(_KIND, "its numbers changed, but not to what they were before", *seen)


def _deleting(session: Session, below: _Below, owner: OwnThing, added: Exchange, body: JSON) -> dict[str, JSON] | None:
    """Return what addresses the thing that was added: by the id that its answer shows, or by what it was added with."""
    key = names_in(below.delete.path)[-1]
    noun = singular(below.add.path.rstrip("/").rpartition("/")[2])
    sent = (
        next((body[name] for name in body if plain_name(name) == plain_name(key)), None)
        if isinstance(body, dict)
        else None
    )
    shows_owner = identity_shown(session.json(added), "id") in {str(each) for each in owner.address.values()}
    value = sent if sent is not None else "" if shows_owner else identity_shown(session.json(added), key, f"{noun}id")
    if not isinstance(value, (str, int)) or value == "":
        return None
    return required_arguments(session, below.delete, {**owner.address, key: value})


def _belows(contract: Contract) -> Iterator[_Below]:
    if contract.resources:
        return  # the document says itself what owns what
    usable = [each for each in contract.operations if not each.problem]
    by_place: Mapping[tuple[str, str], Operation] = {(each.method, shape(each.path)): each for each in usable}
    for add in usable:
        own = shape(add.path)
        parent, _, noun = add.path.rstrip("/").rpartition("/")
        paths = item_at(contract, shape(parent)) if add.method == "POST" and not names_in(noun) else None
        delete = by_place.get(("DELETE", f"{own}/{{}}"))
        if paths is None or delete is None:
            continue
        counted = count_member(paths.read, noun) if ("GET", own) in by_place else ""
        numbers = tuple(name for name in _sums(paths.read) if name != counted)
        if numbers:
            yield _Below(paths=paths, add=add, delete=delete, numbers=numbers)


def _sums(read: Operation) -> Iterator[str]:
    """The members of what a read shows that are numbers calculated of other things, by their names."""
    for name, member in members_shown(read).items():
        named = set(words(name))
        if is_number(member) and named & _SUMS and not named & _RECORDS and not remembers_what_was(member):
            yield name


def _clause_of(below: _Below) -> Clause:
    text = f"When {below.delete.id} removes what {below.add.id} added, the sums and counts of its owner follow."
    return clause_at(NAME, below.delete, "below", _KIND, text)


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="When an item is removed, the sums and counts of its owner follow.",
    clauses=clauses,
    drive=drive,
)
