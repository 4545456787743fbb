"""What a document says of an order beyond key and direction: how texts are compared, where nulls stand, and what decides between equals.

What the list shows by itself comes first. Where that can't tell, items of the run's own are made, once for all keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Final

from contract_suite.behaviours.collections.kit.collation import differ, disorder, shows_collation
from contract_suite.behaviours.collections.kit.filled_lists import container_values, creatable, make_in, settable
from contract_suite.behaviours.collections.kit.orders import Way, ways_of
from contract_suite.behaviours.collections.ordering.clauses import COLLATION, EQUALS, NULLS, WAYS, clauses_of
from contract_suite.behaviours.collections.ordering.told import SortedListing
from contract_suite.behaviours.kit.listing import ListPage
from contract_suite.behaviours.kit.retrying import retry_clause
from contract_suite.behaviours.kit.sample_values import sample_members
from contract_suite.behaviours.kit.verdicts import failed, passed, untested
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.naming.outside import acts_outside
from contract_suite.contract.schemas.schema import Schema
from contract_suite.model.json import JSON, Missing, at
from contract_suite.model.verdict import Verdict

_LETTERS: Final = "bCd"
"""With regard to case, the second of these comes first."""
_PAGES: Final = 10
_WORDS: Final = {"case-insensitive": "without regard to case", "binary": "character by character"}


@dataclass(slots=True)
class _OwnItems:
    """Items that the run makes to tell orders apart, each kind once."""

    sorter: SortedListing
    made: dict[str, bool] = field(default_factory=dict)

    def make(self, kind: str) -> bool:
        """Make those of a kind, `COLLATION`, `NULLS` or `EQUALS`, and return whether they were made."""
        rows = {COLLATION: self._mixed, NULLS: self._with_and_without, EQUALS: self._equal}
        if kind not in self.made:
            self.made[kind] = self._make(rows[kind]())
        return self.made[kind]

    def _make(self, rows: Iterable[dict[str, JSON]]) -> bool:
        listing = self.sorter.listing
        made = 0
        for values in rows:
            if listing.resource is None or not values:
                return False
            if make_in(listing.session, listing.resource, listing.operation, listing.base, values) is None:
                return False
            made += 1
        return made > 1

    def _mixed(self) -> Iterator[dict[str, JSON]]:
        """Texts that differ in their last letter, of which one is in upper case."""
        prefix = self.sorter.listing.session.prefix
        short = "".join(filter(str.isalnum, prefix))
        for letter in _LETTERS:
            row: dict[str, JSON] = {}
            for name, schema in self._settable(self.sorter.order.collation):
                texts = (f"{prefix}{letter}", f"{short}{letter}", f"{short[-3:]}{letter}")
                fitting = (each for each in texts if not schema.breaks_member({name: each}, name))
                text = next(fitting, "")
                row |= {name: text} if text and not acts_outside(text, name) else {}
            yield row

    def _with_and_without(self) -> Iterator[dict[str, JSON]]:
        """Nothing for each key that may be null, and then some value."""
        names = [*self._settable(self.sorter.order.nulls)]
        yield {name: None for name, schema in names if not schema.breaks_member({name: None}, name)}
        values: dict[str, JSON] = {}
        for name, schema in names:
            sample = sample_members(schema).get(name)
            values |= {} if sample is None or acts_outside(sample, name) else {name: sample}
        yield values

    def _equal(self) -> Iterator[dict[str, JSON]]:
        """One value for each key, three times."""
        row: dict[str, JSON] = {}
        for name, schema in self._settable(self.sorter.order.ties):
            own = f"{self.sorter.listing.session.prefix}equal"
            sample = own if not schema.breaks_member({name: own}, name) else sample_members(schema).get(name)
            row |= {} if sample is None or acts_outside(sample, name) else {name: sample}
        yield from (dict(row) for _ in _LETTERS)

    def _settable(self, keys: Iterable[str]) -> Iterator[tuple[str, Schema]]:
        """The members of a create that set the fields of these keys, but for those that choose the list."""
        listing, order = self.sorter.listing, self.sorter.order
        create, resource = creatable(listing.session, listing.resource), listing.resource
        media = create.body.of_members if create is not None and create.body is not None else None
        if create is None or resource is None or media is None or media.schema is None:
            return
        fixed = container_values(listing.session, resource, listing.operation, listing.base)
        for key in keys:
            name = settable(create, order.keys[key]) if key in order.keys else None
            if name is not None and name not in fixed and create.body is not None:
                yield name, media.schema


def judge_refinements(sorter: SortedListing, wanted: frozenset[str]) -> Iterator[Verdict]:
    """Judge, for each key that something more is said of, those clauses that are wanted."""
    own = _OwnItems(sorter)
    for name, clause in clauses_of(sorter.listing.operation, sorter.order).items():
        if clause.id in wanted and clause.kind in _JUDGES:
            yield retry_clause(clause.id, partial(_JUDGES[clause.kind], sorter, own, name.rpartition("/")[0]))


def _judge_collation(sorter: SortedListing, own: _OwnItems, key: str, clause: str) -> Verdict:
    collation = sorter.order.collation[key]
    numbers: list[int] = []
    for most in (1, _PAGES):
        if most > 1 and not own.make(COLLATION):
            break
        told = False
        for asked, way in _ways(sorter, key):
            for page in _pages(sorter, key, asked, way, clause, most=most):
                values = sorter.values_of(page, key)
                if disorder(values, way) is not None:
                    return untested(clause, f"the list is not sorted by {key}", [page.number])
                numbers.append(page.number)
                told = told or shows_collation(values)
                wrong = disorder(values, way, collation)
                if wrong is not None:
                    left, right = (shown(values[index]) for index in wrong)
                    expected = f"{WAYS[way]}, {_WORDS[collation]}"
                    message = f"the list should be sorted by {key}, {expected}, and {left} stands before {right}"
                    pointer = _pointer(sorter, wrong[1], key)
                    actual = f"{left}, {right}"
                    return failed(clause, message, [page.number], pointer=pointer, expected=expected, actual=actual)
        if told:
            return passed(clause, numbers)
    return untested(clause, f"it takes items whose {key} differs in upper and lower case", numbers)


def _judge_nulls(sorter: SortedListing, own: _OwnItems, key: str, clause: str) -> Verdict:
    numbers: list[int] = []
    places = sorter.order.nulls[key]
    ways = [each for each in _ways(sorter, key) if each[1] in places]
    for again in (False, True):
        if again and not own.make(NULLS):
            break
        told: list[bool] = []
        for asked, way in ways:
            pages = sorted(_pages(sorter, key, asked, way, clause, most=_PAGES), key=lambda page: page.start)
            numbers += [page.number for page in pages]
            keys = [each for page in pages for each in page.keys]
            if len(set(keys)) < len(keys):
                return untested(clause, "the pages overlap", numbers)
            if any(disorder(sorter.values_of(page, key), way) is not None for page in pages):
                return untested(clause, f"the list is not sorted by {key}", numbers)
            nulls = [_is_null(at(item, sorter.order.keys[key])) for page in pages for item in page.items]
            told.append(len(set(nulls)) > 1)
            if nulls != sorted(nulls, reverse=places[way] == "first"):
                message = f"sorted by {key}, {WAYS[way]}, items without a value do not come {places[way]}"
                actual = (
                    f"{'nothing' if nulls[0] else 'a value'} at first, {'nothing' if nulls[-1] else 'a value'} at last"
                )
                shows = [page.number for page in pages]
                return failed(clause, message, shows, expected=f"nothing {places[way]}", actual=actual)
        if told and all(told):
            return passed(clause, numbers)
    return untested(clause, f"it takes items with a value of {key}, and items without", numbers)


def _judge_equals(sorter: SortedListing, own: _OwnItems, key: str, clause: str) -> Verdict:
    numbers: list[int] = []
    ties = sorter.order.ties_of(key)
    ways = [each for each in _ways(sorter, key) if each[1] in ties]
    for again in (False, True):
        if again and not own.make(EQUALS):
            break
        told = False
        for asked, way in ways:
            field_name, second = ties[way]
            for page in _pages(sorter, key, asked, way, clause, most=_PAGES if again else 1):
                numbers.append(page.number)
                if disorder(sorter.values_of(page, key), way) is not None:
                    return untested(clause, f"the list is not sorted by {key}", [page.number])
                for values in _of_equals(page, sorter.order.keys[key], field_name):
                    told = told or differ(values)
                    wrong = disorder(values, second)
                    if wrong is not None:
                        left, right = (shown(values[index]) for index in wrong)
                        order = f"sorted by {field_name}, {WAYS[second]}"
                        message = f"sorted by {key}, {WAYS[way]}, equal items should be {order}, and {left} stands before {right}"
                        actual = f"{left}, {right}"
                        return failed(clause, message, [page.number], expected=WAYS[second], actual=actual)
        if told:
            return passed(clause, numbers)
    return untested(clause, f"it takes items that are equal by {key}", numbers)


def _of_equals(page: ListPage, key_field: str, field_name: str) -> Iterator[list[JSON | Missing]]:
    """The values of a field, of each run of items that have one value in the field of the key."""
    for _, run in groupby(page.items, key=lambda item: repr(at(item, key_field))):
        equals = [*run]
        if not _is_null(at(equals[0], key_field)):
            yield [at(item, field_name) for item in equals]


_JUDGES: Final = {COLLATION: _judge_collation, NULLS: _judge_nulls, EQUALS: _judge_equals}


def _ways(sorter: SortedListing, key: str) -> Iterator[tuple[str, Way]]:
    """The directions of a key: as each is asked for, which is not at all where there is none, and as it is meant."""
    order = sorter.order
    if sorter.both_ways:
        yield from ((way, way) for way in ways_of(sorter.listing.operation, order, key))
    else:
        yield "", order.way_of_keys if sorter.by is not None else order.default_direction


def _pages(sorter: SortedListing, key: str, asked: str, way: str, clause: str, *, most: int) -> Iterator[ListPage]:
    extra = sorter.asked_for(key if sorter.by is not None else "", asked)
    note = f"sorted by {key}, {WAYS[way]}"
    return sorter.listing.pages(extra=extra, note=note, aim=clause, most=most, last_early=True)


def _pointer(sorter: SortedListing, index: int, key: str) -> str:
    field_name = sorter.order.keys[key]
    return f"{sorter.listing.collection.items}/{index}{'' if field_name.startswith('/') else '/'}{field_name}"


def _is_null(value: JSON | Missing) -> bool:
    return value is None or isinstance(value, Missing)
