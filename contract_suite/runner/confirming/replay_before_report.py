"""Replays what failed before it is reported: what does not fail again is marked flaky, and kept.

The request is sent again as it was, except where its first sending used it up: a create gets fresh names. Where that does
not fail, the thing that it is about may have changed meanwhile, and it is sent about a new one. A finding is taken back
only where nothing but the loss of what the request was about had made it: with something new in its place
the same request does not fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, BudgetSpent, NotSent
from contract_suite.behaviours.kit.retrying import ConclusiveFailure
from contract_suite.checks import positive_accepted
from contract_suite.checks.kit.judging import is_about_state
from contract_suite.contract.addressing import roles
from contract_suite.contract.operation import Operation
from contract_suite.contract.requests import rebuilt
from contract_suite.model.case import Case, Intent
from contract_suite.model.clause_ids import parts
from contract_suite.model.finding import Finding, fingerprint
from contract_suite.model.json import Raw
from contract_suite.model.verdict import Outcome, Verdict
from contract_suite.runner.confirming.refusals_of_state import without_refusals_of_state
from contract_suite.runner.confirming.refusals_of_values import without_refusals_of_values
from contract_suite.runner.confirming.replay_with_own_thing import about_own_thing
from contract_suite.runner.inferred_part import InferredPart
from contract_suite.runner.sending.verdict_counter import VerdictCounter
from contract_suite.runner.session.positives import proved
from contract_suite.runner.session.session import LiveSession

_ATTEMPTS: Final = 2
_MOST: Final = 120
_MOST_DRIVEN: Final = 30
_GONE: Final = frozenset({404, 410})
_READABLE: Final = "readable"


def confirm(session: LiveSession, inferred: InferredPart) -> None:
    """Replay every finding of a session's counter, within the budget; mark the ones that stay away."""
    behaviours = {behaviour.name: behaviour for behaviour in session.plan.behaviours}
    driven = 0
    counter = session.sender.counter
    for finding in _waiting(counter):
        behaviour = behaviours.get(finding.check)
        try:
            if behaviour is not None:
                driven += 1
                again = driven > _MOST_DRIVEN or _drives_again(session, behaviour, finding, inferred)
            else:
                remaining = without_refusals_of_values(session, finding)
                remaining = without_refusals_of_state(session, remaining) if remaining is not None else None
                again = remaining is None or _fails_again(session, remaining)
        except BudgetSpent:
            return
        if not again and finding.id in counter.findings:
            counter.findings[finding.id] = replace(counter.findings[finding.id], flaky=True)


def _waiting(counter: VerdictCounter) -> Iterator[Finding]:
    """Yield what is to be confirmed, and again what came back while others were: one that is taken back is counted anew."""
    confirmed: dict[str, tuple[int, ...]] = {}
    for _ in range(_ATTEMPTS):
        new = [each for each in counter.findings.values() if confirmed.get(each.id) != each.exchanges]
        # Where the time runs short, what may be the fault of the state of things goes before what the server said itself.
        for finding in sorted(new, key=lambda each: each.check != positive_accepted.NAME)[: _MOST - len(confirmed)]:
            yield finding
            kept = counter.findings.get(finding.id)
            confirmed[finding.id] = kept.exchanges if kept is not None else ()


def _drives_again(session: LiveSession, behaviour: Behaviour, finding: Finding, inferred: InferredPart) -> bool:
    guessed = finding.clause in session.plan.guessed
    session = inferred.session if guessed and inferred.session is not None else session.for_behaviours
    session.restrict(frozenset({finding.clause}))
    try:
        for _ in range(_ATTEMPTS):
            driven = inferred.drive(behaviour) if guessed else behaviour.drive(session)
            verdicts = [verdict for verdict in driven if verdict.clause == finding.clause]
            if any(isinstance(verdict, ConclusiveFailure) for verdict in verdicts):
                return False  # it came and went
            if any(verdict.outcome is Outcome.FAILED for verdict in verdicts):
                return True
            if not any(verdict.outcome is Outcome.PASSED for verdict in verdicts):
                return True  # it could not be driven again, which says nothing about the first time
    except NotSent:
        return True
    finally:
        session.restrict(None)
    return False


