"""Counts, averages and sums that a thing shows agree with the items of its list, and facets with all its pages.

A member is only held to what its name and its description say where it was seen to be so of things of its own kind: at
rest it must then hold for all of them, and it must follow what the run adds, changes and removes.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, NotSent, Session
from contract_suite.behaviours.collections.aggregates.changing import (
    Writes,
    add,
    address_of,
    changed,
    noun_of,
    writes_of,
)
from contract_suite.behaviours.collections.aggregates.facets import facets_of, judge_facets
from contract_suite.behaviours.collections.aggregates.finding import Aggregate, aggregates
from contract_suite.behaviours.collections.aggregates.observing import Look, look
from contract_suite.behaviours.collections.kit.filled_lists import open_listing
from contract_suite.behaviours.collections.kit.shown_numbers import short, worded
from contract_suite.behaviours.kit.clauses import inapplicable_if_none, make_clause
from contract_suite.behaviours.kit.listing import collection_of, collections
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.retrying import LOOKS, PAUSE, late_looks
from contract_suite.behaviours.kit.verdicts import Unusable, Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.contract.schemas.numeric import number_in
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.counting import counted
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments, escape
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "aggregates"
_EXACT: Final = "aggregate-exact"
_FACETS: Final = "facets-of-all-pages"
_MOST: Final = 5
"""So many things are looked at, and so many tried for something to be added to."""
_ENOUGH: Final = 2


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every member that sums up the items of a list, and every list that counts its items by value."""
    found = [clause for each in aggregates(contract) for clause in _clauses_of(each).values()]
    found += [clause for each in collections(contract) for clause in _clauses_of_facets(contract, each.id).values()]
    reason = (
        "no read shows a member that is named after the items of a list, and no paged list counts its items by value"
    )
    yield from inapplicable_if_none(found, contract, NAME, NAME, reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Compare each member with the items of a few things, then add one, change it and remove it."""
    for each in aggregates(session.contract):
        verdicts = Verdicts(session, _clauses_of(each))
        if not verdicts.any_wanted or not session.allowed(each.read) or not session.allowed(each.listing):
            continue
        try:
            yield from _Trial(session=session, aggregate=each, verdicts=verdicts).run()
        except NotSent as spared:
            yield from verdicts.leave_untested(str(spared))
        yield from verdicts.leave_untested("no resource was seen whose items it matches")
    for operation in collections(session.contract):
        verdicts = Verdicts(session, _clauses_of_facets(session.contract, operation.id))
        if not verdicts.any_wanted:
            continue
        try:
            listing = open_listing(session, operation, at_least=_ENOUGH)
            yield from verdicts.report(
                judge_facets(listing, pointer, verdicts.clause_id(pointer))
                for pointer in facets_of(operation)
                if verdicts.is_wanted(pointer)
            )
        except Unusable as reason:
            yield from verdicts.leave_unusable(reason)


@dataclass(slots=True, kw_only=True)
class _Trial:
    """One member, looked at on several things; `held` are those whose items it matches."""

    session: Session
    aggregate: Aggregate
    verdicts: Verdicts
    held: list[tuple[Mapping[str, JSON], Look]] = field(default_factory=list)

    def run(self) -> Iterator[Verdict]:
        """Look, then change."""
        others: list[tuple[Mapping[str, JSON], Look]] = []
        addresses = list(self._addresses())
        for address in addresses[:_MOST]:
            seen = self._look(address, "is it what its items make?")
            if seen is not None:
                (self.held if seen.agrees else others).append((address, seen))
        told = {seen.made for _, seen in self.held if seen.made}
        if len(told) >= _ENOUGH:
            for address, _ in others[:1]:
                yield from self._again(address)
            if not others:
                numbers = [each for _, seen in self.held[:_ENOUGH] for each in (seen.read, seen.listed)]
                yield from self.verdicts.passed(_EXACT, f"{self.aggregate.member} matches the items", *numbers)
        if self.held and not self.verdicts.has_failed(_EXACT):
            yield from self._changes(writes_of(self.session.contract, self.aggregate), sure=not others)

    def _again(self, address: Mapping[str, JSON]) -> Iterator[Verdict]:
        """Look again at a thing whose items make something else."""
        for _ in range(LOOKS - 1):
            self.session.pause(PAUSE)
            seen = self._look(address, "and now?")
            if seen is None or seen.agrees:
                return
        seen = self._later(seen, address)
        if seen is not None and not seen.agrees:
            yield from self._failed(seen, "")

    def _changes(self, writes: Writes, *, sure: bool) -> Iterator[Verdict]:
        """Add an item, change its number, and remove it; after each, the member must match the items.

        Where it is not `sure` to be about all items, since others were seen that it does not match, what it has counted
        must still be taken back.
        """
        noun = noun_of(self.aggregate)
        added = self._added(writes.create) if writes.create is not None else None
        if added is None:
            return
        address, before, given, exchange = added
        seen = self._settled(address, f"one {noun} was added")
        if seen is None:
            return
        if not seen.agrees and self.aggregate.described and sure:
            seen = self._later(seen, address) or seen
        moved = seen.agrees and seen.made != before.made
        if not seen.agrees and self.aggregate.described and sure:
            yield from self._failed(seen, f"after one {noun} was added, ", before.read, exchange)
        if not moved:
            return  # nothing shows that it follows at once
        yield from self.verdicts.passed(_EXACT, f"{self.aggregate.member} follows what is added", exchange, seen.read)
        if sure:
            seen = yield from self._updated(writes, address, given, exchange, seen)
        delete = writes.delete
        place = address_of(self.session, delete, given, exchange) if delete is not None else None
        if delete is None or place is None or not self.session.allowed(delete):
            return
        removed = self.session.call(delete, place, intent=Intent.UNKNOWN, note=f"remove the {noun} again")
        after = self._settled(address, f"the {noun} was removed") if served(removed) else None
        after = self._later(after, address)
        if after is not None and not after.agrees:
            yield from self._failed(after, f"after one {noun} was removed, ", exchange, seen.read, removed)

    def _added(self, create: Operation) -> tuple[Mapping[str, JSON], Look, Arguments, Exchange] | None:
        """Add an item to the first thing that takes one: what one has already, another may not have."""
        for address, before in self.held:
            added = add(self.session, self.aggregate, create, address)
            if added is not None:
                return address, before, *added
        return None

    def _updated(
        self, writes: Writes, address: Mapping[str, JSON], given: Arguments, exchange: Exchange, before: Look
    ) -> Generator[Verdict, None, Look]:
        noun = noun_of(self.aggregate)
        for update in writes.updates if self.aggregate.field else ():
            place = address_of(self.session, update, given, exchange) if self.session.allowed(update) else None
            body = next(changed(update, given, self.aggregate.field), None)
            if place is None or body is None:
                continue
            sent = self.session.call(
                update, {**place, "body": body}, intent=Intent.UNKNOWN, note=f"another {self.aggregate.field}"
            )
            after = self._settled(address, f"the {noun} was changed") if served(sent) else None
            if after is not None and after.made != before.made:
                after = self._later(after, address)
            if after is not None and not after.agrees and after.made != before.made:
                start = f"after the {self.aggregate.field} of one {noun} was changed, "
                yield from self._failed(after, start, exchange, before.read, sent)
            return before if after is None else after
        return before

    def _settled(self, address: Mapping[str, JSON], note: str) -> Look | None:
        """Look until the member matches the items, as often as anything is looked at."""
        seen = None
        for turn in range(LOOKS):
            if turn:
                self.session.pause(PAUSE)
            seen = self._look(address, note)
            if seen is None or seen.agrees:
                break
        return seen

    def _later(self, seen: Look | None, address: Mapping[str, JSON]) -> Look | None:
        """Look again for some seconds at a thing whose member does not match, so that what adds up in the background may do so."""
        if seen is not None and not seen.agrees:
            for _ in late_looks(self.session, self.verdicts.clause_id(_EXACT)):
                seen = self._look(address, "does it follow later?")
                if seen is None or seen.agrees:
                    break
        return seen

    def _look(self, address: Mapping[str, JSON], note: str) -> Look | None:
        return look(self.session, self.aggregate, address, aim=self.verdicts.clause_id(_EXACT), note=note)

    def _failed(self, seen: Look, start: str, *exchanges: Exchange) -> Iterator[Verdict]:
        way = worded(self.aggregate.made, self.aggregate.field)
        message = (
            f"{start}{self.aggregate.member} is {shown(seen.shown)}, and {way} of the {counted(len(seen.items), 'item')} of "
            f"{self.aggregate.listing.id} is {shown(short(seen.made))}"
        )
        yield from self.verdicts.failed(
            _EXACT,
            message,
            *exchanges,
            seen.listed,
            seen.read,
            pointer=f"/{escape(self.aggregate.member)}",
            expected=short(seen.made),
            actual=seen.shown,
        )

    def _addresses(self) -> Iterator[Mapping[str, JSON]]:
        """The paths of things: as the list at the path above shows them, those first that show most, then one that shows least."""
        read, name = self.aggregate.read, self.aggregate.member
        above = shape(read.path).rpartition("/")[0]
        listing = next(
            (each for each in collections(self.session.contract) if shape(each.path).rstrip("/") == above), None
        )
        known = self.session.accepted(read)
        outer = {each: known[f"path.{each}"] for each in names_in(read.path)[:-1] if known and f"path.{each}" in known}
        if listing is not None and len(outer) == len(names_in(read.path)) - 1:
            try:
                opened = open_listing(self.session, listing, at_least=1)
                items = [each for each in opened.all(note="whose items are counted?").items if isinstance(each, dict)]
            except Unusable:
                items = []
            ranked = sorted(items, key=lambda each: -_rank(each.get(name)))
            for item in (
                dict.fromkeys([*range(min(3, len(ranked))), len(ranked) // 2, len(ranked) - 1]) if ranked else ()
            ):
                value = _id_in(ranked[item], self.aggregate.key)
                if value is not None:
                    yield {**outer, self.aggregate.key: value}
        elif known is not None:
            yield {each: known[f"path.{each}"] for each in names_in(read.path)}


def _rank(value: object) -> float:
    return float(number_in(value) or 0)


def _id_in(item: Mapping[str, JSON], key: str) -> JSON:
    for wanted in (plain_name(key), "id"):
        for name, value in item.items():
            if plain_name(name) == wanted and isinstance(value, str | int) and not isinstance(value, bool):
                return value
    return None


def _clauses_of(aggregate: Aggregate) -> dict[str, Clause]:
    way = worded(aggregate.made, aggregate.field)
    text = f"{aggregate.member} is {way} of its items in {aggregate.listing.id}."
    subject = f"200/{escape(aggregate.member)}"
    promise = collection_of(aggregate.listing)
    return {_EXACT: make_clause(NAME, aggregate.read, subject, _EXACT, text, rests_on=promise, source=Source.INFERRED)}


def _clauses_of_facets(contract: Contract, operation_id: str) -> dict[str, Clause]:
    operation = contract.operation(operation_id)
    promise = collection_of(operation)
    return {
        pointer: make_clause(
            NAME,
            operation,
            f"200{pointer}",
            _FACETS,
            f"{pointer} counts the items of all pages, whichever is asked for.",
            rests_on=promise,
            source=Source.INFERRED,
        )
        for pointer in facets_of(operation)
    }


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="Counts, averages, sums and facets agree with the items that they are about.",
    clauses=clauses,
    drive=drive,
)
