"""Faults in how values are compared: parts for the whole, letters without their case, texts of another script."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.schemas.constraints import constraints
from contract_suite.contract.vocabulary import Filter
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, Plant, at_first, site_of
from contract_suite.mock.faults.planting import Equal, replaces
from contract_suite.mock.fields import Body, getter, text_of
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.model.json import JSON, Missing

Passes = Callable[[JSON, JSON], bool]
"""Whether a value that was asked for passes one that was found."""
_SHORT: Final = 8


Matches = Callable[[Callable[[], bool], Call, JSON, Body], bool]
"""Whether a representation passes a filter; gets the right answer as a function, the call and the filter's value."""


def planted(operation: Operation, promise: Filter, other: Matches) -> Plant:
    """Plant another way to match one filter; it gets the right way first."""

    @replaces(operation)
    def matches(pipeline: Pipeline, call: Call, one: Filter, wanted: JSON, body: Body, equal: Equal) -> bool:
        def right() -> bool:
            return pipeline.matches(call, one, wanted, body, equal)

        return other(right, call, wanted, body) if one.parameter == promise.parameter else right()

    return matches


@at_first(sites.filters)
def _equal(
    _contract: Contract,
    place: sites.Filtered,
    passes: Passes,
    *kinds: str,
    room: Callable[[Parameter], bool],
    also: tuple[str, ...] = (),
) -> FaultSite | None:
    """Sites for filters by equality that take another value for the same."""
    operation, promise, parameter = place
    if promise.match != "equals" or promise.unknown or not room(parameter):
        return None

    def matches(right: Callable[[], bool], _call: Call, wanted: JSON, body: Body) -> bool:
        value = getter(promise.field)(body)
        return right() or (not isinstance(value, Missing) and value is not None and passes(wanted, value))

    clause = f"{operation.id}::{parameter.subject}"
    return FaultSite(
        where=f"{operation.id}, {promise.parameter}",
        clauses=tuple(f"{clause}::{kind}" for kind in kinds),
        also=tuple(f"{operation.id}::{each}" for each in also),
        plant=planted(operation, promise, matches),
    )


@at_first(sites.filters)
def _contains(
    _contract: Contract, place: sites.Filtered, passes: Passes | None, kind: str, *, prefix: str = ""
) -> FaultSite | None:
    """Sites for searches that find less than they should; without `passes`, that don't look at the prefix."""
    operation, promise, parameter = place
    if (
        promise.match != "contains"
        or (prefix and not promise.prefix)
        or (kind == "bare-value-searched" and not promise.bare)
    ):
        return None

    def matches(_right: Callable[[], bool], call: Call, wanted: JSON, body: Body) -> bool:
        value = getter(promise.field)(body)
        bare = isinstance(wanted, str) and bool(promise.prefix) and not wanted.startswith(promise.prefix)
        if kind == "bare-value-searched":
            return True if bare else _right()
        if kind == "prefix-understood":
            return isinstance(value, str) and str(wanted).casefold() in value.casefold()
        text = str(wanted)[len(promise.prefix) :] if promise.prefix and not bare else str(wanted)
        del call
        return isinstance(value, str) and passes is not None and passes(text, value)

    clause = f"{operation.id}::{parameter.subject}::"
    return FaultSite(
        where=f"{operation.id}, {promise.parameter}",
        clauses=(f"{clause}{kind}",),
        also=(f"{clause}filter-complete", f"{clause}filtered-before-paging") if kind == "prefix-understood" else (),
        plant=planted(operation, promise, matches),
    )


@at_first(sites.filters)
def _begins(_contract: Contract, place: sites.Filtered) -> FaultSite | None:
    operation, promise, parameter = place
    if promise.match != "begins":
        return None

    @replaces(operation)
    def matches(pipeline: Pipeline, call: Call, one: Filter, wanted: JSON, body: Body, equal: Equal) -> bool:
        anywhere = replace(one, match="contains") if one.parameter == promise.parameter else one
        return pipeline.matches(call, anywhere, wanted, body, equal)

    return site_of(operation, f"{parameter.subject}::match-as-documented", field=promise.parameter, plant=matches)


