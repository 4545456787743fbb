"""What documents say of an owner and of what stands below it: members that name and count, and what a delete takes along."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.own_things import ItemPaths, places
from contract_suite.behaviours.kit.resource_operations import members_shown, representation
from contract_suite.behaviours.kit.responses import served
from contract_suite.contract.naming.names import plain_name, singular, words
from contract_suite.contract.naming.sentences import sentences, statements
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.numeric import number_in
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import escape

GATES: Final = frozenset({"approved", "published", "visible", "visibility", "draft", "public", "moderated"})
"""Members by which a right server may leave something out of a count for a while."""
_HELD_BACK: Final = GATES | {
    *("hidden", "private", "moderation", "confirmed", "verified", "accepted", "rejected", "pending", "spam", "flagged"),
    *("active", "enabled", "cancelled", "canceled", "revoked", "withdrawn", "valid", "counted", "eligible"),
}
"""Words of members that say so with yes or no, or with a time."""
_DEEPEST: Final = 4
_OF_ITS_OWN: Final = frozenset({"id", "uuid", "guid", "uid", "key", "slug", "name", "code", "number", "title", "ref"})
"""Members that whatever stands below has for itself, though its owner is addressed by one of them."""
_SAYS_WITH: Final = re.compile(
    r"\b(together|along) with\b|\b(and|with) (all )?(of )?(its|their)\b|\b(and|with) (all|every)\b|\bcascad",
    re.IGNORECASE,
)
_SAYS_STAYS: Final = re.compile(r"\b(kept|keeps?|remains?|stays?|survives?|left)\b", re.IGNORECASE)
_SAYS_KEPT: Final = re.compile(r"n't\b|\b(cannot|not|unless|kept|keeps?|remains?|stays?|refused)\b", re.IGNORECASE)
"""A sentence with the first, and without the second, says what a delete takes along."""
_SAYS_GONE: Final = re.compile(
    r"\b(go|goes|disappears?|vanish(es)?) (along |together )?with (it|them)\b"
    r"|\b(is|are|will be) (deleted|removed|gone) (too|as well|with (it|them))\b"
    r"|\b(is|are|will be) (then )?(not|no longer) (found|there|served|available|readable|accessible|reachable)\b",
    re.IGNORECASE,
)
_SAYS_IF: Final = re.compile(
    r"\b(if|unless|when|where|40[49]|n't|kept|keeps?|remains?|stays?|survives?|left)\b", re.IGNORECASE
)
"""So does one with the last but one, and without the last: "the book, its reviews and their comments are not found"."""
_SAYS_SOME: Final = re.compile(
    r"\b(only|except|excluding|other than|besides|others?|unique|distinct|different|public|visible|approved|verified|confirmed"
    r"|accepted|active|inactive|paid|unpaid|done|open|closed|pending|unread|completed|finished|published|today"
    r"|(this|last|past) (\d+ )?(day|week|month|year|hour)s?|recent(ly)?|upcoming|at most|up to|capped)\b"
    r"|\b(that|which|who) (is|are|was|were|has|have)\b(?! (below|in|on|of|there)\b)",
    re.IGNORECASE,
)
"""Words of a number that counts some of what there is."""
_SAYS_LATER: Final = re.compile(
    r"\b(approximate(ly)?|approx|roughly|estimated?|cached?|eventual(ly)?|delay(ed|s)?|lags?|minutes?|hours?|hourly|daily|nightly"
    r"|night|periodic(ally)?|refreshed|recomputed|recalculated|batch(ed|es)?|asynchronous(ly)?|in the background|real[- ]time)\b",
    re.IGNORECASE,
)
"""Words of a number that follows what there is after a while."""
_WHERE: Final = re.compile(r"\b(from|in|on|by|for|which|that|but|so|while)\b", re.IGNORECASE)
"""Where a sentence goes on to say from where something is deleted, or of what else it speaks."""
_OTHER_SUBJECT: Final = re.compile(
    r"[;:]|,? \b(but|while|though|although|so|because|since|after|afterwards|then)\b|\bit\b(?=\s*$)|, they\b",
    re.IGNORECASE,
)
"""Where another subject begins in a sentence."""
_SAYS_EVER: Final = re.compile(
    r"\b(ever|delet|remov|cancel|void|histor|lifetime|so far|how often|(number|count) of times|(times|days) (it|the)\b)",
    re.IGNORECASE,
)


def is_gate(place: SchemaView, name: str, also: frozenset[str] = frozenset()) -> bool:
    """Whether a right server may leave something out of a count for what a member of it says: `confirmed`, `hidden_at`."""
    own = words(name)
    says = place.member(name).types() - {"null"} == {"boolean"} or own[-1:] == ("at",)
    return plain_name(name) in GATES | also or (says and not _HELD_BACK.isdisjoint(own))


def remembers_what_was(number: SchemaView) -> bool:
    """Whether the description of a number says that it counts or sums up what is there no longer too: "likes ever given"."""
    said = number.keyword("description")
    return isinstance(said, str) and _SAYS_EVER.search(said) is not None


def counts_all_at_once(number: SchemaView) -> bool:
    """Whether a number counts everything that is there, as it is there: nothing says "active", "distinct", "hourly" or "ever"."""
    said = number.keyword("description")
    return says_all_at_once(said if isinstance(said, str) else "")


def says_all_at_once(text: str) -> bool:
    """Whether the description of a number says nothing of some, of later and of what was."""
    return not any(says.search(text) for says in (_SAYS_EVER, _SAYS_SOME, _SAYS_LATER))


def keeps_what_is_below(delete: Operation | None, noun: str) -> bool:
    """Whether a delete says that what stands below stays: "Its sensors stay readable"."""
    text = f"{delete.summary}\n{delete.description}" if delete is not None else ""
    one = singular(noun)
    return any(_SAYS_STAYS.search(each) and one in {singular(word) for word in words(each)} for each in sentences(text))


def takes_along(delete: Operation | None, noun: str) -> bool:
    """Whether a delete says that what stands below goes too."""
    text = f"{delete.summary}\n{delete.description}" if delete is not None else ""
    one = singular(noun)
    return any(
        one in {singular(word) for word in words(said)}
        for each in statements(text)
        for said in (*_named_with(each), *_gone(each))
    )


def _named_with(sentence: str) -> Iterator[str]:
    """Yield what a sentence names as deleted together: "the tag and its colours from all pages" names no pages."""
    found = _SAYS_WITH.search(sentence) if not _SAYS_KEPT.search(sentence) else None
    for part in (sentence[: found.start()], sentence[found.end() :]) if found is not None else ():
        yield _WHERE.split(part, maxsplit=1)[0]


def _gone(sentence: str) -> Iterator[str]:
    """Yield what a sentence says is gone: "the product is no longer available to orders" says nothing of the orders."""
    for found in _SAYS_GONE.finditer(sentence) if not _SAYS_IF.search(sentence) else ():
        before = sentence[: found.start()]
        begins = max((each.end() for each in _OTHER_SUBJECT.finditer(before)), default=0)
        yield before[begins:]


def _objects(read: Operation) -> list[SchemaView]:
    """Return where a read shows the thing: the whole answer, and the one object in it."""
    place = representation(read)
    if place is None:
        return []
    inner = [place.member(name) for name in place.property_names() if place.member(name).property_names()]
    return [place, *(inner if len(inner) == 1 else ())]


def _members(read: Operation) -> list[str]:
    """Return the members of what a read shows, or of the one object in it."""
    return [name for each in _objects(read) for name in each.property_names()]


def owner_member(read: Operation, above: ItemPaths) -> str:
    """Return the member of a read that names the owner, such as `project_id`; empty for none."""
    noun = singular(above.read.path.rstrip("/").rpartition("/")[0].rpartition("/")[2])
    names = {f"{noun}id", *([] if plain_name(above.key) in _OF_ITS_OWN else [plain_name(above.key)])}
    return next((name for name in _members(read) if plain_name(name) in names), "")


def count_member(read: Operation, noun: str) -> str:
    """Return the member of an owner's read that counts what stands below it, such as `task_count`; empty for none."""
    named = members_shown(read)
    return next(
        (
            name
            for name in _members(read)
            if plain_name(name) in _counting(noun) and (name not in named or counts_all_at_once(named[name]))
        ),
        "",
    )


