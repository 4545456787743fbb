"""Takes back that a valid request was refused, where the server shows that it was for the state of something.

A document without 409 leaves a server two ways to say so: the status that it has for nothing else (422 for what can't be
done now, where invalid values get 400), and the refusal of what it has served before, there or about something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from contract_suite.checks import positive_accepted
from contract_suite.checks.kit.verdicts import cannot_tell
from contract_suite.contract.addressing import roles
from contract_suite.contract.operation import Operation
from contract_suite.contract.requests import rebuilt
from contract_suite.generate.addresses import Need
from contract_suite.generate.attempts.extreme_numbers import greatest_numbers
from contract_suite.generate.fresh_values import put_at, value_at
from contract_suite.model.case import Case, Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.finding import Finding
from contract_suite.model.json import JSON, Arguments, Missing, Raw
from contract_suite.runner.confirming.counting_others import count_others
from contract_suite.runner.confirming.replay_with_own_thing import about
from contract_suite.runner.session.controls import refusal_of
from contract_suite.runner.session.session import LiveSession

_BY_ITS_STATUS: Final = "invalid values are refused otherwise, so that {} is about the state of something"
_ABOUT_A_NEW_ONE: Final = (
    "the same is served about a new one, so that the refusal is for the state of what it was about"
)
_LIKE_A_SERVED_ONE: Final = "the same was served before, so that the refusal is for the state of what it is about"
_ABOUT_THE_SAME: Final = "a request that was accepted before is refused in the same words now, so the refusal is about a state of what the body names"
_ABOUT_OTHERS: Final = "the same is served about other things, so that the refusal is for the state of what it names"


def without_refusals_of_state(session: LiveSession, finding: Finding) -> Finding | None:
    """Return what remains of a finding, which is replaced in the session's counter; `None` if nothing does."""
    kept = session.sender.cases_by_exchange.get(finding.exchanges[-1])
    if finding.check != positive_accepted.NAME or session.contract.sourced or kept is None:
        return finding
    case, first = kept
    operation = session.contract.by_id.get(case.operation)
    if operation is None or not first.refused:
        return finding
    counter = session.sender.counter
    if session.controls.is_of_its_own(operation, first.status):
        counter.retract(finding)
        counter.add(cannot_tell(finding.clause, _BY_ITS_STATUS.format(first.status)), first.number)
        count_others(
            session,
            finding,
            operation,
            counts=lambda each: not session.controls.is_of_its_own(operation, each.exchange.status),
        )
    else:
        excuses = (reason for applies, reason in _EXCUSES if applies(session, case, operation, first))
        reason = next(excuses, "")
        if reason:
            counter.retract(finding)
            counter.add(cannot_tell(finding.clause, reason), first.number)
    return counter.findings.get(finding.id)


def _is_refused_like_a_served_one(session: LiveSession, case: Case, operation: Operation, first: Exchange) -> bool:
    """Whether an action is refused that was served about something else, or as one is by now that was served there."""
    acts = not operation.safe and not {"create", "delete"} & {role for _, role in roles(session.resources, operation)}
    if not acts or "{" not in operation.path:
        return False
    served = [each.case for each in session.recent if each.case.operation == operation.id and each.exchange.ok]
    if any(_says(each) == _says(case) for each in served):
        return True  # what it is about makes the whole difference
    there = [each for each in served if _path(each) == _path(case)]
    if not there:
        return False
    control = replace(there[-1], intent=Intent.UNKNOWN, target_clause="", note="what was served here: is it still?")
    return session.send_again(control, operation)[0].status == first.status


def _is_refused_about_the_same(session: LiveSession, case: Case, operation: Operation, first: Exchange) -> bool:
    """Whether what was served with a body that names the same things is refused alike by now: a product was archived."""
    needs = session.ledger.addresses.needs(operation)
    named = [each.subject for each in needs if not each.subject.startswith("path.")]
    if not named or operation.safe or isinstance(case.arguments.get("body"), Raw):
        return False
    values = [value_at(case.arguments, each) for each in named]
    served = [each.case for each in session.recent if each.case.operation == operation.id and each.exchange.ok]
    same = [each for each in served if [value_at(each.arguments, subject) for subject in named] == values]
    if not same:
        return False
    arguments = session.arguments.fresh(operation, same[-1].arguments)
    control = replace(
        same[-1],
        arguments=arguments,
        request=rebuilt(operation, arguments, same[-1].request),
        intent=Intent.UNKNOWN,
        target_clause="",
        note="what was served about the same things: is it still?",
    )
    return refusal_of(session.send_again(control, operation)[0]) == refusal_of(first)