def _like(wanted: JSON, *signs: str, fold: bool = False) -> re.Pattern[str]:
    """Return the pattern of a text in which some of the signs `_` and `%` mean what they mean in SQL."""
    meaning = {"_": ".", "%": ".*"}
    return re.compile(
        "".join(meaning[char] if char in signs else re.escape(char) for char in text_of(wanted)),
        re.DOTALL | (re.IGNORECASE if fold else 0),
    )


def _number(parameter: Parameter) -> bool:
    root = parameter.schema.root
    return isinstance(root, dict) and root.get("type") in ("integer", "number")


def _long(parameter: Parameter) -> bool:
    return any(each.keyword == "format" and each.value == "int64" for each in constraints(parameter.schema))


@at_first(sites.filters)
def _exact_case(_contract: Contract, place: sites.Filtered) -> FaultSite | None:
    operation, promise, parameter = place
    if promise.case != "ignored":
        return None

    @replaces(operation)
    def matches(pipeline: Pipeline, call: Call, one: Filter, wanted: JSON, body: Body, equal: Equal) -> bool:
        return pipeline.matches(call, replace(one, case="exact"), wanted, body, equal)

    return site_of(operation, f"{parameter.subject}::case-as-documented", field=promise.parameter, plant=matches)


@at_first(sites.filters)
def _not_ascii(contract: Contract, place: sites.Filtered) -> FaultSite | None:
    operation, promise, parameter = place
    if (
        promise.match != "equals"
        or not sites.free(parameter)
        or parameter.required
        or not sites.creatable(contract, operation)
    ):
        return None

    def matches(right: Callable[[], bool], _call: Call, wanted: JSON, _body: Body) -> bool:
        return right() if not isinstance(wanted, str) or wanted.isascii() else False

    return site_of(
        operation,
        f"{parameter.subject}::filter-complete",
        field=promise.parameter,
        plant=planted(operation, promise, matches),
    )


@at_first(sites.named)
def _same_name(_contract: Contract, place: sites.Named, compare: Callable[[str], str]) -> FaultSite | None:
    """Names that differ are taken for the same."""
    _, create, promise = place

    @replaces()
    def compared_by(pipeline: Pipeline, value: JSON) -> object:
        return compare(value) if isinstance(value, str) else pipeline.compared_by(value)

    return FaultSite(
        where=f"{create.id}, {'+'.join(each.rpartition('/')[2] for each in promise.fields)}",
        clauses=("*::similar-accepted",),
        also=(f"{create.id}::*::accepted",),
        plant=compared_by,
    )