def numbers_shown(session: Session, read: Exchange, names: Collection[str]) -> dict[str, float]:
    """Return the numbers that a read of an owner shows in members of these names; none if it was not served."""
    found: dict[str, float] = {}
    for place in places(session.json(read)) if served(read) else ():
        for name in names:
            value = number_in(place.get(name))
            if value is not None:
                found.setdefault(name, value)
    return found


def count_place(read: Operation, noun: str) -> str:
    """Return where (a JSON Pointer) an owner's read counts what stands below it, at most four levels deep; empty for none."""
    found = list(_places(representation(read), _counting(noun), ""))
    return found[0] if len(found) == 1 else ""


def _places(place: SchemaView | None, names: frozenset[str], pointer: str) -> Iterator[str]:
    if place is None or pointer.count("/") >= _DEEPEST:
        return
    for name in place.property_names():
        member, here = place.member(name), f"{pointer}/{escape(name)}"
        if plain_name(name) in names and member.types() - {"null"} == {"integer"}:
            if counts_all_at_once(member):
                yield here
        elif "object" in member.types():
            yield from _places(member, names, here)


def _counting(noun: str) -> frozenset[str]:
    """Return the names of members that count a noun, as a path has it."""
    plural, one = plain_name(noun), singular(noun)
    return frozenset(f"{each}{end}" for each in (plural, one) for end in ("count", "total", "counter")) | {
        f"{start}{plural}" for start in ("num", "total", "numberof", "count")
    }


def is_gated(read: Operation) -> bool:
    """Whether a right server may leave one out of a count for a while."""
    return any(is_gate(each, name) for each in _objects(read) for name in each.property_names())
