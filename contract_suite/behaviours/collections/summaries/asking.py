"""What a summary is asked for: of several things, and with the filters and bounds that its list takes too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.collections.kit.bound_values import differing_values, taken_values
from contract_suite.behaviours.collections.kit.filled_lists import open_listing, owners_shown
from contract_suite.behaviours.collections.kit.filter_values import listed_choices, selective_values, sent_value
from contract_suite.behaviours.collections.kit.whole_lists import whole_list
from contract_suite.behaviours.collections.summaries.finding import Figure, Summary
from contract_suite.behaviours.kit.comparing import canonical
from contract_suite.behaviours.kit.listing import Listing
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.verdicts import Unusable
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.bounds import lies_within
from contract_suite.contract.filters import passes
from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.paths.routing import names_in
from contract_suite.contract.schemas.view import view
from contract_suite.contract.vocabulary import Bound, Filter
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, at, escape

_ENOUGH: Final = 3
"""So many items a list must have."""
_THINGS: Final = 4
"""So many things are asked for their summary."""
_OTHERS: Final = 50
"""So many things that a list shows are looked through for these."""
_VALUES: Final = 2
"""So many values of a filter are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The arguments of a summary and of its list that ask for the same; `given` says what beside the thing, for people."""

    read: Arguments
    listed: Arguments
    given: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen at one moment: the body of the summary, the items of its list, and the exchanges that showed them."""

    question: Question
    body: JSON
    items: tuple[JSON, ...]
    read: Exchange
    listed: Exchange

    def number(self, figure: Figure) -> JSON | Missing:
        """Return the number as shown; an entry that a table leaves out is 0."""
        found = at(self.body, figure.pointer)
        return 0 if figure.table and isinstance(found, Missing) else found

    def made(self, figure: Figure) -> float | None:
        """Return what the items make of the number; `None` where they make nothing of it."""
        return figure.made(self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A parameter that a summary and its list have by one name, with what the list promises of it, if it does."""

    own: Parameter
    theirs: Parameter
    promise: Filter | Bound | None

    def values(self, items: Sequence[JSON]) -> Iterator[JSON]:
        """Yield values that may keep some of the items, as both parameters take them."""
        if isinstance(self.promise, Filter):
            chosen: list[JSON] = [
                sent_value(self.promise, each) for each in selective_values(self.promise, self.theirs, items)
            ]
        else:
            fields = [self.promise.field] if self.promise is not None else self._fields(items)
            chosen = list(listed_choices(self.theirs)) if self.promise is None else []
            for field in fields:
                taken = taken_values(self.theirs, differing_values(items, field))
                chosen += [taken[len(taken) // 2], taken[(len(taken) - 1) // 2]] if len(taken) > 1 else []
        distinct = {canonical(each): each for each in reversed(chosen) if self.own.schema.is_valid(each)}
        yield from islice(reversed(distinct.values()), _VALUES)

    def keeps(self, item: JSON, value: JSON) -> bool | None:
        """Whether an item is one of those that are asked for; `None` where that is open."""
        if isinstance(self.promise, Bound):
            return lies_within(self.promise, item, value)
        wanted = value[0] if isinstance(value, list) and value else value
        if self.promise is None or not isinstance(wanted, str | int | float | bool):
            return None
        return passes(self.promise, item, wanted)

    def _fields(self, items: Sequence[JSON]) -> list[str]:
        """Return the days or moments of items that a parameter for one may be about."""
        dates = view(self.theirs.schema).keyword("format") in {"date", "date-time"}
        first = items[0] if items else None
        members = first.items() if isinstance(first, dict) and dates else ()
        return [f"/{escape(name)}" for name, value in members if isinstance(value, str) and value[:4].isdecimal()]


class Asking:
    """One summary, as the run may ask for it."""

    def __init__(self, session: Session, summary: Summary) -> None:
        """Look for arguments; `Unusable` where there are none, or where the list can't be asked for the same."""
        self.session, self.summary = session, summary
        self.own = open_listing(session, summary.listing, at_least=_ENOUGH)
        self.accepted = session.accepted(summary.read) or {}
        shared = list(_shared(summary))
        self.shared = [each for each in shared if not each.own.required]
        self.needed = [each for each in shared if each.own.required]
        known = {each.own.subject for each in shared}
        for each in summary.read.parameters:
            if each.required and each.subject not in known and not each.subject.startswith("path."):
                raise Unusable(f"{summary.read.id} needs {each.name}, which {summary.listing.id} does not take")

    def things(self) -> Iterator[Question]:
        """Yield a question for each thing: the run's own, that of an accepted request, and others that a list shows."""
        seen: set[str] = set()
        for place in islice(self._places(), 3 * _THINGS):
            key = canonical(dict(place))
            listed = self._listed(place)
            if key in seen or listed is None:
                continue
            seen.add(key)
            yield from self._completed(Question(read=place, listed=listed))
            if len(seen) == _THINGS:
                return

    def narrower(self, looks: Sequence[Look]) -> Iterator[tuple[Look, Question, Shared, JSON]]:
        """Yield questions for a part of what was seen: the whole, and the parameter with its value.

        Each parameter is asked for the thing whose items have most, of those whose items differ in what it is about.
        """
        fullest = sorted(looks, key=lambda each: -len(each.items))
        for each in self.shared:
            for look in fullest:
                values = list(each.values(look.items))
                if values:
                    yield from ((look, _with(look.question, each, value), each, value) for value in values)
                    break

    def look(self, question: Question, *, aim: str, note: str) -> Look | None:
        """Ask for the summary and for all items of its list; `None` if that can't be had."""
        read = self.session.call(self.summary.read, question.read, aim=aim, note=note, intent=Intent.UNKNOWN)
        body = self.session.json(read)
        if not served(read) or body is MISSING or isinstance(body, Missing):
            return None
        listing = Listing(self.session, self.summary.listing, question.listed)
        found = whole_list(listing, note="the items that it is about")
        return None if found is None else Look(question=question, body=body, items=found[0], read=read, listed=found[1])

    def _places(self) -> Iterator[dict[str, JSON]]:
        """Yield the paths of things, as arguments of the summary."""
        names = names_in(self.summary.read.path)
        if not names:
            yield {}
            return
        if not self.summary.parameter:
            own = [value for subject, value in self.own.base.items() if subject.startswith("path.")]
            if len(own) == len(names):
                yield {f"path.{name}": value for name, value in zip(names, own, strict=True)}
        known = {f"path.{name}": self.accepted.get(f"path.{name}") for name in names}
        if None not in known.values():
            yield known
            others = list(islice(owners_shown(self.session, self.summary.read), _OTHERS))
            for place in dict.fromkeys((len(others) - 1, len(others) // 2, *range(len(others)))) if others else ():
                yield {**known, **others[place]}  # what the run made itself often stands first, and has nothing yet

    def _listed(self, place: Mapping[str, JSON]) -> dict[str, JSON] | None:
        """Return the arguments of the list for the thing at a path; `None` where it takes something else too."""
        listing, values = self.summary.listing, list(place.values())
        rest = {key: value for key, value in self.own.base.items() if not key.startswith("path.")}
        if self.summary.parameter:
            parameter = listing.parameter(self.summary.parameter)
            return None if parameter is None or not values else {**rest, parameter.subject: values[-1]}
        names = names_in(listing.path)
        if len(names) != len(values):
            return None
        return {**rest, **{f"path.{name}": value for name, value in zip(names, values, strict=True)}}

    def _completed(self, question: Question) -> Iterator[Question]:
        """Yield a question with each parameter that the summary can't do without: for a few values that the items have."""
        if not self.needed:
            yield question
            return
        found = whole_list(Listing(self.session, self.summary.listing, question.listed), note="what can be asked for?")
        if found is None or len(self.needed) > 1:
            return
        for value in self.needed[0].values(found[0]):
            yield _with(question, self.needed[0], value)


def _with(question: Question, shared: Shared, value: JSON) -> Question:
    given = f"{shared.own.name}={shown(value)}"
    return Question(
        read={**question.read, shared.own.subject: value},
        listed={**question.listed, shared.theirs.subject: value},
        given=f"{question.given} and {given}" if question.given else given,
    )


def _shared(summary: Summary) -> Iterator[Shared]:
    said: list[Filter | Bound] = [*summary.listing.promises.filters, *summary.listing.promises.bounds]
    promises = {each.parameter: each for each in reversed(said)}
    paging = summary.listing.promises.collection.page if summary.listing.promises.collection is not None else None
    pages = {paging.size, paging.number, paging.offset, paging.cursor} if paging is not None else set()
    for theirs in summary.listing.parameters:
        own = _named(summary.read, theirs.name)
        if own is not None and theirs.subject.startswith("query.") and theirs.name not in {*pages, summary.parameter}:
            yield Shared(own=own, theirs=theirs, promise=promises.get(theirs.name))


def _named(operation: Operation, name: str) -> Parameter | None:
    named = (each for each in operation.parameters if plain_name(each.name) == plain_name(name))
    return next((each for each in named if each.subject.startswith("query.")), None)