COMPARING: Final = (
    FaultKind(
        name="filter-matches-beginning",
        sentence="a filter by equality takes what begins with the value",
        site=_equal(
            lambda wanted, value: bool(text_of(wanted)) and text_of(value).startswith(text_of(wanted)),
            "match-as-documented",
            room=sites.free,
        ),
    ),
    FaultKind(
        name="filter-matches-part",
        sentence="a filter by equality takes what holds the value anywhere",
        site=_equal(
            lambda wanted, value: bool(text_of(wanted)) and text_of(wanted) in text_of(value),
            "match-as-documented",
            room=sites.free,
        ),
    ),
    FaultKind(
        name="filter-folds-case",
        sentence="a filter by equality takes upper and lower case for the same",
        site=_equal(
            lambda wanted, value: text_of(value).casefold() == text_of(wanted).casefold(),
            "case-as-documented",
            room=sites.free,
        ),
    ),
    FaultKind(
        name="number-filter-matches-beginning",
        sentence="a filter for a number compares its digits, and takes 363 for 36",
        site=_equal(
            lambda wanted, value: text_of(value).startswith(text_of(wanted)),
            "match-as-documented",
            "filter-sound",
            room=_number,
        ),
    ),
    FaultKind(
        name="number-filter-at-least",
        sentence="a filter for a number takes all that are greater too",
        site=_equal(
            lambda wanted, value: isinstance(value, int) and isinstance(wanted, int) and value >= wanted,
            "filter-sound",
            room=_number,
            also=("filters::filters-combined",),
        ),
    ),
    FaultKind(
        name="number-filter-rounds",
        sentence="a filter compares numbers as doubles, so that neighbours above 2^53 are equal",
        site=_equal(
            lambda wanted, value: isinstance(wanted, int) and isinstance(value, int) and float(value) == float(wanted),
            "filter-sound",
            room=_long,
        ),
    ),
    FaultKind(
        name="beginning-found-anywhere",
        sentence="a filter for the beginning of a value finds it anywhere",
        site=_begins(),
    ),
    FaultKind(
        name="search-needs-whole-value",
        sentence="a search finds only what equals the searched string",
        site=_contains(lambda wanted, value: str(wanted).casefold() == str(value).casefold(), "match-as-documented"),
    ),
    FaultKind(
        name="search-needs-beginning",
        sentence="a search finds only what begins with the searched string",
        site=_contains(
            lambda wanted, value: str(value).casefold().startswith(str(wanted).casefold()), "match-as-documented"
        ),
    ),
    FaultKind(
        name="filter-takes-underscore-for-any",
        sentence="a filter by equality takes an underscore for any character",
        site=_equal(
            lambda wanted, value: bool(_like(wanted, "_").fullmatch(text_of(value))),
            "match-as-documented",
            room=sites.free,
        ),
    ),
    FaultKind(
        name="filter-takes-percent-for-any",
        sentence="a filter by equality takes a percent sign for any characters",
        site=_equal(
            lambda wanted, value: bool(_like(wanted, "%").fullmatch(text_of(value))),
            "match-as-documented",
            room=sites.free,
        ),
    ),
    FaultKind(
        name="search-needs-end",
        sentence="a search finds only what ends with the searched string",
        site=_contains(
            lambda wanted, value: str(value).casefold().endswith(str(wanted).casefold()), "match-as-documented"
        ),
    ),
    FaultKind(
        name="search-misses-beginning",
        sentence="a search doesn't look at the first character of a value, unless the searched string is all of it",
        site=_contains(
            lambda wanted, value: (
                str(wanted).casefold() in str(value).casefold()[1:] or str(wanted).casefold() == str(value).casefold()
            ),
            "match-as-documented",
        ),
    ),
    FaultKind(
        name="search-misses-end",
        sentence="a search doesn't look at the last character of a value, unless the searched string is all of it",
        site=_contains(
            lambda wanted, value: (
                str(wanted).casefold() in str(value).casefold()[:-1] or str(wanted).casefold() == str(value).casefold()
            ),
            "match-as-documented",
        ),
    ),
    FaultKind(
        name="search-takes-wildcards",
        sentence="a search takes an underscore for any character and a percent sign for any number of them",
        site=_contains(
            lambda wanted, value: bool(_like(wanted, "_", "%", fold=True).search(text_of(value))), "match-as-documented"
        ),
    ),
    FaultKind(name="search-minds-case", sentence="a search that should ignore case minds it", site=_exact_case()),
    FaultKind(
        name="search-prefix-unknown",
        sentence="a search takes its documented prefix for a part of the searched string",
        site=_contains(None, "prefix-understood", prefix="yes"),
    ),
    FaultKind(
        name="bare-search-ignored",
        sentence="a search without its prefix searches nothing",
        site=_contains(None, "bare-value-searched", prefix="yes"),
    ),
    FaultKind(
        name="filter-loses-other-scripts",
        sentence="a filter for a string beyond ASCII finds nothing",
        site=_not_ascii(),
    ),
    FaultKind(
        name="names-unique-without-case",
        sentence="names that differ in their case collide",
        site=_same_name(str.casefold),
    ),
)
