"""Numbers of one kind of thing that say how many of another kind name it, in which states, or what those sum up to.

`open_bookings` of a member, "Number of the member's bookings in status `booked`"; `balance`, "Sum of the totals of the
customer's open invoices". A description is followed only if each of its words is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.actions.effects_on_others.kinds import Kind, Tie, ties
from contract_suite.behaviours.kit.own_things import member_shown
from contract_suite.behaviours.kit.owners import counts_all_at_once, is_gated, remembers_what_was
from contract_suite.behaviours.kit.resource_operations import members_shown
from contract_suite.contract.naming.names import plain_name, singular, words
from contract_suite.contract.naming.states import SIGN, marked, places_in
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.schemas.numeric import NUMBERS
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.json import JSON, Missing
from contract_suite.model.memo import MOST_CONTRACTS, Memo

_OF_COUNTS: Final = frozenset({"count", "total", "number", "num", "no", "of", "counter", "current", "currently"})
_COUNTS: Final = re.compile(
    r"^(?:the\s+)?(?:current\s+)?(?:(?:total\s+)?(?:number|count)\s+of|how many)\s+", re.IGNORECASE
)
_SUMS: Final = re.compile(
    r"^(?:the\s+)?(?:sum|total)\s+of\s+(?:all\s+)?(?:the\s+)?[`'\"]?(?P<member>\w+(?:[ -]\w+)?)[`'\"]?\s+of\s+",
    re.IGNORECASE,
)
_ALL: Final = re.compile(
    r",?\s*\b(?:whatever|regardless of|(?:of|in|with) (?:any|every|all|whatever|whichever))\s+(?:their |its |the )?(?:status|state|stage)(?:es|s)?\b",
    re.IGNORECASE,
)
_DENIES: Final = re.compile(r"\b(?:not|neither|except|excluding|without|other than)\b|n['\u2019]t\b", re.IGNORECASE)
_LISTED: Final = re.compile(rf"\(\s*(?:(?:and|or|,|/)?\s*{SIGN}\s*)+\)")
_ALLOWED: Final = frozenset(
    {
        *("of", "the", "a", "an", "all", "its", "their", "his", "this", "that", "those", "these", "are", "is", "in", "on", "with"),
        *("for", "to", "at", "present", "currently", "current", "now", "still", "status", "state", "stage", "how", "many", "there"),
        *("which", "who", "has", "have", "been", "being", "nor", "neither", "not", "or", "and", "by", "belonging", "number"),
        *("count", "total", "either", "s", "it", "each", "any", "today", "assigned", "moment", "exactly", "only", "presently"),
    }
)  # fmt: skip
_SOME: Final = re.compile(r"\b(?:that|which|who|without|with|not|since)\b", re.IGNORECASE)
_UNITS: Final = frozenset({"cents", "cent", "amount", "minor", "minutes", "eur", "usd", "euros"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Number:
    """A member of `tie.parent` that counts what names it there, or sums up the member `summed` of that.

    `states` are those in which one is counted; `None` where nothing says so, so that one moment must show it.
    """

    tie: Tie
    member: str
    summed: str
    states: frozenset[str] | None

    @property
    def read(self) -> Operation:
        """The read that shows it."""
        return self.tie.parent.paths.read

    def value(self, shown: JSON | Missing) -> float | None:
        """Return what a representation of the parent shows; `None` for no number."""
        return number_at(shown, self.member)

    def counted(self, shown: JSON | Missing, key: JSON, learned: frozenset[str]) -> float | None:
        """Return what a thing, as it is shown, adds to the number of what has this key; `None` where nobody can tell.

        `learned` are the states in which one was seen to be counted.
        """
        if isinstance(shown, Missing) or not self.tie.names(shown, key):
            return 0
        state = self.tie.child.state(shown)
        if self.states is None and state not in learned:
            return None
        if self.states is not None and self.tie.child.states and state not in self.tie.child.states:
            return None
        if self.states is not None and self.tie.child.states and state not in self.states:
            return 0
        return number_at(shown, self.summed) if self.summed else 1


def number_at(shown: JSON | Missing, name: str) -> float | None:
    """Return a number that a representation shows; `None` for none."""
    value = member_shown(shown, name)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def numbers(contract: Contract) -> tuple[Number, ...]:
    """Every number that says how many of another kind there are, or what they sum up to."""
    return _NUMBERS_OF(contract)


def _numbers(contract: Contract) -> Iterator[Number]:
    for tie in ties(contract):
        shown = members_shown(tie.parent.paths.read)
        for name, place in shown.items():
            types = place.types() - {"null"}
            if not tie.shown or not types or not types <= NUMBERS:
                continue
            found = _said(name, place, tie)
            if found is not None and (found[1] is not None or not is_gated(tie.child.paths.read)):
                yield Number(tie=tie, member=name, summed=found[0], states=found[1])


def _said(name: str, place: SchemaView, tie: Tie) -> tuple[str, frozenset[str] | None] | None:
    """Return the member that is summed up (empty for a count) and the states; `None` for a number of something else."""
    text = place.keyword("description")
    description = " ".join(text.split()).rstrip(". ") if isinstance(text, str) else ""
    child = tie.child
    summed = _SUMS.match(description)
    if summed is not None:
        member = _member_called(summed["member"], child)
        states = _states_in(description[summed.end() :], tie, named=False) if member else None
        return (member, states) if member and states is not None else None
    if place.types() - {"null"} != {"integer"}:
        return None
    own = _stripped(name, tie)
    if (
        own is None
        and _COUNTS.match(description) is None
        and not re.match(rf"^(?:all\s+)?{child.spoken}\b", description, re.IGNORECASE)
    ):
        return None
    by_name = frozenset(each for each in child.states if words(each) == own)
    states = _states_in(description, tie, named=own is not None) if description else None
    if states is not None:
        return ("", states) if not by_name or by_name == states else None
    if own is None or remembers_what_was(place) or (own and (description or not by_name)):
        return None
    if description and (not counts_all_at_once(place) or _SOME.search(description)):
        return None
    return "", by_name or (None if child.states or description else frozenset())


def _stripped(name: str, tie: Tie) -> tuple[str, ...] | None:
    """Return what a name says beside what it counts: `("open",)` of `open_bookings_count`; `None` if it counts something else."""
    said = [each for each in words(name) if each not in _OF_COUNTS]
    for length in range(1, len(said) + 1):
        if singular("".join(said[-length:])) == tie.child.noun:
            return tuple(said[:-length])
    return None


def _states_in(description: str, tie: Tie, *, named: bool) -> frozenset[str] | None:
    """Return the states in which a description counts something; `None` if it isn't followed.

    With `named` the name of the number says already what is counted.
    """
    child = tie.child
    text = _ALL.sub(" ", description)
    everything = text != description
    known = marked(text, child.states) or text
    listed = _LISTED.findall(known)
    if len(listed) == 1 and not _DENIES.search(known):
        return frozenset(child.states[each] for each in places_in(listed[0]))
    parts = re.split(SIGN, known)
    rest = re.sub(rf"\b{child.spoken}\b", " ", " ".join(parts), flags=re.IGNORECASE)
    if rest == " ".join(parts) and not named:
        return None
    rest = re.sub(rf"\b{tie.parent.spoken}\b", " ", rest, flags=re.IGNORECASE)
    if re.search(r"[;:()]|\.\s", rest) or not set(words(rest)) <= _ALLOWED:
        return None
    places = places_in(known)
    if not places:
        denied = _DENIES.search(rest) is not None
        return None if denied or (child.states and not everything) else frozenset(child.states)
    first = next(re.finditer(SIGN, known)).start()
    denial = _DENIES.search(known)
    chosen = frozenset(child.states[each] for each in places)
    if denial is None:
        return chosen
    return frozenset(child.states) - chosen if denial.start() < first else None


def _member_called(called: str, child: Kind) -> str:
    """Return the one number of a kind that a sentence calls by its plural: `total_cents` for "totals"."""
    wanted = singular(called)
    found = [
        name
        for name, place in members_shown(child.paths.read).items()
        if (types := place.types() - {"null"})
        and types <= NUMBERS
        and wanted in {plain_name(name), "".join(each for each in words(name) if each not in _UNITS)}
    ]
    return found[0] if len(found) == 1 else ""


_NUMBERS_OF: Final[Memo[Contract, tuple[Number, ...]]] = Memo(
    lambda contract: tuple(_numbers(contract)), most=MOST_CONTRACTS
)
