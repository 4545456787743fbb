"""A read that sums up a list, such as `/orders/summary` beside `/orders`, shows the numbers that the items of the list make.

Names are a guess, so the server itself must show that it is so: a number must agree with the items of several things, or
for several filters, before it is held to those of one more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, NotSent, Session
from contract_suite.behaviours.collections.kit.filled_lists import make_in
from contract_suite.behaviours.collections.kit.shown_numbers import COUNT, MEAN, short, shows
from contract_suite.behaviours.collections.summaries.asking import Asking, Look, Shared
from contract_suite.behaviours.collections.summaries.finding import Figure, Summary, summaries
from contract_suite.behaviours.kit.clauses import inapplicable_if_none, make_clause
from contract_suite.behaviours.kit.comparing import canonical
from contract_suite.behaviours.kit.listing import collection_of, resource_of
from contract_suite.behaviours.kit.resource_operations import resource_operations
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.retrying import LOOKS, PAUSE
from contract_suite.behaviours.kit.verdicts import Unusable, Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.operation import Contract
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.counting import counted
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "summaries"
_EXACT: Final = "summary-exact"
_ENOUGH: Final = 2
"""So many different numbers must agree with the items before a number is held to them, or one more of one answer."""


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every number of a read that is made of the items of a list."""
    found = [clause for each in summaries(contract) for clause in _clauses_of(each).values()]
    yield from inapplicable_if_none(found, contract, NAME, NAME, "no read sums up the items of a list")


def drive(session: Session) -> Iterator[Verdict]:
    """Compare each number with the items for a few things and filters, then add an item and remove it."""
    for each in summaries(session.contract):
        verdicts = Verdicts(session, _clauses_of(each))
        if not verdicts.any_wanted or not session.allowed(each.read) or not session.allowed(each.listing):
            continue
        try:
            yield from _Trial(asking=Asking(session, each), verdicts=verdicts).run()
        except NotSent as spared:
            yield from verdicts.leave_untested(str(spared))
        except Unusable as reason:
            yield from verdicts.leave_unusable(reason)
        yield from verdicts.leave_untested("too few things or filters were seen for which it matches the items")


