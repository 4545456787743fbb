"""One request before all others, to find out whether anything answers at this address."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final

from contract_suite.contract.operation import Operation
from contract_suite.contract.requests import build
from contract_suite.errors import EndpointError
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import NoResponse, Response, Trouble
from contract_suite.model.json import Arguments
from contract_suite.runner.sending.sender import Sender
from contract_suite.transport.transport import SAFE

_TRIES: Final = 3
_PAUSE: Final = 0.05
_REDIRECTS: Final = frozenset(range(300, 400)) - {304}  # "not modified" is no redirect
_NOBODY_THERE: Final = frozenset({Trouble.REFUSED, Trouble.UNREACHABLE})
_FINAL: Final = frozenset({Trouble.TIMEOUT, Trouble.UNREACHABLE})


def preflight(sender: Sender, calls: Iterable[tuple[Operation, Arguments]]) -> None:
    """Send one request until something answers, an operation after the other, as one of them may be dead.

    Raises `EndpointError` if nothing answers, or if the endpoint redirects elsewhere.
    """
    message = ""
    for operation, arguments in calls:
        answer = _ask(sender, operation, arguments)
        if not isinstance(answer, NoResponse):
            place = answer.header("location")
            if answer.status in _REDIRECTS and place:
                raise EndpointError(
                    f"the endpoint redirects to {place[:200]!r} and redirects are not followed; "
                    "give the final address as --url"
                )
            return
        message = message or answer.message
        if answer.trouble in _NOBODY_THERE:
            break
    raise EndpointError(message)


def _ask(sender: Sender, operation: Operation, arguments: Arguments) -> Response | NoResponse:
    request = build(operation, arguments)
    case = Case(
        operation=operation.id,
        request=request,
        intent=Intent.UNKNOWN,
        stage=Stage.EXAMPLES,
        note="does the endpoint answer at all?",
    )
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE)
        sender.budget.spend()
        answer, seconds = sender.endpoint.transport.send(sender.endpoint.keyed(request, operation))
        sender.record(case, answer, seconds)
        sender.watch.outage.note(answer)
        if not isinstance(answer, NoResponse) or answer.trouble in _FINAL or request.method not in SAFE:
            break
    return answer
