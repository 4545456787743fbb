"""Changes of state that texts allow and refuse, whatever sets the state: "a draft can become sent or void; void is final".

What is allowed is read widely and what is refused narrowly: where a sentence can't be followed, no change that it may
speak of counts as refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from types import MappingProxyType
from typing import Final

from contract_suite.contract.naming import state_sentences as told
from contract_suite.contract.naming.states import SIGN, marked, places_in, state_of

_Change = tuple[int, int]
"""The places of two states in their list: from the first to the second."""
_BUT: Final = re.compile(
    r"\b(?:but|except|other than|apart from|besides|not|save)(?: (?:an?|the|for|from|in))*\s*$", re.IGNORECASE
)
_LONG: Final = 2
"""So many states has a chain at least that says more than one step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRules:
    """Which changes of state texts allow by name, and which they surely refuse; one to itself is setting it once more.

    Nothing leads back to those in `left`, for what was in them before.
    """

    allowed: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    refused: frozenset[tuple[str, str]] = frozenset()
    left: frozenset[str] = frozenset()

    def refuses(self, begin: str, end: str, been: Iterable[str] = ()) -> bool:
        """Whether a change is refused, of something that was in the states `been` before."""
        return (begin, end) in self.refused or (end in self.left and end != begin and end in set(been))


def state_rules(text: str, states: Sequence[str], noun: str = "") -> StateRules:
    """Return what a text says of the changes between states, of things that it calls by a noun, "it" or nothing."""
    signs = marked(text, states)
    if not places_in(signs) and told.FOR_GOOD.search(signs) is None:
        return StateRules()
    reader = _Reader(states, noun)
    reader.read(signs)
    return reader.rules()