@dataclass(slots=True, kw_only=True)
class _Trial:
    """One summary, with what was seen of several things, and of parts of them by filters, each beside its whole."""

    asking: Asking
    verdicts: Verdicts
    whole: list[Look] = field(default_factory=list)
    parts: list[tuple[Look, Look]] = field(default_factory=list)

    @property
    def figures(self) -> tuple[Figure, ...]:
        return self.asking.summary.figures

    def run(self) -> Iterator[Verdict]:
        """Look at several things and parts, judge, and change."""
        aim = next(iter(self.verdicts.wanted))
        for question in self.asking.things():
            seen = self.asking.look(question, aim=aim, note="is it what its items make?")
            if seen is not None:
                self.whole.append(seen)
        for whole, question, shared, value in self.asking.narrower(self.whole):
            seen = self.asking.look(question, aim=aim, note=f"is it so with {question.given}?")
            if seen is not None and _is_part(seen, whole, shared, value):
                self.parts.append((whole, seen))
        for figure in self.figures:
            yield from self._judge(figure)
        if self.whole and not any(self.verdicts.has_failed(each.pointer) for each in self.figures):
            yield from self._changes(self.whole[0])

    def _judge(self, figure: Figure) -> Iterator[Verdict]:
        """Hold a number to the items where it agreed with them for every thing, and for different numbers of them.

        Where it did not, it is held to them only by a description of its own, beside another number that does agree. What
        stays as it is for a part, while others follow, may be about the whole on purpose.
        """
        wrong = [each for each in self.whole if not _agrees(figure, each)]
        if wrong:
            if figure.described and any(self._is_sure(each) for each in self.figures if each is not figure):
                yield from self._again(figure, wrong[0])
            return
        sure, right = self._is_sure(figure), self._right(figure)
        wrong = [seen for _, seen in self.parts if not _agrees(figure, seen)]
        for whole, seen in self.parts:
            moved = {each.pointer for each in self.figures if seen.number(each) != whole.number(each)}
            ignored = not moved and whole.made(figure)
            if not _agrees(figure, seen) and (ignored or (sure and figure.pointer in moved)):
                yield from self._again(figure, seen)
        if sure and not wrong:
            yield from self.verdicts.passed(figure.pointer, "it matches the items", *_shown_by(right[-_ENOUGH:]))

    def _right(self, figure: Figure) -> list[Look]:
        looks = (*self.whole, *(seen for _, seen in self.parts))
        return [each for each in looks if _agrees(figure, each) and each.made(figure)]

    def _is_sure(self, figure: Figure) -> bool:
        """Whether a number agreed with the items for every thing, and it or those beside it were different numbers."""
        right = self._right(figure)
        told = {each.made(figure) for each in right}
        beside = max(
            (len({one.number(each) for each in self.figures if _agrees(each, one)} - {0}) for one in right), default=0
        )
        enough = len(told) >= _ENOUGH or (bool(told) and beside > _ENOUGH)
        return enough and all(_agrees(figure, each) for each in self.whole)

    def _again(self, figure: Figure, seen: Look) -> Iterator[Verdict]:
        """Look again at what does not match, and say so if it still doesn't."""
        last = self._settled(figure, seen)
        if last is not None and not _agrees(figure, last):
            yield from self._failed(figure, last, "")

    def _settled(self, figure: Figure, seen: Look) -> Look | None:
        """Look until the number matches the items, as often as anything is looked at."""
        last: Look | None = seen
        for _ in range(LOOKS - 1):
            if last is None or _agrees(figure, last):
                break
            self.asking.session.pause(PAUSE)
            last = self.asking.look(seen.question, aim=self.verdicts.clause_id(figure.pointer), note="and now?")
        return last

    def _changes(self, before: Look) -> Iterator[Verdict]:
        """Add an item and remove it again: a number that follows what is added must follow what is removed."""
        session, listing = self.asking.session, self.asking.own
        resource = resource_of(session.contract, listing.operation)
        ops = next((each for each in resource_operations(session.contract) if each.resource == resource), None)
        counts = [each for each in self.figures if each.way == COUNT and _agrees(each, before)]
        if resource is None or ops is None or ops.delete is None or not session.allowed(ops.delete) or not counts:
            return
        made = make_in(session, resource, listing.operation, listing.base)
        place = session.locate(ops.delete, made) if made is not None else None
        if made is None or place is None:
            return
        added = self._look_until(counts, before, "one item was added")
        moved = [] if added is None else [each for each in counts if _followed(each, before, added)]
        removed = session.call(ops.delete, place, intent=Intent.UNKNOWN, note="remove the item again")
        if not served(removed):
            return
        session.forget(made)
        after = self._look_until(moved, before, "the item was removed") if moved else None
        if added is None or after is None:
            return
        for figure in moved:
            if _agrees(figure, after):
                numbers = (made.exchange, added.read, removed, after.read)
                yield from self.verdicts.passed(figure.pointer, "it follows what is added and removed", *numbers)
            else:
                yield from self._failed(
                    figure, after, "after an item was removed, ", made.exchange, added.read, removed
                )

    def _look_until(self, figures: Sequence[Figure], before: Look, note: str) -> Look | None:
        """Look until all of these numbers match the items."""
        seen = None
        for turn in range(LOOKS):
            if turn:
                self.asking.session.pause(PAUSE)
            seen = self.asking.look(before.question, aim=next(iter(self.verdicts.wanted)), note=note)
            if seen is None or all(_agrees(each, seen) for each in figures):
                break
        return seen

    def _failed(self, figure: Figure, seen: Look, start: str, *exchanges: Exchange) -> Iterator[Verdict]:
        beside = f" with {seen.question.given}" if seen.question.given else ""
        made, number = short(seen.made(figure)), seen.number(figure)
        items = f"the {counted(len(seen.items), 'item')} of {self.asking.summary.listing.id}{beside}"
        message = f"{start}{figure.pointer} is {shown(number)}, and {figure.worded(items)} is {shown(made)}"
        yield from self.verdicts.failed(
            figure.pointer,
            message,
            *exchanges,
            seen.listed,
            seen.read,
            pointer=figure.pointer,
            expected=made,
            actual=number,
        )


def _agrees(figure: Figure, seen: Look) -> bool:
    return shows(seen.number(figure), seen.made(figure), rounded=figure.way == MEAN)


def _followed(figure: Figure, before: Look, after: Look) -> bool:
    return _agrees(figure, after) and before.made(figure) != after.made(figure)


def _is_part(seen: Look, whole: Look, shared: Shared, value: JSON) -> bool:
    """Whether a list gave what its parameter asks for, and not everything: a wrong list shows nothing of its summary."""
    kept = [shared.keeps(item, value) for item in whole.items]
    given = [item for item, keeps in zip(whole.items, kept, strict=True) if keeps]
    open_ones = {canonical(item) for item, keeps in zip(whole.items, kept, strict=True) if keeps is None}
    wanted = sorted(map(canonical, given))
    came = sorted(each for each in map(canonical, seen.items) if each not in open_ones)
    return bool(seen.items) and wanted == came and len(seen.items) < len(whole.items)


def _shown_by(looks: Sequence[Look]) -> list[Exchange]:
    return [exchange for each in looks for exchange in (each.listed, each.read)]


def _clauses_of(summary: Summary) -> dict[str, Clause]:
    promise = collection_of(summary.listing)
    return {
        each.pointer: make_clause(
            NAME,
            summary.read,
            f"200{each.pointer}",
            _EXACT,
            f"{each.pointer} is {each.worded(f'the items of {summary.listing.id}')}.",
            rests_on=promise,
            source=Source.INFERRED,
        )
        for each in summary.figures
    }


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="A read that sums up a list shows the numbers that the items of the list make.",
    clauses=clauses,
    drive=drive,
)
