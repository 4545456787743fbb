"""Sends generated cases: one of each operation in turn, each request once, with ids that are alive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from contract_suite.behaviours.behaviour import BudgetSpent
from contract_suite.contract.addressing import roles
from contract_suite.contract.operation import Operation
from contract_suite.contract.requests import build, rebuilt
from contract_suite.generate.changes.difference import same
from contract_suite.generate.proof import Key, key_of
from contract_suite.model import clause_ids
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Identity
from contract_suite.model.json import Arguments
from contract_suite.runner.session.positives import proved
from contract_suite.runner.session.session import LiveSession
from contract_suite.runner.stages.renewing import on_another_thing

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_MOST_RENEWALS: Final = 6


@dataclass(slots=True, kw_only=True)
class Queue:
    """The cases of one operation, made on a template; `current` is the template whose ids are alive now.

    Without a template the operation never served a request, and the cases are sent as they are. `renewals` counts the
    things that were made because the one before was in a state in which valid requests are refused.
    """

    operation: Operation
    cases: Iterator[Case]
    template: Arguments | None
    current: Arguments
    renewals: int = 0


class CaseLoop:
    """Sends generated cases of one session; `sent` holds what was sent, so that nothing is asked twice.

    `given_up` names the operations that timed out or were limited too often to go on with.
    """

    def __init__(self, session: LiveSession) -> None:
        """Nothing is sent yet."""
        self.sent: set[Key] = set()
        self.given_up: set[str] = set()
        self._session = session
        self._sender = session.sender
        self._connections = session.connections

    def round_robin(self, queues: Iterable[Queue], *, stage: Stage) -> list[Queue]:
        """Send one case of each queue in turn; returns the queues that were not finished when the budget was spent.

        Operations that were given up are passed over; `given_up` names them.
        """
        waiting = list(queues)
        while waiting:
            for queue in list(waiting):
                if self._sender.gave_up(queue.operation):
                    waiting.remove(queue)
                    self.given_up.add(queue.operation.id)
                    continue
                if self._uses_up(queue.operation):
                    self._connections.drain()  # its cases make what they need, one after the other
                case = next(queue.cases, None)
                try:
                    if case is None or not self._send_renewed(queue, replace(case, stage=stage)):
                        waiting.remove(queue)
                except BudgetSpent:
                    queue.cases = chain([case], queue.cases) if case is not None else queue.cases
                    self._connections.drain()
                    return waiting
        self._connections.drain()
        return []

    def send(self, operation: Operation, case: Case) -> None:
        """Send one case and have it judged, unless its request was sent before and its clause is decided."""
        request = case.request
        if not (request.method in _SAFE or self._sender.endpoint.writable):
            return
        if request.identity not in {Identity.DEFAULT, Identity.NOBODY} and not self._session.has(request.identity):
            return
        if self._is_supplied(case):
            return
        if request.method == operation.method:
            case = self._session.arguments.unique_members.renewed(operation, case)
            case = self._session.arguments.widening.doubtful(operation, case)
            request = case.request
        if self._session.ownership.refusal(operation, case):
            return
        key = key_of(request)
        if key in self.sent and self._connections.is_aimed_at(case.target_clause):
            self._connections.drain()
        if key in self.sent and (not case.target_clause or self._sender.counter.exercised(case.target_clause)):
            return
        self.sent.add(key)
        case = self._session.with_new_keys(operation, case)
        writes = not operation.safe and case.intent is not Intent.NEGATIVE
        creates = any(role == "create" for _, role in roles(self._session.resources, operation))
        own = operation if request.method == operation.method else None
        self._connections.submit(case, own, alone=self._uses_up(operation), changes=writes and not creates)

    def as_sent(self, operation: Operation, case: Case) -> Case:
        """Return a drawn case with fresh values, and with intent unknown where something else decides what becomes of it."""
        arguments = self._session.arguments
        case = arguments.widening.doubtful(operation, arguments.unique_members.renewed(operation, case))
        case = self._session.with_new_keys(operation, case)
        own = {name.lower() for name, _ in case.request.headers}
        added = {f"header.{name}".lower() for name, _ in self._sender.endpoint.keyed(case.request).headers} - {
            f"header.{name}" for name in own
        }
        supplied = any(each.subject.lower() in added for each in operation.parameters)
        return replace(case, intent=Intent.UNKNOWN) if supplied and case.intent is Intent.NEGATIVE else case

    def _is_supplied(self, case: Case) -> bool:
        """Whether a case leaves out a header field that the user gave for every request: it would be sent all the same."""
        _, subject, kind = clause_ids.parts(case.target_clause)
        if kind != "required-enforced" or not subject.startswith("header."):
            return False
        sent = self._sender.endpoint.keyed(case.request).headers
        return any(f"header.{name}".lower() == subject.lower() for name, _ in sent)

    def _send_renewed(self, queue: Queue, case: Case) -> bool:
        """Send a case with live ids in the place of the template's, where those were used up or found to be gone.

        Returns whether the queue can go on: there may be nothing alive any more.
        """
        if queue.template is None:
            self.send(queue.operation, case)
            return True
        if not self._session.ledger.alive(queue.operation, queue.current):
            renewed = self._session.accepted(queue.operation)
            if renewed is None:
                return False
            queue.current = renewed
        if (
            self._session.controls.is_due(queue.operation.id)
            and not self._renew(queue)
            and case.intent is Intent.NEGATIVE
        ):
            self._control(queue)
        if queue.current is not queue.template:
            case = with_ids_of(queue.operation, case, queue.template, queue.current)
        self.send(queue.operation, case)
        return True

    def _renew(self, queue: Queue) -> bool:
        """Go on with a new thing where the one so far is in a state in which valid requests are refused; returns whether."""
        operation, controls = queue.operation, self._session.controls
        spent = controls.is_refused_for_state(operation.id) and queue.renewals < _MOST_RENEWALS
        if not spent or self._uses_up(operation):
            return False
        self._connections.drain()
        queue.renewals += 1
        renewed = on_another_thing(self._session, operation, queue.current)
        if renewed is None:
            queue.renewals = _MOST_RENEWALS
            return False
        queue.current = renewed
        self._control(queue)
        if not controls.is_refused_for_state(operation.id):
            self._session.arguments.accepted[operation.id] = renewed
        return True

    def _control(self, queue: Queue) -> None:
        """Send the template itself, so that the refusals of invalid requests can be compared with what becomes of it."""
        operation = queue.operation
        if self._uses_up(operation) or not (operation.safe or self._sender.endpoint.writable):
            return
        self._connections.drain()
        arguments = self._session.arguments.fresh(operation, queue.current)
        case = Case(
            operation=operation.id,
            request=build(operation, arguments),
            intent=Intent.UNKNOWN,
            stage=self._session.stage,
            note="is a valid request still served?",
            arguments=arguments,
            control=True,
        )
        self._sender.send(case, operation)

    def _uses_up(self, operation: Operation) -> bool:
        return any(role == "delete" for _, role in roles(self._session.resources, operation))


def with_ids_of(operation: Operation, case: Case, old: Arguments, new: Arguments) -> Case:
    """Return the case on another template: whatever it took from the old one comes from the new one."""
    arguments = {
        key: new[key] if key in old and key in new and key != "body" and same(value, old[key]) else value
        for key, value in case.arguments.items()
    }
    body, old_body, new_body = arguments.get("body"), old.get("body"), new.get("body")
    if isinstance(body, dict) and isinstance(old_body, dict) and isinstance(new_body, dict):
        arguments["body"] = {
            name: new_body[name] if name in new_body and same(value, old_body.get(name)) else value
            for name, value in body.items()
        }
    if arguments == case.arguments:
        return case
    request = rebuilt(operation, arguments, case.request)
    return proved(replace(case, arguments=arguments, request=request), operation)