def _is_served_about_a_new_thing(session: LiveSession, case: Case, operation: Operation, _first: Exchange) -> bool:
    """Whether what is refused below one thing is served below a new one: what the run did to the first makes the difference."""
    needs = session.ledger.addresses.needs(operation)
    roles_here = {role for _, role in roles(session.resources, operation)}
    if not needs or roles_here & {"create", "delete", "list"} or isinstance(case.arguments.get("body"), Raw):
        return False
    resource = next((each for each in session.resources if each.name == needs[-1].resource), None)
    made = session.make(resource, note="a new one: is that refused there too?") if resource is not None else None
    if made is None:
        return False
    return session.send_again(about(case, operation, made), operation)[0].ok


def _is_served_about_others(session: LiveSession, case: Case, operation: Operation, _first: Exchange) -> bool:
    """Whether what is refused is served where it names other things: four persons, for a room that has seats for them."""
    creates = "create" in {role for _, role in roles(session.resources, operation)}
    known = session.ledger.addresses.needs(operation)
    needs = [each for each in known if creates or not each.subject.startswith("path.")]
    if not needs or operation.safe or isinstance(case.arguments.get("body"), Raw):
        return False
    mine = _named(case, needs)
    served = (each.case for each in session.recent if each.case.operation == operation.id and each.exchange.ok)
    others = [named for each in served if (named := _named(each, needs)) != mine]
    if others and _is_served(session, case, operation, others[-1]):
        return True
    return any(_is_served_about_a_larger_one(session, case, operation, each) for each in needs)


def _is_served_about_a_larger_one(session: LiveSession, case: Case, operation: Operation, need: Need) -> bool:
    """Whether it is served about something new, whose numbers (seats, a limit, a stock) are at their greatest."""
    resource = next((each for each in session.resources if each.name == need.resource), None)
    if resource is None or resource.create is None:
        return False
    create = session.contract.by_id.get(resource.create.operation)
    accepted = session.accepted(create) if create is not None and session.allowed(create) else None
    numbers = greatest_numbers(create, accepted) if create is not None and accepted is not None else {}
    made = session.make(resource, numbers, note="a larger one: is that refused there too?") if numbers else None
    if made is None or need.field not in made.identity:
        return False
    return _is_served(session, case, operation, {need.subject: made.identity[need.field]})


def _named(case: Case, needs: Iterable[Need]) -> dict[str, JSON]:
    """Return what a case names at the subjects of needs."""
    values = ((each.subject, value_at(case.arguments, each.subject)) for each in needs)
    return {subject: value for subject, value in values if not isinstance(value, Missing)}


def _is_served(session: LiveSession, case: Case, operation: Operation, named: Mapping[str, JSON]) -> bool:
    """Whether a request is served that names other things; whatever else it says stays, so that a bad text is refused again."""
    arguments: Arguments = dict(case.arguments)
    for subject, value in named.items():
        arguments = put_at(arguments, subject, value)
    control = replace(
        case,
        arguments=arguments,
        request=rebuilt(operation, arguments, case.request),
        intent=Intent.UNKNOWN,
        target_clause="",
        note="is the same served about other things?",
    )
    return session.send_again(control, operation)[0].ok


def _path(case: Case) -> str:
    return case.request.target.partition("?")[0]


def _says(case: Case) -> tuple[str, bytes]:
    """All that a request says but for what it is about."""
    return case.request.target.partition("?")[2], case.request.body


_EXCUSES: Final[Sequence[tuple[Callable[[LiveSession, Case, Operation, Exchange], bool], str]]] = (
    (_is_refused_like_a_served_one, _LIKE_A_SERVED_ONE),
    (_is_refused_about_the_same, _ABOUT_THE_SAME),
    (_is_served_about_a_new_thing, _ABOUT_A_NEW_ONE),
    (_is_served_about_others, _ABOUT_OTHERS),
)
"""What shows that a refusal is for the state of something, each with how that is said; those that send less come first."""
