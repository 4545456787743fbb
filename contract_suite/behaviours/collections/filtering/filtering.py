"""Filtering: what comes matches, what matches comes, a value is compared as documented, and all of that before paging.

An item is judged by what the list itself shows of it, and only an item that the list has shown can be missed.
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
    SEVERAL,
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
from contract_suite.behaviours.collections.filtering.several import several
from contract_suite.behaviours.collections.filtering.strangers import strangers
from contract_suite.behaviours.collections.filtering.together import together
from contract_suite.behaviours.collections.kit.filled_lists import open_listing
from contract_suite.behaviours.kit.clauses import applicable_ids, inapplicable_clause, inapplicable_if_none
from contract_suite.behaviours.kit.listing import collections
from contract_suite.behaviours.kit.retrying import retry_clause, retry_until_stable, untested_if_unusable
from contract_suite.behaviours.kit.verdicts import Unusable, Verdicts, untested
from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.vocabulary import Filter
from contract_suite.model.clause import Clause
from contract_suite.model.verdict import Outcome, Verdict

_ENOUGH: Final = 4


def clauses(contract: Contract) -> Iterator[Clause]:
    """What each filter promises, and what all of an operation do together."""
    found = (clause for operation in collections(contract) for clause in _clauses(operation))
    yield from inapplicable_if_none(found, contract, NAME, SUBJECT, "no operation promises a collection")


def drive(session: Session) -> Iterator[Verdict]:
    """Ask for values that some items have and others don't, alone and together."""
    for operation in collections(session.contract):
        filters = {
            promise.parameter: clauses_of(operation, promise, parameter) for promise, parameter in _declared(operation)
        }
        common = common_clauses(operation)
        promised = [clause for group in (*filters.values(), common) for clause in group.values()]
        verdicts = Verdicts(session, {clause.id: clause for clause in promised})
        if not verdicts.any_wanted:
            continue
        ids = {name: {kind: clause.id for kind, clause in group.items()} for name, group in filters.items()}
        try:
            probe = FilterProbe(session, open_listing(session, operation, at_least=_ENOUGH))
            probe.prepare()
        except Unusable as reason:
            yield from verdicts.leave_unusable(reason)
            continue
        yield from verdicts.report(_judge_all(probe, ids, applicable_ids(common), set(verdicts.wanted)))


BEHAVIOUR: Final = Behaviour(
    name=NAME, title="A filtered list has every item that matches, and no other.", clauses=clauses, drive=drive
)


def _clauses(operation: Operation) -> Iterator[Clause]:
    if not operation.promises.filters:
        reason = "the operation promises no filter"
        yield inapplicable_clause(NAME, SUBJECT, SOUND, reason, operation.location, operation)
    for promise, parameter in _declared(operation):
        yield from clauses_of(operation, promise, parameter).values()
    yield from common_clauses(operation).values()


def _declared(operation: Operation) -> Iterator[tuple[Filter, Parameter]]:
    for promise in operation.promises.filters:
        parameter = operation.parameter(promise.parameter)
        if parameter is not None:
            yield promise, parameter


def _judge_all(
    probe: FilterProbe, ids: Mapping[str, Mapping[str, str]], common: Mapping[str, str], wanted: set[str]
) -> Iterator[Verdict]:
    """Judge every filter by itself, then all together."""
    for promise, parameter in _declared(probe.operation):
        group = ids[promise.parameter]
        if wanted & {*group.values(), *common.values()}:
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
        (SEVERAL, several),
        (NOTHING, unmatched.judge_empty),
        (REFUSED, unmatched.judge_refused),
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
    for kind, judge in () if broken else ((MATCH, wildcards), (SOUND, strangers)):
        clause = ids.get(kind, "")
        if clause in first and first[clause].outcome is not Outcome.FAILED and one.probe.session.wanted(clause):
            found = retry_clause(clause, partial(judge, one))
            first |= {clause: found} if found.outcome is Outcome.FAILED else {}
    compared = [ids[kind] for kind in (SOUND, MATCH, CASE) if kind in ids]
    if any(clause in first and first[clause].outcome is Outcome.FAILED for clause in compared):
        one.probe.usable.pop(one.promise.parameter, None)  # together with others it would break for the same cause
    yield from first.values()