class _Reader:
    """What was read of a text by now, with states by their places."""

    def __init__(self, states: Sequence[str], noun: str) -> None:
        self._states, self._noun, self._all = states, noun, range(len(states))
        self._allowed: set[_Change] = set()
        self._perhaps: set[_Change] = set()
        self._refused: set[_Change] = set()
        self._finals: set[int] = set()
        self._closed: set[int] = set()
        self._left: set[int] = set()
        self._ended: set[int] = set()
        """What a table says that nothing follows: an empty cell says so only where others of its column name states."""
        self._chain: list[int] = []
        self._said = self._before = False
        """Whether the statement that is read says of changes, and whether the one before it did."""
        self._rest = self._repeated = self._unsure = self._no_skips = self._no_way_back = False
        self._overridden = self._row_leads = False

    def read(self, text: str) -> None:
        """Read a text in which states are signs."""
        column = -1
        for each in told.statements_of(text):
            self._overridden |= told.is_above_rules(each, self._states) and not places_in(each)
            if each.startswith("|"):
                column = self._row([cell.strip() for cell in each.strip("| ").split("|")], column)
            else:
                column = -1
                self._table_ends()
                self._for_good(each)
                self._statement(each)
            self._before = self._said
            self._said = False
        self._table_ends()

    def _table_ends(self) -> None:
        """Take what the rows of a table say of ends, if the column of those says where to."""
        self._finals |= self._ended if self._row_leads else set()
        self._ended, self._row_leads = set(), False

    def rules(self) -> StateRules:
        """Return what follows of all that was read; nothing where it contradicts itself."""
        every = {change for change in product(self._all, repeat=2) if change[0] != change[1]}
        refused = self._refused | {change for change in every if change[0] in self._finals}
        refused |= {change for change in every - self._allowed if change[0] in self._closed}
        if self._overridden or refused & self._allowed:
            return StateRules()
        order = {place: number for number, place in enumerate(self._chain)}
        for begin, end in product(self._chain, repeat=2):
            if (self._no_skips and order[end] > order[begin] + 1) or (self._no_way_back and order[end] < order[begin]):
                refused.add((begin, end))
        named = (
            {place for change in self._allowed for place in change} | self._finals | {end for _, end in self._perhaps}
        )
        if self._rest and not self._unsure and self._allowed and named == set(self._all):
            refused |= every
        refused -= self._allowed | self._perhaps
        if self._repeated and not self._unsure:
            refused |= {(each, each) for each in named}
        reached = {end for _, end in self._allowed | self._perhaps}
        name = self._states
        return StateRules(
            allowed={
                name[begin]: frozenset(name[end] for one, end in self._allowed if one == begin)
                for begin in sorted({begin for begin, _ in self._allowed})
            },
            refused=frozenset((name[begin], name[end]) for begin, end in refused),
            left=frozenset(name[each] for each in self._left - reached),
        )

    def _row(self, cells: Sequence[str], column: int) -> int:
        """Read a row of a table, and return which of its columns says where to; -1 before one does."""
        if column < 0:
            found = [place for place, cell in enumerate(cells) if place and told.HEAD_OF_NEXT.search(cell)]
            self._loose(" ".join(cells))
            return found[0] if len(found) == 1 else -1
        begins, end = re.fullmatch(told.SEVERAL, cells[0]), cells[column] if column < len(cells) else ""
        if begins is not None and re.fullmatch(rf"{told.SEVERAL}\.?", end):
            self._allow(places_in(cells[0]), places_in(end))
            self._row_leads = True
        elif begins is not None and told.NONE.match(end):
            self._ended |= set(places_in(cells[0]))
            self._said = True
        else:
            self._loose(f"any {' '.join(cells)}")
        return column

    def _statement(self, text: str) -> None:
        text = told.these_named(text)
        rest, only = told.REST.search(text), told.ONLY_THESE.search(text)
        excepted = told.EXCEPT.search(text) is not None
        if (rest is not None and told.REFUSED.search(text)) or only is not None:
            first = min(each.start() for each in (rest, only) if each is not None)
            excepted = excepted or told.holds_sometimes(text[first:])
            accepted = told.ACCEPTED.search(text[first:]) is not None and told.NOT.search(text[first:]) is None
            excepted = excepted or (accepted and only is None)
            self._unsure |= excepted
            clear = only is not None or told.OF_CHANGES.search(text) or self._before or places_in(text[:first])
            if not excepted and clear and (only is not None or not places_in(text[first:])):
                self._rest = True
                self._repeated |= told.REPEATED.search(text) is not None
            text = text if only is not None else text[:first]
        elif not places_in(text):
            self._about_all(text, excepted=excepted)
            return
        self._no_skips |= told.ONE_BY_ONE.search(text) is not None and not told.holds_sometimes(text)
        self._unsure |= told.IN_ANY_ORDER.search(text) is not None
        self._unsure |= told.SKIPS.search(text) is not None and told.NOT.search(text) is None
        for name, form in told.forms(self._noun):
            text, before = form.sub(partial(self._followed, name, text), text), text
            while text != before and name == "becomes":  # "a draft can become sent, a sent one paid, a paid one void"
                text, before = form.sub(partial(self._followed, name, text), text), text
        text = self._steps(text, denied=told.NOT.search(text) is not None and only is None)
        if told.OTHERWISE.search(text) and told.REFUSED.search(text) and told.FOLLOWED in text and not excepted:
            self._rest = True
        self._loose(text)

    def _for_good(self, text: str) -> None:
        """Take what a statement says of an action: where it leads is final."""
        found = told.FOR_GOOD.search(text)
        state = state_of(found["verb"], self._states) if found is not None else ""
        if found is None or told.holds_sometimes(text[: found.start()]):
            return
        if state and not told.DEPENDS.search(text[found.end() :]):
            self._finals.add(self._states.index(state))

    def _about_all(self, text: str, *, excepted: bool) -> None:
        """Read a statement that names no state: what it says of every change."""
        denied = told.NOT.search(text) is not None
        if excepted:
            return
        if told.holds_sometimes(text):
            self._unsure |= told.REFUSED.search(text) is not None
            return
        self._rest |= told.SUCH.search(text) is not None and told.REFUSED.search(text) is not None
        if told.SKIPS.search(text):
            self._no_skips |= denied
            self._unsure |= not denied
        self._no_skips |= told.ONE_BY_ONE.search(text) is not None
        if told.FORWARDS.search(text) or (told.BACKWARDS.search(text) and denied):
            self._no_way_back = True
        if told.REPEATED.search(text) and told.REFUSED.search(text) and not told.HARMLESS.search(text):
            self._repeated = True
        back, rest = told.BACKWARDS.search(text) is not None, told.REST.search(text) is not None
        self._unsure |= not denied and (back or (rest and told.ACCEPTED.search(text) is not None))
        self._unsure |= not denied and told.ANY_STATE.search(text) is not None and told.SPEAKS.search(text) is not None

    def _followed(self, name: str, text: str, found: re.Match[str]) -> str:
        """Take what a form says, and return what stands for it in the sentence: it is read."""
        told_of = found.groupdict(default="")
        begins, ends = places_in(told_of.get("begin", "")), places_in(told_of.get("end", ""))
        before, after = text.partition(found[0])[::2]
        self._said = True
        if _BUT.search(before):
            return found[0]  # "any but hired may become rejected"
        depends = (
            told.DEPENDS.search(f"{before if told.leading(self._noun).match(before) is None else ''} {after}")
            is not None
        )
        alone = not places_in(f"{before}{after}")
        if name in {"only-from", "leads-from", "becomes", "listed"}:
            self._allow(begins, ends)
            only = told_of.get("only") or told_of.get("only_")
            if (name == "only-from" or only) and not depends:
                self._allow_only(name, begins, ends, alone=alone)
        else:
            self._refuse(name, begins, ends, certain=not depends and (alone or name != "not-back"))
        return told.FOLLOWED

    def _allow_only(self, name: str, begins: Sequence[int], ends: Sequence[int], *, alone: bool) -> None:
        """Take what a form says of all others: that nothing else may follow, or that nothing else leads there."""
        if name == "becomes":
            self._closed |= set(begins)
        elif alone and name != "listed":
            self._refused |= {each for each in product(self._all, ends) if each[0] not in {*begins, each[1]}}

    def _refuse(self, name: str, begins: Sequence[int], ends: Sequence[int], *, certain: bool) -> None:
        """Take what a form says that there is not; as what may be where it names a condition."""
        if not certain:
            self._perhaps |= set(product(begins or self._all, ends or self._all))
        elif name == "becomes-not":
            self._refused |= {change for change in product(begins, ends) if change[0] != change[1]}
        elif name == "final" or (name == "stays" and list(begins) == list(ends)):
            self._finals |= set(begins)
        elif name == "not-back":
            self._left |= set(ends)
        elif name == "not-reopened" and (opened := state_of("reopen", self._states)):
            self._refused |= {(each, self._states.index(opened)) for each in begins if self._states[each] != opened}

    def _steps(self, text: str, *, denied: bool) -> str:
        """Take the arrows of a sentence and its "from A to B", and return it with what stands for them."""
        way, ends = told.steps(self._noun)
        several = re.compile(told.SEVERAL)
        found: list[tuple[tuple[int, int], list[int], list[int], bool]] = []
        chain: list[int] = []
        position = 0
        while (here := several.search(text, position)) is not None:
            step = way.match(text, here.end())
            there = ends.match(text, step.end()) if step is not None else None
            if step is None or there is None:
                position, chain = here.end(), []
                continue
            origins, targets = places_in(here[0]), places_in(there[0])
            both = re.fullmatch(told.BOTH_WAYS, step[0]) is not None
            found.append(((here.start(), there.end()), origins, targets, both))
            on = way.match(text, there.end()) is not None
            self._unsure |= re.match(rf"\s*(?:/|or\b|and\b)\s*{SIGN}", text[there.end() :]) is not None
            self._unsure |= on and len(targets) > 1  # "a to b or c to d": who knows what belongs together?
            chain = (
                [*(chain or origins), *targets[:1]]
                if step["arrow"] is not None and len(origins) == 1 and not both
                else []
            )
            if len(chain) > _LONG and len(targets) > 1:  # "a → b → c, d": d may be reached from each of them
                self._perhaps |= set(product(self._all, targets))
            if len(chain) > max(_LONG, len(self._chain)) and len(set(chain)) == len(chain):
                self._chain = chain
            chain = chain if on else []
            position = there.end() - 1 if on else there.end()
        denied = denied and told.OTHERWISE.search(text) is None
        certain = len(found) == 1 and told.DEPENDS.search(text) is None and told.DENIES.search(text) is not None
        for _, origins, targets, both in found:
            if both:
                self._allow(targets, origins)
            if not denied:
                self._allow(origins, targets)
            else:
                (self._refused if certain else self._perhaps).update(product(origins, targets))
        for (begin, end), *_ in reversed(found):
            text = f"{text[:begin]}{told.FOLLOWED}{text[end:]}"
        return text

    def _loose(self, text: str) -> None:
        """Take what a sentence says in words that can't be followed for changes that may be allowed."""
        places = places_in(text)
        self._unsure |= bool(places) and told.DRAWN.search(text) is not None
        listed = len(set(places)) < 2 or set(places) == set(self._all)  # noqa: PLR2004 - "one of draft, sent and paid"
        if not places or (told.SPEAKS.search(text) is None and told.FOLLOWED not in text and listed):
            return
        self._unsure |= told.EXCEPT.search(text) is not None
        if told.denies_alone(text):
            return
        thing = told.thing_pattern(self._noun)
        subject = re.match(rf"\W*(?:it|they|this|that|(?:(?:an?|the|each)\s+)?{thing})\b", text, re.IGNORECASE)
        begins = set(self._all) if subject or told.ANY.search(text) else set(self._all) - self._finals
        self._perhaps |= set(product(begins, places))

    def _allow(self, origins: Iterable[int], ends: Iterable[int]) -> None:
        self._said = True
        self._allowed |= {(begin, end) for begin, end in product(origins, ends) if begin != end}
