"""Filtering: what comes matches, what matches comes, a value is compared as documented, and all of that before paging.

The rule that must not be broken: an item is judged by what the list itself shows of it, and only an item that the list
has shown can be missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.collections.filtering import unmatched
from contract_suite.behaviours.collections.filtering.clauses import (
    BARE,
    CASE,
    COMPLETE,
    FIRST,
    MATCH,
    NAME,
    NOTHING,
    PAGED,
    PREFIX,
    REFUSED,
    SORTED,
    SOUND,
    SUBJECT,
    TOGETHER,
    clauses_of,
    common_clauses,
)
from contract_suite.behaviours.collections.filtering.filter_probe import FilterProbe
from contract_suite.behaviours.collections.filtering.matching import bare, case, match, wildcards
from contract_suite.behaviours.collections.filtering.one_filter import OneFilter
from contract_suite.behaviours.collections.filtering.order import filtered_in_order
from contract_suite.behaviours.collections.filtering.pages import before_paging
from contract_suite.behaviours.collections.filtering.together import together
from contract_suite.behaviours.collections.kit.filled_lists import open_listing
from contract_suite.behaviours.kit.clauses import inapplicable_behaviour, inapplicable_clause
from contract_suite.behaviours.kit.listing import collections
from contract_suite.behaviours.kit.retrying import retry_clause, retry_until_stable, untested_if_unusable
from contract_suite.behaviours.kit.verdicts import Unusable, all_untested, untested
from contract_suite.contract.operation import Contract
from contract_suite.model.clause import Clause
from contract_suite.model.verdict import Outcome, Verdict

_ENOUGH: Final = 4


def clauses(contract: Contract) -> Iterator[Clause]:
    """What each filter promises, and what all of an operation do together."""
    found = False
    for operation in collections(contract):
        found = True
        filters = operation.promises.filters
        if not filters:
            yield inapplicable_clause(
                NAME, SUBJECT, SOUND, "the operation promises no filter", operation.location, operation
            )
        for promise in filters:
            parameter = operation.parameter(promise.parameter)
            if parameter is not None:
                yield from clauses_of(operation, promise, parameter).values()
        yield from common_clauses(operation).values()
    if not found:
        yield from inapplicable_behaviour(contract, NAME, SUBJECT, "no operation promises a collection")


def drive(session: Session) -> Iterator[Verdict]:
    """Ask for values that some items have and others don't, alone and together."""
    for operation in collections(session.contract):
        if not operation.promises.filters:
            continue
        ids = {
            promise.parameter: {kind: clause.id for kind, clause in clauses_of(operation, promise, parameter).items()}
            for promise in operation.promises.filters
            if (parameter := operation.parameter(promise.parameter)) is not None
        }
        common = {kind: clause.id for kind, clause in common_clauses(operation).items() if not clause.inapplicable}
        wanted = {clause for group in (*ids.values(), common) for clause in group.values() if session.wanted(clause)}
        if not wanted:
            continue
        try:
            probe = FilterProbe(session, open_listing(session, operation, at_least=_ENOUGH))
        except Unusable as reason:
            yield from all_untested(sorted(wanted), reason.reason, reason.exchanges).values()
            continue
        for verdict in _verdicts(probe, ids, common, wanted):
            if verdict.clause in wanted:
                yield verdict


BEHAVIOUR: Final = Behaviour(
    name=NAME, title="Filters keep what matches, all of it and nothing else", clauses=clauses, drive=drive
)


def _verdicts(
    probe: FilterProbe, ids: Mapping[str, Mapping[str, str]], common: Mapping[str, str], wanted: set[str]
) -> Iterator[Verdict]:
    """Judge every filter by itself, then all together."""
    try:
        probe.prepare()
    except Unusable as reason:
        yield from all_untested(sorted(wanted), reason.reason, reason.exchanges).values()
        return
    for promise in probe.operation.promises.filters:
        parameter = probe.operation.parameter(promise.parameter)
        group = ids.get(promise.parameter, {})
        if parameter is not None and wanted & {*group.values(), *common.values()}:
            yield from _judge(OneFilter(probe, promise, parameter, group))
    if common.get(TOGETHER) in wanted:
        yield retry_clause(common[TOGETHER], partial(together, probe))
    in_order, in_pages = (common[kind] if common.get(kind) in wanted else "" for kind in (SORTED, PAGED))
    if in_order or in_pages:
        both = tuple(each for each in (in_order, in_pages) if each)
        observe = partial(filtered_in_order, probe, in_order, in_pages)
        yield from retry_until_stable(untested_if_unusable(both, observe)).values()


def _judge(one: OneFilter) -> Iterator[Verdict]:
    """Judge the plain question first; what it breaks hides the rest."""
    ids = one.ids
    plain = [ids[kind] for kind in (SOUND, COMPLETE, MATCH, CASE, PREFIX, FIRST) if kind in ids]
    first = retry_until_stable(untested_if_unusable(plain, one.plain))
    broken = [
        kind
        for kind in (SOUND, COMPLETE, PREFIX)
        if kind in ids and ids[kind] in first and first[ids[kind]].outcome is Outcome.FAILED
    ]
    judges: list[tuple[str, Callable[[OneFilter, str], Verdict]]] = [
        (MATCH, match),
        (CASE, case),
        (BARE, bare),
        (FIRST, before_paging),
        (NOTHING, unmatched.nothing),
        (REFUSED, unmatched.refused),
    ]
    for kind, judge in judges:
        clause = ids.get(kind)
        if clause is None or (clause in first and first[clause].outcome in {Outcome.FAILED, Outcome.PASSED}):
            continue
        if not one.probe.session.wanted(clause):
            continue
        if broken and kind != REFUSED:
            first[clause] = untested(clause, "the filter is broken already", first[ids[broken[0]]].exchanges)
        else:
            first[clause] = retry_clause(clause, partial(judge, one))
    if (
        not broken
        and MATCH in ids
        and one.probe.session.wanted(ids[MATCH])
        and first[ids[MATCH]].outcome is not Outcome.FAILED
    ):
        found = retry_clause(ids[MATCH], partial(wildcards, one))
        first |= {ids[MATCH]: found} if found.outcome is Outcome.FAILED else {}
    if any(first[ids[kind]].outcome is Outcome.FAILED for kind in (MATCH, CASE) if kind in ids and ids[kind] in first):
        one.probe.usable.pop(one.promise.parameter, None)  # together with others it would break for the same cause
    yield from first.values()
