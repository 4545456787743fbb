"""Numbers that a request moves: how many items a list has, and totals, counts and balances that reads show.

They are looked at twice before the first request, so that what moves by itself tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.own_things import OwnThing, operations_below
from contract_suite.behaviours.kit.requests import path_arguments, required_arguments
from contract_suite.behaviours.kit.responses import served
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.contract.schemas.numeric import exact_number
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments, Missing, escape

_MOST_READS: Final = 5
_DEEPEST: Final = 4
_MOST_TOLD: Final = 3
_COUNTS: Final = re.compile(r"^x-(?:\w+-)*(?:total|count)(?:-count|-items|-elements)?$")
"""Header fields that count the items of a list."""
_OF_REQUESTS: Final = re.compile(
    r"attempt|retr(?:y|ies)|request|calls?$|hits?$|repl(?:ay|ies)|views?$|reads?$|version|revision|seconds|^age$",
    re.IGNORECASE,
)
"""Members that count requests, or time: a repetition may move them."""

Numbers = Mapping[tuple[str, str], Decimal]
"""Numbers by the read that shows them and where they stand in it; a list at `[]` is as long as it is."""


@dataclass(slots=True)
class MovedNumbers:
    """The numbers that reads show beside what a request is about, look by look.

    `exchanges` are those of the last look.
    """

    session: Session
    reads: Sequence[tuple[Operation, Arguments]]
    steady: set[tuple[str, str]] = field(default_factory=set)
    exchanges: list[Exchange] = field(default_factory=list)

    def begin(self) -> Numbers:
        """Look twice, and remember which numbers stay as they are."""
        first, second = self._look("before"), self._look("before, again")
        self.steady = {place for place, number in second.items() if first.get(place) == number}
        return {place: second[place] for place in self.steady}

    def look(self, note: str) -> Numbers:
        """Return the numbers that were steady at first, as reads show them now."""
        return {place: number for place, number in self._look(note).items() if place in self.steady}

    def _look(self, note: str) -> Numbers:
        self.exchanges = []
        found: dict[tuple[str, str], Decimal] = {}
        for operation, arguments in self.reads:
            sent = self.session.call(operation, arguments, note=f"what does it show {note}?", intent=Intent.UNKNOWN)
            if served(sent):
                self.exchanges.append(sent)
                found |= {(operation.id, place): number for place, number in _numbers_in(self.session.json(sent))}
                found |= {(operation.id, f"header {name}"): number for name, number in _counts_in(sent)}
        return found


def moves(before: Numbers, after: Numbers) -> dict[tuple[str, str], Decimal]:
    """Return by how much numbers moved between two looks, those that both show and that did."""
    found = {place: after[place] - number for place, number in before.items() if place in after}
    return {place: by for place, by in found.items() if by}


def told_moves(by: Mapping[tuple[str, str], Decimal]) -> str:
    """Say which numbers moved, in a few words: "/total of listCredits by +1"."""
    return ", ".join(
        f"{_told(place)} of {read} by {number.normalize():+f}"
        for (read, place), number in sorted(by.items())[:_MOST_TOLD]
    )


def _told(place: str) -> str:
    return f"the length of {place.removesuffix('[]') or 'the list'}" if place.endswith("[]") else place


def same_moves(
    first: Mapping[tuple[str, str], Decimal], again: Mapping[tuple[str, str], Decimal]
) -> dict[tuple[str, str], Decimal]:
    """Return what moved by the same amount both times."""
    return {place: number for place, number in again.items() if first.get(place) == number}


def reads_about(
    session: Session, operation: Operation, thing: OwnThing | None, given: Arguments | None = None
) -> list[tuple[Operation, Arguments]]:
    """Return the reads that may show what a POST did: the list at its path, the thing that it is about, and what stands below that."""
    contract = session.contract
    address = thing.address if thing is not None else _addressed(operation, given or {})
    found = [each for each in contract.operations if each.method == "GET" and each.path == operation.path]
    if thing is not None:
        found += [thing.paths.read, *_lists_below(contract, thing)]
    usable: dict[str, tuple[Operation, Arguments]] = {}
    for each in found:
        fits = len(path_arguments(each, address)) == each.path.count("{")
        arguments = (
            required_arguments(session, each, address) if fits and session.allowed(each) and not each.problem else None
        )
        if arguments is not None:
            usable.setdefault(each.id, (each, arguments))
    return list(usable.values())[:_MOST_READS]


def _addressed(operation: Operation, given: Arguments) -> dict[str, JSON]:
    """Return the values of an operation's path, by the names there."""
    names = (each.subject for each in operation.parameters if each.where == "path")
    return {subject.removeprefix("path."): given[subject] for subject in names if subject in given}


def _lists_below(contract: Contract, thing: OwnThing) -> Iterator[Operation]:
    for last, each in operations_below(contract).get(shape(thing.paths.read.path), ()):
        if each.method == "GET" and "{" not in last:
            yield each


def _numbers_in(value: JSON | Missing, place: str = "", depth: int = 0) -> Iterator[tuple[str, Decimal]]:
    if isinstance(value, list):
        yield f"{place}[]", Decimal(len(value))
    elif isinstance(value, dict) and depth < _DEEPEST:
        for name, each in value.items():
            if not _OF_REQUESTS.search(name):
                yield from _numbers_in(each, f"{place}/{escape(name)}", depth + 1)
    elif place:
        number = exact_number(value)
        if number is not None:
            yield place, number


def _counts_in(exchange: Exchange) -> Iterator[tuple[str, Decimal]]:
    for name, value in exchange.response.headers if exchange.response is not None else ():
        number = exact_number(value) if _COUNTS.match(name.lower()) else None
        if number is not None:
            yield name, number