def _fails_again(session: LiveSession, finding: Finding) -> bool:
    kept = session.sender.cases_by_exchange.get(finding.exchanges[-1])
    if kept is None:
        return True
    case, first = kept
    operation = _operation(session, case)
    if operation is not None and case.request.method != operation.method:
        operation = None
    # How a refusal looks is its own matter, whatever was refused and why.
    of_being_refused = operation is not None and not parts(finding.clause)[1].startswith("4")
    if operation is not None and of_being_refused and first.status in _GONE and _is_unreadable(session, operation):
        session.sender.counter.retract(finding)
        return True
    for _ in range(_ATTEMPTS):
        repeated = _again(session, case, operation)
        if repeated is None:
            return True
        exchange, verdicts = session.send_again(repeated, operation)
        if any(_same(session, finding, verdict) for verdict in verdicts):
            if (
                exchange.status in _GONE
                and operation is not None
                and of_being_refused
                and (_is_gone(session, case, operation) or _fails_only_since_deleted(session, finding, case, operation))
            ):
                session.sender.counter.retract(finding)
            return True
        if is_about_state(exchange) is not is_about_state(first):
            return True  # its first sending is in the way, or what was in its own is gone, which says nothing about it
    return _fails_with_own_thing(session, finding, case, operation, first.number)


def _fails_with_own_thing(
    session: LiveSession, finding: Finding, case: Case, operation: Operation | None, before: int
) -> bool:
    """Whether a request fails again about a new thing, of which the same is true as was of the first one."""
    own = about_own_thing(session, case, operation, before) if operation is not None else None
    if own is None:
        return False
    _, verdicts = session.send_again(own, operation)
    return any(_same(session, finding, verdict) for verdict in verdicts)


def _is_unreadable(session: LiveSession, operation: Operation) -> bool:
    """Whether an operation is about something that can't be read once it was created, which is a finding of its own."""
    kinds = {
        resource.name for resource, role in roles(session.resources, operation) if role in {"read", "update", "delete"}
    }
    ends = tuple(f"::{kind}::{_READABLE}" for kind in kinds)
    return bool(ends) and any(each.clause.endswith(ends) for each in session.sender.counter.findings.values())


def _is_gone(session: LiveSession, case: Case, operation: Operation) -> bool:
    """Whether the plainest request that was served before is answered as unknown too at the path of this one.

    It was renamed or deleted meanwhile, which many writes do that don't say so.
    """
    known = session.arguments.accepted.get(operation.id)
    path = {key: value for key, value in case.arguments.items() if key.startswith("path.")}
    if known is None or not path or not operation.safe:
        return False
    arguments = {**known, **path}
    plain = Case(
        operation=operation.id,
        request=rebuilt(operation, arguments, case.request),
        intent=Intent.UNKNOWN,
        stage=case.stage,
        note="is what this was about still there?",
        arguments=arguments,
    )
    return session.send_again(plain, operation)[0].status in _GONE


def _fails_only_since_deleted(session: LiveSession, finding: Finding, case: Case, operation: Operation) -> bool:
    """Whether a request that is answered as unknown fails no more once it names something that is surely there.

    Why what it named is gone is another finding.
    """
    subjects = session.ledger.addressing(operation)
    if not any(role in {"read", "update"} for _, role in roles(session.resources, operation)):
        return False
    if not subjects or isinstance(case.arguments.get("body"), Raw):
        return False
    there = session.accepted(operation)
    if there is None:
        return False
    arguments = {
        key: there[key] if key in subjects and key in there else value for key, value in case.arguments.items()
    }
    body, other = arguments.get("body"), there.get("body")
    if isinstance(body, dict) and isinstance(other, dict):
        arguments["body"] = {
            name: other[name] if f"body/{name}" in subjects and name in other else value for name, value in body.items()
        }
    request = rebuilt(operation, arguments, case.request)
    _, verdicts = session.send_again(proved(replace(case, arguments=arguments, request=request), operation), operation)
    return not any(_same(session, finding, verdict) for verdict in verdicts)


def _same(session: LiveSession, finding: Finding, verdict: Verdict) -> bool:
    if verdict.outcome is not Outcome.FAILED or verdict.clause != finding.clause:
        return False
    return fingerprint(session.contract.name, verdict.clause, verdict.pointer, verdict.problem) == finding.id


def _operation(session: LiveSession, case: Case) -> Operation | None:
    return next((operation for operation in session.contract.operations if operation.id == case.operation), None)


def _again(session: LiveSession, case: Case, operation: Operation | None) -> Case | None:
    """The case to send again, or `None` if that can't show anything (a delete has used its object up)."""
    if operation is None or case.request.method in {"GET", "HEAD", "OPTIONS", "PUT"} or not case.arguments:
        return case
    kinds = {role for _, role in roles(session.resources, operation)}
    if "delete" in kinds:
        return None
    if "create" in kinds or session.arguments.unique_members.of(operation):
        about = parts(case.target_clause)[1] if case.target_clause else ""
        arguments = session.arguments.fresh(operation, case.arguments, but=about)
        request = rebuilt(operation, arguments, case.request)
        return proved(replace(case, arguments=arguments, request=request), operation)
    return case
